//! The clock of the machine is set back: no record becomes older than it was.

use diesel::RunQueryDsl as _;
use serde_json::{Value, json};

use crate::accounts::path_of;
use crate::app::App;
use crate::binary::Home;
use crate::nominations::{of_city, path};
use crate::steps::association;

impl App {
    /// Lets all records of `table` have been written a day later: as if the clock had been ahead, and is right again.
    fn set_clock_back(&self, table: &str) {
        let later = if Home::new().is_shared() { "interval '1 day'" } else { "86400000000" };
        let update = format!(
            "UPDATE {table} SET created_at = created_at + {later}, updated_at = updated_at + {later}"
        );
        let update =
            |connection: &mut nasij::database::Connection| Ok(diesel::sql_query(update).execute(connection)?);
        assert!(self.database().write_blocking(update).expect("the records are of tomorrow") > 0, "{table}");
    }
}

/// The time of the last change; none before the record was made.
fn updated_at(record: &Value) -> &str {
    let at = record["updated_at"].as_str().expect("an instant");
    assert!(at >= record["created_at"].as_str().expect("an instant"), "{record}");
    at
}

#[tokio::test]
async fn a_change_is_never_older_than_what_it_changes() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2027, &Value::Null).await;
    let (event, partner) = ("/v1/editions/2027/events", "/v1/editions/2027/partners");
    let event = app.post(&admin, event, &json!({"kind": "opening", "title": {"fr": "Ouverture"}})).await;
    let partner = app.post(&admin, partner, &json!({"kind": "elected", "name": {"fr": "Commune"}})).await;
    let some = app.add_association(&admin, &association("Association")).await;
    let nomination = path(&app.nominate(&admin, &of_city(2027, "fes")).await);
    let account = app.add_account(&admin, &json!({"name": "Somebody", "roles": ["auditor"]})).await;
    for (table, path, patch) in [
        ("cities", "/v1/cities/oujda", json!({"population_2024": 1})),
        ("associations", some.header("location"), json!({"volunteers": 3})),
        ("editions", "/v1/editions/2027", json!({"theme": {"fr": "Jeunesse"}})),
        ("events", event.header("location"), json!({"title": {"fr": "Clôture"}})),
        ("partners", partner.header("location"), json!({"kind": "authority"})),
        ("nominations", &nomination, json!({"statement": {"fr": "Nous aussi."}})),
        ("accounts", &path_of(&account.json()), json!({"name": "Somebody else"})),
    ] {
        app.set_clock_back(table);
        let before = app.get_as(&admin, path).await.expect(200).json();
        app.patch(&admin, path, "*", &patch).await.expect(200);
        let after = app.get_as(&admin, path).await.expect(200).json();
        assert!(updated_at(&after) >= updated_at(&before), "{table}: {after}");
        assert_ne!(before, after, "{table}");
    }
}
