//! All SQL of the rankings.

use diesel::prelude::*;

pub use super::model::Ranking;
use super::model::{Excluded, RankingDocument, Voided};
use super::rules::{Sheet, rank};
use crate::database::Connection;
use crate::database::schema::{designations, nominations};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::published_under;
use crate::error::{Code, Error, Result};
use crate::language::sentences::Told;
use crate::nominations::embargo::Clearance;
use crate::nominations::model::NominationRow;
use crate::nominations::rules::{Kind, Status as NominationStatus};
use crate::selection::conflicts;
use crate::selection::deliberations;
use crate::selection::deliberations::model::DeliberationRow;
use crate::selection::deliberations::tie_decisions;
use crate::selection::evaluations;
use crate::states::DesignationStatus;

/// The ranking of a kind of nominations as it stands now, for the process: that of the latest closing of the jury which
/// was not reopened. 409 when there is none.
///
/// After a withheld title that is the published one until the jury of the next round closes; whoever needs a closed jury
/// asks `deliberations::queries::closed` besides.
pub fn current(
    connection: &mut Connection,
    clearance: &Clearance,
    edition: &EditionRow,
    kind: Kind,
) -> Result<Ranking> {
    let latest = deliberations::queries::latest(connection, edition.id, kind)?;
    let latest = latest.ok_or_else(|| jury_open(edition, kind))?;
    of_deliberation(connection, clearance, latest)
}

/// The ranking that a closing of the jury led to, as it stands now.
pub fn of_deliberation(
    connection: &mut Connection,
    _: &Clearance,
    deliberation: DeliberationRow,
) -> Result<Ranking> {
    Ok(made_of(connection, deliberation)?.0)
}

/// The ranking as a caller may see it: of the edition that the path names or, when that has none, of one that had its year
/// before. Without clearance it is the published one, found without a look at what is not.
pub(super) fn get(
    connection: &mut Connection,
    clearance: Option<&Clearance>,
    key: EditionKey,
    kind: Kind,
) -> Result<RankingDocument> {
    let editions = published_under(connection, key)?;
    let mut none = None;
    for edition in &editions {
        match of_edition(connection, clearance, edition, kind) {
            Err(error) if matches!(error.code, Code::JuryOpen | Code::NotPublished) => {
                none.get_or_insert(error);
            }
            found => return found,
        }
    }
    Err(none.unwrap_or_else(|| Error::not_found("edition", key)))
}

fn of_edition(
    connection: &mut Connection,
    clearance: Option<&Clearance>,
    edition: &EditionRow,
    kind: Kind,
) -> Result<RankingDocument> {
    let mut published = true;
    let mut shown = published_deliberation(connection, edition.id, kind)?;
    if clearance.is_some()
        && let Some(closed) = deliberations::queries::closed(connection, edition.id, kind)?
    {
        published = shown.is_some_and(|shown| shown.id == closed.id);
        shown = Some(closed);
    }
    let shown = shown.ok_or_else(|| match clearance {
        Some(_) => jury_open(edition, kind),
        None => Error::new(Code::NotPublished)
            .telling("kind", Told::part("nominations.of_kind", kind))
            .with("year", edition.year),
    })?;
    let (ranking, subjects) = made_of(connection, shown)?;
    Ok(RankingDocument::new(ranking, edition.year, published, &subjects))
}

fn jury_open(edition: &EditionRow, kind: Kind) -> Error {
    Error::new(Code::JuryOpen)
        .telling("kind", Told::part("nominations.of_kind", kind))
        .with("year", edition.year)
}

/// The deliberation behind the latest published designation that has one. One that was published and revoked later has
/// been published all the same.
fn published_deliberation(
    connection: &mut Connection,
    edition_id: Id,
    kind: Kind,
) -> Result<Option<DeliberationRow>> {
    let published: Option<Option<Id>> = designations::table
        .filter(designations::edition_id.eq(edition_id))
        .filter(designations::kind.eq(Keyword(kind)))
        .filter(designations::status.eq_any(DesignationStatus::MADE_KNOWN.map(Keyword)))
        .filter(designations::deliberation_id.is_not_null())
        .order((designations::published_at.desc(), designations::id.desc()))
        .select(designations::deliberation_id)
        .first(connection)
        .optional()?;
    match published.flatten() {
        Some(id) => deliberations::queries::row(connection, id),
        None => Ok(None),
    }
}

/// The ranking of what a closing sealed, with the nominations in it.
fn made_of(
    connection: &mut Connection,
    deliberation: DeliberationRow,
) -> Result<(Ranking, Vec<NominationRow>)> {
    let record = deliberation.record.0.clone();
    let subjects: Vec<NominationRow> = nominations::table
        .filter(nominations::id.eq_any(&record.nominations))
        .order(nominations::id)
        .select(NominationRow::as_select())
        .load(connection)?;
    let evaluations = evaluations::queries::of_nominations(connection, &record.nominations)?;
    let decided = tie_decisions::queries::of_deliberation(connection, deliberation.id)?;

    let mut changes: Vec<UtcTime> = vec![deliberation.updated_at];
    changes.extend(decided.iter().map(|decision| decision.at));
    let mut excluded = Vec::new();
    for row in subjects.iter().filter(|row| is_excluded(row.status.0)) {
        excluded.push(Excluded { nomination_id: row.id, status: row.status.0 });
        changes.push(row.updated_at);
    }
    let confirmed = conflicts::queries::confirmed(connection, &record.nominations)?;
    let mut voided = Vec::new();
    for row in evaluations.iter().filter(|row| !row.status.0.is_live()) {
        // A juror without a pseudonym came after the closing and is no part of the record.
        let Some(juror) = deliberation.pseudonyms.get(&row.juror_id) else { continue };
        let conflict = confirmed.get(&(row.nomination_id, row.juror_id));
        let left = Voided::of(row, juror.clone(), conflict);
        // What ended before the closing has no sheet that could count.
        if record.sheets.iter().any(|sheet| left.is_of(sheet)) {
            voided.push(left);
            changes.push(row.updated_at);
        }
    }
    // Evaluations come in the order of their making, which could tell a juror.
    voided.sort_by_key(|voided| (voided.nomination_id, voided.juror.len(), voided.juror.clone()));

    let is_left_out = |id: Id| excluded.iter().any(|excluded| excluded.nomination_id == id);
    let nominations: Vec<Id> = record.nominations.iter().copied().filter(|id| !is_left_out(*id)).collect();
    let counts = |sheet: &&Sheet| {
        !is_left_out(sheet.nomination_id) && !voided.iter().any(|voided| voided.is_of(sheet))
    };
    let sheets: Vec<Sheet> = record.sheets.iter().filter(counts).cloned().collect();
    let decisions: Vec<_> = decided.into_iter().map(Into::into).collect();
    let places = rank(&record.rules, &nominations, &sheets, &decisions);
    let changed_at = changes.into_iter().max().unwrap_or(deliberation.updated_at);
    let ranking = Ranking {
        deliberation,
        record,
        nominations,
        sheets,
        excluded,
        voided,
        decisions,
        places,
        changed_at,
    };
    Ok((ranking, subjects))
}

fn is_excluded(status: NominationStatus) -> bool {
    matches!(status, NominationStatus::Withdrawn | NominationStatus::Disqualified)
}
