//! Search: every spelling finds, the best comes first, and each result says why it is there.

use nasij::access::Role;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{association, column, with};

const TETOUAN: &str = "01.571.01.11";

async fn search(app: &App, collection: &str, q: &str) -> Value {
    app.get(&with(&format!("/v1/{collection}?limit=200"), "q", q)).await.expect(200).json()
}

async fn found(app: &App, collection: &str, q: &str) -> Vec<Value> {
    search(app, collection, q).await["items"].as_array().expect("items").clone()
}

fn french_names(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["name"]["fr"].as_str()).collect()
}

#[tokio::test]
async fn tetouan_comes_first_however_it_is_written() {
    let app = App::start().await;
    for spelling in [
        "tetouan",
        "TÉTOUAN",
        "Tétouan ",
        "تطوان",
        "تِطْوان",
        "تطـوان",
        "tetoan",
        "tettouan",
        "تطون",
        "ｔｅｔｏｕａｎ",
    ] {
        let items = found(&app, "cities", spelling).await;
        assert_eq!(items.first().map(|city| &city["code"]), Some(&json!(TETOUAN)), "{spelling}");
    }
}

#[tokio::test]
async fn the_beginning_of_a_word_is_enough() {
    let app = App::start().await;
    for beginning in ["tét", "teto", "tetou", "TETOUA", "تطو", "تطوا"] {
        let items = found(&app, "cities", beginning).await;
        assert!(column(&items, "code").contains(&&json!(TETOUAN)), "{beginning}");
    }
    let second_word = found(&app, "regions", "hoceima").await;
    assert_eq!(column(&second_word, "code"), ["01"]);
}

#[tokio::test]
async fn one_and_two_letters_look_at_beginnings_of_words_alone() {
    let app = App::start().await;
    for letters in ["f", "fe", "ou", "ف", "وج"] {
        let result = search(&app, "cities", letters).await;
        let items = result["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{letters}");
        assert_eq!(result["search"]["corrections"], json!([]), "{letters} is too short to be wrong");
        for item in items {
            let names: String =
                item["name"].as_object().unwrap().values().map(|name| format!(" {name} ")).collect();
            let folded = nasij::search::fold(&names);
            assert!(format!(" {folded}").contains(&format!(" {letters}")), "{letters}: {item}");
        }
    }
    let fes = found(&app, "cities", "fe").await;
    assert!(french_names(&fes).contains(&"Fès"));
}

#[tokio::test]
async fn a_whole_name_comes_before_a_beginning_and_a_beginning_before_what_is_within() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for name in ["Amis du Zelmour", "Prezelmour", "Zelmour", "Zelmour et environs", "Zelmourette"] {
        app.add_association(&token, &association(name)).await;
    }
    let items = found(&app, "associations", "zelmour").await;
    let names = french_names(&items);
    assert_eq!(names[0], "Zelmour");
    let place =
        |name: &str| names.iter().position(|found| *found == name).unwrap_or_else(|| panic!("{names:?}"));
    for beginning in ["Zelmour et environs", "Zelmourette"] {
        assert!(place(beginning) < place("Amis du Zelmour"), "{names:?}");
    }
    assert!(place("Amis du Zelmour") < place("Prezelmour"), "{names:?}");
    assert_eq!(names.len(), 5);
    // An asked order outweighs relevance.
    let sorted = app.get("/v1/associations?q=zelmour&sort=-name.fr").await.items();
    assert_eq!(french_names(&sorted)[0], "Zelmourette");
}

#[tokio::test]
async fn pages_of_a_search_go_on_from_best_to_worst() {
    let app = App::start().await;
    let token = app.token(Role::Juror).await;
    for (collection, q) in [("cities", "sidi"), ("cities", "ou"), ("associations", "association")] {
        let whole = found(&app, collection, q).await;
        let path = with(&format!("/v1/{collection}?limit=7"), "q", q);
        let pages = crate::collections::pages(&app, &token, &path, "next").await;
        let small = crate::collections::items(&pages);
        assert!(whole.len() > 14, "{q}");
        assert_eq!(small[..whole.len()], whole[..], "{collection}: {q}");
    }
}

#[tokio::test]
async fn each_result_tells_which_field_and_language_matched() {
    let app = App::start().await;
    for (collection, q, matched) in [
        ("cities", "tetouan", json!({"field": "name", "language": "fr"})),
        ("cities", "تطوان", json!({"field": "name", "language": "ar"})),
        ("cities", "tetoan", json!({"field": "name", "language": "fr"})),
        ("associations", "CERHSO", json!({"field": "acronym"})),
    ] {
        assert_eq!(found(&app, collection, q).await[0]["match"], matched, "{q}");
    }
    let shown_in_french = app.get(&with("/v1/cities?lang=fr&fields=slug", "q", "تطوان")).await.items();
    assert_eq!(shown_in_french[0]["match"], json!({"field": "name", "language": "ar"}));
    let unsearched = app.get("/v1/cities?limit=1").await.items();
    assert!(unsearched[0].get("match").is_none());
}

#[tokio::test]
async fn corrections_are_told_and_what_is_known_is_not_corrected() {
    let app = App::start().await;
    let wrong = search(&app, "cities", "Tetoan").await;
    assert_eq!(
        wrong["search"],
        json!({"words": ["tetouan"], "corrections": [{"typed": "tetoan", "corrected": "tetouan"}]})
    );
    let right = search(&app, "cities", "Tétouan").await;
    assert_eq!(right["search"], json!({"words": ["tetouan"], "corrections": []}));
    let unknown = search(&app, "cities", "xqzwvkxqz").await;
    assert_eq!((&unknown["items"], &unknown["search"]["corrections"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_elided_article_does_not_hide_a_region() {
    let app = App::start().await;
    for q in ["L'Oriental", "l’oriental", "oriental", "الشرق", "LʼORIENTAL"] {
        let items = found(&app, "regions", q).await;
        assert_eq!(items.first().map(|region| &region["code"]), Some(&json!("02")), "{q}");
    }
}

#[tokio::test]
async fn all_words_must_be_found_in_any_order() {
    let app = App::start().await;
    for q in ["tanger hoceima", "hoceima tanger", "Hoceima, Tanger!", "طنجة الحسيمة"] {
        assert_eq!(column(&found(&app, "regions", q).await, "code"), ["01"], "{q}");
    }
    assert!(found(&app, "regions", "tanger dakhla").await.is_empty());
}

#[tokio::test]
async fn a_newly_created_association_is_found_at_once() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let body = json!({"name": {"fr": "Club Quvzimel", "ar": "نادي قفزيملت"}, "acronym": "QVZ"});
    let path = app.add_association(&token, &body).await.header("location").to_owned();
    for q in ["quvzimel", "quvzimle", "quvzi", "قفزيملت", "قفزيمت", "qvz", "club quvzimel"] {
        let items = found(&app, "associations", q).await;
        assert_eq!(french_names(&items), ["Club Quvzimel"], "{q}");
    }
    app.patch(&token, &path, "*", &json!({"name": {"fr": "Club Wurbatix"}})).await.expect(200);
    assert_eq!(french_names(&found(&app, "associations", "wurbatxi").await), ["Club Wurbatix"]);
    assert!(found(&app, "associations", "quvzimel").await.is_empty(), "its former name is forgotten");
    app.delete(&token, &path, "*").await.expect(204);
    assert!(found(&app, "associations", "wurbatix").await.is_empty());
}

#[tokio::test]
async fn what_was_created_in_one_language_is_found_at_once_in_the_others() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    // المغرت is one letter from المغرب, which many names have: unless it is known, it is taken for a slip.
    let body = json!({"name": {"fr": "Ligue Bizoulkarn", "ar": "رابطة المغرت"}});
    let answer = app.post(&token, "/v1/associations?lang=fr", &body).await.expect(201);
    assert_eq!(answer.json()["name"], "Ligue Bizoulkarn");
    let result = search(&app, "associations", "المغرت").await;
    assert_eq!(result["search"]["corrections"], json!([]));
    assert!(french_names(result["items"].as_array().unwrap()).contains(&"Ligue Bizoulkarn"));
}

#[tokio::test]
async fn a_rehearsal_teaches_the_search_nothing() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    app.post(&token, "/v1/associations?dry_run=true", &association("Club Tetouaxn")).await.expect(201);
    assert!(
        found(&app, "associations", "tetouaxn")
            .await
            .iter()
            .all(|item| item["name"]["fr"] != "Club Tetouaxn")
    );
    let corrections = search(&app, "associations", "tetouaxn").await["search"]["corrections"].clone();
    assert_eq!(corrections, json!([{"typed": "tetouaxn", "corrected": "tetouan"}]));
}

#[tokio::test]
async fn no_text_whatever_harms_a_search() {
    let app = App::start().await;
    let mut runner = TestRunner::deterministic();
    let strange = [
        "%",
        "_",
        "\\",
        "'",
        "\"",
        "\" OR 1=1 --",
        "*",
        "a\" NEAR b",
        "((",
        "🏛",
        "ﷺ",
        "ّ",
        "\u{200f}",
        "؟",
        "|",
    ];
    let mut texts: Vec<String> = strange.iter().map(|text| (*text).to_owned()).collect();
    let any = proptest::prop_oneof![".{1,60}", "[ا-ي ]{1,20}", "[a-zé' -]{1,20}", "\\PC{150,260}"];
    texts.extend((0..200).map(|_| any.new_tree(&mut runner).expect("a text").current()));
    for (place, text) in texts.iter().enumerate() {
        let collection = ["cities", "associations", "regions", "provinces"][place % 4];
        let answer = app.get(&with(&format!("/v1/{collection}"), "q", text)).await;
        assert!([200, 400].contains(&answer.status), "{collection}: {text:?} → {}", answer.status);
        let acceptable = text.chars().count() <= 200
            && !text.chars().any(char::is_control)
            && text.chars().any(|letter| !nasij::search::fold(&letter.to_string()).is_empty());
        assert_eq!(answer.status == 200, acceptable, "{collection}: {text:?}");
    }
}

#[tokio::test]
async fn wildcards_of_sql_are_letters_like_any_others() {
    let app = App::start().await;
    for q in ["%zzz%", "te_ouan%"] {
        let items = found(&app, "provinces", q).await;
        assert!(items.len() < 83, "{q} finds everything");
    }
    assert!(found(&app, "cities", "t%n").await.iter().all(|city| city["code"] != TETOUAN));
}

#[tokio::test]
async fn an_empty_query_and_one_that_is_too_long_are_refused() {
    let app = App::start().await;
    for q in [String::new(), "x".repeat(201), "a\u{0}b".to_owned(), "a\nb".to_owned()] {
        let problem = app.get(&with("/v1/cities", "q", &q)).await.problem(400);
        assert_eq!(problem["errors"][0]["parameter"], "q", "{q:?}");
    }
    app.get(&with("/v1/cities", "q", &"x".repeat(200))).await.expect(200);
    app.get(&with("/v1/cities", "q", &"ab ".repeat(60))).await.expect(200);
}
