//! A small OpenID Connect provider that really runs: metadata, keys that rotate, tokens, and everything that can be wrong
//! with them.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use nasij::database::types::UtcTime;
use serde_json::{Value, json};

/// Whom the tokens are for.
pub(crate) const AUDIENCE: &str = "https://api.example.ma";

/// How a provider answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    Well,
    /// Its metadata is where RFC 8414 has it, and nowhere else.
    Rfc8414,
    /// Every request gets a 503.
    Down,
    /// Every answer begins, and takes longer than anybody waits.
    Slow,
    /// No answer begins until the mood is another.
    Pondering,
    /// Its keys are followed by much white space.
    Oversize,
    /// Its keys have moved.
    Redirecting,
    /// Its metadata speaks for somebody else.
    OtherIssuer,
    /// Its keys are on another machine without TLS.
    PlainKeys,
    /// It publishes too many keys.
    ManyKeys,
    /// It answers with a page.
    Html,
}

/// A running provider. It is stopped on drop.
pub(crate) struct Provider {
    /// The issuer of its tokens.
    pub(crate) issuer: String,
    state: Arc<State>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

struct State {
    issuer: String,
    mood: Mutex<Mood>,
    keys: Mutex<Vec<Value>>,
    fetches: AtomicUsize,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    /// Starts a provider that publishes these keys.
    pub(crate) fn start(keys: &[&ProviderKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("http://{}/realms/agents", listener.local_addr().expect("an address"));
        let state = Arc::new(State {
            issuer: issuer.clone(),
            mood: Mutex::new(Mood::Well),
            keys: Mutex::default(),
            fetches: AtomicUsize::new(0),
        });
        let (started, start) = std::sync::mpsc::channel();
        let data = web::Data::from(state.clone());
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let app =
                    move || actix_web::App::new().app_data(data.clone()).default_service(web::to(answer));
                let server = actix_web::HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(0);
                let server = server.listen(listener).expect("it listens").run();
                started.send(server.handle()).expect("somebody waits");
                server.await.expect("it runs until it is stopped");
            });
        });
        let server = start.recv().expect("the provider starts");
        let provider = Self { issuer, state, server, thread: Some(thread) };
        provider.publish(keys);
        provider
    }

    /// Publishes these keys instead of the earlier ones.
    pub(crate) fn publish(&self, keys: &[&ProviderKey]) {
        *locked(&self.state.keys) = keys.iter().map(|key| key.jwk.clone()).collect();
    }

    /// Changes how it answers from now on.
    pub(crate) fn become_(&self, mood: Mood) {
        *locked(&self.state.mood) = mood;
    }

    /// How often its metadata was asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.state.fetches.load(Ordering::SeqCst)
    }

    /// Waits until it was asked more often than `fetches` times.
    pub(crate) async fn asked_after(&self, fetches: usize) {
        for _ in 0..500 {
            if self.fetches() > fetches {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the provider was not asked again");
    }

    /// The claims of an access token for `subject`.
    pub(crate) fn claims(&self, subject: &str) -> Value {
        let now = UtcTime::now().unix_seconds();
        json!({
            "iss": self.issuer, "aud": AUDIENCE, "sub": subject, "client_id": "portal", "jti": "1",
            "iat": now, "exp": now + 300,
        })
    }

    /// An access token for `subject`, signed with `key`.
    pub(crate) fn token(&self, key: &ProviderKey, subject: &str) -> String {
        key.sign(&self.claims(subject))
    }

    /// The least that configures it.
    pub(crate) fn settings(&self) -> Value {
        json!({"issuer": self.issuer, "audience": AUDIENCE, "algorithms": ["RS256", "ES256"]})
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn answer(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let mut mood = *locked(&state.mood);
    let behind = "/realms/agents/.well-known/openid-configuration";
    let before = "/.well-known/oauth-authorization-server/realms/agents";
    let (metadata, gone) = if mood == Mood::Rfc8414 { (before, behind) } else { (behind, before) };
    let path = request.path();
    if path == metadata {
        state.fetches.fetch_add(1, Ordering::SeqCst);
    }
    match mood {
        Mood::Down => return HttpResponse::ServiceUnavailable().finish(),
        Mood::Slow => tokio::time::sleep(Duration::from_secs(30)).await,
        Mood::Pondering => {
            while mood == Mood::Pondering {
                tokio::time::sleep(Duration::from_millis(5)).await;
                mood = *locked(&state.mood);
            }
        }
        _ => {}
    }
    match path {
        path if path == gone => HttpResponse::NotFound().finish(),
        path if path == metadata => answer_metadata(&state, mood),
        "/keys" => answer_keys(&state, mood),
        "/moved" => HttpResponse::Ok().json(json!({"keys": *locked(&state.keys)})),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn answer_metadata(state: &State, mood: Mood) -> HttpResponse {
    let issuer = match mood {
        // Not even a slash may differ.
        Mood::OtherIssuer => format!("{}/", state.issuer),
        _ => state.issuer.clone(),
    };
    let keys = match mood {
        Mood::PlainKeys => "http://keys.example.ma/keys".to_owned(),
        _ => state.issuer.replace("/realms/agents", "/keys"),
    };
    HttpResponse::Ok()
        .json(json!({"issuer": issuer, "jwks_uri": keys, "token_endpoint": "https://unread.example"}))
}

fn answer_keys(state: &State, mood: Mood) -> HttpResponse {
    let keys = locked(&state.keys).clone();
    match mood {
        Mood::Oversize => {
            HttpResponse::Ok().body(json!({"keys": keys}).to_string() + &" ".repeat(300 * 1024))
        }
        Mood::Redirecting => HttpResponse::Found().insert_header(("location", "/moved")).finish(),
        Mood::ManyKeys => HttpResponse::Ok().json(json!({"keys": vec![keys; 51].concat()})),
        Mood::Html => HttpResponse::Ok().body("<p>Welcome</p>"),
        _ => HttpResponse::Ok().json(json!({"keys": keys})),
    }
}

/// A key that a provider signs with.
#[derive(Clone)]
pub(crate) struct ProviderKey {
    /// The public key as it is published.
    pub(crate) jwk: Value,
    /// The public key in DER (RFC 5280, 4.1), for those who mistake it for a secret.
    pub(crate) der: Vec<u8>,
    encoding: EncodingKey,
    algorithm: Algorithm,
}

impl ProviderKey {
    /// A new P-256 key.
    pub(crate) fn p256(kid: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let pkcs8 = pair.to_pkcs8v1().expect("PKCS#8");
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        Self {
            jwk: json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256", "x": x, "y": y}),
            der: der.as_ref().to_vec(),
            encoding: EncodingKey::from_ec_der(pkcs8.as_ref()),
            algorithm: Algorithm::ES256,
        }
    }

    /// The RSA key of this test run; to make one takes long.
    pub(crate) fn rsa(kid: &str) -> Self {
        static KEY: OnceLock<ProviderKey> = OnceLock::new();
        let mut key = KEY.get_or_init(Self::new_rsa).clone();
        key.jwk["kid"] = json!(kid);
        key
    }

    fn new_rsa() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().expect("PKCS#8");
        let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (n, e) =
            (number(n.big_endian_without_leading_zero()), number(e.big_endian_without_leading_zero()));
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        let private = pem("PRIVATE KEY", pkcs8.as_ref());
        Self {
            jwk: json!({"kty": "RSA", "use": "sig", "alg": "RS256", "n": n, "e": e}),
            der: der.as_ref().to_vec(),
            encoding: EncodingKey::from_rsa_pem(private.as_bytes()).expect("an RSA key"),
            algorithm: Algorithm::RS256,
        }
    }

    /// The header of its access tokens (RFC 9068, 2.1).
    pub(crate) fn header(&self) -> Value {
        json!({"typ": "at+jwt", "alg": format!("{:?}", self.algorithm), "kid": self.jwk["kid"]})
    }

    /// An access token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_raw(&self.header().to_string(), &claims.to_string())
    }

    /// A token of these very texts.
    pub(crate) fn sign_raw(&self, header: &str, claims: &str) -> String {
        signed(header, claims, &self.encoding, self.algorithm)
    }
}

/// A token of these very texts, signed with any key.
pub(crate) fn signed(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}

/// DER as PEM (RFC 7468).
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
