//! Short cuts for tests of what follows the jury's work: evaluations that were handed in, designations that stand.

use nasij::access::Role;
use nasij::database::types::Id;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{of_city, path};

/// An edition in review whose jurors have handed in what they think of its cities.
pub(crate) struct Jury {
    /// The year of the edition.
    pub(crate) year: i64,
    /// An administrator's token.
    pub(crate) admin: String,
    /// The token of the jury's chair.
    pub(crate) chair: String,
    /// The nominations, in the order in which they were given.
    pub(crate) nominations: Vec<Value>,
    /// The jurors, in the order of their sheets.
    pub(crate) jurors: Vec<Id>,
}

/// Scores on the first criterion, on the second one and on each of the others.
pub(crate) type Scores = [i64; 3];

/// The same sheet by three jurors.
pub(crate) fn thrice(scores: Scores) -> Vec<Scores> {
    vec![scores; 3]
}

impl Jury {
    /// The identifier of a nomination.
    pub(crate) fn id(&self, place: usize) -> &str {
        self.nominations[place]["id"].as_str().expect("an identifier")
    }

    /// The path of what the edition has under this name.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("/v1/editions/{}/{name}", self.year)
    }
}

impl App {
    /// An edition in review with these cities under evaluation, each with the sheets that were handed in for it.
    pub(crate) async fn with_jury(&self, year: i64, cities: &[(&str, Vec<Scores>)]) -> Jury {
        let admin = self.with_edition(year, &Value::Null).await;
        let chair = self.token(Role::JuryChair).await;
        let most = cities.iter().map(|(_, sheets)| sheets.len()).max().unwrap_or_default();
        let jurors: Vec<Id> = (0..most).map(|_| Id::new()).collect();
        let mut nominations = Vec::new();
        for (city, sheets) in cities {
            let nomination = self.nominate(&admin, &of_city(year, city)).await;
            self.put_nomination_in(&nomination, "under_evaluation");
            for (juror, scores) in jurors.iter().zip(sheets) {
                self.put_evaluation(&nomination, *juror, "submitted", *scores);
            }
            nominations.push(self.get(&path(&nomination)).await.expect(200).json());
        }
        self.put_edition_in(year, "city_review");
        Jury { year, admin, chair, nominations, jurors }
    }

    /// Puts an evaluation of a city's nomination there.
    pub(crate) fn put_evaluation(&self, nomination: &Value, juror: Id, status: &str, scores: Scores) {
        let [first, second, others] = scores;
        let score = |score: i64| json!({"score": score, "comment": "Vu."});
        let scores = json!({
            "association_vitality": score(first),
            "programme": score(second),
            "fit_with_values": score(others),
            "partnership": score(others),
            "heritage": score(others),
            "capacity_and_legacy": score(others),
        });
        let nomination = nomination["id"].as_str().expect("an identifier");
        let submitted_at = if status == "submitted" { "created_at" } else { "NULL" };
        let made = self.execute(format!(
            "INSERT INTO evaluations (id, nomination_id, juror_id, status, scores, submitted_at, version, created_at, \
                 updated_at) \
             SELECT '{}', id, '{juror}', '{status}', '{scores}', {submitted_at}, 1, created_at, created_at \
             FROM nominations WHERE id = '{nomination}'",
            Id::new()
        ));
        assert_eq!(made, 1, "the evaluation of {nomination}");
    }

    /// Closes the jury on the cities.
    pub(crate) async fn close_jury(&self, jury: &Jury) -> Answer {
        self.post(&jury.chair, &jury.path("deliberations"), &json!({"kind": "city"})).await
    }

    /// Puts a designation by the ranking of a closed jury there.
    pub(crate) fn put_designation(&self, deliberation: &Value, status: &str) {
        let published = if status == "published" { "closed_at" } else { "NULL" };
        let concluded = "UPDATE deliberations SET status = 'concluded' WHERE id =";
        let id = deliberation["id"].as_str().expect("an identifier");
        let made = self.execute(format!(
            "INSERT INTO designations (id, edition_id, kind, basis, status, decision, digest, deliberation_id, \
                 account_id, published_at, version, created_at, updated_at) \
             SELECT '{}', edition_id, kind, 'ranking', '{status}', '{{}}', 'x', id, closed_by, {published}, 1, closed_at, \
                 closed_at FROM deliberations WHERE id = '{id}'",
            Id::new()
        ));
        assert_eq!(made, 1, "the designation of {id}");
        if status == "published" {
            self.execute(format!("{concluded} '{id}'"));
        }
    }
}
