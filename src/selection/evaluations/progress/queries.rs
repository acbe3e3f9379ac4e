//! All SQL of a jury's progress.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::model::{EvaluationProgress, JurorProgress, NominationProgress, Numbers};
use crate::database::Connection;
use crate::database::schema::accounts;
use crate::database::types::{Id, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::editions::queries::edition_by_year;
use crate::error::Result;
use crate::nominations::queries::of_edition;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::evaluations::model::EvaluationRow;
use crate::selection::evaluations::queries::of_nominations;

/// What was found eligible and stands.
const EVALUATED: [NominationStatus; 7] = [
    NominationStatus::Eligible,
    NominationStatus::UnderEvaluation,
    NominationStatus::Shortlisted,
    NominationStatus::Selected,
    NominationStatus::Reserve,
    NominationStatus::NotSelected,
    NominationStatus::Revoked,
];

/// How far the jury of the edition of a year is with the nominations of a kind.
pub fn get(connection: &mut Connection, year: i64, kind: NominationKind) -> Result<EvaluationProgress> {
    let edition = edition_by_year(connection, year)?;
    let nominations = of_edition(connection, edition.id, kind, &EVALUATED)?;
    let ids: Vec<Id> = nominations.iter().map(|nomination| nomination.id).collect();
    let evaluations = of_nominations(connection, &ids)?;
    let changed_at = nominations
        .iter()
        .map(|nomination| nomination.updated_at)
        .chain(evaluations.iter().map(EvaluationRow::state_since))
        .fold(edition.created_at, UtcTime::max);
    let needed = edition.parameters.as_deref().cloned().unwrap_or_default().min_evaluations;
    let nominations: Vec<NominationProgress> = ids
        .into_iter()
        .map(|nomination_id| {
            let of_nomination = evaluations.iter().filter(|row| row.nomination_id == nomination_id);
            let numbers = Numbers::of(of_nomination);
            let quorum = numbers.submitted >= needed;
            NominationProgress { nomination_id, needed, evaluations: numbers, quorum }
        })
        .collect();
    let with_quorum = nominations.iter().filter(|nomination| nomination.quorum).count();
    Ok(EvaluationProgress {
        edition_year: edition.year,
        kind,
        nominations,
        jurors: jurors(connection, &evaluations)?,
        total: Numbers::of(&evaluations),
        with_quorum: i64::try_from(with_quorum).unwrap_or(i64::MAX),
        changed_at,
    })
}

fn jurors(connection: &mut Connection, evaluations: &[EvaluationRow]) -> Result<Vec<JurorProgress>> {
    let ids: BTreeSet<Id> = evaluations.iter().map(|evaluation| evaluation.juror_id).collect();
    let names: HashMap<Id, String> = accounts::table
        .filter(accounts::id.eq_any(ids.iter().copied().collect::<Vec<_>>()))
        .select((accounts::id, accounts::name))
        .load::<(Id, String)>(connection)?
        .into_iter()
        .collect();
    let progress = ids.into_iter().map(|juror_id| JurorProgress {
        juror_id,
        name: names.get(&juror_id).cloned(),
        evaluations: Numbers::of(evaluations.iter().filter(|row| row.juror_id == juror_id)),
    });
    Ok(progress.collect())
}
