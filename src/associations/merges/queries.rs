//! All SQL of merges.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::model::{MergeInput, MergeRow, PublicMerge};
use crate::associations::internal::{self, InternalRecord};
use crate::associations::keeping::queries::{check_seat, marked, take_turns};
use crate::associations::model::AssociationRow;
use crate::associations::queries::{find, hold, kept_of, write_over};
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{association_merges, associations};
use crate::database::types::{Id, Json, UtcTime};
use crate::database::{Connection, stored};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::list::Listed as _;
use crate::keeping::{Estate, Moved, Succession};

/// A page of the merges into an association, those that were undone included.
pub(super) fn list(
    connection: &mut Connection,
    id: &str,
    request: &ListRequest,
) -> Result<Page<PublicMerge>> {
    let association = find(connection, id)?.row.id;
    let plan = Plan::new(connection, &PublicMerge::LIST, request)
        .within(Fragment::new("association_merges.association_id = ").value(Value::Id(association)));
    let rows = association_merges::table
        .select((MergeRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row: MergeRow| row.into()))
}

/// One merge into an association.
pub(super) fn get(connection: &mut Connection, association: &str, id: &str) -> Result<PublicMerge> {
    find_merge(connection, association, id).map(PublicMerge::from)
}

fn find_merge(connection: &mut Connection, association: &str, id: &str) -> Result<MergeRow> {
    let unknown = || Error::not_found("association_merge", id);
    let (association, key): (Id, Id) =
        (association.parse().map_err(|_| unknown())?, id.parse().map_err(|_| unknown())?);
    association_merges::table
        .find(key)
        .filter(association_merges::association_id.eq(association))
        .select(MergeRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)
}

/// The association into which this one is merged, after all merges, and the merge that did it.
pub(in crate::associations) fn survivor_of(connection: &mut Connection, id: Id) -> Result<Option<Merged>> {
    let Some(first) = standing(connection, id)? else { return Ok(None) };
    let mut last = first.association_id;
    while let Some(next) = standing(connection, last)? {
        last = next.association_id;
    }
    Ok(Some(Merged { into: last, merge: PublicMerge::from(first) }))
}

/// What became of a merged association.
pub(in crate::associations) struct Merged {
    into: Id,
    merge: PublicMerge,
}

impl Merged {
    /// The refusal to read or write the duplicate (410): it tells where its survivor is.
    pub(in crate::associations) fn refusal(&self) -> Error {
        let way =
            format!("POST /v1/associations/{}/merges/{}/reversals", self.merge.association_id, self.merge.id);
        let url = format!("/v1/associations/{}", self.into);
        Error::new(Code::Merged).with("id", self.merge.duplicate_id).with("url", url).with("way", way)
    }

    /// Where the survivor is read.
    pub(in crate::associations) fn location(&self) -> String {
        format!("/v1/associations/{}", self.into)
    }
}

fn standing(connection: &mut Connection, duplicate: Id) -> Result<Option<MergeRow>> {
    let row = association_merges::table
        .filter(association_merges::duplicate_id.eq(duplicate))
        .filter(association_merges::reversed_at.is_null())
        .select(MergeRow::as_select())
        .first(connection)
        .optional()?;
    Ok(row)
}

/// Where an association is read now that was merged into another; none of one that was not.
pub(in crate::associations) fn forwarded(connection: &mut Connection, id: &str) -> Result<Option<String>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    Ok(survivor_of(connection, id)?.map(|merged| merged.location()))
}

/// Joins two associations: what refers to the duplicate goes over to the other one, and so does what other systems call it.
/// Both keep their own descriptions and internal records.
pub(super) fn merge(
    connection: &mut Connection,
    actor: &Actor,
    estate: Estate,
    id: &str,
    input: &MergeInput,
) -> Result<PublicMerge> {
    take_turns(connection)?;
    let survivor = find(connection, id)?.row;
    let duplicate = find(connection, &input.duplicate_id.to_string())
        .map_err(|error| error.or_bad_reference("/duplicate_id", "/v1/associations"))?
        .row;
    if survivor.id == duplicate.id {
        return Err(Error::invalid_field("/duplicate_id", Reason::new(FieldRule::MergeWithItself)));
    }
    let succession = Succession { from: duplicate.id, to: survivor.id };
    refuse(estate.obstacles(connection, succession)?)?;
    let moved = estate.hand_over(connection, actor, succession)?;
    let row = MergeRow::new(succession, &input.reason, moved);
    let merged = tell_survivor(connection, actor, &survivor, |connection| {
        let before = kept_of(connection, duplicate.clone())?;
        let mut external_ids = BTreeMap::new();
        kept::delete(connection, actor, &before, |connection| {
            external_ids = hand_over_external_ids(connection, succession, None)?;
            let gone = marked(&duplicate, Some(row.created_at), row.created_at);
            write_over(connection, &duplicate, &gone).map(drop)
        })?;
        let row = MergeRow { external_ids: Json(external_ids), ..row };
        let insert = diesel::insert_into(association_merges::table).values(&row);
        kept::insert(connection, actor, |connection| stored::<MergeRow, _>(connection, insert))
    })?;
    Ok(merged.into())
}

/// Undoes a merge: the duplicate stands for itself again, and exactly what went over goes back.
pub(super) fn reverse(
    connection: &mut Connection,
    actor: &Actor,
    estate: Estate,
    (association, id): (&str, &str),
    reason: &str,
) -> Result<PublicMerge> {
    take_turns(connection)?;
    let current = find_merge(connection, association, id)?;
    if current.reversed_at.is_some() {
        return Err(Error::new(Code::MergeReversed).with("id", current.id));
    }
    let survivor = find(connection, association)?.row;
    let duplicate: AssociationRow = associations::table
        .find(current.duplicate_id)
        .select(AssociationRow::as_select())
        .first(connection)?;
    check_seat(connection, &duplicate)?;
    let succession = Succession { from: current.duplicate_id, to: current.association_id };
    refuse(estate.obstacles(connection, succession.back())?)?;
    let now = UtcTime::now();
    let next = MergeRow {
        reversed_at: Some(now),
        reversal_reason: Some(reason.to_owned()),
        version: current.version + 1,
        updated_at: now.max(current.updated_at),
        ..current.clone()
    };
    let deleted_at = duplicate.deleted_at.unwrap_or(current.created_at);
    let reversed = tell_survivor(connection, actor, &survivor, |connection| {
        kept::restore(connection, actor, (deleted_at, reason), |connection| {
            let row = write_over(connection, &duplicate, &marked(&duplicate, None, now))?;
            let missing = estate.hand_back(connection, actor, succession, &current.moved)?;
            let back = hand_over_external_ids(connection, succession.back(), Some(&current.external_ids))?;
            refuse(moved_on(&missing, back == *current.external_ids, &current))?;
            kept_of(connection, row)
        })?;
        let this_version = association_merges::table
            .find(current.id)
            .filter(association_merges::version.eq(current.version));
        let update = diesel::update(this_version).set(&next);
        kept::change(connection, actor, &current, |connection| stored::<MergeRow, _>(connection, update))
    })?;
    Ok(reversed.into())
}

/// Writes a merge or its reversal, and tells of it in the history of the association that stays.
fn tell_survivor(
    connection: &mut Connection,
    actor: &Actor,
    survivor: &AssociationRow,
    write: impl FnOnce(&mut Connection) -> Result<MergeRow>,
) -> Result<MergeRow> {
    let before = kept_of(connection, survivor.clone())?;
    let mut written = None;
    kept::change(connection, actor, &before, |connection| {
        written = Some(write(connection)?);
        let row = hold(connection, survivor)?;
        kept_of(connection, row)
    })?;
    written.ok_or_else(|| Error::internal("a merge was not written"))
}

/// The duplicates that are merged into an association.
pub(in crate::associations) fn merged_into(connection: &mut Connection, id: Id) -> Result<Vec<Id>> {
    Ok(association_merges::table
        .filter(association_merges::association_id.eq(id))
        .filter(association_merges::reversed_at.is_null())
        .order(association_merges::id)
        .select(association_merges::duplicate_id)
        .load(connection)?)
}

/// Hands over what other systems call an association: all for which the other one has no name there, or only these. Tells
/// what has gone over.
fn hand_over_external_ids(
    connection: &mut Connection,
    Succession { from, to }: Succession,
    only: Option<&BTreeMap<String, String>>,
) -> Result<BTreeMap<String, String>> {
    let (giving, taking) = (internal::queries::of(connection, from)?, internal::queries::of(connection, to)?);
    let mut giver: InternalRecord = giving.record.clone().unwrap_or_default();
    let mut taker: InternalRecord = taking.record.clone().unwrap_or_default();
    let mut moved = giver.external_ids.clone();
    moved.retain(|system, id| {
        !taker.external_ids.contains_key(system) && only.is_none_or(|only| only.get(system) == Some(id))
    });
    if moved.is_empty() {
        return Ok(moved);
    }
    giver.external_ids.retain(|system, _| !moved.contains_key(system));
    taker.external_ids.extend(moved.clone());
    internal::queries::write(connection, from, &giving, Some(&giver))?;
    internal::queries::write(connection, to, &taking, Some(&taker))?;
    Ok(moved)
}

/// What cannot go back, since it has moved on.
fn moved_on(missing: &Moved, external_ids_are_back: bool, merge: &MergeRow) -> Vec<Violation> {
    let at = |path: String| {
        let reason = Reason::new(FieldRule::MovedOn).with("url", format!("/v1{path}"));
        Violation::body(path, reason)
    };
    let nominations = missing.nominations.iter().map(|id| at(format!("/nominations/{id}")));
    let accounts = missing.accounts.iter().map(|id| at(format!("/accounts/{id}")));
    let others =
        !missing.honours.is_empty() || !missing.past_affiliations.is_empty() || !external_ids_are_back;
    let association = others.then(|| at(format!("/associations/{}", merge.association_id)));
    nominations.chain(accounts).chain(association).collect()
}

fn refuse(obstacles: Vec<Violation>) -> Result<()> {
    if obstacles.is_empty() {
        return Ok(());
    }
    Err(obstacles.into_iter().fold(Error::new(Code::MergeObstacle), Error::with_violation))
}
