//! Supporting documents over HTTP.

use actix_web::{HttpResponse, delete, get, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{NewDocument, PublicDocument, SupportingDocument};
use super::{queries, rules};
use crate::access::Authorized;
use crate::access::policy::{CreateDocument, DeleteDocument, GetDocument, GetDocumentContent, ListDocuments};
use crate::database::Database;
use crate::database::types::Id;
use crate::error::{Error, Result};
use crate::http::conditional::IfMatch;
use crate::http::files::{File, FileQuery, Upload, UploadRequest, digested};
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::write::WriteRequest;
use crate::object_storage::ObjectStorage;

/// Registers the operations.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(list_documents)
        .service(create_document)
        .service(get_document)
        .service(get_document_content)
        .service(delete_document);
}

/// List documents
///
/// The supporting documents of a nomination, the first one first. They are for those who nominate, who speak for the
/// nominated, who run the process, and for the jurors who evaluate the nomination and have declared that there is no
/// conflict of interest.
#[utoipa::path(
    operation_id = "list_documents",
    tag = "nominations",
    params(("id" = Id, Path, description = "Identifier of the nomination."), ListQuery<PublicDocument>),
    responses((status = 200, description = "A page of documents.", body = List<PublicDocument>)),
)]
#[get("/v1/nominations/{id}/documents")]
async fn list_documents(
    caller: Authorized<ListDocuments>,
    id: web::Path<String>,
    query: ListQuery<PublicDocument>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let request = query.request.clone();
    let page = database.read(move |connection| queries::list(connection, &caller, &id, &request)).await?;
    Ok(query.answer(page))
}

/// Upload a document
///
/// Adds a supporting document to a nomination that is a draft or needs completion (otherwise 409). The body is the file
/// itself, a PDF, PNG or JPEG of at most 10 MiB; its bytes must be what `Content-Type` says (422). A nomination has at most
/// 20 documents, and none twice (409).
///
/// In a browser: `fetch(url + "?name=" + encodeURIComponent(file.name), {method: "POST", body: file, headers})`, where
/// `headers` has the `Authorization` and `file.type` as the `Content-Type`.
#[utoipa::path(
    operation_id = "create_document",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        (
            "name" = String,
            Query,
            description = "Name of the file, in one line.",
            min_length = 1,
            max_length = 200,
            example = "statuts.pdf",
        ),
    ),
    request_body(
        description = "The file.",
        content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg")),
    ),
    responses((status = 201, description = "The document was added.", body = PublicDocument)),
)]
#[post("/v1/nominations/{id}/documents")]
async fn create_document(
    caller: Authorized<CreateDocument>,
    request: UploadRequest,
    id: web::Path<String>,
    upload: Upload<SupportingDocument>,
    database: web::Data<Database>,
    storage: web::Data<ObjectStorage>,
) -> Result<HttpResponse> {
    let UploadRequest { name, write } = request;
    let new = NewDocument::new(name, &upload)?;
    let (key, actor) = (new.object_key.clone(), caller.actor(write.origin()));
    let store = storage.put(&key, upload.bytes);
    let (caller, id) = (caller.into_caller(), id.into_inner());
    write
        .create_after(store, &database, actor, upload.sha256, move |connection, actor| {
            queries::create(connection, &caller, actor, &id, new.clone())
        })
        .await
}

/// Get a document
///
/// What is known of one supporting document of a nomination. Seen by whoever sees the list.
#[utoipa::path(
    operation_id = "get_document",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("document_id" = Id, Path, description = "Identifier of the document."),
        ItemQuery<PublicDocument>,
    ),
    responses((status = 200, description = "The document.", body = PublicDocument)),
)]
#[get("/v1/nominations/{id}/documents/{document_id}")]
async fn get_document(
    caller: Authorized<GetDocument>,
    path: web::Path<(String, String)>,
    query: ItemQuery<PublicDocument>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let (nomination, id) = path.into_inner();
    let read =
        move |connection: &mut _| queries::get(connection, GetDocument::RULE, &caller, &nomination, &id);
    Ok(query.answer(&database.read(read).await?.into()))
}

/// Get the file of a document
///
/// The file as it was uploaded, to be saved. `ETag` and `Repr-Digest` (RFC 9530) are its SHA-256.
#[utoipa::path(
    operation_id = "get_document_content",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("document_id" = Id, Path, description = "Identifier of the document."),
    ),
    responses((
        status = 200,
        description = "The file.",
        content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg")),
        headers(
            ("Content-Disposition" = String, description = "`attachment`, with the name of the file (RFC 6266)."),
            ("Repr-Digest" = String, description = "SHA-256 of the file (RFC 9530)."),
        ),
    )),
)]
#[get("/v1/nominations/{id}/documents/{document_id}/content")]
async fn get_document_content(
    caller: Authorized<GetDocumentContent>,
    path: web::Path<(String, String)>,
    query: FileQuery,
    database: web::Data<Database>,
    storage: web::Data<ObjectStorage>,
) -> Result<HttpResponse> {
    let (nomination, id) = path.into_inner();
    let read = move |connection: &mut _| {
        queries::get(connection, GetDocumentContent::RULE, &caller, &nomination, &id)
    };
    let document = database.read(read).await?;
    let bytes = async {
        let stored = storage.get(&document.object_key, rules::LARGEST as u64).await?;
        let lost =
            || Error::internal(format!("{} is not in the object store as it was put", document.object_key));
        let (bytes, sha256) = digested(stored.ok_or_else(lost)?).await?;
        if sha256 == document.sha256 { Ok(bytes) } else { Err(lost()) }
    };
    query.answer(&document.head(), bytes).await
}

/// Delete a document
///
/// Takes a document from a nomination that is a draft or needs completion (otherwise 409). Its file is erased within two
/// hours.
#[utoipa::path(
    operation_id = "delete_document",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("document_id" = Id, Path, description = "Identifier of the document."),
    ),
    responses((status = 204, description = "The document was deleted.")),
)]
#[delete("/v1/nominations/{id}/documents/{document_id}")]
async fn delete_document(
    caller: Authorized<DeleteDocument>,
    write: WriteRequest,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let (nomination, id) = path.into_inner();
    let actor = caller.actor(write.origin());
    write
        .delete(&database, move |connection| {
            queries::delete(connection, &caller, &actor, (&nomination, &id), &if_match)
        })
        .await
}
