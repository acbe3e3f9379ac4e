//! Duplicates are found before they are made: likely twins are told with reasons, and what is nearly certain is refused unless
//! its writer insists.

use nasij::access::{Role, Scope};
use nasij::associations::input::AssociationInput;
use nasij::associations::matching::Certainty;
use nasij::associations::matching::model::Twin;
use nasij::associations::matching::queries::doubtful;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::steps::{association, column, fault, faults, full_association};

const MATCHES: &str = "/v1/associations/matches";

fn named(ar: &str, fr: &str, city: &str) -> Value {
    let mut name = json!({});
    for (language, text) in [("ar", ar), ("fr", fr)] {
        if !text.is_empty() {
            name[language] = json!(text);
        }
    }
    let mut body = json!({"name": name});
    if !city.is_empty() {
        body["city_code"] = json!(city);
    }
    body
}

impl App {
    /// Asks for likely twins, as anybody may.
    async fn ask_for_twins(&self, described: &Value) -> Answer {
        self.request(reqwest::Method::POST, MATCHES).json(described).send().await
    }

    /// The likely twins of what is described.
    async fn twins(&self, described: &Value) -> Vec<Value> {
        self.ask_for_twins(described).await.expect(200).items()
    }

    /// Some associations of Tétouan, and one of the same name elsewhere.
    async fn with_a_register(&self) -> (String, Vec<Value>) {
        let token = self.token(Role::MinistryOfficer).await;
        let mut made = Vec::new();
        for (ar, fr, city) in [
            ("جمعية الأمل للتنمية", "Association Al Amal pour le développement", "tetouan"),
            ("جمعية النور", "Association Ennour", "tetouan"),
            ("", "Association Al Amal pour le développement", "oujda"),
            ("", "Club des lecteurs du Rif oriental", "oujda"),
        ] {
            let mut body = named(ar, fr, city);
            body["founded_year"] = json!(2015);
            made.push(self.add_association(&token, &body).await.json());
        }
        (token, made)
    }
}

#[tokio::test]
async fn a_twin_is_found_in_either_script_and_however_it_is_spelt() {
    let app = App::start().await;
    let (_, made) = app.with_a_register().await;
    for described in [
        named("جمعيه الامل للتنميه", "", "tetouan"),
        named("", "ASSOC. EL-AMAL de developpement", "01.571.01.11"),
        named("", "Développement Amal (association)", "tetouan"),
    ] {
        let found = app.twins(&described).await;
        assert_eq!(found[0]["association"]["id"], made[0]["id"], "{described}");
        assert_eq!(
            (&found[0]["certainty"], &found[0]["reasons"][1]),
            (&json!("certain"), &json!("same_city"))
        );
        assert!(found[0]["score"].as_f64() >= Some(0.9), "{found:?}");
    }
    // The same name in another city comes after it, far behind.
    let found = app.twins(&named("", "Association Al Amal pour le développement", "tetouan")).await;
    assert_eq!(
        column(&found, "association").iter().map(|one| &one["id"]).collect::<Vec<_>>(),
        [&made[0]["id"], &made[2]["id"]]
    );
    assert_eq!((&found[0]["score"], &found[0]["reasons"]), (&json!(1.0), &json!(["same_name", "same_city"])));
    assert_eq!(found[1]["reasons"], json!(["same_name", "other_city"]));
    assert!(found[1]["score"].as_f64() < Some(0.7), "{found:?}");
}

#[tokio::test]
async fn a_wrong_letter_is_forgiven_and_what_is_not_alike_is_left_out() {
    let app = App::start().await;
    let (_, made) = app.with_a_register().await;
    let found = app.twins(&named("", "Club des lecteur du Riff orientel", "oujda")).await;
    assert_eq!((&found[0]["association"]["id"], found.len()), (&made[3]["id"], 1), "{found:?}");
    assert_ne!(found[0]["certainty"], "certain");
    let without_city = app.twins(&named("", "Lecteurs du Rif", "")).await;
    assert_eq!(without_city[0]["association"]["id"], made[3]["id"], "{without_city:?}");
    for nothing in ["Association", "Association pour la culture", "Amicale des anciens", "!?"] {
        let found = app.twins(&named("", nothing, "tetouan")).await;
        assert!(found.iter().all(|one| one["certainty"] != "certain"), "{nothing}: {found:?}");
    }
    assert!(app.twins(&named("", "Amicale des anciens de Zagora", "tetouan")).await.is_empty());
}

#[tokio::test]
async fn acronym_foundation_and_web_site_speak_for_a_twin_and_against_it() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let mut full = full_association("Association marocaine des lecteurs");
    full["acronym"] = json!("AML");
    full["website"] = json!("https://www.lecteurs.ma/");
    let id = app.add_association(&token, &full).await.json()["id"].clone();
    let found = app.twins(&json!({"acronym": "A.M.L."})).await;
    assert_eq!((&found[0]["association"]["id"], &found[0]["reasons"]), (&id, &json!(["same_acronym"])));
    let mut described = json!({
        "name": {"fr": "Association marocaine de lecteurs"}, "acronym": "aml", "founded_on": full["founded_on"],
        "website": "http://lecteurs.ma",
    });
    let found = app.twins(&described).await;
    let reasons = json!(["same_name", "same_acronym", "same_founding_day", "same_website"]);
    assert_eq!((&found[0]["reasons"], &found[0]["certainty"]), (&reasons, &json!("certain")));
    described =
        json!({"name": described["name"], "city_code": "tetouan", "acronym": "XYZ", "founded_year": 1990});
    let found = app.twins(&described).await;
    let reasons = json!(["same_name", "same_city", "other_acronym", "other_founding_year"]);
    assert_eq!((&found[0]["reasons"], &found[0]["certainty"]), (&reasons, &json!("possible")));
}

#[tokio::test]
async fn what_is_asked_for_is_read_strictly_and_the_answer_is_bounded() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for city in ["tetouan", "oujda", "fes"] {
        app.add_association(&token, &named("", "Association Al Amal", city)).await;
    }
    let mut described = named("", "Amal", "");
    described["limit"] = json!(2);
    assert_eq!(app.twins(&described).await.len(), 2);
    for (wrong, place, code) in [
        (json!({}), "/name", "required"),
        (json!({"city_code": "tetouan"}), "/name", "required"),
        (json!({"name": {"fr": "Amal"}, "limit": 51}), "/limit", "range"),
        (json!({"name": {"fr": "Amal"}, "city_code": "nowhere"}), "/city_code", "reference"),
        (json!({"name": {"fr": "Amal"}, "province_code": "99.999"}), "/province_code", "reference"),
        (json!({"name": {"fr": "Amal"}, "ice": "001234567000089"}), "/ice", "unknown_field"),
        (json!({"name": {"fr": "Amal"}, "internal": {}}), "/internal", "unknown_field"),
    ] {
        let refused = app.ask_for_twins(&wrong).await.problem(422);
        assert_eq!(faults(&refused), fault(place, code), "{wrong}");
    }
}

#[tokio::test]
async fn neither_internal_data_nor_what_is_deleted_is_told() {
    let app = App::start().await;
    let (token, made) = app.with_a_register().await;
    let mut secret = named("", "Association secrète du musc", "tetouan");
    secret["internal"] =
        json!({"ice": "001234567000089", "seat_address": "7, rue cachée", "receipt_number": "77/2015"});
    app.add_association(&token, &secret).await;
    for who in [None, Some(token.as_str())] {
        let mut request =
            app.request(reqwest::Method::POST, MATCHES).json(&named("", "secrète du musc", "tetouan"));
        if let Some(token) = who {
            request = request.token(token);
        }
        let answer = request.send().await.expect(200);
        for hidden in ["internal", "001234567000089", "cachée", "77/2015"] {
            assert!(!answer.text().contains(hidden), "{hidden}");
        }
    }
    // Nobody learns by the score which number it has.
    for number in ["001234567000089", "77/2015"] {
        assert!(app.twins(&json!({"acronym": number})).await.is_empty());
    }
    let path = format!("/v1/associations/{}", made[1]["id"].as_str().unwrap());
    app.delete(&token, &path, "*").await.expect(204);
    assert!(app.twins(&named("جمعية النور", "", "tetouan")).await.is_empty());
}

#[tokio::test]
async fn a_nearly_certain_twin_is_refused_and_named_unless_its_writer_insists() {
    let app = App::start().await;
    let (token, made) = app.with_a_register().await;
    let twin = named("", "Assoc. El Amal de développement", "tetouan");
    let refused = app.post(&token, "/v1/associations", &twin).await.problem(409);
    assert_eq!(
        (&refused["code"], faults(&refused)),
        (&json!("probable_duplicate"), fault("/name", "probable_duplicate"))
    );
    let told = refused["errors"][0]["detail"].as_str().unwrap();
    assert!(told.contains(&format!("/v1/associations/{}", made[0]["id"].as_str().unwrap())), "{told}");
    assert!(refused["detail"].as_str().unwrap().contains("allow_duplicate=true"), "{refused}");
    app.post(&token, "/v1/associations?allow_duplicate=false", &twin).await.problem(409);
    app.post(&token, "/v1/associations?allow_duplicat=true", &twin).await.problem(400);
    app.post(&token, "/v1/associations?allow_duplicate=perhaps", &twin).await.problem(400);
    app.post(&token, "/v1/associations?dry_run=true", &twin).await.problem(409);
    app.post(&token, "/v1/associations?allow_duplicate=true&dry_run=true", &twin).await.expect(201);
    app.post(&token, "/v1/associations?allow_duplicate=true", &twin).await.expect(201);
    // What is the same, word by word, stays impossible.
    let refused = app.post(&token, "/v1/associations?allow_duplicate=true", &twin).await.problem(409);
    assert_eq!(refused["code"], "already_exists");
}

#[tokio::test]
async fn what_is_only_likely_is_added_without_a_word() {
    let app = App::start().await;
    let (token, _) = app.with_a_register().await;
    for other in [
        named("", "Association Al Amal pour le développement", "fes"),
        named("", "Association Al Amal pour le développement", ""),
        named("", "Association Al Aman pour le développement", "tetouan"),
        named("", "Association Al Amal", "tetouan"),
        named("جمعية الأمل للرياضة", "", "tetouan"),
    ] {
        app.post(&token, "/v1/associations", &other).await.expect(201);
    }
    // Founded twenty years apart.
    let mut later = named("", "Association An-nour", "tetouan");
    later["founded_year"] = json!(1995);
    app.post(&token, "/v1/associations", &later).await.expect(201);
}

#[tokio::test]
async fn in_a_batch_each_new_record_is_held_against_the_register_and_against_those_before_it() {
    let app = App::start().await;
    let (token, _) = app.with_a_register().await;
    let create = |body: Value| json!({"operation": "create", "body": body});
    let items = json!({"items": [
        create(named("", "Amal développement", "tetouan")),
        create(named("", "Association du lac bleu", "tetouan")),
        create(named("", "ASSO LAC BLEU", "tetouan")),
    ]});
    let told = app.post(&token, "/v1/associations/batch", &items).await.expect(207).json()["items"].clone();
    let status: Vec<&Value> = told.as_array().expect("items").iter().map(|item| &item["status"]).collect();
    assert_eq!(status, [409, 201, 409]);
    assert_eq!(told[2]["problem"]["code"], "probable_duplicate");
    let all = json!({"items": [items["items"][0], items["items"][2]]});
    let told =
        app.post(&token, "/v1/associations/batch?allow_duplicate=true", &all).await.expect(200).items();
    assert_eq!(column(&told, "status"), [201, 201]);
}

#[tokio::test]
async fn a_retry_is_answered_as_the_first_time_though_its_own_record_is_there() {
    let app = App::start().await;
    let token = app.token_of(&app.integration(&[Scope::AssociationsWrite])).await;
    let body = association("Association des retours");
    for replayed in [None, Some("true")] {
        let request = app.request(reqwest::Method::POST, "/v1/associations").token(&token).json(&body);
        let answer = request.header("idempotency-key", "1").send().await.expect(201);
        assert_eq!(answer.optional_header("idempotent-replayed"), replayed);
    }
}

#[tokio::test]
async fn who_writes_many_is_told_the_likeliest_twin_of_each() {
    let app = App::start().await;
    let (_, made) = app.with_a_register().await;
    let inputs: Vec<AssociationInput> = [
        named("جمعيه الامل للتنميه", "", "tetouan"),
        named("", "Association du lac bleu", "01.571.01.11"),
        named("", "Lac bleu", "tetouan"),
        named("", "Association Al Amal", "fes"),
        named("", "Association Ennour", ""),
    ]
    .into_iter()
    .map(|body| serde_json::from_value(body).expect("a body"))
    .collect();
    let found = app
        .database()
        .read_blocking(|connection| doubtful(connection, &inputs.iter().collect::<Vec<_>>()))
        .expect("an answer");
    let twins: Vec<Option<(Twin, Certainty)>> =
        found.into_iter().map(|found| found.map(|found| (found.twin, found.certainty))).collect();
    let kept = |place: usize| Twin::Kept(made[place]["id"].as_str().unwrap().parse().unwrap());
    let expected =
        [Some((kept(0), Certainty::Certain)), None, Some((Twin::Earlier(1), Certainty::Certain)), None, None];
    assert_eq!(twins, expected);
}
