//! The measurements: at an address of their own, and nowhere else.

use reqwest::Method;

use crate::app::{App, Request};

impl App {
    /// The measurements, as whoever collects them reads them.
    pub(crate) async fn metrics(&self) -> String {
        let address = self.metrics_address.expect("the service tells its measurements");
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("an HTTP client")
            .get(format!("http://{address}/metrics"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
        let media_type = answer.headers()["content-type"].to_str().expect("a media type").to_owned();
        assert!(media_type.starts_with("text/plain; version=0.0.4"), "{media_type}");
        answer.text().await.expect("a text")
    }
}

#[tokio::test]
async fn measurements_are_told_at_an_address_of_their_own_and_nowhere_else() {
    let app = App::start().await;
    let beside = App::start().await;
    assert_eq!(app.get("/metrics").await.problem(404)["code"], "route_not_found");
    let told = app.metrics().await;
    assert!(told.contains("nasij_http_requests_total{method=\"GET\""), "{told}");
    // Each service tells its own.
    assert!(!beside.metrics().await.contains("status=\"404\""));
    // There is nothing else at that address: no way around the limits, no record.
    let base = format!("http://{}", app.metrics_address.expect("an address"));
    for path in ["/", "/v1/cities/fes", "/oauth/token", "/openapi.json", "/readyz"] {
        let answer = Request::to(&base, Method::GET, path).send_unchecked().await;
        assert_eq!(answer.status().as_u16(), 404, "{path}");
    }
}

#[tokio::test]
async fn measurements_can_be_turned_off() {
    let app = App::start_with(|config| config.metrics_bind = String::new()).await;
    assert_eq!(app.metrics_address, None);
    app.get("/metrics").await.problem(404);
}
