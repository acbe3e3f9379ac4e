//! What of an edition stands firm once it is on its way: an open call, and what is told of its designation.

use nasij::access::{Role, Scope};
use nasij::database::types::UtcTime;
use serde_json::{Value, json};

use crate::app::App;
use crate::edition_states::{PATH, STATES, open, over};
use crate::nominations::of_association;
use crate::steps::{fault, faults};

const CALLS: [(&str, &str); 2] = [("city_call_open", "city_call"), ("honours_call_open", "honours_call")];

#[tokio::test]
async fn an_open_call_can_be_prolonged_but_is_not_left_out_and_only_the_ministry_shortens_it() {
    let app = App::start().await;
    let admin = app.with_ready_edition(2027).await;
    let ministry = app.token(Role::MinistryOfficer).await;
    let others =
        [app.token(Role::IcsoOfficer).await, app.token_of(&app.integration(&[Scope::EditionsWrite])).await];
    for (state, call) in CALLS {
        app.put_edition_in(2027, state);
        let put = json!({"year": 2027, "name": {"fr": "Capitale 2027"}});
        for token in [&admin, &ministry, &others[0], &others[1]] {
            let gone = app.patch(token, PATH, "*", &json!({call: null})).await.problem(422);
            assert_eq!(faults(&gone), fault(&format!("/{call}"), "call_open"));
            let gone = app.put(token, PATH, "*", &put).await.problem(422);
            assert_eq!(faults(&gone), fault(&format!("/{call}"), "call_open"));
        }
        for token in &others {
            for (window, end) in [
                (over(), "closes_at"),
                (json!({"closes_at": "2198-12-31T23:59:59Z"}), "closes_at"),
                (json!({"opens_at": "2198-01-01T00:00:00Z"}), "opens_at"),
            ] {
                let refused = app.patch(token, PATH, "*", &json!({call: window})).await.problem(403);
                assert_eq!(refused["code"], "forbidden_field");
                assert_eq!(faults(&refused), fault(&format!("/{call}/{end}"), "call_open"));
            }
            let longer =
                json!({call: {"opens_at": "2019-01-01T00:00:00Z", "closes_at": "2199-06-01T00:00:00Z"}});
            app.patch(token, PATH, "*", &longer).await.expect(200);
            app.patch(&admin, PATH, "*", &json!({call: open()})).await.expect(200);
        }
        app.patch(&ministry, PATH, "*", &json!({call: over()})).await.expect(200);
        app.patch(&admin, PATH, "*", &json!({call: open()})).await.expect(200);
    }
}

#[tokio::test]
async fn a_call_that_is_not_open_is_moved_by_whoever_writes_editions() {
    let app = App::start().await;
    let admin = app.with_ready_edition(2027).await;
    let token = app.token_of(&app.integration(&[Scope::EditionsWrite])).await;
    for (state, call) in CALLS {
        let over_or = [state, "completed", "archived", "cancelled"];
        for other in STATES.into_iter().filter(|other| !over_or.contains(other)) {
            app.put_edition_in(2027, other);
            for window in [over(), Value::Null] {
                app.patch(&token, PATH, "*", &json!({call: window})).await.expect(200);
            }
            app.patch(&admin, PATH, "*", &json!({call: open()})).await.expect(200);
        }
    }
}

#[tokio::test]
async fn what_is_told_of_a_designation_is_written_in_the_draft_alone() {
    let app = App::start().await;
    let token = app.with_ready_edition(2027).await;
    let facts = json!({"designated_for_year": 2026, "designated_on": "2026-11-02"});
    app.patch(&token, PATH, "*", &facts).await.expect(200);
    let token = app.token(Role::MinistryOfficer).await;
    for status in STATES.into_iter().filter(|status| !["draft", "archived", "cancelled"].contains(status)) {
        app.put_edition_in(2027, status);
        for (field, value) in [("designated_for_year", json!(2027)), ("designated_on", json!("2026-11-03"))] {
            for value in [value, Value::Null] {
                let refused = app.patch(&token, PATH, "*", &json!({field: value})).await.problem(422);
                assert_eq!(faults(&refused), fault(&format!("/{field}"), "read_only"), "{status}");
            }
        }
        let mut whole =
            json!({"year": 2027, "name": {"fr": "Autre"}, "city_call": open(), "honours_call": open()});
        let refused = app.put(&token, PATH, "*", &whole).await.problem(422);
        assert_eq!(faults(&refused).len(), 2, "what is left out would be changed: {refused}");
        for (field, value) in facts.as_object().unwrap() {
            whole[field] = value.clone();
        }
        app.put(&token, PATH, "*", &whole).await.expect(200);
        app.patch(&token, PATH, "*", &facts).await.expect(200);
    }
}

#[tokio::test]
async fn a_call_does_not_end_before_the_nominations_that_it_has_taken() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let admin = app.token_of(app.admin()).await;
    let end =
        |at: UtcTime| json!({"city_call": {"opens_at": "2020-01-01T00:00:00Z", "closes_at": at.to_string()}});
    let edition = app.get(PATH).await.json();
    assert_eq!(edition["status"], "city_call_open");
    app.patch(&admin, PATH, "*", &end(UtcTime::now().plus_seconds(3600))).await.expect(200);
    assert_eq!(app.get(PATH).await.json()["city_call"]["open"], true);
    app.take_to(&token, &draft, "submitted").await.expect(201);
    let refused = app.patch(&admin, PATH, "*", &end(UtcTime::now().plus_seconds(-60))).await.problem(422);
    assert_eq!(faults(&refused), fault("/city_call/closes_at", "call_ends_in_the_past"));
    // The other call has taken nothing yet, and then one.
    let honours = |at: UtcTime| json!({"honours_call": {"opens_at": "2020-01-01T00:00:00Z", "closes_at": at.to_string()}});
    let past = UtcTime::now().plus_seconds(-60);
    app.patch(&admin, PATH, "*", &honours(past)).await.expect(200);
    app.patch(&admin, PATH, "*", &honours(UtcTime::now().plus_seconds(3600))).await.expect(200);
    let association = app.add_association(&admin, &json!({"name": {"fr": "Nommée"}})).await.json();
    let nomination = app.nominate(&admin, &of_association(2027, &association["id"])).await;
    app.put_nomination_in(&nomination, "submitted");
    let refused = app.patch(&admin, PATH, "*", &honours(past)).await.problem(422);
    assert_eq!(faults(&refused), fault("/honours_call/closes_at", "call_ends_in_the_past"));
    // What came stays in time.
    app.patch(&admin, PATH, "*", &end(UtcTime::now())).await.expect(200);
    assert_eq!(app.get(PATH).await.json()["city_call"]["open"], false);
}
