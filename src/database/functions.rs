//! What SQLite lacks and migrations need, or whoever looks into the file.

use diesel::sql_types::{self, Nullable, Text};
use diesel::{QueryResult, SqliteConnection};
use sha2::{Digest as _, Sha256};

use super::compact::packed as compacted;
use super::packed::{packed, unpacked};

#[diesel::declare_sql_function]
extern "SQL" {
    /// The SHA-256 of a text.
    fn sha256(text: Text) -> sql_types::Binary;

    /// A text as it is kept where it mostly is an identifier or a digest.
    fn compact(text: Nullable<Text>) -> Nullable<sql_types::Binary>;

    /// A JSON document as it is kept where it is seldom read.
    fn pack(json: Nullable<Text>) -> Nullable<sql_types::Binary>;

    /// The text of such a document; none of other bytes.
    fn unpack(bytes: Nullable<sql_types::Binary>) -> Nullable<Text>;
}

/// Makes them known on a connection.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    sha256_utils::register_impl(connection, |text: String| Sha256::digest(text).to_vec())?;
    compact_utils::register_impl(connection, |text: Option<String>| text.map(|text| compacted(&text)))?;
    pack_utils::register_impl(connection, |json: Option<String>| {
        json.map(|json| packed(&json).unwrap_or_else(|_| json.into_bytes()))
    })?;
    unpack_utils::register_impl(connection, |bytes: Option<Vec<u8>>| {
        bytes.and_then(|bytes| String::from_utf8(unpacked(&bytes).ok()?).ok())
    })
}
