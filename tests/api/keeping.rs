//! What was signed, sealed, submitted or published is never deleted, by anyone; nor is what it refers to.

use nasij::access::{NewAccount, Role, Scope};
use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::{by_ranking, good, of_honours};
use crate::nominations::{of_association, of_city, path};
use crate::steps::{association, fault, faults};

const PATH: &str = "/v1/editions/2027";

/// A decision on the title without a jury.
fn direct() -> Value {
    json!({"kind": "city", "basis": "direct", "city_code": "meknes", "reason": {"fr": "Par accord."}})
}

/// That no city gets the title.
fn withheld() -> Value {
    json!({"kind": "city", "basis": "withheld", "reason": {"fr": "Aucune candidature ne convient."}})
}

/// A commune that nothing refers to.
fn new_city() -> Value {
    json!({
        "code": "02.411.01.99", "slug": "oujda-jadida", "name": {"fr": "Oujda Jadida"}, "kind": "urban",
        "province_code": "02.411",
    })
}

impl App {
    /// Tokens of the people who keep the register, the ministry's first.
    async fn keepers(&self) -> Vec<String> {
        vec![self.token(Role::MinistryOfficer).await, self.token_of(self.admin()).await]
    }

    /// The token of a system that writes in the register.
    async fn system(&self) -> String {
        let scopes = [Scope::CitiesWrite, Scope::AssociationsWrite, Scope::EditionsWrite];
        self.token_of(&self.integration(&scopes)).await
    }

    /// Tries to delete as each of them, which is refused because of these referrers.
    async fn held(&self, tokens: &[String], path: &str, reasons: &[&str]) {
        for token in tokens {
            let refused = self.delete(token, path, "*").await.problem(409);
            assert_eq!(refused["code"], "in_use", "{refused}");
            let told = faults(&refused);
            for reason in reasons {
                assert!(told.iter().any(|(_, code)| code == reason), "{path}, {reason}: {refused}");
            }
        }
        self.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn a_draft_edition_with_a_decision_is_deleted_by_nobody() {
    let app = App::start().await;
    app.with_draft_edition(2027, &Value::Null).await;
    let who = app.institutions().await;
    let mut everybody = app.keepers().await;
    everybody.push(who.icso.clone());
    let proposed = app.propose(&who.icso, 2027, &direct()).await;
    // The refusal is the same before and after the signatures: it does not tell that it is decided.
    let before = app.delete(&who.icso, PATH, "*").await.problem(409)["errors"].clone();
    app.sign(&who.icso, &proposed).await.expect(201);
    app.sign(&who.ministry, &proposed).await.expect(201);
    assert_eq!(app.delete(&who.icso, PATH, "*").await.problem(409)["errors"], before);
    app.held(&everybody, PATH, &["keep_edition", "held_by_decision"]).await;
    let seen = app.get_as(&who.icso, &format!("{PATH}/designations")).await.items();
    assert_eq!((seen.len(), &seen[0]["status"]), (1, &json!("signed")));
    app.take_designation_to(&who.ministry, &proposed, "annulled").await.expect(201);
    app.held(&everybody, PATH, &["held_by_decision"]).await;
}

#[tokio::test]
async fn a_published_withheld_result_stays_with_its_edition() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(8))]).await;
    let who = app.institutions().await;
    app.published(&who, 2027, &withheld()).await;
    assert_eq!(app.get(PATH).await.json()["status"], "draft");
    let mut everybody = app.keepers().await;
    everybody.push(who.icso.clone());
    app.held(&everybody, PATH, &["held_by_decision", "held_by_jury", "held_by_nomination"]).await;
    app.get(&format!("{PATH}/results/proof?kind=city")).await.expect(200);
    let again = json!({"year": 2027, "name": {"fr": "La même année"}});
    app.post(&jury.admin, "/v1/editions", &again).await.problem(409);
}

#[tokio::test]
async fn a_draft_edition_with_a_submitted_nomination_stays_and_one_with_drafts_does_not() {
    let app = App::start().await;
    let token = app.with_draft_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    let rehearsal = format!("{PATH}?dry_run=true");
    app.delete(&token, &rehearsal, "*").await.expect(204);
    app.put_nomination_in(&nomination, "withdrawn");
    app.held(std::slice::from_ref(&token), PATH, &["held_by_nomination"]).await;
}

#[tokio::test]
async fn the_city_of_an_edition_stays_while_its_title_is_decided() {
    let app = App::start().await;
    let token = app.with_draft_edition(2027, &Value::Null).await;
    let who = app.institutions().await;
    app.patch(&token, PATH, "*", &json!({"city_code": "agadir"})).await.expect(200);
    let edition = app.get(PATH).await.json();
    let proposed = app.propose(&who.icso, 2027, &direct()).await;
    for signed in [false, true] {
        // Also the decided one: a refusal of the others would tell.
        for city in [json!("fes"), json!("meknes"), Value::Null] {
            let refused = app.patch(&token, PATH, "*", &json!({"city_code": city})).await.problem(409);
            assert_eq!(faults(&refused), fault("/city_code", "held_by_decision"), "{city}");
        }
        app.patch(&token, PATH, "*", &json!({"city_code": "agadir", "slogan": {"fr": "Ensemble"}}))
            .await
            .expect(200);
        if !signed {
            app.sign(&who.icso, &proposed).await.expect(201);
            app.sign(&who.ministry, &proposed).await.expect(201);
        }
    }
    assert_eq!(app.get(PATH).await.json()["city_code"], edition["city_code"]);
    app.take_designation_to(&who.ministry, &proposed, "annulled").await.expect(201);
    app.patch(&token, PATH, "*", &json!({"city_code": "fes"})).await.expect(200);
}

#[tokio::test]
async fn while_an_edition_is_in_review_every_city_that_could_have_its_title_stays() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let tokens = app.keepers().await;
    app.post(&admin, "/v1/cities", &new_city()).await.expect(201);
    let city = "/v1/cities/oujda-jadida";
    // Nobody has decided anything: before and after the review it is as any other.
    for (state, kept) in [("city_call_open", false), ("city_review", true), ("city_call_open", false)] {
        app.put_edition_in(2027, state);
        for token in &tokens {
            if kept {
                app.held(std::slice::from_ref(token), city, &["held_by_pending_title"]).await;
            } else {
                app.delete(token, &format!("{city}?dry_run=true"), "*").await.expect(204);
            }
        }
    }
    // A rural commune cannot have a title.
    app.execute("UPDATE cities SET kind = 'rural' WHERE slug = 'oujda-jadida'".to_owned());
    app.put_edition_in(2027, "city_review");
    app.delete(&admin, city, "*").await.expect(204);
}

#[tokio::test]
async fn a_city_is_neither_deleted_nor_becomes_another_after_both_signatures() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let tokens = app.keepers().await;
    let designation = app.signed(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    // The refusals of the selected one, of the reserve and of one that was not nominated are alike but for the public
    // nominations.
    for (city, nominated) in [("fes", true), ("safi", true), ("meknes", false)] {
        let path = format!("/v1/cities/{city}");
        app.held(&tokens, &path, &["keep_city", "held_by_pending_title"]).await;
        for token in &tokens {
            let other = json!({"kind": "rural", "slug": "autre", "name": {"fr": "Une autre"}});
            let refused = app.patch(token, &path, "*", &other).await.problem(409);
            assert_eq!(refused["code"], "in_use");
            let told = faults(&refused);
            for field in ["/kind", "/slug", "/name"] {
                assert!(told.contains(&(field.to_owned(), "kept_for_process".to_owned())), "{refused}");
            }
            assert_eq!(
                told.iter().any(|(_, code)| code == "held_by_nomination"),
                nominated,
                "{city}: {refused}"
            );
        }
        app.patch(&tokens[0], &path, "*", &json!({"population_2024": 7})).await.expect(200);
    }
    app.take_designation_to(&who.ministry, &designation, "published").await.expect(201);
    app.held(&tokens, "/v1/cities/fes", &["held_by_edition", "held_by_nomination"]).await;
    // The title of long ago keeps its city as well.
    app.held(&tokens, "/v1/cities/oujda", &["held_by_edition"]).await;
}

#[tokio::test]
async fn a_city_with_a_title_keeps_its_names_and_one_that_nothing_uses_is_corrected() {
    let app = App::start().await;
    let tokens = app.keepers().await;
    app.post(&tokens[1], "/v1/cities", &new_city()).await.expect(201);
    let kept = |pointer: &str| (pointer.to_owned(), "kept_for_process".to_owned());
    for token in &tokens {
        for (change, pointer) in [
            (json!({"slug": "wajda"}), "/slug"),
            (json!({"name": {"fr": "Berkane"}}), "/name"),
            (json!({"name": {"ar": null}}), "/name"),
            (json!({"kind": "rural"}), "/kind"),
        ] {
            let refused = app.patch(token, "/v1/cities/oujda", "*", &change).await.problem(409);
            assert!(faults(&refused).contains(&kept(pointer)), "{change}: {refused}");
        }
    }
    // No other city takes the address of a capital.
    let taken = json!({"slug": "oujda"});
    app.patch(&tokens[0], "/v1/cities/oujda-jadida", "*", &taken).await.problem(409);
    // What nothing uses is corrected, and a name may be told in one more language.
    let corrected = json!({"slug": "oujda-la-neuve", "name": {"fr": "Oujda la Neuve"}, "kind": "rural"});
    app.patch(&tokens[0], "/v1/cities/oujda-jadida", "*", &corrected).await.expect(200);
    let more = json!({"name": {"en": "Oujda"}, "population_2024": 507_000});
    app.patch(&tokens[0], "/v1/cities/oujda", "*", &more).await.expect(200);
    assert_eq!(app.get("/v1/cities/oujda").await.json()["name"]["en"], "Oujda");
}

#[tokio::test]
async fn a_system_is_refused_in_the_same_words_whether_or_not_a_title_is_decided() {
    let app = App::start().await;
    let admin = app.with_draft_edition(2027, &json!({"city_code": "agadir"})).await;
    app.post(&admin, "/v1/cities", &new_city()).await.expect(201);
    let (who, system) = (app.institutions().await, app.system().await);
    let told = async || {
        let mut told = vec![
            app.delete(&system, PATH, "*").await.problem(403),
            app.delete(&system, "/v1/cities/oujda-jadida", "*").await.problem(403),
        ];
        for (path, change) in [
            (PATH, json!({"city_code": "fes"})),
            (PATH, json!({"city_code": "meknes"})),
            (PATH, json!({"city_code": null})),
            (PATH, json!({"designated_on": "2027-01-05"})),
            ("/v1/cities/oujda-jadida", json!({"kind": "rural"})),
            ("/v1/cities/oujda-jadida", json!({"slug": "autre"})),
            ("/v1/cities/oujda-jadida", json!({"name": {"fr": "Autre"}})),
            ("/v1/cities/meknes", json!({"kind": "rural"})),
        ] {
            let refused = app.patch(&system, path, "*", &change).await.problem(403);
            assert_eq!(refused["code"], "forbidden_field", "{change}");
            told.push(refused["errors"].clone());
        }
        told.iter_mut().for_each(|problem| drop(problem.as_object_mut().map(|it| it.remove("request_id"))));
        // What a system keeps in step stays open to it.
        app.patch(&system, PATH, "*", &json!({"slogan": {"fr": "Ensemble"}, "city_code": "agadir"}))
            .await
            .expect(200);
        let synchronised = json!({"population_2024": 7, "name": {"en": "Oujda Jadida"}});
        app.patch(&system, "/v1/cities/oujda-jadida", "*", &synchronised).await.expect(200);
        told
    };
    let before = told().await;
    let proposed = app.propose(&who.icso, 2027, &direct()).await;
    assert_eq!(told().await, before, "proposed");
    app.sign(&who.icso, &proposed).await.expect(201);
    app.sign(&who.ministry, &proposed).await.expect(201);
    assert_eq!(told().await, before, "signed");
    app.take_designation_to(&who.ministry, &proposed, "annulled").await.expect(201);
    assert_eq!(told().await, before, "annulled");
    // It loads editions, without their cities.
    let old = json!({"year": 2030, "name": {"fr": "Capitale 2030"}});
    app.post(&system, "/v1/editions", &old).await.expect(201);
    let named = json!({"year": 2031, "name": {"fr": "Capitale 2031"}, "city_code": "fes"});
    app.post(&system, "/v1/editions", &named).await.problem(403);
}

#[tokio::test]
async fn a_city_stays_for_what_is_nominated_seated_or_represented_there() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let tokens = app.keepers().await;
    app.post(&admin, "/v1/cities", &new_city()).await.expect(201);
    let city = "/v1/cities/oujda-jadida";
    let unused = format!("{city}?dry_run=true");
    for token in &tokens {
        app.delete(token, &unused, "*").await.expect(204);
    }
    let draft = app.nominate(&admin, &of_city(2027, "oujda-jadida")).await;
    app.held(&tokens, city, &["held_by_nomination"]).await;
    app.put_nomination_in(&draft, "submitted");
    app.held(&tokens, city, &["held_by_nomination"]).await;
    app.put_nomination_in(&draft, "withdrawn");
    app.held(&tokens, city, &["held_by_nomination"]).await;
    app.patch(&admin, city, "*", &json!({"kind": "rural"})).await.expect(200);
    app.execute("UPDATE nominations SET deleted_at = created_at".to_owned());
    app.delete(&tokens[0], &unused, "*").await.expect(204);

    let mut seated = association("Association de la ville");
    seated["city_code"] = json!("oujda-jadida");
    let seated = app.add_association(&admin, &seated).await;
    app.held(&tokens, city, &["held_by_association"]).await;
    app.delete(&admin, seated.header("location"), "*").await.expect(204);
    app.delete(&admin, &unused, "*").await.expect(204);

    app.representative_of_city("oujda-jadida").await;
    app.held(&tokens, city, &["held_by_account"]).await;
    app.execute("UPDATE accounts SET disabled_at = created_at WHERE city_code IS NOT NULL".to_owned());
    app.delete(&admin, city, "*").await.expect(204);
}

#[tokio::test]
async fn an_association_stays_for_its_nomination_its_honour_and_its_representative() {
    let app = App::start().await;
    let jury = app.with_closed_honours_jury(2027, &[9]).await;
    let mut tokens = app.keepers().await;
    tokens.push(app.system().await);
    let honoured = format!("/v1/associations/{}", jury.nominations[0]["association_id"].as_str().unwrap());
    app.held(&tokens, &honoured, &["keep_association", "held_by_nomination"]).await;
    for token in &tokens {
        let renamed = json!({"name": {"fr": "Une tout autre association"}});
        let refused = app.patch(token, &honoured, "*", &renamed).await.problem(409);
        assert!(faults(&refused).contains(&("/name".to_owned(), "kept_for_process".to_owned())), "{refused}");
    }
    let more = json!({"name": {"en": "Association of the city"}, "volunteers": 7});
    app.patch(&tokens[0], &honoured, "*", &more).await.expect(200);
    let who = app.institutions().await;
    app.published(&who, 2027, &of_honours(&jury, &[0], &[])).await;
    app.held(&tokens, &honoured, &["held_by_honour"]).await;

    let spoken_for = app.add_association(&jury.admin, &association("Représentée")).await;
    let account = NewAccount {
        association_id: spoken_for.json()["id"].as_str().and_then(|id| id.parse().ok()),
        ..NewAccount::of_role(Role::AssociationRepresentative, "Some representative")
    };
    app.account(&account);
    app.held(&tokens, spoken_for.header("location"), &["held_by_account"]).await;
}

#[tokio::test]
async fn a_refusal_names_what_refers_to_the_record_and_where_it_is_read() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let some = app.add_association(&admin, &association("Nommée")).await;
    let nomination = app.nominate(&admin, &of_association(2027, &some.json()["id"])).await;
    app.put_nomination_in(&nomination, "submitted");
    let refused = app.delete(&admin, some.header("location"), "*").await.problem(409);
    let named =
        refused["errors"].as_array().unwrap().iter().find(|error| error["code"] == "held_by_nomination");
    let named = named.expect("the nomination");
    assert_eq!(format!("/v1{}", named["pointer"].as_str().unwrap()), path(&nomination));
    assert!(named["detail"].as_str().unwrap().contains(&path(&nomination)), "{named}");
    for place in 0..12 {
        let mut seated = association(&format!("Association {place}"));
        seated["city_code"] = json!("berkane");
        app.add_association(&admin, &seated).await;
    }
    let refused = app.delete(&admin, "/v1/cities/berkane", "*").await.problem(409);
    assert_eq!(refused["errors"].as_array().unwrap().len(), 1 + 10, "ten are enough");
}

#[tokio::test]
async fn of_a_deletion_and_a_reference_at_once_one_wins() {
    let app = App::start().await;
    let admin = app.token_of(app.admin()).await;
    app.post(&admin, "/v1/cities", &new_city()).await.expect(201);
    for round in 0..8 {
        let mut seated = association(&format!("Association {round}"));
        seated["city_code"] = json!("02.411.01.99");
        let (deleted, seated) = tokio::join!(
            app.delete(&admin, "/v1/cities/02.411.01.99", "*"),
            app.post(&admin, "/v1/associations", &seated)
        );
        match (deleted.status, seated.status) {
            (204, 422) => {
                let back = json!({"reason": "Pour le prochain tour."});
                app.post(&admin, "/v1/cities/02.411.01.99/restorations", &back).await.expect(201);
            }
            (409, 201) => drop(app.delete(&admin, seated.header("location"), "*").await.expect(204)),
            other => panic!("round {round}: {other:?}"),
        }
    }
}
