//! The personal data of associations over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, web};

use super::model::PersonalData;
use super::queries;
use crate::access::Authorized;
use crate::access::policy::{DeleteAssociationPersonalData, GetAssociationPersonalData};
use crate::associations::access::represents;
use crate::database::Database;
use crate::database::types::Id;
use crate::error::Result;
use crate::http::conditional::IfMatch;
use crate::http::document::DocumentQuery;
use crate::http::write::WriteRequest;

/// Registers the operations of personal data.
pub(in crate::associations) fn routes(config: &mut Routes<'_>) {
    config.service(get_association_personal_data).service(delete_association_personal_data);
}

/// Get the personal data of an association
///
/// All that is held about the legal representative of an association (law 09-08, article 7): the internal record, the
/// accounts that speak for it, and what the audit trail keeps of the internal record. A deleted association has it, too,
/// as long as the audit trail keeps any.
#[utoipa::path(
    operation_id = "get_association_personal_data",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association.")),
    responses((status = 200, description = "The personal data.", body = PersonalData)),
)]
#[get("/v1/associations/{id}/personal-data")]
async fn get_association_personal_data(
    caller: Authorized<GetAssociationPersonalData>,
    id: web::Path<String>,
    query: DocumentQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    caller.require(GetAssociationPersonalData::RULE, represents(&caller, &id))?;
    let data = database.read(move |connection| queries::collect(connection, &id)).await?;
    Ok(query.answer_record(&data))
}

/// Erase the personal data of an association
///
/// Empties name and contact of the legal representative (law 09-08, articles 8 and 9) in the internal record, and erases
/// what the audit trail kept of that record. The rest of the record stays. `If-Match` names the version of the
/// association, as its own read or that of its personal data shows it. This cannot be undone. Accounts that speak for
/// the association are erased one by one, at `/v1/accounts/{id}/personal-data`.
#[utoipa::path(
    operation_id = "delete_association_personal_data",
    tag = "associations",
    params(("id" = Id, Path, description = "Identifier of the association.")),
    responses((status = 204, description = "The personal data is erased.")),
)]
#[delete("/v1/associations/{id}/personal-data")]
async fn delete_association_personal_data(
    caller: Authorized<DeleteAssociationPersonalData>,
    write: WriteRequest,
    id: web::Path<String>,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write.delete(&database, move |connection| queries::erase(connection, &actor, &id, &if_match)).await
}
