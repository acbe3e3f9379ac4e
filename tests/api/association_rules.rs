//! The rules of what may be written of an association: each fault with its place and its code.

use nasij::access::Role;
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{association, fault, faults};

const PATH: &str = "/v1/associations";

/// An association with some fields more.
fn with_fields(fields: &Value) -> Value {
    let mut body = association("Ruled");
    for (name, value) in fields.as_object().expect("fields") {
        body[name] = value.clone();
    }
    body
}

#[tokio::test]
async fn each_field_has_its_rules() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let long = |letters: usize| "x".repeat(letters);
    let tomorrow = UtcTime::now().plus_seconds(2 * 24 * 60 * 60).date_in_morocco().to_string();
    for (fields, pointer, code) in [
        (json!({"name": {}}), "/name", "text_without_language"),
        (json!({"name": {"fr": "  "}}), "/name/fr", "blank"),
        (json!({"name": {"fr": ""}}), "/name/fr", "blank"),
        (json!({"name": {"fr": long(301)}}), "/name/fr", "length"),
        (json!({"name": {"fr": "a\nb"}}), "/name/fr", "characters"),
        (json!({"name": {"fr": 3}}), "/name/fr", "type"),
        (json!({"name": "plain"}), "/name", "type"),
        (json!({"name": null}), "/name", "type"),
        (json!({"name": {"de": "x"}}), "/name/de", "unknown_field"),
        (json!({"acronym": ""}), "/acronym", "blank"),
        (json!({"acronym": " "}), "/acronym", "blank"),
        (json!({"acronym": long(41)}), "/acronym", "length"),
        (json!({"acronym": "a\tb"}), "/acronym", "characters"),
        (json!({"object": {}}), "/object", "text_without_language"),
        (json!({"object": {"ar": long(5001)}}), "/object/ar", "length"),
        (json!({"city_code": "99.999.99.99"}), "/city_code", "reference"),
        (json!({"city_code": "atlantis"}), "/city_code", "reference"),
        (json!({"city_code": ""}), "/city_code", "length"),
        (json!({"province_code": "99.999"}), "/province_code", "reference"),
        (json!({"city_code": "oujda", "province_code": "01.571"}), "/province_code", "inapplicable"),
        (json!({"scope": "galactic"}), "/scope", "one_of"),
        (json!({"status": "sleeping"}), "/status", "one_of"),
        (json!({"status": 3}), "/status", "type"),
        (json!({"founded_on": "2020-02-30"}), "/founded_on", "date"),
        (json!({"founded_on": "yesterday"}), "/founded_on", "date"),
        (json!({"founded_on": "12020-01-01"}), "/founded_on", "date"),
        (json!({"founded_on": "0000-01-01"}), "/founded_on", "year_range"),
        (json!({"founded_on": "1799-12-31"}), "/founded_on", "year_range"),
        (json!({"website": "https://user:secret@example.org/"}), "/website", "url_with_credentials"),
        (json!({"founded_on": 2020}), "/founded_on", "type"),
        (json!({"founded_on": tomorrow}), "/founded_on", "future"),
        (json!({"founded_year": 1799}), "/founded_year", "range"),
        (json!({"founded_year": 2201}), "/founded_year", "range"),
        (json!({"founded_year": 2001, "founded_on": "2002-01-01"}), "/founded_year", "inapplicable"),
        (json!({"receipt_status": "lost"}), "/receipt_status", "one_of"),
        (json!({"receipt_on": tomorrow}), "/receipt_on", "future"),
        (json!({"receipt_on": "2001-01-01", "founded_on": "2002-01-01"}), "/receipt_on", "order"),
        (json!({"last_activity_on": "2001-01-01", "founded_on": "2002-01-01"}), "/last_activity_on", "order"),
        (json!({"last_activity_on": tomorrow}), "/last_activity_on", "future"),
        (json!({"public_utility": "yes"}), "/public_utility", "type"),
        (json!({"public_utility_decree": "x"}), "/public_utility_decree", "inapplicable"),
        (
            json!({"public_utility_decree": "x", "public_utility": false}),
            "/public_utility_decree",
            "inapplicable",
        ),
        (
            json!({"public_utility_decree": long(301), "public_utility": true}),
            "/public_utility_decree",
            "length",
        ),
        (json!({"activity_fields": ["1", "99"]}), "/activity_fields/1", "reference"),
        (json!({"activity_fields": vec!["1"; 13]}), "/activity_fields", "length"),
        (json!({"activity_fields": "1"}), "/activity_fields", "type"),
        (json!({"values": ["dialogue", "money"]}), "/values/1", "one_of"),
        (json!({"values": vec!["dialogue"; 5]}), "/values", "length"),
        (json!({"volunteers": -1}), "/volunteers", "range"),
        (json!({"volunteers": 10_000_001}), "/volunteers", "range"),
        (json!({"volunteers": 1.5}), "/volunteers", "type"),
        (json!({"volunteers": "5"}), "/volunteers", "type"),
        (json!({"volunteers": 1e300}), "/volunteers", "type"),
        (json!({"website": "example.org"}), "/website", "url"),
        (json!({"website": "ftp://example.org"}), "/website", "url"),
        (json!({"website": "javascript:alert(1)"}), "/website", "url"),
        (json!({"website": "https://exam ple.org"}), "/website", "url"),
        (json!({"website": "https://"}), "/website", "url"),
        (json!({"website": format!("https://example.org/{}", long(2000))}), "/website", "length"),
        (json!({"email": "nobody"}), "/email", "email"),
        (json!({"email": "a b@example.org"}), "/email", "email"),
        (json!({"attestations": {"national": "yes"}}), "/attestations/national", "type"),
        (json!({"attestations": {"rich": true}}), "/attestations/rich", "unknown_field"),
        (json!({"attestations": null}), "/attestations", "type"),
        (json!({"sources": ["https://example.org", "x"]}), "/sources/1", "url"),
        (json!({"sources": vec!["https://example.org"; 21]}), "/sources", "length"),
        (json!({"internal": {"ice": "12345"}}), "/internal/ice", "pattern"),
        (json!({"internal": {"ice": "00123456700008x"}}), "/internal/ice", "pattern"),
        (json!({"internal": {"seat_address": ""}}), "/internal/seat_address", "length"),
        (json!({"internal": {"seat_address": long(501)}}), "/internal/seat_address", "length"),
        (json!({"internal": {"tax_id": "a\nb"}}), "/internal/tax_id", "characters"),
        (json!({"internal": {"birth_date": "2000-01-01"}}), "/internal/birth_date", "unknown_field"),
        (json!({"id": "x"}), "/id", "unknown_field"),
    ] {
        let body = with_fields(&fields);
        let problem = app.post(&token, PATH, &body).await.problem(422);
        let shown = fields.to_string().chars().take(120).collect::<String>();
        assert_eq!(problem["code"], "invalid", "{shown}");
        assert!(faults(&problem).is_superset(&fault(pointer, code)), "{shown}: {}", problem["errors"]);
        assert!(faults(&problem).iter().all(|(place, _)| place == pointer), "{shown}: {}", problem["errors"]);
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(!detail.is_empty() && !detail.contains('{') && !detail.contains('…'), "{shown}: {detail}");
    }
    assert_eq!(app.associations_named("Ruled").await, 0);
}

#[tokio::test]
async fn a_field_is_pointed_at_whatever_its_name() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for (fields, pointer) in [
        (json!({"internal": {"internal": 1}}), "/internal/internal"),
        (json!({"name": {"fr": "x", "name": "x"}}), "/name/name"),
        (json!({"": 1}), "/"),
        (json!({"a/b~c": 1}), "/a~1b~0c"),
    ] {
        let problem = app.post(&token, PATH, &with_fields(&fields)).await.problem(422);
        assert_eq!(faults(&problem), fault(pointer, "unknown_field"), "{fields}");
    }
}

#[tokio::test]
async fn what_the_rules_allow_is_taken_up_to_the_limit() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for (place, fields) in [
        json!({"name": {"fr": "é".repeat(300)}}),
        json!({"object": {"ar": "ا".repeat(5000)}}),
        json!({"acronym": "ج".repeat(40)}),
        json!({"founded_on": UtcTime::now().date_in_morocco().to_string()}),
        json!({"founded_on": "2002-01-01", "founded_year": 2002}),
        json!({"volunteers": 0, "values": ["dialogue", "dialogue"], "activity_fields": ["1", "1"]}),
        json!({"volunteers": 10_000_000}),
        json!({"founded_year": 2001.0, "volunteers": 1e2}),
        json!({"website": "https://تطوان.example/ملف?x=1#y", "email": "a+b@example.co.ma"}),
        json!({"attestations": {}, "internal": {}}),
        json!({"internal": {"seat_address": "1, rue\n90000"}}),
        json!({"acronym": null, "city_code": null}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = association(&format!("Allowed {place}"));
        json_patch::merge(&mut body, &fields);
        app.add_association(&token, &body).await;
    }
}

#[tokio::test]
async fn all_faults_are_told_at_once() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body =
        with_fields(&json!({"acronym": "a\nb", "volunteers": -1, "website": "x", "internal": {"ice": "1"}}));
    let problem = app.post(&token, PATH, &body).await.problem(422);
    let places: Vec<String> = faults(&problem).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["/acronym", "/internal/ice", "/volunteers", "/website"]);
}

#[tokio::test]
async fn a_misspelt_field_or_word_is_answered_with_the_right_one() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for (fields, meant) in [
        (json!({"voluntears": 5}), "volunteers"),
        (json!({"Website": "https://example.org"}), "website"),
        (json!({"status": "activ"}), "active"),
        (json!({"internal": {"taxid": "x"}}), "tax_id"),
        (json!({"attestations": {"non_proffit": true}}), "non_profit"),
        (json!({"name": {"fra": "x"}}), "fr"),
    ] {
        let problem = app.post(&token, PATH, &with_fields(&fields)).await.problem(422);
        assert_eq!(problem["errors"][0]["did_you_mean"], meant, "{problem}");
    }
    let missing = app.post(&token, PATH, &json!({})).await.problem(422);
    assert_eq!(faults(&missing), fault("/name", "required"));
}

#[tokio::test]
async fn a_patch_is_held_to_the_same_rules_where_it_changes_something() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Ruled patches")).await;
    let path = created.header("location");
    for (patch, pointer, code) in [
        (json!({"volunteers": -1}), "/volunteers", "range"),
        (json!({"name": null}), "/name", "required"),
        (json!({"name": {"fr": null}}), "/name", "text_without_language"),
        (json!({"attestations": {"rich": true}}), "/attestations/rich", "unknown_field"),
        (json!({"city_code": "atlantis"}), "/city_code", "reference"),
        (json!({"links": []}), "/links", "unknown_field"),
        (json!({"founded_on": "2002-01-01", "receipt_on": "2001-01-01"}), "/receipt_on", "order"),
    ] {
        let problem = app.patch(&token, path, "*", &patch).await.problem(422);
        assert_eq!(faults(&problem), fault(pointer, code), "{patch}");
    }
    for patch in [json!([]), json!(null), json!("x"), json!(3)] {
        let problem = app.patch(&token, path, "*", &patch).await.problem(422);
        assert_eq!(faults(&problem), fault("", "type"), "{patch}");
    }
    assert_eq!(app.get(path).await.json(), created.json());
}

#[tokio::test]
async fn control_and_direction_characters_are_refused_wherever_they_stand() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for character in
        "\0\u{7}\u{7f}\u{85}\u{ad}\u{61c}\u{200b}\u{200f}\u{2028}\u{202e}\u{2066}\u{e000}\u{feff}\u{ffff}\u{e0041}".chars()
    {
        for (fields, pointer) in [
            (json!({"name": {"fr": format!("a{character}b")}}), "/name/fr"),
            (json!({"object": {"ar": format!("ا{character}")}}), "/object/ar"),
            (json!({"sources": [format!("https://example.org/{character}")]}), "/sources/0"),
            (json!({"internal": {"seat_address": format!("{character}")}}), "/internal/seat_address"),
        ] {
            let problem = app.post(&token, PATH, &with_fields(&fields)).await.problem(422);
            assert_eq!(faults(&problem), fault(pointer, "hidden_character"), "{character:?}");
            let told = problem["errors"][0]["detail"].as_str().expect("a sentence");
            assert!(told.contains(&format!("U+{:04X}", u32::from(character))), "{told}");
        }
    }
    // What joins letters of Persian and Tamazight words is no direction character.
    app.add_association(&token, &json!({"name": {"ar": "می\u{200c}خواهم"}})).await;
}

#[tokio::test]
async fn json_that_is_none_is_told_by_line_and_column() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let send =
        |body: Vec<u8>| app.request(Method::POST, PATH).token(&token).body("application/json", body).send();
    for (body, place) in [
        (&b"{\"name\":\n  {\"fr\": }}"[..], "line 2, column 10"),
        (b"", "line 1, column 0"),
        (b"{", "line 1, column 1"),
        (b"{\"name\": \"\xff\"}", "line 1"),
        (b"{} {}", "line 1, column 4"),
        (b"{\"volunteers\": 1e999}", "line 1"),
    ] {
        let problem = send(body.to_vec()).await.problem(400);
        assert_eq!(problem["code"], "bad_json");
        assert!(problem["detail"].as_str().unwrap().contains(place), "{problem}");
    }
    let deep = ["[".repeat(100_000), "]".repeat(100_000)].concat();
    assert_eq!(send(deep.into_bytes()).await.problem(400)["code"], "bad_json");
}

#[tokio::test]
async fn a_body_of_another_kind_is_answered_with_the_right_kind() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Typed")).await;
    let send = async |method: Method, path: &str, media_type: &str| {
        let body = association("Typed otherwise").to_string();
        app.request(method, path).token(&token).if_match("*").body(media_type, body).send().await
    };
    for media_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json", ""] {
        let refused = send(Method::POST, PATH, media_type).await;
        assert_eq!(refused.header("accept"), "application/json");
        assert_eq!(refused.problem(415)["code"], "unsupported_media_type", "{media_type}");
    }
    for media_type in ["application/json", "text/plain"] {
        let refused = send(Method::PATCH, created.header("location"), media_type).await;
        assert_eq!(refused.header("accept-patch"), "application/merge-patch+json", "{media_type}");
        refused.problem(415);
    }
    send(Method::PUT, created.header("location"), "application/merge-patch+json").await.problem(415);
    send(Method::PUT, created.header("location"), "Application/JSON; charset=utf-8").await.expect(200);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = |letters: usize| {
        let text = format!("{{\"name\": {{\"fr\": \"x\"}}, \"spare\": \"{}\"}}", "x".repeat(letters));
        app.request(Method::POST, PATH).token(&token).body("application/json", text).send()
    };
    assert_eq!(body(256 * 1024).await.problem(413)["code"], "payload_too_large");
    assert_eq!(faults(&body(255 * 1024).await.problem(422)), fault("/spare", "unknown_field"));
}

#[tokio::test]
async fn a_representative_does_not_change_the_facts_of_the_register() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    let mut body = association("Association à soi");
    body["status"] = json!("active");
    body["city_code"] = json!("01.571.01.11");
    body["internal"] = json!({"ice": "001234567000089", "seat_address": "1, rue de la Paix"});
    let own = app.add_association(&admin, &body).await.json();
    let token = app.representative_of(&own).await;
    let path = format!("/v1/associations/{}", own["id"].as_str().expect("an identifier"));

    for (patch, pointer) in [
        (json!({"status": "dissolved"}), "/status"),
        (json!({"status": null}), "/status"),
        (json!({"name": {"fr": "Association renommée"}}), "/name"),
        (json!({"city_code": "oujda"}), "/city_code"),
        (json!({"receipt_status": "final"}), "/receipt_status"),
        (json!({"public_utility": true}), "/public_utility"),
        (json!({"attestations": {"non_political": true}}), "/attestations"),
        (json!({"internal": {"ice": "001234567000090"}}), "/internal/ice"),
    ] {
        let refused = app.patch(&token, &path, "*", &patch).await.problem(403);
        assert_eq!(refused["code"], "forbidden_field", "{patch}");
        assert_eq!(faults(&refused), fault(pointer, "register_fact"), "{patch}");
    }
    // To repeat a fact is no change, by the slug of the city neither; the rest is the representative's own.
    let fine = json!({"status": "active", "city_code": "tetouan", "volunteers": 12, "internal": {"seat_address": "2, rue de la Paix"}});
    let changed = app.patch(&token, &path, "*", &fine).await.expect(200).json();
    assert_eq!(changed["volunteers"], 12);
    let shown = app.get_as(&token, &path).await.json();
    assert_eq!(shown["internal"]["seat_address"], "2, rue de la Paix");
    assert_eq!((&shown["status"], &shown["internal"]["ice"]), (&json!("active"), &json!("001234567000089")));
    // A replacement that leaves facts out would change them.
    let refused = app.put(&token, &path, "*", &association("Association à soi")).await.problem(403);
    assert_eq!(refused["code"], "forbidden_field");
}

#[tokio::test]
async fn a_form_that_only_a_lenient_parser_takes_is_refused() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let addresses = [
        "ht\ntp://a.ma",
        "http:a.ma",
        "http:/a.ma",
        "http:///a.ma",
        "http:\\\\a.ma",
        "http://a.ma/\tx",
        "http://a.ma/\"<script>",
        "http://a.ma\\@b.ma",
    ];
    let days = ["2024-1-1", "2024-01-1", "+002024-01-01", "2024-01-01T00:00:00Z"];
    let of = |field: &'static str, code: &'static str| move |text| (field, code, text);
    let forms = addresses.map(of("website", "url")).into_iter().chain(days.map(of("founded_on", "date")));
    for (field, code, text) in forms {
        let mut body = association("A form");
        body[field] = json!(text);
        let problem = app.post(&token, PATH, &body).await.problem(422);
        assert_eq!(faults(&problem), fault(&format!("/{field}"), code), "{text:?}");
    }
}

#[tokio::test]
async fn a_record_has_one_address() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let id = app.add_association(&token, &association("One address")).await.json()["id"].clone();
    let id = id.as_str().expect("an identifier");
    for other in [id.replace('-', ""), format!("%7B{id}%7D"), format!("urn:uuid:{id}")] {
        app.get(&format!("{PATH}/{other}")).await.problem(404);
    }
}

#[tokio::test]
async fn an_instant_has_one_form_and_no_leap_second() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let windows = ["2031-01-05T23:59:60Z", "2031-01-05 08:00:00Z"]
        .map(|end| json!({"opens_at": "2031-01-01T08:00:00Z", "closes_at": end}));
    for window in windows {
        let body = json!({"year": 2031, "name": {"fr": "2031"}, "city_call": window});
        let problem = app.post(&token, "/v1/editions", &body).await.problem(422);
        assert_eq!(problem["errors"][0]["pointer"], "/city_call/closes_at", "{problem}");
    }
}
