//! A proof as it is signed, kept and published.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::access::keys::signed_documents::DocumentSignature;
use crate::audit::canonical;
use crate::database::types::{Id, UtcTime};
use crate::language::Text;
use crate::selection::designations::decision::Decision;
use crate::selection::designations::rules::Institution;
use crate::selection::institution_keys::signature::{InstitutionSignature, Statement};
use crate::selection::ranking::model::{Excluded, Voided};
use crate::selection::ranking::rules::{Place, TieDecision};
use crate::selection::results::record::SealedRecord;

/// The type of the signature: with it, no proof is ever taken for a token.
pub const TYPE: &str = "nasij-result-proof+jws";

/// A published result with all that it rests on, and the service's signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedProof {
    /// What is proven.
    pub proof: ResultProof,
    /// The signature over the canonical JSON (RFC 8785) of `proof`.
    pub signature: DocumentSignature,
}

/// The format of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ProofFormat {
    /// The only one that was ever published: what was voided stands in it with its scores and grounds.
    #[serde(rename = "nasij-result-proof/2")]
    Two,
}

/// A published result and all that it rests on. Texts are in all their languages, whichever was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResultProof {
    /// The format of this document.
    pub format: ProofFormat,
    /// The service that published the result, by its public URL.
    #[schema(examples("https://nasij.example"))]
    pub issuer: String,
    /// When it was published.
    pub published_at: UtcTime,
    /// The edition as it was then.
    pub edition: ProvenEdition,
    /// The published designation.
    pub designation_id: Id,
    /// The designation whose title was taken back, when this one follows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub follows: Option<FollowedDesignation>,
    /// What the two institutions signed.
    pub decision: Decision,
    /// Their signatures.
    pub signatures: Vec<ProvenSignature>,
    /// What both signatures name: SHA-256 of the canonical JSON of `decision`, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub designation_digest: String,
    /// The jury's work. Absent when the title was given directly, or withheld before a jury closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub jury: Option<ProvenJury>,
    /// The newest seal of the service's audit trail at that time.
    pub audit_head: ChainHead,
}

impl ResultProof {
    /// What the service signs: the canonical JSON of the proof (RFC 8785).
    pub fn payload(&self) -> String {
        canonical(&json!(self))
    }

    /// What an institution signed with its key.
    pub fn statement(&self, institution: Institution) -> Statement {
        Statement {
            designation_id: self.designation_id,
            digest: self.designation_digest.clone(),
            edition_year: self.decision.edition_year,
            institution,
            kind: self.decision.kind,
        }
    }
}

/// The edition that a result belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenEdition {
    /// Its year.
    pub year: i64,
    /// The year that its city was designated for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub designated_for_year: Option<i64>,
    /// Its number among the editions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ordinal: Option<i64>,
}

/// A designation whose title was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowedDesignation {
    /// The designation, which has a proof of its own.
    pub designation_id: Id,
    /// The nominations that were in the reserve: only they could follow.
    pub reserve: Vec<Id>,
}

/// A signature of an institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenSignature {
    /// The institution.
    pub institution: Institution,
    /// When it signed, as the service tells.
    pub at: UtcTime,
    /// Its signature with a key of its own. Absent when the service vouches for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub signature: Option<InstitutionSignature>,
}

/// The newest seal of the audit trail at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChainHead {
    /// Its number.
    #[schema(minimum = 0)]
    pub seq: i64,
    /// Its hash.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub hash: String,
}

/// The jury's work: what it sealed when it closed, what counts no more since, and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenJury {
    /// The hash that was published when the jury closed: SHA-256 of the canonical JSON of `record`, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub commitment: String,
    /// When the jury closed.
    pub closed_at: UtcTime,
    /// The newest seal of the audit trail then. Absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub audit_head: Option<ChainHead>,
    /// The closings before, after which the chair opened the jury again, the first one first.
    pub earlier_closings: Vec<EarlierClosing>,
    /// What was sealed.
    pub record: SealedRecord,
    /// What is nominated by each nomination of the record.
    pub subjects: Vec<ProvenSubject>,
    /// The nominations of the record that are out since.
    pub excluded: Vec<Excluded>,
    /// The sheets of the record that count no more, and why; their scores stand in the record.
    pub voided: Vec<Voided>,
    /// The chair's decisions on ties, in their order: of two on the same nominations the later one counts.
    pub tie_decisions: Vec<TieDecision>,
    /// The ranking that follows from all this, the best first.
    pub places: Vec<Place>,
}

/// A closing of the jury that does not count, for the jury was opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlierClosing {
    /// The hash that was published then. Its record stays sealed.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub commitment: String,
    /// When the jury closed.
    pub closed_at: UtcTime,
    /// When it was opened again.
    pub reopened_at: UtcTime,
    /// Why, in the chair's words.
    pub reason: String,
}

/// What a nomination is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenSubject {
    /// The nomination.
    pub nomination_id: Id,
    /// Code of the nominated city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_code: Option<String>,
    /// The nominated association.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// Its name.
    pub name: Text,
}
