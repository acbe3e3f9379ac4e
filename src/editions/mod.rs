//! The editions of the Capital of Moroccan civil society since 2018, by year, with their events, partners, criteria
//! and honours, and the years in which there was none.
//!
//! An edition is created as a draft; its states and what they allow stand in [`rules`]. What the sources say beside the
//! facts (doubts, notes, contradictions) stays with the edition through every change.
//!
//! A path names an edition by its year, or by its identifier ([`path::EditionKey`]): after a cancelled edition another one
//! may take its year, and a postponed one goes to a later year. What was published under a year is found there for good.

pub mod criteria;
pub mod events;
mod frozen;
pub mod honours;
pub mod input;
pub mod keeping;
pub mod listing;
pub mod model;
pub mod parameters;
pub mod partners;
pub mod path;
pub mod queries;
pub mod routes;
pub mod rules;
pub mod sources;
pub mod transitions;
pub mod years_without_edition;
