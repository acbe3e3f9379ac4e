//! The account behind a request, with what its token allows.

use super::accounts::Account;
use super::scopes::{Role, Scope};
use super::tokens::CHALLENGE;
use crate::audit::Actor;
use crate::database::types::Id;
use crate::error::{Code, Error};

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account_id: Id,
    /// The account's name.
    pub name: String,
    /// What the account is.
    pub role: Role,
    /// What the token may be used for: its scopes, as far as the account still has them.
    pub scopes: Vec<Scope>,
    /// The city that the account speaks for.
    pub city_code: Option<String>,
    /// The association that the account speaks for.
    pub association_id: Option<Id>,
}

impl Caller {
    /// The caller of `account` with a token that has `token_scopes`.
    pub(super) fn new(account: Account, token_scopes: Vec<Scope>) -> Self {
        let scopes = token_scopes.into_iter().filter(|scope| account.scopes.contains(scope)).collect();
        Self {
            account_id: account.id,
            name: account.name,
            role: account.role,
            scopes,
            city_code: account.city_code,
            association_id: account.association_id,
        }
    }

    /// Whether the token has `scope`.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether the account speaks for the city `code`.
    pub fn represents_city(&self, code: &str) -> bool {
        self.role == Role::CityRepresentative && self.city_code.as_deref() == Some(code)
    }

    /// Whether the account speaks for the association `id`.
    pub fn represents_association(&self, id: Id) -> bool {
        self.role == Role::AssociationRepresentative && self.association_id == Some(id)
    }

    /// Whether the internal records of associations may be shown.
    pub fn may_read_internal(&self) -> bool {
        self.has(Scope::AssociationsReadInternal)
            && matches!(self.role, Role::Admin | Role::MinistryOfficer | Role::Auditor | Role::Integration)
    }

    /// 403: the account's role does not allow this.
    pub fn forbidden(&self) -> Error {
        forbidden(self.role)
    }

    /// The caller as the audit trail names it.
    pub fn actor(&self, request_id: &str) -> Actor {
        Actor {
            account_id: Some(self.account_id),
            name: self.name.clone(),
            request_id: request_id.to_owned(),
        }
    }
}

/// 403 for `role`. RFC 6750 has no error code for it: the token is good and has the scope.
pub(super) fn forbidden(role: Role) -> Error {
    Error::new(Code::Forbidden).with("role", role).with_header("WWW-Authenticate", CHALLENGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(role: Role, scopes: &[Scope]) -> Caller {
        Caller {
            account_id: Id::new(),
            name: "Somebody".to_owned(),
            role,
            scopes: scopes.to_vec(),
            city_code: Some("02.411.01.23".to_owned()),
            association_id: Some(Id::new()),
        }
    }

    #[test]
    fn internal_records_need_the_scope_and_the_role() {
        let scope = [Scope::AssociationsReadInternal];
        assert!(caller(Role::Auditor, &scope).may_read_internal());
        assert!(!caller(Role::Auditor, &[]).may_read_internal());
        assert!(!caller(Role::AssociationRepresentative, &scope).may_read_internal());
    }

    #[test]
    fn only_a_representative_represents() {
        let representative = caller(Role::CityRepresentative, &[]);
        assert!(representative.represents_city("02.411.01.23"));
        assert!(!representative.represents_city("01.571.01.11"));
        assert!(!caller(Role::Juror, &[]).represents_city("02.411.01.23"));
    }
}
