//! Bodies are what the schema says, whatever the resource: no array for an object, no member twice, every fault at once and
//! in words of JSON.

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::body_examples::{example, is_of_a_record, located, name, records};
use crate::jury_at_work::{JuryAtWork, evaluation_path};
use crate::openapi::{document, operations};
use crate::steps::{fault, faults};

const ASSOCIATIONS: &str = "/v1/associations";

fn city(location: &Value) -> Value {
    json!({
        "code": "02.411.01.99", "slug": "oujda-jadida", "province_code": "02.411", "kind": "urban",
        "name": {"fr": "Oujda Jadida"}, "location": location,
    })
}

#[tokio::test]
async fn an_array_is_no_object_by_the_order_of_its_items() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let instants = json!(["2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"]);
    for (path, body, at) in [
        ("/v1/cities", city(&json!([35.57845, -5.36837])), "/location"),
        ("/v1/cities", json!(["02.411.01.99", "oujda-jadida", {"fr": "Oujda"}, "urban", "02.411"]), ""),
        (ASSOCIATIONS, json!({"name": ["جمعية", "Association"]}), "/name"),
        (
            ASSOCIATIONS,
            json!({"name": {"fr": "A"}, "attestations": [true, true, true, true]}),
            "/attestations",
        ),
        (ASSOCIATIONS, json!({"name": {"fr": "A"}, "internal": ["1", null, null]}), "/internal"),
        ("/v1/editions", json!({"year": 2031, "name": {"fr": "E"}, "city_call": instants}), "/city_call"),
        ("/v1/editions", json!({"year": 2031, "name": {"fr": "E"}, "parameters": [1, 2, 3]}), "/parameters"),
    ] {
        let refused = app.post(&token, path, &body).await.problem(422);
        assert_eq!(faults(&refused), fault(at, "type"), "{path}: {body}");
    }
    let created = app.post(&token, "/v1/cities", &city(&json!({"lat": 34.69, "lon": -1.91}))).await;
    let item = created.expect(201).header("location").to_owned();
    let refused = app.patch(&token, &item, "*", &json!({"location": [34.0, -1.0]})).await.problem(422);
    assert_eq!(faults(&refused), fault("/location", "type"));
    assert_eq!(app.get(&item).await.json()["location"], json!({"lat": 34.69, "lon": -1.91}));
}

#[tokio::test]
async fn a_score_is_no_array_either() {
    let jury = JuryAtWork::new(1, &["fes"]).await;
    let (nomination, juror) = (&jury.nominations[0], &jury.jurors[0]);
    let evaluation = jury.assign(nomination, juror).await;
    let path = evaluation_path(&evaluation);
    let body = json!({"scores": {"programme": [9, "x"]}});
    let refused = jury.app.put(&juror.token, &path, "*", &body).await.problem(422);
    assert_eq!(faults(&refused), fault("/scores/programme", "type"));
}

#[tokio::test]
async fn a_member_that_is_given_twice_is_named() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for (body, at) in [
        (r#"{"name": {"fr": "A"}, "name": {"fr": "B"}}"#, "/name"),
        (r#"{"name": {"fr": "A", "\u0066r": "B"}}"#, "/name/fr"),
        (r#"{"values": [{"a~/b": 1, "a~/b": 1}]}"#, "/values/0/a~0~1b"),
    ] {
        let request = app.request(Method::POST, ASSOCIATIONS).token(&token);
        let problem = request.body("application/json", body).send().await.problem(400);
        assert_eq!((&problem["code"], faults(&problem)), (&json!("bad_json"), fault(at, "repeated_member")));
    }
}

#[tokio::test]
async fn a_byte_order_mark_before_the_json_is_passed_over() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let request = app.request(Method::POST, ASSOCIATIONS).token(&token);
    let body = "\u{feff}{\"name\": {\"fr\": \"Association\"}}";
    assert_eq!(
        request.body("application/json", body).send().await.expect(201).json()["name"]["fr"],
        "Association"
    );
}

#[tokio::test]
async fn a_merge_patch_does_not_remove_what_there_never_was() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.post(&token, ASSOCIATIONS, &json!({"name": {"fr": "A"}})).await.expect(201);
    let item = created.header("location").to_owned();
    for (patch, at) in [
        (json!({"acronim": null}), "/acronim"),
        (json!({"name": {"de": null}}), "/name/de"),
        (json!({"internal": {"ise": null}}), "/internal/ise"),
    ] {
        let refused = app.patch(&token, &item, "*", &patch).await.problem(422);
        assert_eq!(faults(&refused), fault(at, "unknown_field"), "{patch}");
    }
    app.patch(&token, &item, "*", &json!({"acronym": null})).await.expect(200);
    // With all else that is wrong.
    let patch = json!({"zzz": null, "yyy": 5, "volunteers": -1});
    let told = faults(&app.patch(&token, &item, "*", &patch).await.problem(422));
    let places: Vec<&str> = told.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["/volunteers", "/yyy", "/zzz"]);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_body_is_told_at_once() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({
        "acronym": 3, "volunteers": "many", "values": {"a": 1}, "status": "activ", "nane": {"fr": "A"},
        "email": "x".repeat(300), "founded_on": "1492-01-01", "website": "ftp://example.ma",
        "internal": {"ice": "12", "bank": "none"}, "activity_fields": ["01", 7, null],
    });
    let told = faults(&app.post(&token, ASSOCIATIONS, &body).await.problem(422));
    for (at, code) in [
        ("/acronym", "type"),
        ("/volunteers", "type"),
        ("/values", "type"),
        ("/status", "one_of"),
        ("/nane", "unknown_field"),
        ("/name", "required"),
        ("/email", "length"),
        // The rules of the type, beside what cannot be read at all.
        ("/founded_on", "year_range"),
        ("/website", "url"),
        ("/internal/ice", "pattern"),
        ("/internal/bank", "unknown_field"),
        ("/activity_fields/1", "type"),
        ("/activity_fields/2", "type"),
    ] {
        assert!(told.contains(&(at.to_owned(), code.to_owned())), "{at} {code}: {told:?}");
    }
}

/// What is told of `member` when `body` is sent.
async fn told_of(app: &App, token: &str, path: &str, body: &Value, member: &str) -> Vec<(String, String)> {
    let answer = app.post(token, &format!("{path}?dry_run=true"), body).await;
    let at = format!("/{member}");
    let is_of_it = |place: &str| place == at || place.starts_with(&format!("{at}/"));
    if answer.status != 422 {
        return Vec::new();
    }
    // Whether a reference leads somewhere is looked up when all can be read.
    let of_it =
        faults(&answer.json()).into_iter().filter(|(place, code)| is_of_it(place) && code != "reference");
    of_it.collect()
}

#[tokio::test]
async fn each_fault_of_a_body_is_told_whatever_the_others_are() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    let made = records(&app, &token).await;
    let mut faults_told = 0;
    for (_, template, operation) in operations(&document()).into_iter().filter(|(.., it)| is_of_a_record(it))
    {
        let path = located(&template, &made);
        let (_, good) = example(&document(), &operation).expect("an example");
        let long = "x".repeat(6000);
        let bad =
            [json!([[]]), json!("#"), json!(-1), json!(long), json!({"#": 1}), json!(5), json!("1492-01-01")];
        let mut broken = good.clone();
        let mut expected = Vec::new();
        for (place, member) in good.as_object().expect("an object").keys().enumerate() {
            // Each member is broken in another way, as far as it minds.
            for fault in bad.iter().cycle().skip(place).take(bad.len()) {
                let mut alone = good.clone();
                alone[member] = fault.clone();
                let told = told_of(&app, &token, &path, &alone, member).await;
                if !told.is_empty() {
                    broken[member] = fault.clone();
                    expected.push((member.clone(), told));
                    break;
                }
            }
        }
        for (member, told) in expected {
            let together = told_of(&app, &token, &path, &broken, &member).await;
            assert_eq!(together, told, "{}: {member} in {broken}", name(&operation));
            faults_told += 1;
        }
    }
    assert!(faults_told > 40, "{faults_told} members can be wrong");
}

#[tokio::test]
async fn what_is_expected_is_said_in_json_and_in_the_language_of_the_reader() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({"name": "plain", "volunteers": "many", "values": 1, "attestations": 7, "public_utility": "yes"});
    for (language, name, volunteers) in [
        (
            "en",
            r#"Expected a JSON object with the text by language: "ar", "fr", "zgh" or "en"."#,
            "a whole number",
        ),
        (
            "fr",
            r#"Il faut un objet JSON qui donne le texte par langue : "ar", "fr", "zgh" ou "en"."#,
            "un nombre entier",
        ),
        ("ar", r#"المنتظر كائن JSON فيه النص حسب اللغة: "ar" أو "fr" أو "zgh" أو "en"."#, "عدد صحيح"),
    ] {
        let request =
            app.request(Method::POST, ASSOCIATIONS).token(&token).header("accept-language", language);
        let problem = request.json(&body).send().await.problem(422);
        let told = |pointer: &str| {
            let errors = problem["errors"].as_array().expect("errors");
            let found = errors.iter().find(|error| error["pointer"] == pointer).expect("it is told");
            found["detail"].as_str().expect("a sentence").to_owned()
        };
        assert_eq!(told("/name"), name);
        assert!(told("/volunteers").contains(volunteers), "{}", told("/volunteers"));
        let all = problem.to_string();
        for word in ["struct", "i64", "sequence", "map", "null", "invalid type"] {
            assert!(!all.contains(word), "{word}: {all}");
        }
    }
}

#[tokio::test]
async fn a_text_is_kept_in_one_spelling() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({
        "name": {"fr": "  Re\u{301}seau\u{a0}: l'Union \n", "ar": "می\u{200c}خواهم"},
        "internal": {"ice": "٠٠١٢٣٤٥٦٧ ۰۰۰۰۸۹", "receipt_number": " ١٢٣ / ٢٠٢٤\u{a0}"},
    });
    let made = app.post(&token, "/v1/associations", &body).await.expect(201);
    let kept = app.get_as(&token, made.header("location")).await.json();
    assert_eq!(kept["name"], json!({"fr": "R\u{e9}seau : l'Union", "ar": "می\u{200c}خواهم"}));
    assert_eq!(kept["internal"]["ice"], "001234567000089");
    assert_eq!(kept["internal"]["receipt_number"], "123/2024");
    // A patch, too, and the same number in another spelling is the same number.
    let patch = json!({"acronym": "\u{a0}RU "});
    assert_eq!(app.patch(&token, made.header("location"), "*", &patch).await.json()["acronym"], "RU");
    let twin = json!({"name": {"fr": "Autre"}, "internal": {"ice": "001234567 000089"}});
    app.post(&token, "/v1/associations", &twin).await.problem(409);
}

#[tokio::test]
async fn what_nobody_sees_is_named_by_its_code_point_and_place() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({"name": {"fr": "Fès\u{200b}"}, "object": {"fr": "a\u{200d}b"}});
    for (language, words) in [("fr", "en position 4"), ("en", "at position 4"), ("ar", "في الموضع 4")]
    {
        let request = app.request(Method::POST, "/v1/associations").token(&token).json(&body);
        let problem = request.header("accept-language", language).send().await.problem(422);
        let mut expected = fault("/name/fr", "hidden_character");
        expected.extend(fault("/object/fr", "hidden_character"));
        assert_eq!(faults(&problem), expected);
        let told = problem["errors"][0]["detail"].as_str().expect("a sentence");
        assert!(told.contains("U+200B") && told.contains(words), "{told}");
    }
}
