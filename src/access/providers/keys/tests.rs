//! Which keys of a provider are taken.

use super::*;

/// The point of RFC 7517, appendix A.1.
fn p256() -> JsonValue {
    json!({
        "kty": "EC", "crv": "P-256", "kid": "ec",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    })
}

fn rsa(bytes: usize) -> JsonValue {
    json!({"kty": "RSA", "kid": "rsa", "n": URL_SAFE_NO_PAD.encode(vec![0xff_u8; bytes]), "e": "AQAB"})
}

fn ed25519() -> JsonValue {
    json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn with(jwk: &JsonValue, name: &str, value: impl Into<JsonValue>) -> JsonValue {
    let mut jwk = jwk.clone();
    jwk[name] = value.into();
    jwk
}

const ALL: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

fn read(keys: &[JsonValue], pinned: &[Algorithm]) -> KeySet {
    KeySet::read(&json!({"keys": keys}), pinned, UtcTime::now()).unwrap()
}

fn algorithms(jwk: &JsonValue) -> Vec<Algorithm> {
    read(std::slice::from_ref(jwk), &ALL).keys.into_iter().flat_map(|key| key.algorithms).collect()
}

#[test]
fn a_key_is_good_for_the_algorithms_of_its_kind() {
    assert_eq!(algorithms(&rsa(256)), [Algorithm::RS256, Algorithm::PS256]);
    assert_eq!(algorithms(&with(&rsa(256), "alg", "PS256")), [Algorithm::PS256]);
    assert_eq!(algorithms(&with(&p256(), "use", "sig")), [Algorithm::ES256]);
    assert_eq!(algorithms(&with(&ed25519(), "key_ops", json!(["verify"]))), [Algorithm::EdDSA]);
}

#[test]
fn keys_that_are_weak_private_or_for_something_else_are_left_out() {
    for unfit in [
        rsa(255),
        rsa(1025),
        with(&rsa(256), "alg", "RS512"),
        with(&rsa(256), "alg", "ES256"),
        with(&rsa(256), "use", "enc"),
        with(&rsa(256), "d", "AQAB"),
        with(&rsa(256), "n", "not base64!"),
        with(&p256(), "crv", "P-384"),
        with(&p256(), "x", "AQAB"),
        with(&p256(), "kid", 5),
        with(&p256(), "key_ops", json!(["sign"])),
        with(&p256(), "d", "AQAB"),
        json!({"kty": "oct", "kid": "a", "k": "AQAB"}),
        json!({"kty": "EC"}),
        json!("key"),
    ] {
        assert_eq!(algorithms(&unfit), [], "{unfit}");
    }
    assert!(read(&[rsa(256), p256()], &[Algorithm::EdDSA]).keys.is_empty(), "not pinned");
}

#[test]
fn leading_zeros_make_no_key_longer() {
    let padded = [vec![0; 128], vec![0xff; 128]].concat();
    assert_eq!(algorithms(&with(&rsa(256), "n", URL_SAFE_NO_PAD.encode(padded))), []);
    assert_eq!((bits(&[]), bits(&[0, 0]), bits(&[0, 1]), bits(&[0x80, 0])), (0, 0, 1, 16));
}

#[test]
fn a_token_without_kid_means_the_only_key() {
    let (one, two) = (read(&[p256()], &ALL), read(&[p256(), ed25519()], &ALL));
    assert_eq!((one.named(None).len(), one.named(Some("ec")).len(), one.named(Some("ed")).len()), (1, 1, 0));
    assert_eq!((two.named(None).len(), two.named(Some("ed")).len()), (0, 1));
    assert!(!two.knows(None) && two.knows(Some("ed")) && !two.knows(Some("")));
}

#[test]
fn what_is_kept_reads_as_what_was_fetched() {
    let fetched = read(&[rsa(256), with(&p256(), "x5c", json!(["certificate"])), ed25519()], &ALL);
    let kept = fetched.document();
    assert_eq!(kept["keys"][1], p256(), "public members alone");
    let again = KeySet::read(&kept, &ALL, UtcTime::now()).unwrap();
    assert_eq!(again.document(), kept);
}

#[test]
fn a_document_that_is_no_short_list_of_keys_is_refused() {
    let many = vec![p256(); 51];
    for document in [json!({}), json!({"keys": {}}), json!([p256()]), json!({"keys": many})] {
        assert!(KeySet::read(&document, &ALL, UtcTime::now()).is_err());
    }
}
