//! The jury's closing: the commitment that it publishes, its reopening, and the chair's decisions on ties.

pub mod routes;
