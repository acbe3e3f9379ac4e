//! What stands in the paths of editions: a year, and the identifier of something that belongs to the edition.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};

use crate::error::{Error, Result};

/// The year of an edition. What is not written as a year is as unknown as a year without an edition (404).
#[derive(Debug, Clone, Copy)]
pub struct EditionYear(pub i64);

impl FromRequest for EditionYear {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let text = request.match_info().query("year");
        ready(year(text).map(Self).ok_or_else(|| Error::not_found("edition", text)))
    }
}

/// Reads a year. Other ways to write its number (`+2022`, `02022`) would be other addresses of the same edition.
fn year(text: &str) -> Option<i64> {
    let digits = text.len() == "YYYY".len() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// The identifier of a record that belongs to an edition, as it was given.
#[derive(Debug, Clone)]
pub struct ChildId(pub String);

impl FromRequest for ChildId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().query("id").to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_written_in_one_way_only() {
        assert_eq!(year("2022"), Some(2022));
        for other in ["", "22", "+2022", "02022", "2022.0", "٢٠٢٢", "oujda"] {
            assert_eq!(year(other), None, "{other}");
        }
    }
}
