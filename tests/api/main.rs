//! Black-box tests: every test has a real server with its own database and speaks HTTP to it. SQLite by default,
//! PostgreSQL when `TEST_DATABASE_URL` names a server (see `tests/postgresql`). Every answer is held against the
//! service's own OpenAPI document.

mod answer;
mod app;
mod collections;
mod contract;
mod databases;
mod steps;

mod association_rules;
mod associations;
mod audit;
mod conditional;
mod errors;
mod filters;
mod harness;
mod idempotency;
mod internal_records;
mod languages;
mod lists;
mod readme;
mod search;
mod territory;
mod wire;
