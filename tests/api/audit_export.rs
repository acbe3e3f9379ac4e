//! The audit trail as a file: what the pages have, line by line.

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::collections::{items, pages};
use crate::steps::{association, fault, faults};

const PATH: &str = "/v1/audit";

/// Some 240 entries: more than one read of an export. One name would be a formula in a spreadsheet.
async fn with_entries() -> (App, String) {
    let app = App::start().await;
    let account =
        app.account(&NewAccount::of_role(Role::Admin, "=HYPERLINK(\"https://evil.example\"), \"x\""));
    let admin = app.token_of(&account).await;
    let path = app.add_association(&admin, &association("Exported")).await.header("location").to_owned();
    for volunteers in 0..240 {
        app.patch(&admin, &path, "*", &json!({"volunteers": volunteers})).await.expect(200);
    }
    app.seal();
    (app, admin)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[tokio::test]
async fn the_whole_trail_is_what_all_pages_have() {
    let (app, admin) = with_entries().await;
    let paged = items(&pages(&app, &admin, &format!("{PATH}?limit=100"), "next").await);
    assert!(paged.len() > 240, "{}", paged.len());
    let whole = app.get_as(&admin, &format!("{PATH}?format=ndjson&limit=all")).await.expect(200);
    assert_eq!(whole.media_type(), Some("application/x-ndjson"));
    assert_eq!(whole.header("cache-control"), "private, no-store");
    assert!(whole.optional_header("etag").is_none());
    assert_eq!(lines(whole.text()), paged);

    let page = app.get_as(&admin, &format!("{PATH}?format=ndjson&limit=7")).await.expect(200);
    assert_eq!(lines(page.text()), paged[..7]);
    assert!(page.header("link").contains("rel=\"next\"") && page.optional_header("etag").is_some());
    let accepted = app.request(Method::GET, &format!("{PATH}?limit=7")).token(&admin);
    let accepted = accepted.header("accept", "application/x-ndjson").send().await.expect(200);
    assert_eq!(accepted.text(), page.text());

    let filtered =
        app.get_as(&admin, &format!("{PATH}?format=ndjson&limit=all&action=create&fields=action")).await;
    assert!(
        lines(filtered.expect(200).text())
            .iter()
            .all(|line| line["action"] == "create" && line.get("at").is_none())
    );
    let packed =
        app.compressed("gzip", Method::GET, &format!("{PATH}?format=ndjson&limit=all")).token(&admin);
    assert_eq!(packed.send().await.expect(200).text(), whole.text());
}

#[tokio::test]
async fn csv_has_the_fields_as_columns_and_runs_no_formula() {
    let (app, admin) = with_entries().await;
    let paged = items(&pages(&app, &admin, &format!("{PATH}?limit=200"), "next").await);
    let whole = app.get_as(&admin, &format!("{PATH}?format=csv&limit=all")).await.expect(200);
    assert_eq!(whole.header("content-type"), "text/csv; charset=utf-8; header=present");
    let mut reader = csv::Reader::from_reader(whole.text().as_bytes());
    let columns = reader.headers().unwrap().clone();
    for name in ["id", "seq", "hash", "at", "account_name", "address", "problem", "before", "after"] {
        assert!(columns.iter().any(|column| column == name), "{name}");
    }
    let records: Vec<_> = reader.records().map(|record| record.expect("RFC 4180")).collect();
    assert_eq!(records.len(), paged.len());
    for (record, event) in records.iter().zip(&paged) {
        for (column, cell) in columns.iter().zip(record) {
            let expected = match &event[column] {
                Value::Null => String::new(),
                Value::String(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell, expected, "{column}");
        }
    }
    assert!(whole.text().contains("'=HYPERLINK"), "a guarded formula");
    let narrow = app.get_as(&admin, &format!("{PATH}?format=csv&limit=1&fields=action")).await.expect(200);
    assert_eq!(narrow.text().lines().next(), Some("id,action"));
}

#[tokio::test]
async fn what_a_file_cannot_have_is_refused() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let refused =
        async |query: &str| faults(&app.get_as(&admin, &format!("{PATH}?{query}")).await.problem(400));
    assert_eq!(refused("limit=all").await, fault("limit", "needs_parameter"));
    assert_eq!(refused("format=csv&count=exact").await, fault("count", "inapplicable"));
    assert_eq!(refused("format=xls").await, fault("format", "one_of"));
    assert_eq!(refused("format=ndjson&limit=201").await, fault("limit", "range"));
    assert_eq!(refused("format=ndjson&limit=All").await, fault("limit", "type"));
}

#[tokio::test]
async fn personal_data_is_in_no_file_of_whoever_may_not_see_it() {
    let app = App::start().await;
    let admin = app.account(&NewAccount::of_role(Role::Admin, "QZADMIN"));
    let mut body = association("Guarded");
    body["internal"] = json!({"legal_representative": "QZPERSON"});
    app.add_association(&app.token_of(&admin).await, &body).await;
    let narrow = app.request(Method::POST, "/oauth/token").basic(&admin);
    let form = "grant_type=client_credentials&scope=audit%3Aread";
    let narrow = narrow.body("application/x-www-form-urlencoded", form).send().await.expect(200).json();
    let narrow = narrow["access_token"].as_str().unwrap();
    for query in ["", "?format=csv&limit=all", "?format=ndjson&limit=all"] {
        let answer = app.get_as(narrow, &format!("{PATH}{query}")).await.expect(200);
        let text = answer.text();
        for mark in ["QZADMIN", "QZPERSON", "127.0.0.1"] {
            let place = text.find(mark).map(|place| &text[place.saturating_sub(300)..]);
            assert_eq!(place, None, "{query}: {mark}");
        }
        assert!(text.contains("association"), "{query}");
    }
    let all = app.token_of(&admin).await;
    let shown = app.get_as(&all, &format!("{PATH}?format=csv&limit=all")).await.expect(200);
    for mark in ["QZADMIN", "QZPERSON", "127.0.0.1"] {
        assert!(shown.text().contains(mark), "{mark}");
    }
}

/// Appends so many entries of 4 KB each, as no client could in the time of a test.
fn fill(app: &App, entries: u32) {
    let text = "x".repeat(4000);
    let state = format!("'{{\"text\": \"{text}\"}}'");
    let (id, numbers, at, state) = if app.config.database_url().starts_with("sqlite") {
        let numbers = format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {entries})"
        );
        let id = "unhex(printf('01938d6e6f3c7c2a9a51%012x', n))";
        (id, numbers, "1700000000000000", format!("CAST({state} AS BLOB)"))
    } else {
        let numbers = format!("WITH numbers (n) AS (SELECT generate_series(1, {entries}))");
        let id = "('01938d6e-6f3c-7c2a-9a51-' || lpad(to_hex(n), 12, '0'))::uuid";
        (id, numbers, "'2023-11-14T22:13:20Z'", format!("{state}::jsonb"))
    };
    app.sql(&format!(
        "{numbers} INSERT INTO audit_events (id, at, action, resource_type, after) \
         SELECT {id}, {at}, 'create', 'city', {state} FROM numbers"
    ))
    .expect("the trail is filled");
}

#[tokio::test]
async fn in_the_order_of_the_chain_there_are_sealed_entries_alone() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    app.seal();
    fill(&app, 3);
    let sealed = app.get_as(&admin, "/v1/audit/head").await.expect(200).json()["seq"].as_u64().unwrap();
    let numbers = async |sort: &str| -> Vec<Option<u64>> {
        let path = format!("{PATH}?format=ndjson&limit=all&sort={sort}");
        let whole = app.get_as(&admin, &path).await.expect(200);
        lines(whole.text()).iter().map(|event| event["seq"].as_u64()).collect()
    };
    let mut chain: Vec<_> = (1..=sealed).map(Some).collect();
    assert_eq!(numbers("seq").await, chain);
    chain.reverse();
    assert_eq!(numbers("-seq").await, chain);
    assert_eq!(numbers("at").await.iter().filter(|seq| seq.is_none()).count(), 3);
}
