//! What an association is written with, and the rules of it.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::internal::InternalRecord;
use super::model::Attestations;
use super::terms::{AssociationValue, ReceiptStatus, Scope, Status};
use crate::language::{LongText, Name};
use crate::validation::{self, WebAddress};

/// What an association is written with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = AssociationInput, example = json!({
    "name": {"ar": "جمعية أصدقاء مدينة تطوان", "fr": "Association des amis de la ville de Tétouan"},
    "object": {"fr": "Faire vivre le patrimoine de la ville."},
    "city_code": "01.571.01.11",
    "scope": "local",
    "status": "active",
    "founded_on": "2015-03-21",
    "receipt_status": "final",
    "activity_fields": ["1"],
    "values": ["citizenship", "dialogue"],
    "volunteers": 40,
    "attestations": {"national": true, "voluntary": true, "non_profit": true, "non_political": true}
}))]
pub struct AssociationInput {
    /// Name, in one language at least.
    #[validate(nested)]
    pub name: Name,
    /// Acronym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 40)]
    pub acronym: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub object: Option<LongText>,
    /// Code (or slug) of the city of its seat; the province follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// Code of the province of its seat, when the city is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20)]
    pub province_code: Option<String>,
    /// How far its activity reaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether it lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The day of its foundation; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(
        custom(function = "validation::calendar_day"),
        custom(function = "validation::not_in_the_future")
    )]
    pub founded_on: Option<NaiveDate>,
    /// The year of its foundation, when the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1800, maximum = 2200)]
    pub founded_year: Option<i64>,
    /// The receipt of its declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_status: Option<ReceiptStatus>,
    /// The day of that receipt; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(
        custom(function = "validation::calendar_day"),
        custom(function = "validation::not_in_the_future")
    )]
    pub receipt_on: Option<NaiveDate>,
    /// Whether it is recognised as being of public utility.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_utility: Option<bool>,
    /// The decree of that recognition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 300)]
    pub public_utility_decree: Option<String>,
    /// Codes of its fields of activity (see `/v1/activity-fields`).
    #[serde(default)]
    #[schema(max_items = 12)]
    pub activity_fields: Vec<String>,
    /// The values that its activities serve.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub values: Vec<AssociationValue>,
    /// The number of its volunteers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub volunteers: Option<i64>,
    /// The day of its latest known activity; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(
        custom(function = "validation::calendar_day"),
        custom(function = "validation::not_in_the_future")
    )]
    pub last_activity_on: Option<NaiveDate>,
    /// Web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub website: Option<WebAddress>,
    /// E-mail address. It is shown to everybody: give it only when the association wants that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(email)]
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// What is attested of it.
    #[serde(default)]
    pub attestations: Attestations,
    /// Web addresses that say what stands here.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 20)]
    pub sources: Vec<WebAddress>,
    /// What is never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub internal: Option<InternalRecord>,
}

impl AssociationInput {
    /// What of it everybody sees, in the order in which lists are kept.
    pub fn public_part(&self) -> Self {
        let mut public = Self { internal: None, ..self.clone() };
        public.activity_fields.sort();
        public.activity_fields.dedup();
        public.values.sort_unstable();
        public.values.dedup();
        public
    }
}

/// The rules that span fields.
fn check_together(input: &AssociationInput) -> Result<(), ValidationError> {
    let year_of = input.founded_on.map(|day| i64::from(day.year()));
    if let (Some(year), Some(given)) = (year_of, input.founded_year)
        && year != given
    {
        return Err(validation::inapplicable("/founded_year", "founded_on"));
    }
    let founded = input.founded_on;
    for (pointer, day) in [("/receipt_on", input.receipt_on), ("/last_activity_on", input.last_activity_on)] {
        if day.is_some() && day < founded {
            return Err(validation::too_early(pointer, "founded_on"));
        }
    }
    if input.public_utility_decree.is_some() && input.public_utility != Some(true) {
        return Err(validation::inapplicable("/public_utility_decree", "public_utility"));
    }
    Ok(())
}
