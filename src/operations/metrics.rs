//! Measurements in the text format of Prometheus: of requests, of the process, and what each room offers of itself.

use std::path::PathBuf;
use std::time::Duration;

use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, get, web};
use prometheus::process_collector::ProcessCollector;
use prometheus::{Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Registry, TextEncoder};

use crate::audit::chain::sealing;
use crate::database::{Database, server};
use crate::error::{Error, Result};
use crate::logging;
use crate::measurements::{Measurement, counters, gauge, reading, readings};

/// What is measured.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    in_flight: IntGauge,
    database_size: IntGauge,
    unsealed: IntGauge,
}

impl Metrics {
    /// A registry with everything at zero, and what the `rooms` measure.
    pub fn new(rooms: Vec<Measurement>, data_directory: PathBuf) -> Result<Self> {
        let seconds = HistogramVec::new(
            HistogramOpts::new("nasij_http_request_seconds", "Time to answer by method and route.").buckets(
                vec![0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0],
            ),
            &["method", "route"],
        )
        .map_err(Error::internal)?;
        let metrics = Self {
            registry: Registry::new(),
            requests: counters(
                "nasij_http_requests_total",
                "Requests by method, route and status.",
                &["method", "route", "status"],
            )?,
            seconds,
            in_flight: gauge("nasij_http_requests_in_flight", "Requests that are being answered.")?,
            database_size: gauge("nasij_database_size_bytes", "Room that the database takes, a minute ago.")?,
            unsealed: gauge(
                "nasij_audit_unsealed_events",
                "Entries of the audit trail that waited for their seal, a minute ago.",
            )?,
        };
        let own: [Measurement; 9] = [
            Box::new(metrics.requests.clone()),
            Box::new(metrics.seconds.clone()),
            Box::new(metrics.in_flight.clone()),
            Box::new(metrics.database_size.clone()),
            Box::new(metrics.unsealed.clone()),
            Box::new(ProcessCollector::for_self()),
            reading("nasij_data_directory_free_bytes", "Room beside the data.", move || {
                rustix::fs::statvfs(&data_directory)
                    .map_or(0.0, |found| (found.f_bavail * found.f_frsize) as f64)
            })?,
            readings("nasij_build_info", "The release that runs.", &["version"], || {
                vec![(vec![env!("CARGO_PKG_VERSION")], 1.0)]
            })?,
            reading(
                "nasij_log_lines_dropped_total",
                "Log lines that were left out because nobody read the log.",
                || logging::left_out() as f64,
            )?,
        ];
        for measurement in own.into_iter().chain(rooms) {
            metrics.registry.register(measurement).map_err(Error::internal)?;
        }
        Ok(metrics)
    }

    /// Counts a request. Methods that HTTP does not know are counted as one: clients must not make up labels.
    pub fn observe(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
        let method = if KNOWN.contains(&method) { method } else { "other" };
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[method, route]).observe(elapsed.as_secs_f64());
    }

    /// Counts a request that is being answered, until the value is dropped.
    pub fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Looks at what only the database knows.
    pub async fn look_at(&self, database: &Database) -> Result<()> {
        let (size, unsealed) = database
            .read(|connection| Ok((server::size(connection)?, sealing::count_pending(connection)?)))
            .await?;
        self.database_size.set(size);
        self.unsealed.set(unsealed);
        Ok(())
    }

    /// All of it, in the text format.
    pub(crate) fn text(&self) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).map_err(Error::internal)?;
        Ok(text)
    }
}

/// A request that is being answered.
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
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
