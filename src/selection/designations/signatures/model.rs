//! A signature as the answer that gives it shows it.

use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;

use crate::audit::Kept;
use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::designations::model::{DesignationRow, SignatureRow, path};
use crate::selection::designations::rules::{Institution, Status};
use crate::selection::institution_keys::signature::InstitutionSignature;

/// A designation with the signature that was given under it last.
pub(super) struct Signed {
    pub(super) designation: DesignationRow,
    pub(super) signature: SignatureRow,
}

impl Kept for Signed {
    const KIND: &'static str = DesignationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.designation.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        let signature = &self.signature;
        let mut kept = self.designation.kept();
        kept["signature"] = json!({
            "institution": signature.institution.0,
            "at": signature.at,
            "credential": signature.credential.as_deref(),
            "with_key": signature.with_key(),
        });
        kept
    }
}

/// A signature that was given.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DesignationSignatureGiven)]
pub struct GivenSignature {
    /// The designation.
    pub designation_id: Id,
    /// The institution that it was given for.
    pub institution: Institution,
    /// What was signed: the digest of the decision.
    pub digest: String,
    /// When.
    pub at: UtcTime,
    /// The signature with a key of the institution, when it was given with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub signature: Option<InstitutionSignature>,
    /// The state of the designation now: `signed` with the second signature.
    pub designation_status: Status,
    #[serde(skip)]
    year: i64,
    #[serde(skip)]
    designation_version: i64,
}

impl GivenSignature {
    /// A signature under a designation of the edition that stands in `year` now.
    pub(super) fn new(row: SignatureRow, year: i64, designation: &DesignationRow) -> Self {
        Self {
            signature: row.with_key(),
            designation_id: row.designation_id,
            institution: row.institution.0,
            digest: row.digest,
            at: row.at,
            designation_status: designation.status.0,
            year,
            designation_version: designation.version,
        }
    }
}

impl Resource for GivenSignature {
    /// A signature is read as part of its designation.
    fn path(&self) -> String {
        path(self.year, self.designation_id)
    }

    /// The version of the designation: the `ETag` of a signature is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.designation_version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for GivenSignature {
    const LIST: ListSpec = ListSpec::new(
        "signatures",
        Sort {
            name: "designation_id",
            sql: "signatures.designation_id",
            value_type: ValueType::Id,
            nullable: false,
        },
    );
}
