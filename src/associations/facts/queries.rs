//! All SQL of the facts' authors.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Author, Fact, FactRow};
use crate::database::schema::association_facts;
use crate::database::types::{Id, UtcTime, keyword};
use crate::database::{Connection, insert_all};
use crate::error::Result;

/// Notes that `author` has just written these facts, in the transaction that writes them.
pub fn note(connection: &mut Connection, association_id: Id, facts: &[Fact], author: &Author) -> Result<()> {
    let words: Vec<String> = facts.iter().map(keyword).collect();
    let before = association_facts::table
        .filter(association_facts::association_id.eq(association_id))
        .filter(association_facts::fact.eq_any(words));
    diesel::delete(before).execute(connection)?;
    let now = UtcTime::now();
    for fact in facts {
        let row = FactRow::new(association_id, *fact, author, now);
        diesel::insert_into(association_facts::table).values(&row).execute(connection)?;
    }
    Ok(())
}

/// Notes that `author` has just written these associations, all that is said of them with the entry.
pub fn note_entries(
    connection: &mut Connection,
    ids: impl IntoIterator<Item = Id>,
    author: &Author,
) -> Result<()> {
    let now = UtcTime::now();
    let rows: Vec<FactRow> = ids.into_iter().map(|id| FactRow::new(id, Fact::Entry, author, now)).collect();
    insert_all!(connection, association_facts::table, rows.iter().collect::<Vec<_>>());
    Ok(())
}

/// Who last changed each fact of an association. What has no row of its own was written with the entry.
pub fn of(connection: &mut Connection, association_id: Id) -> Result<HashMap<Fact, FactRow>> {
    let rows: Vec<FactRow> = association_facts::table
        .filter(association_facts::association_id.eq(association_id))
        .select(FactRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.fact.0, row)).collect())
}
