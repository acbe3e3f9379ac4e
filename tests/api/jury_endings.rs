//! What the end of a jury's work, and a decision, leave no room for: no nomination comes to a jury that will not meet, and
//! none is left behind.

use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::{designations, of_honours};
use crate::juries::thrice;
use crate::jury_at_work::{JuryAtWork, YEAR, sheet};
use crate::nominations::{of_association, of_city, path};
use crate::steps::{association, fault, faults};

/// That there is no title or no honour.
fn withheld(kind: &str) -> Value {
    json!({"kind": kind, "basis": "withheld", "reason": {"fr": "Aucune candidature ne convient."}})
}

impl App {
    /// Finds a nomination ineligible now, whatever the checks say.
    fn found_ineligible(&self, nomination: &Value) {
        self.put_nomination_in(nomination, "ineligible");
        let id = nomination["id"].as_str().expect("an identifier");
        self.execute(format!("UPDATE nominations SET screened_at = updated_at WHERE id = '{id}'"));
    }

    /// A draft for the honours of an edition.
    async fn nominate_an_association(&self, token: &str, year: i64, name: &str) -> Value {
        let named = self.add_association(token, &association(name)).await.json();
        self.nominate(token, &of_association(year, &named["id"])).await
    }
}

#[tokio::test]
async fn after_the_honours_are_published_no_nomination_comes_to_the_jury() {
    let app = App::start().await;
    let jury = app.with_closed_honours_jury(2027, &[9]).await;
    let who = app.institutions().await;
    let late = app.nominate_an_association(&jury.admin, 2027, "Association tardive").await;
    app.published(&who, 2027, &of_honours(&jury, &[0], &[])).await;
    app.found_ineligible(&late);
    app.refused(&jury.admin, &late, "submitted", "jury_closed").await;
    app.put_nomination_in(&late, "eligible");
    app.refused(&jury.admin, &late, "under_evaluation", "jury_closed").await;
    let kind = json!({"kind": "association"});
    for (place, body) in [
        (jury.path("deliberations"), &kind),
        (jury.path("assignments"), &kind),
        (format!("{}/evaluations", path(&late)), &json!({"juror_id": late["id"]})),
    ] {
        assert_eq!(app.post(&jury.chair, &place, body).await.problem(409)["code"], "jury_closed", "{place}");
    }
}

#[tokio::test]
async fn after_the_honours_are_withheld_without_a_jury_none_appeals() {
    let app = App::start().await;
    let admin = app.with_honours_edition(2027, &Value::Null).await;
    let late = app.nominate_an_association(&admin, 2027, "Association tardive").await;
    app.put_edition_in(2027, "honours_review");
    let who = app.institutions().await;
    app.published(&who, 2027, &withheld("association")).await;
    app.found_ineligible(&late);
    app.refused(&admin, &late, "submitted", "jury_closed").await;
}

#[tokio::test]
async fn after_a_withheld_title_another_jury_takes_nominations() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", thrice([8; 3]))]).await;
    let who = app.institutions().await;
    app.published(&who, 2027, &withheld("city")).await;
    app.put_edition_in(2027, "city_review");
    let second = app.nominate(&jury.admin, &of_city(2027, "safi")).await;
    app.found_ineligible(&second);
    app.take_to(&jury.admin, &second, "submitted").await.expect(201);
    app.put_nomination_in(&second, "eligible");
    app.take_to(&jury.admin, &second, "under_evaluation").await.expect(201);
}

#[tokio::test]
async fn no_title_is_withheld_over_a_nomination_on_its_way_to_the_jury() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", vec![])]).await;
    let who = app.institutions().await;
    let late = app.nominate(&jury.admin, &of_city(2027, "agadir")).await;
    let waits = fault(&format!("/nominations/{}", late["id"].as_str().unwrap()), "nomination_waits");
    for state in ["submitted", "needs_completion", "eligible"] {
        app.put_nomination_in(&late, state);
        let refused = app.post(&who.icso, &designations(2027), &withheld("city")).await.problem(409);
        assert_eq!((&refused["code"], faults(&refused)), (&json!("not_ready"), waits.clone()), "{state}");
    }
    app.put_nomination_in(&late, "withdrawn");
    let proposed = app.propose(&who.icso, 2027, &withheld("city")).await;
    app.put_nomination_in(&late, "submitted");
    assert_eq!(faults(&app.sign(&who.icso, &proposed).await.problem(409)), waits);
    app.put_nomination_in(&late, "withdrawn");
    for token in [&who.icso, &who.ministry] {
        app.sign(token, &proposed).await.expect(201);
    }
    app.put_nomination_in(&late, "eligible");
    let refused = app.take_designation_to(&who.ministry, &proposed, "published").await.problem(409);
    assert_eq!(faults(&refused), waits);
    app.put_nomination_in(&late, "withdrawn");
    app.take_designation_to(&who.ministry, &proposed, "published").await.expect(201);
}

#[tokio::test]
async fn neither_a_closing_nor_a_withheld_title_cuts_an_appeal_off() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", thrice([8; 3]))]).await;
    let who = app.institutions().await;
    let unfit = app.nominate(&jury.admin, &of_city(2027, "agadir")).await;
    let running = fault(&format!("/nominations/{}", unfit["id"].as_str().unwrap()), "appeal_running");
    app.found_ineligible(&unfit);
    let closing = app.close_jury(&jury).await.problem(409);
    assert_eq!((&closing["code"], faults(&closing)), (&json!("not_ready"), running.clone()));
    let refused = app.post(&who.icso, &designations(2027), &withheld("city")).await.problem(409);
    assert_eq!((&refused["code"], faults(&refused)), (&json!("not_ready"), running));
    // There is one appeal.
    let id = unfit["id"].as_str().unwrap();
    app.execute(format!("UPDATE nominations SET appealed_at = updated_at WHERE id = '{id}'"));
    app.post(&who.icso, &format!("{}?dry_run=true", designations(2027)), &withheld("city")).await.expect(201);
    app.close_jury(&jury).await.expect(201);
}

#[tokio::test]
async fn a_jury_neither_closes_nor_grows_beside_a_decision_without_it_and_its_jurors_are_told_nothing() {
    let jury = JuryAtWork::new(3, &["fes"]).await;
    let (app, nomination) = (&jury.app, &jury.nominations[0]);
    let who = app.institutions().await;
    jury.evaluate(nomination, &jury.jurors[0], &sheet(8)).await;
    let evaluation = jury.draft(nomination, &jury.jurors[1]).await;
    jury.write(&jury.jurors[1], &evaluation, &sheet(7)).await.expect(200);
    let proposed = app.propose(&who.icso, YEAR, &withheld("city")).await;
    let deliberations = format!("/v1/editions/{YEAR}/deliberations");
    let city = json!({"kind": "city"});
    let close = || app.post(&jury.chair.token, &deliberations, &city);
    let refused = close().await.problem(409);
    assert_eq!(
        (&refused["code"], faults(&refused)),
        (&json!("under_embargo"), fault("", "designation_stands"))
    );
    // A proposal may still be withdrawn: the jury works on.
    jury.assign(nomination, &jury.jurors[2]).await;
    for token in [&who.icso, &who.ministry] {
        app.sign(token, &proposed).await.expect(201);
    }
    let chair = &jury.chair;
    for refused in [close().await, jury.try_assign(nomination, chair).await, jury.draw("", &city).await] {
        assert_eq!(refused.problem(409)["code"], "under_embargo");
    }
    // A juror may not know that both have signed: the work goes on, for nothing unless the decision is annulled.
    jury.write(&jury.jurors[1], &evaluation, &sheet(9)).await.expect(200);
    app.take_designation_to(&who.ministry, &proposed, "annulled").await.expect(201);
    jury.submit(&jury.jurors[1], &evaluation).await.expect(201);
    close().await.expect(201);
}
