//! What the service answered, and what a test may expect of it.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::contract;

/// An answer that keeps to the OpenAPI document.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// All headers.
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) body: Vec<u8>,
    asked: String,
    base: String,
}

impl Answer {
    /// Reads a response and holds it against the contract.
    pub(crate) async fn read(
        method: Method,
        target: String,
        base: String,
        response: reqwest::Response,
    ) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let asked = format!("{method} {target}");
        let body = response.bytes().await.unwrap_or_else(|error| panic!("{asked}: {error:?}")).to_vec();
        let answer = Self { status, headers, body, asked, base };
        if let Err(breach) = contract::check(&method, &target, &answer) {
            panic!("the answer breaks the OpenAPI document: {breach}\n{}", answer.told());
        }
        answer
    }

    /// The answer itself, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.told());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.told()))
    }

    /// The body as text.
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|_| panic!("no text: {}", self.told()))
    }

    /// A header that must be there.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.optional_header(name).unwrap_or_else(|| panic!("there is no header {name}: {}", self.told()))
    }

    /// A header, if it is there and readable.
    pub(crate) fn optional_header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type without its parameters.
    pub(crate) fn media_type(&self) -> Option<&str> {
        Some(self.optional_header("content-type")?.split(';').next()?.trim())
    }

    /// The items of a list, which must have come with 200.
    #[track_caller]
    pub(crate) fn items(self) -> Vec<Value> {
        match self.expect(200).json()["items"].take() {
            Value::Array(items) => items,
            other => panic!("no items: {other}"),
        }
    }

    /// The problem document (RFC 9457), which must have this status and be complete.
    #[track_caller]
    pub(crate) fn problem(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.told());
        if let Err(fault) = self.check_problem() {
            panic!("{fault}: {}", self.told());
        }
        self.json()
    }

    /// Whether this is a complete problem document that fits its headers.
    pub(crate) fn check_problem(&self) -> Result<(), String> {
        if self.media_type() != Some("application/problem+json") {
            return Err(format!("not a problem document but {:?}", self.media_type()));
        }
        let problem: Value = serde_json::from_slice(&self.body).map_err(|error| error.to_string())?;
        let code = problem["code"].as_str().unwrap_or_default();
        let expected = [
            ("status", Value::from(self.status)),
            ("type", format!("{}/problems/{code}", self.base).into()),
            ("request_id", self.optional_header("x-request-id").unwrap_or_default().into()),
        ];
        for (name, value) in expected {
            if problem[name] != value {
                return Err(format!("`{name}` of the problem should be {value}"));
            }
        }
        for name in ["code", "title", "detail", "instance", "request_id"] {
            if problem[name].as_str().is_none_or(str::is_empty) {
                return Err(format!("the problem has no `{name}`"));
            }
        }
        Ok(())
    }

    /// The whole answer for the message of a failure; the beginning of a long body is enough.
    fn told(&self) -> String {
        let Self { asked, status, headers, body, .. } = self;
        let body: String = String::from_utf8_lossy(body).chars().take(3000).collect();
        format!("{asked} → {status}\n{headers:#?}\n{body}")
    }
}
