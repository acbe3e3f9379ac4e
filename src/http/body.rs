//! Request bodies: their media type, size and time limits, and precise pointers to whatever is wrong in them.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as JsonValue;
use sha2::{Digest as _, Sha256};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use super::negotiation;
use crate::database::types::NOT_AN_INSTANT;
use crate::error::{Code, Error, Reason, Result, Violation};

/// The largest JSON body, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;
const BODY_TIME: Duration = Duration::from_secs(15);

/// The media type of merge patches (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";
const JSON: &str = "application/json";

/// A JSON body that has been read and found valid.
#[derive(Debug, Clone)]
pub struct Valid<T> {
    /// The body.
    pub content: T,
    /// A digest of its bytes, to recognise a retried request.
    pub digest: String,
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Valid<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(&request, payload, &[JSON]).await?;
            Ok(Self { content: read_valid(parse(&bytes)?)?, digest: digest(&bytes) })
        })
    }
}

/// A merge patch (RFC 7396), to be applied to the current record.
#[derive(Debug, Clone)]
pub struct MergePatch(pub JsonValue);

impl FromRequest for MergePatch {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let patch = parse(&read(&request, payload, &[MERGE_PATCH]).await?)?;
            if !patch.is_object() {
                return Err(Error::invalid_field("", Reason::new("type").with("expected", "object")));
            }
            Ok(Self(patch))
        })
    }
}

/// How a record is to be changed.
#[derive(Debug, Clone)]
pub enum Change<T> {
    /// By a merge patch.
    Merge(MergePatch),
    /// By another content (boxed, for it is much larger than a patch).
    Replace(Box<T>),
}

impl<T: Serialize + DeserializeOwned + Validate + Clone> Change<T> {
    /// The content after the change of `current`.
    pub fn apply(&self, current: &T) -> Result<T> {
        match self {
            Self::Replace(content) => Ok((**content).clone()),
            Self::Merge(MergePatch(patch)) => {
                let mut content = serde_json::to_value(current).map_err(Error::internal)?;
                json_patch::merge(&mut content, patch);
                read_valid(content)
            }
        }
    }
}

async fn read(
    request: &HttpRequest,
    payload: dev::Payload,
    expected: &[&'static str],
) -> Result<web::BytesMut> {
    negotiation::content_type(request, expected)?;
    receive(request, payload, LARGEST_BODY, BODY_TIME).await
}

/// The bytes of a body, when there are at most `largest` and they come within `time`.
pub(super) async fn receive(
    request: &HttpRequest,
    mut payload: dev::Payload,
    largest: usize,
    time: Duration,
) -> Result<web::BytesMut> {
    let announced =
        request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > largest) {
        return Err(Error::new(Code::PayloadTooLarge));
    }
    let reading = async {
        let mut bytes = web::BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|cause| Error::new(Code::BadRequest).caused_by(cause))?;
            if bytes.len() + chunk.len() > largest {
                return Err(Error::new(Code::PayloadTooLarge));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    match tokio::time::timeout(time, reading).await {
        Ok(bytes) => bytes,
        Err(_) => Err(Error::new(Code::RequestTimeout).with_header("Connection", "close")),
    }
}

fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

fn parse(bytes: &[u8]) -> Result<JsonValue> {
    let mut value = serde_json::from_slice(bytes).map_err(|error| {
        Error::new(Code::BadJson).with("line", error.line()).with("column", error.column())
    })?;
    let mut violations = Vec::new();
    tidy(&mut value, &mut String::new(), &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(Error::invalid(violations)) }
}

/// More faults than this help nobody.
const MOST_VIOLATIONS: usize = 50;

/// Takes `12.0` for the integer 12, and refuses control and text direction characters in any string.
fn tidy(value: &mut JsonValue, pointer: &mut String, violations: &mut Vec<Violation>) {
    const LARGEST_WHOLE_FLOAT: f64 = 9_007_199_254_740_992.0;
    if violations.len() >= MOST_VIOLATIONS {
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
        JsonValue::String(text) => {
            if text.chars().any(is_forbidden) {
                violations.push(Violation::body(pointer.clone(), Reason::new("characters")));
            }
        }
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
                if name.chars().any(is_forbidden) {
                    violations.push(Violation::body(pointer.clone(), Reason::new("characters")));
                }
                tidy(field, pointer, violations);
                pointer.truncate(here);
            }
        }
        JsonValue::Null | JsonValue::Bool(_) => {}
    }
}

/// Control characters but for line breaks and tabs, and the characters that turn the direction of writing
/// (Unicode TR36): they hide what a text says.
pub fn is_forbidden(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
        || matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(character, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A name within a JSON pointer (RFC 6901).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Reads `value` as a `T` and validates it.
pub fn read_valid<T: DeserializeOwned + Validate>(value: JsonValue) -> Result<T> {
    let content: T = serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer_of(error.path());
        Error::invalid(vec![structural_violation(pointer, &error.into_inner().to_string())])
    })?;
    content.validate().map_err(|errors| {
        let mut violations = Vec::new();
        collect(&errors, "", &mut violations);
        violations.sort_by(|one, other| format!("{:?}", one.place).cmp(&format!("{:?}", other.place)));
        Error::invalid(violations)
    })?;
    Ok(content)
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escape(key)),
            Segment::Enum { variant } => format!("/{}", escape(variant)),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// What serde says of a structure that does not fit, as a violation of the contract.
fn structural_violation(pointer: String, message: &str) -> Violation {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (name, allowed) = quoted.split_first().map_or(("", &[][..]), |(name, allowed)| (*name, allowed));
    let child = |name: &str| {
        if pointer.ends_with(&format!("/{}", escape(name))) {
            pointer.clone()
        } else {
            format!("{pointer}/{}", escape(name))
        }
    };
    if message.starts_with("unknown field") {
        return Violation::body(child(name), Reason::new("unknown_field"))
            .suggesting(name, allowed.iter().copied());
    }
    if message.starts_with("missing field") {
        return Violation::body(child(name), Reason::new("required"));
    }
    if message.starts_with("unknown variant") {
        let reason = Reason::new("one_of").with("allowed", allowed.join(", "));
        return Violation::body(pointer, reason).suggesting(name, allowed.iter().copied());
    }
    if message.starts_with(NOT_AN_INSTANT) {
        return Violation::body(pointer, Reason::new("date_time"));
    }
    match message.rsplit_once("expected ") {
        Some((_, expected)) => Violation::body(pointer, Reason::new("type").with("expected", expected)),
        None if message.contains("input contains")
            || message.contains("premature end of input")
            || message.contains("out of range") =>
        {
            Violation::body(pointer, Reason::new("date"))
        }
        None => Violation::body(pointer, Reason::new("invalid")),
    }
}

fn collect(errors: &ValidationErrors, at: &str, violations: &mut Vec<Violation>) {
    for (field, kind) in errors.errors() {
        let pointer = if *field == "__all__" { at.to_owned() } else { format!("{at}/{}", escape(field)) };
        match kind {
            ValidationErrorsKind::Field(errors) => {
                violations.extend(errors.iter().map(|error| field_violation(&pointer, error)));
            }
            ValidationErrorsKind::Struct(errors) => collect(errors, &pointer, violations),
            ValidationErrorsKind::List(items) => {
                for (place, errors) in items {
                    collect(errors, &format!("{pointer}/{place}"), violations);
                }
            }
        }
    }
}

/// A rule of the validator crate as a violation. Its parameter `value` is never repeated: it may be a secret.
/// A rule that spans fields names the one at fault in the parameter `pointer`.
fn field_violation(pointer: &str, error: &ValidationError) -> Violation {
    let parameter = |name: &str| {
        error.params.get(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let pointer = match parameter("pointer") {
        Some(below) => format!("{pointer}{below}"),
        None => pointer.to_owned(),
    };
    let code =
        crate::error::violation::REASONS.iter().map(|(code, _)| *code).find(|code| *code == error.code);
    let mut reason = Reason::new(code.unwrap_or("invalid"));
    for name in ["min", "max", "expected", "allowed", "other", "why"] {
        if let Some(value) = parameter(name) {
            reason = reason.with(name, value);
        }
    }
    if reason.code == "length" || reason.code == "range" {
        if parameter("min").is_none() {
            reason = reason.with("min", 0);
        }
        if parameter("max").is_none() {
            reason = reason.with("max", "…");
        }
    }
    Violation::body(pointer, reason)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[validate(length(min = 2, max = 5))]
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        born: Option<chrono::NaiveDate>,
    }

    fn violation(value: JsonValue) -> (String, &'static str, Option<String>) {
        let error = read_valid::<Sample>(value).expect_err("must be refused");
        let violation = &error.violations[0];
        let crate::error::Place::Body(pointer) = &violation.place else { panic!("not in the body") };
        (pointer.clone(), violation.reason.code, violation.did_you_mean.clone())
    }

    #[test]
    fn every_fault_is_named_at_its_place() {
        assert_eq!(violation(json!({"nane": "x"})), ("/nane".into(), "unknown_field", Some("name".into())));
        assert_eq!(violation(json!({})), ("/name".into(), "required", None));
        assert_eq!(violation(json!({"name": 3})), ("/name".into(), "type", None));
        assert_eq!(violation(json!({"name": "x"})), ("/name".into(), "length", None));
        assert_eq!(violation(json!({"name": "xyz", "born": "2020-02-30"})), ("/born".into(), "date", None));
    }

    #[test]
    fn of_many_faults_some_are_told() {
        let texts = vec!["\u{1}"; 1000];
        let error = parse(json!(texts).to_string().as_bytes()).expect_err("must be refused");
        assert_eq!(error.violations.len(), MOST_VIOLATIONS);
    }

    fn any_json() -> impl Strategy<Value = JsonValue> {
        let leaf = prop_oneof![
            Just(JsonValue::Null),
            any::<bool>().prop_map(JsonValue::from),
            any::<i32>().prop_map(JsonValue::from),
            ".*".prop_map(JsonValue::from),
        ];
        leaf.prop_recursive(3, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(JsonValue::from),
                prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                    .prop_map(|map| JsonValue::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_merge_patch_applied_twice_is_as_applied_once(target in any_json(), patch in any_json()) {
            let mut once = target;
            json_patch::merge(&mut once, &patch);
            let mut twice = once.clone();
            json_patch::merge(&mut twice, &patch);
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes: Vec<u8>) {
            let _ = parse(&bytes).and_then(read_valid::<Sample>);
        }

        #[test]
        fn any_json_is_read_or_refused_without_a_panic(value in any_json()) {
            let _ = read_valid::<Sample>(value);
        }
    }
}
