//! Whether the service lives and is ready to serve.

use std::sync::{self, Arc};
use std::time::{Duration, Instant};

use crate::http::routes::Routes;
use actix_web::{HttpResponse, get, rt, web};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::database::{Connection, Database, migrations, server};
use crate::error::{Error, Result};

/// Registers the health checks.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_liveness).service(get_readiness);
}

/// The state of the service.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// Always `ok`; anything else is an error status.
    #[schema(examples("ok"))]
    status: &'static str,
    /// The release that answers.
    #[schema(examples("0.1.0"))]
    version: &'static str,
}

const WELL: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Check liveness
///
/// 200 as long as the process serves requests. It asks nothing of the database.
#[utoipa::path(
    operation_id = "get_liveness",
    tag = "operations",
    responses((status = 200, description = "The process lives.", body = Health)),
)]
#[get("/livez")]
async fn get_liveness() -> HttpResponse {
    HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(WELL)
}

/// Check readiness
///
/// 200 when the database can be read and written and every migration of this release is done; otherwise 503, within two
/// seconds. The result may be a second old.
#[utoipa::path(
    operation_id = "get_readiness",
    tag = "operations",
    responses((status = 200, description = "The service is ready.", body = Health)),
)]
#[get("/readyz")]
async fn get_readiness(
    readiness: web::Data<Readiness>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    // In a task of its own: whoever hangs up does not end the check, and make the next one begin another.
    let looked = rt::spawn(async move { readiness.look(&database).await });
    looked.await.map_err(Error::internal)?.map_err(Error::unavailable)?;
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(WELL))
}

/// What was last found out about the database. Anybody may ask without a limit, so all share one check at a time.
#[derive(Default)]
pub struct Readiness {
    last: Mutex<Option<(Instant, Ready)>>,
    /// Its own: whether the service is ready does not depend on how busy the others are.
    connection: Arc<sync::Mutex<Option<Connection>>>,
}

/// Why the service is not ready, for the log.
type Ready = Result<(), String>;

impl Readiness {
    /// How long a result is good.
    const AGE: Duration = Duration::from_secs(1);
    /// How long the database has to answer.
    const PATIENCE: Duration = Duration::from_millis(1500);

    async fn look(&self, database: &Database) -> Ready {
        let mut last = self.last.lock().await;
        if let Some((_, ready)) = last.as_ref().filter(|(at, _)| at.elapsed() < Self::AGE) {
            return ready.clone();
        }
        let (database, connection) = (database.clone(), self.connection.clone());
        let check = tokio::task::spawn_blocking(move || {
            // A database that hangs keeps the check before this one, and all that come after.
            let mut connection =
                connection.try_lock().map_err(|_| "the database still has not answered".to_owned())?;
            check(&database, &mut connection).map_err(|error| error.to_string())
        });
        let ready = match tokio::time::timeout(Self::PATIENCE, check).await {
            Ok(checked) => checked.map_err(|cause| cause.to_string()).flatten(),
            Err(_) => Err("the database has not answered in time".to_owned()),
        };
        *last = Some((Instant::now(), ready.clone()));
        ready
    }
}

/// Looks whether the database answers, has all migrations, and can be written to.
fn check(database: &Database, kept: &mut Option<Connection>) -> Result<()> {
    let is_migrated = match kept.as_mut().map(migrations::are_done) {
        Some(Ok(done)) => done,
        // The connection is from before a restart, or there was none.
        Some(Err(_)) | None => {
            *kept = None;
            migrations::are_done(kept.insert(database.dedicated_connection()?))?
        }
    };
    if !is_migrated {
        return Err(Error::unavailable("migrations are pending"));
    }
    if let Some(connection) = kept {
        server::check_rights(connection)?;
    }
    database.check_writable()
}
