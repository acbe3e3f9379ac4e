//! Who sees how much of an evaluation: nothing of the others' sheets before one's own is submitted, no scores for those
//! who run the jury before it has closed, in no field, filter, count, facet, ETag, time or error.

use nasij::access::{NewAccount, Role};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::jury_at_work::{JuryAtWork, Person, YEAR, evaluation_path, sheet};
use crate::nominations::path;

/// A comment to be looked for in every byte.
const MARK: &str = "Marque secrète";

/// A sheet to be looked for: with marked comments, and a score that no other has.
fn marked() -> Value {
    let mut marked = sheet(9);
    marked["scores"]["heritage"]["comment"] = json!(MARK);
    marked["comment"] = json!(MARK);
    marked
}

/// What an answer tells: its status, its validators, its body.
type Told = (u16, Option<String>, Option<String>, String);

/// What a read told: status, ETag, time and body, without what is different in every answer.
fn told(answer: &Answer) -> Told {
    let header = |name: &str| answer.optional_header(name).map(str::to_owned);
    let mut body = answer.text().to_owned();
    if answer.status >= 400 {
        let mut problem = answer.json();
        problem["request_id"] = Value::Null;
        body = problem.to_string();
    }
    (answer.status, header("etag"), header("last-modified"), body)
}

/// All that somebody can read of a nomination's evaluations.
async fn reads(
    jury: &JuryAtWork,
    person: &Person,
    evaluation: &Value,
    juror: &Person,
) -> Vec<(String, Answer)> {
    let nomination =
        format!("/v1/nominations/{}", evaluation["nomination_id"].as_str().expect("an identifier"));
    let (list, edition) = (format!("{nomination}/evaluations"), format!("/v1/editions/{YEAR}/evaluations"));
    let mut paths = vec![
        evaluation_path(evaluation),
        format!("{}?fields=scores,comment", evaluation_path(evaluation)),
        nomination.clone(),
        format!("{nomination}/history"),
        format!("{nomination}/conflicts?count=exact&facet=kind"),
    ];
    for of in [&list, &edition] {
        for query in [
            "?count=exact&facet=status",
            "?count=exact&facet=status&status=draft,submitted,assigned",
            "?sort=-created_at&fields=id,scores,updated_at",
            "?limit=1",
        ] {
            paths.push(format!("{of}{query}"));
        }
    }
    for query in [
        format!("juror={}", juror.id),
        format!("juror={},{}", juror.id, person.id),
        format!("nomination={}", evaluation["nomination_id"].as_str().expect("an identifier")),
        "kind=city".to_owned(),
    ] {
        paths.push(format!("{edition}?count=exact&facet=status&{query}"));
    }
    let mut answers = Vec::new();
    for path in paths {
        let answer = jury.app.get_as(&person.token, &path).await;
        answers.push((path, answer));
    }
    answers
}

fn all(answers: &[(String, Answer)]) -> Vec<(String, Told)> {
    answers.iter().map(|(path, answer)| (path.clone(), told(answer))).collect()
}

#[tokio::test]
async fn a_juror_sees_nothing_of_the_others_before_submitting() {
    let jury = JuryAtWork::new(3, &["fes"]).await;
    let nomination = &jury.nominations[0];
    let [first, second, outsider] = [&jury.jurors[0], &jury.jurors[1], &jury.jurors[2]];
    let own = jury.draft(nomination, second).await;
    let theirs = jury.draft(nomination, first).await;
    let before = [reads(&jury, second, &theirs, first).await, reads(&jury, outsider, &theirs, first).await];
    for (path, answer) in before.iter().flatten() {
        assert!(!answer.text().contains(&first.id), "{path}: {}", answer.text());
        assert!(!answer.text().contains(theirs["id"].as_str().unwrap()) || answer.status == 404, "{path}");
    }
    assert_eq!(before[0][0].1.status, 404);
    jury.write(first, &theirs, &sheet(3)).await.expect(200);
    jury.write(first, &theirs, &marked()).await.expect(200);
    jury.submit(first, &theirs).await.expect(201);
    let after = [reads(&jury, second, &theirs, first).await, reads(&jury, outsider, &theirs, first).await];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(all(before), all(after));
    }
    // A sheet of another and one that there is not are the same, for reads and for writes.
    let mut invented = theirs.clone();
    invented["id"] = json!("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11");
    for evaluation in [&theirs, &invented] {
        for person in [second, outsider] {
            assert_eq!(jury.write(person, evaluation, &sheet(1)).await.problem(404)["code"], "not_found");
            assert_eq!(jury.submit(person, evaluation).await.problem(404)["code"], "not_found");
        }
    }
    let of_own =
        jury.app.get_as(&second.token, &format!("{}/evaluations?count=exact", path(nomination))).await.json();
    assert_eq!((&of_own["page"]["total"], &of_own["items"][0]["id"]), (&json!(1), &own["id"]));
}

#[tokio::test]
async fn the_offices_see_no_scores_before_it_has_closed() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (juror, nomination) = (&jury.jurors[0], &jury.nominations[0]);
    let evaluation = jury.draft(nomination, juror).await;
    let auditor = jury.app.person(&NewAccount::of_role(Role::Auditor, "An auditor")).await;
    let mut people = Vec::new();
    for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer] {
        people.push(jury.app.person(&NewAccount::of_role(role, "Somebody")).await);
    }
    let mut before = Vec::new();
    for person in &people {
        before.push(all(&reads(&jury, person, &evaluation, juror).await));
    }
    // Their reads do not even tell that a draft was saved.
    jury.write(juror, &evaluation, &sheet(3)).await.expect(200);
    jury.write(juror, &evaluation, &marked()).await.expect(200);
    for (person, before) in people.iter().zip(&before) {
        assert_eq!(all(&reads(&jury, person, &evaluation, juror).await), *before);
    }
    assert_eq!(jury.seen(&auditor, &evaluation).await["comment"], MARK);
    jury.submit(juror, &evaluation).await.expect(201);
    for person in &people {
        let seen = jury.seen(person, &evaluation).await;
        assert_eq!((&seen["seen_as"], &seen["status"]), (&json!("progress"), &json!("submitted")));
        assert_eq!(seen["juror_id"], json!(juror.id));
        for (path, answer) in reads(&jury, person, &evaluation, juror).await {
            assert!(!answer.text().contains(MARK) && !answer.text().contains("\"score\""), "{path}");
        }
    }
    // The audit trail, which administrators read, says which criteria were scored, not how.
    let trail =
        jury.app.get_as(&jury.admin, "/v1/audit?limit=200&resource_type=evaluation").await.expect(200);
    assert!(trail.text().contains("heritage") && !trail.text().contains(MARK));
    assert!(!trail.text().contains("\"score\""), "{}", trail.text());
    jury.close().await;
    for person in &people {
        let seen = jury.seen(person, &evaluation).await;
        assert_eq!((&seen["seen_as"], &seen["comment"]), (&json!("full"), &json!(MARK)));
        assert_eq!(seen["juror_id"], json!(juror.id));
    }
}
