//! The operations of the selection process.

use utoipa_actix_web::service_config::ServiceConfig;

use super::{assignments, conflicts, deliberations, designations, evaluations, ranking, results};

/// Registers them.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(assignments::routes::routes)
        .configure(evaluations::routes::routes)
        .configure(conflicts::routes::routes)
        .configure(deliberations::routes::routes)
        .configure(ranking::routes::routes)
        .configure(designations::routes::routes)
        .configure(results::routes::routes);
}
