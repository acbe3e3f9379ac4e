//! What the closing of a jury seals of its evaluations, under pseudonyms and in an order that says nothing else.

use std::collections::{BTreeMap, HashMap};

use crate::database::types::Id;
use crate::selection::conflicts::model::ConflictRow;
use crate::selection::evaluations::model::{EvaluationRow, Status};
use crate::selection::ranking::model::Voided;
use crate::selection::ranking::rules::Sheet;

/// The word under which each juror stands in the record.
pub(super) type Pseudonyms = BTreeMap<Id, String>;

/// How many evaluations of each nomination were submitted.
pub(super) fn submitted(nominations: &[Id], evaluations: &[EvaluationRow]) -> Vec<(Id, i64)> {
    let mut numbers: BTreeMap<Id, i64> = nominations.iter().map(|id| (*id, 0)).collect();
    for evaluation in evaluations.iter().filter(|row| row.status.0 == Status::Submitted) {
        *numbers.entry(evaluation.nomination_id).or_default() += 1;
    }
    numbers.into_iter().collect()
}

/// The submitted sheets.
pub(super) fn sheets(evaluations: &[EvaluationRow], pseudonyms: &Pseudonyms) -> Vec<Sheet> {
    let submitted = evaluations.iter().filter(|row| row.status.0 == Status::Submitted);
    let mut sheets: Vec<Sheet> = submitted
        .filter_map(|row| {
            let juror = pseudonyms.get(&row.juror_id)?.clone();
            Some(Sheet { nomination_id: row.nomination_id, juror, scores: row.plain_scores() })
        })
        .collect();
    sheets.sort_by_key(|sheet| (sheet.nomination_id, sheet.juror.len(), sheet.juror.clone()));
    sheets
}

/// The evaluations that ended before the closing, with the conflict of interest that ended them, and with the scores of
/// those that had been submitted.
pub(super) fn ended(
    evaluations: &[EvaluationRow],
    conflicts: &HashMap<(Id, Id), ConflictRow>,
    pseudonyms: &Pseudonyms,
) -> Vec<Voided> {
    let left = evaluations.iter().filter(|row| !row.status.0.is_live());
    let mut ended: Vec<Voided> = left
        .filter_map(|row| {
            let juror = pseudonyms.get(&row.juror_id)?.clone();
            let conflict = conflicts.get(&(row.nomination_id, row.juror_id));
            let scores = row.submitted_at.map(|_| row.plain_scores());
            Some(Voided { scores, ..Voided::of(row, juror, conflict) })
        })
        .collect();
    ended.sort_by_key(|ended| (ended.nomination_id, ended.juror.len(), ended.juror.clone()));
    ended
}
