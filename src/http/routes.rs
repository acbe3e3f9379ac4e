//! How a room registers its operations: to be served by a worker, or to be documented, never both at once. A worker that
//! starts does not make the document anew.

use actix_web::dev::HttpServiceFactory;
use actix_web::web::ServiceConfig;
use utoipa::openapi::path::Paths;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Components, OpenApi, RefOr};
use utoipa_actix_web::OpenApiFactory;

/// Where the operations of the API are registered.
pub enum Routes<'a> {
    /// They are served.
    Served(&'a mut ServiceConfig),
    /// What utoipa knows of them is collected.
    Documented(Documented),
}

/// The operations that were registered so far, and the schemas that they refer to.
#[derive(Default)]
pub struct Documented {
    paths: Paths,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Routes<'_> {
    /// Registers the operations of a room.
    pub fn configure(&mut self, room: impl FnOnce(&mut Routes<'_>)) -> &mut Self {
        room(self);
        self
    }

    /// Registers one operation: a handler with its documentation.
    pub fn service(&mut self, operation: impl HttpServiceFactory + OpenApiFactory + 'static) -> &mut Self {
        match self {
            Self::Served(config) => {
                config.service(operation);
            }
            Self::Documented(documented) => {
                documented.paths.merge(operation.paths());
                operation.schemas(&mut documented.schemas);
            }
        }
        self
    }
}

/// What utoipa knows of the operations of a room.
pub fn documented(room: impl FnOnce(&mut Routes<'_>)) -> OpenApi {
    let mut routes = Routes::Documented(Documented::default());
    room(&mut routes);
    let mut document = OpenApi::default();
    if let Routes::Documented(Documented { paths, schemas }) = routes {
        document.paths = paths;
        document.components.get_or_insert_with(Components::new).schemas.extend(schemas);
    }
    document
}
