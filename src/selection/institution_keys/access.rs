//! Which line of the table of authorisation a change of a key's state needs, and for whom.

use super::model::KeyRow;
use super::rules::Status;
use crate::access::Caller;
use crate::access::policy::{ConfirmInstitutionKey, RevokeInstitutionKey, Rule};
use crate::error::Result;
use crate::selection::designations::rules::institution;

/// The rule for taking a key to a state. None leads back to where it began.
pub fn rule_to(status: Status) -> Option<Rule> {
    match status {
        Status::Confirmed => Some(ConfirmInstitutionKey::RULE),
        Status::Revoked => Some(RevokeInstitutionKey::RULE),
        Status::Registered => None,
    }
}

/// Refuses with 403 unless the caller may take `key` to a state. Nobody confirms a key of their own, whatever roles they
/// have besides: whoever has got hold of one account makes no key with it.
pub fn check(caller: &Caller, key: &KeyRow, to: Status) -> Result<()> {
    let Some(rule) = rule_to(to) else { return Ok(()) };
    let of_institution = institution(&caller.roles) == Some(key.institution.0);
    let of_account = caller.account_id == key.account_id;
    if to == Status::Confirmed && of_account {
        return Err(caller.forbidden());
    }
    caller.require(rule, of_institution)
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;
    use crate::database::types::keyword;

    #[test]
    fn the_table_of_authorisation_and_that_of_transitions_name_the_same_states() {
        for to in Status::VARIANTS {
            for from in Status::VARIANTS {
                let named = rule_to(*to).is_some_and(|rule| rule.is_for_state(&keyword(from)));
                assert_eq!(named, from.allowed().contains(to), "{from:?} to {to:?}");
            }
        }
    }
}
