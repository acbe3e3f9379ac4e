//! All SQL of what associations are filed under.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::associations::input::AssociationInput;
use crate::associations::terms::AssociationValue;
use crate::database::schema::{activity_fields, association_activity_fields, association_values};
use crate::database::types::{Id, Keyword};
use crate::database::{Connection, insert_all};
use crate::error::{Error, FieldRule, Reason, Result, Violation};

/// Codes of the fields of activity of some associations, each in the order of the classification.
pub fn fields_of(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, Vec<String>>> {
    let rows: Vec<(Id, String)> = association_activity_fields::table
        .inner_join(
            activity_fields::table.on(activity_fields::code.eq(association_activity_fields::field_code)),
        )
        .filter(association_activity_fields::association_id.eq_any(ids))
        .order(activity_fields::position)
        .select((association_activity_fields::association_id, association_activity_fields::field_code))
        .load(connection)?;
    Ok(grouped(rows))
}

/// The values of some associations, each sorted.
pub fn values_of(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, Vec<AssociationValue>>> {
    let rows: Vec<(Id, Keyword<AssociationValue>)> = association_values::table
        .filter(association_values::association_id.eq_any(ids))
        .order(association_values::value)
        .select((association_values::association_id, association_values::value))
        .load(connection)?;
    Ok(grouped(rows.into_iter().map(|(id, value)| (id, value.0))))
}

/// What belongs to each association, in its order.
pub fn grouped<T>(rows: impl IntoIterator<Item = (Id, T)>) -> HashMap<Id, Vec<T>> {
    let mut groups: HashMap<Id, Vec<T>> = HashMap::new();
    for (id, value) in rows {
        groups.entry(id).or_default().push(value);
    }
    groups
}

/// Files an association as `input` says.
pub fn write(connection: &mut Connection, id: Id, input: &AssociationInput) -> Result<()> {
    write_activity_fields(connection, id, &input.activity_fields)?;
    write_values(connection, id, &input.values)
}

/// Files associations that were filed nowhere before.
pub fn write_all(connection: &mut Connection, inputs: &[(Id, &AssociationInput)]) -> Result<()> {
    let known = known_fields(connection)?;
    let mut fields = Vec::new();
    let mut values = Vec::new();
    for (id, input) in inputs {
        check_fields(&known, &input.activity_fields)?;
        fields.extend(
            without_repetitions(&input.activity_fields)
                .into_iter()
                .map(|code| FieldRow { association_id: *id, field_code: code }),
        );
        values.extend(
            without_repetitions(&input.values)
                .into_iter()
                .map(|value| ValueRow { association_id: *id, value: Keyword(*value) }),
        );
    }
    insert_all!(connection, association_activity_fields::table, fields.iter().collect::<Vec<_>>());
    insert_all!(connection, association_values::table, values.iter().collect::<Vec<_>>());
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = association_activity_fields)]
struct FieldRow<'a> {
    association_id: Id,
    field_code: &'a str,
}

#[derive(Insertable)]
#[diesel(table_name = association_values)]
struct ValueRow {
    association_id: Id,
    value: Keyword<AssociationValue>,
}

/// The codes of all fields of activity, in the order of the classification.
pub fn known_fields(connection: &mut Connection) -> Result<Vec<String>> {
    Ok(activity_fields::table
        .order(activity_fields::position)
        .select(activity_fields::code)
        .load(connection)?)
}

/// Files an association under these fields of activity and no others.
pub fn write_activity_fields(connection: &mut Connection, id: Id, codes: &[String]) -> Result<()> {
    check_fields(&known_fields(connection)?, codes)?;
    diesel::delete(
        association_activity_fields::table.filter(association_activity_fields::association_id.eq(id)),
    )
    .execute(connection)?;
    for code in without_repetitions(codes) {
        diesel::insert_into(association_activity_fields::table)
            .values(&FieldRow { association_id: id, field_code: code })
            .execute(connection)?;
    }
    Ok(())
}

fn check_fields(known: &[String], codes: &[String]) -> Result<()> {
    let unknown = codes.iter().enumerate().filter(|(_, code)| !known.contains(code));
    let violations: Vec<Violation> = unknown
        .map(|(place, code)| {
            let reason = Reason::new(FieldRule::Reference).with("expected", " (/v1/activity-fields)");
            Violation::body(format!("/activity_fields/{place}"), reason)
                .suggesting(code, known.iter().map(String::as_str))
        })
        .collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

fn write_values(connection: &mut Connection, id: Id, values: &[AssociationValue]) -> Result<()> {
    diesel::delete(association_values::table.filter(association_values::association_id.eq(id)))
        .execute(connection)?;
    for value in without_repetitions(values) {
        diesel::insert_into(association_values::table)
            .values(&ValueRow { association_id: id, value: Keyword(*value) })
            .execute(connection)?;
    }
    Ok(())
}

fn without_repetitions<T: Ord>(items: &[T]) -> BTreeSet<&T> {
    items.iter().collect()
}
