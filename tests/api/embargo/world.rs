//! An edition whose jury has done its work, with a mark in everything that is hidden.

use nasij::access::{NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use super::probes::Names;
use crate::app::App;
use crate::nominations::of_city;

pub(super) const EDITION: &str = "/v1/editions/2027";

/// A mark of each hidden text. All of them begin alike.
pub(super) const MARK: &str = "QZHIDDEN";

/// The cities in the order of their scores: selected, reserve, level with nobody and not good enough.
pub(super) const CITIES: [&str; 4] = ["fes", "agadir", "safi", "meknes"];

/// Somebody who may see nothing of the result.
pub(super) struct Outsider {
    pub(super) name: &'static str,
    pub(super) token: Option<String>,
    thorough: bool,
}

impl Outsider {
    /// Of all questions those that this one asks: some ask none with parameters, for each takes its time.
    pub(super) fn asks<'a>(&self, questions: &'a [String]) -> impl Iterator<Item = &'a String> {
        let thorough = self.thorough;
        questions.iter().filter(move |question| thorough || !question.contains('?'))
    }
}

/// The edition and those around it.
pub(super) struct World {
    pub(super) app: App,
    pub(super) ministry: String,
    pub(super) icso: String,
    pub(super) chair: String,
    pub(super) auditor: String,
    pub(super) nominators: Vec<String>,
    pub(super) nominations: Vec<String>,
    pub(super) jurors: Vec<String>,
    pub(super) outsiders: Vec<Outsider>,
    pub(super) names: Names,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an identifier").to_owned()
}

impl World {
    /// The jury has evaluated every nomination; nothing is decided.
    pub(super) async fn evaluated() -> Self {
        let app = App::start().await;
        let ministry = app.with_edition(2027, &json!({})).await;
        app.put_edition_in(2027, "city_call_open");
        let (mut nominators, mut nominations) = (Vec::new(), Vec::new());
        for city in CITIES {
            let nominator = app.representative_of_city(city).await;
            let nomination = app.nominate(&nominator, &of_city(2027, city)).await;
            nominations.push(id(&nomination));
            nominators.push(nominator);
            app.put_nomination_in(&nomination, "under_evaluation");
        }
        let draft = app.nominate(&ministry, &draft()).await;
        app.put_edition_in(2027, "city_review");
        let mut names = Names::new();
        names.insert("nominations", nominations.iter().cloned().chain([id(&draft)]).collect());
        let mut world = Self {
            ministry: app.token(Role::MinistryOfficer).await,
            icso: app.token(Role::IcsoOfficer).await,
            chair: app.token(Role::JuryChair).await,
            auditor: app.token(Role::Auditor).await,
            jurors: Vec::new(),
            outsiders: Vec::new(),
            app,
            nominators,
            nominations,
            names,
        };
        world.evaluate().await;
        world.gather().await;
        world
    }

    async fn evaluate(&mut self) {
        let mut accounts = Vec::new();
        for place in 0..3 {
            let account = NewAccount {
                organisation: Some(format!("{MARK}ORGANISATION {place}")),
                ..NewAccount::of_role(Role::Juror, &format!("{MARK}JUROR {place}"))
            };
            let credentials = self.app.account(&account);
            self.jurors.push(self.app.token_of(&credentials).await);
            accounts.push(credentials.client_id);
        }
        let (mut evaluations, mut conflicts) = (Vec::new(), Vec::new());
        for (nomination, score) in self.nominations.iter().zip([9, 8, 7, 2]) {
            let path = format!("/v1/nominations/{nomination}");
            for (juror, account) in self.jurors.iter().zip(&accounts) {
                let body = json!({"juror_id": account});
                let evaluation = self
                    .app
                    .post(&self.chair, &format!("{path}/evaluations"), &body)
                    .await
                    .expect(201)
                    .json();
                let declaration = json!({"conflict": false});
                let declared = self.app.post(juror, &format!("{path}/conflicts"), &declaration).await;
                conflicts.push(id(&declared.expect(201).json()));
                let evaluation = format!("{path}/evaluations/{}", id(&evaluation));
                self.app.put(juror, &evaluation, "*", &sheet(score)).await.expect(200);
                let transition =
                    self.app.request(Method::POST, &format!("{evaluation}/transitions")).token(juror);
                transition.if_match("*").json(&json!({"to": "submitted"})).send().await.expect(201);
                evaluations.push(evaluation.rsplit('/').next().expect("an identifier").to_owned());
            }
        }
        self.names.insert("evaluation_id", evaluations);
        // One of the first nomination and one of the last are enough.
        self.names.insert("conflict_id", vec![conflicts.remove(0), conflicts.pop().expect("several")]);
        self.names.insert("accounts", accounts);
    }

    /// Those who may see nothing, and the names of everything else.
    async fn gather(&mut self) {
        let association =
            json!({"name": {"fr": "Association"}, "internal": {"seat_address": format!("{MARK}ADDRESS")}});
        let register = self.app.token(Role::MinistryOfficer).await;
        let association = self.app.add_association(&register, &association).await.json();
        let everything: Vec<Scope> =
            Scope::ALL.iter().copied().filter(|scope| Role::Integration.may_have(*scope)).collect();
        let narrow: Vec<Scope> = everything
            .iter()
            .copied()
            // This one reads internal records by right.
            .filter(|scope| *scope != Scope::AssociationsReadInternal)
            .collect();
        let outsider = |name, token| Outsider { name, token, thorough: false };
        let thorough = |name, token| Outsider { name, token, thorough: true };
        let other =
            self.app.add_association(&register, &json!({"name": {"fr": "Autre association"}})).await.json();
        self.outsiders = vec![
            thorough("the public", None),
            thorough("the nominator of the first", Some(self.nominators[0].clone())),
            outsider("the nominator of the last", Some(self.nominators[3].clone())),
            outsider("another juror", Some(self.app.token(Role::Juror).await)),
            outsider("another city", Some(self.app.representative_of_city("rabat").await)),
            outsider("an association", Some(self.app.representative_of(&other).await)),
            outsider("another system", Some(self.app.token_of(&self.app.integration(&narrow)).await)),
        ];
        let known = [
            ("year", vec!["2027".to_owned()]),
            ("cities", vec!["fes".to_owned(), "meknes".to_owned()]),
            ("code", vec!["fes".to_owned()]),
            ("regions", vec!["03".to_owned()]),
            ("provinces", vec!["03.231".to_owned()]),
            ("activity-fields", vec!["1".to_owned()]),
            ("problems", vec!["stale".to_owned()]),
            ("associations", vec![id(&association)]),
            ("events", vec![id(&association)]),
            ("partners", vec![id(&association)]),
            ("secret_id", vec![id(&association)]),
            ("achievement_id", vec![id(&association)]),
            ("document_id", vec![id(&association)]),
            ("designation_id", vec![id(&association)]),
            ("deliberation_id", vec![id(&association)]),
            ("institution-keys", vec![id(&association)]),
            ("imports", vec![id(&association)]),
            ("merge_id", vec![id(&association)]),
        ];
        for (name, values) in known {
            self.names.insert(name, values);
        }
    }

    /// The jury closes, the designation is proposed and signed by both: decided, and under embargo.
    pub(super) async fn decide(&mut self) {
        self.close_jury().await;
        let proposed = self.propose().await;
        self.sign(&proposed).await;
    }

    /// The jury closes.
    pub(super) async fn close_jury(&self) {
        let closed = json!({"kind": "city"});
        self.app.post(&self.chair, &format!("{EDITION}/deliberations"), &closed).await.expect(201);
    }

    /// A designation is proposed.
    pub(super) async fn propose(&mut self) -> Value {
        let proposal = json!({
            "kind": "city", "basis": "ranking",
            "selected": [{"nomination_id": self.nominations[0]}], "reserve": [self.nominations[1]],
            "reason": {"fr": format!("{MARK}REASON")},
        });
        let designations = format!("{EDITION}/designations");
        let proposed = self.app.post(&self.icso, &designations, &proposal).await.expect(201).json();
        self.names.get_mut("designation_id").expect("it is there").push(id(&proposed));
        proposed
    }

    /// Both sign it.
    pub(super) async fn sign(&self, proposed: &Value) {
        let signature = json!({"digest": proposed["digest"]});
        let signatures = format!("{EDITION}/designations/{}/signatures", id(proposed));
        for token in [&self.icso, &self.ministry] {
            self.app.post(token, &signatures, &signature).await.expect(201);
        }
    }
}

/// A nomination that is never submitted.
fn draft() -> Value {
    json!({"kind": "city", "edition_year": 2027, "city_code": "oujda", "statement": {"fr": format!("{MARK}DRAFT")}})
}

/// The same score on every criterion, with hidden comments.
fn sheet(score: i64) -> Value {
    let codes = [
        "association_vitality",
        "programme",
        "fit_with_values",
        "partnership",
        "heritage",
        "capacity_and_legacy",
    ];
    let scores =
        codes.map(|code| (code.to_owned(), json!({"score": score, "comment": format!("{MARK}COMMENT")})));
    json!({"scores": serde_json::Map::from_iter(scores), "comment": format!("{MARK}REMARK")})
}
