//! All SQL of signing keys and the rules that span rows: one signs, one is next, the rest are retired. Every change
//! leaves its trace in the audit trail, without private parts.

use diesel::prelude::*;

use super::KnownKeys;
use super::encryption_key::EncryptionKey;
use super::model::{KeyStatus, SigningKeyRow};
use super::rules;
use super::signing_key::SigningKey;
use crate::audit::{Actor, kept};
use crate::database::schema::signing_keys;
use crate::database::types::{Keyword, UtcTime};
use crate::database::{Connection, deleted, migrations, stored};
use crate::error::{Error, Result};

/// All keys: the one that signs, the next one, then the retired ones, the newest first.
pub(super) fn list(connection: &mut Connection) -> Result<Vec<SigningKeyRow>> {
    let mut rows: Vec<SigningKeyRow> = signing_keys::table
        .select(SigningKeyRow::as_select())
        .order(signing_keys::created_at.desc())
        .load(connection)?;
    rows.sort_by_key(|row| row.status.0);
    Ok(rows)
}

/// Whether there is a key of this name still: the tokens of a revoked one end with it.
pub fn is_known(connection: &mut Connection, kid: &str) -> Result<bool> {
    Ok(status(connection, kid)?.is_some())
}

/// Whether this key is the one that signs.
pub(super) fn is_active(connection: &mut Connection, kid: &str) -> Result<bool> {
    Ok(status(connection, kid)? == Some(KeyStatus::Active))
}

fn status(connection: &mut Connection, kid: &str) -> Result<Option<KeyStatus>> {
    let key = signing_keys::table.find(kid).select(signing_keys::status);
    let status: Option<Keyword<KeyStatus>> = key.first(connection).optional()?;
    Ok(status.map(|status| status.0))
}

/// Makes the key that signs and the next one unless they are there: what the first start does.
pub(super) fn make_missing(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
) -> Result<()> {
    migrations::wait_for_others(connection)?;
    let kept = list(connection)?;
    for status in [KeyStatus::Active, KeyStatus::Next] {
        if !kept.iter().any(|row| row.status.0 == status) {
            add(connection, actor, encryption_key, status)?;
        }
    }
    Ok(())
}

/// Retires the key that signs, lets the next one sign and makes a new next one. Unless `at_once`, the next one must
/// have been published for long enough; else the error says until when to wait.
pub(super) fn rotate(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
    at_once: bool,
) -> Result<()> {
    let kept = lock(connection, actor, encryption_key)?;
    let now = UtcTime::now();
    let (active, next) = (the(KeyStatus::Active, &kept)?, the(KeyStatus::Next, &kept)?);
    let earliest = rules::may_sign_from(next.created_at);
    if now < earliest && !at_once {
        return Err(Error::configuration(format!(
            "the next key has been published for less than 15 minutes, and who keeps the keys in a cache may not \
             know it yet; rotate after {earliest}, or add --now"
        )));
    }
    change(
        connection,
        actor,
        active,
        SigningKeyRow { status: Keyword(KeyStatus::Retired), retired_at: Some(now), ..active.clone() },
    )?;
    activate(connection, actor, encryption_key, next)?;
    delete_dead(connection, actor, now)
}

/// Deletes a key that others may have, and its tokens with it. When it is the one that signs, the next one does from
/// now on.
pub(super) fn revoke(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
    kid: &str,
) -> Result<()> {
    let kept = lock(connection, actor, encryption_key)?;
    let revoked = kept.iter().find(|row| row.kid == kid);
    let revoked = revoked.ok_or_else(|| Error::configuration(format!("there is no signing key {kid}")))?;
    delete(connection, actor, revoked)?;
    match revoked.status.0 {
        KeyStatus::Active => activate(connection, actor, encryption_key, the(KeyStatus::Next, &kept)?),
        KeyStatus::Next => add(connection, actor, encryption_key, KeyStatus::Next),
        KeyStatus::Retired => Ok(()),
    }
}

/// Deletes all keys, which need not be readable, and makes new ones: all tokens end.
pub(crate) fn renew(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
) -> Result<()> {
    migrations::wait_for_others(connection)?;
    for row in list(connection)? {
        delete(connection, actor, &row)?;
    }
    make_missing(connection, actor, encryption_key)
}

/// Deletes the retired keys whose last token is dead at `now`.
pub fn delete_dead(connection: &mut Connection, actor: &Actor, now: UtcTime) -> Result<()> {
    let dead: Vec<SigningKeyRow> = signing_keys::table
        .select(SigningKeyRow::as_select())
        .filter(signing_keys::retired_at.lt(rules::dead_if_retired_before(now)))
        .load(connection)?;
    dead.iter().try_for_each(|row| delete(connection, actor, row))
}

/// The keys, which nobody else changes until the end of the transaction, and which this encryption key opens.
fn lock(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
) -> Result<Vec<SigningKeyRow>> {
    make_missing(connection, actor, encryption_key)?;
    let kept = list(connection)?;
    KnownKeys::open(encryption_key, &kept)?;
    Ok(kept)
}

fn the(status: KeyStatus, kept: &[SigningKeyRow]) -> Result<&SigningKeyRow> {
    let found = kept.iter().find(|row| row.status.0 == status);
    found.ok_or_else(|| Error::internal(format!("there is no {status} signing key")))
}

/// Lets the next key sign and makes the one that comes after it.
fn activate(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
    next: &SigningKeyRow,
) -> Result<()> {
    change(
        connection,
        actor,
        next,
        SigningKeyRow {
            status: Keyword(KeyStatus::Active),
            activated_at: Some(UtcTime::now()),
            ..next.clone()
        },
    )?;
    add(connection, actor, encryption_key, KeyStatus::Next)
}

fn add(
    connection: &mut Connection,
    actor: &Actor,
    encryption_key: &EncryptionKey,
    status: KeyStatus,
) -> Result<()> {
    let (_, row) = SigningKey::generate(encryption_key, status, UtcTime::now())?;
    let insert = diesel::insert_into(signing_keys::table).values(&row);
    kept::insert(connection, actor, |connection| stored::<SigningKeyRow, _>(connection, insert)).map(drop)
}

fn change(
    connection: &mut Connection,
    actor: &Actor,
    before: &SigningKeyRow,
    after: SigningKeyRow,
) -> Result<()> {
    let update = diesel::update(signing_keys::table.find(&before.kid)).set((
        signing_keys::status.eq(after.status),
        signing_keys::activated_at.eq(after.activated_at),
        signing_keys::retired_at.eq(after.retired_at),
    ));
    kept::transition(connection, actor, before, |connection| stored::<SigningKeyRow, _>(connection, update))
        .map(drop)
}

fn delete(connection: &mut Connection, actor: &Actor, row: &SigningKeyRow) -> Result<()> {
    let this = signing_keys::table.find(&row.kid);
    // Changes nothing, but locks the row. Another instance may have been faster with a dead key: then it has told the
    // trail, too.
    if diesel::update(this).set(signing_keys::status.eq(row.status)).execute(connection)? == 0 {
        return Ok(());
    }
    kept::delete(connection, actor, row, |connection| deleted(connection, diesel::delete(this)))
}
