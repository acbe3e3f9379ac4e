//! Which fields of an association are facts of the register, that only those who keep it change.

use serde_json::Value as JsonValue;

use crate::access::policy::REGISTER_FACTS;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};

/// Refuses with 403 a change of register facts by a writer who does not keep the register.
pub fn check_register_facts(before: &JsonValue, after: &JsonValue) -> Result<()> {
    let known =
        |state: &JsonValue, pointer: &str| state.pointer(pointer).filter(|value| !value.is_null()).cloned();
    let changed = REGISTER_FACTS.iter().filter(|pointer| known(before, pointer) != known(after, pointer));
    let refusal = changed.fold(Error::new(Code::ForbiddenField), |refusal, pointer| {
        refusal.with_violation(Violation::body(*pointer, Reason::new(FieldRule::RegisterFact)))
    });
    if refusal.violations.is_empty() { Ok(()) } else { Err(refusal) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_change_of_a_fact_is_refused() {
        let before =
            json!({"status": "active", "volunteers": 3, "internal": {"ice": "1", "seat_address": "x"}});
        let fine = json!({"status": "active", "volunteers": 9, "internal": {"ice": "1"}, "founded_on": null});
        assert!(check_register_facts(&before, &fine).is_ok());
        let changed = json!({"status": "dissolved", "internal": {"ice": "2"}});
        let refusal = check_register_facts(&before, &changed).unwrap_err();
        let pointers: Vec<_> = refusal.violations.iter().map(|fault| format!("{:?}", fault.place)).collect();
        assert_eq!(pointers.len(), 2, "{pointers:?}");
    }

    #[test]
    fn every_fact_is_a_field_of_the_input() {
        use crate::associations::input::AssociationInput;
        let whole: AssociationInput = serde_json::from_value(json!({
            "name": {"fr": "Association"}, "city_code": "c", "province_code": "p", "scope": "local", "status": "active",
            "founded_on": "2015-03-21", "founded_year": 2015, "receipt_status": "final", "receipt_on": "2015-04-21",
            "public_utility": true, "public_utility_decree": "d", "attestations": {"national": true},
            "sources": ["https://example.org"],
            "internal": {
                "receipt_number": "1", "receipt_authority": "a", "external_ids": {"s": "1"}, "ice": "001234567000089",
                "tax_id": "2",
            },
        }))
        .unwrap();
        let whole = json!(whole);
        for pointer in REGISTER_FACTS {
            assert!(whole.pointer(pointer).is_some_and(|value| !value.is_null()), "{pointer}");
        }
    }
}
