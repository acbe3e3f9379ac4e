//! What the source system had and its file does not have any more.

use super::instructions::Missing;
use super::model::ImportProblem;
use super::queries::Progress;
use super::running::{Run, Seen};
use crate::associations::importing::{self, ExternalRecord, Importer, Outcome};
use crate::database::types::Id;
use crate::error::{Code, Error, Result};

/// How many associations are looked at together.
const AT_A_TIME: i64 = 500;
/// How many become dormant in a transaction.
const MADE_AT_A_TIME: usize = 50;

/// How it ended.
pub(super) enum Done {
    /// All was done that is to be done.
    Whole,
    /// Something was left undone, for a reason.
    LeftAlone(ImportProblem),
    /// The import was cancelled, or somebody else has it.
    Lost,
}

/// Makes those associations of the source system dormant that the file does not have, unless they are suspiciously many.
pub(super) fn make_dormant(run: &Run<'_>, seen: &Seen, progress: &mut Progress) -> Result<Done> {
    let instructions = &run.import.instructions;
    if instructions.missing == Missing::Nothing {
        return Ok(Done::Whole);
    }
    let found = look(run, seen)?;
    progress.counts.missing = found.missing;
    let most = instructions.missing_at_most;
    let refused = match seen.is_whole() {
        false => Some(Error::new(Code::KeysUnread)),
        true if found.to_make.len() as i64 * 100 > most * found.known => Some(
            Error::new(Code::TooManyMissing)
                .with("missing", found.to_make.len())
                .with("known", found.known)
                .with("at_most", most),
        ),
        true => None,
    };
    if let Some(refused) = refused {
        let done = write(run, progress, &[])?;
        return Ok(if done { Done::LeftAlone(ImportProblem::of(&refused)) } else { Done::Lost });
    }
    // Once with none, for the count.
    let pieces = found.to_make.chunks(MADE_AT_A_TIME).chain(found.to_make.is_empty().then_some(&[][..]));
    for ids in pieces {
        if !write(run, progress, ids)? {
            return Ok(Done::Lost);
        }
    }
    Ok(Done::Whole)
}

/// What is missing.
#[derive(Default)]
struct Found {
    /// Associations of the source system.
    known: i64,
    missing: i64,
    /// Those missing that are neither dormant nor dissolved.
    to_make: Vec<Id>,
}

fn look(run: &Run<'_>, seen: &Seen) -> Result<Found> {
    let source = run.import.instructions.source.as_deref().unwrap_or_default();
    let (mut found, mut after) = (Found::default(), String::new());
    loop {
        let records = run.database.read_blocking(|connection| {
            importing::queries::of_source(connection, source, &after, AT_A_TIME)
        })?;
        let Some(last) = records.last() else { return Ok(found) };
        after.clone_from(&last.external_id);
        found.known += records.len() as i64;
        for ExternalRecord { external_id, association_id, is_alive } in records {
            if !seen.has(&external_id) {
                found.missing += 1;
                found.to_make.extend(Some(association_id).filter(|_| is_alive));
            }
        }
    }
}

/// Makes these associations dormant; whether the import is still ours.
fn write(run: &Run<'_>, progress: &mut Progress, ids: &[Id]) -> Result<bool> {
    let importer = Importer { references: run.references, writing: &run.writing };
    let before = *progress;
    let written = run.kept(progress, |connection| {
        let mut next = before;
        let mut outcomes = Vec::new();
        for id in ids {
            let outcome = importing::queries::make_dormant(connection, importer, *id)?;
            next.counts.made_dormant += i64::from(matches!(outcome, Outcome::Updated(_)));
            // In no line of the file.
            outcomes.push((0, outcome));
        }
        Ok((next, outcomes))
    })?;
    Ok(written.is_some())
}
