//! The HTTP client that asks providers. It follows no redirect, knows no proxy, unpacks nothing and reads a bounded
//! answer: it was asked for one small document and gets no chance to do anything else.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, StatusCode, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::fault::FetchFault;
use crate::error::{Error, Result};

const TIME_TO_CONNECT: Duration = Duration::from_secs(2);

/// Bytes of the longest answer that is read.
const LONGEST_ANSWER: usize = 256 * 1024;

/// Asks a provider.
pub(super) struct ProviderClient(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

impl ProviderClient {
    /// A client that trusts the authorities of `ca_file`; without one, those of the operating system.
    ///
    /// The error is a sentence for the operator.
    pub(super) fn new(ca_file: Option<&Path>) -> Result<Self> {
        let authorities = match ca_file {
            Some(path) => authorities_of(path)?,
            None => authorities_of_system(),
        };
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(Error::internal)?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(TIME_TO_CONNECT));
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        // No connection outlives its request: the next one is minutes away, on whatever thread.
        let client =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https.wrap_connector(http));
        Ok(Self(client))
    }

    /// The answer to a `GET`, which must be a 200; `what` is asked for.
    pub(super) async fn get(&self, what: &'static str, url: &Url) -> Result<Bytes, FetchFault> {
        let no_answer = |cause: &dyn std::error::Error| FetchFault::NoAnswer(deepest(cause));
        let request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, "nasij")
            .body(Empty::new())
            .map_err(|cause| no_answer(&cause))?;
        let response = self.0.request(request).await.map_err(|cause| no_answer(&cause))?;
        if response.status() != StatusCode::OK {
            return Err(FetchFault::Status(what, response.status().as_u16()));
        }
        let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
        body.map(|body| body.to_bytes()).map_err(|cause| {
            if cause.is::<http_body_util::LengthLimitError>() {
                FetchFault::TooLong
            } else {
                no_answer(cause.as_ref())
            }
        })
    }
}

/// The innermost cause: the outer ones only say that something failed.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

fn authorities_of(path: &Path) -> Result<RootCertStore> {
    let faulty = |cause: &dyn std::fmt::Display| {
        Error::configuration(format!("the ca_file {} of an identity provider: {cause}", path.display()))
    };
    let mut authorities = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|cause| faulty(&cause))? {
        authorities.add(certificate.map_err(|cause| faulty(&cause))?).map_err(|cause| faulty(&cause))?;
    }
    if authorities.is_empty() { Err(faulty(&"there is no certificate in it")) } else { Ok(authorities) }
}

/// What the operating system trusts. Without anything, a provider on https cannot be reached, which its log line tells.
fn authorities_of_system() -> RootCertStore {
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    authorities
}
