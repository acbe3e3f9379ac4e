//! Every attack on tokens that RFC 8725 and RFC 9068 warn of is refused.

use clap::Parser;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value as JsonValue, json};

use super::*;
use crate::access::low_s;

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

fn config() -> Config {
    Config { public_url: "https://nasij.example".to_owned(), ..Arguments::parse_from(["test"]).config }
}

fn header(keys: &SigningKeys) -> JsonValue {
    json!({"typ": "at+jwt", "alg": "ES256", "kid": keys.current().kid()})
}

fn claims() -> JsonValue {
    let (account, now) = (Id::new(), UtcTime::now().unix_seconds());
    json!({
        "iss": "https://nasij.example", "aud": "https://nasij.example", "sub": account, "client_id": account,
        "exp": now + 600, "iat": now, "jti": Uuid::new_v4(), "scope": "cities:write", "roles": ["admin"], "gen": 1,
    })
}

fn with(mut object: JsonValue, name: &str, value: JsonValue) -> JsonValue {
    object[name] = value;
    object
}

fn without(mut object: JsonValue, name: &str) -> JsonValue {
    object.as_object_mut().unwrap().remove(name);
    object
}

fn sign(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    // As the service signs: in the form with the low s.
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    let signature = low_s::lowered(URL_SAFE_NO_PAD.decode(signature).unwrap());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn verify_signed(header: JsonValue, claims: JsonValue, keys: &SigningKeys) -> Result<Claims, TokenFault> {
    let key = &keys.current();
    verify(keys, &config(), &sign(&header.to_string(), &claims.to_string(), &key.encoding, Algorithm::ES256))
}

fn refused(result: Result<Claims, TokenFault>) -> TokenFault {
    result.expect_err("must be refused")
}

#[test]
fn an_issued_token_is_verified() {
    let keys = SigningKeys::generate().unwrap();
    let account = Account::sample(Role::MinistryOfficer);
    let scopes = [Scope::CitiesWrite, Scope::EditionsWrite];
    let (token, expires_in) = issue(&keys, &config(), (&account, Credential::Key), &scopes).unwrap();
    let claims = verify(&keys, &config(), &token).unwrap();
    assert_eq!(
        (claims.sub, claims.roles.clone(), claims.generation),
        (account.id, account.roles, account.generation)
    );
    assert_eq!(claims.scopes(), scopes);
    assert_eq!(expires_in, claims.exp - claims.iat);
    let header = jsonwebtoken::decode_header(&token).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("at+jwt"), Algorithm::ES256));
}

#[test]
fn the_other_spellings_of_the_type_are_taken() {
    let keys = SigningKeys::generate().unwrap();
    for typ in ["AT+JWT", "application/at+jwt"] {
        assert!(verify_signed(with(header(&keys), "typ", typ.into()), claims(), &keys).is_ok());
    }
}

#[test]
fn other_algorithms_and_types_are_refused() {
    let keys = SigningKeys::generate().unwrap();
    for (name, value) in
        [("alg", "none"), ("alg", "HS256"), ("alg", "ES384"), ("alg", "es256"), ("typ", "JWT")]
    {
        let fault = refused(verify_signed(with(header(&keys), name, value.into()), claims(), &keys));
        assert_eq!(fault, TokenFault::WrongType, "{name}: {value}");
    }
    let untyped = without(header(&keys), "typ");
    assert_eq!(refused(verify_signed(untyped, claims(), &keys)), TokenFault::WrongType);
}

#[test]
fn the_public_key_is_no_shared_secret() {
    let keys = SigningKeys::generate().unwrap();
    let key = keys.current();
    let key = EncodingKey::from_secret(key.decoding.try_get_as_bytes().unwrap());
    for alg in ["HS256", "ES256"] {
        let header = with(header(&keys), "alg", alg.into()).to_string();
        let token = sign(&header, &claims().to_string(), &key, Algorithm::HS256);
        assert!(verify(&keys, &config(), &token).is_err(), "{alg}");
    }
}

#[test]
fn a_token_without_a_signature_is_refused() {
    let keys = SigningKeys::generate().unwrap();
    let token = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(header(&keys).to_string()),
        URL_SAFE_NO_PAD.encode(claims().to_string())
    );
    assert_eq!(refused(verify(&keys, &config(), &token)), TokenFault::BadSignature);
}

#[test]
fn a_token_never_brings_its_own_key() {
    let (keys, foreign) = (SigningKeys::generate().unwrap(), SigningKeys::generate().unwrap());
    let jwk = serde_json::to_value(&foreign.jwks().keys[0]).unwrap();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", "https://evil.example/jwks.json".into()),
        ("x5u", "https://evil.example/cert".into()),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("b64", false.into()),
    ] {
        let fault = refused(verify_signed(with(header(&keys), name, value), claims(), &keys));
        assert_eq!(fault, TokenFault::WrongType, "{name}");
    }
}

#[test]
fn a_foreign_key_is_refused_under_its_own_name_and_under_ours() {
    let (keys, foreign) = (SigningKeys::generate().unwrap(), SigningKeys::generate().unwrap());
    let key = foreign.current();
    let key = &key.encoding;
    let with_its_name = sign(&header(&foreign).to_string(), &claims().to_string(), key, Algorithm::ES256);
    assert_eq!(refused(verify(&keys, &config(), &with_its_name)), TokenFault::UnknownKey);
    let with_our_name = sign(&header(&keys).to_string(), &claims().to_string(), key, Algorithm::ES256);
    assert_eq!(refused(verify(&keys, &config(), &with_our_name)), TokenFault::BadSignature);
}

#[test]
fn changed_claims_are_refused() {
    let keys = SigningKeys::generate().unwrap();
    let (token, _) = issue(&keys, &config(), (&Account::sample(Role::Juror), Credential::Key), &[]).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let forged = format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(claims().to_string()), parts[2]);
    assert_eq!(refused(verify(&keys, &config(), &forged)), TokenFault::BadSignature);
}

#[test]
fn every_claim_is_needed() {
    let keys = SigningKeys::generate().unwrap();
    for name in ["iss", "aud", "sub", "client_id", "exp", "iat", "jti", "scope", "roles", "gen"] {
        let fault = refused(verify_signed(header(&keys), without(claims(), name), &keys));
        assert_eq!(fault, TokenFault::Malformed, "{name}");
    }
}

#[test]
fn wrong_claims_are_refused() {
    let keys = SigningKeys::generate().unwrap();
    let now = UtcTime::now().unix_seconds();
    for (name, value, fault) in [
        ("iss", "https://other.example".into(), TokenFault::WrongIssuer),
        ("iss", json!(["https://nasij.example"]), TokenFault::Malformed),
        ("aud", "https://other.example".into(), TokenFault::WrongAudience),
        ("exp", (now - LEEWAY - 5).into(), TokenFault::Expired),
        ("exp", (now - 5000).into(), TokenFault::Expired),
        ("exp", (-1).into(), TokenFault::Expired),
        ("exp", "9999999999".into(), TokenFault::Malformed),
        ("exp", (now + 901).into(), TokenFault::Malformed),
        ("exp", i64::MAX.into(), TokenFault::Malformed),
        ("iat", i64::MIN.into(), TokenFault::Malformed),
        ("iat", (now + 300).into(), TokenFault::NotYetValid),
        ("nbf", (now + 300).into(), TokenFault::NotYetValid),
        ("nbf", "soon".into(), TokenFault::Malformed),
        ("sub", "somebody".into(), TokenFault::Malformed),
        ("sub", json!(Id::new()), TokenFault::Malformed),
        ("roles", "admin".into(), TokenFault::Malformed),
        ("roles", json!(["emperor"]), TokenFault::Malformed),
    ] {
        assert_eq!(
            refused(verify_signed(header(&keys), with(claims(), name, value.clone()), &keys)),
            fault,
            "{name}: {value}"
        );
    }
}

#[test]
fn repeated_members_are_refused() {
    let keys = SigningKeys::generate().unwrap();
    let (header, claims) = (header(&keys).to_string(), claims().to_string());
    let key = keys.current();
    let key = &key.encoding;
    for claim in ["{\"sub\":\"01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11\",", "{\"x\":1,\"x\":1,"] {
        let token = sign(&header, &claims.replacen('{', claim, 1), key, Algorithm::ES256);
        assert_eq!(refused(verify(&keys, &config(), &token)), TokenFault::Malformed, "{claim}");
    }
    let token = sign(&header.replacen('{', "{\"alg\":\"none\",", 1), &claims, key, Algorithm::ES256);
    assert_eq!(refused(verify(&keys, &config(), &token)), TokenFault::Malformed);
}

#[test]
fn any_text_is_refused_without_a_panic() {
    let keys = SigningKeys::generate().unwrap();
    for text in ["", ".", "..", "a.b.c", "....", "\u{661}\u{662}"] {
        assert_eq!(refused(verify(&keys, &config(), text)), TokenFault::Malformed, "{text:?}");
    }
    assert_eq!(refused(verify(&keys, &config(), &"a".repeat(jwt::LONGEST + 1))), TokenFault::TooLong);
}

#[test]
fn descriptions_fit_into_a_quoted_string() {
    let error = Error::from(TokenFault::WrongType);
    let (_, challenge) = &error.headers[0];
    assert!(challenge.is_ascii() && challenge.matches('"').count() == 6, "{challenge}");
}

#[test]
fn keys_of_jsonwebtoken_agree_with_the_published_ones() {
    let keys = SigningKeys::generate().unwrap();
    let jwk: jsonwebtoken::jwk::Jwk =
        serde_json::from_value(serde_json::to_value(&keys.jwks().keys[0]).unwrap()).unwrap();
    let (token, _) = issue(&keys, &config(), (&Account::sample(Role::Admin), Credential::Key), &[]).unwrap();
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    let mut validation = jsonwebtoken::Validation::new(Algorithm::ES256);
    validation.set_audience(&["https://nasij.example"]);
    assert!(jsonwebtoken::decode::<Claims>(&token, &key, &validation).is_ok());
    let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
    assert_eq!(thumbprint, keys.current().kid());
}
