//! The territory over HTTP.

use crate::http::routes::Routes;

use super::{cities, provinces, regions};

/// Registers the operations of the territory.
pub fn routes(config: &mut Routes<'_>) {
    config
        .configure(regions::routes::routes)
        .configure(provinces::routes::routes)
        .configure(cities::routes::routes);
}
