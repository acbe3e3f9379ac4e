//! The writes of nominations by one caller: single requests and the items of a batch go through here.

use super::model::{NominationInput, PublicNomination};
use super::{keeping, queries};
use crate::access::Caller;
use crate::access::policy::{CreateNomination, DeleteNomination, ReplaceNomination, UpdateNomination};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::turns::{self, Turn};
use crate::error::Result;
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::origin::Origin;
use crate::http::writes::{Operation, Writes};

/// The writes of nominations by one caller.
pub(super) struct NominationWrites {
    caller: Caller,
    actor: Actor,
}

impl NominationWrites {
    /// Those of `caller`, by a request that comes from `origin`.
    pub(super) fn new(caller: Caller, origin: &Origin) -> Self {
        Self { actor: caller.actor(origin), caller }
    }
}

impl Writes for NominationWrites {
    type Record = PublicNomination;
    type Input = NominationInput;

    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn admit(&self, operation: Operation) -> Result<()> {
        self.caller.admit(&[match operation {
            Operation::Create => CreateNomination::RULE,
            Operation::Update => UpdateNomination::RULE,
            Operation::Replace => ReplaceNomination::RULE,
            Operation::Delete => DeleteNomination::RULE,
        }])
    }

    fn create(&self, connection: &mut Connection, input: &NominationInput) -> Result<PublicNomination> {
        queries::create(connection, &self.caller, &self.actor, input)
    }

    fn change(
        &self,
        connection: &mut Connection,
        id: &str,
        if_match: &IfMatch,
        change: &Change<NominationInput>,
    ) -> Result<PublicNomination> {
        let rule = change.either(UpdateNomination::RULE, ReplaceNomination::RULE);
        queries::update(connection, rule, &self.caller, &self.actor, id, if_match, change)
    }

    fn delete(&self, connection: &mut Connection, id: &str, if_match: &IfMatch) -> Result<()> {
        keeping::queries::delete(connection, &self.caller, &self.actor, id, if_match)
    }

    fn take_turns_to_delete(&self, connection: &mut Connection) -> Result<()> {
        turns::take(connection, Turn::Selection)
    }
}
