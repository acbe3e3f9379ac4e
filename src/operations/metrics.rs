//! Measurements in the text format of Prometheus.

use std::time::Duration;

use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, get, web};
use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, Opts, PullingGauge, Registry, TextEncoder,
};

use crate::error::{Error, Result};
use crate::logging;

/// What is measured.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
}

impl Metrics {
    /// A registry with everything at zero.
    pub fn new() -> Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("nasij_http_requests_total", "Requests by method, route and status."),
            &["method", "route", "status"],
        )
        .map_err(Error::internal)?;
        let seconds = HistogramVec::new(
            HistogramOpts::new("nasij_http_request_seconds", "Time to answer by method and route.").buckets(
                vec![0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0],
            ),
            &["method", "route"],
        )
        .map_err(Error::internal)?;
        let left_out = PullingGauge::new(
            "nasij_log_lines_dropped_total",
            "Log lines that were left out because nobody read the log.",
            Box::new(|| logging::left_out() as f64),
        );
        registry.register(Box::new(left_out.map_err(Error::internal)?)).map_err(Error::internal)?;
        registry.register(Box::new(requests.clone())).map_err(Error::internal)?;
        registry.register(Box::new(seconds.clone())).map_err(Error::internal)?;
        Ok(Self { registry, requests, seconds })
    }

    /// Counts a request. Methods that HTTP does not know are counted as one: clients must not make up labels.
    pub fn observe(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = if KNOWN.contains(&method) { method } else { "other" };
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
    }

    fn text(&self) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).map_err(Error::internal)?;
        Ok(text)
    }
}

/// Registers the measurements, and nothing else: they are asked for at an address of their own
/// ([`Config::metrics_bind`](crate::config::Config)), for they tell of what is under embargo (that a tie was decided, that
/// a designation was signed).
pub fn routes(config: &mut ServiceConfig) {
    config.service(get_metrics);
}

/// Requests and answer times by route, in the text format of Prometheus.
#[get("/metrics")]
async fn get_metrics(metrics: web::Data<Metrics>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(metrics.text()?))
}
