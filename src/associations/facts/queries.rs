//! All SQL of the facts' authors.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Author, Fact, FactRow};
use crate::database::Connection;
use crate::database::schema::association_facts;
use crate::database::types::{Id, UtcTime, keyword};
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

/// Who last changed each fact of an association. What has no row of its own was written with the entry.
pub fn of(connection: &mut Connection, association_id: Id) -> Result<HashMap<Fact, FactRow>> {
    let rows: Vec<FactRow> = association_facts::table
        .filter(association_facts::association_id.eq(association_id))
        .select(FactRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.fact.0, row)).collect())
}
