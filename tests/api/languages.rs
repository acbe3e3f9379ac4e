//! One language or all: flattened texts, fallbacks, and problems that speak the reader's language.

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{fault, faults, vary};

/// Associations that are named in some languages only, with the paths of each.
async fn with_names(app: &App, names: &[Value]) -> Vec<String> {
    let token = app.token(Role::Admin).await;
    let mut paths = Vec::new();
    for name in names {
        let created = app.add_association(&token, &json!({"name": name})).await;
        paths.push(created.header("location").to_owned());
    }
    paths
}

#[tokio::test]
async fn a_missing_language_falls_back_to_french_arabic_english_and_tamazight() {
    let app = App::start().await;
    let names = [
        json!({"fr": "F1", "ar": "ا1", "en": "E1", "zgh": "ⵣ1"}),
        json!({"ar": "ا2", "en": "E2", "zgh": "ⵣ2"}),
        json!({"en": "E3", "zgh": "ⵣ3"}),
        json!({"zgh": "ⵣ4"}),
    ];
    let paths = with_names(&app, &names).await;
    for (path, name, language, shown, fallback) in [
        (0, 0, "zgh", "ⵣ1", None),
        (0, 0, "en", "E1", None),
        (1, 1, "fr", "ا2", Some("ar")),
        (1, 1, "en", "E2", None),
        (2, 2, "fr", "E3", Some("en")),
        (2, 2, "ar", "E3", Some("en")),
        (3, 3, "fr", "ⵣ4", Some("zgh")),
        (3, 3, "ar", "ⵣ4", Some("zgh")),
    ] {
        let answer = app.get(&format!("{}?lang={language}", paths[path])).await.expect(200);
        assert_eq!(answer.header("content-language"), language);
        let item = answer.json();
        let told = item["language_fallbacks"]["name"].as_str();
        assert_eq!((item["name"].as_str(), told), (Some(shown), fallback), "{} in {language}", names[name]);
        if fallback.is_none() {
            assert!(item.get("language_fallbacks").is_none(), "{item}");
        }
    }
}

#[tokio::test]
async fn a_header_asks_as_a_parameter_does_and_the_parameter_wins() {
    let app = App::start().await;
    let ask = async |query: &str, header: &str| {
        app.request(Method::GET, &format!("/v1/cities/oujda{query}"))
            .header("accept-language", header)
            .send()
            .await
            .expect(200)
    };
    for (query, header, name) in [
        ("", "ar", json!("وجدة")),
        ("", "fr-MA,fr;q=0.9,en;q=0.5", json!("Oujda")),
        ("", "de, ar;q=0.4", json!("وجدة")),
        ("", "AR-ma", json!("وجدة")),
        ("?lang=fr", "ar", json!("Oujda")),
        ("?lang=all", "ar", json!({"ar": "وجدة", "fr": "Oujda"})),
        ("", "de", json!({"ar": "وجدة", "fr": "Oujda"})),
        ("", "*", json!({"ar": "وجدة", "fr": "Oujda"})),
        ("", "ar;q=0", json!({"ar": "وجدة", "fr": "Oujda"})),
        ("", ";;;,q=,=", json!({"ar": "وجدة", "fr": "Oujda"})),
    ] {
        let answer = ask(query, header).await;
        assert_eq!(answer.json()["name"], name, "{query} with Accept-Language: {header}");
        assert!(vary(&answer).contains("accept-language"));
        assert_eq!(
            answer.optional_header("content-language").is_some(),
            name.is_string(),
            "{query} {header}"
        );
    }
}

#[tokio::test]
async fn spaces_around_a_weight_do_not_matter() {
    let app = App::start().await;
    for header in ["fr; q=0.5, ar; q=0.9", "fr ;q=0.5 , ar ;q=0.9", "fr;Q=0.5,ar;Q=0.9"] {
        let answer =
            app.request(Method::GET, "/v1/cities/oujda").header("accept-language", header).send().await;
        assert_eq!(answer.expect(200).json()["name"], "وجدة", "{header}");
    }
}

#[tokio::test]
async fn lists_are_flattened_item_by_item() {
    let app = App::start().await;
    let answer = app.get("/v1/associations?lang=ar&limit=200").await.expect(200);
    assert_eq!(answer.header("content-language"), "ar");
    let list = answer.json();
    let mut fallen = 0;
    for item in list["items"].as_array().unwrap() {
        assert!(item["name"].is_string(), "{item}");
        fallen += usize::from(item["language_fallbacks"]["name"] == "fr");
    }
    assert!(fallen > 3, "some associations have no Arabic name");
    assert!(list["page"].is_object());
}

#[tokio::test]
async fn embedded_records_are_flattened_too_and_their_fallbacks_told_by_path() {
    let app = App::start().await;
    let item = app.get("/v1/cities/oujda?lang=zgh&expand=province.region").await.expect(200).json();
    assert_eq!(item["province"]["region"]["name"], "Oriental");
    for path in ["name", "province.name", "province.region.name"] {
        assert_eq!(item["language_fallbacks"][path], "fr", "{path} in {}", item["language_fallbacks"]);
    }
    let list = app.get("/v1/cities?lang=ar&expand=region&limit=3").await.items();
    assert!(list.iter().all(|city| city["region"]["name"].is_string()), "{list:?}");
}

#[tokio::test]
async fn a_write_answers_in_the_language_that_it_asks_for() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({"name": {"fr": "Une", "ar": "واحدة"}});
    let created = app.post(&token, "/v1/associations?lang=ar", &body).await.expect(201);
    assert_eq!((created.json()["name"].clone(), created.header("content-language")), (json!("واحدة"), "ar"));
    let path = created.header("location").to_owned();
    let patch = json!({"acronym": "UNE"});
    let changed =
        app.patch(&token, &format!("{path}?lang=fr"), created.header("etag"), &patch).await.expect(200);
    assert_eq!(changed.json()["name"], "Une");
    assert_eq!(app.get(&path).await.json()["name"], body["name"], "what is kept has all languages");
}

#[tokio::test]
async fn a_language_may_name_its_country_as_in_the_header() {
    let app = App::start().await;
    for language in ["fr-MA", "FR", "fr-Latn-MA"] {
        let by_query = app.get(&format!("/v1/cities/oujda?lang={language}")).await.expect(200);
        let request = app.request(Method::GET, "/v1/cities/oujda").header("accept-language", language);
        let by_header = request.send().await.expect(200);
        assert_eq!(by_query.json(), by_header.json(), "{language}");
        assert_eq!(by_query.header("content-language"), "fr", "{language}");
    }
}

#[tokio::test]
async fn a_language_that_is_not_ours_is_refused() {
    let app = App::start().await;
    for path in ["/v1/cities", "/v1/cities/oujda", "/problems", "/problems/stale"] {
        for language in ["xx", "french", "", "fr,ar"] {
            let problem = app.get(&format!("{path}?lang={language}")).await.problem(400);
            assert_eq!(faults(&problem), fault("lang", "one_of"), "{path} in {language}");
        }
    }
}

#[tokio::test]
async fn problems_are_told_in_arabic_french_or_english() {
    let app = App::start().await;
    for (query, header, language, title) in [
        ("", "ar", "ar", "غير موجود"),
        ("", "fr", "fr", "Introuvable"),
        ("", "en", "en", "Not found"),
        ("", "zgh", "en", "Not found"),
        ("", "de", "en", "Not found"),
        ("?lang=ar", "fr", "ar", "غير موجود"),
    ] {
        let answer = app
            .request(Method::GET, &format!("/v1/cities/atlantis{query}"))
            .header("accept-language", header)
            .send()
            .await;
        assert_eq!(answer.header("content-language"), language, "{query} {header}");
        assert!(vary(&answer).contains("accept-language"));
        let problem = answer.problem(404);
        assert_eq!(problem["title"], title, "{query} {header}");
        assert!(!problem["detail"].as_str().unwrap().contains(['{', '}']), "{problem}");
    }
}

#[tokio::test]
async fn the_faults_of_fields_are_told_in_the_same_language() {
    let app = App::start().await;
    for (language, detail) in [
        ("ar", "يجب أن تكون القيمة بين 1 و200."),
        ("fr", "La valeur doit être comprise entre 1 et 200."),
        ("en", "Must be between 1 and 200."),
    ] {
        let answer =
            app.request(Method::GET, "/v1/cities?limit=0").header("accept-language", language).send().await;
        assert_eq!(answer.problem(400)["errors"][0]["detail"], detail);
    }
}

#[tokio::test]
async fn a_map_is_flattened_too() {
    let app = App::start().await;
    let map = app.get("/v1/cities?format=geojson&lang=fr&q=oujda&limit=1").await.expect(200).json();
    assert_eq!(map["features"][0]["properties"]["name"], "Oujda");
}
