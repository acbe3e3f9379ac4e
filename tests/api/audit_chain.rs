//! The hash chain of the audit trail: what is altered, removed or put in by way of the database is found.

use std::time::{Duration, Instant};

use nasij::access::Role;
use nasij::audit::chain::sealing::seal_everything;
use nasij::audit::chain::verification::{Fault, Noted};
use serde_json::{Value, json};

use crate::app::App;
use crate::binary::{Home, complaint, printed, run};
use crate::steps::{association, column};
use crate::tampering::tamper;

const PATH: &str = "/v1/audit";

/// A service with some entries, all sealed: of an association with an internal record, the newest first.
async fn with_history() -> (App, String, Vec<Value>) {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let mut body = association("Chained");
    body["internal"] = json!({"tax_id": "T-1"});
    let created = app.add_association(&admin, &body).await;
    for volunteers in 1..4 {
        let internal = json!({"tax_id": format!("T-1-{volunteers}")});
        let patch = json!({"volunteers": volunteers, "internal": internal});
        app.patch(&admin, created.header("location"), "*", &patch).await.expect(200);
    }
    app.seal();
    let events = app.get_as(&admin, &format!("{PATH}?limit=200")).await.items();
    (app, admin, events)
}

#[tokio::test]
async fn entries_are_sealed_in_the_background_without_a_gap() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    app.add_association(&admin, &association("Sealed")).await;
    let began = Instant::now();
    let events = loop {
        let events = app.get_as(&admin, &format!("{PATH}?limit=200")).await.items();
        if events.iter().all(|event| event.get("seq").is_some()) {
            break app.get_as(&admin, &format!("{PATH}?sort=seq&limit=200")).await.items();
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{events:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let numbers: Vec<Value> = (1..=events.len()).map(Value::from).collect();
    assert_eq!(column(&events, "seq"), numbers.iter().collect::<Vec<_>>());
    assert!(app.cells("SELECT 'x' AS cell FROM audit_pending").is_empty());

    let head = app.get_as(&admin, "/v1/audit/head").await.expect(200).json();
    let newest = events.last().unwrap();
    assert_eq!((&head["seq"], &head["hash"]), (&newest["seq"], &newest["hash"]));
    assert!(head["sealed_at"].as_str().unwrap().ends_with('Z'));
    let found = app.expect_intact();
    assert_eq!((json!(found.head.seq), json!(found.head.hash)), (head["seq"].clone(), head["hash"].clone()));
    assert_eq!(found.verified, found.head.seq);

    let last = app.get_as(&admin, &format!("{PATH}?seq[gte]={}", found.head.seq)).await.items();
    assert_eq!(column(&last, "id"), [&newest["id"]]);
}

#[tokio::test]
async fn the_schema_refuses_to_change_or_delete() {
    let (app, ..) = with_history().await;
    for sql in [
        "UPDATE audit_events SET resource_id = request_id",
        "DELETE FROM audit_events",
        "UPDATE audit_seals SET hash = hash",
        "DELETE FROM audit_seals WHERE seq = 1",
        "UPDATE audit_personal_data SET content = '{}'",
        "UPDATE audit_personal_data SET subject_id = NULL",
        "DELETE FROM audit_personal_data",
        "UPDATE audit_actors SET content = '{}'",
        "UPDATE audit_actors SET account_id = erased_by",
        "DELETE FROM audit_actors",
    ] {
        let refusal = app.sql(sql).expect_err(sql);
        assert!(refusal.contains("append-only") || refusal.contains("only be erased"), "{sql}: {refusal}");
    }
    app.expect_intact();
}

/// What tampering does, and which kind of fault it has to be found as.
const TAMPERINGS: [(&str, &str); 19] = [
    ("UPDATE audit_events SET resource_id = request_id WHERE id = 'ID'", "altered_event"),
    ("UPDATE audit_events SET after = '{\"volunteers\": 99}' WHERE id = 'ID'", "altered_event"),
    ("UPDATE audit_events SET account_id = NULL WHERE id = 'ID'", "altered_event"),
    ("UPDATE audit_events SET actor_digest = NULL WHERE id = 'ID'", "altered_event"),
    ("DELETE FROM audit_events WHERE id = 'ID'", "missing_event"),
    ("DELETE FROM audit_seals WHERE event_id = 'ID'", "gap"),
    ("DELETE FROM audit_seals WHERE event_id = 'ID'; DELETE FROM audit_events WHERE id = 'ID'", "gap"),
    ("DELETE FROM audit_seals WHERE seq = 1", "gap"),
    (
        "DELETE FROM audit_seals WHERE event_id = 'ID'; UPDATE audit_seals SET seq = seq - 1 WHERE seq > SEQ",
        "altered_event",
    ),
    (
        "UPDATE audit_seals SET hash = (SELECT hash FROM audit_seals WHERE seq = 1) WHERE event_id = 'ID'",
        "altered_event",
    ),
    (
        "UPDATE audit_seals SET sealed_at = (SELECT max(sealed_at) FROM audit_seals) WHERE seq = 1",
        "altered_event",
    ),
    ("UPDATE audit_actors SET content = '{\"account_name\": \"Another\"}'", "altered_personal_data"),
    ("UPDATE audit_actors SET account_id = '01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11'", "altered_personal_data"),
    ("DELETE FROM audit_actors", "missing_personal_data"),
    (
        "UPDATE audit_actors SET content = NULL, salt = NULL, \
         erased_by = (SELECT event_id FROM audit_seals ORDER BY seq LIMIT 1)",
        "missing_personal_data",
    ),
    (
        "UPDATE audit_personal_data SET content = '{}' WHERE event_id = 'ID' AND part = 'record'",
        "altered_personal_data",
    ),
    (
        "UPDATE audit_personal_data SET salt = NULL WHERE event_id = 'ID' AND part = 'record'",
        "altered_personal_data",
    ),
    ("DELETE FROM audit_personal_data WHERE event_id = 'ID' AND part = 'record'", "missing_personal_data"),
    (
        "UPDATE audit_personal_data SET content = NULL, salt = NULL, erased_by = event_id WHERE event_id = 'ID'",
        "missing_personal_data",
    ),
];

#[tokio::test]
async fn whatever_is_tampered_with_is_found() {
    for (sql, kind) in TAMPERINGS {
        let (app, _, events) = with_history().await;
        app.expect_intact();
        // Not the newest: that is another matter.
        let event = &events[1];
        let sql = sql.replace("ID", event["id"].as_str().unwrap()).replace("SEQ", &event["seq"].to_string());
        if sql.contains("seq = 1") {
            tokio::time::sleep(Duration::from_millis(1100)).await;
            app.token(Role::Juror).await;
            app.seal();
        }
        app.tamper(&sql);
        let found = app.verify();
        let fault = serde_json::to_value(found.fault.as_ref()).unwrap();
        assert!(!found.intact && fault["kind"] == kind, "{sql}: {found:?}");
        if kind != "gap" && !sql.contains("seq") && !sql.contains("audit_actors") {
            assert_eq!(fault["event_id"], event["id"], "{sql}");
            assert_eq!(json!(found.head.seq + 1), event["seq"], "{sql}: all before it is good");
        }
    }
}

#[tokio::test]
async fn an_entry_that_nobody_recorded_is_found() {
    let (app, _, events) = with_history().await;
    let id = events[0]["id"].as_str().unwrap();
    let columns = "at, account_id, request_id, action, operation, resource_type, resource_id, status, problem, before, after";
    let new = "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11";
    app.sql(&format!("INSERT INTO audit_events (id, {columns}) SELECT '{new}', {columns} FROM audit_events WHERE id = '{id}'"))
        .unwrap();
    let found = app.verify();
    assert_eq!(found.fault, Some(Fault::StrayEvent { event_id: new.parse().unwrap() }), "{found:?}");
}

#[tokio::test]
async fn personal_data_put_in_beside_an_entry_is_found() {
    for salt in ["NULL", "'00'"] {
        let (app, ..) = with_history().await;
        // Of the operator, who is no person.
        let event = app.whole_trail().await.entries.remove(0);
        assert!(event.get("account_name").is_none(), "{event}");
        let id = event["id"].as_str().unwrap();
        app.sql(&format!(
            "INSERT INTO audit_personal_data (event_id, part, salt, content) \
             VALUES ('{id}', 'actor', {salt}, '{{\"account_name\": \"Framed\"}}')"
        ))
        .expect("it is put in");
        let fault = serde_json::to_value(app.verify().fault).unwrap();
        assert_eq!((&fault["kind"], &fault["event_id"]), (&json!("altered_personal_data"), &json!(id)));
    }
}

#[tokio::test]
async fn a_noted_head_tells_whether_the_newest_part_was_cut_off() {
    let (app, admin, events) = with_history().await;
    let head: Value = app.get_as(&admin, "/v1/audit/head").await.expect(200).json();
    let hash = head["hash"].as_str().unwrap().to_owned();
    let noted = Noted { hash: Some(hash.clone()), after: None };
    let noted_with_number = Noted { after: head["seq"].as_i64(), ..noted.clone() };
    assert!(app.verify_from(&noted).intact);
    app.add_association(&admin, &association("Later")).await;
    assert!(app.verify_from(&noted).intact, "the chain has grown beyond it");
    let later = app.verify_from(&noted_with_number);
    assert!(later.intact, "{later:?}");
    assert_eq!((later.verified, later.head.seq), (1, head["seq"].as_i64().unwrap() + 1), "only what is new");

    let first = events[0]["seq"].as_i64().unwrap();
    app.tamper(&format!(
        "DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_seals WHERE seq >= {first}); \
         DELETE FROM audit_seals WHERE seq >= {first}"
    ));
    assert!(app.verify().intact, "what is left is a good chain: that is why heads are noted");
    for noted in [&noted, &noted_with_number] {
        assert_eq!(app.verify_from(noted).fault, Some(Fault::MissingHead { hash: hash.clone() }));
    }
    let other = Noted { hash: Some("0".repeat(64)), after: None };
    assert!(app.verify_from(&other).intact, "every chain begins there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_sealers_at_once_make_one_chain() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let sealers: Vec<_> = (0..4)
        .map(|_| {
            let database = app.database();
            std::thread::spawn(move || {
                let began = Instant::now();
                while began.elapsed() < Duration::from_secs(3) {
                    seal_everything(&database).expect("sealed");
                }
            })
        })
        .collect();
    let mut written = 0;
    while sealers.iter().any(|sealer| !sealer.is_finished()) {
        app.add_association(&admin, &association(&format!("Number {written}"))).await;
        written += 1;
    }
    sealers.into_iter().for_each(|sealer| sealer.join().expect("no sealer failed"));
    let found = app.expect_intact();
    assert!(found.verified > written, "{found:?}, {written}");
    let events = app.cells("SELECT CAST(count(*) AS TEXT) AS cell FROM audit_events");
    assert_eq!(events, [found.head.seq.to_string()]);
}

#[tokio::test]
async fn the_command_ends_with_1_on_a_fault() {
    let home = Home::new();
    let verified = printed(home.nasij(["audit", "verify", "--json"]));
    let verified: Value = serde_json::from_str(&verified).expect("JSON");
    assert_eq!((&verified["intact"], &verified["fault"]), (&json!(true), &Value::Null), "{verified}");
    let (seq, hash) = (verified["head"]["seq"].to_string(), verified["head"]["hash"].as_str().unwrap());
    assert_eq!(verified["verified"].to_string(), seq);
    let told = printed(home.nasij(["audit", "verify", "--head", hash, "--after", &seq]));
    assert_eq!(told, format!("intact: 0 events verified\nhead: {seq} {hash}\n"));

    let other = "f".repeat(64);
    let told = complaint(home.nasij(["audit", "verify", "--head", &other]));
    assert!(told.contains("does not have the noted head") && told.contains(&other), "{told}");
    complaint(home.nasij(["audit", "verify", "--after", "1"]));
    tamper(
        home.database_url(),
        "UPDATE audit_events SET resource_type = 'x' WHERE id = (SELECT event_id FROM audit_seals WHERE seq = 1)",
    );
    let told = complaint(home.nasij(["audit", "verify"]));
    assert!(
        told.contains("the audit trail is broken: event") && told.contains("seal 1 was altered"),
        "{told}"
    );
    let output = run(home.nasij(["audit", "verify", "--json"]));
    assert_eq!(output.status.code(), Some(1));
    let broken: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&broken["intact"], &broken["fault"]["kind"]), (&json!(false), &json!("altered_event")));
}
