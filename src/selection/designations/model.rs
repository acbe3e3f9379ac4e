//! A designation as it is kept, and as those see it who run the process or watch over it.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use strum::VariantNames as _;
use utoipa::ToSchema;

use super::decision::{Decision, ShownChoice, shown};
use super::rules::{Basis, Institution, Status};
use crate::access::SigningCredential;
use crate::audit::Kept;
use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::schema::{designations, signatures};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::selection::institution_keys::jwk::InstitutionJwk;
use crate::selection::institution_keys::signature::InstitutionSignature;

/// A designation as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = designations, treat_none_as_null = true)]
pub struct DesignationRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) kind: Keyword<NominationKind>,
    pub(crate) basis: Keyword<Basis>,
    pub(crate) status: Keyword<Status>,
    pub(crate) city_code: Option<String>,
    pub(crate) decision: Json<Decision>,
    pub(crate) reason: Option<Json<Text>>,
    pub(crate) digest: String,
    pub(crate) ranking_digest: Option<String>,
    pub(crate) deliberation_id: Option<Id>,
    pub(crate) status_reason: Option<String>,
    pub(crate) account_id: Id,
    pub(crate) signed_at: Option<UtcTime>,
    pub(crate) published_at: Option<UtcTime>,
    pub(crate) proof: Option<Json<serde_json::Value>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

impl DesignationRow {
    /// The proposal of a decision on an edition.
    pub fn new(edition_id: Id, decision: Decision, deliberation_id: Option<Id>, account_id: Id) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            edition_id,
            kind: Keyword(decision.kind),
            basis: Keyword(decision.basis),
            status: Keyword(Status::Proposed),
            city_code: decision.city_code.clone(),
            reason: decision.reason.clone().map(Json),
            digest: decision.digest(),
            ranking_digest: decision.ranking_digest.clone(),
            decision: Json(decision),
            deliberation_id,
            status_reason: None,
            account_id,
            signed_at: None,
            published_at: None,
            proof: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The next version of this designation, the same in all else.
    pub fn next(&self, now: UtcTime) -> Self {
        Self { version: self.version + 1, updated_at: now.max(self.updated_at), ..self.clone() }
    }

    /// The next version of this designation, in the state `to` since `now`.
    pub fn moved(&self, to: Status, reason: Option<String>, now: UtcTime) -> Self {
        let signed_at = if to == Status::Signed { Some(now) } else { self.signed_at };
        let published_at = if to == Status::Published { Some(now) } else { self.published_at };
        Self { status: Keyword(to), status_reason: reason, signed_at, published_at, ..self.next(now) }
    }
}

impl Kept for DesignationRow {
    const KIND: &'static str = "designation";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({
            "status": self.status.0,
            "status_reason": self.status_reason,
            "decision": self.decision.0,
            "digest": self.digest,
        })
    }
}

/// A signature as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signatures)]
pub struct SignatureRow {
    pub(crate) designation_id: Id,
    pub(crate) institution: Keyword<Institution>,
    pub(crate) account_id: Id,
    pub(crate) digest: String,
    pub(crate) at: UtcTime,
    pub(crate) credential: Option<Json<SigningCredential>>,
    pub(crate) jws: Option<String>,
    pub(crate) jwk: Option<Json<InstitutionJwk>>,
}

impl SignatureRow {
    /// The signature with a key of the institution, when one was given.
    pub fn with_key(&self) -> Option<InstitutionSignature> {
        let (jws, jwk) = (self.jws.clone()?, self.jwk.clone()?);
        Some(InstitutionSignature { jwk: jwk.0, jws })
    }
}

/// A signature, with who gave it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DesignationSignature)]
pub struct ShownSignature {
    /// The institution that it was given for.
    pub institution: Institution,
    /// The account that gave it.
    pub account_id: Id,
    /// The name of that account.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub account_name: Option<String>,
    /// When.
    pub at: UtcTime,
    /// The credential of the account that it was given with, as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub credential: Option<SigningCredential>,
    /// The signature with a key of the institution, when it was given with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub signature: Option<InstitutionSignature>,
}

/// A decision on the title or on the honours of an edition. Until it is published it is under embargo.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Designation {
    /// Identifier.
    pub id: Id,
    /// The year of its edition when it was proposed.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: NominationKind,
    /// What it rests on.
    pub basis: Basis,
    /// State.
    pub status: Status,
    /// Why it is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status_reason: Option<String>,
    /// Code of the city that gets the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The nominations that get the title, or an honour.
    pub selected: Vec<ShownChoice>,
    /// Those that come next, in their order.
    pub reserve: Vec<ShownChoice>,
    /// The reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<LocalizedText>,
    /// SHA-256 of the ranking that it rests on, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ranking_digest: Option<String>,
    /// The commitment that was published when the jury closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub commitment: Option<String>,
    /// What a signature names: SHA-256 of the decision's canonical JSON (RFC 8785), in hexadecimal.
    pub digest: String,
    /// The signatures so far; both are needed.
    pub signatures: Vec<ShownSignature>,
    /// When the second signature was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub signed_at: Option<UtcTime>,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub published_at: Option<UtcTime>,
    /// When it was proposed.
    pub created_at: UtcTime,
    /// When it changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    path_year: i64,
    #[serde(skip)]
    version: i64,
}

impl Designation {
    /// A designation of the edition that stands in `path_year` now, with its signatures.
    pub fn new(row: DesignationRow, path_year: i64, signatures: Vec<ShownSignature>) -> Self {
        let decision = row.decision.0;
        Self {
            id: row.id,
            edition_year: decision.edition_year,
            kind: row.kind.0,
            basis: row.basis.0,
            status: row.status.0,
            status_reason: row.status_reason,
            city_code: row.city_code,
            selected: shown(decision.selected),
            reserve: shown(decision.reserve),
            reason: decision.reason.map(Into::into),
            ranking_digest: row.ranking_digest,
            commitment: decision.commitment,
            digest: row.digest,
            signatures,
            signed_at: row.signed_at,
            published_at: row.published_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            path_year,
            version: row.version,
        }
    }
}

/// The path of a designation.
pub(super) fn path(year: i64, id: Id) -> String {
    format!("/v1/editions/{year}/designations/{id}")
}

impl Resource for Designation {
    fn path(&self) -> String {
        path(self.path_year, self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for Designation {
    const LIST: ListSpec = ListSpec {
        filters: &[
            Filter::any_of(
                "kind",
                ValueType::Keyword(NominationKind::VARIANTS),
                "designations.kind IN {}",
                "The kind of nominations.",
            ),
            Filter::any_of(
                "status",
                ValueType::Keyword(Status::VARIANTS),
                "designations.status IN {}",
                "State of the designation.",
            ),
        ],
        sorts: &[Sort {
            name: "created_at",
            sql: "designations.created_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "-created_at",
        ..ListSpec::new(
            "designations",
            Sort { name: "id", sql: "designations.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
