//! A jury at work: an edition in review, nominated cities, jurors, and their steps.

use std::collections::BTreeSet;

use nasij::access::{NewAccount, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{of_city, path};

/// The edition of the jury.
pub(crate) const YEAR: i64 = 2027;

/// The criteria of a city, in their order.
pub(crate) const CRITERIA: [&str; 6] = [
    "association_vitality",
    "programme",
    "fit_with_values",
    "partnership",
    "heritage",
    "capacity_and_legacy",
];

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The account.
    pub(crate) id: String,
    /// An access token with all its scopes.
    pub(crate) token: String,
}

/// A jury at work on cities.
pub(crate) struct JuryAtWork {
    /// The service.
    pub(crate) app: App,
    /// An administrator's token.
    pub(crate) admin: String,
    /// The chair.
    pub(crate) chair: Person,
    /// The jurors.
    pub(crate) jurors: Vec<Person>,
    /// The nominated cities.
    pub(crate) nominations: Vec<Value>,
}

/// A sheet with the same score on every criterion.
pub(crate) fn sheet(score: i64) -> Value {
    let scores: serde_json::Map<String, Value> =
        CRITERIA.iter().map(|code| ((*code).to_owned(), json!({"score": score}))).collect();
    json!({"scores": scores})
}

/// The path of an evaluation.
pub(crate) fn evaluation_path(evaluation: &Value) -> String {
    let text = |field: &str| evaluation[field].as_str().expect("an identifier").to_owned();
    format!("/v1/nominations/{}/evaluations/{}", text("nomination_id"), text("id"))
}

impl App {
    /// Makes an account and gets a token for it.
    pub(crate) async fn person(&self, new: &NewAccount) -> Person {
        let credentials = self.account(new);
        Person { token: self.token_of(&credentials).await, id: credentials.client_id }
    }
}

impl JuryAtWork {
    /// A jury with so many jurors before these cities, found eligible. One evaluation makes a result.
    pub(crate) async fn new(jurors: usize, cities: &[&str]) -> Self {
        let app = App::start().await;
        let admin = app.with_edition(YEAR, &json!({"parameters": {"min_evaluations": 1}})).await;
        let mut nominations = Vec::new();
        for city in cities {
            let nomination = app.nominate(&admin, &of_city(YEAR, city)).await;
            app.put_nomination_in(&nomination, "eligible");
            nominations.push(nomination);
        }
        app.put_edition_in(YEAR, "city_review");
        let chair = app.person(&NewAccount::of_role(Role::JuryChair, "The chair")).await;
        let mut people = Vec::new();
        for number in 1..=jurors {
            people.push(app.person(&NewAccount::of_role(Role::Juror, &format!("Juror {number}"))).await);
        }
        Self { app, admin, chair, jurors: people, nominations }
    }

    /// Tries to assign a nomination by hand.
    pub(crate) async fn try_assign(&self, nomination: &Value, juror: &Person) -> Answer {
        let evaluations = format!("{}/evaluations", path(nomination));
        self.app.post(&self.chair.token, &evaluations, &json!({"juror_id": juror.id})).await
    }

    /// Assigns a nomination by hand.
    pub(crate) async fn assign(&self, nomination: &Value, juror: &Person) -> Value {
        self.try_assign(nomination, juror).await.expect(201).json()
    }

    /// Declares, or reports, something about a nomination.
    pub(crate) async fn declare(&self, person: &Person, nomination: &Value, body: &Value) -> Answer {
        self.app.post(&person.token, &format!("{}/conflicts", path(nomination)), body).await
    }

    /// Assigns a nomination to a juror, who declares that there is no conflict.
    pub(crate) async fn draft(&self, nomination: &Value, juror: &Person) -> Value {
        let evaluation = self.assign(nomination, juror).await;
        self.declare(juror, nomination, &json!({"conflict": false})).await.expect(201);
        evaluation
    }

    /// Writes a sheet.
    pub(crate) async fn write(&self, juror: &Person, evaluation: &Value, sheet: &Value) -> Answer {
        self.app.put(&juror.token, &evaluation_path(evaluation), "*", sheet).await
    }

    /// Asks for a state.
    pub(crate) async fn go(&self, person: &Person, evaluation: &Value, body: &Value) -> Answer {
        let transitions = format!("{}/transitions", evaluation_path(evaluation));
        self.app
            .request(Method::POST, &transitions)
            .token(&person.token)
            .if_match("*")
            .json(body)
            .send()
            .await
    }

    /// Hands in.
    pub(crate) async fn submit(&self, juror: &Person, evaluation: &Value) -> Answer {
        self.go(juror, evaluation, &json!({"to": "submitted"})).await
    }

    /// All at once: assigned, declared, written, submitted.
    pub(crate) async fn evaluate(&self, nomination: &Value, juror: &Person, sheet: &Value) -> Value {
        let evaluation = self.draft(nomination, juror).await;
        self.write(juror, &evaluation, sheet).await.expect(200);
        self.submit(juror, &evaluation).await.expect(201);
        evaluation
    }

    /// The evaluation as somebody sees it.
    pub(crate) async fn seen(&self, person: &Person, evaluation: &Value) -> Value {
        self.app.get_as(&person.token, &evaluation_path(evaluation)).await.expect(200).json()
    }

    /// Closes the jury.
    pub(crate) async fn close(&self) {
        let deliberations = format!("/v1/editions/{YEAR}/deliberations");
        self.app.post(&self.chair.token, &deliberations, &json!({"kind": "city"})).await.expect(201);
    }

    /// Draws who evaluates what.
    pub(crate) async fn draw(&self, query: &str, body: &Value) -> Answer {
        self.app.post(&self.chair.token, &format!("/v1/editions/{YEAR}/assignments{query}"), body).await
    }

    /// The evaluations of the edition as an administrator sees them.
    pub(crate) async fn evaluations(&self) -> Vec<Value> {
        let path = format!("/v1/editions/{YEAR}/evaluations?limit=200");
        self.app.get_as(&self.admin, &path).await.items()
    }

    /// The pairs of nomination and juror that there are evaluations of.
    pub(crate) async fn pairs(&self) -> BTreeSet<(String, String)> {
        let text = |value: &Value| value.as_str().expect("an identifier").to_owned();
        let evaluations = self.evaluations().await;
        evaluations.iter().map(|one| (text(&one["nomination_id"]), text(&one["juror_id"]))).collect()
    }
}
