//! What a designation, a signature and a change of state are asked for with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::rules::{Basis, Status};
use crate::database::types::Id;
use crate::editions::criteria::NominationKind;
use crate::error::FieldRule;
use crate::language::{LongText, Name};
use crate::validation;

/// A nomination that is to have the title, or an honour.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = SelectedNominationInput)]
pub struct SelectedInput {
    /// The nomination.
    pub nomination_id: Id,
    /// What the honour is called; needed for the kind `association` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub title: Option<Name>,
    /// Why the honour is given; for the kind `association` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub citation: Option<LongText>,
}

/// What a designation is proposed with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = DesignationInput, example = json!({
    "kind": "city",
    "basis": "ranking",
    "selected": [{"nomination_id": "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"}],
    "reserve": ["01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e12"]
}))]
pub struct DesignationInput {
    /// The title (`city`) or the honours (`association`).
    pub kind: NominationKind,
    /// What the decision rests on.
    pub basis: Basis,
    /// The nominations that get the title (one) or an honour; with the basis `ranking` alone.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 500)]
    pub selected: Vec<SelectedInput>,
    /// Those that come next, in the order of the ranking; with the basis `ranking` alone.
    #[serde(default)]
    #[schema(max_items = 500)]
    pub reserve: Vec<Id>,
    /// Code (or slug) of the city, an urban commune; with the basis `direct` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// The reasons, which are published with the decision. Needed unless the decision follows the ranking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub reason: Option<LongText>,
}

/// The kind and the basis decide what is needed and what does not apply.
fn check_together(input: &DesignationInput) -> Result<(), ValidationError> {
    if input.basis == Basis::Direct && input.kind == NominationKind::Association {
        return Err(validation::inapplicable("/basis", "kind"));
    }
    if input.basis != Basis::Direct && input.city_code.is_some() {
        return Err(validation::inapplicable("/city_code", "basis"));
    }
    if input.basis == Basis::Ranking {
        return check_selected(input);
    }
    if input.basis == Basis::Direct && input.city_code.is_none() {
        return Err(validation::required("/city_code"));
    }
    if !input.selected.is_empty() {
        return Err(validation::inapplicable("/selected", "basis"));
    }
    if !input.reserve.is_empty() {
        return Err(validation::inapplicable("/reserve", "basis"));
    }
    if input.reason.is_none() { Err(validation::required("/reason")) } else { Ok(()) }
}

/// One city has the title; an honour has a name.
fn check_selected(input: &DesignationInput) -> Result<(), ValidationError> {
    if input.selected.is_empty() {
        return Err(validation::required("/selected"));
    }
    if input.kind == NominationKind::City && input.selected.len() > 1 {
        let mut error = validation::breaks(FieldRule::TooMany);
        error.add_param("max".into(), &1);
        return Err(validation::at("/selected".to_owned(), error));
    }
    for (place, selected) in input.selected.iter().enumerate() {
        let pointer = |field: &str| format!("/selected/{place}/{field}");
        match input.kind {
            NominationKind::Association if selected.title.is_none() => {
                return Err(validation::required(&pointer("title")));
            }
            NominationKind::City if selected.title.is_some() => {
                return Err(validation::inapplicable(&pointer("title"), "kind"));
            }
            NominationKind::City if selected.citation.is_some() => {
                return Err(validation::inapplicable(&pointer("citation"), "kind"));
            }
            NominationKind::City | NominationKind::Association => {}
        }
    }
    Ok(())
}

/// What a signature is given with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = DesignationSignatureInput, example = json!({
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}))]
pub struct SignatureInput {
    /// The `digest` of the designation, as it was read: what is signed.
    #[schema(min_length = 64, max_length = 64)]
    pub digest: String,
    /// The signature with a confirmed key of the caller: a detached JWS (RFC 7515, appendix F), as `nasij
    /// sign-designation` prints it. Its header has `alg`, `kid` and `typ` (`nasij-designation-signature+jws`) alone; its
    /// payload is the canonical JSON (RFC 8785) of `designation_id`, `digest`, `edition_year`, `institution` and `kind`.
    /// Needed once the institution has a confirmed key, and where the operator wants one of everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 1000)]
    pub jws: Option<String>,
}

/// What a change of state is asked for with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = DesignationTransitionInput, example = json!({
    "to": "withdrawn",
    "reason": "The order of the reserve was wrong."
}))]
pub struct TransitionInput {
    /// The state to go to: `published`, `withdrawn` or `annulled`.
    pub to: Status,
    /// Why. Needed for `withdrawn` and `annulled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: Option<String>,
}
