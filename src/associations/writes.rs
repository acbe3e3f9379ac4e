//! The writes of associations by one caller: single requests and the items of a batch go through here.

use super::access::{represents, sees_internal};
use super::facts::Author;
use super::input::AssociationInput;
use super::keeping;
use super::matching;
use super::model::PublicAssociation;
use super::queries::{self, Writer};
use crate::access::Caller;
use crate::access::policy::{CreateAssociation, DeleteAssociation, ReplaceAssociation, UpdateAssociation};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::origin::Origin;
use crate::http::writes::{Operation, Writes};
use crate::keeping::References;

/// The writes of associations by one caller.
pub(super) struct AssociationWrites {
    caller: Caller,
    actor: Actor,
    references: References,
    duplicates_allowed: bool,
}

impl AssociationWrites {
    /// Those of `caller`, by a request that comes from `origin`.
    pub(super) fn new(caller: Caller, origin: &Origin, references: References) -> Self {
        Self { actor: caller.actor(origin), caller, references, duplicates_allowed: false }
    }

    /// With associations added of which a twin is nearly certainly there, if that is `allowed`.
    pub(super) fn allowing_duplicates(self, allowed: bool) -> Self {
        Self { duplicates_allowed: allowed, ..self }
    }
}

impl Writes for AssociationWrites {
    type Record = PublicAssociation;
    type Input = AssociationInput;

    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn admit(&self, operation: Operation) -> Result<()> {
        self.caller.admit(&[match operation {
            Operation::Create => CreateAssociation::RULE,
            Operation::Update => UpdateAssociation::RULE,
            Operation::Replace => ReplaceAssociation::RULE,
            Operation::Delete => DeleteAssociation::RULE,
        }])
    }

    fn create(&self, connection: &mut Connection, input: &AssociationInput) -> Result<PublicAssociation> {
        let seat = queries::seat(connection, input)?;
        if !self.duplicates_allowed {
            matching::queries::check_no_twin(connection, input, &seat)?;
        }
        let author = Author::of(&self.caller, None);
        queries::create(connection, Id::new(), (&self.actor, &author), (input, seat))
    }

    fn change(
        &self,
        connection: &mut Connection,
        id: &str,
        if_match: &IfMatch,
        change: &Change<AssociationInput>,
    ) -> Result<PublicAssociation> {
        let rule = change.either(UpdateAssociation::RULE, ReplaceAssociation::RULE);
        self.caller.require(rule, represents(&self.caller, id))?;
        let writer = Writer {
            sees_internal: sees_internal(&self.caller, id),
            keeps_register: rule.permits(&self.caller, false),
            author: Author::of(&self.caller, id.parse().ok()),
        };
        queries::update(connection, self.references, &self.actor, id, if_match, change, &writer)
    }

    fn delete(&self, connection: &mut Connection, id: &str, if_match: &IfMatch) -> Result<()> {
        let (who, seen) = ((&self.caller, &self.actor), (if_match, sees_internal(&self.caller, id)));
        keeping::queries::delete(connection, self.references, who, id, seen)
    }

    fn take_turns_to_delete(&self, connection: &mut Connection) -> Result<()> {
        keeping::queries::take_turns(connection)
    }
}
