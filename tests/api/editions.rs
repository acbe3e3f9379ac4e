//! The editions: the real ones since 2018, and how a new one is written.

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::nominations::of_city;
use crate::steps::{column, fault, faults};

/// The real editions as the sources have them.
struct Real {
    year: i64,
    ordinal: i64,
    city: &'static str,
    events: usize,
    /// With the organisers.
    partners: usize,
}

const REAL: [Real; 5] = [
    Real { year: 2018, ordinal: 1, city: "oujda", events: 2, partners: 4 },
    Real { year: 2019, ordinal: 2, city: "taroudannt", events: 7, partners: 3 },
    Real { year: 2022, ordinal: 3, city: "tetouan", events: 5, partners: 3 },
    Real { year: 2023, ordinal: 4, city: "sale", events: 5, partners: 7 },
    Real { year: 2025, ordinal: 5, city: "laayoune", events: 4, partners: 5 },
];

/// The least that makes an edition.
fn edition(year: i64) -> Value {
    json!({"year": year, "name": {"fr": format!("Capitale de la société civile marocaine {year}")}})
}

/// An edition with one more field.
fn edition_with(year: i64, field: &str, value: Value) -> Value {
    let mut edition = edition(year);
    edition[field] = value;
    edition
}

#[tokio::test]
async fn the_five_real_editions_are_there_with_all_that_belongs_to_them() {
    let app = App::start().await;
    let editions = app.get("/v1/editions?sort=year&expand=city").await.items();
    assert_eq!(column(&editions, "year"), REAL.map(|real| Value::from(real.year)).each_ref());
    let mut events = 0;
    for (edition, real) in editions.iter().zip(&REAL) {
        let year = real.year;
        assert_eq!(edition["ordinal"], real.ordinal, "{year}");
        assert_eq!(edition["status"], "completed", "{year}");
        assert_eq!(edition["city"]["slug"], real.city, "{year}");
        assert!(!edition["sources"].as_array().unwrap().is_empty(), "{year} has no source");
        let path = |what: &str| format!("/v1/editions/{year}/{what}");
        let of_year = app.get(&path("events")).await.items();
        assert_eq!(of_year.len(), real.events, "events of {year}");
        assert!(of_year.iter().all(|event| event["edition_year"] == year));
        events += of_year.len();
        let partners = app.get(&path("partners")).await.items();
        assert_eq!(partners.len(), real.partners, "partners of {year}");
        assert_eq!(partners[0]["kind"], "organiser", "{year}");
        let criteria = app.get(&path("criteria")).await.items();
        assert_eq!(criteria.len(), 3, "criteria of {year}");
        assert!(
            criteria.iter().all(|criterion| criterion.get("weight").is_none()),
            "no weight was published"
        );
        assert_eq!(app.get(&path("honours")).await.items().len(), 0, "no source names honours of {year}");
    }
    assert_eq!(events, 23);
}

#[tokio::test]
async fn tetouan_was_designated_for_2020_and_celebrated_in_2022() {
    let app = App::start().await;
    let edition = app.get("/v1/editions/2022").await.expect(200).json();
    assert_eq!(
        (&edition["designated_for_year"], &edition["designated_on"]),
        (&json!(2020), &json!("2019-12-28"))
    );
    assert_eq!((&edition["starts_on"], &edition["ends_on"]), (&json!("2022-06-09"), &json!("2022-06-12")));
    assert_eq!(edition["high_patronage"], true);
    let postponement = &edition["postponement"];
    assert_eq!((&postponement["from_year"], &postponement["to_year"]), (&json!(2020), &json!(2022)));
    assert_eq!(postponement["reason"]["fr"], "Pandémie de Covid-19");
    assert!(postponement["reason"]["ar"].is_string());
}

#[tokio::test]
async fn doubts_and_contradictions_of_the_sources_are_shown() {
    let app = App::start().await;
    let taroudannt = app.get("/v1/editions/2019").await.expect(200).json();
    assert_eq!(taroudannt["uncertain"], json!(["starts_on"]));
    assert!(taroudannt.get("starts_on").is_none(), "an unknown day is absent, not null");
    assert!(taroudannt["notes"]["starts_on"]["en"].is_string());
    let oujda = app.get("/v1/editions/2018").await.expect(200).json();
    assert_eq!(oujda["next_city_announced"]["for_year"], 2019);
    assert_eq!(oujda["conflicts"].as_array().unwrap().len(), 1);
    assert_eq!(oujda["honours_statement"]["names_found"], false);
}

#[tokio::test]
async fn the_years_without_an_edition_are_explained_not_hidden() {
    let app = App::start().await;
    let years = app.get("/v1/years-without-edition?sort=year").await.items();
    assert_eq!(column(&years, "year"), [&json!(2020), &json!(2021), &json!(2024)]);
    for year in &years {
        assert!(!year["sources"].as_array().unwrap().is_empty(), "{year}");
        let path = format!("/v1/editions/{}", year["year"]);
        let mut told = Vec::new();
        for language in ["ar", "fr", "en"] {
            let answer = app.request(Method::GET, &path).header("accept-language", language).send().await;
            let problem = answer.problem(404);
            assert_eq!(problem["code"], "no_edition", "{path}");
            let detail = problem["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(&year["year"].to_string()) && !detail.contains('{'), "{detail}");
            told.push(detail);
        }
        let reason = year["reason"]["en"].as_str().unwrap();
        assert!(told[2].contains(reason.trim_end_matches('.')), "{} does not say: {reason}", told[2]);
        assert!(told[0] != told[1] && told[1] != told[2], "{told:?}");
        assert_eq!(app.get(&format!("{path}/events")).await.problem(404)["code"], "no_edition");
    }
    assert_eq!(app.get("/v1/editions/2026").await.problem(404)["code"], "not_found");
}

#[tokio::test]
async fn why_a_year_has_no_edition_is_told_in_the_language_of_the_answer() {
    let app = App::start().await;
    let years = app.get("/v1/years-without-edition").await.items();
    for year in &years {
        let reason = year["reason"].as_object().unwrap();
        let languages: Vec<&String> = reason.keys().collect();
        assert!(
            reason.contains_key("ar") && reason.contains_key("fr"),
            "{}: only in {languages:?}",
            year["year"]
        );
    }
}

#[tokio::test]
async fn an_edition_shows_its_city_and_its_region_when_asked() {
    let app = App::start().await;
    let one = app.get("/v1/editions/2022?expand=city.region").await.expect(200).json();
    let list = app.get("/v1/editions?year[gte]=2022&year[lte]=2022&expand=city.region").await.items();
    for edition in [&one, &list[0]] {
        assert_eq!(edition["city"]["code"], edition["city_code"]);
        assert_eq!(edition["city"]["region"]["code"], "01");
        assert_eq!(edition["city"]["region"]["name"]["fr"], "Tanger-Tétouan-Al Hoceima");
    }
    let plain = app.get("/v1/editions/2022").await.expect(200).json();
    assert!(plain.get("city").is_none());
}

#[tokio::test]
async fn a_new_edition_is_a_draft_with_the_default_criteria() {
    let app = App::start().await;
    for (role, year) in [(Role::Admin, 2027), (Role::MinistryOfficer, 2028), (Role::IcsoOfficer, 2029)] {
        let token = app.token(role).await;
        let created = app.post(&token, "/v1/editions", &edition(year)).await.expect(201);
        let path = format!("/v1/editions/{year}");
        assert_eq!(created.header("location"), path);
        let read = app.get(&path).await.expect(200);
        assert_eq!((read.json(), read.header("etag")), (created.json(), created.header("etag")));
        let new = created.json();
        assert_eq!(new["status"], "draft");
        let parameters = &new["parameters"];
        for (name, value) in [
            ("min_active_associations", json!(20)),
            ("min_activity_fields", json!(5)),
            ("max_months_since_activity", json!(24)),
            ("provisional_receipt_days", json!(60)),
            ("city_title_again_after_editions", Value::Null),
            ("association_honour_pause_years", json!(4)),
            ("min_evaluations", json!(3)),
            ("pass_mark_hundredths", json!(6000)),
            ("first_criterion_pass", json!(5)),
        ] {
            assert_eq!(parameters[name], value, "{name}");
        }
        let criteria = app.get(&format!("{path}/criteria")).await.items();
        let weights = |kind: &str| -> Vec<i64> {
            let of_kind = criteria.iter().filter(|criterion| criterion["nomination_kind"] == kind);
            of_kind.map(|criterion| criterion["weight"].as_i64().unwrap()).collect()
        };
        assert_eq!(weights("city"), [30, 20, 15, 15, 10, 10]);
        assert_eq!(weights("association"), [25, 25, 15, 15, 10, 10]);
        for criterion in &criteria {
            assert!(["ar", "fr", "en"].iter().all(|language| criterion["name"][language].is_string()));
        }
        for what in ["events", "partners", "honours"] {
            assert_eq!(app.get(&format!("{path}/{what}")).await.items().len(), 0);
        }
    }
}

#[tokio::test]
async fn there_is_one_edition_a_year() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.post(&token, "/v1/editions", &edition(2027)).await.expect(201);
    for year in [2027, 2022] {
        let problem = app.post(&token, "/v1/editions", &edition(year)).await.problem(409);
        assert_eq!(faults(&problem), fault("/year", "already_exists"), "{year}");
    }
    let etag = app.get("/v1/editions/2027").await.header("etag").to_owned();
    app.delete(&token, "/v1/editions/2027", &etag).await.expect(204);
    app.get("/v1/editions/2027").await.problem(410);
    app.post(&token, "/v1/editions", &edition(2027)).await.expect(201);
}

#[tokio::test]
async fn of_concurrent_editions_for_a_year_one_is_made() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..10 {
        running.spawn(app.request(Method::POST, "/v1/editions").token(&token).json(&edition(2027)).send());
    }
    let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 9]].concat());
}

#[tokio::test]
async fn an_edition_changes_only_over_the_version_that_was_read() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let new = edition_with(2027, "theme", json!({"fr": "Associations et jeunesse"}));
    let created = app.post(&token, "/v1/editions", &new).await.expect(201);
    let path = "/v1/editions/2027";
    let patch = json!({"slogan": {"fr": "Tisser des liens"}, "theme": {"ar": "الجمعيات والشباب"}});
    let without = app.request(Method::PATCH, path).token(&token).merge_patch(&patch).send().await;
    assert_eq!(without.problem(428)["code"], "precondition_required");
    let first = created.header("etag");
    let patched = app.patch(&token, path, first, &patch).await.expect(200);
    let theme = json!({"fr": "Associations et jeunesse", "ar": "الجمعيات والشباب"});
    assert_eq!(
        (&patched.json()["slogan"]["fr"], &patched.json()["theme"]),
        (&json!("Tisser des liens"), &theme)
    );
    let stale = app.put(&token, path, first, &new).await;
    assert_eq!(stale.header("etag").split('-').next(), patched.header("etag").split('-').next());
    stale.problem(412);
    let replaced = app.put(&token, path, patched.header("etag"), &new).await.expect(200).json();
    assert!(replaced.get("slogan").is_none(), "what is left out becomes unknown");
    assert_eq!(replaced["parameters"]["min_evaluations"], 3, "parameters have their defaults again");
    app.delete(&token, path, first).await.problem(412);
    app.delete(&token, path, "*").await.expect(204);
    app.delete(&token, path, "*").await.problem(410);
}

#[tokio::test]
async fn the_year_of_an_edition_stays() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.post(&token, "/v1/editions", &edition(2027)).await.expect(201);
    let patched = app.patch(&token, "/v1/editions/2027", "*", &json!({"year": 2028})).await;
    assert_eq!(faults(&patched.problem(422)), fault("/year", "read_only"));
    let replaced = app.put(&token, "/v1/editions/2027", "*", &edition(2028)).await;
    assert_eq!(faults(&replaced.problem(422)), fault("/year", "read_only"));
    let status = app.patch(&token, "/v1/editions/2027", "*", &json!({"status": "completed"})).await;
    assert_eq!(faults(&status.problem(422)), fault("/status", "unknown_field"));
}

#[tokio::test]
async fn the_city_of_an_edition_is_an_urban_one_that_may_have_the_title() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let rural = app.get("/v1/cities?kind=rural&limit=1").await.items()[0]["code"].clone();
    let create =
        |body: Value| app.request(Method::POST, "/v1/editions?dry_run=true").token(&token).json(&body).send();
    for (city, code) in [
        (json!("99.999.99.99"), "reference"),
        (json!("atlantis"), "reference"),
        (rural, "not_urban"),
        (json!("oujda"), "title_again"),
        (json!("11.321.01.03"), "title_again"),
    ] {
        let problem = create(edition_with(2027, "city_code", city.clone())).await.problem(422);
        assert_eq!(faults(&problem), fault("/city_code", code), "{city}");
    }
    let fes = create(edition_with(2027, "city_code", json!("fes"))).await.expect(201).json();
    assert_eq!(fes["city_code"], app.get("/v1/cities/fes").await.json()["code"]);
    // Four editions lie between 2018 and 2027.
    for (pause, status) in [(4, 201), (5, 422)] {
        let mut again = edition_with(2027, "city_code", json!("oujda"));
        again["parameters"] = json!({"city_title_again_after_editions": pause});
        assert_eq!(create(again).await.status, status, "a pause of {pause}");
    }
}

#[tokio::test]
async fn parameters_and_city_are_frozen_once_the_first_call_has_opened() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    for (patch, pointer) in [
        (json!({"city_code": "fes"}), "/city_code"),
        (json!({"city_code": null}), "/city_code"),
        (json!({"parameters": {"min_evaluations": 1}}), "/parameters"),
    ] {
        let problem = app.patch(&token, "/v1/editions/2022", "*", &patch).await.problem(422);
        assert_eq!(faults(&problem), fault(pointer, "frozen"), "{patch}");
    }
    let slogan = json!({"slogan": {"fr": "Tétouan"}, "city_code": "tetouan"});
    let changed = app.patch(&token, "/v1/editions/2022", "*", &slogan).await.expect(200).json();
    assert_eq!(
        (&changed["status"], &changed["postponement"]["from_year"]),
        (&json!("completed"), &json!(2020))
    );
    assert_eq!(changed["conflicts"].as_array().unwrap().len(), 1, "what only the sources say stays");
}

#[tokio::test]
async fn windows_and_days_come_in_their_order() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let (early, late) = ("2027-01-04T08:00:00Z", "2027-02-12T17:00:00Z");
    for (field, value, place, code) in [
        ("city_call", json!({"opens_at": late, "closes_at": early}), "/city_call/closes_at", "order"),
        ("honours_call", json!({"opens_at": early, "closes_at": early}), "/honours_call/closes_at", "order"),
        ("city_call", json!({"opens_at": early}), "/city_call/closes_at", "required"),
        ("city_call", json!({"opens_at": "soon", "closes_at": late}), "/city_call/opens_at", "date_time"),
        ("starts_on", json!("2027-02-30"), "/starts_on", "date"),
        ("year", json!(2017), "/year", "range"),
        ("ordinal", json!(0), "/ordinal", "range"),
        ("parameters", json!({"min_evaluations": 0}), "/parameters/min_evaluations", "range"),
        ("parameters", json!({"min_evalutions": 3}), "/parameters/min_evalutions", "unknown_field"),
        ("name", json!({}), "/name", "text_without_language"),
        ("sources", json!([{"url": "ftp://example.org"}]), "/sources/0/url", "url"),
    ] {
        let body = edition_with(2027, field, value);
        let problem = app.post(&token, "/v1/editions", &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
    let mut days = edition_with(2027, "starts_on", json!("2027-05-23"));
    days["ends_on"] = json!("2027-05-20");
    let problem = app.post(&token, "/v1/editions", &days).await.problem(422);
    assert_eq!(faults(&problem), fault("/ends_on", "order"));
    app.get("/v1/editions/2027").await.problem(404);
}

#[tokio::test]
async fn a_deleted_draft_that_was_nominated_for_is_no_longer_shown() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.post(&token, "/v1/editions", &edition(2027)).await.expect(201);
    app.nominate(&token, &of_city(2027, "fes")).await;
    app.delete(&token, "/v1/editions/2027", "*").await.expect(204);
    for path in ["", "/events", "/partners", "/criteria", "/honours", "/history"] {
        assert_eq!(app.get(&format!("/v1/editions/2027{path}")).await.problem(410)["code"], "gone", "{path}");
    }
    let left = app.get("/v1/editions?sort=year").await.items();
    assert_eq!(column(&left, "year"), REAL.map(|real| Value::from(real.year)).each_ref());
}
