//! What is measured of the database: the connections and who waits for one, and the one writer of SQLite.

use prometheus::{Histogram, IntCounter, IntGauge};

use super::Database;
use crate::error::Result;
use crate::measurements::{Measurement, counter, gauge, reading, readings, seconds};

/// What is counted while jobs run.
#[derive(Clone)]
pub(super) struct Measured {
    /// How long a job waits for a connection.
    pub(super) waits: Histogram,
    /// How often the database went away.
    pub(super) losses: IntCounter,
    pub(super) writer: MeasuredWriter,
}

/// What is counted of SQLite's writer.
#[derive(Clone)]
pub(super) struct MeasuredWriter {
    pub(super) waiting: IntGauge,
    pub(super) commits: IntCounter,
    pub(super) jobs: IntCounter,
    pub(super) seconds: Histogram,
}

impl Measured {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            waits: seconds("nasij_database_connection_wait_seconds", "Time until a job has a connection.")?,
            losses: counter(
                "nasij_database_losses_total",
                "Times that the database went away: a restart, a failover.",
            )?,
            writer: MeasuredWriter {
                waiting: gauge(
                    "nasij_sqlite_writer_waiting_jobs",
                    "Writes that wait for SQLite's one writer.",
                )?,
                commits: counter(
                    "nasij_sqlite_commits_total",
                    "Commits of SQLite, each of all writes that waited.",
                )?,
                jobs: counter("nasij_sqlite_committed_jobs_total", "Writes that SQLite has committed.")?,
                seconds: seconds(
                    "nasij_sqlite_commit_seconds",
                    "Time of one commit of SQLite, until it is durable.",
                )?,
            },
        })
    }
}

impl Database {
    /// What is measured of it.
    pub fn measurements(&self) -> Result<Vec<Measurement>> {
        let Measured { waits, losses, writer } = self.shared.measured.clone();
        let (most, waiting, connections) = (self.shared.clone(), self.shared.clone(), self.shared.clone());
        let mut measurements: Vec<Measurement> = vec![
            Box::new(waits),
            Box::new(losses),
            reading("nasij_database_connections_max", "Connections that there may be.", move || {
                most.pool.status().max_size as f64
            })?,
            reading("nasij_database_connection_waiting", "Jobs that wait for a connection.", move || {
                waiting.pool.status().waiting as f64
            })?,
            readings(
                "nasij_database_connections",
                "Connections by state: busy or idle.",
                &["state"],
                move || {
                    let status = connections.pool.status();
                    let idle = status.available.min(status.size);
                    vec![(vec!["busy"], (status.size - idle) as f64), (vec!["idle"], idle as f64)]
                },
            )?,
        ];
        if let Some(sqlite) = &self.shared.sqlite {
            let file = sqlite.file.clone();
            measurements.push(reading(
                "nasij_sqlite_log_size_bytes",
                "Size of the log of what is not yet in SQLite's file.",
                move || file.log_size() as f64,
            )?);
            let MeasuredWriter { waiting, commits, jobs, seconds } = writer;
            measurements.extend::<[Measurement; 4]>([
                Box::new(waiting),
                Box::new(commits),
                Box::new(jobs),
                Box::new(seconds),
            ]);
        }
        Ok(measurements)
    }
}
