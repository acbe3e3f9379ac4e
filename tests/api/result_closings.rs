//! What the proof of a result tells of the jury's way there: who left before it closed, and the closings that do not
//! count.

use nasij::access::Role;
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::binary::{printed, run};
use crate::result_proof::{Selection, verifier};

const REASON: &str = "Un conflit d'intérêts a été constaté.";

impl Selection {
    /// Opens the jury again after its first closing, which it returns. A juror steps back, and the jury closes again.
    async fn closed_again(&self) -> Value {
        let (app, jury) = (&self.app, &self.jury);
        let first = app.get(&jury.path("deliberations")).await.items().remove(0);
        let id = first["id"].as_str().expect("an identifier");
        let request = app.request(Method::POST, &jury.path(&format!("deliberations/{id}/transitions")));
        let reopening = json!({"to": "reopened", "reason": REASON});
        let office = app.token(Role::IcsoOfficer).await;
        request.token(&office).if_match("*").json(&reopening).send().await.expect(201);
        let juror = Id::new();
        app.put_evaluation(&jury.nominations[1], juror, "draft", [0, 0, 0]);
        app.put_recusal(jury.id(1), juror);
        app.close_jury(jury).await.expect(201);
        self.decide_tie().await;
        first
    }

    async fn published_proof(&self) -> Answer {
        self.publish(&self.sign(&self.by_ranking()).await).await;
        self.proof().await.expect(200)
    }
}

#[tokio::test]
async fn whoever_left_before_the_jury_closed_stands_in_the_sealed_record() {
    let selection = Selection::closed().await;
    selection.closed_again().await;
    let answer = selection.published_proof().await;
    let jury = &answer.json()["proof"]["jury"];
    let ended = jury["record"]["ended"].as_array().expect("a list").clone();
    let mut seen: Vec<(&str, &str)> = ended
        .iter()
        .map(|left| {
            (left["nomination_id"].as_str().expect("an id"), left["status"].as_str().expect("a state"))
        })
        .collect();
    seen.sort_unstable();
    let mut expected = [(selection.jury.id(0), "voided"), (selection.jury.id(1), "recused")];
    expected.sort_unstable();
    assert_eq!(seen, expected);
    assert!(ended.iter().all(|left| left["juror"].as_str().expect("a word").starts_with("juror-")));
    assert_eq!(jury["voided"], json!([]), "both left before this closing");
    let jwks = selection.keys("jwks.json").await;
    let report = printed(verifier(&selection.file("proof.json", &answer.body), Some(&jwks)));
    let recusals = report.lines().find(|line| line.contains("recusals: ")).expect("the line");
    assert!(recusals.contains("(recused: other, declared)") && recusals.contains("on Safi"), "{recusals}");
    let reported = "on Fès (voided: other, reported, confirmed by icso_officer)";
    assert!(recusals.contains(reported) && recusals.ends_with("since: none"), "{recusals}");
}

#[tokio::test]
async fn a_closing_that_was_undone_stands_in_the_proof_with_its_reason() {
    let selection = Selection::closed().await;
    let first = selection.closed_again().await;
    let answer = selection.published_proof().await;
    let jury = &answer.json()["proof"]["jury"];
    let deliberations = selection.app.get(&selection.jury.path("deliberations")).await.items();
    let expected = json!([{
        "commitment": first["commitment"],
        "closed_at": first["closed_at"],
        "reopened_at": deliberations[0]["reopened_at"],
        "reason": REASON,
    }]);
    assert_eq!(
        (&jury["earlier_closings"], &jury["commitment"]),
        (&expected, &deliberations[1]["commitment"])
    );
    let proof = selection.file("proof.json", &answer.body);
    let jwks = selection.keys("jwks.json").await;
    let report = printed(verifier(&proof, Some(&jwks)));
    assert!(report.contains(REASON) && report.contains(first["commitment"].as_str().unwrap()), "{report}");
}

#[tokio::test]
async fn the_commitment_that_was_noted_is_held_against_the_proof() {
    let selection = Selection::closed().await;
    let first = selection.closed_again().await;
    let noted = selection.app.get(&selection.jury.path("deliberations")).await.items().remove(1);
    let proof = selection.file("proof.json", &selection.published_proof().await.body);
    let jwks = selection.keys("jwks.json").await;
    let against = |commitment: &Value| {
        let mut command = verifier(&proof, Some(&jwks));
        command.args(["--commitment", commitment.as_str().expect("a hash")]);
        command
    };
    let report = printed(against(&noted["commitment"]));
    assert!(report.contains("which was noted"), "{report}");
    let output = run(against(&first["commitment"]));
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert!(
        report.contains("FAILED  commitment: the hash that was noted is that of an earlier closing"),
        "{report}"
    );
    assert_eq!(report.matches("FAILED").count(), 1, "{report}");
    let report = printed(verifier(&proof, Some(&jwks)));
    assert!(report.contains(&format!("/v1/editions/{}/deliberations", selection.jury.year)), "{report}");
}
