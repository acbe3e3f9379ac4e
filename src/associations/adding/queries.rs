//! All SQL of adding associations together.

use diesel::prelude::*;

use super::NewAssociation;
use crate::associations::facts::{self, Author};
use crate::associations::input::AssociationInput;
use crate::associations::{filing, internal};
use crate::audit::{Actor, kept};
use crate::database::schema::associations;
use crate::database::types::Id;
use crate::database::{Connection, insert_all};
use crate::error::Result;

/// Adds associations to the register in few statements: all of them, or none. What a single creation looks for, the caller has
/// made sure of: that their seats are there, and that they are no twins.
pub fn create_all(
    connection: &mut Connection,
    actor: &Actor,
    author: &Author,
    made: &[&NewAssociation],
) -> Result<()> {
    insert_all!(connection, associations::table, made.iter().map(|made| &made.row).collect::<Vec<_>>());
    let inputs: Vec<(Id, &AssociationInput)> = made.iter().map(|made| (made.row.id, &made.input)).collect();
    filing::queries::write_all(connection, &inputs)?;
    internal::queries::write_all(connection, &inputs)?;
    facts::queries::note_entries(connection, made.iter().map(|made| made.row.id), author)?;
    let order = filing::queries::known_fields(connection)?;
    kept::inserted(connection, actor, made.iter().map(|made| made.kept(&order)))
}
