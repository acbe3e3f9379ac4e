//! Conditional requests: what has not changed is not sent again, and nobody's change is overwritten unseen.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use nasij::access::Role;
use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::app::App;
use crate::steps::{association, fault, faults, vary, with};

const READS: [&str; 6] = [
    "/v1/cities/oujda",
    "/v1/cities?limit=5",
    "/v1/cities?limit=5&format=geojson",
    "/v1/regions/02",
    "/v1/associations?lang=fr",
    "/v1/activity-fields",
];

fn is_strong(etag: &str) -> bool {
    etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"')
}

async fn read_if_none_match(app: &App, path: &str, tag: &str) -> Answer {
    app.request(Method::GET, path).header("if-none-match", tag).send().await
}

#[tokio::test]
async fn every_read_has_a_strong_etag_and_is_not_repeated_to_who_has_it() {
    let app = App::start().await;
    for path in READS {
        let first = app.get(path).await.expect(200);
        let etag = first.header("etag");
        assert!(is_strong(etag), "{path}: {etag}");
        assert_eq!(app.get(path).await.header("etag"), etag, "{path}");
        for tags in [etag.to_owned(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
            let again = read_if_none_match(&app, path, &tags).await.expect(304);
            assert_eq!(again.header("etag"), etag, "{path}");
            for name in ["vary", "cache-control"] {
                assert_eq!(
                    again.optional_header(name),
                    first.optional_header(name),
                    "{path}: {name} of the 304"
                );
            }
            assert!(again.body.is_empty());
        }
        read_if_none_match(&app, path, "\"other\"").await.expect(200);
    }
}

#[tokio::test]
async fn every_read_without_parameters_keeps_the_promises_of_the_document() {
    let app = App::start().await;
    let document = app.get("/openapi.json").await.expect(200).json();
    let paths = document["paths"].as_object().unwrap().iter();
    for (path, _) in paths.filter(|(path, operations)| !path.contains('{') && operations.get("get").is_some())
    {
        app.get(path).await;
    }
}

#[tokio::test]
async fn each_language_and_each_selection_has_an_etag_of_its_own() {
    let app = App::start().await;
    let mut tags = BTreeSet::new();
    let views = ["", "?lang=fr", "?lang=ar", "?fields=slug", "?expand=region"];
    for view in views {
        tags.insert(app.get(&format!("/v1/cities/oujda{view}")).await.header("etag").to_owned());
    }
    assert_eq!(tags.len(), views.len());
    let in_french = app.get("/v1/cities/oujda?lang=fr").await.header("etag").to_owned();
    read_if_none_match(&app, "/v1/cities/oujda?lang=ar", &in_french).await.expect(200);
    let negotiated =
        app.request(Method::GET, "/v1/cities/oujda").header("accept-language", "fr").send().await;
    assert_eq!(negotiated.header("etag"), in_french);
}

#[tokio::test]
async fn each_content_coding_has_an_etag_of_its_own_that_is_understood_again() {
    let app = App::start().await;
    for path in READS {
        let plain = app.get(path).await.expect(200);
        let mut tags = BTreeSet::from([plain.header("etag").to_owned()]);
        for coding in ["br", "gzip", "zstd"] {
            let packed =
                app.request(Method::GET, path).header("accept-encoding", coding).send().await.expect(200);
            assert_eq!(packed.header("content-encoding"), coding, "{path}");
            assert!(vary(&packed).contains("accept-encoding"), "{path}");
            let etag = packed.header("etag").to_owned();
            assert!(is_strong(&etag));
            let unpacked = app.compressed(coding, Method::GET, path).send().await;
            assert_eq!(unpacked.body, plain.body, "{path} in {coding}");
            let again = app
                .request(Method::GET, path)
                .header("accept-encoding", coding)
                .header("if-none-match", &etag)
                .send()
                .await
                .expect(304);
            assert_eq!(again.header("etag"), etag, "{path} in {coding}");
            tags.insert(etag);
        }
        assert_eq!(tags.len(), 4, "{path}");
    }
}

#[tokio::test]
async fn who_could_have_got_a_packed_answer_is_told_by_vary() {
    let app = App::start().await;
    let plain = app.get("/v1/cities?limit=5").await.expect(200);
    assert!(vary(&plain).contains("accept-encoding"), "{}", vary(&plain));
}

#[tokio::test]
async fn a_head_is_its_get_without_the_body() {
    let app = App::start().await;
    for path in READS {
        for coding in ["identity", "br"] {
            let ask = |method| app.request(method, path).header("accept-encoding", coding).send();
            let (get, head) = (ask(Method::GET).await.expect(200), ask(Method::HEAD).await.expect(200));
            assert!(head.body.is_empty());
            let changing = ["date", "x-request-id", "transfer-encoding", "content-length"];
            for name in get.headers.keys().filter(|name| !changing.contains(&name.as_str())) {
                assert_eq!(head.headers.get(name), get.headers.get(name), "{path} in {coding}: {name}");
            }
        }
        let etag = app.get(path).await.header("etag").to_owned();
        app.request(Method::HEAD, path).header("if-none-match", &etag).send().await.expect(304);
    }
    let missing = app.request(Method::HEAD, "/v1/cities/atlantis").send().await.expect(404);
    assert!(missing.body.is_empty());
}

#[tokio::test]
async fn a_record_says_when_it_changed_last() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Dated")).await;
    let path = created.header("location");
    let read = app.get(path).await.expect(200);
    let modified = chrono::DateTime::parse_from_rfc2822(read.header("last-modified")).expect("an HTTP date");
    let updated_at = read.json()["updated_at"].as_str().unwrap().to_owned();
    let updated = chrono::DateTime::parse_from_rfc3339(&updated_at).expect("an instant");
    assert_eq!(modified.timestamp(), updated.timestamp());
    assert!(updated_at.ends_with('Z'));
    assert!(read.header("last-modified").ends_with(" GMT"));
}

#[tokio::test]
async fn an_etag_changes_with_every_change_and_only_then() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Changing")).await;
    let path = created.header("location");
    assert_eq!(app.get(path).await.header("etag"), created.header("etag"));
    let changed =
        app.patch(&token, path, created.header("etag"), &json!({"volunteers": 5})).await.expect(200);
    assert_ne!(changed.header("etag"), created.header("etag"));
    assert_eq!(app.get(path).await.header("etag"), changed.header("etag"));
    read_if_none_match(&app, path, created.header("etag")).await.expect(200);
    let refused = app.patch(&token, path, changed.header("etag"), &json!({"volunteers": -5})).await;
    refused.problem(422);
    assert_eq!(app.get(path).await.header("etag"), changed.header("etag"));
}

#[tokio::test]
async fn a_change_needs_the_current_etag() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Guarded")).await;
    let path = created.header("location");
    let body = association("Guarded");
    let first = created.header("etag").to_owned();
    let current = app.patch(&token, path, &first, &json!({"volunteers": 5})).await.expect(200);
    let current = current.header("etag");
    let request = |method: Method| {
        let request = app.request(method.clone(), path).token(&token);
        match method {
            Method::PUT => request.json(&body),
            Method::PATCH => request.merge_patch(&json!({"volunteers": 6})),
            _ => request,
        }
    };
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let missing = request(method.clone()).send().await.problem(428);
        assert_eq!(missing["code"], "precondition_required", "{method}");
        for unmatched in [
            first.clone(),
            format!("W/{current}"),
            "\"\"".to_owned(),
            "\"abc\"".to_owned(),
            "\"-1\"".to_owned(),
        ] {
            let stale = request(method.clone()).if_match(&unmatched).send().await;
            assert_eq!(stale.status, 412, "{method} {unmatched}");
            assert_eq!(stale.header("etag"), current, "{method} {unmatched}");
            assert_eq!(stale.problem(412)["code"], "stale");
        }
        for malformed in ["3-abc", "\"abc", "", "* , \"a\""] {
            let problem = request(method.clone()).if_match(malformed).send().await.problem(400);
            assert_eq!(faults(&problem), fault("If-Match", "etag"), "{method} {malformed}");
        }
    }
    assert_eq!(app.get(path).await.header("etag"), current, "nothing was written");
    let several = format!("{first}, {current}");
    let next = request(Method::PATCH).if_match(&several).send().await.expect(200);
    let next = request(Method::PUT).if_match(next.header("etag")).send().await.expect(200);
    let same = request(Method::PUT).if_match("*").send().await.expect(200);
    assert_eq!(same.header("etag"), next.header("etag"), "to write the same again is no change");
    request(Method::PATCH).if_match("*").send().await.expect(200);
    request(Method::DELETE).if_match(next.header("etag")).send().await.problem(412);
    request(Method::DELETE).if_match("*").send().await.expect(204);
    request(Method::DELETE).if_match("*").send().await.problem(410);
}

#[tokio::test]
async fn two_tags_without_a_comma_are_malformed() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Malformed")).await;
    let path = created.header("location");
    let problem = app.patch(&token, path, "\"a\" \"b\"", &json!({"volunteers": 1})).await.problem(400);
    assert_eq!(faults(&problem), fault("If-Match", "etag"));
}

#[tokio::test]
async fn the_etag_of_any_representation_of_the_version_will_do() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Many views")).await;
    let path = created.header("location");
    let packed = app
        .request(Method::GET, &with(path, "lang", "fr"))
        .header("accept-encoding", "br")
        .send()
        .await
        .header("etag")
        .to_owned();
    assert_ne!(packed, created.header("etag"));
    app.patch(&token, path, &packed, &json!({"volunteers": 5})).await.expect(200);
}

#[tokio::test]
async fn of_many_changes_of_one_version_exactly_one_wins() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Contested")).await;
    let (path, etag) = (created.header("location"), created.header("etag"));
    for round in 0..3 {
        let before = app.get(path).await.header("etag").to_owned();
        let etag = if round == 0 { etag } else { &before };
        let patches: Vec<_> =
            (0..20).map(|volunteers| json!({"volunteers": round * 100 + volunteers})).collect();
        let answers = join_all(patches.iter().map(|patch| app.patch(&token, path, etag, patch))).await;
        let winners: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(winners.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        assert_eq!(app.get(path).await.json(), winners[0].json());
        for loser in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!(loser.status, 412);
            assert_eq!(loser.header("etag"), winners[0].header("etag"), "a 412 names the current version");
        }
    }
}

#[tokio::test]
async fn of_a_change_and_a_deletion_of_one_version_exactly_one_wins() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for round in 0..5 {
        let created = app.add_association(&token, &association(&format!("Contested {round}"))).await;
        let (path, etag) = (created.header("location"), created.header("etag"));
        let patch = json!({"volunteers": 1});
        let (changed, deleted) =
            tokio::join!(app.patch(&token, path, etag, &patch), app.delete(&token, path, etag));
        match (changed.status, deleted.status) {
            (200, 412) => drop(app.get(path).await.expect(200)),
            (410 | 412, 204) => drop(app.get(path).await.problem(410)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_a_token_was_shown_for_is_never_kept_by_others() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for path in READS {
        let public = app.get(path).await;
        let cached = public.header("cache-control");
        for part in ["public", "max-age=", "stale-while-revalidate=", "stale-if-error="] {
            assert!(cached.contains(part), "{path}: {cached}");
        }
        assert_eq!(app.get_as(&token, path).await.header("cache-control"), "private, no-store", "{path}");
    }
    assert_eq!(app.get("/v1/cities/atlantis").await.header("cache-control"), "no-store");
    let association = app.add_association(&token, &association("Two audiences")).await;
    let shown = app.get(association.header("location")).await;
    assert!(vary(&shown).contains("authorization"), "the same address shows more to some: {}", vary(&shown));
}

#[tokio::test]
async fn a_tag_that_was_never_issued_for_this_record_changes_nothing() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let edition = json!({"year": 2031, "name": {"fr": "Capitale 2031"}});
    let path = "/v1/editions/2031";
    let first = app.post(&token, "/v1/editions", &edition).await.expect(201);
    let other =
        app.post(&token, "/v1/editions", &json!({"year": 2032, "name": {"fr": "Autre"}})).await.expect(201);
    let version = first.header("etag").split('-').next().expect("a version").to_owned();
    for tag in [format!("{version}-made-up\""), format!("{version}\""), other.header("etag").to_owned()] {
        app.patch(&token, path, &tag, &json!({"ordinal": 9})).await.problem(412);
    }
    // Deleted and made anew, it is another one.
    app.delete(&token, path, first.header("etag")).await.expect(204);
    let again = app.post(&token, "/v1/editions", &edition).await.expect(201);
    app.patch(&token, path, first.header("etag"), &json!({"ordinal": 9})).await.problem(412);
    app.patch(&token, path, again.header("etag"), &json!({"ordinal": 9})).await.expect(200);
}

#[tokio::test]
async fn a_list_of_tags_may_come_in_several_lines() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let created = app.add_association(&token, &association("Lines")).await;
    let (path, etag) = (created.header("location"), created.header("etag"));
    let read =
        app.request(Method::GET, path).header("if-none-match", "\"other\"").header("if-none-match", etag);
    read.send().await.expect(304);
    for lines in [["\"other\"", etag], [etag, "\"other\""]] {
        let request = app.request(Method::PATCH, path).token(&token);
        let request = lines.iter().fold(request, |request, line| request.header("if-match", line));
        let changed = request.merge_patch(&json!({"acronym": "AA"})).send().await;
        assert!([200, 412].contains(&changed.status), "{}", changed.text());
        if lines[1] == etag {
            assert_eq!(changed.status, 200, "the second line was not read");
            app.execute(format!(
                "UPDATE associations SET version = 1 WHERE id = '{}'",
                path.rsplit('/').next().unwrap()
            ));
        }
    }
    let languages = app.request(Method::GET, "/v1/cities/oujda").header("accept-language", "de");
    let answer = languages.header("accept-language", "ar").send().await.expect(200);
    assert_eq!(answer.header("content-language"), "ar");
}
