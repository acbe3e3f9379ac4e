//! Whether a city or an association meets the conditions of an edition: checks computed from the register, and what officers decide on those that need a review.

pub mod routes;
