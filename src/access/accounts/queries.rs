//! All SQL of accounts. Every change leaves its trace in the audit trail, without secrets.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::json;
use strum::VariantArray as _;

use super::input::{AccountInput, NewAccount};
use super::model::{Account, AccountRow, IdentityRow, InternalAccount, KeptAccount, RoleRow};
use super::rules;
use super::secrets::{self, ClientSecret};
use super::terms::{AccountStatus, Identity};
use super::{administrators, affiliations, identities};
use crate::access::scopes::Role;
use crate::audit::{Actor, kept};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{account_identities, account_roles, accounts, associations, cities};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::database::{Connection, stored};
use crate::error::{Error, Result};
use crate::http::body::{Change, read_valid};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::search::matching::search_text;

/// The account `id`, disabled or not: two look-ups by key, for every request asks.
pub fn find(connection: &mut Connection, id: Id) -> Result<Option<Account>> {
    let row = accounts::table.find(id).select(AccountRow::as_select()).first(connection).optional()?;
    let Some(row) = row else { return Ok(None) };
    let roles = roles_of(connection, &[id])?.remove(&id).unwrap_or_default();
    Ok(Some(Account::new(row, roles)))
}

/// The account that is linked to a subject of an identity provider, disabled or not.
pub fn find_by_identity(connection: &mut Connection, issuer: &str, subject: &str) -> Result<Option<Account>> {
    let id: Option<Id> = account_identities::table
        .find((issuer, subject))
        .select(account_identities::account_id)
        .first(connection)
        .optional()?;
    match id {
        Some(id) => find(connection, id),
        None => Ok(None),
    }
}

/// All accounts, the oldest first.
pub fn all(connection: &mut Connection) -> Result<Vec<Account>> {
    let rows = accounts::table.select(AccountRow::as_select()).order(accounts::id).load(connection)?;
    with_roles(connection, rows)
}

/// Lets accounts be found that are older than the search: their names were not folded as those of queries are.
pub fn fold_names(connection: &mut Connection) -> Result<()> {
    let names: Vec<(Id, String, String)> =
        accounts::table.select((accounts::id, accounts::name, accounts::search_text)).load(connection)?;
    for (id, name, before) in names {
        let search_text = search_text([name.as_str()]);
        if search_text != before {
            diesel::update(accounts::table.find(id))
                .set(accounts::search_text.eq(search_text))
                .execute(connection)?;
        }
    }
    Ok(())
}

/// Tells the operator which accounts get no tokens because two of their roles do not go together: they are older than that
/// rule, and an administrator has to take one of the roles away.
pub fn warn_of_roles_apart(connection: &mut Connection) -> Result<()> {
    for account in all(connection)? {
        if let Some((role, other)) = rules::apart(&account.roles) {
            log::warn!("the account {} gets no tokens: {role} and {other} do not go together", account.id);
        }
    }
    Ok(())
}

/// The accounts that speak for an association, the oldest first.
pub fn representatives_of(connection: &mut Connection, association_id: Id) -> Result<Vec<InternalAccount>> {
    let mut speaking = all_of_association(connection, association_id)?;
    speaking.retain(|account| account.roles.contains(&Role::AssociationRepresentative));
    Ok(speaking)
}

/// All accounts that belong to an association, disabled ones and others than its representatives, too.
pub(super) fn all_of_association(
    connection: &mut Connection,
    association_id: Id,
) -> Result<Vec<InternalAccount>> {
    let rows = accounts::table
        .filter(accounts::association_id.eq(association_id))
        .select(AccountRow::as_select())
        .order(accounts::id)
        .load(connection)?;
    let affiliated = with_roles(connection, rows)?;
    complete(connection, affiliated)
}

/// A page of accounts.
pub(super) fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<InternalAccount>> {
    let plan = Plan::new(connection, &InternalAccount::LIST, request);
    let rows = accounts::table
        .select((AccountRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let Page { rows, next, prev, total, without_place, facets } = plan.finish(connection, rows)?;
    let accounts = with_roles(connection, rows)?;
    Ok(Page { rows: complete(connection, accounts)?, next, prev, total, without_place, facets })
}

/// One account.
pub(super) fn get(connection: &mut Connection, id: &str) -> Result<InternalAccount> {
    let unknown = || Error::not_found("account", id);
    let parsed: Id = id.parse().map_err(|_| unknown())?;
    get_by_id(connection, parsed)
}

pub(super) fn get_by_id(connection: &mut Connection, id: Id) -> Result<InternalAccount> {
    let account = find(connection, id)?.ok_or_else(|| Error::not_found("account", id))?;
    complete(connection, vec![account])?.pop().ok_or_else(|| Error::internal("an account is lost"))
}

/// Makes an account. It has no secret yet.
pub fn add(connection: &mut Connection, actor: &Actor, input: &AccountInput) -> Result<InternalAccount> {
    rules::check(input)?;
    let city_code = referenced_city(connection, input)?;
    check_association(connection, input)?;
    let row = AccountRow::new(input, city_code);
    let made = kept::insert(connection, actor, |connection| {
        diesel::insert_into(accounts::table).values(&row).execute(connection)?;
        write_roles(connection, row.id, &input.roles)?;
        identities::write(connection, row.id, &input.identities)?;
        kept_of(connection, row.id)
    })?;
    Ok(made.account)
}

/// Makes an account and its first secret. Its fields are checked as those of a body are.
pub fn create(
    connection: &mut Connection,
    actor: &Actor,
    new: &NewAccount,
) -> Result<(Account, ClientSecret)> {
    let input: AccountInput = read_valid(json!(new.input()))?;
    let id = add(connection, actor, &input)?.id;
    let secret = secrets::issue(connection, actor, id)?;
    Ok((require(connection, id)?, secret))
}

/// The first administrator, when there has never been one. Nothing ships with a default secret: this one is made at
/// the first start and shown once.
pub fn first_account(connection: &mut Connection) -> Result<Option<(Account, ClientSecret)>> {
    let admins = account_roles::table.filter(account_roles::role.eq(Keyword(Role::Admin)));
    let any: Option<Id> = admins.select(account_roles::account_id).first(connection).optional()?;
    match any {
        Some(_) => Ok(None),
        None => {
            let new = NewAccount::of_role(Role::Admin, "First administrator");
            create(connection, &Actor::service(), &new).map(Some)
        }
    }
}

/// Changes an account that is still at a version which the client has seen.
pub(super) fn update(
    connection: &mut Connection,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
    change: &Change<AccountInput>,
) -> Result<InternalAccount> {
    turns::take(connection, Turn::Accounts)?;
    let current = get(connection, id)?;
    if_match.check(&current)?;
    let input = change.apply(&current.input())?;
    rules::check(&input)?;
    rewrite(connection, actor, &current, &input)
}

/// Disables an account, which ends all its tokens at once, or enables it again; they stay dead. An account of that
/// status already stays as it is.
pub fn set_status(
    connection: &mut Connection,
    actor: &Actor,
    id: Id,
    status: AccountStatus,
) -> Result<Account> {
    turns::take(connection, Turn::Accounts)?;
    let current = get_by_id(connection, id)?;
    if current.status != status {
        rewrite(connection, actor, &current, &AccountInput { status, ..current.input() })?;
    }
    require(connection, id)
}

/// Disables an account.
pub fn disable(connection: &mut Connection, actor: &Actor, id: Id) -> Result<Account> {
    set_status(connection, actor, id, AccountStatus::Disabled)
}

/// Ends all tokens of an account.
pub(super) fn end_tokens(connection: &mut Connection, id: Id) -> Result<()> {
    let now = UtcTime::now();
    let before: UtcTime = accounts::table.find(id).select(accounts::updated_at).first(connection)?;
    diesel::update(accounts::table.find(id))
        .set((
            accounts::generation.eq(accounts::generation + 1),
            accounts::generation_at.eq(now),
            accounts::version.eq(accounts::version + 1),
            accounts::updated_at.eq(now.max(before)),
        ))
        .execute(connection)?;
    Ok(())
}

/// Writes `input` over the account `current`.
pub(super) fn rewrite(
    connection: &mut Connection,
    actor: &Actor,
    current: &InternalAccount,
    input: &AccountInput,
) -> Result<InternalAccount> {
    change(connection, actor, current.id, |connection| {
        administrators::keeping_one(connection, |connection| write_over(connection, current, input))
    })
}

/// Changes something of an account, or of what belongs to it, and returns the account as it is then.
pub(super) fn change(
    connection: &mut Connection,
    actor: &Actor,
    id: Id,
    write: impl FnOnce(&mut Connection) -> Result<()>,
) -> Result<InternalAccount> {
    let before = kept_of(connection, id)?;
    let after = kept::change(connection, actor, &before, |connection| {
        write(connection)?;
        kept_of(connection, id)
    })?;
    Ok(after.account)
}

fn kept_of(connection: &mut Connection, id: Id) -> Result<KeptAccount> {
    let account = get_by_id(connection, id)?;
    Ok(KeptAccount { account, secrets: secrets::all_of(connection, id)? })
}

/// As [`rewrite`], without a thought for administrators or the audit trail.
pub(super) fn write_over(
    connection: &mut Connection,
    current: &InternalAccount,
    input: &AccountInput,
) -> Result<()> {
    // An affiliation that stays may be one that is no longer in the register.
    let city_code = match &input.city_code {
        given if *given == current.city_code => current.city_code.clone(),
        _ => referenced_city(connection, input)?,
    };
    if input.association_id != current.association_id {
        check_association(connection, input)?;
    }
    let next = AccountRow::next(current, input, city_code);
    let this_version = accounts::table.find(current.id).filter(accounts::version.eq(current.version));
    stored::<AccountRow, _>(connection, diesel::update(this_version).set(&next))?;
    if next.ends_affiliation(current) || input.name != current.name {
        affiliations::queries::note_end(connection, current.id, current.affiliation(), UtcTime::now())?;
    }
    write_roles(connection, current.id, &input.roles)?;
    identities::write(connection, current.id, &input.identities)
}

pub(super) fn require(connection: &mut Connection, id: Id) -> Result<Account> {
    find(connection, id)?.ok_or_else(|| Error::not_found("account", id))
}

fn with_roles(connection: &mut Connection, rows: Vec<AccountRow>) -> Result<Vec<Account>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut roles = roles_of(connection, &ids)?;
    let account = |row: AccountRow| {
        let roles = roles.remove(&row.id).unwrap_or_default();
        Account::new(row, roles)
    };
    Ok(rows.into_iter().map(account).collect())
}

/// The roles of accounts, in the order in which they are listed everywhere.
fn roles_of(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, Vec<Role>>> {
    let rows: Vec<RoleRow> = account_roles::table
        .filter(account_roles::account_id.eq_any(ids.to_vec()))
        .select(RoleRow::as_select())
        .load(connection)?;
    let mut roles: HashMap<Id, Vec<Role>> = HashMap::new();
    for role in Role::VARIANTS {
        for row in rows.iter().filter(|row| row.role.0 == *role) {
            roles.entry(row.account_id).or_default().push(*role);
        }
    }
    Ok(roles)
}

/// Adds to accounts what stands in tables beside them.
fn complete(connection: &mut Connection, accounts: Vec<Account>) -> Result<Vec<InternalAccount>> {
    let ids: Vec<Id> = accounts.iter().map(|account| account.id).collect();
    let rows: Vec<IdentityRow> = account_identities::table
        .filter(account_identities::account_id.eq_any(ids.clone()))
        .order((account_identities::issuer, account_identities::subject))
        .select(IdentityRow::as_select())
        .load(connection)?;
    let mut identities: HashMap<Id, Vec<Identity>> = HashMap::new();
    for row in rows {
        identities.entry(row.account_id).or_default().push(row.into());
    }
    let last_uses = secrets::last_uses(connection, ids)?;
    let completed = accounts.into_iter().map(|account| {
        let id = account.id;
        InternalAccount::new(account, identities.remove(&id).unwrap_or_default(), last_uses.get(&id).copied())
    });
    Ok(completed.collect())
}

fn write_roles(connection: &mut Connection, id: Id, roles: &[Role]) -> Result<()> {
    let of_account = account_roles::table.filter(account_roles::account_id.eq(id));
    diesel::delete(of_account).execute(connection)?;
    for role in Role::VARIANTS.iter().filter(|role| roles.contains(role)) {
        let row = RoleRow { account_id: id, role: Keyword(*role) };
        diesel::insert_into(account_roles::table).values(row).execute(connection)?;
    }
    Ok(())
}

/// The code of the city that is named by code or slug.
fn referenced_city(connection: &mut Connection, input: &AccountInput) -> Result<Option<String>> {
    let Some(given) = &input.city_code else { return Ok(None) };
    turns::share(connection, Turn::Keeping)?;
    let code: Option<String> = cities::table
        .select(cities::code)
        .filter(cities::code.eq(given).or(cities::slug.eq(given)))
        .filter(cities::deleted_at.is_null())
        .first(connection)
        .optional()?;
    code.map(Some).ok_or_else(|| Error::bad_reference("/city_code", "/v1/cities"))
}

fn check_association(connection: &mut Connection, input: &AccountInput) -> Result<()> {
    let Some(id) = input.association_id else { return Ok(()) };
    turns::share(connection, Turn::Keeping)?;
    let found: Option<Id> = associations::table
        .select(associations::id)
        .filter(associations::id.eq(id))
        .filter(associations::deleted_at.is_null())
        .first(connection)
        .optional()?;
    found.map(drop).ok_or_else(|| Error::bad_reference("/association_id", "/v1/associations"))
}
