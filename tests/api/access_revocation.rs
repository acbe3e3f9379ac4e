//! Ending tokens (RFC 7009) and asking about them (RFC 7662).

use diesel::prelude::*;
use nasij::access::{NewAccount, Role, Scope, accounts, forget_expired_revocations};
use nasij::audit::Actor;
use nasij::database::Connection;
use nasij::database::schema::{revoked_tokens, signing_keys};
use nasij::database::types::{Id, UtcTime};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::{App, Credentials};
use crate::binary::{Home, Instance};
use crate::forge::{Forge, PROTECTED, PUBLIC, decoded, refused_everywhere, with};
use crate::signing_keys::shown;

const FORM: &str = "application/x-www-form-urlencoded";
const REVOKE: &str = "/oauth/revoke";
const INTROSPECT: &str = "/oauth/introspect";

fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

async fn post(app: &App, path: &str, client: &Credentials, form: String) -> Answer {
    app.request(Method::POST, path).basic(client).body(FORM, form).send().await
}

/// Ends a token; the answer never tells whether there was one.
async fn revoke(app: &App, client: &Credentials, token: &str) {
    let answer = post(app, REVOKE, client, form(&[("token", token)])).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.body.is_empty(), "{}", answer.text());
}

async fn introspect(app: &App, client: &Credentials, token: &str) -> Value {
    let answer = post(app, INTROSPECT, client, form(&[("token", token)])).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.media_type(), Some("application/json"));
    answer.json()
}

fn inactive() -> Value {
    json!({"active": false})
}

fn auditor(app: &App) -> Credentials {
    app.account(&NewAccount::of_role(Role::Auditor, "Some auditor"))
}

fn claims(token: &str) -> Value {
    decoded(token.split('.').nth(1).expect("three parts"))
}

/// The entries about tokens in the audit trail.
async fn noted(app: &App) -> Vec<Value> {
    let token = app.token_of(app.admin()).await;
    app.get_as(&token, "/v1/audit?resource_type=token").await.items()
}

#[tokio::test]
async fn a_revoked_token_ends_at_once_and_alone() {
    let app = App::start().await;
    let client = auditor(&app);
    let (first, second) = (app.token_of(&client).await, app.token_of(&client).await);
    app.get_as(&first, PROTECTED).await.expect(200);
    revoke(&app, &client, &first).await;
    refused_everywhere(&app, &first, "a revoked token").await;
    app.get_as(&second, PROTECTED).await.expect(200);
    app.token_of(&client).await;
    revoke(&app, &client, &first).await;
    let entries = noted(&app).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    let entry = &entries[0];
    assert_eq!((&entry["action"], &entry["account_id"]), (&json!("delete"), &json!(client.client_id)));
    assert_eq!(entry["resource_id"], claims(&first)["jti"]);
    assert!(!entry.to_string().contains(&first), "the token stands in the audit trail");
}

#[tokio::test]
async fn what_is_not_the_clients_own_stays_as_it_is() {
    let app = App::start().await;
    let (client, other) = (auditor(&app), auditor(&app));
    let foreign = app.token_of(&other).await;
    let forge = Forge::with_token_of(&app, &client).await;
    let now = UtcTime::now().unix_seconds();
    let expired = with(&with(&forge.claims, "iat", now - 700), "exp", now - 100);
    let unsigned = format!("{}.", foreign.rsplit_once('.').unwrap().0);
    for token in [
        foreign.as_str(),
        &forge.token(&forge.header, &expired),
        &forge.with_claim("iss", "https://other.example"),
        &forge.with_claim("gen", 99),
        &unsigned,
        "nonsense",
        "a.b.c",
        &"x".repeat(7000),
        "'; DROP TABLE revoked_tokens; --",
    ] {
        revoke(&app, &client, token).await;
    }
    app.get_as(&foreign, PROTECTED).await.expect(200);
    // Not even whoever manages accounts ends the tokens of others like this.
    revoke(&app, app.admin(), &foreign).await;
    app.get_as(&foreign, PROTECTED).await.expect(200);
    assert!(noted(&app).await.is_empty());
    let kept = |connection: &mut Connection| Ok(revoked_tokens::table.count().get_result(connection)?);
    let kept: i64 = app.database().read_blocking(kept).unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_token_that_is_revoked_twice_at_once_is_noted_once() {
    let app = App::start().await;
    let client = auditor(&app);
    let token = app.token_of(&client).await;
    let end = || revoke(&app, &client, &token);
    tokio::join!(end(), end(), end(), end());
    refused_everywhere(&app, &token, "a revoked token").await;
    assert_eq!(noted(&app).await.len(), 1);
}

#[tokio::test]
async fn the_hint_may_say_anything() {
    let app = App::start().await;
    let client = auditor(&app);
    for hint in ["access_token", "refresh_token", "nonsense", ""] {
        let token = app.token_of(&client).await;
        let fields = form(&[("token", &token), ("token_type_hint", hint)]);
        let told = post(&app, INTROSPECT, &client, fields.clone()).await.expect(200).json();
        assert_eq!(told["active"], true, "{hint}");
        post(&app, REVOKE, &client, fields).await.expect(200);
        refused_everywhere(&app, &token, hint).await;
    }
}

#[tokio::test]
async fn a_revocation_is_for_all_instances() {
    let home = Home::new();
    if !home.is_shared() {
        return;
    }
    let start = || Instance::start(home.nasij(["--public-url", "https://nasij.example"]));
    let (one, other) = (start(), start());
    let token = one.token_of(home.admin()).await;
    other.request(Method::GET, PROTECTED).token(&token).send().await.expect(200);
    let answer = one.request(Method::POST, REVOKE).basic(home.admin()).body(FORM, form(&[("token", &token)]));
    answer.send().await.expect(200);
    for instance in [&one, &other] {
        let refused = shown(instance, &token).await;
        assert_eq!(refused.status(), 401);
        assert!(refused.headers()["www-authenticate"].to_str().unwrap().contains("the token was revoked"));
        let asked = instance.request(Method::POST, INTROSPECT).basic(home.admin());
        let told = asked.body(FORM, form(&[("token", &token)])).send().await.expect(200).json();
        assert_eq!(told, inactive());
    }
}

#[tokio::test]
async fn a_client_learns_all_about_its_own_token() {
    let app = App::start().await;
    let client = app.integration(&[Scope::CitiesWrite, Scope::ImportsWrite]);
    let token = app.token_of(&client).await;
    let claims = claims(&token);
    let expected = json!({
        "active": true,
        "scope": "cities:write imports:write",
        "client_id": client.client_id,
        "username": "Some system",
        "token_type": "Bearer",
        "exp": claims["exp"],
        "iat": claims["iat"],
        "sub": client.client_id,
        "aud": app.base,
        "iss": app.base,
        "jti": claims["jti"],
        "roles": ["integration"],
    });
    assert_eq!(introspect(&app, &client, &token).await, expected);
    assert_eq!(introspect(&app, app.admin(), &token).await, expected, "an administrator may ask");
}

#[tokio::test]
async fn a_token_is_told_as_its_account_is_now() {
    let app = App::start().await;
    let client = app.integration(&[Scope::CitiesWrite, Scope::ImportsWrite]);
    let token = app.token_of(&client).await;
    let admin = app.token_of(app.admin()).await;
    let path = format!("/v1/accounts/{}", client.client_id);
    app.patch(&admin, &path, "*", &json!({"scopes": ["imports:write"]})).await.expect(200);
    let told = introspect(&app, &client, &token).await;
    assert_eq!((&told["active"], &told["scope"]), (&json!(true), &json!("imports:write")));
}

#[tokio::test]
async fn others_learn_nothing() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let officer = app.account(&NewAccount::of_role(Role::MinistryOfficer, "Some officer"));
    let scopes = vec![Scope::AccountsManage];
    let manager = app.account(&NewAccount { scopes, ..NewAccount::of_role(Role::Admin, "Some manager") });
    for client in [auditor(&app), officer, manager, app.integration(&[Scope::CitiesWrite])] {
        assert_eq!(introspect(&app, &client, &token).await, inactive());
    }
}

#[tokio::test]
async fn another_service_asks_about_any_token_with_the_scope_for_it() {
    let app = App::start().await;
    let service = app.integration(&[Scope::TokensIntrospect]);
    let client = auditor(&app);
    let told = introspect(&app, &service, &app.token_of(&client).await).await;
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(client.client_id)));
}

#[tokio::test]
async fn of_a_dead_token_nothing_is_told_but_that() {
    let app = App::start().await;
    let client = auditor(&app);
    let forge = Forge::with_token_of(&app, &client).await;
    let now = UtcTime::now().unix_seconds();
    let expired = with(&with(&forge.claims, "iat", now - 700), "exp", now - 100);
    let revoked = app.token_of(&client).await;
    revoke(&app, &client, &revoked).await;
    for (what, token) in [
        ("revoked", revoked.as_str()),
        ("expired", &forge.token(&forge.header, &expired)),
        ("of another generation", &forge.with_claim("gen", 99)),
        ("of another issuer", &forge.with_claim("iss", "https://other.example")),
        ("of another type", &forge.with_header("typ", "JWT")),
        ("of no account", &forge.with_claim("sub", json!(Id::new()))),
        ("of an unknown key", &forge.with_header("kid", "x")),
        ("nonsense", "nonsense"),
    ] {
        for asking in [&client, app.admin()] {
            assert_eq!(introspect(&app, asking, token).await, inactive(), "{what}");
        }
    }
    let disabled = auditor(&app);
    let token = app.token_of(&disabled).await;
    let id: Id = disabled.client_id.parse().unwrap();
    let disable = |connection: &mut Connection| accounts::disable(connection, &Actor::operator(), id);
    app.database().write_blocking(disable).unwrap();
    assert_eq!(introspect(&app, app.admin(), &token).await, inactive(), "of a disabled account");
    let token = app.token_of(&client).await;
    assert_eq!(introspect(&app, &client, &token).await["active"], true);
    let revoke_key = |connection: &mut Connection| {
        Ok(diesel::delete(signing_keys::table.find(forge.header["kid"].as_str().unwrap()))
            .execute(connection)?)
    };
    app.database().write_blocking(revoke_key).unwrap();
    assert_eq!(introspect(&app, &client, &token).await, inactive(), "of a revoked key");
}

#[tokio::test]
async fn both_want_to_know_who_asks_as_the_token_endpoint_does() {
    let app = App::start().await;
    let client = auditor(&app);
    let token = app.token_of(&client).await;
    let in_form = form(&[
        ("token", &token),
        ("client_id", &client.client_id),
        ("client_secret", &client.client_secret),
    ]);
    for path in [INTROSPECT, REVOKE] {
        let wrong = Credentials { client_secret: "nasij_wrong".to_owned(), ..client.clone() };
        let plain = || app.request(Method::POST, path);
        let token_alone = form(&[("token", &token)]);
        for request in [
            plain().body(FORM, token_alone.clone()),
            plain().basic(&wrong).body(FORM, token_alone.clone()),
            plain().token(&token).body(FORM, token_alone.clone()),
        ] {
            let answer = request.send().await.expect(401);
            assert_eq!(answer.json()["error"], "invalid_client", "{path}");
            assert_eq!(answer.header("www-authenticate"), "Basic realm=\"nasij\"");
            assert_eq!(answer.header("cache-control"), "no-store");
        }
        let with_query = format!("{path}?token={token}");
        for request in [
            plain().basic(&client).body(FORM, ""),
            plain().basic(&client).body(FORM, "token="),
            plain().basic(&client).body(FORM, format!("{token_alone}&token=x")),
            plain().basic(&client).body(FORM, in_form.clone()),
            plain().basic(&client).json(&json!({"token": token})),
            plain().basic(&client).body(FORM, format!("token={}", "x".repeat(9000))),
            app.request(Method::POST, &with_query).basic(&client).body(FORM, token_alone.clone()),
        ] {
            let answer = request.send().await.expect(400);
            assert_eq!(answer.json()["error"], "invalid_request", "{path}");
        }
        assert_eq!(app.get(path).await.problem(405)["code"], "method_not_allowed");
        app.get_as(&token, PUBLIC).await.expect(200);
    }
    let by_form = app.request(Method::POST, INTROSPECT).body(FORM, in_form.clone()).send().await;
    assert_eq!(by_form.expect(200).json()["active"], true);
    app.request(Method::POST, REVOKE).body(FORM, in_form).send().await.expect(200);
    refused_everywhere(&app, &token, "a revoked token").await;
}

#[tokio::test]
async fn revocations_are_kept_until_the_token_has_expired() {
    let app = App::start().await;
    let client = auditor(&app);
    let token = app.token_of(&client).await;
    revoke(&app, &client, &token).await;
    let end = UtcTime::from_unix_seconds(claims(&token)["exp"].as_i64().unwrap()).unwrap();
    let kept_after = |time: UtcTime| -> i64 {
        let look = |connection: &mut Connection| {
            forget_expired_revocations(connection, time)?;
            Ok(revoked_tokens::table.count().get_result(connection)?)
        };
        app.database().write_blocking(look).unwrap()
    };
    assert_eq!(kept_after(end.plus_seconds(29)), 1, "the token would be good again, within the leeway");
    assert_eq!(kept_after(end.plus_seconds(89)), 1, "the clock of another instance may be behind");
    assert_eq!(kept_after(end.plus_seconds(91)), 0);
}
