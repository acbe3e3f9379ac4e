//! What is told of a batch: of each item what the single operation would have answered.

use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::Value as JsonValue;
use utoipa::ToSchema;

use crate::error::problem::Problem;

/// What became of the items of a batch, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer<T> {
    /// The items.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<BatchItemAnswer<T>>,
}

impl<T> Default for BatchAnswer<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

/// What became of an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchItemAnswer<T> {
    /// The HTTP status of the single operation; 424 for what would have been kept, had not another item of an `atomic` batch
    /// failed.
    #[schema(minimum = 200, maximum = 499, examples(201))]
    pub status: u16,
    /// The path of a record that was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("/v1/cities/02.411.01.23"))]
    pub location: Option<String>,
    /// The `ETag` of the record: as it is now, or with 412 as it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("\"3-9c0d2e1f4a-q0n6T2m1Zc8yq1aR\""))]
    pub etag: Option<String>,
    /// The record as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<T>,
    /// Why the item was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

impl<T> BatchItemAnswer<T> {
    /// The answer of this status, without anything else.
    pub(super) fn of_status(status: StatusCode) -> Self {
        Self { status: status.as_u16(), location: None, etag: None, body: None, problem: None }
    }

    /// The answer of an item that was not done.
    pub(super) fn of_problem(problem: Problem) -> Self {
        Self { status: problem.status, location: None, etag: None, body: None, problem: Some(problem) }
    }
}

/// The answer without the representations (`Prefer: return=minimal`).
pub(super) fn minimal(answer: &str) -> String {
    let mut answer: JsonValue = serde_json::from_str(answer).unwrap_or_default();
    for item in answer["items"].as_array_mut().into_iter().flatten() {
        let had_body = item.as_object_mut().and_then(|item| item.remove("body")).is_some();
        if had_body && item["status"] == 200 {
            item["status"] = 204.into();
        }
    }
    answer.to_string()
}
