//! Proposing a decision on the title or on the honours, signing it, and taking it back.

use futures_util::future::join_all;
use nasij::access::{NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::decisions::{by_ranking, designation_path, designations, good, of_honours};
use crate::juries::thrice;
use crate::steps::{fault, faults};

#[tokio::test]
async fn a_decision_is_proposed_read_and_signed_by_both() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8)), ("meknes", good(7))]).await;
    let who = app.institutions().await;
    let created = app.post(&who.icso, &designations(2027), &by_ranking(&jury, 0, &[1, 2])).await.expect(201);
    let proposed = created.json();
    assert_eq!(created.header("location"), designation_path(&proposed));
    assert_eq!((&proposed["status"], &proposed["kind"]), (&json!("proposed"), &json!("city")));
    assert_eq!(proposed["city_code"], jury.nominations[0]["city_code"]);
    assert_eq!(proposed["reserve"][1]["city_code"], jury.nominations[2]["city_code"]);
    let deliberation = &app.get(&jury.path("deliberations")).await.items()[0];
    assert_eq!(proposed["commitment"], deliberation["commitment"]);
    let read = app.get_as(&who.ministry, &designation_path(&proposed)).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (proposed.clone(), created.header("etag")));

    let first = app.sign(&who.icso, &proposed).await.expect(201).json();
    assert_eq!((&first["institution"], &first["designation_status"]), (&json!("icso"), &json!("proposed")));
    let second = app.sign(&who.ministry, &proposed).await.expect(201).json();
    assert_eq!(
        (&second["institution"], &second["designation_status"]),
        (&json!("ministry"), &json!("signed"))
    );
    let signed = app.get_as(&jury.chair, &designations(2027)).await.items().remove(0);
    assert_eq!((&signed["status"], &signed["digest"]), (&json!("signed"), &proposed["digest"]));
    assert_eq!(signed["signatures"][0]["account_name"], "Some icso_officer");
    assert_eq!(signed["signed_at"], second["at"]);
}

#[tokio::test]
async fn a_decision_names_the_shortlist_in_its_order_or_says_why_not() {
    let app = App::start().await;
    let cities = [("fes", good(9)), ("safi", good(8)), ("meknes", good(7)), ("agadir", good(2))];
    let jury = app.with_closed_jury(2027, &cities).await;
    let who = app.institutions().await;
    let unknown = nasij::database::types::Id::new();
    let with = |selected: usize, reserve: &[usize], field: &str, value: Value| {
        let mut body = by_ranking(&jury, selected, reserve);
        body[field] = value;
        body
    };
    for (body, place, code) in [
        (by_ranking(&jury, 1, &[]), "/reason", "required"),
        (by_ranking(&jury, 3, &[]), "/selected/0/nomination_id", "not_shortlisted"),
        (by_ranking(&jury, 0, &[1, 3]), "/reserve/1", "not_shortlisted"),
        (by_ranking(&jury, 0, &[0]), "/reserve/0", "repeated"),
        (by_ranking(&jury, 0, &[2, 1]), "/reserve/1", "rank_order"),
        (with(0, &[], "reserve", json!([unknown])), "/reserve/0", "not_shortlisted"),
        (with(0, &[], "selected", json!([])), "/selected", "required"),
        (
            with(0, &[], "selected", json!([{"nomination_id": jury.id(0)}, {"nomination_id": jury.id(1)}])),
            "/selected",
            "too_many",
        ),
        (
            with(0, &[], "selected", json!([{"nomination_id": jury.id(0), "title": {"fr": "Titre"}}])),
            "/selected/0/title",
            "inapplicable",
        ),
        (with(0, &[], "city_code", json!("safi")), "/city_code", "inapplicable"),
        (json!({"kind": "city", "basis": "withheld"}), "/reason", "required"),
        (
            json!({"kind": "city", "basis": "direct", "reason": {"fr": "Parce que."}}),
            "/city_code",
            "required",
        ),
        (json!({"kind": "association", "basis": "direct"}), "/basis", "inapplicable"),
    ] {
        let refused = app.post(&who.icso, &designations(2027), &body).await.problem(422);
        assert_eq!(faults(&refused), fault(place, code), "{body}");
    }
    let reasoned =
        with(1, &[0], "reason", json!({"fr": "Le programme de la première n'est plus réalisable."}));
    app.propose(&who.icso, 2027, &reasoned).await;
}

#[tokio::test]
async fn honours_have_a_title_and_go_to_any_number_of_the_shortlist() {
    let app = App::start().await;
    let jury = app.with_closed_honours_jury(2027, &[9, 8, 7, 2]).await;
    let who = app.institutions().await;
    let mut untitled = of_honours(&jury, &[0, 1], &[]);
    untitled["selected"][1].as_object_mut().unwrap().remove("title");
    for (body, place, code) in [
        (untitled, "/selected/1/title", "required"),
        (of_honours(&jury, &[0, 2], &[]), "/reason", "required"),
        (of_honours(&jury, &[0, 3], &[]), "/selected/1/nomination_id", "not_shortlisted"),
    ] {
        let refused = app.post(&who.icso, &designations(2027), &body).await.problem(422);
        assert_eq!(faults(&refused), fault(place, code), "{body}");
    }
    let proposed = app.propose(&who.icso, 2027, &of_honours(&jury, &[0, 1], &[2])).await;
    assert_eq!(proposed["selected"][1]["association_id"], jury.nominations[1]["association_id"]);
    assert_eq!(proposed["selected"][1]["title"]["fr"], "Association honorée");
}

#[tokio::test]
async fn level_nominations_wait_for_the_chair() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(9)), ("meknes", good(7))]).await;
    let who = app.institutions().await;
    for body in [by_ranking(&jury, 0, &[]), by_ranking(&jury, 1, &[0])] {
        let refused = app.post(&who.icso, &designations(2027), &body).await;
        assert_eq!(refused.problem(409)["code"], "tie_undecided");
    }
    let order = json!({"kind": "city", "nominations": [jury.id(1), jury.id(0)], "reason": "Le programme."});
    app.post(&jury.chair, &jury.path("tie-decisions"), &order).await.expect(201);
    let first = app.post(&who.icso, &designations(2027), &by_ranking(&jury, 0, &[])).await;
    assert_eq!(faults(&first.problem(422)), fault("/reason", "required"));
    app.propose(&who.icso, 2027, &by_ranking(&jury, 1, &[0])).await;
}

#[tokio::test]
async fn a_decision_needs_its_edition_in_review_and_a_jury_that_has_closed() {
    let app = App::start().await;
    let jury = app.with_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let body = by_ranking(&jury, 0, &[]);
    let open = app.post(&who.icso, &designations(2027), &body).await;
    assert_eq!(open.problem(409)["code"], "jury_open");
    app.close_jury(&jury).await.expect(201);
    let direct =
        json!({"kind": "city", "basis": "direct", "city_code": "fes", "reason": {"fr": "Parce que."}});
    let withheld = json!({"kind": "city", "basis": "withheld", "reason": {"fr": "Parce que."}});
    let honours = json!({"kind": "association", "basis": "withheld", "reason": {"fr": "Parce que."}});
    for status in ["draft", "city_call_open", "designated", "honours_review", "cancelled"] {
        app.put_edition_in(2027, status);
        // The city of a designated edition; without one, its title was taken back.
        app.execute(
            "UPDATE editions SET city_code = (SELECT code FROM cities WHERE slug = 'safi') WHERE year = 2027"
                .to_owned(),
        );
        for asked in [&body, &withheld, &direct, &honours] {
            let allowed = match (asked["basis"].as_str().unwrap(), asked["kind"].as_str().unwrap()) {
                ("direct", _) => "draft",
                (_, "association") => "honours_review",
                _ => "city_review",
            };
            if status != allowed {
                let refused = app.post(&who.icso, &designations(2027), asked).await.problem(409);
                assert_eq!(refused["code"], "edition_state", "{status}: {asked}");
                assert!(refused["detail"].as_str().unwrap().contains(allowed), "{refused}");
            }
        }
    }
}

#[tokio::test]
async fn one_decision_stands_at_a_time() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let body = by_ranking(&jury, 0, &[1]);
    let proposed = app.propose(&who.icso, 2027, &body).await;
    let again = app.post(&who.ministry, &designations(2027), &body).await.problem(409);
    assert_eq!(
        (&again["code"], faults(&again)),
        (&json!("already_exists"), fault("/kind", "already_exists"))
    );
    for token in [&who.icso, &who.ministry] {
        app.sign(token, &proposed).await.expect(201);
    }
    assert_eq!(app.post(&who.icso, &designations(2027), &body).await.problem(409)["code"], "already_exists");
}

#[tokio::test]
async fn nobody_signs_what_they_have_not_read_twice_or_for_both() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    let signatures = format!("{}/signatures", designation_path(&proposed));
    let other = app.post(&who.icso, &signatures, &json!({"digest": "0".repeat(64)})).await.problem(422);
    assert_eq!(faults(&other), fault("/digest", "other_decision"));
    for role in [Role::Admin, Role::Auditor, Role::JuryChair, Role::Juror] {
        app.sign(&app.token(role).await, &proposed).await.problem(403);
    }
    let turncoat = app.account(&NewAccount::of_role(Role::IcsoOfficer, "Some officer"));
    app.sign(&app.token_of(&turncoat).await, &proposed).await.expect(201);
    let moved = format!(
        "UPDATE account_roles SET role = 'ministry_officer' WHERE account_id = '{}'",
        turncoat.client_id
    );
    assert_eq!(app.execute(moved), 1);
    for token in [&app.token_of(&turncoat).await, &who.icso] {
        assert_eq!(app.sign(token, &proposed).await.problem(409)["code"], "signed_already");
    }
    app.sign(&who.ministry, &proposed).await.expect(201);
    assert_eq!(app.sign(&who.icso, &proposed).await.problem(409)["code"], "not_editable");
}

#[tokio::test]
async fn a_ranking_that_has_changed_is_neither_signed_nor_published() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    app.sign(&who.icso, &proposed).await.expect(201);
    app.take_to(&jury.admin, &jury.nominations[1], "disqualified").await.expect(201);
    let changed = app.sign(&who.ministry, &proposed).await;
    assert_eq!(changed.problem(409)["code"], "result_changed");
    app.take_designation_to(&who.ministry, &proposed, "withdrawn").await.expect(201);

    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[])).await;
    app.execute(format!("UPDATE evaluations SET status = 'voided' WHERE juror_id = '{}'", jury.jurors[0]));
    let changed = app.take_designation_to(&who.ministry, &signed, "published").await;
    assert_eq!(changed.problem(409)["code"], "result_changed");
    app.take_designation_to(&who.ministry, &signed, "annulled").await.expect(201);
}

#[tokio::test]
async fn a_city_that_has_the_title_meanwhile_is_not_signed_for() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let who = app.institutions().await;
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[])).await;
    app.with_draft_edition(2028, &json!({})).await;
    let fes = json!({"kind": "city", "basis": "direct", "city_code": "fes", "reason": {"fr": "Parce que."}});
    app.published(&who, 2028, &fes).await;
    assert_eq!(app.sign(&who.icso, &proposed).await.problem(409)["code"], "result_changed");
    app.take_designation_to(&who.icso, &proposed, "withdrawn").await.expect(201);
    let again = app.post(&who.icso, &designations(2027), &by_ranking(&jury, 0, &[])).await;
    assert_eq!(faults(&again.problem(422)), fault("/selected/0/nomination_id", "title_again"));
}

#[tokio::test]
async fn a_decision_is_taken_back_over_the_version_that_was_read_and_with_a_reason() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let body = by_ranking(&jury, 0, &[1]);
    let created = app.post(&who.icso, &designations(2027), &body).await.expect(201);
    let proposed = created.json();
    let transitions = format!("{}/transitions", designation_path(&proposed));
    let go = |body: Value| app.request(Method::POST, &transitions).token(&who.ministry).json(&body);
    let withdrawn = json!({"to": "withdrawn", "reason": "Une erreur."});
    assert_eq!(go(withdrawn.clone()).send().await.problem(428)["code"], "precondition_required");
    app.sign(&who.icso, &proposed).await.expect(201);
    go(withdrawn.clone()).if_match(created.header("etag")).send().await.problem(412);
    let without = go(json!({"to": "withdrawn"})).if_match("*").send().await.problem(422);
    assert_eq!(faults(&without), fault("/reason", "required"));
    for (to, allowed) in [("published", "withdrawn"), ("annulled", "withdrawn"), ("signed", "withdrawn")] {
        let wrong = app.take_designation_to(&who.ministry, &proposed, to).await.problem(409);
        assert_eq!((&wrong["code"], faults(&wrong)), (&json!("wrong_state"), fault("/to", "one_of")), "{to}");
        assert!(wrong["detail"].as_str().unwrap().contains(allowed), "{wrong}");
    }
    let read = app.get_as(&who.ministry, &designation_path(&proposed)).await;
    let change = go(withdrawn).if_match(read.header("etag")).send().await.expect(201);
    assert_eq!((&change.json()["from"], &change.json()["to"]), (&json!("proposed"), &json!("withdrawn")));
    assert_eq!(change.header("location"), designation_path(&proposed));
    // Nothing stands in the way of another proposal, and nothing leads out of this one.
    app.propose(&who.icso, 2027, &body).await;
    for to in ["published", "annulled", "withdrawn", "proposed"] {
        let wrong = app.take_designation_to(&who.ministry, &proposed, to).await;
        assert_eq!(wrong.problem(409)["code"], "wrong_state", "{to}");
    }
}

#[tokio::test]
async fn an_annulled_decision_leaves_what_the_jury_found() {
    let app = App::start().await;
    let jury =
        app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8)), ("agadir", thrice([2; 3]))]).await;
    let who = app.institutions().await;
    let outcomes = async || {
        let mut found = Vec::new();
        for nomination in &jury.nominations {
            let shown =
                app.get_as(&who.ministry, &crate::nominations::path(nomination)).await.expect(200).json();
            found
                .push((shown["embargoed"]["status"].clone(), shown["embargoed"].get("decided_at").is_some()));
        }
        found
    };
    let found_by_jury = outcomes().await;
    assert_eq!(found_by_jury[2], (json!("not_selected"), false));
    let signed = app.signed(&who, 2027, &by_ranking(&jury, 0, &[1])).await;
    let decided = [json!("selected"), json!("reserve"), json!("not_selected")].map(|status| (status, true));
    assert_eq!(outcomes().await, decided);
    let refused = app.take_designation_to(&who.icso, &signed, "annulled").await;
    assert_eq!(refused.problem(403)["code"], "forbidden");
    app.take_designation_to(&who.ministry, &signed, "annulled").await.expect(201);
    assert_eq!(outcomes().await, found_by_jury);
    app.published(&who, 2027, &by_ranking(&jury, 0, &[])).await;
}

#[tokio::test]
async fn of_many_second_signatures_one_counts() {
    let app = App::start().await;
    // Another instance on the same database.
    let beside = App::start_with(|config| {
        config.database_url.clone_from(&app.config.database_url);
        config.data_dir.clone_from(&app.config.data_dir);
        config.public_url.clone_from(&app.base);
    })
    .await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9)), ("safi", good(8))]).await;
    let who = app.institutions().await;
    let proposed = app.propose(&who.icso, 2027, &by_ranking(&jury, 0, &[1])).await;
    app.sign(&who.icso, &proposed).await.expect(201);
    let mut officers = Vec::new();
    for _ in 0..4 {
        officers.push(app.token(Role::MinistryOfficer).await);
    }
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = (0..20).map(|number| {
        let instance = [&app.base, &beside.base][number % 2];
        let request = client.post(format!("{instance}{}/signatures", designation_path(&proposed)));
        let body = json!({"digest": proposed["digest"]}).to_string();
        let request = request.header("content-type", "application/json").body(body);
        request.bearer_auth(&officers[number / 2 % officers.len()]).send()
    });
    let mut statuses: Vec<u16> =
        join_all(asked).await.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 19]].concat());
    let signed = app.get_as(&who.icso, &designation_path(&proposed)).await.json();
    assert_eq!((&signed["status"], signed["signatures"].as_array().unwrap().len()), (&json!("signed"), 2));
}

#[tokio::test]
async fn only_the_two_institutions_propose_and_only_with_the_scope() {
    let app = App::start().await;
    let jury = app.with_closed_jury(2027, &[("fes", good(9))]).await;
    let body = by_ranking(&jury, 0, &[]);
    for role in [Role::Admin, Role::Auditor, Role::JuryChair, Role::Juror, Role::CityRepresentative] {
        let account = NewAccount {
            city: (role == Role::CityRepresentative).then(|| "fes".to_owned()),
            ..NewAccount::of_role(role, "Somebody")
        };
        let token = app.token_of(&app.account(&account)).await;
        app.post(&token, &designations(2027), &body).await.problem(403);
    }
    let account = NewAccount {
        scopes: vec![Scope::ResultsPublish],
        ..NewAccount::of_role(Role::MinistryOfficer, "Somebody")
    };
    let token = app.token_of(&app.account(&account)).await;
    let refused = app.post(&token, &designations(2027), &body).await;
    assert_eq!(refused.problem(403)["code"], "insufficient_scope");
    app.request(Method::GET, &designations(2027)).send().await.problem(401);
}
