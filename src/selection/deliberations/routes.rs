//! Deliberations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{DeliberationInput, PublicDeliberation, PublicTransition, TransitionInput};
use super::{queries, tie_decisions};
use crate::access::Authorized;
use crate::access::policy::{CreateDeliberation, ReopenDeliberation};
use crate::database::Database;
use crate::database::types::Id;
use crate::editions::path::{EditionKey, EditionYear};
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_deliberations)
        .service(create_deliberation)
        .service(get_deliberation)
        .service(create_deliberation_transition)
        .configure(tie_decisions::routes::routes);
}

/// List deliberations
///
/// When the jury of an edition closed its work on each kind of nominations, with the commitment to what it found, the
/// first closing first. Everybody reads it. What the jury found stays under embargo until it is published.
#[utoipa::path(
    operation_id = "list_deliberations",
    tag = "deliberations",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ListQuery<PublicDeliberation>,
    ),
    responses((status = 200, description = "A page of deliberations.", body = List<PublicDeliberation>)),
)]
#[get("/v1/editions/{year}/deliberations")]
async fn list_deliberations(
    key: EditionKey,
    query: ListQuery<PublicDeliberation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, key, request)).await
}

/// Get a deliberation
///
/// One closing of the jury, with its commitment. Everybody reads it.
#[utoipa::path(
    operation_id = "get_deliberation",
    tag = "deliberations",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ("deliberation_id" = Id, Path, description = "Identifier of the deliberation."),
        ItemQuery<PublicDeliberation>,
    ),
    responses((status = 200, description = "The deliberation.", body = PublicDeliberation)),
)]
#[get("/v1/editions/{year}/deliberations/{deliberation_id}")]
async fn get_deliberation(
    key: EditionKey,
    path: web::Path<(String, String)>,
    query: ItemQuery<PublicDeliberation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let deliberation = database.read(move |connection| queries::get(connection, key, &path.1)).await?;
    Ok(query.answer(&deliberation))
}

/// Close the jury
///
/// Ends the jury's work on a kind of nominations, while the edition is in review (`city_review`, `honours_review`).
/// Every nomination has to be screened, and no appeal possible any more (409 `not_ready`); those under evaluation need
/// as many submitted evaluations as the edition asks for (409 `quorum_missing`, which names them); evaluations that were
/// not submitted do not count. Conflicts of interest are looked for once more: whatever a juror has belonged to since the
/// call opened voids the sheet. A chair who is tied to a nominee does not close the jury (403 `interested_office`).
/// A jury does not close beside a designation that was proposed or signed without it (409 `under_embargo`).
///
/// From then on no score changes. The commitment in the answer is public at once: the hash of the sealed record, with
/// all scores under pseudonyms, which is published with the result.
#[utoipa::path(
    operation_id = "create_deliberation",
    tag = "deliberations",
    params(("year" = i64, Path, description = "Year of the edition.", example = 2027)),
    request_body(content = DeliberationInput, description = "The kind of nominations."),
    responses((status = 201, description = "The jury is closed.", body = PublicDeliberation)),
)]
#[post("/v1/editions/{year}/deliberations")]
async fn create_deliberation(
    caller: Authorized<CreateDeliberation>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    input: Valid<DeliberationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::close(connection, &caller, actor, year, content.kind)
        })
        .await
}

/// Open the jury again
///
/// Takes a deliberation from `closed` to `reopened`, with a reason that is public, so that evaluations can be completed. An
/// office does so with a credential of its own, and not the chair: it has seen the scores, and says who evaluates;
/// closing again makes another deliberation with a commitment of its own. Not while a designation is proposed or signed
/// (409 `under_embargo`): that is withdrawn or annulled first; nor by an office that is tied to a nominee (403
/// `interested_office`). `If-Match` takes the `ETag` of the deliberation.
#[utoipa::path(
    operation_id = "create_deliberation_transition",
    tag = "deliberations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ("deliberation_id" = Id, Path, description = "Identifier of the deliberation."),
    ),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses(
        (
            status = 201,
            description = "The state changed; `Location` is the deliberation.",
            body = PublicTransition,
        ),
    ),
)]
#[post("/v1/editions/{year}/deliberations/{deliberation_id}/transitions")]
async fn create_deliberation_transition(
    caller: Authorized<ReopenDeliberation>,
    write: WriteRequest,
    EditionYear(year): EditionYear,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::reopen(connection, &caller, actor, (year, &path.1), &if_match, &content)
        })
        .await
}
