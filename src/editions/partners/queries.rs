//! All SQL of the partners.

use diesel::prelude::*;

use super::model::{PartnerInput, PartnerRow, PublicPartner};
use crate::access::Caller;
use crate::access::policy::DeletePartnerOfTitle;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::partners;
use crate::database::types::{Id, keyword};
use crate::database::{Connection, deleted, stored};
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::{edition_by_year, named, open_edition_by_year, published_under};
use crate::error::{Error, Result};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;

/// A page of an edition's partners.
pub fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<PublicPartner>> {
    let edition = named(connection, key)?;
    let plan = Plan::new(connection, &PublicPartner::LIST, request)
        .within(Fragment::new("partners.edition_id = ").value(Value::Id(edition.id)));
    let rows = partners::table
        .select((PartnerRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicPartner::new(row, edition.year)))
}

/// One that `caller` can write, with its edition.
fn find_writable(
    connection: &mut Connection,
    caller: &Caller,
    year: i64,
    id: &str,
) -> Result<(EditionRow, PartnerRow)> {
    let edition = open_edition_by_year(connection, caller, year)?;
    Ok((edition, find(connection, year, id)?))
}

fn find(connection: &mut Connection, year: i64, id: &str) -> Result<PartnerRow> {
    let edition = edition_by_year(connection, year)?;
    let unknown = || Error::not_found("partner", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row = partners::table
        .find(id)
        .filter(partners::edition_id.eq(edition.id))
        .select(PartnerRow::as_select())
        .first(connection)
        .optional()?;
    row.ok_or_else(unknown)
}

/// One partner of an edition, or of one that stood in its year before.
pub fn get(connection: &mut Connection, key: EditionKey, id: &str) -> Result<PublicPartner> {
    let editions = published_under(connection, key)?;
    let unknown = || Error::not_found("partner", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row: Option<PartnerRow> =
        partners::table.find(id).select(PartnerRow::as_select()).first(connection).optional()?;
    let row = row.ok_or_else(unknown)?;
    let edition = editions.iter().find(|edition| edition.id == row.edition_id).ok_or_else(unknown)?;
    Ok(PublicPartner::new(row, edition.year))
}

/// Adds a partner to an edition, after the others.
pub fn create(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    year: i64,
    input: PartnerInput,
) -> Result<PublicPartner> {
    let edition = open_edition_by_year(connection, caller, year)?;
    let last: Option<i64> = partners::table
        .filter(partners::edition_id.eq(edition.id))
        .select(diesel::dsl::max(partners::position))
        .first(connection)?;
    let row = PartnerRow::new(edition.id, last.unwrap_or(0) + 1, input);
    let insert = diesel::insert_into(partners::table).values(&row);
    let row = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    Ok(PublicPartner::new(row, year))
}

/// Changes a partner that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    (year, id): (i64, &str),
    if_match: &IfMatch,
    change: &Change<PartnerInput>,
) -> Result<PublicPartner> {
    let (_, current) = find_writable(connection, caller, year, id)?;
    let shown = PublicPartner::new(current.clone(), year);
    if_match.check(&shown)?;
    let next = current.next(change.apply(&current.input())?);
    let this_version = partners::table.find(current.id).filter(partners::version.eq(current.version));
    let update = diesel::update(this_version).set(&next);
    let next = kept::change(connection, actor, &current, |connection| stored(connection, update))?;
    Ok(PublicPartner::new(next, year))
}

/// Deletes a partner; of an edition that has the title, only the ministry does.
pub fn delete(
    connection: &mut Connection,
    (caller, actor): (&Caller, &Actor),
    (year, id): (i64, &str),
    if_match: &IfMatch,
) -> Result<()> {
    let (edition, current) = find_writable(connection, caller, year, id)?;
    if DeletePartnerOfTitle::RULE.is_for_state(&keyword(&edition.status.0)) {
        caller.require(DeletePartnerOfTitle::RULE, false)?;
    }
    let shown = PublicPartner::new(current.clone(), year);
    if_match.check(&shown)?;
    let this_version = partners::table.find(current.id).filter(partners::version.eq(current.version));
    let delete = diesel::delete(this_version);
    kept::delete(connection, actor, &current, |connection| deleted(connection, delete))
}
