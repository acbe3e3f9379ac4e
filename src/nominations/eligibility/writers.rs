//! Who wrote the facts that a check rests on, as everybody may know it: what the author was to the nomination, never a name
//! or an account.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::associations::facts::{AuthorKind, Fact, FactRow};
use crate::database::types::{Id, UtcTime};

/// Who wrote a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EligibilityFactWriter)]
pub enum WrittenBy {
    /// The nominee: whoever belongs to the nominated association or city, and the systems of whoever nominated it.
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
    /// Who wrote a fact of an association that is nominated itself, by one of the accounts
    /// `nominating` if there is one yet: the nominator, and those of its organisation. An office that nominates keeps
    /// the register all the same.
    pub fn of_nominated_association(row: &FactRow, nominating: &[Id]) -> Self {
        match row.written_by.0 {
            AuthorKind::AssociationRepresentative => Self::Nominee,
            AuthorKind::Integration if row.account_id.is_some_and(|id| nominating.contains(&id)) => {
                Self::Nominee
            }
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

/// Facts of the associations that count for a city, written since the call opened.
#[derive(Debug, Clone, Default)]
pub struct SinceCall(Vec<(Id, WrittenBy, Fact)>);

impl FromIterator<(Id, WrittenBy, Fact)> for SinceCall {
    fn from_iter<I: IntoIterator<Item = (Id, WrittenBy, Fact)>>(written: I) -> Self {
        Self(written.into_iter().collect())
    }
}

impl SinceCall {
    /// Of how many associations somebody wrote, by what that somebody is.
    pub fn counts(&self) -> Vec<WriterCount> {
        let mut written: BTreeMap<WrittenBy, BTreeSet<Id>> = BTreeMap::new();
        for (id, written_by, _) in &self.0 {
            written.entry(*written_by).or_default().insert(*id);
        }
        let count = |ids: BTreeSet<Id>| i64::try_from(ids.len()).unwrap_or(i64::MAX);
        written
            .into_iter()
            .map(|(written_by, ids)| WriterCount { written_by, associations: count(ids) })
            .collect()
    }

    /// The associations that count by what the nominee, or their own representatives, wrote.
    pub fn own(&self) -> Vec<Id> {
        self.own_by(|_| true).into_iter().collect()
    }

    /// How many of them are active by that: their fields make nobody active.
    pub fn own_activity(&self) -> i64 {
        i64::try_from(self.own_by(|fact| fact != Fact::ActivityFields).len()).unwrap_or(i64::MAX)
    }

    fn own_by(&self, counts: impl Fn(Fact) -> bool) -> BTreeSet<Id> {
        let own =
            |written_by| matches!(written_by, WrittenBy::Nominee | WrittenBy::AssociationRepresentative);
        let written = self.0.iter().filter(|(_, written_by, fact)| own(*written_by) && counts(*fact));
        written.map(|(id, ..)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_association_counts_once_for_each_writer_and_once_as_the_nominee_s_own() {
        let [one, two, three, four] = [Id::new(), Id::new(), Id::new(), Id::new()];
        let written: SinceCall = [
            (one, WrittenBy::AssociationRepresentative, Fact::LastActivityOn),
            (one, WrittenBy::AssociationRepresentative, Fact::ActivityFields),
            (one, WrittenBy::Nominee, Fact::Status),
            (two, WrittenBy::AssociationRepresentative, Fact::ActivityFields),
            (three, WrittenBy::Ministry, Fact::Entry),
            (four, WrittenBy::Integration, Fact::Entry),
        ]
        .into_iter()
        .collect();
        let counts: Vec<(WrittenBy, i64)> =
            written.counts().into_iter().map(|count| (count.written_by, count.associations)).collect();
        assert_eq!(
            counts,
            [
                (WrittenBy::Nominee, 1),
                (WrittenBy::AssociationRepresentative, 2),
                (WrittenBy::Ministry, 1),
                (WrittenBy::Integration, 1),
            ]
        );
        assert_eq!((written.own(), written.own_activity()), (vec![one, two], 1));
    }
}
