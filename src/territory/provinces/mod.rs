//! The provinces and prefectures, each in a region: reference data.

pub mod model;
pub mod queries;
pub mod routes;
