//! Steps of tests about allegations: an office reports a conflict of interest, another one decides.

use nasij::access::Role;
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;

/// What is alleged.
pub(crate) const STATEMENT: &str = "Son frère siège au conseil de cette ville.";

/// The body that alleges it of a juror.
pub(crate) fn allegation(juror: &str) -> Value {
    json!({"conflict": true, "ground": "other", "statement": STATEMENT, "juror_id": juror})
}

/// The path of a conflict.
pub(crate) fn conflict_path(conflict: &Value) -> String {
    let text = |field: &str| conflict[field].as_str().expect("an identifier").to_owned();
    format!("/v1/nominations/{}/conflicts/{}", text("nomination_id"), text("id"))
}

impl App {
    /// Tries to allege a conflict of a juror.
    pub(crate) async fn try_to_report(&self, token: &str, nomination: &str, juror: &str) -> Answer {
        let conflicts = format!("/v1/nominations/{nomination}/conflicts");
        self.post(token, &conflicts, &allegation(juror)).await
    }

    /// Alleges a conflict of a juror.
    pub(crate) async fn report(&self, token: &str, nomination: &str, juror: &str) -> Value {
        self.try_to_report(token, nomination, juror).await.expect(201).json()
    }

    /// Decides on an allegation, whatever its version.
    pub(crate) async fn decide_on(&self, token: &str, conflict: &Value, to: &str) -> Answer {
        let transitions = format!("{}/transitions", conflict_path(conflict));
        let request = self.request(Method::POST, &transitions).token(token).if_match("*");
        request.json(&json!({"to": to, "reason": "Le registre le dit."})).send().await
    }

    /// Voids an evaluation as it has to be done: the ministry reports, ICSO confirms.
    pub(crate) async fn void(&self, nomination: &str, juror: &str) {
        let (ministry, icso) = (self.token(Role::MinistryOfficer).await, self.token(Role::IcsoOfficer).await);
        let reported = self.report(&ministry, nomination, juror).await;
        self.decide_on(&icso, &reported, "confirmed").await.expect(201);
    }

    /// Puts it there that a juror stepped back, with the conflict that was declared.
    pub(crate) fn put_recusal(&self, nomination: &str, juror: Id) {
        let ended = self.execute(format!(
            "UPDATE evaluations SET status = 'recused' WHERE nomination_id = '{nomination}' AND juror_id = '{juror}'"
        ));
        let declared = self.execute(format!(
            "INSERT INTO conflicts (id, nomination_id, juror_id, kind, ground, status, account_id, at) \
             SELECT '{}', id, '{juror}', 'declared', 'other', 'confirmed', '{juror}', created_at \
             FROM nominations WHERE id = '{nomination}'",
            Id::new()
        ));
        assert_eq!((ended, declared), (1, 1), "the recusal on {nomination}");
    }
}
