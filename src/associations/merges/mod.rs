//! Merges: two entries of the register that are one association are joined. The one that stays takes over what refers to the
//! other, whose address leads to it from then on. A merge is undone by whoever keeps the register.

mod model;
pub mod queries;
pub mod routes;
