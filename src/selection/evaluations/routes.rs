//! Evaluations over HTTP.

use crate::http::routes::Routes;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get, patch, post, put, web};

use super::model::{EvaluationInput, NewEvaluation};
use super::progress::model::EvaluationProgress;
use super::sharing::model::ScoreSheet;
use super::transitions::model::{PublicTransition, TransitionInput};
use super::views::{EditionEvaluation, Evaluation};
use super::{progress, queries, sharing, transitions};
use crate::access::policy::{
    ChangeEvaluationState, CreateEvaluation, GetEvaluation, GetEvaluationProgress, ListEditionEvaluations,
    ListEvaluations, ListScoreSheets, ReplaceEvaluation, Rule, UpdateEvaluation,
};
use crate::access::{Authorized, Caller};
use crate::database::Database;
use crate::database::types::Id;
use crate::editions::criteria::NominationKind;
use crate::editions::path::EditionYear;
use crate::error::{Error, Result};
use crate::http::body::{Change, MergePatch, Valid};
use crate::http::conditional::IfMatch;
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::selection::routes::KindQuery;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_evaluations)
        .service(create_evaluation)
        .service(get_evaluation)
        .service(replace_evaluation)
        .service(update_evaluation)
        .service(create_evaluation_transition)
        .service(list_edition_evaluations)
        .service(list_score_sheets)
        .service(get_evaluation_progress);
}

/// The identifiers in the path of an evaluation, as they were given.
#[derive(Debug, Clone)]
struct EvaluationPath {
    nomination_id: String,
    id: String,
}

impl EvaluationPath {
    fn both(&self) -> (&str, &str) {
        (&self.nomination_id, &self.id)
    }
}

impl FromRequest for EvaluationPath {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let segment = |name: &str| request.match_info().query(name).to_owned();
        std::future::ready(Ok(Self { nomination_id: segment("id"), id: segment("evaluation_id") }))
    }
}

/// List the evaluations of a nomination
///
/// The jurors' evaluations of a nomination, each as far as the caller may see it. For a juror there is the own one alone;
/// what the others handed in stands in the score sheets of the nomination, without names. The offices see whose
/// evaluations there are and how far they are, and the scores once the jury has closed. For a chair there are none before
/// that: until then the chair reads numbers (the evaluation progress of the edition). Auditors see everything.
#[utoipa::path(
    operation_id = "list_evaluations",
    tag = "evaluations",
    params(("id" = Id, Path, description = "Identifier of the nomination."), ListQuery<Evaluation>),
    responses((status = 200, description = "A page of evaluations.", body = List<Evaluation>)),
)]
#[get("/v1/nominations/{id}/evaluations")]
async fn list_evaluations(
    caller: Authorized<ListEvaluations>,
    id: web::Path<String>,
    query: ListQuery<Evaluation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, &caller, &id, request)).await
}

/// List the evaluations of an edition
///
/// The evaluations of all nominations for an edition, each as far as the caller may see it (see the evaluations of a
/// nomination). For a juror this is the list of what there is to do.
#[utoipa::path(
    operation_id = "list_edition_evaluations",
    tag = "evaluations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ListQuery<EditionEvaluation>,
    ),
    responses((status = 200, description = "A page of evaluations.", body = List<Evaluation>)),
)]
#[get("/v1/editions/{year}/evaluations")]
async fn list_edition_evaluations(
    caller: Authorized<ListEditionEvaluations>,
    EditionYear(year): EditionYear,
    query: ListQuery<EditionEvaluation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query
        .serve(&database, move |connection, request| {
            queries::list_of_edition(connection, &caller, year, request)
        })
        .await
}

/// Get an evaluation
///
/// One evaluation, as far as the caller may see it. One of which the caller may not know is answered as one that does
/// not exist (404).
#[utoipa::path(
    operation_id = "get_evaluation",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("evaluation_id" = Id, Path, description = "Identifier of the evaluation."),
        ItemQuery<Evaluation>,
    ),
    responses((status = 200, description = "The evaluation.", body = Evaluation)),
)]
#[get("/v1/nominations/{id}/evaluations/{evaluation_id}")]
async fn get_evaluation(
    caller: Authorized<GetEvaluation>,
    path: EvaluationPath,
    query: ItemQuery<Evaluation>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let evaluation = database.read(move |connection| queries::get(connection, &caller, path.both())).await?;
    Ok(query.answer(&evaluation))
}

/// Assign a nomination to a juror
///
/// Assigns a nomination to one juror by hand, once at most; an eligible nomination goes under evaluation by it. Whoever
/// holds an office in the selection, the chair included, is no juror (422). A juror with a conflict of interest that the
/// service knows of is refused (409 `conflict_of_interest`), as is everything once the jury has closed (409
/// `jury_closed`). Who is tied to a nominee assigns nothing (403 `interested_office`). A chair reads what becomes of it
/// in the progress, and the evaluation itself once the jury has closed.
#[utoipa::path(
    operation_id = "create_evaluation",
    tag = "evaluations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = NewEvaluation, description = "The juror."),
    responses((status = 201, description = "The nomination was assigned.", body = Evaluation)),
)]
#[post("/v1/nominations/{id}/evaluations")]
async fn create_evaluation(
    caller: Authorized<CreateEvaluation>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<NewEvaluation>,
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

/// Replace an evaluation
///
/// Replaces what the draft of the caller's own evaluation says; a criterion that is left out has no score. Before, the
/// juror has to declare that there is no conflict of interest (409 `declaration_needed`).
#[utoipa::path(
    operation_id = "replace_evaluation",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("evaluation_id" = Id, Path, description = "Identifier of the evaluation."),
    ),
    request_body(content = EvaluationInput, description = "The sheet."),
    responses((status = 200, description = "The evaluation as it is now.", body = Evaluation)),
)]
#[put("/v1/nominations/{id}/evaluations/{evaluation_id}")]
async fn replace_evaluation(
    caller: Authorized<ReplaceEvaluation>,
    write: WriteRequest,
    path: EvaluationPath,
    if_match: IfMatch,
    input: Valid<EvaluationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Replace(Box::new(input.content));
    change_evaluation(ReplaceEvaluation::RULE, caller.into_caller(), write, path, if_match, change, database)
        .await
}

/// Update an evaluation
///
/// Changes some of what the draft of the caller's own evaluation says (RFC 7396): criteria that are not named keep their
/// scores, `null` takes one away.
#[utoipa::path(
    operation_id = "update_evaluation",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("evaluation_id" = Id, Path, description = "Identifier of the evaluation."),
    ),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "What to change of the sheet.",
        example = json!({"scores": {"heritage": {"score": 9}}}),
    ),
    responses((status = 200, description = "The evaluation as it is now.", body = Evaluation)),
)]
#[patch("/v1/nominations/{id}/evaluations/{evaluation_id}")]
async fn update_evaluation(
    caller: Authorized<UpdateEvaluation>,
    write: WriteRequest,
    path: EvaluationPath,
    if_match: IfMatch,
    patch: MergePatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let change = Change::Merge(patch);
    change_evaluation(UpdateEvaluation::RULE, caller.into_caller(), write, path, if_match, change, database)
        .await
}

async fn change_evaluation(
    rule: Rule,
    caller: Caller,
    write: WriteRequest,
    path: EvaluationPath,
    if_match: IfMatch,
    change: Change<EvaluationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .update(&database, move |connection| {
            queries::update(connection, rule, &caller, &actor, path.both(), &if_match, &change)
        })
        .await
}

/// Submit an evaluation, or step back from it
///
/// Hands the caller's own evaluation in, with a score on every criterion (otherwise 422 names those that are missing),
/// or takes the juror back from it (`recused`, with a reason), which is possible until the jury closes, after submitting
/// too. What is submitted does not change any more. `If-Match` takes the `ETag` of the evaluation.
#[utoipa::path(
    operation_id = "create_evaluation_transition",
    tag = "evaluations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("evaluation_id" = Id, Path, description = "Identifier of the evaluation."),
    ),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses(
        (status = 201, description = "The state changed; `Location` is the evaluation.", body = PublicTransition),
    ),
)]
#[post("/v1/nominations/{id}/evaluations/{evaluation_id}/transitions")]
async fn create_evaluation_transition(
    caller: Authorized<ChangeEvaluationState>,
    write: WriteRequest,
    path: EvaluationPath,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            transitions::queries::create(connection, &caller, actor, path.both(), &if_match, &content)
        })
        .await
}

/// List the score sheets of a nomination
///
/// What the jurors of a nomination handed in, for those among them who have: scores and comments, without whose they are
/// and when they were handed in. The sheets appear all at once, the own one among them, when nobody has still to write
/// and there are three or more; otherwise when the jury closes. Their names and their order are random and are found
/// nowhere else. What falls away later stays here until the jury closes.
#[utoipa::path(
    operation_id = "list_score_sheets",
    tag = "evaluations",
    params(("id" = Id, Path, description = "Identifier of the nomination."), ListQuery<ScoreSheet>),
    responses((status = 200, description = "A page of score sheets.", body = List<ScoreSheet>)),
)]
#[get("/v1/nominations/{id}/score-sheets")]
async fn list_score_sheets(
    caller: Authorized<ListScoreSheets>,
    id: web::Path<String>,
    query: ListQuery<ScoreSheet>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query
        .serve(&database, move |connection, request| {
            sharing::queries::list(connection, &caller, &id, request)
        })
        .await
}

/// Get the progress of the evaluations
///
/// How far the jury of an edition is with the nominations of a kind: for each nomination and each juror how many
/// evaluations are assigned, declared free of conflicts, submitted and ended, and whether there are enough for a result.
/// Without any score.
#[utoipa::path(
    operation_id = "get_evaluation_progress",
    tag = "evaluations",
    params(
        ("year" = i64, Path, description = "Year of the edition.", example = 2027),
        ("kind" = NominationKind, Query, description = "Kind of nominations."),
    ),
    responses((status = 200, description = "The progress.", body = EvaluationProgress)),
)]
#[get("/v1/editions/{year}/evaluation-progress")]
async fn get_evaluation_progress(
    _caller: Authorized<GetEvaluationProgress>,
    EditionYear(year): EditionYear,
    query: KindQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let kind = query.kind;
    let progress = database.read(move |connection| progress::queries::get(connection, year, kind)).await?;
    Ok(query.document.answer_record(&progress))
}
