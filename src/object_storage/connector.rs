//! The HTTP client that speaks to a bucket: with the cryptography of the rest of the service and the authorities of the
//! operating system. It follows no redirect and knows no proxy.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::TokioExecutor;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};
use rustls::crypto::aws_lc_rs;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};

use crate::error::{Error, Result};

const TIME_TO_CONNECT: Duration = Duration::from_secs(3);
/// Until the head of an answer is there: the body of the request has been taken by then.
const TIME_TO_ANSWER: Duration = Duration::from_secs(20);

/// Gives the client to whoever builds a store.
#[derive(Debug, Clone)]
pub(super) struct Connector(Client<HttpsConnector<TcpConnector>, HttpRequestBody>);

impl Connector {
    pub(super) fn new() -> Result<Self> {
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(Error::internal)?
            .with_root_certificates(authorities)
            .with_no_client_auth();
        let mut tcp = TcpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(TIME_TO_CONNECT));
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        // No connection outlives its request: the next one may come from a thread with another runtime.
        let client =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https.wrap_connector(tcp));
        Ok(Self(client))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answered = tokio::time::timeout(TIME_TO_ANSWER, self.0.request(request)).await;
        let answer =
            answered.map_err(|late| HttpError::new(HttpErrorKind::Timeout, late))?.map_err(|cause| {
                let kind = if cause.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
                HttpError::new(kind, cause)
            })?;
        let interrupted = |cause| HttpError::new(HttpErrorKind::Interrupted, cause);
        Ok(answer.map(|body| HttpResponseBody::new(body.map_err(interrupted))))
    }
}
