//! Results under embargo: what has been decided of nominations and is not published. It stands in tables of its own.
//! Whoever reads them to show them has to have a [`Clearance`], which only those who may see it can get; the process
//! decides on what it reads with [`Clearance::of_process`] and answers nothing of it. What everybody reads
//! (`nominations`, `editions`, `honours`) knows nothing of it before the publication: no field, filter, sort, facet,
//! count, search, version or time.

pub mod model;
pub mod queries;

pub use model::{EmbargoedOutcome, InternalNomination};

use crate::access::Caller;
use crate::access::policy::EmbargoedResults;

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
