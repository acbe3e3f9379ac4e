//! Supporting documents of a nomination: their records here, their bytes in the object store.

pub mod routes;
