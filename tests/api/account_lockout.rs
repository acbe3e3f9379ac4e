//! One administrator who is able to sign in always stays.

use nasij::access::{NewAccount, Role};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::{path_of, public_key};
use crate::answer::Answer;
use crate::app::App;

fn of_first(app: &App) -> String {
    format!("/v1/accounts/{}", app.admin().client_id)
}

#[track_caller]
fn kept(answer: Answer) {
    assert_eq!(answer.problem(409)["code"], "last_admin");
}

/// Everything that would take the administrator at `path` away, each as a rehearsal.
async fn attempts(app: &App, admin: &str, path: &str) -> Vec<Answer> {
    let rehearse = |method: Method, path: &str| {
        app.request(method, &format!("{path}?dry_run=true")).token(admin).if_match("*")
    };
    let patch = |body: Value| rehearse(Method::PATCH, path).merge_patch(&body).send();
    let mut answers = vec![
        patch(json!({"status": "disabled"})).await,
        patch(json!({"roles": ["ministry_officer"], "scopes": null})).await,
        patch(json!({"scopes": ["cities:write"]})).await,
        rehearse(Method::PUT, path).json(&json!({"name": "A", "roles": ["juror"]})).send().await,
        rehearse(Method::DELETE, &format!("{path}/personal-data")).send().await,
    ];
    for secret in app.get_as(admin, &format!("{path}/secrets")).await.items() {
        let path = format!("{path}/secrets/{}", secret["id"].as_str().expect("an identifier"));
        answers.push(rehearse(Method::DELETE, &path).send().await);
    }
    answers
}

#[tokio::test]
async fn the_last_administrator_cannot_be_taken_away() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let path = of_first(&app);
    let refused = attempts(&app, &admin, &path).await;
    assert_eq!(refused.len(), 6);
    refused.into_iter().for_each(kept);
    // Whatever leaves somebody able is fine.
    for patch in
        [json!({"name": "A"}), json!({"organisation": "ICSO"}), json!({"scopes": ["accounts:manage"]})]
    {
        app.patch(&admin, &path, "*", &patch).await.expect(200);
    }
}

#[tokio::test]
async fn another_administrator_counts_only_when_able_to_sign_in() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let path = of_first(&app);
    let other = app.add_account(&admin, &json!({"name": "Amina", "roles": ["admin"]})).await.json();
    let credentials = json!([{"issuer": "https://sso.example.ma", "subject": "1"}]);
    for (patch, able) in [
        (json!({}), false),
        (json!({"public_keys": [public_key("1")]}), true),
        // Whether that issuer is there, and lets anybody in, is not for this service to say.
        (json!({"public_keys": [], "identities": credentials}), false),
        (json!({"scopes": ["cities:write"]}), false),
        (json!({"scopes": null, "status": "disabled"}), false),
        (json!({"status": "active", "identities": []}), false),
    ] {
        app.patch(&admin, &path_of(&other), "*", &patch).await.expect(200);
        for answer in attempts(&app, &admin, &path).await {
            assert_eq!(answer.status != 409, able, "{patch}: {}", answer.text());
        }
    }
    app.add_secret(&admin, &other, &json!({})).await;
    app.patch(&admin, &path, "*", &json!({"status": "disabled"})).await.expect(200);
    app.get_as(&admin, &path).await.problem(401);
}

#[tokio::test]
async fn a_secret_that_ends_soon_does_not_replace_one_that_lasts() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let path = format!("{}/secrets", of_first(&app));
    let lasting = app.get_as(&admin, &path).await.items();
    let in_days = |days: i64| json!({"expires_at": UtcTime::now().plus_seconds(days * 24 * 60 * 60)});
    app.post(&admin, &path, &in_days(20)).await.expect(201);
    let first = format!("{path}/{}", lasting[0]["id"].as_str().unwrap());
    kept(app.delete(&admin, &first, "*").await);
    app.post(&admin, &path, &in_days(90)).await.expect(201);
    app.delete(&admin, &first, "*").await.expect(204);
}

#[tokio::test]
async fn two_administrators_who_shut_each_other_out_at_once_do_not_both_succeed() {
    let app = App::start().await;
    let accounts = [app.admin().clone(), app.account(&NewAccount::of_role(Role::Admin, "Amina"))];
    let paths = accounts.clone().map(|account| format!("/v1/accounts/{}", account.client_id));
    let change = async |token: &str, path: &str, body: &Value| {
        app.request(Method::PATCH, path).token(token).if_match("*").merge_patch(body).send().await
    };
    for round in 0..12 {
        let tokens = [app.token_of(&accounts[0]).await, app.token_of(&accounts[1]).await];
        let taking = match round % 3 {
            0 => json!({"status": "disabled"}),
            1 => json!({"scopes": ["cities:write"]}),
            _ => json!({"roles": ["juror"], "scopes": null}),
        };
        let (one, other) =
            tokio::join!(change(&tokens[0], &paths[1], &taking), change(&tokens[1], &paths[0], &taking));
        let statuses = [one.status, other.status];
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        let survivor = usize::from(statuses[0] != 200);
        let giving_back = json!({"status": "active", "roles": ["admin"], "scopes": null});
        change(&tokens[survivor], &paths[1 - survivor], &giving_back).await.expect(200);
    }
}

#[tokio::test]
async fn two_secrets_that_end_at_once_do_not_both_end() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let path = format!("{}/secrets", of_first(&app));
    app.post(&admin, &path, &json!({})).await.expect(201);
    let secrets = app.get_as(&admin, &path).await.items();
    let ended = secrets.iter().map(|secret| format!("{path}/{}", secret["id"].as_str().unwrap()));
    let ended: Vec<String> = ended.collect();
    let (one, other) = tokio::join!(app.delete(&admin, &ended[0], "*"), app.delete(&admin, &ended[1], "*"));
    let statuses = [one.status, other.status];
    assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
}
