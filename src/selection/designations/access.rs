//! Which line of the table of authorisation a change of a designation's state needs.

use super::rules::Status;
use crate::access::policy::{AnnulDesignation, PublishDesignation, Rule, WithdrawDesignation};

/// The rule for taking a designation to a state. None leads to a state that comes by itself.
pub fn rule_to(status: Status) -> Option<Rule> {
    match status {
        Status::Published => Some(PublishDesignation::RULE),
        Status::Withdrawn => Some(WithdrawDesignation::RULE),
        Status::Annulled => Some(AnnulDesignation::RULE),
        Status::Proposed | Status::Signed | Status::Revoked => None,
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
        }
    }
}
