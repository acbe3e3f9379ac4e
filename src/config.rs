//! What can be configured: options of the command line, each also an environment variable. The only reader of the
//! environment.

use std::path::PathBuf;

use clap::Args;

/// The configuration of the service.
#[derive(Clone, Args)]
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
    /// URL under which clients reach the service: issuer and audience of tokens, base of problem types
    /// [default: http:// and the address it listens on]
    #[arg(long, env = "NASIJ_PUBLIC_URL", global = true, default_value = "", hide_default_value = true)]
    pub public_url: String,
    /// Private key that signs access tokens: a P-256 key as PKCS#8 PEM text
    #[arg(long, env = "NASIJ_SIGNING_KEY", global = true, hide_env_values = true)]
    pub signing_key: Option<String>,
    /// File with that key [default: signing-key.pem in the data directory, made by the first start]
    #[arg(long, env = "NASIJ_SIGNING_KEY_FILE", global = true)]
    pub signing_key_file: Option<PathBuf>,
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
    /// What to log: `error`, `warn`, `info`, `debug`, or a filter as env_logger reads it
    #[arg(long, env = "NASIJ_LOG", global = true, default_value = "info")]
    pub log: String,
    /// Contact of the security team, for /.well-known/security.txt
    #[arg(long, env = "NASIJ_SECURITY_CONTACT", global = true)]
    pub security_contact: Option<String>,
}

impl Config {
    /// Fills what follows from other options.
    #[must_use]
    pub fn completed(mut self) -> Self {
        if self.public_url.is_empty() {
            self.public_url = format!("http://{}", self.bind);
        }
        self.public_url.truncate(self.public_url.trim_end_matches('/').len());
        self
    }

    /// The URL of the database; without one, a SQLite file in the data directory.
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .filter(|url| !url.is_empty())
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("nasij.sqlite").display()))
    }
}
