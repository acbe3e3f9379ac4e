//! Supporting documents of a nomination: their records here, their bytes in the object store. They are never public.
//!
//! The bytes are stored before the record is written, under a key that is used once. So a record always has its bytes,
//! and what was stored in vain is found by the sweep (`sweeping`), which never meets anybody who writes.

pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod sweeping;
