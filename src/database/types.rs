//! The column types that both databases share: one instant, one JSON document, one identifier, one keyword.

use std::fmt::Debug;
use std::io::Write as _;
use std::ops::Deref;

use chrono::format::ParseErrorKind;
use chrono::{DateTime, Datelike as _, SecondsFormat, SubsecRound as _, TimeZone as _, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::connection::MultiBackend;

/// SQL type of an instant: `TIMESTAMPTZ` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Instant;

/// SQL type of a JSON document: `JSONB` on PostgreSQL, text on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Document;

/// SQL type of an identifier: `UUID` on PostgreSQL, its 36 characters on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Identifier;

macro_rules! on_both_databases {
    ($($sql_type:ident),*) => {$(
        impl HasSqlType<$sql_type> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql_type>(lookup)
            }
        }
    )*};
}
on_both_databases!(Instant, Document, Identifier);

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
    /// Reads the clock: the only place that does.
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

    /// The calendar day in UTC.
    pub fn date(self) -> chrono::NaiveDate {
        self.0.date_naive()
    }

    /// The calendar day in Morocco, which is an hour ahead of UTC.
    pub fn date_in_morocco(self) -> chrono::NaiveDate {
        self.plus_seconds(60 * 60).date()
    }

    /// The instant as an HTTP date (RFC 9110, 5.6.7).
    pub fn http_date(self) -> String {
        self.0.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
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

/// A record's identifier: a UUIDv7 (RFC 9562), so that identifiers sort by creation.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    AsExpression,
    FromSqlRow,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[diesel(sql_type = Identifier)]
#[schema(value_type = Uuid, examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
pub struct Id(pub Uuid);

impl Id {
    /// A new identifier.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for Id {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

impl std::str::FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

impl ToSql<Identifier, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Identifier, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Identifier, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl FromSql<Identifier, Sqlite> for Id {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(<String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?.parse()?)
    }
}

/// A value kept as a JSON document.
#[derive(Debug, Clone, Default, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Document)]
pub struct Json<T: Debug>(pub T);

impl<T: Debug> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Debug + Serialize> ToSql<Document, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        const JSONB_VERSION: u8 = 1;
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: Debug + Serialize> ToSql<Document, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: Debug + DeserializeOwned> FromSql<Document, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [1, json @ ..] => Ok(Self(serde_json::from_slice(json)?)),
            _ => Err("an unknown version of JSONB".into()),
        }
    }
}

impl<T: Debug + DeserializeOwned> FromSql<Document, Sqlite> for Json<T> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let json = <String as FromSql<sql_types::Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&json)?))
    }
}

/// One word of a closed list (an enum without data), kept as the word that JSON shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub struct Keyword<T: Debug>(pub T);

impl<T: Debug> Deref for Keyword<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The word by which JSON, URLs and columns call a value of a closed list.
pub fn keyword<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

impl<T: Debug + Serialize> ToSql<sql_types::Text, Pg> for Keyword<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(keyword(&self.0).as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<T: Debug + Serialize> ToSql<sql_types::Text, Sqlite> for Keyword<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(keyword(&self.0));
        Ok(IsNull::No)
    }
}

impl<T: Debug + DeserializeOwned, DB: Backend> FromSql<sql_types::Text, DB> for Keyword<T>
where
    String: FromSql<sql_types::Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let word = String::from_sql(value)?;
        Ok(Self(serde_json::from_value(serde_json::Value::String(word))?))
    }
}

impl<T> ToSql<sql_types::Text, MultiBackend> for Keyword<T>
where
    T: Debug + Serialize + Send + Sync + 'static,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((sql_types::Text, self));
        Ok(IsNull::No)
    }
}

impl<T> ToSql<Document, MultiBackend> for Json<T>
where
    T: Debug + Serialize + Send + Sync + 'static,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Document, self));
        Ok(IsNull::No)
    }
}

impl<T: Debug + DeserializeOwned> FromSql<Document, MultiBackend> for Json<T> {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Document>()
    }
}

macro_rules! convert_on_both_databases {
    ($($rust_type:ident as $sql_type:ident),*) => {$(
        impl ToSql<$sql_type, MultiBackend> for $rust_type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value(($sql_type, self));
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql_type, MultiBackend> for $rust_type {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql_type>()
            }
        }
    )*};
}
convert_on_both_databases!(UtcTime as Instant, Id as Identifier);

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
