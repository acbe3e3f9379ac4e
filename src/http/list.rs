//! The query of a list and of a single record: parsed by the collection's [`ListSpec`], described for OpenAPI by it.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Array, KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, PartialSchema};

use super::cursor::CursorKey;
use super::negotiation;
use super::parameters::{LONGEST_VALUE, MOST_VALUES, Parameters};
use super::representation::{
    self, CorrectionInfo, Expansions, FacetCount, List, PageInfo, Resource, SearchInfo, View,
};
use crate::database::fragment::Value;
use crate::database::listing::{
    Comparison, Condition, ListRequest, ListSpec, Near, Page, Position, ValueType, parse_sort,
};
use crate::error::{Error, Reason, Result};
use crate::search::{Vocabularies, matching};

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

/// The formats of a list with places.
const GEOJSON: &str = "application/geo+json";

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
            let body = feature_collection(items);
            return representation::document(&self.http, &self.view, GEOJSON, body, Some(link));
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

/// The items as a GeoJSON document (RFC 7946); an item without a place has a null geometry.
fn feature_collection(items: Vec<JsonValue>) -> String {
    let features = items.into_iter().map(feature).collect();
    geojson::FeatureCollection { bbox: None, features, foreign_members: None }.to_string()
}

fn feature(item: JsonValue) -> geojson::Feature {
    let JsonValue::Object(mut properties) = item else { return geojson::Feature::default() };
    let location = properties.shift_remove("location").unwrap_or_default();
    let geometry = match (location["lon"].as_f64(), location["lat"].as_f64()) {
        (Some(lon), Some(lat)) => Some(geojson::Geometry::new(geojson::Value::Point(vec![lon, lat]))),
        _ => None,
    };
    let id = properties.get("code").and_then(JsonValue::as_str);
    let id = id.map(|code| geojson::feature::Id::String(code.to_owned()));
    geojson::Feature { bbox: None, geometry, id, properties: Some(properties), foreign_members: None }
}

impl<T: Listed> FromRequest for ListQuery<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(read_list_query(request))
    }
}

fn read_list_query<T: Listed>(http: &HttpRequest) -> Result<ListQuery<T>> {
    let spec = &T::LIST;
    let mut parameters = Parameters::of(http);
    let view = take_view::<T>(&mut parameters, http);
    let geojson = takes_geojson(&mut parameters, spec, http)?;
    let mut request = ListRequest {
        limit: take_limit(&mut parameters),
        count: parameters.take_word("count", &["exact"]).is_some(),
        sort: take_sort(&mut parameters, spec),
        conditions: take_conditions(&mut parameters, spec),
        search: take_search(&mut parameters, spec, http),
        facets: take_facets(&mut parameters, spec),
        ..ListRequest::default()
    };
    if spec.location.is_some() {
        request.near = take_near(&mut parameters);
        request.bbox = take_bbox(&mut parameters);
    }
    let binding = binding(http);
    request.position = take_position(&mut parameters, http, &binding);
    parameters.finish(&parameter_names::<T>())?;
    Ok(ListQuery { request, view, http: http.clone(), binding, geojson, listed: PhantomData })
}

/// What a cursor belongs to: the path, and all that chooses and orders the rows.
fn binding(http: &HttpRequest) -> String {
    const OF_THE_VIEW: [&str; 8] =
        ["cursor", "limit", "count", "fields", "expand", "lang", "facet", "format"];
    let mut pairs: Vec<(String, String)> = url::form_urlencoded::parse(http.query_string().as_bytes())
        .into_owned()
        .filter(|(name, _)| !OF_THE_VIEW.contains(&name.as_str()))
        .collect();
    pairs.sort();
    json!([http.path(), pairs]).to_string()
}

fn take_view<T: Listed>(parameters: &mut Parameters, http: &HttpRequest) -> View {
    let names = field_names::<T>();
    let allowed: Vec<&str> = names.iter().map(String::as_str).collect();
    let fields = parameters.take_words("fields", &allowed).map(|fields| {
        // The key stays, so that a client can always tell what it has.
        let key = key_field(&T::LIST);
        fields.into_iter().chain([key]).map(str::to_owned).collect()
    });
    let expand = match T::LIST.expansions {
        [] => None,
        expansions => parameters.take_words("expand", expansions),
    };
    View {
        language: parameters.take_language(http),
        fields,
        expand: Expansions::new(expand.unwrap_or_default()),
    }
}

fn key_field(spec: &ListSpec) -> &'static str {
    spec.key.name
}

fn takes_geojson(parameters: &mut Parameters, spec: &ListSpec, http: &HttpRequest) -> Result<bool> {
    if spec.location.is_none() {
        negotiation::media_type(http, &["application/json"])?;
        return Ok(false);
    }
    match parameters.take_word("format", &["json", "geojson"]) {
        Some(word) => Ok(word == "geojson"),
        None => Ok(negotiation::media_type(http, &["application/json", GEOJSON])? == GEOJSON),
    }
}

fn take_limit(parameters: &mut Parameters) -> i64 {
    match parameters.take_typed("limit", ValueType::Integer(1, MOST_ITEMS)) {
        Some(Value::Integer(limit)) => limit,
        _ => DEFAULT_LIMIT,
    }
}

fn take_sort(parameters: &mut Parameters, spec: &ListSpec) -> Vec<(usize, bool)> {
    if spec.sorts.is_empty() {
        return Vec::new();
    }
    let allowed = sort_words(spec);
    let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    let asked = parameters.take_words("sort", &allowed).unwrap_or_default();
    parse_sort(spec, &asked.join(","))
}

fn sort_words(spec: &ListSpec) -> Vec<String> {
    spec.sorts.iter().flat_map(|sort| [sort.name.to_owned(), format!("-{}", sort.name)]).collect()
}

fn take_facets(parameters: &mut Parameters, spec: &ListSpec) -> Vec<&'static str> {
    let allowed: Vec<&'static str> = spec.facets.iter().map(|facet| facet.name).collect();
    if allowed.is_empty() {
        return Vec::new();
    }
    parameters.take_words("facet", &allowed).unwrap_or_default()
}

fn take_conditions(parameters: &mut Parameters, spec: &'static ListSpec) -> Vec<(&'static str, Condition)> {
    let mut conditions = Vec::new();
    for filter in spec.filters {
        let condition = match filter.comparison {
            Comparison::AnyOf => {
                parameters.take_several(filter.name, filter.value_type).map(Condition::AnyOf)
            }
            Comparison::Range => {
                let bounds: Vec<(&str, Value)> = RANGE_SIGNS
                    .iter()
                    .filter_map(|(word, sign, _)| {
                        let name = format!("{}[{word}]", filter.name);
                        Some((*sign, parameters.take_typed(&name, filter.value_type)?))
                    })
                    .collect();
                (!bounds.is_empty()).then_some(Condition::Range(bounds))
            }
        };
        conditions.extend(condition.map(|condition| (filter.name, condition)));
    }
    conditions
}

fn take_search(
    parameters: &mut Parameters,
    spec: &ListSpec,
    http: &HttpRequest,
) -> Option<matching::SearchTerms> {
    spec.search.as_ref()?;
    let Some(Value::Text(text)) = parameters.take_typed("q", ValueType::Text("")) else { return None };
    let vocabularies = http.app_data::<web::Data<Vocabularies>>()?;
    Some(vocabularies.terms(spec.table, &text))
}

fn take_numbers<const N: usize>(
    parameters: &mut Parameters,
    name: &str,
    expected: &str,
    bounds: [f64; N],
) -> Option<[f64; N]> {
    let text = parameters.take(name)?;
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let numbers = numbers.and_then(|numbers| <[f64; N]>::try_from(numbers).ok());
    let within =
        numbers.filter(|numbers| numbers.iter().zip(bounds).all(|(number, bound)| number.abs() <= bound));
    if within.is_none() {
        parameters.refuse(name, Reason::new("pattern").with("expected", expected));
    }
    within
}

fn take_near(parameters: &mut Parameters) -> Option<Near> {
    let asked = parameters.has("near");
    let point = take_numbers(parameters, "near", "lat,lon (WGS 84)", [90.0, 180.0]);
    let radius_km = take_numbers(parameters, "radius_km", "0 … 2000", [FARTHEST_KM]).map(|[radius]| radius);
    if let Some(radius) = radius_km {
        if !asked {
            parameters.refuse("radius_km", Reason::new("needs_parameter").with("other", "near"));
        } else if radius < 0.0 {
            parameters.refuse("radius_km", Reason::new("range").with("min", 0).with("max", FARTHEST_KM));
        }
    }
    point.map(|[latitude, longitude]| Near { latitude, longitude, radius_km })
}

fn take_bbox(parameters: &mut Parameters) -> Option<[f64; 4]> {
    let expected = "west,south,east,north (WGS 84)";
    let bbox = take_numbers(parameters, "bbox", expected, [180.0, 90.0, 180.0, 90.0])?;
    let [west, south, east, north] = bbox;
    if west > east || south > north {
        parameters.refuse("bbox", Reason::new("pattern").with("expected", expected));
    }
    Some(bbox)
}

fn take_position(parameters: &mut Parameters, http: &HttpRequest, binding: &str) -> Option<Position> {
    let cursor = parameters.take("cursor")?;
    let position = http.app_data::<web::Data<CursorKey>>().and_then(|key| key.open(binding, &cursor));
    if position.is_none() {
        parameters.refuse("cursor", Reason::new("cursor"));
    }
    position
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

impl<T: Listed> FromRequest for ItemQuery<T> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(http: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready((|| {
            negotiation::media_type(http, &["application/json"])?;
            let mut parameters = Parameters::of(http);
            let view = take_view::<T>(&mut parameters, http);
            let known: Vec<String> =
                view_parameters::<T>().into_iter().map(|parameter| parameter.name).collect();
            parameters.finish(&known)?;
            Ok(Self { view, http: http.clone(), listed: PhantomData })
        })())
    }
}

/// The fields of a representation, as its schema has them.
fn field_names<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

fn parameter_names<T: Listed>() -> Vec<String> {
    <ListQuery<T> as IntoParams>::into_params(|| None).into_iter().map(|parameter| parameter.name).collect()
}

fn query_parameter(
    name: impl Into<String>,
    description: impl Into<String>,
    schema: impl Into<RefOr<Schema>>,
) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}

/// A parameter that lists values between commas.
fn several(mut parameter: Parameter) -> Parameter {
    parameter.style = Some(utoipa::openapi::path::ParameterStyle::Form);
    parameter.explode = Some(false);
    parameter
}

fn words(words: impl IntoIterator<Item = impl Into<String>>) -> Schema {
    let words: Vec<JsonValue> = words.into_iter().map(|word| JsonValue::String(word.into())).collect();
    Schema::Object(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build())
}

fn list_of(schema: Schema) -> Schema {
    let mut list = Array::new(schema);
    list.min_items = Some(1);
    list.max_items = Some(MOST_VALUES);
    Schema::Array(list)
}

fn integer(min: i64, max: i64) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(min)).maximum(Some(max))
}

fn string_of(format: KnownFormat) -> Schema {
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(format)))
            .build(),
    )
}

fn value_schema(value_type: ValueType) -> Schema {
    match value_type {
        ValueType::Text(example) => Schema::Object(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(LONGEST_VALUE))
                .examples([example])
                .build(),
        ),
        ValueType::Keyword(allowed) => words(allowed.iter().copied()),
        ValueType::Integer(min, max) => Schema::Object(integer(min, max).build()),
        ValueType::Date => string_of(KnownFormat::Date),
        ValueType::Instant => string_of(KnownFormat::DateTime),
        ValueType::Boolean => Schema::Object(Object::with_type(Type::Boolean)),
        ValueType::Id => string_of(KnownFormat::Uuid),
    }
}

/// The parameters that any read of `T` has.
fn view_parameters<T: Listed>() -> Vec<Parameter> {
    let mut parameters = vec![
        query_parameter(
            "lang",
            "Flattens texts to plain strings in this language (a missing one falls back fr → ar → en → zgh and is \
             noted in `language_fallbacks`). `all` keeps all languages, whatever `Accept-Language` says.",
            words(["ar", "fr", "zgh", "en", "all"]),
        ),
        several(query_parameter(
            "fields",
            "Answers with these fields alone; the key is always there.",
            list_of(words(field_names::<T>())),
        )),
    ];
    if !T::LIST.expansions.is_empty() {
        parameters.push(several(query_parameter(
            "expand",
            "Embeds these related records.",
            list_of(words(T::LIST.expansions.iter().copied())),
        )));
    }
    parameters
}

impl<T: Listed> IntoParams for ItemQuery<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        view_parameters::<T>()
    }
}

impl<T: Listed> IntoParams for ListQuery<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        if T::LIST.search.is_some() {
            parameters.push(query_parameter(
                "q",
                "Searches the names in all languages: accents, Arabic spelling marks and case do not matter, the \
                 beginning of a word is enough, and one wrong letter is forgiven. The best come first.",
                value_schema(ValueType::Text("tetoan")),
            ));
        }
        parameters.extend(T::LIST.filters.iter().flat_map(filter_parameters));
        if T::LIST.location.is_some() {
            parameters.extend(location_parameters());
        }
        if !T::LIST.sorts.is_empty() {
            parameters.push(several(query_parameter(
                "sort",
                format!(
                    "Sort keys in order of weight; `-` descends, unknown values come last. Without it: `{}`, or best \
                     first with `q`.",
                    T::LIST.default_sort
                ),
                list_of(words(sort_words(&T::LIST))),
            )));
        }
        if !T::LIST.facets.is_empty() {
            parameters.push(several(query_parameter(
                "facet",
                "Counts the list's items by the values of these fields. A facet ignores the filter on its own field.",
                list_of(words(T::LIST.facets.iter().map(|facet| facet.name))),
            )));
        }
        parameters.push(query_parameter(
            "limit",
            "The most items of a page.",
            Schema::Object(integer(1, MOST_ITEMS).default(Some(json!(DEFAULT_LIMIT))).build()),
        ));
        parameters.push(query_parameter(
            "cursor",
            "Where the page begins: `page.next` or `page.prev` of an answer with the same filter and sort.",
            Schema::Object(ObjectBuilder::new().schema_type(Type::String).max_length(Some(2000)).build()),
        ));
        parameters.push(query_parameter("count", "`exact` fills `page.total`.", words(["exact"])));
        parameters.extend(view_parameters::<T>());
        parameters
    }
}

fn filter_parameters(filter: &'static crate::database::listing::Filter) -> Vec<Parameter> {
    let schema = || value_schema(filter.value_type);
    match filter.comparison {
        Comparison::AnyOf => vec![several(query_parameter(
            filter.name,
            format!("{} Several values between commas: any of them.", filter.description),
            list_of(schema()),
        ))],
        Comparison::Range => RANGE_SIGNS
            .iter()
            .map(|(word, _, means)| {
                query_parameter(
                    format!("{}[{word}]", filter.name),
                    format!("{} Here: {means} this.", filter.description),
                    schema(),
                )
            })
            .collect(),
    }
}

fn location_parameters() -> Vec<Parameter> {
    let text = |pattern: &str, example: &str| {
        Schema::Object(
            ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).examples([example]).build(),
        )
    };
    let number = r"-?\d{1,3}(\.\d{1,10})?";
    let radius = ObjectBuilder::new()
        .schema_type(Type::Number)
        .minimum(Some(0.0))
        .maximum(Some(FARTHEST_KM))
        .examples([json!(50)]);
    vec![
        query_parameter(
            "near",
            "Looks around this place (`latitude,longitude` in WGS 84); the nearest come first.",
            text(&format!("^{number},{number}$"), "34.02,-6.84"),
        ),
        query_parameter(
            "radius_km",
            "With `near`: how far to look, in kilometres.",
            Schema::Object(radius.build()),
        ),
        query_parameter(
            "bbox",
            "Within this box (`west,south,east,north` in WGS 84, as in RFC 7946).",
            text(&format!("^{number}(,{number}){{3}}$"), "-7.0,33.9,-6.7,34.1"),
        ),
        query_parameter("format", "The format, instead of the `Accept` header.", words(["json", "geojson"])),
    ]
}
