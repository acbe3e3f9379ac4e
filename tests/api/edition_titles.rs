//! The title of an edition and its honours, as a published designation gives them and a revocation takes them back.

use diesel::prelude::*;
use nasij::audit::Actor;
use nasij::database::Connection;
use nasij::database::schema::editions;
use nasij::database::types::{Id, UtcTime};
use nasij::editions::honours;
use nasij::editions::model::EditionRow;
use nasij::editions::queries::edition_by_year;
use nasij::editions::transitions::queries::{announce_next, designate, vacate, withhold};
use nasij::error::{Error, Result};
use nasij::language::Text;
use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::designations;
use crate::edition_states::{PATH, STATES};
use crate::steps::{association, column, faults};

fn text(french: &str) -> Text {
    Text { fr: Some(french.to_owned()), ..Text::default() }
}

impl App {
    /// Changes the edition of a year in a transaction, as the publication of a designation does.
    fn on_edition<T>(
        &self,
        year: i64,
        change: impl FnOnce(&mut Connection, &EditionRow) -> Result<T>,
    ) -> Result<T> {
        self.database().write_blocking(|connection| {
            let edition = edition_by_year(connection, year)?;
            change(connection, &edition)
        })
    }

    fn designate(&self, year: i64, city: &str) -> Result<EditionRow> {
        self.on_edition(year, |connection, edition| {
            let reason = Some(text("Le mieux classé."));
            designate(connection, &Actor::operator(), Id::new(), edition, city, reason, UtcTime::now())
        })
    }
}

/// Which problem an error is, and its first fault.
fn told<T>(result: Result<T>) -> (String, String) {
    let error: Error = result.err().expect("a refusal");
    let fault = error.violations.first().map(|violation| violation.reason.code().to_owned());
    (error.code.name(), fault.unwrap_or_default())
}

#[tokio::test]
async fn a_designation_gives_the_title_to_a_city_that_may_have_it() {
    let app = App::start().await;
    app.with_ready_edition(2027).await;
    for status in STATES {
        app.put_edition_in(2027, status);
        if ["draft", "city_review"].contains(&status) {
            continue;
        }
        app.give_title(2027, "04.421.01.0");
        assert_eq!(told(app.designate(2027, "fes")).0, "edition_state", "{status}");
        app.execute("UPDATE editions SET city_code = NULL WHERE year = 2027".to_owned());
    }
    let rural = app.get("/v1/cities?kind=rural&limit=1").await.items()[0]["code"].clone();
    for from in ["draft", "city_review"] {
        app.put_edition_in(2027, from);
        for (city, code) in
            [("oujda", "title_again"), ("atlantis", "reference"), (rural.as_str().unwrap(), "not_urban")]
        {
            assert_eq!(told(app.designate(2027, city)), ("invalid".to_owned(), code.to_owned()), "{city}");
        }
        let before = app.get(PATH).await;
        app.designate(2027, "fes").unwrap();
        let (after, edition) = (app.get(PATH).await, app.get(PATH).await.json());
        assert_ne!(before.header("etag"), after.header("etag"));
        assert_eq!(
            (&edition["status"], &edition["city_code"]),
            (&json!("designated"), &json!("03.231.01.0"))
        );
        assert_eq!(
            (&edition["designated_for_year"], &edition["status_reason"]["fr"]),
            (&json!(2027), &json!("Le mieux classé."))
        );
        assert!(edition["designated_on"].is_string());
        assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([2027]));
        app.execute("UPDATE editions SET city_code = NULL WHERE year = 2027".to_owned());
    }
    let history = app.get(&format!("{PATH}/history")).await.items();
    assert_eq!(column(&history, "from"), ["draft", "city_review"]);
    assert_eq!(column(&history, "to"), ["designated", "designated"]);
}

#[tokio::test]
async fn a_title_that_was_taken_back_can_be_given_to_another_city() {
    let app = App::start().await;
    app.with_ready_edition(2027).await;
    app.designate(2027, "fes").unwrap();
    let take_back = || {
        app.on_edition(2027, |connection, _| {
            let id: Id =
                editions::table.filter(editions::year.eq(2027)).select(editions::id).first(connection)?;
            vacate(connection, &Actor::operator(), Id::new(), id, "Fraude.", UtcTime::now())
        })
    };
    for status in ["designated", "honours_review", "postponed", "completed"] {
        app.put_edition_in(2027, status);
        take_back().unwrap();
        let edition = app.get(PATH).await.json();
        assert!(edition.get("city_code").is_none(), "{status}");
        assert!(edition.get("designated_on").is_none(), "the day is that of the next designation");
        assert_eq!(edition["designated_for_year"], 2027);
        assert_eq!(edition["status"], status);
        assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([]));
        take_back().unwrap();
        app.designate(2027, "fes").unwrap();
        assert_eq!(app.get(PATH).await.json()["status"], status, "it stays in its state");
    }
    app.put_edition_in(2027, "designated");
    take_back().unwrap();
    app.designate(2027, "rabat").unwrap();
    assert_eq!(app.get("/v1/cities/rabat").await.json()["capital_years"], json!([2027]));
    assert_eq!(app.get("/v1/cities/fes").await.json()["capital_years"], json!([]));
    for status in ["draft", "city_call_open", "city_review", "archived", "cancelled"] {
        app.put_edition_in(2027, status);
        assert_eq!(told(take_back()).0, "edition_state", "{status}");
    }
}

#[tokio::test]
async fn a_title_is_withheld_with_a_reason_from_an_edition_under_review() {
    let app = App::start().await;
    app.with_ready_edition(2027).await;
    let hold_back = || {
        app.on_edition(2027, |connection, edition| {
            let reason = text("Aucune ville n'a passé la barre.");
            withhold(connection, &Actor::operator(), Id::new(), edition, reason, UtcTime::now())
        })
    };
    for status in STATES.into_iter().filter(|status| *status != "city_review") {
        app.put_edition_in(2027, status);
        assert_eq!(told(hold_back()).0, "edition_state", "{status}");
    }
    app.put_edition_in(2027, "city_review");
    hold_back().unwrap();
    let edition = app.get(PATH).await.json();
    assert_eq!(edition["status"], "draft");
    assert_eq!(edition["status_reason"]["fr"], "Aucune ville n'a passé la barre.");
    let history = app.get(&format!("{PATH}/history")).await.items();
    assert_eq!(column(&history, "to"), ["draft"]);
    let token = app.token_of(app.admin()).await;
    app.take_edition(&token, PATH, &json!({"to": "city_call_open"})).await.expect(201);
}

#[tokio::test]
async fn the_edition_before_announces_the_next_capital_once() {
    let app = App::start().await;
    app.with_ready_edition(2027).await;
    app.execute("UPDATE editions SET next_city_announced = NULL WHERE year = 2025".to_owned());
    let announce = || {
        app.on_edition(2027, |connection, edition| {
            announce_next(connection, &Actor::operator(), edition, UtcTime::now())
        })
    };
    announce().unwrap();
    assert!(
        app.get("/v1/editions/2025").await.json().get("next_city_announced").is_none(),
        "there is no city yet"
    );
    app.designate(2027, "fes").unwrap();
    let others: Vec<Value> = app.get("/v1/editions?year[lte]=2023").await.items();
    announce().unwrap();
    let announced = app.get("/v1/editions/2025").await;
    assert_eq!(
        announced.json()["next_city_announced"],
        json!({"city_code": "03.231.01.0", "for_year": 2027})
    );
    announce().unwrap();
    assert_eq!(app.get("/v1/editions/2025").await.header("etag"), announced.header("etag"));
    assert_eq!(app.get("/v1/editions?year[lte]=2023").await.items(), others, "the earlier ones stay");
    app.give_title(2027, "04.421.01.0");
    announce().unwrap();
    let passed_on = json!({"city_code": "04.421.01.0", "for_year": 2027});
    assert_eq!(app.get("/v1/editions/2025").await.json()["next_city_announced"], passed_on);
    for next in ["year = 2028, designated_for_year = 2027", "city_code = '03.231.01.0'"] {
        app.execute(format!("UPDATE editions SET {next} WHERE year IN (2027, 2028)"));
    }
    app.on_edition(2028, |connection, edition| {
        announce_next(connection, &Actor::operator(), edition, UtcTime::now())
    })
    .unwrap();
    let passed_on = json!({"city_code": "03.231.01.0", "for_year": 2028});
    assert_eq!(
        app.get("/v1/editions/2025").await.json()["next_city_announced"],
        passed_on,
        "it was postponed"
    );
    let before = json!({"city_code": "04.421.01.0", "for_year": 2026});
    app.execute(format!("UPDATE editions SET next_city_announced = '{before}' WHERE year = 2025"));
    app.on_edition(2028, |connection, edition| {
        announce_next(connection, &Actor::operator(), edition, UtcTime::now())
    })
    .unwrap();
    assert_eq!(
        app.get("/v1/editions/2025").await.json()["next_city_announced"],
        before,
        "for another edition"
    );
}

#[tokio::test]
async fn a_draft_gets_its_city_only_with_criteria_that_add_up() {
    let app = App::start().await;
    app.with_ready_edition(2027).await;
    let who = app.institutions().await;
    let direct =
        json!({"kind": "city", "basis": "direct", "city_code": "fes", "reason": {"fr": "Parce que."}});
    let signed = app.signed(&who, 2027, &direct).await;
    for (sql, codes) in [
        ("UPDATE criteria SET weight = weight + 1 WHERE code = 'innovation'", "weights_sum"),
        ("DELETE FROM criteria WHERE nomination_kind = 'association'", "criteria_needed"),
    ] {
        app.execute(sql.to_owned());
        assert_eq!(told(app.designate(2027, "fes")).0, "not_ready", "{sql}");
        let refused = app.take_designation_to(&who.ministry, &signed, "published").await.problem(409);
        assert_eq!(refused["code"], "not_ready");
        assert!(faults(&refused).contains(&("/criteria".to_owned(), codes.to_owned())), "{refused}");
    }
    app.take_designation_to(&who.ministry, &signed, "annulled").await.expect(201);
    let refused = app.post(&who.icso, &designations(2027), &direct).await.problem(409);
    assert_eq!(refused["code"], "not_ready", "nor is it proposed");
}

#[tokio::test]
async fn an_honour_is_given_once_and_one_that_is_taken_back_stays_with_the_reason() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    let some = app.add_association(&token, &association("Association honorée")).await.json();
    let association_id: Id = some["id"].as_str().unwrap().parse().unwrap();
    let nomination = Id::new();
    let award = || {
        app.on_edition(2027, |connection, edition| {
            let (title, citation) = (text("Association distinguée"), Some(text("Vingt ans de travail.")));
            let (actor, now) = (Actor::operator(), "2027-04-30T23:30:00Z".parse().expect("an instant"));
            honours::award(connection, &actor, edition, nomination, association_id, title, citation, now)
        })
    };
    let path = format!("{PATH}/honours");
    let before = app.get(&path).await.header("etag").to_owned();
    award().unwrap();
    assert_eq!(told(award()).0, "already_exists");
    let given = app.get(&path).await;
    assert_ne!(given.header("etag"), before);
    let honour = given.items().remove(0);
    assert_eq!(
        (&honour["association_id"], &honour["nomination_id"]),
        (&some["id"], &json!(nomination.to_string()))
    );
    assert_eq!(
        (&honour["title"]["fr"], &honour["citation"]["fr"]),
        (&json!("Association distinguée"), &json!("Vingt ans de travail."))
    );
    assert_eq!(honour["awarded_on"], "2027-05-01", "the day in Morocco");
    assert!(honour.get("revoked_at").is_none());
    let given = app.get(&path).await.header("etag").to_owned();
    let revoke = || {
        app.on_edition(2027, |connection, _| {
            let now = "2027-06-01T12:00:00Z".parse().expect("an instant");
            honours::revoke(connection, &Actor::operator(), nomination, "Comptes falsifiés.", now)
        })
    };
    revoke().unwrap();
    let revoked = app.get(&path).await;
    assert_ne!(revoked.header("etag"), given);
    let items = revoked.items();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["revocation_reason"], "Comptes falsifiés.");
    assert_eq!((&items[0]["id"], &items[0]["revoked_at"]), (&honour["id"], &items[0]["updated_at"]));
    revoke().unwrap();
    assert_eq!(app.get(&path).await.items(), items, "what was taken back is not taken back again");
    let trail = app.get_as(&token, "/v1/audit?resource_type=honour&sort=at").await.items();
    assert_eq!(column(&trail, "action"), ["create", "update"]);
}
