//! What an entry keeps of a record: of a change, the members that changed; of a whole record, those that say something.

use serde_json::{Map, Value as JsonValue};

/// The member that is personal data: of it, too, only what changed is kept.
const INTERNAL: &str = "internal";

/// The members that differ, as they were before and as they are after. Each is kept as a whole, but for `internal`, of which
/// again only the members are that differ.
pub(super) fn changed(before: JsonValue, after: JsonValue) -> (JsonValue, JsonValue) {
    match (before, after) {
        (JsonValue::Object(before), JsonValue::Object(after)) => changed_members(before, after),
        states => states,
    }
}

fn changed_members(
    mut before: Map<String, JsonValue>,
    mut after: Map<String, JsonValue>,
) -> (JsonValue, JsonValue) {
    before.retain(|name, value| match after.get(name) {
        Some(next) if next == value => {
            after.shift_remove(name);
            false
        }
        _ => true,
    });
    if let (Some(was), Some(is)) = (before.get_mut(INTERNAL), after.get_mut(INTERNAL)) {
        (*was, *is) = changed(was.take(), is.take());
    }
    (before.into(), after.into())
}

/// A record without the members that are null or empty.
pub(super) fn filled(mut record: JsonValue) -> JsonValue {
    if let Some(members) = record.as_object_mut() {
        members.retain(|_, value| !is_empty(value));
    }
    record
}

fn is_empty(value: &JsonValue) -> bool {
    match value {
        JsonValue::Null => true,
        JsonValue::String(text) => text.is_empty(),
        JsonValue::Array(items) => items.is_empty(),
        JsonValue::Object(members) => members.is_empty(),
        JsonValue::Bool(_) | JsonValue::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_change_the_members_are_kept_that_changed() {
        let before = json!({"name": {"fr": "A", "ar": "ا"}, "scope": "local", "volunteers": 3, "links": []});
        let after = json!({"name": {"fr": "B", "ar": "ا"}, "scope": "local", "email": "a@b.ma", "links": []});
        let kept = changed(before, after);
        assert_eq!(kept.0, json!({"name": {"fr": "A", "ar": "ا"}, "volunteers": 3}));
        assert_eq!(kept.1, json!({"name": {"fr": "B", "ar": "ا"}, "email": "a@b.ma"}));
        assert_eq!(changed(json!({"a": 1}), json!({"a": 1})), (json!({}), json!({})));
    }

    #[test]
    fn what_is_said_of_people_is_not_kept_once_more() {
        let internal = json!({"ice": "1", "tax_id": "2"});
        let same = changed(json!({"a": 1, "internal": internal}), json!({"a": 2, "internal": internal}));
        assert_eq!(same, (json!({"a": 1}), json!({"a": 2})));
        let other = json!({"ice": "1", "tax_id": "3"});
        let kept = changed(json!({"internal": internal}), json!({"internal": other}));
        assert_eq!(kept, (json!({"internal": {"tax_id": "2"}}), json!({"internal": {"tax_id": "3"}})));
        let first = changed(json!({"internal": null}), json!({"internal": other}));
        assert_eq!(first, (json!({"internal": null}), json!({"internal": other})));
    }

    #[test]
    fn of_a_whole_record_the_members_are_kept_that_say_something() {
        let record = json!({"a": null, "b": [], "c": {}, "d": "", "e": 0, "f": false, "g": [null]});
        assert_eq!(filled(record), json!({"e": 0, "f": false, "g": [null]}));
    }
}
