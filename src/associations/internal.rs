//! What is never public of an association (law 09-08), in types that only those who may see it are answered with.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::model::PublicAssociation;
use crate::database::schema::association_internal_records;
use crate::database::types::{Id, UtcTime};
use crate::http::representation::Resource;
use crate::validation;

/// The internal record of an association. Only those who keep the register, its auditors and the association's own
/// representative see it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct InternalRecord {
    /// Address of the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    pub seat_address: Option<String>,
    /// Number of the receipt of the declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100), custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 100)]
    pub receipt_number: Option<String>,
    /// Common identifier of enterprises (ICE): 15 digits, unique in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::ice"))]
    #[schema(pattern = r"^\d{15}$", examples("001234567000089"))]
    pub ice: Option<String>,
    /// Tax identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 50), custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 50)]
    pub tax_id: Option<String>,
    /// Name of the legal representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 200), custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 200)]
    pub legal_representative: Option<String>,
    /// How to reach the legal representative.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 300))]
    #[schema(min_length = 1, max_length = 300)]
    pub representative_contact: Option<String>,
}

impl std::fmt::Debug for InternalRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never in a log.
        f.write_str("InternalRecord(…)")
    }
}

/// The internal record as it is kept.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = association_internal_records, primary_key(association_id), treat_none_as_null = true)]
pub(super) struct InternalRow {
    pub(super) association_id: Id,
    seat_address: Option<String>,
    receipt_number: Option<String>,
    ice: Option<String>,
    tax_id: Option<String>,
    legal_representative: Option<String>,
    representative_contact: Option<String>,
}

impl InternalRow {
    /// The internal record of an association.
    pub(super) fn new(association_id: Id, record: InternalRecord) -> Self {
        Self {
            association_id,
            seat_address: record.seat_address,
            receipt_number: record.receipt_number,
            ice: record.ice,
            tax_id: record.tax_id,
            legal_representative: record.legal_representative,
            representative_contact: record.representative_contact,
        }
    }
}

impl From<InternalRow> for InternalRecord {
    fn from(row: InternalRow) -> Self {
        Self {
            seat_address: row.seat_address,
            receipt_number: row.receipt_number,
            ice: row.ice,
            tax_id: row.tax_id,
            legal_representative: row.legal_representative,
            representative_contact: row.representative_contact,
        }
    }
}

/// An association as those see it who keep the register: all that is public, and the internal record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InternalAssociation {
    /// What everybody may see.
    #[serde(flatten)]
    pub public: PublicAssociation,
    /// What is never public.
    pub internal: InternalRecord,
}

impl Resource for InternalAssociation {
    fn path(&self) -> String {
        self.public.path()
    }

    fn version(&self) -> i64 {
        self.public.version()
    }

    fn updated_at(&self) -> UtcTime {
        self.public.updated_at()
    }
}
