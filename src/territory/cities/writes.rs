//! The writes of cities by one caller: single requests and the items of a batch go through here.

use super::model::{CityInput, PublicCity};
use super::{keeping, queries};
use crate::access::Caller;
use crate::access::policy::{CreateCity, DeleteCity, ReplaceCity, UpdateCity};
use crate::audit::Actor;
use crate::database::Connection;
use crate::error::Result;
use crate::http::body::Change;
use crate::http::conditional::IfMatch;
use crate::http::origin::Origin;
use crate::http::writes::{Operation, Writes};
use crate::keeping::References;

/// The writes of cities by one caller.
pub(super) struct CityWrites {
    caller: Caller,
    actor: Actor,
    references: References,
}

impl CityWrites {
    /// Those of `caller`, by a request that comes from `origin`.
    pub(super) fn new(caller: Caller, origin: &Origin, references: References) -> Self {
        Self { actor: caller.actor(origin), caller, references }
    }
}

impl Writes for CityWrites {
    type Record = PublicCity;
    type Input = CityInput;

    fn actor(&self) -> &Actor {
        &self.actor
    }

    fn admit(&self, operation: Operation) -> Result<()> {
        self.caller.admit(&[match operation {
            Operation::Create => CreateCity::RULE,
            Operation::Update => UpdateCity::RULE,
            Operation::Replace => ReplaceCity::RULE,
            Operation::Delete => DeleteCity::RULE,
        }])
    }

    fn create(&self, connection: &mut Connection, input: &CityInput) -> Result<PublicCity> {
        queries::create(connection, &self.actor, input)
    }

    fn change(
        &self,
        connection: &mut Connection,
        code: &str,
        if_match: &IfMatch,
        change: &Change<CityInput>,
    ) -> Result<PublicCity> {
        let who = (&self.caller, &self.actor);
        queries::update(connection, self.references, who, code, if_match, change)
    }

    fn delete(&self, connection: &mut Connection, code: &str, if_match: &IfMatch) -> Result<()> {
        let who = (&self.caller, &self.actor);
        keeping::queries::delete(connection, self.references, who, code, if_match)
    }

    fn take_turns_to_delete(&self, connection: &mut Connection) -> Result<()> {
        keeping::queries::take_turns(connection)
    }
}
