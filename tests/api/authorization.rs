//! The table of authorisation against the service: every operation of the OpenAPI document × every role × own or not,
//! each asked as a rehearsal, answered as the table says. A new operation without a line in the table or without a way to
//! ask it here fails.

mod batches;
mod designations;
mod documented_operations;
mod editions;
mod evaluations;
mod imports;
mod institution_keys;
mod juries;
mod keeping;
mod matrix;

use documented_operations::{Operation, documented, operations};
use nasij::access::policy::{Rule, Who};
use nasij::access::{Caller, Credential, NewAccount, Role, Scope};
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::achievements::achievement;
use crate::answer::Answer;
use crate::app::App;
use crate::files::{PDF, pdf};
use crate::nominations::{of_association, of_city, path as nomination_path};
use crate::steps::association;

/// Reads that know nothing of a draft unless the caller sees it.
const HIDDEN: [&str; 5] =
    ["get_nomination", "list_nomination_history", "list_achievements", "get_achievement", "get_eligibility"];

/// Reads that have to name a kind of nominations.
const NEED_A_KIND: [&str; 2] = ["get_ranking", "get_result_proof"];

/// The operation whose body is a file.
const UPLOAD: &str = "create_document";

/// The edition of the drafts that are there.
const EDITION: i64 = 2031;
/// The edition of those that are made.
const OTHER_EDITION: i64 = 2032;

/// A caller of one role, with everything that the role can have.
struct Someone {
    caller: Caller,
    token: String,
    /// The secret that the token was got with.
    secret: String,
}

/// Two records of each kind that has owners: the caller's own and another's.
struct World {
    app: App,
    associations: [String; 2],
    nominations: [String; 2],
    /// The nomination of an association, of which checks need a review.
    reviewed: String,
    achievements: [String; 2],
    documents: [String; 2],
    account: String,
    secret: String,
    /// One of a real edition, and one of the edition that is written.
    events: [String; 2],
    partners: [String; 2],
    jury: juries::ClosedJury,
    evaluations: evaluations::Evaluations,
    designation: designations::Designation,
    imports: imports::Imports,
    keys: institution_keys::Keys,
    kept: keeping::Kept,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an identifier").to_owned()
}

impl World {
    async fn new() -> Self {
        let app = App::start().await;
        let admin = app.with_edition(EDITION, &json!({"city_call": crate::edition_states::open()})).await;
        app.with_edition(OTHER_EDITION, &json!({})).await;
        app.with_ready_edition(editions::STEPPING).await;
        app.with_ready_edition(editions::STANDING).await;
        let own = app.add_association(&admin, &association("Association à soi")).await.json();
        let other = app.add_association(&admin, &association("Association d'autrui")).await.json();
        let drafts = [
            app.nominate(&admin, &of_city(EDITION, "safi")).await,
            app.nominate(&admin, &of_city(EDITION, "tetouan")).await,
        ];
        let (mut achievements, mut documents) = (Vec::new(), Vec::new());
        for draft in &drafts {
            documents.push(id(&app.add_pdf(&admin, draft, "1").await));
            let path = format!("{}/achievements", nomination_path(draft));
            achievements.push(id(&app.post(&admin, &path, &achievement()).await.expect(201).json()));
            // What their cities are eligible by.
            let mut seated = association(&format!("Association de {}", draft["city_code"]));
            for (field, value) in [
                ("city_code", draft["city_code"].clone()),
                ("status", json!("active")),
                ("activity_fields", json!(["1"])),
                ("last_activity_on", json!("2026-11-01")),
            ] {
                seated[field] = value;
            }
            app.add_association(&admin, &seated).await;
        }
        let described =
            json!({"name": {"fr": "Décrite"}, "object": {"fr": "Débattre."}, "values": ["dialogue"]});
        let described = app.add_association(&admin, &described).await.json();
        let reviewed = app.nominate(&admin, &of_association(EDITION, &described["id"])).await;
        let account = json!({"name": "Portal", "roles": ["integration"], "scopes": ["cities:write"]});
        let account = id(&app.post(&admin, "/v1/accounts", &account).await.expect(201).json());
        let secret = app.post(&admin, &format!("/v1/accounts/{account}/secrets"), &json!({})).await;
        let part = async |part: &str, body: Value| {
            let path = format!("/v1/editions/{EDITION}/{part}");
            let written = id(&app.post(&admin, &path, &body).await.expect(201).json());
            [id(&app.get(&format!("/v1/editions/2022/{part}")).await.items()[0]), written]
        };
        let events = part("events", json!({"kind": "conference", "title": {"fr": "Une"}})).await;
        let partners = part("partners", json!({"kind": "partner", "name": {"fr": "Un"}})).await;
        Self {
            secret: id(&secret.expect(201).json()),
            events,
            partners,
            associations: [id(&own), id(&other)],
            nominations: drafts.map(|draft| id(&draft)),
            reviewed: id(&reviewed),
            achievements: achievements.try_into().expect("two"),
            documents: documents.try_into().expect("two"),
            account,
            jury: juries::ClosedJury::new(&app).await,
            evaluations: evaluations::Evaluations::new(&app).await,
            designation: designations::Designation::new(&app).await,
            imports: imports::Imports::new(&app),
            keys: institution_keys::Keys::new(&app).await,
            kept: keeping::Kept::new(&app).await,
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
        assert_eq!(self.app.execute(made), 1, "the draft gets its nominator");
        self.evaluations.belong_to(&self.app, &credentials.client_id);
        self.imports.belong_to(&self.app, &credentials.client_id);
        let fes = self.app.get("/v1/cities/fes").await.json();
        let caller = Caller {
            account_id: credentials.client_id.parse().expect("as it was made"),
            name: account.name,
            roles: vec![role],
            scopes,
            city_code: account.city.map(|_| fes["code"].as_str().expect("as it was made").to_owned()),
            association_id,
            credential: Credential::Key,
        };
        let token = self.app.token_of(&credentials).await;
        let claims = crate::forge::decoded(token.split('.').nth(1).expect("claims"));
        let secret = claims["nasij_credential"]["secret"].as_str().expect("a secret").to_owned();
        Someone { token, caller, secret }
    }

    /// Puts the records that an operation is asked on into a state, and their edition into one that goes with it.
    fn prepare(&self, operation: &Operation, state: &str) {
        if editions::is_step(operation) {
            return self.prepare_step(operation, state);
        }
        if evaluations::concern(operation) {
            return self.evaluations.prepare(&self.app, operation, state);
        }
        if designations::concern(operation) {
            return self.designation.prepare(&self.app, if state == "draft" { "proposed" } else { state });
        }
        if imports::concern(operation) {
            return self.imports.prepare(&self.app, state);
        }
        if institution_keys::concern(operation) {
            return self.keys.prepare(&self.app, state);
        }
        if juries::year_of(operation).is_some() {
            return;
        }
        if operation.path.starts_with("/v1/editions/{year}") {
            return self.app.put_edition_in(EDITION, state);
        }
        if !operation.path.starts_with("/v1/nominations/{id}") {
            return;
        }
        self.app.put_edition_in(
            EDITION,
            match operation.rule.operation {
                "create_nomination_transition: under_evaluation" => "city_review",
                "create_nomination_transition: revoked" => "designated",
                _ => "city_call_open",
            },
        );
        // A nomination is found eligible when it is, and ineligible when it is not.
        let fewest = if operation.rule.operation.ends_with(": eligible") { 0 } else { 20 };
        let mut parameters = json!(nasij::editions::parameters::Parameters::default());
        parameters["min_active_associations"] = json!(fewest);
        parameters["min_activity_fields"] = json!(0);
        // One of the cities has been capital.
        parameters["city_title_again_after_editions"] = json!(0);
        self.app.execute(format!("UPDATE editions SET parameters = '{parameters}' WHERE year = {EDITION}"));
        let submitted = if state == "draft" { "NULL" } else { "created_at" };
        for id in self.nominations.iter().chain([&self.reviewed]) {
            self.app.execute(format!(
                "UPDATE nominations SET status = '{state}', submitted_at = {submitted}, screened_at = {submitted} \
                 WHERE id = '{id}'"
            ));
        }
    }

    /// Asks for an operation on a record that is the caller's own or not, in a state that the operation is for. Writes
    /// are only rehearsed.
    async fn ask(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> Answer {
        self.prepare(operation, operation.rule.states.first().unwrap_or(&"draft"));
        self.ask_as_it_is(operation, someone, own).await
    }

    /// Asks for an operation on a record that is the caller's own or not, in the state in which the record is. Writes are
    /// only rehearsed.
    async fn ask_as_it_is(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> Answer {
        let path = self.path(operation, someone, own);
        let rehearsed = operation.method != Method::GET && path.starts_with("/v1/");
        let path = if rehearsed { format!("{path}?dry_run=true") } else { path };
        let upload = operation.rule.operation == UPLOAD;
        let path = if upload { format!("{path}&name=a.pdf") } else { path };
        let import = operation.rule.operation == imports::IMPORT;
        let path = if import { format!("{path}&{}", imports::QUERY) } else { path };
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
            None if import => request.body("text/csv", imports::REGISTER).send().await,
            None if upload => request.body(PDF, pdf("2")).send().await,
            None => request.send().await,
        }
    }

    fn path(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> String {
        if evaluations::concern(operation) {
            return self.evaluations.path(operation, someone, own);
        }
        if designations::concern(operation) {
            return self.designation.path(operation);
        }
        if imports::concern(operation) {
            return self.imports.path(operation, own);
        }
        if institution_keys::concern(operation) {
            return self.keys.path(operation, someone, own);
        }
        if let Some(path) = self.kept.path(operation) {
            return path;
        }
        let (whose, is_write) = (usize::from(!own), operation.method != Method::GET);
        let account = someone
            .filter(|_| own)
            .map_or(self.account.clone(), |someone| someone.caller.account_id.to_string());
        let collection = operation.path.split('/').nth(2).unwrap_or_default();
        let id = match (collection, operation.path.rsplit('/').nth(1)) {
            ("associations", _) => self.associations[whose].clone(),
            ("nominations", _) if operation.path.ends_with("/eligibility/decisions") => self.reviewed.clone(),
            ("nominations", _) => self.nominations[whose].clone(),
            ("accounts", _) => account,
            ("editions", Some("events")) => self.events[usize::from(is_write)].clone(),
            ("editions", Some("partners")) => self.partners[usize::from(is_write)].clone(),
            _ => String::new(),
        };
        let code = match collection {
            "regions" => "02",
            "provinces" => "02.411",
            "activity-fields" => "1",
            "cities" => "oujda",
            _ => "not_found",
        };
        let secret = someone.filter(|_| own).map_or(&self.secret, |someone| &someone.secret);
        let path = operation.path.replace("{secret_id}", secret);
        let path = path.replace("{achievement_id}", &self.achievements[whose]);
        let path = path.replace("{document_id}", &self.documents[whose]);
        let path = path.replace("{deliberation_id}", &self.jury.deliberation);
        // What is read of an edition is that of a real one; what is written, that of a draft.
        let is_read = operation.method == Method::GET && !operation.path.ends_with("{year}");
        let year = if is_read { 2022 } else { EDITION };
        let year = if editions::is_step(operation) { editions::STEPPING } else { year };
        let year = juries::year_of(operation).unwrap_or(year);
        let path = path.replace("{year}", &year.to_string()).replace("{code}", code).replace("{id}", &id);
        assert!(!path.contains('{'), "{path}: a parameter that this test does not know");
        if NEED_A_KIND.contains(&operation.rule.operation) { format!("{path}?kind=city") } else { path }
    }

    /// A body that the operation accepts.
    fn body(&self, rule: &Rule, someone: Option<&Someone>, own: bool) -> Option<Value> {
        let changes = |operation: &str| {
            ["create_", "replace_", "update_"].iter().any(|verb| operation.starts_with(verb))
        };
        if matches!(rule.who, Who::Client)
            || !changes(rule.operation)
            || [UPLOAD, imports::IMPORT].contains(&rule.operation)
        {
            return None;
        }
        if rule.operation.ends_with("_batch") {
            return batches::body_of(rule.operation, self, own, &self.new_nomination(someone, own));
        }
        let of_evaluation = || self.evaluations.body_of(rule, someone, own);
        let of_decision = self.designation.body_of(rule.operation);
        if let Some(body) = of_decision.or_else(of_evaluation).or_else(|| self.kept.body_of(rule.operation)) {
            return Some(body);
        }
        Some(match rule.operation {
            "create_city" => json!({
                "code": "02.411.01.99", "slug": "nouvelle", "province_code": "02.411", "kind": "urban",
                "name": {"fr": "Nouvelle"},
            }),
            "update_city" => json!({"population_2024": 1}),
            "create_association" | "create_association_match" => association("Association nouvelle"),
            // The name is a fact of the register: a representative repeats it.
            "replace_association" => {
                association(["Association d'autrui", "Association à soi"][usize::from(own)])
            }
            "update_association" => json!({"volunteers": 3}),
            "create_edition" => json!({"year": 2033, "name": {"fr": "Capitale 2033"}}),
            "replace_edition" => json!({"year": EDITION, "name": {"fr": "Capitale à venir"}}),
            "update_edition" | "update_edition: completed" => json!({"slogan": {"fr": "Ensemble"}}),
            "update_edition: capital" => json!({"city_code": "agadir"}),
            "update_edition: shorter_call" => json!({"city_call": {"closes_at": UtcTime::now().to_string()}}),
            step if step == "replace_criteria" || step.starts_with("create_edition_transition") => {
                editions::body_of(step)
            }
            closing @ ("create_deliberation" | "create_deliberation_transition" | "create_tie_decision") => {
                self.jury.body_of(closing)
            }
            "create_event" | "replace_event" => json!({"kind": "conference", "title": {"fr": "Rencontre"}}),
            "update_event" => json!({"title": {"fr": "Rencontre"}}),
            "create_partner" | "replace_partner" => json!({"kind": "partner", "name": {"fr": "Partenaire"}}),
            "update_partner" => json!({"name": {"fr": "Partenaire"}}),
            "create_nomination" => self.new_nomination(someone, own),
            "create_eligibility_check" => json!({"kind": "city", "city_code": "fes"}),
            "create_eligibility_decision" => {
                json!({"check": "national", "outcome": "pass", "reason": "Parce que."})
            }
            "create_eligibility_decision: described_activity" => {
                json!({"check": "described_activity", "outcome": "pass", "reason": "Parce que."})
            }
            "replace_nomination" => of_city(EDITION, if own { "safi" } else { "tetouan" }),
            "update_nomination" => json!({"statement": {"fr": "Mieux dit."}}),
            "create_achievement" | "replace_achievement" => achievement(),
            "update_achievement" => json!({"title": {"fr": "Mieux dit."}}),
            "create_account" | "replace_account" => {
                json!({"name": "Other portal", "roles": ["integration"], "scopes": ["cities:write"]})
            }
            "update_account" => json!({"name": "Renamed"}),
            "create_account_secret" => json!({}),
            "create_import_transition" => json!({"to": "cancelled"}),
            "create_institution_key" => institution_keys::new_key(),
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
