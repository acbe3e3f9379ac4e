//! How batches are asked for, of one item each; and how such an item is refused.

use serde_json::{Value, json};

use super::World;
use crate::answer::Answer;

/// A batch of one write that the caller may do to its own record, if to any.
pub(super) fn body_of(operation: &str, world: &World, own: bool, nomination: &Value) -> Option<Value> {
    let association = &world.associations[usize::from(!own)];
    let item = match operation {
        "create_city_batch" => json!({"operation": "create", "body": {
            "code": "02.411.01.94", "slug": "par-lot", "province_code": "02.411", "kind": "urban", "name": {"fr": "Par lot"},
        }}),
        "create_association_batch" => {
            json!({"operation": "update", "id": association, "if_match": "*", "body": {"volunteers": 3}})
        }
        "create_nomination_batch" => json!({"operation": "create", "body": nomination}),
        _ => return None,
    };
    Some(json!({"items": [item]}))
}

/// Whether the one item of a batch was refused: others of the same caller could have been done.
pub(super) fn is_refused(answer: &Answer) -> bool {
    answer.status == 207 && answer.json()["items"][0]["status"] == 403
}
