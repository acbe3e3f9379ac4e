//! What a likely twin is asked for with, and how it is told.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::rules::{Certainty, Description, Reason, Resemblance};
use crate::associations::input::AssociationInput;
use crate::associations::model::PublicAssociation;
use crate::database::schema::associations;
use crate::database::types::{Id, Json};
use crate::language::{Name, Text};
use crate::validation::{self, WebAddress};

/// What is known of an association that may be in the register: its name or its acronym at least.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = MatchInput, example = json!({
    "name": {"ar": "جمعية أصدقاء مدينة تطوان", "fr": "Assoc. amis de Tetouan"},
    "city_code": "tetouan",
    "founded_year": 2015
}))]
pub struct MatchInput {
    /// Name, in one language at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub name: Option<Name>,
    /// Acronym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 40)]
    pub acronym: Option<String>,
    /// Code (or slug) of the city of its seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// Code of the province of its seat, when the city is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 20)]
    pub province_code: Option<String>,
    /// The day of its foundation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::calendar_day"))]
    pub founded_on: Option<NaiveDate>,
    /// The year of its foundation, when the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1800, maximum = 2200)]
    pub founded_year: Option<i64>,
    /// Web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub website: Option<WebAddress>,
    /// The most matches to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 50, default = 10)]
    pub limit: Option<i64>,
}

impl MatchInput {
    /// The most matches that are told when it is not said.
    const LIMIT: usize = 10;

    /// The most matches to tell.
    pub(super) fn most(&self) -> usize {
        self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(Self::LIMIT)
    }
}

/// The rules that span fields.
fn check_together(input: &MatchInput) -> Result<(), ValidationError> {
    if input.name.is_none() && input.acronym.is_none() {
        return Err(validation::required("/name"));
    }
    Ok(())
}

/// An association of the register that may be the one that was described.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AssociationMatch)]
pub struct PublicMatch {
    /// The association, as everybody may see it.
    pub association: PublicAssociation,
    /// How much speaks for it, from 0 to 1 in hundredths.
    #[schema(minimum = 0, maximum = 1, examples(0.93))]
    pub score: f64,
    /// What that means. A `create` of what is `certain` is refused unless `allow_duplicate=true`.
    pub certainty: Certainty,
    /// What speaks for and against it.
    pub reasons: Vec<Reason>,
}

/// The likely twins of a description, the likeliest first; none where nothing is alike.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AssociationMatches)]
pub struct PublicMatches {
    /// The likely twins.
    #[schema(max_items = 50)]
    pub items: Vec<PublicMatch>,
}

/// An association of the register, or one described before in the same breath.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twin {
    /// The association of this identifier.
    Kept(Id),
    /// The description at this place, from 0.
    Earlier(usize),
}

/// A likely twin.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Which it is.
    pub twin: Twin,
    /// How alike they are.
    pub resemblance: Resemblance,
    /// How sure that is.
    pub certainty: Certainty,
}

/// What of an association is compared.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = associations)]
pub(super) struct Candidate {
    pub(super) id: Id,
    pub(super) name: Json<Text>,
    pub(super) acronym: Option<String>,
    pub(super) city_code: Option<String>,
    pub(super) province_code: Option<String>,
    pub(super) founded_on: Option<NaiveDate>,
    pub(super) founded_year: Option<i64>,
    pub(super) website: Option<String>,
}

impl From<&Candidate> for Description {
    fn from(row: &Candidate) -> Self {
        Self::new(Some(&row.name), row.acronym.as_deref())
            .seated(row.city_code.clone(), row.province_code.clone())
            .founded(row.founded_on, row.founded_year)
            .on_the_web(row.website.as_deref())
    }
}

impl From<&AssociationInput> for Description {
    fn from(input: &AssociationInput) -> Self {
        Self::new(Some(&input.name), input.acronym.as_deref())
            .seated(input.city_code.clone(), input.province_code.clone())
            .founded(input.founded_on, input.founded_year)
            .on_the_web(input.website.as_ref().map(|website| website.0.as_str()))
    }
}

impl From<&MatchInput> for Description {
    fn from(input: &MatchInput) -> Self {
        Self::new(input.name.as_ref().map(|name| &name.0), input.acronym.as_deref())
            .seated(input.city_code.clone(), input.province_code.clone())
            .founded(input.founded_on, input.founded_year)
            .on_the_web(input.website.as_ref().map(|website| website.0.as_str()))
    }
}
