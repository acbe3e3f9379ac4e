//! What is asked of a jury: one that can close, one that has closed on a tie, one whose result is published.

use serde_json::{Value, json};

use super::{Operation, id};
use crate::app::App;
use crate::juries::thrice;

const OPEN: i64 = 2041;
const CLOSED: i64 = 2042;
const PUBLISHED: i64 = 2043;

/// The jury that has closed.
pub(super) struct ClosedJury {
    /// Its deliberation.
    pub(super) deliberation: String,
    /// The nominations that are level.
    level: [String; 2],
}

impl ClosedJury {
    /// Makes the juries.
    pub(super) async fn new(app: &App) -> Self {
        let cities = [("fes", thrice([7, 7, 7])), ("safi", thrice([7, 7, 7]))];
        app.with_jury(OPEN, &cities).await;
        let published = app.with_jury(PUBLISHED, &cities).await;
        app.put_designation(&app.close_jury(&published).await.expect(201).json(), "published");
        let closed = app.with_jury(CLOSED, &cities).await;
        let deliberation = app.close_jury(&closed).await.expect(201).json();
        Self { deliberation: id(&deliberation), level: [closed.id(0).to_owned(), closed.id(1).to_owned()] }
    }

    /// The body of such an operation.
    pub(super) fn body_of(&self, operation: &str) -> Value {
        match operation {
            "create_deliberation" => json!({"kind": "city"}),
            "create_deliberation_transition" => json!({"to": "reopened", "reason": "Parce que."}),
            _ => json!({"kind": "city", "nominations": self.level, "reason": "Parce que."}),
        }
    }
}

/// The edition that an operation on a jury is asked of.
pub(super) fn year_of(operation: &Operation) -> Option<i64> {
    match operation.rule.operation {
        "create_deliberation" => Some(OPEN),
        "get_deliberation"
        | "list_deliberations"
        | "create_deliberation_transition"
        | "create_tie_decision"
        | "list_tie_decisions" => Some(CLOSED),
        "get_ranking" => Some(PUBLISHED),
        _ => None,
    }
}
