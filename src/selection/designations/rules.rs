//! The rules of a designation: its way through its states, who signs for whom, and whom a decision may name. They know
//! neither the web nor the database.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strum::{VariantArray, VariantNames};
use utoipa::ToSchema;

use crate::access::Role;
use crate::database::types::Id;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::language::sentences::Told;
pub use crate::states::DesignationStatus as Status;

/// What a decision rests on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = DesignationBasis)]
pub enum Basis {
    /// The jury's ranking.
    Ranking,
    /// No ranking: a city designated with reasons, without a call.
    Direct,
    /// Nobody: the title, or the honours, are not given.
    Withheld,
}

impl Status {
    /// The states that this one can be left for: the whole table of transitions, a row a state.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            // Signed comes with the second signature.
            Self::Proposed => &[Self::Signed, Self::Withdrawn],
            Self::Signed => &[Self::Published, Self::Annulled],
            // Revoked comes with the publication of the decision that follows.
            Self::Published => &[Self::Revoked],
            Self::Withdrawn | Self::Annulled | Self::Revoked => &[],
        }
    }

    /// Whether whoever asks for a change of state can ask for this one.
    pub fn can_be_asked_for(self) -> bool {
        matches!(self, Self::Published | Self::Withdrawn | Self::Annulled)
    }

    /// Whether going there takes a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Annulled)
    }
}

/// A way that no designation can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongTransition {
    /// The state that it is in.
    pub from: Status,
    /// The state that was asked for.
    pub to: Status,
}

/// Goes from one state to another, if the table has that way.
pub fn transition(from: Status, to: Status) -> Result<Status, WrongTransition> {
    if from.allowed().contains(&to) { Ok(to) } else { Err(WrongTransition { from, to }) }
}

/// As [`transition`], for whoever asks: some states come by themselves.
pub fn asked_transition(from: Status, to: Status) -> Result<Status, WrongTransition> {
    if to.can_be_asked_for() { transition(from, to) } else { Err(WrongTransition { from, to }) }
}

impl From<WrongTransition> for Error {
    fn from(WrongTransition { from, to }: WrongTransition) -> Self {
        let error = Self::new(Code::WrongState)
            .telling("from", Told::terms("designations.status", [&from]))
            .telling("to", Told::terms("designations.status", [&to]));
        let allowed: Vec<&Status> =
            from.allowed().iter().filter(|status| status.can_be_asked_for()).collect();
        error.with_ways("designations.status", &allowed)
    }
}

/// Whose signature a designation needs.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantNames,
    VariantArray,
    clap::ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Institution {
    /// The ministry in charge of relations with Parliament.
    Ministry,
    /// ICSO.
    Icso,
}

/// For which institution an account of these roles signs. No account has the roles of both.
pub fn institution(roles: &[Role]) -> Option<Institution> {
    [(Role::MinistryOfficer, Institution::Ministry), (Role::IcsoOfficer, Institution::Icso)]
        .into_iter()
        .find(|(role, _)| roles.contains(role))
        .map(|(_, institution)| institution)
}

/// Whom a decision may name, and in which order they stand: their ranks, which level ones share.
pub type Candidates = BTreeMap<Id, i64>;

/// Holds a decision by ranking against those that it may name. `reasoned` says whether it gives reasons; they are needed
/// where it leaves the order of the ranking.
pub fn check_choice(candidates: &Candidates, selected: &[Id], reserve: &[Id], reasoned: bool) -> Result<()> {
    check_named(candidates, selected, reserve)?;
    check_ties(candidates, selected, reserve)?;
    let ranks =
        |ids: &[Id]| -> Vec<i64> { ids.iter().filter_map(|id| candidates.get(id).copied()).collect() };
    if let Some(place) = ranks(reserve).windows(2).position(|pair| pair[1] < pair[0]) {
        let pointer = format!("/reserve/{}", place + 1);
        return Err(Error::invalid_field(pointer, Reason::new(FieldRule::RankOrder)));
    }
    let last = ranks(selected).into_iter().max().unwrap_or_default();
    let passed_over = candidates.iter().any(|(id, rank)| *rank < last && !selected.contains(id));
    if passed_over && !reasoned {
        return Err(Error::invalid_field("/reason", Reason::new(FieldRule::Required)));
    }
    Ok(())
}

/// Each one that is named may be named, once.
fn check_named(candidates: &Candidates, selected: &[Id], reserve: &[Id]) -> Result<()> {
    let selected =
        selected.iter().enumerate().map(|(place, id)| (format!("/selected/{place}/nomination_id"), id));
    let reserve = reserve.iter().enumerate().map(|(place, id)| (format!("/reserve/{place}"), id));
    let mut named = BTreeSet::new();
    let mut violations = Vec::new();
    for (pointer, id) in selected.chain(reserve) {
        if !candidates.contains_key(id) {
            violations.push(Violation::body(pointer, Reason::new(FieldRule::NotShortlisted)));
        } else if !named.insert(*id) {
            violations.push(Violation::body(pointer, Reason::new(FieldRule::Repeated)));
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// Of level nominations, either all are selected or none is named: anything else would be an order that nobody has given.
fn check_ties(candidates: &Candidates, selected: &[Id], reserve: &[Id]) -> Result<()> {
    let mut level: BTreeMap<i64, Vec<Id>> = BTreeMap::new();
    for (id, rank) in candidates {
        level.entry(*rank).or_default().push(*id);
    }
    for tied in level.values().filter(|tied| tied.len() > 1) {
        let all_selected = tied.iter().all(|id| selected.contains(id));
        let none_named = !tied.iter().any(|id| selected.contains(id) || reserve.contains(id));
        if !(all_selected || none_named) {
            return Err(Error::new(Code::TieUndecided));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// The table again, as the product's page and the issue tell it.
    const WAYS: [(Status, Status); 5] = [
        (Status::Proposed, Status::Signed),
        (Status::Proposed, Status::Withdrawn),
        (Status::Signed, Status::Published),
        (Status::Signed, Status::Annulled),
        (Status::Published, Status::Revoked),
    ];

    fn id(number: u128) -> Id {
        Id(Uuid::from_u128(number))
    }

    fn candidates(ranks: &[i64]) -> Candidates {
        ranks.iter().enumerate().map(|(place, rank)| (id(place as u128), *rank)).collect()
    }

    fn code(checked: Result<()>) -> Option<Code> {
        checked.err().map(|error| error.code)
    }

    proptest! {
        #[test]
        fn any_sequence_of_transitions_keeps_to_the_table(
            asked in prop::collection::vec((0..<Status as strum::VariantArray>::VARIANTS.len(), any::<bool>()), 0..20),
        ) {
            let mut status = Status::Proposed;
            let mut published = 0;
            for (to, by_itself) in asked {
                let to = <Status as strum::VariantArray>::VARIANTS[to];
                let before = status;
                let way = WAYS.contains(&(before, to));
                let moved = if by_itself { transition(status, to) } else { asked_transition(status, to) };
                match moved {
                    Ok(after) => {
                        prop_assert!(way && after == to && (by_itself || to.can_be_asked_for()));
                        status = after;
                    }
                    Err(wrong) => {
                        prop_assert!(!way || !(by_itself || to.can_be_asked_for()));
                        prop_assert_eq!(wrong, WrongTransition { from: before, to });
                        prop_assert_eq!(status, before);
                    }
                }
                // Nothing is published that both have not signed, and nothing twice.
                if status != before && status == Status::Published {
                    prop_assert_eq!(before, Status::Signed);
                    published += 1;
                }
                prop_assert!(published <= 1);
            }
        }

        #[test]
        fn what_follows_the_ranking_needs_no_reason_and_what_leaves_it_does(
            count in 1_usize..12, take in 0_usize..12, hold in 0_usize..12,
        ) {
            let all: Vec<Id> = (0..count).map(|place| id(place as u128)).collect();
            let ranks: Vec<i64> = (1..).take(count).collect();
            let candidates = candidates(&ranks);
            let (selected, rest) = all.split_at(take.min(count));
            let reserve = &rest[..hold.min(rest.len())];
            prop_assert!(check_choice(&candidates, selected, reserve, false).is_ok());
            if let Some((first, others)) = selected.split_first() && !others.is_empty() {
                prop_assert_eq!(code(check_choice(&candidates, others, &[], false)), Some(Code::Invalid));
                prop_assert!(check_choice(&candidates, others, &[*first], true).is_ok());
            }
        }
    }

    #[test]
    fn only_those_of_the_shortlist_can_be_named_and_each_once() {
        let candidates = candidates(&[1, 2]);
        let faults = |selected: &[Id], reserve: &[Id]| -> Vec<&'static str> {
            let error = check_choice(&candidates, selected, reserve, true).unwrap_err();
            error.violations.iter().map(|violation| violation.reason.code()).collect()
        };
        assert_eq!(faults(&[id(7)], &[]), ["not_shortlisted"]);
        assert_eq!(faults(&[id(0)], &[id(0), id(9)]), ["repeated", "not_shortlisted"]);
        assert_eq!(faults(&[], &[id(1), id(0)]), ["rank_order"]);
    }

    #[test]
    fn level_ones_are_not_told_apart_by_a_decision() {
        let tied = candidates(&[1, 1, 3]);
        assert_eq!(code(check_choice(&tied, &[id(0)], &[], true)), Some(Code::TieUndecided));
        assert_eq!(code(check_choice(&tied, &[id(2)], &[id(0)], true)), Some(Code::TieUndecided));
        assert_eq!(code(check_choice(&tied, &[], &[id(0), id(1)], true)), Some(Code::TieUndecided));
        assert_eq!(code(check_choice(&tied, &[id(0), id(1)], &[id(2)], false)), None);
        assert_eq!(code(check_choice(&tied, &[id(2)], &[], true)), None);
    }

    #[test]
    fn an_account_signs_for_the_institution_of_its_role() {
        assert_eq!(institution(&[Role::MinistryOfficer]), Some(Institution::Ministry));
        assert_eq!(institution(&[Role::IcsoOfficer]), Some(Institution::Icso));
        assert_eq!(institution(&[Role::Admin, Role::JuryChair]), None);
    }

    #[test]
    fn a_wrong_transition_names_what_can_be_asked_for() {
        let error = Error::from(WrongTransition { from: Status::Proposed, to: Status::Published });
        assert!(error.values.contains(&("allowed", Told::terms("designations.status", ["withdrawn"]))));
        assert!(
            Error::from(WrongTransition { from: Status::Published, to: Status::Revoked })
                .violations
                .is_empty()
        );
    }
}
