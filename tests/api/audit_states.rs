//! The states in the audit trail are those that are kept: each change of a record begins with what the change before it left,
//! and what was made is told as it is read, whatever was typed.

use std::collections::BTreeSet;

use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::path_of;
use crate::achievements::achievement;
use crate::app::App;
use crate::architecture::sources;
use crate::binary::{Home, printed};
use crate::decisions::{by_ranking, good, of_honours};
use crate::documents::document_path;
use crate::forge::decoded;
use crate::institution_signers::Signer;
use crate::jury_at_work::{JuryAtWork, YEAR, sheet};
use crate::nominations::of_city;
use crate::steps::full_association;
use crate::trail::Trail;

/// The kinds of records that each test below changes, one time after the other.
const OF_THE_REGISTER: [&str; 10] = [
    "achievement",
    "association",
    "association_merge",
    "city",
    "criteria",
    "document",
    "edition",
    "event",
    "nomination",
    "partner",
];
const OF_THE_JURY: [&str; 4] = ["conflict", "deliberation", "evaluation", "nomination"];
const OF_DECISIONS: [&str; 5] = ["deliberation", "designation", "edition", "honour", "nomination"];
const OF_ACCESS: [&str; 2] = ["account", "institution_key"];
const OF_KEYS: [&str; 1] = ["signing_key"];

/// The kinds of records that never change: they are made, or they end.
const UNCHANGING: [&str; 5] = ["assignment", "eligibility_decision", "import", "tie_decision", "token"];

fn set<'a>(kinds: impl IntoIterator<Item = &'a &'a str>) -> BTreeSet<String> {
    kinds.into_iter().map(|kind| (*kind).to_owned()).collect()
}

#[test]
fn the_tests_below_change_records_of_every_kind() {
    let quoted = |text: &str| text.split('"').nth(1).map(str::to_owned);
    let declared = "const KIND: &'static str = ";
    let all: BTreeSet<String> = sources()
        .values()
        .flat_map(|text| text.split(declared).skip(1).map(|rest| rest.split(';').next().unwrap_or_default()))
        .filter_map(quoted)
        .collect();
    let changed = [&OF_THE_REGISTER[..], &OF_THE_JURY, &OF_DECISIONS, &OF_ACCESS, &OF_KEYS, &UNCHANGING];
    assert_eq!(all, set(changed.concat().iter()));
}

impl App {
    /// The trail, which has to have changes of records of all these kinds.
    async fn trail_of(&self, kinds: &[&str]) -> Trail {
        let mut trail = self.whole_trail().await;
        let compared = trail.compared();
        let missing: Vec<_> = set(kinds).difference(&compared).cloned().collect();
        assert!(missing.is_empty(), "no change of {missing:?}");
        trail
    }

    /// Changes a record by each of these patches, and returns it.
    async fn patch_each(&self, token: &str, path: &str, patches: &[Value]) -> Value {
        for patch in patches {
            self.patch(token, path, "*", patch).await.expect(200);
        }
        self.get_as(token, path).await.expect(200).json()
    }

    /// Makes a record and changes it by each of these patches.
    async fn make(&self, token: &str, collection: &str, body: &Value, patches: &[Value]) -> String {
        let made = self.post(token, collection, body).await.expect(201).header("location").to_owned();
        self.patch_each(token, &made, patches).await;
        made
    }

    async fn delete_and_bring_back(&self, token: &str, path: &str) {
        self.delete(token, path, "*").await.expect(204);
        let reason = json!({"reason": "Par erreur."});
        self.post(token, &format!("{path}/restorations"), &reason).await.expect(201);
    }
}

#[test]
#[should_panic(expected = "volunteers of")]
fn a_change_that_begins_with_something_else_is_found() {
    let entry = |action: &str, before: Value, after: Value| json!({"resource_type": "association", "resource_id": "a", "action": action, "before": before, "after": after});
    let made = entry("create", Value::Null, json!({"name": "x", "volunteers": 1}));
    let changed = entry("update", json!({"volunteers": 2}), json!({"volunteers": 3}));
    Trail::of(&format!("{made}\n{changed}")).compared();
}

#[tokio::test]
async fn what_was_lived_is_told_without_a_break() {
    let app = crate::story::app_after_an_edition().await;
    app.trail_of(&["deliberation", "designation", "edition", "evaluation", "nomination"]).await;
}

#[tokio::test]
async fn the_register_is_told_as_it_is_kept() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2031, &json!({"city_code": "agadir"})).await;
    // Written as people write: by slug, with spaces, in decomposed letters.
    let named = json!({
        "name": {"fr": "  Cafe\u{301}  "}, "city_code": "tetouan", "internal": {"ice": "٠٠١٢٣٤٥٦٧ ٠٠٠٠٨٩"},
        "activity_fields": ["5", "1", "5"], "values": ["dialogue", "citizenship"],
    });
    let patches = [
        json!({"city_code": "oujda"}),
        json!({"volunteers": 3}),
        json!({"internal": {"tax_id": "T-1", "ice": null}}),
        json!({"internal": {"tax_id": null}}),
    ];
    let some = app.make(&admin, "/v1/associations", &named, &patches).await;
    app.patch(&admin, &some, "*", &json!({"internal": {"ice": "001234567000089"}})).await.expect(200);
    app.delete_and_bring_back(&admin, &some).await;

    let city = json!({
        "code": "02.411.01.96", "slug": "told", "name": {"fr": "Told"}, "kind": "rural", "province_code": "02.411",
    });
    let patches = [json!({"population_2024": 5}), json!({"population_2024": null}), json!({"slug": "kept"})];
    let city = app.make(&admin, "/v1/cities", &city, &patches).await;
    app.delete_and_bring_back(&admin, &city).await;
    app.patch(&admin, &city, "*", &json!({"name": {"ar": "مدينة"}})).await.expect(200);

    let edition = "/v1/editions/2031";
    let patches =
        [json!({"ordinal": 9, "city_code": "fes"}), json!({"city_code": null}), json!({"ordinal": null})];
    app.patch_each(&admin, edition, &patches).await;
    for weight in [60, 70] {
        let criterion = |kind: &str, code: &str, weight: i64| json!({"code": code, "nomination_kind": kind, "name": {"fr": format!("  {code} ")}, "weight": weight});
        let items = [
            criterion("city", "programme", weight),
            criterion("association", "impact", 100),
            criterion("city", "heritage", 100 - weight),
        ];
        app.put(&admin, &format!("{edition}/criteria"), "*", &json!({"items": items})).await.expect(200);
    }
    let event = json!({"kind": "opening", "title": {"fr": "Ouverture"}});
    let patches = [json!({"starts_on": "2031-05-20"}), json!({"starts_on": null})];
    let event = app.make(&admin, &format!("{edition}/events"), &event, &patches).await;
    app.delete(&admin, &event, "*").await.expect(204);
    let partner = json!({"kind": "elected", "name": {"fr": "Conseil"}});
    let patches = [json!({"name": {"ar": "مجلس"}}), json!({"name": {"fr": "Conseil communal"}})];
    let partner = app.make(&admin, &format!("{edition}/partners"), &partner, &patches).await;
    app.delete(&admin, &partner, "*").await.expect(204);

    let patches = [json!({"statement": {"fr": "Autre."}}), json!({"programme": null})];
    let nomination = app.make(&admin, "/v1/nominations", &of_city(2031, "fes"), &patches).await;
    app.delete_and_bring_back(&admin, &nomination).await;
    let patches = [json!({"achieved_on": "2025-06-14"}), json!({"achieved_on": null})];
    let achieved = app.make(&admin, &format!("{nomination}/achievements"), &achievement(), &patches).await;
    app.delete(&admin, &achieved, "*").await.expect(204);
    let nomination = app.get_as(&admin, &nomination).await.expect(200).json();
    let document = app.add_pdf(&admin, &nomination, "1").await;
    app.delete(&admin, &document_path(&document), "*").await.expect(204);
    app.delete_and_bring_back(&admin, edition).await;

    let mut twins = Vec::new();
    for name in ["Association qui reste", "Association double"] {
        let twin = app.add_association(&admin, &full_association(name)).await.json();
        twins.push(twin["id"].as_str().unwrap().to_owned());
    }
    let stays = format!("/v1/associations/{}", twins[0]);
    let merge = json!({"duplicate_id": twins[1], "reason": "Deux fois."});
    let merge = app.post(&admin, &format!("{stays}/merges"), &merge).await.expect(201);
    app.patch_each(&admin, &stays, &[json!({"volunteers": 7})]).await;
    let undone = json!({"reason": "Elles sont deux."});
    app.post(&admin, &format!("{}/reversals", merge.header("location")), &undone).await.expect(201);

    let trail = app.trail_of(&OF_THE_REGISTER).await;
    let kept = trail.left("association", &json!(some.rsplit('/').next()));
    assert_eq!((&kept["city_code"], &kept["name"]["fr"]), (&json!("02.411.01.23"), &json!("Café")), "{kept}");
    assert_eq!(kept["internal"], json!({"ice": "001234567000089"}));
    assert_eq!(
        (&kept["activity_fields"], &kept["values"]),
        (&json!(["1", "5"]), &json!(["citizenship", "dialogue"]))
    );
    let emptied = trail.entries.iter().filter(|entry| entry["after"].get("internal") == Some(&json!({})));
    assert_eq!(emptied.count(), 0, "an internal record without anything is none");
    let shown = app.get(&format!("{edition}/criteria")).await.items();
    let kept = trail.left("criteria", &json!(2031));
    for (shown, kept) in shown.iter().zip(kept["items"].as_array().expect("a list")) {
        assert_eq!((&shown["code"], &shown["weight"]), (&kept["code"], &kept["weight"]));
        assert_eq!(shown["name"]["fr"], kept["name"]["fr"]);
    }
}

#[tokio::test]
async fn the_work_of_a_jury_is_told_as_it_is_kept() {
    let jury = JuryAtWork::new(3, &["fes", "safi"]).await;
    let (app, jurors, nomination) = (&jury.app, &jury.jurors, &jury.nominations[0]);
    let drawn =
        jury.draw("", &json!({"kind": "city", "evaluations_per_nomination": 3})).await.expect(201).json();
    let mut sheets = Vec::new();
    for evaluation in jury.evaluations().await {
        let juror = jurors.iter().find(|juror| evaluation["juror_id"] == juror.id).expect("a juror");
        let of = jury.nominations.iter().find(|one| one["id"] == evaluation["nomination_id"]).expect("one");
        jury.declare(juror, of, &json!({"conflict": false})).await.expect(201);
        let score = if juror.id == jurors[0].id { 10 } else { 1 };
        jury.write(juror, &evaluation, &json!({"scores": {"programme": {"score": score}}})).await.expect(200);
        jury.write(juror, &evaluation, &sheet(score)).await.expect(200);
        jury.submit(juror, &evaluation).await.expect(201);
        sheets.push(evaluation);
    }
    jury.close().await;
    // One after the other the sheets are voided, and what the jury found changes with it.
    let id = nomination["id"].as_str().expect("an identifier");
    for juror in [&jurors[1], &jurors[2], &jurors[0]] {
        app.void(id, &juror.id).await;
    }
    let deliberation = app.get(&format!("/v1/editions/{YEAR}/deliberations")).await.items().remove(0);
    let transitions = format!(
        "/v1/editions/{YEAR}/deliberations/{}/transitions",
        deliberation["id"].as_str().expect("an identifier")
    );
    let office = app.token(Role::IcsoOfficer).await;
    let body = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
    app.request(Method::POST, &transitions).token(&office).if_match("*").json(&body).send().await.expect(201);

    let trail = app.trail_of(&OF_THE_JURY).await;
    let left = trail.left("deliberation", &deliberation["id"]);
    assert_eq!((&left["status"], &left["commitment"]), (&json!("reopened"), &deliberation["commitment"]));
    let outcomes: Vec<_> = trail
        .entries
        .iter()
        .filter(|entry| entry["action"] == "update" && entry["resource_id"] == nomination["id"])
        .map(|entry| (&entry["before"]["outcome"], &entry["after"]["outcome"]))
        .collect();
    let (shortlisted, not_selected) = (json!("shortlisted"), json!("not_selected"));
    assert_eq!(outcomes, [(&not_selected, &shortlisted), (&shortlisted, &not_selected)]);
    let kept = trail.left("assignment", &drawn["id"]);
    for member in ["kind", "seed", "evaluations_per_nomination", "assigned"] {
        assert_eq!(kept[member], drawn[member], "{member}");
    }
    let last = trail.left("evaluation", &sheets[0]["id"]);
    assert_eq!(last["scored"].as_array().map(Vec::len), Some(6), "{last}");
}

#[tokio::test]
async fn decisions_are_told_as_they_are_kept() {
    let app = App::start().await;
    let who = app.institutions().await;
    let jury = app.with_closed_jury(2031, &[("fes", good(8)), ("safi", good(7)), ("agadir", good(7))]).await;
    let order =
        json!({"kind": "city", "nominations": [jury.id(2), jury.id(1)], "reason": "Plus de quartiers."});
    let tie = app.post(&jury.chair, &jury.path("tie-decisions"), &order).await.expect(201).json();
    app.published(&who, 2031, &by_ranking(&jury, 0, &[2])).await;

    let honours = app.with_closed_honours_jury(2032, &[9, 8]).await;
    app.published(&who, 2032, &of_honours(&honours, &[0], &[1])).await;
    app.take_to(&who.ministry, &honours.nominations[0], "revoked").await.expect(201);

    // Put off twice: the history goes on under the new year.
    let admin = app.with_draft_edition(2035, &json!({"city_code": "agadir"})).await;
    app.put_edition_in(2035, "designated");
    for (year, later) in [(2035, 2036), (2036, 2038)] {
        let postponed = json!({"to": "postponed", "reason": {"fr": "Pandémie"}, "year": later});
        app.take_edition(&admin, &format!("/v1/editions/{year}"), &postponed).await.expect(201);
        let back = json!({"to": "designated"});
        app.take_edition(&admin, &format!("/v1/editions/{later}"), &back).await.expect(201);
    }
    let mut of_eligibility = full_association("Presque");
    of_eligibility["attestations"] = json!({"voluntary": true, "non_profit": true, "non_political": true});
    let (_, nomination, _) = app.nominated_association(&of_eligibility).await;
    let decided = app.decide(&who.ministry, &nomination, "national", "pass").await.expect(201).json();

    let trail = app.trail_of(&OF_DECISIONS).await;
    let kept = trail.left("edition", &json!(2038));
    assert_eq!((&kept["year"], &kept["designated_for_year"]), (&json!(2038), &json!(2035)), "{kept}");
    let honour = app.get("/v1/editions/2032/honours").await.items().remove(0);
    let kept = trail.left("honour", &honour["id"]);
    assert_eq!((&kept["revoked_at"], &kept["awarded_on"]), (&honour["revoked_at"], &honour["awarded_on"]));
    let found = trail.entries.iter().find(|entry| entry["resource_type"] == "tie_decision");
    assert_eq!(
        found.expect("an order")["after"],
        json!({"kind": tie["kind"], "nominations": tie["nominations"], "reason": tie["reason"]})
    );
    let decision =
        json!({"check": decided["check"], "outcome": decided["outcome"], "reason": decided["reason"]});
    let found = trail.entries.iter().find(|entry| entry["resource_type"] == "eligibility_decision");
    assert_eq!(
        found.expect("a decision")["after"],
        json!({"nomination_id": nomination["id"], "decision": decision})
    );
}

#[tokio::test]
async fn accounts_keys_and_tokens_are_told_as_they_are_kept() {
    let app = App::start().await;
    let admin = app.admin_token().await;
    let account = app.add_account(&admin, &json!({"name": "  Amina ", "roles": ["juror"]})).await.json();
    let credentials = app.add_secret(&admin, &account, &json!({"label": "laptop"})).await;
    let patches =
        [json!({"city_code": "fes"}), json!({"organisation": "Commune"}), json!({"name": "Amina B."})];
    app.patch_each(&admin, &path_of(&account), &patches).await;
    let token = app.token_of(&credentials).await;
    let form = format!("token={token}");
    let revoke = app.request(Method::POST, "/oauth/revoke").basic(&credentials);
    revoke.body("application/x-www-form-urlencoded", form).send().await.expect(200);
    let secrets = app.get_as(&admin, &format!("{}/secrets", path_of(&account))).await.items();
    let secret =
        format!("{}/secrets/{}", path_of(&account), secrets[0]["id"].as_str().expect("an identifier"));
    app.delete(&admin, &secret, "*").await.expect(204);
    let before_erasure = app.whole_trail().await.entries.len();
    app.delete(&admin, &format!("{}/personal-data", path_of(&account)), "*").await.expect(204);
    let officer = app.token(Role::MinistryOfficer).await;
    let key = app.with_key(&officer, &Signer::p256()).await;
    app.take_key_to(&admin, &key, "revoked").await.expect(201);

    let trail = app.trail_of(&OF_ACCESS).await;
    assert!(trail.entries.len() > before_erasure);
    let kept = trail.left("account", &account["id"]);
    let shown = app.get_as(&admin, &path_of(&account)).await.expect(200).json();
    for member in ["kind", "roles", "scopes", "city_code", "status"] {
        assert_eq!(kept[member], shown[member], "{member}");
    }
    assert_eq!((kept.get("secrets"), &kept["status"]), (None, &json!("disabled")));
    let kept = trail.left("institution_key", &key["id"]);
    assert_eq!((&kept["jwk"], &kept["status"]), (&key["jwk"], &json!("revoked")));
    let claims = decoded(token.split('.').nth(1).expect("three parts"));
    let ended = trail.entries.iter().find(|entry| entry["resource_type"] == "token").expect("an entry");
    assert_eq!(ended["resource_id"], claims["jti"]);
    let told = json!({"client_id": claims["sub"], "scope": claims["scope"], "exp": claims["exp"]});
    assert_eq!(ended["before"], told);
}

#[tokio::test]
async fn signing_keys_are_told_as_they_are_kept() {
    let home = Home::new();
    let service = home.start();
    for _ in 0..2 {
        printed(home.nasij(["keys", "rotate", "--now"]));
    }
    let token = service.token_of(home.admin()).await;
    let path = "/v1/audit?sort=at&format=ndjson&limit=all";
    let answer = service.request(Method::GET, path).token(&token).send().await.expect(200);
    let compared = Trail::of(answer.text()).compared();
    assert!(compared.is_superset(&set(&OF_KEYS)), "{compared:?}");
}
