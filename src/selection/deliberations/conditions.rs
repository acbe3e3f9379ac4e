//! What the jury's closing and its further work depend on beside the jury itself: nominations that are on their way to
//! it, and decisions that stand. Read under [`Turn::Selection`](crate::database::turns::Turn).

use super::queries::problem;
use super::rules;
use crate::database::Connection;
use crate::database::types::UtcTime;
use crate::editions::model::EditionRow;
use crate::error::{Code, FieldRule, Reason, Result, Violation};
use crate::language::sentences::Told;
use crate::nominations;
use crate::nominations::rules::{Appeal, Kind, Status as NominationStatus};
use crate::selection::designations;
use crate::selection::designations::rules::Status as DesignationStatus;

/// Refuses with 409 to go `to` a state while a nomination of the kind is on its way to the jury, or can come back to it
/// by an appeal: nothing would become of it any more.
pub fn check_none_waits(
    connection: &mut Connection,
    edition: &EditionRow,
    kind: Kind,
    to: &str,
) -> Result<()> {
    use NominationStatus::{Eligible, Ineligible, NeedsCompletion, Submitted};
    let states = [Submitted, NeedsCompletion, Eligible, Ineligible];
    let found = nominations::queries::of_edition(connection, edition.id, kind, &states)?;
    let days = edition.parameters.as_deref().cloned().unwrap_or_default().appeal_days;
    let now = UtcTime::now();
    let waiting = found.iter().filter_map(|row| {
        let appeal = Appeal { screened_at: row.screened_at, appealed_at: row.appealed_at, days };
        rules::waits(row.id, row.status.0, appeal, now)
    });
    rules::check_ready(to, waiting.collect())
}

/// Refuses once a decision is signed, as one that withholds the title can be before the jury has closed: what the jury
/// still did would not count.
pub fn check_unsigned(connection: &mut Connection, edition: &EditionRow, kind: Kind) -> Result<()> {
    let signed = [DesignationStatus::Signed];
    match designations::queries::standing(connection, edition.id, kind, &signed)? {
        Some(_) => Err(problem(Code::UnderEmbargo, edition, kind)),
        None => Ok(()),
    }
}

/// Refuses while a designation stands that was made by the ranking as it is, or without one.
pub(super) fn check_undesignated(
    connection: &mut Connection,
    edition: &EditionRow,
    kind: Kind,
) -> Result<()> {
    let before_publication = [DesignationStatus::Proposed, DesignationStatus::Signed];
    let standing = designations::queries::standing(connection, edition.id, kind, &before_publication)?;
    let Some(status) = standing else { return Ok(()) };
    let reason = Reason::new(FieldRule::DesignationStands)
        .telling("status", Told::terms("designations.status", [&status]));
    Err(problem(Code::UnderEmbargo, edition, kind).with_violation(Violation::body("", reason)))
}
