//! Which store it is, as it is configured.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use url::Url;

use super::ObjectStorage;
use super::connector::Connector;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::private_file;

const RETRIES: RetryConfig = RetryConfig {
    backoff: BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(2),
        base: 2.0,
    },
    max_retries: 2,
    retry_timeout: Duration::from_secs(10),
};

/// In bytes: as little as is in memory at a time.
const PART_OF_A_DIRECTORY: usize = 256 * 1024;
/// In bytes: S3 wants 5 MiB or more. A document fits into one.
const PART_OF_A_BUCKET: usize = 16 * 1024 * 1024;

impl ObjectStorage {
    /// The bucket that is configured, or else `documents` in the data directory.
    ///
    /// # Errors
    /// A sentence for the operator. Whether a bucket can be reached is not asked: its outage is not ours.
    pub fn configured(config: &Config) -> Result<Self> {
        match given(&config.object_store_url) {
            None => directory(&config.data_dir.join("documents")),
            Some(url) => bucket("NASIJ_OBJECT_STORE_URL", url, config),
        }
    }

    /// The bucket that `url` names (`s3://BUCKET/PREFIX`), with the credentials that are configured.
    ///
    /// # Errors
    /// As [`ObjectStorage::configured`].
    pub fn of_bucket(url: &str, config: &Config) -> Result<Self> {
        bucket("the place", url, config)
    }
}

/// A directory, readable by the service alone.
fn directory(path: &Path) -> Result<ObjectStorage> {
    let failed = |cause: &dyn std::fmt::Display| {
        Error::configuration(format!("cannot keep documents in {}: {cause}", path.display()))
    };
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|cause| failed(&cause))?;
    let store = LocalFileSystem::new_with_prefix(path).map_err(|cause| failed(&cause))?;
    // On the disk before the row that speaks of it is.
    Ok(ObjectStorage::new(Arc::new(store.with_fsync(true)), PART_OF_A_DIRECTORY))
}

/// A bucket, or what is below a prefix of it.
fn bucket(named_by: &str, url: &str, config: &Config) -> Result<ObjectStorage> {
    let (bucket, prefix) = bucket_of(url).ok_or_else(|| {
        Error::configuration(format!("{named_by} is no s3://BUCKET or s3://BUCKET/PREFIX: {url}"))
    })?;
    let access_key_id = given(&config.object_store_access_key_id)
        .ok_or_else(|| Error::configuration("NASIJ_OBJECT_STORE_ACCESS_KEY_ID is needed for a bucket"))?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&config.object_store_region)
        .with_access_key_id(access_key_id)
        .with_secret_access_key(secret(config)?)
        .with_disable_bulk_delete(true)
        .with_retry(RETRIES)
        .with_http_connector(Connector::new()?);
    if let Some(endpoint) = given(&config.object_store_endpoint) {
        let known = Url::parse(endpoint).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        // It is not repeated: it may hold a password.
        if known.is_none_or(|url| !url.username().is_empty() || url.password().is_some()) {
            return Err(Error::configuration(
                "NASIJ_OBJECT_STORE_ENDPOINT is no http or https URL without user and password",
            ));
        }
        builder = builder.with_endpoint(endpoint);
    }
    let store = builder.build().map_err(|cause| {
        Error::configuration(format!("the object store cannot be used as it is configured: {cause}"))
    })?;
    let store: Arc<dyn ObjectStore> =
        if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) };
    Ok(ObjectStorage::new(store, PART_OF_A_BUCKET))
}

/// Bucket and prefix of `s3://BUCKET/PREFIX`.
fn bucket_of(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "s3" && url.query().is_none())?;
    let bucket = url.host_str().filter(|bucket| !bucket.is_empty())?;
    Some((bucket.to_owned(), url.path().trim_matches('/').to_owned()))
}

fn secret(config: &Config) -> Result<String> {
    if let Some(secret) = given(&config.object_store_secret_access_key) {
        return Ok(secret.to_owned());
    }
    let variable = "NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY_FILE";
    let path = config.object_store_secret_access_key_file.as_deref();
    let path = path.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| {
        Error::configuration(format!(
            "NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY or {variable} is needed for a bucket"
        ))
    })?;
    Ok(private_file::read("the secret of the object store", variable, path)?.trim().to_owned())
}

/// An option that is set; a blank one is none, as Docker Compose passes what is not set.
fn given(option: &Option<String>) -> Option<&str> {
    option.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_bucket_and_prefix() {
        let named = |bucket: &str, prefix: &str| Some((bucket.to_owned(), prefix.to_owned()));
        assert_eq!(bucket_of("s3://nasij"), named("nasij", ""));
        assert_eq!(bucket_of("s3://nasij/"), named("nasij", ""));
        assert_eq!(bucket_of("s3://nasij/a/b/"), named("nasij", "a/b"));
        for other in ["https://nasij", "s3:nasij", "s3://", "nasij", "s3://nasij?x=y"] {
            assert_eq!(bucket_of(other), None, "{other}");
        }
    }
}
