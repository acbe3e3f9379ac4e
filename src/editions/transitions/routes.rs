//! Changes of an edition's state over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{PublicTransition, TransitionInput};
use super::queries;
use crate::access::Authorized;
use crate::access::policy::ChangeEditionState;
use crate::database::Database;
use crate::editions::path::{EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::ListQuery;
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(create_edition_transition).service(list_edition_history);
}

/// Change the state of an edition
///
/// Takes an edition from its state to another. A way that there is not is a 409 `wrong_state` that names the allowed
/// ones; what is missing for a way that there is, a 409 `not_ready` with a fault for each field of the edition. The
/// nominations are examined only after the call is over (409 `call_still_open`). A city gets the title, and a title is
/// withheld, only by publishing a designation (409 `designation_needed`).
///
/// To postpone an edition takes a reason and the later `year`, which is its year from then on: `Location` is the history
/// under that year. A postponed edition returns to the state that it left. To cancel one takes a reason.
///
/// `If-Match` takes the `ETag` of the edition; the `ETag` of the answer is good for the next change.
#[utoipa::path(
    operation_id = "create_edition_transition",
    tag = "editions",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses(
        (
            status = 201,
            description = "The state changed; `Location` is the edition's history.",
            body = PublicTransition,
        ),
    ),
)]
#[post("/v1/editions/{year}/transitions")]
async fn create_edition_transition(
    caller: Authorized<ChangeEditionState>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::transition(connection, &caller, actor, year, &if_match, &content)
        })
        .await
}

/// List the history of an edition
///
/// How the edition came to its state: each change with its time and its reason, the first one first. The history begins
/// with the first change that was made here: that of the editions before is in their sources.
#[utoipa::path(
    operation_id = "list_edition_history",
    tag = "editions",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ListQuery<PublicTransition>,
    ),
    responses((status = 200, description = "A page of the history.", body = List<PublicTransition>)),
)]
#[get("/v1/editions/{year}/history")]
async fn list_edition_history(
    key: EditionKey,
    query: ListQuery<PublicTransition>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}
