//! The territory over HTTP.

use utoipa_actix_web::service_config::ServiceConfig;

use super::{cities, provinces, regions};

/// Registers the operations of the territory.
pub fn routes(config: &mut ServiceConfig) {
    config
        .configure(regions::routes::routes)
        .configure(provinces::routes::routes)
        .configure(cities::routes::routes);
}
