//! A supporting document as it is kept and as it is shown, and what the list of documents can do.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;

use super::rules;
use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::documents;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::error::{Error, Result};
use crate::examination::MediaType;
use crate::http::files::{FileHead, FileName, Upload, Uploadable};
use crate::http::list::Listed;
use crate::http::representation::Resource;

/// A document as it is kept. It never changes.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = documents)]
pub struct DocumentRow {
    pub(crate) id: Id,
    pub(crate) nomination_id: Id,
    pub(crate) name: String,
    pub(crate) media_type: Keyword<MediaType>,
    pub(crate) size: i64,
    pub(crate) sha256: String,
    pub(crate) object_key: String,
    pub(crate) account_id: Id,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

/// A supporting document of a nomination. Who uploaded it is not shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Document)]
pub struct PublicDocument {
    /// Identifier.
    pub id: Id,
    /// The nomination that it supports.
    pub nomination_id: Id,
    /// Name of the file.
    #[schema(min_length = 1, max_length = 200, examples("statuts.pdf"))]
    pub name: String,
    /// Media type of the file.
    pub media_type: MediaType,
    /// Size of the file in bytes.
    #[schema(minimum = 1, maximum = 10_485_760, examples(48213))]
    pub size: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: String,
    /// When it was uploaded.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

/// Marks uploads as those of supporting documents.
#[derive(Debug, Clone, Copy)]
pub struct SupportingDocument;

impl Uploadable for SupportingDocument {
    const MEDIA_TYPES: &'static [&'static str] = MediaType::VARIANTS;
    const LARGEST: u64 = rules::LARGEST;
}

/// A document that is about to be added to a nomination.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Its identifier.
    pub id: Id,
    /// Name of the file.
    pub name: String,
    /// Media type of the file.
    pub media_type: MediaType,
    /// Size of the file in bytes.
    pub size: i64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Where its bytes stand.
    pub object_key: String,
}

impl NewDocument {
    /// The document of this name that `upload` brings. Its name ends as those of its type do.
    pub fn new(name: FileName, upload: &Upload) -> Result<Self> {
        let id = Id::new();
        Ok(Self {
            id,
            name: name.ending_with(upload.media_type.extensions()),
            media_type: upload.media_type,
            size: i64::try_from(upload.size).map_err(Error::internal)?,
            sha256: upload.sha256.clone(),
            object_key: rules::object_key(&upload.sha256, id),
        })
    }

    /// The document as it is kept.
    pub fn into_row(self, nomination_id: Id, account_id: Id) -> DocumentRow {
        let now = UtcTime::now();
        DocumentRow {
            id: self.id,
            nomination_id,
            name: self.name,
            media_type: Keyword(self.media_type),
            size: self.size,
            sha256: self.sha256,
            object_key: self.object_key,
            account_id,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Kept for DocumentRow {
    const KIND: &'static str = "document";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    /// Names of files speak of people.
    fn kept(&self) -> JsonValue {
        json!({
            "nomination_id": self.nomination_id,
            "media_type": self.media_type.0,
            "size": self.size,
            "sha256": self.sha256,
            "internal": {"name": self.name},
        })
    }
}

impl DocumentRow {
    /// What is known of the file before its bytes are fetched.
    pub fn head(&self) -> FileHead {
        FileHead {
            name: self.name.clone(),
            media_type: self.media_type.0.name(),
            size: self.size.unsigned_abs(),
            sha256: self.sha256.clone(),
            created_at: self.created_at,
        }
    }
}

impl From<DocumentRow> for PublicDocument {
    fn from(row: DocumentRow) -> Self {
        Self {
            id: row.id,
            nomination_id: row.nomination_id,
            name: row.name,
            media_type: row.media_type.0,
            size: row.size,
            sha256: row.sha256,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicDocument {
    fn path(&self) -> String {
        format!("/v1/nominations/{}/documents/{}", self.nomination_id, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicDocument {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::any_of(
            "media_type",
            ValueType::Keyword(MediaType::VARIANTS),
            "documents.media_type IN {}",
            "Media type of the file.",
        )],
        sorts: &[Sort {
            name: "created_at",
            sql: "documents.created_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "created_at",
        ..ListSpec::new(
            "documents",
            Sort { name: "id", sql: "documents.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
