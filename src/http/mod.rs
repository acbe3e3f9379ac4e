//! What handlers share: query parameters, bodies, representations, conditional requests, idempotent writes and the
//! middleware around all of them.

pub mod batch;
pub mod body;
pub mod client_address;
pub mod columns;
pub mod conditional;
pub mod cors;
pub mod cursor;
pub mod document;
mod field_lines;
pub mod files;
pub mod idempotency;
pub mod limits;
pub mod list;
pub mod middleware;
pub mod negotiation;
pub mod origin;
pub mod parameters;
mod pieces;
pub mod refusal;
pub mod representation;
pub mod routes;
mod security_headers;
pub mod server;
mod telling;
pub mod tls;
pub mod transfers;
pub mod write;
pub mod writes;

/// Whether a `POST` to this path asks something and keeps nothing: like a read, it is for everybody.
pub fn is_question(path: &str) -> bool {
    let of_edition = path.starts_with("/v1/editions/") && path.ends_with("/eligibility-checks");
    of_edition || path == "/v1/associations/matches"
}

/// Whether a `POST` to this path does many writes in one.
pub fn is_batch(path: &str) -> bool {
    path.starts_with("/v1/") && path.ends_with("/batch")
}

/// How the paths of the API begin, as the routes read them (`/%76%31/…` as well). Only here tokens are read.
pub const API: &str = "/v1/";
