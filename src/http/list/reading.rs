//! Reads the query string of a list or of a single record, by its [`ListSpec`].

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde_json::json;

use super::describing::{field_names, parameter_names, view_parameters};
use super::{DEFAULT_LIMIT, Delivery, Format, ItemQuery, ListQuery, Listed, MOST_ITEMS, RANGE_SIGNS};
use super::{places, references};
use crate::database::Database;
use crate::database::fragment::Value;
use crate::database::listing::{
    Comparison, Condition, ListRequest, ListSpec, Position, ValueType, parse_sort,
};
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::cursor::CursorKey;
use crate::http::negotiation;
use crate::http::parameters::Parameters;
use crate::http::representation::{Expansions, View};
use crate::search::{Vocabularies, matching};

impl<T: Listed> FromRequest for ListQuery<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let http = request.clone();
        Box::pin(async move {
            know_the_words(&T::LIST, &http).await?;
            read_list_query(&http).await
        })
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

/// The first search of a collection after the start waits until its names have been read.
async fn know_the_words(spec: &'static ListSpec, http: &HttpRequest) -> Result<()> {
    let searched = spec.search.is_some() && http.query_string().contains("q=");
    let shared = (http.app_data::<web::Data<Vocabularies>>(), http.app_data::<web::Data<Database>>());
    let (Some(vocabularies), Some(database)) = shared else { return Ok(()) };
    if !searched || vocabularies.has_read(spec) {
        return Ok(());
    }
    let vocabularies = vocabularies.clone();
    database.read(move |connection| vocabularies.refresh(connection, spec)).await
}

async fn read_list_query<T: Listed>(http: &HttpRequest) -> Result<ListQuery<T>> {
    let spec = &T::LIST;
    let mut parameters = Parameters::of(http);
    let delivery = take_delivery(&mut parameters, spec, http)?;
    let mut view = take_view::<T>(&mut parameters, http);
    if delivery.format == Format::Geojson {
        embed_the_place(spec, &mut view);
    }
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
        request.near = places::take_near(&mut parameters);
        request.bbox = places::take_bbox(&mut parameters);
    }
    references::resolve(&mut parameters, spec, &mut request.conditions, http).await?;
    let binding = binding(http);
    request.position = take_position(&mut parameters, http, &binding);
    if delivery.whole && request.position.as_ref().is_some_and(|position| position.backward) {
        parameters.refuse("cursor", Reason::new(FieldRule::Inapplicable).with("why", "limit"));
    }
    parameters.finish(&parameter_names::<T>())?;
    Ok(ListQuery { request, view, http: http.clone(), binding, delivery, listed: PhantomData })
}

/// What a cursor belongs to: the path, and all that chooses and orders the rows.
fn binding(http: &HttpRequest) -> String {
    const OF_THE_VIEW: [&str; 10] =
        ["cursor", "limit", "count", "fields", "expand", "lang", "facet", "format", "bom", "cursors"];
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
    let fields = parameters.take_words("fields", &allowed);
    let expand = match T::LIST.expansions {
        [] => None,
        expansions => parameters.take_words("expand", expansions),
    };
    let expand = expand.unwrap_or_default();
    // The key stays, so that a client can always tell what it has, and so does what it asked to be embedded.
    let kept =
        std::iter::once(key_field(&T::LIST)).chain(expand.iter().filter_map(|path| path.split('.').next()));
    let fields = fields.map(|fields| fields.into_iter().chain(kept).map(str::to_owned).collect());
    View { language: parameters.take_language(http), fields, expand: Expansions::new(expand) }
}

fn key_field(spec: &ListSpec) -> &'static str {
    spec.key.name
}

/// The parameter `format`, or else what the `Accept` header likes best.
fn take_format(parameters: &mut Parameters, spec: &ListSpec, http: &HttpRequest) -> Result<Format> {
    if http.path().ends_with(".geojson") {
        negotiation::media_type(http, &[Format::Geojson.media_type()])?;
        refuse_all(parameters, &["format"]);
        return Ok(Format::Geojson);
    }
    let formats = Format::of(spec);
    if formats.len() > 1 && parameters.has("format") {
        let words: Vec<&str> = formats.iter().map(|format| format.word()).collect();
        let word = parameters.take_word("format", &words);
        return Ok(formats.into_iter().find(|format| Some(format.word()) == word).unwrap_or(Format::Json));
    }
    let media_types: Vec<&'static str> = formats.iter().map(|format| format.media_type()).collect();
    let accepted = negotiation::media_type(http, &media_types)?;
    Ok(formats.into_iter().find(|format| format.media_type() == accepted).unwrap_or(Format::Json))
}

/// How the list is to leave. Totals and facets have no place in a file.
fn take_delivery(parameters: &mut Parameters, spec: &ListSpec, http: &HttpRequest) -> Result<Delivery> {
    let format = take_format(parameters, spec, http)?;
    let whole = take_whole(parameters, format);
    if format != Format::Json {
        refuse_all(parameters, &["count", "facet"]);
    }
    if format != Format::Csv {
        refuse_all(parameters, &["bom"]);
    }
    if !format.is_file() {
        refuse_all(parameters, &["cursors"]);
    }
    let (with_mark, with_cursors) = (parameters.take_flag("bom"), parameters.take_flag("cursors"));
    Ok(Delivery { format, whole, with_mark, with_cursors })
}

/// `limit=all`. A JSON document is only whole at its end: the whole comes in pieces.
fn take_whole(parameters: &mut Parameters, format: Format) -> bool {
    let whole = parameters.take_exactly("limit", "all");
    if whole && !format.can_be_whole() {
        let others =
            Reason::new(FieldRule::NeedsParameter).with("other", "format=ndjson | csv | xlsx | geojson");
        parameters.refuse("limit", others);
    }
    whole
}

/// Refuses parameters that mean nothing in the format that is asked for.
fn refuse_all(parameters: &mut Parameters, names: &[&str]) {
    for name in names {
        if parameters.take(name).is_some() {
            parameters.refuse(name, Reason::new(FieldRule::Inapplicable).with("why", "format"));
        }
    }
}

/// Embeds the record in which the place of an item stands.
fn embed_the_place(spec: &ListSpec, view: &mut View) {
    let Some((record, _)) = spec.place.and_then(|path| path.split_once('.')) else { return };
    if let Some(fields) = &mut view.fields {
        fields.push(record.to_owned());
    }
    view.expand.add(record);
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

pub(super) fn sort_words(spec: &ListSpec) -> Vec<String> {
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
                let alternatives = parameters.take_alternatives(filter);
                alternatives.map(|(values, or_unknown)| Condition::AnyOf { values, or_unknown })
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
    let terms = vocabularies.terms(spec.table, &text);
    if terms.words.is_empty() {
        parameters.refuse("q", Reason::new(FieldRule::NoWord));
    }
    Some(terms)
}

fn take_position(parameters: &mut Parameters, http: &HttpRequest, binding: &str) -> Option<Position> {
    let cursor = parameters.take("cursor")?;
    let position = http.app_data::<web::Data<CursorKey>>().and_then(|key| key.open(binding, &cursor));
    if position.is_none() {
        parameters.refuse("cursor", Reason::new(FieldRule::Cursor));
    }
    position
}
