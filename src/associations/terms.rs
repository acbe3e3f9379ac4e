//! The closed lists of words that describe an association.

pub use crate::states::AssociationStatus as Status;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

/// How far an association's activity reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = AssociationScope)]
pub enum Scope {
    /// A commune or a province.
    Local,
    /// A region.
    Regional,
    /// The whole country.
    National,
    /// The seat is outside Morocco.
    Abroad,
}

/// The receipt of the declaration of an association (dahir 1-58-376 of 1958, article 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReceiptStatus {
    /// None was given.
    None,
    /// The provisional receipt, given at once.
    Provisional,
    /// The final receipt.
    Final,
}

/// A value that ICSO stands for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema, VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = AssociationValue)]
pub enum AssociationValue {
    /// Citizenship.
    Citizenship,
    /// Development.
    Development,
    /// Dialogue.
    Dialogue,
    /// Coexistence.
    Coexistence,
}

/// Why the sources name an association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssociationLinkKind)]
pub enum LinkKind {
    /// It organised an edition.
    EditionOrganiser,
    /// It was partner of an edition.
    EditionPartner,
    /// It won the ministry's civil society prize.
    PrizeLaureate,
    /// It was recognised as being of public utility.
    PublicUtility,
}
