//! Registers of other systems that come in over HTTP: a file is taken, and written in the background.

use std::time::{Duration, Instant};

use nasij::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::binary::{Home, Instance};
use crate::steps::{fault, faults, with};

const CSV: &str = "text/csv";
const BY_ID: &str = "key=external_id&source=prefecture-oujda";

/// How long an import of a test may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn path(query: &str) -> String {
    format!("/v1/imports?collection=associations&name=registre.csv&{query}")
}

/// A register of so many associations, from one on.
fn register(from: usize, rows: usize) -> String {
    let row = |n: usize| {
        format!("A-{n};Association numéro {n};جمعية رقم {n};Oujda;{:02}/03/2011;en activité\r\n", n % 28 + 1)
    };
    let heading = "external_id;Dénomination;اسم الجمعية;Ville;Date de création;Statut\r\n";
    std::iter::once(heading.to_owned()).chain((from..from + rows).map(row)).collect()
}

impl App {
    /// Sends a register as CSV.
    pub(crate) async fn import(&self, token: &str, query: &str, register: &str) -> Answer {
        self.request(Method::POST, &path(query)).token(token).body(CSV, register.to_owned()).send().await
    }

    /// Sends one that must be taken, and waits for its end.
    pub(crate) async fn imported(&self, token: &str, query: &str, register: &str) -> Value {
        let taken = self.import(token, query, register).await.expect(202);
        let location = taken.header("location").to_owned();
        assert_eq!(location, format!("/v1/imports/{}", taken.json()["id"].as_str().expect("an id")));
        let begun = Instant::now();
        loop {
            let import = self.get_as(token, &location).await.expect(200).json();
            if !import["ended_at"].is_null() {
                return import;
            }
            assert!(begun.elapsed() < PATIENCE, "{import}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn rows(&self, token: &str, import: &Value, query: &str) -> Vec<Value> {
        let rows = format!("/v1/imports/{}/rows?{query}", import["id"].as_str().expect("an id"));
        self.get_as(token, &rows).await.expect(200).items()
    }
}

fn counts(import: &Value, names: [&str; 5]) -> [i64; 5] {
    names.map(|name| import["counts"][name].as_i64().expect("a count"))
}

const ALL: [&str; 5] = ["read", "created", "updated", "unchanged", "refused"];

#[tokio::test]
async fn a_register_is_written_in_the_background_and_reported_row_by_row() {
    let app = App::start().await;
    let officer = app.token(nasij::access::Role::MinistryOfficer).await;
    let sheet = register(1, 3)
        .replace("A-2;Association numéro 2;جمعية رقم 2;Oujda", "A-2;Association numéro 2;;Nulle-Part");
    let import = app.imported(&officer, BY_ID, &sheet).await;
    assert_eq!(import["status"], "completed", "{import}");
    assert_eq!(counts(&import, ALL), [3, 2, 0, 0, 1]);
    let rows = app.rows(&officer, &import, "lang=fr").await;
    let told: Vec<_> =
        rows.iter().map(|row| (row["line"].as_i64(), row["outcome"].as_str().unwrap())).collect();
    assert_eq!(told, [(Some(2), "created"), (Some(3), "refused"), (Some(4), "created")]);
    assert_eq!((&rows[1]["field"], &rows[1]["code"]), (&json!("city_code"), &json!("reference")));
    assert!(rows[1]["message"].as_str().is_some_and(|text| text.contains("existe pas")), "{}", rows[1]);
    let made = format!("/v1/associations/{}", rows[0]["association_id"].as_str().expect("it was made"));
    let made = app.get_as(&officer, &made).await.expect(200).json();
    assert_eq!(made["name"]["ar"], "جمعية رقم 1");
    assert_eq!(made["internal"]["external_ids"], json!({"prefecture-oujda": "A-1"}));
    // As a file, for whoever mends it.
    let refused = format!(
        "/v1/imports/{}/rows?outcome=refused&format=csv&limit=all&lang=ar",
        import["id"].as_str().unwrap()
    );
    let file = app.get_as(&officer, &refused).await.expect(200);
    let mut lines = csv::Reader::from_reader(&file.body[..]);
    assert_eq!(
        lines.headers().unwrap().iter().collect::<Vec<_>>(),
        ["position", "line", "outcome", "association_id", "field", "code", "message"]
    );
    assert_eq!(lines.records().count(), 1);

    // Once more, with one row that has changed: the others write nothing.
    let version = made["updated_at"].clone();
    let mended = sheet.replace("Nulle-Part", "Jerada");
    let again = app.imported(&officer, BY_ID, &mended.replace("en activité", "actif")).await;
    assert_eq!(counts(&again, ALL), [3, 1, 0, 2, 0], "{again}");
    let made = format!("/v1/associations/{}", rows[0]["association_id"].as_str().unwrap());
    assert_eq!(app.get_as(&officer, &made).await.json()["updated_at"], version);
    assert_eq!(app.rows(&officer, &again, "").await.len(), 1, "what is unchanged is counted alone");
}

#[tokio::test]
async fn a_rehearsal_tells_all_and_keeps_nothing_and_a_retry_makes_no_second_import() {
    let app = App::start().await;
    let officer = app.token(nasij::access::Role::MinistryOfficer).await;
    let rehearsed = app.imported(&officer, &format!("{BY_ID}&dry_run=true"), &register(1, 40)).await;
    assert_eq!(rehearsed["dry_run"], true);
    assert_eq!(counts(&rehearsed, ALL), [40, 40, 0, 0, 0]);
    let rows = app.rows(&officer, &rehearsed, "").await;
    assert!(rows.iter().all(|row| row["association_id"].is_null()), "{rows:?}");
    let found = app.get(&with("/v1/associations", "q", "Association numéro 7")).await.items();
    assert!(found.iter().all(|item| item["name"]["fr"] != "Association numéro 7"));

    let send = async |key: &str, body: &str| {
        let request = app.request(Method::POST, &path(BY_ID)).token(&officer).header("idempotency-key", key);
        request.body(CSV, body.to_owned()).send().await
    };
    let first = send("k1", &register(1, 2)).await.expect(202);
    let second = send("k1", &register(1, 2)).await.expect(202);
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(send("k1", &register(1, 3)).await.problem(422)["code"], "idempotency_mismatch");
    assert_eq!(app.get_as(&officer, "/v1/imports").await.items().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_as_a_whole_is_told_at_once() {
    let app = App::start().await;
    let officer = app.token(nasij::access::Role::MinistryOfficer).await;
    let refused =
        async |query: &str, body: &str, status: u16| app.import(&officer, query, body).await.problem(status);
    let sheet = register(1, 1);
    assert_eq!(faults(&refused("key=external_id", &sheet, 400).await), fault("source", "required"));
    assert_eq!(faults(&refused("", &sheet, 400).await), fault("key", "required"));
    assert_eq!(faults(&refused("key=ice", &sheet, 400).await), fault("key", "one_of"));
    assert_eq!(
        faults(&refused("key=id&missing=dormant", "id,name.fr\n", 400).await),
        fault("missing", "inapplicable")
    );
    assert_eq!(
        faults(&refused("key=id", &sheet.replace("external_id", "N°"), 422).await),
        fault("/id", "required")
    );
    assert_eq!(faults(&refused("mode=create", "a;b;c\n1;2;3\n", 422).await), fault("", "unreadable_file"));
    let mapped = with(&path(BY_ID), "mapping", r#"{"Denomination": "name.fr"}"#);
    let mapped = app.request(Method::POST, &mapped).token(&officer).body(CSV, sheet.clone()).send().await;
    assert_eq!(faults(&mapped.problem(400)), fault("mapping", "one_of"));
    let other =
        app.request(Method::POST, &path(BY_ID)).token(&officer).body("application/pdf", sheet.clone());
    other.send().await.problem(415);
    assert!(app.get_as(&officer, "/v1/imports").await.items().is_empty());
}

#[tokio::test]
async fn what_is_missing_from_the_file_becomes_dormant_unless_it_is_suspiciously_much() {
    let app = App::start().await;
    let officer = app.token(nasij::access::Role::MinistryOfficer).await;
    let dormant = format!("{BY_ID}&missing=dormant");
    app.imported(&officer, BY_ID, &register(1, 20)).await;
    // Another system's are none of its business.
    app.imported(&officer, "key=external_id&source=other", &register(101, 2)).await;
    let most = app.imported(&officer, &dormant, &register(1, 10)).await;
    assert_eq!((&most["counts"]["missing"], &most["counts"]["made_dormant"]), (&json!(10), &json!(0)));
    assert_eq!(most["problem"]["code"], "too_many_missing", "{most}");
    let some = app.imported(&officer, &dormant, &register(1, 18)).await;
    assert_eq!(
        (&some["counts"]["missing"], &some["counts"]["made_dormant"]),
        (&json!(2), &json!(2)),
        "{some}"
    );
    let rows = app.rows(&officer, &some, "outcome=made_dormant").await;
    assert_eq!(rows.len(), 2);
    let one = format!("/v1/associations/{}", rows[0]["association_id"].as_str().expect("an id"));
    assert_eq!(app.get(&one).await.json()["status"], "dormant");
    let again = app.imported(&officer, &dormant, &register(1, 18)).await;
    assert_eq!(
        (&again["counts"]["missing"], &again["counts"]["made_dormant"]),
        (&json!(2), &json!(0)),
        "{again}"
    );
    // A row whose key nobody can read may be any of them.
    let unread = format!("{};Sans clé;;Oujda;01/01/2011;actif\r\n", register(1, 17));
    let unread = app.imported(&officer, &dormant, &unread).await;
    assert_eq!(unread["problem"]["code"], "keys_unread", "{unread}");
}

#[tokio::test]
async fn a_system_sees_its_own_imports_alone() {
    let app = App::start().await;
    let officer = app.token(nasij::access::Role::MinistryOfficer).await;
    let portal = app.token_of(&app.integration(&[Scope::ImportsWrite])).await;
    let of_officer = app.imported(&officer, BY_ID, &register(1, 1)).await;
    let own = app.imported(&portal, "key=external_id&source=portal", &register(50, 1)).await;
    let listed = app.get_as(&portal, "/v1/imports").await.items();
    assert_eq!(listed.iter().map(|item| &item["id"]).collect::<Vec<_>>(), [&own["id"]]);
    assert_eq!(app.get_as(&officer, "/v1/imports").await.items().len(), 2);
    let others = format!("/v1/imports/{}", of_officer["id"].as_str().unwrap());
    for path in [others.clone(), format!("{others}/rows")] {
        assert_eq!(app.get_as(&portal, &path).await.problem(403)["code"], "forbidden");
    }
    app.get("/v1/imports").await.problem(401);
}

async fn state(service: &Instance, token: &str, location: &str) -> Value {
    service.request(Method::GET, location).token(token).send().await.expect(200).json()
}

async fn until(service: &Instance, token: &str, location: &str, reached: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let import = state(service, token, location).await;
        if reached(&import) {
            return import;
        }
        assert!(begun.elapsed() < PATIENCE, "{import}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn sent(service: &Instance, token: &str, register: String) -> String {
    let request = service.request(Method::POST, &path(BY_ID)).token(token).body(CSV, register);
    request.send().await.expect(202).header("location").to_owned()
}

#[tokio::test]
async fn an_import_goes_on_where_it_ended_after_a_kill_and_after_a_stop() {
    const ROWS: i64 = 3000;
    let home = Home::new();
    let (first, location) = {
        let service = home.start();
        let admin = service.token_of(home.admin()).await;
        let location = sent(&service, &admin, register(1, ROWS as usize)).await;
        let begun = until(&service, &admin, &location, |import| import["counts"]["read"] != 0).await;
        service.kill();
        (begun["counts"]["read"].as_i64().expect("a count"), location)
    };
    assert!(first < ROWS, "too few rows for this test");
    let service = home.start();
    let admin = service.token_of(home.admin()).await;
    let more = until(&service, &admin, &location, |import| {
        import["counts"]["read"].as_i64() > Some(first) && import["status"] != "paused"
    })
    .await;
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0));
    let service = home.start();
    let admin = service.token_of(home.admin()).await;
    let resumed = state(&service, &admin, &location).await;
    assert!(resumed["counts"]["read"].as_i64() >= more["counts"]["read"].as_i64());
    let ended = until(&service, &admin, &location, |import| !import["ended_at"].is_null()).await;
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(counts(&ended, ALL), [ROWS, ROWS, 0, 0, 0]);
    // Each row once, in the register as in the report.
    let rows = service
        .request(Method::GET, &format!("{location}/rows?count=exact&limit=1"))
        .token(&admin)
        .send()
        .await;
    assert_eq!(rows.expect(200).json()["page"]["total"], ROWS);
    let all = service.request(Method::GET, "/v1/associations?q=num%C3%A9ro&count=exact&limit=1").send().await;
    assert!(all.expect(200).json()["page"]["total"].as_i64() >= Some(ROWS));
    let again = sent(&service, &admin, register(1, ROWS as usize)).await;
    let again = until(&service, &admin, &again, |import| !import["ended_at"].is_null()).await;
    assert_eq!(counts(&again, ALL), [ROWS, 0, 0, ROWS, 0]);
}

#[tokio::test]
async fn one_file_is_written_at_a_time_and_one_that_is_cancelled_stops() {
    let home = Home::new();
    let service = home.start();
    let other = home.is_shared().then(|| home.start());
    let admin = service.token_of(home.admin()).await;
    let first = sent(&service, &admin, register(1, 6000)).await;
    let second = sent(&service, &admin, register(10_001, 10)).await;
    until(&service, &admin, &first, |import| import["counts"]["read"] != 0).await;
    assert_eq!(state(&service, &admin, &second).await["status"], "queued");
    // Whichever instance is asked.
    let asked = other.as_ref().unwrap_or(&service);
    let there = asked.token_of(home.admin()).await;
    assert_eq!(state(asked, &there, &first).await["status"], "running");
    let cancel = async |location: &str| {
        let transitions = format!("{location}/transitions");
        let request = asked.request(Method::POST, &transitions).token(&there);
        request.json(&json!({"to": "cancelled"})).send().await
    };
    let cancelled = cancel(&first).await.expect(202).json();
    assert_eq!(cancelled["status"], "cancelled");
    let done = until(&service, &admin, &second, |import| import["status"] == "completed").await;
    assert_eq!(done["counts"]["created"], 10);
    let stopped = state(&service, &admin, &first).await;
    assert_eq!((&stopped["status"], &stopped["counts"]), (&json!("cancelled"), &cancelled["counts"]));
    assert!(stopped["counts"]["read"].as_i64() < Some(6000), "too few rows for this test");
    assert_eq!(cancel(&first).await.problem(409)["code"], "wrong_state");
}

/// What an association is written with, as a list shows it.
const WRITTEN: &str = "name,acronym,object,city_code,province_code,scope,status,founded_on,founded_year,receipt_status,receipt_on,\
                       public_utility,public_utility_decree,activity_fields,values,volunteers,last_activity_on,website,email,\
                       attestations,sources";

/// Associations that are hard to write down.
fn awkward() -> String {
    let record = |n: usize| {
        json!({
            "name": {"ar": format!("جمعية «النور» رقم {n}، فرع"), "fr": format!("Association \"Noor\"; n° {n}, à l'Est")},
            "acronym": format!("=A{n}"),
            "object": {"fr": format!("Première ligne\nDeuxième ligne {n}; avec | et \t"), "ar": "+212 هدف"},
            "city_code": "02.311.01.09",
            "scope": n.is_multiple_of(2).then_some("local"),
            "status": (["active", "dormant", "dissolved"][n % 3]),
            "founded_on": (!n.is_multiple_of(4)).then(|| format!("20{:02}-02-28", n % 20)),
            "founded_year": n.is_multiple_of(4).then_some(1987),
            "activity_fields": (["1", "6"][..n % 3]),
            "values": (["citizenship"][..n % 2]),
            "volunteers": n,
            "website": "https://example.org/نور?a=1&b=2",
            "email": n.is_multiple_of(5).then_some("contact@example.org"),
            "attestations": {"national": true, "voluntary": n.is_multiple_of(2)},
            "sources": ["https://example.org/1", "https://example.org/2"],
        })
    };
    let without_nulls = |mut record: Value| {
        record.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        record.to_string() + "\n"
    };
    (1..=60).map(record).map(without_nulls).collect()
}

#[tokio::test]
async fn what_leaves_comes_back_into_another_register_and_leaves_as_it_was() {
    let first = App::start().await;
    let officer = first.token(nasij::access::Role::MinistryOfficer).await;
    let jerada = first.get("/v1/cities/jerada").await.json()["code"].as_str().expect("a code").to_owned();
    let send = async |app: &App, token: &str, query: &str, (media_type, body): (&str, Vec<u8>)| {
        let request = app.request(Method::POST, &path(query)).token(token).body(media_type, body);
        let location = request.send().await.expect(202).header("location").to_owned();
        let begun = Instant::now();
        loop {
            let import = app.get_as(token, &location).await.json();
            if !import["ended_at"].is_null() {
                assert_eq!(counts(&import, ALL), [60, 60, 0, 0, 0], "{import}");
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{import}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let lines = awkward().replace("02.311.01.09", &jerada);
    send(&first, &officer, "mode=create", ("application/x-ndjson", lines.into_bytes())).await;
    let left = async |app: &App, format: &str| {
        let path =
            format!("/v1/associations?city=jerada&sort=name.fr&limit=all&format={format}&fields={WRITTEN}");
        app.get(&path).await.expect(200).body.to_vec()
    };
    for (format, media_type) in [
        ("csv", CSV),
        ("ndjson", "application/x-ndjson"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ] {
        let file = left(&first, format).await;
        let second = App::start().await;
        let officer = second.token(nasij::access::Role::MinistryOfficer).await;
        send(&second, &officer, "mode=create&key=id", (media_type, file.clone())).await;
        for format in ["csv", "ndjson"] {
            let (before, after) = (left(&first, format).await, left(&second, format).await);
            assert_eq!(String::from_utf8_lossy(&before), String::from_utf8_lossy(&after), "{media_type}");
        }
    }
}
