//! Decisions on the title and the honours: proposed, signed by the ministry and by ICSO, published.

pub mod routes;
