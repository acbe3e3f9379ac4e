//! The internal record of an association, in types that only those who may see it are answered with.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use validator::{Validate, ValidationError};

use crate::associations::model::PublicAssociation;
use crate::database::schema::association_internal_records;
use crate::database::types::{Id, UtcTime};
use crate::http::representation::Resource;
use crate::search::plain_digit;
use crate::validation;

/// The internal record of an association. Only those who keep the register, its auditors and the association's own
/// representative see it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct InternalRecord {
    /// Address of the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub seat_address: Option<String>,
    /// Number of the receipt of the declaration. Spaces and Arabic digits are taken, and kept plain.
    #[serde(default, deserialize_with = "plain_number", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 100)]
    pub receipt_number: Option<String>,
    /// Authority that gave the receipt. With its number it tells one association from another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 200, examples("عمالة وجدة-أنجاد"))]
    pub receipt_authority: Option<String>,
    /// What other systems call the association, by system: one identifier for each, which no other association has there. A
    /// system is named in small letters, digits, `.`, `_` and `-`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[validate(custom(function = "external_ids"))]
    #[schema(schema_with = external_ids_schema)]
    pub external_ids: BTreeMap<String, String>,
    /// Common identifier of enterprises (ICE): 15 digits, unique in the register. Spaces and Arabic digits are taken, and kept
    /// plain.
    #[serde(default, deserialize_with = "plain_number", skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::ice"))]
    #[schema(pattern = r"^\d{15}$", examples("001234567000089"))]
    pub ice: Option<String>,
    /// Tax identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 50)]
    pub tax_id: Option<String>,
    /// Name of the legal representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 200)]
    pub legal_representative: Option<String>,
    /// How to reach the legal representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 300)]
    pub representative_contact: Option<String>,
}

fn external_ids_schema() -> Object {
    let id = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(100)).build();
    let mut ids = ObjectBuilder::new()
        .description(Some(
            "What other systems call the association, by system: one identifier for each, which no other association has \
             there. A system is named in small letters, digits, `.`, `_` and `-`.",
        ))
        .additional_properties(Some(RefOr::T(Schema::Object(id))))
        .examples([json!({"prefecture-oujda": "A-1204"})])
        .build();
    ids.max_properties = Some(20);
    ids
}

/// Whether systems and identifiers are such as can be looked for.
fn external_ids(ids: &BTreeMap<String, String>) -> Result<(), ValidationError> {
    if ids.keys().any(|system| !is_system(system)) {
        return Err(validation::unlike("prefecture-oujda"));
    }
    ids.values().try_for_each(|id| validation::single_line(id))
}

/// Whether this is the name of a system: small letters, digits, `.`, `_` and `-`.
pub fn is_system(name: &str) -> bool {
    let is_plain = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"._-".contains(&sign);
    (1..=LONGEST_SYSTEM).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Characters of a system's name.
const LONGEST_SYSTEM: usize = 50;

/// A number as officers write it, kept without spaces and with the digits that are searched for.
fn plain_number<'de, D: Deserializer<'de>>(source: D) -> Result<Option<String>, D::Error> {
    let number: Option<String> = Option::deserialize(source)?;
    Ok(number.as_deref().map(plain))
}

/// A number without spaces, in the digits that are searched for.
pub fn plain(number: &str) -> String {
    number.chars().filter(|sign| !sign.is_whitespace()).map(plain_digit).collect()
}

impl std::fmt::Debug for InternalRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never in a log.
        f.write_str("InternalRecord(…)")
    }
}

/// The internal record as it is kept.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = association_internal_records, primary_key(association_id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub(super) struct InternalRow {
    pub(super) association_id: Id,
    seat_address: Option<String>,
    receipt_number: Option<String>,
    ice: Option<String>,
    tax_id: Option<String>,
    legal_representative: Option<String>,
    representative_contact: Option<String>,
    version: i64,
    updated_at: UtcTime,
    receipt_authority: Option<String>,
}

impl InternalRow {
    /// The internal record of an association at a version of its own.
    pub(super) fn new(association_id: Id, record: InternalRecord, version: i64) -> Self {
        Self {
            version,
            updated_at: UtcTime::now(),
            association_id,
            seat_address: record.seat_address,
            receipt_number: record.receipt_number,
            ice: record.ice,
            tax_id: record.tax_id,
            legal_representative: record.legal_representative,
            representative_contact: record.representative_contact,
            receipt_authority: record.receipt_authority,
        }
    }

    /// The record that it holds, with what other systems call its association.
    pub(super) fn kept(self, external_ids: BTreeMap<String, String>) -> KeptRecord {
        let record = InternalRecord {
            seat_address: self.seat_address,
            receipt_number: self.receipt_number,
            receipt_authority: self.receipt_authority,
            external_ids,
            ice: self.ice,
            tax_id: self.tax_id,
            legal_representative: self.legal_representative,
            representative_contact: self.representative_contact,
        };
        KeptRecord {
            record: Some(record).filter(|record| *record != InternalRecord::default()),
            version: self.version,
            updated_at: Some(self.updated_at),
        }
    }
}

/// What is kept of the internal record of an association. Its version and time are its own: who does not see it does not
/// see when it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptRecord {
    /// The record; none when there is nothing in it.
    pub record: Option<InternalRecord>,
    /// Its version; 0 while there was never anything in it.
    pub version: i64,
    /// When it changed last.
    pub updated_at: Option<UtcTime>,
}

/// An association as those see it who keep the register: all that is public, and the internal record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InternalAssociation {
    /// What everybody may see.
    #[serde(flatten)]
    pub public: PublicAssociation,
    /// What is never public.
    pub internal: InternalRecord,
    #[serde(skip)]
    internal_version: i64,
    #[serde(skip)]
    internal_updated_at: Option<UtcTime>,
}

impl InternalAssociation {
    /// The association `public` with its internal record.
    pub fn new(public: PublicAssociation, kept: KeptRecord) -> Self {
        Self {
            public,
            internal: kept.record.unwrap_or_default(),
            internal_version: kept.version,
            internal_updated_at: kept.updated_at,
        }
    }
}

impl Resource for InternalAssociation {
    fn path(&self) -> String {
        self.public.path()
    }

    fn version(&self) -> i64 {
        self.public.version()
    }

    fn internal_version(&self) -> i64 {
        self.internal_version
    }

    fn updated_at(&self) -> UtcTime {
        self.public.updated_at().max(self.internal_updated_at.unwrap_or(self.public.updated_at()))
    }

    fn last_modified(&self) -> UtcTime {
        self.public.last_modified().max(self.updated_at())
    }
}
