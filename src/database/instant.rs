//! The instant that both databases keep: UTC with microseconds.

use chrono::format::ParseErrorKind;
use chrono::{DateTime, Datelike as _, NaiveDateTime, SecondsFormat, SubsecRound as _, TimeZone as _, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types;
use diesel::sqlite::Sqlite;
use serde::{Deserialize, Serialize};

use super::types::Instant;

/// An instant in UTC with microseconds, the precision that both databases keep (RFC 3339 with `Z` in JSON).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub struct UtcTime(DateTime<Utc>);

/// Why a text is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstantFault {
    /// It has another form.
    NotAnInstant,
    /// The form is right, but there is no such day or time, or its year has not four digits.
    NoSuchInstant,
}

impl std::fmt::Display for InstantFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAnInstant => "not an RFC 3339 instant",
            Self::NoSuchInstant => "no such instant",
        })
    }
}

impl UtcTime {
    /// Reads the clock: the only place that does. A clock may be set back: whoever changes a record takes the later one of now
    /// and the time of its last change.
    #[allow(clippy::disallowed_methods)]
    pub fn now() -> Self {
        Self::from(Utc::now())
    }

    /// The instant as seconds since 1970, as JWTs and HTTP dates count.
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The instant that is `seconds` after 1970, if there is such a one.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        Utc.timestamp_opt(seconds, 0).single().map(Self)
    }

    /// The instant `seconds` later (earlier when negative).
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + chrono::Duration::seconds(seconds))
    }

    /// The instant for the name of a file (ISO 8601, basic form).
    pub fn compact(self) -> String {
        self.0.format("%Y%m%dT%H%M%SZ").to_string()
    }

    /// The calendar day in UTC.
    pub fn date(self) -> chrono::NaiveDate {
        self.0.date_naive()
    }

    /// The calendar day in Morocco, which is an hour ahead of UTC.
    pub fn date_in_morocco(self) -> chrono::NaiveDate {
        self.plus_seconds(60 * 60).date()
    }

    /// What clocks show in Morocco.
    pub fn clock_in_morocco(self) -> String {
        self.plus_seconds(60 * 60).0.format("%H:%M").to_string()
    }

    /// The instant as an HTTP date (RFC 9110, 5.6.7).
    pub fn http_date(self) -> String {
        self.0.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// The instant of an HTTP date in any of its three forms (RFC 9110, 5.6.7); none when it is none.
    pub fn of_http_date(text: &str) -> Option<Self> {
        ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())
            .map(|date| Self(date.and_utc()))
    }

    /// The instant that is `micros` microseconds after 1970, if there is such a one.
    pub fn from_micros(micros: i64) -> Option<Self> {
        Utc.timestamp_micros(micros).single().map(Self)
    }
}

impl From<DateTime<Utc>> for UtcTime {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(6))
    }
}

impl std::fmt::Display for UtcTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl std::str::FromStr for UtcTime {
    type Err = InstantFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match DateTime::parse_from_rfc3339(text) {
            Ok(_) if !matches!(text.as_bytes().get(10), Some(b'T' | b't')) => Err(InstantFault::NotAnInstant),
            // Neither database keeps leap seconds, and most minutes have none.
            Ok(_) if text.get(17..19) == Some("60") => Err(InstantFault::NoSuchInstant),
            // An offset can lead out of the years that RFC 3339 writes.
            Ok(instant) if (0..=9999).contains(&instant.to_utc().year()) => Ok(Self::from(instant.to_utc())),
            Ok(_) => Err(InstantFault::NoSuchInstant),
            Err(error) => Err(match error.kind() {
                ParseErrorKind::OutOfRange | ParseErrorKind::Impossible => InstantFault::NoSuchInstant,
                _ if has_a_longer_year(text) => InstantFault::NoSuchInstant,
                _ => InstantFault::NotAnInstant,
            }),
        }
    }
}

fn has_a_longer_year(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']);
    text.split_once('-')
        .is_some_and(|(year, _)| year.len() > 4 && year.bytes().all(|digit| digit.is_ascii_digit()))
}

impl Serialize for UtcTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for UtcTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-11-23T09:00:00Z"])
            .description(Some("An instant in UTC (RFC 3339)."))
            .into()
    }
}

impl utoipa::ToSchema for UtcTime {}

impl ToSql<Instant, Pg> for UtcTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Timestamptz, Pg>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl ToSql<Instant, Sqlite> for UtcTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Instant, Pg> for UtcTime {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<sql_types::Timestamptz, Pg>::from_sql(value).map(Self)
    }
}

impl FromSql<Instant, Sqlite> for UtcTime {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<sql_types::BigInt, Sqlite>>::from_sql(value)?;
        Self::from_micros(micros).ok_or_else(|| "an instant out of range".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_an_hour_earlier_in_morocco_than_in_utc() {
        let day_of = |instant: &str| instant.parse::<UtcTime>().unwrap().date_in_morocco().to_string();
        assert_eq!(day_of("2027-04-30T22:59:59Z"), "2027-04-30");
        assert_eq!(day_of("2027-04-30T23:00:00Z"), "2027-05-01");
    }
}
