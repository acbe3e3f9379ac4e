//! All SQL of accounts that go over.

use crate::access::accounts::queries::{all_of_association, rewrite};
use crate::access::accounts::{AccountInput, affiliations};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::turns::{self, Turn};
use crate::database::types::Id;
use crate::error::Result;
use crate::keeping::{Holdings, Succession};

/// Accounts go over with a merge.
pub const HOLDINGS: Holdings =
    Holdings { listed: |moved| &mut moved.accounts, obstacles: |_, _| Ok(Vec::new()), hand_over };

/// So do affiliations that have ended.
pub const PAST_AFFILIATIONS: Holdings = Holdings {
    listed: |moved| &mut moved.past_affiliations,
    obstacles: |_, _| Ok(Vec::new()),
    hand_over: hand_over_past_affiliations,
};

/// Makes the accounts that belong to one association those of another, disabled ones too.
fn hand_over(
    connection: &mut Connection,
    actor: &Actor,
    succession: Succession,
    only: Option<&[Id]>,
) -> Result<Vec<Id>> {
    turns::take(connection, Turn::Accounts)?;
    let accounts = all_of_association(connection, succession.from)?;
    let accounts = accounts.into_iter().filter(|account| only.is_none_or(|only| only.contains(&account.id)));
    accounts
        .map(|account| {
            let input = AccountInput { association_id: Some(succession.to), ..account.input() };
            rewrite(connection, actor, &account, &input)?;
            Ok(account.id)
        })
        .collect()
}

fn hand_over_past_affiliations(
    connection: &mut Connection,
    _: &Actor,
    succession: Succession,
    only: Option<&[Id]>,
) -> Result<Vec<Id>> {
    affiliations::queries::hand_over(connection, succession.from, succession.to, only)
}
