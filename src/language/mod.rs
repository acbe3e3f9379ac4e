//! The four languages of the register and texts that are written in some of them.

pub mod sentences;
pub mod terms;
mod written;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as JsonValue;
use utoipa::ToSchema;

pub use written::{LongText, Name};

/// A language of the register (BCP 47).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Arabic.
    Ar,
    /// French.
    Fr,
    /// Standard Moroccan Tamazight.
    Zgh,
    /// English.
    En,
}

impl Language {
    /// The languages in the order in which a missing text falls back, after the asked one.
    pub const FALLBACK: [Self; 4] = [Self::Fr, Self::Ar, Self::En, Self::Zgh];

    /// The tag of the language.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::Fr => "fr",
            Self::Zgh => "zgh",
            Self::En => "en",
        }
    }

    /// The language of a tag; its region and script do not matter (`fr-MA` is French).
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::FALLBACK.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language that an `Accept-Language` header (RFC 9110, 12.5.4) likes best among ours. `None` when it names
    /// none of ours, or likes any language just as well.
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Option<Self>)> = None;
        for range in accept_language.split(',') {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let (tag, weight) = (tag.trim(), weight.trim().trim_start_matches(['q', 'Q', '=', ' ']));
            let quality: f32 = weight.parse().unwrap_or(0.0);
            let language = Self::of_tag(tag);
            let counts = quality > 0.0 && (language.is_some() || tag == "*");
            if counts && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, language));
            }
        }
        best.and_then(|(_, language)| language)
    }

    /// The place of the language in the error texts (Arabic, French, English).
    pub fn of_errors(self) -> usize {
        match self {
            Self::Ar => 0,
            Self::Fr => 1,
            Self::En | Self::Zgh => 2,
        }
    }
}

/// A text in one or more languages. A language in which it is not known is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Arabic.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, nullable = false, examples("وجدة"))]
    pub ar: Option<String>,
    /// French.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, nullable = false, examples("Oujda"))]
    pub fr: Option<String>,
    /// Tamazight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, nullable = false, examples("ⵡⵓⵊⴷⴰ"))]
    pub zgh: Option<String>,
    /// English.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, nullable = false, examples("Oujda"))]
    pub en: Option<String>,
}

impl Text {
    /// The text in a language.
    pub fn get(&self, language: Language) -> Option<&str> {
        match language {
            Language::Ar => self.ar.as_deref(),
            Language::Fr => self.fr.as_deref(),
            Language::Zgh => self.zgh.as_deref(),
            Language::En => self.en.as_deref(),
        }
    }

    /// The text in `language` or else in the first language that it falls back to.
    pub fn in_language(&self, language: Language) -> Option<(Language, &str)> {
        std::iter::once(language)
            .chain(Language::FALLBACK)
            .find_map(|candidate| self.get(candidate).map(|text| (candidate, text)))
    }

    /// All languages in which the text is known.
    pub fn all(&self) -> impl Iterator<Item = (Language, &str)> {
        Language::FALLBACK.into_iter().filter_map(|language| Some((language, self.get(language)?)))
    }

    /// Whether everything that `before` says still stands here; other languages may have been added.
    pub fn keeps(&self, before: &Self) -> bool {
        before.all().all(|(language, text)| self.get(language) == Some(text))
    }
}

/// A text of an answer: an object by language, or a plain string when one language was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalizedText(pub Text);

impl From<Text> for LocalizedText {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl utoipa::PartialSchema for LocalizedText {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{Object, OneOfBuilder, Type};
        use utoipa::openapi::{Ref, RefOr, Schema};
        let plain = Object::builder()
            .schema_type(Type::String)
            .description(Some("The text in the asked language, or in the one it fell back to."))
            .build();
        RefOr::T(Schema::OneOf(
            OneOfBuilder::new()
                .item(Ref::from_schema_name("Text"))
                .item(plain)
                .description(Some(
                    "A text: an object by language, or a plain string with `lang` or `Accept-Language`.",
                ))
                .build(),
        ))
    }
}

impl ToSchema for LocalizedText {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        schemas.push(("Text".to_owned(), <Text as utoipa::PartialSchema>::schema()));
    }
}

/// Turns every text within `value` into a plain string and returns which of them fell back, and to which language.
pub fn flatten(value: &mut JsonValue, language: Language) -> BTreeMap<String, Language> {
    let mut fallbacks = BTreeMap::new();
    flatten_at(value, language, &mut String::new(), &mut fallbacks);
    fallbacks
}

fn flatten_at(
    value: &mut JsonValue,
    language: Language,
    path: &mut String,
    fallbacks: &mut BTreeMap<String, Language>,
) {
    if let Some(text) = as_text(value) {
        if let Some((found, text)) = text.in_language(language) {
            let text = JsonValue::String(text.to_owned());
            if found != language {
                fallbacks.insert(path.clone(), found);
            }
            *value = text;
        }
        return;
    }
    let within = path.len();
    let mut step = |name: &str, value: &mut JsonValue| {
        if within > 0 {
            path.push('.');
        }
        path.push_str(name);
        flatten_at(value, language, path, fallbacks);
        path.truncate(within);
    };
    match value {
        JsonValue::Object(fields) => fields.iter_mut().for_each(|(name, value)| step(name, value)),
        JsonValue::Array(items) => {
            items.iter_mut().enumerate().for_each(|(place, value)| step(&place.to_string(), value));
        }
        _ => {}
    }
}

/// An object that has nothing but languages is a text.
fn as_text(value: &JsonValue) -> Option<Text> {
    let fields = value.as_object()?;
    if fields.is_empty()
        || !fields.keys().all(|name| Language::FALLBACK.iter().any(|language| language.tag() == name))
    {
        return None;
    }
    Text::deserialize(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_of_our_languages_is_negotiated() {
        assert_eq!(Language::negotiate("fr-MA,fr;q=0.9,ar;q=0.8"), Some(Language::Fr));
        assert_eq!(Language::negotiate("de, ar;q=0.3"), Some(Language::Ar));
        assert_eq!(Language::negotiate("*"), None);
        assert_eq!(Language::negotiate("de"), None);
        assert_eq!(Language::negotiate("ar;q=0"), None);
        assert_eq!(Language::negotiate("fr; q=0.5, ar; q=0.9"), Some(Language::Ar));
    }

    #[test]
    fn a_missing_language_falls_back_and_says_so() {
        let mut value =
            serde_json::json!({"name": {"ar": "وجدة"}, "city": {"name": {"fr": "Oujda", "ar": "وجدة"}}});
        let fallbacks = flatten(&mut value, Language::Fr);
        assert_eq!(value, serde_json::json!({"name": "وجدة", "city": {"name": "Oujda"}}));
        assert_eq!(fallbacks.into_iter().collect::<Vec<_>>(), [("name".to_owned(), Language::Ar)]);
    }
}
