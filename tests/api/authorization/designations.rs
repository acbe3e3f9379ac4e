//! How the steps of a decision are asked for, and that they are only for the states that the table names.

use nasij::access::Role;
use nasij::selection::designations::rules::Status;
use serde_json::{Value, json};
use strum::VariantNames as _;

use super::{Operation, World, id, operations};
use crate::app::App;

/// The edition whose decision goes from state to state.
const DECIDED: i64 = 2046;
/// The edition that waits for one.
const UNDECIDED: i64 = 2047;

/// A decision on the title.
pub(super) struct Designation {
    id: String,
    digest: String,
}

/// Whether an operation is about decisions.
pub(super) fn concern(operation: &Operation) -> bool {
    operation.path.starts_with("/v1/editions/{year}/designations")
}

fn direct() -> Value {
    json!({"kind": "city", "basis": "direct", "city_code": "meknes", "reason": {"fr": "Par accord."}})
}

impl Designation {
    /// Makes it.
    pub(super) async fn new(app: &App) -> Self {
        app.with_draft_edition(DECIDED, &json!({})).await;
        app.with_draft_edition(UNDECIDED, &json!({})).await;
        let officer = app.token(Role::IcsoOfficer).await;
        let made = app.propose(&officer, DECIDED, &direct()).await;
        Self { id: id(&made), digest: made["digest"].as_str().expect("a digest").to_owned() }
    }

    /// Puts it into a state.
    pub(super) fn prepare(&self, app: &App, state: &str) {
        let signed = if state == "proposed" { "NULL" } else { "created_at" };
        let published = if ["published", "revoked"].contains(&state) { "created_at" } else { "NULL" };
        app.execute(format!(
            "UPDATE designations SET status = '{state}', signed_at = {signed}, published_at = {published} \
             WHERE id = '{}'",
            self.id
        ));
    }

    /// The path of an operation on it.
    pub(super) fn path(&self, operation: &Operation) -> String {
        let year = if operation.rule.operation == "create_designation" { UNDECIDED } else { DECIDED };
        operation.path.replace("{year}", &year.to_string()).replace("{designation_id}", &self.id)
    }

    /// The body of an operation on it, when it is one whose body does not name a state.
    pub(super) fn body_of(&self, operation: &str) -> Option<Value> {
        match operation {
            "create_designation" => Some(direct()),
            "create_signature" => Some(json!({"digest": self.digest})),
            _ => None,
        }
    }
}

#[tokio::test]
async fn a_step_of_a_decision_is_only_for_the_states_that_the_table_names() {
    let world = World::new().await;
    let officer = world.someone(Role::MinistryOfficer).await;
    let mut asked = 0;
    for operation in operations(&world.app).await.iter().filter(|operation| concern(operation)) {
        if operation.rule.states.is_empty() {
            continue;
        }
        for state in Status::VARIANTS {
            world.prepare(operation, state);
            let answer = world.ask_as_it_is(operation, Some(&officer), true).await;
            let told = format!("{} of a decision that is {state}", operation.rule.operation);
            if operation.rule.states.contains(state) {
                assert!((200..300).contains(&answer.status), "{told} → {}", answer.text());
            } else {
                assert_eq!(answer.status, 409, "{told} → {}", answer.text());
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 4 * 6);
}
