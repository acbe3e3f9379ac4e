//! Until it is published, nothing of a result, of the scores, of the jurors or of internal fields is seen by those who
//! may not: the questions are generated from the OpenAPI document, asked before and after everything is decided, and
//! the answers compared byte by byte and searched for marks.

mod probes;
mod world;
mod writes;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;

use crate::app::App;
use probes::{bytes, questions};
use world::{EDITION, MARK, World};

/// What everybody sees of the jury's closing: that it closed, and the commitment.
const COMMITMENT: &str = "/deliberations";

/// The answers to all questions.
async fn answers(
    app: &App,
    token: Option<&str>,
    questions: impl IntoIterator<Item = &String>,
) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for question in questions {
        answers.insert(question.clone(), bytes(app, token, question).await);
    }
    answers
}

/// The questions that are answered otherwise now.
fn changed(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |(question, answer): (&String, &String)| {
        let other = before.get(question).is_some_and(|told| told != answer);
        (other && !question.contains(COMMITMENT)).then(|| question.clone())
    };
    after.iter().filter_map(differs).collect()
}

/// The questions whose answers hold something hidden.
fn marked(answers: &BTreeMap<String, String>, hidden: &[String]) -> Vec<String> {
    let holds = |(question, answer): (&String, &String)| {
        let told = answer.replace(question.as_str(), "…");
        let asked = question.to_lowercase();
        let echoed = |mark: &String| asked.contains(&mark.to_lowercase());
        hidden.iter().any(|mark| told.contains(mark.as_str()) && !echoed(mark)).then(|| question.clone())
    };
    answers.iter().filter_map(holds).collect()
}

#[tokio::test]
async fn nothing_under_embargo_changes_a_byte_for_those_who_may_not_see_it() {
    let mut world = World::evaluated().await;
    let words = [MARK, "fes"];
    let asked = questions(&world.app, &world.names, &words).await;
    assert!(asked.len() > 700, "only {} questions", asked.len());
    let mut before = Vec::new();
    for outsider in &world.outsiders {
        before.push(answers(&world.app, outsider.token.as_deref(), outsider.asks(&asked)).await);
    }
    let seen_by_auditor = answers(&world.app, Some(&world.auditor), &asked).await;
    world.decide().await;
    let hidden = hidden(&world).await;
    for (outsider, before) in world.outsiders.iter().zip(&before) {
        let after = answers(&world.app, outsider.token.as_deref(), outsider.asks(&asked)).await;
        assert_eq!(changed(before, &after), Vec::<String>::new(), "{}: the decision shows", outsider.name);
        let newly = questions(&world.app, &world.names, &words).await;
        let newly: Vec<String> = newly.into_iter().filter(|question| !asked.contains(question)).collect();
        let mut all = answers(&world.app, outsider.token.as_deref(), &newly).await;
        all.extend(after);
        assert_eq!(marked(&all, &hidden), Vec::<String>::new(), "{}: something hidden shows", outsider.name);
    }
    // The same search finds what an auditor may see: it would find a leak.
    let after = answers(&world.app, Some(&world.auditor), &asked).await;
    assert!(changed(&seen_by_auditor, &after).len() > 10, "{:?}", changed(&seen_by_auditor, &after));
    assert!(marked(&after, &hidden).len() > 10);
}

/// What must stand in no answer: the marks, and the identifiers of jurors, evaluations and designations.
async fn hidden(world: &World) -> Vec<String> {
    let mut hidden = vec![MARK.to_owned(), MARK.to_lowercase(), "juror-".to_owned()];
    for kind in ["accounts", "evaluation_id"] {
        hidden.extend(world.names[kind].iter().cloned());
    }
    hidden.extend(world.names["designation_id"].iter().skip(1).cloned());
    hidden
}

#[tokio::test]
async fn a_jurors_evaluation_hides_from_the_others_until_they_have_submitted() {
    let world = World::evaluated().await;
    let asked = questions(&world.app, &world.names, &[MARK]).await;
    let late = world.app.token(nasij::access::Role::Juror).await;
    let told = answers(&world.app, Some(&late), &asked).await;
    assert_eq!(marked(&told, &hidden(&world).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_nominator_learns_nothing_from_what_is_refused() {
    let mut world = World::evaluated().await;
    world.decide().await;
    let states = [
        "draft",
        "submitted",
        "needs_completion",
        "eligible",
        "ineligible",
        "under_evaluation",
        "shortlisted",
        "selected",
        "reserve",
        "not_selected",
        "withdrawn",
        "disqualified",
        "revoked",
    ];
    for to in states {
        let mut told = Vec::new();
        for (nomination, token) in world.nominations.iter().zip(&world.nominators) {
            let path = format!("/v1/nominations/{nomination}/transitions?dry_run=true");
            let request = world.app.request(Method::POST, &path).token(token).if_match("*");
            let answer = request.json(&json!({"to": to, "reason": "Parce que."})).send().await;
            let id = answer.header("x-request-id").to_owned();
            told.push((answer.status, answer.text().replace(nomination, "…").replace(&id, "…")));
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "{to}: {told:#?}");
    }
}

#[tokio::test]
async fn once_it_is_published_everybody_sees_the_result_but_not_the_jurors() {
    let mut world = World::evaluated().await;
    world.decide().await;
    let designation = world.names["designation_id"].last().expect("it is there").clone();
    let transitions = format!("{EDITION}/designations/{designation}/transitions");
    let request = world.app.request(Method::POST, &transitions).token(&world.ministry).if_match("*");
    request.json(&json!({"to": "published"})).send().await.expect(201);
    assert_eq!(world.app.get(EDITION).await.json()["status"], "designated");
    let asked = questions(&world.app, &world.names, &[]).await;
    let asked: Vec<String> =
        asked.into_iter().filter(|question| !question.contains('?') || question.contains("kind=")).collect();
    let mut people: Vec<String> = ["JUROR", "COMMENT", "REMARK", "ORGANISATION", "DRAFT", "ADDRESS"]
        .map(|mark| format!("{MARK}{mark}"))
        .to_vec();
    people.extend(world.names["accounts"].iter().cloned());
    people.extend(world.names["evaluation_id"].iter().cloned());
    for outsider in &world.outsiders {
        let told = answers(&world.app, outsider.token.as_deref(), outsider.asks(&asked)).await;
        assert_eq!(marked(&told, &people), Vec::<String>::new(), "{}", outsider.name);
    }
}
