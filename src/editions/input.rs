//! What an edition is written with.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::parameters::Parameters;
use super::sources::Source;
use crate::database::types::UtcTime;
use crate::language::{LongText, Name};
use crate::validation;

/// When a call for nominations is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_window"))]
pub struct CallWindow {
    /// When it opens.
    pub opens_at: UtcTime,
    /// When it closes; after it opens.
    pub closes_at: UtcTime,
}

impl CallWindow {
    /// The call as it is shown `now`: open within the window, if that is what the edition `is_calling` for.
    pub fn shown(self, is_calling: bool, now: UtcTime) -> PublicCall {
        let Self { opens_at, closes_at } = self;
        PublicCall { opens_at, closes_at, open: is_calling && opens_at <= now && now < closes_at }
    }
}

/// When a call for nominations is open, and whether it is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = Call)]
pub struct PublicCall {
    /// When it opens.
    pub opens_at: UtcTime,
    /// When it closes; after it opens.
    pub closes_at: UtcTime,
    /// Whether nominations can be submitted now: the edition is in the state of this call, and within its window.
    pub open: bool,
}

fn check_window(window: &CallWindow) -> Result<(), ValidationError> {
    for (pointer, time) in [("/opens_at", window.opens_at), ("/closes_at", window.closes_at)] {
        validation::calendar_day(&time.date()).map_err(|error| validation::at(pointer.to_owned(), error))?;
    }
    if window.closes_at <= window.opens_at {
        return Err(validation::too_early("/closes_at", "opens_at"));
    }
    Ok(())
}

/// What an edition is written with. Its state is not among it: an edition is created as a draft, and every change of
/// state is an act of its own.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = EditionInput, example = json!({
    "year": 2027,
    "ordinal": 7,
    "name": {
        "ar": "عاصمة المجتمع المدني المغربي لسنة 2027",
        "fr": "Capitale de la société civile marocaine 2027"
    },
    "theme": {"fr": "Associations et jeunesse"},
    "starts_on": "2027-05-20",
    "ends_on": "2027-05-23",
    "city_call": {"opens_at": "2027-01-04T08:00:00Z", "closes_at": "2027-02-12T17:00:00Z"},
    "honours_call": {"opens_at": "2027-03-15T08:00:00Z", "closes_at": "2027-04-09T17:00:00Z"},
    "parameters": {"min_active_associations": 25}
}))]
pub struct EditionInput {
    /// The year in which it is celebrated. It cannot change.
    #[schema(minimum = 2018, maximum = 2200)]
    pub year: i64,
    /// The year that its city was designated for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 2018, maximum = 2200)]
    pub designated_for_year: Option<i64>,
    /// Its number among the editions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    pub ordinal: Option<i64>,
    /// Name, in one language at least.
    #[validate(nested)]
    pub name: Name,
    /// Theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub theme: Option<Name>,
    /// Slogan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub slogan: Option<Name>,
    /// The programme of the ministry's strategy that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub strategy_programme: Option<LongText>,
    /// Code (or slug) of its city: an urban commune that may have the title. Once the first call is open, the city is
    /// left to the designation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// Whether it is held under the high patronage of the King.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high_patronage: Option<bool>,
    /// The day on which its city was designated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::calendar_day"))]
    pub designated_on: Option<NaiveDate>,
    /// The first day of the celebrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::calendar_day"))]
    pub starts_on: Option<NaiveDate>,
    /// The last day of the celebrations; not before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::calendar_day"))]
    pub ends_on: Option<NaiveDate>,
    /// When cities can be nominated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub city_call: Option<CallWindow>,
    /// When associations can be nominated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub honours_call: Option<CallWindow>,
    /// The figures that its rules use; what is left out has its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Parameters>,
    /// Web pages that say what stands here.
    #[serde(default)]
    #[validate(nested)]
    #[schema(max_items = 50)]
    pub sources: Vec<Source>,
}

/// The rules that span fields.
fn check_together(input: &EditionInput) -> Result<(), ValidationError> {
    if input.ends_on.is_some() && input.ends_on < input.starts_on {
        return Err(validation::too_early("/ends_on", "starts_on"));
    }
    Ok(())
}
