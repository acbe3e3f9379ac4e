//! Steps that tests of several subjects share.

use std::collections::BTreeSet;

use nasij::access::{NewAccount, Role, Scope};
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::{App, Credentials};

/// A text as it stands in a query string.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A path with one more parameter.
pub(crate) fn with(path: &str, name: &str, value: &str) -> String {
    let sign = if path.contains('?') { '&' } else { '?' };
    format!("{path}{sign}{name}={}", encoded(value))
}

/// The least that makes an association, under a name of its own.
pub(crate) fn association(name: &str) -> Value {
    json!({"name": {"fr": name}})
}

/// An association that has everything, under a name of its own.
pub(crate) fn full_association(name: &str) -> Value {
    json!({
        "name": {"ar": format!("جمعية {name}"), "fr": name, "en": format!("{name} society")},
        "acronym": "AXE",
        "object": {"fr": "Faire vivre la ville.\nEt ses quartiers."},
        "city_code": "01.571.01.11",
        "scope": "local",
        "status": "active",
        "founded_on": "2015-03-21",
        "receipt_status": "final",
        "receipt_on": "2015-05-02",
        "public_utility": true,
        "public_utility_decree": "decree 2.25.710",
        "activity_fields": ["1", "6"],
        "values": ["citizenship", "dialogue"],
        "volunteers": 40,
        "last_activity_on": "2024-01-31",
        "website": "https://example.org/axe",
        "email": "axe@example.org",
        "attestations": {"national": true, "voluntary": true, "non_profit": true, "non_political": true},
        "sources": ["https://example.org/source"],
    })
}

/// The faults that a problem tells: where (pointer, parameter or header) and which rule.
pub(crate) fn faults(problem: &Value) -> BTreeSet<(String, String)> {
    let place = |fault: &Value| {
        ["pointer", "parameter", "header"].iter().find_map(|kind| fault[*kind].as_str().map(str::to_owned))
    };
    problem["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|fault| {
            (place(fault).unwrap_or_default(), fault["code"].as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

/// One fault, to compare with [`faults`].
pub(crate) fn fault(place: &str, code: &str) -> BTreeSet<(String, String)> {
    BTreeSet::from([(place.to_owned(), code.to_owned())])
}

/// What the answer depends on: all `Vary` headers, in small letters.
pub(crate) fn vary(answer: &Answer) -> String {
    let values = answer.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(", ").to_lowercase()
}

/// One field of each item.
pub(crate) fn column<'a>(items: &'a [Value], field: &str) -> Vec<&'a Value> {
    items.iter().map(|item| &item[field]).collect()
}

impl App {
    /// A `GET` with a token.
    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.request(Method::GET, path).token(token).send().await
    }

    /// Head and body of a `GET`, whether or not the document knows it.
    pub(crate) async fn bytes_of(&self, path: &str) -> String {
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        let answer = client.get(format!("{}{path}", self.base)).send().await.expect("an answer");
        let head = format!("{} {:?}", answer.status(), answer.headers());
        head + &String::from_utf8_lossy(&answer.bytes().await.expect("a body"))
    }

    /// A `POST` of JSON with a token.
    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, path).token(token).json(body).send().await
    }

    /// A merge patch of the version that `etag` names.
    pub(crate) async fn patch(&self, token: &str, path: &str, etag: &str, patch: &Value) -> Answer {
        self.request(Method::PATCH, path).token(token).if_match(etag).merge_patch(patch).send().await
    }

    /// A replacement of the version that `etag` names.
    pub(crate) async fn put(&self, token: &str, path: &str, etag: &str, body: &Value) -> Answer {
        self.request(Method::PUT, path).token(token).if_match(etag).json(body).send().await
    }

    /// A `DELETE` of the version that `etag` names.
    pub(crate) async fn delete(&self, token: &str, path: &str, etag: &str) -> Answer {
        self.request(Method::DELETE, path).token(token).if_match(etag).send().await
    }

    /// Adds an association, which must succeed.
    pub(crate) async fn add_association(&self, token: &str, body: &Value) -> Answer {
        self.post(token, "/v1/associations", body).await.expect(201)
    }

    /// How many associations there are of this French name.
    pub(crate) async fn associations_named(&self, name: &str) -> usize {
        let items = self.get(&with("/v1/associations?limit=200", "q", name)).await.items();
        items.iter().filter(|item| item["name"]["fr"] == name).count()
    }

    /// An account of another system with these scopes.
    pub(crate) fn integration(&self, scopes: &[Scope]) -> Credentials {
        self.account(&NewAccount {
            scopes: scopes.to_vec(),
            ..NewAccount::of_role(Role::Integration, "Some system")
        })
    }

    /// An access token of the representative of an association.
    pub(crate) async fn representative_of(&self, association: &Value) -> String {
        let id = association["id"].as_str().and_then(|id| id.parse().ok());
        let account = self.account(&NewAccount {
            association_id: id,
            ..NewAccount::of_role(Role::AssociationRepresentative, "Some representative")
        });
        self.token_of(&account).await
    }
}
