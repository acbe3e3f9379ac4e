//! An honour as its association shows it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::language::LocalizedText;

/// An honour that an edition gave to the association.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Distinction {
    /// The year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub edition_year: i64,
    /// What the honour is called.
    pub title: LocalizedText,
    /// Why it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub citation: Option<LocalizedText>,
    /// The day on which it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub awarded_on: Option<NaiveDate>,
}
