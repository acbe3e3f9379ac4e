//! Eligibility over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};

use super::model::{DecisionInput, PublicAnswer, PublicDecision, PublicEligibility, QuestionInput};
use super::queries;
use crate::access::policy::CreateEligibilityDecision;
use crate::access::{Authorized, MaybeCaller};
use crate::database::Database;
use crate::database::types::Id;
use crate::editions::path::EditionYear;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::document::{DocumentQuery, QuestionQuery};
use crate::http::write::WriteRequest;
use crate::nominations::access::Audience;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_eligibility).service(create_eligibility_decision).service(create_eligibility_check);
}

/// Get the eligibility of a nomination
///
/// Whether the nominated city or association meets the conditions of the edition: every check with its outcome, what is
/// missing and the way out, and the figures that it used. Until screening ends the checks are computed from the register
/// as it is now; then the report is frozen, and later changes of the register change nothing in it. The evidence names who
/// last wrote the facts: what passes only by what the nominee wrote itself after the call opened needs a review. A check that
/// needs a review passes or fails by the decision of an officer. A draft that the caller may not see is answered as one that
/// does not exist (404).
#[utoipa::path(
    operation_id = "get_eligibility",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    responses((status = 200, description = "The checks.", body = PublicEligibility)),
)]
#[get("/v1/nominations/{id}/eligibility")]
async fn get_eligibility(
    caller: MaybeCaller,
    id: web::Path<String>,
    query: DocumentQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let audience = Audience::of(caller.0.as_ref());
    let eligibility = database.read(move |connection| queries::get(connection, &audience, &id)).await?;
    Ok(query.answer(&eligibility))
}

/// Decide on a check of a nomination's eligibility
///
/// Decides on a check that needs a review, while the nomination is screened (otherwise 409). What the register answers by
/// itself is not decided (409 `eligibility_mismatch`): correct the register instead. Whether a described activity fits the
/// values is for officers of ICSO to decide. The latest decision on a check counts, as long as the check needs a review and
/// the nominee has not rewritten its facts since. Neither whoever made the nomination decides nor an office that belongs to
/// a nominee of this kind, or did since the call opened (403 `interested_office`).
#[utoipa::path(
    operation_id = "create_eligibility_decision",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = DecisionInput, description = "The check, what is decided, and why."),
    responses(
        (
            status = 201,
            description = "The decision counts; `Location` is the nomination's eligibility.",
            body = PublicDecision,
        ),
    ),
)]
#[post("/v1/nominations/{id}/eligibility/decisions")]
async fn create_eligibility_decision(
    caller: Authorized<CreateEligibilityDecision>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<DecisionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            queries::create_decision(connection, &caller, actor, &id, &content)
        })
        .await
}

/// Check the eligibility of a city or an association
///
/// Asks, before nominating and without a token, whether a city or an association would meet the conditions of an edition
/// today: the same checks as those of a nomination, computed from the register as it is now. What a nomination itself
/// would add is not counted: its achievements, and who nominates, whose own facts would need a review. It keeps nothing, so
/// `dry_run` makes no difference. An edition that was cancelled or archived has no conditions any more (409).
#[utoipa::path(
    operation_id = "create_eligibility_check",
    tag = "nominations",
    params(("year" = i64, Path, description = "Year of the edition.", minimum = 2018, maximum = 2200, example = 2027)),
    request_body(content = QuestionInput, description = "The city or the association."),
    responses((status = 200, description = "The checks.", body = PublicAnswer)),
)]
#[post("/v1/editions/{year}/eligibility-checks")]
async fn create_eligibility_check(
    year: EditionYear,
    query: QuestionQuery,
    question: Valid<QuestionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let answer =
        database.read(move |connection| queries::answer(connection, year.0, &question.content)).await?;
    Ok(query.answer(&answer))
}
