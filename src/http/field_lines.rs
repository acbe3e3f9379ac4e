//! Header fields that are lists, and come in one line or in several (RFC 9110, 5.3): both say the same.

use actix_web::http::header::{AsHeaderName, HeaderMap};

/// The value of a field, its lines joined; none when it is absent or cannot be read.
pub(super) fn combined(headers: &HeaderMap, name: impl AsHeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).map(|line| line.to_str().ok()).collect::<Option<_>>()?;
    (!lines.is_empty()).then(|| lines.join(", "))
}
