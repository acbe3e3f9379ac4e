//! The editions over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::input::EditionInput;
use super::model::PublicEdition;
use super::path::{EditionKey, EditionYear};
use super::{criteria, events, honours, keeping, partners, queries, transitions, years_without_edition};
use crate::access::policy::{CreateEdition, ReplaceEdition, UpdateEdition};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::keeping::References;

/// Registers the operations of the editions and of what belongs to them.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_editions)
        .service(create_edition)
        .service(get_edition)
        .service(replace_edition)
        .service(update_edition)
        .configure(keeping::routes::routes)
        .configure(events::routes::routes)
        .configure(partners::routes::routes)
        .configure(transitions::routes::routes)
        .configure(criteria::routes::routes)
        .configure(honours::routes::routes)
        .configure(years_without_edition::routes);
}

/// List editions
///
/// The editions since 2018, the latest first: filter by state, city, region and year, search by name and theme. The
/// years in which there was none stand in `/v1/years-without-edition`.
#[utoipa::path(
    operation_id = "list_editions",
    tag = "editions",
    params(ListQuery<PublicEdition>),
    responses((status = 200, description = "A page of editions.", body = List<PublicEdition>)),
)]
#[get("/v1/editions")]
async fn list_editions(
    query: ListQuery<PublicEdition>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    query.serve(&database, move |connection, request| queries::list(connection, request, &expand)).await
}

/// Get an edition
///
/// The edition of a year. When it was cancelled and another one took its place, the other one is shown, and names it in
/// `earlier_editions`: it is read by its identifier. A year in which there was no edition is answered with 404 and the
/// reason (`no_edition`), and so is one whose edition was postponed, with the year that it was put off to.
#[utoipa::path(
    operation_id = "get_edition",
    tag = "editions",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ItemQuery<PublicEdition>,
    ),
    responses((status = 200, description = "The edition.", body = PublicEdition)),
)]
#[get("/v1/editions/{year}")]
async fn get_edition(
    key: EditionKey,
    query: ItemQuery<PublicEdition>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let expand = query.view.expand.clone();
    let edition = database.read(move |connection| queries::get(connection, key, &expand)).await?;
    Ok(query.answer(&edition))
}

/// Create an edition
///
/// Adds an edition as a draft, with the default criteria and weights. There is one live edition a year: a second one
/// is refused (409). Only the offices name its city or the day on which it was designated, systems do not (403
/// `forbidden_field`); and nobody does when the title of the year was decided already and its edition cancelled since: then
/// it takes a designation (422 `title_decided`).
#[utoipa::path(
    operation_id = "create_edition",
    tag = "editions",
    request_body(content = EditionInput, description = "The edition."),
    responses((status = 201, description = "The edition was created.", body = PublicEdition)),
)]
#[post("/v1/editions")]
async fn create_edition(
    caller: Authorized<CreateEdition>,
    write: WriteRequest,
    input: Valid<EditionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, (&caller, actor), &content)
        })
        .await
}

/// Replace an edition
///
/// Replaces all that can be written of an edition; what is left out becomes unknown, and parameters that are left out
/// have their defaults. The state stays. What is archived or cancelled cannot change any more (409 `not_editable`).
/// Once the first call is open, the city, the parameters and what is told of the designation are repeated as they are;
/// an open call stays, and only the ministry shortens it. While a decision on the title is proposed or signed, the city
/// stays (409 `in_use`). Systems never change the city, nor the day of its designation (403 `forbidden_field`), and only the
/// ministry and ICSO anything of an edition that is completed.
#[utoipa::path(
    operation_id = "replace_edition",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = EditionInput, description = "The edition."),
    responses((status = 200, description = "The edition as it is now.", body = PublicEdition)),
)]
#[put("/v1/editions/{year}")]
async fn replace_edition(
    caller: Authorized<ReplaceEdition>,
    write: WriteRequest,
    year: EditionYear,
    if_match: IfMatch,
    input: Valid<EditionInput>,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    change_edition(
        caller.into_caller(),
        write,
        year,
        if_match,
        Change::Replace(Box::new(input.content)),
        (references, database),
    )
    .await
}

/// Update an edition
///
/// Changes some fields of an edition (RFC 7396): fields that are not named stay, `null` makes a field unknown. Once
/// the first call is open, the parameters, the city and what is told of the designation are frozen; an open call stays,
/// and only the ministry shortens it. While a decision on the title is proposed or signed, the city stays (409 `in_use`).
/// Systems never change the city, nor the day of its designation (403 `forbidden_field`). Once it is completed, only the
/// ministry and ICSO change anything. Once it is archived or cancelled, everything is frozen (409 `not_editable`).
#[utoipa::path(
    operation_id = "update_edition",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"slogan": {"fr": "Tisser des liens"}, "ends_on": "2027-05-24"}),
    ),
    responses((status = 200, description = "The edition as it is now.", body = PublicEdition)),
)]
#[patch("/v1/editions/{year}")]
async fn update_edition(
    caller: Authorized<UpdateEdition>,
    write: WriteRequest,
    year: EditionYear,
    if_match: IfMatch,
    patch: MergePatch,
    references: web::Data<References>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Merge(patch);
    change_edition(caller.into_caller(), write, year, if_match, change, (references, database)).await
}

async fn change_edition(
    caller: Caller,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    if_match: IfMatch,
    change: Change<EditionInput>,
    (references, database): (web::Data<References>, web::Data<Database>),
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, **references, (&caller, &actor), year, &if_match, &change)
        })
        .await
}
