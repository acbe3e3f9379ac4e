//! The fields of activity that associations are filed under: the 12 groups of the International Classification of
//! Non-profit Organizations (ICNPO), as the Haut-Commissariat au Plan uses them.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::database::listing::{ListRequest, ListSpec, Page, Plan, Sort, ValueType};
use crate::database::schema::activity_fields;
use crate::database::types::{Json, UtcTime};
use crate::database::{Connection, Database};
use crate::error::{Error, Result};
use crate::http::list::{ItemQuery, ListQuery, Listed};
use crate::http::representation::{List, Resource};
use crate::language::{LocalizedText, Text};
use crate::search::NameKeys;

/// A field of activity as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = activity_fields, treat_none_as_null = true)]
pub struct ActivityFieldRow {
    pub(crate) code: String,
    pub(crate) slug: String,
    pub(crate) position: i64,
    pub(crate) name: Json<Text>,
    pub(crate) name_ar_key: String,
    pub(crate) name_fr_key: String,
    pub(crate) search_text: String,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
}

impl ActivityFieldRow {
    /// A field of the classification.
    pub fn new(code: &str, slug: &str, position: i64, name: Text) -> Self {
        let keys = NameKeys::of(&name, [slug]);
        let now = UtcTime::now();
        Self {
            code: code.to_owned(),
            slug: slug.to_owned(),
            position,
            name: Json(name),
            name_ar_key: keys.ar,
            name_fr_key: keys.fr,
            search_text: keys.search_text,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A field of activity of associations.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ActivityField)]
pub struct PublicActivityField {
    /// Code: the number of the ICNPO group.
    #[schema(examples("5"))]
    pub code: String,
    /// A readable name for programs.
    #[schema(examples("environment"))]
    pub slug: String,
    /// Name.
    pub name: LocalizedText,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

impl From<ActivityFieldRow> for PublicActivityField {
    fn from(row: ActivityFieldRow) -> Self {
        Self {
            code: row.code,
            slug: row.slug,
            name: row.name.0.into(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicActivityField {
    fn path(&self) -> String {
        format!("/v1/activity-fields/{}", self.code)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}

impl Listed for PublicActivityField {
    const LIST: ListSpec = ListSpec {
        sorts: &[
            Sort {
                name: "position",
                sql: "activity_fields.position",
                value_type: ValueType::Integer(0, i64::MAX),
                nullable: false,
            },
            Sort {
                name: "name.ar",
                sql: "activity_fields.name_ar_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
            Sort {
                name: "name.fr",
                sql: "activity_fields.name_fr_key",
                value_type: ValueType::Text(""),
                nullable: false,
            },
        ],
        default_sort: "position",
        ..ListSpec::new(
            "activity_fields",
            Sort {
                name: "code",
                sql: "activity_fields.code",
                value_type: ValueType::Text("5"),
                nullable: false,
            },
        )
    };
}

fn list(connection: &mut Connection, request: &ListRequest) -> Result<Page<PublicActivityField>> {
    let plan = Plan::new(connection, &PublicActivityField::LIST, request);
    let rows = activity_fields::table
        .select((ActivityFieldRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    Ok(plan.finish(connection, rows)?.map(PublicActivityField::from))
}

fn get(connection: &mut Connection, code_or_slug: &str) -> Result<PublicActivityField> {
    let row = activity_fields::table
        .filter(activity_fields::code.eq(code_or_slug).or(activity_fields::slug.eq(code_or_slug)))
        .select(ActivityFieldRow::as_select())
        .first(connection)
        .optional()?;
    row.map(PublicActivityField::from).ok_or_else(|| Error::not_found("activity_field", code_or_slug))
}

/// Registers the operations of the fields of activity.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_activity_fields).service(get_activity_field);
}

/// List activity fields
///
/// The 12 groups of the International Classification of Non-profit Organizations.
#[utoipa::path(
    operation_id = "list_activity_fields",
    tag = "associations",
    params(ListQuery<PublicActivityField>),
    responses((status = 200, description = "A page of fields of activity.", body = List<PublicActivityField>)),
)]
#[get("/v1/activity-fields")]
async fn list_activity_fields(
    query: ListQuery<PublicActivityField>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, list).await
}

/// Get an activity field
///
/// One field of activity by its code or its slug.
#[utoipa::path(
    operation_id = "get_activity_field",
    tag = "associations",
    params(
        ("code" = String, Path, description = "Code or slug of the field of activity.", example = "environment"),
        ItemQuery<PublicActivityField>,
    ),
    responses((status = 200, description = "The field of activity.", body = PublicActivityField)),
)]
#[get("/v1/activity-fields/{code}")]
async fn get_activity_field(
    code: web::Path<String>,
    query: ItemQuery<PublicActivityField>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let field = database.read(move |connection| get(connection, &code)).await?;
    Ok(query.answer(&field))
}
