//! Clients that prove themselves with a key instead of a secret: `private_key_jwt` (RFC 7523).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey};
use nasij::access::forget_expired_assertions;
use nasij::database::Connection;
use nasij::database::schema::client_assertions;
use nasij::database::types::{Id, UtcTime};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::binary::{Home, Instance};
use crate::forge::{PROTECTED, PUBLIC, message, refused_token, with, without};

const FORM: &str = "application/x-www-form-urlencoded";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A private key of one of the families that accounts may have.
enum PrivateKey {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
}

impl PrivateKey {
    fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    /// The public part, as an account has it.
    fn jwk(&self, kid: &str) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::P256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kid": kid, "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y)})
            }
            Self::Ed25519(pair) => {
                json!({"kid": kid, "kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref())})
            }
            Self::Rsa(pair) => {
                let modulus = pair.public_key().modulus();
                json!({"kid": kid, "kty": "RSA", "n": text(modulus.big_endian_without_leading_zero()), "e": "AQAB"})
            }
        }
    }

    fn sign(&self, alg: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::P256(pair) => pair.sign(&random, message).expect("a signature").as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding =
                    if alg == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).expect("a signature");
                signature
            }
        }
    }
}

/// An account with a key, and what its assertions say.
struct Client {
    id: String,
    key: PrivateKey,
    header: Value,
    claims: Value,
}

impl Client {
    /// A new account, made over the API.
    async fn of(app: &App, key: PrivateKey, alg: &str) -> Self {
        let account = json!({
            "name": "Some system", "roles": ["integration"], "scopes": ["cities:write"],
            "public_keys": [key.jwk("first")],
        });
        let token = app.token_of(app.admin()).await;
        let made = app.post(&token, "/v1/accounts", &account).await.expect(201).json();
        let id = made["id"].as_str().expect("an identifier").to_owned();
        let exp = UtcTime::now().unix_seconds() + 60;
        let claims = json!({"iss": id, "sub": id, "aud": app.base, "exp": exp, "jti": ""});
        Self { id, key, header: json!({"alg": alg, "kid": "first"}), claims }
    }

    async fn with_p256(app: &App) -> Self {
        Self::of(app, PrivateKey::p256(), "ES256").await
    }

    /// An assertion that was never shown before.
    fn assertion(&self) -> String {
        self.signed(&self.header, &self.fresh())
    }

    fn fresh(&self) -> Value {
        with(&self.claims, "jti", Id::new().to_string())
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        self.signed_texts(&header.to_string(), &claims.to_string())
    }

    fn signed_texts(&self, header: &str, claims: &str) -> String {
        let message = message(header, claims);
        let alg = self.header["alg"].as_str().expect("a name");
        let signature = self.key.sign(alg, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn grant(assertion: &str) -> String {
    form(&[
        ("grant_type", "client_credentials"),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ])
}

async fn ask(app: &App, form: String) -> Answer {
    app.request(Method::POST, "/oauth/token").body(FORM, form).send().await
}

/// Refused as any wrong credential is, without a hint.
#[track_caller]
fn refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}: {}", answer.text());
    assert_eq!(answer.header("www-authenticate"), "Basic realm=\"nasij\"", "{what}");
    let plain = json!({
        "error": "invalid_client", "error_description": "the client credentials are missing or wrong",
        "detail": "The client credentials are missing or wrong.",
    });
    assert_eq!(answer.json(), plain, "{what}");
}

#[tokio::test]
async fn a_key_of_every_family_is_as_good_as_a_secret() {
    let app = App::start().await;
    let rsa = || PrivateKey::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"));
    for (key, alg) in [
        (PrivateKey::p256(), "ES256"),
        (PrivateKey::Ed25519(Ed25519KeyPair::generate().expect("a key")), "EdDSA"),
        (rsa(), "PS256"),
        (rsa(), "RS256"),
    ] {
        let client = Client::of(&app, key, alg).await;
        let answer = ask(&app, grant(&client.assertion())).await;
        assert_eq!(answer.status, 200, "{alg}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = answer.json();
        assert_eq!(token["scope"], "cities:write", "{alg}");
        app.get_as(token["access_token"].as_str().unwrap(), PUBLIC).await.expect(200);
    }
}

#[tokio::test]
async fn what_assertions_may_leave_out_or_write_otherwise() {
    let app = App::start().await;
    let client = Client::with_p256(&app).await;
    let now = UtcTime::now().unix_seconds();
    let header =
        |name: &str, value: Value| client.signed(&with(&client.header, name, value), &client.fresh());
    let claim = |name: &str, value: Value| client.signed(&client.header, &with(&client.fresh(), name, value));
    for (what, assertion) in [
        ("no kid", client.signed(&without(&client.header, "kid"), &client.fresh())),
        ("typ JWT", header("typ", json!("JWT"))),
        ("typ of its own", header("typ", json!("client-authentication+jwt"))),
        ("a thumbprint in the header", header("x5t", json!("c2lnbmF0dXJl"))),
        ("the URL of the endpoint", claim("aud", json!(format!("{}/oauth/token", app.base)))),
        ("a list of one audience", claim("aud", json!([app.base]))),
        ("ten minutes", claim("exp", json!(now + 600))),
        ("within the leeway", claim("exp", json!(now - 15))),
        ("issued a moment ahead", claim("iat", json!(now + 15))),
        ("already begun", claim("nbf", json!(now - 15))),
    ] {
        let answer = ask(&app, grant(&assertion)).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    }
    let repeated = format!("{}&client_id={}", grant(&client.assertion()), client.id);
    ask(&app, repeated).await.expect(200);
}

#[tokio::test]
async fn every_fault_of_an_assertion_is_the_same_refusal() {
    let app = App::start().await;
    let client = Client::with_p256(&app).await;
    let other = Client::with_p256(&app).await;
    let now = UtcTime::now().unix_seconds();
    let header =
        |name: &str, value: Value| client.signed(&with(&client.header, name, value), &client.fresh());
    let claim = |name: &str, value: Value| client.signed(&client.header, &with(&client.fresh(), name, value));
    let both = |value: Value| {
        let claims = with(&with(&client.fresh(), "iss", value.clone()), "sub", value);
        client.signed(&client.header, &claims)
    };
    let (good_header, good_claims) = (client.header.to_string(), client.fresh().to_string());
    let unsigned = message(&with(&client.header, "alg", "none").to_string(), &client.fresh().to_string());
    let point = client.key.jwk("first").to_string();
    let hmac = message(&with(&client.header, "alg", "HS256").to_string(), &client.fresh().to_string());
    let secret = EncodingKey::from_secret(point.as_bytes());
    let hmac =
        [hmac.clone(), jsonwebtoken::crypto::sign(hmac.as_bytes(), &secret, Algorithm::HS256).unwrap()];
    let mut faults = vec![
        ("another issuer", claim("iss", json!(other.id))),
        ("another subject", claim("sub", json!(other.id))),
        ("another account", both(json!(other.id))),
        ("no account", both(json!(Id::new()))),
        ("no identifier", both(json!("somebody"))),
        ("an account without a key", both(json!(app.admin().client_id))),
        ("another audience", claim("aud", json!("https://other.example"))),
        ("another endpoint", claim("aud", json!(format!("{}/oauth/revoke", app.base)))),
        ("a slash too much", claim("aud", json!(format!("{}/", app.base)))),
        ("two audiences", claim("aud", json!([app.base, "https://other.example"]))),
        ("expired", claim("exp", json!(now - 60))),
        ("good for too long", claim("exp", json!(now + 700))),
        ("good for ever", claim("exp", json!(i64::MAX))),
        ("exp as text", claim("exp", json!((now + 60).to_string()))),
        ("not begun", claim("nbf", json!(now + 60))),
        ("issued in the future", claim("iat", json!(now + 60))),
        ("an empty jti", claim("jti", json!(""))),
        ("a long jti", claim("jti", json!("x".repeat(256)))),
        ("a jti that no database keeps", claim("jti", json!("a\u{0}b"))),
        ("a number as jti", claim("jti", json!(1))),
        ("another algorithm", header("alg", json!("ES384"))),
        ("the algorithm of another family", header("alg", json!("RS256"))),
        ("an unknown kid", header("kid", json!("second"))),
        ("the type of access tokens", header("typ", json!("at+jwt"))),
        ("its own key", header("jwk", client.key.jwk("first"))),
        ("a place of its key", header("jku", json!("https://evil.example/jwks.json"))),
        ("a certificate", header("x5c", json!(["MIIB"]))),
        ("a place of a certificate", header("x5u", json!("https://evil.example"))),
        ("an extension", header("crit", json!(["exp"]))),
        ("unsigned", format!("{unsigned}.")),
        ("HMAC with the public key", hmac.join(".")),
        (
            "a claim twice",
            client.signed_texts(&good_header, &good_claims.replacen('{', r#"{"x":1,"x":1,"#, 1)),
        ),
        (
            "a header twice",
            client.signed_texts(&good_header.replacen('{', r#"{"alg":"none","#, 1), &good_claims),
        ),
        ("another key", other.signed(&client.header, &client.fresh())),
        ("zeros", format!("{}.{}", message(&good_header, &good_claims), URL_SAFE_NO_PAD.encode([0; 64]))),
        ("no token", "x".to_owned()),
        ("an access token", app.token_of(app.admin()).await),
    ];
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        faults.push(("a claim is missing", client.signed(&client.header, &without(&client.fresh(), name))));
    }
    for (what, assertion) in faults {
        refused(&ask(&app, grant(&assertion)).await, what);
    }
    let foreign_id = format!("{}&client_id={}", grant(&client.assertion()), other.id);
    refused(&ask(&app, foreign_id).await, "another client_id beside it");
    ask(&app, grant(&client.assertion())).await.expect(200);
}

#[tokio::test]
async fn one_way_of_authentication_at_a_time() {
    let app = App::start().await;
    let client = Client::with_p256(&app).await;
    let admin = app.admin();
    let unknown_type = grant(&client.assertion()).replace("jwt-bearer", "saml2-bearer");
    let only_type = form(&[("grant_type", "client_credentials"), ("client_assertion_type", TYPE)]);
    let only_assertion =
        form(&[("grant_type", "client_credentials"), ("client_assertion", &client.assertion())]);
    let with_secret =
        format!("{}&{}", grant(&client.assertion()), form(&[("client_secret", &admin.client_secret)]));
    let twice = format!("{}&client_assertion=x", grant(&client.assertion()));
    for form in [unknown_type, only_type, only_assertion, with_secret, twice] {
        assert_eq!(ask(&app, form.clone()).await.expect(400).json()["error"], "invalid_request", "{form}");
    }
    let with_header = app.request(Method::POST, "/oauth/token").basic(admin);
    let both = with_header.body(FORM, grant(&client.assertion())).send().await;
    assert_eq!(both.expect(400).json()["error"], "invalid_request");
    let large = grant(&client.signed(&client.header, &with(&client.fresh(), "filler", "x".repeat(8000))));
    assert_eq!(ask(&app, large).await.expect(400).json()["error"], "invalid_request");
}

#[tokio::test]
async fn an_assertion_is_good_once() {
    let app = App::start().await;
    let client = Client::with_p256(&app).await;
    let assertion = client.assertion();
    ask(&app, grant(&assertion)).await.expect(200);
    refused(&ask(&app, grant(&assertion)).await, "shown again");
    // Signed anew, with the same identifier.
    let claims = with(&client.claims, "jti", "mine");
    ask(&app, grant(&client.signed(&client.header, &claims))).await.expect(200);
    refused(&ask(&app, grant(&client.signed(&client.header, &with(&claims, "x", 1)))).await, "the same jti");
    // Another client's identifiers are its own.
    let other = Client::with_p256(&app).await;
    ask(&app, grant(&other.signed(&other.header, &with(&other.claims, "jti", "mine")))).await.expect(200);
    // A forged one uses nothing up.
    let good = client.assertion();
    let forged = format!("{}.{}", good.rsplit_once('.').unwrap().0, URL_SAFE_NO_PAD.encode([1; 64]));
    refused(&ask(&app, grant(&forged)).await, "forged");
    ask(&app, grant(&good)).await.expect(200);
}

#[tokio::test]
async fn instances_on_one_database_take_an_assertion_once_together() {
    let home = Home::new();
    if !home.is_shared() {
        return;
    }
    let start = || Instance::start(home.nasij(["--public-url", "https://nasij.example"]));
    let instances = [start(), start()];
    let key = PrivateKey::p256();
    let account = json!({
        "name": "Some system", "roles": ["integration"], "scopes": ["cities:write"],
        "public_keys": [key.jwk("first")],
    });
    let token = instances[0].token_of(home.admin()).await;
    let made = instances[0].request(Method::POST, "/v1/accounts").token(&token).json(&account).send().await;
    let id = made.expect(201).json()["id"].clone();
    let exp = UtcTime::now().unix_seconds() + 60;
    let claims = json!({"iss": id, "sub": id, "aud": "https://nasij.example", "exp": exp, "jti": ""});
    let client = Client { id: id.to_string(), key, header: json!({"alg": "ES256"}), claims };
    for _ in 0..5 {
        let form = grant(&client.assertion());
        let ask = |place: usize| {
            instances[place % 2].request(Method::POST, "/oauth/token").body(FORM, form.clone()).send()
        };
        let (a, b, c, d) = tokio::join!(ask(0), ask(1), ask(2), ask(3));
        let mut statuses = [a.status, b.status, c.status, d.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401]);
    }
}

#[tokio::test]
async fn a_key_that_is_taken_away_or_a_disabled_account_proves_nothing() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    for change in [json!({"public_keys": []}), json!({"status": "disabled"})] {
        let client = Client::with_p256(&app).await;
        let answer = ask(&app, grant(&client.assertion())).await.expect(200).json();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        app.patch(&admin, &format!("/v1/accounts/{}", client.id), "*", &change).await.expect(200);
        refused(&ask(&app, grant(&client.assertion())).await, &change.to_string());
        refused_token(app.get_as(&token, PUBLIC).await, &change.to_string());
    }
}

#[tokio::test]
async fn an_assertion_is_no_access_token() {
    let app = App::start().await;
    let client = Client::with_p256(&app).await;
    for assertion in
        [client.assertion(), client.signed(&with(&client.header, "typ", "at+jwt"), &client.fresh())]
    {
        for path in [PROTECTED, PUBLIC] {
            refused_token(app.get_as(&assertion, path).await, path);
        }
    }
}

#[tokio::test]
async fn used_assertions_are_kept_until_they_have_expired() {
    let app = App::start().await;
    let client = Client::with_p256(&app).await;
    ask(&app, grant(&client.assertion())).await.expect(200);
    let kept = || -> i64 {
        app.database()
            .read_blocking(|connection: &mut Connection| {
                Ok(client_assertions::table.count().get_result(connection)?)
            })
            .unwrap()
    };
    let forget_at = |time: UtcTime| {
        app.database().write_blocking(|connection| forget_expired_assertions(connection, time)).unwrap();
    };
    let end = UtcTime::from_unix_seconds(client.claims["exp"].as_i64().unwrap()).unwrap();
    forget_at(end.plus_seconds(29));
    assert_eq!(kept(), 1, "it could be shown again, within the leeway");
    forget_at(end.plus_seconds(89));
    assert_eq!(kept(), 1, "the clock of another instance may be behind");
    forget_at(end.plus_seconds(91));
    assert_eq!(kept(), 0);
}
