//! The confusions of RFC 8725 about keys and signatures, one by one: nothing but the service's own key makes a token.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use diesel::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey};
use nasij::database::Connection;
use nasij::database::schema::signing_keys;
use serde_json::{Value, json};

use crate::app::App;
use crate::forge::{Forge, PROTECTED, refused_everywhere, signed, twin, with, without};

/// A P-256 key that the service does not know, and its public part.
fn foreign_key() -> (EncodingKey, Value) {
    let pkcs8 =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key");
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "kid": "foreign"});
    (EncodingKey::from_ec_der(pkcs8.as_ref()), jwk)
}

#[tokio::test]
async fn the_public_key_is_no_shared_secret() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let set = app.get("/.well-known/jwks.json").await.expect(200);
    let key = &set.json()["keys"][0];
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    // The fixed beginning of a SubjectPublicKeyInfo for P-256 (RFC 5480), then the point.
    let start = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
    let der = [STANDARD.decode(start).unwrap(), point[1..].to_vec()].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&der));
    for (secret, what) in [
        (point, "the point"),
        (der, "the DER"),
        (pem.trim_end().as_bytes().to_vec(), "the PEM without its last line break"),
        (pem.into_bytes(), "the PEM"),
        (key.to_string().into_bytes(), "the JWK"),
        (set.body.clone(), "the JWK set"),
        (key["kid"].as_str().unwrap().as_bytes().to_vec(), "the kid"),
        (Vec::new(), "nothing"),
    ] {
        for alg in ["HS256", "ES256"] {
            let header = with(&forge.header, "alg", alg).to_string();
            let secret = EncodingKey::from_secret(&secret);
            let token = signed(&header, &forge.claims.to_string(), &secret, Algorithm::HS256);
            refused_everywhere(&app, &token, &format!("HMAC with {what}, alg {alg}")).await;
        }
    }
}

#[tokio::test]
async fn a_token_never_brings_its_own_key() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let (foreign, jwk) = foreign_key();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/certificate")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("c2lnbmF0dXJl")),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("enc", json!("A256GCM")),
        ("x", json!("anything")),
    ] {
        let header = with(&forge.header, name, value.clone());
        let by_us = forge.token(&header, &forge.claims);
        let by_others = signed(&header.to_string(), &forge.claims.to_string(), &foreign, Algorithm::ES256);
        for token in [by_us, by_others] {
            refused_everywhere(&app, &token, &format!("{name} = {value}")).await;
        }
    }
}

#[tokio::test]
async fn a_key_is_known_by_its_name_alone() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let own = forge.header["kid"].as_str().unwrap();
    for kid in [
        json!("somebody-elses"),
        json!(""),
        json!("../../../../dev/null"),
        json!("/etc/passwd"),
        json!("encryption-key"),
        json!("file:///dev/null"),
        json!("https://evil.example/key"),
        json!("' OR '1'='1"),
        json!("x'; DROP TABLE signing_keys; --"),
        json!(format!("{own}' --")),
        json!(format!("{own}\u{0}")),
        json!(format!(" {own}")),
        json!(own.to_uppercase()),
        json!("k".repeat(5000)),
        json!("\u{661}"),
        json!(0),
        json!([own]),
        json!({"kid": own}),
        json!(true),
        Value::Null,
    ] {
        let what: String = format!("kid = {kid}").chars().take(60).collect();
        refused_everywhere(&app, &forge.with_header("kid", kid), &what).await;
    }
    let nameless = forge.token(&without(&forge.header, "kid"), &forge.claims);
    refused_everywhere(&app, &nameless, "no kid").await;
    let next = app.get("/.well-known/jwks.json").await.json()["keys"][1]["kid"].clone();
    refused_everywhere(&app, &forge.with_header("kid", next), "the name of our next key").await;
    assert_eq!(app.get_as(&forge.token(&forge.header, &forge.claims), PROTECTED).await.status, 200);
}

#[tokio::test]
async fn a_revoked_key_takes_its_tokens_along() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let token = forge.token(&forge.header, &forge.claims);
    app.get_as(&token, PROTECTED).await.expect(200);
    let revoke = |connection: &mut Connection| {
        Ok(diesel::delete(signing_keys::table.find(forge.header["kid"].as_str().unwrap()))
            .execute(connection)?)
    };
    app.database().write_blocking(revoke).unwrap();
    refused_everywhere(&app, &token, "the key is revoked").await;
}

#[tokio::test]
async fn no_other_signature() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let (header, claims) = (forge.header.to_string(), forge.claims.to_string());
    let good = forge.token(&forge.header, &forge.claims);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let (foreign, jwk) = foreign_key();
    let asn1 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, forge.key.as_bytes()).unwrap();
    let asn1 = asn1.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    let (r, s) = bytes.split_at(32);
    let of = |bytes: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes));
    let changed = forge.token(&forge.header, &with(&forge.claims, "gen", 2));
    let (changed, _) = changed.rsplit_once('.').unwrap();
    for (what, token) in [
        ("a foreign key under our name", signed(&header, &claims, &foreign, Algorithm::ES256)),
        ("a foreign key under its name", {
            let header = with(&forge.header, "kid", jwk["kid"].clone()).to_string();
            signed(&header, &claims, &foreign, Algorithm::ES256)
        }),
        ("changed claims under the old signature", format!("{changed}.{signature}")),
        ("zeros", of(&[0; 64])),
        ("r = 0", of(&[&[0; 32], s].concat())),
        ("s = 0", of(&[r, &[0; 32]].concat())),
        ("ones", of(&[255; 64])),
        ("r and s swapped", of(&[s, r].concat())),
        ("the other form of the signature", format!("{message}.{}", twin(signature))),
        ("a byte less", of(&bytes[..63])),
        ("half", of(r)),
        ("a byte more", of(&[bytes.as_slice(), &[0]].concat())),
        ("nothing", format!("{message}.")),
        ("DER", of(asn1.as_ref())),
        ("letters cut off", good[..good.len() - 4].to_owned()),
    ] {
        refused_everywhere(&app, &token, what).await;
    }
}
