//! All SQL of affiliations.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Affiliation, PastAffiliation};
use crate::database::Connection;
use crate::database::schema::{accounts, past_affiliations};
use crate::database::types::{Id, UtcTime};
use crate::error::Result;

/// Keeps an affiliation that ends `at` a time with a change of its account.
pub(in crate::access::accounts) fn note_end(
    connection: &mut Connection,
    account_id: Id,
    ended: Affiliation,
    at: UtcTime,
) -> Result<()> {
    let Affiliation { name, city_code, association_id, organisation, .. } = ended;
    let row = PastAffiliation {
        id: Id::new(),
        account_id,
        name,
        city_code,
        association_id,
        organisation,
        ended_at: at,
    };
    diesel::insert_into(past_affiliations::table).values(&row).execute(connection)?;
    Ok(())
}

/// Where each of these accounts belongs or has belonged since a time; the present affiliation comes last.
pub fn since(
    connection: &mut Connection,
    accounts: &[Id],
    since: UtcTime,
) -> Result<HashMap<Id, Vec<Affiliation>>> {
    let past: Vec<PastAffiliation> = past_affiliations::table
        .filter(past_affiliations::account_id.eq_any(accounts))
        .filter(past_affiliations::ended_at.ge(since))
        .order((past_affiliations::ended_at, past_affiliations::id))
        .select(PastAffiliation::as_select())
        .load(connection)?;
    type Row = (Id, String, Option<String>, Option<Id>, Option<String>);
    let present: Vec<Row> = accounts::table
        .filter(accounts::id.eq_any(accounts))
        .select((
            accounts::id,
            accounts::name,
            accounts::city_code,
            accounts::association_id,
            accounts::organisation,
        ))
        .load(connection)?;
    let mut found: HashMap<Id, Vec<Affiliation>> = HashMap::new();
    for row in past {
        found.entry(row.account_id).or_default().push(row.into());
    }
    for (id, name, city_code, association_id, organisation) in present {
        let present =
            Affiliation { account_id: Some(id), name: Some(name), city_code, association_id, organisation };
        found.entry(id).or_default().push(present);
    }
    Ok(found)
}

/// The organisations of all accounts that have one, or have had one since a time.
pub fn organisations_since(connection: &mut Connection, since: UtcTime) -> Result<Vec<(Id, String)>> {
    let mut found: Vec<(Id, String)> = accounts::table
        .filter(accounts::organisation.is_not_null())
        .select((accounts::id, accounts::organisation.assume_not_null()))
        .load(connection)?;
    let past: Vec<(Id, String)> = past_affiliations::table
        .filter(past_affiliations::organisation.is_not_null())
        .filter(past_affiliations::ended_at.ge(since))
        .select((past_affiliations::account_id, past_affiliations::organisation.assume_not_null()))
        .load(connection)?;
    found.extend(past);
    Ok(found)
}

/// Makes affiliations with one association that have ended those with another: all, or only these. Tells which.
pub(in crate::access::accounts) fn hand_over(
    connection: &mut Connection,
    from: Id,
    to: Id,
    only: Option<&[Id]>,
) -> Result<Vec<Id>> {
    let of_association: Vec<Id> = past_affiliations::table
        .filter(past_affiliations::association_id.eq(from))
        .order(past_affiliations::id)
        .select(past_affiliations::id)
        .load(connection)?;
    let moved: Vec<Id> =
        of_association.into_iter().filter(|id| only.is_none_or(|only| only.contains(id))).collect();
    diesel::update(past_affiliations::table.filter(past_affiliations::id.eq_any(&moved)))
        .set(past_affiliations::association_id.eq(to))
        .execute(connection)?;
    Ok(moved)
}

/// Where an account belonged before, the earliest first.
pub(in crate::access::accounts) fn past_of(
    connection: &mut Connection,
    account_id: Id,
) -> Result<Vec<PastAffiliation>> {
    Ok(past_affiliations::table
        .filter(past_affiliations::account_id.eq(account_id))
        .order((past_affiliations::ended_at, past_affiliations::id))
        .select(PastAffiliation::as_select())
        .load(connection)?)
}

/// Takes from the past affiliations of an account what says whose it was: names and organisations.
pub(in crate::access::accounts) fn forget_person(connection: &mut Connection, account_id: Id) -> Result<()> {
    diesel::update(past_affiliations::table.filter(past_affiliations::account_id.eq(account_id)))
        .set((past_affiliations::name.eq(None::<String>), past_affiliations::organisation.eq(None::<String>)))
        .execute(connection)?;
    Ok(())
}
