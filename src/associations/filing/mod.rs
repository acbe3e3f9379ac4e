//! The fields of activity and the values that an association is filed under, in tables beside it.

pub mod queries;
