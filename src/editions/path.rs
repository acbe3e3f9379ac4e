//! What stands in the paths of editions: a year or an identifier, and the identifier of something that belongs to the
//! edition.

use std::fmt::Display;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::database::types::Id;
use crate::error::{Error, Result};

/// How a path names an edition: by the year that it has, or by its identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditionKey {
    /// The edition of this year: the live one, or else the one that was cancelled last.
    Year(i64),
    /// The edition of this identifier.
    Id(Id),
}

impl Display for EditionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => year.fmt(f),
            Self::Id(id) => id.fmt(f),
        }
    }
}

impl FromRequest for EditionKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let text = request.match_info().query("year");
        let key = year(text).map(Self::Year).or_else(|| text.parse().ok().map(Self::Id));
        ready(key.ok_or_else(|| Error::not_found("edition", text)))
    }
}

impl utoipa::PartialSchema for EditionKey {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^([0-9]{4}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"))
            .examples(["2022"])
            .description(Some("A year, or the identifier of an edition."))
            .into()
    }
}

impl utoipa::ToSchema for EditionKey {}

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
