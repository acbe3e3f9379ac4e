//! What the operations share: headers, parameters, problem responses, the way to sign in.

use serde_json::{Map, Value as JsonValue, json};
use utoipa::PartialSchema as _;

use crate::access::Scope;
use crate::error::problem::Problem;
use crate::error::violation::FieldProblem;

/// Problems by status: name of the shared response and what it means.
pub(super) const PROBLEMS: [(u16, &str, &str); 19] = [
    (400, "BadRequest", "The request could not be understood: a parameter, a header or malformed JSON."),
    (401, "Unauthorized", "The token is missing, wrong or expired."),
    (
        403,
        "Forbidden",
        "The token lacks a scope or speaks of nobody who has an account, the account's role does not allow this here, or \
         the page of the request may not write.",
    ),
    (404, "NotFound", "There is no such record."),
    (406, "NotAcceptable", "None of the accepted formats is available."),
    (408, "RequestTimeout", "The request did not arrive in time."),
    (409, "Conflict", "Another record has these values, or the state does not allow it."),
    (410, "Gone", "The record was deleted."),
    (412, "PreconditionFailed", "The record changed since it was read; `ETag` is the current one."),
    (413, "ContentTooLarge", "The body is too large."),
    (414, "UriTooLong", "The path and the query take more than 16 KiB."),
    (415, "UnsupportedMediaType", "The body has another media type than expected."),
    (416, "RangeNotSatisfiable", "The file has no byte in the range; `Content-Range` has its size."),
    (422, "UnprocessableContent", "The content cannot be accepted; `errors` says what to correct."),
    (428, "PreconditionRequired", "`If-Match` is missing."),
    (431, "HeadersTooLarge", "The headers take more than 16 KiB, or 96 lines."),
    (429, "TooManyRequests", "A limit is used up; see `Retry-After`, `RateLimit` and `RateLimit-Policy`."),
    (500, "InternalServerError", "A defect of the service."),
    (503, "ServiceUnavailable", "The service is temporarily unavailable; see `Retry-After`."),
];

pub(super) fn complete_components(components: &mut JsonValue) {
    let scopes: Map<String, JsonValue> =
        Scope::ALL.iter().map(|scope| (scope.to_string(), json!(scope.description()))).collect();
    components["securitySchemes"] = json!({"oauth2": {
        "type": "oauth2",
        "description": "Client credentials (RFC 6749, 4.4); access tokens as in RFC 9068.",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
    }});
    components["schemas"]["Problem"] = json!(Problem::schema());
    components["schemas"]["FieldProblem"] = json!(FieldProblem::schema());
    components["responses"] = PROBLEMS
        .iter()
        .map(|(status, name, meaning)| {
            let mut headers = json!({"X-Request-Id": header_reference("X-Request-Id")});
            for header in problem_headers(*status) {
                headers[header] = header_reference(header);
            }
            let response = json!({
                "description": meaning,
                "headers": headers,
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            });
            ((*name).to_owned(), response)
        })
        .collect::<Map<_, _>>()
        .into();
    components["headers"] = headers();
    components["parameters"] = parameters();
}

fn problem_headers(status: u16) -> &'static [&'static str] {
    match status {
        401 | 403 => &["WWW-Authenticate"],
        412 => &["ETag"],
        416 => &["Content-Range"],
        429 => &["RateLimit", "RateLimit-Policy", "Retry-After"],
        503 => &["Retry-After"],
        _ => &[],
    }
}

pub(super) fn header_reference(name: &str) -> JsonValue {
    json!({"$ref": format!("#/components/headers/{name}")})
}

fn headers() -> JsonValue {
    let text = |description: &str, example: &str| json!({"description": description, "schema": {"type": "string"}, "example": example});
    json!({
        "Cache-Control": text("How long the answer may be kept, and by whom.", "public, max-age=60"),
        "Content-Language": text("The language of the texts, when one was asked for.", "fr"),
        "ETag": text("Names this representation; send it back in `If-None-Match` or `If-Match`.", "\"3-9c0d2e1f4a-q0n6T2m1Zc8yq1aR\""),
        "Idempotent-Replayed": text("`true` when this is the answer to an earlier request with the same key.", "true"),
        "Last-Modified": text("When anything that is shown changed last; absent with `expand`.", "Mon, 23 Nov 2026 09:00:00 GMT"),
        "Link": text("The first, next and previous page (RFC 8288).", "</v1/cities?cursor=abc>; rel=\"next\""),
        "Location": {
            "description": "The path of the new record.",
            "schema": {"type": "string", "format": "uri-reference"},
            "example": "/v1/cities/02.411.01.23",
        },
        "RateLimit": text(
            "What remains of each limit that applies (`r` requests), and the seconds until it is whole again (`t`), as \
             in draft-ietf-httpapi-ratelimit-headers. Not there where no limit is configured.",
            "\"anonymous\";r=599;t=1",
        ),
        "RateLimit-Policy": text(
            "The limits that apply: `q` requests in `w` seconds, which may be used at once and come back one by one. \
             `anonymous` counts by address what comes without a valid token, `authenticated` by account, `token` by \
             address what is asked of `/oauth/`, `failed` what is refused (401, 403), by account when it is known, else by \
             address.",
            "\"anonymous\";q=600;w=60",
        ),
        "Content-Range": text("The size of the file.", "bytes */48213"),
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}, "example": 2},
        "Vary": text("The request headers that the answer depends on.", "Accept, Accept-Language"),
        "WWW-Authenticate": text(
            "What is missing (RFC 6750); with 401 also where it is described who issues tokens (RFC 9728).",
            "Bearer realm=\"nasij\"",
        ),
        "X-Request-Id": text("Identifies the request in the service's log.", "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"),
    })
}

fn parameters() -> JsonValue {
    // The examples stand in the descriptions: as `example` the explorer would send them.
    let header = |name: &str, required: bool, schema: JsonValue, description: &str| json!({"name": name, "in": "header", "required": required, "description": description, "schema": schema});
    let text = || json!({"type": "string"});
    let entity_tags = r#"^(\*|(W/)?"[^"]*"( *, *(W/)?"[^"]*")*)$"#;
    json!({
        "AcceptLanguage": header(
            "Accept-Language", false, text(),
            "As `lang`, when that is not given; also chooses the language of problems. Such as `fr-MA, ar;q=0.8`.",
        ),
        "DryRun": {
            "name": "dry_run", "in": "query", "required": false,
            "description": "Checks everything and answers as usual, but keeps nothing.",
            "schema": {"type": "boolean", "default": false},
        },
        "IdempotencyKey": header(
            "Idempotency-Key", false, json!({"type": "string", "minLength": 1, "maxLength": 255}),
            "Any text that is new for each new request, such as a UUID: within 24 hours a retry with the same key and \
             content gets the first answer again instead of writing twice.",
        ),
        "IfMatch": header(
            "If-Match", true, json!({"type": "string", "pattern": entity_tags}),
            "The `ETag` of the record as it was read, such as `\"3-9c0d2e1f4a-q0n6T2m1Zc8yq1aR\"`. When the record has changed \
             since, nothing is written (412).",
        ),
        "IfRange": header(
            "If-Range", false, text(),
            "The `ETag` or `Last-Modified` of the file that the client has a part of: of another one it gets the whole.",
        ),
        "IfNoneMatch": header(
            "If-None-Match", false, text(),
            "The `ETag` of what the client has: 304 when it is still current.",
        ),
        "Range": header(
            "Range", false, text(),
            "One range of the bytes, such as `bytes=0-1023` or `bytes=-500` (RFC 9110, 14); of several ranges, or what is \
             none, nothing is read.",
        ),
        "Lang": {
            "name": "lang", "in": "query", "required": false,
            "description": "Flattens texts of the answer to plain strings in this language.",
            "schema": {"type": "string", "enum": ["ar", "fr", "zgh", "en", "all"]},
        },
        "Prefer": header(
            "Prefer", false, text(),
            "`return=minimal` leaves the representation out of the answer (RFC 7240).",
        ),
    })
}
