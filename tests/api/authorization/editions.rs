//! How the steps of an edition are asked for, and that they are only for the states that the table names.

use nasij::access::Role;
use nasij::editions::rules::Status;
use serde_json::{Value, json};
use strum::VariantNames as _;

use super::{Operation, World, operations};

/// The edition that goes from state to state.
pub(super) const STEPPING: i64 = 2034;
/// One that stays as it was made, with calls that are open.
pub(super) const STANDING: i64 = 2035;

/// Whether an operation is asked on the edition that goes from state to state.
pub(super) fn is_step(operation: &Operation) -> bool {
    operation.path.ends_with("{year}/transitions") || operation.rule.operation == "replace_criteria"
}

/// The body of such an operation.
pub(super) fn body_of(operation: &str) -> Value {
    let Some((_, to)) = operation.split_once(": ") else {
        return json!({"items": [
            {"code": "impact", "nomination_kind": "city", "name": {"fr": "Impact"}, "weight": 100},
        ]});
    };
    let mut body = json!({"to": to, "reason": {"fr": "Parce que."}});
    if to == "postponed" {
        body["year"] = json!(2040);
    }
    body
}

impl World {
    /// Puts the edition into a state, with all that the step needs: a call that has closed is over.
    pub(super) fn prepare_step(&self, operation: &Operation, state: &str) {
        let to = operation.rule.operation.rsplit(' ').next().expect("a word");
        let left = if ["honours_call_open", "honours_review"].contains(&to) { to } else { "designated" };
        let left = if state == "postponed" { format!("'{left}'") } else { "NULL".to_owned() };
        let city = if ["draft", "city_call_open", "city_review"].contains(&state) {
            "NULL"
        } else {
            "'04.421.01.0'"
        };
        let closes = |call: &str, review: &str| match to == review {
            true => "created_at".to_owned(),
            false => format!("(SELECT {call}_closes_at FROM editions WHERE year = {STANDING})"),
        };
        self.app.execute(format!(
            "UPDATE editions SET status = '{state}', postponed_from = {left}, \
             city_code = (SELECT code FROM cities WHERE code = {city}), city_call_closes_at = {}, \
             honours_call_closes_at = {} WHERE year = {STEPPING}",
            closes("city_call", "city_review"),
            closes("honours_call", "honours_review"),
        ));
    }
}

#[tokio::test]
async fn a_step_of_an_edition_is_only_for_the_states_that_the_table_names() {
    let world = World::new().await;
    let administrator = world.someone(Role::Admin).await;
    let mut asked = 0;
    for operation in operations(&world.app).await.iter().filter(|operation| is_step(operation)) {
        for state in Status::VARIANTS {
            world.prepare(operation, state);
            let answer = world.ask_as_it_is(operation, Some(&administrator), true).await;
            let told = format!("{} of an edition that is {state}", operation.rule.operation);
            if operation.rule.states.contains(state) {
                assert!((200..300).contains(&answer.status), "{told} → {}", answer.text());
            } else {
                assert_eq!(answer.status, 409, "{told} → {}", answer.text());
            }
            asked += 1;
        }
    }
    assert_eq!(asked, 11 * 11);
}
