//! The keys of the institutions: who registers, confirms and revokes them, and that nothing of them is ever hidden.

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::institution_signers::{KEYS, Signer};
use crate::steps::{fault, faults};

fn path(key: &Value) -> String {
    format!("{KEYS}/{}", key["id"].as_str().expect("an identifier"))
}

#[tokio::test]
async fn an_officer_registers_a_key_of_their_own_and_another_account_confirms_it() {
    let app = App::start().await;
    let (officer, colleague) =
        (app.token(Role::MinistryOfficer).await, app.token(Role::MinistryOfficer).await);
    let (icso, admin) = (app.token(Role::IcsoOfficer).await, app.token_of(app.admin()).await);
    for token in [&admin, &app.token(Role::JuryChair).await, &app.token(Role::Auditor).await] {
        app.post(token, KEYS, &json!({"jwk": Signer::p256().jwk()})).await.problem(403);
    }
    let signer = Signer::p256();
    let created = app.post(&officer, KEYS, &json!({"jwk": signer.jwk()})).await.expect(201);
    let key = created.json();
    assert_eq!(created.header("location"), path(&key));
    assert_eq!((&key["institution"], &key["status"]), (&json!("ministry"), &json!("registered")));
    assert_eq!(key["jwk"], signer.jwk());

    for cheat in [&officer, &icso] {
        assert_eq!(app.take_key_to(cheat, &key, "confirmed").await.problem(403)["code"], "forbidden");
    }
    let transitions = format!("{}/transitions", path(&key));
    let request = app.request(Method::POST, &transitions).token(&colleague).json(&json!({"to": "confirmed"}));
    assert_eq!(request.send().await.problem(428)["code"], "precondition_required");
    let request = app.request(Method::POST, &transitions).token(&colleague).json(&json!({"to": "confirmed"}));
    let confirmed = request.if_match(created.header("etag")).send().await.expect(201);
    assert_eq!(
        (&confirmed.json()["from"], &confirmed.json()["to"]),
        (&json!("registered"), &json!("confirmed"))
    );
    let shown = app.get(&path(&key)).await.expect(200);
    assert_eq!(
        (&shown.json()["status"], &shown.json()["confirmed_at"]),
        (&json!("confirmed"), &confirmed.json()["at"])
    );
    let stale = app
        .request(Method::POST, &transitions)
        .token(&colleague)
        .json(&json!({"to": "revoked", "reason": "?"}));
    stale.if_match(created.header("etag")).send().await.problem(412);
    for to in ["confirmed", "registered"] {
        let wrong = app.take_key_to(&colleague, &key, to).await.problem(409);
        assert_eq!((&wrong["code"], faults(&wrong)), (&json!("wrong_state"), fault("/to", "one_of")), "{to}");
    }
}

#[tokio::test]
async fn a_key_that_was_revoked_stays_readable_and_nobody_deletes_it() {
    let app = App::start().await;
    let officer = app.token(Role::IcsoOfficer).await;
    let (first, second) = (Signer::ed25519(), Signer::p256());
    let key = app.with_key(&officer, &first).await;
    app.register_key(&officer, &second).await;
    let transitions = format!("{}/transitions", path(&key));
    let request = app.request(Method::POST, &transitions).token(&officer).if_match("*");
    let silent = request.json(&json!({"to": "revoked"})).send().await.problem(422);
    assert_eq!(faults(&silent), fault("/reason", "required"));
    app.take_key_to(&app.token(Role::MinistryOfficer).await, &key, "revoked").await.problem(403);
    app.take_key_to(&officer, &key, "revoked").await.expect(201);

    let shown = app.get(&path(&key)).await.expect(200).json();
    assert_eq!((&shown["status"], &shown["status_reason"]), (&json!("revoked"), &json!("Par téléphone.")));
    assert!(shown["confirmed_at"].is_string() && shown["revoked_at"].is_string(), "{shown}");
    assert!(!shown.to_string().contains("account"), "whose account it is, the audit trail tells: {shown}");
    for (query, kids) in [
        ("", vec![second.kid(), first.kid()]),
        ("?status=revoked", vec![first.kid()]),
        ("?institution=icso&status=registered", vec![second.kid()]),
        ("?institution=ministry", vec![]),
    ] {
        let items = app.get(&format!("{KEYS}{query}")).await.items();
        let found: Vec<_> = items.iter().map(|key| key["jwk"]["kid"].as_str().unwrap()).collect();
        assert_eq!(found, kids, "{query}");
    }
    for method in [Method::DELETE, Method::PATCH, Method::PUT] {
        app.request(method, &path(&key)).token(&officer).if_match("*").send().await.problem(405);
    }
    let admin = app.token_of(app.admin()).await;
    let wrong = app.take_key_to(&admin, &key, "confirmed").await.problem(409);
    assert_eq!(wrong["code"], "wrong_state", "it never counts again");
}

#[tokio::test]
async fn a_key_belongs_to_one_account_for_ever_and_nobody_has_very_many() {
    let app = App::start().await;
    let (ministry, icso) = (app.token(Role::MinistryOfficer).await, app.token(Role::IcsoOfficer).await);
    let signer = Signer::p256();
    let key = app.register_key(&ministry, &signer).await;
    app.take_key_to(&ministry, &key, "revoked").await.expect(201);
    for token in [&ministry, &icso] {
        let again = app.post(token, KEYS, &json!({"jwk": signer.jwk()})).await.problem(409);
        assert_eq!(
            (&again["code"], faults(&again)),
            (&json!("already_exists"), fault("/jwk", "already_exists"))
        );
    }
    let mut private = signer.jwk();
    private["d"] = "c2VjcmV0LXNlY3JldA".into();
    let refused = app.post(&icso, KEYS, &json!({"jwk": private})).await;
    assert!(!refused.text().contains("c2VjcmV0"), "{}", refused.text());
    assert_eq!(faults(&refused.problem(422)), fault("/jwk/d", "private_key"));
    for _ in 0..5 {
        app.register_key(&icso, &Signer::ed25519()).await;
    }
    let many = app.post(&icso, KEYS, &json!({"jwk": Signer::ed25519().jwk()})).await;
    assert_eq!(many.problem(409)["code"], "too_many_keys");
}
