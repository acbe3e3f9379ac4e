//! What can be configured: options of the command line, each also an environment variable. The only reader of the
//! environment.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::error::{Error, Result};
use crate::http::client_address::TrustedProxies;
use crate::http::cors::WriteOrigins;

/// The configuration of the service.
#[derive(Clone, Args)]
#[command(next_help_heading = "Service")]
pub struct Config {
    /// Database to use: `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME` [default: sqlite in the data directory]
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true, hide_default_value = true)]
    pub database_url: Option<String>,
    /// Directory of the database, keys and files
    #[arg(long, env = "NASIJ_DATA_DIR", global = true, default_value = "./var")]
    pub data_dir: PathBuf,
    /// Address and port to listen on
    #[arg(long, env = "NASIJ_BIND", global = true, default_value = "127.0.0.1:8080")]
    pub bind: String,
    /// Address and port for `/metrics`, apart from the API: measurements tell operators of what is under embargo. Empty
    /// turns it off
    #[arg(long, env = "NASIJ_METRICS_BIND", global = true, default_value = "127.0.0.1:9464")]
    pub metrics_bind: String,
    /// URL under which clients reach the service: issuer and audience of tokens, base of problem types
    /// [default: the address it listens on, unless it listens on all]
    #[arg(long, env = "NASIJ_PUBLIC_URL", global = true, default_value = "", hide_default_value = true)]
    pub public_url: String,
    /// Key that seals the secrets in the database: 64 hexadecimal digits, the same for every instance; a blank one is
    /// none, as Docker Compose passes what is not set
    #[arg(long, env = "NASIJ_ENCRYPTION_KEY", global = true, hide_env_values = true)]
    pub encryption_key: Option<String>,
    /// File with that key [default: encryption-key in the data directory, made by the first start]
    #[arg(long, env = "NASIJ_ENCRYPTION_KEY_FILE", global = true)]
    pub encryption_key_file: Option<PathBuf>,
    /// Life of an access token in seconds
    #[arg(long, env = "NASIJ_TOKEN_SECONDS", global = true, default_value_t = 600, value_parser = clap::value_parser!(i64).range(60..=900))]
    pub token_seconds: i64,
    /// Most connections to the database
    #[arg(long, env = "NASIJ_DATABASE_CONNECTIONS", global = true, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub database_connections: u32,
    /// Threads that serve requests
    #[arg(long, env = "NASIJ_WORKERS", global = true, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: u16,
    /// Seconds that running requests have to finish when the service is stopped
    #[arg(long, env = "NASIJ_STOP_SECONDS", global = true, default_value_t = 20)]
    pub stop_seconds: u64,
    /// Seconds after which a request is answered with 503, whatever it waits for; time for its body comes on top
    #[arg(long, env = "NASIJ_REQUEST_SECONDS", global = true, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub request_seconds: u64,
    /// Seconds after which a client that takes nothing of its answer, or sends nothing of its file, is not waited for
    #[arg(long, env = "NASIJ_STALL_SECONDS", global = true, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub stall_seconds: u64,
    /// Files that are uploaded and downloaded at a time; an account has a quarter of them
    #[arg(long, env = "NASIJ_TRANSFERS", global = true, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub transfers: u16,
    /// Lists that leave as a whole (`limit=all`) at a time; an address has a quarter of them. Each holds a connection to the
    /// database beside the others
    #[arg(long, env = "NASIJ_EXPORTS", global = true, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub exports: u16,
    /// Seconds after which a list that leaves as a whole is broken off: as long, SQLite's log cannot be emptied
    #[arg(long, env = "NASIJ_EXPORT_SECONDS", global = true, default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub export_seconds: u64,
    /// The largest file that is imported, in MiB
    #[arg(long, env = "NASIJ_IMPORT_MEGABYTES", global = true, default_value_t = 512, value_parser = clap::value_parser!(u64).range(1..=65536))]
    pub import_megabytes: u64,
    /// The most rows of a file that is imported over HTTP
    #[arg(long, env = "NASIJ_IMPORT_ROWS", global = true, default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(1..=100_000_000))]
    pub import_rows: i64,
    /// Days after which an import that is over, and what became of its rows, is forgotten
    #[arg(long, env = "NASIJ_IMPORT_DAYS", global = true, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub import_days: u16,
    /// Directory in which a backup is made every day; none without
    #[arg(long, env = "NASIJ_BACKUP_DIRECTORY", global = true)]
    pub backup_directory: Option<PathBuf>,
    /// Backups that are kept there; the oldest ones are deleted
    #[arg(long, env = "NASIJ_BACKUPS_KEPT", global = true, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub backups_kept: u16,
    /// Proxies whose `X-Forwarded-For` is believed: addresses and networks (`10.0.0.0/8`) with commas between
    #[arg(long, env = "NASIJ_TRUSTED_PROXIES", global = true, default_value = "", hide_default_value = true)]
    pub trusted_proxies: TrustedProxies,
    /// Requests a minute from one address without a valid token; 0 is no limit, here and below
    #[arg(long, env = "NASIJ_LIMIT_ANONYMOUS", global = true, default_value_t = 600)]
    pub limit_anonymous: u32,
    /// Requests a minute of one account
    #[arg(long, env = "NASIJ_LIMIT_AUTHENTICATED", global = true, default_value_t = 1200)]
    pub limit_authenticated: u32,
    /// Requests a minute from one address to /oauth/
    #[arg(long, env = "NASIJ_LIMIT_TOKEN", global = true, default_value_t = 60)]
    pub limit_token: u32,
    /// Refused requests (401, 403, a refused scope) a minute from one address, or of one account
    #[arg(long, env = "NASIJ_LIMIT_FAILED", global = true, default_value_t = 20)]
    pub limit_failed: u32,
    /// Origins whose pages may write, besides the service's own: `https://portal.example.ma`, with commas between
    #[arg(long, env = "NASIJ_CORS_ORIGINS", global = true, default_value = "", hide_default_value = true)]
    pub cors_origins: WriteOrigins,
    /// Certificate chain for HTTPS as PEM; without one the service speaks plain HTTP
    #[arg(long, env = "NASIJ_TLS_CERTIFICATE_FILE", global = true)]
    pub tls_certificate_file: Option<PathBuf>,
    /// Private key of that certificate as PEM
    #[arg(long, env = "NASIJ_TLS_KEY_FILE", global = true)]
    pub tls_key_file: Option<PathBuf>,
    /// JSON file with the identity providers whose access tokens are taken
    #[arg(long, env = "NASIJ_IDENTITY_PROVIDERS_FILE", global = true)]
    pub identity_providers_file: Option<PathBuf>,
    /// Bucket for documents: `s3://BUCKET` or `s3://BUCKET/PREFIX` [default: documents in the data directory]
    #[arg(long, env = "NASIJ_OBJECT_STORE_URL", global = true)]
    pub object_store_url: Option<String>,
    /// URL of the service that has the bucket [default: that of AWS in the region]
    #[arg(long, env = "NASIJ_OBJECT_STORE_ENDPOINT", global = true)]
    pub object_store_endpoint: Option<String>,
    /// Region of the bucket
    #[arg(long, env = "NASIJ_OBJECT_STORE_REGION", global = true, default_value = "us-east-1")]
    pub object_store_region: String,
    /// Access key of the bucket
    #[arg(long, env = "NASIJ_OBJECT_STORE_ACCESS_KEY_ID", global = true)]
    pub object_store_access_key_id: Option<String>,
    /// Secret of that access key
    #[arg(long, env = "NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY", global = true, hide_env_values = true)]
    pub object_store_secret_access_key: Option<String>,
    /// File with that secret
    #[arg(long, env = "NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY_FILE", global = true)]
    pub object_store_secret_access_key_file: Option<PathBuf>,
    /// Program that examines documents [default: this one]
    #[arg(long, global = true, hide = true)]
    pub examiner: Option<PathBuf>,
    /// Nobody signs a designation for an institution without a confirmed key of the institution
    #[arg(long, env = "NASIJ_REQUIRE_INSTITUTION_KEYS", global = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub require_institution_keys: bool,
    /// What to log: `error`, `warn`, `info`, `debug`, or a filter as env_logger reads it
    #[arg(long, env = "NASIJ_LOG", global = true, default_value = "info")]
    pub log: String,
    /// Contact of the security team, for /.well-known/security.txt
    #[arg(long, env = "NASIJ_SECURITY_CONTACT", global = true)]
    pub security_contact: Option<String>,
}

impl Config {
    /// Fills what follows from other options, and from the `address` at which the service listens.
    ///
    /// # Errors
    /// A sentence for the operator when the public URL is missing and the address does not tell it.
    pub fn completed(mut self, address: SocketAddr) -> Result<Self> {
        self.bind = address.to_string();
        if self.public_url.is_empty() {
            if address.ip().is_unspecified() {
                return Err(Error::configuration(format!(
                    "NASIJ_PUBLIC_URL is needed: the service listens on {address}, which no client can call"
                )));
            }
            self.public_url = format!("{}://{address}", self.scheme());
        }
        self.public_url.truncate(self.public_url.trim_end_matches('/').len());
        Ok(self)
    }

    /// The program that examines documents.
    ///
    /// # Errors
    /// A sentence for the operator when the system does not tell which one runs.
    pub fn examiner(&self) -> Result<PathBuf> {
        self.examiner.clone().map_or_else(std::env::current_exe, Ok).map_err(|cause| {
            Error::configuration(format!("it is not known where the program that runs is: {cause}"))
        })
    }

    /// What the service speaks at the address that it listens on: `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        if self.tls_certificate_file.is_some() { "https" } else { "http" }
    }

    /// The URL of the database; without one, a SQLite file in the data directory.
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .filter(|url| !url.is_empty())
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("nasij.sqlite").display()))
    }
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;

    fn public_url(given: &str, address: &str) -> Result<String> {
        let matches = Config::augment_args(clap::Command::new("nasij")).get_matches_from([
            "nasij",
            "--public-url",
            given,
        ]);
        let config = Config::from_arg_matches(&matches).unwrap();
        config.completed(address.parse().unwrap()).map(|config| config.public_url)
    }

    #[test]
    fn clients_are_never_told_to_call_an_address_that_is_none() {
        assert_eq!(public_url("", "127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080");
        assert_eq!(public_url("", "[::1]:8080").unwrap(), "http://[::1]:8080");
        for all in ["0.0.0.0:8080", "[::]:8080"] {
            let told = public_url("", all).unwrap_err().to_string();
            assert!(told.contains("NASIJ_PUBLIC_URL") && told.contains(all), "{told}");
            assert_eq!(public_url("https://api.example.ma/", all).unwrap(), "https://api.example.ma");
        }
    }
}
