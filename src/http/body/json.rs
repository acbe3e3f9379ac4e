//! From the bytes of a body to a JSON value that says one thing: no member twice, no character that hides what a text
//! says, and a whole number however it was written.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as JsonValue};

use super::escape;
use super::text::cleaned;
use crate::error::problem::MOST_ERRORS;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};

/// Some editors put this mark before a text (RFC 8259, 8.1 lets a reader ignore it).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a JSON text; what stands in it is as it was written.
pub(in crate::http) fn parse(bytes: &[u8]) -> Result<JsonValue> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let place = Place::default();
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let read = Unambiguous(&place).deserialize(&mut source).and_then(|value| source.end().map(|()| value));
    read.map_err(|error| {
        let malformed = Error::new(Code::BadJson).with("line", error.line()).with("column", error.column());
        match place.repeated.take() {
            Some(pointer) => {
                malformed.with_violation(Violation::body(pointer, Reason::new(FieldRule::RepeatedMember)))
            }
            None => malformed,
        }
    })
}

/// The value with its numbers and texts in their one spelling.
///
/// # Errors
/// 422 for texts that hide what they say.
pub fn tidied(mut value: JsonValue) -> Result<JsonValue> {
    let mut violations = Vec::new();
    tidy(&mut value, &mut String::new(), &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(Error::invalid(violations)) }
}

/// Where the reader is, and the member that was met twice.
#[derive(Default)]
struct Place {
    pointer: RefCell<String>,
    repeated: RefCell<Option<String>>,
}

impl Place {
    /// Does `work` one level deeper, at `name`.
    fn within<T, E>(
        &self,
        name: &str,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let length = self.pointer.borrow().len();
        self.pointer.borrow_mut().push_str(&format!("/{}", escape(name)));
        let result = work();
        // What failed failed here: the pointer is kept for whoever tells it.
        if result.is_ok() {
            self.pointer.borrow_mut().truncate(length);
        }
        result
    }
}

/// A JSON value in which no object has a member twice. Readers would differ in which of them counts (RFC 8259, 4).
struct Unambiguous<'a>(&'a Place);

impl<'de> DeserializeSeed<'de> for Unambiguous<'_> {
    type Value = JsonValue;

    fn deserialize<D: de::Deserializer<'de>>(self, source: D) -> std::result::Result<JsonValue, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unambiguous<'_> {
    type Value = JsonValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<JsonValue, E> {
        Ok(JsonValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<JsonValue, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<JsonValue, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<JsonValue, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<JsonValue, E> {
        Ok(Number::from_f64(value).map_or(JsonValue::Null, JsonValue::Number))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<JsonValue, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<JsonValue, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<JsonValue, A::Error> {
        let mut read = Vec::new();
        while let Some(item) =
            self.0.within(&read.len().to_string(), || items.next_element_seed(Unambiguous(self.0)))?
        {
            read.push(item);
        }
        Ok(JsonValue::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> std::result::Result<JsonValue, A::Error> {
        let (mut read, mut known) = (Map::new(), HashSet::new());
        while let Some(name) = members.next_key::<String>()? {
            if !known.insert(name.clone()) {
                let pointer = format!("{}/{}", self.0.pointer.borrow(), escape(&name));
                self.0.repeated.replace(Some(pointer));
                return Err(de::Error::custom("a member is given twice"));
            }
            let value = self.0.within(&name, || members.next_value_seed(Unambiguous(self.0)))?;
            read.insert(name, value);
        }
        Ok(JsonValue::Object(read))
    }
}

/// Takes `12.0` for the integer 12, and cleans any string.
fn tidy(value: &mut JsonValue, pointer: &mut String, violations: &mut Vec<Violation>) {
    const LARGEST_WHOLE_FLOAT: f64 = 9_007_199_254_740_992.0;
    if violations.len() >= MOST_ERRORS {
        return;
    }
    let here = pointer.len();
    match value {
        JsonValue::Number(number) => {
            if let Some(float) = number.as_f64().filter(|_| number.is_f64())
                && float.fract() == 0.0
                && float.abs() <= LARGEST_WHOLE_FLOAT
            {
                *value = JsonValue::from(float as i64);
            }
        }
        JsonValue::String(text) => match cleaned(text) {
            Ok(cleaned) => *text = cleaned,
            Err(reason) => violations.push(Violation::body(pointer.clone(), reason)),
        },
        JsonValue::Array(items) => {
            for (place, item) in items.iter_mut().enumerate() {
                pointer.push_str(&format!("/{place}"));
                tidy(item, pointer, violations);
                pointer.truncate(here);
            }
        }
        JsonValue::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                pointer.push('/');
                pointer.push_str(&escape(name));
                if let Err(reason) = cleaned(name) {
                    violations.push(Violation::body(pointer.clone(), reason));
                }
                tidy(field, pointer, violations);
                pointer.truncate(here);
            }
        }
        JsonValue::Null | JsonValue::Bool(_) => {}
    }
}
