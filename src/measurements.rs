//! Measurements in the terms of Prometheus, which each room offers of itself: what it counts and times, and what is read at the
//! moment when somebody asks.

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{GaugeVec, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts};

use crate::error::{Error, Result};

/// Something that is measured, as it is registered.
pub type Measurement = Box<dyn Collector>;

/// Waits and work of the database, in seconds.
const SECONDS: [f64; 6] = [0.001, 0.01, 0.1, 0.5, 1.0, 5.0];

/// Counts events.
pub fn counter(name: &str, help: &str) -> Result<IntCounter> {
    IntCounter::new(name, help).map_err(Error::internal)
}

/// Counts events of several kinds, which the `labels` tell apart.
pub fn counters(name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec> {
    IntCounterVec::new(Opts::new(name, help), labels).map_err(Error::internal)
}

/// A number that goes up and down.
pub fn gauge(name: &str, help: &str) -> Result<IntGauge> {
    IntGauge::new(name, help).map_err(Error::internal)
}

/// Times in seconds.
pub fn seconds(name: &str, help: &str) -> Result<Histogram> {
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(SECONDS.to_vec())).map_err(Error::internal)
}

/// A number that is read when it is asked for.
pub fn reading(
    name: &str,
    help: &str,
    read: impl Fn() -> f64 + Send + Sync + 'static,
) -> Result<Measurement> {
    readings(name, help, &[], move || vec![(vec![], read())])
}

/// Several numbers that are read when they are asked for, each with the values of its `labels`.
pub fn readings(
    name: &str,
    help: &str,
    labels: &[&str],
    read: impl Fn() -> Vec<(Vec<&'static str>, f64)> + Send + Sync + 'static,
) -> Result<Measurement> {
    let gauges = GaugeVec::new(Opts::new(name, help), labels).map_err(Error::internal)?;
    Ok(Box::new(Reading { gauges, read }))
}

struct Reading<Read> {
    gauges: GaugeVec,
    read: Read,
}

impl<Read: Fn() -> Vec<(Vec<&'static str>, f64)> + Send + Sync> Collector for Reading<Read> {
    fn desc(&self) -> Vec<&Desc> {
        self.gauges.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        for (labels, value) in (self.read)() {
            self.gauges.with_label_values(&labels).set(value);
        }
        self.gauges.collect()
    }
}
