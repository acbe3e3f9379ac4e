//! The cities over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::model::{CityInput, PublicCity};
use super::{keeping, queries};
use crate::access::policy::{CreateCity, ReplaceCity, UpdateCity};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::keeping::References;

/// Registers the operations of the cities.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_cities)
        .service(list_cities_as_geojson)
        .service(create_city)
        .service(get_city)
        .service(replace_city)
        .service(update_city)
        .configure(keeping::routes::routes);
}

/// List cities
///
/// The communes of Morocco: filter by region, province, kind and population, search by name in any language, look
/// around a place. As GeoJSON: `/v1/cities.geojson`, or here with `format=geojson` or `Accept: application/geo+json`.
#[utoipa::path(
    operation_id = "list_cities",
    tag = "territory",
    params(ListQuery<PublicCity>),
    responses((status = 200, description = "A page of cities.", body = List<PublicCity>)),
)]
#[get("/v1/cities")]
async fn list_cities(query: ListQuery<PublicCity>, database: web::Data<Database>) -> Result<HttpResponse> {
    page_of_cities(&query, &database).await
}

/// List cities as GeoJSON
///
/// The same list as a FeatureCollection (RFC 7946) for maps; a city without a known place has a null geometry. The pages
/// follow by the `Link` header.
#[utoipa::path(
    operation_id = "list_cities_as_geojson",
    tag = "territory",
    params(ListQuery<PublicCity>),
    responses((
        status = 200,
        description = "A page of cities.",
        body = Object,
        content_type = "application/geo+json",
    )),
)]
#[get("/v1/cities.geojson")]
async fn list_cities_as_geojson(
    query: ListQuery<PublicCity>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    page_of_cities(&query, &database).await
}

async fn page_of_cities(query: &ListQuery<PublicCity>, database: &Database) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    query.serve(database, move |connection, request| queries::list(connection, request, &expand)).await
}

/// Get a city
///
/// One city by its code or its slug, with the active associations seated in it and the years in which it was capital.
#[utoipa::path(
    operation_id = "get_city",
    tag = "territory",
    params(
        ("code" = String, Path, description = "Code or slug of the city.", example = "oujda"),
        ItemQuery<PublicCity>,
    ),
    responses((status = 200, description = "The city.", body = PublicCity)),
)]
#[get("/v1/cities/{code}")]
async fn get_city(
    code: web::Path<String>,
    query: ItemQuery<PublicCity>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    let city = database.read(move |connection| queries::get(connection, &code, &expand)).await?;
    Ok(query.answer(&city))
}

/// Create a city
///
/// Adds a commune, as after a change of the territorial division.
#[utoipa::path(
    operation_id = "create_city",
    tag = "territory",
    request_body(content = CityInput, description = "The city."),
    responses((status = 201, description = "The city was created.", body = PublicCity)),
)]
#[post("/v1/cities")]
async fn create_city(
    caller: Authorized<CreateCity>,
    write: WriteRequest,
    input: Valid<CityInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, actor, &content)
        })
        .await
}

/// Replace a city
///
/// Replaces all that can be written of a city; what is left out becomes unknown. Name, slug and kind stay
/// while an edition or a nomination uses the city, and for good once it has had the title (409 `in_use`); systems never
/// change them (403 `forbidden_field`). Another language may be added to the name.
#[utoipa::path(
    operation_id = "replace_city",
    tag = "territory",
    params(("code" = String, Path, description = "Code or slug of the city.", example = "oujda")),
    request_body(content = CityInput, description = "The city."),
    responses((status = 200, description = "The city as it is now.", body = PublicCity)),
)]
#[put("/v1/cities/{code}")]
async fn replace_city(
    caller: Authorized<ReplaceCity>,
    write: WriteRequest,
    code: web::Path<String>,
    if_match: IfMatch,
    input: Valid<CityInput>,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    change_city(
        caller.into_caller(),
        write,
        code,
        if_match,
        Change::Replace(Box::new(input.content)),
        references,
        database,
    )
    .await
}

/// Update a city
///
/// Changes some fields of a city (RFC 7396): fields that are not named stay, `null` makes a field unknown. Name,
/// slug and kind stay while an edition or a nomination uses the city, and for good once it has had the title (409
/// `in_use`); systems never change them (403 `forbidden_field`). Another language may be added to the name.
#[utoipa::path(
    operation_id = "update_city",
    tag = "territory",
    params(("code" = String, Path, description = "Code or slug of the city.", example = "oujda")),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"population_2024": 506_300}),
    ),
    responses((status = 200, description = "The city as it is now.", body = PublicCity)),
)]
#[patch("/v1/cities/{code}")]
async fn update_city(
    caller: Authorized<UpdateCity>,
    write: WriteRequest,
    code: web::Path<String>,
    if_match: IfMatch,
    patch: MergePatch,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    change_city(caller.into_caller(), write, code, if_match, Change::Merge(patch), references, database).await
}

async fn change_city(
    caller: Caller,
    write: WriteRequest,
    code: web::Path<String>,
    if_match: IfMatch,
    change: Change<CityInput>,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, **references, (&caller, &actor), &code, &if_match, &change)
        })
        .await
}
