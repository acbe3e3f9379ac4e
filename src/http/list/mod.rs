//! The query of a list and of a single record, and the answers to it. The collection's [`ListSpec`] says how the query
//! is read (`reading`) and how it is described for OpenAPI (`describing`).

mod describing;
mod geojson;
mod reading;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::PartialSchema;

use super::cursor::CursorKey;
use super::representation::{self, CorrectionInfo, FacetCount, List, PageInfo, Resource, SearchInfo, View};
use crate::database::listing::{ListRequest, ListSpec, Page, Position};
use crate::search::matching;

/// A representation that is served in lists.
pub trait Listed: Serialize + PartialSchema {
    /// What its list can do.
    const LIST: ListSpec;
}

const DEFAULT_LIMIT: i64 = 50;
const MOST_ITEMS: i64 = 200;
const RANGE_SIGNS: [(&str, &str, &str); 4] =
    [("gte", ">=", "at least"), ("lte", "<=", "at most"), ("gt", ">", "more than"), ("lt", "<", "less than")];
const FARTHEST_KM: f64 = 2000.0;

/// The query of a list of `T`.
pub struct ListQuery<T> {
    /// What is asked of the database.
    pub request: ListRequest,
    /// How the items are to be shown.
    pub view: View,
    http: HttpRequest,
    binding: String,
    geojson: bool,
    listed: PhantomData<T>,
}

impl<T: Listed> ListQuery<T> {
    /// Answers with a page of the list.
    pub fn answer(&self, page: Page<T>) -> HttpResponse {
        let items = page.rows.iter().map(|item| self.show(item)).collect();
        let (next, prev) = (self.cursor(page.next.as_ref()), self.cursor(page.prev.as_ref()));
        let link = self.link(next.as_deref(), prev.as_deref());
        if self.geojson {
            let body = geojson::feature_collection(items);
            return representation::document(&self.http, &self.view, geojson::MEDIA_TYPE, body, Some(link));
        }
        let list = List {
            items,
            page: PageInfo { limit: self.request.limit, next, prev, total: page.total },
            facets: facet_counts(page.facets),
            search: self.search_info(),
        };
        let body = serde_json::to_string(&list).unwrap_or_default();
        representation::document(&self.http, &self.view, "application/json", body, Some(link))
    }

    fn show(&self, item: &T) -> JsonValue {
        let full = serde_json::to_value(item).unwrap_or_default();
        let matched = match (&self.request.search, &T::LIST.search) {
            (Some(terms), Some(searched)) => matching::point_out(&full, searched.fields, terms),
            _ => None,
        };
        let mut shown = self.view.apply(full);
        if let (Some(matched), JsonValue::Object(object)) = (matched, &mut shown) {
            object.insert("match".to_owned(), json!(matched));
        }
        shown
    }

    fn cursor(&self, position: Option<&Position>) -> Option<String> {
        let key = self.http.app_data::<web::Data<CursorKey>>()?;
        position.map(|position| key.seal(&self.binding, position))
    }

    /// The `Link` header (RFC 8288) to the neighbouring pages.
    fn link(&self, next: Option<&str>, prev: Option<&str>) -> String {
        let rest: Vec<(String, String)> = url::form_urlencoded::parse(self.http.query_string().as_bytes())
            .into_owned()
            .filter(|(name, _)| name != "cursor")
            .collect();
        let link = |relation: &str, cursor: Option<&str>| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(&rest)
                .extend_pairs(cursor.map(|cursor| ("cursor", cursor)))
                .finish();
            let separator = if query.is_empty() { "" } else { "?" };
            format!("<{}{separator}{query}>; rel=\"{relation}\"", self.http.path())
        };
        let mut links = vec![link("first", None)];
        links.extend(next.map(|cursor| link("next", Some(cursor))));
        links.extend(prev.map(|cursor| link("prev", Some(cursor))));
        links.join(", ")
    }

    fn search_info(&self) -> Option<SearchInfo> {
        let terms = self.request.search.as_ref()?;
        let corrections = terms.corrections.iter().map(|correction| CorrectionInfo {
            typed: correction.typed.clone(),
            corrected: correction.corrected.clone(),
        });
        Some(SearchInfo { words: terms.words.clone(), corrections: corrections.collect() })
    }
}

fn facet_counts(
    facets: BTreeMap<&'static str, Vec<(Option<String>, i64)>>,
) -> BTreeMap<String, Vec<FacetCount>> {
    let counts = |values: Vec<(Option<String>, i64)>| {
        values.into_iter().map(|(value, count)| FacetCount { value, count }).collect()
    };
    facets.into_iter().map(|(name, values)| (name.to_owned(), counts(values))).collect()
}

/// The query of a read of one `T`.
pub struct ItemQuery<T> {
    /// How the record is to be shown.
    pub view: View,
    http: HttpRequest,
    listed: PhantomData<T>,
}

impl<T: Listed + Resource> ItemQuery<T> {
    /// Answers with the record.
    pub fn answer(&self, record: &T) -> HttpResponse {
        representation::record(&self.http, &self.view, record)
    }
}

impl<T> ItemQuery<T> {
    /// Answers with the record as another audience sees it.
    pub fn answer_as(&self, record: &impl Resource) -> HttpResponse {
        representation::record(&self.http, &self.view, record)
    }
}
