//! The checks of eligibility: their codes and names, how one can end, and the figures that it rests on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sentences::{self, Sentence};
use super::writers::{WriterCount, Writing};
use crate::associations::facts::Fact;
use crate::associations::terms::{AssociationValue, ReceiptStatus, Status as AssociationStatus};
use crate::database::types::UtcTime;
use crate::language::Text;
use crate::nominations::rules::Kind;
use crate::territory::cities::model::CityKind;

/// A check of eligibility. The first five are for cities, the others for associations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EligibilityCheckCode)]
pub enum CheckCode {
    /// The city is an urban commune.
    UrbanCommune,
    /// No earlier title keeps the city from this one.
    TitleNotHeld,
    /// Enough active associations are seated in the city.
    ActiveAssociations,
    /// They are active in enough fields.
    ActivityFields,
    /// Their latest activity is recent enough.
    LatestActivity,
    /// The association stands in the register and is active.
    Registered,
    /// The association is national.
    National,
    /// The association has volunteers and an unpaid board.
    Voluntary,
    /// The association makes no profit for its members.
    NonProfit,
    /// The association is no political body.
    NonPolitical,
    /// An activity is described that serves one of the values at least.
    DescribedActivity,
    /// The receipt of its declaration gives the association legal standing.
    LegalStanding,
    /// The association was not honoured in the last years.
    NotHonouredRecently,
}

impl CheckCode {
    /// The checks of a kind of nomination, in their order.
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::City => &[
                Self::UrbanCommune,
                Self::TitleNotHeld,
                Self::ActiveAssociations,
                Self::ActivityFields,
                Self::LatestActivity,
            ],
            Kind::Association => &[
                Self::Registered,
                Self::National,
                Self::Voluntary,
                Self::NonProfit,
                Self::NonPolitical,
                Self::DescribedActivity,
                Self::LegalStanding,
                Self::NotHonouredRecently,
            ],
        }
    }

    /// The facts of an association that the check rests on, if it is about one.
    pub fn facts(self) -> &'static [Fact] {
        match self {
            Self::Registered => &[Fact::Entry, Fact::Status],
            Self::National => &[Fact::National],
            Self::Voluntary => &[Fact::Voluntary, Fact::Volunteers],
            Self::NonProfit => &[Fact::NonProfit],
            Self::NonPolitical => &[Fact::NonPolitical],
            Self::DescribedActivity => &[Fact::Object, Fact::Values],
            Self::LegalStanding => &[Fact::ReceiptStatus, Fact::ReceiptOn],
            Self::NotHonouredRecently
            | Self::UrbanCommune
            | Self::TitleNotHeld
            | Self::ActiveAssociations
            | Self::ActivityFields
            | Self::LatestActivity => &[],
        }
    }

    /// What the check is called.
    pub fn name(self) -> Text {
        let name: &Sentence = match self {
            Self::UrbanCommune => &sentences::NAME_URBAN_COMMUNE,
            Self::TitleNotHeld => &sentences::NAME_TITLE_NOT_HELD,
            Self::ActiveAssociations => &sentences::NAME_ACTIVE_ASSOCIATIONS,
            Self::ActivityFields => &sentences::NAME_ACTIVITY_FIELDS,
            Self::LatestActivity => &sentences::NAME_LATEST_ACTIVITY,
            Self::Registered => &sentences::NAME_REGISTERED,
            Self::National => &sentences::NAME_NATIONAL,
            Self::Voluntary => &sentences::NAME_VOLUNTARY,
            Self::NonProfit => &sentences::NAME_NON_PROFIT,
            Self::NonPolitical => &sentences::NAME_NON_POLITICAL,
            Self::DescribedActivity => &sentences::NAME_DESCRIBED_ACTIVITY,
            Self::LegalStanding => &sentences::NAME_LEGAL_STANDING,
            Self::NotHonouredRecently => &sentences::NAME_NOT_HONOURED_RECENTLY,
        };
        name.filled(&[])
    }
}

/// How a check ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EligibilityOutcome)]
pub enum Outcome {
    /// The condition is met.
    Pass,
    /// The condition is not met.
    Fail,
    /// The register does not say enough, or a person has to judge: an officer decides.
    NeedsReview,
}

impl Outcome {
    /// The outcome of all together: one failure is enough to fail, and all have to pass to pass.
    pub fn overall(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().fold(Self::Pass, |overall, outcome| match (overall, outcome) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::NeedsReview, _) | (_, Self::NeedsReview) => Self::NeedsReview,
            (Self::Pass, Self::Pass) => Self::Pass,
        })
    }
}

/// What an officer decides on a check that needs a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EligibilityVerdict)]
pub enum Verdict {
    /// The condition is met.
    Pass,
    /// The condition is not met.
    Fail,
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::Fail,
        }
    }
}

/// The figures that a check used, and the thresholds of the edition that it held them against. Each check has its own;
/// what is not known is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EligibilityEvidence)]
pub struct Evidence {
    /// `urban_commune`: the kind of the commune.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_kind: Option<CityKind>,
    /// `title_not_held`: the years in which the city was capital.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(json!([2018])))]
    pub capital_years: Option<Vec<i64>>,
    /// `title_not_held`: how many other editions must lie between two titles; absent when a city never has the title
    /// again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub title_again_after_editions: Option<i64>,
    /// `active_associations`: the associations seated in the city that are known to be active, by their status and their
    /// latest activity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(12))]
    pub active_associations: Option<i64>,
    /// `active_associations`: the fewest that are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(20))]
    pub min_active_associations: Option<i64>,
    /// `active_associations`, `latest_activity`: the associations seated in the city that may be active as well: their
    /// status or their latest activity is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(3))]
    pub uncertain_associations: Option<i64>,
    /// `activity_fields`: the fields in which the active associations are active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 12, examples(4))]
    pub activity_fields: Option<i64>,
    /// `activity_fields`: the most fields that there could be, counting what is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 12, examples(6))]
    pub possible_activity_fields: Option<i64>,
    /// `activity_fields`: the fewest that are needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 12, examples(5))]
    pub min_activity_fields: Option<i64>,
    /// `latest_activity`: the latest day on which an active association of the city was active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2026-10-31"))]
    pub latest_activity_on: Option<NaiveDate>,
    /// `active_associations`, `activity_fields`, `latest_activity`: an activity counts from this day on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2024-11-23"))]
    pub active_since: Option<NaiveDate>,
    /// `active_associations`, `activity_fields`, `latest_activity`: how many months ago an activity may be at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, examples(24))]
    pub max_months_since_activity: Option<i64>,
    /// `active_associations`, `latest_activity`: the active associations of which nothing that counts was written since the
    /// call opened by the nominee, nor by their own representatives. With these alone the check has to pass as well,
    /// otherwise an officer decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(11))]
    pub independent_active_associations: Option<i64>,
    /// `activity_fields`: the fields in which such associations are active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 12, examples(4))]
    pub independent_activity_fields: Option<i64>,
    /// `active_associations`, `activity_fields`, `latest_activity`: of how many active associations something that counts
    /// was written since the call opened, by whom; an association counts once for each writer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub written_since_call: Option<Vec<WriterCount>>,
    /// Of an association: who last changed the facts that the check rests on. What the nominee wrote itself after the call
    /// opened does not let it pass; an officer decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub written: Vec<Writing>,
    /// When the call for nominations of this kind opened; absent while it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub call_opened_at: Option<UtcTime>,
    /// `registered`: the status of the association.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_status: Option<AssociationStatus>,
    /// `national`, `voluntary`, `non_profit`, `non_political`: what is attested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attested: Option<bool>,
    /// `voluntary`: the number of volunteers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub volunteers: Option<i64>,
    /// `described_activity`: the values for which an activity is described, in the register or by an achievement of the
    /// nomination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub values: Option<Vec<AssociationValue>>,
    /// `described_activity`: the achievements of the nomination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub achievements: Option<i64>,
    /// `legal_standing`: the receipt of the association's declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receipt_status: Option<ReceiptStatus>,
    /// `legal_standing`: the day of that receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2026-12-31"))]
    pub receipt_on: Option<NaiveDate>,
    /// `legal_standing`: after how many days a provisional receipt counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(60))]
    pub provisional_receipt_days: Option<i64>,
    /// `legal_standing`: the first day on which the provisional receipt counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2027-03-02"))]
    pub receipt_counts_from: Option<NaiveDate>,
    /// `not_honoured_recently`: the years of the editions that honoured the association.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(json!([2022])))]
    pub honoured_in: Option<Vec<i64>>,
    /// `not_honoured_recently`: for how many years an honoured association is not eligible again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, examples(4))]
    pub association_honour_pause_years: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_all_and_all_have_to_pass() {
        use Outcome::{Fail, NeedsReview, Pass};
        assert_eq!(Outcome::overall([]), Pass);
        assert_eq!(Outcome::overall([Pass, Pass]), Pass);
        assert_eq!(Outcome::overall([Pass, NeedsReview]), NeedsReview);
        for order in [[Fail, NeedsReview, Pass], [NeedsReview, Fail, Pass], [Pass, NeedsReview, Fail]] {
            assert_eq!(Outcome::overall(order), Fail);
        }
    }
}
