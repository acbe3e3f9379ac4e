//! The facts by which public sources name an association.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::terms::LinkKind;
use crate::language::{LocalizedText, Text};

/// A fact by which the sources name an association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssociationLink)]
pub struct Link {
    /// What kind of fact.
    pub kind: LinkKind,
    /// The year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(2023))]
    pub year: Option<i64>,
    /// The fact in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "text_or_english")]
    #[schema(nullable = false, value_type = LocalizedText)]
    pub detail: Option<Text>,
}

/// Before the facts were translated they were kept in English alone.
fn text_or_english<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Text>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Text(Text),
        English(String),
    }
    Ok(match Option::<Kept>::deserialize(deserializer)? {
        None => None,
        Some(Kept::Text(text)) => Some(text),
        Some(Kept::English(text)) => Some(Text { en: Some(text), ..Text::default() }),
    })
}
