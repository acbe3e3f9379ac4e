//! Nominations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, patch, post, put, web};

use super::access::Audience;
use super::embargo::Clearance;
use super::model::{NominationInput, PublicNomination};
use super::transitions::{self, PublicTransition, TransitionInput};
use super::writes::NominationWrites;
use super::{achievements, documents, eligibility, keeping, queries};
use crate::access::policy::{
    ChangeNominationState, CreateNomination, CreateNominationBatch, ReplaceNomination, UpdateNomination,
};
use crate::access::{Authorized, MaybeCaller};
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

/// Registers the operations of nominations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_nominations)
        .service(create_nomination)
        .service(get_nomination)
        .service(replace_nomination)
        .service(update_nomination)
        .service(create_nomination_batch)
        .configure(keeping::routes::routes)
        .service(create_nomination_transition)
        .service(list_nomination_history)
        .configure(achievements::routes::routes)
        .configure(documents::routes::routes)
        .configure(eligibility::routes::routes);
}

/// List nominations
///
/// The nominations of cities and associations, the latest first: filter by edition, kind, state, subject and region.
/// Everybody sees those that were submitted. A draft is seen by its nominator, by the representative of its city or
/// association, and by those who run the process; for all others it does not exist, in counts and facets neither.
///
/// While a result is under embargo, everybody reads `under_evaluation`. Those who prepare the publication also get what
/// has been decided, in `embargoed`; nothing here filters, sorts or counts by it.
#[utoipa::path(
    operation_id = "list_nominations",
    tag = "nominations",
    params(ListQuery<PublicNomination>),
    responses((status = 200, description = "A page of nominations.", body = List<PublicNomination>)),
)]
#[get("/v1/nominations")]
async fn list_nominations(
    caller: MaybeCaller,
    query: ListQuery<PublicNomination>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let audience = Audience::of(caller.0.as_ref());
    let expand = query.view.expand.clone();
    if let Some(clearance) = Clearance::of(caller.0.as_ref()) {
        let list = move |connection: &mut _, request: &_| {
            queries::list_internal(connection, &clearance, &audience, request, &expand)
        };
        return query.serve(&database, list).await;
    }
    let list = move |connection: &mut _, request: &_| queries::list(connection, &audience, request, &expand);
    query.serve(&database, list).await
}

/// Get a nomination
///
/// One nomination. A draft that the caller may not see is answered as one that does not exist (404). Those who prepare
/// the publication of a result also get what has been decided under embargo, in `embargoed`.
#[utoipa::path(
    operation_id = "get_nomination",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ItemQuery<PublicNomination>,
    ),
    responses((status = 200, description = "The nomination.", body = PublicNomination)),
)]
#[get("/v1/nominations/{id}")]
async fn get_nomination(
    caller: MaybeCaller,
    id: web::Path<String>,
    query: ItemQuery<PublicNomination>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let audience = Audience::of(caller.0.as_ref());
    let expand = query.view.expand.clone();
    if let Some(clearance) = Clearance::of(caller.0.as_ref()) {
        let get =
            move |connection: &mut _| queries::get_internal(connection, &clearance, &audience, &id, &expand);
        return Ok(query.answer_as(&database.read(get).await?));
    }
    let nomination =
        database.read(move |connection| queries::get(connection, &audience, &id, &expand)).await?;
    Ok(query.answer(&nomination))
}

/// Create a nomination
///
/// Nominates a city or an association for an edition, as a draft: it counts once it is submitted (see the transitions).
/// A representative nominates the own city or association alone. Nobody has two drafts of a subject for an edition (409),
/// but others may have one: of a subject one nomination stands from its submission on, until it is withdrawn,
/// disqualified, not selected or revoked.
#[utoipa::path(
    operation_id = "create_nomination",
    tag = "nominations",
    request_body(content = NominationInput, description = "The nomination."),
    responses((status = 201, description = "The nomination was created as a draft.", body = PublicNomination)),
)]
#[post("/v1/nominations")]
async fn create_nomination(
    caller: Authorized<CreateNomination>,
    write: WriteRequest,
    input: Valid<NominationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = NominationWrites::new(caller.into_caller(), write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, writes.actor().clone(), digest, move |connection, _| {
            writes.create(connection, &content)
        })
        .await
}

/// Replace a nomination
///
/// Replaces what a nomination says; what is left out becomes unknown. What is nominated for which edition cannot change.
/// Only its nominator may, and only while it is a draft or sent back for completion (409).
#[utoipa::path(
    operation_id = "replace_nomination",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = NominationInput, description = "The nomination."),
    responses((status = 200, description = "The nomination as it is now.", body = PublicNomination)),
)]
#[put("/v1/nominations/{id}")]
async fn replace_nomination(
    caller: Authorized<ReplaceNomination>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    input: Valid<NominationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = NominationWrites::new(caller.into_caller(), write.origin());
    change_nomination(writes, write, id, if_match, Change::Replace(Box::new(input.content)), database).await
}

/// Update a nomination
///
/// Changes some of what a nomination says (RFC 7396): fields that are not named stay, `null` makes a field unknown. Only its
/// nominator may, and only while it is a draft or sent back for completion (409).
#[utoipa::path(
    operation_id = "update_nomination",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(
        content = Object,
        content_type = "application/merge-patch+json",
        description = "The fields to change.",
        example = json!({"statement": {"fr": "Fès est riche d'un tissu associatif ancien, divers et actif."}}),
    ),
    responses((status = 200, description = "The nomination as it is now.", body = PublicNomination)),
)]
#[patch("/v1/nominations/{id}")]
async fn update_nomination(
    caller: Authorized<UpdateNomination>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    patch: MergePatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let writes = NominationWrites::new(caller.into_caller(), write.origin());
    change_nomination(writes, write, id, if_match, Change::Merge(patch), database).await
}

async fn change_nomination(
    writes: NominationWrites,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    change: Change<NominationInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    write.update(&database, move |connection| writes.change(connection, &id, &if_match, &change)).await
}

/// Write many nominations
///
/// Up to 1,000 writes of nominations in one request of at most 8 MiB, each by the rules of its single operation: `create`,
/// `update` (a merge patch), `replace` and `delete`, in this order, each with what those before it have left. `atomic`
/// keeps all or nothing. 200 when all went well, else 207: the items say what became of each, in the same order.
///
/// A request that is malformed around the bodies of its items is refused as a whole (422). Only some batches are on their
/// way at a time, for each account (429) and in all (503): come back after `Retry-After`.
#[utoipa::path(
    operation_id = "create_nomination_batch",
    tag = "nominations",
    request_body(
        content = BatchInput,
        description = "The writes.",
        example = json!({"items": [{"operation": "create", "body": {
            "kind": "city", "edition_year": 2027, "city_code": "agadir",
            "statement": {"ar": "أكادير مدينة الجمعيات.", "fr": "Agadir est une ville d'associations."}
        }}]}),
    ),
    responses(
        (status = 200, description = "All items were done.", body = BatchAnswer<PublicNomination>),
        (status = 207, description = "Some items were not done.", body = BatchAnswer<PublicNomination>),
    ),
)]
#[post("/v1/nominations/batch")]
async fn create_nomination_batch(
    caller: Authorized<CreateNominationBatch>,
    write: WriteRequest,
    batch: IncomingBatch,
    (database, transfers): (web::Data<Database>, web::Data<Transfers<Id>>),
) -> Result<HttpResponse> {
    let _transfer = transfers.begin(caller.account_id)?;
    let writes = NominationWrites::new(caller.into_caller(), write.origin());
    batch.answer(write, &database, writes).await
}

/// Change the state of a nomination
///
/// Takes a nomination from its state to another. A way that there is not is a 409 `wrong_state` that names those that can
/// be asked for; `shortlisted`, `selected`, `reserve` and `not_selected` come with the published result alone.
///
/// - `submitted`: from `draft` while the edition's call of this kind is open (else 409 `call_closed`), and no other
///   nomination of the subject stands (else 409 `already_exists`); from
///   `needs_completion` until `completion_due_at` (else 409 `completion_closed`); from `ineligible` as an appeal, once and
///   within the edition's `appeal_days` (else 409 `appeal_closed`), while the jury is open (else 409 `jury_closed`).
/// - `needs_completion`, `eligible`, `ineligible`: the screening, while the call is open or the nominations are reviewed.
///   The finding follows the eligibility checks (else 409 `eligibility_mismatch`), which are kept as they are then.
/// - `under_evaluation`: to the jury, while the edition is under review.
/// - `withdrawn` by the nominator, also in the reserve: an evaluated nomination not between the closing of its jury and
///   the publication of the result (409 `jury_closed`).
/// - `disqualified` by the ministry, also in the reserve: not between the decision on an evaluated nomination and its
///   publication (409 `under_embargo`).
/// - `revoked`: takes a title or an honour back; the record stays.
///
/// Only the nominator submits and withdraws. All else is for those who have no interest in a nomination of this kind for
/// the edition: who belongs to a nominee, or did since the call opened, takes no part (403 `interested_office`).
///
/// `needs_completion`, `ineligible`, `disqualified`, `revoked` and an appeal need a `reason`. In a state of the edition
/// that does not allow the change, it is a 409 `edition_state`. `If-Match` takes the `ETag` of the nomination; the `ETag`
/// of the answer is good for the next change.
#[utoipa::path(
    operation_id = "create_nomination_transition",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination.")),
    request_body(content = TransitionInput, description = "The state to go to, and why."),
    responses(
        (
            status = 201,
            description = "The state changed; `Location` is the nomination's history.",
            body = PublicTransition,
        ),
    ),
)]
#[post("/v1/nominations/{id}/transitions")]
async fn create_nomination_transition(
    caller: Authorized<ChangeNominationState>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    let Valid { content, digest } = input;
    write
        .create(&database, actor, digest, move |connection, actor| {
            transitions::queries::transition(connection, &caller, actor, &id, &if_match, &content)
        })
        .await
}

/// List the history of a nomination
///
/// How the nomination came to its state: each change with its time and its reason, the first one first. Seen by whoever
/// sees the nomination; who made a change is not public.
#[utoipa::path(
    operation_id = "list_nomination_history",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ListQuery<PublicTransition>,
    ),
    responses((status = 200, description = "A page of the history.", body = List<PublicTransition>)),
)]
#[get("/v1/nominations/{id}/history")]
async fn list_nomination_history(
    caller: MaybeCaller,
    id: web::Path<String>,
    query: ListQuery<PublicTransition>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let audience = Audience::of(caller.0.as_ref());
    let list = move |connection: &mut _, request: &_| {
        transitions::queries::list_history(connection, &audience, &id, request)
    };
    query.serve(&database, list).await
}
