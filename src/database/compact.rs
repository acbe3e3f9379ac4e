//! A text that mostly is an identifier or a digest, kept in half the room by SQLite.

use std::io::Write as _;
use std::ops::Deref;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types;
use diesel::sqlite::Sqlite;
use serde::Serialize;
use uuid::Uuid;

use super::types::CompactText;

/// A text that mostly is an identifier or a digest: a UUID is 16 bytes on SQLite, a SHA-256 in hexadecimal digits 32, anything
/// else the bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow, Serialize)]
#[diesel(sql_type = CompactText)]
pub struct Compact(pub String);

impl Deref for Compact {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl From<Compact> for String {
    fn from(Compact(text): Compact) -> Self {
        text
    }
}

const IDENTIFIER: usize = 16;
const DIGEST: usize = 32;
/// Ends a text that would be taken for an identifier or a digest.
const MARK: u8 = 0;

/// A text as SQLite keeps it.
pub(super) fn packed(text: &str) -> Vec<u8> {
    if let Some(bytes) = identifier(text).or_else(|| digest(text)) {
        return bytes;
    }
    let mut bytes = text.as_bytes().to_vec();
    if [IDENTIFIER, DIGEST].contains(&bytes.len()) {
        bytes.push(MARK);
    }
    bytes
}

fn unpacked(bytes: &[u8]) -> Result<String, std::str::Utf8Error> {
    if let Ok(identifier) = <[u8; IDENTIFIER]>::try_from(bytes) {
        return Ok(Uuid::from_bytes(identifier).to_string());
    }
    if bytes.len() == DIGEST {
        return Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    let text = match bytes {
        [text @ .., MARK] if [IDENTIFIER, DIGEST].contains(&text.len()) => text,
        text => text,
    };
    std::str::from_utf8(text).map(str::to_owned)
}

/// In the one form alone that comes back.
fn identifier(text: &str) -> Option<Vec<u8>> {
    let identifier = Uuid::try_parse(text).ok()?;
    (identifier.to_string() == text).then(|| identifier.as_bytes().to_vec())
}

fn digest(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if digits.len() != 2 * DIGEST {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

impl ToSql<CompactText, Pg> for Compact {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<CompactText, Sqlite> for Compact {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(packed(&self.0));
        Ok(IsNull::No)
    }
}

impl FromSql<CompactText, Pg> for Compact {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<String as FromSql<sql_types::Text, Pg>>::from_sql(value)?))
    }
}

impl FromSql<CompactText, Sqlite> for Compact {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(unpacked(value.read_blob())?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn identifiers_and_digests_take_half_the_room() {
        assert_eq!(packed("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11").len(), 16);
        assert_eq!(packed(&"0123456789abcdef".repeat(4)).len(), 32);
        assert_eq!(packed("01.411.01.23"), b"01.411.01.23");
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            "",
            "x",
            "carried_over",
            "sixteen-letters.",
            "thirty-two letters in this text.",
            "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11",
            "01938D6E-6F3C-7C2A-9A51-2F6D1C0B7E11",
            "01938d6e6f3c7c2a9a512f6d1c0b7e11",
            &"0123456789abcdef".repeat(4),
            &"0123456789ABCDEF".repeat(4),
            &"é".repeat(8),
        ] {
            assert_eq!(unpacked(&packed(text)).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn no_two_texts_are_kept_alike(one in "[^\\x00]{0,40}", other in "[^\\x00]{0,40}") {
            prop_assert_eq!(unpacked(&packed(&one)).unwrap(), one.clone());
            prop_assert_eq!(packed(&one) == packed(&other), one == other);
        }
    }
}
