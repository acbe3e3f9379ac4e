//! The signatures of the ministry and of ICSO under a designation. With the second one it is decided.

pub mod model;
pub mod queries;
