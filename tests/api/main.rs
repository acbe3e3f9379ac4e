//! Black-box tests: every test has a real server with its own database and speaks HTTP to it. SQLite by default,
//! PostgreSQL when `TEST_DATABASE_URL` names a server (see `tests/postgresql`). Every answer is held against the
//! service's own OpenAPI document.

mod answer;
mod app;
mod binary;
mod collections;
mod contract;
mod databases;
mod steps;

mod access;
mod access_tokens;
mod architecture;
mod association_rules;
mod associations;
mod audit;
mod commands;
mod conditional;
mod edition_parts;
mod editions;
mod errors;
mod filters;
mod harness;
mod idempotency;
mod internal_records;
mod languages;
mod lists;
mod nomination_states;
mod nominations;
mod openapi;
mod permissions;
mod process;
mod readme;
mod reference_data;
mod search;
mod sqlite;
mod territory;
mod wire;
