//! The examples of bodies in the OpenAPI document: the service accepts every one of them.

use std::collections::{BTreeMap, BTreeSet};

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::allegations::conflict_path;
use crate::answer::Answer;
use crate::app::App;
use crate::decisions::{designation_path, designations};
use crate::juries::thrice;
use crate::jury_at_work::{JuryAtWork, YEAR, evaluation_path, sheet};
use crate::nominations::{of_association, path};
use crate::openapi::{document, operations};
use crate::steps::full_association;

/// The operations whose examples need something to be decided on, and others than an administrator who decide it.
const OF_THE_PROCESS: [&str; 25] = [
    "create_assignment",
    "create_association_merge",
    "create_association_merge_reversal",
    "create_association_restoration",
    "create_city_restoration",
    "create_conflict",
    "create_conflict_transition",
    "create_deliberation",
    "create_deliberation_transition",
    "create_designation",
    "create_designation_transition",
    "create_edition_restoration",
    "create_edition_transition",
    "create_eligibility_decision",
    "create_evaluation",
    "create_evaluation_transition",
    "create_import_transition",
    "create_institution_key",
    "create_institution_key_transition",
    "create_nomination_restoration",
    "create_signature",
    "create_tie_decision",
    "replace_criteria",
    "replace_evaluation",
    "update_evaluation",
];

/// The example of a request body, with its media type.
pub(crate) fn example(document: &Value, operation: &Value) -> Option<(String, Value)> {
    let (media_type, media) = operation["requestBody"]["content"].as_object()?.iter().next()?;
    let of_schema = || {
        let pointer = media["schema"]["$ref"].as_str()?.strip_prefix('#')?;
        document.pointer(pointer)?.get("example").cloned()
    };
    let example = media.get("example").cloned().or_else(of_schema)?;
    Some((media_type.clone(), example))
}

pub(crate) fn name(operation: &Value) -> String {
    operation["operationId"].as_str().expect("a name").to_owned()
}

/// Whether the body of an operation is JSON; a file has no example.
pub(crate) fn takes_json(operation: &Value) -> bool {
    let content = operation["requestBody"]["content"].as_object();
    content.is_some_and(|content| {
        content.keys().any(|media_type| media_type.ends_with("/json") || media_type.ends_with("+json"))
    })
}

/// The operations below `/v1/` that take a body.
fn with_body(document: &Value) -> BTreeSet<String> {
    operations(document)
        .into_iter()
        .filter(|(_, path, operation)| path.starts_with("/v1/") && takes_json(operation))
        .map(|(.., operation)| name(&operation))
        .collect()
}

/// The operations below each path, by their methods.
fn by_path(document: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut by_path: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (method, path, operation) in operations(document) {
        by_path.entry(path).or_default().insert(method, operation);
    }
    by_path
}

/// A request with the example of `operation` as its body.
async fn send_example(app: &App, token: &str, method: &str, path: &str, operation: &Value) -> Answer {
    let (media_type, body) =
        example(&document(), operation).unwrap_or_else(|| panic!("{} has no example", name(operation)));
    let method = method.to_uppercase().parse().expect("a method");
    app.request(method, path).token(token).if_match("*").body(&media_type, body.to_string()).send().await
}

/// Where the path of `template` is, below or among the records that were made.
pub(crate) fn located(template: &str, made: &BTreeMap<String, String>) -> String {
    if let Some(record) = made.get(template) {
        return record.clone();
    }
    let Some(end) = template.rfind('}') else { return template.to_owned() };
    let (parent, rest) = template.split_at(end + 1);
    let parent = made.get(parent).unwrap_or_else(|| panic!("{template}: nothing was made before"));
    format!("{parent}{rest}")
}

/// Makes a record of each example that needs nothing to be decided. Returns where it is, by the template of the path of a
/// single record: an edition comes before its events.
pub(crate) async fn records(app: &App, token: &str) -> BTreeMap<String, String> {
    let by_path = by_path(&document());
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    for (template, operations) in &by_path {
        let Some(create) = operations.get("post").filter(|post| is_of_a_record(post)) else { continue };
        let single = by_path.keys().find(|path| {
            path.strip_prefix(&format!("{template}/{{"))
                .is_some_and(|rest| rest.ends_with('}') && !rest.contains('/'))
        });
        let Some(single) = single else { continue };
        let path = located(template, &made);
        let created = send_example(app, token, "post", &path, create).await.expect(201);
        let location = created.header("location").to_owned();
        if template == "/v1/editions" {
            // The calls of the example have days of their own; what follows is to be submitted today.
            let open = json!({"city_call": null, "honours_call": null});
            app.patch(token, &location, "*", &open).await.expect(200);
            app.put_edition_in(created.json()["year"].as_i64().expect("a year"), "city_call_open");
        }
        made.insert(single.clone(), location);
    }
    made
}

/// Whether the operation makes something, of an example that needs nothing else.
pub(crate) fn is_of_a_record(create: &Value) -> bool {
    create["responses"].get("201").is_some()
        && takes_json(create)
        && !OF_THE_PROCESS.contains(&name(create).as_str())
}

#[tokio::test]
async fn every_example_of_a_record_is_accepted_by_the_service() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let document = document();
    let made = records(&app, &token).await;
    let mut expected = with_body(&document);
    expected.retain(|name| !OF_THE_PROCESS.contains(&name.as_str()));
    let mut tried = BTreeSet::new();
    for (method, template, operation) in operations(&document) {
        if !expected.contains(&name(&operation)) {
            continue;
        }
        tried.insert(name(&operation));
        let makes = is_of_a_record(&operation);
        if makes && made.keys().any(|single| single.starts_with(&format!("{template}/{{"))) {
            continue;
        }
        let rehearsal = format!("{}?dry_run=true", located(&template, &made));
        let status = if makes { 201 } else { 200 };
        send_example(&app, &token, &method, &rehearsal, &operation).await.expect(status);
    }
    assert_eq!(tried, expected);
}

/// The examples of the process, tried one after the other.
struct Examples<'a> {
    app: &'a App,
    document: Value,
    tried: BTreeSet<String>,
}

impl Examples<'_> {
    /// Rehearses an operation with its example, in which `changed` takes the place of what only this test can know.
    /// Returns the body.
    async fn rehearse(&mut self, name: &str, path: &str, token: &str, changed: Value) -> Value {
        let found = operations(&self.document);
        let found = found.into_iter().find(|(.., operation)| operation["operationId"] == name);
        let (method, _, operation) = found.unwrap_or_else(|| panic!("there is no {name}"));
        let (media_type, mut body) =
            example(&self.document, &operation).unwrap_or_else(|| panic!("{name} has no example"));
        for (field, value) in changed.as_object().into_iter().flatten() {
            assert!(body.get(field).is_some(), "the example of {name} has no {field}");
            body[field] = value.clone();
        }
        let method: Method = method.to_uppercase().parse().expect("a method");
        let expected = match method {
            // It goes on in the background.
            Method::POST if name == "create_import_transition" => 202,
            Method::POST => 201,
            _ => 200,
        };
        let request = self.app.request(method, &format!("{path}?dry_run=true")).token(token).if_match("*");
        request.body(&media_type, body.to_string()).send().await.expect(expected);
        self.tried.insert(name.to_owned());
        body
    }

    /// As [`Examples::rehearse`], and then it is made. Returns what was made.
    async fn make(&mut self, name: &str, path: &str, token: &str, changed: Value) -> Value {
        let body = self.rehearse(name, path, token, changed).await;
        self.app.post(token, path, &body).await.expect(201).json()
    }
}

#[tokio::test]
async fn every_example_of_the_process_is_accepted_by_the_service() {
    let none = || json!({});
    let jury = JuryAtWork::new(3, &["fes"]).await;
    let (app, juror, chair) = (&jury.app, &jury.jurors[0], &jury.chair.token);
    let icso = app.token(Role::IcsoOfficer).await;
    let mut examples = Examples { app, document: document(), tried: BTreeSet::new() };

    examples.rehearse("create_assignment", &format!("/v1/editions/{YEAR}/assignments"), chair, none()).await;
    let nomination = path(&jury.nominations[0]);
    let assigned = json!({"juror_id": juror.id});
    let evaluation =
        examples.make("create_evaluation", &format!("{nomination}/evaluations"), chair, assigned).await;
    examples.make("create_conflict", &format!("{nomination}/conflicts"), &juror.token, none()).await;
    jury.write(juror, &evaluation, &sheet(7)).await.expect(200);
    let evaluation = evaluation_path(&evaluation);
    for name in ["replace_evaluation", "update_evaluation"] {
        examples.rehearse(name, &evaluation, &juror.token, none()).await;
    }
    let transitions = format!("{evaluation}/transitions");
    examples.rehearse("create_evaluation_transition", &transitions, &juror.token, none()).await;

    let fes = jury.nominations[0]["id"].as_str().unwrap();
    let reported = app.report(chair, fes, &juror.id).await;
    let transitions = format!("{}/transitions", conflict_path(&reported));
    examples.rehearse("create_conflict_transition", &transitions, &icso, none()).await;

    let level = app.with_jury(2029, &[("fes", thrice([7; 3])), ("safi", thrice([7; 3]))]).await;
    let deliberations = level.path("deliberations");
    let deliberation = examples.make("create_deliberation", &deliberations, chair, none()).await;
    let transitions = format!("{deliberations}/{}/transitions", deliberation["id"].as_str().unwrap());
    let ministry = app.token(Role::MinistryOfficer).await;
    examples.rehearse("create_deliberation_transition", &transitions, &ministry, none()).await;
    let order = json!({"nominations": [level.id(0), level.id(1)]});
    examples.make("create_tie_decision", &level.path("tie-decisions"), chair, order).await;
    let decision = json!({"selected": [{"nomination_id": level.id(0)}], "reserve": [level.id(1)]});
    let designation = examples.make("create_designation", &designations(2029), &icso, decision).await;
    let of_it = |name: &str| format!("{}/{name}", designation_path(&designation));
    let signed = json!({"digest": designation["digest"]});
    examples.make("create_signature", &of_it("signatures"), &icso, signed).await;
    examples.rehearse("create_designation_transition", &of_it("transitions"), &icso, none()).await;

    let admin = app.with_honours_edition(2030, &Value::Null).await;
    let described = app.add_association(&admin, &full_association("Décrite")).await.json();
    let described = app.nominate(&admin, &of_association(2030, &described["id"])).await;
    app.take_to(&admin, &described, "submitted").await.expect(201);
    let decisions = format!("{}/eligibility/decisions", path(&described));
    examples.rehearse("create_eligibility_decision", &decisions, &icso, none()).await;

    app.with_draft_edition(2031, &none()).await;
    examples.rehearse("replace_criteria", "/v1/editions/2031/criteria", &admin, none()).await;
    app.put_edition_in(YEAR, "designated");
    let transitions = format!("/v1/editions/{YEAR}/transitions");
    examples.rehearse("create_edition_transition", &transitions, &admin, none()).await;

    let import =
        app.import(&admin, "mode=create", "name.fr\nAssociation importée\n").await.expect(202).json();
    app.execute("UPDATE imports SET status = 'paused', object_key = 'imports/none'".to_owned());
    let transitions = format!("/v1/imports/{}/transitions", import["id"].as_str().unwrap());
    examples.rehearse("create_import_transition", &transitions, &admin, none()).await;

    let key = examples.make("create_institution_key", "/v1/institution-keys", &icso, none()).await;
    let transitions = format!("/v1/institution-keys/{}/transitions", key["id"].as_str().unwrap());
    examples.rehearse("create_institution_key_transition", &transitions, &admin, none()).await;

    app.with_draft_edition(2032, &none()).await;
    let other = app.add_association(&admin, &full_association("Autre")).await.json();
    let draft = app.nominate(&admin, &of_association(2030, &other["id"])).await;
    let city = json!({"code": "02.411.01.98", "slug": "nouvelle", "province_code": "02.411", "kind": "rural",
        "name": {"fr": "Nouvelle"}});
    app.post(&admin, "/v1/cities", &city).await.expect(201);
    let association = app.add_association(&admin, &full_association("Effacée")).await.json();
    // Its year is free for another edition, so a deleted one is named by its identifier.
    let edition = app.get("/v1/editions/2032").await.json()["id"].clone();
    for (name, record) in [
        ("create_nomination_restoration", path(&draft)),
        ("create_edition_restoration", format!("/v1/editions/{}", edition.as_str().unwrap())),
        ("create_city_restoration", "/v1/cities/02.411.01.98".to_owned()),
        (
            "create_association_restoration",
            format!("/v1/associations/{}", association["id"].as_str().unwrap()),
        ),
    ] {
        let deleted = if name == "create_edition_restoration" { "/v1/editions/2032" } else { &record };
        app.request(Method::DELETE, deleted).token(&admin).if_match("*").send().await.expect(204);
        examples.rehearse(name, &format!("{record}/restorations"), &admin, none()).await;
    }

    let stays = app.add_association(&admin, &full_association("Qui reste")).await.json()["id"].clone();
    let double = app.add_association(&admin, &full_association("Double")).await.json()["id"].clone();
    let merges = format!("/v1/associations/{}/merges", stays.as_str().unwrap());
    let double = json!({"duplicate_id": double});
    let merge = examples.make("create_association_merge", &merges, &admin, double).await;
    let reversals = format!("{merges}/{}/reversals", merge["id"].as_str().unwrap());
    examples.rehearse("create_association_merge_reversal", &reversals, &admin, none()).await;

    assert_eq!(examples.tried, OF_THE_PROCESS.map(str::to_owned).into());
}
