//! `Last-Modified` and `If-Modified-Since`: what has not changed since a date is not sent again.

use nasij::access::Role;
use nasij::database::types::UtcTime;
use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::app::App;
use crate::steps::association;

/// A read that asks whether anything changed since a date.
async fn read_if_modified_since(app: &App, path: &str, date: &str) -> Answer {
    app.request(Method::GET, path).header("if-modified-since", date).send().await
}

#[tokio::test]
async fn what_did_not_change_since_a_date_is_not_sent_again() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let made = app.add_association(&token, &association("Since")).await.header("location").to_owned();
    for path in [
        made.as_str(),
        "/v1/regions/02",
        "/v1/cities/oujda",
        "/v1/editions/2018",
        "/v1/cities/oujda?fields=slug",
    ] {
        let read = app.get(path).await.expect(200);
        let modified = read.header("last-modified").to_owned();
        let again = read_if_modified_since(&app, path, &modified).await.expect(304);
        assert!(again.body.is_empty());
        assert_eq!(
            (again.header("etag"), again.header("last-modified")),
            (read.header("etag"), modified.as_str())
        );
        read_if_modified_since(&app, path, "Tue, 01 Jan 2999 00:00:00 GMT").await.expect(304);
        for old_form in ["Wednesday, 01-Jan-31 00:00:00 GMT", "Tue Jan  1 00:00:00 2999"] {
            read_if_modified_since(&app, path, old_form).await.expect(304);
        }
        // Before it changed, no date, and not while an entity tag says otherwise.
        for date in ["Thu, 01 Jan 2015 00:00:00 GMT", "yesterday", "", "2999-01-01"] {
            read_if_modified_since(&app, path, date).await.expect(200);
        }
        let both = app.request(Method::GET, path).header("if-modified-since", &modified);
        both.header("if-none-match", "\"other\"").send().await.expect(200);
    }
    // What is embedded changes on its own, and a list has no date.
    for path in ["/v1/cities/oujda?expand=region", "/v1/cities?limit=1"] {
        let read = read_if_modified_since(&app, path, "Tue, 01 Jan 2999 00:00:00 GMT").await.expect(200);
        assert!(read.optional_header("last-modified").is_none(), "{path}");
    }
}

#[tokio::test]
async fn a_date_is_that_of_everything_that_is_shown() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let date = |seconds: i64| UtcTime::now().plus_seconds(seconds).http_date();
    // So that what follows is later by a second than what the service was started with.
    for (table, days) in [("cities", 3), ("associations", 2), ("editions", 2)] {
        let before = app.instant(UtcTime::now().plus_seconds(-days * 24 * 60 * 60));
        app.execute(format!("UPDATE {table} SET updated_at = {before}"));
    }
    let hour_ago = date(-3600);
    let path = "/v1/cities/oujda";
    read_if_modified_since(&app, path, &hour_ago).await.expect(304);
    let mut active = association("Active");
    active["city_code"] = json!("oujda");
    active["status"] = json!("active");
    app.add_association(&token, &active).await;
    let read = read_if_modified_since(&app, path, &hour_ago).await.expect(200);
    assert_eq!(read.json()["active_associations"], 1);
    // The call of an edition opens, and nobody writes anything.
    app.with_edition(2027, &json!({})).await;
    let (day, minute) = (UtcTime::now().plus_seconds(-24 * 60 * 60), UtcTime::now().plus_seconds(-60));
    app.execute(format!(
        "UPDATE editions SET updated_at = {}, status = 'city_call_open', city_call_opens_at = {}, \
         city_call_closes_at = {} WHERE year = 2027",
        app.instant(day),
        app.instant(minute),
        app.instant(UtcTime::now().plus_seconds(3600)),
    ));
    let read = read_if_modified_since(&app, "/v1/editions/2027", &hour_ago).await.expect(200);
    assert_eq!(read.json()["city_call"]["open"], true);
}
