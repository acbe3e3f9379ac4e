//! Every error is a problem document with the right headers, and every answer says who it was and is safe to show.

use std::collections::BTreeSet;

use nasij::access::Role;
use nasij::error::catalogue::CATALOGUE;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::association;

/// The paths of the document, with something in place of their parameters, and the methods of each.
async fn paths(app: &App) -> Vec<(String, BTreeSet<String>)> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let filled = |template: &str| {
        template
            .split('/')
            .map(|part| match part {
                "{year}" => "2022",
                "{id}" => "019aaaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa",
                other if other.starts_with('{') => "oujda",
                other => other,
            })
            .collect::<Vec<_>>()
            .join("/")
    };
    let methods = |operations: &Value| {
        let mut methods: BTreeSet<String> = ["get", "post", "put", "patch", "delete"]
            .iter()
            .filter(|method| operations.get(**method).is_some())
            .map(|method| method.to_uppercase())
            .collect();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        methods.insert("OPTIONS".to_owned());
        methods
    };
    let document = document["paths"].as_object().expect("it is there");
    let of_path = |template: &String| {
        let path = filled(template);
        let fitting = document.iter().filter(|(other, _)| fits(other, &path));
        let methods = fitting.flat_map(|(_, operations)| methods(operations)).collect();
        (path, methods)
    };
    document.keys().map(of_path).collect()
}

/// Whether a path is one of a template: `/v1/cities/batch` could be that of a city as well.
fn fits(template: &str, path: &str) -> bool {
    let (templates, parts) = (template.split('/'), path.split('/'));
    templates.clone().count() == parts.clone().count()
        && templates.zip(parts).all(|(template, part)| template == part || template.starts_with('{'))
}

fn listed(header: &str) -> BTreeSet<String> {
    header.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

#[tokio::test]
async fn an_address_with_nothing_there_is_a_problem() {
    let app = App::start().await;
    for path in ["/v2/cities", "/v1/cities/oujda/x", "/V1/cities", "/favicon.ico", "/v1//cities"] {
        let problem = app.get(path).await.problem(404);
        assert_eq!((&problem["code"], &problem["instance"]), (&json!("route_not_found"), &json!(path)));
    }
    for method in [Method::POST, Method::DELETE, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
        app.request(method, "/v1/nothing").send().await.problem(404);
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_have_is_answered_with_those_that_it_has() {
    let app = App::start().await;
    let mut tried = 0;
    for (path, methods) in paths(&app).await {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            if methods.contains(method) {
                continue;
            }
            tried += 1;
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = app.request(method.clone(), &path).send().await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(listed(answer.header("allow")), methods, "{method} {path}");
            assert_eq!(answer.problem(405)["code"], "method_not_allowed");
        }
        let options = app.request(Method::OPTIONS, &path).send().await.expect(204);
        assert_eq!(listed(options.header("allow")), methods, "OPTIONS {path}");
        assert!(options.body.is_empty());
    }
    assert!(tried > 60);
}

#[tokio::test]
async fn a_sensible_request_id_comes_back_and_any_other_is_replaced() {
    let app = App::start().await;
    let ask = |id: &str| app.request(Method::GET, "/v1/cities/atlantis").header("x-request-id", id).send();
    let longest = "a".repeat(128);
    for id in ["abc-123", "0198:trace.id_1", &longest] {
        let answer = ask(id).await;
        assert_eq!(answer.header("x-request-id"), id);
        assert_eq!(answer.problem(404)["request_id"], id);
    }
    let mut given = BTreeSet::new();
    for id in ["", "a b", "a\"b", "{}", "é", "a/../b", "<script>", &"a".repeat(129)] {
        let answer = ask(id).await;
        let new = answer.header("x-request-id").to_owned();
        assert_ne!(new, id);
        assert!(
            new.len() >= 32 && new.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
            "{new}"
        );
        given.insert(new);
    }
    assert_eq!(given.len(), 8);
}

#[tokio::test]
async fn every_kind_of_problem_has_its_page_at_its_type() {
    let app = App::start().await;
    let codes: BTreeSet<String> = CATALOGUE.iter().map(|entry| entry.code.name()).collect();
    let listed = app.get("/problems").await.items();
    let listed: BTreeSet<String> =
        listed.iter().map(|kind| kind["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed, codes);
    for entry in CATALOGUE {
        let page = app.get(&format!("/problems/{}", entry.code.name())).await.expect(200).json();
        assert_eq!((&page["code"], &page["status"]), (&json!(entry.code.name()), &json!(entry.status)));
        for language in ["ar", "fr", "en"] {
            assert!(!page["title"][language].as_str().unwrap().is_empty());
            assert!(!page["detail"][language].as_str().unwrap().is_empty());
        }
        let french = app.get(&format!("/problems/{}?lang=fr", entry.code.name())).await.expect(200).json();
        assert_eq!(french["title"], page["title"]["fr"]);
    }
    app.get("/problems/quite_unknown").await.problem(404);
}

#[tokio::test]
async fn the_type_of_every_problem_that_occurs_can_be_read() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let juror = app.token(Role::Juror).await;
    let created = app.add_association(&token, &association("Problematic")).await;
    let path = created.header("location");
    let problems = [
        app.get("/nothing").await.problem(404),
        app.get("/v1/cities/x").await.problem(404),
        app.get("/v1/cities?x=1").await.problem(400),
        app.get("/v1/audit").await.problem(401),
        app.get_as("x", "/v1/associations").await.problem(401),
        app.post(&juror, "/v1/associations", &json!({})).await.problem(403),
        app.request(Method::DELETE, "/v1/regions").send().await.problem(405),
        app.request(Method::GET, "/v1/regions").header("accept", "text/html").send().await.problem(406),
        app.post(&token, "/v1/associations", &association("Problematic")).await.problem(409),
        app.patch(&token, path, "\"9-x\"", &json!({})).await.problem(412),
        app.patch(&token, path, "x", &json!({})).await.problem(400),
        app.request(Method::PATCH, path).token(&token).merge_patch(&json!({})).send().await.problem(428),
        app.post(&token, "/v1/associations", &json!({})).await.problem(422),
        app.request(Method::POST, "/v1/associations")
            .token(&token)
            .body("text/plain", "x")
            .send()
            .await
            .problem(415),
        app.request(Method::POST, "/v1/associations")
            .token(&token)
            .body("application/json", "x")
            .send()
            .await
            .problem(400),
    ];
    let mut kinds = BTreeSet::new();
    for problem in problems {
        let page = problem["type"]
            .as_str()
            .unwrap()
            .strip_prefix(&app.base)
            .expect("an address of this service")
            .to_owned();
        let kind = app.get(&page).await.expect(200).json();
        assert_eq!((&kind["code"], &kind["status"]), (&problem["code"], &problem["status"]));
        kinds.insert(page);
    }
    assert!(kinds.len() >= 13, "{kinds:?}");
}

#[tokio::test]
async fn two_tokens_at_once_are_refused() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for path in ["/v1/associations", "/v1/audit"] {
        app.request(Method::GET, path).token(&token).token(&token).send().await.problem(400);
    }
    for header in ["Basic abc", "Bearer", "Bearer ", "Bearer  x", "x", ""] {
        let answer =
            app.request(Method::GET, "/v1/associations").header("authorization", header).send().await;
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{header}");
        answer.problem(401);
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_on_every_public_read() {
    let app = App::start().await;
    let mut open = BTreeSet::new();
    for (path, methods) in paths(&app).await {
        if !path.starts_with("/v1/") || !methods.contains("GET") {
            continue;
        }
        let answer = app.get_as("not.a.token", &path).await;
        if answer.status != 401 {
            open.insert(format!("{path} → {}", answer.status));
        }
    }
    assert!(open.is_empty(), "a bad token is 401 even on a public read: {open:?}");
}

#[tokio::test]
async fn a_path_with_control_characters_names_nothing() {
    let app = App::start().await;
    let collections =
        ["regions", "provinces", "cities", "activity-fields", "associations", "editions", "nominations"];
    for collection in collections {
        for id in ["a%00b", "%0a", "%1F", "%7f"] {
            app.get(&format!("/v1/{collection}/{id}")).await.problem(404);
        }
    }
}

#[tokio::test]
async fn too_many_parameters_are_refused_shortly() {
    let app = App::start().await;
    let query: Vec<String> = (0..1500).map(|place| format!("p{place}=1")).collect();
    let answer = app.get(&format!("/v1/cities?{}", query.join("&"))).await;
    assert!(answer.body.len() < 64 * 1024, "{} bytes", answer.body.len());
    let problem = answer.problem(400);
    assert!(
        problem["errors"].as_array().unwrap().iter().any(|fault| fault["code"] == "too_many_parameters"),
        "{problem}"
    );
}
