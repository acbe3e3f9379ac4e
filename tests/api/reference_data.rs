//! The reference data that every release carries: complete, loaded once, never over what people have changed.

use diesel::prelude::*;
use nasij::access::{Account, ClientSecret, Role};
use nasij::app::prepare;
use nasij::database::schema::{associations, cities, dataset_records, editions, events, partners};
use nasij::database::types::Id;
use serde_json::{Value, json};

use crate::app::App;
use crate::collections;

#[tokio::test]
async fn a_new_service_has_all_of_the_reference_data() {
    let app = App::start().await;
    for (path, count) in [
        ("/v1/regions", 12),
        ("/v1/provinces", 83),
        ("/v1/cities", 1503),
        ("/v1/cities?kind=urban", 242),
        ("/v1/activity-fields", 12),
        ("/v1/associations", 51),
        ("/v1/editions", 5),
        ("/v1/years-without-edition", 3),
    ] {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = app.get(&format!("{path}{sign}count=exact&limit=1")).await.expect(200).json();
        assert_eq!(page["page"]["total"], count, "{path}");
    }
}

/// All that is public, and the versions of all records.
async fn everything(app: &App) -> (Vec<Value>, Vec<(String, i64)>) {
    let token = app.token_of(app.admin()).await;
    let mut public = Vec::new();
    for collection in collections::all(app).await {
        if collection.path != "/v1/audit" {
            let path = format!("{}?limit=200", collection.path);
            public.extend(collections::items(&collections::pages(app, &token, &path, "next").await));
        }
    }
    let versions = app
        .database()
        .read_blocking(|connection| {
            let mut versions: Vec<(String, i64)> =
                cities::table.select((cities::code, cities::version)).load(connection)?;
            let ids: Vec<(Id, i64)> =
                associations::table.select((associations::id, associations::version)).load(connection)?;
            versions.extend(ids.into_iter().map(|(id, version)| (id.to_string(), version)));
            let ids: Vec<(Id, i64)> =
                editions::table.select((editions::id, editions::version)).load(connection)?;
            versions.extend(ids.into_iter().map(|(id, version)| (id.to_string(), version)));
            let ids: Vec<(Id, i64)> = events::table.select((events::id, events::version)).load(connection)?;
            versions.extend(ids.into_iter().map(|(id, version)| (id.to_string(), version)));
            let ids: Vec<(Id, i64)> =
                partners::table.select((partners::id, partners::version)).load(connection)?;
            versions.extend(ids.into_iter().map(|(id, version)| (id.to_string(), version)));
            versions.sort();
            Ok(versions)
        })
        .expect("the database answers");
    (public, versions)
}

/// What every start does.
fn start_again(app: &App) {
    let show = |_: &Account, _: &ClientSecret| panic!("only the first start makes an administrator");
    prepare(&app.database(), show).expect("the start succeeds");
}

#[tokio::test]
async fn a_second_start_changes_nothing() {
    let app = App::start().await;
    let before = everything(&app).await;
    assert!(before.0.len() > 1600 && before.1.iter().all(|(_, version)| *version == 1));
    start_again(&app);
    let after = everything(&app).await;
    assert_eq!(before.1, after.1);
    assert!(before.0 == after.0, "some record is another than before");
}

/// Makes the next start believe that these records, and so their file, came in another form with the last release.
fn come_with_a_newer_release(app: &App, dataset: &str, keys: &[String]) {
    app.database()
        .write_blocking(|connection| {
            for key in keys.iter().map(String::as_str).chain([""]) {
                let changed = diesel::update(dataset_records::table.find((dataset, key)))
                    .set(dataset_records::checksum.eq("of the release before"))
                    .execute(connection)?;
                assert_eq!(changed, 1, "{dataset} has no record {key:?}");
            }
            Ok(())
        })
        .expect("the database answers");
}

/// The keys of the records of these identifiers in their data set.
fn keys(app: &App, dataset: &str, ids: &[String]) -> Vec<String> {
    let find = |id: &String| {
        app.database()
            .read_blocking(|connection| {
                Ok(dataset_records::table
                    .filter(dataset_records::dataset.eq(dataset))
                    .filter(dataset_records::record_id.eq(id))
                    .select(dataset_records::key)
                    .first(connection)?)
            })
            .unwrap_or_else(|error| panic!("{dataset} {id}: {error}"))
    };
    ids.iter().map(find).collect()
}

/// The version that the ETag of a record tells.
async fn version(app: &App, path: &str) -> String {
    let answer = app.get(path).await.expect(200);
    answer.header("etag").trim_start_matches('"').split('-').next().expect("a version").to_owned()
}

#[tokio::test]
async fn a_newer_release_rewrites_what_nobody_has_touched() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    // A record of each is left alone, one is changed and one deleted by people.
    for (dataset, list, patch) in [
        ("communes", "/v1/cities?sort=code&limit=3", json!({"population_2024": 7})),
        ("associations", "/v1/associations?limit=3", json!({"volunteers": 7})),
        ("events", "/v1/editions/2023/events?limit=3", json!({"place": {"fr": "Ailleurs"}})),
        ("partners", "/v1/editions/2023/partners?limit=3", json!({"name": {"fr": "Autre"}})),
        ("editions", "/v1/editions?sort=year&limit=3", json!({"slogan": {"fr": "Devise"}})),
    ] {
        let records = app.get(list).await.items();
        let base = list.split('?').next().unwrap();
        let names: Vec<String> = records
            .iter()
            .map(|record| {
                let name = ["code", "year", "id"].into_iter().find_map(|name| record.get(name)).unwrap();
                name.as_str().map_or_else(|| name.to_string(), str::to_owned)
            })
            .collect();
        let paths: Vec<String> = names.iter().map(|name| format!("{base}/{name}")).collect();
        let keys = if dataset == "editions" { names.clone() } else { keys(&app, dataset, &names) };
        let untouched = app.get(&paths[0]).await.expect(200).json();
        app.patch(&token, &paths[1], "*", &patch).await.expect(200);
        if dataset == "editions" {
            // Only a draft is deleted.
            app.put_edition_in(names[2].parse().unwrap(), "draft");
        }
        app.delete(&token, &paths[2], "*").await.expect(204);
        let changed = app.get(&paths[1]).await.expect(200);
        let gone = app.get(&paths[2]).await.status;
        assert!([404, 410].contains(&gone), "{dataset}: {gone}");

        come_with_a_newer_release(&app, dataset, &keys);
        start_again(&app);

        assert_eq!(version(&app, &paths[0]).await, "2", "{dataset}: the untouched record is written again");
        let mut rewritten = app.get(&paths[0]).await.json();
        assert_ne!(rewritten["updated_at"], untouched["updated_at"], "{dataset}");
        rewritten["updated_at"] = untouched["updated_at"].clone();
        assert_eq!(rewritten, untouched, "{dataset}: with the same content, and made at the same time");
        let kept = app.get(&paths[1]).await.expect(200);
        assert_eq!(kept.header("etag"), changed.header("etag"), "{dataset}: what people changed stays");
        assert_eq!(app.get(&paths[2]).await.status, gone, "{dataset}: what people deleted stays away");

        start_again(&app);
        assert_eq!(version(&app, &paths[0]).await, "2", "{dataset}: once is enough");
    }
}

#[tokio::test]
async fn what_people_changed_stays_theirs_through_every_later_release() {
    let app = App::start().await;
    let token = app.token_of(app.admin()).await;
    app.patch(&token, "/v1/cities/oujda", "*", &json!({"population_2024": 7})).await.expect(200);
    let code = app.get("/v1/cities/oujda").await.json()["code"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        come_with_a_newer_release(&app, "communes", std::slice::from_ref(&code));
        start_again(&app);
        assert_eq!(app.get("/v1/cities/oujda").await.json()["population_2024"], 7);
        assert_eq!(version(&app, "/v1/cities/oujda").await, "2");
    }
}

#[tokio::test]
async fn a_record_that_was_there_before_its_release_is_left_alone() {
    let app = App::start().await;
    let code = app.get("/v1/cities/oujda").await.json()["code"].as_str().unwrap().to_owned();
    // As if people had made the record themselves before a release brought it.
    app.database()
        .write_blocking(|connection| {
            diesel::delete(dataset_records::table.find(("communes", &code))).execute(connection)?;
            Ok(())
        })
        .unwrap();
    for keys in [vec![], vec![code]] {
        come_with_a_newer_release(&app, "communes", &keys);
        start_again(&app);
        assert_eq!(version(&app, "/v1/cities/oujda").await, "1");
    }
}

/// Forgets that a record was loaded, so that the next start takes it for one that the release brings for the first time.
fn forget(app: &App, dataset: &str, id: &str) {
    app.database()
        .write_blocking(|connection| {
            let record = dataset_records::table
                .filter(dataset_records::dataset.eq(dataset))
                .filter(dataset_records::record_id.eq(id));
            assert_eq!(diesel::delete(record).execute(connection)?, 1, "{dataset} {id}");
            Ok(())
        })
        .expect("the database answers");
    come_with_a_newer_release(app, dataset, &[]);
}

#[tokio::test]
async fn an_edition_that_people_made_before_a_release_brings_it_stays_theirs() {
    let app = App::start().await;
    let id: Id = app
        .database()
        .read_blocking(|connection| {
            let of_year = editions::table.filter(editions::year.eq(2025));
            Ok(of_year.select(editions::id).first(connection)?)
        })
        .unwrap();
    forget(&app, "editions", &id.to_string());
    start_again(&app);
    assert_eq!(version(&app, "/v1/editions/2025").await, "1");
    assert_eq!(app.get("/v1/editions").await.items().len(), 5);
}

#[tokio::test]
async fn an_association_that_people_made_before_a_release_brings_it_stays_theirs() {
    let app = App::start().await;
    let some = app.get("/v1/associations?limit=1").await.items().remove(0);
    let id = some["id"].as_str().unwrap();
    forget(&app, "associations", id);
    start_again(&app);
    assert_eq!(version(&app, &format!("/v1/associations/{id}")).await, "1");
    let all = app.get("/v1/associations?count=exact&limit=1").await.json();
    assert_eq!(all["page"]["total"], 51);
}

#[tokio::test]
async fn what_a_release_brings_for_its_edition_is_not_added_to_one_of_peoples_own() {
    let app = App::start().await;
    let token = app.token(Role::MinistryOfficer).await;
    let event = app.get("/v1/editions/2018/events").await.items()[0]["id"].as_str().unwrap().to_owned();
    app.delete(&token, &format!("/v1/editions/2018/events/{event}"), "*").await.expect(204);
    app.put_edition_in(2018, "draft");
    app.delete(&token, "/v1/editions/2018", "*").await.expect(204);
    let own = json!({"year": 2018, "name": {"fr": "Une autre édition"}});
    app.post(&token, "/v1/editions", &own).await.expect(201);
    forget(&app, "events", &event);
    start_again(&app);
    assert_eq!(app.get("/v1/editions/2018/events").await.items().len(), 0);
}

#[tokio::test]
async fn the_sources_that_must_be_credited_are_credited() {
    let app = App::start().await;
    let document = app.get("/openapi.json").await.expect(200);
    for credit in ["Haut-Commissariat au Plan, RGPH 2024 (CC BY 4.0), modified", "GeoNames (CC BY 4.0)"] {
        assert!(document.text().contains(credit), "{credit}");
    }
}
