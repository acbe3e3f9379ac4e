//! Everything that can go wrong, as one type, and how it becomes a problem document (RFC 9457).
//!
//! [`Error`] says what happened; `catalogue` holds each kind's status and texts, `violation` the faults of single
//! fields, `reasons` their texts, `problem` the document that is sent.

pub mod catalogue;
mod database;
pub mod problem;
mod reasons;
pub mod violation;

use std::fmt::Display;

pub use catalogue::Code;
pub use violation::{FieldRule, Place, Reason, Violation, fields_where, refuse_changed};

use crate::language::sentences::{Told, Values};

/// The result of whatever can fail with an [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. The `cause` is for the log alone and never leaves the service.
#[derive(Debug, Clone)]
pub struct Error {
    /// The kind of the problem.
    pub code: Code,
    /// Values for the placeholders of the kind's text.
    pub values: Values,
    /// Which fields, parameters or headers are at fault.
    pub violations: Vec<Violation>,
    /// Headers that belong to the answer (`Allow`, `ETag`, `WWW-Authenticate`, `Retry-After`).
    pub headers: Vec<(&'static str, String)>,
    /// The technical cause, for the log.
    pub cause: Option<String>,
    serialisation_failure: bool,
}

impl Error {
    /// A problem of this kind.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            values: Vec::new(),
            violations: Vec::new(),
            headers: Vec::new(),
            cause: None,
            serialisation_failure: false,
        }
    }

    /// Fills a placeholder of the kind's text.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl Display) -> Self {
        self.telling(name, Told::AsIs(value.to_string()))
    }

    /// Fills a placeholder of the kind's text with what each language tells in its own way.
    #[must_use]
    pub fn telling(mut self, name: &'static str, value: Told) -> Self {
        self.values.push((name, value));
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    /// Adds a fault of a field, a parameter or a header.
    #[must_use]
    pub fn with_violation(mut self, violation: Violation) -> Self {
        self.violations.push(violation);
        self
    }

    /// Names the states that can be asked for instead: in the sentence, and as the words that the field `to` takes.
    #[must_use]
    pub fn with_ways<T: serde::Serialize>(self, list: &'static str, ways: &[T]) -> Self {
        let error = self.telling("allowed", Told::terms(list, ways));
        match Reason::one_of(ways) {
            Some(one_of) => error.with_violation(Violation::body("/to", one_of)),
            None => error,
        }
    }

    /// Notes the technical cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    /// 404: there is no `kind` with this identifier.
    pub fn not_found(kind: &'static str, id: impl Display) -> Self {
        Self::new(Code::NotFound).telling("kind", Told::part("records.kind", kind)).with("id", id)
    }

    /// 410: the record of this `kind`, which stands in `collection`, was deleted; it can be restored.
    pub fn gone(kind: &'static str, collection: &'static str, id: impl Display) -> Self {
        let way = format!("POST /v1/{collection}/{id}/restorations");
        Self::new(Code::Gone)
            .telling("kind", Told::part("records.kind", kind))
            .with("id", id)
            .with("way", way)
    }

    /// 409: what is to be restored refers to a record of this `kind`, in `collection`, that is deleted.
    pub fn restore_first(kind: &'static str, collection: &'static str, id: impl Display) -> Self {
        let way = format!("POST /v1/{collection}/{id}/restorations");
        Self::new(Code::RestoreFirst)
            .telling("kind", Told::part("records.kind", kind))
            .with("id", id)
            .with("way", way)
    }

    /// 409: the record is in a state, of the states of `list`, in which it is not written as in those that are `allowed`.
    pub fn not_editable<S: serde::Serialize, A: serde::Serialize>(
        list: &'static str,
        status: S,
        allowed: impl IntoIterator<Item = A>,
    ) -> Self {
        Self::new(Code::NotEditable)
            .telling("status", Told::terms(list, [status]))
            .telling("allowed", Told::terms(list, allowed))
    }

    /// 409: what is to be restored is there.
    pub fn not_deleted(kind: &'static str, id: impl Display) -> Self {
        Self::new(Code::NotDeleted).telling("kind", Told::part("records.kind", kind)).with("id", id)
    }

    /// 400: parameters of the query are wrong.
    pub fn bad_parameters(violations: Vec<Violation>) -> Self {
        Self { violations, ..Self::new(Code::BadParameter) }
    }

    /// 422: the body is well-formed but cannot be accepted.
    pub fn invalid(violations: Vec<Violation>) -> Self {
        Self { violations, ..Self::new(Code::Invalid) }
    }

    /// 422: one field of the body cannot be accepted.
    pub fn invalid_field(pointer: impl Into<String>, reason: Reason) -> Self {
        Self::invalid(vec![Violation::body(pointer, reason)])
    }

    /// 422: the field of the body refers to nothing in `collection`.
    pub fn bad_reference(pointer: impl Into<String>, collection: &str) -> Self {
        Self::invalid_field(
            pointer,
            Reason::new(FieldRule::Reference).with("expected", format!(" ({collection})")),
        )
    }

    /// When the record is missing that the field at `pointer` refers to, the body is at fault; other errors stay.
    #[must_use]
    pub fn or_bad_reference(self, pointer: &str, collection: &str) -> Self {
        match self.code {
            Code::NotFound | Code::Gone | Code::Merged => Self::bad_reference(pointer, collection),
            _ => self,
        }
    }

    /// 409: another record has the same `pointer` field already.
    pub fn already_exists(pointer: impl Into<String>) -> Self {
        Self::new(Code::AlreadyExists)
            .with_violation(Violation::body(pointer, Reason::new(FieldRule::AlreadyExists)))
    }

    /// Another writer has changed the record since this transaction has read it: run again, it will see that.
    pub fn lost_race() -> Self {
        Self { serialisation_failure: true, ..Self::unavailable("another writer was faster") }
    }

    /// 503: something that the service needs does not answer.
    pub fn unavailable(cause: impl Display) -> Self {
        Self::new(Code::Unavailable).with_header("Retry-After", 2).caused_by(cause)
    }

    /// 500: a defect of the service.
    pub fn internal(cause: impl Display) -> Self {
        Self::new(Code::Internal).caused_by(cause)
    }

    /// The service cannot start as it is configured. Its `cause` is the sentence that the operator reads.
    pub fn configuration(sentence: impl Display) -> Self {
        Self::internal(sentence)
    }

    /// 400 instead of 422: what is wrong with the fields stands in this parameter.
    #[must_use]
    pub fn of_parameter(self, name: &'static str) -> Self {
        let faults = self.violations.into_iter();
        Self::bad_parameters(
            faults.map(|fault| Violation { place: Place::Parameter(name.to_owned()), ..fault }).collect(),
        )
    }

    /// Whether the fault is the service's own, or that of what it needs.
    pub fn is_of_the_service(&self) -> bool {
        self.code.entry().status >= 500
    }

    /// Whether the same transaction may succeed when it is run again.
    pub fn is_serialisation_failure(&self) -> bool {
        self.serialisation_failure
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.cause {
            Some(cause) => f.write_str(cause),
            None => f.write_str(&problem::detail(self, crate::language::Language::En)),
        }
    }
}

impl std::error::Error for Error {}
