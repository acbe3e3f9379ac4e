//! Authorisation: who may do what on which resource in which state. `table` says it, one line an operation. Handlers
//! take their permission from there (`Authorized<UpdateAssociation>`), the OpenAPI document and `docs/authorization.md`
//! are written from it, and a test goes through every operation, role and ownership and compares.
//!
//! A scope is what a token may be used for, a role what its account is; both are needed. `all` reaches every record,
//! `own` those of the caller, as the line says. What is not in the table is not allowed (OWASP API1, API3, API5:2023).

mod describing;
mod table;

pub use describing::{markdown, sentence};
pub use table::*;
use table::{FOR_CALLERS, FOR_CLIENTS, FOR_EVERYONE, FOR_VIEWS};

use super::caller::Caller;
use super::scopes::{Role, Scope};

/// How far a grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every record.
    All,
    /// The caller's own records, in the sense of the rule's [`Rule::own`].
    Own,
}

/// Who may use an operation: accounts of one of the roles, with a token that has the scope.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    /// The scope that the token needs; none when any token will do.
    pub scope: Option<Scope>,
    /// Which records.
    pub reach: Reach,
    /// The roles, one of which the account needs.
    pub roles: &'static [Role],
}

/// Who an operation is open to.
#[derive(Debug, Clone, Copy)]
pub enum Who {
    /// Everybody, without a token.
    Everyone,
    /// A client that shows its credentials, as OAuth 2.0 has it (RFC 6749, 2.3).
    Client,
    /// Callers with an access token.
    Callers(&'static [Grant]),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The operation, by its `operationId` in the OpenAPI document, and after a colon the state that it leads to, or the
    /// check that it decides; a [view](views) has a name of its own.
    pub operation: &'static str,
    /// Who may use it.
    pub who: Who,
    /// Which records are the caller's own; empty when no grant reaches only those.
    pub own: &'static str,
    /// The states in which the record has to be; empty when all will do.
    pub states: &'static [&'static str],
    /// The reads that show a view; empty for an operation.
    pub shown_by: &'static [&'static str],
}

impl Rule {
    /// The grants of the rule.
    pub fn grants(&self) -> &'static [Grant] {
        match self.who {
            Who::Callers(grants) => grants,
            Who::Everyone | Who::Client => &[],
        }
    }

    /// Whether `caller` may use the operation on a record that is or is not the caller's own.
    pub fn permits(&self, caller: &Caller, owned: bool) -> bool {
        matches!(self.who, Who::Everyone) || self.grants().iter().any(|grant| grant.is_for(caller, owned))
    }

    /// Whether `caller` uses the operation as one who evaluates: whatever a juror or a chair does or reads in a jury is its
    /// own word, and takes a credential of its own.
    pub fn takes_own_credential(&self, caller: &Caller) -> bool {
        let evaluates = |grant: &&Grant| grant.scope == Some(Scope::EvaluationsWrite);
        self.grants().iter().filter(evaluates).any(|grant| grant.is_for(caller, true))
    }

    /// Whether the operation is for records in this state.
    pub fn is_for_state(&self, state: &str) -> bool {
        self.states.is_empty() || self.states.contains(&state)
    }
}

impl Grant {
    fn is_for(&self, caller: &Caller, owned: bool) -> bool {
        self.scope.is_none_or(|scope| caller.has(scope))
            && caller.is_any_of(self.roles)
            && (self.reach == Reach::All || owned)
    }
}

/// Lines of the table as a type, so that a handler's signature can name them.
pub trait Permission: 'static {
    /// The lines; one is enough for a caller to be let in, and the handler asks for the one that it needs.
    const RULES: &'static [Rule];
}

/// The rules of all operations, those for callers first.
pub fn operations() -> impl Iterator<Item = Rule> {
    let open = |who: Who| {
        move |operation: &&'static str| Rule { operation, who, own: "", states: &[], shown_by: &[] }
    };
    FOR_CALLERS
        .iter()
        .copied()
        .chain(FOR_CLIENTS.iter().map(open(Who::Client)))
        .chain(FOR_EVERYONE.iter().map(open(Who::Everyone)))
}

/// The rules of what reads show to some of those who may use them.
pub fn views() -> impl Iterator<Item = Rule> {
    FOR_VIEWS.iter().copied()
}

/// The views that a read shows.
pub fn views_of(operation: &str) -> Vec<Rule> {
    views().filter(|view| view.shown_by.contains(&operation)).collect()
}

/// The rules of an operation: one, or one for each state that it leads to.
pub fn of(operation: &str) -> Vec<Rule> {
    operations().filter(|rule| rule.operation.split(':').next() == Some(operation)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn whoever_may_use_an_operation_can_have_its_scope() {
        for rule in operations().chain(views()) {
            for grant in rule.grants() {
                for role in grant.roles {
                    let can = grant.scope.is_none_or(|scope| role.may_have(scope));
                    assert!(can, "{} is for {role}, which can never have {:?}", rule.operation, grant.scope);
                }
            }
        }
    }

    #[test]
    fn a_view_is_shown_by_operations_that_there_are() {
        for view in views() {
            assert!(!view.shown_by.is_empty(), "{view:?}");
            assert!(view.shown_by.iter().all(|read| !of(read).is_empty()), "{view:?}");
        }
    }

    #[test]
    fn every_operation_has_one_line() {
        let names: Vec<_> = operations().map(|rule| rule.operation).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    }

    #[test]
    fn a_batch_is_for_those_who_may_use_an_operation_of_its_items() {
        for (batch, items) in [
            (
                CreateCityBatch::RULE,
                &[CreateCity::RULE, UpdateCity::RULE, ReplaceCity::RULE, DeleteCity::RULE],
            ),
            (
                CreateAssociationBatch::RULE,
                &[
                    CreateAssociation::RULE,
                    UpdateAssociation::RULE,
                    ReplaceAssociation::RULE,
                    DeleteAssociation::RULE,
                ],
            ),
            (
                CreateNominationBatch::RULE,
                &[
                    CreateNomination::RULE,
                    UpdateNomination::RULE,
                    ReplaceNomination::RULE,
                    DeleteNomination::RULE,
                ],
            ),
        ] {
            let lets_in = |rule: &Rule, role, scope| {
                rule.grants().iter().any(|grant| grant.roles.contains(&role) && grant.scope == scope)
            };
            for role in <Role as strum::VariantArray>::VARIANTS {
                for scope in Scope::ALL.iter().copied().map(Some).chain([None]) {
                    let any = items.iter().any(|item| lets_in(item, *role, scope));
                    assert_eq!(lets_in(&batch, *role, scope), any, "{}: {role}, {scope:?}", batch.operation);
                }
            }
        }
    }

    #[test]
    fn auditors_write_nothing() {
        let reads = |operation: &str| operation.starts_with("get_") || operation.starts_with("list_");
        for rule in operations().filter(|rule| !reads(rule.operation)) {
            assert!(!rule.grants().iter().any(|grant| grant.roles.contains(&Role::Auditor)), "{rule:?}");
        }
    }

    #[test]
    fn only_administrators_manage_accounts() {
        for rule in operations() {
            for grant in rule.grants().iter().filter(|grant| grant.scope == Some(Scope::AccountsManage)) {
                assert_eq!(grant.roles, [Role::Admin], "{}", rule.operation);
            }
        }
    }

    #[test]
    fn a_reach_of_its_own_says_what_is_own() {
        for rule in operations().chain(views()) {
            let partial = rule.grants().iter().any(|grant| grant.reach == Reach::Own);
            assert_eq!(partial, !rule.own.is_empty(), "{}", rule.operation);
        }
    }
}
