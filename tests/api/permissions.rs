//! Scopes, of every secured operation of the OpenAPI document: a new one is covered by being documented. Who may use
//! an operation is in `authorization.rs`.

use nasij::access::policy::{self, Grant};
use nasij::access::{NewAccount, Role, Scope};
use nasij::http::is_question;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::association;

/// An operation that needs a scope.
struct Secured {
    operation_id: String,
    method: Method,
    path: String,
    /// Each lets its holder in; the first is the one that a refusal names.
    scopes: Vec<Scope>,
}

impl Secured {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// All operations of the document, by name, method and path, with the scopes that each names.
async fn operations(app: &App) -> Vec<(String, Method, String, Vec<String>)> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut found = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let Some(operation_id) = operation["operationId"].as_str() else { continue };
            let requirements: Vec<Vec<String>> = operation["security"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|requirement| serde_json::from_value(requirement["oauth2"].clone()).unwrap_or_default())
                .collect();
            // Where any token will do for the own record, or none, no scope is needed.
            let any_token = requirements.iter().any(Vec::is_empty);
            let scopes = if any_token { Vec::new() } else { requirements.concat() };
            found.push((operation_id.to_owned(), method, path.clone(), scopes));
        }
    }
    found
}

/// The secured operations, with paths that can be asked.
async fn secured(app: &App) -> Vec<Secured> {
    let found: Vec<Secured> = operations(app)
        .await
        .into_iter()
        .filter(|(.., scopes)| !scopes.is_empty())
        .map(|(operation_id, method, path, scopes)| {
            let below = |part: &str| part.starts_with('{') && part.ends_with("_id}");
            let path = path
                .split('/')
                .map(|part| if below(part) { "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e12" } else { part })
                .collect::<Vec<_>>()
                .join("/")
                .replace("{year}", "2022")
                .replace("{code}", "oujda")
                .replace("{id}", "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11");
            assert!(!path.contains('{'), "{path}: a parameter that this test does not know");
            let scopes = scopes.iter().map(|scope| scope.parse().expect("a scope that there is"));
            Secured { operation_id, method, path, scopes: scopes.collect() }
        })
        .collect();
    assert!(found.len() >= 20, "only {} secured operations", found.len());
    found
}

/// All scopes that an account of another system can have, but for some.
fn all_but(scopes: &[Scope]) -> Vec<Scope> {
    let of_systems = |scope: &Scope| Role::Integration.may_have(*scope);
    Scope::ALL.iter().copied().filter(of_systems).filter(|other| !scopes.contains(other)).collect()
}

async fn some_association(app: &App, name: &str) -> Value {
    let token = app.token_of(app.admin()).await;
    app.add_association(&token, &association(name)).await.json()
}

/// A token of an account of `role` with all that the role can have.
async fn token(app: &App, role: Role) -> String {
    match role {
        Role::CityRepresentative => {
            let city = Some("fes".to_owned());
            app.token_of(&app.account(&NewAccount { city, ..NewAccount::of_role(role, "Fès") })).await
        }
        Role::AssociationRepresentative => {
            app.representative_of(&some_association(app, "Association représentée").await).await
        }
        Role::Integration => {
            let scopes: Vec<Scope> =
                Scope::ALL.iter().copied().filter(|scope| role.may_have(*scope)).collect();
            app.token_of(&app.integration(&scopes)).await
        }
        _ => app.token(role).await,
    }
}

#[tokio::test]
async fn every_operation_that_writes_is_secured() {
    let app = App::start().await;
    let open: Vec<String> = operations(&app)
        .await
        .into_iter()
        .filter(|(_, method, path, scopes)| {
            let writes = *method != Method::GET && !is_question(path);
            writes && !path.starts_with("/oauth/") && scopes.is_empty()
        })
        .map(|(_, method, path, _)| format!("{method} {path}"))
        .collect();
    // With any token that has all rights of its account, the account replaces its own secrets.
    assert_eq!(open, ["POST /v1/accounts/{id}/secrets", "DELETE /v1/accounts/{id}/secrets/{secret_id}"]);
    let audit: Vec<Secured> =
        secured(&app).await.into_iter().filter(|operation| operation.path == "/v1/audit").collect();
    assert!(!audit.is_empty() && audit.iter().all(|operation| operation.scopes == [Scope::AuditRead]));
}

#[tokio::test]
async fn no_secured_operation_answers_without_a_token() {
    let app = App::start().await;
    for operation in secured(&app).await {
        let answer = app.request(operation.method.clone(), &operation.path).send().await;
        let challenge = answer.header("www-authenticate").to_owned();
        assert!(challenge.starts_with("Bearer realm=") && !challenge.contains("error="), "{challenge}");
        assert_eq!(answer.problem(401)["code"], "invalid_token", "{}", operation.name());
        let answer = app.request(operation.method.clone(), &operation.path).token("not.a.token").send().await;
        assert_eq!(answer.problem(401)["code"], "invalid_token", "{}", operation.name());
    }
}

#[tokio::test]
async fn a_system_with_every_other_scope_is_told_which_one_it_lacks() {
    let app = App::start().await;
    let mut tokens: Vec<(Vec<Scope>, String)> = Vec::new();
    for operation in secured(&app).await {
        let known =
            tokens.iter().find(|(scopes, _)| *scopes == operation.scopes).map(|(_, token)| token.clone());
        let token = match known {
            Some(token) => token,
            None => {
                let token = app.token_of(&app.integration(&all_but(&operation.scopes))).await;
                tokens.push((operation.scopes.clone(), token.clone()));
                token
            }
        };
        let answer = app.request(operation.method.clone(), &operation.path).token(&token).send().await;
        let (name, scope) = (operation.name(), operation.scopes[0]);
        let challenge = answer.header("www-authenticate").to_owned();
        assert!(challenge.contains("error=\"insufficient_scope\""), "{name}: {challenge}");
        assert!(challenge.contains(&format!("scope=\"{scope}\"")), "{name}: {challenge}");
        let problem = answer.problem(403);
        assert_eq!(problem["code"], "insufficient_scope", "{name}");
        assert!(problem["detail"].as_str().unwrap().contains(&scope.to_string()), "{name}");
    }
}

/// A role that the table lets in with one scope: the administrator where it can be.
fn let_in(operation: &Secured) -> (Role, Scope) {
    let rules = policy::of(&operation.operation_id);
    let grants: Vec<&Grant> = rules.iter().flat_map(|rule| rule.grants()).collect();
    let of_admin = grants.iter().find(|grant| grant.roles.contains(&Role::Admin));
    let (role, grant) = match of_admin {
        Some(grant) => (Role::Admin, grant),
        None => (grants[0].roles[0], &grants[0]),
    };
    (role, grant.scope.expect("a secured operation needs one"))
}

#[tokio::test]
async fn one_documented_scope_alone_is_enough_for_whom_the_table_lets_in() {
    let app = App::start().await;
    for operation in secured(&app).await {
        let (role, scope) = let_in(&operation);
        assert!(operation.scopes.contains(&scope), "{}: {scope} is not documented", operation.name());
        let credentials = app.account(&NewAccount::of_role(role, "Let in"));
        let form = format!("grant_type=client_credentials&scope={scope}");
        let token = app
            .request(Method::POST, "/oauth/token")
            .basic(&credentials)
            .body("application/x-www-form-urlencoded", form)
            .send()
            .await
            .expect(200)
            .json();
        let token = token["access_token"].as_str().unwrap();
        let answer = app.request(operation.method.clone(), &operation.path).token(token).send().await;
        let told = format!("{} by {role} with {scope}: {}", operation.name(), answer.status);
        assert!(![401, 403].contains(&answer.status) && answer.status < 500, "{told}");
    }
}

#[tokio::test]
async fn a_representative_changes_its_own_association_alone() {
    let app = App::start().await;
    let own = some_association(&app, "Association à soi").await;
    let other = some_association(&app, "Association d'autrui").await;
    let token = app.representative_of(&own).await;
    let path = |association: &Value| format!("/v1/associations/{}", association["id"].as_str().unwrap());
    let patch = json!({"volunteers": 12});
    app.patch(&token, &path(&own), "*", &patch).await.expect(200);
    app.put(&token, &path(&own), "*", &association("Association à soi")).await.expect(200);

    let forbidden = [
        app.patch(&token, &path(&other), "*", &patch).await,
        app.put(&token, &path(&other), "*", &association("Association prise")).await,
        app.delete(&token, &path(&other), "*").await,
        app.delete(&token, &path(&own), "*").await,
        app.post(&token, "/v1/associations", &association("Association nouvelle")).await,
    ];
    for answer in forbidden {
        assert_eq!(answer.problem(403)["code"], "forbidden");
    }
    let unchanged = app.get(&path(&other)).await.expect(200).json();
    assert_eq!(unchanged["name"]["fr"], "Association d'autrui");
    assert_eq!(app.associations_named("Association nouvelle").await, 0);
}

#[tokio::test]
async fn a_representative_of_a_city_changes_no_register() {
    let app = App::start().await;
    let token = token(&app, Role::CityRepresentative).await;
    for path in ["/v1/cities/fes", "/v1/cities/oujda", "/v1/editions/2022"] {
        let answer = app.patch(&token, path, "*", &json!({"slogan": {"fr": "À nous"}})).await;
        assert_eq!(answer.problem(403)["code"], "insufficient_scope", "{path}");
    }
}

#[tokio::test]
async fn a_refused_body_is_not_even_read() {
    let app = App::start().await;
    let token = app.token(Role::Juror).await;
    for body in ["{", "", "[]"] {
        let refused =
            app.request(Method::POST, "/v1/cities").token(&token).body("text/plain", body).send().await;
        assert_eq!(refused.problem(403)["code"], "insufficient_scope", "{body:?}");
    }
}
