//! Black-box tests: every test has a real server with its own database and speaks HTTP to it. SQLite by default,
//! PostgreSQL when `TEST_DATABASE_URL` names a server (see `tests/postgresql`). Every answer is held against the
//! service's own OpenAPI document.

mod answer;
mod app;
mod contract;
mod databases;

mod harness;
mod readme;
mod territory;
