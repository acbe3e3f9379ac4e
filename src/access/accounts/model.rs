//! An account as it is kept, as the service uses it, and as it is asked for.

use diesel::prelude::*;
use serde::Serialize;

use super::super::scopes::{Role, Scope};
use crate::database::schema::{account_secrets, accounts};
use crate::database::types::{Id, Json, Keyword, UtcTime};

/// One account as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
pub(super) struct AccountRow {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) role: Keyword<Role>,
    pub(super) scopes: Json<Vec<Scope>>,
    pub(super) city_code: Option<String>,
    pub(super) association_id: Option<Id>,
    pub(super) generation: i64,
    pub(super) disabled_at: Option<UtcTime>,
    pub(super) version: i64,
    pub(super) created_at: UtcTime,
    pub(super) updated_at: UtcTime,
}

/// One client secret as it is kept. No `Debug`: digests stay out of logs too.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_secrets)]
pub(super) struct SecretRow {
    pub(super) id: Id,
    pub(super) account_id: Id,
    pub(super) secret_hash: String,
    pub(super) created_at: UtcTime,
    pub(super) expires_at: Option<UtcTime>,
    pub(super) last_used_at: Option<UtcTime>,
}

/// An account: a person or a system that the service knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Identifier, which is the OAuth `client_id` as well.
    pub id: Id,
    /// Name, for people.
    pub name: String,
    /// What the account is.
    pub role: Role,
    /// What its tokens may be used for at most.
    pub scopes: Vec<Scope>,
    /// The city that it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city_code: Option<String>,
    /// The association that it speaks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_id: Option<Id>,
    /// Grows whenever all tokens of the account are to end at once.
    pub generation: i64,
    /// Since when it may not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<UtcTime>,
    /// Grows with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it changed last.
    pub updated_at: UtcTime,
}

impl From<AccountRow> for Account {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            role: row.role.0,
            scopes: row.scopes.0,
            city_code: row.city_code,
            association_id: row.association_id,
            generation: row.generation,
            disabled_at: row.disabled_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

#[cfg(test)]
impl Account {
    /// Some account of a role.
    pub(in crate::access) fn sample(role: Role) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            name: "Somebody".to_owned(),
            role,
            scopes: role.scopes().to_vec(),
            city_code: None,
            association_id: None,
            generation: 3,
            disabled_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// What is asked for a new account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Name, for people.
    pub name: String,
    /// What the account is.
    pub role: Role,
    /// Its scopes; none given means those of the role.
    pub scopes: Vec<Scope>,
    /// The city that it speaks for, by code or slug.
    pub city: Option<String>,
    /// The association that it speaks for.
    pub association_id: Option<Id>,
}

impl NewAccount {
    /// An account of `role` with the scopes of the role.
    pub fn of_role(role: Role, name: &str) -> Self {
        Self { name: name.to_owned(), role, scopes: Vec::new(), city: None, association_id: None }
    }

    /// The scopes that the account gets: those asked for in the order of the contract, or those of the role.
    pub(super) fn granted_scopes(&self) -> Vec<Scope> {
        if self.scopes.is_empty() {
            return self.role.scopes().to_vec();
        }
        Scope::ALL.iter().copied().filter(|scope| self.scopes.contains(scope)).collect()
    }

    /// What does not fit together, as a sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        const LONGEST_NAME: usize = 200;
        let role = self.role;
        let length = self.name.chars().count();
        if self.name.trim().is_empty() || length > LONGEST_NAME || self.name.chars().any(char::is_control) {
            return Err(format!("the name needs 1 to {LONGEST_NAME} letters and no control characters"));
        }
        if let Some(scope) = self.scopes.iter().find(|scope| !role.may_have(**scope)) {
            return Err(format!("an account of the role {role} cannot have the scope {scope}"));
        }
        if self.granted_scopes().is_empty() {
            return Err(format!("an account of the role {role} needs at least one scope"));
        }
        check_subject(role, Role::CityRepresentative, "city", self.city.is_some())?;
        check_subject(role, Role::AssociationRepresentative, "association", self.association_id.is_some())
    }
}

/// Exactly the `representative` names whom it speaks for.
fn check_subject(role: Role, representative: Role, subject: &str, named: bool) -> Result<(), String> {
    match (role == representative, named) {
        (true, false) => Err(format!("an account of the role {role} needs its {subject}")),
        (false, true) => Err(format!("an account of the role {role} speaks for no {subject}")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_alone_is_enough_for_most() {
        assert_eq!(NewAccount::of_role(Role::Admin, "Amina").check(), Ok(()));
        assert_eq!(NewAccount::of_role(Role::Juror, "Brahim").granted_scopes(), [Scope::EvaluationsWrite]);
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let integration = NewAccount::of_role(Role::Integration, "Portal");
        let juror = NewAccount::of_role(Role::Juror, "Brahim");
        let city = NewAccount::of_role(Role::CityRepresentative, "Oujda");
        for (account, word) in [
            (integration.clone(), "at least one scope"),
            (NewAccount { scopes: vec![Scope::AccountsManage], ..integration }, "accounts:manage"),
            (NewAccount { scopes: vec![Scope::CitiesWrite], ..juror.clone() }, "cities:write"),
            (NewAccount { city: Some("oujda".to_owned()), ..juror.clone() }, "no city"),
            (NewAccount { name: " ".to_owned(), ..juror }, "name"),
            (city.clone(), "needs its city"),
            (
                NewAccount { association_id: Some(Id::new()), city: Some("oujda".to_owned()), ..city },
                "no association",
            ),
        ] {
            let sentence = account.check().expect_err(word);
            assert!(sentence.contains(word), "{sentence}");
        }
    }

    #[test]
    fn scopes_are_kept_once_and_in_order() {
        let scopes = vec![Scope::ImportsWrite, Scope::CitiesWrite, Scope::ImportsWrite];
        let account = NewAccount { scopes, ..NewAccount::of_role(Role::Integration, "Portal") };
        assert_eq!(account.granted_scopes(), [Scope::CitiesWrite, Scope::ImportsWrite]);
    }
}
