//! Problem documents in place of the bare answers that the HTTP layer gives by itself.

use actix_web::http::StatusCode;
use uuid::Uuid;

use super::head::Head;
use crate::error::problem::{MEDIA_TYPE, Problem};
use crate::http::security_headers::security_headers;

/// What is on its way out in place of what the HTTP layer wrote.
pub(super) struct Replacement {
    pub(super) bytes: Vec<u8>,
    pub(super) written: usize,
}

/// Finds the answer that the HTTP layer gave by itself, at the end of what is written: where it begins, and its
/// status. It is an error without a body, and without the request identifier that every answer of the application has.
/// The text of a status line in a body is none: there it is followed by more than headers.
fn bare_answer(bytes: &[u8]) -> Option<(usize, u16)> {
    const STATUS_LINE: &[u8] = b"HTTP/1.1 ";
    const LONGEST_HEAD: usize = 512;
    if !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let tail = bytes.len().saturating_sub(LONGEST_HEAD);
    let begin = tail + bytes[tail..].windows(STATUS_LINE.len()).rposition(|window| window == STATUS_LINE)?;
    let head = std::str::from_utf8(&bytes[begin..]).ok()?;
    let mut lines = head.strip_suffix("\r\n\r\n")?.split("\r\n");
    let status: u16 = lines.next()?.get(STATUS_LINE.len()..STATUS_LINE.len() + 3)?.parse().ok()?;
    let headers: Vec<(&str, &str)> = lines.map(header).collect::<Option<_>>()?;
    let is_bare =
        headers.contains(&("content-length", "0")) && headers.iter().all(|(name, _)| *name != "x-request-id");
    (status >= 400 && is_bare).then_some((begin, status))
}

/// The name and the value of a header, as the HTTP layer writes them.
fn header(line: &str) -> Option<(&str, &str)> {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    line.split_once(": ").filter(|(name, _)| is_name(name))
}

impl Replacement {
    /// What goes out instead of `bytes`, when they end with a bare answer.
    pub(super) fn of(bytes: &[u8], base: &str, head: &Head) -> Option<Self> {
        bare_answer(bytes).map(|(begin, status)| Self::new(&bytes[..begin], status, base, head))
    }

    /// What goes out instead of `bytes`: these lines and they.
    pub(super) fn with(lines: String, bytes: &[u8]) -> Self {
        Self { bytes: [lines.as_bytes(), bytes].concat(), written: 0 }
    }

    /// What was to be written `before` the bare answer, and the problem document in its place.
    fn new(before: &[u8], status: u16, base: &str, head: &Head) -> Self {
        let error = head.refused(status);
        let request_id = Uuid::now_v7().to_string();
        let problem = Problem::new(&error, head.language(), base, "", &request_id);
        let body = serde_json::to_string(&problem).unwrap_or_default();
        let (status, length) = (problem.status, body.len());
        let reason = StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default();
        log::info!("request_id={request_id} method=- route=malformed status={status}");
        let security: String =
            security_headers("", base).map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let answer = format!(
            "HTTP/1.1 {status} {reason}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {length}\r\n\
             connection: close\r\ncache-control: no-store\r\naccess-control-allow-origin: *\r\n{security}x-request-id: {request_id}\r\n\r\n{body}"
        );
        Self { bytes: [before, answer.as_bytes()].concat(), written: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_http_layer_says_by_itself_is_a_bare_answer() {
        let bare = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\
                    date: Mon, 23 Nov 2026 16:51:13 GMT\r\n\r\n";
        assert_eq!(bare_answer(bare.as_bytes()), Some((0, 400)));
        let good = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(bare_answer(format!("{good}{bare}").as_bytes()), Some((good.len(), 400)));
        for other in [
            // The end of a body in chunks.
            "{\"object\":\"HTTP/1.1 500 x\"}\n\r\n0\r\n\r\n",
            "HTTP/1.1 500 x\r\ncontent-length: 0\r\n0\r\n\r\n",
            "HTTP/1.1 500 x\r\n\r\n",
            "HTTP/1.1 500 x\r\nsome text: and more\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nx-request-id: 7\r\n\r\n",
            "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}",
        ] {
            assert_eq!(bare_answer(other.as_bytes()), None, "{other:?}");
        }
    }
}
