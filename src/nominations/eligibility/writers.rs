//! Who wrote the facts that a check rests on, as everybody may know it: what the author was to the nomination, never a name
//! or an account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::associations::facts::{AuthorKind, Fact, FactRow};
use crate::database::types::{Id, UtcTime};

/// Who wrote a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EligibilityFactWriter)]
pub enum WrittenBy {
    /// The nominee: whoever belongs to the nominated association or city, and the system that nominated it.
    Nominee,
    /// A representative of one of the associations that the nominated city is measured by.
    AssociationRepresentative,
    /// An administrator of the service.
    Administrator,
    /// The ministry, which keeps the register.
    Ministry,
    /// Another system.
    Integration,
    /// The reference data that came with the service.
    Source,
}

impl WrittenBy {
    /// Who wrote a fact of an association that is nominated itself, by `nominator` if there is one yet. An office that
    /// nominates keeps the register all the same.
    pub fn of_nominated_association(row: &FactRow, nominator: Option<Id>) -> Self {
        match row.written_by.0 {
            AuthorKind::AssociationRepresentative => Self::Nominee,
            AuthorKind::Integration if nominator.is_some() && row.account_id == nominator => Self::Nominee,
            AuthorKind::Integration => Self::Integration,
            AuthorKind::Administrator => Self::Administrator,
            AuthorKind::Ministry => Self::Ministry,
            AuthorKind::Source => Self::Source,
        }
    }
}

/// Who last changed a fact that a check rests on, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EligibilityFact)]
pub struct Writing {
    /// The fact.
    pub fact: Fact,
    /// Who wrote it.
    pub written_by: WrittenBy,
    /// When.
    pub written_at: UtcTime,
    /// The reference data that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("data/associations.csv"))]
    pub source: Option<String>,
}

impl Writing {
    /// Whether the nominee itself wrote it after the call opened.
    pub fn is_self_written(&self, call_opened_at: Option<UtcTime>) -> bool {
        self.written_by == WrittenBy::Nominee
            && call_opened_at.is_some_and(|opened_at| self.written_at >= opened_at)
    }
}

/// How many of the associations that count for a city had a fact written by some since the call opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EligibilityWriterCount)]
pub struct WriterCount {
    /// Who wrote.
    pub written_by: WrittenBy,
    /// The number of associations.
    #[schema(minimum = 1, examples(3))]
    pub associations: i64,
}
