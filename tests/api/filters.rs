//! Filters: ranges, alternatives, places, and the formats in which places come.

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{column, fault, faults, vary, with};

async fn total(app: &App, path: &str) -> i64 {
    let list = app.get(&with(path, "count", "exact")).await.expect(200).json();
    list["page"]["total"].as_i64().expect("a total")
}

/// Five associations with known days and numbers.
async fn with_known_associations() -> App {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for (name, founded_on, volunteers) in
        [("A", "1801-01-01", 10), ("B", "1801-01-02", 20), ("C", "1801-01-03", 30), ("D", "1801-01-04", 40)]
    {
        let body = json!({
            "name": {"fr": name}, "founded_on": founded_on, "volunteers": volunteers, "scope": "abroad",
            "last_activity_on": "2001-05-05",
        });
        app.add_association(&token, &body).await;
    }
    app.add_association(&token, &json!({"name": {"fr": "Unknown"}, "scope": "abroad"})).await;
    app
}

#[tokio::test]
async fn each_end_of_a_range_includes_or_excludes_its_bound() {
    let app = with_known_associations().await;
    for (query, names) in [
        ("founded_on[gte]=1801-01-02", "BCD"),
        ("founded_on[gt]=1801-01-02", "CD"),
        ("founded_on[lte]=1801-01-02", "AB"),
        ("founded_on[lt]=1801-01-02", "A"),
        ("founded_on[gt]=1801-01-01&founded_on[lt]=1801-01-04", "BC"),
        ("founded_on[gte]=1801-01-04&founded_on[lte]=1801-01-01", ""),
        ("volunteers[gte]=20&volunteers[lt]=40", "BC"),
        ("volunteers[lte]=10", "A"),
        ("founded_year[lte]=1801&volunteers[gt]=30", "D"),
        ("last_activity_on[lt]=2001-05-05", ""),
        ("last_activity_on[lte]=2001-05-05&volunteers[gt]=10", "BCD"),
    ] {
        let items = app.get(&format!("/v1/associations?scope=abroad&sort=name.fr&{query}")).await.items();
        let found: String = items.iter().filter_map(|item| item["name"]["fr"].as_str()).collect();
        assert_eq!(found, names, "{query}");
    }
}

#[tokio::test]
async fn an_instant_bounds_what_changed_since() {
    let app = App::start().await;
    let before = app.get("/v1/associations?sort=-updated_at&limit=1").await.items();
    let last = before[0]["updated_at"].as_str().unwrap();
    let token = app.token(Role::Admin).await;
    app.add_association(&token, &json!({"name": {"fr": "Brand new"}})).await;
    let since = app.get(&with("/v1/associations", "updated_at[gt]", last)).await.items();
    assert_eq!(column(&since, "name"), [&json!({"fr": "Brand new"})]);
    let offset = with("/v1/associations", "updated_at[gte]", "2200-01-01T00:00:00+01:00");
    assert_eq!(total(&app, &offset).await, 0);
}

#[tokio::test]
async fn a_bound_of_the_wrong_type_is_named() {
    let app = App::start().await;
    for (collection, parameter, value, code) in [
        ("associations", "founded_on[gte]", "yesterday", "date"),
        ("associations", "founded_on[gte]", "2020-02-30", "date"),
        ("associations", "founded_on[lt]", "2020-1-1", "date"),
        ("associations", "founded_on[lt]", "+20200-01-01", "date"),
        ("associations", "founded_on[lt]", "", "date"),
        ("associations", "volunteers[gt]", "many", "type"),
        ("associations", "volunteers[gt]", "1.5", "type"),
        ("associations", "volunteers[gt]", "-1", "range"),
        ("associations", "volunteers[gt]", "99999999999999999999", "type"),
        ("associations", "founded_year[lte]", "1700", "range"),
        ("associations", "updated_at[gte]", "2020-01-01", "date_time"),
        ("associations", "public_utility", "yes", "type"),
        ("associations", "status", "sleeping", "one_of"),
        ("associations", "city", "", "length"),
        ("cities", "population_2024[gte]", "x", "type"),
        ("cities", "population_2024[lt]", "-5", "range"),
        ("cities", "capital_year", "x", "type"),
        ("cities", "kind", "urban,rual", "one_of"),
    ] {
        let path = with(&format!("/v1/{collection}"), parameter, value);
        assert_eq!(faults(&app.get(&path).await.problem(400)), fault(parameter, code), "{path}");
    }
    let problem = app.get("/v1/cities?kind=urban,rual").await.problem(400);
    assert_eq!(problem["errors"][0]["did_you_mean"], "rural");
    let problem = app.get("/v1/associations?founded_on=2020-01-01").await.problem(400);
    assert_eq!(faults(&problem), fault("founded_on", "unknown_parameter"));
}

#[tokio::test]
async fn days_before_our_era_and_far_ahead_harm_no_database() {
    let app = App::start().await;
    for day in ["0000-01-01", "0001-01-01", "9999-12-31"] {
        for sign in ["gte", "lte", "gt", "lt"] {
            app.get(&format!("/v1/associations?founded_on[{sign}]={day}")).await.expect(200);
            let instant = app.get(&format!("/v1/associations?updated_at[{sign}]={day}T00:00:00Z")).await;
            assert!(instant.status < 500, "{day} {sign}");
        }
    }
}

#[tokio::test]
async fn values_of_a_field_add_and_fields_narrow() {
    let app = App::start().await;
    let urban = total(&app, "/v1/cities?kind=urban").await;
    let rural = total(&app, "/v1/cities?kind=rural").await;
    assert_eq!((urban, rural), (242, 1261));
    assert_eq!(total(&app, "/v1/cities?kind=urban,rural").await, urban + rural);
    assert_eq!(total(&app, "/v1/cities?kind=urban,urban").await, urban);
    let (first, second) = (
        total(&app, "/v1/cities?region=01&kind=urban").await,
        total(&app, "/v1/cities?region=02&kind=urban").await,
    );
    assert!(first > 0 && second > 0);
    assert_eq!(total(&app, "/v1/cities?region=01,02&kind=urban").await, first + second);
    assert_eq!(total(&app, "/v1/cities?region=01&province=02.411").await, 0);
    let fields = app.get("/v1/associations?activity_field=1,2&limit=200").await.items();
    assert!(!fields.is_empty());
    for item in &fields {
        let codes = item["activity_fields"].as_array().unwrap();
        assert!(codes.contains(&json!("1")) || codes.contains(&json!("2")), "{item}");
    }
}

#[tokio::test]
async fn around_a_place_the_nearest_come_first_and_nothing_beyond_the_radius() {
    let app = App::start().await;
    // Rabat; Salé lies 5.4 km from it across the Bouregreg, by the great circle between their published places.
    let items = app.get("/v1/cities?near=34.01325,-6.83255&radius_km=40&limit=200").await.items();
    let distances: Vec<f64> = items.iter().map(|item| item["distance_km"].as_f64().unwrap()).collect();
    assert!(distances.is_sorted(), "{distances:?}");
    assert!(distances.iter().all(|distance| *distance <= 40.0));
    assert_eq!((&items[0]["slug"], distances[0]), (&json!("rabat"), 0.0));
    let sale = items.iter().find(|item| item["slug"] == "sale").expect("Salé is near Rabat");
    assert!((sale["distance_km"].as_f64().unwrap() - 5.4).abs() < 1.0, "{}", sale["distance_km"]);
    let narrower = app.get("/v1/cities?near=34.01325,-6.83255&radius_km=5&limit=200").await.items();
    assert!(narrower.iter().all(|item| item["slug"] != "sale"));
    assert_eq!(total(&app, "/v1/cities?near=34.01325,-6.83255&radius_km=40").await, items.len() as i64);
    assert_eq!(total(&app, "/v1/cities?near=34.01325,-6.83255&radius_km=0").await, 1);
    let antipode = app.get("/v1/cities?near=-34.01325,173.16745&limit=1").await.items();
    assert!(antipode[0]["distance_km"].as_f64() > Some(18_000.0), "{antipode:?}");
}

#[tokio::test]
async fn pages_around_a_place_go_on_outwards() {
    let app = App::start().await;
    let path = "/v1/cities?near=34.01325,-6.83255&radius_km=60&fields=distance_km";
    let whole = app.get(&with(path, "limit", "200")).await.items();
    let small =
        crate::collections::pages(&app, &app.token(Role::Juror).await, &with(path, "limit", "3"), "next")
            .await;
    assert_eq!(crate::collections::items(&small), whole);
    assert!(whole.len() > 6);
}

#[tokio::test]
async fn a_box_holds_what_lies_in_it() {
    let app = App::start().await;
    let items = app.get("/v1/cities?bbox=-7.0,33.9,-6.7,34.1&limit=200").await.items();
    assert!(
        items.iter().any(|item| item["slug"] == "rabat") && items.iter().any(|item| item["slug"] == "sale")
    );
    for item in &items {
        let (lat, lon) =
            (item["location"]["lat"].as_f64().unwrap(), item["location"]["lon"].as_f64().unwrap());
        assert!((33.9..=34.1).contains(&lat) && (-7.0..=-6.7).contains(&lon), "{item}");
    }
    let located = app.get("/v1/cities?limit=200&bbox=-180,-90,180,90").await.items();
    assert_eq!(located.len(), 200);
    assert_eq!(total(&app, "/v1/cities?bbox=10,10,11,11").await, 0);
}

#[tokio::test]
async fn places_that_are_none_are_refused() {
    let app = App::start().await;
    for (query, parameter, code) in [
        ("radius_km=5", "radius_km", "needs_parameter"),
        ("near=34.0,-6.8&radius_km=-1", "radius_km", "range"),
        ("near=34.0,-6.8&radius_km=2001", "radius_km", "range"),
        ("near=34.0,-6.8&radius_km=far", "radius_km", "not_a_number"),
        ("near=34.0", "near", "count_of_numbers"),
        ("near=91,0", "near", "coordinate_range"),
        ("near=0,181", "near", "coordinate_range"),
        ("near=NaN,0", "near", "not_a_number"),
        ("near=inf,0", "near", "not_a_number"),
        ("near=rabat", "near", "not_a_number"),
        ("bbox=-7,33,-6", "bbox", "count_of_numbers"),
        ("bbox=-7,34,-6,33", "bbox", "box_latitudes"),
        ("bbox=-700,33,-6,34", "bbox", "coordinate_range"),
        ("format=xml", "format", "one_of"),
    ] {
        let problem = app.get(&format!("/v1/cities?{query}")).await.problem(400);
        assert_eq!(faults(&problem), fault(parameter, code), "{query}");
    }
    let problem = app.get("/v1/associations?near=34.0,-6.8").await.problem(400);
    assert_eq!(faults(&problem), fault("near", "unknown_parameter"));
}

#[tokio::test]
async fn what_is_no_number_within_a_place_is_not_overlooked() {
    let app = App::start().await;
    for (parameter, value, code) in [
        ("near", "34.0,oops,-6.8", "not_a_number"),
        ("near", "34.0,,-6.8", "not_a_number"),
        ("near", "34.0,-6.8,", "not_a_number"),
        ("bbox", "-7,oops,33,-6,34", "not_a_number"),
        ("near", "34.0,1,-6.8", "count_of_numbers"),
    ] {
        let problem = app.get(&format!("/v1/cities?{parameter}={value}")).await.problem(400);
        assert_eq!(faults(&problem), fault(parameter, code), "{value}");
    }
}

#[tokio::test]
async fn a_bad_place_is_one_fault_and_not_also_a_missing_one() {
    let app = App::start().await;
    let problem = app.get("/v1/cities?near=91,0&radius_km=5").await.problem(400);
    assert_eq!(faults(&problem), fault("near", "coordinate_range"));
}

#[tokio::test]
async fn what_takes_one_word_takes_no_list_of_words() {
    let app = App::start().await;
    for (parameter, value) in [("format", "json,geojson"), ("count", "exact,exact")] {
        let problem = app.get(&format!("/v1/cities?{parameter}={value}")).await.problem(400);
        assert_eq!(faults(&problem), fault(parameter, "one_of"), "{parameter}={value}");
    }
}

#[tokio::test]
async fn places_come_as_geojson_by_accept_and_by_format() {
    let app = App::start().await;
    let path = "/v1/cities?region=04&sort=-population_2024&limit=3&lang=fr";
    let accepting = |accept: &'static str| app.request(Method::GET, path).header("accept", accept).send();
    let by_accept = accepting("application/geo+json").await.expect(200);
    let by_format = app.get(&with(path, "format", "geojson")).await.expect(200);
    assert_eq!(by_accept.json(), by_format.json());
    for answer in [&by_accept, &by_format] {
        assert_eq!(answer.media_type(), Some("application/geo+json"));
        assert!(vary(answer).split(", ").any(|name| name == "accept"));
        assert!(answer.header("link").contains("rel=\"next\""), "a map is paged as well");
    }
    let map = by_accept.json();
    assert_eq!(map["type"], "FeatureCollection");
    assert!(map.get("crs").is_none(), "RFC 7946 knows WGS 84 alone");
    let items = app.get(path).await.items();
    for (feature, item) in map["features"].as_array().unwrap().iter().zip(&items) {
        assert_eq!((&feature["type"], &feature["id"]), (&json!("Feature"), &item["code"]));
        let (lon, lat) =
            (item["location"]["lon"].as_f64().unwrap(), item["location"]["lat"].as_f64().unwrap());
        assert_eq!(feature["geometry"], json!({"type": "Point", "coordinates": [lon, lat]}));
        assert_eq!(feature["properties"]["name"], item["name"]);
        assert!(feature["properties"].get("location").is_none());
    }
    let parsed: geojson::GeoJson = by_accept.text().parse().expect("RFC 7946");
    assert!(matches!(parsed, geojson::GeoJson::FeatureCollection(map) if map.features.len() == 3));
    let format_wins = app
        .request(Method::GET, &with(path, "format", "json"))
        .header("accept", "application/geo+json")
        .send()
        .await;
    assert_eq!(format_wins.media_type(), Some("application/json"));
}

#[tokio::test]
async fn the_best_liked_format_is_given_and_none_is_406() {
    let app = App::start().await;
    let accepting =
        async |path: &str, accept: &str| app.request(Method::GET, path).header("accept", accept).send().await;
    for (accept, media_type) in [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/geo+json, */*;q=0.1", "application/geo+json"),
        ("application/geo+json; q=0.9", "application/geo+json"),
        ("application/geo+json;q=0, */*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
    ] {
        let answer = accepting("/v1/cities?limit=1", accept).await.expect(200);
        assert_eq!(answer.media_type(), Some(media_type), "{accept}");
    }
    for path in ["/v1/cities", "/v1/cities/oujda", "/v1/regions", "/v1/associations"] {
        for accept in ["text/html", "image/png, application/xml", "application/json;q=0"] {
            let problem = accepting(path, accept).await.problem(406);
            assert_eq!(problem["code"], "not_acceptable");
            assert!(problem["detail"].as_str().unwrap().contains("application/json"), "{problem}");
        }
    }
    accepting("/v1/regions", "application/geo+json").await.problem(406);
}

#[tokio::test]
async fn accept_is_read_by_its_weights_and_in_any_case() {
    let app = App::start().await;
    for (accept, media_type) in [
        ("application/geo+json;q=0.2, application/json;q=0.8", "application/json"),
        ("application/json;q=0.1, application/geo+json;q=0.9", "application/geo+json"),
        ("application/geo+json, application/json;q=0.5", "application/geo+json"),
        ("Application/JSON", "application/json"),
        ("application/geo+json ; q=0, */*", "application/json"),
    ] {
        let answer = app.request(Method::GET, "/v1/cities?limit=1").header("accept", accept).send().await;
        assert_eq!(answer.expect(200).media_type(), Some(media_type), "{accept}");
    }
}

#[tokio::test]
async fn a_city_without_a_place_has_no_geometry() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let city = json!({
        "code": "02.411.01.98", "slug": "nowhere", "name": {"fr": "Nowhere"}, "kind": "rural",
        "province_code": "02.411",
    });
    app.post(&token, "/v1/cities", &city).await.expect(201);
    let map = app.get("/v1/cities?q=nowhere&format=geojson").await.expect(200).json();
    let feature = &map["features"][0];
    assert_eq!((&feature["id"], &feature["geometry"]), (&json!("02.411.01.98"), &Value::Null));
    let near = app.get("/v1/cities?q=nowhere&near=34,-6").await.items();
    assert!(near.is_empty(), "what has no place is nowhere near");
}
