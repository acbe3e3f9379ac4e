//! What goes over from one association to another when the two are merged, and back when that is undone. Each room tells it
//! of its own records; `app` gathers the rooms, so that one below need not know those above it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::audit::Actor;
use crate::database::Connection;
use crate::database::types::Id;
use crate::error::{Result, Violation};

/// From which association to which other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Succession {
    /// Whose records go over.
    pub from: Id,
    /// Whose they become.
    pub to: Id,
}

impl Succession {
    /// The way back.
    #[must_use]
    pub fn back(self) -> Self {
        Self { from: self.to, to: self.from }
    }
}

/// Identifiers of the records that have gone over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MovedRecords)]
pub struct Moved {
    /// Nominations.
    pub nominations: Vec<Id>,
    /// Honours.
    pub honours: Vec<Id>,
    /// Accounts that speak for it.
    pub accounts: Vec<Id>,
    /// Affiliations of accounts that have ended.
    pub past_affiliations: Vec<Id>,
}

/// Makes records of one association those of another.
pub type HandOver = fn(&mut Connection, &Actor, Succession, Option<&[Id]>) -> Result<Vec<Id>>;

/// The records of one room.
#[derive(Debug, Clone, Copy)]
pub struct Holdings {
    /// Where they are listed of those that have moved.
    pub listed: fn(&mut Moved) -> &mut Vec<Id>,
    /// What keeps them from going over, in both directions.
    pub obstacles: fn(&mut Connection, Succession) -> Result<Vec<Violation>>,
    /// Hands them over: all, or only these. Tells those that have moved.
    pub hand_over: HandOver,
}

/// The records of all rooms.
#[derive(Debug, Clone, Copy)]
pub struct Estate(pub &'static [Holdings]);

impl Estate {
    /// What keeps the records from going over.
    pub fn obstacles(self, connection: &mut Connection, succession: Succession) -> Result<Vec<Violation>> {
        let mut found = Vec::new();
        for holdings in self.0 {
            found.extend((holdings.obstacles)(connection, succession)?);
        }
        Ok(found)
    }

    /// Hands everything over.
    pub fn hand_over(
        self,
        connection: &mut Connection,
        actor: &Actor,
        succession: Succession,
    ) -> Result<Moved> {
        let mut moved = Moved::default();
        for holdings in self.0 {
            *(holdings.listed)(&mut moved) = (holdings.hand_over)(connection, actor, succession, None)?;
        }
        Ok(moved)
    }

    /// Hands back what has gone over. Tells what is no longer there to be handed back.
    pub fn hand_back(
        self,
        connection: &mut Connection,
        actor: &Actor,
        succession: Succession,
        moved: &Moved,
    ) -> Result<Moved> {
        let (mut asked, mut missing) = (moved.clone(), Moved::default());
        for holdings in self.0 {
            let asked = std::mem::take((holdings.listed)(&mut asked));
            let back = (holdings.hand_over)(connection, actor, succession.back(), Some(&asked))?;
            *(holdings.listed)(&mut missing) = asked.into_iter().filter(|id| !back.contains(id)).collect();
        }
        Ok(missing)
    }
}
