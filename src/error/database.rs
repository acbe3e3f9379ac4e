//! What the databases say when they refuse, in the service's own terms: both name the same column differently.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as Diesel};

use super::{Code, Error, FieldRule, Reason, Violation};
use crate::language::sentences::Told;

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        match &error {
            Diesel::NotFound => {
                Self::new(Code::NotFound).telling("kind", Told::part("records.kind", "record")).with("id", "")
            }
            Diesel::DatabaseError(kind, information) => from_database(kind, information.as_ref(), &error),
            Diesel::BrokenTransactionManager => Self::unavailable(error),
            _ => Self::internal(error),
        }
    }
}

fn from_database(
    kind: &DatabaseErrorKind,
    information: &(dyn DatabaseErrorInformation + Send + Sync),
    error: &Diesel,
) -> Error {
    match kind {
        DatabaseErrorKind::UniqueViolation => {
            Error::already_exists(format!("/{}", unique_field(information))).caused_by(error)
        }
        DatabaseErrorKind::ForeignKeyViolation => {
            Error::invalid(vec![Violation::body("", Reason::new(FieldRule::Reference))]).caused_by(error)
        }
        DatabaseErrorKind::SerializationFailure => {
            Error { serialisation_failure: true, ..Error::unavailable(error) }
        }
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::ReadOnlyTransaction => {
            Error::unavailable(error)
        }
        // The other transaction goes on; this one may be run again.
        _ if information.message().contains("deadlock detected") => {
            Error { serialisation_failure: true, ..Error::unavailable(error) }
        }
        _ if is_passing(information.message()) => Error::unavailable(error),
        _ => Error::internal(error),
    }
}

/// The field that is taken: from SQLite's `UNIQUE constraint failed: cities.slug`, or from PostgreSQL's
/// constraint, which by the house's custom is called `<table>_<field>_unique` (or `<table>_pkey`).
fn unique_field(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    let field = match (information.constraint_name(), information.table_name()) {
        (Some(constraint), Some(table)) => constraint
            .strip_prefix(table)
            .and_then(|rest| rest.strip_prefix('_'))
            .map(|rest| rest.trim_end_matches("_unique").trim_end_matches("_key"))
            .unwrap_or(constraint)
            .to_owned(),
        _ => information.message().rsplit(['.', ' ']).next().unwrap_or_default().to_owned(),
    };
    public_field(&field).to_owned()
}

/// The name that the API gives to what a unique index is on.
fn public_field(column: &str) -> &str {
    match column {
        "pkey" => "code",
        "identity_key" => "name",
        "ice" => "internal/ice",
        "external_id" => "internal/external_ids",
        "kid" => "jwk",
        "subject_key" | "subject" => "subject",
        other => other,
    }
}

/// Whether the database only needs time, space or its operator: then a retry may succeed.
fn is_passing(message: &str) -> bool {
    let of_sqlite = [
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "unable to open database file",
        "attempt to write a readonly database",
        "database disk image is malformed",
        "file is not a database",
    ];
    let of_postgresql = [
        "No space left",
        "statement timeout",
        "lock timeout",
        "terminating connection",
        "too many clients",
        "server closed",
        "could not connect",
        "shutting down",
        "recovery mode",
        "permission denied for",
    ];
    of_sqlite.iter().chain(&of_postgresql).any(|sign| message.contains(sign))
}
