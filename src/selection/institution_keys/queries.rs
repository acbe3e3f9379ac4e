//! All SQL of the institutions' keys: registering, confirming and revoking them, and what is signed with them.

use diesel::prelude::*;

use super::KeysRequired;
use super::access;
use super::input::{KeyInput, TransitionInput};
use super::model::{KeyRow, PublicKey, Transition};
use super::rules::{self, MOST_KEYS, Status};
use super::signature::{InstitutionSignature, Statement, named_key};
use crate::access::keys::detached_jws::SignatureFault;
use crate::access::{Caller, Role, accounts};
use crate::audit::{Actor, kept};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::institution_keys;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime};
use crate::database::{Connection, stored};
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::http::conditional::IfMatch;
use crate::http::list::Listed as _;
use crate::selection::designations::rules::{Institution, institution};

/// A page of keys.
pub fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<PublicKey>> {
    let plan = Plan::new(connection, &PublicKey::LIST, request);
    let rows = institution_keys::table
        .select((KeyRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicKey::from))
}

/// One key.
pub fn get(connection: &mut Connection, id: &str) -> Result<PublicKey> {
    find(connection, id).map(PublicKey::from)
}

fn find(connection: &mut Connection, id: &str) -> Result<KeyRow> {
    let unknown = || Error::not_found("institution_key", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    institution_keys::table
        .find(id)
        .select(KeyRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)
}

/// Registers a key of the caller's own, with a credential that would do to sign: nobody else makes a key for an officer.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    input: &KeyInput,
) -> Result<PublicKey> {
    turns::take(connection, Turn::Selection)?;
    let institution = institution(&caller.roles).ok_or_else(|| caller.forbidden())?;
    accounts::signing_credential(connection, caller, UtcTime::now())?;
    let jwk = input.jwk.key().ok_or_else(|| Error::internal("a valid key is a key"))?;
    check_number(connection, caller.account_id)?;
    let row = KeyRow::new(jwk, institution, caller.account_id);
    let insert = diesel::insert_into(institution_keys::table).values(&row);
    let row: KeyRow = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    Ok(row.into())
}

fn check_number(connection: &mut Connection, account_id: Id) -> Result<()> {
    let live: i64 = institution_keys::table
        .filter(institution_keys::account_id.eq(account_id))
        .filter(institution_keys::status.ne(Keyword(Status::Revoked)))
        .count()
        .get_result(connection)?;
    if live < MOST_KEYS { Ok(()) } else { Err(Error::new(Code::TooManyKeys).with("max", MOST_KEYS)) }
}

/// Takes a key from its state to another, when it is still at a version which the client has seen.
pub fn change(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<Transition> {
    turns::take(connection, Turn::Selection)?;
    let current = find(connection, id)?;
    access::check(caller, &current, input.to)?;
    // An administrator acts as one; an officer's word needs a credential of the officer's own.
    if !caller.is_any_of(&[Role::Admin]) {
        accounts::signing_credential(connection, caller, UtcTime::now())?;
    }
    if_match.check(&PublicKey::from(current.clone()))?;
    let to = rules::transition(current.status.0, input.to)?;
    if to == Status::Revoked && input.reason.is_none() {
        return Err(Error::invalid_field("/reason", Reason::new(FieldRule::Required)));
    }
    let next = current.moved(to, input.reason.clone(), UtcTime::now());
    let version_before =
        institution_keys::table.find(next.id).filter(institution_keys::version.eq(current.version));
    let update = diesel::update(version_before).set(&next);
    let next = kept::transition(connection, actor, &current, |connection| stored(connection, update))?;
    Ok(Transition::new(current.status.0, &next))
}

/// The signature that the caller gives with a key, when there is one and it holds. Without one nothing is signed for an
/// institution that has keys, or where the operator wants them: who has got hold of an officer's token alone cannot sign.
pub fn signature(
    connection: &mut Connection,
    caller: &Caller,
    required: KeysRequired,
    statement: &Statement,
    jws: Option<&str>,
) -> Result<Option<InstitutionSignature>> {
    let Some(jws) = jws else {
        let needed = required.0 || has_keys(connection, statement.institution)?;
        return if needed { Err(refused(FieldRule::InstitutionKeyNeeded)) } else { Ok(None) };
    };
    let kid = named_key(jws).ok_or_else(|| refused(FieldRule::DetachedJws))?;
    let key: Option<KeyRow> = institution_keys::table
        .filter(institution_keys::kid.eq(kid))
        .filter(institution_keys::account_id.eq(caller.account_id))
        .filter(institution_keys::institution.eq(Keyword(statement.institution)))
        .filter(institution_keys::status.eq(Keyword(Status::Confirmed)))
        .select(KeyRow::as_select())
        .first(connection)
        .optional()?;
    let key = key.ok_or_else(|| refused(FieldRule::UnconfirmedKey))?;
    InstitutionSignature::given(key.jwk.0, jws, statement).map(Some).map_err(|fault| {
        let form = matches!(fault, SignatureFault::Malformed | SignatureFault::WrongType);
        refused(if form { FieldRule::DetachedJws } else { FieldRule::OtherStatement }).caused_by(fault)
    })
}

fn refused(rule: FieldRule) -> Error {
    Error::invalid_field("/jws", Reason::new(rule))
}

/// Whether the institution has ever had a key with which it signs. Once it has, it signs with keys for ever: revoking
/// them all is no way around them.
fn has_keys(connection: &mut Connection, institution: Institution) -> Result<bool> {
    let confirmed = institution_keys::table
        .filter(institution_keys::institution.eq(Keyword(institution)))
        .filter(institution_keys::confirmed_at.is_not_null());
    let any: Option<Id> = confirmed.select(institution_keys::id).first(connection).optional()?;
    Ok(any.is_some())
}
