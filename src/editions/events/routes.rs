//! The events of an edition over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};

use super::model::{EventInput, PublicEvent};
use super::queries;
use crate::access::policy::{CreateEvent, DeleteEvent, ReplaceEvent, UpdateEvent};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::database::types::Id;
use crate::editions::path::{ChildId, EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations of the events.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_events)
        .service(create_event)
        .service(get_event)
        .service(replace_event)
        .service(update_event)
        .service(delete_event);
}

/// List events
///
/// The events of an edition, in the order of its programme.
#[utoipa::path(
    operation_id = "list_events",
    tag = "editions",
    params(("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."), ListQuery<PublicEvent>),
    responses((status = 200, description = "A page of events.", body = List<PublicEvent>)),
)]
#[get("/v1/editions/{year}/events")]
async fn list_events(
    key: EditionKey,
    query: ListQuery<PublicEvent>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}

/// Get an event
///
/// One event of an edition.
#[utoipa::path(
    operation_id = "get_event",
    tag = "editions",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ("id" = Id, Path, description = "Identifier of the event."),
        ItemQuery<PublicEvent>,
    ),
    responses((status = 200, description = "The event.", body = PublicEvent)),
)]
#[get("/v1/editions/{year}/events/{id}")]
async fn get_event(
    key: EditionKey,
    ChildId(id): ChildId,
    query: ItemQuery<PublicEvent>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let event = database.read(move |connection| queries::get(connection, key, &id)).await?;
    Ok(query.answer(&event))
}

/// Create an event
///
/// Adds an event to an edition, at the end of its programme.
#[utoipa::path(
    operation_id = "create_event",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2022)),
    request_body(content = EventInput, description = "The event."),
    responses((status = 201, description = "The event was created.", body = PublicEvent)),
)]
#[post("/v1/editions/{year}/events")]
async fn create_event(
    caller: Authorized<CreateEvent>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    input: Valid<EventInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, (&caller, actor), year, content.clone())
        })
        .await
}

/// Replace an event
///
/// Replaces all that can be written of an event; what is left out becomes unknown.
#[utoipa::path(
    operation_id = "replace_event",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ("id" = Id, Path, description = "Identifier of the event."),
    ),
    request_body(content = EventInput, description = "The event."),
    responses((status = 200, description = "The event as it is now.", body = PublicEvent)),
)]
#[put("/v1/editions/{year}/events/{id}")]
async fn replace_event(
    caller: Authorized<ReplaceEvent>,
    write: WriteRequest,
    year: EditionYear,
    id: ChildId,
    if_match: IfMatch,
    input: Valid<EventInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Replace(Box::new(input.content));
    change_event(caller.into_caller(), write, (year, id), if_match, change, database).await
}

/// Update an event
///
/// Changes some fields of an event (RFC 7396): fields that are not named stay, `null` makes a field unknown.
#[utoipa::path(
    operation_id = "update_event",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ("id" = Id, Path, description = "Identifier of the event."),
    ),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"place": {"fr": "Grande salle du siège de la province"}}),
    ),
    responses((status = 200, description = "The event as it is now.", body = PublicEvent)),
)]
#[patch("/v1/editions/{year}/events/{id}")]
async fn update_event(
    caller: Authorized<UpdateEvent>,
    write: WriteRequest,
    year: EditionYear,
    id: ChildId,
    if_match: IfMatch,
    patch: MergePatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    change_event(caller.into_caller(), write, (year, id), if_match, Change::Merge(patch), database).await
}

async fn change_event(
    caller: Caller,
    write: WriteRequest,
    (EditionYear(year), ChildId(id)): (EditionYear, ChildId),
    if_match: IfMatch,
    change: Change<EventInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, (&caller, &actor), (year, &id), &if_match, &change)
        })
        .await
}

/// Delete an event
///
/// Deletes an event of an edition; once its city is designated, only officers of the ministry do.
#[utoipa::path(
    operation_id = "delete_event",
    tag = "editions",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2022),
        ("id" = Id, Path, description = "Identifier of the event."),
    ),
    responses((status = 204, description = "The event was deleted.")),
)]
#[delete("/v1/editions/{year}/events/{id}")]
async fn delete_event(
    caller: Authorized<DeleteEvent>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    ChildId(id): ChildId,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .delete(&database, move |connection| {
            queries::delete(connection, (&caller, &actor), (year, &id), &if_match)
        })
        .await
}
