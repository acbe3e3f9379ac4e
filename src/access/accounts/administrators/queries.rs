//! Finds the administrators who are able to sign in.

use diesel::prelude::*;

use crate::access::accounts::public_key::PublicKey;
use crate::access::scopes::{Role, Scope};
use crate::database::Connection;
use crate::database::schema::{account_identities, account_roles, account_secrets, accounts};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::error::{Code, Error, Result};

/// Runs a change of the account `id` and refuses it with 409 when it takes away the last able administrator. Two
/// changes at once must have [taken turns](crate::database::turns).
pub(in crate::access::accounts) fn keeping_one<T>(
    connection: &mut Connection,
    id: Id,
    change: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    // When there is none already, no change of another account makes that worse.
    let was_able = able(connection)?.contains(&id);
    let changed = change(connection)?;
    if was_able && able(connection)?.is_empty() {
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

/// The accounts that administer accounts and have a way to sign in: a secret that is still good, a public key or an
/// identity elsewhere.
fn able(connection: &mut Connection) -> Result<Vec<Id>> {
    let of_role = account_roles::table
        .filter(account_roles::role.eq(Keyword(Role::Admin)))
        .select(account_roles::account_id);
    let administrators: Vec<Administrator> = accounts::table
        .filter(accounts::id.eq_any(of_role))
        .filter(accounts::disabled_at.is_null())
        .select(Administrator::as_select())
        .load(connection)?;
    let mut able = Vec::new();
    for Administrator { id, scopes, public_keys } in administrators {
        if scopes.contains(&Scope::AccountsManage)
            && (!public_keys.is_empty() || has_secret(connection, id)? || has_identity(connection, id)?)
        {
            able.push(id);
        }
    }
    Ok(able)
}

fn has_secret(connection: &mut Connection, id: Id) -> Result<bool> {
    let live = account_secrets::table
        .filter(account_secrets::account_id.eq(id))
        .filter(account_secrets::expires_at.is_null().or(account_secrets::expires_at.gt(UtcTime::now())))
        .select(account_secrets::id);
    let secret: Option<Id> = live.first(connection).optional()?;
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
