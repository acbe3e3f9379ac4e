//! Retried `POST` requests (IETF draft "The Idempotency-Key HTTP Header Field"): the first answer is kept for 24
//! hours in the transaction of its write and repeated for the same caller, route and payload.

use std::collections::BTreeMap;

use diesel::Connection as _;
use diesel::prelude::*;

use crate::database::Connection;
use crate::database::schema::idempotency_keys;
use crate::database::types::{Id, Json, UtcTime};
use crate::error::{Code, Error, Result};

const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// What makes two requests the same.
#[derive(Debug, Clone)]
pub struct Retry {
    /// The account that calls.
    pub caller: String,
    /// Method and path.
    pub route: String,
    /// The `Idempotency-Key`.
    pub key: String,
    /// Digest of query and body.
    pub fingerprint: String,
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to it.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
    /// Whether it repeats an earlier answer.
    pub replayed: bool,
}

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = idempotency_keys)]
struct Row {
    caller: String,
    route: String,
    key: String,
    fingerprint: String,
    status: i64,
    headers: Json<BTreeMap<String, String>>,
    body: String,
    created_at: UtcTime,
}

/// Runs `first` unless the request was answered before; then that answer is repeated. The key, if there is one, is taken
/// before `first` runs, so that of two requests at once the database lets only one through.
pub fn once(
    connection: &mut Connection,
    retry: Option<&Retry>,
    first: impl FnOnce(&mut Connection) -> Result<Answer>,
) -> Result<Answer> {
    let Some(retry) = retry else { return first(connection) };
    forget_if_old(connection, retry)?;
    if !take_key(connection, retry)? {
        return repeat(connection, retry);
    }
    let answer = first(connection)?;
    diesel::update(idempotency_keys::table.find((&retry.caller, &retry.route, &retry.key)))
        .set((
            idempotency_keys::status.eq(i64::from(answer.status)),
            idempotency_keys::headers.eq(Json(answer.headers.clone())),
            idempotency_keys::body.eq(&answer.body),
        ))
        .execute(connection)?;
    Ok(answer)
}

/// Whether this account has sent a request with this key to this route before, whatever its payload was.
pub fn is_known(connection: &mut Connection, caller: &str, route: &str, key: &str) -> Result<bool> {
    let kept = idempotency_keys::table.find((caller, route, key));
    let kept = kept.filter(idempotency_keys::created_at.ge(oldest_kept()));
    Ok(diesel::select(diesel::dsl::exists(kept)).get_result(connection)?)
}

/// Forgets all answers that have been kept long enough.
pub fn forget_old(connection: &mut Connection) -> Result<()> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(oldest_kept()));
    diesel::delete(old).execute(connection)?;
    Ok(())
}

/// Forgets the answers that an account got and those that speak of it: they may say whose it is.
pub fn forget_account(connection: &mut Connection, id: Id) -> Result<()> {
    let id = id.to_string();
    let spoken_of = idempotency_keys::body.like(format!("%{id}%"));
    let answers = idempotency_keys::table.filter(idempotency_keys::caller.eq(id).or(spoken_of));
    diesel::delete(answers).execute(connection)?;
    Ok(())
}

fn forget_if_old(connection: &mut Connection, retry: &Retry) -> Result<()> {
    let this = idempotency_keys::table.find((&retry.caller, &retry.route, &retry.key));
    diesel::delete(this.filter(idempotency_keys::created_at.lt(oldest_kept()))).execute(connection)?;
    Ok(())
}

fn oldest_kept() -> UtcTime {
    UtcTime::now().plus_seconds(-KEPT_SECONDS)
}

/// Takes the key; false when it is taken already. Waits for another request that is just taking it.
fn take_key(connection: &mut Connection, retry: &Retry) -> Result<bool> {
    let row = Row {
        caller: retry.caller.clone(),
        route: retry.route.clone(),
        key: retry.key.clone(),
        fingerprint: retry.fingerprint.clone(),
        status: 0,
        headers: Json(BTreeMap::new()),
        body: String::new(),
        created_at: UtcTime::now(),
    };
    // In a savepoint: on PostgreSQL the refusal would end the whole transaction.
    let inserted = connection.transaction::<_, Error, _>(|connection| {
        diesel::insert_into(idempotency_keys::table).values(&row).execute(connection)?;
        Ok(())
    });
    match inserted {
        Ok(()) => Ok(true),
        Err(error) if error.code == Code::AlreadyExists => Ok(false),
        Err(error) if error.cause.as_ref().is_some_and(|cause| cause.contains("lock timeout")) => {
            Err(Error::new(Code::IdempotencyInProgress).with_header("Retry-After", 1))
        }
        Err(error) => Err(error),
    }
}

fn repeat(connection: &mut Connection, retry: &Retry) -> Result<Answer> {
    let row: Row = idempotency_keys::table
        .find((&retry.caller, &retry.route, &retry.key))
        .select(Row::as_select())
        .first(connection)?;
    if row.fingerprint != retry.fingerprint {
        return Err(Error::new(Code::IdempotencyMismatch));
    }
    Ok(Answer {
        status: u16::try_from(row.status).unwrap_or(200),
        headers: row.headers.0,
        body: row.body,
        replayed: true,
    })
}
