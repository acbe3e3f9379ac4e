//! Getting access tokens (RFC 6749, 4.4) and what clients find out by themselves (RFC 8414, RFC 9728, RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::{App, Credentials};

const TOKEN: &str = "/oauth/token";
const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

/// A form of these fields.
fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The grant with the credentials in the form.
fn form_of(Credentials { client_id, client_secret }: &Credentials) -> String {
    let fields = [("client_id", client_id.as_str()), ("client_secret", client_secret)];
    format!("{GRANT}&{}", form(&fields))
}

/// A token request with the credentials in the header.
async fn by_basic(app: &App, credentials: &Credentials, form: &str) -> Answer {
    app.request(Method::POST, TOKEN).basic(credentials).body(FORM, form.to_owned()).send().await
}

/// A token request with nothing but a form.
async fn by_form(app: &App, form: &str) -> Answer {
    app.request(Method::POST, TOKEN).body(FORM, form.to_owned()).send().await
}

/// Holds a refusal against RFC 6749, 5.2.
#[track_caller]
fn refused(answer: Answer, status: u16, error: &str) {
    let answer = answer.expect(status);
    assert_eq!(answer.media_type(), Some("application/json"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let refusal = answer.json();
    assert_eq!(refusal["error"], error, "{refusal}");
    let description = refusal["error_description"].as_str().expect("a description");
    assert!(!description.is_empty() && description.is_ascii(), "{description}");
    assert!(refusal["detail"].as_str().is_some_and(|detail| detail.ends_with('.')), "{refusal}");
    let challenge = answer.optional_header("www-authenticate").unwrap_or_default();
    assert_eq!(challenge.starts_with("Basic realm="), status == 401, "{challenge:?}");
}

/// The header or the claims of a token, unverified.
fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

#[tokio::test]
async fn credentials_in_the_header_or_in_the_form_give_a_token() {
    let app = App::start().await;
    let admin = app.admin().clone();
    for answer in [by_basic(&app, &admin, GRANT).await, by_form(&app, &form_of(&admin)).await] {
        let answer = answer.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = answer.json();
        assert_eq!((&token["token_type"], &token["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert_eq!(token["scope"], Scope::join(Scope::ALL));
        app.get_as(token["access_token"].as_str().unwrap(), "/v1/audit").await.expect(200);
    }
}

#[tokio::test]
async fn a_client_may_repeat_its_identifier_beside_the_header() {
    let app = App::start().await;
    let admin = app.admin().clone();
    let same = format!("{GRANT}&{}", form(&[("client_id", &admin.client_id)]));
    by_basic(&app, &admin, &same).await.expect(200);
    refused(by_basic(&app, &admin, &format!("{GRANT}&client_id=other")).await, 400, "invalid_request");
}

#[tokio::test]
async fn wrong_credentials_are_refused_without_saying_which_part_is_wrong() {
    let app = App::start().await;
    let admin = app.admin().clone();
    let wrong = |client_id: &str, client_secret: &str| Credentials {
        client_id: client_id.to_owned(),
        client_secret: client_secret.to_owned(),
    };
    let mut bodies = Vec::new();
    for credentials in [
        wrong(&admin.client_id, "nasij_wrong"),
        wrong(&admin.client_id, &admin.client_secret[..admin.client_secret.len() - 1]),
        wrong("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11", &admin.client_secret),
        wrong("nobody", &admin.client_secret),
        wrong("'; DROP TABLE accounts; --", "x"),
    ] {
        let answer = by_basic(&app, &credentials, GRANT).await;
        bodies.push(answer.json());
        refused(answer, 401, "invalid_client");
        refused(by_form(&app, &form_of(&credentials)).await, 401, "invalid_client");
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    for form in [GRANT.to_owned(), format!("{GRANT}&client_id={}", admin.client_id)] {
        refused(by_form(&app, &form).await, 401, "invalid_client");
    }
    for authorization in ["Basic", "Basic %%%", "Basic Og==", "Bearer abc", "Digest username=\"x\""] {
        let request = app.request(Method::POST, TOKEN).header("authorization", authorization);
        refused(request.body(FORM, GRANT).send().await, 401, "invalid_client");
    }
}

#[tokio::test]
async fn malformed_token_requests_are_refused_in_the_form_of_oauth() {
    let app = App::start().await;
    let admin = app.admin().clone();
    let both = form_of(&admin);
    for (form, error) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("scope=audit:read", "invalid_request"),
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ("grant_type=client_credentials&scope=audit:read&scope=cities:write", "invalid_request"),
        (&both, "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ("grant_type=refresh_token&refresh_token=x", "unsupported_grant_type"),
        ("grant_type=authorization_code&code=x", "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=nonsense", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit:read nonsense", "invalid_scope"),
        ("grant_type=client_credentials&scope=AUDIT:READ", "invalid_scope"),
        ("grant_type=client_credentials&scope=%20", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit:read%20", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit:read%20%20cities:write", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit:read%0Acities:write", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit:read,cities:write", "invalid_scope"),
        ("grant_type=client_credentials&scope=%22audit:read%22", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit%5C:read", "invalid_scope"),
        ("grant_type=client_credentials&scope=audit:read%00", "invalid_scope"),
        ("grant_type=client_credentials&scope=%D9%A1", "invalid_scope"),
    ] {
        refused(by_basic(&app, &admin, form).await, 400, error);
    }
    let large = format!("{GRANT}&filler={}", "x".repeat(20_000));
    refused(by_basic(&app, &admin, &large).await, 400, "invalid_request");
    let two = app.request(Method::POST, TOKEN).basic(&admin).header("authorization", "Basic Og==");
    refused(two.body(FORM, GRANT).send().await, 400, "invalid_request");
}

#[tokio::test]
async fn parameters_in_the_address_and_other_media_types_are_refused() {
    let app = App::start().await;
    let admin = app.admin().clone();
    for path in [format!("{TOKEN}?{GRANT}"), format!("{TOKEN}?{}", form_of(&admin))] {
        let request = app.request(Method::POST, &path).basic(&admin).body(FORM, GRANT);
        refused(request.send().await, 400, "invalid_request");
    }
    let grant = json!({"grant_type": "client_credentials"});
    let as_json = app.request(Method::POST, TOKEN).basic(&admin).json(&grant);
    refused(as_json.send().await, 400, "invalid_request");
    let as_text = app.request(Method::POST, TOKEN).basic(&admin).body("text/plain", GRANT);
    refused(as_text.send().await, 400, "invalid_request");
    let with_charset = app.request(Method::POST, TOKEN).basic(&admin);
    with_charset.body("Application/X-WWW-Form-Urlencoded; charset=UTF-8", GRANT).send().await.expect(200);
    let read = app.get(TOKEN).await;
    assert!(read.header("allow").contains("POST"));
    read.problem(405);
}

#[tokio::test]
async fn a_token_can_be_asked_for_with_fewer_scopes_and_then_does_no_more() {
    let app = App::start().await;
    let admin = app.admin().clone();
    let answer = by_basic(&app, &admin, &format!("{GRANT}&scope=audit:read%20audit:read")).await.expect(200);
    let token = answer.json();
    assert_eq!(token["scope"], "audit:read");
    let token = token["access_token"].as_str().unwrap();
    assert_eq!(part(token, 1)["scope"], "audit:read");
    app.get_as(token, "/v1/audit").await.expect(200);
    let refused = app.post(token, "/v1/cities", &json!({})).await;
    assert!(refused.header("www-authenticate").contains("scope=\"cities:write\""));
    assert_eq!(refused.problem(403)["code"], "insufficient_scope");
}

#[tokio::test]
async fn a_token_never_gets_a_scope_that_its_account_does_not_have() {
    let app = App::start().await;
    let system = app.integration(&[Scope::CitiesWrite, Scope::ImportsWrite]);
    for scope in ["audit:read", "cities:write audit:read", "accounts:manage"] {
        let form = format!("{GRANT}&{}", form(&[("scope", scope)]));
        refused(by_basic(&app, &system, &form).await, 400, "invalid_scope");
    }
    let all = by_basic(&app, &system, GRANT).await.expect(200).json();
    assert_eq!(all["scope"], "cities:write imports:write");
}

#[tokio::test]
async fn a_token_says_what_rfc_9068_wants() {
    let app = App::start_with(|config| config.token_seconds = 90).await;
    let officer = app.account(&nasij::access::NewAccount::of_role(Role::IcsoOfficer, "Some officer"));
    let answer = by_basic(&app, &officer, GRANT).await.expect(200).json();
    let token = answer["access_token"].as_str().unwrap();
    let header = part(token, 0);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("ES256")));
    let claims = part(token, 1);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(app.base), &json!(app.base)));
    for name in ["sub", "client_id"] {
        assert_eq!(claims[name], officer.client_id, "{name}");
    }
    assert_eq!(claims["scope"], answer["scope"]);
    assert_eq!(claims["roles"], json!(["icso_officer"]));
    let (issued, expires) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert_eq!((expires - issued, &answer["expires_in"]), (90, &json!(90)));
    let now = nasij::database::types::UtcTime::now().unix_seconds();
    assert!((now - 30..=now + 1).contains(&issued), "{issued} is not now ({now})");
    let jti = claims["jti"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();
    let other = app.token_of(&officer).await;
    assert_ne!(part(&other, 1)["jti"], jti.to_string());
    for told in [&header, &claims] {
        assert!(!told.to_string().contains("Some officer"), "names are not a client's business: {told}");
    }
}

#[tokio::test]
async fn the_published_keys_verify_tokens_and_are_public_ones() {
    let app = App::start().await;
    let set = app.get("/.well-known/jwks.json").await.expect(200).json();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2, "the one that signs and the next one");
    for key in keys {
        for (name, value) in [("kty", "EC"), ("crv", "P-256"), ("alg", "ES256"), ("use", "sig")] {
            assert_eq!(key[name], value, "{name}");
        }
        assert!(key.get("d").is_none(), "the private number is published");
    }
    let key = &keys[0];
    let token = app.token_of(app.admin()).await;
    assert_eq!(part(&token, 0)["kid"], key["kid"]);
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[&app.base]);
    validation.set_issuer(&[&app.base]);
    let verified =
        jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).unwrap(), &validation).unwrap();
    assert_eq!(verified.claims["sub"], app.admin().client_id);
}

#[tokio::test]
async fn caches_ask_for_the_published_keys_before_a_new_one_signs() {
    let app = App::start().await;
    let keys = app.get("/.well-known/jwks.json").await.expect(200);
    let same =
        app.request(Method::GET, "/.well-known/jwks.json").header("if-none-match", keys.header("etag"));
    for answer in [&keys, &same.send().await.expect(304)] {
        assert_eq!(answer.header("cache-control"), "public, max-age=60, stale-while-revalidate=600");
    }
}

#[tokio::test]
async fn the_metadata_documents_agree_with_each_other_and_lead_somewhere() {
    let app = App::start().await;
    let server = app.get("/.well-known/oauth-authorization-server").await.expect(200).json();
    let resource = app.get("/.well-known/oauth-protected-resource").await.expect(200).json();
    let document = app.get("/openapi.json").await.expect(200).json();
    assert_eq!(server["issuer"], app.base);
    assert_eq!(resource["resource"], app.base);
    assert_eq!(resource["authorization_servers"], json!([app.base]));
    assert_eq!(resource["bearer_methods_supported"], json!(["header"]));
    assert_eq!(server["grant_types_supported"], json!(["client_credentials"]));
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt"]);
        assert_eq!(server[format!("{endpoint}_endpoint_auth_methods_supported")], methods);
        let algorithms = json!(["ES256", "EdDSA", "PS256", "RS256"]);
        assert_eq!(server[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")], algorithms);
        let url = server[format!("{endpoint}_endpoint")].as_str().unwrap();
        let path = url.strip_prefix(&app.base).unwrap();
        assert!(document["paths"][path]["post"].is_object(), "{path}");
    }

    let flow = &document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"];
    let scopes: Vec<&String> = flow["scopes"].as_object().unwrap().keys().collect();
    assert_eq!(server["scopes_supported"], json!(scopes));
    assert_eq!(resource["scopes_supported"], json!(scopes));
    assert_eq!(server["token_endpoint"], format!("{}{}", app.base, flow["tokenUrl"].as_str().unwrap()));
    assert_eq!(server["jwks_uri"], format!("{}/.well-known/jwks.json", app.base));
    for link in [&server["jwks_uri"], &server["service_documentation"], &resource["resource_documentation"]] {
        let path = link.as_str().unwrap().strip_prefix(&app.base).unwrap();
        let answer = app.get(path).await;
        assert!(answer.status < 400, "{path} → {}", answer.status);
    }
    let path = server["token_endpoint"].as_str().unwrap().strip_prefix(&app.base).unwrap();
    let token = app.request(Method::POST, path).basic(app.admin()).body(FORM, GRANT).send().await;
    token.expect(200);
}

#[tokio::test]
async fn the_metadata_names_the_identity_providers_whose_tokens_are_taken() {
    let issuer = "http://127.0.0.1:9/realms/agents";
    let provider = json!([{"issuer": issuer, "audience": "https://api.example.ma", "algorithms": ["RS256"]}]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("providers.json");
    std::fs::write(&file, provider.to_string()).unwrap();
    let app = App::start_with(|config| config.identity_providers_file = Some(file)).await;
    let resource = app.get("/.well-known/oauth-protected-resource").await.expect(200).json();
    assert_eq!(resource["authorization_servers"], json!([app.base, issuer]));
}

#[tokio::test]
async fn the_metadata_names_the_configured_public_address() {
    let public = "https://nasij.example";
    let app = App::start_with(|config| config.public_url = format!("{public}/")).await;
    let server = app.get("/.well-known/oauth-authorization-server").await.expect(200).json();
    assert_eq!(server["issuer"], public);
    assert_eq!(server["token_endpoint"], format!("{public}/oauth/token"));
    let claims = part(&app.token_of(app.admin()).await, 1);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(public), &json!(public)));
    app.get_as(&app.token_of(app.admin()).await, "/v1/audit").await.expect(200);
}
