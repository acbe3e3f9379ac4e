//! The criteria by which the nominations for an edition are evaluated, and their weights.

use actix_web::{HttpResponse, get, web};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::path::EditionYear;
use super::queries;
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{
    Comparison, Facet, Filter, ListRequest, ListSpec, Page, Plan, Sort, ValueType,
};
use crate::database::schema::criteria;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::database::{Connection, Database};
use crate::error::Result;
use crate::http::list::{ListQuery, Listed};
use crate::http::representation::List;
use crate::language::{LocalizedText, Text};

/// What a nomination is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NominationKind {
    /// A city, to be capital of civil society.
    City,
    /// An association, to be honoured.
    Association,
}

/// A criterion that every new edition begins with.
struct DefaultCriterion {
    kind: NominationKind,
    code: &'static str,
    weight: i64,
    ar: &'static str,
    fr: &'static str,
    en: &'static str,
}

/// The criteria of a new edition, the first of each kind being the one that decides ties.
const DEFAULTS: [DefaultCriterion; 12] = [
    DefaultCriterion {
        kind: NominationKind::City,
        code: "association_vitality",
        weight: 30,
        ar: "حيوية النسيج الجمعوي وتنوعه",
        fr: "Vitalité et diversité du tissu associatif",
        en: "Vitality and diversity of associations",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "programme",
        weight: 20,
        ar: "جودة البرنامج المقترح",
        fr: "Qualité du programme proposé",
        en: "Quality of the proposed programme",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "fit_with_values",
        weight: 15,
        ar: "التوافق مع قيم المواطنة والتنمية والحوار والتعايش",
        fr: "Adéquation aux valeurs de citoyenneté, de développement, de dialogue et de coexistence",
        en: "Fit with the values of citizenship, development, dialogue and coexistence",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "partnership",
        weight: 15,
        ar: "الشراكة بين الفاعلين المحليين",
        fr: "Partenariat entre les acteurs locaux",
        en: "Partnership among local actors",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "heritage",
        weight: 10,
        ar: "التراث المادي واللامادي",
        fr: "Patrimoine matériel et immatériel",
        en: "Tangible and intangible heritage",
    },
    DefaultCriterion {
        kind: NominationKind::City,
        code: "capacity_and_legacy",
        weight: 10,
        ar: "القدرة على التنظيم والأثر المستدام",
        fr: "Capacité d'organisation et effets durables",
        en: "Capacity to organise and legacy",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "fit_with_values",
        weight: 25,
        ar: "التوافق مع قيم المواطنة والتنمية والحوار والتعايش",
        fr: "Adéquation aux valeurs de citoyenneté, de développement, de dialogue et de coexistence",
        en: "Fit with the values of citizenship, development, dialogue and coexistence",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "effectiveness_and_impact",
        weight: 25,
        ar: "الفعالية والأثر",
        fr: "Efficacité et impact",
        en: "Effectiveness and impact",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "innovation",
        weight: 15,
        ar: "الابتكار",
        fr: "Innovation",
        en: "Innovation",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "inclusion_and_participation",
        weight: 15,
        ar: "الإدماج والمشاركة",
        fr: "Inclusion et participation",
        en: "Inclusion and participation",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "sustainability",
        weight: 10,
        ar: "الاستدامة",
        fr: "Durabilité",
        en: "Sustainability",
    },
    DefaultCriterion {
        kind: NominationKind::Association,
        code: "volunteering_and_governance",
        weight: 10,
        ar: "التطوع والحكامة",
        fr: "Bénévolat et gouvernance",
        en: "Volunteering and governance",
    },
];

/// A criterion as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = criteria, treat_none_as_null = true)]
pub struct CriterionRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) position: i64,
    pub(crate) code: String,
    pub(crate) nomination_kind: Keyword<NominationKind>,
    pub(crate) name: Json<Text>,
    pub(crate) weight: Option<i64>,
    pub(crate) sources: Json<Vec<String>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

impl CriterionRow {
    /// A criterion of an edition, without a weight and sources.
    pub fn new(edition_id: Id, position: i64, kind: NominationKind, code: &str, name: Text) -> Self {
        let now = UtcTime::now();
        Self {
            id: Id::new(),
            edition_id,
            position,
            code: code.to_owned(),
            nomination_kind: Keyword(kind),
            name: Json(name),
            weight: None,
            sources: Json(Vec::new()),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The criteria that an edition begins with.
    pub fn defaults(edition_id: Id) -> impl Iterator<Item = Self> {
        (1..).zip(&DEFAULTS).map(move |(position, default)| {
            let some = |text: &str| Some(text.to_owned());
            let name = Text { ar: some(default.ar), fr: some(default.fr), zgh: None, en: some(default.en) };
            Self {
                weight: Some(default.weight),
                ..Self::new(edition_id, position, default.kind, default.code, name)
            }
        })
    }
}

/// A criterion by which the nominations for an edition are evaluated.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Criterion)]
pub struct PublicCriterion {
    /// Identifier.
    pub id: Id,
    /// A word for programs, unique among the edition's criteria for the same kind of nomination.
    #[schema(examples("association_vitality"))]
    pub code: String,
    /// The year of its edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub edition_year: i64,
    /// The kind of nomination that it is for.
    pub nomination_kind: NominationKind,
    /// Name.
    pub name: LocalizedText,
    /// Its weight; those of all criteria for a kind of nomination add up to 100. Absent where none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100, examples(30))]
    pub weight: Option<i64>,
    /// Web addresses that say what stands here.
    pub sources: Vec<String>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
}

impl PublicCriterion {
    fn new(row: CriterionRow, edition_year: i64) -> Self {
        Self {
            id: row.id,
            code: row.code,
            edition_year,
            nomination_kind: row.nomination_kind.0,
            name: row.name.0.into(),
            weight: row.weight,
            sources: row.sources.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Listed for PublicCriterion {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter {
            name: "nomination_kind",
            comparison: Comparison::AnyOf,
            value_type: ValueType::Keyword(NominationKind::VARIANTS),
            sql: "criteria.nomination_kind IN {}",
            description: "The kind of nomination that it is for.",
        }],
        sorts: &[
            Sort {
                name: "position",
                sql: "criteria.position",
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: false,
            },
            Sort {
                name: "weight",
                sql: "criteria.weight",
                value_type: ValueType::Integer(0, 100),
                nullable: true,
            },
        ],
        default_sort: "position",
        facets: &[Facet { name: "nomination_kind", sql: "criteria.nomination_kind", join: "" }],
        // The code is what evaluations know a criterion by; only the identifier is unique.
        ..ListSpec::new(
            "criteria",
            Sort { name: "code", sql: "criteria.id", value_type: ValueType::Id, nullable: false },
        )
    };
}

fn list(connection: &mut Connection, year: i64, request: &ListRequest) -> Result<Page<PublicCriterion>> {
    let edition = queries::edition_by_year(connection, year)?;
    let plan = Plan::new(connection, &PublicCriterion::LIST, request)
        .within(Fragment::new("criteria.edition_id = ").value(Value::Id(edition.id)));
    let rows = criteria::table
        .select((CriterionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(|row| PublicCriterion::new(row, year)))
}

/// Gives a new edition the default criteria.
pub(super) fn insert_defaults(connection: &mut Connection, edition_id: Id) -> Result<()> {
    for row in CriterionRow::defaults(edition_id) {
        diesel::insert_into(criteria::table).values(&row).execute(connection)?;
    }
    Ok(())
}

/// Registers the operation.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_criteria);
}

/// List criteria
///
/// The criteria of an edition and their weights, those for cities first.
#[utoipa::path(
    operation_id = "list_criteria",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ListQuery<PublicCriterion>,
    ),
    responses((status = 200, description = "A page of criteria.", body = List<PublicCriterion>)),
)]
#[get("/v1/editions/{year}/criteria")]
async fn list_criteria(
    EditionYear(year): EditionYear,
    query: ListQuery<PublicCriterion>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let request = query.request.clone();
    let page = database.read(move |connection| list(connection, year, &request)).await?;
    Ok(query.answer(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_weights_add_up_to_a_hundred() {
        for kind in [NominationKind::City, NominationKind::Association] {
            let weights =
                DEFAULTS.iter().filter(|default| default.kind == kind).map(|default| default.weight);
            assert_eq!(weights.sum::<i64>(), 100, "{kind:?}");
        }
    }
}
