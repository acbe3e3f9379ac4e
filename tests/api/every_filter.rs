//! Every filter of every list: each selects just the items that have its value, whatever list it is of. A filter that is
//! added is found here by itself, and where its value stands in an item is said below.

use std::collections::BTreeSet;

use nasij::access::{NewAccount, Role};
use serde_json::{Value, json};

use crate::app::App;
use crate::collections::{items, pages};
use crate::institution_signers::{KEYS, Signer};
use crate::nominations::of_city;
use crate::steps::with;
use crate::story::app_after_an_edition;

/// Where the value of a filter stands in an item, when it does not stand under its own name: the list's name (as its
/// path ends), the filter, and the members on the way, or those of another way.
const PLACES: &[(&str, &str, &str)] = &[
    ("cities", "region", "region_code"),
    ("cities", "province", "province_code"),
    ("cities", "capital_year", "capital_years"),
    ("provinces", "region", "region_code"),
    ("associations", "city", "city_code"),
    ("associations", "province", "province_code"),
    ("associations", "region", "province.region_code"),
    ("associations", "activity_field", "activity_fields"),
    ("associations", "value", "values"),
    ("editions", "city", "city_code"),
    ("editions", "region", "city.region_code"),
    ("nominations", "edition", "edition_year"),
    ("nominations", "city", "city_code"),
    ("nominations", "association", "association_id"),
    ("nominations", "region", "city.region_code or association.city.region_code"),
    ("accounts", "role", "roles"),
    ("accounts", "city", "city_code"),
    ("accounts", "association", "association_id"),
    ("evaluations", "nomination", "nomination_id"),
    ("evaluations", "juror", "juror_id"),
    ("honours", "association", "association_id"),
];

/// What every item of a list fulfils though its items do not show it.
const SHOWN_BY_NONE: &[(&str, &str)] = &[("evaluations", "kind")];

/// A list that can be filtered.
struct Filtered {
    path: String,
    /// As its path ends.
    name: String,
    filters: Vec<(String, Vec<String>)>,
    expand: Vec<String>,
}

/// The lists that have filters of alternatives, each under every parent that is known.
async fn filtered(app: &App, token: &str) -> Vec<Filtered> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let nominations = app.get_as(token, "/v1/nominations?limit=200&fields=id").await.items();
    let nominations: Vec<String> =
        nominations.iter().map(|it| it["id"].as_str().expect("an identifier").to_owned()).collect();
    let imports = app.get_as(&app.token(Role::Admin).await, "/v1/imports?fields=id").await.items();
    let imports: Vec<String> =
        imports.iter().map(|it| it["id"].as_str().expect("an identifier").to_owned()).collect();
    let mut found = Vec::new();
    for (template, operations) in document["paths"].as_object().expect("paths") {
        // GeoJSON is the same list in another form.
        if template.ends_with(".geojson") {
            continue;
        }
        let parameters = operations["get"]["parameters"].as_array().cloned().unwrap_or_default();
        let words = |parameter: &Value| -> Vec<String> {
            let words = parameter["schema"]["items"]["enum"].as_array().cloned().unwrap_or_default();
            words.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let in_query =
            |parameter: &&Value| parameter["in"] == "query" && parameter["schema"]["type"] == "array";
        let several: Vec<&Value> = parameters.iter().filter(in_query).collect();
        let name_of = |parameter: &Value| parameter["name"].as_str().expect("a name").to_owned();
        let of_the_view = ["fields", "expand", "sort", "facet"];
        let filters: Vec<(String, Vec<String>)> = several
            .iter()
            .filter(|parameter| !of_the_view.contains(&name_of(parameter).as_str()))
            .map(|parameter| (name_of(parameter), words(parameter)))
            .collect();
        let expand = several.iter().find(|parameter| name_of(parameter) == "expand").map(|it| words(it));
        let parents: Vec<String> = if template.contains("{year}") {
            ["2018", "2019", "2027", "2030"].map(str::to_owned).into()
        } else if template.starts_with("/v1/imports/") {
            imports.clone()
        } else if template.contains("{id}") {
            nominations.clone()
        } else {
            vec![String::new()]
        };
        for parent in parents.iter().filter(|_| !filters.is_empty()) {
            found.push(Filtered {
                path: template.replace("{year}", parent).replace("{id}", parent),
                name: template.rsplit('/').next().expect("a name").to_owned(),
                filters: filters.clone(),
                expand: expand.clone().unwrap_or_default(),
            });
        }
    }
    found
}

/// The values of an item at a dotted path, as a filter writes them.
fn values(item: &Value, path: &str) -> BTreeSet<String> {
    let at = |path: &str| path.split('.').fold(item, |value, member| &value[member]);
    let mut found = path.split(" or ").map(at);
    let found = found.clone().find(|value| !value.is_null()).or_else(|| found.next()).unwrap_or(item);
    let written = |value: &Value| match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match found {
        Value::Array(several) => several.iter().map(written).collect(),
        one => BTreeSet::from([written(one)]),
    }
}

fn keys(items: &[Value]) -> BTreeSet<String> {
    let key = |item: &Value| {
        item.get("id")
            .or_else(|| item.get("code"))
            .or_else(|| item.get("seq"))
            .or_else(|| item.get("position"))
            .cloned()
    };
    items.iter().map(|item| key(item).expect("a key").to_string()).collect()
}

/// Everything of every kind that a filter can select: an edition that was lived to its end, and what it has none of.
async fn world() -> App {
    let app = app_after_an_edition().await;
    let ministry = app.token(Role::MinistryOfficer).await;
    app.imported(
        &ministry,
        "mode=create",
        "name.fr;city_code\nAssociation filtrée;oujda\nSans ville;nowhere\n",
    )
    .await;
    let admin = app.token(Role::Admin).await;
    let association = json!({
        "name": {"fr": "Une autre"}, "values": ["dialogue", "citizenship"], "scope": "regional", "status": "active",
        "receipt_status": "final", "public_utility": false, "city_code": "rabat",
    });
    app.add_association(&ministry, &association).await;
    let city = json!({
        "code": "02.411.01.99", "slug": "oujda-jadida", "name": {"fr": "Oujda Jadida"}, "kind": "rural",
        "province_code": "02.411",
    });
    app.post(&admin, "/v1/cities", &city).await.expect(201);
    app.delete(&admin, "/v1/cities/oujda-jadida", "*").await.expect(204);
    // Refused, and told in the trail.
    app.post(&app.token(Role::Juror).await, "/v1/cities", &city).await.problem(403);
    // An edition that was put off: its city stays a capital.
    app.put_edition_in(2022, "postponed");
    // Another edition with a nomination, and a jury that an office alleges something of.
    app.with_edition(2030, &json!({})).await;
    app.put_edition_in(2030, "city_call_open");
    let agadir = app.representative_of_city("agadir").await;
    let nomination = app.nominate(&agadir, &of_city(2030, "agadir")).await;
    app.put_nomination_in(&nomination, "under_evaluation");
    app.put_edition_in(2030, "city_review");
    let juror = app.account(&NewAccount::of_role(Role::Juror, "Juror"));
    let chair = app.token(Role::JuryChair).await;
    let id = nomination["id"].as_str().expect("an identifier");
    let body = json!({"juror_id": juror.client_id});
    app.post(&chair, &format!("/v1/nominations/{id}/evaluations"), &body).await.expect(201);
    app.report(&chair, id, &juror.client_id).await;
    let officer = app.token(Role::IcsoOfficer).await;
    app.post(&officer, KEYS, &json!({"jwk": Signer::p256().jwk()})).await.expect(201);
    app
}

#[tokio::test]
async fn every_filter_selects_what_has_its_value_and_nothing_else() {
    let app = &world().await;
    let (reader, auditor) = (app.token(Role::Admin).await, app.token(Role::Auditor).await);
    let mut tried: BTreeSet<(String, String)> = BTreeSet::new();
    let mut all: BTreeSet<(String, String)> = BTreeSet::new();
    for list in filtered(app, &auditor).await {
        all.extend(list.filters.iter().map(|(filter, _)| (list.name.clone(), filter.clone())));
        let token = if app.get_as(&reader, &list.path).await.status == 200 { &reader } else { &auditor };
        let whole = if list.expand.is_empty() {
            with(&list.path, "limit", "200")
        } else {
            with(&with(&list.path, "limit", "200"), "expand", &list.expand.join(","))
        };
        let known = items(&pages(app, token, &whole, "next").await);
        for (filter, words) in &list.filters {
            if SHOWN_BY_NONE.contains(&(&list.name, filter)) {
                all.remove(&(list.name.clone(), filter.clone()));
                continue;
            }
            let own = PLACES.iter().find(|(name, known, _)| *name == list.name && known == filter);
            let place = own.map_or(filter.as_str(), |(_, _, place)| place);
            let of = |value: &str| -> Vec<Value> {
                known.iter().filter(|item| values(item, place).contains(value)).cloned().collect()
            };
            let takes_null = words.iter().any(|word| word == "null");
            let found: BTreeSet<String> = known
                .iter()
                .flat_map(|item| values(item, place))
                .filter(|value| value != "null" || takes_null)
                .take(2000)
                .collect();
            let others = words.iter().filter(|word| !found.contains(*word) && *word != "null").take(2);
            let asked: Vec<String> = found.iter().take(12).chain(others).cloned().collect();
            for value in &asked {
                let path = with(&whole, filter, value);
                let selected = items(&pages(app, token, &path, "next").await);
                assert_eq!(keys(&selected), keys(&of(value)), "{path}");
                if !selected.is_empty() && (selected.len() < known.len() || asked.len() > found.len()) {
                    tried.insert((list.name.clone(), filter.clone()));
                }
            }
        }
    }
    // Of a city whose edition was put off.
    let capitals = app.get("/v1/cities?capital_year=2022&fields=slug").await.items();
    assert_eq!(capitals[0]["slug"], "tetouan");
    let left: Vec<_> = all.difference(&tried).collect();
    assert!(left.is_empty(), "no item was selected and another one left out by {left:?}");
    assert!(tried.len() > 40, "{tried:?}");
}
