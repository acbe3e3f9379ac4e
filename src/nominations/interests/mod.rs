//! Interests in a nomination: who belongs to the nominee, or to whoever nominated it. Such a juror does not evaluate it, and
//! such an office takes no part in what becomes of it or of its rivals. Where an account belonged since the call opened
//! counts as well as where it belongs.

pub mod queries;
pub mod rules;

pub use rules::Ground;
