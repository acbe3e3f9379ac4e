//! The parameters of an edition: the figures that its rules of eligibility, evaluation and designation use.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The figures that the rules of an edition use. They can change until its first call opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = EditionParameters)]
pub struct Parameters {
    /// The fewest active associations that must be seated in a city.
    #[schema(minimum = 0, maximum = 100_000)]
    pub min_active_associations: i64,
    /// The fewest fields of activity in which they must be active.
    #[schema(minimum = 0, maximum = 12)]
    pub min_activity_fields: i64,
    /// How many months ago an association's latest activity may be at most.
    #[schema(minimum = 1, maximum = 1200)]
    pub max_months_since_activity: i64,
    /// After how many days a provisional receipt counts as legal standing.
    #[schema(minimum = 0, maximum = 3650)]
    pub provisional_receipt_days: i64,
    /// How many other editions must lie between two titles of the same city; null: it never has the title again.
    #[schema(minimum = 0, maximum = 100)]
    pub city_title_again_after_editions: Option<i64>,
    /// For how many years an honoured association is not eligible again.
    #[schema(minimum = 0, maximum = 100)]
    pub association_honour_pause_years: i64,
    /// The fewest evaluations, by jurors who are not recused, that make a result.
    #[schema(minimum = 1, maximum = 100)]
    pub min_evaluations: i64,
    /// The result that passes, in hundredths of a point out of 100 points (6000 is 60.00).
    #[schema(minimum = 0, maximum = 10_000)]
    pub pass_mark_hundredths: i64,
    /// The mean score, out of 10, that passes on the first criterion.
    #[schema(minimum = 0, maximum = 10)]
    pub first_criterion_pass: i64,
    /// Within how many days an appeal against ineligibility can be made, counted from `screened_at`; 0: none.
    #[schema(minimum = 0, maximum = 365)]
    pub appeal_days: i64,
    /// Within how many days a nomination that was sent back can be completed, counted from when it was sent back
    /// (`completion_due_at`).
    #[schema(minimum = 1, maximum = 365)]
    pub completion_days: i64,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            min_active_associations: 20,
            min_activity_fields: 5,
            max_months_since_activity: 24,
            provisional_receipt_days: 60,
            city_title_again_after_editions: None,
            association_honour_pause_years: 4,
            min_evaluations: 3,
            pass_mark_hundredths: 6000,
            first_criterion_pass: 5,
            appeal_days: 15,
            completion_days: 10,
        }
    }
}
