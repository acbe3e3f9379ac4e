//! The report on eligibility, as it is shown and as it is frozen; decisions on checks; the question before nominating.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::checks::{CheckCode, Evidence, Outcome, Verdict};
use super::rules::Finding;
use crate::audit::Kept;
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::schema::eligibility_decisions;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::nominations::model::Subject;
use crate::nominations::rules::Kind;
use crate::validation;

/// A check of eligibility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EligibilityCheck)]
pub struct Check {
    /// Which check.
    pub code: CheckCode,
    /// What it is called.
    #[schema(value_type = LocalizedText)]
    pub name: Text,
    /// How it ends. A decision counts as long as the check by itself needs a review, and the nominee has not rewritten its
    /// facts since.
    pub outcome: Outcome,
    /// What the register says, what is missing, and the way out.
    #[schema(value_type = LocalizedText)]
    pub detail: Text,
    /// The figures that it used.
    pub evidence: Evidence,
    /// What an officer decided, because the check needed a review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decision: Option<Decision>,
}

impl Check {
    /// Whether an officer decides on the check, or has decided.
    pub fn is_for_review(&self) -> bool {
        self.outcome == Outcome::NeedsReview || self.decision.is_some()
    }
}

/// What an officer decided on a check. Who decided is not public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EligibilityCheckDecision)]
pub struct Decision {
    /// What was decided.
    pub outcome: Verdict,
    /// Why.
    #[schema(examples("The board's minutes of 2026 were seen."))]
    pub reason: String,
    /// When.
    pub at: UtcTime,
}

/// All checks of a subject, as they stand or as they stood when screening ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The outcome of all checks together.
    pub outcome: Outcome,
    /// The checks.
    pub checks: Vec<Check>,
}

impl Report {
    /// The report of what was found, with what was decided on checks that need a review. What the nominee rewrote after the
    /// decision has not been decided on.
    pub fn new(findings: Vec<Finding>, mut decisions: HashMap<CheckCode, Decision>) -> Self {
        let checks: Vec<Check> = findings
            .into_iter()
            .map(|Finding { code, outcome, detail, evidence, rewritten_at }| {
                let counts = |decision: &Decision| {
                    outcome == Outcome::NeedsReview && rewritten_at.is_none_or(|at| at <= decision.at)
                };
                let decision = decisions.remove(&code).filter(counts);
                let outcome = decision.as_ref().map_or(outcome, |decision| decision.outcome.into());
                Check { code, name: code.name(), outcome, detail, evidence, decision }
            })
            .collect();
        Self { outcome: Outcome::overall(checks.iter().map(|check| check.outcome)), checks }
    }
}

/// Whether a nomination meets the conditions of its edition.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Eligibility)]
pub struct PublicEligibility {
    /// The nomination.
    pub nomination_id: Id,
    /// The outcome of all checks together: one failure is enough to fail.
    pub outcome: Outcome,
    /// Whether screening has ended, so that later changes of the register change nothing here.
    pub frozen: bool,
    /// When screening ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub screened_at: Option<UtcTime>,
    /// The checks.
    pub checks: Vec<Check>,
}

/// What is asked about before nominating.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = EligibilityQuestionInput, example = json!({"kind": "city", "city_code": "fes"}))]
pub struct QuestionInput {
    /// What would be nominated.
    pub kind: Kind,
    /// Code (or slug) of the city; needed for the kind `city` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// The association; needed for the kind `association` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association_id: Option<Id>,
}

/// The kind decides which subject is needed and which does not apply.
fn check_together(input: &QuestionInput) -> Result<(), ValidationError> {
    match (input.kind, &input.city_code, input.association_id) {
        (Kind::City, None, _) => Err(validation::required("/city_code")),
        (Kind::City, _, Some(_)) => Err(validation::inapplicable("/association_id", "kind")),
        (Kind::Association, _, None) => Err(validation::required("/association_id")),
        (Kind::Association, Some(_), _) => Err(validation::inapplicable("/city_code", "kind")),
        (Kind::City, Some(_), None) | (Kind::Association, None, Some(_)) => Ok(()),
    }
}

/// What was asked about.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EligibilitySubject)]
pub struct PublicSubject {
    /// What would be nominated.
    pub kind: Kind,
    /// Code of the city.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
}

impl From<Subject> for PublicSubject {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::City(code) => Self { kind: Kind::City, city_code: Some(code), association_id: None },
            Subject::Association(id) => {
                Self { kind: Kind::Association, city_code: None, association_id: Some(id) }
            }
        }
    }
}

/// Whether a city or an association would meet the conditions of an edition today.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EligibilityAnswer)]
pub struct PublicAnswer {
    /// Year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// What was asked about.
    pub subject: PublicSubject,
    /// The outcome of all checks together: one failure is enough to fail.
    pub outcome: Outcome,
    /// The checks.
    pub checks: Vec<Check>,
}

/// A decision as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = eligibility_decisions)]
pub struct DecisionRow {
    pub(super) id: Id,
    pub(super) nomination_id: Id,
    pub(super) check_code: Keyword<CheckCode>,
    pub(super) outcome: Keyword<Verdict>,
    pub(super) reason: String,
    pub(super) account_id: Id,
    pub(super) at: UtcTime,
}

impl Kept for DecisionRow {
    const KIND: &'static str = "eligibility_decision";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "nomination_id": self.nomination_id,
            "decision": {"check": self.check_code.0, "outcome": self.outcome.0, "reason": self.reason},
        })
    }
}

/// What a decision on a check is made with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = EligibilityDecisionInput, example = json!({
    "check": "described_activity",
    "outcome": "pass",
    "reason": "The reading club serves dialogue between the quarters."
}))]
pub struct DecisionInput {
    /// The check, which must need a review.
    pub check: CheckCode,
    /// What is decided.
    pub outcome: Verdict,
    /// Why. It is as public as the nomination.
    #[validate(custom(function = "validation::not_blank"))]
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A decision on a check of a nomination's eligibility.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EligibilityDecision)]
pub struct PublicDecision {
    /// Identifier.
    pub id: Id,
    /// The nomination.
    pub nomination_id: Id,
    /// The check.
    pub check: CheckCode,
    /// What was decided.
    pub outcome: Verdict,
    /// Why.
    #[schema(examples("The board's minutes of 2026 were seen."))]
    pub reason: String,
    /// When.
    pub at: UtcTime,
}

impl From<DecisionRow> for PublicDecision {
    fn from(row: DecisionRow) -> Self {
        Self {
            id: row.id,
            nomination_id: row.nomination_id,
            check: row.check_code.0,
            outcome: row.outcome.0,
            reason: row.reason,
            at: row.at,
        }
    }
}

impl Resource for PublicDecision {
    /// A decision is read as part of the report that it belongs to.
    fn path(&self) -> String {
        format!("/v1/nominations/{}/eligibility", self.nomination_id)
    }

    /// A decision never changes; another one takes its place.
    fn version(&self) -> i64 {
        1
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for PublicDecision {
    const LIST: ListSpec = ListSpec::new(
        "eligibility_decisions",
        Sort { name: "id", sql: "eligibility_decisions.id", value_type: ValueType::Id, nullable: false },
    );
}
