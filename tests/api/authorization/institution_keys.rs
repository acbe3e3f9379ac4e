//! How the steps of an institution's key are asked for, and that they are only for the states that the table names.

use nasij::access::Role;
use nasij::selection::institution_keys::rules::Status;
use serde_json::{Value, json};
use strum::VariantNames as _;

use super::{Operation, Someone, World, id, operations};
use crate::app::App;
use crate::institution_signers::Signer;

/// A key of an officer of the ministry, and one of ICSO.
pub(super) struct Keys {
    ids: [String; 2],
}

/// Whether an operation is about one of them.
pub(super) fn concern(operation: &Operation) -> bool {
    operation.path.starts_with("/v1/institution-keys/")
}

/// A key that nobody has registered.
pub(super) fn new_key() -> Value {
    json!({"jwk": Signer::ed25519().jwk()})
}

impl Keys {
    /// Registers them.
    pub(super) async fn new(app: &App) -> Self {
        let register = async |role| {
            let officer = app.token(role).await;
            id(&app.post(&officer, "/v1/institution-keys", &new_key()).await.expect(201).json())
        };
        Self { ids: [register(Role::MinistryOfficer).await, register(Role::IcsoOfficer).await] }
    }

    /// Puts both into a state.
    pub(super) fn prepare(&self, app: &App, state: &str) {
        let state = if Status::VARIANTS.contains(&state) { state } else { "registered" };
        app.execute(format!("UPDATE institution_keys SET status = '{state}'"));
    }

    /// The path of an operation on the key of the caller's institution, or of the other one.
    pub(super) fn path(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> String {
        let of_icso = someone.is_some_and(|someone| someone.caller.is_any_of(&[Role::IcsoOfficer]));
        operation.path.replace("{id}", &self.ids[usize::from(of_icso == own)])
    }
}

#[tokio::test]
async fn a_step_of_a_key_is_only_for_the_states_that_the_table_names() {
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
            let told = format!("{} of a key that is {state}", operation.rule.operation);
            let expected = if operation.rule.states.contains(state) { 201 } else { 409 };
            assert_eq!(answer.status, expected, "{told} → {}", answer.text());
            asked += 1;
        }
    }
    assert_eq!(asked, 2 * 3);
}
