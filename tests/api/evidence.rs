//! Evidence names who wrote it: what a nominee wrote itself after the call opened lets no check pass.

use nasij::access::{NewAccount, Role, Scope};
use serde_json::{Value, json};

use crate::app::App;
use crate::edition_states::{PATH, open};
use crate::eligibility::{CITY, check, days_ago, eligibility};
use crate::nominations::{of_association, of_city};
use crate::steps::{full_association, with};

/// An edition whose city is measured by two associations in two fields.
fn small() -> Value {
    json!({
        "year": 2027, "name": {"fr": "Capitale 2027"}, "city_call": open(), "honours_call": open(),
        "parameters": {"min_active_associations": 2, "min_activity_fields": 2, "max_months_since_activity": 12},
    })
}

fn item(association: &Value) -> String {
    format!("/v1/associations/{}", association["id"].as_str().expect("an identifier"))
}

/// Who wrote each fact that a check rests on.
fn writers(report: &Value, code: &str) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    let written = check(report, code)["evidence"]["written"].as_array().expect("who wrote");
    written.iter().map(|one| (word(&one["fact"]), word(&one["written_by"]))).collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(fact, writer)| (fact.to_owned(), writer.to_owned())).to_vec()
}

impl App {
    /// The draft of an edition, and the tokens of an administrator and of the ministry.
    async fn before_the_call(&self) -> (String, String) {
        let admin = self.token_of(self.admin()).await;
        self.post(&admin, "/v1/editions", &small()).await.expect(201);
        (admin, self.token(Role::MinistryOfficer).await)
    }

    async fn open_city_call(&self, admin: &str) {
        self.take_edition(admin, PATH, &json!({"to": "city_call_open"})).await.expect(201);
    }

    async fn open_honours_call(&self, admin: &str) {
        self.put_edition_in(2027, "designated");
        self.give_title(2027, "02.411.01.23");
        self.take_edition(admin, PATH, &json!({"to": "honours_call_open"})).await.expect(201);
    }

    /// A submitted nomination by whoever has the token.
    async fn submitted_by(&self, token: &str, body: &Value) -> Value {
        let nomination = self.nominate(token, body).await;
        self.take_to(token, &nomination, "submitted").await.expect(201);
        nomination
    }
}

#[tokio::test]
async fn what_an_association_writes_of_itself_after_the_call_opened_needs_a_review() {
    let app = App::start().await;
    let (admin, ministry) = app.before_the_call().await;
    let mut body = full_association("Tardive");
    body["volunteers"] = json!(0);
    let late = app.add_association(&ministry, &body).await.json();
    body["name"] = json!({"fr": "Prévoyante"});
    let early = app.add_association(&ministry, &body).await.json();
    let (of_late, of_early) = (app.representative_of(&late).await, app.representative_of(&early).await);
    app.patch(&of_early, &item(&early), "*", &json!({"volunteers": 5})).await.expect(200);
    app.open_honours_call(&admin).await;
    app.patch(&of_late, &item(&late), "*", &json!({"volunteers": 5})).await.expect(200);

    // What was written before the call opened stands.
    let stands = app.submitted_by(&of_early, &of_association(2027, &early["id"])).await;
    let report = app.eligibility_of(&stands).await;
    assert_eq!(check(&report, "voluntary")["outcome"], "pass", "{report}");
    assert_eq!(writers(&report, "voluntary"), pairs([("voluntary", "ministry"), ("volunteers", "nominee")]));
    assert_eq!(writers(&report, "registered"), pairs([("entry", "ministry"), ("status", "ministry")]));

    let nomination = app.submitted_by(&of_late, &of_association(2027, &late["id"])).await;
    let before = app.get(&eligibility(&nomination)).await.expect(200);
    let voluntary = check(&before.json(), "voluntary").clone();
    assert_eq!(voluntary["outcome"], "needs_review", "{voluntary}");
    assert!(
        voluntary["detail"]["en"].as_str().unwrap().starts_with("It is attested in the register, with 5")
    );
    for (language, words) in
        [("en", "wrote in the register"), ("fr", "a écrit lui-même"), ("ar", "كتبه المرشَّح نفسه")]
    {
        assert!(voluntary["detail"][language].as_str().unwrap().contains(words), "{voluntary}");
    }
    assert!(!before.text().contains("account") && !before.text().contains("Some representative"));
    assert_eq!(check(&before.json(), "national")["outcome"], "pass");
    let asked = app.would_be(&json!({"kind": "association", "association_id": late["id"]})).await;
    assert_eq!(check(&asked, "voluntary")["outcome"], "needs_review");

    // To write the same again confirms nothing; a window that is moved makes nothing earlier.
    app.patch(&ministry, &item(&late), "*", &json!({"volunteers": 5})).await.expect(200);
    let later =
        json!({"honours_call": {"opens_at": "2198-01-01T00:00:00Z", "closes_at": "2199-01-01T00:00:00Z"}});
    app.patch(&ministry, PATH, "*", &later).await.expect(200);
    assert_eq!(check(&app.eligibility_of(&nomination).await, "voluntary"), &voluntary);

    // An officer decides, on what was there to decide on.
    app.decide(&ministry, &nomination, "voluntary", "pass").await.expect(201);
    assert_eq!(check(&app.eligibility_of(&nomination).await, "voluntary")["outcome"], "pass");
    app.patch(&of_late, &item(&late), "*", &json!({"volunteers": 500})).await.expect(200);
    let rewritten = app.eligibility_of(&nomination).await;
    assert_eq!(check(&rewritten, "voluntary")["outcome"], "needs_review");
    assert!(check(&rewritten, "voluntary").get("decision").is_none());
    app.take_to(&ministry, &nomination, "eligible").await.problem(409);
    app.patch(&ministry, &item(&late), "*", &json!({"volunteers": 6})).await.expect(200);
    let corrected = app.eligibility_of(&nomination).await;
    assert_eq!(check(&corrected, "voluntary")["outcome"], "pass");
    assert_eq!(writers(&corrected, "voluntary")[1], ("volunteers".to_owned(), "ministry".to_owned()));

    // What was found is frozen with its authors.
    app.decide(&app.token(Role::IcsoOfficer).await, &nomination, "described_activity", "pass")
        .await
        .expect(201);
    app.take_to(&ministry, &nomination, "eligible").await.expect(201);
    app.patch(&of_late, &item(&late), "*", &json!({"volunteers": 7})).await.expect(200);
    assert_eq!(check(&app.eligibility_of(&nomination).await, "voluntary"), check(&corrected, "voluntary"));
}

#[tokio::test]
async fn a_system_that_nominates_what_it_writes_or_belongs_to_the_nominee_is_the_nominee() {
    let app = App::start().await;
    let (admin, ministry) = app.before_the_call().await;
    app.open_honours_call(&admin).await;
    let scopes = [Scope::AssociationsWrite, Scope::NominationsSubmit];
    let system = app.token_of(&app.integration(&scopes)).await;
    let own = app.add_association(&system, &full_association("Propre")).await.json();
    let asked = app.would_be(&json!({"kind": "association", "association_id": own["id"]})).await;
    assert_eq!(check(&asked, "national")["outcome"], "pass", "nobody has nominated it yet");
    assert_eq!(writers(&asked, "national"), pairs([("national", "integration")]));
    let nomination = app.submitted_by(&system, &of_association(2027, &own["id"])).await;
    let report = app.eligibility_of(&nomination).await;
    for code in ["registered", "national", "voluntary", "non_profit", "non_political", "legal_standing"] {
        assert_eq!(check(&report, code)["outcome"], "needs_review", "{code}");
        assert!(writers(&report, code).iter().all(|(_, writer)| writer == "nominee"), "{code}");
    }
    app.patch(&ministry, &item(&own), "*", &json!({"attestations": {"national": false}})).await.expect(200);
    assert_eq!(check(&app.eligibility_of(&nomination).await, "national")["outcome"], "fail");
    app.patch(&ministry, &item(&own), "*", &json!({"attestations": {"national": true}})).await.expect(200);
    assert_eq!(check(&app.eligibility_of(&nomination).await, "national")["outcome"], "pass");

    // The ministry may nominate what a system has written, and an administrator what the ministry has.
    let foreign = app.add_association(&system, &full_association("Étrangère")).await.json();
    let nomination = app.submitted_by(&ministry, &of_association(2027, &foreign["id"])).await;
    assert_eq!(check(&app.eligibility_of(&nomination).await, "national")["outcome"], "pass");

    // Whatever an account is called, what it belongs to counts.
    let kept = app.add_association(&ministry, &full_association("Gardée")).await.json();
    let affiliated = app.account(&NewAccount {
        association_id: kept["id"].as_str().and_then(|id| id.parse().ok()),
        scopes: scopes.to_vec(),
        ..NewAccount::of_role(Role::Integration, "Its own system")
    });
    let change = json!({"receipt_status": "none"});
    app.patch(&ministry, &item(&kept), "*", &change).await.expect(200);
    let change = json!({"receipt_status": "final"});
    app.patch(&app.token_of(&affiliated).await, &item(&kept), "*", &change).await.expect(200);
    let asked = app.would_be(&json!({"kind": "association", "association_id": kept["id"]})).await;
    assert_eq!(check(&asked, "legal_standing")["outcome"], "needs_review");
    assert_eq!(check(&asked, "national")["outcome"], "pass");
}

#[tokio::test]
async fn what_another_system_of_the_nominator_s_organisation_writes_is_the_nominee_s_own_word() {
    let app = App::start().await;
    let (admin, ministry) = app.before_the_call().await;
    let late = json!({"attestations": {"voluntary": true, "non_profit": true, "non_political": true}});
    let mut body = full_association("Tardive");
    body["attestations"] = late["attestations"].clone();
    let late = app.add_association(&ministry, &body).await.json();
    body["name"] = json!({"fr": "Recensée"});
    let counted = app.add_association(&ministry, &body).await.json();
    app.open_honours_call(&admin).await;
    let system = |organisation: &str, scope: Scope| NewAccount {
        organisation: Some(organisation.to_owned()),
        scopes: vec![scope],
        ..NewAccount::of_role(Role::Integration, "A system")
    };
    let nominating = app.account(&system("Fédération des quartiers", Scope::NominationsSubmit));
    let writing = app.account(&system("FEDERATION  des Quartiers", Scope::AssociationsWrite));
    let stranger = app.account(&system("Observatoire", Scope::AssociationsWrite));
    let national = json!({"attestations": {"national": true}});
    app.patch(&app.token_of(&writing).await, &item(&late), "*", &national).await.expect(200);
    app.patch(&app.token_of(&stranger).await, &item(&counted), "*", &national).await.expect(200);
    let nominating = app.token_of(&nominating).await;
    for (association, outcome, writer) in
        [(&late, "needs_review", "nominee"), (&counted, "pass", "integration")]
    {
        let nomination = app.submitted_by(&nominating, &of_association(2027, &association["id"])).await;
        let outcome_of =
            async || check(&app.eligibility_of(&nomination).await, "national")["outcome"].clone();
        assert_eq!(outcome_of().await, outcome);
        let report = app.eligibility_of(&nomination).await;
        assert_eq!(writers(&report, "national"), pairs([("national", writer)]));
        // Whoever renames the organisation afterwards changes nothing.
        let renamed = json!({"organisation": "Autre"});
        app.patch(&admin, &format!("/v1/accounts/{}", writing.client_id), "*", &renamed).await.expect(200);
        assert_eq!(outcome_of().await, outcome);
    }
}

#[tokio::test]
async fn a_city_does_not_pass_by_what_its_associations_write_after_the_call_opened() {
    let app = App::start().await;
    let (admin, ministry) = app.before_the_call().await;
    let old = json!({"last_activity_on": days_ago(700), "activity_fields": ["2"]});
    app.seat(&ministry, "Vive", &json!({})).await;
    let asleep = app.seat(&ministry, "Réveillée", &old).await;
    let representative = app.representative_of(&asleep).await;
    app.open_city_call(&admin).await;
    let nominator = app.representative_of_city(CITY).await;
    let nomination = app.submitted_by(&nominator, &of_city(2027, CITY)).await;
    let count = async || check(&app.eligibility_of(&nomination).await, "active_associations").clone();
    assert_eq!(count().await["outcome"], "fail");

    let awake = json!({"last_activity_on": days_ago(2)});
    app.patch(&representative, &item(&asleep), "*", &awake).await.expect(200);
    let report = app.eligibility_of(&nomination).await;
    for (code, outcome) in [
        ("active_associations", "needs_review"),
        ("activity_fields", "needs_review"),
        ("latest_activity", "pass"),
    ] {
        assert_eq!(check(&report, code)["outcome"], outcome, "{report}");
    }
    let evidence = &check(&report, "active_associations")["evidence"];
    assert_eq!(
        (&evidence["active_associations"], &evidence["independent_active_associations"]),
        (&json!(2), &json!(1))
    );
    let by_representatives = json!([{"written_by": "association_representative", "associations": 1}]);
    assert_eq!(evidence["written_since_call"], by_representatives);
    assert_eq!(check(&report, "activity_fields")["evidence"]["independent_activity_fields"], 1);
    assert_eq!(check(&report, "latest_activity")["evidence"]["independent_active_associations"], 1);
    let english = app.get(&with(&eligibility(&nomination), "lang", "en")).await.json();
    assert!(
        check(&english, "active_associations")["detail"].as_str().unwrap().contains("the representatives of")
    );
    let asked = app.would_be(&json!({"kind": "city", "city_code": CITY})).await;
    assert_eq!(check(&asked, "active_associations")["outcome"], "needs_review");

    // A system of the city's own is the city; one of somebody else is not.
    let scopes = vec![Scope::AssociationsWrite];
    let of_the_city = app.account(&NewAccount {
        city: Some(CITY.to_owned()),
        scopes: scopes.clone(),
        ..NewAccount::of_role(Role::Integration, "The city's system")
    });
    let made =
        app.seat(&app.token_of(&of_the_city).await, "Inventée", &json!({"activity_fields": ["3"]})).await;
    let counted = count().await;
    assert_eq!(counted["outcome"], "needs_review", "{counted}");
    let and_the_city = json!([
        {"written_by": "nominee", "associations": 1},
        {"written_by": "association_representative", "associations": 1},
    ]);
    assert_eq!(counted["evidence"]["written_since_call"], and_the_city);
    let stranger = app.token_of(&app.integration(&scopes)).await;
    app.seat(&stranger, "Recensée", &json!({"activity_fields": ["4"]})).await;
    let counted = count().await;
    assert_eq!(counted["outcome"], "pass", "two do not rest on the city's own word: {counted}");
    assert_eq!(counted["evidence"]["independent_active_associations"], 2);
    assert_eq!(app.eligibility_of(&nomination).await["outcome"], "pass");
    app.delete(&ministry, &item(&made), "*").await.expect(204);
    assert_eq!(count().await["outcome"], "pass");
}

#[tokio::test]
async fn a_system_that_nominates_a_city_cannot_fill_it() {
    let app = App::start().await;
    let (admin, _) = app.before_the_call().await;
    app.open_city_call(&admin).await;
    let system = app.token_of(&app.integration(&[Scope::AssociationsWrite, Scope::NominationsSubmit])).await;
    for name in ["Une", "Deux"] {
        app.seat(&system, name, &json!({"activity_fields": ["1", "2"]})).await;
    }
    let asked = app.would_be(&json!({"kind": "city", "city_code": CITY})).await;
    assert_eq!(asked["outcome"], "pass", "whoever else nominates: {asked}");
    let nomination = app.submitted_by(&system, &of_city(2027, CITY)).await;
    let report = app.eligibility_of(&nomination).await;
    for code in ["active_associations", "activity_fields", "latest_activity"] {
        assert_eq!(check(&report, code)["outcome"], "needs_review", "{code}");
    }
    let written = json!([{"written_by": "nominee", "associations": 2}]);
    assert_eq!(check(&report, "active_associations")["evidence"]["written_since_call"], written);
}

#[tokio::test]
async fn reference_data_is_named_as_the_source() {
    let app = App::start().await;
    let (admin, _) = app.before_the_call().await;
    let loaded = app.get("/v1/associations?limit=1").await.items().remove(0);
    let evidence = async || {
        let asked = app.would_be(&json!({"kind": "association", "association_id": loaded["id"]})).await;
        check(&asked, "registered")["evidence"].clone()
    };
    let before = evidence().await;
    assert_eq!(before["written"][0]["written_by"], "source");
    assert_eq!(before["written"][0]["source"], "data/associations.csv");
    assert!(before["written"][0]["written_at"].is_string());
    app.patch(&admin, &item(&loaded), "*", &json!({"status": "active"})).await.expect(200);
    let after = evidence().await;
    assert_eq!(after["written"][0], before["written"][0], "its entry is still theirs");
    assert_eq!(after["written"][1]["written_by"], "administrator");
}
