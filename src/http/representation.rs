//! How records leave the service: the view that a request asks for (language, fields, expansions), single records and
//! lists, as JSON or GeoJSON, with their headers.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use serde_json::{Map, Value as JsonValue, json};
use utoipa::ToSchema;

use super::conditional::{self, Validators, Version};
use crate::database::types::UtcTime;
use crate::language::{self, Language, LocalizedText, Text};

/// A record as an audience sees it.
pub trait Resource: Serialize {
    /// The path of the record, for `Location`.
    fn path(&self) -> String;

    /// The path of the record that the version is of: its own, unless it is a part of another one.
    fn versioned_path(&self) -> String {
        self.path()
    }

    /// The number of the record's version, which its `ETag` begins with.
    fn version(&self) -> i64;

    /// The number of the version of what only this audience sees of the record: counted apart, so that its changes move
    /// nothing that others see. 0 where there is none.
    fn internal_version(&self) -> i64 {
        0
    }

    /// When the record changed last.
    fn updated_at(&self) -> UtcTime;

    /// When anything changed last that the representation shows, for `Last-Modified`: later than the record itself where
    /// that shows what follows from others.
    fn last_modified(&self) -> UtcTime {
        self.updated_at()
    }

    /// Whether work on the record only begins when it is made: 202 instead of 201.
    fn is_accepted() -> bool
    where
        Self: Sized,
    {
        false
    }

    /// Fields that only the answer which creates the record has: they are not kept for a retry.
    fn shown_once() -> &'static [&'static str]
    where
        Self: Sized,
    {
        &[]
    }
}

/// Which related records to embed: the paths of `expand`.
#[derive(Debug, Clone, Default)]
pub struct Expansions(Vec<String>);

impl Expansions {
    /// The expansions of these dotted paths.
    pub fn new(paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(paths.into_iter().map(Into::into).collect())
    }

    /// Embeds `name`, too.
    pub fn add(&mut self, name: &str) {
        if !self.has(name) {
            self.0.push(name.to_owned());
        }
    }

    /// Whether `name` is to be embedded.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|path| path.split('.').next() == Some(name))
    }

    /// Whether what stands at a dotted path is to be embedded.
    pub fn reaches(&self, path: &str) -> bool {
        self.0.iter().any(|known| {
            known.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Whether nothing is to be embedded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is to be embedded within `name`.
    pub fn below(&self, name: &str) -> Self {
        Self(
            self.0
                .iter()
                .filter_map(|path| path.strip_prefix(name)?.strip_prefix('.').map(str::to_owned))
                .collect(),
        )
    }
}

/// The view of records that a request asks for.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// One language, or all.
    pub language: Option<Language>,
    /// These fields alone.
    pub fields: Option<Vec<String>>,
    /// These related records embedded.
    pub expand: Expansions,
}

impl View {
    /// A record's JSON in this view.
    pub fn show(&self, record: &impl Serialize) -> JsonValue {
        self.apply(serde_json::to_value(record).unwrap_or_default())
    }

    /// Applies the view to a record's full JSON.
    pub fn apply(&self, mut value: JsonValue) -> JsonValue {
        if let (Some(fields), JsonValue::Object(object)) = (&self.fields, &mut value) {
            object.retain(|name, _| fields.iter().any(|field| field == name));
        }
        if let Some(language) = self.language {
            let fallbacks = language::flatten(&mut value, language);
            if let (false, JsonValue::Object(object)) = (fallbacks.is_empty(), &mut value) {
                let fallbacks: Map<String, JsonValue> =
                    fallbacks.into_iter().map(|(field, language)| (field, language.tag().into())).collect();
                object.insert("language_fallbacks".to_owned(), fallbacks.into());
            }
        }
        value
    }

    /// A text that stands beside the records, in the language that is asked for alone.
    pub fn text(&self, text: &Text) -> JsonValue {
        let in_one = self.language.and_then(|language| text.in_language(language));
        in_one.map_or_else(|| json!(text), |(_, text)| json!(text))
    }

    /// The headers that tell the view.
    pub fn headers(&self, response: &mut HttpResponseBuilder) {
        response.append_header((header::VARY, "Accept, Accept-Encoding, Accept-Language, Authorization"));
        if let Some(language) = self.language {
            response.insert_header((header::CONTENT_LANGUAGE, language.tag()));
        }
    }
}

/// Answers a read of one record: 200, or 304 when the client has this version already.
pub fn record(request: &HttpRequest, view: &View, record: &impl Resource) -> HttpResponse {
    let body = view.show(record).to_string();
    let etag = conditional::etag(Some(Version::of(record)), body.as_bytes());
    // What is embedded changes on its own.
    let last_modified = view.expand.is_empty().then(|| record.last_modified());
    let validators = Validators { etag: &etag, last_modified };
    let mut response = conditional::response(request, StatusCode::OK, &validators);
    view.headers(&mut response);
    conditional::finish(request, response, "application/json", &validators, body)
}

/// Answers a read of something that is no single record.
pub fn document(
    request: &HttpRequest,
    view: &View,
    media_type: &'static str,
    body: impl Into<Bytes>,
    link: Option<String>,
) -> HttpResponse {
    let body: Bytes = body.into();
    let etag = conditional::etag(None, &body);
    let validators = Validators { etag: &etag, last_modified: None };
    let mut response = conditional::response(request, StatusCode::OK, &validators);
    view.headers(&mut response);
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.insert_header((header::LINK, link));
    }
    conditional::finish(request, response, media_type, &validators, body)
}

/// Where a list's page lies.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// The most items that a page may hold.
    #[schema(minimum = 1, maximum = 200, examples(50))]
    pub limit: i64,
    /// The cursor of the next page; null on the last.
    #[schema(max_length = 2000)]
    pub next: Option<String>,
    /// The cursor of the previous page; null on the first.
    #[schema(max_length = 2000)]
    pub prev: Option<String>,
    /// The number of all items, with `count=exact`; otherwise null.
    #[schema(minimum = 0)]
    pub total: Option<i64>,
}

/// How many items have a value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetCount {
    /// The value; null for items in which it is unknown: the filter of the same name takes `null` for them.
    pub value: Option<String>,
    /// What people call the value.
    #[schema(value_type = LocalizedText)]
    pub label: JsonValue,
    /// The number of items.
    #[schema(minimum = 0)]
    pub count: i64,
}

/// How a search was understood.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchInfo {
    /// The words that were searched for, folded and corrected.
    #[schema(examples(json!(["tetouan"])))]
    pub words: Vec<String>,
    /// The words that no name contains, and the nearest known ones that were searched for instead.
    pub corrections: Vec<CorrectionInfo>,
}

/// A word that was corrected.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionInfo {
    /// As typed, folded.
    #[schema(examples("tetoan"))]
    pub typed: String,
    /// As searched for.
    #[schema(examples("tetouan"))]
    pub corrected: String,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    /// The items of the page, in order.
    pub items: Vec<T>,
    /// Where the page lies in the list.
    pub page: PageInfo,
    /// Counts by value for each asked `facet`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// How many items that the other parameters let through have no known place, with `near` or `bbox`: they are not in
    /// the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub without_place: Option<i64>,
    /// How the search was understood, with `q`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub search: Option<SearchInfo>,
}
