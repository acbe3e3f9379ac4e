//! Associations that are added together, as they will be kept.

pub mod queries;

use super::input::AssociationInput;
use super::internal::InternalRecord;
use super::model::{AssociationRow, Entry, KeptAssociation, Seat};
use crate::database::types::Id;

/// An association that is not in the register yet, as it will be kept.
#[derive(Debug, Clone)]
pub struct NewAssociation {
    row: AssociationRow,
    input: AssociationInput,
}

impl NewAssociation {
    /// The association that `input` describes, whose seat was found in the territory.
    pub fn new(id: Id, input: AssociationInput, seat: Seat) -> Self {
        Self { row: AssociationRow::new(id, &input, seat), input }
    }

    /// Its identifier.
    pub fn id(&self) -> Id {
        self.row.id
    }

    /// Its row, as far as others are known to be the same by it.
    pub(in crate::associations) fn row(&self) -> &AssociationRow {
        &self.row
    }

    /// What it is written with.
    pub(in crate::associations) fn input(&self) -> &AssociationInput {
        &self.input
    }

    /// All that is kept of it, its fields of activity in this order.
    fn kept(&self, order: &[String]) -> KeptAssociation {
        let input = self.input.public_part();
        let fields = order.iter().filter(|code| input.activity_fields.contains(code)).cloned().collect();
        let entry = Entry {
            row: self.row.clone(),
            activity_fields: fields,
            values: input.values,
            distinctions: Vec::new(),
        };
        let internal = self.input.internal.clone().filter(|record| *record != InternalRecord::default());
        KeptAssociation { entry, internal, duplicates: Vec::new() }
    }
}
