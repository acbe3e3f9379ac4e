//! Nominations: who may nominate what, and who sees a draft.

use nasij::access::{NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::steps::{association, fault, faults};

pub(crate) const NOMINATIONS: &str = "/v1/nominations";

/// A nomination of a city.
pub(crate) fn of_city(year: i64, city: &str) -> Value {
    json!({
        "kind": "city", "edition_year": year, "city_code": city,
        "statement": {"fr": "Un tissu associatif ancien."}, "programme": {"fr": "Douze mois de rencontres."},
    })
}

/// A nomination of an association.
pub(crate) fn of_association(year: i64, id: &Value) -> Value {
    json!({
        "kind": "association", "edition_year": year, "association_id": id,
        "statement": {"fr": "Vingt ans au service des quartiers."},
    })
}

/// The path of a nomination.
pub(crate) fn path(nomination: &Value) -> String {
    format!("{NOMINATIONS}/{}", nomination["id"].as_str().expect("an identifier"))
}

impl App {
    /// Adds an edition whose call for cities is open, without a window unless `more` gives one, and returns an
    /// administrator's token.
    pub(crate) async fn with_edition(&self, year: i64, more: &Value) -> String {
        let token = self.with_draft_edition(year, more).await;
        self.put_edition_in(year, "city_call_open");
        token
    }

    /// As [`App::with_edition`], but it is the call for associations that is open.
    pub(crate) async fn with_honours_edition(&self, year: i64, more: &Value) -> String {
        let token = self.with_draft_edition(year, more).await;
        self.put_edition_in(year, "honours_call_open");
        token
    }

    /// As [`App::with_edition`], but the edition is still a draft.
    pub(crate) async fn with_draft_edition(&self, year: i64, more: &Value) -> String {
        let token = self.token_of(self.admin()).await;
        let mut edition = json!({"year": year, "name": {"fr": format!("Capitale {year}")}});
        for (field, value) in more.as_object().into_iter().flatten() {
            edition[field] = value.clone();
        }
        self.post(&token, "/v1/editions", &edition).await.expect(201);
        token
    }

    /// Adds a nomination, which must succeed.
    pub(crate) async fn nominate(&self, token: &str, body: &Value) -> Value {
        self.post(token, NOMINATIONS, body).await.expect(201).json()
    }

    /// Takes a nomination to another state, whatever its version.
    pub(crate) async fn take_to(&self, token: &str, nomination: &Value, to: &str) -> crate::answer::Answer {
        let transitions = format!("{}/transitions", path(nomination));
        let request = self.request(Method::POST, &transitions).token(token).if_match("*");
        request.json(&json!({"to": to, "reason": "Parce que."})).send().await
    }

    /// An access token of the representative of a city.
    pub(crate) async fn representative_of_city(&self, city: &str) -> String {
        let account = NewAccount {
            city: Some(city.to_owned()),
            ..NewAccount::of_role(Role::CityRepresentative, "Some city")
        };
        self.token_of(&self.account(&account)).await
    }
}

#[tokio::test]
async fn whoever_may_nominate_nominates_a_city() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let writer = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    for (who, token, city) in [
        ("an administrator", admin, "fes"),
        ("the ministry", app.token(Role::MinistryOfficer).await, "rabat"),
        ("ICSO", app.token(Role::IcsoOfficer).await, "agadir"),
        ("another system", writer, "meknes"),
        ("its representative", app.representative_of_city("safi").await, "safi"),
    ] {
        let created = app.post(&token, NOMINATIONS, &of_city(2027, city)).await.expect(201);
        let nomination = created.json();
        assert_eq!(created.header("location"), path(&nomination), "{who}");
        assert_eq!((&nomination["status"], &nomination["kind"]), (&json!("draft"), &json!("city")), "{who}");
        assert_eq!(nomination["city_code"], app.get(&format!("/v1/cities/{city}")).await.json()["code"]);
        assert!(nomination.get("submitted_at").is_none());
        let read = app.get_as(&token, &path(&nomination)).await.expect(200);
        assert_eq!((read.json(), read.header("etag")), (nomination, created.header("etag")), "{who}");
    }
}

#[tokio::test]
async fn an_association_is_nominated_by_its_representative_and_the_institutions() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    for (place, role) in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer].into_iter().enumerate() {
        let honoured =
            app.add_association(&admin, &association(&format!("Association {place}"))).await.json();
        let token = app.token(role).await;
        let nomination = app.nominate(&token, &of_association(2027, &honoured["id"])).await;
        assert_eq!(nomination["association_id"], honoured["id"], "{role}");
    }
    let own = app.add_association(&admin, &association("Association à soi")).await.json();
    let representative = app.representative_of(&own).await;
    app.nominate(&representative, &of_association(2027, &own["id"])).await;
}

#[tokio::test]
async fn nobody_else_nominates() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let other = app.add_association(&admin, &association("Association d'autrui")).await.json();
    let own = app.add_association(&admin, &association("Association à soi")).await.json();
    let city = of_city(2027, "fes");
    for role in [Role::Juror, Role::JuryChair, Role::Auditor] {
        let refused = app.post(&app.token(role).await, NOMINATIONS, &city).await;
        assert_eq!(refused.problem(403)["code"], "insufficient_scope", "{role}");
    }
    app.request(Method::POST, NOMINATIONS).json(&city).send().await.problem(401);
    let of_city_alone = app.representative_of_city("safi").await;
    let of_association_alone = app.representative_of(&own).await;
    for (token, body) in [
        (&of_city_alone, city.clone()),
        (&of_city_alone, of_association(2027, &other["id"])),
        (&of_association_alone, city.clone()),
        (&of_association_alone, of_association(2027, &other["id"])),
    ] {
        assert_eq!(app.post(token, NOMINATIONS, &body).await.problem(403)["code"], "forbidden", "{body}");
    }
    let all = app.get_as(&admin, "/v1/nominations?count=exact").await.json();
    assert_eq!(all["page"]["total"], 0);
}

#[tokio::test]
async fn the_kind_decides_what_is_needed_and_what_does_not_apply() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let some = app.add_association(&token, &association("Association")).await.json();
    let rural = app.get("/v1/cities?kind=rural&limit=1").await.items()[0]["code"].clone();
    let city = |field: &str, value: Value| {
        let mut body = of_city(2027, "fes");
        body[field] = value;
        body
    };
    let honour = |field: &str, value: Value| {
        let mut body = of_association(2027, &some["id"]);
        body[field] = value;
        body
    };
    for (body, place, code) in [
        (city("city_code", Value::Null), "/city_code", "required"),
        (city("association_id", some["id"].clone()), "/association_id", "inapplicable"),
        (honour("association_id", Value::Null), "/association_id", "required"),
        (honour("city_code", json!("fes")), "/city_code", "inapplicable"),
        (honour("programme", json!({"fr": "Un programme"})), "/programme", "inapplicable"),
        (city("city_code", json!("atlantis")), "/city_code", "reference"),
        (city("city_code", rural), "/city_code", "not_urban"),
        (
            honour("association_id", json!("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11")),
            "/association_id",
            "reference",
        ),
        (city("edition_year", json!(2099)), "/edition_year", "reference"),
        (city("edition_year", json!(2021)), "/edition_year", "reference"),
        (city("edition_year", json!(1999)), "/edition_year", "range"),
        (city("kind", json!("cities")), "/kind", "one_of"),
        (city("statement", json!({})), "/statement", "text_without_language"),
        (city("statement", json!({"fr": " "})), "/statement/fr", "blank"),
        (city("status", json!("submitted")), "/status", "unknown_field"),
    ] {
        let problem = app.post(&token, NOMINATIONS, &body).await.problem(422);
        assert_eq!(faults(&problem), fault(place, code), "{body}");
    }
}

#[tokio::test]
async fn a_subject_has_one_live_nomination_for_an_edition_and_nobody_two_drafts_of_it() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    app.with_edition(2028, &Value::Null).await;
    let some = app.add_association(&token, &association("Association")).await.json();
    let fes = app.get("/v1/cities/fes").await.json()["code"].as_str().unwrap().to_owned();
    for (body, again, pointer, elsewhere, call) in [
        (of_city(2027, "fes"), of_city(2027, &fes), "/city_code", of_city(2028, "fes"), "city_call_open"),
        (
            of_association(2027, &some["id"]),
            of_association(2027, &some["id"]),
            "/association_id",
            of_association(2028, &some["id"]),
            "honours_call_open",
        ),
    ] {
        app.put_edition_in(2027, call);
        let first = app.nominate(&token, &body).await;
        let problem = app.post(&token, NOMINATIONS, &again).await.problem(409);
        assert_eq!(faults(&problem), fault(pointer, "already_exists"));
        app.nominate(&token, &elsewhere).await;
        app.take_to(&token, &first, "submitted").await.expect(201);
        let second = app.nominate(&token, &again).await;
        let problem = app.take_to(&token, &second, "submitted").await.problem(409);
        assert_eq!(
            (&problem["code"], faults(&problem)),
            (&json!("already_exists"), fault("/to", "nominated_already"))
        );
        app.take_to(&token, &first, "withdrawn").await.expect(201);
        app.take_to(&token, &second, "submitted").await.expect(201);
    }
}

#[tokio::test]
async fn a_spy_learns_nothing_of_the_drafts_of_others() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    app.put_edition_in(2027, "city_call_open");
    let spy = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let hidden = app.nominate(&admin, &of_city(2027, "fes")).await;
    // Where there is a hidden draft and where there is none: told alike, byte by byte.
    let mut told = Vec::new();
    let new_in_each = regex::Regex::new("[0-9a-f]{8}-[0-9a-f-]{27}|20[0-9-]{8}T[0-9:.]+Z").unwrap();
    for city in ["fes", "safi"] {
        let code = app.get(&format!("/v1/cities/{city}")).await.json()["code"].as_str().unwrap().to_owned();
        let rehearsal = format!("{NOMINATIONS}?dry_run=true");
        let rehearsed = app.post(&spy, &rehearsal, &of_city(2027, city)).await;
        let own = app.post(&spy, NOMINATIONS, &of_city(2027, city)).await;
        let draft = own.json();
        let to_fes = app.patch(&spy, &path(&draft), "*", &json!({"city_code": "rabat"})).await;
        let submission = format!("{}/transitions?dry_run=true", path(&draft));
        let submission = app.request(Method::POST, &submission).token(&spy).if_match("*");
        let submitted = submission.json(&json!({"to": "submitted"})).send().await;
        let answers = [rehearsed, own, to_fes, submitted].map(|answer| {
            (
                answer.status,
                new_in_each
                    .replace_all(&answer.text().replace(&code, "…").replace(city, "…"), "…")
                    .into_owned(),
            )
        });
        assert_eq!(answers.each_ref().map(|answer| answer.0), [201, 201, 422, 201], "{city}");
        told.push(answers);
    }
    assert_eq!(told[0], told[1]);
    // Of both one is submitted; only then is the other told of what everybody sees.
    app.take_to(&admin, &hidden, "submitted").await.expect(201);
    let mine = app.get_as(&spy, "/v1/nominations?status=draft&city=03.231.01.0").await.items();
    let mine = mine.first().cloned().unwrap_or_else(|| panic!("the own draft"));
    let refused = app.take_to(&spy, &mine, "submitted").await.problem(409);
    assert_eq!(faults(&refused), fault("/to", "nominated_already"));
}

#[tokio::test]
async fn of_drafts_that_are_submitted_at_once_one_stands() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    app.put_edition_in(2027, "city_call_open");
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
        let draft = app.nominate(&nominator, &of_city(2027, "fes")).await;
        let request = app.request(Method::POST, &format!("{}/transitions", path(&draft))).token(&nominator);
        running.spawn(request.if_match("*").json(&json!({"to": "submitted"})).send());
    }
    let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 5]].concat());
}

#[tokio::test]
async fn of_concurrent_nominations_of_a_subject_one_is_made() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..20 {
        running
            .spawn(app.request(Method::POST, NOMINATIONS).token(&token).json(&of_city(2027, "fes")).send());
    }
    let mut statuses: Vec<u16> = running.join_all().await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 19]].concat());
}

/// All that would tell somebody that there is a nomination, without one.
async fn sees_nothing(app: &App, token: Option<&str>, nomination: &Value, who: &str) {
    let get = |path: String| {
        let request = app.request(Method::GET, &path);
        match token {
            Some(token) => request.token(token),
            None => request,
        }
        .send()
    };
    let unknown = get(path(nomination)).await.problem(404);
    assert_eq!(unknown["code"], "not_found", "{who}");
    get(format!("{}/history", path(nomination))).await.problem(404);
    let list = "/v1/nominations?count=exact&facet=kind,status,edition";
    let city = nomination["city_code"].as_str().expect("a code");
    for query in [
        "",
        "&kind=city",
        "&status=draft,withdrawn",
        "&edition=2027",
        &format!("&city={city}"),
        "&region=03",
        "&expand=edition.city,city.region",
        "&sort=created_at",
    ] {
        let page = get(format!("{list}{query}")).await.expect(200).json();
        assert_eq!((&page["items"], &page["page"]["total"]), (&json!([]), &json!(0)), "{who}: {query}");
        for facet in ["kind", "status", "edition"] {
            let counts = page["facets"][facet].as_array().expect("counts");
            assert!(counts.iter().all(|value| value["count"] == 0), "{who}: {query}: {counts:?}");
        }
    }
}

#[tokio::test]
async fn a_draft_does_not_exist_for_those_whom_it_does_not_concern() {
    let app = App::start().await;
    let admin = app.with_edition(2027, &Value::Null).await;
    let draft = app.nominate(&admin, &of_city(2027, "fes")).await;
    let stranger = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    for (who, token) in [
        ("the public", None),
        ("a juror", Some(app.token(Role::Juror).await)),
        ("the jury's chair", Some(app.token(Role::JuryChair).await)),
        ("another system", Some(stranger.clone())),
        ("another city", Some(app.representative_of_city("safi").await)),
    ] {
        sees_nothing(&app, token.as_deref(), &draft, who).await;
    }
    let item = path(&draft);
    app.patch(&stranger, &item, "*", &json!({"statement": {"fr": "Autre"}})).await.problem(404);
    app.put(&stranger, &item, "*", &of_city(2027, "fes")).await.problem(404);
    app.delete(&stranger, &item, "*").await.problem(404);
    for to in ["submitted", "withdrawn"] {
        app.take_to(&stranger, &draft, to).await.problem(404);
    }
    // A draft that was withdrawn was never public either.
    app.take_to(&admin, &draft, "withdrawn").await.expect(201);
    sees_nothing(&app, None, &draft, "the public, after the withdrawal").await;
}

#[tokio::test]
async fn a_draft_is_seen_by_its_nominator_its_subject_and_those_who_run_the_process() {
    let app = App::start().await;
    app.with_edition(2027, &Value::Null).await;
    let nominator = app.token_of(&app.integration(&[Scope::NominationsSubmit])).await;
    let draft = app.nominate(&nominator, &of_city(2027, "fes")).await;
    for (who, token) in [
        ("its nominator", nominator),
        ("its city", app.representative_of_city("fes").await),
        ("an administrator", app.token(Role::Admin).await),
        ("the ministry", app.token(Role::MinistryOfficer).await),
        ("ICSO", app.token(Role::IcsoOfficer).await),
        ("an auditor", app.token(Role::Auditor).await),
    ] {
        assert_eq!(app.get_as(&token, &path(&draft)).await.expect(200).json()["id"], draft["id"], "{who}");
        let page = app.get_as(&token, "/v1/nominations?count=exact&facet=status").await.json();
        assert_eq!((&page["page"]["total"], &page["items"][0]["id"]), (&json!(1), &draft["id"]), "{who}");
        let history = app.get_as(&token, &format!("{}/history", path(&draft))).await.items();
        assert_eq!(history.len(), 1, "{who}");
    }
}

#[tokio::test]
async fn a_submitted_nomination_is_public_and_stays_so() {
    let app = App::start().await;
    let token = app.with_edition(2027, &Value::Null).await;
    let nomination = app.nominate(&token, &of_city(2027, "fes")).await;
    app.take_to(&token, &nomination, "submitted").await.expect(201);
    for status in ["submitted", "withdrawn"] {
        let shown =
            app.get(&format!("{}?expand=city.region,edition", path(&nomination))).await.expect(200).json();
        assert_eq!(shown["status"], status);
        assert!(shown["submitted_at"].is_string());
        assert_eq!((&shown["city"]["slug"], &shown["edition"]["year"]), (&json!("fes"), &json!(2027)));
        let page = app.get("/v1/nominations?count=exact&facet=status,kind,edition").await.expect(200).json();
        assert_eq!((&page["page"]["total"], &page["items"][0]["id"]), (&json!(1), &nomination["id"]));
        let counted = &page["facets"]["status"];
        assert_eq!((&counted[0]["value"], &counted[0]["count"]), (&json!(status), &json!(1)), "{counted}");
        assert_eq!(page["facets"]["edition"][0]["label"]["fr"], "2027");
        if status == "submitted" {
            app.take_to(&token, &nomination, "withdrawn").await.expect(201);
        }
    }
}
