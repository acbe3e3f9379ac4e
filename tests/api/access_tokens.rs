//! How the API takes access tokens: the errors of RFC 6750, the attacks of RFC 8725, and the end of accounts.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use diesel::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey};
use nasij::access::{NewAccount, Role, accounts};
use nasij::audit::Actor;
use nasij::database::schema;
use nasij::database::types::{Id, UtcTime};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::{App, Credentials};

/// Needs the scope `audit:read` and a role that may use it.
const PROTECTED: &str = "/v1/audit";
/// Needs no token.
const PUBLIC: &str = "/v1/cities/oujda";

/// What it takes to make tokens: the service's own key, and a token of an administrator taken apart.
struct Forge {
    key: EncodingKey,
    header: Value,
    claims: Value,
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

fn with(value: &Value, name: &str, member: impl Into<Value>) -> Value {
    let mut value = value.clone();
    value[name] = member.into();
    value
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().expect("an object").remove(name);
    value
}

fn signed(header: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
    format!("{message}.{signature}")
}

impl Forge {
    async fn of(app: &App) -> Self {
        let token = app.token_of(app.admin()).await;
        let parts: Vec<&str> = token.split('.').collect();
        let pem = std::fs::read(app.config.data_dir.join("signing-key.pem")).expect("the service's key");
        Self {
            key: EncodingKey::from_ec_pem(&pem).expect("a P-256 key"),
            header: decoded(parts[0]),
            claims: decoded(parts[1]),
        }
    }

    /// A token signed as the service signs.
    fn token(&self, header: &Value, claims: &Value) -> String {
        signed(header, claims, &self.key, Algorithm::ES256)
    }

    fn with_claim(&self, name: &str, value: impl Into<Value>) -> String {
        self.token(&self.header, &with(&self.claims, name, value))
    }

    fn with_header(&self, name: &str, value: impl Into<Value>) -> String {
        self.token(&with(&self.header, name, value), &self.claims)
    }
}

/// 401 as RFC 6750, 3 wants it for a token that is not good.
#[track_caller]
fn refused_token(answer: Answer, what: &str) {
    assert_eq!(answer.status, 401, "{what}");
    let challenge = answer.header("www-authenticate").to_owned();
    assert!(challenge.starts_with("Bearer realm=\"nasij\", error=\"invalid_token\""), "{what}: {challenge}");
    assert!(challenge.contains("error_description=\"") && challenge.is_ascii(), "{what}: {challenge}");
    assert_eq!(answer.problem(401)["code"], "invalid_token", "{what}");
}

/// A token that is good nowhere, on public reads neither.
async fn refused_everywhere(app: &App, token: &str, what: &str) {
    for path in [PROTECTED, PUBLIC] {
        refused_token(app.get_as(token, path).await, &format!("{what} on {path}"));
    }
}

#[tokio::test]
async fn without_a_token_the_challenge_has_no_error() {
    let app = App::start().await;
    let answer = app.get(PROTECTED).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"nasij\"");
    assert_eq!(answer.problem(401)["code"], "invalid_token");
    let basic = app.request(Method::GET, PROTECTED).basic(app.admin()).send().await;
    assert_eq!(basic.header("www-authenticate"), "Bearer realm=\"nasij\"");
    basic.problem(401);
}

#[tokio::test]
async fn a_token_is_taken_from_one_authorization_header_alone() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.request(Method::GET, PROTECTED)
        .header("authorization", &format!("bearer {token}"))
        .send()
        .await
        .expect(200);
    let twice = app.request(Method::GET, PROTECTED).token(&token).token(&token).send().await;
    assert!(twice.header("www-authenticate").contains("error=\"invalid_request\""));
    twice.problem(400);
    app.get(&format!("{PROTECTED}?access_token={token}")).await.problem(401);
    app.get(&format!("{PUBLIC}?access_token={token}")).await.problem(400);
    let in_form = app.request(Method::POST, "/v1/cities");
    in_form
        .body("application/x-www-form-urlencoded", format!("access_token={token}"))
        .send()
        .await
        .problem(401);
}

#[tokio::test]
async fn a_token_of_the_services_own_making_is_good() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    for token in [forge.token(&forge.header, &forge.claims), forge.with_header("typ", "application/at+jwt")] {
        app.get_as(&token, PROTECTED).await.expect(200);
        app.get_as(&token, PUBLIC).await.expect(200);
    }
}

#[tokio::test]
async fn an_expired_token_or_one_for_somebody_else_is_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let now = UtcTime::now().unix_seconds();
    let old = with(&with(&forge.claims, "iat", now - 1000), "exp", now - 100);
    refused_everywhere(&app, &forge.token(&forge.header, &old), "an expired token").await;
    let expired = app.get_as(&forge.token(&forge.header, &old), PROTECTED).await;
    assert!(expired.header("www-authenticate").contains("expired"));
    for (name, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("https://other.example")),
        ("iat", json!(now + 3600)),
        ("nbf", json!(now + 3600)),
        ("sub", json!(Id::new())),
        ("sub", json!("somebody")),
        ("gen", json!(99)),
        ("gen", json!(0)),
        ("roles", json!(["emperor"])),
        ("exp", json!("9999999999")),
    ] {
        refused_everywhere(&app, &forge.with_claim(name, value.clone()), &format!("{name} = {value}")).await;
    }
    for name in ["iss", "aud", "sub", "client_id", "exp", "iat", "jti", "scope", "roles"] {
        let token = forge.token(&forge.header, &without(&forge.claims, name));
        refused_everywhere(&app, &token, &format!("without {name}")).await;
    }
}

#[tokio::test]
async fn a_tampered_token_is_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let good = forge.token(&forge.header, &forge.claims);
    let parts: Vec<&str> = good.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(with(&forge.claims, "roles", json!(["auditor"])).to_string());
    let zeros = URL_SAFE_NO_PAD.encode([0_u8; 64]);
    for token in [
        format!("{}.{other}.{}", parts[0], parts[2]),
        format!("{}.{}.{zeros}", parts[0], parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}.x"),
        good[..good.len() - 4].to_owned(),
        "not.a.token".to_owned(),
        "x".repeat(9000),
        String::new(),
    ] {
        let start: String = token.chars().take(20).collect();
        refused_everywhere(&app, &token, &format!("{start}… ({} characters)", token.len())).await;
    }
}

#[tokio::test]
async fn a_token_without_a_signature_or_signed_with_the_public_key_is_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    for alg in ["none", "None", "NONE", ""] {
        let unsigned = format!("{}.{}.", encoded(&with(&forge.header, "alg", alg)), encoded(&forge.claims));
        refused_everywhere(&app, &unsigned, &format!("alg {alg:?}")).await;
    }
    let set = app.get("/.well-known/jwks.json").await.expect(200);
    let key = &set.json()["keys"][0];
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    // The fixed beginning of a SubjectPublicKeyInfo for P-256 (RFC 5480), then the point.
    let start = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
    let start: Vec<u8> = (0..start.len() / 2)
        .map(|place| u8::from_str_radix(&start[2 * place..2 * place + 2], 16).unwrap())
        .collect();
    let der = [start, point.clone()].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    for (secret, what) in [
        (point, "the point"),
        (der, "the DER"),
        (pem.into_bytes(), "the PEM"),
        (key.to_string().into_bytes(), "the JWK"),
        (set.body.clone(), "the JWK set"),
    ] {
        let header = with(&forge.header, "alg", "HS256");
        let token = signed(&header, &forge.claims, &EncodingKey::from_secret(&secret), Algorithm::HS256);
        refused_everywhere(&app, &token, &format!("HS256 with {what}")).await;
    }
}

#[tokio::test]
async fn other_types_keys_and_headers_are_refused() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    for (name, value) in [
        ("typ", json!("JWT")),
        ("typ", json!("id+jwt")),
        ("alg", json!("ES384")),
        ("kid", json!("somebody-elses")),
        ("kid", json!("../../dev/null")),
        ("jku", json!("https://evil.example/jwks.json")),
        ("crit", json!(["exp"])),
    ] {
        refused_everywhere(&app, &forge.with_header(name, value.clone()), &format!("{name} = {value}")).await;
    }
    for name in ["typ", "kid", "alg"] {
        let token = forge.token(&without(&forge.header, name), &forge.claims);
        refused_everywhere(&app, &token, &format!("without {name}")).await;
    }
    let foreign =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let foreign = EncodingKey::from_ec_der(foreign.as_ref());
    let token = signed(&forge.header, &forge.claims, &foreign, Algorithm::ES256);
    refused_everywhere(&app, &token, "a foreign key under our name").await;
    let header = with(&forge.header, "kid", "foreign");
    let token = signed(&header, &forge.claims, &foreign, Algorithm::ES256);
    refused_everywhere(&app, &token, "a foreign key under its name").await;
}

#[tokio::test]
async fn a_bad_token_is_refused_on_every_public_read() {
    let app = App::start().await;
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut taken = Vec::new();
    for (template, operations) in document["paths"].as_object().unwrap() {
        if !template.starts_with("/v1/") || operations.get("get").is_none() {
            continue;
        }
        let path = template.replace("{year}", "2022").replace("{code}", "1").replace("{id}", "x");
        if app.get_as("not.a.token", &path).await.status != 401 {
            taken.push(path);
        }
    }
    assert!(taken.is_empty(), "silently anonymous: {taken:#?}");
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let app = App::start().await;
    let answer = app.get_as(&app.token(Role::Juror).await, PROTECTED).await;
    let challenge = "Bearer realm=\"nasij\", error=\"insufficient_scope\", scope=\"audit:read\"";
    assert_eq!(answer.header("www-authenticate"), challenge);
    let problem = answer.problem(403);
    assert_eq!(problem["code"], "insufficient_scope");
    assert!(problem["detail"].as_str().unwrap().contains("audit:read"));
}

#[tokio::test]
async fn a_scope_is_not_enough_for_another_role() {
    let app = App::start().await;
    let auditor = app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"));
    let token = app.token_of(&auditor).await;
    app.get_as(&token, PROTECTED).await.expect(200);
    // No account is made like this; the role is checked all the same, as it is now.
    let demote = |connection: &mut _| {
        let account = schema::accounts::table.find(id(&auditor));
        Ok(diesel::update(account).set(schema::accounts::role.eq("juror")).execute(connection)?)
    };
    app.database().write_blocking(demote).unwrap();
    let answer = app.get_as(&token, PROTECTED).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"nasij\"");
    let problem = answer.problem(403);
    assert_eq!(problem["code"], "forbidden");
    assert!(problem["detail"].as_str().unwrap().contains("juror"), "{problem}");
}

#[tokio::test]
async fn the_role_in_a_token_gives_nothing() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Some juror"));
    let claims = with(&with(&forge.claims, "sub", juror.client_id.clone()), "client_id", juror.client_id);
    for role in ["admin", "auditor"] {
        let claims = with(&claims, "roles", json!([role]));
        app.get_as(&forge.token(&forge.header, &claims), PROTECTED).await.problem(403);
    }
}

#[tokio::test]
async fn a_token_that_claims_more_than_its_account_has_is_worth_no_more() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Some juror"));
    let claims = with(&with(&forge.claims, "sub", juror.client_id.clone()), "client_id", juror.client_id);
    let answer = app.get_as(&forge.token(&forge.header, &claims), PROTECTED).await;
    assert_eq!(answer.problem(403)["code"], "insufficient_scope");
}

fn id(credentials: &Credentials) -> Id {
    credentials.client_id.parse().expect("an identifier")
}

#[tokio::test]
async fn the_tokens_of_a_disabled_account_end_at_once() {
    let app = App::start().await;
    let auditor = app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"));
    let token = app.token_of(&auditor).await;
    app.get_as(&token, PROTECTED).await.expect(200);
    let disable = |connection: &mut _| accounts::disable(connection, &Actor::operator(), id(&auditor));
    app.database().write_blocking(disable).unwrap();
    refused_token(app.get_as(&token, PROTECTED).await, "a disabled account");
    refused_token(app.get_as(&token, "/v1/associations?limit=1").await, "a disabled account, public read");
    let again = app
        .request(Method::POST, "/oauth/token")
        .basic(&auditor)
        .body("application/x-www-form-urlencoded", "grant_type=client_credentials");
    assert_eq!(again.send().await.expect(401).json()["error"], "invalid_client");
}

#[tokio::test]
async fn a_new_secret_ends_the_old_one_and_its_tokens_unless_both_are_to_overlap() {
    let app = App::start().await;
    let old = app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"));
    let rotate = |hours: u32| -> Credentials {
        let rotate =
            |connection: &mut _| accounts::rotate_secret(connection, &Actor::operator(), id(&old), hours);
        app.database().write_blocking(rotate).unwrap().into()
    };
    let token = app.token_of(&old).await;
    let second = rotate(1);
    app.get_as(&token, PROTECTED).await.expect(200);
    app.token_of(&old).await;
    let token = app.token_of(&second).await;
    let third = rotate(0);
    refused_token(app.get_as(&token, PROTECTED).await, "a token of before");
    for ended in [&old, &second] {
        let again = app
            .request(Method::POST, "/oauth/token")
            .basic(ended)
            .body("application/x-www-form-urlencoded", "grant_type=client_credentials");
        assert_eq!(again.send().await.expect(401).json()["error"], "invalid_client");
    }
    app.get_as(&app.token_of(&third).await, PROTECTED).await.expect(200);
}

#[tokio::test]
async fn an_encoded_path_is_no_way_around_the_token() {
    let app = App::start().await;
    for path in ["/v1/cities", "/%76%31/cities", "/v%31/nominations"] {
        app.get_as("not.a.token", path).await.problem(401);
    }
}
