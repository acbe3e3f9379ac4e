//! The service as a whole: what handlers share, the middleware, the routes, the start and the graceful stop.

use std::fs::{DirBuilder, Permissions};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_router::ResourceDef;
use actix_server::Server;
use actix_web::http::{Method, header};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpRequest, HttpResponse, web};

use crate::access::accounts::{self, InternalAccount};
use crate::access::{
    self, Account, ClientSecret, EncryptionKey, IdentityProviders, SigningKeys, keys, recognise_caller,
};
use crate::associations::model::PublicAssociation;
use crate::audit::refusals::record_refusals;
use crate::background::Background;
use crate::backup::daily;
use crate::config::Config;
use crate::database::listing::ListSpec;
use crate::database::types::Id;
use crate::database::{Connection, Database, Location, migrations};
use crate::editions::model::PublicEdition;
use crate::error::{Code, Error, Result};
use crate::estate::ESTATE;
use crate::examination::Examiner;
use crate::http::cors::{WriteOrigins, share_with_pages};
use crate::http::cursor::CursorKey;
use crate::http::limits::{Limits, limit_requests};
use crate::http::list::{Exports, Listed as _};
use crate::http::middleware::surround;
use crate::http::routes::{Routes, documented};
use crate::http::server::{self, Listening};
use crate::http::tls::Tls;
use crate::http::transfers::Transfers;
use crate::imports::{self, Imports};
use crate::keeping::{self, References};
use crate::object_storage::ObjectStorage;
use crate::operations::health::Readiness;
use crate::operations::metrics::Metrics;
use crate::operations::openapi::OpenApiDocument;
use crate::operations::{discovery, explorer, health, metrics, problems};
use crate::search::Vocabularies;
use crate::selection::institution_keys::KeysRequired;
use crate::territory::cities::model::PublicCity;
use crate::territory::provinces::model::PublicProvince;
use crate::territory::regions::model::PublicRegion;
use crate::{associations, audit, background, editions, nominations, reference_data, selection, territory};

/// The collections that `q` searches.
const SEARCHED: [&ListSpec; 6] = [
    &PublicRegion::LIST,
    &PublicProvince::LIST,
    &PublicCity::LIST,
    &PublicAssociation::LIST,
    &PublicEdition::LIST,
    &InternalAccount::LIST,
];

/// Who is asked what refers to a record before it is deleted.
pub const REFERENCES: References = References(&[
    associations::keeping::queries::references,
    editions::keeping::queries::references,
    nominations::keeping::queries::references,
    selection::keeping::queries::references,
    accounts::keeping::queries::references,
]);

/// A service that is ready to run.
pub struct Service {
    /// Runs until it is stopped.
    pub server: Server,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells its measurements; none when that is turned off.
    pub metrics_address: Option<SocketAddr>,
    /// The imports that it writes, which have to be stopped.
    pub imports: Arc<Imports>,
}

/// Prepares the database: migrations, reference data, and on the first start one administrator, who is kept only when its
/// credential could be shown.
pub fn prepare(
    database: &Database,
    show: impl FnOnce(&Account, &ClientSecret) -> std::io::Result<()>,
) -> Result<()> {
    bring_up_to_date(database)?;
    database.write_blocking(|connection| {
        migrations::wait_for_others(connection)?;
        let Some((account, secret)) = access::first_account(connection)? else { return Ok(()) };
        show(&account, &secret).map_err(|cause| {
            Error::configuration(format!(
                "the first credential could not be shown, so it was not made: {cause}"
            ))
        })
    })
}

/// Brings the database to this release: migrations and reference data. Several instances may do so at once.
pub fn bring_up_to_date(database: &Database) -> Result<()> {
    migrations::run(&mut database.dedicated_connection()?)?;
    database.write_apart(|connection| {
        migrations::wait_for_others(connection)?;
        reference_data::load(connection)?;
        associations::matching::queries::fill_keys(connection)?;
        accounts::fold_names(connection)
    })
}

/// Opens the database that is configured. The data directory is made when it is not there.
pub fn open_database(config: &Config) -> Result<Database> {
    make_data_directory(config)?;
    let database = Database::open(&config.database_url(), config.database_connections)?;
    Ok(database.within(Duration::from_secs(config.request_seconds)))
}

/// Keeps other services from a SQLite database as long as this process lives.
///
/// # Errors
/// A sentence for the operator when another service has it.
pub fn claim_database(config: &Config) -> Result<()> {
    make_data_directory(config)?;
    Location::parse(&config.database_url()).map_err(Error::configuration)?.claim()
}

/// Opens the database that is configured, which must be there: a command beside the service makes none.
pub fn open_existing_database(config: &Config) -> Result<Database> {
    if let Location::Sqlite(path) = Location::parse(&config.database_url()).map_err(Error::configuration)?
        && !Path::new(&path).exists()
    {
        return Err(Error::configuration(format!(
            "there is no database at {path}: `nasij serve` and `nasij migrate` make one, --data-dir or DATABASE_URL name \
             another place"
        )));
    }
    let database = open_database(config)?;
    if database.read_blocking(migrations::is_empty)? {
        return Err(Error::configuration(
            "the database that DATABASE_URL names is empty: `nasij serve` and `nasij migrate` set it up",
        ));
    }
    Ok(database)
}

/// Makes the data directory when it is not there, for the service alone: it holds internal records and keys.
fn make_data_directory(config: &Config) -> Result<()> {
    let folder = &config.data_dir;
    let failed = |what: &str, cause: std::io::Error| {
        let told = format!("cannot {what} the data directory {}: {cause}", folder.display());
        Error::configuration(match (cause.kind(), folder.metadata()) {
            (ErrorKind::PermissionDenied, Ok(found))
                if found.uid() != rustix::process::geteuid().as_raw() =>
            {
                format!(
                    "{told} (it belongs to user {}, the service runs as user {}, who must own it)",
                    found.uid(),
                    rustix::process::geteuid().as_raw()
                )
            }
            _ => told,
        })
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|cause| failed("make", cause))?;
    tempfile::tempfile_in(folder).map(drop).map_err(|cause| failed("write to", cause))?;
    // A volume comes as its maker left it. Whoever does not own it cannot close it.
    let _ = std::fs::set_permissions(folder, Permissions::from_mode(0o700));
    Ok(())
}

/// Starts the service. It accepts requests as soon as the returned server is polled. The credential of the first
/// administrator is shown when this start makes one.
pub fn start(
    config: Config,
    show: impl FnOnce(&Account, &ClientSecret) -> std::io::Result<()>,
) -> Result<Service> {
    let listener = TcpListener::bind(&config.bind)
        .map_err(|cause| Error::configuration(format!("cannot listen on {}: {cause}", config.bind)))?;
    let address = listener.local_addr().map_err(Error::internal)?;
    let metrics_listener = metrics_listener(&config)?;
    let metrics_address = metrics_listener.as_ref().and_then(|listener| listener.local_addr().ok());
    let config = config.completed(address)?;

    // What cannot be as it is configured stops the start before the database is touched.
    let tls = Tls::configured(&config)?;
    let write_origins = web::Data::new(WriteOrigins::new(&config)?);
    let identity_providers = web::Data::new(IdentityProviders::configured(&config)?);
    make_data_directory(&config)?;
    let storage = web::Data::new(ObjectStorage::configured(&config)?);
    let examiner = web::Data::new(Examiner::new(config.examiner()?));
    let transfers = web::Data::new(Transfers::<Id>::new(config.transfers));
    let exports = web::Data::new(Exports::new(config.exports, config.export_seconds));
    let database = open_database(&config)?;
    if !EncryptionKey::would_be_made(&config) {
        EncryptionKey::load(&config)?;
    }
    prepare(&database, show)?;
    let encryption_key = load_encryption_key(&config, &database)?;
    database.read_blocking(accounts::warn_of_roles_apart)?;
    let keys = web::Data::new(SigningKeys::load(&database, encryption_key.clone(), &config.public_url)?);
    identity_providers.recall_keys(&database)?;
    let vocabularies = web::Data::new(Vocabularies::default());
    let limits = web::Data::new(Limits::new(&config)?);

    let background = Background::new()?;
    let mut measurements = database.measurements()?;
    measurements.extend(limits.measurements()?);
    measurements.extend(transfers.measurements(
        ("nasij_transfers", "Files and batches that are on their way, up or down."),
        ("nasij_transfers_max", "Files and batches that may be on their way at a time."),
    )?);
    measurements.extend(exports.measurements()?);
    measurements.extend(vocabularies.measurements()?);
    measurements.extend(background.measurements());
    measurements.extend(tls.iter().map(Tls::measurements).collect::<Result<Vec<_>>>()?.into_iter().flatten());
    if let Some(directory) = &config.backup_directory {
        measurements.extend(daily::measurements(directory.clone())?);
    }
    let metrics = web::Data::new(Metrics::new(measurements, config.data_dir.clone())?);

    background::survive_hangups();
    background.measure(&database, &metrics);
    background.back_up(&config);
    background.keep_signing_keys_fresh(&database, &keys);
    background.keep_provider_keys_fresh(&database, &identity_providers);
    background.keep_vocabularies_fresh(&database, &vocabularies, refresh_vocabularies);
    background.seal_audit_trail(&database);
    background.forget_what_is_over(&database);
    background.sweep_documents(&database, &storage);
    background.forget_idle_clients(&limits);
    let imports = Imports::new(&database, &storage, REFERENCES, &config)?;
    background.write_imports(&imports, &database, config.import_days);

    let document = web::Data::from(openapi_document()?);
    let cursor_key = web::Data::new(CursorKey::derive(&encryption_key.cursor_secret()));
    let database = web::Data::new(database);
    let readiness = web::Data::new(Readiness::default());
    let config = web::Data::new(config);
    let shared = config.clone();
    let measured = metrics.clone();
    let apart = metrics_listener.map(|listener| Listening {
        name: "nasij-metrics",
        listener,
        tls: None,
        app: move || App::new().app_data(measured.clone()).configure(metrics::routes),
    });
    let app = move || {
        App::new()
            .app_data(shared.clone())
            .app_data(database.clone())
            .app_data(keys.clone())
            .app_data(web::Data::new(KeysRequired(shared.require_institution_keys)))
            .app_data(identity_providers.clone())
            .app_data(storage.clone())
            .app_data(examiner.clone())
            .app_data(transfers.clone())
            .app_data(exports.clone())
            .app_data(cursor_key.clone())
            .app_data(vocabularies.clone())
            .app_data(document.clone())
            .app_data(metrics.clone())
            .app_data(limits.clone())
            .app_data(write_origins.clone())
            .app_data(readiness.clone())
            .app_data(web::Data::new(REFERENCES))
            .app_data(web::Data::new(ESTATE))
            .configure(|config| routes(&mut Routes::Served(config)))
            .configure(explorer::routes)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(recognise_caller))
            .wrap(from_fn(limit_requests))
            .wrap(from_fn(share_with_pages))
            .wrap(from_fn(record_refusals))
            .wrap(Compress::default())
            .wrap(from_fn(surround))
    };
    if let Some(address) = metrics_address {
        log::info!("measurements are told at http://{address}/metrics");
    }
    let public = Listening { name: "nasij", listener, tls, app };
    let server = server::serve(&config, public, apart)?;
    Ok(Service { server, address, metrics_address, imports })
}

/// The encryption key; a new one only for a database that keeps nothing sealed under another.
fn load_encryption_key(config: &Config, database: &Database) -> Result<EncryptionKey> {
    if EncryptionKey::would_be_made(config) && database.read_blocking(keys::are_there)? {
        return Err(Error::configuration(
            "the encryption key is not there, and the database was sealed under one: put its file back or set \
             NASIJ_ENCRYPTION_KEY; when it is lost, `nasij keys renew` makes a new one (docs/operations.md)",
        ));
    }
    EncryptionKey::load(config)
}

/// Listens for whoever collects the measurements, unless that is turned off.
fn metrics_listener(config: &Config) -> Result<Option<TcpListener>> {
    let address = config.metrics_bind.trim();
    if address.is_empty() {
        return Ok(None);
    }
    TcpListener::bind(address).map(Some).map_err(|cause| {
        Error::configuration(format!(
            "cannot listen on {address} for metrics: {cause} (NASIJ_METRICS_BIND names another address; empty turns it off)"
        ))
    })
}

/// All operations of the API.
fn routes(config: &mut Routes<'_>) {
    config
        .configure(discovery::routes)
        .configure(health::routes)
        .configure(problems::routes)
        .configure(access::routes::routes)
        .configure(accounts::routes::routes)
        .configure(territory::routes::routes)
        .configure(associations::routes::routes)
        .configure(imports::routes::routes)
        .configure(editions::routes::routes)
        .configure(nominations::routes::routes)
        .configure(selection::routes::routes)
        .configure(audit::routes::routes)
        .configure(keeping::routes::routes);
}

/// The OpenAPI document of [`routes`]. It is the same as long as the process lives, and made once.
pub fn openapi_document() -> Result<Arc<OpenApiDocument>> {
    static DOCUMENT: OnceLock<Arc<OpenApiDocument>> = OnceLock::new();
    if let Some(document) = DOCUMENT.get() {
        return Ok(document.clone());
    }
    let document = Arc::new(OpenApiDocument::complete(&documented(routes))?);
    Ok(DOCUMENT.get_or_init(|| document).clone())
}

fn refresh_vocabularies(connection: &mut Connection, vocabularies: &Vocabularies) -> Result<()> {
    SEARCHED.iter().try_for_each(|spec| vocabularies.refresh(connection, spec))
}

/// The paths of the API and the methods of each.
struct KnownPaths(Vec<(ResourceDef, Vec<String>)>);

impl KnownPaths {
    /// Those of the document, read when the first one is asked for.
    fn of(document: &OpenApiDocument) -> &'static Self {
        static KNOWN: OnceLock<KnownPaths> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let paths = document.methods().into_iter();
            Self(paths.map(|(path, methods)| (ResourceDef::new(path), methods)).collect())
        })
    }

    /// The methods that `path` can be asked with; none when it is unknown.
    fn allowed(&self, path: &str) -> Option<String> {
        let mut allowed: Vec<&str> = self
            .0
            .iter()
            .filter(|(pattern, _)| pattern.is_match(path))
            .flat_map(|(_, methods)| methods.iter().map(String::as_str))
            .collect();
        if allowed.is_empty() {
            return None;
        }
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.push("OPTIONS");
        Some(allowed.join(", "))
    }
}

/// What is asked for a path or with a method that no operation has.
async fn nothing_here(request: HttpRequest, document: web::Data<OpenApiDocument>) -> Result<HttpResponse> {
    match KnownPaths::of(&document).allowed(request.match_info().as_str()) {
        Some(allowed) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((header::ALLOW, allowed)).finish())
        }
        Some(allowed) => {
            Err(Error::new(Code::MethodNotAllowed).with("allowed", &allowed).with_header("Allow", allowed))
        }
        None => without_trailing_slash(&request, &document).ok_or_else(|| Error::new(Code::RouteNotFound)),
    }
}

/// The way to a path that was asked for with a slash too many, method and body kept (RFC 9110, 15.4.9).
fn without_trailing_slash(request: &HttpRequest, document: &OpenApiDocument) -> Option<HttpResponse> {
    let path = request.path().strip_suffix('/')?;
    // Two slashes at the beginning would name another host.
    KnownPaths::of(document).allowed(path).filter(|_| !(path.len() < 2 || path.starts_with("//")))?;
    let query = request.query_string();
    let separator = if query.is_empty() { "" } else { "?" };
    let location = (header::LOCATION, format!("{path}{separator}{query}"));
    Some(HttpResponse::PermanentRedirect().insert_header(location).finish())
}
