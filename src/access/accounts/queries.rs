//! All SQL of accounts. Every change leaves its trace in the audit trail, without secrets.

use diesel::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::model::{Account, AccountRow, NewAccount, SecretRow};
use super::secret::{self, ClientSecret};
use crate::access::Role;
use crate::audit::{self, Action, Actor};
use crate::database::Connection;
use crate::database::schema::{account_secrets, accounts, associations, cities};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::error::{Error, Result};

/// Seconds within which the use of a secret is not noted again: a token request is no reason to write each time.
const USE_NOTED_EVERY: i64 = 60;

/// The account `id`, disabled or not.
pub fn find(connection: &mut Connection, id: Id) -> Result<Option<Account>> {
    let row = accounts::table.find(id).select(AccountRow::as_select()).first(connection).optional()?;
    Ok(row.map(Account::from))
}

/// All accounts, the oldest first.
pub fn list(connection: &mut Connection) -> Result<Vec<Account>> {
    let rows = accounts::table.select(AccountRow::as_select()).order(accounts::id).load(connection)?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// Makes an account and its first secret. Its faults are sentences for the operator.
pub fn create(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewAccount,
) -> Result<(Account, ClientSecret)> {
    new.check().map_err(Error::configuration)?;
    let city_code = new.city.as_deref().map(|city| city_code(connection, city)).transpose()?;
    if let Some(id) = new.association_id {
        check_association(connection, id)?;
    }
    let now = UtcTime::now();
    let row = AccountRow {
        id: Id::new(),
        name: new.name.clone(),
        role: Keyword(new.role),
        scopes: Json(new.granted_scopes()),
        city_code,
        association_id: new.association_id,
        generation: 1,
        disabled_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(accounts::table).values(&row).execute(connection)?;
    let account = Account::from(row);
    let secret = add_secret(connection, account.id)?;
    note(connection, actor, Action::Create, None, &account, json!({}))?;
    Ok((account, secret))
}

/// The first administrator, when there has never been one. Nothing ships with a default secret: this one is made at
/// the first start and shown once.
pub fn first_account(connection: &mut Connection) -> Result<Option<(Account, ClientSecret)>> {
    let admins = accounts::table.filter(accounts::role.eq(Keyword(Role::Admin)));
    let any: Option<Id> = admins.select(accounts::id).first(connection).optional()?;
    match any {
        Some(_) => Ok(None),
        None => {
            let new = NewAccount::of_role(Role::Admin, "First administrator");
            create(connection, &Actor::operator(), &new).map(Some)
        }
    }
}

/// Ends an account for good, and all its tokens at once. An account that has ended already stays as it is.
pub fn disable(connection: &mut Connection, actor: &Actor, id: Id) -> Result<Account> {
    let before = require(connection, id)?;
    if before.disabled_at.is_some() {
        return Ok(before);
    }
    let now = UtcTime::now();
    diesel::update(accounts::table.find(id))
        .set((
            accounts::disabled_at.eq(Some(now)),
            accounts::generation.eq(accounts::generation + 1),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .execute(connection)?;
    let after = require(connection, id)?;
    note(connection, actor, Action::Update, Some(&before), &after, json!({}))?;
    Ok(after)
}

/// Adds a secret and lets the others expire after `keep_old_hours`. When they end at once, so do all tokens: whoever
/// rotates like this may have lost a secret.
pub fn rotate_secret(
    connection: &mut Connection,
    actor: &Actor,
    id: Id,
    keep_old_hours: u32,
) -> Result<(Account, ClientSecret)> {
    let before = require(connection, id)?;
    if before.disabled_at.is_some() {
        return Err(Error::configuration(format!("the account {id} is disabled")));
    }
    let now = UtcTime::now();
    let old_end = now.plus_seconds(i64::from(keep_old_hours) * 3600);
    expire_secrets(connection, id, old_end)?;
    let secret = add_secret(connection, id)?;
    let ended_generations = i64::from(keep_old_hours == 0);
    diesel::update(accounts::table.find(id))
        .set((
            accounts::generation.eq(accounts::generation + ended_generations),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now),
        ))
        .execute(connection)?;
    let after = require(connection, id)?;
    note(
        connection,
        actor,
        Action::Update,
        Some(&before),
        &after,
        json!({ "old_secrets_expire_at": old_end }),
    )?;
    Ok((after, secret))
}

/// An account that has shown its secret.
pub struct Authenticated {
    /// The account.
    pub account: Account,
    secret_id: Id,
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
    let digest = secret::digest(client_secret);
    let Ok(id) = client_id.parse::<Id>() else {
        return Ok(None);
    };
    let secrets: Vec<SecretRow> = account_secrets::table
        .select(SecretRow::as_select())
        .filter(account_secrets::account_id.eq(id))
        .filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(UtcTime::now())))
        .load(connection)?;
    let shown = secrets
        .into_iter()
        .fold(None, |found, row| if secret::same(&row.secret_hash, &digest) { Some(row) } else { found });
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

fn require(connection: &mut Connection, id: Id) -> Result<Account> {
    find(connection, id)?.ok_or_else(|| Error::not_found("account", id))
}

fn add_secret(connection: &mut Connection, account_id: Id) -> Result<ClientSecret> {
    let secret = ClientSecret::generate()?;
    let row = SecretRow {
        id: Id::new(),
        account_id,
        secret_hash: secret.digest(),
        created_at: UtcTime::now(),
        expires_at: None,
        last_used_at: None,
    };
    diesel::insert_into(account_secrets::table).values(&row).execute(connection)?;
    Ok(secret)
}

/// Lets the secrets of an account end at `end`, unless they end earlier, and forgets those that have ended.
fn expire_secrets(connection: &mut Connection, account_id: Id, end: UtcTime) -> Result<()> {
    let of_account = account_secrets::table.filter(account_secrets::account_id.eq(account_id));
    diesel::update(
        of_account.filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(end))),
    )
    .set(account_secrets::expires_at.eq(Some(end)))
    .execute(connection)?;
    diesel::delete(of_account.filter(account_secrets::expires_at.le(UtcTime::now()))).execute(connection)?;
    Ok(())
}

/// The code of the city that has this code or slug.
fn city_code(connection: &mut Connection, code_or_slug: &str) -> Result<String> {
    let code: Option<String> = cities::table
        .select(cities::code)
        .filter(cities::code.eq(code_or_slug).or(cities::slug.eq(code_or_slug)))
        .filter(cities::deleted_at.is_null())
        .first(connection)
        .optional()?;
    code.ok_or_else(|| {
        Error::configuration(format!("there is no city with the code or slug {code_or_slug:?}"))
    })
}

fn check_association(connection: &mut Connection, id: Id) -> Result<()> {
    let found: Option<Id> = associations::table
        .select(associations::id)
        .filter(associations::id.eq(id))
        .filter(associations::deleted_at.is_null())
        .first(connection)
        .optional()?;
    match found {
        Some(_) => Ok(()),
        None => Err(Error::configuration(format!("there is no association with the identifier {id}"))),
    }
}

/// Writes a change into the audit trail, with what else is to be said about it.
fn note(
    connection: &mut Connection,
    actor: &Actor,
    action: Action,
    before: Option<&Account>,
    after: &Account,
    remarks: JsonValue,
) -> Result<()> {
    let before = before.map(serde_json::to_value).transpose().map_err(Error::internal)?;
    let id = after.id.to_string();
    let mut after = serde_json::to_value(after).map_err(Error::internal)?;
    json_patch::merge(&mut after, &remarks);
    audit::record(connection, actor, action, "account", &id, before, Some(after))
}
