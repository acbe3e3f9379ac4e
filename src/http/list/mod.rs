//! The query of a list and of a single record, and the answers to it. The collection's [`ListSpec`] says how the query
//! is read (`reading`) and how it is described for OpenAPI (`describing`). As a file (`files`) a list leaves page by page or
//! whole (`whole`, to a client by `exporting`).

mod describing;
mod exporting;
mod files;
mod format;
mod places;
mod reading;
mod references;
mod whole;

use std::collections::BTreeMap;
use std::marker::PhantomData;

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;

use super::API;
use super::columns::at;
use super::cursor::CursorKey;
use super::files::disposition;
use super::representation::{self, CorrectionInfo, FacetCount, List, PageInfo, Resource, SearchInfo, View};
use crate::database::listing::{Counted, FacetCounts, ListRequest, ListSpec, Page, Position};
use crate::database::types::UtcTime;
use crate::database::{Connection, Database};
use crate::error::{Error, Result};
use crate::search::matching;
pub use exporting::Exports;
use files::{Layout, Shown};
use format::Format;
pub use whole::write_file;

/// A representation that is served in lists.
pub trait Listed: Serialize + ToSchema + 'static {
    /// What its list can do.
    const LIST: ListSpec;
}

const DEFAULT_LIMIT: i64 = 50;
const MOST_ITEMS: i64 = 200;
const RANGE_SIGNS: [(&str, &str, &str); 4] =
    [("gte", ">=", "at least"), ("lte", "<=", "at most"), ("gt", ">", "more than"), ("lt", "<", "less than")];
const FARTHEST_KM: f64 = 2000.0;

/// How a list leaves.
struct Delivery {
    format: Format,
    /// Whether the whole list is asked for, not a page.
    whole: bool,
    /// Whether a byte order mark begins a file.
    with_mark: bool,
    /// Whether a file has cursors among its items.
    with_cursors: bool,
}

/// The query of a list of `T`.
pub struct ListQuery<T> {
    /// What is asked of the database.
    pub request: ListRequest,
    /// How the items are to be shown.
    pub view: View,
    http: HttpRequest,
    binding: String,
    delivery: Delivery,
    listed: PhantomData<T>,
}

impl<T: Listed> ListQuery<T> {
    /// Answers with a page of what `list` reads, or with the whole. Its items are of the type that the caller may see.
    pub async fn serve<Item, F>(&self, database: &Database, list: F) -> Result<HttpResponse>
    where
        Item: Serialize + ToSchema + Send + 'static,
        F: Fn(&mut Connection, &ListRequest) -> Result<Page<Item>> + Send + 'static,
    {
        if self.delivery.whole {
            return exporting::whole(self, database, list).await;
        }
        let request = self.request.clone();
        let page = database.read(move |connection| list(connection, &request)).await?;
        self.answer(page)
    }

    /// A page of the list.
    fn answer<Item: Serialize + ToSchema>(&self, page: Page<Item>) -> Result<HttpResponse> {
        let (next, prev) = (self.cursor(page.next.as_ref()), self.cursor(page.prev.as_ref()));
        let link = self.link(next.as_deref(), prev.as_deref());
        let format = self.delivery.format;
        let body: Bytes = match format {
            Format::Json => self.json(page, next, prev).into(),
            _ => self.file(page, next)?.into(),
        };
        let mut response =
            representation::document(&self.http, &self.view, format.content_type(), body, Some(link));
        if let Some(disposition) = self.disposition().filter(|_| format.is_file()) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
        }
        Ok(response)
    }

    fn json<Item: Serialize>(&self, page: Page<Item>, next: Option<String>, prev: Option<String>) -> String {
        let list = List {
            items: page.rows.iter().map(|item| show::<T>(&self.view, &self.request, item).json).collect(),
            page: PageInfo { limit: self.request.limit, next, prev, total: page.total },
            facets: self.facet_counts(page.facets),
            without_place: page.without_place,
            search: self.search_info(),
        };
        serde_json::to_string(&list).unwrap_or_default()
    }

    fn file<Item: Serialize + ToSchema>(&self, page: Page<Item>, next: Option<String>) -> Result<Vec<u8>> {
        let layout = self.layout::<Item>().without_place(page.without_place);
        let mut bytes = Vec::new();
        let mut file = layout.begin(&mut bytes).map_err(Error::internal)?;
        let last = page.rows.len().saturating_sub(1);
        for (place, item) in page.rows.iter().enumerate() {
            let shown = show::<T>(&self.view, &self.request, item);
            let cursor = next.as_ref().filter(|_| self.delivery.with_cursors && place == last);
            file.item(shown.with_cursor(cursor)).map_err(Error::internal)?;
        }
        file.end().map_err(Error::internal)?;
        Ok(bytes)
    }

    fn layout<Item: ToSchema>(&self) -> Layout {
        let layout = Layout::of::<T, Item>(self.delivery.format, self.name(), &self.view)
            .with_mark(self.delivery.with_mark);
        if self.delivery.with_cursors { layout.with_cursors() } else { layout }
    }

    /// What the list is called: `editions-2026-results`.
    fn name(&self) -> String {
        let path = self.http.path().trim_start_matches(API);
        path.trim_end_matches(".geojson").replace('/', "-")
    }

    /// What a file of the list is called when it is saved.
    fn disposition(&self) -> Option<HeaderValue> {
        let (name, ending) = (self.name(), self.delivery.format.word());
        let day = UtcTime::now().date();
        HeaderValue::try_from(disposition(&format!("nasij-{name}-{day}.{ending}"))).ok()
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

/// An item in the view that is asked for, with what a search has found in it.
fn show<T: Listed>(view: &View, request: &ListRequest, item: &impl Serialize) -> Shown {
    let full = serde_json::to_value(item).unwrap_or_default();
    let matched = match (&request.search, &T::LIST.search) {
        (Some(terms), Some(searched)) => matching::point_out(&full, searched.fields, terms),
        _ => None,
    };
    let location = T::LIST.place.map_or(JsonValue::Null, |path| at(&full, path).clone());
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
    /// Leads to where the record is read now, and for good (308), with the query that was asked.
    pub fn redirect(&self, path: &str) -> HttpResponse {
        let location = match self.http.query_string() {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        };
        HttpResponse::PermanentRedirect().insert_header((header::LOCATION, location)).finish()
    }

    /// Answers with the record as another audience sees it.
    pub fn answer_as(&self, record: &impl Resource) -> HttpResponse {
        representation::record(&self.http, &self.view, record)
    }
}
