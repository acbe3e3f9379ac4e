//! NDJSON: an object a line.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::decoding::TextFile;
use super::fault::{Fault, Reason};

/// How an error of [`Strict`] begins, by which it is told from those of JSON.
const TWICE: &str = "member twice: ";

/// An object.
pub(super) type Object = Map<String, Value>;

/// The objects of an NDJSON file.
pub(super) struct Ndjson {
    input: BufReader<TextFile>,
    encoding: &'static str,
    longest: usize,
    line: u64,
    from: u64,
    text: Vec<u8>,
}

impl Ndjson {
    pub(super) fn read(file: File, longest: usize) -> Result<Self, Fault> {
        let file = TextFile::read(file)?;
        let encoding = file.encoding().name();
        Ok(Self { input: BufReader::new(file), encoding, longest, line: 0, from: 0, text: Vec::new() })
    }

    /// The next object and its line. Empty lines are passed over.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Object)>, Fault> {
        while self.read_line()? {
            if self.line >= self.from && !self.text.trim_ascii().is_empty() {
                return self.object().map(|object| Some((self.line, object)));
            }
        }
        Ok(None)
    }

    pub(super) fn skip_to(&mut self, line: u64) {
        self.from = line;
    }

    fn read_line(&mut self) -> Result<bool, Fault> {
        self.text.clear();
        self.line += 1;
        let most = self.longest as u64 + 1;
        let read = self.input.by_ref().take(most).read_until(b'\n', &mut self.text)?;
        if self.text.len() > self.longest {
            return Err(Fault::at_line(self.line, Reason::TooLong { limit: self.longest }));
        }
        Ok(read > 0)
    }

    fn object(&self) -> Result<Object, Fault> {
        let fault = |reason| Fault::at_line(self.line, reason);
        if self.text.contains(&0) {
            return Err(fault(Reason::Binary));
        }
        let invalid = |_| fault(Reason::InvalidText { encoding: self.encoding });
        let text = std::str::from_utf8(&self.text).map_err(invalid)?;
        match parse(text).map_err(fault)? {
            Value::Object(object) => Ok(object),
            _ => Err(fault(Reason::NotAnObject)),
        }
    }
}

fn parse(text: &str) -> Result<Value, Reason> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    value.map_err(|error| {
        let words = error.to_string();
        // What stands there is not repeated: it may be personal.
        let place = format!(" at line 1 column {}", error.column());
        match words.strip_prefix(TWICE) {
            Some(member) => Reason::MemberTwice { member: member.trim_end_matches(&place).to_owned() },
            None => Reason::NotJson {
                detail: format!("{:?} error at column {}", error.classify(), error.column()),
            },
        }
    })
}

/// A value in which no object has a member twice: JSON leaves open which of them counts.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("{TWICE}{name}")));
            }
            let value = members.next_value_seed(Strict)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_as_it_stands_there() {
        let text = r#"{"b":{"x":[1,-2,3.5,null,true,"é"]},"a":18446744073709551615}"#;
        assert_eq!(parse(text).unwrap().to_string(), text);
        assert_eq!(parse(" [] \r\n").unwrap(), json!([]));
    }

    #[test]
    fn what_is_wrong_is_told_without_what_stands_there() {
        let twice = Reason::MemberTwice { member: "n at".to_owned() };
        assert_eq!(parse(r#"{"a":{"n at":1,"n at":2}}"#).unwrap_err(), twice);
        for text in ["{", "{\"a\":secret}", "{} x", "1e999"] {
            let reason = parse(text).unwrap_err();
            assert!(
                matches!(&reason, Reason::NotJson { detail } if !detail.contains("secret")),
                "{reason:?}"
            );
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
