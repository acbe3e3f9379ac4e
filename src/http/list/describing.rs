//! Describes the query of a list or of a single record for OpenAPI, by its
//! [`ListSpec`](crate::database::listing::ListSpec).

use serde_json::{Value as JsonValue, json};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{Array, KnownFormat, Object, ObjectBuilder, OneOfBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, PartialSchema};

use super::files::columns;
use super::reading::sort_words;
use super::{DEFAULT_LIMIT, FARTHEST_KM, Format, ItemQuery, ListQuery, Listed, MOST_ITEMS, RANGE_SIGNS};
use crate::database::listing::{Comparison, Filter, UNKNOWN, ValueType};
use crate::http::parameters::{LONGEST_VALUE, MOST_VALUES};
use crate::http::representation::View;

impl<T: Listed> IntoParams for ListQuery<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        if T::LIST.search.is_some() {
            parameters.push(query_parameter(
                "q",
                "Searches the names in all languages: accents, Arabic spelling marks and case do not matter, the \
                 beginning of a word is enough, and one wrong letter is forgiven. The best come first.",
                typed_schema(ValueType::Text("tetoan")),
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
        parameters.push(limit_parameter());
        parameters.extend(file_parameters::<T>());
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

impl<T: Listed> IntoParams for ItemQuery<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        view_parameters::<T>()
    }
}

/// The parameters that any read of `T` has.
pub(super) fn view_parameters<T: Listed>() -> Vec<Parameter> {
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

fn filter_parameters(filter: &'static Filter) -> Vec<Parameter> {
    let schema = || value_schema(filter);
    match filter.comparison {
        Comparison::AnyOf => vec![several(query_parameter(
            filter.name,
            format!(
                "{} Several values between commas: any of them.{}",
                filter.description,
                if filter.unknown.is_some() { " `null`: those in which it is not known." } else { "" }
            ),
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
    let latitude = r"-?(90(\.0{1,10})?|[1-8]?\d(\.\d{1,10})?)";
    let longitude = r"-?(180(\.0{1,10})?|(1[0-7]\d|[1-9]?\d)(\.\d{1,10})?)";
    let radius = ObjectBuilder::new()
        .schema_type(Type::Number)
        .minimum(Some(0.0))
        .maximum(Some(FARTHEST_KM))
        .examples([json!(50)]);
    vec![
        query_parameter(
            "near",
            "Looks around this place (`latitude,longitude` in WGS 84); the nearest come first.",
            text(&format!("^{latitude},{longitude}$"), "34.02,-6.84"),
        ),
        query_parameter(
            "radius_km",
            "With `near`: how far to look, in kilometres.",
            Schema::Object(radius.build()),
        ),
        query_parameter(
            "bbox",
            "Within this box (`west,south,east,north` in WGS 84, as in RFC 7946).",
            text(&format!("^{longitude},{latitude},{longitude},{latitude}$"), "-7.0,33.9,-6.7,34.1"),
        ),
    ]
}

fn limit_parameter() -> Parameter {
    let page = Schema::Object(integer(1, MOST_ITEMS).default(Some(json!(DEFAULT_LIMIT))).build());
    query_parameter(
        "limit",
        "The most items of a page. `all` with a `format` other than `json`: the whole list as one file, as it is at one \
         moment, without an `ETag`. Its trailer `Nasij-Export` tells how many items it has and of when they are \
         (`rows=1582, state=\"2026-11-30T09:00:00Z\"`); a file that breaks off has none, and is not whole.",
        Schema::OneOf(OneOfBuilder::new().item(page).item(words(["all"])).build()),
    )
}

/// What chooses the file that a list leaves as.
fn file_parameters<T: Listed>() -> Vec<Parameter> {
    let flag = || Schema::Object(Object::with_type(Type::Boolean));
    vec![
        query_parameter(
            "format",
            format!(
                "The format, instead of the `Accept` header. {} A field of several words has them between `|`; what has no \
                 columns of its own is JSON. In `csv`, an apostrophe stands before a text that a spreadsheet would run.",
                column_names::<T>()
            ),
            words(Format::of(&T::LIST).into_iter().map(Format::word)),
        ),
        query_parameter(
            "bom",
            "With `format=csv`: begins the file with a byte order mark, by which Excel knows that it is UTF-8.",
            flag(),
        ),
        query_parameter(
            "cursors",
            "With a file: the last item of a page, and every thousandth or so of the whole, has the cursor behind which the \
             next one comes in `cursor`. With it, a file that broke off is continued.",
            flag(),
        ),
    ]
}

/// The columns of a list's tables, in all languages.
fn column_names<T: Listed>() -> String {
    let columns = columns::<T, T>(&View::default());
    let names: Vec<String> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
    let expanded = if T::LIST.expansions.is_empty() {
        ""
    } else {
        " What is embedded with `expand` has columns of its own (`city.name.fr`)."
    };
    format!(
        "The columns of `csv` and `xlsx`: {}; with `lang`, a text is one column.{expanded}",
        names.join(", ")
    )
}

pub(super) fn parameter_names<T: Listed>() -> Vec<String> {
    <ListQuery<T> as IntoParams>::into_params(|| None).into_iter().map(|parameter| parameter.name).collect()
}

/// The fields of a representation, as its schema has them.
pub(super) fn field_names<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.keys().cloned().collect(),
        _ => Vec::new(),
    }
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
    parameter.style = Some(ParameterStyle::Form);
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

const NO_CONTROL_CHARACTERS: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// The schema of a filter's value.
fn value_schema(filter: &Filter) -> Schema {
    match (filter.unknown, filter.value_type) {
        (Some(_), ValueType::Keyword(allowed)) => words(allowed.iter().copied().chain([UNKNOWN])),
        (Some(_), ValueType::Boolean) => words(["true", "false", UNKNOWN]),
        (_, value_type) => typed_schema(value_type),
    }
}

fn typed_schema(value_type: ValueType) -> Schema {
    match value_type {
        ValueType::Reference(collection) => typed_schema(ValueType::Text(collection.example)),
        ValueType::Text(example) | ValueType::Compact(example) => Schema::Object(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(LONGEST_VALUE))
                .pattern(Some(NO_CONTROL_CHARACTERS))
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
