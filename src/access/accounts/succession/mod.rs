//! Accounts of an association that is merged into another: they speak for that from then on, and whoever belonged to the
//! duplicate has belonged to it, so that no interest is lost.

pub mod queries;
