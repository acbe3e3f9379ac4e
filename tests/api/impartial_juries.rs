//! Nobody judges with the result before their eyes, and nobody decides on a nominee they are tied to.

use nasij::access::{NewAccount, Role};
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::juries::{Jury, thrice};
use crate::nominations::path;

/// An account of a role, with its token.
async fn account(app: &App, role: Role, city: Option<&str>) -> (Id, String) {
    let new = NewAccount { city: city.map(str::to_owned), ..NewAccount::of_role(role, "Somebody") };
    let credentials = app.account(&new);
    (credentials.client_id.parse().expect("an identifier"), app.token_of(&credentials).await)
}

async fn reopen(app: &App, jury: &Jury, deliberation: &Value) {
    let id = deliberation["id"].as_str().expect("an identifier");
    let transitions = format!("{}/{id}/transitions", jury.path("deliberations"));
    let office = app.token(Role::MinistryOfficer).await;
    let request = app.request(Method::POST, &transitions).token(&office).if_match("*");
    let body = json!({"to": "reopened", "reason": "A conflict of interest was found."});
    request.json(&body).send().await.expect(201);
}

#[tokio::test]
async fn what_was_not_submitted_when_the_jury_closed_is_never_finished() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", thrice([8, 8, 8]))]).await;
    let (juror, token) = account(&app, Role::Juror, None).await;
    app.put_evaluation(&jury.nominations[0], juror, "draft", [9, 9, 9]);
    let evaluations = format!("{}/evaluations", path(&jury.nominations[0]));
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    reopen(&app, &jury, &deliberation).await;
    let own = app.get_as(&token, &evaluations).await.items();
    let own = own.iter().find(|item| item["juror_id"] == juror.to_string()).expect("the juror's own");
    assert_eq!(own["status"], "voided");
    let own = format!("{evaluations}/{}", own["id"].as_str().unwrap());
    let submit = app.request(Method::POST, &format!("{own}/transitions")).token(&token).if_match("*");
    submit.json(&json!({"to": "submitted"})).send().await.problem(409);
    let again = app.post(&jury.chair, &evaluations, &json!({"juror_id": juror})).await.problem(409);
    assert_eq!(again["code"], "already_exists");
}

#[tokio::test]
async fn whoever_holds_an_office_evaluates_nothing() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", thrice([8, 8, 8]))]).await;
    let evaluations = format!("{}/evaluations", path(&jury.nominations[0]));
    let credentials = app.account(&NewAccount::of_role(Role::Juror, "A juror who rises"));
    let juror: Id = credentials.client_id.parse().expect("an identifier");
    app.put_evaluation(&jury.nominations[0], juror, "draft", [9, 9, 9]);
    // Such an account gets no token any more; it has one from before.
    let token = app.token_of(&credentials).await;
    let own = app.get_as(&token, &evaluations).await.items();
    assert_eq!((own.len(), &own[0]["seen_as"]), (1, &json!("own")));
    let own = format!("{evaluations}/{}", own[0]["id"].as_str().unwrap());
    for office in ["admin", "ministry_officer", "icso_officer", "jury_chair", "auditor"] {
        app.execute(format!("DELETE FROM account_roles WHERE account_id = '{juror}' AND role <> 'juror'"));
        app.execute(format!("INSERT INTO account_roles (account_id, role) VALUES ('{juror}', '{office}')"));
        let submit = app.request(Method::POST, &format!("{own}/transitions")).token(&token).if_match("*");
        let refused = submit.json(&json!({"to": "submitted"})).send().await;
        assert!([403, 404].contains(&refused.status), "{office}: {}", refused.text());
        let sheet = json!({"comment": "Bien."});
        let refused =
            app.request(Method::PATCH, &own).token(&token).if_match("*").merge_patch(&sheet).send().await;
        assert!([403, 404].contains(&refused.status), "{office}: {}", refused.text());
        let drawn = json!({"kind": "city", "juror_ids": [juror]});
        app.post(&jury.chair, &jury.path("assignments"), &drawn).await.problem(422);
        let by_hand = app.post(&jury.chair, &evaluations, &json!({"juror_id": juror})).await;
        by_hand.problem(422);
    }
}

#[tokio::test]
async fn a_chair_who_is_tied_to_a_nominee_decides_no_tie_with_it() {
    let app = App::start().await;
    let level = thrice([8, 8, 8]);
    let jury = app.with_jury(2027, &[("fes", level.clone()), ("safi", level)]).await;
    app.close_jury(&jury).await.expect(201);
    let decision =
        json!({"kind": "city", "nominations": [jury.id(0), jury.id(1)], "reason": "Meilleur bilan."});
    let decisions = jury.path("tie-decisions");
    let (_, of_safi) = account(&app, Role::JuryChair, Some("safi")).await;
    let refused = app.post(&of_safi, &decisions, &decision).await.problem(409);
    assert_eq!(refused["code"], "conflict_of_interest");
    let (stepped_back, token) = account(&app, Role::JuryChair, None).await;
    app.execute(format!(
        "INSERT INTO conflicts (id, nomination_id, juror_id, kind, ground, status, account_id, at) \
         SELECT '{}', id, '{stepped_back}', 'declared', 'other', 'confirmed', '{stepped_back}', created_at FROM nominations WHERE id = '{}'",
        Id::new(),
        jury.id(0)
    ));
    assert_eq!(app.post(&token, &decisions, &decision).await.problem(409)["code"], "conflict_of_interest");
    app.post(&jury.chair, &decisions, &decision).await.expect(201);
}
