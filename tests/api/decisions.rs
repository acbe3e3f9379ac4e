//! Steps of tests about decisions: proposing, signing and publishing them, and a jury on associations.

use nasij::access::Role;
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::juries::{Jury, Scores, thrice};
use crate::nominations::{of_association, path};
use crate::steps::association;

/// Scores that pass, the better the higher.
pub(crate) fn good(score: i64) -> Vec<Scores> {
    thrice([score; 3])
}

/// Those who decide.
pub(crate) struct Institutions {
    /// The token of an officer of the ministry.
    pub(crate) ministry: String,
    /// The token of an officer of ICSO.
    pub(crate) icso: String,
}

/// The designations of an edition.
pub(crate) fn designations(year: i64) -> String {
    format!("/v1/editions/{year}/designations")
}

/// The path of a designation.
pub(crate) fn designation_path(designation: &Value) -> String {
    let (year, id) = (&designation["edition_year"], designation["id"].as_str().expect("an identifier"));
    format!("/v1/editions/{year}/designations/{id}")
}

/// A proposal by the ranking of the nomination at one place of a jury's, with others in reserve.
pub(crate) fn by_ranking(jury: &Jury, selected: usize, reserve: &[usize]) -> Value {
    let reserve: Vec<&str> = reserve.iter().map(|place| jury.id(*place)).collect();
    json!({
        "kind": "city", "basis": "ranking", "selected": [{"nomination_id": jury.id(selected)}], "reserve": reserve,
    })
}

/// The proposal of honours for the nominations at these places.
pub(crate) fn of_honours(jury: &Jury, selected: &[usize], reserve: &[usize]) -> Value {
    let honour = |place: &usize| {
        json!({
            "nomination_id": jury.id(*place),
            "title": {"fr": "Association honorée", "ar": "جمعية مكرمة"},
            "citation": {"fr": format!("Pour son œuvre ({place}).")},
        })
    };
    let reserve: Vec<&str> = reserve.iter().map(|place| jury.id(*place)).collect();
    json!({
        "kind": "association", "basis": "ranking", "selected": selected.iter().map(honour).collect::<Vec<_>>(),
        "reserve": reserve,
    })
}

impl App {
    /// Tokens of those who decide.
    pub(crate) async fn institutions(&self) -> Institutions {
        Institutions {
            ministry: self.token(Role::MinistryOfficer).await,
            icso: self.token(Role::IcsoOfficer).await,
        }
    }

    /// Proposes a decision, which must succeed.
    pub(crate) async fn propose(&self, token: &str, year: i64, body: &Value) -> Value {
        self.post(token, &designations(year), body).await.expect(201).json()
    }

    /// Signs a designation as it was read.
    pub(crate) async fn sign(&self, token: &str, designation: &Value) -> Answer {
        let signatures = format!("{}/signatures", designation_path(designation));
        self.post(token, &signatures, &json!({"digest": designation["digest"]})).await
    }

    /// Asks for another state of a designation, whatever its version.
    pub(crate) async fn take_designation_to(&self, token: &str, designation: &Value, to: &str) -> Answer {
        let transitions = format!("{}/transitions", designation_path(designation));
        let request = self.request(Method::POST, &transitions).token(token).if_match("*");
        request.json(&json!({"to": to, "reason": "Parce que."})).send().await
    }

    /// A decision that both have signed.
    pub(crate) async fn signed(&self, institutions: &Institutions, year: i64, body: &Value) -> Value {
        let designation = self.propose(&institutions.icso, year, body).await;
        self.sign(&institutions.icso, &designation).await.expect(201);
        self.sign(&institutions.ministry, &designation).await.expect(201);
        designation
    }

    /// A decision that was published.
    pub(crate) async fn published(&self, institutions: &Institutions, year: i64, body: &Value) -> Value {
        let designation = self.signed(institutions, year, body).await;
        self.take_designation_to(&institutions.ministry, &designation, "published").await.expect(201);
        designation
    }

    /// The state of the nomination at a place of a jury's, as everybody sees it.
    pub(crate) async fn status_of(&self, jury: &Jury, place: usize) -> Value {
        self.get(&path(&jury.nominations[place])).await.expect(200).json()["status"].clone()
    }

    /// A jury on cities that has closed.
    pub(crate) async fn with_closed_jury(&self, year: i64, cities: &[(&str, Vec<Scores>)]) -> Jury {
        let jury = self.with_jury(year, cities).await;
        self.close_jury(&jury).await.expect(201);
        jury
    }

    /// A jury that has closed on associations, each with the score that three jurors gave it on everything.
    pub(crate) async fn with_closed_honours_jury(&self, year: i64, scores: &[i64]) -> Jury {
        let admin = self.with_honours_edition(year, &Value::Null).await;
        let chair = self.token(Role::JuryChair).await;
        let jurors: Vec<Id> = (0..3).map(|_| Id::new()).collect();
        let mut nominations = Vec::new();
        for (place, score) in scores.iter().enumerate() {
            let named = association(&format!("Association {place} de {year}"));
            let honoured = self.add_association(&admin, &named).await.json();
            let nomination = self.nominate(&admin, &of_association(year, &honoured["id"])).await;
            self.put_nomination_in(&nomination, "under_evaluation");
            for juror in &jurors {
                self.put_honours_evaluation(&nomination, *juror, *score).await;
            }
            nominations.push(self.get(&path(&nomination)).await.expect(200).json());
        }
        self.put_edition_in(year, "honours_review");
        let jury = Jury { year, admin, chair, nominations, jurors };
        let body = json!({"kind": "association"});
        self.post(&jury.chair, &jury.path("deliberations"), &body).await.expect(201);
        jury
    }

    async fn put_honours_evaluation(&self, nomination: &Value, juror: Id, score: i64) {
        let year = &nomination["edition_year"];
        let criteria = self.get(&format!("/v1/editions/{year}/criteria?nomination_kind=association")).await;
        let scores: serde_json::Map<String, Value> = criteria
            .items()
            .iter()
            .map(|item| (item["code"].as_str().expect("a code").to_owned(), json!({"score": score})))
            .collect();
        let made = self.execute(format!(
            "INSERT INTO evaluations (id, nomination_id, juror_id, status, scores, submitted_at, version, created_at, \
                 updated_at) \
             SELECT '{}', id, '{juror}', 'submitted', '{}', created_at, 1, created_at, created_at \
             FROM nominations WHERE id = '{}'",
            Id::new(),
            Value::Object(scores),
            nomination["id"].as_str().expect("an identifier"),
        ));
        assert_eq!(made, 1, "an evaluation");
    }
}
