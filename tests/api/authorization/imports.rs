//! How imports are asked for, and that cancelling one is only for the states that the table names.

use nasij::access::Role;
use nasij::database::types::Id;
use nasij::imports::rules::Status;
use strum::VariantNames as _;

use super::{Operation, Someone, World, operations};
use crate::app::App;

/// The operation whose body is a register.
pub(super) const IMPORT: &str = "create_import";
/// What it needs beside it.
pub(super) const QUERY: &str = "collection=associations&name=registre.csv&mode=create";
pub(super) const REGISTER: &str = "name.fr\nAssociation importée\n";

/// Two imports: the caller's own and another's.
pub(super) struct Imports {
    ids: [String; 2],
}

/// Whether an operation is about one of them.
pub(super) fn concern(operation: &Operation) -> bool {
    operation.path.starts_with("/v1/imports/")
}

impl Imports {
    /// Puts them there. Their file is nowhere, so nobody gets far with them.
    pub(super) fn new(app: &App) -> Self {
        let make = || {
            // In two halves, or it would be taken for bytes.
            let (id, half) = (Id::new().to_string(), "ab".repeat(16));
            app.execute(format!(
                "INSERT INTO imports (id, collection, status, file_name, size, sha256, object_key, instructions, author, counts, \
                 created_at, updated_at) SELECT '{id}', 'associations', 'queued', 'registre.csv', 1, '{half}' || '{half}', 'imports/none', \
                 '{{\"format\": \"csv\", \"mode\": \"create\", \"mapping\": {{}}, \"missing\": \"nothing\", \"missing_at_most\": 10, \
                 \"dry_run\": false}}', '{{\"kind\": \"integration\"}}', '{{}}', created_at, updated_at FROM cities WHERE slug = 'oujda'"
            ));
            id
        };
        Self { ids: [make(), make()] }
    }

    /// Gives the first to an account.
    pub(super) fn belong_to(&self, app: &App, account: &str) {
        app.execute(format!("UPDATE imports SET account_id = '{account}' WHERE id = '{}'", self.ids[0]));
    }

    /// Puts both into a state; of each collection one runs at a time.
    pub(super) fn prepare(&self, app: &App, state: &str) {
        let state = if Status::VARIANTS.contains(&state) { state } else { "queued" };
        let waiting = if state == "running" { "paused" } else { state };
        for (id, state) in [(&self.ids[1], waiting), (&self.ids[0], state)] {
            app.execute(format!("UPDATE imports SET status = '{state}' WHERE id = '{id}'"));
        }
    }

    /// The path of an operation on the caller's own import, or on the other one.
    pub(super) fn path(&self, operation: &Operation, own: bool) -> String {
        operation.path.replace("{id}", &self.ids[usize::from(!own)])
    }
}

#[tokio::test]
async fn an_import_is_cancelled_only_in_the_states_that_the_table_names() {
    let world = World::new().await;
    let officer: Someone = world.someone(Role::MinistryOfficer).await;
    let operations = operations(&world.app).await;
    let cancel = operations.iter().find(|operation| operation.rule.operation == "create_import_transition");
    let cancel = cancel.expect("it is documented");
    for state in ["queued", "paused", "completed", "failed", "cancelled"] {
        world.prepare(cancel, state);
        let answer = world.ask_as_it_is(cancel, Some(&officer), true).await;
        let expected = if cancel.rule.states.contains(&state) { 202 } else { 409 };
        assert_eq!(answer.status, expected, "an import that is {state} → {}", answer.text());
    }
}
