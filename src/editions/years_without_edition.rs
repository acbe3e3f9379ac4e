//! The years since 2018 in which there was no edition, and why.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::listing::YEARS;
use super::transitions::queries::postponed_from;
use crate::database::listing::{Filter, ListRequest, ListSpec, Page, Plan, Sort};
use crate::database::schema::years_without_edition;
use crate::database::types::Json;
use crate::database::{Connection, Database};
use crate::error::{Code, Error, Result};
use crate::http::list::{ListQuery, Listed};
use crate::http::representation::List;
use crate::language::sentences::Told;
use crate::language::{Language, LocalizedText, Text};

/// A year without an edition as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = years_without_edition, primary_key(year), treat_none_as_null = true)]
pub struct YearWithoutEditionRow {
    pub(crate) year: i64,
    pub(crate) reason: Json<Text>,
    pub(crate) sources: Json<Vec<String>>,
}

impl YearWithoutEditionRow {
    /// A year in which there was no edition.
    pub fn new(year: i64, reason: Text, sources: Vec<String>) -> Self {
        Self { year, reason: Json(reason), sources: Json(sources) }
    }
}

/// A year in which there was no edition.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = YearWithoutEdition)]
pub struct PublicYearWithoutEdition {
    /// The year.
    #[schema(minimum = 2018, maximum = 2200, examples(2021))]
    pub year: i64,
    /// Why there was none.
    pub reason: LocalizedText,
    /// Web addresses that say so.
    pub sources: Vec<String>,
}

impl From<YearWithoutEditionRow> for PublicYearWithoutEdition {
    fn from(row: YearWithoutEditionRow) -> Self {
        Self { year: row.year, reason: row.reason.0.into(), sources: row.sources.0 }
    }
}

impl Listed for PublicYearWithoutEdition {
    const LIST: ListSpec = ListSpec {
        filters: &[Filter::range("year", YEARS, "years_without_edition.year", "The year.")],
        sorts: &[Sort {
            name: "year",
            sql: "years_without_edition.year",
            value_type: YEARS,
            nullable: false,
        }],
        default_sort: "-year",
        ..ListSpec::new(
            "years_without_edition",
            Sort { name: "year", sql: "years_without_edition.year", value_type: YEARS, nullable: false },
        )
    };
}

fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<PublicYearWithoutEdition>> {
    let plan = Plan::new(connection, &PublicYearWithoutEdition::LIST, request);
    let rows = years_without_edition::table
        .select((YearWithoutEditionRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicYearWithoutEdition::from))
}

/// The error that tells that `year` has no edition and, where that is known, why: there was none, or it was postponed.
pub(super) fn not_found(connection: &mut Connection, year: i64) -> Result<Error> {
    let row: Option<YearWithoutEditionRow> = years_without_edition::table
        .find(year)
        .select(YearWithoutEditionRow::as_select())
        .first(connection)
        .optional()?;
    if let Some(row) = row {
        let see = "/v1/years-without-edition".to_owned();
        return Ok(no_edition(year, see, |language| sentence(&row.reason, language)));
    }
    let Some((to_year, reason)) = postponed_from(connection, year)? else {
        return Ok(Error::not_found("edition", year));
    };
    let put_off = |language| {
        let reason = sentence(&reason, language);
        match language {
            Language::Ar => format!("أُجّلت إلى سنة {to_year} ({reason})"),
            Language::Fr => format!("elle a été reportée à {to_year} ({reason})"),
            _ => format!("it was postponed to {to_year} ({reason})"),
        }
    };
    Ok(no_edition(year, format!("/v1/editions/{to_year}"), put_off))
}

/// The sentence is told in the client's language, which is only known when the error is answered.
fn no_edition(year: i64, see: String, reason: impl Fn(Language) -> String) -> Error {
    let reason = Text {
        ar: Some(reason(Language::Ar)),
        fr: Some(reason(Language::Fr)),
        zgh: None,
        en: Some(reason(Language::En)),
    };
    Error::new(Code::NoEdition).with("year", year).telling("reason", Told::Text(reason)).with("see", see)
}

fn sentence(text: &Text, language: Language) -> String {
    let text = text.in_language(language).map(|(_, text)| text).unwrap_or_default();
    text.trim_end_matches('.').to_owned()
}

/// Registers the operation.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_years_without_edition);
}

/// List years without edition
///
/// The years since 2018 in which there was no edition, each with the reason and its sources. Reading the edition of
/// such a year is answered with 404 and the same reason.
#[utoipa::path(
    operation_id = "list_years_without_edition",
    tag = "editions",
    params(ListQuery<PublicYearWithoutEdition>),
    responses((status = 200, description = "A page of years.", body = List<PublicYearWithoutEdition>)),
)]
#[get("/v1/years-without-edition")]
async fn list_years_without_edition(
    query: ListQuery<PublicYearWithoutEdition>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, list).await
}
