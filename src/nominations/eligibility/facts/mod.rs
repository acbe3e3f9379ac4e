//! The facts that the checks of eligibility judge, and what of them does not come from the nominee itself.

pub mod queries;

use chrono::NaiveDate;

use super::checks::CheckCode;
use super::writers::{WriterCount, Writing};
use crate::associations::facts::Fact;
use crate::associations::model::Attestations;
use crate::associations::terms::{AssociationValue, ReceiptStatus, Status as AssociationStatus};
use crate::database::types::UtcTime;
use crate::territory::cities::model::CityKind;

/// What the register says of a city and of the associations that are seated in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityFacts {
    /// Whether it still stands in the register.
    pub is_listed: bool,
    /// Its kind.
    pub kind: CityKind,
    /// The years in which it was capital.
    pub capital_years: Vec<i64>,
    /// The years of all other live editions.
    pub edition_years: Vec<i64>,
    /// The associations that are active and were so since the first day that counts.
    pub active_associations: i64,
    /// Those that may be so as well: their status or their latest activity is not known.
    pub uncertain_associations: i64,
    /// The fields of activity of the active ones.
    pub activity_fields: i64,
    /// The most fields that there could be, counting what is not known.
    pub possible_activity_fields: i64,
    /// The latest known activity of the associations whose status is active.
    pub latest_activity_on: Option<NaiveDate>,
    /// What of this does not rest on what the nominee wrote itself after the call opened; none before it opened.
    pub independent: Option<Independent>,
    /// Who wrote facts of the active ones since the call opened.
    pub written_since_call: Vec<WriterCount>,
}

/// Figures of a city without the associations of which the nominee, or their own representatives, wrote a fact that
/// counts after the call opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Independent {
    /// The active associations.
    pub active_associations: i64,
    /// Their fields of activity.
    pub activity_fields: i64,
}

impl CityFacts {
    /// The city as if what the nominee wrote itself after the call opened were not known.
    pub fn independent(&self) -> Self {
        let Some(independent) = self.independent else { return self.clone() };
        let Independent { active_associations, activity_fields } = independent;
        let possible = self.active_associations + self.uncertain_associations;
        Self {
            active_associations,
            uncertain_associations: possible - active_associations,
            activity_fields,
            // Each active one has been active lately.
            latest_activity_on: self.latest_activity_on.filter(|_| active_associations > 0),
            ..self.clone()
        }
    }
}

/// What the register and the nomination say of an association.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociationFacts {
    /// Whether it still stands in the register.
    pub is_listed: bool,
    /// Its status.
    pub status: Option<AssociationStatus>,
    /// What is attested of it.
    pub attestations: Attestations,
    /// Its volunteers.
    pub volunteers: Option<i64>,
    /// The values for which an activity is described, sorted.
    pub described_values: Vec<AssociationValue>,
    /// Whether the register itself describes one, by its object and its values.
    pub is_described_in_register: bool,
    /// The achievements of the nomination; none before there is one.
    pub achievements: i64,
    /// The receipt of its declaration.
    pub receipt_status: Option<ReceiptStatus>,
    /// The day of that receipt.
    pub receipt_on: Option<NaiveDate>,
    /// The years of the editions that honoured it, sorted.
    pub honoured_in: Vec<i64>,
    /// Who wrote the facts that are known.
    pub writings: Vec<Writing>,
}

impl AssociationFacts {
    /// The association as if what the nominee wrote itself after the call opened were not known.
    pub fn independent(&self, call_opened_at: Option<UtcTime>) -> Self {
        let stands = |fact: Fact| {
            let own = |writing: &Writing| writing.fact == fact && writing.is_self_written(call_opened_at);
            !self.writings.iter().any(own)
        };
        let Attestations { national, voluntary, non_profit, non_political } = self.attestations;
        Self {
            status: self.status.filter(|_| stands(Fact::Entry) && stands(Fact::Status)),
            attestations: Attestations {
                national: national.filter(|_| stands(Fact::National)),
                voluntary: voluntary.filter(|_| stands(Fact::Voluntary)),
                non_profit: non_profit.filter(|_| stands(Fact::NonProfit)),
                non_political: non_political.filter(|_| stands(Fact::NonPolitical)),
            },
            volunteers: self.volunteers.filter(|_| stands(Fact::Volunteers)),
            receipt_status: self.receipt_status.filter(|_| stands(Fact::ReceiptStatus)),
            receipt_on: self.receipt_on.filter(|_| stands(Fact::ReceiptOn)),
            ..self.clone()
        }
    }

    /// Whether a fact has a value, so that somebody has written it.
    pub fn knows(&self, fact: Fact) -> bool {
        match fact {
            Fact::Entry => true,
            Fact::Status => self.status.is_some(),
            Fact::National => self.attestations.national.is_some(),
            Fact::Voluntary => self.attestations.voluntary.is_some(),
            Fact::NonProfit => self.attestations.non_profit.is_some(),
            Fact::NonPolitical => self.attestations.non_political.is_some(),
            Fact::Volunteers => self.volunteers.is_some(),
            Fact::Object | Fact::Values => self.is_described_in_register,
            Fact::ReceiptStatus => self.receipt_status.is_some(),
            Fact::ReceiptOn => self.receipt_on.is_some(),
            // No check of an association rests on them.
            Fact::CityCode | Fact::ActivityFields | Fact::LastActivityOn => false,
        }
    }

    /// Who wrote the facts that a check rests on.
    pub fn writings_of(&self, code: CheckCode) -> impl Iterator<Item = &Writing> {
        self.writings.iter().filter(move |writing| code.facts().contains(&writing.fact))
    }
}
