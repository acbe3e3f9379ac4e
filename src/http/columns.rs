//! The columns of a table, which leaves the service or comes in: the fields of a representation as its schema has them, dotted where they have parts
//! (`name.fr`, `city.name.ar`).

use std::collections::BTreeMap;

use serde_json::Value as JsonValue;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayItems, KnownFormat, Object, OneOf, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

use super::representation::View;

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, which is the path to the field.
    pub name: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text, or a word of a closed list.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A calendar day.
    Date,
    /// An instant in UTC.
    Instant,
    /// Several words or numbers.
    List,
    /// What has parts that no column can name.
    Json,
}

impl Column {
    /// A column.
    pub fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind }
    }

    /// What the column shows of an item.
    pub fn value<'a>(&self, item: &'a JsonValue) -> &'a JsonValue {
        at(item, &self.name)
    }
}

/// What stands in an item at a dotted path; null where nothing does.
pub fn at<'a>(item: &'a JsonValue, path: &str) -> &'a JsonValue {
    path.split('.').fold(item, |value, step| value.get(step).unwrap_or(&JsonValue::Null))
}

/// The columns of what has the schema of `Item`, as the view shows it; what stands at one of the `expansions` is only there
/// when it is asked for.
pub fn columns_of<Item: ToSchema>(view: &View, expansions: &'static [&'static str]) -> Vec<Column> {
    let mut schemas = vec![(Item::name().into_owned(), Item::schema())];
    Item::schemas(&mut schemas);
    let reading = Reading { schemas: schemas.into_iter().collect(), expansions, view };
    let mut columns = Vec::new();
    reading.add(&Item::schema(), "", &mut columns);
    columns
}

/// What is known while a schema is read.
struct Reading<'a> {
    /// The schemas that others refer to, by name.
    schemas: BTreeMap<String, RefOr<Schema>>,
    /// The fields that are only there when they are asked for.
    expansions: &'static [&'static str],
    view: &'a View,
}

impl Reading<'_> {
    /// Adds the columns of what stands at `path`.
    fn add(&self, schema: &RefOr<Schema>, path: &str, columns: &mut Vec<Column>) {
        if self.is_text(schema) {
            return self.add_text(path, columns);
        }
        match self.resolved(schema) {
            Some(Schema::Object(object)) if !object.properties.is_empty() => {
                for (field, schema) in &object.properties {
                    let field = if path.is_empty() { field.clone() } else { format!("{path}.{field}") };
                    if self.shows(&field) {
                        self.add(schema, &field, columns);
                    }
                }
            }
            Some(Schema::AllOf(all)) => all.items.iter().for_each(|part| self.add(part, path, columns)),
            resolved => columns.push(Column::new(path, self.kind(resolved))),
        }
    }

    /// Whether the view has the field at this path.
    fn shows(&self, path: &str) -> bool {
        let is_asked = match &self.view.fields {
            Some(fields) if !path.contains('.') => fields.iter().any(|field| field == path),
            _ => true,
        };
        is_asked && (!self.is_expansion(path) || self.view.expand.reaches(path))
    }

    /// Whether the field is only there when it is asked for. What is embedded may embed more of the same name.
    fn is_expansion(&self, path: &str) -> bool {
        let last = |path: &str| path.rsplit('.').next().map(str::to_owned);
        self.expansions.iter().any(|known| last(known) == last(path))
    }

    /// A text is a column a language, or one when a language was asked for.
    fn add_text(&self, path: &str, columns: &mut Vec<Column>) {
        if self.view.language.is_some() {
            return columns.push(Column::new(path, Kind::Text));
        }
        for language in ["ar", "fr", "zgh", "en"] {
            columns.push(Column::new(&format!("{path}.{language}"), Kind::Text));
        }
    }

    /// Whether this is a text in languages.
    fn is_text(&self, schema: &RefOr<Schema>) -> bool {
        const TEXTS: [&str; 2] = ["LocalizedText", "Text"];
        match schema {
            RefOr::Ref(reference) => TEXTS.contains(&name_of(&reference.ref_location)),
            RefOr::T(Schema::OneOf(one)) => only(one).is_some_and(|one| self.is_text(one)),
            RefOr::T(_) => false,
        }
    }

    /// The schema itself, whatever refers to it.
    fn resolved<'a>(&'a self, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
        match schema {
            RefOr::Ref(reference) => self.resolved(self.schemas.get(name_of(&reference.ref_location))?),
            RefOr::T(Schema::OneOf(one)) => match only(one) {
                Some(one) => self.resolved(one),
                None => Some(schema_of(schema)?),
            },
            RefOr::T(schema) => Some(schema),
        }
    }

    fn kind(&self, schema: Option<&Schema>) -> Kind {
        match schema {
            Some(Schema::Object(object)) => kind_of_object(object),
            Some(Schema::Array(array)) => match &array.items {
                ArrayItems::RefOrSchema(items) => match self.kind(self.resolved(items)) {
                    Kind::Json | Kind::List => Kind::Json,
                    _ => Kind::List,
                },
                ArrayItems::False => Kind::Json,
            },
            _ => Kind::Json,
        }
    }
}

fn schema_of(schema: &RefOr<Schema>) -> Option<&Schema> {
    match schema {
        RefOr::T(schema) => Some(schema),
        RefOr::Ref(_) => None,
    }
}

/// The one thing that something can be, beside nothing.
fn only(one: &OneOf) -> Option<&RefOr<Schema>> {
    let is_nothing = |item: &&RefOr<Schema>| matches!(item, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null));
    let mut items = one.items.iter().filter(|item| !is_nothing(item));
    items.next().filter(|_| items.next().is_none())
}

fn kind_of_object(object: &Object) -> Kind {
    let is = |wanted: Type| match &object.schema_type {
        SchemaType::Type(known) => *known == wanted,
        SchemaType::Array(known) => known.contains(&wanted),
        SchemaType::AnyValue => false,
    };
    match &object.format {
        Some(SchemaFormat::KnownFormat(KnownFormat::Date)) => Kind::Date,
        Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) => Kind::Instant,
        _ if is(Type::Integer) || is(Type::Number) => Kind::Number,
        _ if is(Type::Boolean) => Kind::Boolean,
        _ if is(Type::String) => Kind::Text,
        _ if object.enum_values.is_some() && !is(Type::Object) => Kind::Text,
        _ => Kind::Json,
    }
}

/// The name of the schema that a reference names.
fn name_of(reference: &str) -> &str {
    reference.rsplit_once('/').map_or(reference, |(_, name)| name)
}
