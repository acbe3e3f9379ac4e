//! Supporting documents over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, delete, get, post, web};

use super::model::{NewDocument, PublicDocument, SupportingDocument};
use super::queries;
use crate::access::policy::{CreateDocument, DeleteDocument, GetDocument, GetDocumentContent, ListDocuments};
use crate::access::{Authorized, Caller};
use crate::audit::Actor;
use crate::database::Database;
use crate::database::types::Id;
use crate::error::{Error, Result};
use crate::examination::Examiner;
use crate::http::conditional::IfMatch;
use crate::http::files::{File, FileName, FileQuery, IncomingFile};
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::representation::List;
use crate::http::transfers::Transfers;
use crate::http::write::{WriteRequest, WriteWith};
use crate::object_storage::ObjectStorage;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
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
    query.serve(&database, move |connection, request| queries::list(connection, &caller, &id, request)).await
}

/// Upload a document
///
/// Adds a supporting document to a nomination that is a draft or needs completion (otherwise 409). The body is the file
/// itself, a whole PDF, PNG or JPEG of at most 10 MiB; it must be what `Content-Type` says and open without a password
/// (422). A nomination has at most 20 documents, and none twice (409). The name that is kept ends as names of its type
/// do: `cv.exe` that is a PDF becomes `cv.pdf`.
///
/// Whether you may upload is decided before the file is read. Only some files are on their way at a time, for each account
/// (429) and in all (503): come back after `Retry-After`. A file that does not come is not waited for (408).
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
            description = "Name of the file, in one line and without a path.",
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
    request: WriteWith<FileName>,
    id: web::Path<String>,
    incoming: IncomingFile<SupportingDocument>,
    (database, storage): (web::Data<Database>, web::Data<ObjectStorage>),
    (transfers, examiner): (web::Data<Transfers<Id>>, web::Data<Examiner>),
) -> Result<HttpResponse> {
    let WriteWith { parameters: name, write } = request;
    let actor = caller.actor(write.origin());
    let (caller, id) = (caller.into_caller(), id.into_inner());
    admit(&database, &caller, &id, (&write, &actor)).await?;
    let _transfer = transfers.begin(caller.account_id)?;
    let upload = incoming.receive().await?;
    if let Some(flaw) = examiner.examine(&upload.file, upload.media_type).await? {
        return Err(Error::invalid_field("", flaw.reason()));
    }
    let new = NewDocument::new(name, &upload)?;
    let key = new.object_key.clone();
    let store = storage.put_file(&key, upload.file);
    write
        .create_after(store, &database, actor, upload.sha256, move |connection, actor| {
            queries::create(connection, &caller, actor, &id, new.clone())
        })
        .await
}

/// Lets an upload in before its file is read.
async fn admit(
    database: &Database,
    caller: &Caller,
    nomination_id: &str,
    (write, actor): (&WriteRequest, &Actor),
) -> Result<()> {
    let (caller, nomination_id) = (caller.clone(), nomination_id.to_owned());
    let (write, actor) = (write.clone(), actor.clone());
    let admit = move |connection: &mut _| {
        let answered = write.is_repeated(connection, &actor)?;
        queries::may_create(connection, &caller, &nomination_id, answered)
    };
    database.read(admit).await
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
/// The file as it was uploaded, to be saved. `ETag` and `Repr-Digest` (RFC 9530) are its SHA-256. With `Range` one range
/// of its bytes (206); several ranges in one request are answered with the whole file. Only some files are on their way at
/// a time, for each account (429) and in all (503).
#[utoipa::path(
    operation_id = "get_document_content",
    tag = "nominations",
    params(
        ("id" = Id, Path, description = "Identifier of the nomination."),
        ("document_id" = Id, Path, description = "Identifier of the document."),
    ),
    responses(
        (
            status = 200,
            description = "The file.",
            content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg")),
            headers(
                ("Accept-Ranges" = String, description = "`bytes`."),
                ("Content-Disposition" = String, description = "`attachment`, with the name of the file (RFC 6266)."),
                ("Repr-Digest" = String, description = "SHA-256 of the file (RFC 9530)."),
            ),
        ),
        (
            status = 206,
            description = "The range of the file that was asked for.",
            content((File = "application/pdf"), (File = "image/png"), (File = "image/jpeg")),
            headers(
                ("Accept-Ranges" = String, description = "`bytes`."),
                ("Content-Range" = String, description = "Which bytes of the file these are."),
                ("Content-Disposition" = String, description = "`attachment`, with the name of the file (RFC 6266)."),
                ("Repr-Digest" = String, description = "SHA-256 of the whole file (RFC 9530)."),
            ),
        ),
    ),
)]
#[get("/v1/nominations/{id}/documents/{document_id}/content")]
async fn get_document_content(
    caller: Authorized<GetDocumentContent>,
    path: web::Path<(String, String)>,
    query: FileQuery,
    database: web::Data<Database>,
    (storage, transfers): (web::Data<ObjectStorage>, web::Data<Transfers<Id>>),
) -> Result<HttpResponse> {
    let (nomination, id) = path.into_inner();
    let account_id = caller.account_id;
    let read = move |connection: &mut _| {
        queries::get(connection, GetDocumentContent::RULE, &caller, &nomination, &id)
    };
    let document = database.read(read).await?;
    let head = document.head();
    let open = async |range| {
        let transfer = transfers.begin(account_id)?;
        let stored = storage.open(&document.object_key, head.size, range).await?;
        let lost =
            || Error::internal(format!("{} is not in the object store as it was put", document.object_key));
        Ok((transfer, stored.ok_or_else(lost)?))
    };
    query.answer(&head, open).await
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
