//! Finds the administrators who are able to sign in.

use diesel::prelude::*;

use crate::access::accounts::public_key::PublicKey;
use crate::access::scopes::{Role, Scope};
use crate::database::Connection;
use crate::database::schema::{account_identities, account_roles, account_secrets, accounts};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::error::{Code, Error, Result};

/// Seconds for which a secret must still be good to count as lasting: time enough to notice and to make another.
const LASTING: i64 = 30 * 24 * 60 * 60;

/// How surely some administrator can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SignIn {
    /// Nobody can.
    Never,
    /// By a secret that ends soon, or by an identity elsewhere, which this service cannot vouch for.
    ForNow,
    /// By a public key, or a secret that lasts.
    Lasting,
}

/// Runs a change of an account and refuses it with 409 when administrators can sign in less surely after it. Two
/// changes at once must have [taken turns](crate::database::turns).
pub(in crate::access::accounts) fn keeping_one<T>(
    connection: &mut Connection,
    change: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    let before = surest_sign_in(connection)?;
    let changed = change(connection)?;
    if surest_sign_in(connection)? < before {
        return Err(Error::new(Code::LastAdmin));
    }
    Ok(changed)
}

/// An account that has the role of an administrator.
#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
struct Administrator {
    id: Id,
    scopes: Json<Vec<Scope>>,
    public_keys: Json<Vec<PublicKey>>,
}

/// The best that any administrator of accounts has.
fn surest_sign_in(connection: &mut Connection) -> Result<SignIn> {
    let of_role = account_roles::table
        .filter(account_roles::role.eq(Keyword(Role::Admin)))
        .select(account_roles::account_id);
    let administrators: Vec<Administrator> = accounts::table
        .filter(accounts::id.eq_any(of_role))
        .filter(accounts::disabled_at.is_null())
        .select(Administrator::as_select())
        .load(connection)?;
    let mut surest = SignIn::Never;
    for administrator in administrators.iter().filter(|one| one.scopes.contains(&Scope::AccountsManage)) {
        surest = surest.max(sign_in(connection, administrator)?);
    }
    Ok(surest)
}

fn sign_in(connection: &mut Connection, administrator: &Administrator) -> Result<SignIn> {
    let (id, now) = (administrator.id, UtcTime::now());
    Ok(if !administrator.public_keys.is_empty() || has_secret(connection, id, now.plus_seconds(LASTING))? {
        SignIn::Lasting
    } else if has_secret(connection, id, now)? || has_identity(connection, id)? {
        SignIn::ForNow
    } else {
        SignIn::Never
    })
}

/// Whether the account has a secret that is still good at `then`.
fn has_secret(connection: &mut Connection, id: Id, then: UtcTime) -> Result<bool> {
    let good = account_secrets::table
        .filter(account_secrets::account_id.eq(id))
        .filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(then)))
        .select(account_secrets::id);
    let secret: Option<Id> = good.first(connection).optional()?;
    Ok(secret.is_some())
}

fn has_identity(connection: &mut Connection, id: Id) -> Result<bool> {
    let identity: Option<Id> = account_identities::table
        .filter(account_identities::account_id.eq(id))
        .select(account_identities::account_id)
        .first(connection)
        .optional()?;
    Ok(identity.is_some())
}
