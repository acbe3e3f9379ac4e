//! The table of authorisation against the service: every operation of the OpenAPI document × every role × own or not,
//! each asked as a rehearsal, answered as the table says. A new operation without a line in the table or without a way to
//! ask it here fails.

use std::collections::BTreeSet;

use diesel::RunQueryDsl as _;
use nasij::access::policy::{self, AuditPersonalData, DraftNominations, InternalRecords, Rule, Who};
use nasij::access::{Caller, NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};
use strum::VariantArray as _;

use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{of_association, of_city};
use crate::steps::association;

/// Reads that know nothing of a draft unless the caller sees it.
const HIDDEN: [&str; 2] = ["get_nomination", "list_nomination_history"];

/// The edition of the drafts that are there.
const EDITION: i64 = 2031;
/// The edition of those that are made.
const OTHER_EDITION: i64 = 2032;

/// A caller of one role, with everything that the role can have.
struct Someone {
    caller: Caller,
    token: String,
}

/// Two records of each kind that has owners: the caller's own and another's.
struct World {
    app: App,
    admin: String,
    associations: [String; 2],
    nominations: [String; 2],
    account: String,
    secret: String,
    event: String,
    partner: String,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an identifier").to_owned()
}

impl World {
    async fn new() -> Self {
        let app = App::start().await;
        let admin = app.with_edition(EDITION, &json!({})).await;
        app.with_edition(OTHER_EDITION, &json!({})).await;
        let own = app.add_association(&admin, &association("Association à soi")).await.json();
        let other = app.add_association(&admin, &association("Association d'autrui")).await.json();
        let drafts = [
            app.nominate(&admin, &of_city(EDITION, "agadir")).await,
            app.nominate(&admin, &of_city(EDITION, "tetouan")).await,
        ];
        let account = json!({"name": "Portal", "roles": ["integration"], "scopes": ["cities:write"]});
        let account = id(&app.post(&admin, "/v1/accounts", &account).await.expect(201).json());
        let secret = app.post(&admin, &format!("/v1/accounts/{account}/secrets"), &json!({})).await;
        let events = app.get("/v1/editions/2022/events").await.items();
        let partners = app.get("/v1/editions/2022/partners").await.items();
        Self {
            secret: id(&secret.expect(201).json()),
            event: id(&events[0]),
            partner: id(&partners[0]),
            associations: [id(&own), id(&other)],
            nominations: drafts.map(|draft| id(&draft)),
            account,
            admin,
            app,
        }
    }

    /// Somebody of this role, who speaks for Fès or for the own association and made the own nomination.
    async fn someone(&self, role: Role) -> Someone {
        let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| role.may_have(*scope)).collect();
        let city = (role == Role::CityRepresentative).then(|| "fes".to_owned());
        let association_id = (role == Role::AssociationRepresentative)
            .then(|| self.associations[0].parse().expect("as it was made"));
        let account = NewAccount {
            city,
            association_id,
            scopes: scopes.clone(),
            ..NewAccount::of_role(role, &format!("Some {role}"))
        };
        let credentials = self.app.account(&account);
        let made = format!(
            "UPDATE nominations SET nominator_id = '{}' WHERE id = '{}'",
            credentials.client_id, self.nominations[0]
        );
        let update =
            |connection: &mut nasij::database::Connection| Ok(diesel::sql_query(made).execute(connection)?);
        assert_eq!(self.app.database().write_blocking(update).expect("the draft gets its nominator"), 1);
        let fes = self.app.get("/v1/cities/fes").await.json();
        let caller = Caller {
            account_id: credentials.client_id.parse().expect("as it was made"),
            name: account.name,
            roles: vec![role],
            scopes,
            city_code: account.city.map(|_| fes["code"].as_str().expect("as it was made").to_owned()),
            association_id,
        };
        Someone { token: self.app.token_of(&credentials).await, caller }
    }

    /// Asks for an operation on a record that is the caller's own or not. Writes are only rehearsed.
    async fn ask(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> Answer {
        let path = self.path(operation, someone, own);
        let rehearsed = operation.method != Method::GET && path.starts_with("/v1/");
        let path = if rehearsed { format!("{path}?dry_run=true") } else { path };
        let mut request = self.app.request(operation.method.clone(), &path);
        if let Some(someone) = someone {
            request = request.token(&someone.token);
        }
        if operation.needs_version {
            request = request.if_match("*");
        }
        match self.body(&operation.rule, someone, own) {
            Some(body) if operation.method == Method::PATCH => request.merge_patch(&body).send().await,
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }

    fn path(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> String {
        let whose = usize::from(!own);
        let account = someone
            .filter(|_| own)
            .map_or(self.account.clone(), |someone| someone.caller.account_id.to_string());
        let collection = operation.path.split('/').nth(2).unwrap_or_default();
        let id = match (collection, operation.path.rsplit('/').nth(1)) {
            ("associations", _) => self.associations[whose].clone(),
            ("nominations", _) => self.nominations[whose].clone(),
            ("accounts", _) => account,
            ("editions", Some("events")) => self.event.clone(),
            ("editions", Some("partners")) => self.partner.clone(),
            _ => String::new(),
        };
        let code = match collection {
            "regions" => "02",
            "provinces" => "02.411",
            "activity-fields" => "1",
            "cities" => "oujda",
            _ => "not_found",
        };
        // A secret belongs to its account, whoever asks.
        let path = operation.path.replace("{secret_id}", &self.secret);
        let id = if path.contains("/secrets") { self.account.clone() } else { id };
        // The events and partners are those of a real edition; an edition itself is written as a draft.
        let year = if operation.path.ends_with("{year}") { EDITION } else { 2022 };
        let path = path.replace("{year}", &year.to_string()).replace("{code}", code).replace("{id}", &id);
        assert!(!path.contains('{'), "{path}: a parameter that this test does not know");
        path
    }

    /// A body that the operation accepts.
    fn body(&self, rule: &Rule, someone: Option<&Someone>, own: bool) -> Option<Value> {
        let changes = |operation: &str| {
            ["create_", "replace_", "update_"].iter().any(|verb| operation.starts_with(verb))
        };
        if matches!(rule.who, Who::Client) || !changes(rule.operation) {
            return None;
        }
        Some(match rule.operation {
            "create_city" | "replace_city" => json!({
                "code": if rule.operation == "create_city" { "02.411.01.99" } else { "02.411.01.23" },
                "slug": if rule.operation == "create_city" { "nouvelle" } else { "oujda" },
                "province_code": "02.411", "kind": "urban", "name": {"fr": "Nouvelle"},
            }),
            "update_city" => json!({"population_2024": 1}),
            "create_association" => association("Association nouvelle"),
            // The name is a fact of the register: a representative repeats it.
            "replace_association" => {
                association(["Association d'autrui", "Association à soi"][usize::from(own)])
            }
            "update_association" => json!({"volunteers": 3}),
            "create_edition" => json!({"year": 2033, "name": {"fr": "Capitale 2033"}}),
            "replace_edition" => json!({"year": EDITION, "name": {"fr": "Capitale à venir"}}),
            "update_edition" => json!({"slogan": {"fr": "Ensemble"}}),
            "create_event" | "replace_event" => json!({"kind": "conference", "title": {"fr": "Rencontre"}}),
            "update_event" => json!({"title": {"fr": "Rencontre"}}),
            "create_partner" | "replace_partner" => json!({"kind": "partner", "name": {"fr": "Partenaire"}}),
            "update_partner" => json!({"name": {"fr": "Partenaire"}}),
            "create_nomination" => self.new_nomination(someone, own),
            "replace_nomination" => of_city(EDITION, if own { "agadir" } else { "tetouan" }),
            "update_nomination" => json!({"statement": {"fr": "Mieux dit."}}),
            "create_account" | "replace_account" => {
                json!({"name": "Other portal", "roles": ["integration"], "scopes": ["cities:write"]})
            }
            "update_account" => json!({"name": "Renamed"}),
            "create_account_secret" => json!({}),
            transition => match transition.split_once(": ") {
                Some((_, state)) => json!({"to": state, "reason": "Parce que."}),
                None => panic!("say here with which body {transition} is asked"),
            },
        })
    }

    fn new_nomination(&self, someone: Option<&Someone>, own: bool) -> Value {
        let of_associations = [Role::AssociationRepresentative];
        match someone.filter(|someone| someone.caller.is_any_of(&of_associations)) {
            Some(_) => of_association(OTHER_EDITION, &json!(self.associations[usize::from(!own)])),
            None => of_city(OTHER_EDITION, if own { "fes" } else { "oujda" }),
        }
    }
}

/// An operation of the document and a line of the table.
#[derive(Debug, Clone)]
struct Operation {
    method: Method,
    path: String,
    needs_version: bool,
    rule: Rule,
}

/// The identifiers of all operations of the document, with method, path and whether they need `If-Match`.
async fn documented(app: &App) -> Vec<(String, Method, String, bool)> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let parameters = operation["parameters"].as_array();
            let if_match = |parameter: &Value| parameter["$ref"] == "#/components/parameters/IfMatch";
            let needs_version = parameters.is_some_and(|parameters| parameters.iter().any(if_match));
            let method = method.to_uppercase().parse().expect("a method");
            found.push((id.to_owned(), method, path.clone(), needs_version));
        }
    }
    found
}

/// Every operation, once for each of its lines.
async fn operations(app: &App) -> Vec<Operation> {
    let mut found = Vec::new();
    for (id, method, path, needs_version) in documented(app).await {
        let rules = policy::of(&id);
        assert!(!rules.is_empty(), "{id} is not in the table of authorisation");
        found.extend(rules.into_iter().map(|rule| Operation {
            method: method.clone(),
            path: path.clone(),
            needs_version,
            rule,
        }));
    }
    found
}

/// Whether a refusal is the right one. A draft that the caller does not see is as unknown as one that is not there.
fn is_refused(answer: &Answer) -> bool {
    answer.status == 403 || (answer.status == 404 && answer.json()["code"] == "not_found")
}

#[tokio::test]
async fn every_operation_has_a_line_in_the_table_and_every_line_an_operation() {
    let app = App::start().await;
    let documented: BTreeSet<String> = documented(&app).await.into_iter().map(|(id, ..)| id).collect();
    let in_table = policy::operations().map(|rule| rule.operation.split(':').next().unwrap().to_owned());
    assert_eq!(in_table.collect::<BTreeSet<_>>(), documented, "(the table, the document)");
}

#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_nothing_else() {
    let world = World::new().await;
    let operations = operations(&world.app).await;
    let secured = |operation: &&Operation| matches!(operation.rule.who, Who::Callers(_));
    assert!(operations.iter().filter(secured).count() >= 40);
    for role in Role::VARIANTS.iter().copied() {
        let someone = world.someone(role).await;
        // The credentials of a client are another matter than a token.
        for operation in operations.iter().filter(|operation| !matches!(operation.rule.who, Who::Client)) {
            for own in [true, false] {
                let answer = world.ask(operation, Some(&someone), own).await;
                let whose = if own { "own" } else { "another" };
                let asked = format!("{role}: {} of {whose}", operation.rule.operation);
                let hidden = HIDDEN.contains(&operation.rule.operation)
                    && !DraftNominations::RULE.permits(&someone.caller, own);
                if !operation.rule.permits(&someone.caller, own) || hidden {
                    assert!(is_refused(&answer), "{asked} → {}: {}", answer.status, answer.text());
                } else if operation.rule.operation != "get_security_contact" {
                    assert!((200..300).contains(&answer.status), "{asked} → {}", answer.text());
                }
            }
        }
    }
}

#[tokio::test]
async fn without_a_token_only_what_is_for_everyone_is_answered() {
    let world = World::new().await;
    for operation in operations(&world.app).await {
        let answer = world.ask(&operation, None, false).await;
        let name = operation.rule.operation;
        match operation.rule.who {
            Who::Everyone if HIDDEN.contains(&name) => drop(answer.expect(404)),
            Who::Everyone if name == "get_security_contact" => drop(answer.expect(404)),
            Who::Everyone => assert_eq!(answer.status, 200, "{name}: {}", answer.text()),
            Who::Client => assert!([400, 401].contains(&answer.status), "{name}: {}", answer.status),
            Who::Callers(_) => assert_eq!(answer.problem(401)["code"], "invalid_token", "{name}"),
        }
    }
}

#[tokio::test]
async fn a_write_is_only_for_the_states_that_the_table_names() {
    let world = World::new().await;
    let administrator = world.someone(Role::Admin).await;
    let take = |to: &'static str| {
        let nomination = json!({"id": world.nominations[0]});
        let (app, token) = (&world.app, &world.admin);
        async move { app.take_to(token, &nomination, to).await.expect(201) }
    };
    let operations = operations(&world.app).await;
    let stateful: Vec<_> = operations.iter().filter(|operation| !operation.rule.states.is_empty()).collect();
    assert!(stateful.len() >= 5, "only {}", stateful.len());
    for state in ["draft", "submitted", "withdrawn"] {
        if state != "draft" {
            take(state).await;
        }
        for operation in &stateful {
            let answer = world.ask(operation, Some(&administrator), true).await;
            let asked = format!("{} of a nomination that is {state}", operation.rule.operation);
            if operation.rule.states.contains(&state) {
                assert!((200..300).contains(&answer.status), "{asked} → {}", answer.text());
            } else {
                assert_eq!(answer.status, 409, "{asked} → {}", answer.text());
            }
        }
    }
}

#[tokio::test]
async fn internal_records_are_shown_to_whom_the_table_says() {
    let world = World::new().await;
    for role in Role::VARIANTS.iter().copied() {
        let someone = world.someone(role).await;
        for own in [true, false] {
            let path = format!("/v1/associations/{}", world.associations[usize::from(!own)]);
            let shown = world.app.get_as(&someone.token, &path).await.expect(200).json();
            let permitted = InternalRecords::RULE.permits(&someone.caller, own);
            assert_eq!(shown.get("internal").is_some(), permitted, "{role}, own: {own}");
        }
    }
}

#[tokio::test]
async fn personal_data_in_the_audit_trail_is_shown_to_whom_the_table_says() {
    let world = World::new().await;
    for role in Role::VARIANTS.iter().copied() {
        let someone = world.someone(role).await;
        let answer = world.app.get_as(&someone.token, "/v1/audit?resource_type=association").await;
        if answer.status == 200 {
            let names = answer.items().iter().filter(|event| event.get("account_name").is_some()).count();
            let permitted = AuditPersonalData::RULE.permits(&someone.caller, false);
            assert_eq!(names > 0, permitted, "{role}");
        }
    }
    let scope = "grant_type=client_credentials&scope=audit:read";
    let form = "application/x-www-form-urlencoded";
    let request = world.app.request(Method::POST, "/oauth/token").basic(world.app.admin()).body(form, scope);
    let token = request.send().await.expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let events = world.app.get_as(&token, "/v1/audit").await.items();
    assert!(!events.is_empty() && events.iter().all(|event| event.get("account_name").is_none()));
}

#[test]
fn the_page_about_authorisation_is_written_from_the_table() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/authorization.md"))
        .expect("docs/authorization.md");
    assert!(page == policy::markdown(), "write it anew: nasij authorization > docs/authorization.md");
}
