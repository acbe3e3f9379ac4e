//! The internal record of an association has a version of its own: its changes move nothing that everybody sees, and nobody
//! overwrites it unseen.

use std::collections::BTreeMap;

use nasij::access::{NewAccount, Role, Scope};
use serde_json::{Value, json};

use crate::app::App;
use crate::collections;
use crate::nominations::{of_association, of_city, path as nomination_path};
use crate::steps::{full_association, with};

/// What differs between two answers to the same question.
const PASSING: [&str; 4] = ["date", "x-request-id", "ratelimit", "ratelimit-policy"];

/// What everybody reads at these paths: status, headers and body.
async fn answers(app: &App, paths: &[String]) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for path in paths {
        let answer = app.get(path).await;
        let headers = answer.headers.iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
        let mut headers: Vec<_> =
            headers.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect();
        headers.sort_unstable();
        let told = format!("{} {headers:?} {}", answer.status, String::from_utf8_lossy(&answer.body));
        answers.insert(path.clone(), told);
    }
    answers
}

/// Every public read: each list by each sort, with each expansion and facet, and each record.
async fn public_reads(app: &App, association: &str, nomination: &str) -> Vec<String> {
    let mut paths = vec![
        association.to_owned(),
        nomination.to_owned(),
        with(association, "expand", "city"),
        with("/v1/nominations?expand=association", "limit", "200"),
        with(nomination, "expand", "association"),
        with("/v1/associations", "q", "versionnée"),
        "/v1/associations?format=csv&limit=all&sort=-updated_at".to_owned(),
    ];
    for collection in collections::all(app).await {
        for sort in collection.words("sort") {
            paths.push(with(&with(&collection.path, "sort", &sort), "limit", "200"));
        }
        for name in ["expand", "facet"] {
            paths.extend(collection.words(name).iter().map(|word| with(&collection.path, name, word)));
        }
    }
    let id = |path: &str| path.rsplit('/').next().expect("an identifier").to_owned();
    let document = app.get("/openapi.json").await.expect(200).json();
    for (template, operations) in document["paths"].as_object().expect("paths") {
        let is_public = operations.get("get").is_some_and(|get| get.get("security").is_none());
        let of = if template.starts_with("/v1/nominations") { nomination } else { association };
        let path = template.replace("{id}", &id(of)).replace("{year}", "2027").replace("{code}", "tetouan");
        if is_public && !path.contains('{') {
            paths.push(path);
        }
    }
    paths
}

#[tokio::test]
async fn a_change_of_what_is_internal_changes_no_byte_that_everybody_sees() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let mut body = full_association("Versionnée");
    body["internal"] = json!({"seat_address": "1, rue Haute", "tax_id": "7"});
    let created = app.add_association(&admin, &body).await;
    let (path, association) = (created.header("location").to_owned(), created.json());
    let nomination = app.nominate(&admin, &of_association(2027, &association["id"])).await;
    app.put_nomination_in(&nomination, "needs_completion");
    let city = app.nominate(&admin, &of_city(2027, "fes")).await;
    app.put_nomination_in(&city, "needs_completion");

    let paths = public_reads(&app, &path, &nomination_path(&nomination)).await;
    let (first, mut steady) = (answers(&app, &paths).await, answers(&app, &paths).await);
    steady.retain(|path, told| first.get(path) == Some(told) && told.starts_with("200"));
    assert!(steady.len() > 100 && steady.contains_key(&path), "{}", steady.len());

    let account = app.account(&NewAccount::of_role(Role::Juror, "Some juror"));
    let both = [Scope::AssociationsWrite, Scope::AssociationsReadInternal];
    let mut versions = vec![app.get_as(&admin, &path).await.header("etag").to_owned()];
    for (number, (who, token)) in [
        ("administrator", admin.clone()),
        ("ministry", app.token(Role::MinistryOfficer).await),
        ("system", app.token_of(&app.integration(&both)).await),
        ("representative", app.representative_of(&association).await),
    ]
    .into_iter()
    .enumerate()
    {
        let change = json!({"internal": {
            "seat_address": format!("{number}, rue Basse"), "legal_representative": format!("Personne {number}"),
        }});
        app.patch(&token, &path, "*", &change).await.expect(200);
        let seen = app.get_as(&token, &path).await.expect(200);
        assert_eq!(seen.json()["internal"]["seat_address"], format!("{number}, rue Basse"), "{who}");
        assert!(!versions.contains(&seen.header("etag").to_owned()), "{who}");
        versions.push(seen.header("etag").to_owned());
    }
    app.add_pdf(&admin, &nomination, "Statuts").await;
    let renamed = json!({"name": "Another name"});
    app.patch(&admin, &format!("/v1/accounts/{}", account.client_id), "*", &renamed).await.expect(200);
    app.delete(&admin, &format!("{path}/personal-data"), "*").await.expect(204);
    app.patch(&admin, &path, "*", &json!({"internal": null})).await.expect(200);
    app.patch(&admin, &path, "*", &json!({"volunteers": 40})).await.expect(200);
    let after = answers(&app, &paths).await;
    for (path, told) in &steady {
        assert_eq!(&after[path], told, "{path}");
    }
}

#[tokio::test]
async fn each_tag_is_good_for_what_it_shows() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let blind = app.token_of(&app.integration(&[Scope::AssociationsWrite])).await;
    let mut body = full_association("Étiquetée");
    body["internal"] = json!({"tax_id": "7"});
    let path = app.add_association(&admin, &body).await.header("location").to_owned();
    let public = async || app.get(&path).await.header("etag").to_owned();
    let whole = async || app.get_as(&admin, &path).await.header("etag").to_owned();

    let (old_public, old_whole) = (public().await, whole().await);
    let tax = |number: &str| json!({"internal": {"tax_id": number}});
    app.patch(&admin, &path, &old_whole, &tax("8")).await.expect(200);
    assert_eq!(public().await, old_public);
    // Who sees it has to have seen it; the refusal tells the tag that will do.
    let volunteers = |number: i64| json!({"volunteers": number});
    for change in [volunteers(1), tax("9")] {
        let stale = app.patch(&admin, &path, &old_whole, &change).await.expect(412);
        assert_eq!(stale.header("etag"), whole().await);
    }
    app.patch(&admin, &path, &old_public, &tax("9")).await.problem(412);
    app.put(&admin, &path, &old_public, &full_association("Étiquetée")).await.problem(412);
    app.delete(&admin, &path, &old_whole).await.problem(412);
    // What everybody sees is changed by who has seen that, and only that changes.
    app.patch(&blind, &path, &old_public, &volunteers(2)).await.expect(200);
    app.patch(&blind, &path, &old_public, &volunteers(3)).await.problem(412);
    app.patch(&admin, &path, &public().await, &volunteers(3)).await.expect(200);
    assert_eq!(app.get_as(&admin, &path).await.json()["internal"]["tax_id"], "8");
    app.patch(&admin, &path, &whole().await, &tax("9")).await.expect(200);
    // The erasure of personal data names what was read, too.
    let personal = format!("{path}/personal-data");
    app.delete(&admin, &personal, &old_whole).await.problem(412);
    let read = app.get_as(&admin, &personal).await.expect(200);
    assert_eq!(read.header("etag").split('-').next(), whole().await.split('-').next());
    app.delete(&admin, &personal, read.header("etag")).await.expect(204);
    app.delete(&admin, &path, &whole().await).await.expect(204);
}

#[tokio::test]
async fn an_emptied_record_never_has_an_earlier_version_again() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let path = app.add_association(&admin, &full_association("Vidée")).await.header("location").to_owned();
    let mut tags = vec![app.get_as(&admin, &path).await.header("etag").to_owned()];
    for internal in [json!({"tax_id": "7"}), Value::Null, json!({"tax_id": "7"}), json!({"tax_id": null})] {
        app.patch(&admin, &path, tags.last().unwrap(), &json!({"internal": internal})).await.expect(200);
        let tag = app.get_as(&admin, &path).await.header("etag").to_owned();
        assert!(!tags.contains(&tag), "{tag}");
        tags.push(tag);
    }
    for tag in &tags[..4] {
        app.patch(&admin, &path, tag, &json!({"internal": {"tax_id": "8"}})).await.problem(412);
    }
}
