//! Published results, as everybody reads them.

use serde_json::json;

use crate::app::App;
use crate::decisions::{by_ranking, good, of_honours};

#[tokio::test]
async fn a_result_says_who_on_what_basis_and_who_signed_for_which_institution() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let published = app.published(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    let result = app.get("/v1/editions/2027/results").await.items().remove(0);
    for field in ["id", "kind", "basis", "city_code", "selected", "reserve", "commitment"] {
        assert_eq!(result[field], published[field], "{field}");
    }
    let proof = app.get(result["proof"].as_str().unwrap()).await.expect(200).json();
    assert_eq!(proof["proof"]["designation_id"], result["id"]);
    let institutions: Vec<_> =
        result["signatures"].as_array().unwrap().iter().map(|signature| &signature["institution"]).collect();
    assert_eq!(institutions, ["icso", "ministry"]);
    // Nobody is named.
    let text = result.to_string();
    assert!(!text.contains("account") && !text.contains("officer"), "{text}");
}

#[tokio::test]
async fn results_are_read_by_kind_and_page() {
    let app = App::start().await;
    let jury = app.with_closed_honours_jury(2027, &[9, 8]).await;
    let who = app.institutions().await;
    assert_eq!(app.get("/v1/editions/2027/results?count=exact").await.json()["page"]["total"], 0);
    app.published(&who, 2027, &of_honours(&jury, &[0], &[1])).await;
    assert_eq!(app.get("/v1/editions/2027/results?kind=city").await.items().len(), 0);
    let result = app.get("/v1/editions/2027/results?kind=association&lang=fr").await.items().remove(0);
    assert_eq!(result["selected"][0]["title"], "Association honorée");
    assert_eq!(result["selected"][0]["association_id"], jury.nominations[0]["association_id"]);
    assert_eq!(result["reserve"][0]["nomination_id"], jury.nominations[1]["id"]);
    assert!(result.get("city_code").is_none());
    app.get("/v1/editions/2027/results?kind=region").await.problem(400);
    app.get("/v1/editions/2190/results").await.problem(404);
}

#[tokio::test]
async fn what_was_not_published_is_no_result() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let withdrawn = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    let nothing = async |when: &str| {
        for token in [&who.icso, &who.ministry, &jury.chair, &jury.admin] {
            assert_eq!(
                app.get_as(token, "/v1/editions/2027/results").await.items(),
                Vec::<serde_json::Value>::new(),
                "{when}"
            );
        }
    };
    nothing("proposed").await;
    app.take_designation_to(&who.icso, &withdrawn, "withdrawn").await.expect(201);
    nothing("withdrawn").await;
    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    nothing("signed").await;
    app.take_designation_to(&who.ministry, &signed, "annulled").await.expect(201);
    nothing("annulled").await;
    assert_eq!(app.get("/v1/editions/2027").await.json()["status"], json!("city_review"));
}
