//! Texts by language as they are written: names, and texts of several sentences. How long they may be stands in their
//! schemas, which bodies are held against.

use std::borrow::Cow;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationError, ValidationErrors};

use super::Text;
use crate::error::FieldRule;
use crate::validation::{breaks, not_blank, single_line};

/// A name or a title: one line, in one language at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(pub Text);

/// A text of several sentences, in one language at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LongText(pub Text);

impl Deref for Name {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.0
    }
}

impl Deref for LongText {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.0
    }
}

impl From<Text> for Name {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl From<Text> for LongText {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl Validate for Name {
    fn validate(&self) -> Result<(), ValidationErrors> {
        in_some_language(&self.0, single_line)
    }
}

impl Validate for LongText {
    fn validate(&self) -> Result<(), ValidationErrors> {
        in_some_language(&self.0, not_blank)
    }
}

/// A text in one language at least, of which each keeps to `rule`.
fn in_some_language(
    text: &Text,
    rule: fn(&str) -> Result<(), ValidationError>,
) -> Result<(), ValidationErrors> {
    let mut errors = ValidationErrors::new();
    if text.all().next().is_none() {
        errors.add("__all__", breaks(FieldRule::TextWithoutLanguage));
    }
    for (language, text) in text.all() {
        if let Err(error) = rule(text) {
            errors.add(language.tag(), error);
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        const LONGEST: usize = 300;
        by_language("A name or a title by language: one line, in one language at least.", LONGEST)
    }
}

impl ToSchema for Name {
    fn name() -> Cow<'static, str> {
        "NameInput".into()
    }
}

impl PartialSchema for LongText {
    fn schema() -> RefOr<Schema> {
        const LONGEST: usize = 5000;
        by_language("A text by language, in one language at least.", LONGEST)
    }
}

impl ToSchema for LongText {
    fn name() -> Cow<'static, str> {
        "TextInput".into()
    }
}

/// The schema of a text as it is written: in each language at most `longest` characters, or `null` for unknown.
fn by_language(description: &str, longest: usize) -> RefOr<Schema> {
    let mut schema = Text::schema();
    let RefOr::T(Schema::Object(object)) = &mut schema else { return schema };
    object.description = Some(description.to_owned());
    for property in object.properties.values_mut() {
        if let RefOr::T(Schema::Object(text)) = property {
            text.max_length = Some(longest);
            text.schema_type = SchemaType::Array(vec![Type::String, Type::Null]);
        }
    }
    schema
}
