//! The measurements: at an address of their own, and nowhere else.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use reqwest::Method;

use crate::app::{App, Request};
use crate::binary::Home;

/// The service measures its database by itself soon after the start.
const PATIENCE: Duration = Duration::from_secs(20);

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

/// The names that a service tells, without those of the process, which the library has chosen.
fn names(told: &str) -> BTreeSet<String> {
    let names = told.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    names.filter(|name| !name.starts_with("process_")).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_measurement_stands_in_the_operators_page() {
    const OPERATIONS: &str = include_str!("../../docs/operations.md");
    let directory = tempfile::tempdir().expect("a directory");
    let kept = directory.path().to_owned();
    let app = App::start_with(|config| config.backup_directory = Some(kept)).await;
    // Words are read when somebody searches.
    app.get("/v1/cities?q=fes").await.expect(200);
    let rows = OPERATIONS.lines().filter_map(|line| line.strip_prefix("| `nasij_")?.split('`').next());
    let elsewhere =
        |name: &str| name.contains("_tls_") || (Home::new().is_shared() && name.contains("_sqlite_"));
    let documented: BTreeSet<String> =
        rows.map(|name| format!("nasij_{name}")).filter(|name| !elsewhere(name)).collect();
    assert!(documented.len() > 15, "{documented:?}");
    assert_eq!(names(&app.metrics().await), documented);
}

#[tokio::test]
async fn work_on_the_database_and_refusals_are_measured() {
    let app = App::start_with(|config| config.limit_anonymous = 2).await;
    for status in [200, 200, 429] {
        assert_eq!(app.get("/v1/cities?q=fes").await.status, status);
    }
    let begun = Instant::now();
    let measured = "task=\"measuring\"} 1";
    let told = loop {
        let told = app.metrics().await;
        if told.contains(measured) || begun.elapsed() > PATIENCE {
            break told;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let value = |name: &str| -> f64 {
        let line =
            told.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name} in {told}"));
        line.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
    };
    assert_eq!(value("nasij_limit_refusals_total{limit=\"anonymous\"}"), 1.0);
    assert!(value("nasij_database_connection_wait_seconds_count") >= 2.0);
    assert!(value("nasij_database_connections{state=\"idle\"}") >= 1.0);
    assert!(value("nasij_search_names{kind=\"cities\"}") > 1000.0);
    assert!(value("nasij_background_runs_total{outcome=\"done\",task=\"measuring\"}") >= 1.0);
    assert!(value("nasij_database_size_bytes") > 100_000.0);
}

#[tokio::test]
async fn measurements_can_be_turned_off() {
    let app = App::start_with(|config| config.metrics_bind = String::new()).await;
    assert_eq!(app.metrics_address, None);
    app.get("/metrics").await.problem(404);
}
