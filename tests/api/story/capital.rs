//! How a city becomes capital.

use reqwest::Method;
use serde_json::{Value, json};

use crate::files::{PDF, pdf};

use super::people::{People, instant, register};
use super::recorder::{Person, Shown, Story};

const EDITION: &str = "/v1/editions/2027";

/// The nominations of the two cities.
pub(super) struct Cities {
    fes: String,
    agadir: String,
}

fn path(nomination: &str) -> String {
    format!("/v1/nominations/{nomination}")
}

/// The ministry prepares the edition and opens the call.
pub(super) async fn call(story: &mut Story, people: &People) {
    story.chapter("The call for candidate cities");
    story.tell("The ministry prepares an edition. It begins as a draft, with the default criteria; its parameters, criteria and \
                weights stand firm once the first call opens.");
    let edition = json!({
        "year": 2027,
        "name": {"ar": "عاصمة المجتمع المدني المغربي لسنة 2027", "fr": "Capitale de la société civile marocaine 2027"},
        "theme": {"fr": "Associations et jeunesse"},
        "city_call": {"opens_at": instant(-3600), "closes_at": instant(3600)},
        "parameters": {"min_active_associations": 5, "min_activity_fields": 5},
    });
    let shown = Shown::Fields(&["year", "status", "city_call", "parameters"]);
    story.post(&people.ministry, "/v1/editions", &edition, shown).await.expect(201);
    let criteria = "/v1/editions/2027/criteria?nomination_kind=city&lang=fr";
    story.read(&people.public, criteria, Shown::Fields(&["code", "name", "weight"])).await.expect(200);
    story.tell(
        "Nobody can nominate yet, and no state can be skipped. A wrong step is told with the allowed ones.",
    );
    let shown = Shown::Fields(&["status", "code", "detail", "errors"]);
    story.take(&people.ministry, EDITION, &json!({"to": "honours_call_open"}), shown).await.problem(409);
    story.take(&people.ministry, EDITION, &json!({"to": "city_call_open"}), Shown::Whole).await.expect(201);
    story.tell(
        "Before filling any form, anyone may ask whether a city would pass, and reads what is missing.",
    );
    let question = json!({"kind": "city", "city_code": "fes"});
    let checks = "/v1/editions/2027/eligibility-checks?lang=fr";
    let answer = story.post(&people.public, checks, &question, Shown::Whole).await.expect(200).json();
    assert_eq!(answer["outcome"], "fail");
    story.tell("The ministry registers the associations of Fès and Agadir (not shown). Then Fès passes.");
    register(story, &people.ministry, "fes").await;
    register(story, &people.ministry, "agadir").await;
    let answer =
        story.post(&people.public, checks, &question, Shown::Fields(&["outcome"])).await.expect(200).json();
    assert_eq!(answer["outcome"], "pass");
}

/// The cities nominate themselves, one has to complete its nomination, and both are screened.
pub(super) async fn nominations(story: &mut Story, people: &People) -> Cities {
    story.chapter("The nominations of the cities");
    story.tell("The representative of Fès writes a draft. Nobody else but the offices sees it.");
    let fes = nominate(story, &people.fes, "fes", Shown::Whole).await;
    let fes = story.name(&fes["id"], "nomination of Fès");
    story.read(&people.public, &path(&fes), Shown::Fields(&["status", "code"])).await.problem(404);
    let achievement = json!({
        "value": "dialogue",
        "title": {"fr": "Maison des associations"},
        "description": {"fr": "Un lieu ouvert à toutes les associations de la ville, depuis dix ans."},
    });
    let achievements = format!("{}/achievements", path(&fes));
    story
        .post(&people.fes, &achievements, &achievement, Shown::Fields(&["value", "title"]))
        .await
        .expect(201);
    story.tell("It adds a supporting document. These are never public: the offices read them, and the jurors who have declared \
                that they have no conflict of interest.");
    document(story, &people.fes, &fes).await;
    story.tell("It submits. From here on the nomination is public.");
    let submitted = json!({"to": "submitted"});
    story.take(&people.fes, &path(&fes), &submitted, Shown::Whole).await.expect(201);
    story.tell("Agadir forgets its programme, and the ministry asks it to complete the nomination.");
    let agadir = nominate(story, &people.agadir, "agadir", Shown::Status).await;
    let agadir = story.name(&agadir["id"], "nomination of Agadir");
    story.take(&people.agadir, &path(&agadir), &submitted, Shown::Status).await.expect(201);
    let completion = json!({"to": "needs_completion", "reason": "Le programme de l'année manque."});
    story
        .take(&people.ministry, &path(&agadir), &completion, Shown::Fields(&["from", "to", "reason"]))
        .await
        .expect(201);
    let programme = json!({"programme": {"fr": "Douze mois, douze quartiers."}});
    let agadir_path = path(&agadir);
    let record = (agadir_path.as_str(), agadir_path.as_str());
    story
        .change(Method::PATCH, &people.agadir, record, &programme, Shown::Fields(&["status", "programme"]))
        .await
        .expect(200);
    story.take(&people.agadir, &path(&agadir), &submitted, Shown::Status).await.expect(201);
    screening(story, people, &[&fes, &agadir]).await;
    Cities { fes, agadir }
}

async fn nominate(story: &mut Story, who: &Person, city: &str, shown: Shown) -> Value {
    let mut nomination = json!({
        "kind": "city",
        "edition_year": 2027,
        "city_code": city,
        "statement": {"ar": "نسيج جمعوي عريق ومتنوع.", "fr": "Un tissu associatif ancien et divers."},
    });
    if city == "fes" {
        nomination["programme"] = json!({"fr": "Une année de rencontres dans les quartiers."});
    }
    story.post(who, "/v1/nominations", &nomination, shown).await.expect(201).json()
}

async fn document(story: &mut Story, who: &Person, nomination: &str) {
    // A file is no JSON: the page tells the request in words.
    let documents = format!("{}/documents", path(nomination));
    let token = who.token.as_deref().expect("a representative has a token");
    let request = story.app.request(Method::POST, &format!("{documents}?name=programme.pdf")).token(token);
    let answer = request.body(PDF, pdf("Programme")).send().await;
    answer.expect(201);
    story.read(who, &documents, Shown::Fields(&["name", "media_type", "size", "sha256"])).await.expect(200);
}

/// The call closes and the officers decide by the checks.
async fn screening(story: &mut Story, people: &People, nominations: &[&str]) {
    story.chapter("Screening");
    story.tell("The call cannot be closed before its time; the ministry shortens its window first. A nomination that comes later \
                is refused.");
    let refused = Shown::Fields(&["status", "code", "detail"]);
    story.take(&people.ministry, EDITION, &json!({"to": "city_review"}), refused).await.problem(409);
    let window = json!({"city_call": {"closes_at": instant(0)}});
    story
        .change(Method::PATCH, &people.ministry, (EDITION, EDITION), &window, Shown::Fields(&["city_call"]))
        .await
        .expect(200);
    story
        .take(&people.ministry, EDITION, &json!({"to": "city_review"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
    let late = json!({"kind": "city", "edition_year": 2027, "city_code": "rabat", "statement": {"fr": "Trop tard."}});
    let late = story.post(&people.ministry, "/v1/nominations", &late, Shown::Status).await.expect(201).json();
    let late = story.name(&late["id"], "late nomination");
    story.take(&people.ministry, &path(&late), &json!({"to": "submitted"}), refused).await.problem(409);
    story.tell("The checks are computed from the register, with the figures that were used.");
    let eligibility = format!("{}/eligibility?lang=fr", path(nominations[0]));
    story.read(&people.public, &eligibility, Shown::Whole).await.expect(200);
    for (place, nomination) in nominations.iter().enumerate() {
        let shown = if place == 0 { Shown::Whole } else { Shown::Status };
        story.take(&people.ministry, &path(nomination), &json!({"to": "eligible"}), shown).await.expect(201);
    }
    story.tell("With the decision the report is frozen: whatever changes in the register later, it stays.");
    story.read(&people.public, &eligibility, Shown::Fields(&["outcome", "frozen"])).await.expect(200);
}

/// The jury is drawn, declares, scores and closes.
pub(super) async fn jury(story: &mut Story, people: &People, cities: &Cities) {
    story.chapter("The jury");
    story.tell("The chair, who scores nothing, has the jurors drawn: by chance, balanced, and without those who belong to a nominated city. A rehearsal \
                says that the draw is possible, and never what it will be; the answer tells the seed that the service has drawn, so that anybody can draw the same again.");
    let draw = json!({"kind": "city", "evaluations_per_nomination": 4});
    let assignments = "/v1/editions/2027/assignments";
    for person in people.jurors.iter().chain([&people.chair]) {
        story.name(&json!(person.account_id), person.name);
    }
    let rehearsed = story
        .post(&people.chair, &format!("{assignments}?dry_run=true"), &draw, Shown::Status)
        .await
        .expect(201)
        .json();
    let drawn =
        story.post(&people.chair, assignments, &draw, Shown::Fields(&["excluded"])).await.expect(201).json();
    assert!(rehearsed.get("assigned").is_none());
    let excluded = drawn["excluded"].as_array().expect("a list");
    assert!(excluded.iter().any(|pair| pair["juror_id"] == *people.jurors[0].account_id), "{excluded:?}");
    let pairs = drawn["assigned"].as_array().expect("a list").clone();
    let of = |nomination: &str| -> Vec<&Person> {
        let of_nomination = pairs.iter().filter(|pair| pair["nomination_id"] == *nomination);
        let mut jurors: Vec<&Person> = of_nomination.map(|pair| people.juror(&pair["juror_id"])).collect();
        // The page tells of the first ones, always by the same names.
        jurors.sort_by_key(|juror| juror.name != "a juror");
        jurors
    };
    story.tell("Before reading or scoring anything a juror declares that there is no conflict of interest.");
    let (fes, agadir) = (of(&cities.fes), of(&cities.agadir));
    evaluate(story, fes[0], &cities.fes, &sheet(9, 8), true).await;
    story.tell("Another juror, who has not submitted, sees nothing of it.");
    let evaluations = format!("{}/evaluations", path(&cities.fes));
    let seen = story.read(fes[1], &evaluations, Shown::Fields(&["status"])).await.items();
    assert_eq!(seen.len(), 1, "{seen:?}");
    for juror in &fes[1..] {
        evaluate(story, juror, &cities.fes, &sheet(8, 8), false).await;
    }
    for juror in &agadir {
        evaluate(story, juror, &cities.agadir, &sheet(7, 7), false).await;
    }
    story.tell("Once nobody has still to write, the jurors of a nomination read each other's sheets: all at once, in an order and \
                under names that are random, without a person or a time.");
    let sheets = format!("{}/score-sheets", path(&cities.fes));
    let shared = story.read(fes[1], &sheets, Shown::Status).await.items();
    assert_eq!(shared.len(), 4, "{shared:?}");
    story.tell("The chair sees how far the jury is, in numbers.");
    let progress = "/v1/editions/2027/evaluation-progress?kind=city";
    story.read(&people.chair, progress, Shown::Fields(&["nominations"])).await.expect(200);
    story.tell("The jury closes. What everybody sees at once is a commitment: the hash of all scores, under pseudonyms, with a salt.");
    let deliberations = "/v1/editions/2027/deliberations";
    story
        .post(
            &people.chair,
            deliberations,
            &json!({"kind": "city"}),
            Shown::Fields(&["kind", "status", "commitment", "closed_at"]),
        )
        .await
        .expect(201);
    story
        .read(&people.public, deliberations, Shown::Fields(&["kind", "status", "commitment"]))
        .await
        .expect(200);
    story.tell("The ranking is for the chair and the offices; to all others it is not published, and the nomination is still \
                under evaluation.");
    let ranking = "/v1/editions/2027/ranking?kind=city";
    story.read(&people.chair, ranking, Shown::Fields(&["places", "robustness"])).await.expect(200);
    story.read(&people.public, ranking, Shown::Fields(&["status", "code", "detail"])).await.problem(404);
    story.read(&people.fes, &path(&cities.fes), Shown::Fields(&["status"])).await.expect(200);
    story.tell("The ministry reports a conflict of interest of a juror. Alone it voids nothing: another office has to decide, and \
                until then no designation is proposed.");
    let found = json!({
        "juror_id": agadir[0].account_id, "conflict": true, "ground": "other",
        "statement": "Il conseille la ville depuis janvier.",
    });
    let conflicts = format!("{}/conflicts", path(&cities.agadir));
    let shown = Shown::Fields(&["kind", "ground", "status", "reported_by"]);
    let reported = story.post(&people.ministry, &conflicts, &found, shown).await.expect(201).json();
    let conflict = format!("{conflicts}/{}", story.name(&reported["id"], "conflict"));
    let confirmed = json!({"to": "confirmed", "reason": "Son contrat avec la ville est public."});
    let refused = Shown::Fields(&["status", "code", "detail"]);
    story.take(&people.ministry, &conflict, &confirmed, refused).await.problem(403);
    story.tell("ICSO confirms it. The sheet is voided, stays in the sealed record, and the result is recomputed; four evaluations less \
                one are still a quorum.");
    story
        .take(&people.icso, &conflict, &confirmed, Shown::Fields(&["from", "to", "decided_by", "reason"]))
        .await
        .expect(201);
}

/// A sheet with these scores on the first criterion and on all others.
fn sheet(first: i64, others: i64) -> Value {
    let codes = ["programme", "fit_with_values", "partnership", "heritage", "capacity_and_legacy"];
    let mut scores = json!({"association_vitality": {"score": first, "comment": "Dense et vivant."}});
    for code in codes {
        scores[code] = json!({"score": others});
    }
    json!({"scores": scores})
}

/// A juror declares, scores and submits.
pub(super) async fn evaluate(story: &mut Story, juror: &Person, nomination: &str, sheet: &Value, told: bool) {
    let shown = |fields: &'static [&'static str]| if told { Shown::Fields(fields) } else { Shown::Status };
    let nomination = path(nomination);
    let list = story.send(Method::GET, juror, &format!("{nomination}/evaluations"), None, None).await.items();
    let own = list.iter().find(|item| item.get("juror_id").is_some_and(|id| *id == *juror.account_id));
    let id = own.expect("an evaluation of the juror's own")["id"].as_str().expect("an identifier").to_owned();
    let evaluation = format!("{nomination}/evaluations/{id}");
    if told {
        story.name(&json!(id), "evaluation");
        story
            .post(juror, &format!("{nomination}/conflicts"), &json!({"conflict": false}), shown(&["kind"]))
            .await
            .expect(201);
        story
            .change(Method::PUT, juror, (&evaluation, &evaluation), sheet, shown(&["status", "scores"]))
            .await
            .expect(200);
        story.take(juror, &evaluation, &json!({"to": "submitted"}), shown(&["from", "to"])).await.expect(201);
        return;
    }
    let declaration = json!({"conflict": false});
    story
        .send(Method::POST, juror, &format!("{nomination}/conflicts"), None, Some(&declaration))
        .await
        .expect(201);
    story.send(Method::PUT, juror, &evaluation, Some("*"), Some(sheet)).await.expect(200);
    let submitted = json!({"to": "submitted"});
    let transitions = format!("{evaluation}/transitions");
    story.send(Method::POST, juror, &transitions, Some("*"), Some(&submitted)).await.expect(201);
}

/// The ministry and ICSO decide, and the result is published.
pub(super) async fn designation(story: &mut Story, people: &People, cities: &Cities) {
    story.chapter("The designation");
    story.tell("ICSO proposes the designation; both institutions sign the digest of what they read.");
    let proposal = json!({
        "kind": "city", "basis": "ranking",
        "selected": [{"nomination_id": cities.fes}], "reserve": [cities.agadir],
    });
    let designations = "/v1/editions/2027/designations";
    let shown = Shown::Fields(&["kind", "basis", "status", "selected", "reserve", "digest"]);
    let proposed = story.post(&people.icso, designations, &proposal, shown).await.expect(201).json();
    let id = story.name(&proposed["id"], "designation");
    let designation = format!("{designations}/{id}");
    let signatures = format!("{designation}/signatures");
    let signature = json!({"digest": proposed["digest"]});
    story.post(&people.icso, &signatures, &signature, Shown::Fields(&["institution"])).await.expect(201);
    story.tell("One signature is not enough, and the same institution does not sign twice.");
    let refused = Shown::Fields(&["status", "code", "detail"]);
    story.take(&people.ministry, &designation, &json!({"to": "published"}), refused).await.problem(409);
    story.post(&people.icso, &signatures, &signature, refused).await.problem(409);
    story.post(&people.ministry, &signatures, &signature, Shown::Fields(&["institution"])).await.expect(201);
    story.tell("The decision is made and under embargo: nobody else sees anything of it.");
    let edition =
        story.read(&people.public, EDITION, Shown::Fields(&["year", "status"])).await.expect(200).json();
    assert_eq!((&edition["status"], edition.get("city_code")), (&json!("city_review"), None));
    let results = "/v1/editions/2027/results";
    assert!(story.read(&people.public, results, Shown::Fields(&["items"])).await.items().is_empty());
    story.tell("The ministry publishes. The edition, the nominations, the city and the result change in one transaction.");
    story
        .take(&people.ministry, &designation, &json!({"to": "published"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
    let edition = story
        .read(&people.public, EDITION, Shown::Fields(&["year", "status", "city_code"]))
        .await
        .expect(200)
        .json();
    assert_eq!(edition["status"], "designated");
    let nomination = story
        .read(&people.public, &path(&cities.agadir), Shown::Fields(&["status"]))
        .await
        .expect(200)
        .json();
    assert_eq!(nomination["status"], "reserve");
    story.read(&people.public, &format!("{results}?lang=fr"), Shown::Whole).await.expect(200);
    let city = story
        .read(&people.public, "/v1/cities/fes", Shown::Fields(&["slug", "capital_years"]))
        .await
        .expect(200)
        .json();
    assert!(city["capital_years"].to_string().contains("2027"), "{city}");
    verify(story, people).await;
}

/// Anyone recomputes the result.
async fn verify(story: &mut Story, people: &People) {
    story.tell("Anyone can take the proof and recompute the result, without this service, and with keys that they have from elsewhere: `nasij verify-result proof.json --jwks service-keys.json`.");
    let proof = "/v1/editions/2027/results/proof?kind=city";
    let answer = story.read(&people.public, proof, Shown::Status).await.expect(200);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("proof.json");
    std::fs::write(&file, &answer.body).expect("the proof is kept");
    let keys = folder.path().join("service-keys.json");
    let published = story.app.get("/.well-known/jwks.json").await.expect(200);
    std::fs::write(&keys, &published.body).expect("the keys are kept");
    let verified = std::process::Command::new(env!("CARGO_BIN_EXE_nasij"))
        .arg("verify-result")
        .arg(&file)
        .arg("--jwks")
        .arg(&keys)
        .output()
        .expect("the verifier runs");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
