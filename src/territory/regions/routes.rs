//! The regions over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::model::PublicRegion;
use super::queries;
use crate::database::Database;
use crate::error::Result;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;

/// Registers the operations of the regions.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_regions).service(get_region);
}

/// List regions
///
/// The 12 regions of Morocco, with names in Arabic and French and the population of the census of 2024.
#[utoipa::path(
    operation_id = "list_regions",
    tag = "territory",
    params(ListQuery<PublicRegion>),
    responses((status = 200, description = "A page of regions.", body = List<PublicRegion>)),
)]
#[get("/v1/regions")]
async fn list_regions(query: ListQuery<PublicRegion>, database: web::Data<Database>) -> Result<HttpResponse> {
    query.serve(&database, queries::list).await
}

/// Get a region
///
/// One region by its code or its slug.
#[utoipa::path(
    operation_id = "get_region",
    tag = "territory",
    params(("code" = String, Path, description = "Code or slug of the region.", example = "oriental"), ItemQuery<PublicRegion>),
    responses((status = 200, description = "The region.", body = PublicRegion)),
)]
#[get("/v1/regions/{code}")]
async fn get_region(
    code: web::Path<String>,
    query: ItemQuery<PublicRegion>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let region = database.read(move |connection| queries::get(connection, &code)).await?;
    Ok(query.answer(&region))
}
