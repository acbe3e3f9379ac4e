//! All SQL of nominations that go over.

use diesel::prelude::*;

use crate::audit::{Actor, kept};
use crate::database::Connection;
use crate::database::schema::{editions, nominations};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::editions::rules::Status as EditionStatus;
use crate::error::{FieldRule, Reason, Result, Violation};
use crate::keeping::{Holdings, Succession};
use crate::nominations::model::{Entry, NominationRow, Subject};
use crate::nominations::queries::write_next;

/// Nominations go over with a merge.
pub const HOLDINGS: Holdings = Holdings { listed: |moved| &mut moved.nominations, obstacles, hand_over };

/// What keeps nominations from going over.
///
/// - One of either association for an edition that is not closed, draft or not: nobody may bend a selection from inside, by
///   making another association the nominee, by bringing a nominee an honour that makes it ineligible, or by taking it away.
///   Only those merge who see drafts, so nobody learns of one.
/// - One of each for the same edition: they were two nominees then.
fn obstacles(connection: &mut Connection, succession: Succession) -> Result<Vec<Violation>> {
    let of_both: Vec<(Entry, Keyword<EditionStatus>)> = nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .filter(nominations::association_id.eq_any([succession.from, succession.to]))
        .filter(nominations::deleted_at.is_null())
        .order(nominations::id)
        .select((Entry::as_select(), editions::status))
        .load(connection)?;
    let is_taken = |edition: Id| {
        of_both.iter().any(|(entry, _)| {
            entry.row.edition_id == edition && entry.row.association_id == Some(succession.to)
        })
    };
    let obstacle = |(entry, edition): &(Entry, Keyword<EditionStatus>)| {
        let rule = if !edition.is_closed() {
            FieldRule::NominatedNow
        } else if entry.row.association_id == Some(succession.from) && is_taken(entry.row.edition_id) {
            FieldRule::NominatedTwice
        } else {
            return None;
        };
        let path = format!("/nominations/{}", entry.row.id);
        Some(Violation::body(path.clone(), Reason::new(rule).with("url", format!("/v1{path}"))))
    };
    Ok(of_both.iter().filter_map(obstacle).collect())
}

/// Makes the nominations of one association those of another. What was deleted stays where it was.
fn hand_over(
    connection: &mut Connection,
    actor: &Actor,
    succession: Succession,
    only: Option<&[Id]>,
) -> Result<Vec<Id>> {
    let entries: Vec<Entry> = nominations::table
        .inner_join(editions::table.on(editions::id.eq(nominations::edition_id)))
        .filter(nominations::association_id.eq(succession.from))
        .filter(nominations::deleted_at.is_null())
        .order(nominations::id)
        .select(Entry::as_select())
        .load(connection)?;
    let entries = entries.into_iter().filter(|entry| only.is_none_or(|only| only.contains(&entry.row.id)));
    entries
        .map(|entry| {
            let next = of_association(&entry.row, succession.to);
            kept::change(connection, actor, &entry, |connection| {
                let row = write_next(connection, &next)?;
                Ok(Entry { row, edition_year: entry.edition_year })
            })?;
            Ok(next.id)
        })
        .collect()
}

/// The next version of a nomination, as one of this association.
fn of_association(current: &NominationRow, id: Id) -> NominationRow {
    NominationRow {
        association_id: Some(id),
        subject_key: Subject::Association(id).key(),
        version: current.version + 1,
        updated_at: UtcTime::now().max(current.updated_at),
        ..current.clone()
    }
}
