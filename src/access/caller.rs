//! The account behind a request, with what its token allows.

use super::accounts::{self, Account, Credential};
use super::policy::{Grant, Rule};
use super::scopes::{Role, Scope};
use super::tokens::CHALLENGE;
use crate::audit::Actor;
use crate::database::types::Id;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::origin::Origin;

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account_id: Id,
    /// The account's name.
    pub name: String,
    /// What the account is.
    pub roles: Vec<Role>,
    /// What the token may be used for: its scopes, as far as the account still has them.
    pub scopes: Vec<Scope>,
    /// The city that the account speaks for.
    pub city_code: Option<String>,
    /// The association that the account speaks for.
    pub association_id: Option<Id>,
    /// What the account has shown to get the token.
    pub credential: Credential,
}

impl Caller {
    /// The caller of `account` with a token that speaks of `token_roles` and `token_scopes`: a token never gives what
    /// the account does not have.
    pub(super) fn new(
        account: Account,
        token_roles: &[Role],
        token_scopes: &[Scope],
        credential: Credential,
    ) -> Self {
        let roles: Vec<Role> = account.roles.into_iter().filter(|role| token_roles.contains(role)).collect();
        let usable =
            |scope: &Scope| account.scopes.contains(scope) && roles.iter().any(|role| role.may_have(*scope));
        let scopes = token_scopes.iter().copied().filter(usable).collect();
        Self {
            account_id: account.id,
            name: account.name,
            roles,
            scopes,
            city_code: account.city_code,
            association_id: account.association_id,
            credential,
        }
    }

    /// The caller who shows this credential of `account` itself: all that the account may do.
    pub(super) fn itself(account: Account, credential: Credential) -> Self {
        let (roles, scopes) = (account.roles.clone(), account.scopes.clone());
        Self::new(account, &roles, &scopes, credential)
    }

    /// Refuses with 403 a caller with two roles that do not go together, as an account from before that rule may have:
    /// nobody uses either of them then.
    pub(super) fn check_roles(&self) -> Result<()> {
        check_roles(&self.roles)
    }

    /// Whether the token has `scope`.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether the account has one of the roles.
    pub fn is_any_of(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    /// Whether the account speaks for the city `code`.
    pub fn represents_city(&self, code: &str) -> bool {
        self.is_any_of(&[Role::CityRepresentative]) && self.city_code.as_deref() == Some(code)
    }

    /// Whether the account speaks for the association `id`.
    pub fn represents_association(&self, id: Id) -> bool {
        self.is_any_of(&[Role::AssociationRepresentative]) && self.association_id == Some(id)
    }

    /// Refuses with 403 unless one of the rules permits the caller at least the own records: before anybody looks at what is
    /// asked for.
    pub fn admit(&self, rules: &[Rule]) -> Result<()> {
        let grants = || rules.iter().flat_map(Rule::grants);
        let usable = |grant: &&Grant| grant.scope.is_none_or(|scope| self.has(scope));
        match grants().next().and_then(|grant| grant.scope) {
            Some(scope) if !grants().any(|grant| usable(&grant)) => Err(insufficient_scope(scope)),
            _ if rules.iter().any(|rule| rule.permits(self, true)) => Ok(()),
            _ => Err(self.forbidden()),
        }
    }

    /// Refuses with 403 unless `rule` permits the caller a record that is or is not the caller's own.
    pub fn require(&self, rule: Rule, owned: bool) -> Result<()> {
        if rule.permits(self, owned) { Ok(()) } else { Err(self.forbidden()) }
    }

    /// Refuses with 403, naming the fields at `pointers`, unless `rule` permits the caller to change them.
    pub fn require_fields(&self, rule: Rule, pointers: &[&str]) -> Result<()> {
        if rule.permits(self, false) {
            return Ok(());
        }
        let refused = |pointer: &&str| Violation::body(*pointer, Reason::new(FieldRule::ForOffices));
        Err(pointers.iter().map(refused).fold(Error::new(Code::ForbiddenField), Error::with_violation))
    }

    /// 403: the account's roles do not allow this. RFC 6750 has no error code for it: the token is good and has the
    /// scope.
    pub fn forbidden(&self) -> Error {
        let roles: Vec<String> = self.roles.iter().map(Role::to_string).collect();
        Error::new(Code::Forbidden).with("role", roles.join(", ")).with_header("WWW-Authenticate", CHALLENGE)
    }

    /// The caller as the audit trail names it.
    pub fn actor(&self, origin: &Origin) -> Actor {
        Actor {
            account_id: Some(self.account_id),
            name: self.name.clone(),
            request_id: origin.request_id.clone(),
            address: origin.address,
        }
    }
}

/// 403 that names the scope (RFC 6750, 3.1).
fn insufficient_scope(scope: Scope) -> Error {
    let challenge = format!("{CHALLENGE}, error=\"insufficient_scope\", scope=\"{scope}\"");
    Error::new(Code::InsufficientScope).with("scope", scope).with_header("WWW-Authenticate", challenge)
}

/// As [`Caller::check_roles`], of the roles of an account: a token from before it got the second one is none for it either.
pub(super) fn check_roles(roles: &[Role]) -> Result<()> {
    let Some((role, other)) = accounts::apart(roles) else { return Ok(()) };
    let error = Error::new(Code::RolesApart).with("role", role).with("other", other);
    Err(error.with_header("WWW-Authenticate", CHALLENGE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(role: Role) -> Caller {
        Caller {
            account_id: Id::new(),
            name: "Somebody".to_owned(),
            roles: vec![role],
            scopes: Vec::new(),
            city_code: Some("02.411.01.23".to_owned()),
            association_id: Some(Id::new()),
            credential: Credential::Key,
        }
    }

    #[test]
    fn two_offices_at_once_are_none() {
        let both = Caller { roles: vec![Role::Admin, Role::IcsoOfficer], ..caller(Role::Admin) };
        assert_eq!(both.check_roles().err().map(|error| error.code), Some(Code::RolesApart));
        assert!(caller(Role::Admin).check_roles().is_ok());
    }

    #[test]
    fn only_a_representative_represents() {
        let representative = caller(Role::CityRepresentative);
        assert!(representative.represents_city("02.411.01.23"));
        assert!(!representative.represents_city("01.571.01.11"));
        assert!(!caller(Role::Juror).represents_city("02.411.01.23"));
    }

    #[test]
    fn a_token_gives_nothing_that_the_account_does_not_have() {
        let account = Account::sample(Role::Juror);
        let caller = Caller::new(account, &[Role::Juror, Role::Admin], Scope::ALL, Credential::Key);
        assert_eq!(caller.roles, [Role::Juror]);
        assert_eq!(caller.scopes, [Scope::EvaluationsWrite]);
    }

    #[test]
    fn a_role_that_the_token_leaves_out_takes_its_scopes_along() {
        let caller = Caller::new(Account::sample(Role::Juror), &[], Scope::ALL, Credential::Key);
        assert_eq!((caller.roles.len(), caller.scopes.len()), (0, 0));
    }
}
