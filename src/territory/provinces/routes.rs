//! The provinces over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, web};

use super::model::PublicProvince;
use super::queries;
use crate::database::Database;
use crate::error::Result;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;

/// Registers the operations of the provinces.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_provinces).service(get_province);
}

/// List provinces
///
/// The provinces and prefectures of Morocco. Do not add up the 8 `prefecture_of_arrondissements` with the rest: their
/// population is contained in that of Casablanca.
#[utoipa::path(
    operation_id = "list_provinces",
    tag = "territory",
    params(ListQuery<PublicProvince>),
    responses((status = 200, description = "A page of provinces.", body = List<PublicProvince>)),
)]
#[get("/v1/provinces")]
async fn list_provinces(
    query: ListQuery<PublicProvince>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    query.serve(&database, move |connection, request| queries::list(connection, request, &expand)).await
}

/// Get a province
///
/// One province or prefecture by its code.
#[utoipa::path(
    operation_id = "get_province",
    tag = "territory",
    params(
        ("code" = String, Path, description = "Code or slug of the province.", example = "02.411"),
        ItemQuery<PublicProvince>,
    ),
    responses((status = 200, description = "The province.", body = PublicProvince)),
)]
#[get("/v1/provinces/{code}")]
async fn get_province(
    code: web::Path<String>,
    query: ItemQuery<PublicProvince>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    let province = database.read(move |connection| queries::get(connection, &code, &expand)).await?;
    Ok(query.answer(&province))
}
