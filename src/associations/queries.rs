//! All SQL of the register of associations.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;

use super::distinctions::{self, Distinction};
use super::facts::{self, Author, Fact};
use super::filing;
use super::input::AssociationInput;
use super::internal::{self, InternalAssociation, KeptRecord};
use super::keeping::queries::check_name;
use super::merges::queries::{merged_into, survivor_of};
use super::model::{AssociationRow, Entry, KeptAssociation, PublicAssociation, Seat};
use super::rules::check_register_facts;
use super::terms::AssociationValue;
use crate::audit::{Actor, kept};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::associations;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, UtcTime};
use crate::database::{Connection, stored};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::http::representation::{Expansions, Resource as _};
use crate::keeping::References;
use crate::territory;

/// A page of associations, as everybody may see them.
pub fn list(
    connection: &mut Connection,
    request: &ListRequest,
    expand: &Expansions,
) -> Result<Page<PublicAssociation>> {
    let plan = Plan::new(connection, &PublicAssociation::LIST, request);
    let rows = associations::table
        .select((AssociationRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let page: Page<AssociationRow> = plan.finish(connection, rows)?;
    let ids: Vec<Id> = page.rows.iter().map(|row| row.id).collect();
    let mut beside = Beside::of(connection, &ids)?;
    let mut page = page.map(|row| PublicAssociation::from(beside.entry(row)));
    expand_associations(connection, &mut page.rows, expand)?;
    Ok(page)
}

/// One association, as everybody may see it.
pub fn get(connection: &mut Connection, id: &str, expand: &Expansions) -> Result<PublicAssociation> {
    let entry = find(connection, id)?;
    read(connection, entry, expand)
}

/// An association as everybody may see it, with when anything of that changed last.
fn read(connection: &mut Connection, entry: Entry, expand: &Expansions) -> Result<PublicAssociation> {
    let honoured = distinctions::queries::last_changed(connection, entry.row.id)?;
    let mut association = public(connection, entry, expand)?;
    association.last_modified = honoured.into_iter().fold(association.updated_at, UtcTime::max);
    Ok(association)
}

/// One association, as those see it who keep the register.
pub fn get_internal(
    connection: &mut Connection,
    id: &str,
    expand: &Expansions,
) -> Result<InternalAssociation> {
    let entry = find(connection, id)?;
    let held = internal::queries::of(connection, entry.row.id)?;
    Ok(InternalAssociation::new(read(connection, entry, expand)?, held))
}

/// The associations with these identifiers, deleted ones included: others may still refer to them.
pub fn associations_by_id(
    connection: &mut Connection,
    ids: &[Id],
    expand: &Expansions,
) -> Result<HashMap<Id, PublicAssociation>> {
    let rows: Vec<AssociationRow> = associations::table
        .filter(associations::id.eq_any(ids))
        .select(AssociationRow::as_select())
        .load(connection)?;
    let mut beside = Beside::of(connection, ids)?;
    let mut found: Vec<PublicAssociation> =
        rows.into_iter().map(|row| PublicAssociation::from(beside.entry(row))).collect();
    expand_associations(connection, &mut found, expand)?;
    Ok(found.into_iter().map(|association| (association.id, association)).collect())
}

/// The association that a body's field at `pointer` refers to. It is not deleted before the end of this transaction.
pub fn referenced(connection: &mut Connection, id: Id, pointer: &str) -> Result<AssociationRow> {
    turns::share(connection, Turn::Keeping)?;
    let row = associations::table
        .find(id)
        .filter(associations::deleted_at.is_null())
        .select(AssociationRow::as_select())
        .first(connection)
        .optional()?;
    row.ok_or_else(|| Error::bad_reference(pointer, "/v1/associations"))
}

/// An association with what stands beside it.
pub(super) fn find(connection: &mut Connection, id: &str) -> Result<Entry> {
    let unknown = || Error::not_found("association", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row: AssociationRow = associations::table
        .find(id)
        .select(AssociationRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)?;
    if row.deleted_at.is_some() {
        let merged = survivor_of(connection, id)?;
        return Err(
            merged.map_or_else(|| Error::gone("association", "associations", id), |merged| merged.refusal())
        );
    }
    entry(connection, row)
}

/// Those of these associations that are not deleted, each with what stands beside it.
pub(super) fn live_entries(connection: &mut Connection, ids: &[Id]) -> Result<Vec<Entry>> {
    let rows: Vec<AssociationRow> = associations::table
        .filter(associations::id.eq_any(ids))
        .filter(associations::deleted_at.is_null())
        .select(AssociationRow::as_select())
        .load(connection)?;
    let mut beside = Beside::of(connection, ids)?;
    Ok(rows.into_iter().map(|row| beside.entry(row)).collect())
}

pub(super) fn entry(connection: &mut Connection, row: AssociationRow) -> Result<Entry> {
    Ok(Beside::of(connection, &[row.id])?.entry(row))
}

/// An association with all that is kept of it.
pub(super) fn kept_of(connection: &mut Connection, row: AssociationRow) -> Result<KeptAssociation> {
    let internal = internal::queries::of(connection, row.id)?.record;
    let duplicates = merged_into(connection, row.id)?;
    Ok(KeptAssociation { entry: entry(connection, row)?, internal, duplicates })
}

/// What stands in tables beside some associations.
struct Beside {
    activity_fields: HashMap<Id, Vec<String>>,
    values: HashMap<Id, Vec<AssociationValue>>,
    distinctions: HashMap<Id, Vec<Distinction>>,
}

impl Beside {
    fn of(connection: &mut Connection, ids: &[Id]) -> Result<Self> {
        Ok(Self {
            activity_fields: filing::queries::fields_of(connection, ids)?,
            values: filing::queries::values_of(connection, ids)?,
            distinctions: filing::queries::grouped(distinctions::queries::of(connection, ids)?),
        })
    }

    fn entry(&mut self, row: AssociationRow) -> Entry {
        let activity_fields = self.activity_fields.remove(&row.id).unwrap_or_default();
        let values = self.values.remove(&row.id).unwrap_or_default();
        let distinctions = self.distinctions.remove(&row.id).unwrap_or_default();
        Entry { row, activity_fields, values, distinctions }
    }
}

/// An association as everybody may see it.
pub(super) fn public(
    connection: &mut Connection,
    entry: Entry,
    expand: &Expansions,
) -> Result<PublicAssociation> {
    let mut association = [PublicAssociation::from(entry)];
    expand_associations(connection, &mut association, expand)?;
    let [association] = association;
    Ok(association)
}

fn expand_associations(
    connection: &mut Connection,
    found: &mut [PublicAssociation],
    expand: &Expansions,
) -> Result<()> {
    if expand.has("city") {
        let codes = found.iter().filter_map(|association| association.city_code.clone()).collect();
        let cities = territory::cities::queries::by_code(connection, codes, &expand.below("city"))?;
        for association in found.iter_mut() {
            association.city = association.city_code.as_ref().and_then(|code| cities.get(code)).cloned();
        }
    }
    if expand.has("province") {
        let codes = found.iter().filter_map(|association| association.province_code.clone()).collect();
        let provinces = territory::provinces::queries::by_code(connection, codes, &expand.below("province"))?;
        for association in found.iter_mut() {
            association.province =
                association.province_code.as_ref().and_then(|code| provinces.get(code)).cloned();
        }
    }
    Ok(())
}

/// Adds an association to the register, seated at a [`seat`] that was found in this transaction.
pub(super) fn create(
    connection: &mut Connection,
    id: Id,
    (actor, author): (&Actor, &Author),
    (input, seat): (&AssociationInput, Seat),
) -> Result<PublicAssociation> {
    let row = AssociationRow::new(id, input, seat);
    let made = kept::insert(connection, actor, |connection| {
        let row: AssociationRow = stored(connection, diesel::insert_into(associations::table).values(&row))?;
        filing::queries::write(connection, row.id, input)?;
        internal::queries::write(connection, row.id, &KeptRecord::default(), input.internal.as_ref())?;
        facts::queries::note(connection, row.id, &[Fact::Entry], author)?;
        kept_of(connection, row)
    })?;
    public(connection, made.entry, &Expansions::default())
}

/// What a writer of an association may, beyond writing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// Whether the writer sees the internal record. Who does not leaves it alone by leaving it out.
    pub sees_internal: bool,
    /// Whether the writer keeps the register. Who does not leaves its facts as they are.
    pub keeps_register: bool,
    /// As whom the writer is noted beside the facts.
    pub author: Author,
}

/// Changes an association that is still at a version which the client has seen.
pub fn update(
    connection: &mut Connection,
    references: References,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
    change: &Change<AssociationInput>,
    writer: &Writer,
) -> Result<PublicAssociation> {
    let current = find(connection, id)?;
    let held = internal::queries::of(connection, current.row.id)?;
    let seen = InternalAssociation::new(current.clone().into(), held.clone());
    check_seen(if_match, &seen, writer.sees_internal)?;
    let before = current.input(held.record.clone());
    let input = changed(&before, change, writer)?;
    check_name(connection, references, &current, &input.name)?;
    let seat = seat(connection, &input)?;
    let next = current.row.next(&input, seat);
    let after = current.with(next.clone(), &input).input(input.internal.clone());
    if !writer.keeps_register {
        check_register_facts(&json!(before), &json!(after))?;
    }
    if after.internal.clone().unwrap_or_default() != seen.internal {
        if_match.check_internal(&seen)?;
    }
    let duplicates = merged_into(connection, current.row.id)?;
    let current = KeptAssociation { entry: current, internal: held.record.clone(), duplicates };
    let next = kept::change(connection, actor, &current, |connection| {
        let written = write_public(connection, &current.entry.row, &next, (&before, &after))?;
        internal::queries::write(connection, written.id, &held, input.internal.as_ref())?;
        facts::queries::note(connection, written.id, &Fact::changed(&before, &after), &writer.author)?;
        kept_of(connection, written)
    })?;
    public(connection, next.entry, &Expansions::default())
}

/// Refuses a change by a client that has not seen the current version, as far as it may see it at all.
pub(super) fn check_seen(if_match: &IfMatch, seen: &InternalAssociation, sees_internal: bool) -> Result<()> {
    if sees_internal && seen.internal_version() > 0 {
        if_match.check(seen)
    } else {
        if_match.check(&seen.public)
    }
}

/// Writes what everybody sees as a new version, if it says anything else than before. Otherwise nothing of it moves, but
/// the row is locked all the same: the internal record is written under it.
fn write_public(
    connection: &mut Connection,
    current: &AssociationRow,
    next: &AssociationRow,
    (before, after): (&AssociationInput, &AssociationInput),
) -> Result<AssociationRow> {
    if before.public_part() == after.public_part() {
        return hold(connection, current);
    }
    let written = write_over(connection, current, next)?;
    filing::queries::write(connection, written.id, after)?;
    Ok(written)
}

/// Locks the row of an association that is still at this version; nothing of it changes.
pub(super) fn hold(connection: &mut Connection, current: &AssociationRow) -> Result<AssociationRow> {
    let this_version = associations::table.find(current.id).filter(associations::version.eq(current.version));
    stored(connection, diesel::update(this_version).set(associations::version.eq(current.version)))
}

/// Writes the next version of the row of an association over the one before it.
pub(super) fn write_over(
    connection: &mut Connection,
    current: &AssociationRow,
    next: &AssociationRow,
) -> Result<AssociationRow> {
    let this_version = associations::table.find(current.id).filter(associations::version.eq(current.version));
    stored(connection, diesel::update(this_version).set(next))
}

/// What `change` makes of an association. A writer who does not see the internal record cannot name it: neither to
/// overwrite it unseen nor to guess what stands there.
fn changed(
    before: &AssociationInput,
    change: &Change<AssociationInput>,
    writer: &Writer,
) -> Result<AssociationInput> {
    if writer.sees_internal {
        return change.apply(before);
    }
    let input = change.apply(&AssociationInput { internal: None, ..before.clone() })?;
    match input.internal {
        None if !change.removes("internal") => {
            Ok(AssociationInput { internal: before.internal.clone(), ..input })
        }
        _ => Err(Error::new(Code::ForbiddenField)
            .with_violation(Violation::body("/internal", Reason::new(FieldRule::Unseen)))),
    }
}

/// The seat that `input` names, found in the territory; the province of a city follows from it.
pub(super) fn seat(connection: &mut Connection, input: &AssociationInput) -> Result<Seat> {
    let given = input.province_code.as_deref();
    let Some(city_code) = &input.city_code else {
        let province = given
            .map(|code| territory::provinces::queries::referenced(connection, code, "/province_code"))
            .transpose()?;
        return Ok(Seat { city_code: None, province_code: province.map(|province| province.code) });
    };
    let city = territory::cities::queries::referenced(connection, city_code, "/city_code")?;
    if given.is_some_and(|code| code != city.province_code) {
        let reason = Reason::new(FieldRule::Inapplicable).with("why", "city_code");
        return Err(Error::invalid_field("/province_code", reason));
    }
    Ok(Seat { city_code: Some(city.code), province_code: Some(city.province_code) })
}
