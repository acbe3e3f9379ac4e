//! Which bytes of a file are asked for (RFC 9110, 14): all, or one range of them. Several ranges in one request are
//! answered with the whole file, as the RFC leaves it to a server.

use std::ops::Range;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

use crate::error::{Code, Error, Result};

/// The range of a file of `size` bytes that the request asks for, when that is the file that the client knows; none for
/// the whole file.
///
/// # Errors
/// 416 when the file has no byte there.
pub(super) fn asked(
    request: &HttpRequest,
    size: u64,
    etag: &str,
    last_modified: &str,
) -> Result<Option<Range<u64>>> {
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    // Strong comparison (RFC 9110, 13.1.5): a weak tag is never the one.
    let is_known = text(header::IF_RANGE).is_none_or(|known| [etag, last_modified].contains(&known.trim()));
    let Some(range) = text(header::RANGE).filter(|_| is_known).and_then(|range| Asked::parse(range.trim()))
    else {
        return Ok(None);
    };
    range.within(size).map(Some).ok_or_else(|| {
        let error = Error::new(Code::RangeNotSatisfiable).with("size", size);
        error.with_header("Content-Range", format!("bytes */{size}"))
    })
}

/// A range as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// From the first to the last of these, or to the end.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

impl Asked {
    /// A single range of bytes; whatever else stands there is to be ignored (RFC 9110, 14.2).
    fn parse(header: &str) -> Option<Self> {
        let (unit, range) = header.split_once('=')?;
        if !unit.eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (first, last) = range.trim().split_once('-')?;
        let number = |digits: &str| -> Option<u64> {
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            // A number beyond all files is beyond the end of this one.
            is_number.then(|| digits.parse().unwrap_or(u64::MAX))
        };
        match (first, last) {
            ("", last) => number(last).map(Self::Last),
            (first, "") => Some(Self::From(number(first)?, None)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::From(first, Some(last)))
            }
        }
    }

    fn within(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From(first, last) => first..last.map_or(size, |last| size.min(last.saturating_add(1))),
            Self::Last(count) => size.saturating_sub(count)..size,
        };
        (!range.is_empty()).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(header: &str, size: u64) -> Option<Range<u64>> {
        Asked::parse(header).expect("a range").within(size)
    }

    #[test]
    fn a_range_is_cut_to_the_file() {
        assert_eq!(within("bytes=0-0", 10), Some(0..1));
        assert_eq!(within("bytes=2-5", 10), Some(2..6));
        assert_eq!(within("Bytes=2-", 10), Some(2..10));
        assert_eq!(within("bytes=2-99", 10), Some(2..10));
        assert_eq!(within("bytes=-3", 10), Some(7..10));
        assert_eq!(within("bytes=-99", 10), Some(0..10));
        assert_eq!(within("bytes=2-18446744073709551616", 10), Some(2..10));
    }

    #[test]
    fn a_range_beyond_the_file_is_none() {
        for header in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=18446744073709551616-"] {
            assert_eq!(within(header, 10), None, "{header}");
        }
    }

    #[test]
    fn what_is_no_single_range_is_ignored() {
        for header in
            ["bytes=0-1,3-4", "bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes", "bytes=+1-2", ""]
        {
            assert_eq!(Asked::parse(header), None, "{header}");
        }
    }
}
