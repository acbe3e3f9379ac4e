//! What is asked of a jury at work: two nominations with an evaluation each, the caller's own and another juror's.

use nasij::access::policy::Rule;
use nasij::access::{NewAccount, Role};
use nasij::database::types::Id;
use serde_json::{Value, json};

use super::{Operation, Someone, id};
use crate::allegations::allegation;
use crate::app::App;
use crate::juries::thrice;
use crate::jury_at_work::sheet;
use crate::nominations::of_city;

const YEAR: i64 = 2044;

/// The two evaluations.
pub(super) struct Evaluations {
    nominations: [String; 2],
    evaluations: [String; 2],
    /// What is alleged of their jurors.
    conflicts: [String; 2],
    /// A nomination, and an evaluation of it, before a jury that has closed.
    closed: [String; 2],
    /// Who evaluates the other nomination.
    other_juror: String,
    /// Who evaluates none.
    free_juror: String,
}

/// Whether an operation is about evaluations.
pub(super) fn concern(operation: &Operation) -> bool {
    let of_nomination = operation.path.starts_with("/v1/nominations/{id}/");
    let parts = ["/evaluations", "/conflicts", "/score-sheets", "/evaluation-progress", "/assignments"];
    let path = operation.path.as_str();
    parts.iter().any(|part| path.contains(part))
        && (of_nomination || path.starts_with("/v1/editions/{year}/"))
}

impl Evaluations {
    /// Makes them.
    pub(super) async fn new(app: &App) -> Self {
        let admin = app.with_edition(YEAR, &json!({})).await;
        let (mut nominations, mut evaluations, mut conflicts) = (Vec::new(), Vec::new(), Vec::new());
        for city in ["fes", "safi"] {
            let nomination = app.nominate(&admin, &of_city(YEAR, city)).await;
            app.put_nomination_in(&nomination, "under_evaluation");
            let (nomination, evaluation) = (id(&nomination), Id::new());
            app.execute(format!(
                "INSERT INTO evaluations (id, nomination_id, juror_id, status, scores, version, created_at, updated_at) \
                 SELECT '{evaluation}', id, '{evaluation}', 'draft', '{}', 1, created_at, created_at \
                 FROM nominations WHERE id = '{nomination}'",
                sheet(7)["scores"]
            ));
            let conflict = Id::new();
            // Alleged by nobody who decides here.
            app.execute(format!(
                "INSERT INTO conflicts (id, nomination_id, juror_id, kind, ground, status, account_id, at) \
                 SELECT '{conflict}', id, '{evaluation}', 'reported', 'other', 'reported', '{evaluation}', created_at \
                 FROM nominations WHERE id = '{nomination}'"
            ));
            conflicts.push(conflict.to_string());
            nominations.push(nomination);
            evaluations.push(evaluation.to_string());
        }
        app.put_edition_in(YEAR, "city_review");
        let closed = app.with_closed_jury(YEAR + 1, &[("fes", thrice([7; 3]))]).await;
        let of_closed = format!("/v1/nominations/{}/evaluations", closed.id(0));
        let of_closed = app.get_as(&admin, &of_closed).await.items();
        let juror = |name: &str| app.account(&NewAccount::of_role(Role::Juror, name)).client_id;
        Self {
            other_juror: evaluations[1].clone(),
            free_juror: juror("A free juror"),
            nominations: nominations.try_into().expect("two"),
            evaluations: evaluations.try_into().expect("two"),
            conflicts: conflicts.try_into().expect("two"),
            closed: [closed.id(0).to_owned(), id(&of_closed[0])],
        }
    }

    /// Makes the first one somebody's own.
    pub(super) fn belong_to(&self, app: &App, account: &str) {
        for (table, id) in [("evaluations", &self.evaluations[0]), ("conflicts", &self.conflicts[0])] {
            app.execute(format!("UPDATE {table} SET juror_id = '{account}' WHERE id = '{id}'"));
        }
    }

    /// Puts them into the state in which an operation is asked.
    pub(super) fn prepare(&self, app: &App, operation: &Operation, state: &str) {
        let (evaluations, conflicts) = match operation.rule.operation {
            // What is declared of one's own part comes first, and one thing is alleged at a time.
            "create_conflict" => ("assigned", "dismissed"),
            "list_score_sheets" => ("submitted", "reported"),
            decision if decision.starts_with("create_conflict_transition") => ("draft", state),
            _ => (state, "reported"),
        };
        for (table, state, [one, other]) in
            [("evaluations", evaluations, &self.evaluations), ("conflicts", conflicts, &self.conflicts)]
        {
            app.execute(format!("UPDATE {table} SET status = '{state}' WHERE id IN ('{one}', '{other}')"));
        }
    }

    /// The path of an operation on the own evaluation or on the other.
    pub(super) fn path(&self, operation: &Operation, someone: Option<&Someone>, own: bool) -> String {
        let whose = match operation.rule.operation {
            "create_conflict" => usize::from(!declares(someone, own)),
            _ => usize::from(!own),
        };
        let chairs = someone.is_some_and(|someone| someone.caller.is_any_of(&[Role::JuryChair]));
        if operation.rule.operation == "get_evaluation" && chairs && own {
            let [nomination, evaluation] = &self.closed;
            return operation.path.replace("{id}", nomination).replace("{evaluation_id}", evaluation);
        }
        let path = operation.path.replace("{year}", &YEAR.to_string());
        let path = path.replace("{conflict_id}", &self.conflicts[whose]);
        let path = path.replace("{id}", &self.nominations[whose]);
        let path = path.replace("{evaluation_id}", &self.evaluations[whose]);
        let needs_a_kind = operation.rule.operation == "get_evaluation_progress";
        if needs_a_kind { format!("{path}?kind=city") } else { path }
    }

    /// A body that the operation accepts, when it is one on evaluations.
    pub(super) fn body_of(&self, rule: &Rule, someone: Option<&Someone>, own: bool) -> Option<Value> {
        Some(match rule.operation {
            "create_evaluation" => json!({"juror_id": self.free_juror}),
            "replace_evaluation" => sheet(6),
            "update_evaluation" => json!({"comment": "Bien."}),
            "create_assignment" => json!({"kind": "city", "evaluations_per_nomination": 1}),
            "create_conflict" if declares(someone, own) => json!({"conflict": false}),
            "create_conflict" => allegation(&self.other_juror),
            _ => return None,
        })
    }
}

/// Whether somebody declares for the own person; those who do not judge only report the conflicts of others.
fn declares(someone: Option<&Someone>, own: bool) -> bool {
    own && someone.is_some_and(|someone| someone.caller.is_any_of(&[Role::Juror]))
}
