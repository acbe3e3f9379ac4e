//! Nobody who evaluates can link a score to a person before the jury closes, nor can two who put together what they read:
//! not by an identifier, an order, a number or a time.

use std::collections::BTreeSet;

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::jury_at_work::{JuryAtWork, Person, YEAR, evaluation_path, sheet};
use crate::nominations::path;

/// What somebody got to read.
struct Reading {
    path: String,
    reader: Person,
    answer: Answer,
}

/// Everything that stands in an answer beside numbers: texts of its body, and the headers that tell versions and times.
fn told(answer: &Answer) -> BTreeSet<String> {
    let mut told: BTreeSet<String> = ["etag", "last-modified"]
        .iter()
        .filter_map(|name| answer.optional_header(name))
        .map(str::to_owned)
        .collect();
    let mut left = vec![answer.json()];
    while let Some(value) = left.pop() {
        match value {
            Value::String(text) => drop(told.insert(text)),
            Value::Array(items) => left.extend(items),
            Value::Object(members) => left.extend(members.into_iter().map(|(_, member)| member)),
            _ => {}
        }
    }
    told
}

impl JuryAtWork {
    /// Asks somebody's every question about the jury.
    async fn readings(&self, reader: &Person, evaluations: &[Value]) -> Vec<Reading> {
        let edition = format!("/v1/editions/{YEAR}");
        let mut paths = vec![
            format!("{edition}/evaluation-progress?kind=city"),
            format!("{edition}/assignments"),
            format!("{edition}/ranking?kind=city"),
            format!("{edition}/deliberations"),
            "/v1/audit?limit=200".to_owned(),
        ];
        paths.extend(evaluations.iter().map(evaluation_path));
        let mut lists = vec![format!("{edition}/evaluations")];
        for nomination in &self.nominations {
            let nomination = path(nomination);
            lists.extend(["evaluations", "conflicts", "score-sheets"].map(|of| format!("{nomination}/{of}")));
            paths.extend([nomination.clone(), format!("{nomination}/history")]);
        }
        for list in lists {
            let queries =
                ["", "?count=exact", "?limit=1", "?sort=-created_at", "?facet=status&status=submitted"];
            paths.extend(queries.map(|query| format!("{list}{query}")));
            let jurors: Vec<&str> = self.jurors.iter().map(|juror| juror.id.as_str()).collect();
            paths.extend(jurors.iter().map(|juror| format!("{list}?count=exact&juror={juror}")));
        }
        let mut readings = Vec::new();
        for path in paths {
            let answer = self.app.get_as(&reader.token, &path).await;
            readings.push(Reading { path, reader: reader.clone(), answer });
        }
        readings
    }

    /// The score sheets of a nomination, as a juror reads them.
    async fn sheets(&self, juror: &Person, nomination: &Value) -> Vec<Value> {
        self.app.get_as(&juror.token, &format!("{}/score-sheets", path(nomination))).await.items()
    }

    /// The first of its evaluations is handed in by each juror, with a score of its own.
    async fn evaluate_all(&self, nomination: &Value, jurors: &[Person]) -> Vec<Value> {
        let mut evaluations = Vec::new();
        // All are assigned before the first is handed in.
        for juror in jurors {
            evaluations.push(self.draft(nomination, juror).await);
        }
        for ((juror, evaluation), score) in jurors.iter().zip(&evaluations).zip(2..) {
            let mut sheet = sheet(score);
            sheet["comment"] = json!(format!("Avis {score}"));
            self.write(juror, evaluation, &sheet).await.expect(200);
            self.submit(juror, evaluation).await.expect(201);
        }
        evaluations
    }
}

/// The totals of a list of sheets, as scores alone.
fn scores(sheets: &[Value]) -> BTreeSet<i64> {
    sheets.iter().map(|sheet| sheet["scores"]["heritage"]["score"].as_i64().expect("a score")).collect()
}

#[tokio::test]
async fn names_and_scores_never_meet_while_the_jury_is_open() {
    let jury = JuryAtWork::new(3, &["fes", "safi"]).await;
    let mut evaluations = jury.evaluate_all(&jury.nominations[0], &jury.jurors).await;
    evaluations.extend(jury.evaluate_all(&jury.nominations[1], &jury.jurors[..2]).await);
    evaluations.push(jury.draft(&jury.nominations[1], &jury.jurors[2]).await);
    let mut readers = jury.jurors.clone();
    readers.push(jury.chair.clone());
    for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer] {
        readers.push(jury.app.person(&NewAccount::of_role(role, "An office")).await);
    }
    assert_eq!(readers.len(), 7);
    let mut readings = Vec::new();
    for reader in &readers {
        readings.extend(jury.readings(reader, &evaluations).await);
    }
    let of_jurors = |reading: &Reading| jury.jurors.iter().any(|juror| juror.id == reading.reader.id);
    let bears_scores =
        |reading: &&Reading| reading.path.contains("/score-sheets") && reading.answer.status == 200;
    let bears_names = |reading: &&Reading| {
        let others = jury.jurors.iter().filter(|juror| juror.id != reading.reader.id);
        // A refusal may repeat the question.
        let told = if reading.answer.status == 200 { reading.answer.text() } else { "" };
        others.into_iter().any(|juror| told.contains(&juror.id))
    };
    let with_scores: Vec<&Reading> = readings.iter().filter(bears_scores).collect();
    let with_names: Vec<&Reading> = readings.iter().filter(bears_names).collect();
    assert!(
        with_scores.len() >= 3 && with_names.len() >= 3 * 4,
        "{} {}",
        with_scores.len(),
        with_names.len()
    );
    assert!(with_scores.iter().any(|reading| reading.answer.text().contains("Avis 3")));

    // Scores are read by jurors alone, and the names of others by none of them.
    for reading in &readings {
        if of_jurors(reading) {
            assert!(!bears_names(&reading), "{}: {}", reading.path, reading.answer.text());
        } else {
            let told = reading.answer.text();
            assert!(!told.contains("\"score\"") && !told.contains("Avis"), "{}: {told}", reading.path);
        }
    }
    // Nor does anything that stands beside a score stand beside a name.
    let known: BTreeSet<String> = jury.nominations.iter().flat_map(told_of).collect();
    let beside_names: BTreeSet<String> =
        with_names.iter().flat_map(|reading| told(&reading.answer)).collect();
    for reading in with_scores {
        let telling: BTreeSet<String> = told(&reading.answer).difference(&known).cloned().collect();
        let met: Vec<&String> = telling.intersection(&beside_names).collect();
        assert!(met.is_empty(), "{}: {met:?}", reading.path);
        assert!(reading.answer.optional_header("last-modified").is_none(), "{}", reading.path);
        let list = reading.answer.json();
        for sheet in list["items"].as_array().expect("a list") {
            let fields: BTreeSet<&str> =
                sheet.as_object().expect("a sheet").keys().map(String::as_str).collect();
            assert_eq!(fields, BTreeSet::from(["comment", "id", "nomination_id", "scores"]));
            let name = uuid::Uuid::parse_str(sheet["id"].as_str().expect("a name")).expect("a UUID");
            assert_eq!(name.get_version_num(), 4, "it tells no time");
        }
    }
    // A stranger, and a juror who has still to write, get nothing.
    let stranger = jury.app.person(&NewAccount::of_role(Role::Juror, "A stranger")).await;
    for (reader, nomination) in [(&stranger, 0), (&stranger, 1), (&jury.jurors[2], 1), (&jury.chair, 0)] {
        let sheets = format!("{}/score-sheets", path(&jury.nominations[nomination]));
        jury.app.get_as(&reader.token, &sheets).await.problem(403);
    }
}

/// What everybody knows of a nomination.
fn told_of(nomination: &Value) -> Vec<String> {
    vec![nomination["id"].as_str().expect("an identifier").to_owned()]
}

#[tokio::test]
async fn sheets_are_shared_all_at_once_and_then_stay_as_they_are() {
    let jury = JuryAtWork::new(4, &["fes"]).await;
    let nomination = &jury.nominations[0];
    let three = &jury.jurors[..3];
    let mut evaluations = Vec::new();
    for juror in three {
        evaluations.push(jury.draft(nomination, juror).await);
    }
    for ((juror, evaluation), score) in three.iter().zip(&evaluations).zip(2..) {
        jury.write(juror, evaluation, &sheet(score)).await.expect(200);
        jury.submit(juror, evaluation).await.expect(201);
        let expected = if score == 4 { BTreeSet::from([2, 3, 4]) } else { BTreeSet::new() };
        assert_eq!(scores(&jury.sheets(&three[0], nomination).await), expected, "after {score}");
    }
    let shared = jury.sheets(&three[0], nomination).await;
    assert_eq!(jury.sheets(&three[1], nomination).await, shared, "the same for all");
    // Neither who comes nor who goes can be told from them.
    let late = jury.evaluate(nomination, &jury.jurors[3], &sheet(9)).await;
    let recusal = json!({"to": "recused", "reason": "Malade."});
    jury.go(&three[2], &evaluations[2], &recusal).await.expect(201);
    jury.app.void(nomination["id"].as_str().unwrap(), &three[1].id).await;
    for reader in [&three[0], &jury.jurors[3]] {
        assert_eq!(jury.sheets(reader, nomination).await, shared);
    }
    for gone in [&three[1], &three[2]] {
        let sheets = format!("{}/score-sheets", path(nomination));
        jury.app.get_as(&gone.token, &sheets).await.problem(403);
    }
    assert_eq!(jury.seen(&jury.jurors[3], &late).await["status"], "submitted");
    jury.close().await;
    let now = jury.sheets(&three[0], nomination).await;
    assert_eq!(scores(&now), BTreeSet::from([2, 9]), "what counts when the jury closes");
    let names =
        |sheets: &[Value]| sheets.iter().map(|sheet| sheet["id"].to_string()).collect::<BTreeSet<_>>();
    assert!(names(&now).is_disjoint(&names(&shared)), "under new names");
}

#[tokio::test]
async fn two_sheets_alone_are_not_shared_before_the_jury_closes() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let nomination = &jury.nominations[0];
    jury.evaluate_all(nomination, &jury.jurors).await;
    assert_eq!(jury.sheets(&jury.jurors[0], nomination).await, Vec::<Value>::new());
    jury.close().await;
    assert_eq!(scores(&jury.sheets(&jury.jurors[0], nomination).await), BTreeSet::from([2, 3]));
}

#[tokio::test]
async fn a_chair_reads_numbers_until_the_jury_has_closed() {
    let jury = JuryAtWork::new(2, &["fes"]).await;
    let (app, chair, nomination) = (&jury.app, &jury.chair, &jury.nominations[0]);
    let evaluations = jury.evaluate_all(nomination, &jury.jurors).await;
    let lists = [format!("{}/evaluations", path(nomination)), format!("/v1/editions/{YEAR}/evaluations")];
    let sees_nothing = async || {
        for list in &lists {
            let page = app.get_as(&chair.token, &format!("{list}?count=exact&facet=status")).await.json();
            assert_eq!((&page["items"], &page["page"]["total"]), (&json!([]), &json!(0)), "{list}");
            assert_eq!(page["facets"]["status"], json!([]));
        }
        app.get_as(&chair.token, &evaluation_path(&evaluations[0])).await.problem(404);
    };
    sees_nothing().await;
    let progress = format!("/v1/editions/{YEAR}/evaluation-progress?kind=city");
    let progress = app.get_as(&chair.token, &progress).await.expect(200).json();
    assert_eq!(progress["total"]["submitted"], 2);
    jury.close().await;
    let seen = jury.seen(chair, &evaluations[0]).await;
    assert_eq!((&seen["seen_as"], &seen["juror_id"]), (&json!("full"), &json!(jury.jurors[0].id)));
    for list in &lists {
        assert_eq!(app.get_as(&chair.token, list).await.items().len(), 2, "{list}");
    }
    // Opened again, it is a jury at work.
    let deliberations = format!("/v1/editions/{YEAR}/deliberations");
    let deliberation = app.get(&deliberations).await.items().remove(0);
    let transitions = format!("{deliberations}/{}/transitions", deliberation["id"].as_str().unwrap());
    let reopening = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
    let office = app.token(Role::IcsoOfficer).await;
    let request = app.request(Method::POST, &transitions).token(&office).if_match("*");
    request.json(&reopening).send().await.expect(201);
    sees_nothing().await;
}
