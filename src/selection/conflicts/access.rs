//! Who decides on what was alleged of a juror.

use super::rules::Status;
use crate::access::Role;
use crate::access::policy::{ConfirmConflict, DismissConflict, Rule};

/// The offices that allege and decide, the one for which somebody acts who holds several first.
pub const OFFICES: [Role; 4] = [Role::MinistryOfficer, Role::IcsoOfficer, Role::JuryChair, Role::Admin];

/// The office for which somebody with these roles acts.
pub fn office(roles: &[Role]) -> Option<Role> {
    OFFICES.into_iter().find(|office| roles.contains(office))
}

/// The rule for taking a conflict to a state. None leads to a state that comes by itself.
pub fn rule_to(status: Status) -> Option<Rule> {
    match status {
        Status::Confirmed => Some(ConfirmConflict::RULE),
        Status::Dismissed => Some(DismissConflict::RULE),
        Status::Reported | Status::Settled => None,
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;
    use crate::database::types::keyword;

    #[test]
    fn the_table_of_authorisation_and_that_of_transitions_name_the_same_states() {
        for to in Status::VARIANTS {
            let rule = rule_to(*to);
            assert_eq!(rule.is_some(), to.can_be_asked_for(), "{to:?}");
            let Some(rule) = rule else { continue };
            for from in Status::VARIANTS {
                assert_eq!(
                    rule.is_for_state(&keyword(from)),
                    from.allowed().contains(to),
                    "{from:?} to {to:?}"
                );
            }
            let deciding = rule.grants().iter().flat_map(|grant| grant.roles);
            assert!(deciding.clone().all(|role| office(&[*role]).is_some()), "each is an office");
        }
    }
}
