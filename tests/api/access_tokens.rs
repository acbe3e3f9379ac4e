//! How the API takes access tokens: the errors of RFC 6750, scopes and roles, and the end of accounts.

use diesel::prelude::*;
use nasij::access::{NewAccount, Role, accounts};
use nasij::audit::Actor;
use nasij::database::schema;
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::json;

use crate::app::{App, Credentials};
use crate::forge::{Forge, PROTECTED, PUBLIC, refused_token, with};
use crate::steps::association;

#[tokio::test]
async fn without_a_token_the_challenge_has_no_error() {
    let app = App::start().await;
    let answer = app.get(PROTECTED).await;
    let metadata = format!("{}/.well-known/oauth-protected-resource", app.base);
    let challenge = format!("Bearer realm=\"nasij\", resource_metadata=\"{metadata}\"");
    assert_eq!(answer.header("www-authenticate"), challenge);
    assert_eq!(answer.problem(401)["code"], "invalid_token");
    let basic = app.request(Method::GET, PROTECTED).basic(app.admin()).send().await;
    assert_eq!(basic.header("www-authenticate"), challenge);
    basic.problem(401);
}

#[tokio::test]
async fn a_token_is_taken_from_one_authorization_header_alone() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.request(Method::GET, PROTECTED)
        .header("authorization", &format!("bearer {token}"))
        .send()
        .await
        .expect(200);
    let twice = app.request(Method::GET, PROTECTED).token(&token).token(&token).send().await;
    assert!(twice.header("www-authenticate").contains("error=\"invalid_request\""));
    twice.problem(400);
    app.get(&format!("{PROTECTED}?access_token={token}")).await.problem(401);
    app.get(&format!("{PUBLIC}?access_token={token}")).await.problem(400);
    let in_form = app.request(Method::POST, "/v1/cities");
    in_form
        .body("application/x-www-form-urlencoded", format!("access_token={token}"))
        .send()
        .await
        .problem(401);
}

#[tokio::test]
async fn a_token_of_the_services_own_making_is_good() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    for token in [forge.token(&forge.header, &forge.claims), forge.with_header("typ", "application/at+jwt")] {
        app.get_as(&token, PROTECTED).await.expect(200);
        app.get_as(&token, PUBLIC).await.expect(200);
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_on_every_public_read() {
    let app = App::start().await;
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut taken = Vec::new();
    for (template, operations) in document["paths"].as_object().unwrap() {
        if !template.starts_with("/v1/") || operations.get("get").is_none() {
            continue;
        }
        let path = template.replace("{year}", "2022").replace("{code}", "1").replace("{id}", "x");
        if app.get_as("not.a.token", &path).await.status != 401 {
            taken.push(path);
        }
    }
    assert!(taken.is_empty(), "silently anonymous: {taken:#?}");
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let app = App::start().await;
    let answer = app.get_as(&app.token(Role::Juror).await, PROTECTED).await;
    let challenge = "Bearer realm=\"nasij\", error=\"insufficient_scope\", scope=\"audit:read\"";
    assert_eq!(answer.header("www-authenticate"), challenge);
    let problem = answer.problem(403);
    assert_eq!(problem["code"], "insufficient_scope");
    assert!(problem["detail"].as_str().unwrap().contains("audit:read"));
}

#[tokio::test]
async fn a_scope_goes_with_the_role_that_had_it() {
    let app = App::start().await;
    let auditor = app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"));
    let token = app.token_of(&auditor).await;
    app.get_as(&token, PROTECTED).await.expect(200);
    // No account is changed like this; the role is looked at all the same, as it is now.
    let demote = |connection: &mut _| {
        let role = schema::account_roles::table.find((id(&auditor), "auditor"));
        Ok(diesel::update(role).set(schema::account_roles::role.eq("juror")).execute(connection)?)
    };
    app.database().write_blocking(demote).unwrap();
    let answer = app.get_as(&token, PROTECTED).await;
    assert_eq!(answer.problem(403)["code"], "insufficient_scope");
}

#[tokio::test]
async fn a_scope_is_not_enough_for_another_role() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    let association = app.add_association(&admin, &association("Amis de la médina")).await.json();
    let representative = app.representative_of(&association).await;
    let answer = app.post(&representative, "/v1/associations", &json!({})).await;
    assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"nasij\"");
    let problem = answer.problem(403);
    assert_eq!(problem["code"], "forbidden");
    assert!(problem["detail"].as_str().unwrap().contains("association_representative"), "{problem}");
}

#[tokio::test]
async fn the_role_in_a_token_gives_nothing() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Some juror"));
    let claims = with(&with(&forge.claims, "sub", juror.client_id.clone()), "client_id", juror.client_id);
    for role in ["admin", "auditor"] {
        let claims = with(&claims, "roles", json!([role]));
        app.get_as(&forge.token(&forge.header, &claims), PROTECTED).await.problem(403);
    }
}

#[tokio::test]
async fn a_token_that_claims_more_than_its_account_has_is_worth_no_more() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Some juror"));
    let claims = with(&with(&forge.claims, "sub", juror.client_id.clone()), "client_id", juror.client_id);
    let answer = app.get_as(&forge.token(&forge.header, &claims), PROTECTED).await;
    assert_eq!(answer.problem(403)["code"], "insufficient_scope");
}

fn id(credentials: &Credentials) -> Id {
    credentials.client_id.parse().expect("an identifier")
}

#[tokio::test]
async fn the_tokens_of_a_disabled_account_end_at_once() {
    let app = App::start().await;
    let auditor = app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"));
    let token = app.token_of(&auditor).await;
    app.get_as(&token, PROTECTED).await.expect(200);
    let disable = |connection: &mut _| accounts::disable(connection, &Actor::operator(), id(&auditor));
    app.database().write_blocking(disable).unwrap();
    refused_token(app.get_as(&token, PROTECTED).await, "a disabled account");
    refused_token(app.get_as(&token, "/v1/associations?limit=1").await, "a disabled account, public read");
    let again = app
        .request(Method::POST, "/oauth/token")
        .basic(&auditor)
        .body("application/x-www-form-urlencoded", "grant_type=client_credentials");
    assert_eq!(again.send().await.expect(401).json()["error"], "invalid_client");
}

#[tokio::test]
async fn a_new_secret_ends_the_old_one_and_its_tokens_unless_both_are_to_overlap() {
    let app = App::start().await;
    let old = app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"));
    let rotate = |hours: u32| -> Credentials {
        let rotate =
            |connection: &mut _| accounts::rotate_secret(connection, &Actor::operator(), id(&old), hours);
        app.database().write_blocking(rotate).unwrap().into()
    };
    let token = app.token_of(&old).await;
    let second = rotate(1);
    app.get_as(&token, PROTECTED).await.expect(200);
    app.token_of(&old).await;
    let token = app.token_of(&second).await;
    let third = rotate(0);
    refused_token(app.get_as(&token, PROTECTED).await, "a token of before");
    for ended in [&old, &second] {
        let again = app
            .request(Method::POST, "/oauth/token")
            .basic(ended)
            .body("application/x-www-form-urlencoded", "grant_type=client_credentials");
        assert_eq!(again.send().await.expect(401).json()["error"], "invalid_client");
    }
    app.get_as(&app.token_of(&third).await, PROTECTED).await.expect(200);
}

#[tokio::test]
async fn an_encoded_path_is_no_way_around_the_token() {
    let app = App::start().await;
    for path in ["/v1/cities", "/%76%31/cities", "/v%31/nominations"] {
        app.get_as("not.a.token", path).await.problem(401);
    }
}
