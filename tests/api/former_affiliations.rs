//! An interest does not end with a change of the account: what somebody has belonged to since the call opened counts.

use diesel::prelude::*;
use nasij::access::{NewAccount, Role};
use nasij::database::Connection;
use nasij::database::schema::accounts;
use nasij::database::types::{Id, UtcTime};
use serde_json::{Value, json};

use crate::app::App;
use crate::jury_at_work::{JuryAtWork, Person, YEAR, sheet};
use crate::nominations::{of_association, path};
use crate::steps::association;

/// A day goes by since the account was changed.
pub(crate) fn settle(app: &App, id: &str) {
    let id: Id = id.parse().expect("an identifier");
    let yesterday = UtcTime::now().plus_seconds(-24 * 60 * 60 - 1);
    let change = |connection: &mut Connection| {
        let account = diesel::update(accounts::table.find(id));
        Ok(account.set(accounts::roles_changed_at.eq(Some(yesterday))).execute(connection)?)
    };
    assert_eq!(app.database().write_blocking(change).expect("it is set back"), 1);
}

impl JuryAtWork {
    /// The administrator changes who an account is, or where it belongs, and a day goes by.
    async fn affiliate(&self, person: &Person, change: &Value) {
        let account = format!("/v1/accounts/{}", person.id);
        self.app.patch(&self.admin, &account, "*", change).await.expect(200);
        settle(&self.app, &person.id);
    }
}

#[tokio::test]
async fn a_juror_whose_affiliation_is_taken_away_still_does_not_get_the_nomination() {
    let jury = JuryAtWork::new(2, &["fes", "safi"]).await;
    let app = &jury.app;
    let organisation = Some("Fédération des quartiers".to_owned());
    let city = Some("fes".to_owned());
    let of_fes = app.person(&NewAccount { city, ..NewAccount::of_role(Role::Juror, "From Fès") }).await;
    let fes = &jury.nominations[0];
    assert_eq!(jury.try_assign(fes, &of_fes).await.problem(409)["code"], "conflict_of_interest");
    for change in [json!({"city_code": null}), json!({"city_code": "agadir"}), json!({"city_code": null})] {
        jury.affiliate(&of_fes, &change).await;
        assert_eq!(jury.try_assign(fes, &of_fes).await.problem(409)["code"], "conflict_of_interest");
    }
    let drawn = jury.draw("", &json!({"kind": "city", "evaluations_per_nomination": 2})).await.expect(201);
    let excluded = json!([{"nomination_id": fes["id"], "juror_id": of_fes.id, "ground": "nominee"}]);
    assert_eq!(drawn.json()["excluded"], excluded);
    // The nominator's affiliations count as long.
    let nominator =
        app.account(&NewAccount { organisation, ..NewAccount::of_role(Role::IcsoOfficer, "ICSO") });
    let nominator = Person { id: nominator.client_id.clone(), token: app.token_of(&nominator).await };
    let organisation = Some("fédération des Quartiers".to_owned());
    let colleague =
        app.person(&NewAccount { organisation, ..NewAccount::of_role(Role::Juror, "A colleague") }).await;
    let safi = jury.nominations[1]["id"].as_str().expect("an identifier");
    app.execute(format!("UPDATE nominations SET nominator_id = '{}' WHERE id = '{safi}'", nominator.id));
    jury.affiliate(&nominator, &json!({"organisation": null})).await;
    jury.affiliate(&colleague, &json!({"organisation": "Université"})).await;
    let refused = jury.try_assign(&jury.nominations[1], &colleague).await.problem(409);
    assert_eq!(refused["code"], "conflict_of_interest");
}

#[tokio::test]
async fn a_juror_who_was_given_another_name_is_known_by_the_one_before() {
    let jury = JuryAtWork::new(1, &[]).await;
    let app = &jury.app;
    app.put_edition_in(YEAR, "honours_call_open");
    let mut kept = association("Association gardée");
    kept["internal"] = json!({"legal_representative": "Amina Alaoui"});
    let kept = app.add_association(&jury.admin, &kept).await.json();
    let nomination = app.nominate(&jury.admin, &of_association(YEAR, &kept["id"])).await;
    app.put_nomination_in(&nomination, "eligible");
    app.put_edition_in(YEAR, "honours_review");
    let juror = app.person(&NewAccount::of_role(Role::Juror, "ALAOUI Amina")).await;
    assert_eq!(jury.try_assign(&nomination, &juror).await.problem(409)["code"], "conflict_of_interest");
    jury.affiliate(&juror, &json!({"name": "Somebody else"})).await;
    assert_eq!(jury.try_assign(&nomination, &juror).await.problem(409)["code"], "conflict_of_interest");
    jury.assign(&nomination, &jury.jurors[0]).await;
}

#[tokio::test]
async fn a_closing_finds_the_conflict_that_came_or_was_hidden_after_the_sheet_was_handed_in() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (fes, [first, second]) = (&jury.nominations[0], [0, 1].map(|place| &jury.jurors[place]));
    let tied = jury.evaluate(fes, first, &sheet(9)).await;
    let free = jury.evaluate(fes, second, &sheet(7)).await;
    jury.affiliate(first, &json!({"city_code": "fes"})).await;
    jury.affiliate(first, &json!({"city_code": null})).await;
    jury.close().await;
    let found = format!("{}/conflicts?kind=detected", path(fes));
    let found = jury.app.get_as(&jury.chair.token, &found).await.items();
    assert_eq!((found.len(), &found[0]["juror_id"]), (1, &json!(first.id)));
    assert_eq!(jury.seen(first, &tied).await["status"], "voided");
    assert_eq!(jury.seen(second, &free).await["status"], "submitted");
}

#[tokio::test]
async fn a_jury_that_loses_its_only_sheet_by_a_conflict_is_drawn_anew() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (app, fes, first) = (&jury.app, &jury.nominations[0], &jury.jurors[0]);
    let tied = jury.evaluate(fes, first, &sheet(9)).await;
    jury.affiliate(first, &json!({"city_code": "fes"})).await;
    jury.affiliate(first, &json!({"city_code": null})).await;
    let deliberations = format!("/v1/editions/{YEAR}/deliberations");
    app.post(&jury.chair.token, &deliberations, &json!({"kind": "city"})).await.problem(409);
    assert_eq!(jury.seen(first, &tied).await["status"], "submitted", "a refusal changes nothing");
    let next = app.person(&NewAccount::of_role(Role::Juror, "Another")).await;
    let drawn = jury.draw("", &json!({"kind": "city"})).await.expect(201).json();
    assert_eq!(drawn["assigned"], json!([{"nomination_id": fes["id"], "juror_id": next.id}]));
    assert_eq!(jury.seen(first, &tied).await["status"], "voided");
}

#[tokio::test]
async fn an_office_or_a_chair_whose_affiliation_is_taken_away_stays_interested() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let app = &jury.app;
    for role in [Role::MinistryOfficer, Role::JuryChair] {
        let city = Some("fes".to_owned());
        let office = app.person(&NewAccount { city, ..NewAccount::of_role(role, "From Fès") }).await;
        jury.affiliate(&office, &json!({"city_code": null})).await;
        let assignments = format!("/v1/editions/{YEAR}/assignments");
        let refused = app.post(&office.token, &assignments, &json!({"kind": "city"})).await.problem(403);
        assert_eq!(refused["code"], "interested_office", "{role}");
    }
    // What somebody belonged to before the call is over.
    let city = Some("fes".to_owned());
    let before = app.person(&NewAccount { city, ..NewAccount::of_role(Role::Juror, "Once from Fès") }).await;
    jury.affiliate(&before, &json!({"city_code": null})).await;
    app.execute("UPDATE past_affiliations SET ended_at = (SELECT min(created_at) FROM accounts)".to_owned());
    jury.assign(&jury.nominations[0], &before).await;
}
