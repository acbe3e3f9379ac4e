//! All SQL of client secrets.

use std::collections::HashMap;

use diesel::prelude::*;

use super::client_secret::{self, ClientSecret};
use super::model::{NewSecret, PublicSecret, SecretInput, SecretRow};
use super::provenance::{Maker, Making, maker_of};
use crate::access::Caller;
use crate::access::accounts::administrators;
use crate::access::accounts::model::{Account, InternalAccount};
use crate::access::accounts::queries::{change, end_tokens, find, get, get_by_id, require};
use crate::access::accounts::terms::AccountStatus;
use crate::access::policy::{CreateAccountSecret, DeleteAccountSecret};
use crate::audit::Actor;
use crate::database::Connection;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::account_secrets;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::error::{Code, Error, Result};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;

/// Seconds within which the use of a secret is not noted again: a token request is no reason to write each time.
const USE_NOTED_EVERY: i64 = 60;

/// The most secrets of an account that are good at the same time.
const MOST_LIVE: i64 = 10;

/// The secrets of an account that were not ended.
const STANDING_OF: &str = "account_secrets.ended_at IS NULL AND account_secrets.account_id = ";

/// A page of an account's secrets.
pub(super) fn list(
    connection: &mut Connection,
    account_id: &str,
    request: &ListRequest,
) -> Result<Page<PublicSecret>> {
    let account = get(connection, account_id)?;
    let plan = Plan::new(connection, &PublicSecret::LIST, request)
        .within(Fragment::new(STANDING_OF).value(Value::Id(account.id)));
    let rows = account_secrets::table
        .select((SecretRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicSecret::from))
}

/// One secret of an account.
pub(super) fn get_secret(connection: &mut Connection, account_id: &str, id: &str) -> Result<PublicSecret> {
    let account = get(connection, account_id)?;
    find_secret(connection, account.id, id)
}

fn find_secret(connection: &mut Connection, account_id: Id, id: &str) -> Result<PublicSecret> {
    let unknown = || Error::not_found("account_secret", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    let row: Option<SecretRow> = account_secrets::table
        .find(id)
        .filter(account_secrets::account_id.eq(account_id))
        .filter(account_secrets::ended_at.is_null())
        .select(SecretRow::as_select())
        .first(connection)
        .optional()?;
    row.map(PublicSecret::from).ok_or_else(unknown)
}

/// Gives an account another secret, or lets it make one for itself.
pub(super) fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    account_id: &str,
    input: &SecretInput,
) -> Result<NewSecret> {
    turns::take(connection, Turn::Accounts)?;
    let account = get(connection, account_id)?;
    if account.status == AccountStatus::Disabled {
        return Err(Error::not_editable("accounts.status", AccountStatus::Disabled, [AccountStatus::Active]));
    }
    let maker = maker_of(connection, CreateAccountSecret::RULE, caller, &account)?;
    let secret = ClientSecret::generate()?;
    let row = SecretRow::new(account.id, &secret, input, Making::by_caller(caller, maker));
    change(connection, actor, account.id, |connection| insert(connection, &row))?;
    Ok(NewSecret::new(&secret, row))
}

/// Ends a secret, and the tokens of its account with it: whoever had the secret may have one.
pub(super) fn delete(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    (account_id, id): (&str, &str),
    if_match: &IfMatch,
) -> Result<()> {
    turns::take(connection, Turn::Accounts)?;
    let account = get(connection, account_id)?;
    let secret = find_secret(connection, account.id, id)?;
    if_match.check(&secret)?;
    let maker = maker_of(connection, DeleteAccountSecret::RULE, caller, &account)?;
    change(connection, actor, account.id, |connection| {
        administrators::keeping_one(connection, |connection| {
            end(connection, account.id, Some(secret.id), maker)?;
            end_tokens(connection, account.id)
        })
    })
    .map(drop)
}

/// Ends one secret of an account, or all of them. What stays tells when it was and who ended it.
fn end(connection: &mut Connection, account_id: Id, id: Option<Id>, by: Maker) -> Result<()> {
    let now = UtcTime::now();
    let mut these = diesel::update(account_secrets::table)
        .filter(account_secrets::account_id.eq(account_id))
        .filter(account_secrets::ended_at.is_null())
        .into_boxed();
    if let Some(id) = id {
        these = these.filter(account_secrets::id.eq(id));
    }
    these
        .set((
            account_secrets::secret_hash.eq(""),
            account_secrets::label.eq(None::<String>),
            account_secrets::expires_at.eq(Some(now)),
            account_secrets::last_used_at.eq(None::<UtcTime>),
            account_secrets::ended_at.eq(Some(now)),
            account_secrets::ended_by.eq(Some(Keyword(by))),
        ))
        .execute(connection)?;
    Ok(())
}

/// Gives an account a secret that does not end by itself, as the operator does.
pub(in crate::access::accounts) fn issue(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
) -> Result<ClientSecret> {
    let (secret, row) = by_operator(account_id)?;
    change(connection, actor, account_id, |connection| insert(connection, &row))?;
    Ok(secret)
}

fn by_operator(account_id: Id) -> Result<(ClientSecret, SecretRow)> {
    let secret = ClientSecret::generate()?;
    let row = SecretRow::new(account_id, &secret, &SecretInput::default(), Making::by_operator());
    Ok((secret, row))
}

fn insert(connection: &mut Connection, row: &SecretRow) -> Result<()> {
    let live: i64 = account_secrets::table
        .filter(account_secrets::account_id.eq(row.account_id))
        .filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(UtcTime::now())))
        .count()
        .get_result(connection)?;
    if live >= MOST_LIVE {
        return Err(Error::new(Code::TooManySecrets).with("max", MOST_LIVE));
    }
    diesel::insert_into(account_secrets::table).values(row).execute(connection)?;
    Ok(())
}

/// Adds a secret and lets the others expire after `keep_old_hours`. When they end at once, so do all tokens: whoever
/// rotates like this may have lost a secret.
pub fn rotate_secret(
    connection: &mut Connection,
    actor: &Actor,
    id: Id,
    keep_old_hours: u32,
) -> Result<(Account, ClientSecret)> {
    turns::take(connection, Turn::Accounts)?;
    let account: InternalAccount = get_by_id(connection, id)?;
    if account.status == AccountStatus::Disabled {
        return Err(Error::configuration(format!("the account {id} is disabled")));
    }
    let (secret, row) = by_operator(id)?;
    change(connection, actor, id, |connection| {
        expire_all(connection, id, UtcTime::now().plus_seconds(i64::from(keep_old_hours) * 3600))?;
        insert(connection, &row)?;
        if keep_old_hours == 0 {
            end_tokens(connection, id)?;
        }
        Ok(())
    })?;
    Ok((require(connection, id)?, secret))
}

/// Lets the secrets of an account end at `end`, unless they end earlier, and forgets those that have ended.
fn expire_all(connection: &mut Connection, account_id: Id, end: UtcTime) -> Result<()> {
    let of_account = account_secrets::table.filter(account_secrets::account_id.eq(account_id));
    diesel::update(
        of_account.filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(end))),
    )
    .set((
        account_secrets::expires_at.eq(Some(end)),
        account_secrets::ended_by.eq(Some(Keyword(Maker::Operator))),
    ))
    .execute(connection)?;
    let over = of_account
        .filter(account_secrets::expires_at.le(UtcTime::now()))
        .filter(account_secrets::ended_at.is_null());
    diesel::update(over)
        .set((
            account_secrets::secret_hash.eq(""),
            account_secrets::label.eq(None::<String>),
            account_secrets::ended_at.eq(account_secrets::expires_at),
        ))
        .execute(connection)?;
    Ok(())
}

/// Ends all secrets of an account, with all that its holder has written about them.
pub(in crate::access::accounts) fn forget_all(connection: &mut Connection, account_id: Id) -> Result<()> {
    end(connection, account_id, None, Maker::Administrator)
}

/// All secrets of an account that were not ended, the oldest first.
pub(in crate::access::accounts) fn all_of(
    connection: &mut Connection,
    account_id: Id,
) -> Result<Vec<PublicSecret>> {
    let rows: Vec<SecretRow> = account_secrets::table
        .filter(account_secrets::account_id.eq(account_id))
        .filter(account_secrets::ended_at.is_null())
        .order(account_secrets::id)
        .select(SecretRow::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(PublicSecret::from).collect())
}

/// When each account used one of its secrets last.
pub(in crate::access::accounts) fn last_uses(
    connection: &mut Connection,
    account_ids: Vec<Id>,
) -> Result<HashMap<Id, UtcTime>> {
    let uses: Vec<(Id, Option<UtcTime>)> = account_secrets::table
        .filter(account_secrets::account_id.eq_any(account_ids))
        .filter(account_secrets::last_used_at.is_not_null())
        .order(account_secrets::last_used_at)
        .select((account_secrets::account_id, account_secrets::last_used_at))
        .load(connection)?;
    // Of several the latest stays: it comes last.
    Ok(uses.into_iter().filter_map(|(id, used)| Some((id, used?))).collect())
}

/// An account that has shown its secret.
pub struct Authenticated {
    /// The account.
    pub account: Account,
    /// The secret.
    pub secret_id: Id,
    last_used_at: Option<UtcTime>,
}

impl Authenticated {
    /// The secret whose use is to be noted with [`note_use`], unless it was a moment ago.
    pub fn unnoted_secret(&self) -> Option<Id> {
        let since = UtcTime::now().plus_seconds(-USE_NOTED_EVERY);
        self.last_used_at.is_none_or(|used| used < since).then_some(self.secret_id)
    }
}

/// The account that `client_id` and `client_secret` belong to, if it may be used. Every secret of the account is
/// compared, each in constant time.
pub fn authenticate(
    connection: &mut Connection,
    client_id: &str,
    client_secret: &str,
) -> Result<Option<Authenticated>> {
    let digest = client_secret::digest(client_secret);
    let Ok(id) = client_id.parse::<Id>() else {
        return Ok(None);
    };
    let secrets: Vec<SecretRow> = account_secrets::table
        .select(SecretRow::as_select())
        .filter(account_secrets::account_id.eq(id))
        .filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(UtcTime::now())))
        .load(connection)?;
    let shown = secrets.into_iter().fold(None, |found, row| {
        if client_secret::same(&row.secret_hash, &digest) { Some(row) } else { found }
    });
    let Some(shown) = shown else { return Ok(None) };
    let account = find(connection, id)?.filter(|account| account.disabled_at.is_none());
    Ok(account.map(|account| Authenticated {
        account,
        secret_id: shown.id,
        last_used_at: shown.last_used_at,
    }))
}

/// Notes that a secret was used now.
pub fn note_use(connection: &mut Connection, secret_id: Id) -> Result<()> {
    diesel::update(account_secrets::table.find(secret_id))
        .set(account_secrets::last_used_at.eq(Some(UtcTime::now())))
        .execute(connection)?;
    Ok(())
}
