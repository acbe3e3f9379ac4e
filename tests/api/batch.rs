//! Many writes in one request: each item is answered as its single operation is, in order, alone or all together.

use nasij::access::{Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::nominations::{NOMINATIONS, of_association, of_city, path as nomination_path};
use crate::steps::{association, column, full_association, with};

pub(crate) const ASSOCIATIONS: &str = "/v1/associations";
pub(crate) const CITIES: &str = "/v1/cities";

/// A creation.
pub(crate) fn create(body: &Value) -> Value {
    json!({"operation": "create", "body": body})
}

/// A change of the record at `path`, whatever its version.
pub(crate) fn update(path: &str, body: &Value) -> Value {
    json!({"operation": "update", "id": last(path), "if_match": "*", "body": body})
}

/// A deletion of the record at `path`, whatever its version.
pub(crate) fn delete(path: &str) -> Value {
    json!({"operation": "delete", "id": last(path), "if_match": "*"})
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().expect("a path")
}

impl App {
    /// Asks for a batch of independent items.
    pub(crate) async fn batch(&self, token: &str, collection: &str, items: &[Value]) -> Answer {
        self.post(token, &format!("{collection}/batch"), &json!({"items": items})).await
    }

    /// Asks for a batch of which all is kept or nothing.
    async fn atomic(&self, token: &str, collection: &str, items: &[Value]) -> Answer {
        self.post(token, &format!("{collection}/batch"), &json!({"atomic": true, "items": items})).await
    }
}

/// The items of an answer, which must have this status.
#[track_caller]
pub(crate) fn items(answer: Answer, status: u16) -> Vec<Value> {
    answer.expect(status).json()["items"].as_array().expect("items").clone()
}

/// The statuses of items, one by one.
pub(crate) fn statuses(items: &[Value]) -> Vec<i64> {
    items.iter().map(|item| item["status"].as_i64().expect("a status")).collect()
}

/// What is told without what is new in each answer.
fn lasting(value: &Value) -> String {
    let new = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|20\d\d-\d\d-\d\dT[0-9:.]+Z|/v1/[a-z]+/[a-z0-9.-]+";
    regex::Regex::new(new).expect("a pattern").replace_all(&value.to_string(), "…").into_owned()
}

/// Asks for an item as the single request that it stands for.
async fn single(app: &App, token: &str, collection: &str, item: &Value) -> Answer {
    let method = match item["operation"].as_str().expect("an operation") {
        "create" => Method::POST,
        "update" => Method::PATCH,
        "replace" => Method::PUT,
        _ => Method::DELETE,
    };
    let record = item["id"].as_str().map(|id| format!("/{id}")).unwrap_or_default();
    let mut request = app.request(method.clone(), &format!("{collection}{record}?dry_run=true")).token(token);
    if let Some(tag) = item["if_match"].as_str() {
        request = request.if_match(tag);
    }
    match item.get("body") {
        Some(body) if method == Method::PATCH => request.merge_patch(body).send().await,
        Some(body) => request.json(body).send().await,
        None => request.send().await,
    }
}

/// Asks for each item alone and in a batch, both as rehearsals, and holds the answers against each other. Returns the
/// statuses.
async fn compare(app: &App, token: &str, collection: &str, asked: &[Value]) -> Vec<i64> {
    let path = format!("{collection}/batch?dry_run=true");
    let mut found = Vec::new();
    for item in asked {
        let alone = single(app, token, collection, item).await;
        let batch = app.post(token, &path, &json!({"items": [item]})).await;
        let all_well = alone.status < 400;
        let answer = items(batch, if all_well { 200 } else { 207 }).remove(0);
        assert_eq!(answer["status"], alone.status, "{item}: {answer}");
        let body = if alone.body.is_empty() { Value::Null } else { alone.json() };
        let mut told = answer[if all_well { "body" } else { "problem" }].clone();
        if let Some(problem) = told.as_object_mut().filter(|_| !all_well) {
            problem.insert("instance".to_owned(), body["instance"].clone());
        }
        assert_eq!(lasting(&told), lasting(&body), "{item}");
        assert_eq!(answer.get("location").is_some(), alone.status == 201, "{answer}");
        let version = |tag: Option<&str>| tag.and_then(|tag| tag.split('-').next().map(str::to_owned));
        let tag = alone.optional_header("etag");
        assert_eq!(version(answer["etag"].as_str()), version(tag), "{answer}");
        found.push(i64::from(alone.status));
    }
    found
}

#[tokio::test]
async fn an_item_is_answered_as_its_single_request() {
    let app = App::start().await;
    let admin = app.with_edition(2030, &json!({})).await;
    let one = app.add_association(&admin, &full_association("Une")).await;
    let (path, tag) = (one.header("location").to_owned(), one.header("etag").to_owned());
    let gone = app.add_association(&admin, &association("Partie")).await;
    app.delete(&admin, gone.header("location"), "*").await.expect(204);
    let id = last(&path);
    let of = |operation: &str, if_match: &str, body: Value| json!({"operation": operation, "id": id, "if_match": if_match, "body": body});
    let unseen = json!({"name": {"fr": "un\u{200b}deux", "en": "x\u{7}"}});
    let wrong = json!({"nam": {}, "volunteers": -1, "founded_on": "2199-01-01", "city_code": 3});
    let asked = [
        create(&association("Nouvelle")),
        create(&full_association("Une")),
        create(&wrong),
        create(&unseen),
        create(&json!({"name": {"fr": "Sans ville"}, "city_code": "atlantis"})),
        of("update", &tag, json!({"volunteers": 41, "website": null})),
        of("update", "\"1-made-up\"", json!({"volunteers": 41})),
        of("update", "made up", json!({})),
        of("update", "*", json!({"nothing": null, "volunteers": "many"})),
        of("update", "*", unseen.clone()),
        json!({"operation": "update", "id": id, "body": {"volunteers": 41}}),
        json!({"operation": "replace", "id": id, "body": wrong}),
        of("replace", &tag, full_association("Deux")),
        of("replace", &tag, wrong.clone()),
        json!({"operation": "delete", "id": id, "if_match": tag}),
        json!({"operation": "delete", "id": id, "if_match": "\"7-old\""}),
        json!({"operation": "delete", "id": id}),
        delete("none"),
        delete(gone.header("location")),
        update(gone.header("location"), &json!({"volunteers": 1})),
    ];
    let found = compare(&app, &admin, ASSOCIATIONS, &asked).await;
    let expected =
        [201, 409, 422, 422, 422, 200, 412, 400, 422, 422, 428, 428, 200, 422, 204, 412, 428, 404, 410, 410];
    assert_eq!(found, expected);

    let city = json!({"code": "02.411.01.97", "slug": "nouvelle", "name": {"fr": "Nouvelle"}, "kind": "rural",
        "province_code": "02.411"});
    let cities = [
        create(&city),
        update("oujda", &json!({"population_2024": 1})),
        update("oujda", &json!({"code": "02.411.01.97"})),
        json!({"operation": "replace", "id": "oujda", "if_match": "*", "body": city}),
        delete("oujda"),
        delete("atlantis"),
    ];
    app.add_association(&admin, &json!({"name": {"fr": "D'Oujda"}, "city_code": "oujda"})).await;
    assert_eq!(compare(&app, &admin, CITIES, &cities).await, [201, 200, 422, 422, 409, 404]);

    let draft = app.nominate(&admin, &of_city(2030, "fes")).await;
    let submitted = app.nominate(&admin, &of_city(2030, "safi")).await;
    app.put_nomination_in(&submitted, "submitted");
    let nominations = [
        create(&of_city(2030, "agadir")),
        create(&of_city(2030, "fes")),
        create(&of_association(2030, &json!(id))),
        update(&nomination_path(&draft), &json!({"statement": {"fr": "Mieux dit."}})),
        update(&nomination_path(&draft), &json!({"city_code": "agadir"})),
        update(&nomination_path(&submitted), &json!({"statement": {"fr": "Mieux dit."}})),
        delete(&nomination_path(&draft)),
        delete(&nomination_path(&submitted)),
    ];
    let found = compare(&app, &admin, NOMINATIONS, &nominations).await;
    assert_eq!(found, [201, 409, 201, 200, 422, 409, 204, 409]);
}

#[tokio::test]
async fn who_may_not_is_refused_in_the_item_as_in_its_single_request() {
    let app = App::start().await;
    let admin = app.with_edition(2030, &json!({})).await;
    let own = app.add_association(&admin, &association("À soi")).await;
    let other = app.add_association(&admin, &association("D'autrui")).await;
    let representative = app.representative_of(&own.json()).await;
    let (own, other) = (own.header("location"), other.header("location"));
    let asked = [
        create(&association("Nouvelle")),
        update(own, &json!({"volunteers": 5})),
        update(own, &json!({"status": "dissolved"})),
        update(other, &json!({"volunteers": 5})),
        json!({"operation": "update", "id": last(other), "body": {}}),
        json!({"operation": "replace", "id": last(other), "if_match": "*", "body": {"name": 3}}),
        delete(own),
        json!({"operation": "delete", "id": last(own)}),
    ];
    let found = compare(&app, &representative, ASSOCIATIONS, &asked).await;
    assert_eq!(found, [403, 200, 403, 403, 428, 422, 403, 403]);

    let narrow = app.token_of(&app.integration(&[Scope::AssociationsWrite])).await;
    let hidden = json!({"internal": {"ice": "001234567000089"}});
    let found = compare(&app, &narrow, ASSOCIATIONS, &[update(own, &hidden)]).await;
    assert_eq!(found, [403], "what one does not see");

    let system = app.token_of(&app.integration(&[Scope::CitiesWrite])).await;
    let cities = [
        update("oujda", &json!({"population_2024": 1})),
        update("oujda", &json!({"slug": "wajda"})),
        delete("fes"),
    ];
    assert_eq!(compare(&app, &system, CITIES, &cities).await, [200, 403, 403]);

    let draft = app.nominate(&admin, &of_city(2030, "safi")).await;
    let fes = app.representative_of_city("fes").await;
    let nominations =
        [create(&of_city(2030, "fes")), create(&of_city(2030, "safi")), delete(&nomination_path(&draft))];
    assert_eq!(
        compare(&app, &fes, NOMINATIONS, &nominations).await,
        [201, 403, 404],
        "a draft that is hidden"
    );
}

#[tokio::test]
async fn items_are_kept_each_on_its_own_and_find_what_those_before_them_have_left() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let kept = app.add_association(&token, &association("Première")).await;
    let (path, tag) = (kept.header("location"), kept.header("etag"));
    let change = |volunteers: i64| json!({"operation": "update", "id": last(path), "if_match": tag, "body": {"volunteers": volunteers}});
    let asked = [
        change(1),
        change(2),
        create(&association("Deuxième")),
        create(&association("Deuxième")),
        create(&json!({"name": {"fr": " "}})),
        delete(path),
        update(path, &json!({"volunteers": 3})),
        create(&association("Première")),
    ];
    let answers = items(app.batch(&token, ASSOCIATIONS, &asked).await, 207);
    assert_eq!(statuses(&answers), [200, 412, 201, 409, 422, 204, 410, 201]);
    assert_eq!(answers[1]["etag"], answers[0]["etag"], "the current one");
    assert_ne!(answers[0]["etag"], tag);
    assert_eq!(answers[5], json!({"status": 204}));
    let made = answers[2]["location"].as_str().expect("a path");
    let read = app.get(made).await.expect(200);
    assert_eq!(
        (read.json(), json!(read.header("etag"))),
        (answers[2]["body"].clone(), answers[2]["etag"].clone())
    );
    app.get(path).await.problem(410);
    assert_eq!(app.associations_named("Deuxième").await, 1);
    assert_eq!(app.associations_named("Première").await, 1);
}

#[tokio::test]
async fn of_an_atomic_batch_all_is_kept_or_nothing() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let kept = app.add_association(&token, &association("Gardée")).await;
    let path = kept.header("location");
    let faulty = [
        create(&association("Atomique")),
        update(path, &json!({"volunteers": -1})),
        update(path, &json!({"volunteers": 7})),
        create(&association("Gardée")),
        delete(path),
    ];
    let answers = items(app.atomic(&token, ASSOCIATIONS, &faulty).await, 207);
    assert_eq!(statuses(&answers), [424, 422, 424, 409, 424]);
    assert_eq!(column(&answers, "problem")[0]["code"], "failed_dependency");
    assert!(
        answers.iter().all(|item| ["body", "etag", "location"].iter().all(|name| item.get(name).is_none()))
    );
    let read = app.get(path).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (kept.json(), kept.header("etag")));
    assert_eq!(app.associations_named("Atomique").await, 0);
    let made = app.get_as(&token, "/v1/audit?resource_type=association").await.items();
    assert_eq!(made.len(), 1, "the trail tells nothing of what was taken back");

    let answers = items(app.atomic(&token, ASSOCIATIONS, &[faulty[0].clone(), faulty[2].clone()]).await, 200);
    assert_eq!(statuses(&answers), [201, 200]);
    assert_eq!(app.get(path).await.json()["volunteers"], 7);
    assert_eq!(app.associations_named("Atomique").await, 1);
}

#[tokio::test]
async fn a_rehearsal_answers_as_usual_and_keeps_nothing() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let kept = app.add_association(&token, &association("Gardée")).await;
    let path = kept.header("location");
    let asked = [create(&association("Répétée")), create(&association("Répétée")), delete(path)];
    let rehearsal = app.post(&token, "/v1/associations/batch?dry_run=true", &json!({"items": asked})).await;
    let answers = items(rehearsal, 207);
    assert_eq!(statuses(&answers), [201, 409, 204]);
    app.get(answers[0]["location"].as_str().expect("a path")).await.problem(404);
    assert_eq!(app.get(path).await.expect(200).header("etag"), kept.header("etag"));
    assert_eq!(app.associations_named("Répétée").await, 0);
}

#[tokio::test]
async fn each_item_leaves_its_entry_in_the_trail() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let kept = app.add_association(&token, &association("Gardée")).await;
    let path = kept.header("location");
    let asked = [
        create(&association("Nouvelle")),
        update(path, &json!({"volunteers": 5})),
        update(path, &json!({"volunteers": -5})),
        delete(path),
    ];
    let answer = app.batch(&token, ASSOCIATIONS, &asked).await;
    let request = with("/v1/audit?sort=at", "request_id", answer.header("x-request-id"));
    let made = items(answer, 207)[0]["body"]["id"].clone();
    let entries = app.get_as(&token, &request).await.items();
    assert_eq!(column(&entries, "action"), ["create", "update", "delete"]);
    assert_eq!(column(&entries, "resource_id"), [&made, &json!(last(path)), &json!(last(path))]);
    assert_eq!(
        (&entries[1]["after"]["volunteers"], &entries[2]["before"]["volunteers"]),
        (&json!(5), &json!(5))
    );
    app.expect_intact();
}

#[tokio::test]
async fn what_a_batch_names_is_found_at_once() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let asked = ["Zgharitouna", "Qafzatouna"].map(|name| create(&association(name)));
    app.batch(&token, ASSOCIATIONS, &asked).await.expect(200);
    // With a wrong letter: only a word that is known is found then.
    for (typed, name) in [("zgharituna", "Zgharitouna"), ("qafzatuna", "Qafzatouna")] {
        let found = app.get(&with(ASSOCIATIONS, "q", typed)).await.items();
        assert_eq!(column(&found, "name"), [&json!({"fr": name})], "{typed}");
    }
    let refused = [create(&association("Wahidatouna")), create(&association("Zgharitouna"))];
    app.atomic(&token, ASSOCIATIONS, &refused).await.expect(207);
    let found = app.get(&with(ASSOCIATIONS, "q", "wahidatuna")).await.expect(200).json();
    assert_eq!(found["search"]["corrections"], json!([]), "nothing was written, so nothing is known");
}

#[tokio::test]
async fn a_batch_speaks_the_language_that_is_asked_for_and_leaves_out_what_nobody_wants() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let kept = app.add_association(&token, &association("Gardée")).await;
    let asked = json!({"items": [
        create(&json!({"name": {"ar": "جديدة"}})),
        update(kept.header("location"), &json!({"volunteers": 5})),
        update(kept.header("location"), &json!({"volunteers": -5})),
    ]});
    let answer = app.post(&token, "/v1/associations/batch?lang=fr&dry_run=true", &asked).await;
    assert_eq!(answer.header("content-language"), "fr");
    let told = items(answer, 207);
    assert_eq!(told[0]["body"]["name"], "جديدة");
    assert_eq!(told[0]["body"]["language_fallbacks"]["name"], "ar");
    assert_eq!(told[2]["problem"]["title"], "Données inacceptables");
    let request = app.request(Method::POST, "/v1/associations/batch").token(&token);
    let answer = request.header("prefer", "return=minimal").json(&asked).send().await;
    assert_eq!(answer.header("preference-applied"), "return=minimal");
    let told = items(answer, 207);
    assert_eq!(statuses(&told), [201, 204, 422]);
    assert!(told.iter().all(|item| item.get("body").is_none()) && told[2]["problem"].is_object());
    let path = told[0]["location"].as_str().expect("a path");
    assert_eq!(app.get(path).await.header("etag"), told[0]["etag"]);
}
