//! Every list of the service, as its own OpenAPI document has them, and how to walk through one.

use serde_json::Value;

use crate::app::App;
use crate::steps::with;

/// A list that can be asked for.
#[derive(Debug, Clone)]
pub(crate) struct Collection {
    /// Its path, complete.
    pub(crate) path: String,
    /// The field that identifies an item.
    pub(crate) key: &'static str,
    parameters: Vec<Value>,
}

impl Collection {
    fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.iter().find(|parameter| parameter["name"] == name)
    }

    /// Whether it has this parameter.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }

    /// The words that a parameter takes.
    pub(crate) fn words(&self, name: &str) -> Vec<String> {
        let schema = self.parameter(name).map(|parameter| &parameter["schema"]);
        let words = schema
            .and_then(|schema| schema["items"]["enum"].as_array().or_else(|| schema["enum"].as_array()));
        words.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// What the document says of a parameter.
    pub(crate) fn description(&self, name: &str) -> String {
        let told = self.parameter(name).and_then(|parameter| parameter["description"].as_str());
        told.unwrap_or_default().to_owned()
    }

    /// The list with nothing but its keys.
    pub(crate) fn keys_only(&self) -> String {
        with(&self.path, "fields", self.key)
    }

    /// The keys of items.
    pub(crate) fn keys(&self, items: &[Value]) -> Vec<String> {
        items.iter().map(|item| item[self.key].to_string()).collect()
    }
}

/// All lists; those of an edition once for an edition. Lists that nothing can be found in yet are among them.
pub(crate) async fn all(app: &App) -> Vec<Collection> {
    let document = app.get("/openapi.json").await.expect(200).json();
    let years = match document["paths"].get("/v1/editions") {
        Some(_) => app.get("/v1/editions?limit=200&fields=year").await.items(),
        None => Vec::new(),
    };
    let mut collections = Vec::new();
    for (template, operations) in document["paths"].as_object().expect("paths") {
        let Some(parameters) = operations["get"]["parameters"].as_array() else { continue };
        // GeoJSON is the same list in another form.
        if template.ends_with(".geojson") || !parameters.iter().any(|parameter| parameter["name"] == "cursor")
        {
            continue;
        }
        let paths: Vec<String> = match template.split_once("{year}") {
            Some((before, after)) => {
                years.iter().map(|edition| format!("{before}{}{after}", edition["year"])).collect()
            }
            None => vec![template.clone()],
        };
        for path in paths.into_iter().filter(|path| !path.contains('{')) {
            let mut collection = Collection { path, key: "id", parameters: parameters.clone() };
            let fields = collection.words("fields");
            collection.key = ["code", "id", "year"]
                .into_iter()
                .find(|key| fields.iter().any(|field| field == key))
                .unwrap_or_else(|| panic!("{template} has no key among {fields:?}"));
            collections.push(collection);
        }
    }
    assert!(collections.len() >= 6, "{collections:?}");
    collections
}

/// The pages from `path` on, following `page.next` or `page.prev`, the first included.
pub(crate) async fn pages(app: &App, token: &str, path: &str, direction: &str) -> Vec<Value> {
    const MOST: usize = 1000;
    let mut pages = vec![app.get_as(token, path).await.expect(200).json()];
    while let Some(cursor) = pages.last().and_then(|page| page["page"][direction].as_str()) {
        let base = match path.split_once("cursor=") {
            Some((before, _)) => before.trim_end_matches(['?', '&']).to_owned(),
            None => path.to_owned(),
        };
        let page = app.get_as(token, &with(&base, "cursor", cursor)).await.expect(200).json();
        pages.push(page);
        assert!(pages.len() < MOST, "{path} has no end by {direction}");
    }
    pages
}

/// The items of several pages.
pub(crate) fn items(pages: &[Value]) -> Vec<Value> {
    pages.iter().flat_map(|page| page["items"].as_array().expect("items").clone()).collect()
}

/// The targets of a `Link` header (RFC 8288) by relation.
pub(crate) fn links(header: &str) -> std::collections::BTreeMap<String, String> {
    header
        .split(", <")
        .map(|link| {
            let (target, relation) = link.trim_start_matches('<').split_once(">; rel=\"").expect("a link");
            (relation.trim_end_matches('"').to_owned(), target.to_owned())
        })
        .collect()
}
