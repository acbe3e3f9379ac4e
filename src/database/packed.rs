//! A JSON document that is kept for good and seldom read: SQLite has it compressed, PostgreSQL as any other.
//!
//! Entries of the audit trail are short and alike, so they are compressed with a dictionary of what mostly stands in them. It
//! never changes: what was compressed with it is read with it. A better one would get a number of its own.

use std::cell::RefCell;
use std::fmt::Debug;
use std::io;
use std::ops::Deref;
use std::sync::LazyLock;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::Sqlite;
use serde_json::Value as JsonValue;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use super::types::{Document, Json, PackedDocument};

/// A JSON document that SQLite keeps compressed.
#[derive(Debug, Clone, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = PackedDocument)]
pub struct Packed(pub JsonValue);

impl Deref for Packed {
    type Target = JsonValue;

    fn deref(&self) -> &JsonValue {
        &self.0
    }
}

const DICTIONARY: &[u8] = include_bytes!("packed.dictionary");
/// Comes before what was compressed with the dictionary. No JSON begins with it.
const BY_DICTIONARY: u8 = 1;
/// A higher one takes longer and gains nothing.
const LEVEL: i32 = 9;
/// No document is larger.
const MOST_BYTES: usize = 64 * 1024 * 1024;

static ENCODER: LazyLock<EncoderDictionary<'_>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, LEVEL));
static DECODER: LazyLock<DecoderDictionary<'_>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    // Making one takes longer than using it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The bytes of a document, compressed when that is shorter.
pub(super) fn packed(json: &str) -> io::Result<Vec<u8>> {
    let compressed = COMPRESSOR.with_borrow_mut(|compressor| {
        let compressor = match compressor {
            Some(compressor) => compressor,
            None => compressor.insert(Compressor::with_prepared_dictionary(&ENCODER)?),
        };
        compressor.compress(json.as_bytes())
    })?;
    if compressed.len() + 1 < json.len() {
        Ok([&[BY_DICTIONARY], &compressed[..]].concat())
    } else {
        Ok(json.into())
    }
}

/// The document that these are the bytes of.
pub(super) fn unpacked(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let [BY_DICTIONARY, compressed @ ..] = bytes else { return Ok(bytes.to_vec()) };
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        let decompressor = match decompressor {
            Some(decompressor) => decompressor,
            None => decompressor.insert(Decompressor::with_prepared_dictionary(&DECODER)?),
        };
        decompressor.decompress(compressed, MOST_BYTES)
    })
}

impl ToSql<PackedDocument, Pg> for Packed {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        const JSONB_VERSION: u8 = 1;
        io::Write::write_all(out, &[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl ToSql<PackedDocument, Sqlite> for Packed {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(packed(&self.0.to_string())?);
        Ok(IsNull::No)
    }
}

impl FromSql<PackedDocument, Pg> for Packed {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(<Json<JsonValue> as FromSql<Document, Pg>>::from_sql(value)?.0))
    }
}

impl FromSql<PackedDocument, Sqlite> for Packed {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_slice(&unpacked(value.read_blob())?)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_of_the_trail_takes_half_the_room() {
        let record = json!({
            "name": {"ar": "جمعية الأمل للثقافة والفنون بوجدة", "fr": "Association Al Amal pour la culture et les arts d'Oujda"},
            "city_code": "02.411.01.23", "scope": "local", "status": "active", "founded_on": "2015-03-21",
            "activity_fields": ["1"], "values": ["citizenship", "dialogue"], "volunteers": 40,
            "sources": ["https://example.org/declarations/1"],
        });
        let text = record.to_string();
        let packed = packed(&text).unwrap();
        assert!(packed.len() * 2 < text.len(), "{} of {}", packed.len(), text.len());
        assert_eq!(unpacked(&packed).unwrap(), text.as_bytes());
    }

    #[test]
    fn what_was_packed_once_is_read_for_good() {
        // As the first release that packs has written it.
        const KEPT: &str = "0128b52ffd2045e50000787b6578616d706c652e6f7267225d7d030015000f94680694845e01";
        let digits = (0..KEPT.len()).step_by(2).map(|place| &KEPT[place..place + 2]);
        let kept: Vec<u8> = digits.map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        let text = String::from_utf8(unpacked(&kept).unwrap()).unwrap();
        assert_eq!(text, r#"{"status":"active","scope":"local","sources":["https://example.org"]}"#);
    }

    #[test]
    fn what_is_not_shorter_stays_as_it_is_and_damage_is_an_error() {
        assert_eq!(packed("{}").unwrap(), b"{}");
        assert_eq!(unpacked(b"{}").unwrap(), b"{}");
        assert!(unpacked(&[BY_DICTIONARY, 2, 3]).is_err());
        assert!(unpacked(&[BY_DICTIONARY]).is_err() || unpacked(&[BY_DICTIONARY]).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn every_document_comes_back(text: String) {
            let text = json!([text]).to_string();
            prop_assert_eq!(unpacked(&packed(&text).unwrap()).unwrap(), text.as_bytes());
        }
    }
}
