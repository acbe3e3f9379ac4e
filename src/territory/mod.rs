//! Morocco's regions, provinces and cities (communes), with the codes of the Haut-Commissariat au Plan.
//!
//! Regions and provinces are reference data; cities can also be written by those who keep the register.

pub mod cities;
pub mod provinces;
pub mod regions;
pub mod routes;

use crate::database::listing::ValueType;

/// The inhabitants of a place, as lists are filtered and sorted by them.
const POPULATION: ValueType = ValueType::Integer(0, 100_000_000);
