//! What is seen of a request's head before the HTTP layer reads it: enough to say in which language, and why, it is refused
//! when that layer refuses it without a word; and what of it is passed over.

use crate::error::{Code, Error, FieldRule, Reason, Violation};
use crate::language::Language;

/// The first of a head are kept, in bytes: the request line and most headers.
const KEPT: usize = 4 * 1024;
const PROTOCOL: &[u8] = b" HTTP/";
/// The longest path with its query, in bytes.
pub(in crate::http) const LONGEST_TARGET: usize = 16 * 1024;

/// The head of the request that is read, or was read last.
#[derive(Default)]
pub(super) struct Head {
    kept: Vec<u8>,
    length: usize,
    complete: bool,
}

impl Head {
    /// Notes a piece of the head, and whether the head ends with it.
    pub(super) fn see(&mut self, piece: &[u8], complete: bool) {
        if self.complete {
            *self = Self::default();
        }
        let room = KEPT.saturating_sub(self.kept.len()).min(piece.len());
        self.kept.extend_from_slice(&piece[..room]);
        self.length += piece.len();
        self.complete = complete;
    }

    /// What the HTTP layer refuses with a bare `status`, as a problem that says more where more is known.
    pub(super) fn refused(&self, status: u16) -> Error {
        let line = self.lines().next().unwrap_or_default();
        let within_line = !self.kept.contains(&b'\n');
        if line.len() > LONGEST_TARGET || (within_line && self.length > LONGEST_TARGET) {
            return Error::new(Code::UriTooLong);
        }
        let is_request = line.windows(PROTOCOL.len()).any(|window| window == PROTOCOL);
        if status == 400 && is_request && line.iter().any(|byte| !byte.is_ascii()) {
            return Error::bad_parameters(vec![Violation::parameter("", Reason::new(FieldRule::Encoding))]);
        }
        Error::new(Code::of_status(status))
    }

    /// The language that the head asks for.
    pub(super) fn language(&self) -> Language {
        let line = self.lines().next().map(String::from_utf8_lossy).unwrap_or_default();
        let query = line.split_once('?').map(|(_, query)| query.split(' ').next().unwrap_or_default());
        let asked = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
        let preferred = self.lines().skip(1).find_map(|line| {
            let line = std::str::from_utf8(line).ok()?;
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("accept-language").then(|| Language::negotiate(value))?
        });
        asked.and_then(Language::of_tag).or(preferred).unwrap_or(Language::En)
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.kept.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// Passes over the wish for another protocol (RFC 9110, 7.8, allows that): the HTTP layer would take the body for that
/// protocol's, and end the connection. The names are made others of the same length, which mean nothing.
pub(super) fn pass_over_upgrade(piece: &mut [u8]) {
    const NAME: &[u8] = b"upgrade";
    const FIELD: &[u8] = b"connection:";
    for line in piece.split_mut(|byte| *byte == b'\n') {
        let begins = |word: &[u8]| line.len() >= word.len() && line[..word.len()].eq_ignore_ascii_case(word);
        if begins(NAME) && line.get(NAME.len()) == Some(&b':') {
            line[0] = b'x';
        } else if begins(FIELD) {
            for place in FIELD.len()..(line.len() + 1).saturating_sub(NAME.len()) {
                if line[place..place + NAME.len()].eq_ignore_ascii_case(NAME) {
                    line[place] = b'x';
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        let mut head = Head::default();
        head.see(b"GET /before HTTP/1.1\r\n\r\n", true);
        text.as_bytes().chunks(7).for_each(|piece| head.see(piece, false));
        head
    }

    #[test]
    fn a_wish_for_another_protocol_is_passed_over() {
        let mut piece =
            *b"GET / HTTP/1.1\r\nUPGRADE: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nx: upgrade\r\n\r\n";
        pass_over_upgrade(&mut piece);
        let expected =
            "GET / HTTP/1.1\r\nxPGRADE: h2c\r\nConnection: xpgrade, HTTP2-Settings\r\nx: upgrade\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&piece), expected);
    }

    #[test]
    fn a_refusal_is_told_in_the_language_and_for_the_reason_that_the_head_shows() {
        let french = head("GET /v1/cities?q=a<&lang=fr HTTP/1.1\r\nHost: x\r\n");
        assert_eq!((french.language(), french.refused(400).code), (Language::Fr, Code::BadRequest));
        let arabic = head("GET /v1/cities?q=Fès HTTP/1.1\r\nAccept-Language: ar\r\n");
        assert_eq!((arabic.language(), arabic.refused(400).code), (Language::Ar, Code::BadParameter));
        let long = head(&format!("GET /v1/cities?q={}", "x".repeat(70_000)));
        assert_eq!(long.refused(431).code, Code::UriTooLong);
        let headers = head(&format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(70_000)));
        assert_eq!(headers.refused(431).code, Code::HeadersTooLarge);
    }
}
