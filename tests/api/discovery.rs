//! How a client finds its way: the entrance, the links of the API, and paths with a slash too many.

use reqwest::Method;

use crate::app::App;

#[tokio::test]
async fn the_entrance_is_a_page_for_those_who_like_pages_best() {
    let app = App::start().await;
    for (accept, media_type) in [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html", "text/html"),
        ("text/*", "text/html"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("text/html;q=0.1, application/json", "application/json"),
        ("application/json;q=0.1, text/html;q=0.2", "text/html"),
    ] {
        let answer = app.request(Method::GET, "/").header("accept", accept).send().await.expect(200);
        assert!(
            answer.header("content-type").starts_with(media_type),
            "{accept}: {}",
            answer.header("content-type")
        );
    }
    app.request(Method::GET, "/").header("accept", "text/html;q=0").send().await.problem(406);
    app.request(Method::GET, "/").header("accept", "image/png").send().await.problem(406);
}

#[tokio::test]
async fn the_root_of_the_api_links_to_its_collections() {
    let app = App::start().await;
    let root = app.get("/v1").await.expect(200).json();
    for (name, path) in root["links"].as_object().expect("links") {
        let path = path.as_str().expect("a path");
        let answer = app.get(path).await;
        assert!([200, 401].contains(&answer.status), "{name}: {path} {}", answer.status);
    }
    assert_eq!(root["links"]["cities"], "/v1/cities");
}

/// The status, and where it leads.
async fn led(app: &App, method: Method, path: &str) -> (u16, Option<String>) {
    let answer = app.request(method, path).send_unchecked().await;
    let location =
        answer.headers().get("location").map(|location| location.to_str().expect("text").to_owned());
    (answer.status().as_u16(), location)
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_path_without_it() {
    let app = App::start().await;
    for (asked, location) in [
        ("/v1/", "/v1"),
        ("/v1/cities/", "/v1/cities"),
        ("/v1/cities/?q=oujda&lang=ar", "/v1/cities?q=oujda&lang=ar"),
        ("/v1/cities/oujda/", "/v1/cities/oujda"),
        ("/problems/", "/problems"),
    ] {
        assert_eq!(led(&app, Method::GET, asked).await, (308, Some(location.to_owned())), "{asked}");
    }
    for nothing in ["/v1/nothing/", "/v1/cities//", "//", "//example.org/", "//v1/cities/", "/v1//cities/"] {
        assert_eq!(led(&app, Method::GET, nothing).await, (404, None), "{nothing}");
    }
    // With any method, which a client repeats with its body.
    assert_eq!(
        led(&app, Method::POST, "/v1/associations/").await,
        (308, Some("/v1/associations".to_owned()))
    );
}
