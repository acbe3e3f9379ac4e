//! The problem document (RFC 9457) that every error becomes.

use serde::Serialize;
use utoipa::ToSchema;

use super::Error;
use super::violation::FieldProblem;
use crate::language::Language;
use crate::language::sentences::fill;

/// The media type of problem documents.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, for programs and for people (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// URL of the page that explains this kind of problem.
    #[serde(rename = "type")]
    #[schema(examples("http://127.0.0.1:8080/problems/bad_parameter"), format = "uri")]
    pub kind: String,
    /// The kind of problem in a few words, in Arabic, French or English by `lang` or `Accept-Language`.
    #[schema(examples("Bad parameter"))]
    pub title: String,
    /// The HTTP status again.
    #[schema(minimum = 400, maximum = 599, examples(400))]
    pub status: u16,
    /// What is wrong in this case and the way out.
    #[schema(examples("Parameters of the request cannot be accepted; see errors."))]
    pub detail: String,
    /// The path that was asked for.
    #[schema(examples("/v1/cities"))]
    pub instance: String,
    /// Stable word for programs.
    #[schema(examples("bad_parameter"))]
    pub code: String,
    /// Identifier of the request, also in the `X-Request-Id` header and in the service's log.
    #[schema(examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
    pub request_id: String,
    /// The fields, parameters or headers at fault; of more than 50 the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub errors: Vec<FieldProblem>,
}

/// The most faults that a document tells: more help nobody.
pub const MOST_ERRORS: usize = 50;

impl Problem {
    /// The document for `error`, told in `language`; `base` is the service's public URL.
    pub fn new(error: &Error, language: Language, base: &str, instance: &str, request_id: &str) -> Self {
        let entry = error.code.entry();
        Self {
            kind: format!("{base}/problems/{}", error.code.name()),
            title: entry.title[language.of_errors()].to_owned(),
            status: entry.status,
            detail: detail(error, language),
            instance: instance.to_owned(),
            code: error.code.name(),
            request_id: request_id.to_owned(),
            errors: error
                .violations
                .iter()
                .take(MOST_ERRORS)
                .map(|fault| FieldProblem::new(fault, language))
                .collect(),
        }
    }
}

/// The sentence of `error` in `language`.
pub fn detail(error: &Error, language: Language) -> String {
    fill(error.code.entry().detail[language.of_errors()], &error.values, language)
}
