//! Who makes a secret, and whether a caller's credential may sign.

use diesel::prelude::*;

use super::model::{Credential, CredentialKind, KnownCredential, Maker, SigningCredential};
use super::rules;
use crate::access::Caller;
use crate::access::accounts::model::InternalAccount;
use crate::access::accounts::queries::get_by_id;
use crate::access::accounts::secrets::model::SecretRow;
use crate::access::policy::Rule;
use crate::access::tokens::CHALLENGE;
use crate::database::Connection;
use crate::database::schema::account_secrets;
use crate::database::types::{Id, UtcTime};
use crate::error::{Code, Error, Result};
use crate::language::sentences::Told;

/// How a secret comes into being.
#[derive(Clone, Copy)]
pub(in crate::access::accounts::secrets) struct Making {
    pub(in crate::access::accounts::secrets) by: Maker,
    pub(in crate::access::accounts::secrets) maker_id: Option<Id>,
    pub(in crate::access::accounts::secrets) with: Option<Credential>,
}

impl Making {
    /// By the operator, who has no account.
    pub(in crate::access::accounts::secrets) fn by_operator() -> Self {
        Self { by: Maker::Operator, maker_id: None, with: None }
    }

    /// By a caller, as a maker of this kind.
    pub(in crate::access::accounts::secrets) fn by_caller(caller: &Caller, by: Maker) -> Self {
        let with = (by == Maker::Account).then_some(caller.credential);
        Self { by, maker_id: Some(caller.account_id), with }
    }
}

/// As what `caller` makes or ends secrets of `account`, which `rule` permits. With a foreign credential an account makes its
/// first own secret and ends what was made for it; once it has one of its own, only that is taken for the account's word
/// (403 `foreign_credential`), so that whoever knows a foreign one acts as the account no more.
pub(in crate::access::accounts::secrets) fn maker_of(
    connection: &mut Connection,
    rule: Rule,
    caller: &Caller,
    account: &InternalAccount,
) -> Result<Maker> {
    if caller.account_id != account.id {
        return Ok(Maker::Administrator);
    }
    let (all, now) = (every(connection, account.id)?, UtcTime::now());
    let administers = rule.permits(caller, false);
    if own(&all, caller, now).is_none() && rules::has_own(&all, now) {
        return if administers { Ok(Maker::Administrator) } else { Err(foreign(caller)) };
    }
    if !administers {
        check_whole(caller, account)?;
    }
    Ok(Maker::Account)
}

/// A token for a part of what the account may do is not good for a credential that may do all of it.
fn check_whole(caller: &Caller, account: &InternalAccount) -> Result<()> {
    if let Some(scope) = account.scopes.iter().find(|scope| !caller.has(**scope)) {
        return Err(Error::new(Code::InsufficientScope).with("scope", scope));
    }
    if account.roles.iter().any(|role| !caller.is_any_of(&[*role])) {
        return Err(caller.forbidden());
    }
    Ok(())
}

/// The caller's credential, with where it comes from, when it may sign and decide at `now`.
///
/// # Errors
/// 403 `foreign_credential` when somebody else than the account has made it, or it has ended; 403 `several_credentials` when
/// another own one is good as well; 403 `credential_rests` when it has taken the place of an own one a short time ago; 403
/// `office_rests` when the account itself became what it is so.
pub fn signing_credential(
    connection: &mut Connection,
    caller: &Caller,
    now: UtcTime,
) -> Result<SigningCredential> {
    let all = every(connection, caller.account_id)?;
    let secret = own(&all, caller, now).ok_or_else(|| foreign(caller))?;
    if let Some(until) = rules::rests_until(&all, secret).filter(|until| now < *until) {
        let error = Error::new(Code::CredentialRests).telling("until", Told::Instant(until));
        return Err(error.with_header("WWW-Authenticate", CHALLENGE));
    }
    let account = get_by_id(connection, caller.account_id)?;
    if let Some(until) = account.roles_changed_at.map(rules::settles_at).filter(|until| now < *until) {
        let error = Error::new(Code::OfficeRests).telling("until", Told::Instant(until));
        return Err(error.with_header("WWW-Authenticate", CHALLENGE));
    }
    if let Some(other) = rules::other_own(&all, secret, now) {
        let error =
            Error::new(Code::SeveralCredentials).with("id", other.id).with("account", caller.account_id);
        return Err(error.with_header("WWW-Authenticate", CHALLENGE));
    }
    Ok(SigningCredential {
        kind: CredentialKind::Secret,
        id: secret.id,
        made_by: secret.made_by.0,
        made_at: secret.created_at,
        age_seconds: now.unix_seconds() - secret.created_at.unix_seconds(),
        account_made_at: account.created_at,
        roles_changed_at: account.roles_changed_at,
        origins: origins(&all, secret, now),
        others: others(&all, secret, &account, now),
    })
}

/// The own secret that the caller has shown, if it is one and still good.
fn own<'a>(all: &'a [SecretRow], caller: &Caller, now: UtcTime) -> Option<&'a SecretRow> {
    let Credential::Secret(shown) = caller.credential else { return None };
    all.iter().find(|secret| secret.id == shown && rules::is_own(secret) && rules::is_live(secret, now))
}

/// Where a secret comes from, back to what somebody else has made.
fn origins(all: &[SecretRow], secret: &SecretRow, now: UtcTime) -> Vec<KnownCredential> {
    let lineage = rules::lineage(all, secret);
    let first = lineage.last().copied().unwrap_or(secret);
    let known = lineage.into_iter().map(|row| KnownCredential::secret(row, now));
    let root = first.made_with.map(|kind| kind.0).filter(|kind| *kind != CredentialKind::Secret);
    known.chain(root.map(KnownCredential::of_kind)).collect()
}

/// What else could be used for the account, and what of its own others have ended.
fn others(
    all: &[SecretRow],
    secret: &SecretRow,
    account: &InternalAccount,
    now: UtcTime,
) -> Vec<KnownCredential> {
    let lineage = rules::lineage(all, secret);
    let told = |row: &&SecretRow| row.id == secret.id || lineage.iter().any(|other| other.id == row.id);
    let taken = |row: &SecretRow| rules::is_own(row) && row.ended_by.is_some_and(|by| by.0 != Maker::Account);
    let secrets = all.iter().filter(|row| !told(row) && (rules::is_live(row, now) || taken(row)));
    let keys = account.public_keys.iter().map(|_| KnownCredential::of_kind(CredentialKind::Key));
    let identities = account.identities.iter().map(|_| KnownCredential::of_kind(CredentialKind::Identity));
    secrets.map(|row| KnownCredential::secret(row, now)).chain(keys).chain(identities).collect()
}

/// All secrets that an account has ever had, the oldest first.
fn every(connection: &mut Connection, account_id: Id) -> Result<Vec<SecretRow>> {
    Ok(account_secrets::table
        .filter(account_secrets::account_id.eq(account_id))
        .order(account_secrets::id)
        .select(SecretRow::as_select())
        .load(connection)?)
}

fn foreign(caller: &Caller) -> Error {
    let error = Error::new(Code::ForeignCredential).with("id", caller.account_id);
    error.with_header("WWW-Authenticate", CHALLENGE)
}
