//! What a token of an identity provider must be: the confusions of RFC 8725, one by one. Each is a 401 everywhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use nasij::database::types::UtcTime;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::provider::{AUDIENCE, Provider, ProviderKey, pem, signed};
use crate::providers::{PROTECTED, PUBLIC, link, start};

/// A provider that is pinned to RS256, and one whose tokens are good.
struct Setting {
    app: App,
    provider: Provider,
    key: ProviderKey,
}

const SUBJECT: &str = "auditor-7";

impl Setting {
    async fn new() -> Self {
        let key = ProviderKey::rsa("rsa-1");
        let provider = Provider::start(&[&key, &ProviderKey::p256("ec-1")]);
        let mut settings = provider.settings();
        settings["algorithms"] = json!(["RS256"]);
        let app = start(&[settings]).await;
        link(&app, &provider.issuer, SUBJECT, &["auditor"]);
        Self { app, provider, key }
    }

    fn claims(&self) -> Value {
        self.provider.claims(SUBJECT)
    }

    fn with_claim(&self, name: &str, value: impl Into<Value>) -> String {
        let mut claims = self.claims();
        claims[name] = value.into();
        self.key.sign(&claims)
    }

    fn with_header(&self, name: &str, value: impl Into<Value>) -> String {
        let mut header = self.key.header();
        header[name] = value.into();
        self.key.sign_raw(&header.to_string(), &self.claims().to_string())
    }

    fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims();
        claims.as_object_mut().expect("an object").remove(name);
        self.key.sign(&claims)
    }

    async fn taken(&self, token: &str, what: &str) {
        let answer = self.app.get_as(token, PROTECTED).await;
        assert_eq!(answer.status, 200, "{what}: {:?}", answer.optional_header("www-authenticate"));
    }

    /// Refused on reads that need no token as well; the challenge tells `words` of the reason.
    async fn refused(&self, token: &str, what: &str, words: &str) {
        for path in [PROTECTED, PUBLIC] {
            refused_with(self.app.get_as(token, path).await, what, words);
        }
    }
}

#[track_caller]
fn refused_with(answer: Answer, what: &str, words: &str) {
    assert_eq!(answer.status, 401, "{what}");
    let challenge = answer.header("www-authenticate").to_owned();
    assert!(challenge.starts_with("Bearer realm=\"nasij\", error=\"invalid_token\""), "{what}: {challenge}");
    assert!(challenge.contains(words) && challenge.is_ascii(), "{what}: {challenge}");
    let problem = answer.problem(401);
    assert_eq!(problem["code"], "invalid_token", "{what}");
    assert!(!problem.to_string().contains(SUBJECT), "{what}: the subject is told");
}

#[tokio::test]
async fn variants_that_the_standards_allow_are_taken() {
    let setting = Setting::new().await;
    let now = UtcTime::now().unix_seconds();
    setting.taken(&setting.key.sign(&setting.claims()), "a plain token").await;
    setting.taken(&setting.with_header("typ", "application/AT+JWT"), "the long form of typ").await;
    setting.taken(&setting.with_claim("aud", json!(["account", AUDIENCE])), "several audiences").await;
    let mut ended = setting.claims();
    (ended["iat"], ended["exp"]) = (json!(now - 200), json!(now - 20));
    setting.taken(&setting.key.sign(&ended), "an end within the leeway").await;
    setting.taken(&setting.with_claim("nbf", now + 20), "a beginning within the leeway").await;
    setting.taken(&setting.with_claim("iat", now as f64 + 0.5), "a fraction of a second").await;
    setting.taken(&setting.with_header("x5t", "thumbprint"), "a header that brings no key").await;
}

#[tokio::test]
async fn tokens_out_of_their_time_or_for_somebody_else_are_refused() {
    let setting = Setting::new().await;
    let now = UtcTime::now().unix_seconds();
    for (name, value, words) in [
        ("exp", json!(now - 60), "expired"),
        ("nbf", json!(now + 60), "not valid yet"),
        ("iat", json!(now + 60), "not valid yet"),
        ("exp", json!(now + 3600), "longer than is accepted"),
        ("exp", json!(now + 930), "longer than is accepted"),
        ("exp", json!("9999999999"), "malformed"),
        ("iat", json!("1"), "malformed"),
        ("nbf", json!("1"), "malformed"),
        ("aud", json!("https://api.example.ma/"), "another audience"),
        ("aud", json!("account"), "another audience"),
        ("aud", json!([]), "another audience"),
        ("aud", json!({"a": AUDIENCE}), "malformed"),
        ("sub", json!(""), "malformed"),
        ("sub", json!("x".repeat(256)), "malformed"),
        ("sub", json!(7), "malformed"),
        ("sub", json!("  "), "malformed"),
        ("sub", json!("auditor\0"), "malformed"),
        ("sub", json!("auditor\n7"), "malformed"),
        ("sub", json!("auditor\u{202e}7"), "malformed"),
    ] {
        let token = setting.with_claim(name, value.clone());
        setting.refused(&token, &format!("{name} = {value}"), words).await;
    }
    for name in ["exp", "iat", "aud", "sub"] {
        setting.refused(&setting.without_claim(name), &format!("without {name}"), "malformed").await;
    }
    // These are not of this provider at all, so they are measured as our own.
    for (name, value) in [("iss", json!("https://other.example")), ("iss", json!([setting.provider.issuer]))]
    {
        setting.refused(&setting.with_claim(name, value.clone()), &format!("{name} = {value}"), "").await;
    }
    setting
        .refused(&setting.with_claim("iss", format!("{}/", setting.provider.issuer)), "iss with a slash", "")
        .await;
    setting.refused(&setting.without_claim("iss"), "without iss", "").await;
}

#[tokio::test]
async fn tokens_of_other_kinds_are_refused() {
    let setting = Setting::new().await;
    for typ in [json!("JWT"), json!("id+jwt"), json!("logout+jwt"), json!(""), json!(null), json!(5)] {
        let token = setting.with_header("typ", typ.clone());
        setting.refused(&token, &format!("typ {typ}"), "type and algorithm").await;
    }
    let mut id_token = setting.claims();
    id_token["aud"] = json!("portal");
    id_token["nonce"] = json!("n-0S6_WzA2Mj");
    let header = json!({"typ": "JWT", "alg": "RS256", "kid": "rsa-1"});
    let token = setting.key.sign_raw(&header.to_string(), &id_token.to_string());
    setting.refused(&token, "an ID token", "type and algorithm").await;
    for (name, value) in [("at_hash", "a"), ("typ", "ID"), ("typ", "Refresh"), ("events", "{}")] {
        let token = setting.with_claim(name, value);
        setting.refused(&token, &format!("{name} = {value}"), "type and algorithm").await;
    }
}

#[tokio::test]
async fn a_provider_that_types_every_token_jwt_is_believed_only_when_it_is_configured_so() {
    let key = ProviderKey::p256("ec-1");
    let provider = Provider::start(&[&key]);
    let mut settings = provider.settings();
    settings["token_type"] = json!("JWT");
    let app = start(&[settings]).await;
    link(&app, &provider.issuer, SUBJECT, &["auditor"]);
    let mut header = key.header();
    header["typ"] = json!("JWT");
    let token = |claims: &Value| key.sign_raw(&header.to_string(), &claims.to_string());
    let mut claims = provider.claims(SUBJECT);
    claims["typ"] = json!("Bearer");
    app.get_as(&token(&claims), PROTECTED).await.expect(200);
    refused_with(app.get_as(&key.sign(&claims), PROTECTED).await, "at+jwt", "type and algorithm");
    // Not every ID token has an `at_hash`, and where a client asks for the API its audience may be the API.
    let mut scoped = provider.claims(SUBJECT);
    refused_with(app.get_as(&token(&scoped), PROTECTED).await, "claims of any token", "type and algorithm");
    scoped["nonce"] = json!("n-0S6_WzA2Mj");
    refused_with(app.get_as(&token(&scoped), PROTECTED).await, "a nonce", "type and algorithm");
    scoped["scope"] = json!("openid");
    refused_with(app.get_as(&token(&scoped), PROTECTED).await, "a scope and a nonce", "type and algorithm");
    scoped.as_object_mut().unwrap().remove("nonce");
    app.get_as(&token(&scoped), PROTECTED).await.expect(200);
    let mut id_token = claims.clone();
    id_token["at_hash"] = json!("a");
    refused_with(app.get_as(&token(&id_token), PROTECTED).await, "an ID token", "type and algorithm");
    id_token["aud"] = json!("portal");
    refused_with(app.get_as(&token(&id_token), PROTECTED).await, "an ID token", "another audience");
}

#[tokio::test]
async fn a_token_never_chooses_its_algorithm() {
    let setting = Setting::new().await;
    let claims = setting.claims();
    let encoded = |part: &str| URL_SAFE_NO_PAD.encode(part);
    for alg in [json!("none"), json!("None"), json!(""), json!(null)] {
        let mut header = setting.key.header();
        header["alg"] = alg.clone();
        for signature in ["", "AA"] {
            let token =
                format!("{}.{}.{signature}", encoded(&header.to_string()), encoded(&claims.to_string()));
            setting.refused(&token, &format!("alg {alg}"), "type and algorithm").await;
        }
    }
    let public = pem("PUBLIC KEY", &setting.key.der);
    for (secret, what) in [
        (setting.key.der.clone(), "the DER"),
        (public.clone().into_bytes(), "the PEM"),
        (public.trim().as_bytes().to_vec(), "the PEM without its last line end"),
        (setting.key.jwk.to_string().into_bytes(), "the JWK"),
        (setting.key.jwk["n"].to_string().into_bytes(), "the modulus"),
    ] {
        let header = json!({"typ": "at+jwt", "alg": "HS256", "kid": "rsa-1"}).to_string();
        let token =
            signed(&header, &claims.to_string(), &EncodingKey::from_secret(&secret), Algorithm::HS256);
        setting.refused(&token, &format!("HS256 with {what}"), "type and algorithm").await;
    }
    // A good signature, but of an algorithm that the configuration does not name.
    let ec = ProviderKey::p256("ec-1");
    setting.provider.publish(&[&setting.key, &ec]);
    setting.refused(&ec.sign(&claims), "ES256", "type and algorithm").await;
    for alg in ["RS512", "PS256", "ES256", "EdDSA"] {
        setting.refused(&setting.with_header("alg", alg), alg, "type and algorithm").await;
    }
}

#[tokio::test]
async fn a_token_never_brings_its_key() {
    let setting = Setting::new().await;
    let foreign = ProviderKey::p256("rsa-1");
    for (name, value) in [
        ("jwk", setting.key.jwk.clone()),
        ("jku", json!(format!("{}/keys", setting.provider.issuer))),
        ("x5u", json!("https://evil.example/certificate")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
    ] {
        setting.refused(&setting.with_header(name, value), name, "type and algorithm").await;
    }
    let mut header = foreign.header();
    header["jwk"] = foreign.jwk.clone();
    let token = foreign.sign_raw(&header.to_string(), &setting.claims().to_string());
    setting.refused(&token, "an embedded key", "type and algorithm").await;
    for kid in [json!("../../dev/null"), json!("' OR 1=1 --"), json!(""), json!("x".repeat(4000))] {
        setting.refused(&setting.with_header("kid", kid.clone()), &format!("kid {kid}"), "unknown key").await;
    }
    // The P-256 key cannot be meant: it is not for RS256.
    setting.taken(&setting.with_header("kid", json!(null)), "the only key for RS256, not named").await;
}

#[tokio::test]
async fn of_several_keys_the_token_names_one() {
    let (one, other) = (ProviderKey::p256("1"), ProviderKey::p256("2"));
    let provider = Provider::start(&[&one, &other]);
    let app = start(&[provider.settings()]).await;
    link(&app, &provider.issuer, SUBJECT, &["auditor"]);
    app.get_as(&provider.token(&other, SUBJECT), PROTECTED).await.expect(200);
    let claims = provider.claims(SUBJECT).to_string();
    let nameless = one.sign_raw(r#"{"typ":"at+jwt","alg":"ES256"}"#, &claims);
    refused_with(app.get_as(&nameless, PROTECTED).await, "no kid", "unknown key");
    let swapped = one.sign_raw(&other.header().to_string(), &claims);
    refused_with(app.get_as(&swapped, PROTECTED).await, "the other's kid", "signature does not match");
}

#[tokio::test]
async fn tampered_and_malformed_tokens_are_refused() {
    let setting = Setting::new().await;
    let good = setting.key.sign(&setting.claims());
    let parts: Vec<&str> = good.split('.').collect();
    let mut other = setting.claims();
    other["sub"] = json!("somebody-else");
    let zeros = URL_SAFE_NO_PAD.encode([0_u8; 256]);
    let claims = setting.claims().to_string();
    let twice = |text: &str, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let header = setting.key.header().to_string();
    for (token, what) in [
        (
            format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(other.to_string()), parts[2]),
            "another subject",
        ),
        (format!("{}.{}.{zeros}", parts[0], parts[1]), "a signature of zeros"),
        (format!("{}.{}.", parts[0], parts[1]), "no signature"),
        (format!("{}.{}", parts[0], parts[1]), "two parts"),
        (format!("{good}.AA.AA"), "five parts"),
        (good[..good.len() - 8].to_owned(), "a signature cut short"),
        (format!("{good}="), "padding"),
        (setting.with_claim("padding", "x".repeat(9000)), "more than 8 KB"),
        (setting.key.sign_raw(&twice(&header, r#""alg":"none""#), &claims), "alg twice"),
        (setting.key.sign_raw(&twice(&header, r#""kid":"other""#), &claims), "kid twice"),
        (setting.key.sign_raw(&header, &twice(&claims, r#""sub":"somebody-else""#)), "sub twice"),
        (setting.key.sign_raw(&header, &twice(&claims, r#""iss":"https://other.example""#)), "iss twice"),
        (setting.key.sign_raw(&header, &twice(&claims, r#""exp":9999999999"#)), "exp twice"),
        (setting.key.sign_raw(&header, &twice(&claims, r#""jti":"2""#)), "a claim twice that is not read"),
        (setting.key.sign_raw(&header, "[]"), "claims that are no object"),
    ] {
        setting.refused(&token, what, "").await;
    }
}

#[tokio::test]
async fn one_issuer_cannot_speak_for_another() {
    let (mine, theirs) = (ProviderKey::p256("same-name"), ProviderKey::p256("same-name"));
    let (provider, other) = (Provider::start(&[&mine]), Provider::start(&[&theirs]));
    let app = start(&[provider.settings(), other.settings()]).await;
    link(&app, &provider.issuer, SUBJECT, &["auditor"]);
    app.get_as(&provider.token(&mine, SUBJECT), PROTECTED).await.expect(200);
    let token = theirs.sign(&provider.claims(SUBJECT));
    refused_with(app.get_as(&token, PROTECTED).await, "the key of another provider", "does not match");
    // The same subject elsewhere is somebody else.
    let answer = app.get_as(&other.token(&theirs, SUBJECT), PROTECTED).await;
    assert_eq!(answer.problem(403)["code"], "no_account");
}

#[tokio::test]
async fn our_own_tokens_and_those_of_a_provider_are_not_confused() {
    let setting = Setting::new().await;
    let own = setting.app.token_of(setting.app.admin()).await;
    setting.taken(&own, "our own token").await;
    let parts: Vec<&str> = own.split('.').collect();
    let decoded =
        |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let (header, claims) = (decoded(parts[0]), decoded(parts[1]));
    // Our claims under the provider's signature, with its key's name and with ours.
    for kid in [setting.key.jwk["kid"].clone(), header["kid"].clone()] {
        let header = json!({"typ": "at+jwt", "alg": "RS256", "kid": kid});
        let token = setting.key.sign_raw(&header.to_string(), &claims.to_string());
        setting.refused(&token, "our claims, their signature", "").await;
        let ours = ProviderKey::p256(kid.as_str().unwrap());
        setting.refused(&ours.sign(&claims), "our claims, their ES256", "").await;
    }
    // Our signature under their issuer.
    let mut theirs = claims.clone();
    theirs["iss"] = json!(setting.provider.issuer);
    let token = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(theirs.to_string()), parts[2]);
    setting.refused(&token, "their issuer, our key", "type and algorithm").await;
}
