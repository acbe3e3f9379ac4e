//! What is asked of a jury: one that can close, one that has closed on a tie, one whose result is published.

use nasij::database::types::Id;
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
        app.execute(format!("UPDATE designations SET proof = '{}'", some_proof()));
        let closed = app.with_jury(CLOSED, &cities).await;
        let deliberation = app.close_jury(&closed).await.expect(201).json();
        Self { deliberation: id(&deliberation), level: [closed.id(0).to_owned(), closed.id(1).to_owned()] }
    }

    /// The body of such an operation.
    pub(super) fn body_of(&self, operation: &str) -> Value {
        match operation {
            "create_deliberation" => json!({"kind": "city"}),
            "create_deliberation_transition" => {
                json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."})
            }
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
        "get_ranking" | "get_result_proof" => Some(PUBLISHED),
        _ => None,
    }
}

/// What has the form of a proof.
fn some_proof() -> Value {
    let (id, digest, time) = (Id::new(), "0".repeat(64), "2043-03-01T10:00:00Z");
    json!({
        "proof": {
            "format": "nasij-result-proof/2", "issuer": "https://nasij.example", "published_at": time,
            "edition": {"year": PUBLISHED}, "designation_id": id, "designation_digest": digest, "signatures": [],
            "decision": {
                "edition_year": PUBLISHED, "kind": "city", "basis": "withheld", "selected": [], "reserve": [],
            },
            "audit_head": {"seq": 0, "hash": digest},
        },
        "signature": {
            "jwk": {"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "use": "sig", "alg": "ES256", "kid": "x"},
            "jws": format!("e30..{}", "A".repeat(86)),
        },
    })
}
