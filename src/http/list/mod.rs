//! The query of a list and of a single record, and the answers to it. The collection's [`ListSpec`] says how the query
//! is read (`reading`) and how it is described for OpenAPI (`describing`).

mod describing;
mod exporting;
mod geojson;
mod places;
mod reading;
mod references;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::PartialSchema;

use super::cursor::CursorKey;
use super::representation::{self, CorrectionInfo, FacetCount, List, PageInfo, Resource, SearchInfo, View};
use crate::database::listing::{Counted, FacetCounts, ListRequest, ListSpec, Page, Position};
use crate::database::{Connection, Database};
use crate::error::Result;
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

/// The form in which a list leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Geojson,
    Ndjson,
    Csv,
}

impl Format {
    /// The forms that a list has, the natural one first.
    fn of(spec: &ListSpec) -> Vec<Self> {
        let geojson = spec.location.is_some().then_some(Self::Geojson);
        let files = [Self::Ndjson, Self::Csv].into_iter().filter(|_| spec.exported);
        std::iter::once(Self::Json).chain(geojson).chain(files).collect()
    }

    /// The word in `format`.
    fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Geojson => "geojson",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Geojson => geojson::MEDIA_TYPE,
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv",
        }
    }

    fn content_type(self) -> &'static str {
        if self == Self::Csv { "text/csv; charset=utf-8; header=present" } else { self.media_type() }
    }

    /// Whether it has items alone, one a line, and no place for what is said about the list.
    fn is_file(self) -> bool {
        matches!(self, Self::Ndjson | Self::Csv)
    }
}

/// The query of a list of `T`.
pub struct ListQuery<T> {
    /// What is asked of the database.
    pub request: ListRequest,
    /// How the items are to be shown.
    pub view: View,
    http: HttpRequest,
    binding: String,
    format: Format,
    /// Whether the whole list is asked for, not a page.
    whole: bool,
    listed: PhantomData<T>,
}

impl<T: Listed + Send + 'static> ListQuery<T> {
    /// Answers with a page of what `list` reads, or with the whole.
    pub async fn serve<F>(&self, database: &Database, list: F) -> Result<HttpResponse>
    where
        F: Fn(&mut Connection, &ListRequest) -> Result<Page<T>> + Clone + Send + 'static,
    {
        if self.whole {
            return exporting::whole(self, database, list).await;
        }
        let request = self.request.clone();
        let page = database.read(move |connection| list(connection, &request)).await?;
        Ok(self.answer(page))
    }
}

impl<T: Listed> ListQuery<T> {
    /// Answers with a page of the list.
    pub fn answer(&self, page: Page<T>) -> HttpResponse {
        self.answer_as(page)
    }

    /// Answers with a page of the list as another audience sees it.
    pub fn answer_as(&self, page: Page<impl Serialize>) -> HttpResponse {
        let items: Vec<Shown> =
            page.rows.iter().map(|item| show::<T>(&self.view, &self.request, item)).collect();
        let (next, prev) = (self.cursor(page.next.as_ref()), self.cursor(page.prev.as_ref()));
        let link = self.link(next.as_deref(), prev.as_deref());
        let body = match self.format {
            Format::Geojson => {
                let places = items.into_iter().map(|item| (item.json, item.location));
                geojson::feature_collection(places, page.without_place)
            }
            Format::Ndjson | Format::Csv => {
                let encoder = exporting::Encoder::new::<T>(self.format, &self.view);
                std::iter::once(encoder.head())
                    .chain(items.iter().map(|item| encoder.line(&item.json)))
                    .collect()
            }
            Format::Json => {
                let list = List {
                    items: items.into_iter().map(|item| item.json).collect(),
                    page: PageInfo { limit: self.request.limit, next, prev, total: page.total },
                    facets: self.facet_counts(page.facets),
                    without_place: page.without_place,
                    search: self.search_info(),
                };
                serde_json::to_string(&list).unwrap_or_default()
            }
        };
        representation::document(&self.http, &self.view, self.format.content_type(), body, Some(link))
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

    fn facet_counts(&self, facets: BTreeMap<&'static str, FacetCounts>) -> BTreeMap<String, Vec<FacetCount>> {
        let shown = |counted: Counted| FacetCount {
            value: counted.value,
            label: self.view.text(&counted.label),
            count: counted.count,
        };
        let counts = |values: FacetCounts| values.into_iter().map(shown).collect();
        facets.into_iter().map(|(name, values)| (name.to_owned(), counts(values))).collect()
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

/// An item as it is shown.
struct Shown {
    /// The item in the view that is asked for.
    json: JsonValue,
    /// Where it lies, whether the view shows it or not.
    location: JsonValue,
}

/// An item in the view that is asked for, with what a search has found in it.
fn show<T: Listed>(view: &View, request: &ListRequest, item: &impl Serialize) -> Shown {
    let full = serde_json::to_value(item).unwrap_or_default();
    let matched = match (&request.search, &T::LIST.search) {
        (Some(terms), Some(searched)) => matching::point_out(&full, searched.fields, terms),
        _ => None,
    };
    let location = full["location"].clone();
    let mut shown = view.apply(full);
    if let (Some(matched), JsonValue::Object(object)) = (matched, &mut shown) {
        object.insert("match".to_owned(), json!(matched));
    }
    Shown { json: shown, location }
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
