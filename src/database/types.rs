//! The column types that both databases share: one instant, one JSON document, one identifier, one keyword.

use std::fmt::Debug;
use std::io::Write as _;
use std::ops::Deref;

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
use uuid::fmt::Hyphenated;

pub use super::compact::Compact;
use super::connection::MultiBackend;
pub use super::instant::{InstantFault, UtcTime};
pub use super::packed::Packed;

/// SQL type of an instant: `TIMESTAMPTZ` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Instant;

impl sql_types::SqlOrd for Instant {}

/// SQL type of a JSON document: `JSONB` on PostgreSQL, text on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Document;

/// SQL type of an identifier: `UUID` on PostgreSQL, its 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Identifier;

/// SQL type of a text that mostly is an identifier or a digest: `TEXT` on PostgreSQL, bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct CompactText;

/// SQL type of a JSON document that is seldom read: `JSONB` on PostgreSQL, compressed bytes on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct PackedDocument;

macro_rules! on_both_databases {
    ($($sql_type:ident),*) => {$(
        impl HasSqlType<$sql_type> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql_type>(lookup)
            }
        }
    )*};
}
on_both_databases!(Instant, Document, Identifier, CompactText, PackedDocument);

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
        // In the form with hyphens alone (RFC 9562, 4): each record has one address.
        text.parse().map(|id: Hyphenated| Self(id.into_uuid()))
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
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Identifier, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

impl FromSql<Identifier, Sqlite> for Id {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.read_blob())?))
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
convert_on_both_databases!(
    UtcTime as Instant,
    Id as Identifier,
    Compact as CompactText,
    Packed as PackedDocument
);
