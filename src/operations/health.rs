//! Whether the service lives and is ready to serve.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::database::{Database, migrations};
use crate::error::{Error, Result};

/// Registers the health checks.
pub fn routes(config: &mut ServiceConfig) {
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
/// 200 when the database is reachable and every migration of this release is done; otherwise 503.
#[utoipa::path(
    operation_id = "get_readiness",
    tag = "operations",
    responses((status = 200, description = "The service is ready.", body = Health)),
)]
#[get("/readyz")]
async fn get_readiness(database: web::Data<Database>) -> Result<HttpResponse> {
    if !database.read(migrations::are_done).await? {
        return Err(Error::unavailable("migrations are pending"));
    }
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(WELL))
}
