//! What the two institutions sign: the whole of a decision, as one document with a digest.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::rules::Basis;
use crate::audit::canonical;
use crate::database::types::Id;
use crate::editions::criteria::NominationKind;
use crate::language::{LocalizedText, Text};

/// A decision as it is signed. It never changes: another decision is another designation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignedDecision)]
pub struct Decision {
    /// The year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: NominationKind,
    /// What it rests on.
    pub basis: Basis,
    /// Code of the city that has the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The nominations that have the title, or an honour.
    pub selected: Vec<Choice>,
    /// Those that come next, in their order.
    pub reserve: Vec<Choice>,
    /// The reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<Text>,
    /// SHA-256 of the ranking that it rests on, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ranking_digest: Option<String>,
    /// The commitment that was published when the jury closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub commitment: Option<String>,
}

/// A nomination that a decision names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SignedChoice)]
pub struct Choice {
    /// The nomination.
    pub nomination_id: Id,
    /// Code of the nominated city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_code: Option<String>,
    /// The nominated association.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// What the honour is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<Text>,
    /// Why it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub citation: Option<Text>,
}

impl Decision {
    /// What a signature names: SHA-256 of the decision's canonical JSON (RFC 8785), in hexadecimal.
    pub fn digest(&self) -> String {
        format!("{:x}", Sha256::digest(canonical(&json!(self))))
    }

    /// Whether a nomination is among the selected ones.
    pub fn selects(&self, nomination_id: Id) -> bool {
        self.selected.iter().any(|choice| choice.nomination_id == nomination_id)
    }

    /// Whether a nomination is in the reserve.
    pub fn reserves(&self, nomination_id: Id) -> bool {
        self.reserve.iter().any(|choice| choice.nomination_id == nomination_id)
    }
}

/// A nomination that a decision names, as it is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DecidedNomination)]
pub struct ShownChoice {
    /// The nomination.
    pub nomination_id: Id,
    /// Code of the nominated city.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The nominated association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// What the honour is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<LocalizedText>,
    /// Why it is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub citation: Option<LocalizedText>,
}

impl From<Choice> for ShownChoice {
    fn from(choice: Choice) -> Self {
        Self {
            nomination_id: choice.nomination_id,
            city_code: choice.city_code,
            association_id: choice.association_id,
            title: choice.title.map(Into::into),
            citation: choice.citation.map(Into::into),
        }
    }
}

/// Nominations as they are shown.
pub fn shown(choices: Vec<Choice>) -> Vec<ShownChoice> {
    choices.into_iter().map(ShownChoice::from).collect()
}
