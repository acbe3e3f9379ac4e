//! Request bodies: their media type, size and time limits, and precise pointers to whatever is wrong in them.
//!
//! A body goes through three doors: `json` reads its bytes and gives its texts (`text`) one spelling, `schema` holds it
//! against the schema that the OpenAPI document has of it, limits included, and the rules of its type (validator) come last,
//! with a `stand_in` for what cannot be read. `faults` are the words for what is refused.

mod faults;
mod json;
mod schema;
mod stand_in;
mod text;

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
use utoipa::ToSchema;
use validator::Validate;

use super::negotiation;
use crate::error::problem::MOST_ERRORS;
use crate::error::{Code, Error, FieldRule, Reason, Result};
pub(super) use json::parse;
pub use json::tidied;
use schema::{Refused, schema_of};
pub use text::{cleaned, is_forbidden};

/// The largest JSON body, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;
/// The time in which a JSON body comes.
pub(super) const BODY_TIME: Duration = Duration::from_secs(15);

/// The media type of merge patches (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";
pub(super) const JSON: &str = "application/json";

/// A JSON body that has been read and found valid.
#[derive(Debug, Clone)]
pub struct Valid<T> {
    /// The body.
    pub content: T,
    /// A digest of its bytes, to recognise a retried request.
    pub digest: String,
}

impl<T: DeserializeOwned + Validate + ToSchema + 'static> FromRequest for Valid<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = read(&request, payload, &[JSON]).await?;
            Ok(Self { content: valid(parse(&bytes)?)?, digest: digest(&bytes) })
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
        Box::pin(async move { Self::new(parse(&read(&request, payload, &[MERGE_PATCH]).await?)?) })
    }
}

impl MergePatch {
    /// The patch that a body is.
    ///
    /// # Errors
    /// 422 for what is no object, and for texts that hide what they say.
    pub(super) fn new(body: JsonValue) -> Result<Self> {
        let patch = tidied(body)?;
        if !patch.is_object() {
            return Err(Error::invalid_field("", Reason::new(FieldRule::Type).with("expected", "object")));
        }
        Ok(Self(patch))
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

impl<T: Serialize + DeserializeOwned + Validate + ToSchema + Clone + 'static> Change<T> {
    /// Whether a merge patch takes this field away.
    pub fn removes(&self, field: &str) -> bool {
        matches!(self, Self::Merge(MergePatch(patch)) if patch.get(field).is_some_and(JsonValue::is_null))
    }

    /// What goes with a change of this kind.
    pub fn either<R>(&self, merge: R, replace: R) -> R {
        match self {
            Self::Merge(_) => merge,
            Self::Replace(_) => replace,
        }
    }

    /// The content after the change of `current`.
    pub fn apply(&self, current: &T) -> Result<T> {
        match self {
            Self::Replace(content) => Ok((**content).clone()),
            Self::Merge(MergePatch(patch)) => {
                // A merge takes `null` for "nothing there", also under a name that nothing has.
                let unknown = schema::unknown_and_removed::<T>(patch)?;
                let mut content = serde_json::to_value(current).map_err(Error::internal)?;
                json_patch::merge(&mut content, patch);
                match read_valid(content) {
                    Ok(content) if unknown.is_empty() => Ok(content),
                    Err(error) if error.code != Code::Invalid => Err(error),
                    read => {
                        let others = read.err().map(|error| error.violations).unwrap_or_default();
                        Err(Error::invalid(faults::in_order([unknown, others].concat())))
                    }
                }
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

/// A digest of a body, to recognise a retried request.
pub(super) fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

/// A name within a JSON pointer (RFC 6901).
fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Reads a body, of which nobody has looked at the texts yet, as a `T` and validates it.
pub(super) fn valid<T: DeserializeOwned + Validate + ToSchema + 'static>(body: JsonValue) -> Result<T> {
    read_valid(tidied(body)?)
}

/// Reads `value` as a `T` and validates it. All that is wrong comes together; only rules across fields wait until each of
/// them can be read.
pub fn read_valid<T: DeserializeOwned + Validate + ToSchema + 'static>(mut value: JsonValue) -> Result<T> {
    let schema = schema_of::<T>()?;
    let Refused { mut violations, mut unreadable } = schema.check(&value);
    unreadable.iter().for_each(|place| stand_in::put(&schema, &mut value, place));
    let content: Option<T> = loop {
        match serde_path_to_error::deserialize(&value) {
            Ok(content) => break Some(content),
            Err(error) => {
                let violation = faults::unreadable(error);
                let place = violation.pointer().unwrap_or_default().to_owned();
                if unreadable.contains(&place) || unreadable.len() >= MOST_ERRORS {
                    break None;
                }
                stand_in::put(&schema, &mut value, &place);
                violations.push(violation);
                unreadable.push(place);
            }
        }
    };
    if let Some(content) = content {
        let broken = content.validate().err().map(|errors| faults::broken_rules(&errors, &unreadable));
        violations.extend(broken.into_iter().flatten());
        if violations.is_empty() && unreadable.is_empty() {
            return Ok(content);
        }
    }
    Err(Error::invalid(faults::in_order(violations)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[schema(min_length = 2, max_length = 5)]
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        born: Option<chrono::NaiveDate>,
    }

    fn violation(value: JsonValue) -> (String, &'static str, Option<String>) {
        let error = read_valid::<Sample>(value).expect_err("must be refused");
        let violation = &error.violations[0];
        let crate::error::Place::Body(pointer) = &violation.place else { panic!("not in the body") };
        (pointer.clone(), violation.reason.code(), violation.did_you_mean.clone())
    }

    #[test]
    fn every_fault_is_named_at_its_place() {
        let misspelt = json!({"name": "xyz", "borm": "2020-02-29"});
        assert_eq!(violation(misspelt), ("/borm".into(), "unknown_field", Some("born".into())));
        assert_eq!(violation(json!({})), ("/name".into(), "required", None));
        assert_eq!(violation(json!({"name": 3})), ("/name".into(), "type", None));
        assert_eq!(violation(json!({"name": "x"})), ("/name".into(), "length", None));
        assert_eq!(violation(json!({"name": "xyz", "born": "2020-02-30"})), ("/born".into(), "date", None));
    }

    #[test]
    fn of_many_faults_some_are_told() {
        let texts = vec!["\u{1}"; 1000];
        let error = tidied(json!(texts)).expect_err("must be refused");
        assert_eq!(error.violations.len(), MOST_ERRORS);
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
            let _ = parse(&bytes).and_then(valid::<Sample>);
        }

        #[test]
        fn any_json_is_read_or_refused_without_a_panic(value in any_json()) {
            let _ = read_valid::<Sample>(value);
        }
    }
}
