//! The editions of the Capital of Moroccan civil society since 2018, by year, with their events, partners, criteria
//! and honours, and the years in which there was none.
//!
//! An edition is created as a draft; its states and what they allow stand in [`rules`]. What the sources say beside the
//! facts (doubts, notes, contradictions) stays with the edition through every change.

pub mod criteria;
pub mod events;
mod frozen;
pub mod honours;
pub mod input;
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
