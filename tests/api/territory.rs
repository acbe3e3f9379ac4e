//! Regions, provinces and cities.

use std::collections::BTreeSet;

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;

/// A city that does not exist yet.
fn new_city() -> Value {
    json!({
        "code": "02.411.01.99",
        "slug": "oujda-jadida",
        "name": {"ar": "وجدة الجديدة", "fr": "Oujda Jadida"},
        "kind": "urban",
        "province_code": "02.411",
        "population_2024": 12000,
        "location": {"lat": 34.69, "lon": -1.91},
    })
}

fn codes(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["code"].as_str()).collect()
}

#[tokio::test]
async fn morocco_has_12_regions_83_provinces_and_1503_cities() {
    let app = App::start().await;
    for (collection, total) in [("regions", 12), ("provinces", 83), ("cities", 1503)] {
        let list = app.get(&format!("/v1/{collection}?count=exact&limit=1")).await.expect(200).json();
        assert_eq!(list["page"]["total"], total, "{collection}");
    }
}

#[tokio::test]
async fn the_prefectures_of_arrondissements_are_part_of_casablanca() {
    let app = App::start().await;
    let parts = app.get("/v1/provinces?kind=prefecture_of_arrondissements").await.items();
    assert_eq!(parts.len(), 8);
    assert!(parts.iter().all(|part| part["parent_code"] == "06.141" && part["region_code"] == "06"));
    let whole = app.get("/v1/provinces/06.141?expand=region").await.expect(200).json();
    assert_eq!((&whole["kind"], &whole["region"]["code"]), (&json!("prefecture"), &json!("06")));
}

#[tokio::test]
async fn a_city_is_found_by_its_code_and_by_its_slug() {
    let app = App::start().await;
    let by_code = app.get("/v1/cities/02.411.01.23").await.expect(200);
    let by_slug = app.get("/v1/cities/oujda").await.expect(200);
    assert_eq!(by_code.json(), by_slug.json());
    let city = by_code.json();
    assert_eq!(city["name"]["ar"], "وجدة");
    assert_eq!(city["population_2024"], 506_224);
    assert_eq!((&city["province_code"], &city["region_code"]), (&json!("02.411"), &json!("02")));
}

#[tokio::test]
async fn an_unknown_city_is_a_problem_in_the_language_of_the_reader() {
    let app = App::start().await;
    let answer =
        app.request(Method::GET, "/v1/cities/atlantis").header("accept-language", "fr-MA").send().await;
    assert_eq!(answer.header("content-language"), "fr");
    let problem = answer.problem(404);
    assert_eq!(problem["code"], "not_found");
    assert_eq!(problem["title"], "Introuvable");
}

#[tokio::test]
async fn walking_the_pages_shows_every_city_once_and_back_again() {
    let app = App::start().await;
    let (mut path, mut seen) =
        ("/v1/cities?limit=200&sort=-population_2024&fields=code".to_owned(), Vec::new());
    let first_page = app.get(&path).await.items();
    let mut pages = 0;
    let mut last = loop {
        let page = app.get(&path).await.expect(200).json();
        pages += 1;
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|city| city["code"].as_str().unwrap().to_owned()),
        );
        match page["page"]["next"].as_str() {
            Some(next) => {
                path = format!("/v1/cities?limit=200&sort=-population_2024&fields=code&cursor={next}")
            }
            None => break page,
        }
    };
    assert_eq!((pages, seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (8, 1503, 1503));
    while let Some(prev) = last["page"]["prev"].as_str() {
        let path = format!("/v1/cities?limit=200&sort=-population_2024&fields=code&cursor={prev}");
        last = app.get(&path).await.expect(200).json();
        pages -= 1;
    }
    assert_eq!(pages, 1);
    assert_eq!(last["items"], Value::from(first_page));
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let app = App::start().await;
    let page = app.get("/v1/cities?limit=1").await.expect(200).json();
    let cursor = page["page"]["next"].as_str().unwrap();
    for path in ["/v1/cities?limit=1&kind=urban", "/v1/cities?limit=1&sort=code", "/v1/provinces?limit=1"] {
        let problem = app.get(&format!("{path}&cursor={cursor}")).await.problem(400);
        assert_eq!(problem["errors"][0]["parameter"], "cursor", "{path}");
    }
    app.get(&format!("/v1/cities?limit=1&cursor={cursor}x")).await.problem(400);
}

#[tokio::test]
async fn filters_narrow_together_and_facets_count() {
    let app = App::start().await;
    let list =
        app.get("/v1/cities?region=01,02&kind=urban&count=exact&facet=region,kind").await.expect(200).json();
    let items = list["items"].as_array().unwrap();
    assert!(items.iter().all(|city| city["kind"] == "urban"));
    assert!(items.iter().all(|city| ["01", "02"].contains(&city["region_code"].as_str().unwrap())));
    let regions: i64 = list["facets"]["region"]
        .as_array()
        .unwrap()
        .iter()
        .map(|facet| facet["count"].as_i64().unwrap())
        .sum();
    assert!(regions >= list["page"]["total"].as_i64().unwrap());
    let big = app.get("/v1/cities?population_2024[gte]=500000&sort=population_2024").await.items();
    assert!(codes(&big).contains(&"02.411.01.23"));
    assert!(big.iter().all(|city| city["population_2024"].as_i64() >= Some(500_000)));
}

#[tokio::test]
async fn tetouan_is_found_however_it_is_written() {
    let app = App::start().await;
    for spelling in ["tetouan", "TÉTOUAN", "تطوان", "تِطْوان", "tetoan", "tétou"] {
        let found = app.get(&format!("/v1/cities?q={spelling}")).await.items();
        assert!(codes(&found).contains(&"01.571.01.11"), "{spelling}: {found:?}");
    }
    let corrected = app.get("/v1/cities?q=tetoan").await.expect(200).json();
    assert_eq!(corrected["search"]["corrections"][0], json!({"typed": "tetoan", "corrected": "tetouan"}));
}

#[tokio::test]
async fn a_misspelt_parameter_is_named_with_the_right_one() {
    let app = App::start().await;
    let problem = app.get("/v1/cities?regoin=02&limit=0").await.problem(400);
    let errors = problem["errors"].as_array().unwrap();
    let error = |name: &str| errors.iter().find(|error| error["parameter"] == name);
    assert_eq!(error("regoin").unwrap()["did_you_mean"], "region");
    assert_eq!(error("limit").unwrap()["code"], "range");
}

#[tokio::test]
async fn texts_come_in_one_language_with_their_fallbacks() {
    let app = App::start().await;
    let answer = app.get("/v1/cities/oujda?lang=zgh&expand=province.region").await.expect(200);
    assert_eq!(answer.header("content-language"), "zgh");
    let city = answer.json();
    assert_eq!((&city["name"], &city["language_fallbacks"]["name"]), (&json!("Oujda"), &json!("fr")));
    assert_eq!(city["province"]["region"]["name"], "Oriental");
}

#[tokio::test]
async fn cities_around_a_place_come_nearest_first() {
    let app = App::start().await;
    let near = app.get("/v1/cities?near=35.57845,-5.36837&radius_km=15").await.items();
    assert_eq!(codes(&near)[..2], ["01.571.01.11", "01.573.01.03"]);
    assert!(near.iter().all(|city| city["distance_km"].as_f64() <= Some(15.0)));
}

#[tokio::test]
async fn cities_come_as_geojson_page_by_page() {
    let app = App::start().await;
    let path = "/v1/cities?near=35.57845,-5.36837&limit=1";
    let by_parameter = app.get(&format!("{path}&format=geojson")).await.expect(200);
    let accept = "application/geo+json";
    let by_header = app.request(Method::GET, path).header("accept", accept).send().await.expect(200);
    for map in [by_parameter, by_header] {
        assert_eq!(map.media_type(), Some(accept));
        let point = json!({"type": "Point", "coordinates": [-5.36837, 35.57845]});
        assert_eq!(map.json()["features"][0]["geometry"], point);
        assert!(map.header("link").contains("rel=\"next\""));
    }
}

#[tokio::test]
async fn who_has_the_current_version_gets_304_and_a_head_has_no_body() {
    let app = App::start().await;
    for path in ["/v1/cities/oujda", "/v1/cities?limit=5"] {
        let first = app.get(path).await.expect(200);
        let etag = first.header("etag");
        let second = app.request(Method::GET, path).header("if-none-match", etag).send().await.expect(304);
        assert_eq!(second.header("etag"), etag);
        let head = app.request(Method::HEAD, path).send().await.expect(200);
        assert_eq!(head.header("etag"), etag);
        let packed = app.compressed("br", Method::GET, path).send().await.expect(200);
        assert_eq!(packed.body, first.body);
        assert_ne!(packed.header("etag"), etag);
    }
}

#[tokio::test]
async fn an_officer_creates_changes_and_deletes_a_city() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let created =
        app.request(Method::POST, "/v1/cities").token(&token).json(&new_city()).send().await.expect(201);
    let path = created.header("location").to_owned();
    assert_eq!(path, "/v1/cities/02.411.01.99");
    let read = app.get(&path).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (created.json(), created.header("etag")));
    assert_eq!(codes(&app.get("/v1/cities?q=jadida&province=02.411").await.items()), ["02.411.01.99"]);

    let patch = json!({"population_2024": null, "name": {"en": "New Oujda"}});
    let change = || app.request(Method::PATCH, &path).token(&token).merge_patch(&patch);
    assert_eq!(change().send().await.problem(428)["code"], "precondition_required");
    let changed = change().if_match(created.header("etag")).send().await.expect(200);
    let city = changed.json();
    assert_eq!(city["name"], json!({"ar": "وجدة الجديدة", "fr": "Oujda Jadida", "en": "New Oujda"}));
    assert!(city.get("population_2024").is_none());
    let stale = change().if_match(created.header("etag")).send().await;
    assert_eq!(stale.header("etag"), changed.header("etag"));
    stale.problem(412);

    let delete = app.request(Method::DELETE, &path).token(&token).if_match(changed.header("etag"));
    delete.send().await.expect(204);
    app.get(&path).await.problem(410);
}

#[tokio::test]
async fn a_retry_with_the_same_key_creates_a_city_once() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let create = |city: &Value| {
        app.request(Method::POST, "/v1/cities")
            .token(&token)
            .header("idempotency-key", "\"k-1\"")
            .json(city)
            .send()
    };
    let first = create(&new_city()).await.expect(201);
    let retry = create(&new_city()).await.expect(201);
    assert_eq!(retry.header("idempotent-replayed"), "true");
    assert_eq!((retry.json(), retry.header("location")), (first.json(), first.header("location")));
    let mut other = new_city();
    other["slug"] = json!("other");
    assert_eq!(create(&other).await.problem(422)["code"], "idempotency_mismatch");
}

#[tokio::test]
async fn a_rehearsal_keeps_nothing() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let path = "/v1/cities?dry_run=true";
    app.request(Method::POST, path).token(&token).json(&new_city()).send().await.expect(201);
    app.get("/v1/cities/02.411.01.99").await.problem(404);
    let mut taken = new_city();
    taken["slug"] = json!("oujda");
    let problem = app.request(Method::POST, path).token(&token).json(&taken).send().await.problem(409);
    assert_eq!(problem["errors"][0]["pointer"], "/slug");
}

#[tokio::test]
async fn every_fault_of_a_new_city_is_told_at_its_place() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let faulty = json!({
        "code": "2", "slug": "Oujda!", "name": {"fr": ""}, "kind": "urban", "province_code": "02.411",
        "location": {"lat": 91, "lon": 0},
    });
    let problem =
        app.request(Method::POST, "/v1/cities").token(&token).json(&faulty).send().await.problem(422);
    let pointers: BTreeSet<&str> =
        problem["errors"].as_array().unwrap().iter().filter_map(|error| error["pointer"].as_str()).collect();
    assert_eq!(pointers, BTreeSet::from(["/code", "/location/lat", "/name/fr", "/slug"]));

    let mut unknown = new_city();
    unknown["poplation_2024"] = json!(1);
    let problem =
        app.request(Method::POST, "/v1/cities").token(&token).json(&unknown).send().await.problem(422);
    assert_eq!(problem["errors"][0]["did_you_mean"], "population_2024");
}

#[tokio::test]
async fn who_may_not_write_cities_is_told_why() {
    let app = App::start().await;
    let create = || app.request(Method::POST, "/v1/cities").json(&new_city());
    create().send().await.problem(401);
    create().token("not.a.token").send().await.problem(401);
    let juror = app.token(Role::Juror).await;
    let refused = create().token(&juror).send().await;
    assert!(refused.header("www-authenticate").contains("scope=\"cities:write\""));
    assert_eq!(refused.problem(403)["code"], "insufficient_scope");
}

#[tokio::test]
async fn a_bad_token_is_refused_even_on_a_public_read() {
    let app = App::start().await;
    let unread = app.request(Method::GET, "/v1/cities?limit=1").token("not.a.token").send().await;
    assert_eq!(unread.problem(401)["code"], "invalid_token");
}

#[tokio::test]
async fn a_wrong_method_and_a_wrong_address_are_problems_too() {
    let app = App::start().await;
    let answer = app.request(Method::DELETE, "/v1/regions").send().await;
    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    answer.problem(405);
    assert_eq!(app.get("/v1/citties").await.problem(404)["code"], "route_not_found");
}
