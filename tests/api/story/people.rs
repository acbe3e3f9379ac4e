//! Everybody who takes part, and the associations of the two cities.

use nasij::access::{NewAccount, Role};
use serde_json::{Value, json};

use super::recorder::{Person, Story};
use crate::app::App;

/// The people of the story.
pub(super) struct People {
    pub(super) public: Person,
    pub(super) ministry: Person,
    pub(super) icso: Person,
    pub(super) fes: Person,
    pub(super) agadir: Person,
    pub(super) jurors: Vec<Person>,
    pub(super) chair: Person,
    pub(super) auditor: Person,
}

/// Whom the draw chooses depends on identifiers, so the page tells them apart only where it has to.
const JURORS: [&str; 5] = ["a juror of Fès", "a juror", "a juror", "a juror", "a juror"];

impl People {
    /// Their accounts, and a token for each.
    pub(super) async fn of(app: &App) -> Self {
        let public = Person { name: "the public", token: None, account_id: String::new() };
        let mut jurors = Vec::new();
        for (place, name) in JURORS.into_iter().enumerate() {
            // The first one lives in one of the cities.
            let city = (place == 0).then(|| "fes".to_owned());
            jurors.push(person(app, Role::Juror, name, city).await);
        }
        Self {
            public,
            jurors,
            ministry: person(app, Role::MinistryOfficer, "the ministry", None).await,
            icso: person(app, Role::IcsoOfficer, "ICSO", None).await,
            fes: person(app, Role::CityRepresentative, "the city of Fès", Some("fes".to_owned())).await,
            agadir: person(app, Role::CityRepresentative, "the city of Agadir", Some("agadir".to_owned()))
                .await,
            chair: person(app, Role::JuryChair, "the chair", None).await,
            auditor: person(app, Role::Auditor, "the auditor", None).await,
        }
    }

    /// The jurors, by their accounts.
    pub(super) fn juror(&self, account_id: &Value) -> &Person {
        self.jurors.iter().find(|juror| *account_id == *juror.account_id).expect("a juror of the story")
    }
}

async fn person(app: &App, role: Role, name: &'static str, city: Option<String>) -> Person {
    let account = NewAccount { city, ..NewAccount::of_role(role, name) };
    let credentials = app.account(&account);
    Person { name, token: Some(app.token_of(&credentials).await), account_id: credentials.client_id }
}

/// The representative of an association.
pub(super) async fn representative(app: &App, name: &'static str, association: &Value) -> Person {
    let account = NewAccount {
        association_id: association["id"].as_str().and_then(|id| id.parse().ok()),
        ..NewAccount::of_role(Role::AssociationRepresentative, name)
    };
    let credentials = app.account(&account);
    Person { name, token: Some(app.token_of(&credentials).await), account_id: credentials.client_id }
}

/// The days that the story needs: today, and so many days before.
pub(super) fn day(before: i64) -> String {
    nasij::database::types::UtcTime::now().plus_seconds(-before * 86_400).date_in_morocco().to_string()
}

/// An instant so many seconds from now.
pub(super) fn instant(seconds: i64) -> String {
    nasij::database::types::UtcTime::now().plus_seconds(seconds).to_string()
}

/// An association of a city that meets every condition.
pub(super) fn association(name: &str, city: &str, field: usize) -> Value {
    json!({
        "name": {"fr": name},
        "object": {"fr": "Faire vivre le dialogue dans les quartiers."},
        "city_code": city,
        "scope": "local",
        "status": "active",
        "receipt_status": "final",
        "activity_fields": [field.to_string()],
        "values": ["citizenship", "dialogue"],
        "volunteers": 25,
        "last_activity_on": day(30),
        "attestations": {"national": true, "voluntary": true, "non_profit": true, "non_political": true},
    })
}

/// Registers five associations of a city, which is what the edition of the story asks for.
pub(super) async fn register(story: &Story, ministry: &Person, city: &'static str) -> Vec<Value> {
    let token = ministry.token.as_deref().expect("an officer has a token");
    let mut registered = Vec::new();
    for field in 1..=5 {
        let body = association(&format!("Association {field} de {city}"), city, field);
        registered.push(story.app.add_association(token, &body).await.json());
    }
    registered
}
