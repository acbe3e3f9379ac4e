//! TLS by configuration (rustls with aws-lc-rs): the server's side, with a certificate that may be renewed while it
//! runs, and the side of the health check.

mod certificate;
mod health_check;

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::version::{TLS12, TLS13};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub use certificate::EARLY_DAYS;
use certificate::{Certificate, CertificateFiles};
pub use health_check::connect;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::measurements::{Measurement, reading};

const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// The server's side of TLS.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: Arc<Certificate>,
}

impl Tls {
    /// TLS 1.2 and 1.3 with the configured certificate; `None` when there is none.
    ///
    /// # Errors
    /// A sentence for the operator when the files are missing, open to others, or do not belong together.
    pub fn configured(config: &Config) -> Result<Option<Self>> {
        let Some(files) = CertificateFiles::configured(config)? else { return Ok(None) };
        let certificate = Arc::new(Certificate::read(files)?);
        certificate.clone().keep_fresh();
        let mut tls = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(Error::internal)?
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(tls)), certificate }))
    }

    /// What is measured of it.
    pub fn measurements(&self) -> Result<Vec<Measurement>> {
        let certificate = self.certificate.clone();
        let until = reading(
            "nasij_tls_certificate_not_after_timestamp_seconds",
            "Until when the certificate is good.",
            move || certificate.not_after().unwrap_or_default() as f64,
        );
        Ok(vec![until?])
    }

    /// Shakes hands with a client, who has a few seconds for it.
    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        tokio::time::timeout(HANDSHAKE_TIME, self.acceptor.accept(stream)).await?
    }
}

/// How many days the configured certificate is still good; none without one.
///
/// # Errors
/// As [`Tls::configured`].
pub fn days_left(config: &Config) -> Result<Option<u64>> {
    let Some(files) = CertificateFiles::configured(config)? else { return Ok(None) };
    Ok(Certificate::read(files)?.days_left())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}
