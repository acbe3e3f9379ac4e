//! The ministry's identity provider: whose tokens are taken, what they are worth here, and who gets an account.

use nasij::access::accounts::{self, AccountInput, AccountStatus};
use nasij::audit::Actor;
use nasij::config::Config;
use nasij::database::types::{Id, UtcTime};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::binary::{Home, complaint};
use crate::contents::tables_with;
use crate::provider::{Provider, ProviderKey};

/// Needs the scope `audit:read` and the role `auditor`.
pub(crate) const PROTECTED: &str = "/v1/audit";
/// Needs no token.
pub(crate) const PUBLIC: &str = "/v1/cities/oujda";

/// Configures these providers.
pub(crate) fn configure(config: &mut Config, providers: &[Value]) {
    let file = config.data_dir.join("identity-providers.json");
    std::fs::write(&file, json!(providers).to_string()).expect("the file is written");
    config.identity_providers_file = Some(file);
}

/// Starts a service that takes the tokens of these providers.
pub(crate) async fn start(providers: &[Value]) -> App {
    App::start_with(|config| configure(config, providers)).await
}

/// Another instance on the same database, or the same one after a restart.
pub(crate) async fn another(app: &App, providers: &[Value]) -> App {
    App::start_with(|config| {
        configure(config, providers);
        config.database_url = app.config.database_url.clone();
        config.encryption_key_file = Some(app.config.data_dir.join("encryption-key"));
    })
    .await
}

/// Makes an account with these roles for a subject of an issuer.
pub(crate) fn link(app: &App, issuer: &str, subject: &str, roles: &[&str]) -> Id {
    let input: AccountInput = serde_json::from_value(json!({
        "name": format!("Some {}", roles.join(" and ")), "roles": roles,
        "identities": [{"issuer": issuer, "subject": subject}],
    }))
    .expect("an account");
    let add = |connection: &mut _| accounts::add(connection, &Actor::operator(), &input);
    app.database().write_blocking(add).expect("the account is made").id
}

/// What the service answers to a change of a city, which an officer of the ministry may make.
async fn change_of_city(app: &App, token: &str) -> u16 {
    let patch = json!({"population_2024": 1});
    let change = app.request(Method::PATCH, &format!("{PUBLIC}?dry_run=true"));
    change.token(token).if_match("*").merge_patch(&patch).send().await.status
}

/// With groups, of which these stand for roles.
fn with_roles(provider: &Provider, roles: Value, more: Value) -> Value {
    let mut settings = provider.settings();
    settings["roles_claim"] = json!("groups");
    settings["roles"] = roles;
    for (name, value) in more.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings
}

fn officers() -> Value {
    json!({"nasij-officers": "ministry_officer", "nasij-auditors": "auditor", "nasij-icso": "icso_officer"})
}

/// A token of a member of these groups.
fn token_of(provider: &Provider, key: &ProviderKey, subject: &str, groups: Value) -> String {
    let mut claims = provider.claims(subject);
    claims["groups"] = groups;
    key.sign(&claims)
}

#[tokio::test]
async fn a_linked_account_acts_with_a_token_of_its_provider() {
    let (ec, rsa) = (ProviderKey::p256("ec-1"), ProviderKey::rsa("rsa-1"));
    let provider = Provider::start(&[&ec, &rsa]);
    let app = start(&[provider.settings()]).await;
    let admin = app.token_of(app.admin()).await;
    let account = json!({
        "name": "Amina", "roles": ["ministry_officer"],
        "identities": [{"issuer": provider.issuer, "subject": "amina"}],
    });
    let account = app.post(&admin, "/v1/accounts", &account).await.expect(201).json();
    for key in [&ec, &rsa] {
        let token = provider.token(key, "amina");
        app.get_as(&token, PUBLIC).await.expect(200);
        app.get_as(&token, PROTECTED).await.problem(403);
        let name = format!("Amis de {}", key.jwk["kid"].as_str().unwrap());
        let association = app.add_association(&token, &json!({"name": {"fr": name}})).await.json();
        let path = format!("{PROTECTED}?resource_id={}", association["id"].as_str().unwrap());
        let entries = app.get_as(&admin, &path).await.items();
        assert_eq!(entries[0]["account_id"], account["id"]);
    }
}

#[tokio::test]
async fn whoever_is_linked_to_no_account_is_told_the_way_out() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[with_roles(&provider, officers(), json!({}))]).await;
    let token = token_of(&provider, &key, "very-private-subject", json!(["nasij-officers"]));
    for path in [PUBLIC, PROTECTED, "/v1/nominations"] {
        let problem = app.get_as(&token, path).await.problem(403);
        assert_eq!(problem["code"], "no_account", "{path}");
        assert!(problem["detail"].as_str().unwrap().contains("administrator"), "{problem}");
        assert!(!problem.to_string().contains("very-private-subject"), "{problem}");
    }
    app.get("/problems/no_account").await.expect(200);
    assert_eq!(accounts_of(&app, &provider.issuer), 0);
}

/// How many accounts are linked to subjects of an issuer.
fn accounts_of(app: &App, issuer: &str) -> usize {
    accounts_named(app, issuer).len()
}

/// The accounts that are linked to subjects of an issuer.
fn accounts_named(app: &App, issuer: &str) -> Vec<(String, String)> {
    use diesel::prelude::*;
    use nasij::database::schema::{account_identities, accounts};
    let linked = |connection: &mut nasij::database::Connection| {
        let ids: Vec<Id> = account_identities::table
            .filter(account_identities::issuer.eq(issuer))
            .select(account_identities::account_id)
            .load(connection)?;
        let found = accounts::table.filter(accounts::id.eq_any(ids)).select((accounts::name, accounts::kind));
        Ok(found.load(connection)?)
    };
    app.database().read_blocking(linked).expect("the accounts are read")
}

#[tokio::test]
async fn an_account_is_made_at_first_sight_only_where_that_is_configured() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[with_roles(&provider, officers(), json!({"create_accounts": true}))]).await;
    let mut claims = provider.claims("amina");
    claims["groups"] = json!(["nasij-officers", "canteen"]);
    claims["name"] = json!("Amina El Alaoui");
    let token = key.sign(&claims);
    assert_eq!(change_of_city(&app, &token).await, 200);
    assert_eq!(change_of_city(&app, &token).await, 200);
    let made = accounts_named(&app, &provider.issuer);
    assert_eq!(made, [("Amina El Alaoui".to_owned(), "person".to_owned())]);
    let admin = app.token_of(app.admin()).await;
    let path = format!("{PROTECTED}?resource_type=account&action=create&sort=-at&limit=1");
    let entry = app.get_as(&admin, &path).await.items().remove(0);
    assert_eq!(entry["after"]["roles"], json!(["ministry_officer"]), "{entry}");
    let secrets = format!("/v1/accounts/{}/secrets", entry["resource_id"].as_str().unwrap());
    assert!(app.get_as(&admin, &secrets).await.items().is_empty(), "nobody has asked for a secret");
}

#[tokio::test]
async fn without_a_group_that_means_something_nobody_gets_an_account() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[with_roles(&provider, officers(), json!({"create_accounts": true}))]).await;
    let apart = json!(["nasij-officers", "nasij-auditors"]);
    for groups in
        [json!([]), json!(["canteen"]), json!("admin"), json!(null), json!({"nasij-officers": true}), apart]
    {
        let token = token_of(&provider, &key, "karim", groups.clone());
        assert_eq!(app.get_as(&token, PUBLIC).await.problem(403)["code"], "no_account", "{groups}");
    }
    assert_eq!(accounts_of(&app, &provider.issuer), 0);
}

#[tokio::test]
async fn first_requests_at_once_on_two_instances_make_one_account() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let settings = [with_roles(&provider, officers(), json!({"create_accounts": true}))];
    let one = start(&settings).await;
    let other = another(&one, &settings).await;
    let token = token_of(&provider, &key, "amina", json!(["nasij-officers"]));
    let requests = (0..12).map(|number| {
        let app = if number % 2 == 0 { &one } else { &other };
        change_of_city(app, &token)
    });
    let statuses = futures_util::future::join_all(requests).await;
    assert_eq!(statuses, [200; 12]);
    assert_eq!(accounts_of(&one, &provider.issuer), 1);
}

#[tokio::test]
async fn what_the_provider_takes_away_is_gone_at_once_and_what_it_adds_gives_nothing() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[with_roles(&provider, officers(), json!({}))]).await;
    link(&app, &provider.issuer, "amina", &["ministry_officer"]);
    let token = |groups| token_of(&provider, &key, "amina", groups);
    assert_eq!(change_of_city(&app, &token(json!(["nasij-officers"]))).await, 200);
    assert_eq!(change_of_city(&app, &token(json!(["nasij-icso"]))).await, 403);
    assert_eq!(change_of_city(&app, &token(json!([]))).await, 403);
    assert_eq!(change_of_city(&app, &provider.token(&key, "amina")).await, 403);
    let all = json!(["nasij-officers", "nasij-auditors"]);
    app.get_as(&token(all.clone()), PROTECTED).await.problem(403);
    assert_eq!(change_of_city(&app, &token(all)).await, 200);
}

#[tokio::test]
async fn roles_and_scopes_may_stand_deeper_and_scopes_limit() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let more = json!({"roles_claim": "realm_access.roles", "scopes_claim": "scope"});
    let app = start(&[with_roles(&provider, officers(), more)]).await;
    link(&app, &provider.issuer, "amina", &["ministry_officer"]);
    let token = |scope: &str| {
        let mut claims = provider.claims("amina");
        claims["realm_access"] = json!({"roles": ["nasij-officers"]});
        claims["scope"] = json!(scope);
        key.sign(&claims)
    };
    assert_eq!(change_of_city(&app, &token("openid cities:write")).await, 200);
    assert_eq!(change_of_city(&app, &token("openid editions:write accounts:manage")).await, 403);
    assert_eq!(change_of_city(&app, &token("")).await, 403);
}

#[tokio::test]
async fn a_disabled_account_is_disabled_for_its_provider_too() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[provider.settings()]).await;
    let id = link(&app, &provider.issuer, "amina", &["auditor"]);
    let mut claims = provider.claims("amina");
    claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 5);
    let token = key.sign(&claims);
    app.get_as(&token, PROTECTED).await.expect(200);
    let set = |status| {
        let set = |connection: &mut _| accounts::set_status(connection, &Actor::operator(), id, status);
        app.database().write_blocking(set).expect("the status is set");
    };
    set(AccountStatus::Disabled);
    for path in [PROTECTED, PUBLIC] {
        let refused = app.get_as(&token, path).await;
        assert!(refused.header("www-authenticate").contains("revoked"));
        refused.problem(401);
    }
    // What was issued before stays dead, and what may have been: the clock of the provider may be 30 seconds ahead.
    set(AccountStatus::Active);
    let refused = app.get_as(&token, PROTECTED).await;
    assert!(refused.header("www-authenticate").contains("revoked"));
    refused.problem(401);
    let ended = end_of_tokens(&app, id, 0);
    claims["iat"] = json!(ended + 20);
    app.get_as(&key.sign(&claims), PROTECTED).await.problem(401);
    // A minute later, what is issued now is good again.
    claims["iat"] = json!(end_of_tokens(&app, id, -60) + 30);
    app.get_as(&key.sign(&claims), PROTECTED).await.problem(401);
    claims["iat"] = json!(ended - 60 + 31);
    app.get_as(&key.sign(&claims), PROTECTED).await.expect(200);
}

/// Moves the instant at which all tokens of an account were ended by so many seconds; the answer is that instant.
fn end_of_tokens(app: &App, id: Id, seconds: i64) -> i64 {
    use diesel::prelude::*;
    use nasij::database::schema::accounts;
    let shift = |connection: &mut nasij::database::Connection| {
        let ended: UtcTime = accounts::table.find(id).select(accounts::generation_at).first(connection)?;
        let ended = ended.plus_seconds(seconds);
        diesel::update(accounts::table.find(id))
            .set(accounts::generation_at.eq(ended))
            .execute(connection)?;
        Ok(ended.unix_seconds())
    };
    app.database().write_blocking(shift).expect("the instant is moved")
}

#[tokio::test]
async fn whoever_was_put_out_or_erased_gets_no_new_account() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[with_roles(&provider, officers(), json!({"create_accounts": true}))]).await;
    let admin = app.admin_token().await;
    let signs_in = async |subject: &str| {
        let token = token_of(&provider, &key, subject, json!(["nasij-officers"]));
        change_of_city(&app, &token).await
    };
    let account_of = |subject: &str| {
        let find = |connection: &mut _| accounts::find_by_identity(connection, &provider.issuer, subject);
        let account = app.database().read_blocking(find).expect("accounts are read").expect("an account");
        format!("/v1/accounts/{}", account.id)
    };
    for subject in ["zq-erased", "zq-put-out"] {
        assert_eq!(signs_in(subject).await, 200);
    }
    let (erased, put_out) = (account_of("zq-erased"), account_of("zq-put-out"));
    app.delete(&admin, &format!("{erased}/personal-data"), "*").await.expect(204);
    app.patch(&admin, &put_out, "*", &json!({"identities": []})).await.expect(200);
    for subject in ["zq-erased", "zq-put-out"] {
        let token = token_of(&provider, &key, subject, json!(["nasij-officers"]));
        assert_eq!(app.get_as(&token, PUBLIC).await.problem(403)["code"], "no_account", "{subject}");
        assert_eq!(
            tables_with(&app, subject).iter().filter(|table| *table != "audit_personal_data").count(),
            0
        );
    }
    assert_eq!(accounts_of(&app, &provider.issuer), 0);
    // Everybody else still gets one.
    assert_eq!(signs_in("somebody-else").await, 200);

    // An administrator has the last word, each time anew.
    for _ in 0..2 {
        let identities = json!([{"issuer": provider.issuer, "subject": "zq-put-out"}]);
        app.patch(&admin, &put_out, "*", &json!({ "identities": identities })).await.expect(200);
        assert_eq!(account_of("zq-put-out"), put_out);
        app.patch(&admin, &put_out, "*", &json!({"identities": []})).await.expect(200);
        assert_eq!(signs_in("zq-put-out").await, 403);
    }
    let body = json!({
        "name": "Again", "roles": ["ministry_officer"],
        "identities": [{"issuer": provider.issuer, "subject": "zq-put-out"}],
    });
    app.add_account(&admin, &body).await;
    assert_eq!(signs_in("zq-put-out").await, 200);
}

#[tokio::test]
async fn a_name_that_hides_what_it_says_is_made_readable() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = start(&[with_roles(&provider, officers(), json!({"create_accounts": true}))]).await;
    let mut claims = provider.claims("amina");
    claims["groups"] = json!(["nasij-officers"]);
    claims["name"] = json!("Amina\0 \u{202e}El\u{2069} Alaoui\u{feff}\n");
    assert_eq!(change_of_city(&app, &key.sign(&claims)).await, 200);
    let made = accounts_named(&app, &provider.issuer);
    assert_eq!(made, [("Amina El Alaoui".to_owned(), "person".to_owned())]);
    for subject in ["nul\0", "  "] {
        let token = token_of(&provider, &key, subject, json!(["nasij-officers"]));
        app.get_as(&token, PUBLIC).await.problem(401);
    }
}

#[tokio::test]
async fn who_somebody_is_elsewhere_stands_in_no_log() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let home = Home::new();
    let file = home.folder.path().join("providers.json");
    let settings = with_roles(&provider, officers(), json!({"create_accounts": true}));
    std::fs::write(&file, json!([settings]).to_string()).unwrap();
    let mut command = home.nasij([]);
    command.env("NASIJ_IDENTITY_PROVIDERS_FILE", &file).env("NASIJ_LOG", "debug");
    let service = crate::binary::Instance::start(command);
    let good = token_of(&provider, &key, "private-subject", json!(["nasij-officers"]));
    service.request(Method::GET, PUBLIC).token(&good).send().await.expect(200);
    let unknown = token_of(&provider, &key, "private-subject-2", json!([]));
    service.request(Method::GET, PUBLIC).token(&unknown).send().await.problem(403);
    let log = service.log_with("status=403").await;
    assert!(log.contains("/v1/cities"), "{log}");
    for secret in ["private-subject", good.split('.').next_back().unwrap()] {
        assert!(!log.contains(secret), "{secret} is logged");
    }
}

#[test]
fn a_faulty_file_stops_the_start_and_names_provider_and_field() {
    let home = Home::new();
    let file = home.folder.path().join("providers.json");
    let good = json!({"issuer": "https://sso.example.ma", "audience": "a", "algorithms": ["RS256"]});
    let with = |name: &str, value: Value| {
        let mut settings = good.clone();
        settings[name] = value;
        json!([settings]).to_string()
    };
    for (text, words) in [
        ("no json".to_owned(), ["providers.json", "expected"]),
        (with("algorithms", json!(["HS256"])), ["https://sso.example.ma", "algorithms"]),
        (with("algorithm", json!("RS256")), ["provider 1", "unknown field `algorithm`"]),
        (with("issuer", json!("http://sso.example.ma")), ["http://sso.example.ma", "issuer"]),
        (with("create_accounts", json!(true)), ["https://sso.example.ma", "create_accounts"]),
        (with("longest_token_seconds", json!(3600)), ["https://sso.example.ma", "longest_token_seconds"]),
        (with("ca_file", json!("/nowhere/ca.pem")), ["/nowhere/ca.pem", "ca_file"]),
        (json!([good, good]).to_string(), ["https://sso.example.ma", "another"]),
    ] {
        std::fs::write(&file, &text).unwrap();
        let mut command = home.nasij([]);
        command.env("NASIJ_IDENTITY_PROVIDERS_FILE", &file);
        let told = complaint(command);
        assert!(told.starts_with("nasij: ") && told.trim().lines().count() == 1, "{told}");
        assert!(words.iter().all(|word| told.contains(word)), "{text}: {told}");
    }
    let mut command = home.nasij(["--public-url", "https://sso.example.ma"]);
    std::fs::write(&file, json!([good]).to_string()).unwrap();
    command.env("NASIJ_IDENTITY_PROVIDERS_FILE", &file);
    assert!(complaint(command).contains("issuer"), "the service itself is no provider");
    let mut command = home.nasij([]);
    command.env("NASIJ_IDENTITY_PROVIDERS_FILE", "/nowhere/providers.json");
    assert!(complaint(command).contains("/nowhere/providers.json"));
}
