//! HTTPS by configuration: the same service, over TLS.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::app::App;
use crate::binary::{Home, Instance, complaint, printed};

/// A certificate for `localhost` and its key, in files as an operator has them.
struct Certificate {
    directory: TempDir,
    der: CertificateDer<'static>,
}

impl Certificate {
    fn new() -> Self {
        Self::until(rcgen::date_time_ymd(4096, 1, 1))
    }

    /// One that is good until this instant.
    fn until(end: time::OffsetDateTime) -> Self {
        Self::between(rcgen::date_time_ymd(1975, 1, 1), end)
    }

    fn between(begin: time::OffsetDateTime, end: time::OffsetDateTime) -> Self {
        let directory = tempfile::tempdir().expect("a temporary folder");
        let key = rcgen::KeyPair::generate().expect("a key");
        let mut parameters =
            rcgen::CertificateParams::new(["localhost".to_owned()]).expect("parameters of a certificate");
        (parameters.not_before, parameters.not_after) = (begin, end);
        let made = parameters.self_signed(&key).expect("a certificate");
        fs::write(directory.path().join("certificate.pem"), made.pem()).expect("it is written");
        fs::write(directory.path().join("key.pem"), key.serialize_pem()).expect("it is written");
        let certificate = Self { directory, der: made.der().clone() };
        close(&certificate.key());
        certificate
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.directory.path().join("key.pem")
    }

    /// A client that believes this certificate alone.
    fn connector(&self, versions: &[&'static rustls::SupportedProtocolVersion]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).expect("a certificate");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        TlsConnector::from(Arc::new(config))
    }
}

fn close(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o600)).expect("it is closed");
}

async fn app(certificate: &Certificate) -> App {
    App::start_with(|config| {
        config.tls_certificate_file = Some(certificate.file());
        config.tls_key_file = Some(certificate.key());
    })
    .await
}

async fn connect(
    app: &App,
    certificate: &Certificate,
    version: &'static rustls::SupportedProtocolVersion,
) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(app.address).await.expect("a connection");
    let name = ServerName::try_from("localhost").expect("a name");
    certificate.connector(&[version]).connect(name, stream).await.expect("they shake hands")
}

/// Sends a request and reads until the service closes.
async fn answer(app: &App, certificate: &Certificate, request: &str) -> String {
    let mut stream = connect(app, certificate, &rustls::version::TLS13).await;
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let (mut answer, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    while let Ok(count @ 1..) = stream.read(&mut buffer).await {
        answer.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(answer).expect("readable")
}

#[tokio::test]
async fn the_service_speaks_https() {
    let certificate = Certificate::new();
    let app = app(&certificate).await;
    let request = "GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = answer(&app, &certificate, request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    assert!(answer.contains(&format!("\"issuer\":\"https://{}\"", app.address)), "{answer}");
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let stream = connect(&app, &certificate, version).await;
        let (_, connection) = stream.get_ref();
        assert_eq!(connection.protocol_version(), Some(version.version));
        assert_eq!(connection.alpn_protocol(), Some(&b"http/1.1"[..]));
    }
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let certificate = Certificate::new();
    let app = app(&certificate).await;
    let mut stream = connect(&app, &certificate, &rustls::version::TLS13).await;
    for _ in 0..3 {
        stream.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        let mut answer = [0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
    }
}

#[tokio::test]
async fn a_malformed_request_is_a_problem_document_here_too() {
    let certificate = Certificate::new();
    let app = app(&certificate).await;
    let answer = answer(&app, &certificate, "GARBAGE\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("content-type: application/problem+json"), "{answer}");
    assert!(
        answer.contains(&format!("\"type\":\"https://{}/problems/bad_request\"", app.address)),
        "{answer}"
    );
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
}

#[tokio::test]
async fn who_does_not_speak_tls_is_not_left_hanging() {
    let certificate = Certificate::new();
    let app = app(&certificate).await;
    for bytes in ["GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}\0\u{5}hello"] {
        let mut stream = TcpStream::connect(app.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "{bytes:?}: it hangs");
        assert!(!answer.starts_with(b"HTTP/"), "nothing is told without TLS");
    }
    // One who says nothing holds up nobody else.
    let _silent = TcpStream::connect(app.address).await.unwrap();
    let request = "GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n";
    assert!(answer(&app, &certificate, request).await.contains(" 200 "));
}

#[tokio::test]
async fn the_address_of_a_client_is_known_over_tls() {
    let certificate = Certificate::new();
    let app = App::start_with(|config| {
        config.tls_certificate_file = Some(certificate.file());
        config.tls_key_file = Some(certificate.key());
        config.limit_anonymous = 1;
    })
    .await;
    let request = "GET /v1/cities/oujda HTTP/1.0\r\nHost: localhost\r\n\r\n";
    assert!(answer(&app, &certificate, request).await.starts_with("HTTP/1.0 200"));
    assert!(answer(&app, &certificate, request).await.starts_with("HTTP/1.0 429"));
}

#[test]
fn the_health_check_speaks_tls_where_the_service_does() {
    let (home, certificate) = (Home::new(), Certificate::new());
    let configured = |arguments: [&str; 1]| {
        let mut command = home.nasij(arguments);
        command
            .env("NASIJ_TLS_CERTIFICATE_FILE", certificate.file())
            .env("NASIJ_TLS_KEY_FILE", certificate.key());
        command
    };
    let instance = Instance::start(configured(["serve"]));
    let told = instance.printed.join("\n");
    assert!(told.contains(&format!("Nasij serves on https://{}", instance.address)), "{told}");
    let mut health = configured(["health"]);
    health.env("NASIJ_BIND", instance.address.to_string());
    printed(health);
    let mut plain = home.nasij(["health"]);
    plain.env("NASIJ_BIND", instance.address.to_string());
    assert!(complaint(plain).contains("the service"));
}

#[test]
fn a_certificate_that_cannot_be_used_stops_the_start() {
    let (home, one, other) = (Home::empty(), Certificate::new(), Certificate::new());
    let told = |certificate: Option<PathBuf>, key: Option<PathBuf>| {
        let mut command = home.nasij([]);
        if let Some(file) = certificate {
            command.env("NASIJ_TLS_CERTIFICATE_FILE", file);
        }
        if let Some(file) = key {
            command.env("NASIJ_TLS_KEY_FILE", file);
        }
        let told = complaint(command);
        assert!(told.starts_with("nasij: ") && told.trim().lines().count() == 1, "no sentence: {told}");
        told
    };
    let nowhere = PathBuf::from("/nowhere/at/all.pem");
    for (certificate, key, word) in [
        (Some(one.file()), None, "NASIJ_TLS_KEY_FILE"),
        (None, Some(one.key()), "NASIJ_TLS_CERTIFICATE_FILE"),
        (Some(nowhere.clone()), Some(one.key()), "/nowhere/at/all.pem"),
        (Some(one.file()), Some(nowhere), "/nowhere/at/all.pem"),
        (Some(one.file()), Some(other.key()), "is no key of"),
        (Some(one.key()), Some(one.key()), "holds no certificate"),
    ] {
        let told = told(certificate, key);
        assert!(told.contains(word) && !told.contains("PRIVATE KEY"), "{told}");
    }
    fs::write(other.key(), "sesame").unwrap();
    let broken = told(Some(other.file()), Some(other.key()));
    assert!(broken.contains("holds no private key") && !broken.contains("sesame"), "{broken}");
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(one.key(), Permissions::from_mode(mode)).unwrap();
        let told = told(Some(one.file()), Some(one.key()));
        assert!(told.contains("key.pem") && told.contains("chmod 600"), "{mode:o}: {told}");
    }
    // None of these starts has made the administrator, whose secret would be lost.
    close(&one.key());
    let mut command = home.nasij([]);
    command.env("NASIJ_TLS_CERTIFICATE_FILE", one.file()).env("NASIJ_TLS_KEY_FILE", one.key());
    assert!(Instance::start(command).printed_credentials().is_some());
}

#[tokio::test]
async fn a_certificate_that_is_not_good_now_stops_the_start_and_one_that_ends_soon_is_told() {
    let home = Home::new();
    let with = |certificate: &Certificate| {
        let mut command = home.nasij([]);
        command
            .env("NASIJ_TLS_CERTIFICATE_FILE", certificate.file())
            .env("NASIJ_TLS_KEY_FILE", certificate.key());
        command
    };
    let expired = Certificate::until(rcgen::date_time_ymd(2020, 1, 1));
    let told = complaint(with(&expired));
    assert!(told.contains("certificate.pem") && told.contains("has expired"), "{told}");
    let early = Certificate::between(rcgen::date_time_ymd(2090, 1, 1), rcgen::date_time_ymd(2095, 1, 1));
    let told = complaint(with(&early));
    assert!(told.contains("certificate.pem") && told.contains("not good yet"), "{told}");
    let in_days = |days| Certificate::until(time::OffsetDateTime::now_utc() + time::Duration::days(days));
    for (days, warns) in [(20, true), (40, false)] {
        let certificate = in_days(days);
        let service = Instance::start(with(&certificate));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(service.log().contains("the TLS certificate expires in"), warns, "{}", service.log());
    }
}
