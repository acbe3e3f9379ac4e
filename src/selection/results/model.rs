//! A published result, as everybody may see it.

use std::collections::BTreeSet;

use serde::Serialize;
use strum::VariantNames as _;
use utoipa::ToSchema;

use crate::database::listing::{Filter, ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime, keyword};
use crate::editions::criteria::NominationKind;
use crate::editions::model::EditionRow;
use crate::editions::rules::Status as EditionStatus;
use crate::http::list::Listed;
use crate::language::LocalizedText;
use crate::selection::designations::decision::{ShownChoice, shown};
use crate::selection::designations::model::DesignationRow;
use crate::selection::designations::rules::{Basis, Institution, Status};

/// A signature under a published result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResultSignature {
    /// The institution.
    pub institution: Institution,
    /// When it was given.
    pub at: UtcTime,
}

/// A decision on the title or on the honours of an edition, as it was published.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PublishedResult)]
pub struct PublicResult {
    /// Identifier.
    pub id: Id,
    /// The edition.
    pub edition_id: Id,
    /// The state of the edition now: also the result of a cancelled one stays.
    #[schema(examples("designated"))]
    pub edition_status: EditionStatus,
    /// The year of its edition now.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: NominationKind,
    /// What it rests on.
    pub basis: Basis,
    /// `published`, or `revoked` when another decision has taken its place.
    #[schema(examples("published"))]
    pub status: Status,
    /// Code of the city that was designated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The nominations that got the title, or an honour.
    pub selected: Vec<ShownChoice>,
    /// Those of the selected ones whose title or honour was taken back since.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub revoked: Vec<Id>,
    /// Those that come next, in their order.
    pub reserve: Vec<ShownChoice>,
    /// The reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<LocalizedText>,
    /// The signatures of the institutions.
    pub signatures: Vec<ResultSignature>,
    /// The commitment that was published when the jury closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub commitment: Option<String>,
    /// Where the proof is from which anyone can recompute the result.
    #[schema(format = "iri-reference", examples("/v1/editions/2027/results/proof?kind=city"))]
    pub proof: String,
    /// When it was published.
    pub published_at: UtcTime,
}

impl PublicResult {
    /// A published designation of an edition; `revoked` are the nominations whose title or honour was taken back.
    pub(super) fn new(
        row: DesignationRow,
        edition: &EditionRow,
        signatures: Vec<ResultSignature>,
        revoked: &BTreeSet<Id>,
    ) -> Self {
        let (decision, year) = (row.decision.0, edition.year);
        let selected = decision.selected.iter().map(|choice| choice.nomination_id);
        let proof = format!("/v1/editions/{year}/results/proof?kind={}", keyword(&row.kind.0));
        Self {
            id: row.id,
            edition_id: edition.id,
            edition_status: edition.status.0,
            edition_year: year,
            kind: row.kind.0,
            basis: row.basis.0,
            status: row.status.0,
            city_code: row.city_code,
            revoked: selected.filter(|id| revoked.contains(id)).collect(),
            selected: shown(decision.selected),
            reserve: shown(decision.reserve),
            reason: decision.reason.map(Into::into),
            signatures,
            commitment: decision.commitment,
            proof: format!("{proof}&designation={}", row.id),
            // Both states come after the publication.
            published_at: row.published_at.unwrap_or(row.updated_at),
        }
    }
}

impl Listed for PublicResult {
    const LIST: ListSpec = ListSpec {
        condition: const_str::concat!(
            "designations.status IN ('",
            Status::Published.into_str(),
            "', '",
            Status::Revoked.into_str(),
            "')"
        ),
        filters: &[Filter::any_of(
            "kind",
            ValueType::Keyword(NominationKind::VARIANTS),
            "designations.kind IN {}",
            "The title (`city`) or the honours (`association`).",
        )],
        sorts: &[Sort {
            name: "published_at",
            sql: "designations.published_at",
            value_type: ValueType::Instant,
            nullable: false,
        }],
        default_sort: "published_at",
        ..ListSpec::new(
            "designations",
            Sort { name: "id", sql: "designations.id", value_type: ValueType::Id, nullable: false },
        )
    };
}
