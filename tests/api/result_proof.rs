//! The proof of a published result: when there is one, that it holds wherever it is verified, and that nothing in it
//! can be altered.

use std::path::{Path, PathBuf};
use std::process::Command;

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::answer::Answer;
use crate::app::App;
use crate::binary::{complaint, printed, run};
use crate::juries::{Jury, thrice};

const YEAR: i64 = 2031;
const JWKS: &str = "/.well-known/jwks.json";

/// A jury that has closed on four cities: the second and the third are level and the chair has decided, the last does not
/// pass; a sheet of the first was voided since. And the officers.
pub(crate) struct Selection {
    pub(crate) app: App,
    pub(crate) jury: Jury,
    pub(crate) ministry: String,
    pub(crate) icso: String,
    folder: TempDir,
}

impl Selection {
    pub(crate) async fn closed() -> Self {
        let app = App::start().await;
        let mut fes = thrice([9, 8, 8]);
        fes.push([1, 1, 1]);
        let level = || thrice([7, 7, 7]);
        let cities = [("fes", fes), ("safi", level()), ("agadir", level()), ("rabat", thrice([4, 9, 9]))];
        let jury = app.with_jury(YEAR, &cities).await;
        app.close_jury(&jury).await.expect(201);
        app.void(jury.id(0), &jury.jurors[3].to_string()).await;
        let (ministry, icso) = (app.token(Role::MinistryOfficer).await, app.token(Role::IcsoOfficer).await);
        let selection = Self { app, jury, ministry, icso, folder: tempfile::tempdir().expect("a folder") };
        selection.decide_tie().await;
        selection
    }

    pub(crate) async fn decide_tie(&self) {
        let jury = &self.jury;
        let tie = json!({
            "kind": "city", "nominations": [jury.id(2), jury.id(1)], "reason": "Elle touche « plus » de quartiers.",
        });
        self.app.post(&jury.chair, &jury.path("tie-decisions"), &tie).await.expect(201);
    }

    /// Fès by the ranking, then the others that pass.
    pub(crate) fn by_ranking(&self) -> Value {
        let jury = &self.jury;
        json!({
            "kind": "city", "basis": "ranking",
            "selected": [{"nomination_id": jury.id(0)}], "reserve": [jury.id(2), jury.id(1)],
        })
    }

    /// Proposed and signed by both: where it is.
    pub(crate) async fn sign(&self, decision: &Value) -> String {
        let proposed = self.app.post(&self.icso, &self.jury.path("designations"), decision).await;
        let proposed = proposed.expect(201).json();
        let path = self.jury.path("designations") + "/" + proposed["id"].as_str().expect("an identifier");
        let signature = json!({"digest": proposed["digest"]});
        for officer in [&self.icso, &self.ministry] {
            self.app.post(officer, &format!("{path}/signatures"), &signature).await.expect(201);
        }
        path
    }

    pub(crate) async fn publish(&self, designation: &str) {
        let request = self.app.request(Method::POST, &format!("{designation}/transitions"));
        let request = request.token(&self.ministry).if_match("*").json(&json!({"to": "published"}));
        request.send().await.expect(201);
    }

    pub(crate) async fn proof(&self) -> Answer {
        self.app.get(&self.jury.path("results/proof?kind=city")).await
    }

    /// Where the files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the file is written");
        path
    }

    pub(crate) async fn keys(&self, name: &str) -> PathBuf {
        self.file(name, &self.app.get(JWKS).await.expect(200).body)
    }
}

/// The verifier, far from the service: without its database, configuration and folder.
pub(crate) fn verifier(proof: &Path, jwks: Option<&Path>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nasij"));
    command.env_clear().arg("verify-result").arg(proof).current_dir("/");
    if let Some(jwks) = jwks {
        command.arg("--jwks").arg(jwks);
    }
    command
}

/// The scripts of the documentation: the one that recomputes, and the one that verifies the signature.
pub(crate) fn scripts() -> [String; 2] {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verifying-a-result.md"))
        .expect("the page");
    let blocks = page.split("```python\n").skip(1);
    let scripts: Vec<String> =
        blocks.map(|block| block.split("```").next().unwrap_or_default().to_owned()).collect();
    scripts.try_into().expect("two scripts")
}

pub(crate) fn python(script: &str, files: &[&Path]) -> Command {
    let mut command = Command::new("python3");
    command.arg("-c").arg(script).args(files);
    command
}

/// What a refusal tells, but for what is different in every answer.
fn told(answer: Answer) -> Value {
    let mut problem = answer.problem(404);
    problem.as_object_mut().expect("an object").remove("request_id");
    problem
}

#[tokio::test]
async fn there_is_no_proof_before_the_publication_whatever_is_decided() {
    let selection = Selection::closed().await;
    let before = told(selection.proof().await);
    assert_eq!(before["code"], "not_published");
    let designation = selection.sign(&selection.by_ranking()).await;
    assert_eq!(told(selection.proof().await), before, "the same after both have signed");
    let id = designation.rsplit('/').next().expect("an identifier").to_owned();
    let path = selection.jury.path(&format!("results/proof?kind=city&designation={id}"));
    assert_eq!(told(selection.app.get(&path).await)["code"], "not_published");
    for token in [&selection.jury.chair, &selection.ministry, &selection.jury.admin] {
        let path = selection.jury.path("results/proof?kind=city");
        assert_eq!(told(selection.app.get_as(token, &path).await)["code"], "not_published");
    }
    selection.publish(&designation).await;
    selection.proof().await.expect(200);
    selection.app.get(&path).await.expect(200);
    let other = selection.app.get(&selection.jury.path("results/proof?kind=association")).await;
    assert_eq!(told(other)["code"], "not_published");
    selection.app.get("/v1/editions/2199/results/proof?kind=city").await.problem(404);
}

#[tokio::test]
async fn a_proof_is_asked_for_by_its_kind_and_is_the_same_for_everybody() {
    let selection = Selection::closed().await;
    selection.publish(&selection.sign(&selection.by_ranking()).await).await;
    let app = &selection.app;
    for (query, fault) in [
        ("", "required"),
        ("?kind=town", "one_of"),
        ("?kind=city&lang=fr", "unknown_parameter"),
        ("?kind=city&designation=x", "type"),
    ] {
        let refused = app.get(&selection.jury.path(&format!("results/proof{query}"))).await.problem(400);
        assert_eq!(refused["errors"][0]["code"], fault, "{query}: {refused}");
    }
    let first = selection.proof().await.expect(200);
    let path = selection.jury.path("results/proof?kind=city");
    let french = app.request(Method::GET, &path).header("accept-language", "fr").send().await.expect(200);
    let seen = app.get_as(&selection.ministry, &path).await.expect(200);
    assert_eq!((&first.body, &first.body), (&french.body, &seen.body));
    assert!(first.header("cache-control").contains("public"), "{:?}", first.headers);
    assert!(first.header("link").contains("rel=\"describedby\""), "{:?}", first.headers);
    let known = app.request(Method::GET, &path).header("if-none-match", first.header("etag")).send().await;
    known.expect(304);
    let proof = &first.json()["proof"];
    let text = first.text();
    for account in [&selection.jury.jurors[0].to_string(), "account"] {
        assert!(!text.contains(account), "{account} stands in the proof");
    }
    assert_eq!((&proof["issuer"], &proof["edition"]["year"]), (&json!(app.base), &json!(YEAR)));
    assert_eq!(proof["jury"]["voided"].as_array().map(Vec::len), Some(1));
    let deliberations = app.get(&selection.jury.path("deliberations")).await.items();
    assert_eq!(proof["jury"]["commitment"], deliberations[0]["commitment"]);
}

#[tokio::test]
async fn the_proof_of_a_published_result_holds_far_from_the_service() {
    let selection = Selection::closed().await;
    selection.publish(&selection.sign(&selection.by_ranking()).await).await;
    let answer = selection.proof().await.expect(200);
    let proof = selection.file("proof.json", &answer.body);
    let jwks = selection.keys("jwks.json").await;
    drop(selection.app);
    let report = printed(verifier(&proof, Some(&jwks)));
    assert!(!report.contains("FAILED") && report.matches("ok      ").count() == 14, "{report}");
    assert!(report.lines().last().is_some_and(|verdict| verdict.starts_with("VERIFIED: ")), "{report}");
    let ranked: Vec<&str> = report.lines().filter(|line| line.contains("passed")).collect();
    assert!(ranked[0].starts_with("   1   83.00       3") && ranked[0].contains("Fès"), "{report}");
    assert!(ranked[1].contains("Agadir") && ranked[1].contains("by chair"), "{report}");
    assert!(report.contains("below_pass_mark") || report.contains("below_first_criterion"), "{report}");
    let kid = answer.json()["signature"]["jwk"]["kid"].as_str().expect("a name").to_owned();
    let output = run(verifier(&proof, None));
    let report = String::from_utf8(output.stdout).expect("readable");
    assert_eq!(output.status.code(), Some(3), "nobody knows whose it is: {report}");
    assert!(report.contains(&kid) && report.contains("open    signature"), "{report}");

    let [recompute, signature] = scripts();
    let recomputed = printed(python(&recompute, &[&proof]));
    assert!(recomputed.starts_with("1 83.0 ") && recomputed.contains("selected: "), "{recomputed}");
    assert!(printed(python(&signature, &[&proof, &jwks])).contains(&kid));
}

#[tokio::test]
async fn an_altered_proof_does_not_hold() {
    let selection = Selection::closed().await;
    selection.publish(&selection.sign(&selection.by_ranking()).await).await;
    let original = selection.proof().await.expect(200).json();
    let jwks = selection.keys("jwks.json").await;
    let [recompute, signature] = scripts();
    let alterations: [(&str, &str, Value, bool); 6] = [
        ("score", "/proof/jury/record/sheets/0/scores/programme", json!(10), true),
        ("salt", "/proof/jury/record/salt", json!("A".repeat(43)), true),
        ("place", "/proof/jury/places/1/result_hundredths", json!(7100), true),
        ("reason", "/proof/jury/tie_decisions/0/reason", json!("Autrement."), true),
        ("city", "/proof/decision/city_code", json!("02.411.01.23"), true),
        ("time", "/proof/published_at", json!("2031-01-01T00:00:00Z"), false),
    ];
    for (name, pointer, value, recomputable) in alterations {
        let mut altered = original.clone();
        let place = altered.pointer_mut(pointer).expect(pointer);
        assert_ne!(*place, value, "{name}");
        *place = value;
        let file = selection.file("altered.json", altered.to_string().as_bytes());
        for jwks in [None, Some(jwks.as_path())] {
            let output = run(verifier(&file, jwks));
            let report = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(1), "{name}: {report}");
            assert!(report.contains("FAILED  signature"), "{name}: {report}");
        }
        assert!(complaint(verifier(&file, None)).contains("does not hold"));
        assert_eq!(run(python(&recompute, &[&file])).status.success(), !recomputable, "{name}");
        assert!(
            complaint(python(&signature, &[&file, &jwks])).contains("not signed with this key"),
            "{name}"
        );
    }
    let nothing = selection.file("nothing.json", b"{}");
    assert!(complaint(verifier(&nothing, None)).contains("does not hold"));
    let missing = selection.folder.path().join("missing.json");
    assert!(complaint(verifier(&missing, None)).contains("cannot be read"));
}

#[tokio::test]
async fn a_proof_stays_as_it_is_when_keys_change_and_holds_with_the_keys_of_its_time() {
    let selection = Selection::closed().await;
    selection.publish(&selection.sign(&selection.by_ranking()).await).await;
    let before = selection.proof().await.expect(200);
    let proof = selection.file("proof.json", &before.body);
    let of_its_time = selection.keys("then.json").await;
    let keys = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nasij"));
        command.env_clear().env("DATABASE_URL", selection.app.config.database_url());
        command.env("NASIJ_DATA_DIR", &selection.app.config.data_dir).arg("keys").args(arguments);
        printed(command)
    };
    keys(&["rotate", "--now"]);
    let kid = before.json()["signature"]["jwk"]["kid"].as_str().expect("a name").to_owned();
    wait_for_keys(&selection.app, |published| published.len() == 3 && published[2] == kid).await;
    let with_retired = selection.keys("retired.json").await;
    keys(&["revoke", &kid]);
    wait_for_keys(&selection.app, |published| !published.contains(&kid)).await;
    let without = selection.keys("without.json").await;

    let after = selection.proof().await.expect(200);
    assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")));
    for jwks in [of_its_time, with_retired] {
        printed(verifier(&proof, Some(&jwks)));
    }
    let output = run(verifier(&proof, Some(&without)));
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(report.contains(&format!("FAILED  signature: the key {kid} is not among")), "{report}");
    assert_eq!(report.matches("FAILED").count(), 1, "{report}");
}

/// Waits until the service publishes such keys: it looks every few seconds.
async fn wait_for_keys(app: &App, expected: impl Fn(&[String]) -> bool) {
    for _ in 0..150 {
        let set = app.get(JWKS).await.expect(200).json();
        let keys = set["keys"].as_array().expect("keys").iter();
        let kids: Vec<String> = keys.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect();
        if expected(&kids) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the keys do not change");
}

#[tokio::test]
async fn a_key_that_was_replaced_a_moment_ago_signs_no_proof() {
    let selection = Selection::closed().await;
    let designation = selection.sign(&selection.by_ranking()).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_nasij"));
    command.env_clear().env("DATABASE_URL", selection.app.config.database_url());
    command.env("NASIJ_DATA_DIR", &selection.app.config.data_dir);
    command.args(["keys", "rotate", "--now", "--json"]);
    let keys: Value = serde_json::from_str(&printed(command)).expect("JSON");
    selection.publish(&designation).await;
    let proof = selection.proof().await.expect(200).json();
    assert_eq!(proof["signature"]["jwk"]["kid"], keys["items"][0]["kid"]);
}

#[tokio::test]
async fn a_decision_without_a_ranking_is_proven_by_its_reasons() {
    let selection = Selection::closed().await;
    let reason = json!({"fr": "Aucune ville ne convainc."});
    let withheld = json!({"kind": "city", "basis": "withheld", "reason": reason});
    let first = selection.sign(&withheld).await;
    selection.publish(&first).await;
    let jwks = selection.keys("jwks.json").await;
    let holds = async |name: &str, basis: &str| {
        let answer = selection.proof().await.expect(200);
        assert_eq!(answer.json()["proof"]["decision"]["basis"], basis);
        printed(verifier(&selection.file(name, &answer.body), Some(&jwks)))
    };
    let report = holds("withheld.json", "withheld").await;
    assert!(report.contains("choice: withheld, with reasons"), "{report}");

    let reason = json!({"fr": "La ville accueille le forum."});
    let direct = json!({"kind": "city", "basis": "direct", "city_code": "meknes", "reason": reason});
    selection.publish(&selection.sign(&direct).await).await;
    let report = holds("direct.json", "direct").await;
    assert!(report.contains("directly, with reasons") && !report.contains("ranking"), "{report}");
    let id = first.rsplit('/').next().expect("an identifier");
    let path = selection.jury.path(&format!("results/proof?kind=city&designation={id}"));
    let earlier = selection.app.get(&path).await.expect(200).json();
    assert_eq!(earlier["proof"]["decision"]["basis"], "withheld", "each publication keeps its proof");
}

#[tokio::test]
async fn the_proof_of_a_title_that_passed_to_the_reserve_names_the_one_before() {
    let selection = Selection::closed().await;
    let first = selection.sign(&selection.by_ranking()).await;
    selection.publish(&first).await;
    let app = &selection.app;
    app.take_to(&selection.jury.admin, &selection.jury.nominations[0], "revoked").await.expect(201);
    let next = json!({
        "kind": "city", "basis": "ranking",
        "selected": [{"nomination_id": selection.jury.id(2)}], "reserve": [selection.jury.id(1)],
        "reason": {"fr": "Le titre a été retiré."},
    });
    let second = selection.sign(&next).await;
    selection.publish(&second).await;
    let jwks = selection.keys("jwks.json").await;
    let id = |path: &str| path.rsplit('/').next().expect("an identifier").to_owned();
    for (name, designation) in [("first.json", &first), ("second.json", &second)] {
        let path = selection.jury.path(&format!("results/proof?kind=city&designation={}", id(designation)));
        let answer = app.get(&path).await.expect(200);
        assert_eq!(answer.json()["proof"]["designation_id"], id(designation));
        printed(verifier(&selection.file(name, &answer.body), Some(&jwks)));
    }
    let latest = selection.proof().await.expect(200).json();
    assert_eq!(latest["proof"]["follows"]["designation_id"], id(&first));
    assert_eq!(latest["proof"]["designation_id"], id(&second));
}
