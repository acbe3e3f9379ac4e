//! The ranking: its figures, who sees it when, ties that the chair decides, and how firmly it stands.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::juries::{Jury, thrice};
use crate::steps::{column, fault, faults};

fn ranking(jury: &Jury) -> String {
    jury.path("ranking?kind=city")
}

/// Three cities, the second and the third of them level in everything.
async fn with_a_tie(app: &App) -> Jury {
    let cities = [("fes", thrice([9, 8, 8])), ("safi", thrice([7, 7, 7])), ("agadir", thrice([7, 7, 7]))];
    app.with_jury(2031, &cities).await
}

/// The ranks of the nominations, in the jury's order.
fn ranks(jury: &Jury, ranking: &Value) -> Vec<Value> {
    let places = ranking["places"].as_array().expect("places");
    let of = |place: usize| places.iter().find(|found| found["nomination_id"] == jury.id(place));
    (0..jury.nominations.len())
        .map(|place| of(place).map_or(Value::Null, |found| found["rank"].clone()))
        .collect()
}

async fn decide(app: &App, jury: &Jury, order: &[usize]) -> crate::answer::Answer {
    let order: Vec<&str> = order.iter().map(|place| jury.id(*place)).collect();
    let body = json!({"kind": "city", "nominations": order, "reason": "Elle touche plus de quartiers."});
    app.post(&jury.chair, &jury.path("tie-decisions"), &body).await
}

/// What a refusal tells, but for what is different in every answer.
async fn refusal(app: &App, token: Option<&str>, path: &str) -> (Value, Vec<(String, String)>) {
    let request = app.request(Method::GET, path);
    let answer = match token {
        Some(token) => request.token(token),
        None => request,
    };
    let answer = answer.send().await;
    let mut problem = answer.json();
    problem.as_object_mut().expect("an object").remove("request_id");
    let told = |name: &str| !["x-request-id", "date", "ratelimit"].contains(&name);
    let headers = answer.headers.iter().filter(|(name, _)| told(name.as_str()));
    let mut headers: Vec<_> = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    // The order of headers is any.
    headers.sort();
    (problem, headers)
}

#[tokio::test]
async fn before_the_publication_nobody_else_can_tell_what_there_is() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    let mut tokens = vec![None];
    tokens.push(Some(app.token(Role::Juror).await));
    tokens.push(Some(app.token_of(&app.integration(&[Scope::NominationsManage])).await));
    tokens.push(Some(app.representative_of_city("fes").await));
    let path = ranking(&jury);
    let all = async || {
        let mut found = Vec::new();
        for token in &tokens {
            found.push(refusal(&app, token.as_deref(), &path).await);
        }
        found
    };
    let before = all().await;
    assert!(before.iter().all(|(problem, _)| problem["code"] == "not_published" && problem["status"] == 404));
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    assert_eq!(all().await, before, "after the closing");
    decide(&app, &jury, &[2, 1]).await.expect(201);
    app.put_designation(&deliberation, "proposed");
    assert_eq!(all().await, before, "after the proposal");
    app.execute("UPDATE designations SET status = 'signed'".to_owned());
    assert_eq!(all().await, before, "after the signatures");
    // Nor is it otherwise for an edition that never had a jury.
    let other = app.get("/v1/editions/2022/ranking?kind=city").await.problem(404);
    assert_eq!(other["code"], "not_published");
    assert_eq!(other["title"], before[0].0["title"]);
}

#[tokio::test]
async fn those_who_run_the_process_see_it_once_the_jury_has_closed() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    let mut tokens = Vec::new();
    for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::JuryChair, Role::Auditor] {
        tokens.push(app.token(role).await);
    }
    for token in &tokens {
        assert_eq!(app.get_as(token, &ranking(&jury)).await.problem(409)["code"], "jury_open");
    }
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    let seen = app.get_as(&tokens[0], &ranking(&jury)).await.expect(200);
    for token in &tokens {
        let answer = app.get_as(token, &ranking(&jury)).await.expect(200);
        assert_eq!((answer.json(), answer.header("etag")), (seen.json(), seen.header("etag")));
        let known = app.request(Method::GET, &ranking(&jury)).token(token);
        known.header("if-none-match", seen.header("etag")).send().await.expect(304);
    }
    let shown = seen.json();
    assert_eq!((&shown["published"], &shown["commitment"]), (&json!(false), &deliberation["commitment"]));
    assert_eq!(ranks(&jury, &shown), [json!(1), json!(2), json!(2)]);
    let best = &shown["places"][0];
    assert_eq!(
        (&best["nomination_id"], &best["city_code"]),
        (&json!(jury.id(0)), &jury.nominations[0]["city_code"])
    );
    // 30·9 + 70·8 = 830 of 1000.
    assert_eq!((&best["result_hundredths"], &best["evaluations"]), (&json!(8300), &json!(3)));
    assert_eq!(column(shown["places"].as_array().unwrap(), "tie_break")[1..], [&json!("undecided"); 2]);
    let robustness = &shown["robustness"];
    // Three jurors and six criteria, more and less.
    assert_eq!(robustness["runs"].as_array().map(Vec::len), Some(15));
    assert_eq!((&robustness["advisory"], &robustness["variants"]), (&json!(true), &json!(15)));
    assert_eq!((&robustness["order_stands"], &robustness["winner_stands"]), (&json!(15), &json!(15)));
    for juror in &jury.jurors {
        assert!(!seen.text().contains(&juror.to_string()), "a juror is named");
    }
}

#[tokio::test]
async fn the_published_ranking_is_for_everybody() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    decide(&app, &jury, &[2, 1]).await.expect(201);
    let internal = app.get_as(&jury.chair, &ranking(&jury)).await.expect(200).json();
    app.put_designation(&deliberation, "published");
    let public = app.get(&ranking(&jury)).await.expect(200);
    let mut expected = internal;
    expected["published"] = json!(true);
    assert_eq!(public.json(), expected);
    assert_eq!(app.get_as(&jury.chair, &ranking(&jury)).await.expect(200).json(), expected);
    assert_eq!(expected["tie_decisions"][0]["reason"], "Elle touche plus de quartiers.");
    assert!(public.header("cache-control").contains("public"));
    for juror in &jury.jurors {
        assert!(!public.text().contains(&juror.to_string()), "a juror is named");
    }
    app.get(&jury.path("ranking?kind=association")).await.problem(404);
    // What was published once stays so, even when its title is revoked.
    app.execute("UPDATE designations SET status = 'revoked'".to_owned());
    assert_eq!(app.get(&ranking(&jury)).await.expect(200).json(), expected);
}

#[tokio::test]
async fn a_second_round_shows_nothing_of_itself_beside_the_first_one() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    let first = app.close_jury(&jury).await.expect(201).json();
    app.put_designation(&first, "published");
    app.execute("UPDATE designations SET basis = 'withheld'".to_owned());
    let published = app.get(&ranking(&jury)).await.expect(200);
    // The title was withheld; the cities are called again.
    let second = app.close_jury(&jury).await.expect(201).json();
    let public = app.get(&ranking(&jury)).await.expect(200);
    assert_eq!((public.text(), public.header("etag")), (published.text(), published.header("etag")));
    let shown = app.get_as(&jury.chair, &ranking(&jury)).await.expect(200).json();
    assert_eq!((&shown["published"], &shown["commitment"]), (&json!(false), &second["commitment"]));
    assert_eq!(public.json()["commitment"], first["commitment"]);
}

#[tokio::test]
async fn the_query_has_to_name_a_kind() {
    let app = App::start().await;
    for (query, name, code) in [
        ("", "kind", "required"),
        ("?kind=village", "kind", "one_of"),
        ("?kind=city&juror=juror-1", "juror", "unknown_parameter"),
        ("?kind=city&kind=city", "kind", "repeated_parameter"),
    ] {
        let problem = app.get(&format!("/v1/editions/2022/ranking{query}")).await.problem(400);
        assert_eq!(faults(&problem), fault(name, code), "{query}");
    }
    app.get("/v1/editions/2199/ranking?kind=city").await.problem(404);
}

#[tokio::test]
async fn the_chair_orders_all_that_are_level_and_no_others() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    assert_eq!(decide(&app, &jury, &[1, 2]).await.problem(409)["code"], "jury_open");
    app.close_jury(&jury).await.expect(201);
    for wrong in [&[0, 1][..], &[0, 1, 2], &[1, 1]] {
        let refused = decide(&app, &jury, wrong).await.problem(422);
        assert_eq!(faults(&refused), fault("/nominations", "not_level"), "{wrong:?}");
        let told = refused["errors"][0]["detail"].as_str().unwrap();
        assert!(
            told.contains(jury.id(1)) && told.contains(jury.id(2)) && !told.contains(jury.id(0)),
            "{told}"
        );
    }
    for (field, value, code) in [
        ("reason", json!(" "), "blank"),
        ("reason", Value::Null, "type"),
        ("nominations", json!([jury.id(1)]), "length"),
    ] {
        let mut body = json!({"kind": "city", "nominations": [jury.id(1), jury.id(2)], "reason": "x"});
        body[field] = value;
        let refused = app.post(&jury.chair, &jury.path("tie-decisions"), &body).await.problem(422);
        assert_eq!(faults(&refused), fault(&format!("/{field}"), code), "{body}");
    }
    let made = decide(&app, &jury, &[2, 1]).await.expect(201);
    assert_eq!(made.header("location"), jury.path("tie-decisions"));
    let shown = app.get_as(&jury.chair, &ranking(&jury)).await.expect(200).json();
    assert_eq!(ranks(&jury, &shown), [json!(1), json!(3), json!(2)]);
    assert_eq!(shown["places"][1]["tie_break"], "chair");
    // The latest decision counts; both stand.
    let again = decide(&app, &jury, &[1, 2]).await.expect(201);
    let shown = app.get_as(&jury.chair, &ranking(&jury)).await.expect(200).json();
    assert_eq!(ranks(&jury, &shown), [json!(1), json!(2), json!(3)]);
    let decisions = app.get_as(&jury.chair, &jury.path("tie-decisions?kind=city")).await.items();
    assert_eq!(decisions, [made.json(), again.json()]);
    assert!(app.get_as(&jury.chair, &jury.path("tie-decisions?kind=association")).await.items().is_empty());
}

#[tokio::test]
async fn ties_are_decided_by_the_chair_and_seen_by_those_who_run_the_process() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    app.close_jury(&jury).await.expect(201);
    let body = json!({"kind": "city", "nominations": [jury.id(1), jury.id(2)], "reason": "x"});
    let path = jury.path("tie-decisions");
    for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::Auditor] {
        let token = app.token(role).await;
        app.post(&token, &path, &body).await.problem(403);
        app.get_as(&token, &path).await.expect(200);
    }
    let juror = app.token(Role::Juror).await;
    app.post(&juror, &path, &body).await.problem(403);
    app.get_as(&juror, &path).await.problem(403);
    app.get(&path).await.problem(401);
}

#[tokio::test]
async fn ties_are_decided_before_a_designation_and_while_the_edition_is_in_review() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    app.put_designation(&deliberation, "proposed");
    assert_eq!(decide(&app, &jury, &[1, 2]).await.problem(409)["code"], "under_embargo");
    app.execute("UPDATE designations SET status = 'withdrawn'".to_owned());
    app.put_edition_in(jury.year, "cancelled");
    assert_eq!(decide(&app, &jury, &[1, 2]).await.problem(409)["code"], "edition_state");
    app.put_edition_in(jury.year, "city_review");
    decide(&app, &jury, &[1, 2]).await.expect(201);
    app.execute("UPDATE deliberations SET status = 'concluded'".to_owned());
    assert_eq!(decide(&app, &jury, &[1, 2]).await.problem(409)["code"], "not_editable");
}

#[tokio::test]
async fn a_decision_falls_with_the_closing_that_it_belongs_to() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    let deliberation = app.close_jury(&jury).await.expect(201).json();
    decide(&app, &jury, &[2, 1]).await.expect(201);
    let transitions =
        jury.path(&format!("deliberations/{}/transitions", deliberation["id"].as_str().unwrap()));
    let body = json!({"to": "reopened", "reason": "Une fiche manquait à la clôture."});
    app.request(Method::POST, &transitions)
        .token(&app.token(Role::IcsoOfficer).await)
        .if_match("*")
        .json(&body)
        .send()
        .await
        .expect(201);
    assert_eq!(app.get_as(&jury.chair, &ranking(&jury)).await.problem(409)["code"], "jury_open");
    app.close_jury(&jury).await.expect(201);
    let shown = app.get_as(&jury.chair, &ranking(&jury)).await.expect(200).json();
    assert_eq!(ranks(&jury, &shown), [json!(1), json!(2), json!(2)]);
    assert_eq!(shown["tie_decisions"], json!([]));
}

#[tokio::test]
async fn what_counts_no_more_is_named_and_left_out() {
    let app = App::start().await;
    let mut first = thrice([9, 9, 9]);
    first.push([5, 5, 5]);
    let jury = app
        .with_jury(2031, &[("fes", first), ("safi", thrice([8, 8, 8])), ("agadir", thrice([7, 7, 7]))])
        .await;
    app.close_jury(&jury).await.expect(201);
    let read = async || app.get_as(&jury.chair, &ranking(&jury)).await.expect(200);
    let before = read().await;
    assert_eq!(
        (before.json()["places"][0]["result_hundredths"].clone(), ranks(&jury, &before.json())[0].clone()),
        (json!(8000), json!(1))
    );
    // A conflict of the fourth juror is found.
    app.execute(format!("UPDATE evaluations SET status = 'voided' WHERE juror_id = '{}'", jury.jurors[3]));
    app.put_nomination_in(&jury.nominations[1], "withdrawn");
    let after = read().await;
    assert_ne!(after.header("etag"), before.header("etag"));
    let after = after.json();
    assert_eq!(
        (&after["places"][0]["result_hundredths"], &after["places"][0]["evaluations"]),
        (&json!(9000), &json!(3))
    );
    assert_eq!(ranks(&jury, &after), [json!(1), Value::Null, json!(2)]);
    assert_eq!(after["excluded"], json!([{"nomination_id": jury.id(1), "status": "withdrawn"}]));
    let voided = &after["voided"][0];
    assert_eq!((&voided["nomination_id"], &voided["status"]), (&json!(jury.id(0)), &json!("voided")));
    assert!(voided["juror"].as_str().unwrap().starts_with("juror-"));
    assert_eq!(after["commitment"], before.json()["commitment"]);
    // Below the quorum there is no result.
    app.execute(format!("UPDATE evaluations SET status = 'recused' WHERE juror_id = '{}'", jury.jurors[0]));
    let after = read().await.json();
    assert_eq!(ranks(&jury, &after), [Value::Null, Value::Null, Value::Null]);
    assert_eq!(after["places"][0]["standing"], "no_quorum");
    // Nothing is left to shake; with the voided sheets there would be an order.
    for run in after["robustness"]["runs"].as_array().unwrap() {
        assert_eq!(run["order_stands"], run["kind"] != "with_voided", "{run}");
    }
}

#[tokio::test]
async fn a_conflict_that_is_confirmed_after_the_closing_makes_up_the_outcome_again() {
    let app = App::start().await;
    let jury = with_a_tie(&app).await;
    app.close_jury(&jury).await.expect(201);
    let auditor = app.token(Role::Auditor).await;
    let outcome = async |place: usize| {
        let path = format!("/v1/nominations/{}", jury.id(place));
        app.get_as(&auditor, &path).await.expect(200).json()["embargoed"]["status"].clone()
    };
    let public = app.get(&format!("/v1/nominations/{}", jury.id(1))).await;
    assert_eq!(outcome(1).await, "shortlisted");
    let juror = jury.jurors[0].to_string();
    app.void(jury.id(1), &juror).await;
    // Two evaluations are no quorum.
    assert_eq!((outcome(1).await, outcome(2).await), (json!("not_selected"), json!("shortlisted")));
    let after = app.get(&format!("/v1/nominations/{}", jury.id(1))).await;
    assert_eq!((after.text(), after.header("etag")), (public.text(), public.header("etag")));
    // Once the designation is signed it stays; whoever publishes finds the difference.
    app.execute("UPDATE nomination_outcomes SET decided_at = updated_at".to_owned());
    app.void(jury.id(2), &juror).await;
    assert_eq!(outcome(2).await, "shortlisted");
}
