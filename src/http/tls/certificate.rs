//! The certificate of the server: read at the start, and again when its files have changed.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::{rt, web};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::config::Config;
use crate::database::types::UtcTime;
use crate::error::{Error, Result};
use crate::private_file;

/// How often renewed files are looked for.
const PAUSE: Duration = Duration::from_secs(60);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// From when on it is warned that the certificate expires, in days.
pub const EARLY_DAYS: u64 = 30;

/// Where the certificate and its key are.
#[derive(Debug, Clone)]
pub(super) struct CertificateFiles {
    certificate: PathBuf,
    key: PathBuf,
}

impl CertificateFiles {
    /// The files that are configured: both or neither.
    pub(super) fn configured(config: &Config) -> Result<Option<Self>> {
        match (config.tls_certificate_file.clone(), config.tls_key_file.clone()) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => Ok(Some(Self { certificate, key })),
            _ => Err(Error::configuration(
                "NASIJ_TLS_CERTIFICATE_FILE and NASIJ_TLS_KEY_FILE belong together: set both or neither",
            )),
        }
    }

    fn read(&self) -> Result<Pem> {
        let certificate = std::fs::read(&self.certificate).map_err(|cause| {
            let path = self.certificate.display();
            Error::configuration(format!("the TLS certificate {path} cannot be read: {cause}"))
        })?;
        Ok(Pem { certificate, key: private_file::read("the TLS key", "NASIJ_TLS_KEY_FILE", &self.key)? })
    }

    /// The chain with its key, which must belong to its first certificate.
    fn certified(&self, pem: &Pem) -> Result<CertifiedKey> {
        let refused = |file: &PathBuf, why: &str| {
            Error::configuration(format!("the TLS file {} {why}", file.display()))
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem.certificate)
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| refused(&self.certificate, "is no PEM"))?;
        if chain.is_empty() {
            return Err(refused(&self.certificate, "holds no certificate"));
        }
        let key = PrivateKeyDer::from_pem_slice(pem.key.as_bytes())
            .map_err(|_| refused(&self.key, "holds no private key as PEM"))?;
        let (from, until) = validity(&chain[0]).ok_or_else(|| {
            refused(&self.certificate, "holds no certificate that says until when it is good")
        })?;
        let now = UtcTime::now().unix_seconds();
        if from > now {
            return Err(refused(
                &self.certificate,
                "holds a certificate that is not good yet: look at the clock, too",
            ));
        }
        if until <= now {
            return Err(refused(&self.certificate, "holds a certificate that has expired: renew it"));
        }
        CertifiedKey::from_der(chain, key, &super::provider()).map_err(|cause| {
            refused(&self.key, &format!("is no key of {}: {cause}", self.certificate.display()))
        })
    }
}

/// From when on and until when a certificate is good, in seconds since 1970; none when it does not say.
fn validity(certificate: &CertificateDer<'_>) -> Option<(i64, i64)> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let validity = certificate.validity();
    Some((validity.not_before.timestamp(), validity.not_after.timestamp()))
}

/// The content of the files. No `Debug`: it holds the private key.
struct Pem {
    certificate: Vec<u8>,
    key: String,
}

impl Pem {
    fn digest(&self) -> [u8; 32] {
        Sha256::new().chain_update(&self.certificate).chain_update(&self.key).finalize().into()
    }
}

/// The certificate that clients are shown.
#[derive(Debug)]
pub(super) struct Certificate {
    files: CertificateFiles,
    current: RwLock<Arc<CertifiedKey>>,
    /// What the files were when they were looked at last: their digest, or what was wrong with them.
    seen: Mutex<Result<[u8; 32], String>>,
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// A sentence for the operator when they cannot be read or do not belong together.
    pub(super) fn read(files: CertificateFiles) -> Result<Self> {
        let pem = files.read()?;
        let current = RwLock::new(Arc::new(files.certified(&pem)?));
        Ok(Self { files, current, seen: Mutex::new(Ok(pem.digest())) })
    }

    /// Looks for renewed files every minute, as long as the service runs, and warns every day of a certificate that ends soon.
    pub(super) fn keep_fresh(self: Arc<Self>) {
        rt::spawn(async move {
            let mut warned_at: Option<Instant> = None;
            loop {
                if warned_at.is_none_or(|at| at.elapsed() > DAY)
                    && let Some(days) = self.days_left().filter(|days| *days < EARLY_DAYS)
                {
                    log::warn!(
                        "the TLS certificate expires in {days} days: renew {}",
                        self.files.certificate.display()
                    );
                    warned_at = Some(Instant::now());
                }
                tokio::time::sleep(PAUSE).await;
                let certificate = self.clone();
                match web::block(move || certificate.renew()).await {
                    Ok(Some(Ok(()))) => log::info!("the TLS certificate was read again and is in use"),
                    Ok(Some(Err(fault))) => log::warn!("the earlier TLS certificate stays in use: {fault}"),
                    Ok(None) | Err(_) => {}
                }
            }
        });
    }

    /// How many days the certificate is still good.
    pub(super) fn days_left(&self) -> Option<u64> {
        let left = self.not_after()? - UtcTime::now().unix_seconds();
        Some(u64::try_from(left).unwrap_or_default() / DAY.as_secs())
    }

    /// Until when the certificate is good, in seconds since 1970.
    pub(super) fn not_after(&self) -> Option<i64> {
        validity(self.current().cert.first()?).map(|(_, until)| until)
    }

    fn current(&self) -> Arc<CertifiedKey> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes up the files when they have changed. `None` when all is as at the last look: a fault is told once.
    fn renew(&self) -> Option<Result<(), String>> {
        let looked = self.files.read().and_then(|pem| Ok((pem.digest(), self.files.certified(&pem)?)));
        let (now, renewed) = match looked {
            Ok((digest, renewed)) => (Ok(digest), Some(Arc::new(renewed))),
            Err(fault) => (Err(fault.to_string()), None),
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return None;
        }
        seen.clone_from(&now);
        if let Some(renewed) = renewed {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        }
        Some(now.map(drop))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn write(files: &CertificateFiles, certificate: &str, key: &str) {
        fs::write(&files.certificate, certificate).unwrap();
        fs::write(&files.key, key).unwrap();
        fs::set_permissions(&files.key, Permissions::from_mode(0o600)).unwrap();
    }

    fn made() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn renewed_files_are_taken_up_and_bad_ones_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let files = CertificateFiles { certificate: path("certificate.pem"), key: path("key.pem") };
        let ((first, first_key), (second, second_key)) = (made(), made());
        write(&files, &first, &first_key);
        let certificate = Certificate::read(files.clone()).unwrap();
        let shown = || certificate.current.read().unwrap().cert[0].to_vec();
        let before = shown();
        assert_eq!(certificate.renew(), None, "nothing has changed");

        let told_once = |word: &str| {
            let fault = certificate.renew().expect("news").unwrap_err();
            assert!(fault.contains(word), "{fault}");
            assert_eq!(certificate.renew(), None, "it is told once: {fault}");
            assert_eq!(shown(), before, "the earlier one stays in use");
        };
        write(&files, &second, &first_key);
        told_once("is no key of");
        fs::remove_file(&files.key).unwrap();
        told_once("cannot be read");
        write(&files, &second, &first_key);
        told_once("is no key of");

        write(&files, &second, &second_key);
        assert_eq!(certificate.renew(), Some(Ok(())));
        assert_ne!(shown(), before);
    }
}
