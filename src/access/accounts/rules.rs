//! Which roles, kinds, scopes and affiliations go together in one account: the separation of duties.
//!
//! Whoever audits does nothing else: the auditor reads every score at any time. Another system has its scopes and no other
//! role. Whoever speaks for a candidate neither runs the process nor judges. The ministry and ICSO both sign a
//! designation, so no account is of both. Officers decide on the jury's result, and administrators give out the credentials
//! of all others, so neither are of the jury, nor each other. The chair leads the jury and breaks its ties, and scores
//! nothing.

use std::collections::HashSet;
use std::hash::Hash;

use super::input::AccountInput;
use super::terms::AccountKind;
use crate::access::scopes::{Role, Scope};
use crate::error::{Error, FieldRule, Reason, Result, Violation};

const ALONE: [Role; 2] = [Role::Auditor, Role::Integration];

const APART: [(&[Role], &[Role]); 5] = [
    (
        &[Role::CityRepresentative, Role::AssociationRepresentative],
        &[Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::Juror, Role::JuryChair],
    ),
    (&[Role::MinistryOfficer], &[Role::IcsoOfficer]),
    (&[Role::MinistryOfficer, Role::IcsoOfficer], &[Role::Juror, Role::JuryChair]),
    (&[Role::Admin], &[Role::MinistryOfficer, Role::IcsoOfficer, Role::Juror, Role::JuryChair]),
    (&[Role::Juror], &[Role::JuryChair]),
];

/// Two of these roles that do not go together in one account. Accounts from before a rule may have such.
pub fn apart(roles: &[Role]) -> Option<(Role, Role)> {
    let alone = ALONE.iter().find(|role| roles.contains(role));
    let beside = |role: &Role| roles.iter().find(|other| *other != role).map(|other| (*role, *other));
    alone.and_then(beside).or_else(|| APART.iter().find_map(|sides| both(roles, *sides)))
}

/// A role of each side, when there is one of each.
fn both(roles: &[Role], (some, others): (&[Role], &[Role])) -> Option<(Role, Role)> {
    let one_of = |side: &[Role]| roles.iter().copied().find(|role| side.contains(role));
    one_of(some).zip(one_of(others))
}

/// Refuses what does not go together, naming every field at fault.
pub(super) fn check(input: &AccountInput) -> Result<()> {
    let faults = [
        check_roles(&input.roles),
        check_kind(input).into_iter().collect(),
        check_scopes(input),
        check_affiliation(input),
        check_credentials(input),
    ];
    let violations: Vec<Violation> = faults.into_iter().flatten().collect();
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// The kind that was given, or else the one that the roles speak for.
pub(super) fn kind(input: &AccountInput) -> AccountKind {
    let of_roles =
        if input.roles.contains(&Role::Integration) { AccountKind::System } else { AccountKind::Person };
    input.kind.unwrap_or(of_roles)
}

/// The scopes that were given, or else all that the roles have of themselves; each once, in the order of the contract.
pub(super) fn granted_scopes(input: &AccountInput) -> Vec<Scope> {
    let granted = |scope: &Scope| match input.scopes.as_slice() {
        [] => input.roles.iter().any(|role| role.scopes().contains(scope)),
        given => given.contains(scope),
    };
    Scope::ALL.iter().copied().filter(granted).collect()
}

fn check_roles(roles: &[Role]) -> Vec<Violation> {
    let fault = |reason| Violation::body("/roles", reason);
    let distinct: HashSet<&Role> = roles.iter().collect();
    let alone = ALONE.iter().filter(|role| distinct.contains(role) && distinct.len() > 1);
    let mut faults: Vec<_> =
        alone.map(|role| fault(Reason::new(FieldRule::RoleAlone).with("role", role))).collect();
    let pairs = APART.iter().filter_map(|sides| both(roles, *sides));
    faults.extend(pairs.map(|(role, other)| {
        fault(Reason::new(FieldRule::RolesApart).with("role", role).with("other", other))
    }));
    faults
}

/// Judging and auditing are for people; to be another system is not.
fn check_kind(input: &AccountInput) -> Option<Violation> {
    let kind = kind(input);
    let unfit = |role: &&Role| match role {
        Role::Juror | Role::JuryChair | Role::Auditor => kind == AccountKind::System,
        Role::Integration => kind == AccountKind::Person,
        _ => false,
    };
    let role = input.roles.iter().find(unfit)?;
    Some(Violation::body("/kind", Reason::new(FieldRule::KindOfRole).with("role", role)))
}

fn check_scopes(input: &AccountInput) -> Vec<Violation> {
    let may_have = |scope: &Scope| input.roles.iter().any(|role| role.may_have(*scope));
    let unfit = input.scopes.iter().enumerate().filter(|(_, scope)| !may_have(scope));
    let mut faults: Vec<Violation> = unfit
        .map(|(place, scope)| {
            Violation::body(
                format!("/scopes/{place}"),
                Reason::new(FieldRule::ScopeOfRole).with("scope", scope),
            )
        })
        .collect();
    if !input.roles.is_empty() && granted_scopes(input).is_empty() {
        faults.push(Violation::body("/scopes", Reason::new(FieldRule::ScopeNeeded)));
    }
    faults
}

/// A representative needs to speak for somebody. For all others an affiliation is a fact that may be a conflict of
/// interest one day.
fn check_affiliation(input: &AccountInput) -> Vec<Violation> {
    [
        (Role::CityRepresentative, "/city_code", input.city_code.is_some()),
        (Role::AssociationRepresentative, "/association_id", input.association_id.is_some()),
    ]
    .into_iter()
    .filter(|(role, _, named)| input.roles.contains(role) && !named)
    .map(|(_, pointer, _)| Violation::body(pointer, Reason::new(FieldRule::Required)))
    .collect()
}

fn check_credentials(input: &AccountInput) -> Vec<Violation> {
    let repeated = |pointer: String| Violation::body(pointer, Reason::new(FieldRule::Repeated));
    let kids = repetitions(input.public_keys.iter().map(|key| &key.kid)).into_iter();
    let kids = kids.map(|place| repeated(format!("/public_keys/{place}/kid")));
    let identities = repetitions(&input.identities).into_iter();
    kids.chain(identities.map(|place| repeated(format!("/identities/{place}")))).collect()
}

/// The places of what stands there already.
fn repetitions<T: Eq + Hash>(items: impl IntoIterator<Item = T>) -> Vec<usize> {
    let mut seen = HashSet::new();
    items.into_iter().enumerate().filter_map(|(place, item)| (!seen.insert(item)).then_some(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::accounts::NewAccount;
    use crate::database::types::Id;
    use crate::error::Place;

    fn input(roles: &[Role]) -> AccountInput {
        AccountInput { roles: roles.to_vec(), ..NewAccount::of_role(Role::Admin, "Amina").input() }
    }

    fn faults(input: &AccountInput) -> Vec<(String, &'static str)> {
        let violations = check(input).err().map(|error| error.violations).unwrap_or_default();
        let told = |violation: Violation| match violation.place {
            Place::Body(pointer) => (pointer, violation.reason.code()),
            other => panic!("{other:?}"),
        };
        violations.into_iter().map(told).collect()
    }

    fn fault(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(pointer.to_owned(), code)]
    }

    #[test]
    fn duties_that_are_to_be_separate_are_not_in_one_account() {
        use Role::{
            Admin, AssociationRepresentative, Auditor, CityRepresentative, IcsoOfficer, Juror, JuryChair,
            MinistryOfficer,
        };
        let judging = [Juror, JuryChair];
        let running = [Admin, MinistryOfficer, IcsoOfficer];
        let speaking = [CityRepresentative, AssociationRepresentative];
        let across = |some: &[Role], others: &[Role]| -> Vec<[Role; 2]> {
            some.iter().flat_map(|role| others.iter().map(|other| [*role, *other])).collect()
        };
        let pairs = [
            across(&running, &judging),
            across(&speaking, &running),
            across(&speaking, &judging),
            vec![[Admin, MinistryOfficer], [Admin, IcsoOfficer], [MinistryOfficer, IcsoOfficer], judging],
        ];
        for [role, other] in pairs.concat() {
            for roles in [[role, other], [other, role]] {
                let both = AccountInput {
                    city_code: Some("oujda".to_owned()),
                    association_id: Some(Id::new()),
                    ..input(&roles)
                };
                assert_eq!(faults(&both), fault("/roles", "roles_apart"), "{roles:?}");
                assert!(apart(&roles).is_some(), "{roles:?}");
            }
        }
        for role in [&running[..], &judging].concat() {
            assert_eq!(faults(&input(&[role, Auditor])), fault("/roles", "role_alone"), "{role}");
            assert_eq!(apart(&[role, Auditor]), Some((Auditor, role)));
            assert_eq!((faults(&input(&[role])), apart(&[role])), (vec![], None), "{role}");
        }
        assert_eq!(apart(&speaking), None);
    }

    #[test]
    fn a_representative_of_both_needs_both() {
        let both = input(&[Role::CityRepresentative, Role::AssociationRepresentative]);
        let expected = [fault("/city_code", "required"), fault("/association_id", "required")].concat();
        assert_eq!(faults(&both), expected);
        let affiliated = AccountInput { city_code: Some("oujda".to_owned()), ..input(&[Role::Juror]) };
        assert_eq!(faults(&affiliated), []);
    }

    #[test]
    fn judging_is_for_people_and_an_integration_is_a_system() {
        for role in [Role::Juror, Role::JuryChair, Role::Auditor] {
            let system = AccountInput { kind: Some(AccountKind::System), ..input(&[role]) };
            assert_eq!(faults(&system), fault("/kind", "kind_of_role"), "{role}");
        }
        let scopes = vec![Scope::CitiesWrite];
        let integration = AccountInput { scopes, ..input(&[Role::Integration]) };
        assert_eq!((faults(&integration), kind(&integration)), (vec![], AccountKind::System));
        let person = AccountInput { kind: Some(AccountKind::Person), ..integration };
        assert_eq!(faults(&person), fault("/kind", "kind_of_role"));
    }

    #[test]
    fn scopes_are_those_of_the_roles_once_and_in_order() {
        let officer = input(&[Role::IcsoOfficer]);
        let all = [Scope::EditionsWrite, Scope::NominationsSubmit, Scope::NominationsManage];
        assert_eq!(granted_scopes(&officer), all);
        let scopes = vec![Scope::NominationsManage, Scope::EditionsWrite, Scope::NominationsManage];
        let fewer = AccountInput { scopes, ..officer.clone() };
        assert_eq!(granted_scopes(&fewer), [Scope::EditionsWrite, Scope::NominationsManage]);
        let more = AccountInput { scopes: vec![Scope::EditionsWrite, Scope::AuditRead], ..officer };
        assert_eq!(faults(&more), fault("/scopes/1", "scope_of_role"));
        assert_eq!(faults(&input(&[Role::Integration])), fault("/scopes", "scope_needed"));
    }
}
