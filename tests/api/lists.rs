//! What every list promises: pages, orders, totals, cursors, facets and fields.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt as _};
use nasij::access::Role;
use serde_json::{Value, json};

use crate::app::App;
use crate::collections::{self, Collection, items, links, pages};
use crate::steps::{association, fault, faults, with};

/// Runs a check for every collection, a few at once.
async fn for_every<F: Future<Output = ()>>(app: &App, check: impl Fn(Collection) -> F) {
    stream::iter(collections::all(app).await).map(check).buffer_unordered(4).collect::<Vec<()>>().await;
}

#[tokio::test]
async fn every_list_is_walked_forth_and_back_in_every_order() {
    let app = App::start().await;
    let token = &app.token(Role::Admin).await;
    let mut walks = Vec::new();
    for collection in collections::all(&app).await {
        walks.push((collection.clone(), collection.keys_only()));
        for sort in collection.words("sort") {
            walks.push((collection.clone(), with(&collection.keys_only(), "sort", &sort)));
        }
    }
    let app = &app;
    let walk = |(collection, path): (Collection, String)| async move {
        let whole = items(&pages(app, token, &with(&path, "limit", "200"), "next").await);
        // Some twenty pages, however long the list is.
        let limit = (whole.len() / 20).max(7);
        let small = with(&path, "limit", &limit.to_string());
        let forth = pages(app, token, &small, "next").await;
        let keys = collection.keys(&whole);
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{path} repeats items");
        assert_eq!(collection.keys(&items(&forth)), keys, "{path} in small pages");
        assert!(forth[0]["page"]["prev"].is_null(), "{path}: nothing is before the first page");
        let Some(prev) = forth.last().and_then(|last| last["page"]["prev"].as_str()) else {
            assert!(whole.len() <= limit, "{path}: the last page has no way back");
            return;
        };
        let mut back = pages(app, token, &with(&small, "cursor", prev), "prev").await;
        back.reverse();
        let before = &forth[..forth.len() - 1];
        assert_eq!(collection.keys(&items(&back)), collection.keys(&items(before)), "{path} backwards");
    };
    stream::iter(walks).map(walk).buffer_unordered(4).collect::<Vec<()>>().await;
}

/// A text as it sorts: instants have fractions of any length.
fn comparable(value: &Value) -> (Option<chrono::DateTime<chrono::Utc>>, &str) {
    let text = value.as_str().unwrap_or_default();
    let instant = text.parse().ok();
    (instant, if instant.is_some() { "" } else { text })
}

/// The value at a dotted path.
fn at<'a>(item: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(item, |value, name| &value[name])
}

#[tokio::test]
async fn every_order_is_as_its_name_says_with_the_unknown_last() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    for collection in collections::all(&app).await {
        let fields = collection.words("fields");
        // Names are sorted by their folded form; what has no field of its own cannot be looked at.
        let visible = |sort: &String| fields.contains(&sort.trim_start_matches('-').to_owned());
        for sort in collection.words("sort").iter().filter(|sort| visible(sort)) {
            let path = with(&with(&collection.path, "sort", sort), "limit", "200");
            let (name, descending) = (sort.trim_start_matches('-'), sort.starts_with('-'));
            let listed = app.get_as(&token, &path).await.items();
            for pair in listed.windows(2) {
                let (one, two) = (at(&pair[0], name), at(&pair[1], name));
                let in_order = match (one, two) {
                    (Value::Null, second) => second.is_null(),
                    (_, Value::Null) => true,
                    (Value::Number(_), Value::Number(_)) => {
                        let (one, two) = (one.as_f64(), two.as_f64());
                        if descending { one >= two } else { one <= two }
                    }
                    _ => {
                        let (one, two) = (comparable(one), comparable(two));
                        if descending { one >= two } else { one <= two }
                    }
                };
                assert!(in_order, "{path}: {one} before {two}");
            }
        }
    }
}

#[tokio::test]
async fn the_link_header_leads_where_the_page_says() {
    let app = App::start().await;
    let token = &app.token(Role::Admin).await;
    let app = &app;
    for_every(app, |collection| async move {
        let path = with(&collection.path, "limit", "2");
        let first = app.get_as(token, &path).await.expect(200);
        let there = links(first.header("link"));
        assert_eq!(there.contains_key("next"), first.json()["page"]["next"].is_string(), "{path}");
        assert!(!there.contains_key("prev"), "{path}");
        let Some(next) = there.get("next") else { return };
        let second = app.get_as(token, next).await.expect(200);
        let by_cursor = with(&path, "cursor", first.json()["page"]["next"].as_str().unwrap());
        assert_eq!(second.json(), app.get_as(token, &by_cursor).await.expect(200).json(), "{path}");
        let back = links(second.header("link"));
        for relation in ["prev", "first"] {
            let page = app.get_as(token, &back[relation]).await.expect(200).json();
            assert_eq!(page["items"], first.json()["items"], "{path}: {relation}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_exact_count_is_the_number_of_items_whatever_the_page() {
    let app = App::start().await;
    let token = &app.token(Role::Admin).await;
    let app = &app;
    for_every(app, |collection| async move {
        let path = collection.keys_only();
        let total = items(&pages(app, token, &with(&path, "limit", "200"), "next").await).len();
        let counted = with(&with(&path, "limit", "3"), "count", "exact");
        let mut page = app.get_as(token, &counted).await.expect(200).json();
        assert_eq!(page["page"]["total"], total, "{path}");
        if let Some(next) = page["page"]["next"].as_str() {
            page = app.get_as(token, &with(&counted, "cursor", next)).await.expect(200).json();
            assert_eq!(page["page"]["total"], total, "{path} on its second page");
        }
        let uncounted = app.get_as(token, &path).await.expect(200).json();
        assert!(uncounted["page"]["total"].is_null(), "{path} was not asked to count");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_belongs_to_one_list_one_filter_and_one_order() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let lists = collections::all(&app).await;
    let mut tried = 0;
    for (place, list) in lists.iter().enumerate() {
        let page = app.get_as(&token, &with(&list.path, "limit", "1")).await.expect(200).json();
        let Some(cursor) = page["page"]["next"].as_str() else { continue };
        tried += 1;
        let mut foreign = vec![lists[(place + 1) % lists.len()].path.clone()];
        foreign.extend(list.words("sort").last().map(|sort| with(&list.path, "sort", sort)));
        for filter in ["kind", "status", "action"].into_iter().filter(|filter| list.takes(filter)) {
            foreign.push(with(&list.path, filter, &list.words(filter)[0]));
        }
        if list.takes("q") {
            foreign.push(with(&list.path, "q", "a"));
        }
        for path in foreign {
            let problem = app.get_as(&token, &with(&path, "cursor", cursor)).await.problem(400);
            assert_eq!(faults(&problem), fault("cursor", "cursor"), "{path} with a cursor of {}", list.path);
        }
        // Neither the size of the page nor what is shown of an item belongs to the place in the list.
        for same in [with(&list.path, "limit", "9"), list.keys_only(), with(&list.path, "lang", "fr")] {
            app.get_as(&token, &with(&same, "cursor", cursor)).await.expect(200);
        }
    }
    assert!(tried >= 4);
}

#[tokio::test]
async fn a_changed_cursor_is_refused() {
    let app = App::start().await;
    let page = app.get("/v1/cities?limit=1").await.expect(200).json();
    let cursor = page["page"]["next"].as_str().unwrap().to_owned();
    let mut changed = vec![String::new(), "x".to_owned(), format!("{cursor}A"), cursor[1..].to_owned()];
    for place in 0..cursor.len() {
        let other = if &cursor[place..=place] == "A" { "B" } else { "A" };
        changed.push(format!("{}{other}{}", &cursor[..place], &cursor[place + 1..]));
    }
    for cursor in changed {
        let problem = app.get(&with("/v1/cities?limit=1", "cursor", &cursor)).await.problem(400);
        assert_eq!(faults(&problem), fault("cursor", "cursor"), "{cursor}");
    }
}

#[tokio::test]
async fn every_list_refuses_what_it_does_not_understand_by_name() {
    let app = App::start().await;
    let token = &app.token(Role::Admin).await;
    let app = &app;
    for_every(app, |collection| async move {
        let refused = |query: &'static str, parameter: &'static str, code: &'static str| {
            let path = format!("{}?{query}", collection.path);
            async move {
                let problem = app.get_as(token, &path).await.problem(400);
                assert_eq!(faults(&problem), fault(parameter, code), "{path}");
                problem["errors"][0]["did_you_mean"].clone()
            }
        };
        for (limit, code) in [("limit=0", "range"), ("limit=201", "range"), ("limit=-1", "range")] {
            refused(limit, "limit", code).await;
        }
        for limit in ["limit=abc", "limit=", "limit=1.5", "limit=99999999999999999999"] {
            refused(limit, "limit", "type").await;
        }
        refused("count=some", "count", "one_of").await;
        refused("limit=5&limit=6", "limit", "repeated_parameter").await;
        assert_eq!(refused("limt=5", "limt", "unknown_parameter").await, "limit");
        assert_eq!(refused("Limit=5", "Limit", "unknown_parameter").await, "limit");
        assert_eq!(
            refused("quite_another_thing=5", "quite_another_thing", "unknown_parameter").await,
            Value::Null
        );
        let fields = collection.words("fields");
        let field = fields.iter().max_by_key(|field| field.len()).unwrap();
        let misspelt = with(&collection.path, "fields", &field[1..]);
        let problem = app.get_as(token, &misspelt).await.problem(400);
        assert_eq!(faults(&problem), fault("fields", "one_of"), "{misspelt}");
        assert_eq!(problem["errors"][0]["did_you_mean"], *field, "{misspelt}");
        if collection.takes("sort") {
            refused("sort=colour", "sort", "one_of").await;
            refused("sort=", "sort", "one_of").await;
        }
        if collection.takes("facet") {
            refused("facet=colour", "facet", "one_of").await;
        }
    })
    .await;
}

#[tokio::test]
async fn facets_count_what_their_filters_give_and_ignore_their_own() {
    let app = App::start().await;
    let token = &app.token(Role::Admin).await;
    let app = &app;
    for_every(app, |collection| async move {
        for facet in collection.words("facet") {
            assert!(collection.takes(&facet), "{}: the facet {facet} has no filter", collection.path);
            let path = with(&collection.keys_only(), "facet", &facet);
            let counts = app.get_as(token, &path).await.expect(200).json()["facets"][&facet].clone();
            let counts = counts.as_array().unwrap();
            for count in counts.iter().filter(|count| !count["value"].is_null()).take(20) {
                let value = count["value"].as_str().unwrap();
                let chosen = with(&with(&path, &facet, value), "count", "exact");
                let list = app.get_as(token, &chosen).await.expect(200).json();
                assert_eq!(list["page"]["total"], count["count"], "{chosen}");
                assert_eq!(
                    list["facets"][&facet].as_array(),
                    Some(counts),
                    "{chosen} ignores its own filter"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_facet_of_single_values_adds_up_to_the_total_with_the_unknown_as_null() {
    let app = App::start().await;
    for (path, facets) in [
        ("/v1/cities?count=exact&limit=1", &["region", "province", "kind"][..]),
        ("/v1/cities?count=exact&limit=1&q=sidi", &["region", "province", "kind"]),
        ("/v1/provinces?count=exact&limit=1", &["region", "kind"]),
        (
            "/v1/associations?count=exact&limit=1",
            &["region", "province", "scope", "status", "receipt_status"],
        ),
    ] {
        let list = app.get(&with(path, "facet", &facets.join(","))).await.expect(200).json();
        for facet in facets {
            let counts = list["facets"][facet].as_array().unwrap();
            let sum: i64 = counts.iter().filter_map(|count| count["count"].as_i64()).sum();
            assert_eq!(list["page"]["total"], sum, "{path}: {facet} {counts:?}");
        }
    }
    let other =
        app.get("/v1/cities?kind=urban&facet=region,kind&count=exact&limit=1").await.expect(200).json();
    let regions = other["facets"]["region"].as_array().unwrap();
    let sum: i64 = regions.iter().filter_map(|count| count["count"].as_i64()).sum();
    assert_eq!(other["page"]["total"], sum, "a facet keeps to the filters of others");
}

#[tokio::test]
async fn fields_keep_the_key_and_nothing_that_was_not_asked_for() {
    let app = App::start().await;
    let token = &app.token(Role::Admin).await;
    let app = &app;
    for_every(app, |collection| async move {
        for field in collection.words("fields") {
            let path = with(&with(&collection.path, "limit", "3"), "fields", &field);
            for item in app.get_as(token, &path).await.items() {
                let shown: BTreeSet<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
                assert!(shown.contains(collection.key), "{path}: {item}");
                assert!(shown.is_subset(&BTreeSet::from([collection.key, &field])), "{path}: {item}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_others_insert_or_delete_between_pages_neither_repeats_nor_hides_anything() {
    let app = App::start().await;
    let token = app.token(Role::Admin).await;
    let add = async |name: &str| {
        let body = json!({"name": {"fr": name}, "volunteers": 7_777_777});
        app.add_association(&token, &body).await.header("location").to_owned()
    };
    let mut paths = Vec::new();
    for name in ["Bab", "Dar", "Fen", "Han", "Jad", "Lam"] {
        paths.push(add(name).await);
    }
    let path =
        "/v1/associations?volunteers[gte]=7777777&sort=name.fr&limit=2&fields=name&lang=fr&count=exact";
    let follow = async |page: &Value, direction: &str| {
        let cursor = page["page"][direction].as_str().expect("another page");
        app.get(&with(path, "cursor", cursor)).await.expect(200).json()
    };
    let names = |page: &Value| -> Vec<String> {
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = app.get(path).await.expect(200).json();
    assert_eq!(names(&first), ["Bab", "Dar"]);
    // Before the place, at the place itself, and after it.
    add("Ada").await;
    app.delete(&token, &paths[1], "*").await.expect(204);
    add("Elm").await;
    let second = follow(&first, "next").await;
    assert_eq!(names(&second), ["Elm", "Fen"]);
    add("Gaz").await;
    app.delete(&token, &paths[3], "*").await.expect(204);
    let third = follow(&second, "next").await;
    assert_eq!(names(&third), ["Gaz", "Jad"]);
    let back = follow(&third, "prev").await;
    assert_eq!(names(&back), ["Elm", "Fen"]);
    // The last page is emptied while it is asked for: the total is that of the list all the same.
    app.delete(&token, &paths[5], "*").await.expect(204);
    let last = follow(&third, "next").await;
    assert_eq!((names(&last), &last["page"]["next"]), (Vec::new(), &Value::Null));
    assert_eq!(last["page"]["total"], 6);
    app.add_association(&token, &association("Not counted")).await;
    assert_eq!(app.get(path).await.expect(200).json()["page"]["total"], 6);
}
