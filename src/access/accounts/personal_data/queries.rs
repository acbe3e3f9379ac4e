//! Collecting and erasing personal data.

use diesel::prelude::*;

use super::model::AccountPersonalData;
use crate::access::accounts::input::AccountInput;
use crate::access::accounts::queries::{change, get, write_over};
use crate::access::accounts::terms::AccountStatus;
use crate::access::accounts::{administrators, affiliations, secrets};
use crate::audit::{Actor, personal_data as audited};
use crate::database::Connection;
use crate::database::schema::{documents, nominations};
use crate::database::turns::{self, Turn};
use crate::error::Result;
use crate::http::conditional::IfMatch;
use crate::http::idempotency;

/// Stands in the place of an erased name.
const NAMELESS: &str = "—";

/// All that is held about the person behind an account.
pub(super) fn collect(connection: &mut Connection, id: &str) -> Result<AccountPersonalData> {
    let account = get(connection, id)?;
    let nominations = nominations::table
        .filter(nominations::nominator_id.eq(account.id))
        .order(nominations::id)
        .select(nominations::id)
        .load(connection)?;
    let documents = documents::table
        .filter(documents::account_id.eq(account.id))
        .order(documents::id)
        .select(documents::id)
        .load(connection)?;
    Ok(AccountPersonalData {
        past_affiliations: affiliations::queries::past_of(connection, account.id)?,
        secrets: secrets::all_of(connection, account.id)?,
        audit: audited::of_account(connection, account.id)?,
        nominations,
        documents,
        account,
    })
}

/// Disables an account and takes from it, from the audit trail and from answers kept for retries what says whose it was.
pub(super) fn erase(connection: &mut Connection, actor: &Actor, id: &str, if_match: &IfMatch) -> Result<()> {
    turns::take(connection, Turn::Accounts)?;
    let current = get(connection, id)?;
    if_match.check(&current)?;
    let nameless = AccountInput {
        name: NAMELESS.to_owned(),
        organisation: None,
        public_keys: Vec::new(),
        identities: Vec::new(),
        status: AccountStatus::Disabled,
        ..current.input()
    };
    change(connection, actor, current.id, |connection| {
        administrators::keeping_one(connection, |connection| {
            write_over(connection, &current, &nameless)?;
            affiliations::queries::forget_person(connection, current.id)?;
            secrets::forget_all(connection, current.id)
        })
    })?;
    idempotency::forget_account(connection, current.id)?;
    audited::erase_of_account(connection, actor, current.id)?;
    Ok(())
}
