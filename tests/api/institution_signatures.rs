//! Signatures that are signatures: given with keys of the institutions, carried by the proof, and verified against keys
//! that whoever verifies has from the institutions.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nasij::access::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::binary::{complaint, printed, run};
use crate::decisions::{by_ranking, designation_path, good};
use crate::forge::{twin, with};
use crate::institution_signers::{Signer, statement};
use crate::result_proof::{Selection, python, scripts, verifier};
use crate::steps::{fault, faults};

/// Whether an ES256 signature has its s in the upper half.
fn is_high(jws: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode(jws.rsplit('.').next().expect("a signature")).expect("base64url");
    let signature = p256::ecdsa::Signature::from_slice(&bytes).expect("a signature");
    signature.normalize_s().is_some()
}

/// The form of a signature that a proof carries, whichever the library made.
fn low(jws: String) -> String {
    if is_high(&jws) { with_twin(&jws) } else { jws }
}

fn with_twin(jws: &str) -> String {
    let (header, signature) = jws.split_once("..").expect("a detached JWS");
    format!("{header}..{}", twin(signature))
}

#[tokio::test]
async fn a_signature_is_taken_for_its_designation_institution_and_key_alone() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let (key, other, unconfirmed) = (Signer::p256(), Signer::ed25519(), Signer::ed25519());
    app.with_key(&who.ministry, &key).await;
    app.with_key(&app.token(Role::MinistryOfficer).await, &other).await;
    app.register_key(&who.ministry, &unconfirmed).await;
    // The same decision proposed again has the same digest, and another identifier.
    let earlier = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    app.take_designation_to(&who.icso, &earlier, "withdrawn").await.expect(201);
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    assert_eq!(earlier["digest"], proposed["digest"]);

    let payload = statement(&proposed, "ministry");
    let header = key.header();
    let mut whole = key.signs(&proposed, "ministry");
    whole.insert_str(whole.find("..").unwrap() + 1, &URL_SAFE_NO_PAD.encode(&payload));
    for (what, jws, reason) in [
        ("an earlier proposal", key.signs(&earlier, "ministry"), "other_statement"),
        ("for the other institution", key.signs(&proposed, "icso"), "other_statement"),
        ("another year", key.jws(&header, &payload.replace("2027", "2028")), "other_statement"),
        ("the digest alone", key.jws(&header, proposed["digest"].as_str().unwrap()), "other_statement"),
        (
            "of another type",
            key.jws(&with(&header, "typ", "nasij-result-proof+jws"), &payload),
            "detached_jws",
        ),
        ("of another algorithm", key.jws(&with(&header, "alg", "EdDSA"), &payload), "detached_jws"),
        ("none", key.jws(&with(&header, "alg", "none"), &payload), "detached_jws"),
        ("with a key along", key.jws(&with(&header, "jwk", key.jwk()), &payload), "detached_jws"),
        ("with its payload", whole, "detached_jws"),
        ("no JWS", "sesame".to_owned(), "detached_jws"),
        ("a colleague's", other.signs(&proposed, "ministry"), "unconfirmed_key"),
        ("not confirmed", unconfirmed.signs(&proposed, "ministry"), "unconfirmed_key"),
        ("unknown", Signer::p256().signs(&proposed, "ministry"), "unconfirmed_key"),
        ("under a false name", other.jws(&header, &payload), "other_statement"),
    ] {
        let refused = app.sign_with(&who.ministry, &proposed, &jws).await.problem(422);
        assert_eq!(faults(&refused), fault("/jws", reason), "{what}");
    }
    let bare = app.sign(&who.ministry, &proposed).await.problem(422);
    assert_eq!(faults(&bare), fault("/jws", "institution_key_needed"));

    // Any library may have made either form; the one with the low s is kept.
    let jws = key.signs(&proposed, "ministry");
    let high = if is_high(&jws) { jws } else { with_twin(&jws) };
    let given = app.sign_with(&who.ministry, &proposed, &high).await.expect(201).json();
    assert_eq!(given["signature"], json!({"jwk": key.jwk(), "jws": with_twin(&high)}));
    let shown = app.get_as(&who.icso, &designation_path(&proposed)).await.expect(200).json();
    assert_eq!(shown["signatures"][0]["signature"], given["signature"]);
    // An institution without keys signs without.
    let vouched = app.sign(&who.icso, &proposed).await.expect(201).json();
    assert!(vouched.get("signature").is_none() && vouched["designation_status"] == "signed", "{vouched}");
}

#[tokio::test]
async fn a_stolen_token_signs_for_no_institution_that_has_keys() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let colleague = app.token(Role::MinistryOfficer).await;
    let key = app.with_key(&colleague, &Signer::ed25519()).await;
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    let needed = fault("/jws", "institution_key_needed");
    // Neither through an officer who has no key, nor by a key that the thief makes, nor by taking the keys away.
    assert_eq!(faults(&app.sign(&who.ministry, &proposed).await.problem(422)), needed);
    let thief = Signer::p256();
    let made = app.register_key(&who.ministry, &thief).await;
    app.take_key_to(&who.ministry, &made, "confirmed").await.problem(403);
    let jws = thief.signs(&proposed, "ministry");
    let refused = app.sign_with(&who.ministry, &proposed, &jws).await.problem(422);
    assert_eq!(faults(&refused), fault("/jws", "unconfirmed_key"));
    app.take_key_to(&who.ministry, &key, "revoked").await.expect(201);
    assert_eq!(faults(&app.sign(&who.ministry, &proposed).await.problem(422)), needed);
    // The way out: a key that somebody else has confirmed.
    app.take_key_to(&colleague, &made, "confirmed").await.expect(201);
    app.sign_with(&who.ministry, &proposed, &jws).await.expect(201);
}

#[tokio::test]
async fn nobody_signs_without_a_key_where_the_operator_wants_one() {
    let app = App::start_with(|config| config.require_institution_keys = true).await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    for (token, institution, signer) in
        [(&who.ministry, "ministry", Signer::p256()), (&who.icso, "icso", Signer::ed25519())]
    {
        let refused = app.sign(token, &proposed).await.problem(422);
        assert_eq!(faults(&refused), fault("/jws", "institution_key_needed"));
        assert!(refused.to_string().contains("nasij sign-designation"), "the way out: {refused}");
        app.with_key(token, &signer).await;
        app.sign_with(token, &proposed, &signer.signs(&proposed, institution)).await.expect(201);
    }
}

/// A private key in a file, as `openssl genpkey` writes it.
fn private_key(selection: &Selection, name: &str, algorithm: &'static rcgen::SignatureAlgorithm) -> PathBuf {
    let pair = rcgen::KeyPair::generate_for(algorithm).expect("a key");
    let file = selection.file(name, pair.serialize_pem().as_bytes());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("it is the owner's");
    selection.file(&format!("{name}.pub"), pair.public_key_pem().as_bytes());
    file
}

/// The program on the officer's own machine: without the service's database, configuration and folder.
fn officer(arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nasij"));
    command.env_clear().current_dir("/").args(arguments).arg(file);
    command
}

fn signing(key: &Path, institution: &str, designation: &Path) -> Command {
    officer(
        &[
            "sign-designation",
            "--json",
            "--institution",
            institution,
            "--key",
            key.to_str().expect("a readable path"),
        ],
        designation,
    )
}

#[tokio::test]
async fn what_an_officer_signs_at_home_is_what_the_file_says() {
    let selection = Selection::closed().await;
    let app = &selection.app;
    let mut decision = selection.by_ranking();
    decision["reason"] = json!({"fr": "Comme le jury.", "ar": "كما قررت اللجنة"});
    let proposed =
        app.post(&selection.icso, &selection.jury.path("designations"), &decision).await.expect(201);
    let proposed = proposed.json();
    let file = |name: &str, value: &Value| selection.file(name, value.to_string().as_bytes());
    let designation = file("designation.json", &proposed);
    let key = private_key(&selection, "ministry.pem", &rcgen::PKCS_ED25519);
    let jwk: Value = serde_json::from_str(&printed(officer(&["institution-key"], &key))).expect("a JWK");
    let public = selection.folder().join("ministry.pem.pub");
    assert_eq!(printed(officer(&["institution-key"], &public)), format!("{jwk}\n"));

    let output = run(signing(&key, "ministry", &designation));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for word in
        [&proposed["id"], &proposed["digest"], &proposed["city_code"], &jwk["kid"], &json!("Comme le jury.")]
    {
        assert!(told.contains(word.as_str().unwrap()), "{word}: {told}");
    }
    let body: Value = serde_json::from_slice(&output.stdout).expect("a body");
    let key_row =
        app.post(&selection.ministry, "/v1/institution-keys", &json!({"jwk": jwk})).await.expect(201).json();
    let admin = app.token_of(app.admin()).await;
    app.take_key_to(&admin, &key_row, "confirmed").await.expect(201);

    // A designation whose content and digest were exchanged on the way is not signed.
    for (name, value, word) in [
        ("city_code", json!("02.411.01.23"), "digest is not"),
        ("reserve", json!([]), "digest is not"),
        ("digest", json!("0".repeat(64)), "digest is not"),
        ("status", json!("withdrawn"), "not signed any more"),
        ("reason", json!("Comme le jury."), "in all its languages"),
        ("selected", json!(null), "no designation"),
    ] {
        let told = complaint(signing(&key, "ministry", &file("changed.json", &with(&proposed, name, value))));
        assert!(told.contains(word) && told.contains("changed.json"), "{name}: {told}");
    }
    let open = private_key(&selection, "open.pem", &rcgen::PKCS_ED25519);
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).expect("open to others");
    assert!(complaint(signing(&open, "ministry", &designation)).contains("chmod 600"));
    assert!(complaint(signing(&public, "ministry", &designation)).contains("ministry.pem.pub"));

    app.post(&selection.ministry, &format!("{}/signatures", designation_path(&proposed)), &body)
        .await
        .expect(201);
}

/// How the verifier ends, what it prints, and its last line.
fn verified(mut command: Command, arguments: &[(&str, &Path)]) -> (Option<i32>, String, String) {
    for (option, file) in arguments {
        command.arg(option).arg(file);
    }
    let output = run(command);
    let report = String::from_utf8(output.stdout).expect("readable");
    let verdict = report.lines().last().unwrap_or_default().to_owned();
    (output.status.code(), report, verdict)
}

#[tokio::test]
async fn a_proof_tells_who_signed_itself_and_for_whom_the_service_vouches() {
    let selection = Selection::closed().await;
    let (app, ministry) = (&selection.app, Signer::p256());
    app.with_key(&selection.ministry, &ministry).await;
    let proposed = app.propose(&selection.icso, 2031, &selection.by_ranking()).await;
    app.sign_with(&selection.ministry, &proposed, &ministry.signs(&proposed, "ministry")).await.expect(201);
    app.sign(&selection.icso, &proposed).await.expect(201);
    selection.publish(&designation_path(&proposed)).await;
    let answer = selection.proof().await.expect(200);
    let proof = selection.file("proof.json", &answer.body);
    let jwks = selection.keys("jwks.json").await;
    let key = |name: &str, signer: &Signer| selection.file(name, signer.jwk().to_string().as_bytes());
    let (own, foreign) = (key("ministry.json", &ministry), key("foreign.json", &Signer::p256()));
    let jwks = ("--jwks", jwks.as_path());

    let (code, report, verdict) = verified(verifier(&proof, None), &[jwks, ("--ministry-key", &own)]);
    assert_eq!(code, Some(0), "{report}");
    assert!(
        report.contains(&format!("ok      ministry: signed itself, with the key {}", ministry.kid())),
        "{report}"
    );
    assert!(report.contains("claimed icso: the service vouches for it"), "{report}");
    assert!(verdict.starts_with("VERIFIED: ") && verdict.contains("icso"), "{verdict}");
    // The script of the documents, a second implementation, says the same.
    let [_, script] = scripts();
    let told = printed(python(&script, &[&proof, jwks.1, &own]));
    assert!(told.contains(&format!("by the ministry itself with the key {}", ministry.kid())), "{told}");
    // Nobody asked for the ministry's key: it is told that it was not compared.
    let (code, report, verdict) = verified(verifier(&proof, None), &[jwks]);
    assert_eq!((code, report.contains("claimed ministry: signed with the key")), (Some(0), true), "{report}");
    assert!(verdict.contains("ministry, icso"), "{verdict}");
    // Somebody did, and it is another one; or the institution has not signed with any.
    for option in ["--ministry-key", "--icso-key"] {
        let (code, report, verdict) = verified(verifier(&proof, None), &[jwks, (option, &foreign)]);
        assert_eq!((code, verdict.starts_with("NOT VERIFIED: ")), (Some(3), true), "{option}: {report}");
    }

    // The service itself changes what the ministry has signed, or signs for it: it has no key for that.
    let original = answer.json();
    let signature = |jws: String, jwk: &Value| json!({"jws": jws, "jwk": jwk});
    let jws =
        original["proof"]["signatures"][0]["signature"]["jws"].as_str().expect("a signature").to_owned();
    let forger = Signer::p256();
    for (what, changed, by_file) in [
        ("the other form", signature(with_twin(&jws), &ministry.jwk()), true),
        (
            "another designation",
            {
                let id = json!(nasij::database::types::Id::new());
                signature(low(ministry.signs(&with(&proposed, "id", id), "ministry")), &ministry.jwk())
            },
            true,
        ),
        (
            "another key under its name",
            {
                let jwk = with(&forger.jwk(), "kid", ministry.kid());
                let header = with(&forger.header(), "kid", ministry.kid());
                signature(low(forger.jws(&header, &statement(&proposed, "ministry"))), &jwk)
            },
            true,
        ),
        ("a key of the service's", signature(low(forger.signs(&proposed, "ministry")), &forger.jwk()), false),
    ] {
        let mut forged = original["proof"].clone();
        forged["signatures"][0]["signature"] = changed;
        let forged = resigned(&selection, &forged);
        let (code, report, _) = verified(verifier(&forged, None), &[jwks, ("--ministry-key", &own)]);
        assert_eq!(code, Some(if by_file { 1 } else { 3 }), "{what}: {report}");
        assert_eq!(report.contains("FAILED  ministry"), by_file, "{what}: {report}");
        assert!(report.contains("ok      signature"), "{what}: {report}");
    }
}

/// The proof as the service would sign it, with its own key.
fn resigned(selection: &Selection, proof: &Value) -> PathBuf {
    let database = selection.app.database();
    let key = nasij::access::EncryptionKey::load(&selection.app.config).expect("the key");
    let keys = nasij::access::SigningKeys::load(&database, key, &selection.app.base).expect("the keys");
    let payload = nasij::audit::canonical(proof);
    let signature = database
        .write_blocking(|connection| keys.sign_document(connection, "nasij-result-proof+jws", &payload))
        .expect("a signature");
    selection.file("forged.json", json!({"proof": proof, "signature": signature}).to_string().as_bytes())
}

#[tokio::test]
async fn a_forgery_with_a_key_of_its_own_is_not_called_good() {
    let selection = Selection::closed().await;
    selection.publish(&selection.sign(&selection.by_ranking()).await).await;
    let original = selection.proof().await.expect(200).json();
    let jwks = selection.keys("jwks.json").await;
    // A whole proof by a service of the forger's own, which says that it is the real one.
    let forger = Selection::closed().await;
    forger.publish(&forger.sign(&forger.by_ranking()).await).await;
    let mut forged = forger.proof().await.expect(200).json()["proof"].clone();
    forged["issuer"] = original["proof"]["issuer"].clone();
    let file = resigned(&forger, &forged);
    let issuer = Path::new(selection.app.base.as_str());

    let (code, report, verdict) = verified(verifier(&file, None), &[]);
    assert_eq!(code, Some(3), "{report}");
    assert!(verdict.starts_with("NOT VERIFIED: ") && verdict.contains("signature"), "{verdict}");
    assert!(!report.contains("jwks.json") && report.contains("anybody can make such a file"), "{report}");
    let (code, report, _) = verified(verifier(&file, None), &[("--issuer", issuer)]);
    assert_eq!(code, Some(3), "the name of the issuer alone says nothing: {report}");
    let (code, report, verdict) = verified(verifier(&file, None), &[("--jwks", &jwks)]);
    assert_eq!((code, verdict.starts_with("BROKEN: ")), (Some(1), true), "{report}");

    // The true one, with the keys, for whom it should be, and for somebody else.
    let file = selection.file("proof.json", original.to_string().as_bytes());
    let trusted = ("--jwks", jwks.as_path());
    let (code, report, verdict) = verified(verifier(&file, None), &[trusted, ("--issuer", issuer)]);
    assert_eq!((code, report.contains("ok      issuer: ")), (Some(0), true), "{report}");
    assert!(verdict.starts_with("VERIFIED: "), "{verdict}");
    let (code, report, _) =
        verified(verifier(&file, None), &[trusted, ("--issuer", Path::new("https://nasij.example"))]);
    assert_eq!((code, report.contains("FAILED  issuer")), (Some(1), true), "{report}");
    // The other form of the service's signature, which anybody can make.
    let jws = original["signature"]["jws"].as_str().expect("a signature");
    let mut altered = original.clone();
    altered["signature"]["jws"] = with_twin(jws).into();
    let altered = selection.file("altered.json", altered.to_string().as_bytes());
    for keys in [None, Some(jwks.as_path())] {
        let (code, report, _) = verified(verifier(&altered, keys), &[]);
        assert_eq!((code, report.contains("FAILED  signature")), (Some(1), true), "{report}");
    }
    // What cannot be tried is no verdict.
    let nothing = selection.file("nothing.json", b"{\"keys\": []}");
    for known in [("--jwks", nothing.as_path()), ("--ministry-key", Path::new("/missing.pem"))] {
        let (code, report, _) = verified(verifier(&file, None), &[known]);
        assert_eq!((code, report.as_str()), (Some(2), ""));
    }
}
