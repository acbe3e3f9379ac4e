//! What surrounds the items of a batch. It is right or wrong as a whole; what is wrong in the body of an item is a matter of
//! that item alone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as JsonValue};
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors};

use super::MOST_ITEMS;
use crate::error::{FieldRule, Result};
use crate::http::body;
use crate::http::writes::Operation;
use crate::validation::{at, breaks, inapplicable};

/// Many writes in one request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchInput {
    /// Whether all items are kept or none; otherwise each on its own.
    #[serde(default)]
    pub atomic: bool,
    /// What is done, in this order: an item finds what those before it have left.
    #[schema(min_items = 1, max_items = 1000)]
    #[validate(nested)]
    pub items: Vec<BatchItemInput>,
}

/// One write of a batch.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchItemInput {
    /// What is done.
    pub operation: Operation,
    /// Which record, as the path of the single operation names it. A `create` has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub id: Option<String>,
    /// The `ETag` of the record as it was read, or `*`: as the header `If-Match` of the single operation, which a `create`
    /// does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 1000)]
    pub if_match: Option<String>,
    /// What the body of the single operation would be: the record for `create` and `replace`, a merge patch (RFC 7396) for
    /// `update`. A `delete` has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub body: Option<Map<String, JsonValue>>,
}

impl Validate for BatchItemInput {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = ValidationErrors::new();
        for error in self.misfits() {
            errors.add("__all__", error);
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl BatchItemInput {
    /// What is missing for the operation, and what does not go with it. Whether it needs `if_match` is a rule of the
    /// operation itself, like all others.
    fn misfits(&self) -> Vec<ValidationError> {
        let missing = |pointer: &str| at(pointer.to_owned(), breaks(FieldRule::Required));
        let idle = |pointer: &str| inapplicable(pointer, "operation");
        let (is_new, has_body) = (self.operation == Operation::Create, self.operation != Operation::Delete);
        [
            (is_new && self.id.is_some()).then(|| idle("/id")),
            (!is_new && self.id.is_none()).then(|| missing("/id")),
            (is_new && self.if_match.is_some()).then(|| idle("/if_match")),
            (has_body && self.body.is_none()).then(|| missing("/body")),
            (!has_body && self.body.is_some()).then(|| idle("/body")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Reads a batch. The bodies of its items are as they were written.
///
/// # Errors
/// 422 with all that is wrong around them.
pub(super) fn read(mut batch: JsonValue) -> Result<BatchInput> {
    let bodies = take_bodies(&mut batch);
    let mut envelope: BatchInput = body::valid(batch)?;
    for (item, body) in envelope.items.iter_mut().zip(bodies) {
        item.body = item.body.is_some().then_some(body);
    }
    Ok(envelope)
}

/// Takes the bodies out of the items, of which each leaves an empty one in its place. Of too many items, one too many is left.
fn take_bodies(batch: &mut JsonValue) -> Vec<Map<String, JsonValue>> {
    let Some(items) = batch.get_mut("items").and_then(JsonValue::as_array_mut) else { return Vec::new() };
    items.truncate(MOST_ITEMS + 1);
    let body = |item: &mut JsonValue| Some(std::mem::take(item.get_mut("body")?.as_object_mut()?));
    items.iter_mut().map(|item| body(item).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::error::Violation;

    /// Where and which rule.
    fn faults(batch: JsonValue) -> BTreeSet<(String, &'static str)> {
        let error = read(batch).expect_err("must be refused");
        let fault = |fault: &Violation| (fault.pointer().unwrap_or_default().to_owned(), fault.reason.code());
        error.violations.iter().map(fault).collect()
    }

    #[test]
    fn what_is_wrong_in_a_body_is_left_to_its_item() {
        let body = json!({"name": {"fr": "un\u{200b}deux"}, "unknown": [" "]});
        let batch = json!({"items": [
            {"operation": "create", "body": body}, {"operation": "delete", "id": " oujda "},
        ]});
        let read = read(batch).expect("an envelope");
        assert!(!read.atomic);
        assert_eq!(json!(read.items[0].body), body);
        assert_eq!((read.items[1].id.as_deref(), &read.items[1].body), (Some("oujda"), &None));
    }

    #[test]
    fn an_item_has_what_its_operation_needs_and_nothing_else() {
        let batch = json!({"items": [
            {"operation": "create", "id": "1", "if_match": "*"},
            {"operation": "update"},
            {"operation": "delete", "id": "1", "body": {}},
            {"operation": "replace", "id": "1", "body": []},
            {"operation": "upsert", "id": "1"},
            {"operation": "delete", "id": "1", "etag": "*"},
        ]});
        let expected = [
            ("/items/0/id", "inapplicable"),
            ("/items/0/if_match", "inapplicable"),
            ("/items/0/body", "required"),
            ("/items/1/id", "required"),
            ("/items/1/body", "required"),
            ("/items/2/body", "inapplicable"),
            ("/items/3/body", "type"),
            ("/items/4/operation", "one_of"),
            ("/items/5/etag", "unknown_field"),
        ];
        assert_eq!(faults(batch), expected.map(|(place, code)| (place.to_owned(), code)).into());
    }

    #[test]
    fn there_is_an_item_and_there_are_no_more_than_a_thousand() {
        let deletions =
            |number: usize| json!({"items": vec![json!({"operation": "delete", "id": "1"}); number]});
        for number in [0, 1001, 100_000] {
            assert_eq!(faults(deletions(number)), BTreeSet::from([("/items".to_owned(), "length")]));
        }
        assert_eq!(read(deletions(1000)).expect("an envelope").items.len(), 1000);
        assert_eq!(faults(json!({})), BTreeSet::from([("/items".to_owned(), "required")]));
        assert_eq!(faults(json!([])), BTreeSet::from([(String::new(), "type")]));
    }
}
