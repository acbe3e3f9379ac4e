//! The honours of an association, as its own record shows them.

use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::of_honours;
use crate::steps::{association, fault, faults};

#[tokio::test]
async fn an_association_shows_its_honours_once_they_are_published() {
    let app = App::start().await;
    let jury = app.with_closed_honours_jury(2027, &[9, 8, 7]).await;
    let who = app.institutions().await;
    let ids: Vec<String> = jury
        .nominations
        .iter()
        .map(|nomination| nomination["association_id"].as_str().unwrap().to_owned())
        .collect();
    let shown = async |place: usize| {
        app.get(&format!("/v1/associations/{}", ids[place])).await.expect(200).json()["distinctions"].clone()
    };
    assert_eq!(shown(0).await, json!([]));
    app.published(&who, 2027, &of_honours(&jury, &[0, 1], &[2])).await;
    let honour = &app.get(&format!("/v1/editions/2027/honours?association={}", ids[0])).await.items()[0];
    let expected = json!([{
        "edition_year": 2027,
        "title": honour["title"],
        "citation": honour["citation"],
        "awarded_on": honour["awarded_on"],
    }]);
    assert_eq!(shown(0).await, expected);
    assert_eq!(shown(2).await, json!([]));
    let listed = app.get("/v1/associations?q=association&limit=200&lang=fr").await.items();
    let of = |id: &str| listed.iter().find(|item| item["id"] == id).unwrap()["distinctions"].clone();
    assert_eq!((of(&ids[0])[0]["title"].clone(), of(&ids[2])), (json!("Association honorée"), json!([])));
    let expanded = app.get("/v1/editions/2027/honours?expand=association").await.items();
    assert!(expanded.iter().all(|honour| honour["association"]["distinctions"][0]["edition_year"] == 2027));
    let internal = app.get_as(&who.ministry, &format!("/v1/associations/{}", ids[0])).await.json();
    assert_eq!(internal["distinctions"], expected);

    // What was taken back is no distinction any more.
    app.take_to(&jury.admin, &jury.nominations[0], "revoked").await.expect(201);
    assert_eq!(shown(0).await, json!([]));
    assert_ne!(shown(1).await, json!([]));
}

#[tokio::test]
async fn several_honours_come_in_the_order_of_their_editions() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    let honoured = app.add_association(&admin, &association("Association honorée")).await.json();
    let id = honoured["id"].as_str().unwrap();
    for year in [2023, 2019] {
        app.execute(format!(
            "INSERT INTO honours (id, edition_id, association_id, title, version, created_at, updated_at) \
             SELECT '{}', id, '{id}', '{{\"fr\": \"Hommage\"}}', 1, created_at, created_at FROM editions WHERE year = {year}",
            nasij::database::types::Id::new()
        ));
    }
    let shown = app.get(&format!("/v1/associations/{id}")).await.json();
    let years: Vec<&Value> = shown["distinctions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|distinction| &distinction["edition_year"])
        .collect();
    assert_eq!(years, [2019, 2023]);
    assert!(shown["distinctions"][0].get("citation").is_none());
}

#[tokio::test]
async fn nobody_writes_a_distinction() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    let mut body = association("Association ambitieuse");
    body["distinctions"] = json!([{"edition_year": 2022, "title": {"fr": "Capitale"}}]);
    let refused = app.post(&admin, "/v1/associations", &body).await.problem(422);
    assert_eq!(faults(&refused), fault("/distinctions", "unknown_field"));
}
