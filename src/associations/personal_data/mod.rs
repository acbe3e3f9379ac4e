//! What is held about the legal representative of an association (law 09-08, articles 7 to 9): shown as a whole, and
//! erased. What the audit trail kept outlives the association, so this works for a deleted one as well.

mod model;
mod queries;
pub(super) mod routes;
