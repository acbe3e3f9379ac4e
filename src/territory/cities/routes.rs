//! The cities over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::model::{CityInput, PublicCity};
use super::writes::CityWrites;
use super::{keeping, queries};
use crate::access::Authorized;
use crate::access::policy::{CreateCity, CreateCityBatch, ReplaceCity, UpdateCity};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::batch::{BatchAnswer, BatchInput, IncomingBatch};
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::transfers::Transfers;
use crate::http::write::WriteRequest;
use crate::http::writes::Writes as _;
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
        .service(create_city_batch)
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
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = CityWrites::new(caller.into_caller(), write.origin(), **references);
    let Valid { content, digest } = input;
    write
        .create(&database, writes.actor().clone(), digest, move |connection, _| {
            writes.create(connection, &content)
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
    let writes = CityWrites::new(caller.into_caller(), write.origin(), **references);
    change_city(writes, write, code, if_match, Change::Replace(Box::new(input.content)), database).await
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
    let writes = CityWrites::new(caller.into_caller(), write.origin(), **references);
    change_city(writes, write, code, if_match, Change::Merge(patch), database).await
}

async fn change_city(
    writes: CityWrites,
    write: WriteRequest,
    code: web::Path<String>,
    if_match: IfMatch,
    change: Change<CityInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    write.update(&database, move |connection| writes.change(connection, &code, &if_match, &change)).await
}

/// Write many cities
///
/// Up to 1,000 writes of cities in one request of at most 8 MiB, each by the rules of its single operation: `create`,
/// `update` (a merge patch), `replace` and `delete`, in this order, each with what those before it have left. `atomic`
/// keeps all or nothing. 200 when all went well, else 207: the items say what became of each, in the same order.
///
/// A request that is malformed around the bodies of its items is refused as a whole (422). Only some batches are on their
/// way at a time, for each account (429) and in all (503): come back after `Retry-After`.
#[utoipa::path(
    operation_id = "create_city_batch",
    tag = "territory",
    request_body(
        content = BatchInput,
        description = "The writes.",
        example = json!({"items": [
            {"operation": "create", "body": {
                "code": "02.411.01.95", "slug": "nouvelle-commune", "province_code": "02.411", "kind": "rural",
                "name": {"ar": "جماعة جديدة", "fr": "Nouvelle commune"}
            }},
            {"operation": "update", "id": "oujda", "if_match": "*", "body": {"population_2024": 506_300}}
        ]}),
    ),
    responses(
        (status = 200, description = "All items were done.", body = BatchAnswer<PublicCity>),
        (status = 207, description = "Some items were not done.", body = BatchAnswer<PublicCity>),
    ),
)]
#[post("/v1/cities/batch")]
async fn create_city_batch(
    caller: Authorized<CreateCityBatch>,
    write: WriteRequest,
    batch: IncomingBatch,
    references: web::Data<References>,
    (database, transfers): (web::Data<Database>, web::Data<Transfers<Id>>),
) -> Result<HttpResponse> {
    let _transfer = transfers.begin(caller.account_id)?;
    let writes = CityWrites::new(caller.into_caller(), write.origin(), **references);
    batch.answer(write, &database, writes).await
}
