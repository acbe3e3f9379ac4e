//! Results under embargo: what has been decided of nominations and is not published. It stands in tables of its own,
//! and whoever reads them has to show a [`Clearance`], which only those who may see it can get. What everybody reads
//! (`nominations`, `editions`, `honours`) knows nothing of it before the publication: no field, filter, sort, facet,
//! count, search, version or time.

pub mod model;
pub mod queries;

use serde::Serialize;
use utoipa::ToSchema;

pub use model::InternalNomination;

use super::rules::Status;
use crate::access::Caller;
use crate::access::policy::EmbargoedResults;
use crate::database::types::UtcTime;

/// The right to see results under embargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clearance(());

impl Clearance {
    /// The clearance of a caller who may have it.
    pub fn of(caller: Option<&Caller>) -> Option<Self> {
        caller.filter(|caller| EmbargoedResults::RULE.permits(caller, false)).map(|_| Self(()))
    }

    /// The clearance of the process itself, which decides on what it reads: never to show it.
    pub fn of_process() -> Self {
        Self(())
    }
}

/// What has been decided of a nomination under embargo.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EmbargoedOutcome)]
pub struct EmbargoedOutcome {
    /// The state that it will have once the result is published: `shortlisted`, `selected`, `reserve` or
    /// `not_selected`.
    pub status: Status,
    /// When the designation was signed; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<UtcTime>,
}
