//! Morocco's regions, provinces and cities (communes), with the codes of the Haut-Commissariat au Plan.
//!
//! Regions and provinces are reference data; cities can also be written by those who keep the register.

pub mod model;
pub mod queries;
pub mod routes;
