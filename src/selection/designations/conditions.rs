//! What a decision stands on, read anew at each of its steps: the state of the edition, the jury's ranking, and the
//! nominations that it decides on. Read under [`Turn::Selection`](crate::database::turns::Turn).

use super::decision::Decision;
use super::model::DesignationRow;
use super::rules::{Basis, Candidates, Status};
use crate::access::Caller;
use crate::database::Connection;
use crate::database::types::{Id, keyword};
use crate::editions::criteria::NominationKind;
use crate::editions::model::EditionRow;
use crate::editions::queries::city_for_title;
use crate::editions::rules::Status as EditionStatus;
use crate::editions::transitions::queries::check_criteria;
use crate::error::{Code, Error, Result};
use crate::language::sentences::Told;
use crate::nominations;
use crate::nominations::embargo::Clearance;
use crate::nominations::interests;
use crate::nominations::interests::queries::Nominators;
use crate::nominations::model::NominationRow;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::conflicts;
use crate::selection::deliberations;
use crate::selection::ranking::model::Ranking;
use crate::selection::ranking::queries::current;

/// What a decision stands on.
pub struct Ground {
    /// Whether the title of the edition was taken back: then a decision takes from the reserve.
    pub follows: bool,
    /// The jury's ranking, when the jury has closed and the decision rests on its work.
    pub ranking: Option<Ranking>,
    /// The nominations that are decided on.
    pub nominations: Vec<NominationRow>,
}

impl Ground {
    /// Reads what a decision on this basis stands on now, if there can be one.
    pub fn read(
        connection: &mut Connection,
        edition: &EditionRow,
        kind: NominationKind,
        basis: Basis,
    ) -> Result<Self> {
        let follows = kind == NominationKind::City && is_vacant(edition) && basis != Basis::Withheld;
        let decided_on = if follows { NominationStatus::Reserve } else { NominationStatus::UnderEvaluation };
        let nominations = nominations::queries::of_edition(connection, edition.id, kind, &[decided_on])?;
        check_edition(edition, kind, basis, follows && (basis == Basis::Ranking || nominations.is_empty()))?;
        check_decided(connection, &nominations)?;
        if basis == Basis::Withheld {
            deliberations::conditions::check_none_waits(connection, edition, kind, &keyword(&basis))?;
        }
        check_criteria(connection, edition)?;
        let ranking = match basis {
            Basis::Direct => None,
            Basis::Ranking | Basis::Withheld => ranking(connection, edition, kind, follows)?,
        };
        if basis == Basis::Ranking && ranking.is_none() {
            return Err(Error::new(Code::JuryOpen)
                .telling("kind", Told::part("nominations.of_kind", kind))
                .with("year", edition.year));
        }
        Ok(Self { follows, ranking, nominations })
    }

    /// The digest of the ranking.
    pub fn ranking_digest(&self) -> Option<String> {
        self.ranking.as_ref().map(Ranking::digest)
    }

    /// Whom a decision may name: those that pass, by their ranks.
    pub fn candidates(&self) -> Candidates {
        let places = self.ranking.iter().flat_map(|ranking| &ranking.places);
        places
            .filter_map(|place| Some((place.nomination_id, place.rank?)))
            .filter(|(id, _)| self.nomination(*id).is_some())
            .collect()
    }

    /// A nomination that is decided on.
    pub fn nomination(&self, id: Id) -> Option<&NominationRow> {
        self.nominations.iter().find(|nomination| nomination.id == id)
    }

    /// Whether the jury has found a nomination good enough.
    pub fn passes(&self, id: Id) -> bool {
        let mut places = self.ranking.iter().flat_map(|ranking| &ranking.places);
        places.any(|place| place.nomination_id == id && place.rank.is_some())
    }

    /// Whether the jury has dealt with every nomination that is decided on.
    fn is_covered_by_jury(&self) -> bool {
        let known = |nomination: &NominationRow| {
            self.ranking.as_ref().is_none_or(|ranking| ranking.record.nominations.contains(&nomination.id))
        };
        self.nominations.iter().all(known)
    }
}

/// Refuses with 409 while an allegation against a juror of one of these nominations waits: the ranking may change.
fn check_decided(connection: &mut Connection, nominations: &[NominationRow]) -> Result<()> {
    let ids: Vec<Id> = nominations.iter().map(|nomination| nomination.id).collect();
    let undecided = conflicts::queries::undecided(connection, &ids)?;
    deliberations::rules::check_ready(&keyword(&Status::Published), undecided)
}

/// What becomes of a nomination by a decision.
pub fn fate(decision: &Decision, nomination_id: Id) -> NominationStatus {
    if decision.selects(nomination_id) {
        NominationStatus::Selected
    } else if decision.reserves(nomination_id) {
        NominationStatus::Reserve
    } else {
        NominationStatus::NotSelected
    }
}

/// What a designation stands on, which is still what it was proposed on (409 otherwise).
pub fn unchanged(
    connection: &mut Connection,
    edition: &EditionRow,
    designation: &DesignationRow,
) -> Result<Ground> {
    let decision = &designation.decision.0;
    let ground = Ground::read(connection, edition, decision.kind, decision.basis)?;
    let named_are_there = decision
        .selected
        .iter()
        .chain(&decision.reserve)
        .all(|choice| ground.nomination(choice.nomination_id).is_some());
    let same = ground.ranking_digest() == designation.ranking_digest
        && decision.edition_year == edition.year
        && named_are_there
        && ground.is_covered_by_jury();
    if !same {
        return Err(Error::new(Code::ResultChanged));
    }
    if let Some(code) = &decision.city_code {
        city_for_title(connection, edition, code, "/city_code").map_err(|error| {
            if error.code == Code::Invalid { Error::new(Code::ResultChanged) } else { error }
        })?;
    }
    Ok(ground)
}

/// Whether the edition's title was taken back, and can be given to another city.
fn is_vacant(edition: &EditionRow) -> bool {
    let before_start = matches!(
        edition.status.0,
        EditionStatus::Designated | EditionStatus::HonoursCallOpen | EditionStatus::HonoursReview
    );
    before_start && edition.city_code.is_none()
}

/// Refuses with 409 unless the edition is in the state for a decision on this basis. A title that was taken back
/// (`follows`) goes to the reserve, or to another city with reasons when there is none.
fn check_edition(edition: &EditionRow, kind: NominationKind, basis: Basis, follows: bool) -> Result<()> {
    let needed = match (kind, basis) {
        (NominationKind::City, Basis::Direct) => EditionStatus::Draft,
        (NominationKind::City, Basis::Ranking | Basis::Withheld) => EditionStatus::CityReview,
        (NominationKind::Association, _) => EditionStatus::HonoursReview,
    };
    if edition.status.0 == needed || follows {
        return Ok(());
    }
    Err(Error::new(Code::EditionState)
        .with("year", edition.year)
        .telling("status", Told::terms("editions.status", [&edition.status.0]))
        .telling("allowed", Told::terms("editions.status", [needed])))
}

/// The ranking of the jury that has closed for this decision. One that was closed for an earlier, withheld decision
/// does not count.
fn ranking(
    connection: &mut Connection,
    edition: &EditionRow,
    kind: NominationKind,
    follows: bool,
) -> Result<Option<Ranking>> {
    if !follows && deliberations::queries::closed(connection, edition.id, kind)?.is_none() {
        return Ok(None);
    }
    current(connection, &Clearance::of_process(), edition, kind).map(Some)
}

/// An interested office takes no part in a decision: refuses whoever is tied to a nomination of its kind, or to the city
/// that it names.
pub fn check_disinterested(
    connection: &mut Connection,
    caller: &Caller,
    edition: &EditionRow,
    decision: &Decision,
) -> Result<()> {
    let decided = (edition.id, decision.kind);
    interests::queries::check_disinterested(connection, caller, decided, Nominators::NotOffices)?;
    match &decision.city_code {
        Some(code) => interests::queries::check_disinterested_in_city(connection, caller, edition.id, code),
        None => Ok(()),
    }
}
