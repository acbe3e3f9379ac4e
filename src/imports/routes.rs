//! Imports over HTTP.

use std::collections::BTreeMap;

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, post, web};
use strum::VariantNames as _;

use super::instructions::{Instructions, MISSING_AT_MOST, Missing};
use super::jobs::FOLDER;
use super::model::{Collection, Import, ImportRow, NewFile, TransitionInput};
use super::queries;
use super::rows::ImportedRow;
use crate::access::Authorized;
use crate::access::policy::{CancelImport, CreateImport, GetImport, ListImportRows, ListImports};
use crate::associations::facts::Author;
use crate::associations::importing::{Key, Mode};
use crate::config::Config;
use crate::database::fragment::Value;
use crate::database::listing::{ListRequest, ValueType};
use crate::database::types::Id;
use crate::database::{Connection, Database};
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::body::Valid;
use crate::http::files::{File, FileName, IncomingFile};
use crate::http::list::{ItemQuery, ListQuery};
use crate::http::parameters::Parameters;
use crate::http::representation::List;
use crate::http::transfers::Transfers;
use crate::http::write::{WriteParameters, WriteRequest, WriteWith};
use crate::object_storage::ObjectStorage;
use crate::spreadsheets::FileFormat;

/// Registers the operations.
pub fn routes(config: &mut Routes<'_>) {
    config
        .service(list_imports)
        .service(create_import)
        .service(get_import)
        .service(list_import_rows)
        .service(create_import_transition);
}

/// What is imported, by the media type of its file.
const FORMATS: [(&str, FileFormat); 3] = [
    ("text/csv", FileFormat::Csv),
    ("application/x-ndjson", FileFormat::Ndjson),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileFormat::Xlsx),
];

/// What an import is asked for with, beside its file.
#[derive(Clone)]
struct Asked {
    file_name: FileName,
    mode: Mode,
    key: Option<Key>,
    source: Option<String>,
    sheet: Option<String>,
    mapping: BTreeMap<String, String>,
    missing: Missing,
    missing_at_most: i64,
}

impl WriteParameters for Asked {
    const NAMES: &'static [&'static str] =
        &["collection", "name", "mode", "key", "source", "sheet", "mapping", "missing", "missing_at_most"];

    fn take(parameters: &mut Parameters) -> Option<Self> {
        if !parameters.has("collection") {
            parameters.refuse("collection", Reason::new(FieldRule::Required));
        }
        let collection = word::<Collection>(parameters, "collection", Collection::VARIANTS);
        let file_name = FileName::take(parameters);
        let mode = word(parameters, "mode", Mode::VARIANTS).unwrap_or(Mode::Upsert);
        let key = word(parameters, "key", Key::VARIANTS);
        let [source, sheet] = ["source", "sheet"].map(|name| text(parameters, name));
        let mapping = mapping(parameters);
        let missing = word(parameters, "missing", Missing::VARIANTS).unwrap_or_default();
        let missing_at_most = parameters.take_typed("missing_at_most", ValueType::Integer(0, 100));
        let missing_at_most = match missing_at_most {
            Some(Value::Integer(most)) => most,
            _ => MISSING_AT_MOST,
        };
        collection?;
        Some(Self { file_name: file_name?, mode, key, source, sheet, mapping, missing, missing_at_most })
    }
}

/// One of the words of a closed list.
fn word<T: serde::de::DeserializeOwned>(
    parameters: &mut Parameters,
    name: &str,
    words: &[&'static str],
) -> Option<T> {
    serde_json::from_value(parameters.take_word(name, words)?.into()).ok()
}

fn text(parameters: &mut Parameters, name: &str) -> Option<String> {
    match parameters.take_typed(name, ValueType::Text(""))? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// What headings mean: a JSON object of texts.
fn mapping(parameters: &mut Parameters) -> BTreeMap<String, String> {
    let Some(given) = parameters.take("mapping") else { return BTreeMap::new() };
    serde_json::from_str(&given).unwrap_or_else(|_| {
        parameters.refuse(
            "mapping",
            Reason::new(FieldRule::Pattern).with("expected", r#"{"Dénomination": "name.fr"}"#),
        );
        BTreeMap::new()
    })
}

/// List imports
///
/// The files that were imported, the latest first, each with its state and its counts. Imports are kept for as long as the
/// operator has set, 30 days by default. Systems see their own.
#[utoipa::path(
    operation_id = "list_imports",
    tag = "imports",
    params(ListQuery<Import>),
    responses((status = 200, description = "A page of imports.", body = List<Import>)),
)]
#[get("/v1/imports")]
async fn list_imports(
    caller: Authorized<ListImports>,
    query: ListQuery<Import>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    query.serve(&database, move |connection, request| queries::list(connection, &caller, request)).await
}

/// Get an import
///
/// How far an import is: its state, and what became of its rows so far. Ask again every few seconds.
#[utoipa::path(
    operation_id = "get_import",
    tag = "imports",
    params(("id" = Id, Path, description = "Identifier of the import."), ItemQuery<Import>),
    responses((status = 200, description = "The import.", body = Import)),
)]
#[get("/v1/imports/{id}")]
async fn get_import(
    caller: Authorized<GetImport>,
    id: web::Path<String>,
    query: ItemQuery<Import>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let import = database.read(move |connection| queries::get(connection, &caller, &id)).await?;
    Ok(query.answer(&import))
}

/// List what became of the rows of an import
///
/// The report of an import in the order of its file: which association a row has made or changed, and of a row that was
/// refused each fault, with the line, the field and a sentence. Rows that say what stands in the register are counted and
/// not told. `format=csv&limit=all&lang=fr` is the whole for whoever mends the file; `outcome=refused` is what is to be
/// mended.
#[utoipa::path(
    operation_id = "list_import_rows",
    tag = "imports",
    params(("id" = Id, Path, description = "Identifier of the import."), ListQuery<ImportedRow>),
    responses((status = 200, description = "A page of the report.", body = List<ImportedRow>)),
)]
#[get("/v1/imports/{id}/rows")]
async fn list_import_rows(
    caller: Authorized<ListImportRows>,
    id: web::Path<String>,
    query: ListQuery<ImportedRow>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let list = move |connection: &mut Connection, request: &ListRequest| {
        queries::list_rows(connection, &caller, &id, request)
    };
    query.serve(&database, list).await
}

/// Import a file
///
/// Takes a register as another system has it, as CSV, NDJSON or XLSX. The file is kept, its heading is read, and what is
/// wrong with the file as a whole is told at once (422); then its rows are written in the background, one file at a time,
/// and go on where they ended when the service is stopped. Ask for the import at `Location`.
///
/// Columns are known by the names that an export has, in Arabic or French as registers have them (`Dénomination`, `اسم
/// الجمعية`), or as `mapping` says. A title above the heading, empty rows and notes at the end are passed over; encodings,
/// delimiters, days and numbers are recognised. An empty cell says nothing: what stands in the register stays.
///
/// A row is written by the rules of single requests. What is wrong with one is told in the report, and the others are kept.
/// A row that says what stands in the register writes nothing: a file can be sent again, and a retry with the same
/// `Idempotency-Key` makes no second import.
#[utoipa::path(
    operation_id = "create_import",
    tag = "imports",
    params(
        ("collection" = Collection, Query, description = "What the rows are."),
        (
            "name" = String,
            Query,
            description = "Name of the file, in one line and without a path.",
            min_length = 1,
            max_length = 200,
            example = "registre-2026-11.xlsx",
        ),
        ("mode" = Option<Mode>, Query, description = "What is done with a row; `upsert` when it is left out."),
        (
            "key" = Option<Key>,
            Query,
            description = "By what rows and associations are known to be the same. Only `mode=create` does without.",
        ),
        (
            "source" = Option<String>,
            Query,
            description = "Name of the source system, in small letters. With `key=external_id` the column `external_id` has \
                           its identifiers.",
            min_length = 1,
            max_length = 50,
            example = "prefecture-oujda",
        ),
        (
            "sheet" = Option<String>,
            Query,
            description = "Sheet of a workbook; otherwise the first visible one that has a table.",
            min_length = 1,
            max_length = 200,
        ),
        (
            "mapping" = Option<String>,
            Query,
            description = "What headings mean, as a JSON object from headings to columns; `-` is a column that is not read.",
            example = r#"{"Dénomination sociale": "name.fr", "Observations": "-"}"#,
        ),
        (
            "missing" = Option<Missing>,
            Query,
            description = "What happens to the associations of the source system that the file does not have. `dormant` \
                           needs `key=external_id`.",
        ),
        (
            "missing_at_most" = Option<i64>,
            Query,
            description = "How many of a hundred may be missing: of more, none becomes dormant. 10 when it is left out.",
            minimum = 0,
            maximum = 100,
        ),
    ),
    request_body(
        description = "The file.",
        content(
            (File = "text/csv"),
            (File = "application/x-ndjson"),
            (File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ),
    ),
    responses((status = 202, description = "The file was taken; `Location` is the import.", body = Import)),
)]
#[post("/v1/imports")]
async fn create_import(
    caller: Authorized<CreateImport>,
    request: WriteWith<Asked>,
    incoming: IncomingFile,
    (database, storage): (web::Data<Database>, web::Data<ObjectStorage>),
    (transfers, config): (web::Data<Transfers<Id>>, web::Data<Config>),
) -> Result<HttpResponse> {
    let WriteWith { parameters: asked, write } = request;
    let actor = caller.actor(write.origin());
    let _transfer = transfers.begin(caller.account_id)?;
    let largest = config.import_megabytes * 1024 * 1024;
    let (media_type, received) = incoming.receive_any(&FORMATS.map(|(name, _)| name), largest).await?;
    let format = FORMATS.into_iter().find(|(name, _)| *name == media_type).map(|(_, format)| format);
    let instructions = Instructions {
        format: format.ok_or_else(|| Error::internal("a media type that was taken is known"))?,
        mode: asked.mode,
        key: asked.key,
        source: asked.source,
        sheet: asked.sheet,
        mapping: asked.mapping,
        missing: asked.missing,
        missing_at_most: asked.missing_at_most,
        dry_run: write.is_rehearsal(),
    };
    instructions.check()?;
    let heading = received.file.try_clone().map_err(Error::unavailable)?;
    let opening = instructions.clone();
    web::block(move || opening.open(heading).map(drop)).await.map_err(Error::internal)??;
    let key = format!("{FOLDER}/{}", Id::new());
    let file = NewFile {
        name: asked.file_name.as_given(),
        size: i64::try_from(received.size).map_err(Error::internal)?,
        sha256: received.sha256.clone(),
        object_key: Some(key.clone()),
    };
    let row = ImportRow::new(file, instructions, Author::of(&caller, None), &actor);
    let store = storage.put_file(&key, received.file);
    write
        .kept()
        .create_after(store, &database, actor, received.sha256, move |connection, actor| {
            queries::create(connection, actor, &row)
        })
        .await
}

/// Cancel an import
///
/// Stops an import after the rows that are being written. What was written stays; import a mended file with the same key.
#[utoipa::path(
    operation_id = "create_import_transition",
    tag = "imports",
    params(("id" = Id, Path, description = "Identifier of the import.")),
    request_body(content = TransitionInput, description = "The state to go to."),
    responses((status = 202, description = "The import was cancelled.", body = Import)),
)]
#[post("/v1/imports/{id}/transitions")]
async fn create_import_transition(
    caller: Authorized<CancelImport>,
    write: WriteRequest,
    id: web::Path<String>,
    input: Valid<TransitionInput>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let actor = caller.actor(write.origin());
    write
        .create(&database, actor, input.digest, move |connection, actor| {
            queries::cancel(connection, &caller, actor, &id)
        })
        .await
}
