//! Conflicts of interest over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{ConflictInput, PublicConflict};
use super::transitions::model::{PublicTransition, TransitionInput};
use super::{queries, transitions};
use crate::access::Authorized;
use crate::access::policy::{ChangeConflictState, CreateConflict, GetConflict, ListConflicts};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_conflicts)
        .service(create_conflict)
        .service(get_conflict)
        .service(create_conflict_transition);
}

/// List declarations and conflicts
///
/// What is known of the jurors' independence from a nomination: what they declared, what offices alleged, what the
/// service found. A juror reads what concerns the own person alone.
#[utoipa::path(
    operation_id = "list_conflicts",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ListQuery<PublicConflict>,
    ),
    responses((status = 200, description = "A page of declarations and conflicts.", body = List<PublicConflict>)),
)]
#[get("/v1/nominations/{id}/conflicts")]
async fn list_conflicts(
    caller: Authorized<ListConflicts>,
    id: web::Path<String>,
    query: ListQuery<PublicConflict>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, &caller, &id, request)).await
}

/// Declare or report a conflict of interest
///
/// A juror declares for an assigned nomination whether there is a conflict of interest. Without one, the sheet can be
/// written from then on (unless the service itself finds one: 409 `conflict_of_interest`); with one, the juror steps
/// back. The chair, the ministry and administrators report the conflict of a juror, with a ground and a sentence at
/// least, with a credential of their own (403 `foreign_credential`, `several_credentials`, `credential_rests`,
/// `office_rests`). Nothing follows of that before another office has confirmed it (see the transitions of a conflict);
/// until then the jury does not close, and no designation is proposed, signed or published (409 `not_ready`). There is
/// one allegation at a time of a juror's part in a nomination (409 `already_exists`).
#[utoipa::path(
    operation_id = "create_conflict",
    tag = "evaluations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = ConflictInput, description = "The declaration, or what is alleged."),
    responses(
        (status = 201, description = "It was noted.", body = PublicConflict),
    ),
)]
#[post("/v1/nominations/{id}/conflicts")]
async fn create_conflict(
    caller: Authorized<CreateConflict>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<ConflictInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create(connection, &caller, actor, &id, &content)
        })
        .await
}

/// Get a declaration or a conflict
///
/// One declaration or conflict of a nomination. To a juror those of the others are unknown (404).
#[utoipa::path(
    operation_id = "get_conflict",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("conflict_id" = Id, Path, description = "Identifier of the declaration or conflict."),
        ItemQuery<PublicConflict>,
    ),
    responses((status = 200, description = "The declaration or conflict.", body = PublicConflict)),
)]
#[get("/v1/nominations/{id}/conflicts/{conflict_id}")]
async fn get_conflict(
    caller: Authorized<GetConflict>,
    path: web::Path<(String, String)>,
    query: ItemQuery<PublicConflict>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let conflict =
        database.read(move |connection| queries::get(connection, &caller, (&path.0, &path.1))).await?;
    Ok(query.answer(&conflict))
}

/// Decide on an allegation
///
/// Confirms or dismisses what an office alleged of a juror, with reasons. It takes another office than the one that
/// alleged it (403 `own_report`), and nobody who is tied to a nomination before the same jury, by the rules that hold for
/// jurors (403 `interested_office`), with a credential of its own (403 `foreign_credential`, `credential_rests`,
/// `office_rests`). What is confirmed voids the juror's evaluation, submitted or not; when the jury has
/// closed already, the result is reconsidered without it. `If-Match` takes the `ETag` of the conflict.
#[utoipa::path(
    operation_id = "create_conflict_transition",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("conflict_id" = Id, Path, description = "Identifier of the conflict."),
    ),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses(
        (status = 201, description = "It was decided; `Location` is the conflict.", body = PublicTransition),
    ),
)]
#[post("/v1/nominations/{id}/conflicts/{conflict_id}/transitions")]
async fn create_conflict_transition(
    caller: Authorized<ChangeConflictState>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            let path = (path.0.as_str(), path.1.as_str());
            transitions::queries::create(connection, &caller, actor, path, &if_match, &content)
        })
        .await
}
