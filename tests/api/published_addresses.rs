//! What was published under an address stays there, also when its edition was cancelled or postponed and another one has
//! taken its year.

use nasij::access::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::{by_ranking, good};
use crate::juries::Jury;
use crate::steps::{column, fault, faults};

const PATH: &str = "/v1/editions/2027";

/// Everything that was published of an edition.
struct Published {
    jury: Jury,
    id: String,
    designation: String,
    deliberation: String,
}

impl Published {
    async fn new(app: &App) -> Self {
        let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
        let who = app.institutions().await;
        let designation = app.published(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
        let deliberation = app.get(&format!("{PATH}/deliberations")).await.items()[0].clone();
        let text = |value: &Value| value.as_str().expect("an identifier").to_owned();
        Self {
            id: text(&app.get(PATH).await.json()["id"]),
            designation: text(&designation["id"]),
            deliberation: text(&deliberation["id"]),
            jury,
        }
    }

    /// What anybody could read under the year, by its address.
    fn addresses(&self) -> [String; 4] {
        [
            format!("{PATH}/results/proof?kind=city&designation={}", self.designation),
            format!("{PATH}/results/proof?kind=city"),
            format!("{PATH}/deliberations/{}", self.deliberation),
            format!("{PATH}/ranking?kind=city"),
        ]
    }

    async fn read(&self, app: &App) -> Vec<Value> {
        let mut read = Vec::new();
        for address in self.addresses() {
            read.push(app.get(&address).await.expect(200).json());
        }
        read
    }
}

impl App {
    async fn take_2027_to(&self, token: &str, body: &Value) {
        let transitions = format!("{PATH}/transitions");
        let request = self.request(reqwest::Method::POST, &transitions).token(token).if_match("*");
        request.json(body).send().await.expect(201);
    }
}

#[tokio::test]
async fn after_a_title_was_decided_its_year_gets_no_other_city_by_hand() {
    let app = App::start().await;
    app.with_draft_edition(2027, &json!({"city_code": "agadir"})).await;
    let admin = app.token_of(app.admin()).await;
    app.delete(&admin, PATH, "*").await.expect(204);
    let published = Published::new(&app).await;
    app.take_2027_to(&admin, &json!({"to": "cancelled", "reason": {"fr": "Séisme."}})).await;
    // Nor does a draft of before come back with one.
    let reason = json!({"reason": "Supprimée par erreur."});
    let back = app.post(&admin, &format!("{PATH}/restorations"), &reason).await.problem(422);
    assert_eq!(column(&back["errors"].as_array().cloned().unwrap(), "code"), ["title_decided"]);
    let ministry = app.token(Role::MinistryOfficer).await;
    let named = json!({"city_code": "tetouan", "designated_on": "2027-01-05"});
    let mut again = json!({"year": 2027, "name": {"fr": "La suivante"}});
    for token in [&admin, &ministry] {
        for field in ["city_code", "designated_on"] {
            let mut body = again.clone();
            body[field] = named[field].clone();
            let refused = app.post(token, "/v1/editions", &body).await.problem(422);
            assert_eq!(faults(&refused), fault(&format!("/{field}"), "title_decided"), "{body}");
            assert!(
                refused["errors"][0]["detail"].as_str().unwrap().contains("/v1/editions/2027/designations")
            );
        }
    }
    app.post(&admin, "/v1/editions", &again).await.expect(201);
    for token in [&admin, &ministry] {
        let refused = app.patch(token, PATH, "*", &named).await.problem(422);
        assert_eq!(column(&refused["errors"].as_array().cloned().unwrap(), "code"), ["title_decided"; 2]);
        again["city_code"] = json!("tetouan");
        app.put(token, PATH, "*", &again).await.problem(422);
    }
    assert!(app.get(PATH).await.json().get("city_code").is_none());
    assert_eq!(app.get(&format!("/v1/editions/{}", published.id)).await.json()["city_code"], "03.231.01.0");
}

#[tokio::test]
async fn a_cancelled_editions_results_stay_beside_those_of_its_successor() {
    let app = App::start().await;
    let published = Published::new(&app).await;
    let admin = &published.jury.admin;
    let before = published.read(&app).await;
    let etag = app.get(PATH).await.header("etag").to_owned();
    app.take_2027_to(admin, &json!({"to": "cancelled", "reason": {"fr": "Séisme."}})).await;
    let again = json!({"year": 2027, "name": {"fr": "La suivante"}});
    app.post(admin, "/v1/editions", &again).await.expect(201);
    assert_eq!(published.read(&app).await, before);

    let live = app.get(PATH).await.json();
    assert_eq!((&live["status"], &live["earlier_editions"]), (&json!("draft"), &json!([published.id])));
    app.patch(admin, PATH, &etag, &json!({"slogan": {"fr": "À sa place"}})).await.problem(412);
    let results = app.get(&format!("{PATH}/results")).await.items();
    assert_eq!(column(&results, "id"), [&json!(published.designation)]);
    assert_eq!(results[0]["edition_id"], published.id.as_str());
    assert_eq!(results[0]["edition_status"], "cancelled");
    assert_eq!(app.get(results[0]["proof"].as_str().unwrap()).await.expect(200).json(), before[0]);
    let designation = format!("{PATH}/designations/{}", published.designation);
    assert_eq!(app.get_as(admin, &designation).await.expect(200).json()["status"], "published");

    let by_id = format!("/v1/editions/{}", published.id);
    let cancelled = app.get(&by_id).await.expect(200).json();
    assert_eq!((&cancelled["status"], &cancelled["year"]), (&json!("cancelled"), &json!(2027)));
    assert!(cancelled.get("earlier_editions").is_none());
    let history = app.get(&format!("{by_id}/history")).await.items();
    assert_eq!(history.last().unwrap()["to"], "cancelled");
    for part in ["criteria", "events", "partners", "honours", "results", "deliberations"] {
        app.get(&format!("{by_id}/{part}")).await.expect(200);
    }
    let of_new = format!("/v1/editions/{}", live["id"].as_str().unwrap());
    assert_eq!(app.get(&format!("{of_new}/results")).await.items().len(), 0, "its own alone");
    app.get(&format!("{of_new}/results/proof?kind=city")).await.problem(404);
    app.get("/v1/editions/01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11").await.problem(404);

    // The successor decides otherwise: under the year there is both.
    let who = app.institutions().await;
    let direct =
        json!({"kind": "city", "basis": "direct", "city_code": "meknes", "reason": {"fr": "Par accord."}});
    let second = app.published(&who, 2027, &direct).await;
    let results = app.get(&format!("{PATH}/results")).await.items();
    assert_eq!(column(&results, "id"), [&json!(published.designation), &second["id"]]);
    let proof = app.get(&published.addresses()[0]).await.expect(200).json();
    assert_eq!(proof, before[0]);
    let latest = app.get(&published.addresses()[1]).await.expect(200).json();
    assert_eq!(latest["proof"]["designation_id"], second["id"]);
}

#[tokio::test]
async fn a_postponed_editions_results_are_found_under_the_year_that_they_were_published_in() {
    let app = App::start().await;
    let published = Published::new(&app).await;
    let admin = &published.jury.admin;
    let before = published.read(&app).await;
    let put_off = json!({"to": "postponed", "reason": {"fr": "Pandémie."}, "year": 2028});
    app.take_2027_to(admin, &put_off).await;
    assert_eq!(app.get(PATH).await.problem(404)["code"], "no_edition");
    let after = published.read(&app).await;
    assert_eq!(after[..2], before[..2], "the proofs");
    assert_eq!(after[2]["commitment"], before[2]["commitment"]);
    assert_eq!(after[3]["places"], before[3]["places"]);
    for year in [2027, 2028] {
        let results = app.get(&format!("/v1/editions/{year}/results")).await.items();
        assert_eq!(column(&results, "edition_year"), [2028]);
    }
    assert_eq!(app.get(&format!("/v1/editions/{}", published.id)).await.json()["year"], 2028);
    app.post(admin, "/v1/editions", &json!({"year": 2027, "name": {"fr": "Une autre"}})).await.expect(201);
    assert_eq!(published.read(&app).await[..2], before[..2]);
    app.get("/v1/editions/2026/results/proof?kind=city").await.problem(404);
}
