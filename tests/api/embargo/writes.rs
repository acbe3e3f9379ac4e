//! What writes tell, be they refused or only rehearsed: while the result is under embargo, nothing of it. Every write of the
//! OpenAPI document is rehearsed by those who may not know, between the jury's closing and the publication, before and
//! after each step of the decision.

use std::collections::BTreeMap;

use nasij::nominations::rules::Status;
use reqwest::Method;
use serde_json::{Value, json};
use strum::VariantNames as _;

use super::probes::{Names, bytes_of, ends, filled};
use super::world::{EDITION, MARK, World};
use super::{changed, marked};
use crate::app::App;

/// The states that anything but a nomination can be asked to go to.
const OTHER_STATES: [&str; 7] =
    ["submitted", "recused", "published", "withdrawn", "annulled", "reopened", "in_progress"];

/// A write that can be rehearsed.
struct Attempt {
    method: Method,
    path: String,
    body: Value,
}

/// Every write, on the first and the last record of each kind, to every state and with the example of its body.
async fn attempts(app: &App, names: &Names) -> Vec<Attempt> {
    let few = ends(names);
    let document = app.get("/openapi.json").await.expect(200).json();
    let mut attempts = Vec::new();
    for (template, operations) in document["paths"].as_object().expect("paths") {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let operation = &operations[method.as_str().to_lowercase()];
            if !operation.is_object() || !template.starts_with("/v1/") {
                continue;
            }
            for path in filled(template, &few) {
                for body in bodies(template, operation, &document) {
                    let path = format!("{path}?dry_run=true");
                    attempts.push(Attempt { method: method.clone(), path, body });
                }
            }
        }
    }
    attempts
}

fn bodies(template: &str, operation: &Value, document: &Value) -> Vec<Value> {
    if template.ends_with("/transitions") {
        let nomination = template == "/v1/nominations/{id}/transitions";
        let states = if nomination { Status::VARIANTS } else { &OTHER_STATES[..] };
        return states.iter().map(|to| json!({"to": to, "reason": "Parce que."})).collect();
    }
    let content = operation["requestBody"]["content"].as_object();
    let Some(content) = content.and_then(|content| content.values().next()) else { return vec![json!({})] };
    let named = content["schema"]["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    let schema = named.map_or(&content["schema"], |name| &document["components"]["schemas"][name]);
    let example = [&content["example"], &schema["example"]].into_iter().find(|example| example.is_object());
    vec![example.cloned().unwrap_or_else(|| json!({}))]
}

/// What is told to each attempt, without what is new in each answer.
async fn told(
    app: &App,
    token: Option<&str>,
    names: &Names,
    attempts: &[Attempt],
) -> BTreeMap<String, String> {
    let new = regex::Regex::new(
        r#"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|20\d\d-\d\d-\d\dT[0-9:.]+Z|(etag|last-modified): .*|"etag":"[^,]*""#,
    )
    .expect("a pattern");
    let known: Vec<&String> = names.values().flatten().collect();
    let mut answers = BTreeMap::new();
    for attempt in attempts {
        let answer = bytes_of(app, token, attempt.method.clone(), &attempt.path, Some(&attempt.body)).await;
        let answer = new.replace_all(&answer, |found: &regex::Captures<'_>| {
            let found = found[0].to_owned();
            if known.contains(&&found) { found } else { "…".to_owned() }
        });
        let asked = format!("{} {} {}", attempt.method, attempt.path, attempt.body);
        answers.insert(asked, answer.into_owned());
    }
    answers
}

#[tokio::test]
async fn no_write_tells_of_the_steps_of_a_decision() {
    let mut world = World::evaluated().await;
    world.close_jury().await;
    let attempts = attempts(&world.app, &world.names).await;
    assert!(attempts.len() > 100, "only {}", attempts.len());
    let everyone = [
        ("the public", None),
        ("the nominator of the first", Some(world.nominators[0].clone())),
        ("the nominator of the last", Some(world.nominators[3].clone())),
        ("a juror", Some(world.jurors[0].clone())),
        ("a system", world.outsiders.last().and_then(|system| system.token.clone())),
    ];
    let names = world.names.clone();
    let ask = async |world: &World| {
        let mut all = Vec::new();
        for (_, token) in &everyone {
            all.push(told(&world.app, token.as_deref(), &names, &attempts).await);
        }
        all
    };
    let closed = ask(&world).await;
    let alike = |step: &str, after: &[BTreeMap<String, String>]| {
        for ((who, _), (before, after)) in everyone.iter().zip(closed.iter().zip(after)) {
            assert_eq!(changed(before, after), Vec::<String>::new(), "{who} learns that it was {step}");
            assert_eq!(marked(after, &[MARK.to_owned()]), Vec::<String>::new(), "{who}: {step}");
        }
    };
    let proposed = world.propose().await;
    alike("proposed", &ask(&world).await);
    world.sign(&proposed).await;
    alike("signed", &ask(&world).await);
    let path =
        format!("{EDITION}/designations/{}/transitions", proposed["id"].as_str().expect("an identifier"));
    let request = world.app.request(Method::POST, &path).token(&world.ministry).if_match("*");
    request.json(&json!({"to": "annulled", "reason": "Parce que."})).send().await.expect(201);
    alike("annulled", &ask(&world).await);
}

#[tokio::test]
async fn from_the_closing_of_the_jury_to_the_publication_nobody_withdraws_whatever_becomes_of_the_nomination()
{
    let mut world = World::evaluated().await;
    let withdraw = async |world: &World, place: usize| {
        let nomination = &world.nominations[place];
        let path = format!("/v1/nominations/{nomination}/transitions?dry_run=true");
        let body = json!({"to": "withdrawn"});
        let token = Some(world.nominators[place].as_str());
        let answer = bytes_of(&world.app, token, Method::POST, &path, Some(&body)).await;
        answer.replace(nomination, "…")
    };
    assert!(withdraw(&world, 0).await.starts_with("201"), "while the jury is at work");
    world.close_jury().await;
    let closed = withdraw(&world, 0).await;
    assert!(closed.starts_with("409") && closed.contains("jury_closed"), "{closed}");
    let proposed = world.propose().await;
    assert_eq!(withdraw(&world, 0).await, closed);
    world.sign(&proposed).await;
    for place in 0..4 {
        assert_eq!(withdraw(&world, place).await, closed, "{place}");
    }
    let path =
        format!("{EDITION}/designations/{}/transitions", proposed["id"].as_str().expect("an identifier"));
    let request = world.app.request(Method::POST, &path).token(&world.ministry).if_match("*");
    request.json(&json!({"to": "published"})).send().await.expect(201);
    // The reserve is public now, and may leave.
    assert!(withdraw(&world, 1).await.starts_with("201"), "the reserve");
    assert!(withdraw(&world, 3).await.contains("wrong_state"));
}
