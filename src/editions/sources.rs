//! Where the facts of an edition come from, and what the sources say beside them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::language::{LocalizedText, Text};
use crate::validation::{ShortLine, WebAddress};

/// A web page and the facts that it supports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = EditionSource)]
pub struct Source {
    /// Its address.
    #[validate(nested)]
    pub url: WebAddress,
    /// The fields, or facts in a few words, that it supports.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 50, examples(json!(["starts_on", "high_patronage"])))]
    pub supports: Vec<ShortLine>,
}

/// A statement that contradicts what stands here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SourceConflict {
    /// The field, or the fact in a few words, that it is about.
    #[schema(examples("year"))]
    pub field: String,
    /// What it says.
    #[schema(examples("Tétouan in 2021"))]
    pub says: String,
    /// The page that says so.
    #[schema(format = "iri")]
    pub url: String,
    /// Why the register does not follow it.
    #[schema(value_type = LocalizedText)]
    pub why_not_kept: Text,
}

/// What the sources say of an edition's record, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// Fields whose value is not certain.
    pub uncertain: Vec<String>,
    /// Remarks by field.
    pub notes: BTreeMap<String, Text>,
    /// What other sources say.
    pub conflicts: Vec<SourceConflict>,
    /// The sources.
    pub sources: Vec<Source>,
}

/// How an edition was put off to another year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Postponement {
    /// The year that it was planned for at first.
    #[schema(examples(2020))]
    pub from_year: i64,
    /// The year that it was put off to.
    #[schema(examples(2022))]
    pub to_year: i64,
    /// Why.
    #[schema(value_type = LocalizedText)]
    pub reason: Text,
    /// Web addresses that say so.
    pub sources: Vec<String>,
}

/// The city that was announced, during an edition, for the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NextCityAnnounced {
    /// Code of the city.
    #[schema(examples("01.571.01.11"))]
    pub city_code: String,
    /// The year that it was announced for.
    #[schema(examples(2020))]
    pub for_year: i64,
    /// What is to be known of the announcement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LocalizedText>, nullable = false)]
    pub note: Option<Text>,
}

/// What the sources say of an edition's honours, where they may give no names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HonoursStatement {
    /// What they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LocalizedText>, nullable = false)]
    pub stated: Option<Text>,
    /// Whether they name those who were honoured.
    pub names_found: bool,
    /// The page that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "iri")]
    pub source: Option<String>,
}
