//! Two entries that are one association are joined, so that nothing is lost and nothing is bent; and a wrong merge is undone.

use nasij::access::{NewAccount, Role};
use nasij::database::types::Id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::nominations::{of_association, path};
use crate::steps::{association, column, fault, faults};

/// Two entries of one association, and who keeps the register.
struct Twins {
    app: App,
    token: String,
    stays: String,
    double: String,
}

fn id(record: &Value) -> &str {
    record["id"].as_str().expect("an identifier")
}

fn of(id: &str) -> String {
    format!("/v1/associations/{id}")
}

impl Twins {
    async fn new() -> Self {
        let app = App::start().await;
        let token = app.token(Role::MinistryOfficer).await;
        let mut ids = Vec::new();
        for (name, ice, system) in [
            ("Association Al Amal", "001234567000089", "cadastre"),
            ("Amal (doublon)", "001234567000090", "prefecture"),
        ] {
            let mut body = association(name);
            body["internal"] = json!({"ice": ice, "external_ids": {system: "A-1", "ministere": ice}});
            ids.push(id(&app.add_association(&token, &body).await.json()).to_owned());
        }
        Self { stays: ids[0].clone(), double: ids[1].clone(), app, token }
    }

    fn merges(&self) -> String {
        format!("{}/merges", of(&self.stays))
    }

    fn body(&self) -> Value {
        json!({"duplicate_id": self.double, "reason": "Inscrite deux fois."})
    }

    async fn merge(&self) -> Value {
        self.app.post(&self.token, &self.merges(), &self.body()).await.expect(201).json()
    }

    fn reversals(&self, merge: &Value) -> String {
        format!("{}/{}/reversals", self.merges(), id(merge))
    }

    async fn undo(&self, merge: &Value) -> Value {
        let reason = json!({"reason": "Elles sont deux."});
        self.app.post(&self.token, &self.reversals(merge), &reason).await.expect(201).json()
    }

    async fn undo_is_refused(&self, merge: &Value) -> Value {
        let reason = json!({"reason": "Elles sont deux."});
        self.app.post(&self.token, &self.reversals(merge), &reason).await.problem(409)
    }

    async fn read(&self, id: &str) -> Value {
        self.app.get_as(&self.token, &of(id)).await.expect(200).json()
    }

    /// An honour of an edition, with no nomination.
    fn honour(&self, id: &str, year: i64) {
        self.app.execute(format!(
            "INSERT INTO honours (id, edition_id, association_id, title, version, created_at, updated_at) \
             SELECT '{}', id, '{id}', '{{\"fr\": \"Prix\"}}', 1, created_at, created_at FROM editions WHERE year = {year}",
            Id::new()
        ));
    }

    /// A nomination for an edition that is over.
    async fn nominated_once(&self, id: &str) -> Value {
        self.app.with_draft_edition(2027, &Value::Null).await;
        let nomination = self.app.nominate(&self.token, &of_association(2027, &json!(id))).await;
        self.app.put_edition_in(2027, "archived");
        nomination
    }
}

#[tokio::test]
async fn what_belongs_to_the_duplicate_goes_over_and_its_address_leads_to_the_one_that_stays() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    twins.honour(&twins.double, 2022);
    let nomination = twins.nominated_once(&twins.double).await;
    let account = NewAccount {
        association_id: Some(twins.double.parse().unwrap()),
        ..NewAccount::of_role(Role::AssociationRepresentative, "Représentante")
    };
    let speaks = app.token_of(&app.account(&account)).await;

    let made = app.post(token, &twins.merges(), &twins.body()).await.expect(201);
    let merge = made.json();
    assert_eq!(made.header("location"), format!("{}/{}", twins.merges(), merge["id"].as_str().unwrap()));
    assert_eq!(merge["moved"]["nominations"], json!([nomination["id"]]));
    assert_eq!(["honours", "accounts"].map(|kind| merge["moved"][kind].as_array().unwrap().len()), [1, 1]);

    let stays = twins.read(&twins.stays).await;
    assert_eq!(stays["distinctions"][0]["edition_year"], 2022);
    assert_eq!(stays["name"]["fr"], "Association Al Amal");
    let ids = json!({"cadastre": "A-1", "ministere": "001234567000089", "prefecture": "A-1"});
    assert_eq!(
        (&stays["internal"]["external_ids"], &stays["internal"]["ice"]),
        (&ids, &json!("001234567000089"))
    );
    let moved = app.get_as(token, &path(&nomination)).await.expect(200).json();
    assert_eq!(moved["association_id"], twins.stays.as_str());
    app.patch(&speaks, &of(&twins.stays), "*", &json!({"volunteers": 5})).await.expect(200);

    for (method, query) in [(Method::GET, ""), (Method::HEAD, ""), (Method::GET, "?lang=fr&fields=id")] {
        let address = format!("{}{query}", of(&twins.double));
        for who in [None, Some(token)] {
            let mut request = app.request(method.clone(), &address);
            if let Some(token) = who {
                request = request.token(token);
            }
            let answer = request.send().await.expect(308);
            assert_eq!(answer.header("location"), format!("{}{query}", of(&twins.stays)));
        }
    }
    assert_eq!(app.associations_named("doublon").await, 0);
    app.expect_intact();
}

#[tokio::test]
async fn writing_the_duplicate_is_refused_with_where_its_survivor_is() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    let merge = twins.merge().await;
    let double = of(&twins.double);
    let replaced = association("Association Al Amal");
    for answer in [
        app.patch(token, &double, "*", &json!({"volunteers": 1})).await,
        app.put(token, &double, "*", &replaced).await,
        app.delete(token, &double, "*").await,
        app.post(token, &format!("{double}/restorations"), &json!({"reason": "Par erreur."})).await,
        app.post(token, &format!("{double}/merges"), &json!({"duplicate_id": twins.stays, "reason": "Non."}))
            .await,
    ] {
        let refused = answer.problem(410);
        assert_eq!(refused["code"], "merged");
        let told = refused["detail"].as_str().unwrap();
        assert!(told.contains(&of(&twins.stays)) && told.contains(&twins.reversals(&merge)), "{told}");
    }
    assert!(
        app.get_as(token, "/v1/deleted-records").await.items().is_empty(),
        "it is not deleted but merged"
    );
    let again = app.post(token, &twins.merges(), &twins.body()).await.problem(422);
    assert_eq!(faults(&again), fault("/duplicate_id", "reference"));
    let admin = app.token(Role::Admin).await;
    let nominated = of_association(2027, &json!(twins.double));
    app.with_draft_edition(2027, &Value::Null).await;
    app.post(&admin, "/v1/nominations", &nominated).await.problem(422);
}

#[tokio::test]
async fn an_association_is_merged_neither_into_itself_nor_into_nothing() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    let with = |id: &str| json!({"duplicate_id": id, "reason": "Inscrite deux fois."});
    for (id, code) in
        [(twins.stays.as_str(), "merge_with_itself"), ("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11", "reference")]
    {
        let refused = app.post(token, &twins.merges(), &with(id)).await.problem(422);
        assert_eq!(faults(&refused), fault("/duplicate_id", code));
    }
    app.post(token, &format!("{}/merges", of("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11")), &twins.body())
        .await
        .problem(404);
    let mut silent = twins.body();
    silent["reason"] = json!("  ");
    app.post(token, &twins.merges(), &silent).await.problem(422);
    app.post(token, &format!("{}?dry_run=true", twins.merges()), &twins.body()).await.expect(201);
    twins.read(&twins.double).await;
}

#[tokio::test]
async fn nothing_moves_while_either_is_nominated_for_an_edition_that_is_not_over() {
    for state in ["draft", "submitted", "withdrawn"] {
        let twins = Twins::new().await;
        let (app, token) = (&twins.app, &twins.token);
        app.with_draft_edition(2027, &Value::Null).await;
        for (id, other) in [(&twins.double, &twins.stays), (&twins.stays, &twins.double)] {
            let nomination = app.nominate(token, &of_association(2027, &json!(id))).await;
            app.put_edition_in(2027, "honours_call_open");
            if state != "draft" {
                app.put_nomination_in(&nomination, state);
            }
            let refused = app.post(token, &twins.merges(), &twins.body()).await.problem(409);
            assert_eq!(refused["code"], "merge_obstacle", "{other}");
            let at = path(&nomination).trim_start_matches("/v1").to_owned();
            assert!(faults(&refused).contains(&(at, "nominated_now".to_owned())), "{refused}");
            app.execute(format!(
                "DELETE FROM nominations WHERE id = '{}'",
                nomination["id"].as_str().unwrap()
            ));
            app.put_edition_in(2027, "draft");
        }
    }
}

#[tokio::test]
async fn those_who_were_two_to_one_edition_are_not_one() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    twins.honour(&twins.double, 2022);
    twins.honour(&twins.stays, 2022);
    app.with_draft_edition(2027, &Value::Null).await;
    for id in [&twins.double, &twins.stays] {
        app.nominate(token, &of_association(2027, &json!(id))).await;
    }
    app.put_edition_in(2027, "archived");
    let refused = app.post(token, &twins.merges(), &twins.body()).await.problem(409);
    let codes: Vec<String> = faults(&refused).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["honoured_twice", "nominated_twice"]);
    twins.read(&twins.double).await;
}

#[tokio::test]
async fn exactly_what_went_over_goes_back() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    twins.honour(&twins.double, 2022);
    twins.honour(&twins.stays, 2023);
    let nomination = twins.nominated_once(&twins.double).await;
    let account = NewAccount {
        association_id: Some(twins.double.parse().unwrap()),
        ..NewAccount::of_role(Role::AssociationRepresentative, "Représentante")
    };
    let speaks = app.token_of(&app.account(&account)).await;
    let before = (twins.read(&twins.stays).await, twins.read(&twins.double).await);
    let merge = twins.merge().await;
    let undone = twins.undo(&merge).await;
    assert_eq!((&undone["id"], &undone["reversal_reason"]), (&merge["id"], &json!("Elles sont deux.")));
    let mut after = (twins.read(&twins.stays).await, twins.read(&twins.double).await);
    after.1["updated_at"] = before.1["updated_at"].clone();
    assert_eq!(after, before);
    let moved = app.get_as(token, &path(&nomination)).await.expect(200).json();
    assert_eq!(moved["association_id"], twins.double.as_str());
    app.patch(&speaks, &of(&twins.double), "*", &json!({"volunteers": 5})).await.expect(200);
    app.patch(&speaks, &of(&twins.stays), "*", &json!({"volunteers": 5})).await.problem(403);
    assert_eq!(twins.undo_is_refused(&merge).await["code"], "merge_reversed");
    // They can be joined again; both merges stay in the list.
    twins.merge().await;
    assert_eq!(app.get_as(token, &twins.merges()).await.items().len(), 2);
    app.expect_intact();
}

#[tokio::test]
async fn what_has_moved_on_since_keeps_a_merge_from_being_undone() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    let account = NewAccount {
        association_id: Some(twins.double.parse().unwrap()),
        ..NewAccount::of_role(Role::AssociationRepresentative, "Représentante")
    };
    let credentials = app.account(&account);
    let merge = twins.merge().await;
    let admin = app.token(Role::Admin).await;
    let account = format!("/v1/accounts/{}", credentials.client_id);
    let elsewhere =
        app.add_association(token, &association("Association ailleurs")).await.json()["id"].clone();
    app.patch(&admin, &account, "*", &json!({"association_id": elsewhere})).await.expect(200);
    let refused = twins.undo_is_refused(&merge).await;
    assert_eq!(faults(&refused), fault(account.trim_start_matches("/v1"), "moved_on"));
    twins.app.get(&of(&twins.double)).await.expect(308);
    app.patch(&admin, &account, "*", &json!({"association_id": twins.stays})).await.expect(200);

    app.with_draft_edition(2027, &Value::Null).await;
    let nomination = app.nominate(token, &of_association(2027, &json!(twins.stays))).await;
    let refused = twins.undo_is_refused(&merge).await;
    assert_eq!(faults(&refused), fault(path(&nomination).trim_start_matches("/v1"), "nominated_now"));
    app.put_edition_in(2027, "archived");

    let mut same = association("Amal (doublon)");
    same["volunteers"] = json!(1);
    let taken = app.add_association(token, &same).await;
    assert_eq!(twins.undo_is_refused(&merge).await["code"], "already_exists");
    app.delete(token, taken.header("location"), "*").await.expect(204);
    twins.undo(&merge).await;
    // What was added meanwhile stays.
    let added = app.get_as(token, &path(&nomination)).await.expect(200).json();
    assert_eq!(added["association_id"], twins.stays.as_str());
}

#[tokio::test]
async fn a_chain_of_merges_leads_to_its_end_and_is_undone_from_there() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    let merge = twins.merge().await;
    let last = app.add_association(token, &association("Association Amal unie")).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let body = json!({"duplicate_id": twins.stays, "reason": "Encore une."});
    app.post(token, &format!("{}/merges", of(&last)), &body).await.expect(201);
    for id in [&twins.double, &twins.stays] {
        assert_eq!(app.get(&of(id)).await.expect(308).header("location"), of(&last));
    }
    let reason = json!({"reason": "Elles sont deux."});
    assert_eq!(app.post(token, &twins.reversals(&merge), &reason).await.problem(410)["code"], "merged");
}

#[tokio::test]
async fn both_histories_tell_of_a_merge_and_nothing_internal_is_public() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    let merge = twins.merge().await;
    twins.undo(&merge).await;
    let admin = app.token(Role::Admin).await;
    let trail = async |kind: &str, id: &str| {
        app.get_as(&admin, &format!("/v1/audit?resource_type={kind}&resource_id={id}&sort=at")).await.items()
    };
    let of_double = trail("association", &twins.double).await;
    assert_eq!(column(&of_double, "action"), ["create", "delete", "restore"]);
    let of_stays = trail("association", &twins.stays).await;
    assert_eq!(column(&of_stays, "action"), ["create", "update", "update"]);
    let joined = |place: usize, state: &str| of_stays[place][state]["merged_duplicates"].clone();
    let twin = json!([twins.double]);
    assert_eq!((joined(1, "before"), joined(1, "after")), (Value::Null, twin.clone()));
    assert_eq!((joined(2, "before"), joined(2, "after")), (twin, Value::Null));
    let of_merge = trail("association_merge", merge["id"].as_str().unwrap()).await;
    assert_eq!(column(&of_merge, "action"), ["create", "update"]);
    assert_eq!(of_merge[1]["after"]["reversal_reason"], "Elles sont deux.");

    app.get(&twins.merges()).await.problem(401);
    let representative = app.representative_of(&json!({"id": twins.stays})).await;
    app.get_as(&representative, &twins.merges()).await.problem(403);
    app.post(&representative, &twins.merges(), &twins.body()).await.problem(403);
    let listed = app.get_as(token, &twins.merges()).await.expect(200);
    for hidden in ["A-1", "0012345670000", "prefecture"] {
        assert!(!listed.text().contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn who_asks_for_the_personal_data_of_a_merged_association_can_have_it_erased() {
    let twins = Twins::new().await;
    let (app, token) = (&twins.app, &twins.token);
    let who =
        json!({"internal": {"legal_representative": "Amina B.", "representative_contact": "0600000000"}});
    app.patch(token, &of(&twins.double), "*", &who).await.expect(200);
    twins.merge().await;
    let data = format!("{}/personal-data", of(&twins.double));
    let held = app.get_as(token, &data).await.expect(200);
    assert_eq!(held.json()["legal_representative"], "Amina B.");
    app.delete(token, &data, held.header("etag")).await.expect(204);
    assert!(!app.get_as(token, &data).await.expect(200).text().contains("Amina"));
}

#[tokio::test]
async fn a_merge_is_made_once_for_each_key() {
    let twins = Twins::new().await;
    for replayed in [None, Some("true")] {
        let request =
            twins.app.request(Method::POST, &twins.merges()).token(&twins.token).json(&twins.body());
        let answer = request.header("idempotency-key", "merge-1").send().await.expect(201);
        assert_eq!(answer.optional_header("idempotent-replayed"), replayed);
    }
    assert_eq!(twins.app.get_as(&twins.token, &twins.merges()).await.items().len(), 1);
}
