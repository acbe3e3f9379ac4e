//! Accounts over the API: their life, what goes together in one, and how a change holds at once.

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::{App, Credentials};
use crate::steps::{association, column, fault, faults};

const PATH: &str = "/v1/accounts";
const GRANT: &str = "grant_type=client_credentials";
const FORM: &str = "application/x-www-form-urlencoded";
const ISSUER: &str = "https://sso.example.ma/realms/agents";

impl App {
    /// A token of the administrator that the first start made.
    pub(crate) async fn admin_token(&self) -> String {
        self.token_of(self.admin()).await
    }

    /// Makes an account over the API, which must succeed.
    pub(crate) async fn add_account(&self, admin: &str, body: &Value) -> Answer {
        self.post(admin, PATH, body).await.expect(201)
    }

    /// Gives an account a secret over the API.
    pub(crate) async fn add_secret(&self, admin: &str, account: &Value, body: &Value) -> Credentials {
        let id = account["id"].as_str().expect("an identifier");
        let made = self.post(admin, &format!("{PATH}/{id}/secrets"), body).await.expect(201).json();
        let client_secret = made["client_secret"].as_str().expect("a secret").to_owned();
        Credentials { client_id: id.to_owned(), client_secret }
    }

    /// What the token endpoint answers to an account.
    pub(crate) async fn ask_token(&self, credentials: &Credentials) -> Answer {
        self.request(Method::POST, "/oauth/token").basic(credentials).body(FORM, GRANT).send().await
    }
}

pub(crate) fn path_of(account: &Value) -> String {
    format!("{PATH}/{}", account["id"].as_str().expect("an identifier"))
}

/// A public key of the kind that most accounts have (RFC 7517, appendix A.1).
pub(crate) fn public_key(kid: &str) -> Value {
    json!({
        "kid": kid, "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    })
}

fn juror(name: &str) -> Value {
    json!({"name": name, "roles": ["juror"]})
}

#[tokio::test]
async fn an_account_is_made_read_changed_and_replaced_but_not_deleted() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let body = json!({
        "name": "Fès, service culturel", "roles": ["icso_officer"], "city_code": "fes",
        "organisation": "ICSO", "public_keys": [public_key("1")],
        "identities": [{"issuer": ISSUER, "subject": "42"}],
    });
    let created = app.add_account(&admin, &body).await;
    let account = created.json();
    assert_eq!(created.header("location"), path_of(&account));
    assert_eq!(created.header("cache-control"), "private, no-store");
    assert_eq!((&account["kind"], &account["status"]), (&json!("person"), &json!("active")));
    let scopes = json!(["editions:write", "nominations:submit", "nominations:manage"]);
    assert_eq!(account["scopes"], scopes, "all that the roles have of themselves");
    assert_eq!(account["city_code"], app.get("/v1/cities/fes").await.json()["code"]);
    assert_eq!(
        (&account["public_keys"], &account["identities"]),
        (&body["public_keys"], &body["identities"])
    );
    for absent in ["generation", "version", "client_secret", "secrets", "disabled_at", "last_used_at"] {
        assert!(account.get(absent).is_none(), "{absent} is shown");
    }
    let path = path_of(&account);
    assert_eq!(app.get_as(&admin, &path).await.expect(200).json(), account);

    let patch = json!({"name": "Fès", "organisation": null, "roles": ["juror"], "scopes": null});
    let patched = app.patch(&admin, &path, created.header("etag"), &patch).await.expect(200).json();
    assert_eq!((&patched["name"], &patched["scopes"]), (&json!("Fès"), &json!(["evaluations:write"])));
    assert!(patched.get("organisation").is_none() && patched["city_code"] == account["city_code"]);
    let replaced = app.put(&admin, &path, "*", &juror("Fès")).await.expect(200).json();
    assert!(replaced.get("city_code").is_none());
    assert_eq!((&replaced["public_keys"], &replaced["identities"]), (&json!([]), &json!([])));
    let deleted = app.delete(&admin, &path, "*").await;
    assert!(!deleted.header("allow").contains("DELETE"));
    deleted.problem(405);
    app.get_as(&admin, &format!("{PATH}/01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11")).await.problem(404);
    app.get_as(&admin, &format!("{PATH}/nobody")).await.problem(404);
}

#[tokio::test]
async fn the_audit_trail_knows_every_change_but_no_secret() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let account = app.add_account(&admin, &juror("Amina")).await.json();
    let credentials = app.add_secret(&admin, &account, &json!({"label": "laptop"})).await;
    app.patch(&admin, &path_of(&account), "*", &json!({"status": "disabled"})).await.expect(200);
    let trail = format!("/v1/audit?resource_type=account&resource_id={}", credentials.client_id);
    let entries = app.get_as(&admin, &trail).await.items();
    assert_eq!(column(&entries, "action"), ["update", "update", "create"]);
    assert_eq!(entries[0]["before"]["status"], "active");
    assert_eq!(entries[0]["after"]["status"], "disabled");
    assert_eq!(entries[2]["after"]["internal"]["name"], "Amina");
    assert_eq!(entries[1]["before"]["secrets"], json!([]));
    assert_eq!(entries[1]["after"]["secrets"].as_array().unwrap().len(), 1);
    assert!(
        entries
            .iter()
            .all(|entry| { ["before", "after"].iter().all(|state| entry[*state].get("name").is_none()) })
    );
    let told = json!(entries).to_string();
    assert!(!told.contains(&credentials.client_secret) && !told.contains("secret_hash"), "{told}");
}

#[tokio::test]
async fn what_does_not_go_together_is_refused_at_its_field() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let unknown = "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11";
    let twice = json!([{"issuer": ISSUER, "subject": "1"}, {"issuer": ISSUER, "subject": "1"}]);
    let six: Vec<Value> = (0..6).map(|kid| public_key(&kid.to_string())).collect();
    let private = json!({"kid": "1", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "c2VjcmV0"});
    for (field, value, pointer, code) in [
        ("roles", json!([]), "/roles", "length"),
        ("roles", json!(["emperor"]), "/roles/0", "one_of"),
        ("roles", json!(["auditor", "juror"]), "/roles", "role_alone"),
        ("roles", json!(["ministry_officer", "icso_officer"]), "/roles", "roles_apart"),
        ("roles", json!(["city_representative"]), "/city_code", "required"),
        ("roles", json!(["association_representative"]), "/association_id", "required"),
        ("roles", json!(["integration"]), "/scopes", "scope_needed"),
        ("kind", json!("system"), "/kind", "kind_of_role"),
        ("kind", json!("robot"), "/kind", "one_of"),
        ("scopes", json!(["evaluations:write", "audit:read"]), "/scopes/1", "scope_of_role"),
        ("scopes", json!(["everything"]), "/scopes/0", "one_of"),
        ("city_code", json!("atlantis"), "/city_code", "reference"),
        ("association_id", json!(unknown), "/association_id", "reference"),
        ("name", json!(" "), "/name", "blank"),
        ("name", json!("a\nb"), "/name", "characters"),
        ("name", json!("x".repeat(201)), "/name", "length"),
        ("organisation", json!(""), "/organisation", "blank"),
        ("status", json!("gone"), "/status", "one_of"),
        ("public_keys", json!([private]), "/public_keys/0/d", "private_key"),
        ("public_keys", json!([public_key("1"), public_key("1")]), "/public_keys/1/kid", "repeated"),
        ("public_keys", json!(six), "/public_keys", "length"),
        ("identities", twice, "/identities/1", "repeated"),
        ("identities", json!([{"issuer": "sso", "subject": "1"}]), "/identities/0/issuer", "url"),
        ("identities", json!([{"issuer": ISSUER, "subject": ""}]), "/identities/0/subject", "blank"),
        // What only the service writes, and what there is not at all.
        ("id", json!(unknown), "/id", "unknown_field"),
        ("version", json!(1), "/version", "unknown_field"),
        ("generation", json!(1), "/generation", "unknown_field"),
        ("disabled_at", json!("2026-01-01T00:00:00Z"), "/disabled_at", "unknown_field"),
        ("last_used_at", json!("2026-01-01T00:00:00Z"), "/last_used_at", "unknown_field"),
        ("created_at", json!("2026-01-01T00:00:00Z"), "/created_at", "unknown_field"),
        ("client_secret", json!("sesame"), "/client_secret", "unknown_field"),
    ] {
        let mut body = juror("Brahim");
        body[field] = value;
        let refused = app.post(&admin, PATH, &body).await.problem(422);
        let found = faults(&refused);
        let expected = fault(pointer, code);
        // A blank text may be found too short as well, and a broken key broken twice.
        assert!(found.is_superset(&expected), "{body}: {refused}");
        assert!(!refused.to_string().contains("c2VjcmV0"), "a private key is repeated");
    }
    assert_eq!(app.get_as(&admin, &format!("{PATH}?role=juror")).await.items().len(), 0, "nothing was made");
}

#[tokio::test]
async fn an_identity_belongs_to_one_account() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let identity = |subject: &str| json!({"issuer": ISSUER, "subject": subject});
    let with = |name: &str, identities: Value| {
        let mut body = juror(name);
        body["identities"] = identities;
        body
    };
    let first = app.add_account(&admin, &with("Amina", json!([identity("1")]))).await.json();
    let refused = app.post(&admin, PATH, &with("Brahim", json!([identity("2"), identity("1")]))).await;
    let problem = refused.problem(409);
    assert_eq!(problem["code"], "already_exists");
    assert_eq!(faults(&problem), fault("/identities/1", "already_exists"));
    let second = app.add_account(&admin, &with("Brahim", json!([identity("2")]))).await.json();
    let taking = json!({"identities": [identity("1")]});
    app.patch(&admin, &path_of(&second), "*", &taking).await.problem(409);
    // Another subject of the same issuer, and the own one again, are fine; so is one that was given up.
    let both = json!({"identities": [identity("1"), identity("3")]});
    app.patch(&admin, &path_of(&first), "*", &both).await.expect(200);
    app.patch(&admin, &path_of(&first), "*", &json!({"identities": null})).await.expect(200);
    app.patch(&admin, &path_of(&second), "*", &taking).await.expect(200);
}

#[tokio::test]
async fn accounts_are_listed_filtered_searched_and_sorted() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let seat = app.add_association(&admin, &association("Association à soi")).await.json();
    for body in [
        json!({"name": "Élan du Nord", "roles": ["association_representative"], "association_id": seat["id"]}),
        json!({"name": "ville de Fès", "roles": ["city_representative"], "city_code": "fes"}),
        json!({"name": "Zahra", "roles": ["juror"], "city_code": "fes", "status": "disabled"}),
        json!({"name": "Portail", "roles": ["integration"], "scopes": ["cities:write"]}),
    ] {
        app.add_account(&admin, &body).await;
    }
    let fes = app.get("/v1/cities/fes").await.json()["code"].as_str().unwrap().to_owned();
    let association = seat["id"].as_str().unwrap();
    for (query, expected) in [
        ("", vec!["Élan du Nord", "First administrator", "Portail", "ville de Fès", "Zahra"]),
        ("sort=-name&limit=2", vec!["Zahra", "ville de Fès"]),
        ("role=juror,integration", vec!["Portail", "Zahra"]),
        ("status=disabled", vec!["Zahra"]),
        ("kind=system", vec!["Portail"]),
        (&format!("city={fes}"), vec!["ville de Fès", "Zahra"]),
        (&format!("association={association}"), vec!["Élan du Nord"]),
        ("q=elan", vec!["Élan du Nord"]),
        ("q=FES&status=active", vec!["ville de Fès"]),
        ("sort=-created_at&limit=1", vec!["Portail"]),
    ] {
        let items = app.get_as(&admin, &format!("{PATH}?{query}")).await.items();
        assert_eq!(column(&items, "name"), expected, "{query}");
    }
    let counted =
        app.get_as(&admin, &format!("{PATH}?facet=role,status,kind&limit=1")).await.expect(200).json();
    let facets = &counted["facets"];
    let active = json!({"ar": "مفعل", "fr": "Actif", "en": "Active"});
    assert_eq!(facets["status"][0], json!({"value": "active", "label": active, "count": 4}));
    assert_eq!(facets["role"].as_array().unwrap().len(), 5);
    app.get_as(&admin, &format!("{PATH}?organisation=x")).await.problem(400);
}

#[tokio::test]
async fn a_disabled_account_is_shut_out_at_once_and_its_tokens_stay_dead() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let account = app.add_account(&admin, &juror("Amina")).await.json();
    let credentials = app.add_secret(&admin, &account, &json!({})).await;
    let token = app.token_of(&credentials).await;
    let path = path_of(&account);
    let shown = app.get_as(&token, &path).await.expect(200).json();
    assert!(shown["last_used_at"].is_string(), "the use of its secret is noted: {shown}");

    let rehearsed = app.request(Method::PATCH, &format!("{path}?dry_run=true")).token(&admin).if_match("*");
    rehearsed.merge_patch(&json!({"status": "disabled"})).send().await.expect(200);
    app.get_as(&token, &path).await.expect(200);

    let disabled = app.patch(&admin, &path, "*", &json!({"status": "disabled"})).await.expect(200).json();
    assert!(disabled["disabled_at"].is_string(), "{disabled}");
    app.get_as(&token, &path).await.problem(401);
    app.get_as(&token, "/v1/cities/fes").await.problem(401);
    assert_eq!(app.ask_token(&credentials).await.expect(401).json()["error"], "invalid_client");

    let enabled = app.put(&admin, &path, "*", &juror("Amina")).await.expect(200).json();
    assert!(enabled["status"] == "active" && enabled.get("disabled_at").is_none());
    app.get_as(&token, &path).await.problem(401);
    app.get_as(&app.token_of(&credentials).await, &path).await.expect(200);
}

#[tokio::test]
async fn what_is_taken_from_an_account_is_gone_for_tokens_that_are_out() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let (fes, oujda) = ("/v1/cities/fes", "/v1/cities/oujda");
    let body =
        json!({"name": "Portal", "roles": ["integration"], "scopes": ["cities:write", "imports:write"]});
    let account = app.add_account(&admin, &body).await.json();
    let token = app.token_of(&app.add_secret(&admin, &account, &json!({})).await).await;
    let write = || app.request(Method::PATCH, fes).token(&token).if_match("*").merge_patch(&json!({}));
    write().send().await.expect(200);
    app.patch(&admin, &path_of(&account), "*", &json!({"scopes": ["imports:write"]})).await.expect(200);
    assert_eq!(write().send().await.problem(403)["code"], "insufficient_scope");
    app.patch(&admin, &path_of(&account), "*", &json!({"scopes": ["cities:write"]})).await.expect(200);
    write().send().await.expect(200);

    let officer = json!({"name": "Officer", "roles": ["admin"]});
    let officer = app.add_account(&admin, &officer).await.json();
    let token = app.token_of(&app.add_secret(&admin, &officer, &json!({})).await).await;
    app.get_as(&token, PATH).await.expect(200);
    let patch = json!({"roles": ["ministry_officer"], "scopes": null});
    app.patch(&admin, &path_of(&officer), "*", &patch).await.expect(200);
    app.get_as(&token, PATH).await.problem(403);
    // Nor does it get what the account has become since.
    app.patch(&token, oujda, "*", &json!({})).await.problem(403);
}

#[tokio::test]
async fn a_representative_speaks_for_whom_the_account_names_now() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let one = app.add_association(&admin, &association("Une association")).await.json();
    let other = app.add_association(&admin, &association("Une autre association")).await.json();
    let body = json!({"name": "Amina", "roles": ["association_representative"], "association_id": one["id"]});
    let account = app.add_account(&admin, &body).await.json();
    let token = app.token_of(&app.add_secret(&admin, &account, &json!({})).await).await;
    let write = async |association: &Value| {
        let path = format!("/v1/associations/{}", association["id"].as_str().unwrap());
        app.patch(&token, &path, "*", &json!({"volunteers": 3})).await.status
    };
    assert_eq!((write(&one).await, write(&other).await), (200, 403));
    app.patch(&admin, &path_of(&account), "*", &json!({"association_id": other["id"]})).await.expect(200);
    assert_eq!((write(&one).await, write(&other).await), (403, 200));
}

#[tokio::test]
async fn taking_a_way_to_sign_in_away_ends_the_tokens() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let identity = json!([{"issuer": ISSUER, "subject": "1"}]);
    let mut body = juror("Amina");
    body["public_keys"] = json!([public_key("1")]);
    body["identities"] = identity.clone();
    let account = app.add_account(&admin, &body).await.json();
    let credentials = app.add_secret(&admin, &account, &json!({})).await;
    for (patch, status) in [
        (json!({"name": "Amina B."}), 200),
        (json!({"public_keys": [public_key("1"), public_key("2")]}), 200),
        (json!({"public_keys": [public_key("2")]}), 401),
        (json!({"identities": []}), 401),
        (json!({"identities": identity}), 200),
    ] {
        let token = app.token_of(&credentials).await;
        app.patch(&admin, &path_of(&account), "*", &patch).await.expect(200);
        assert_eq!(app.get_as(&token, &path_of(&account)).await.status, status, "{patch}");
    }
}

#[tokio::test]
async fn nobodys_change_is_lost_and_no_retry_makes_two() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let create = || app.request(Method::POST, PATH).token(&admin).header("idempotency-key", "one");
    let created = create().json(&juror("Amina")).send().await.expect(201);
    let replayed = create().json(&juror("Amina")).send().await.expect(201);
    assert_eq!((created.json(), replayed.header("idempotent-replayed")), (replayed.json(), "true"));
    create().json(&juror("Brahim")).send().await.problem(422);

    let path = path_of(&created.json());
    app.patch(&admin, &path, created.header("etag"), &json!({"name": "A."})).await.expect(200);
    let stale = app.put(&admin, &path, created.header("etag"), &juror("B.")).await;
    assert!(stale.header("etag").starts_with("\"2-"));
    stale.problem(412);
    app.request(Method::PATCH, &path).token(&admin).merge_patch(&json!({})).send().await.problem(428);
    app.request(Method::PUT, &path).token(&admin).json(&juror("B.")).send().await.problem(428);
    let rehearsed = app.request(Method::POST, &format!("{PATH}?dry_run=true")).token(&admin);
    rehearsed.json(&juror("Nobody")).send().await.expect(201);
    assert_eq!(app.get_as(&admin, &format!("{PATH}?role=juror")).await.items().len(), 1);
}

#[tokio::test]
async fn everybody_reads_the_own_account_alone() {
    let app = App::start().await;
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Amina"));
    let token = app.token_of(&juror).await;
    let own = app.get_as(&token, &format!("{PATH}/{}", juror.client_id)).await.expect(200);
    assert_eq!(own.json()["name"], "Amina");
    for other in [app.admin().client_id.as_str(), "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11", "nobody"] {
        app.get_as(&token, &format!("{PATH}/{other}")).await.problem(403);
    }
    app.get_as(&token, PATH).await.problem(403);
    app.get_as(&app.token(Role::Auditor).await, PATH).await.expect(200);
}
