//! Queries answer or refuse: codes and slugs, what is not known, words that nothing has, places, and what cannot be read.

use nasij::access::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{column, fault, faults, with};

fn suggestion(problem: &Value) -> &Value {
    &problem["errors"][0]["did_you_mean"]
}

#[tokio::test]
async fn a_filter_takes_a_slug_as_it_takes_a_code() {
    let app = App::start().await;
    for (collection, filter, code, slug) in [
        ("associations", "city", "04.421.01.0", "rabat"),
        ("associations", "province", "04.421", "rabat"),
        ("associations", "region", "04", "rabat-sale-kenitra"),
        ("associations", "activity_field", "1", "culture"),
        ("cities", "region", "02", "oriental"),
        ("cities", "province", "02.411", "oujda-angad"),
        ("provinces", "region", "02", "oriental"),
        ("editions", "city", "02.411.01.23", "oujda"),
        ("editions", "region", "02", "oriental"),
    ] {
        let list = |value: &str| format!("/v1/{collection}?{filter}={value}&limit=200");
        let by_code = app.get(&list(code)).await.items();
        assert!(!by_code.is_empty(), "{collection} {filter}");
        assert_eq!(app.get(&list(slug)).await.items(), by_code, "{collection} {filter}");
        assert_eq!(app.get(&list(&format!("{slug},{code}"))).await.items(), by_code, "{collection} {filter}");
    }
    for path in ["regions/oriental", "provinces/oujda-angad", "activity-fields/environment"] {
        let (collection, slug) = path.split_once('/').expect("two parts");
        let record = app.get(&format!("/v1/{path}")).await.expect(200).json();
        let code = record["code"].as_str().expect("a code");
        assert_eq!(app.get(&format!("/v1/{collection}/{code}")).await.json()["slug"], slug);
    }
}

#[tokio::test]
async fn what_nothing_has_is_refused_with_what_was_probably_meant() {
    let app = App::start().await;
    for (query, parameter, meant) in [
        ("associations?region=1", "region", json!("01")),
        ("associations?region=3", "region", json!("03")),
        ("cities?province=2.411", "province", json!("02.411")),
        ("associations?city=tetoan", "city", json!("tetouan")),
        ("associations?city=T%C3%A9touan", "city", json!("tetouan")),
        ("associations?city=%D8%A7%D9%84%D8%B1%D8%A8%D8%A7%D8%B7", "city", json!("rabat")),
        ("associations?activity_field=cultur", "activity_field", json!("culture")),
        ("nominations?region=orientale", "region", json!("oriental")),
        ("associations?city=zzzzzzzzzzzz", "city", Value::Null),
        ("editions?city=99.999.99.99", "city", Value::Null),
    ] {
        let problem = app.get(&format!("/v1/{query}")).await.problem(400);
        assert_eq!(faults(&problem), fault(parameter, "unknown_code"), "{query}");
        assert_eq!(*suggestion(&problem), meant, "{query}");
    }
    // Told of each, beside the faults of other parameters.
    let problem = app.get("/v1/associations?region=1,02,77&limit=0").await.problem(400);
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(3), "{problem}");
}

#[tokio::test]
async fn a_deleted_city_keeps_its_code_and_loses_its_slug() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let city = json!({
        "code": "02.411.01.99", "slug": "oujda-jadida", "name": {"fr": "Oujda Jadida"}, "kind": "urban",
        "province_code": "02.411",
    });
    app.post(&admin, "/v1/cities", &city).await.expect(201);
    app.delete(&admin, "/v1/cities/oujda-jadida", "*").await.expect(204);
    assert_eq!(app.get("/v1/associations?city=02.411.01.99").await.items().len(), 0);
    app.get("/v1/associations?city=oujda-jadida").await.problem(400);
}

#[tokio::test]
async fn null_selects_what_facets_count_as_unknown() {
    let app = App::start().await;
    let facets = "scope,status,receipt_status,region,province";
    let list = with("/v1/associations?limit=1", "facet", facets);
    let counted = app.get(&list).await.expect(200).json();
    for facet in facets.split(',') {
        let rows = counted["facets"][facet].as_array().expect("counts");
        let unknown = rows.iter().find(|row| row["value"].is_null()).unwrap_or_else(|| panic!("{facet}"));
        assert_eq!(unknown["label"], json!({"ar": "غير معروف", "fr": "Inconnu", "en": "Unknown"}));
        let selected = format!("/v1/associations?count=exact&{facet}=null");
        let total = &app.get(&selected).await.expect(200).json()["page"]["total"];
        assert_eq!(*total, unknown["count"], "{facet}");
    }
    let total = |query: &str| {
        let path = format!("/v1/associations?count=exact&limit=1&{query}");
        let app = &app;
        async move { app.get(&path).await.expect(200).json()["page"]["total"].as_i64().expect("a total") }
    };
    assert_eq!(total("scope=null,national").await, total("scope=null").await + total("scope=national").await);
    assert_eq!(
        total("public_utility=null").await + total("public_utility=true,false").await,
        total("sort=name.fr").await
    );
    // What is always known has no such word.
    let problem = app.get("/v1/cities?kind=null").await.problem(400);
    assert_eq!(faults(&problem), fault("kind", "one_of"));
}

#[tokio::test]
async fn each_row_of_a_facet_says_what_it_counts() {
    let app = App::start().await;
    let list = "/v1/associations?limit=1&facet=region,province,activity_field,scope";
    let counted = app.get(list).await.expect(200).json();
    let label = |facet: &str, value: &str| {
        let rows = counted["facets"][facet].as_array().expect("counts");
        rows.iter().find(|row| row["value"] == value).unwrap_or_else(|| panic!("{facet} {value}"))["label"]
            .clone()
    };
    assert_eq!(label("region", "02")["ar"], "الشرق");
    assert_eq!(label("province", "04.421")["fr"], "Rabat");
    assert_eq!(label("activity_field", "3")["fr"], "Santé");
    assert_eq!(label("scope", "national"), json!({"ar": "وطني", "fr": "National", "en": "National"}));
    let french = app.get(&with(list, "lang", "fr")).await.expect(200).json();
    let labels = column(french["facets"]["scope"].as_array().expect("counts"), "label");
    assert!(labels.contains(&&json!("National")) && labels.contains(&&json!("Inconnu")), "{labels:?}");
}

#[test]
fn every_word_that_a_facet_counts_has_a_name_in_three_languages() {
    let document = crate::openapi::document();
    let mut words = 0;
    for (_, path, operation) in crate::openapi::operations(&document) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name);
        let Some(facets) = named("facet") else { continue };
        let collection =
            path.rsplit('/').next().expect("a name").trim_end_matches(".geojson").replace('-', "_");
        for facet in facets["schema"]["items"]["enum"].as_array().expect("facets") {
            let facet = facet.as_str().expect("a name");
            let Some(filter) = named(facet) else { continue };
            for word in filter["schema"]["items"]["enum"].as_array().into_iter().flatten() {
                let word = word.as_str().expect("a word");
                let label = nasij::language::terms::label(&format!("{collection}.{facet}"), word);
                let label = label.filter(|label| label.all().count() == 3);
                assert!(label.is_some() || word == "null", "{collection}.{facet}: {word}");
                words += 1;
            }
        }
    }
    assert!(words > 80, "{words}");
}

#[tokio::test]
async fn a_search_without_a_word_is_refused_as_an_empty_one_is() {
    let app = App::start().await;
    for q in ["-", "%", "'", "😀", "…", "  ", "«»", "\u{200f}"] {
        for collection in ["cities", "associations"] {
            let problem = app.get(&with(&format!("/v1/{collection}"), "q", q)).await.problem(400);
            let codes: Vec<&Value> = column(problem["errors"].as_array().expect("errors"), "code");
            assert!(codes.contains(&&json!("no_word")), "{q:?}: {problem}");
        }
    }
    // The article alone, before the name is typed.
    assert!(!app.get(&with("/v1/cities", "q", "l'")).await.items().is_empty());
    app.get("/v1/cities?q=").await.problem(400);
    assert!(!app.get(&with("/v1/cities", "q", "9")).await.expect(200).text().is_empty());
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_refused_and_told() {
    let app = App::start().await;
    for (query, parameter) in [
        ("q=F%E8s", "q"),
        ("q=%FF", "q"),
        ("kind=urban%80", "kind"),
        ("lang=%C3", "lang"),
        ("q=a&cursor=%ED%A0%80", "cursor"),
    ] {
        let problem = app.get(&format!("/v1/cities?{query}")).await.problem(400);
        assert_eq!(faults(&problem), fault(parameter, "encoding"), "{query}");
        assert!(
            problem["errors"][0]["detail"].as_str().is_some_and(|text| text.contains("UTF-8")),
            "{problem}"
        );
    }
    let problem = app.get("/v1/cities?%E8=1").await.problem(400);
    assert_eq!(faults(&problem), fault("", "encoding"));
    // A plus is a space, a percent sign that begins no byte is itself.
    assert!(!app.get("/v1/cities?q=al+hoceima").await.items().is_empty());
    app.get("/v1/cities?q=100%25").await.expect(200);
}

#[tokio::test]
async fn an_instant_is_refused_for_what_is_wrong_with_it() {
    let app = App::start().await;
    for (value, code) in [
        ("2026-01-01T00:00:00+01:00", "plus_sign"),
        ("2026-01-01T00:00:00.5+00:00", "plus_sign"),
        ("2026-02-30T00:00:00Z", "no_such_instant"),
        ("2026-01-01T25:00:00Z", "no_such_instant"),
        ("10000-01-01T00:00:00Z", "no_such_instant"),
        ("-10000-01-01T00:00:00Z", "no_such_instant"),
        ("9999-12-31T23:59:59-01:00", "no_such_instant"),
        ("0000-01-01T00:00:00%2B01:00", "no_such_instant"),
        ("2026-01-01", "date_time"),
        ("2026-01-01T00:00:00", "date_time"),
        ("now", "date_time"),
    ] {
        let problem = app.get(&format!("/v1/associations?updated_at[gte]={value}")).await.problem(400);
        assert_eq!(faults(&problem), fault("updated_at[gte]", code), "{value}");
        let said = problem["errors"][0]["detail"].as_str().expect("a sentence");
        assert_eq!(said.contains("%2B"), code == "plus_sign", "{said}");
    }
    app.get("/v1/associations?updated_at[gte]=2026-01-01T00:00:00%2B01:00").await.expect(200);
}

#[tokio::test]
async fn geojson_keeps_its_places_whatever_fields_are_shown() {
    let app = App::start().await;
    let places = |list: Value| -> Vec<Value> {
        let features = list["features"].as_array().expect("features").clone();
        features.into_iter().map(|feature| feature["geometry"].clone()).collect()
    };
    let list = "/v1/cities?province=tetouan&format=geojson";
    let whole = places(app.get(list).await.expect(200).json());
    assert!(whole.iter().any(|geometry| geometry["type"] == "Point"));
    for fields in ["slug", "name", "location", "code,kind"] {
        let answer = app.get(&with(list, "fields", fields)).await.expect(200).json();
        assert_eq!(places(answer), whole, "{fields}");
    }
}

#[tokio::test]
async fn what_was_embedded_stays_beside_the_fields_that_are_shown() {
    let app = App::start().await;
    let shown =
        app.get("/v1/cities/tetouan?expand=province.region,region&fields=slug").await.expect(200).json();
    assert_eq!(shown["province"]["region"]["code"], "01");
    assert_eq!(shown["region"]["slug"], "tanger-tetouan-al-hoceima");
    assert!(shown.get("name").is_none(), "{shown}");
    let listed = app.get("/v1/associations?city=rabat&limit=1&expand=city&fields=name").await.items();
    assert_eq!(listed[0]["city"]["slug"], "rabat");
    assert!(listed[0].get("scope").is_none(), "{listed:?}");
}

#[tokio::test]
async fn a_look_around_says_how_many_have_no_place() {
    let app = App::start().await;
    let cities = app.get("/v1/cities?count=exact&limit=1&region=oriental").await.expect(200).json();
    let world = app.get("/v1/cities?count=exact&limit=1&region=oriental&bbox=-180,-90,180,90").await.json();
    let (all, placed) = (&cities["page"]["total"], &world["page"]["total"]);
    let without = all.as_i64().expect("a total") - placed.as_i64().expect("a total");
    assert!(without > 0);
    assert_eq!(world["without_place"], without);
    let near = app.get("/v1/cities?near=34.68,-1.91&radius_km=1&region=oriental").await.expect(200).json();
    assert_eq!(near["without_place"], without);
    let features =
        app.get("/v1/cities?near=34.68,-1.91&region=oriental&format=geojson").await.expect(200).json();
    assert_eq!(features["without_place"], without);
    assert!(cities.get("without_place").is_none());
}

#[tokio::test]
async fn a_box_can_cross_the_antimeridian() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    for (place, (slug, lon)) in [("east", 179.5), ("west", -179.5), ("between", 0.5)].into_iter().enumerate()
    {
        let city = json!({
            "code": format!("02.411.01.9{place}"), "slug": slug, "name": {"fr": slug}, "kind": "rural",
            "province_code": "02.411", "location": {"lat": -17.0, "lon": lon},
        });
        app.post(&admin, "/v1/cities", &city).await.expect(201);
    }
    let within = |bbox: &'static str| {
        let app = &app;
        async move {
            let items = app.get(&format!("/v1/cities?sort=code&bbox={bbox}")).await.items();
            items.iter().map(|city| city["slug"].as_str().expect("a slug").to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(within("179,-18,-179,-16").await, ["east", "west"]);
    assert_eq!(within("-179.9,-18,179.9,-16").await, ["east", "west", "between"]);
    assert_eq!(within("-1,-18,1,-16").await, ["between"]);
    assert_eq!(within("179.6,-18,-179,-16").await, ["west"]);
}

#[tokio::test]
async fn many_bad_values_make_a_short_answer() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let bad = vec!["nonsense"; 2000];
    for body in [
        json!({"name": {"fr": "X"}, "activity_fields": bad, "values": bad}),
        json!({"name": {"fr": "X"}, "sources": bad}),
        (0..2000)
            .map(|place| (format!("member_{place}"), json!(1)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    ] {
        let answer = app.post(&token, "/v1/associations", &body).await;
        assert!(answer.text().len() < 20_000, "{} bytes", answer.text().len());
        let problem = answer.problem(422);
        let told = problem["errors"].as_array().map_or(0, Vec::len);
        assert!((1..=50).contains(&told), "{told}");
    }
    let many = vec!["nonsense"; 100].join(",");
    let names =
        ["city", "province", "region", "activity_field", "value", "scope", "status", "receipt_status"];
    let query: Vec<String> = names
        .iter()
        .chain(&["fields", "expand", "sort", "facet"])
        .map(|name| format!("{name}={many}"))
        .collect();
    let problem = app.get(&format!("/v1/associations?{}", query.join("&"))).await;
    assert!(problem.text().len() < 20_000, "{} bytes", problem.text().len());
    let problem = problem.problem(400);
    let told = column(problem["errors"].as_array().expect("errors"), "parameter");
    for name in names {
        let times = told.iter().filter(|told| **told == name).count();
        assert!((1..=3).contains(&times), "{name} {times}");
    }
    let unknown: Vec<String> = (0..2000).map(|place| format!("p{place}=1")).collect();
    let answer = app.get(&format!("/v1/cities?{}", unknown.join("&"))).await;
    assert!(answer.text().len() < 20_000, "{} bytes", answer.text().len());
    answer.problem(400);
    let answer = app.get(&with("/v1/associations", "city", &"x,".repeat(2000))).await;
    assert!(answer.text().len() < 5_000, "{} bytes", answer.text().len());
    answer.problem(400);
}
