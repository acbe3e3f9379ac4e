//! How associations are honoured.

use reqwest::Method;
use serde_json::{Value, json};

use super::capital::evaluate;
use super::people::{People, day, instant, representative};
use super::recorder::{Person, Shown, Story};

const EDITION: &str = "/v1/editions/2027";

/// The nominations of five associations.
pub(super) struct Associations {
    nominations: Vec<String>,
    first: String,
}

fn path(nomination: &str) -> String {
    format!("/v1/nominations/{nomination}")
}

const REPRESENTATIVES: [&str; 5] = [
    "the first association",
    "the second association",
    "the third association",
    "the fourth association",
    "the fifth association",
];

const NOMINATIONS: [&str; 5] =
    ["first nomination", "second nomination", "third nomination", "fourth nomination", "fifth nomination"];

/// The call for honours: five associations of the capital are nominated and screened.
pub(super) async fn nominations(story: &mut Story, people: &People) -> Associations {
    story.chapter("The call for honours");
    let window = json!({"honours_call": {"opens_at": instant(-3600), "closes_at": instant(3600)}});
    story
        .change(Method::PATCH, &people.ministry, (EDITION, EDITION), &window, Shown::Status)
        .await
        .expect(200);
    story
        .take(&people.ministry, EDITION, &json!({"to": "honours_call_open"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
    let city = story.app.get("/v1/cities/fes").await.json()["code"].as_str().expect("a code").to_owned();
    let seated = story.app.get(&format!("/v1/associations?city={city}&sort=created_at")).await.items();
    let seated: Vec<Value> = seated
        .into_iter()
        .filter(|association| association["name"]["fr"].as_str().is_some_and(|name| name.ends_with("de fes")))
        .collect();
    // The last one has only just declared itself.
    let young = json!({"receipt_status": "provisional", "receipt_on": day(10)});
    let last = format!("/v1/associations/{}", seated[4]["id"].as_str().expect("an identifier"));
    story.send(Method::PATCH, &people.ministry, &last, Some("*"), Some(&young)).await.expect(200);
    story.tell("Five associations of Fès nominate themselves, each with an achievement that is tied to a value. The first of them:");
    let (mut nominations, mut representatives) = (Vec::new(), Vec::new());
    for (place, association) in seated.iter().enumerate() {
        story.name(
            &association["id"],
            &format!("{} association", NOMINATIONS[place].split(' ').next().unwrap_or_default()),
        );
        let who = representative(&story.app, REPRESENTATIVES[place], association).await;
        nominations.push(nominate(story, &who, association, place).await);
        representatives.push(who);
    }
    close_call(story, people).await;
    screen(story, people, &nominations, (&representatives[4], &last)).await;
    Associations { nominations, first: seated[0]["id"].as_str().expect("an identifier").to_owned() }
}

async fn nominate(story: &mut Story, who: &Person, association: &Value, place: usize) -> String {
    let nomination = json!({
        "kind": "association", "edition_year": 2027, "association_id": association["id"],
        "statement": {"fr": "Dix ans de dialogue dans les quartiers."},
    });
    let achievement = json!({
        "value": "citizenship",
        "title": {"fr": "Conseils de jeunes"},
        "description": {"fr": "Douze conseils de jeunes élus, un par quartier."},
        "achieved_on": day(100),
    });
    let told = place == 0;
    let shown = |fields: &'static [&'static str]| if told { Shown::Fields(fields) } else { Shown::Status };
    if !told {
        let created = story
            .send(Method::POST, who, "/v1/nominations", None, Some(&nomination))
            .await
            .expect(201)
            .json();
        let id = story.name(&created["id"], NOMINATIONS[place]);
        let achievements = format!("{}/achievements", path(&id));
        story.send(Method::POST, who, &achievements, None, Some(&achievement)).await.expect(201);
        let transitions = format!("{}/transitions", path(&id));
        story
            .send(Method::POST, who, &transitions, Some("*"), Some(&json!({"to": "submitted"})))
            .await
            .expect(201);
        return id;
    }
    let created =
        story.post(who, "/v1/nominations", &nomination, shown(&["id", "status"])).await.expect(201).json();
    let id = story.name(&created["id"], NOMINATIONS[place]);
    story
        .post(who, &format!("{}/achievements", path(&id)), &achievement, shown(&["value", "title"]))
        .await
        .expect(201);
    story.take(who, &path(&id), &json!({"to": "submitted"}), shown(&["from", "to"])).await.expect(201);
    id
}

async fn close_call(story: &mut Story, people: &People) {
    let window = json!({"honours_call": {"closes_at": instant(0)}});
    story.send(Method::PATCH, &people.ministry, EDITION, Some("*"), Some(&window)).await.expect(200);
    story
        .take(&people.ministry, EDITION, &json!({"to": "honours_review"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
}

/// ICSO confirms the values; one association is not eligible at first and appeals.
async fn screen(
    story: &mut Story,
    people: &People,
    nominations: &[String],
    (nominator, young): (&Person, &str),
) {
    story.tell("What the register cannot decide needs a review: ICSO confirms that the activity serves a value of the initiative.");
    let decision = json!({
        "check": "described_activity", "outcome": "pass",
        "reason": "Les conseils de jeunes servent la citoyenneté.",
    });
    for (place, nomination) in nominations.iter().enumerate() {
        let decisions = format!("{}/eligibility/decisions", path(nomination));
        if place == 0 {
            story
                .post(&people.icso, &decisions, &decision, Shown::Fields(&["check", "outcome", "reason"]))
                .await
                .expect(201);
        } else {
            story.send(Method::POST, &people.icso, &decisions, None, Some(&decision)).await.expect(201);
        }
    }
    let eligible = json!({"to": "eligible"});
    for nomination in &nominations[..4] {
        let transitions = format!("{}/transitions", path(nomination));
        story
            .send(Method::POST, &people.ministry, &transitions, Some("*"), Some(&eligible))
            .await
            .expect(201);
    }
    story.tell("The receipt of the fifth is provisional and too young. No officer can find it eligible against the checks.");
    let last = &nominations[4];
    let refused = Shown::Fields(&["status", "code", "detail", "errors"]);
    story.take(&people.ministry, &path(last), &eligible, refused).await.problem(409);
    let ineligible =
        json!({"to": "ineligible", "reason": "Le récépissé provisoire a moins de soixante jours."});
    story
        .take(&people.ministry, &path(last), &ineligible, Shown::Fields(&["from", "to", "reason"]))
        .await
        .expect(201);
    story.tell("Its final receipt arrives, and it appeals, which it may do once, within the days that the edition gives.");
    let receipt = json!({"receipt_status": "final", "receipt_on": day(0)});
    story.send(Method::PATCH, &people.ministry, young, Some("*"), Some(&receipt)).await.expect(200);
    let appeal = json!({"to": "submitted", "reason": "Le récépissé définitif est arrivé."});
    story.take(nominator, &path(last), &appeal, Shown::Fields(&["from", "to", "reason"])).await.expect(201);
    story.take(&people.ministry, &path(last), &eligible, Shown::Fields(&["from", "to"])).await.expect(201);
}

/// The jury scores the five; two are level in everything, and the chair decides.
pub(super) async fn jury(story: &mut Story, people: &People, associations: &Associations) {
    story.chapter("The jury of the honours");
    let draw = json!({"kind": "association"});
    let drawn = story
        .post(&people.chair, "/v1/editions/2027/assignments", &draw, Shown::Fields(&["excluded"]))
        .await
        .expect(201)
        .json();
    let pairs = drawn["assigned"].as_array().expect("a list").clone();
    for (nomination, score) in associations.nominations.iter().zip([8, 8, 7, 3, 9]) {
        let jurors = pairs.iter().filter(|pair| pair["nomination_id"] == **nomination);
        for juror in jurors.map(|pair| people.juror(&pair["juror_id"])) {
            evaluate(story, juror, nomination, &sheet(score), false).await;
        }
    }
    let deliberation = json!({"kind": "association"});
    story
        .post(
            &people.chair,
            "/v1/editions/2027/deliberations",
            &deliberation,
            Shown::Fields(&["status", "commitment"]),
        )
        .await
        .expect(201);
    story.tell("Two nominations are level in everything, and one does not pass. Only the chair can order level ones, with reasons.");
    let ranking = "/v1/editions/2027/ranking?kind=association";
    story.read(&people.chair, ranking, Shown::Fields(&["places"])).await.expect(200);
    let decision = json!({
        "kind": "association",
        "nominations": [associations.nominations[1], associations.nominations[0]],
        "reason": "La deuxième agit dans deux fois plus de quartiers.",
    });
    story
        .post(
            &people.chair,
            "/v1/editions/2027/tie-decisions",
            &decision,
            Shown::Fields(&["nominations", "reason"]),
        )
        .await
        .expect(201);
    let ranked = story.read(&people.chair, ranking, Shown::Fields(&["places"])).await.expect(200).json();
    assert_eq!(ranked["places"][1]["nomination_id"], *associations.nominations[1]);
}

/// The same score on every criterion.
fn sheet(score: i64) -> Value {
    let codes = [
        "fit_with_values",
        "effectiveness_and_impact",
        "innovation",
        "inclusion_and_participation",
        "sustainability",
        "volunteering_and_governance",
    ];
    let scores = codes.map(|code| (code.to_owned(), json!({"score": score})));
    json!({"scores": serde_json::Map::from_iter(scores)})
}

/// Three associations are honoured, one is in reserve.
pub(super) async fn designation(story: &mut Story, people: &People, associations: &Associations) {
    story.chapter("The honours");
    let honour = |place: usize, title: &str| {
        json!({"nomination_id": associations.nominations[place], "title": {"fr": title},
            "citation": {"fr": "Pour dix ans de dialogue."}})
    };
    let proposal = json!({
        "kind": "association", "basis": "ranking",
        "selected": [honour(4, "Grand prix"), honour(1, "Prix de la citoyenneté"), honour(0, "Prix du dialogue")],
        "reserve": [associations.nominations[2]],
    });
    let designations = "/v1/editions/2027/designations";
    let proposed = story
        .post(&people.ministry, designations, &proposal, Shown::Fields(&["kind", "status", "digest"]))
        .await
        .expect(201)
        .json();
    let id = story.name(&proposed["id"], "designation of honours");
    let designation = format!("{designations}/{id}");
    let signature = json!({"digest": proposed["digest"]});
    for who in [&people.ministry, &people.icso] {
        story
            .post(who, &format!("{designation}/signatures"), &signature, Shown::Fields(&["institution"]))
            .await
            .expect(201);
    }
    let association = format!("/v1/associations/{}", associations.first);
    let shown = Shown::Fields(&["name", "distinctions"]);
    let before = story.read(&people.public, &association, shown).await.expect(200).json();
    assert_eq!(before["distinctions"], json!([]));
    story
        .take(&people.ministry, &designation, &json!({"to": "published"}), Shown::Fields(&["from", "to"]))
        .await
        .expect(201);
    let after = story.read(&people.public, &association, shown).await.expect(200).json();
    assert_eq!(after["distinctions"][0]["edition_year"], 2027);
    let honours = "/v1/editions/2027/honours?lang=fr";
    let honours = story
        .read(&people.public, honours, Shown::Fields(&["association_id", "title", "citation"]))
        .await
        .items();
    assert_eq!(honours.len(), 3);
    let unselected = story
        .read(&people.public, &path(&associations.nominations[3]), Shown::Fields(&["status"]))
        .await
        .json();
    assert_eq!(unselected["status"], "not_selected");
}
