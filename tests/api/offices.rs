//! Offices are separate people: which roles no account has together, whose credentials sign a designation, and what a
//! signature shows of the one that it was given with. Each test plays somebody who tries to be two.

use nasij::access::policy::{self, Grant};
use nasij::access::{NewAccount, Role, Scope};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::path_of;
use crate::answer::Answer;
use crate::app::{App, Credentials};
use crate::binary::{Home, complaint};
use crate::decisions::designation_path;
use crate::forge::Forge;
use crate::former_affiliations::settle;
use crate::juries::thrice;
use crate::openapi::{document, operations};
use crate::provider::{Provider, ProviderKey};
use crate::providers::{self, link};
use crate::steps::{column, fault, faults};

const ACCOUNTS: &str = "/v1/accounts";
const YEAR: i64 = 2027;

impl App {
    /// A designation without a call, for both institutions to sign.
    async fn waiting_designation(&self) -> Value {
        self.with_draft_edition(YEAR, &json!({})).await;
        let proposal = json!({"kind": "city", "basis": "direct", "city_code": "meknes", "reason": {"fr": "Par accord."}});
        self.propose(&self.token(Role::IcsoOfficer).await, YEAR, &proposal).await
    }

    /// An officer of the ministry with the credential that an administrator has made.
    async fn new_officer(&self, admin: &str) -> (Value, Credentials) {
        let body = json!({"name": "Amina", "roles": ["ministry_officer"]});
        let officer = self.add_account(admin, &body).await.json();
        let credentials = self.add_secret(admin, &officer, &json!({"label": "Welcome"})).await;
        (officer, credentials)
    }

    /// A secret that an account makes with a token of its own.
    async fn own_secret(&self, token: &str, account: &Value) -> Answer {
        self.post(token, &secrets_of(account), &json!({})).await
    }

    /// The credentials that an account makes for itself.
    async fn replaced(&self, credentials: &Credentials, account: &Value) -> Credentials {
        let token = self.token_of(credentials).await;
        let made = self.own_secret(&token, account).await.expect(201).json();
        let client_secret = made["client_secret"].as_str().expect("a secret").to_owned();
        Credentials { client_secret, ..credentials.clone() }
    }
}

fn secrets_of(account: &Value) -> String {
    format!("{}/secrets", path_of(account))
}

/// 403 with this code.
#[track_caller]
fn refused(answer: Answer, code: &str) -> Value {
    let problem = answer.problem(403);
    assert_eq!(problem["code"], code, "{problem}");
    problem
}

/// The identifiers of the secrets of an account, by who made them.
async fn made_by(app: &App, token: &str, account: &Value, maker: &str) -> Vec<String> {
    let items = app.get_as(token, &secrets_of(account)).await.items();
    let ids = items.iter().filter(|item| item["made_by"] == maker);
    ids.map(|item| item["id"].as_str().expect("an identifier").to_owned()).collect()
}

#[tokio::test]
async fn no_account_has_two_offices_however_it_is_written() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let apart = fault("/roles", "roles_apart");
    let pairs = [
        ("ministry_officer", "icso_officer"),
        ("ministry_officer", "juror"),
        ("icso_officer", "jury_chair"),
        ("admin", "ministry_officer"),
        ("admin", "icso_officer"),
        ("admin", "juror"),
        ("admin", "jury_chair"),
        ("juror", "jury_chair"),
        ("city_representative", "ministry_officer"),
        ("city_representative", "jury_chair"),
    ];
    for (role, other) in pairs {
        let named = |roles: Value| json!({"name": "Amina", "roles": roles, "city_code": "fes"});
        let both = named(json!([role, other]));
        let refused = app.post(&admin, ACCOUNTS, &both).await.problem(422);
        assert_eq!(faults(&refused), apart, "{role}, {other}");
        let told = refused["errors"][0]["detail"].as_str().expect("a sentence").to_owned();
        assert!(told.contains(role) && told.contains(other) && told.contains("separate people"), "{told}");
        let one = app.add_account(&admin, &named(json!([role]))).await.json();
        let patch = json!({"roles": [role, other], "scopes": null});
        let refused = app.patch(&admin, &path_of(&one), "*", &patch).await.problem(422);
        assert_eq!(faults(&refused), apart, "{role}, {other}");
        app.put(&admin, &path_of(&one), "*", &both).await.problem(422);
    }
    // Nor an administrator itself, nor the operator.
    let first = format!("{ACCOUNTS}/{}", app.admin().client_id);
    let patch = json!({"roles": ["admin", "icso_officer"], "scopes": null});
    assert_eq!(faults(&app.patch(&admin, &first, "*", &patch).await.problem(422)), apart);
    let home = Home::new();
    let told = complaint(home.nasij([
        "account",
        "create",
        "--name",
        "A",
        "--role",
        "admin",
        "--role",
        "ministry_officer",
    ]));
    assert!(told.contains("do not go together"), "{told}");
}

#[tokio::test]
async fn an_account_from_before_the_rule_is_good_for_nothing_until_a_role_is_taken_away() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (officer, credentials) = app.new_officer(&admin).await;
    let forge = Forge::with_token_of(&app, &credentials).await;
    let id = &credentials.client_id;
    app.execute(format!("INSERT INTO account_roles (account_id, role) VALUES ('{id}', 'admin')"));
    let answer = app.ask_token(&credentials).await.expect(400).json();
    assert_eq!(answer["error"], "unauthorized_client", "{answer}");
    // A token of then that has both roles is worth neither.
    let both = forge.with_claim("roles", json!(["admin", "ministry_officer"]));
    let problem = refused(app.get_as(&both, "/v1/cities/fes").await, "roles_apart");
    assert!(problem["detail"].as_str().expect("a sentence").contains("ministry_officer"), "{problem}");
    let patch = json!({"roles": ["ministry_officer"], "scopes": null});
    app.patch(&admin, &path_of(&officer), "*", &patch).await.expect(200);
    app.token_of(&credentials).await;
}

#[tokio::test]
async fn what_an_administrator_has_made_signs_only_once_the_officer_has_replaced_it() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let designation = app.waiting_designation().await;
    let (officer, given) = app.new_officer(&admin).await;
    let token = app.token_of(&given).await;
    let problem = refused(app.sign(&token, &designation).await, "foreign_credential");
    let way_out = format!("/v1/accounts/{}/secrets", given.client_id);
    assert!(problem["detail"].as_str().expect("a sentence").contains(&way_out), "{problem}");
    // Reading and proposing need no more than before; a token that does not say what it was got with signs nothing.
    app.get_as(&token, &designation_path(&designation)).await.expect(200);
    let own = app.replaced(&given, &officer).await;
    let forge = Forge::with_token_of(&app, &own).await;
    let silent = forge.token(&forge.header, &crate::forge::without(&forge.claims, "nasij_credential"));
    refused(app.sign(&silent, &designation).await, "foreign_credential");
    // The old token stays what it is.
    refused(app.sign(&token, &designation).await, "foreign_credential");
    app.sign(&app.token_of(&own).await, &designation).await.expect(201);

    let shown = app.get_as(&admin, &designation_path(&designation)).await.expect(200).json();
    let credential = &shown["signatures"][0]["credential"];
    assert_eq!((&credential["kind"], &credential["made_by"]), (&json!("secret"), &json!("account")));
    assert!(credential["age_seconds"].as_i64().is_some_and(|age| (0..60).contains(&age)), "{credential}");
    assert_eq!(credential["account_made_at"], officer["created_at"]);
    assert_eq!(column(credential["origins"].as_array().unwrap(), "made_by"), ["administrator"]);
    assert_eq!(credential["others"], json!([]));
    // Nobody is named by an account: who it was stands in the audit trail.
    assert!(!credential.to_string().contains(&app.admin().client_id), "{credential}");
    let trail = format!("/v1/audit?resource_type=account&resource_id={}", given.client_id);
    let events = app.get_as(&admin, &trail).await.items();
    assert!(events[0]["after"]["secrets"].to_string().contains("\"made_by\":\"account\""), "{events:?}");
}

#[tokio::test]
async fn what_an_administrator_has_made_evaluates_and_reads_nothing_of_a_jury() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    for role in ["juror", "jury_chair"] {
        let account = app.add_account(&admin, &json!({"name": "Amina", "roles": [role]})).await.json();
        let given = app.add_secret(&admin, &account, &json!({})).await;
        let token = app.token_of(&given).await;
        let mut tried = 0;
        let evaluates = |grant: &Grant| {
            grant.scope == Some(Scope::EvaluationsWrite)
                && grant.roles.iter().any(|of| of.to_string() == role)
        };
        for (method, path, operation) in operations(&document()) {
            let rules = policy::of(operation["operationId"].as_str().expect("a name"));
            if rules.iter().flat_map(|rule| rule.grants()).any(evaluates) {
                let method: Method = method.to_uppercase().parse().expect("a method");
                let request = app.request(method, &path.replace("{year}", "2027")).token(&token);
                refused(request.send().await, "foreign_credential");
                tried += 1;
            }
        }
        assert!(tried > 8, "{role}: {tried} operations");
        let own = app.replaced(&given, &account).await;
        app.get_as(&app.token_of(&own).await, "/v1/editions/2018/evaluations").await.expect(200);
    }
}

#[tokio::test]
async fn what_an_administrator_has_made_opens_no_jury_again() {
    let app = App::start().await;
    let jury = app.with_jury(YEAR, &[("fes", thrice([8, 8, 8]))]).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    let id = deliberation["id"].as_str().expect("an identifier");
    let transitions = jury.path(&format!("deliberations/{id}/transitions"));
    let (officer, given) = app.new_officer(&app.admin_token().await).await;
    let own = app.replaced(&given, &officer).await;
    let reopening = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
    let reopen = async |credentials: &Credentials| {
        let request = app.request(Method::POST, &transitions).token(&app.token_of(credentials).await);
        request.if_match("*").json(&reopening).send().await
    };
    refused(reopen(&given).await, "foreign_credential");
    reopen(&own).await.expect(201);
}

#[tokio::test]
async fn whoever_knows_a_foreign_credential_is_not_the_officer_beside_an_own_one() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let designation = app.waiting_designation().await;
    let (officer, given) = app.new_officer(&admin).await;
    let own = app.replaced(&given, &officer).await;
    let secrets = secrets_of(&officer);
    let owned = made_by(&app, &admin, &officer, "account").await;
    // The first one, and another that the administrator makes now: both are foreign.
    let another = app.add_secret(&admin, &officer, &json!({})).await;
    for foreign in [&given, &another] {
        let token = app.token_of(foreign).await;
        refused(app.own_secret(&token, &officer).await, "foreign_credential");
        let path = format!("{secrets}/{}", owned[0]);
        refused(app.delete(&token, &path, "*").await, "foreign_credential");
        refused(app.sign(&token, &designation).await, "foreign_credential");
    }
    // The officer sees them, and ends them with the own one; then it signs with all that comes from it.
    let token = app.token_of(&own).await;
    let foreign = made_by(&app, &token, &officer, "administrator").await;
    assert_eq!(foreign.len(), 2);
    app.delete(&token, &format!("{secrets}/{}", foreign[0]), "*").await.expect(204);
    let next = app.replaced(&own, &officer).await;
    // Of two of its own somebody else may know one.
    for one_of_two in [&own, &next] {
        let problem =
            refused(app.sign(&app.token_of(one_of_two).await, &designation).await, "several_credentials");
        assert!(problem["detail"].as_str().unwrap().contains("/secrets/"), "{problem}");
    }
    let token = app.token_of(&next).await;
    app.delete(&token, &format!("{secrets}/{}", owned[0]), "*").await.expect(204);
    app.sign(&app.token_of(&next).await, &designation).await.expect(201);
    let shown = app.get_as(&admin, &designation_path(&designation)).await.expect(200).json();
    let credential = &shown["signatures"][0]["credential"];
    let origins = credential["origins"].as_array().expect("origins");
    assert_eq!(column(origins, "made_by"), ["account", "administrator"]);
    assert_eq!(
        (&origins[1]["ended_by"], origins[0].get("ended_by")),
        (&json!("account"), Some(&json!("account")))
    );
    assert_eq!(column(credential["others"].as_array().unwrap(), "made_by"), ["administrator"]);
}

#[tokio::test]
async fn who_takes_an_account_over_ends_its_own_credential_and_has_to_wait_and_it_shows() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let designation = app.waiting_designation().await;
    let (officer, given) = app.new_officer(&admin).await;
    let own = app.replaced(&given, &officer).await;
    let secrets = secrets_of(&officer);
    let owned = made_by(&app, &admin, &officer, "account").await;
    app.delete(&admin, &format!("{secrets}/{}", owned[0]), "*").await.expect(204);
    // The officer notices: what was its own is good no more.
    app.ask_token(&own).await.expect(401);
    let taken = app.add_secret(&admin, &officer, &json!({})).await;
    let made = app.replaced(&taken, &officer).await;
    let token = app.token_of(&made).await;
    let problem = refused(app.sign(&token, &designation).await, "credential_rests");
    assert!(problem["detail"].as_str().expect("a sentence").contains("signs nothing before"), "{problem}");
    // What is made with it rests as long, and takes its place.
    let replaced = made_by(&app, &admin, &officer, "account").await;
    let further = app.replaced(&made, &officer).await;
    let token = app.token_of(&further).await;
    refused(app.sign(&token, &designation).await, "credential_rests");
    app.delete(&token, &format!("{secrets}/{}", replaced[0]), "*").await.expect(204);
    let token = app.token_of(&further).await;
    // A day later.
    let earlier = if app.config.database_url().starts_with("sqlite") {
        "created_at - 90000000000"
    } else {
        "created_at - interval '25 hours'"
    };
    let id = &taken.client_id;
    app.execute(format!("UPDATE account_secrets SET created_at = {earlier} WHERE account_id = '{id}'"));
    app.sign(&token, &designation).await.expect(201);
    let shown = app.get_as(&admin, &designation_path(&designation)).await.expect(200).json();
    let others = shown["signatures"][0]["credential"]["others"].as_array().expect("others").clone();
    let ended = others.iter().find(|other| other["id"] == json!(owned[0])).expect("what was ended");
    assert_eq!((&ended["made_by"], &ended["ended_by"]), (&json!("account"), &json!("administrator")));
}

#[tokio::test]
async fn an_own_secret_needs_the_whole_account_and_is_nobody_elses_to_make() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (officer, given) = app.new_officer(&admin).await;
    let other = app.token(Role::MinistryOfficer).await;
    for (path, method) in [(secrets_of(&officer), Method::GET), (secrets_of(&officer), Method::POST)] {
        let request = app.request(method, &path).token(&other).json(&json!({}));
        assert_eq!(request.send().await.problem(403)["code"], "forbidden");
    }
    // A token for less never becomes a credential for all.
    let asked = app
        .request(Method::POST, "/oauth/token")
        .basic(&given)
        .body("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=cities:write");
    let narrow = asked.send().await.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
    refused(app.own_secret(&narrow, &officer).await, "insufficient_scope");
    // A rehearsal makes nothing.
    let rehearsal = format!("{}?dry_run=true", secrets_of(&officer));
    let token = app.token_of(&given).await;
    app.post(&token, &rehearsal, &json!({})).await.expect(201);
    assert_eq!(made_by(&app, &token, &officer, "account").await.len(), 0);
    let secret = app.own_secret(&token, &officer).await.expect(201).json();
    let shown =
        app.get_as(&token, &format!("{}/{}", secrets_of(&officer), secret["id"].as_str().unwrap())).await;
    assert_eq!((&shown.json()["made_by"], &shown.json()["made_with"]), (&json!("account"), &json!("secret")));
}

#[tokio::test]
async fn an_identity_that_was_linked_signs_nothing_but_replaces_itself_once() {
    let key = ProviderKey::p256("one");
    let provider = Provider::start(&[&key]);
    let app = providers::start(&[provider.settings()]).await;
    let designation = app.waiting_designation().await;
    let id = link(&app, &provider.issuer, "amina", &["icso_officer"]);
    let token = provider.token(&key, "amina");
    refused(app.sign(&token, &designation).await, "foreign_credential");
    let officer = json!({"id": id});
    let made = app.own_secret(&token, &officer).await.expect(201).json();
    refused(app.own_secret(&token, &officer).await, "foreign_credential");
    let own = Credentials {
        client_id: id.to_string(),
        client_secret: made["client_secret"].as_str().expect("a secret").to_owned(),
    };
    app.sign(&app.token_of(&own).await, &designation).await.expect(201);
    let shown =
        app.get_as(&app.admin_token().await, &designation_path(&designation)).await.expect(200).json();
    let credential = &shown["signatures"][0]["credential"];
    assert_eq!(credential["origins"], json!([{"kind": "identity"}]));
    assert_eq!(credential["others"], json!([{"kind": "identity"}]));
}

#[tokio::test]
async fn whoever_has_just_been_made_an_officer_signs_nothing_for_a_day() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let designation = app.waiting_designation().await;
    let somebody = app.account(&NewAccount::of_role(Role::Juror, "A juror"));
    let path = format!("{ACCOUNTS}/{}", somebody.client_id);
    let token = async |patch: Value| {
        app.patch(&admin, &path, "*", &patch).await.expect(200);
        app.token_of(&somebody).await
    };
    let officer = token(json!({"roles": ["icso_officer"], "scopes": null})).await;
    let problem = refused(app.sign(&officer, &designation).await, "office_rests");
    let until: UtcTime = problem["detail"].as_str().and_then(instant_in).expect("until when");
    let left = until.unix_seconds() - UtcTime::now().unix_seconds();
    assert!((86_300..=86_400).contains(&left), "{left}");
    settle(&app, &somebody.client_id);
    // What it belongs to is another matter of the same kind; a name is none.
    let elsewhere = token(json!({"organisation": "Une autre maison"})).await;
    refused(app.sign(&elsewhere, &designation).await, "office_rests");
    settle(&app, &somebody.client_id);
    let renamed = token(json!({"name": "Another name"})).await;
    app.sign(&renamed, &designation).await.expect(201);
    let shown = app.get_as(&admin, &designation_path(&designation)).await.expect(200).json();
    assert!(shown["signatures"][0]["credential"]["roles_changed_at"].is_string(), "{shown}");
}

/// An instant that a sentence names.
fn instant_in(sentence: &str) -> Option<UtcTime> {
    let (_, told) = sentence.split_once("before ")?;
    let (told, _) = told.split_once(" (Morocco time)")?;
    let clock = chrono::NaiveDateTime::parse_from_str(told, "%d %B %Y at %H:%M").ok()?;
    UtcTime::from_unix_seconds(clock.and_utc().timestamp() - 60 * 60)
}
