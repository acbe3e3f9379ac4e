//! Trailers (RFC 9110, 6.5): fields behind an answer in chunks, which are known when its last byte is.

use std::cell::RefCell;
use std::rc::Rc;

/// The end of an answer in chunks, as the HTTP layer writes it (RFC 9112, 7.1).
const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
const LINE_END: &[u8] = b"\r\n";

/// The trailers of an answer, in its extensions. They are set before its body ends.
#[derive(Clone, Default)]
pub(in crate::http) struct Trailers(Rc<RefCell<String>>);

impl Trailers {
    /// Sets them: lines of fields, each with its end.
    pub(in crate::http) fn set(&self, lines: String) {
        self.0.replace(lines);
    }

    pub(super) fn take(&self) -> Option<String> {
        Some(self.0.take()).filter(|lines| !lines.is_empty())
    }
}

/// How much of `bytes`, which end with the last chunk, comes before the place of the trailers.
pub(super) fn before_trailers(bytes: &[u8]) -> Option<usize> {
    bytes.ends_with(LAST_CHUNK).then(|| bytes.len() - LINE_END.len())
}

/// Whether only the place of the trailers is left of the answer.
pub(super) fn is_their_place(bytes: &[u8]) -> bool {
    bytes == LINE_END
}
