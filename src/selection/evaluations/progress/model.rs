//! How far a jury is. None of it depends on a score.

use serde::Serialize;
use utoipa::ToSchema;

use crate::database::types::{Id, UtcTime, keyword};
use crate::editions::criteria::NominationKind;
use crate::http::representation::Resource;
use crate::selection::evaluations::model::EvaluationRow;
use crate::selection::evaluations::rules::Status;

/// How far the jury of an edition is with the nominations of a kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvaluationProgress {
    /// The year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: NominationKind,
    /// Each nomination that was found eligible.
    pub nominations: Vec<NominationProgress>,
    /// Each juror who was assigned one of them.
    pub jurors: Vec<JurorProgress>,
    /// All together.
    pub total: Numbers,
    /// How many of the nominations have enough submitted evaluations.
    #[schema(minimum = 0)]
    pub with_quorum: i64,
    #[serde(skip)]
    pub(super) changed_at: UtcTime,
}

impl Resource for EvaluationProgress {
    fn path(&self) -> String {
        format!("/v1/editions/{}/evaluation-progress?kind={}", self.edition_year, keyword(&self.kind))
    }

    /// It is counted anew each time; the digest in its `ETag` tells one count from another.
    fn version(&self) -> i64 {
        1
    }

    fn updated_at(&self) -> UtcTime {
        self.changed_at
    }
}

/// How far the jury is with a nomination.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NominationProgress {
    /// The nomination.
    pub nomination_id: Id,
    /// The fewest submitted evaluations that make a result.
    #[schema(minimum = 1)]
    pub needed: i64,
    /// Its evaluations.
    pub evaluations: Numbers,
    /// Whether it has enough of them.
    pub quorum: bool,
}

/// How far a juror is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JurorProgress {
    /// The juror.
    pub juror_id: Id,
    /// Name of the juror. Absent when the account is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The juror's evaluations.
    pub evaluations: Numbers,
}

/// Numbers of evaluations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EvaluationNumbers)]
pub struct Numbers {
    /// Assigned in all, those that ended not counted.
    #[schema(minimum = 0)]
    pub assigned: i64,
    /// Of these, those whose juror declared that there is no conflict of interest.
    #[schema(minimum = 0)]
    pub declared: i64,
    /// Of these, those submitted.
    #[schema(minimum = 0)]
    pub submitted: i64,
    /// Ended, because the juror stepped back.
    #[schema(minimum = 0)]
    pub recused: i64,
    /// Ended, because a conflict of interest was found.
    #[schema(minimum = 0)]
    pub voided: i64,
}

impl Numbers {
    /// The numbers of these evaluations.
    pub fn of<'a>(evaluations: impl IntoIterator<Item = &'a EvaluationRow>) -> Self {
        let mut numbers = Self::default();
        for status in evaluations.into_iter().map(|evaluation| evaluation.status.0) {
            let counted = [
                (&mut numbers.assigned, status.is_live()),
                (&mut numbers.declared, matches!(status, Status::Draft | Status::Submitted)),
                (&mut numbers.submitted, status == Status::Submitted),
                (&mut numbers.recused, status == Status::Recused),
                (&mut numbers.voided, status == Status::Voided),
            ];
            for (number, counts) in counted {
                *number += i64::from(counts);
            }
        }
        numbers
    }
}
