//! The API explorer: Swagger UI, whose files are compiled in, so that it needs no other host.

use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerUi, oauth};

/// Registers the explorer at `/docs/`.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route(
        "/docs",
        web::get().to(|| async { HttpResponse::SeeOther().insert_header(("location", "/docs/")).finish() }),
    );
    config.service(
        SwaggerUi::new("/docs/{_:.*}")
            .config(
                Config::from("/openapi.json")
                    .deep_linking(true)
                    .display_operation_id(true)
                    .display_request_duration(true)
                    .doc_expansion("list")
                    .default_models_expand_depth(0)
                    .filter(true)
                    .persist_authorization(true)
                    .try_it_out_enabled(false)
                    .validator_url("none"),
            )
            .oauth(oauth::Config::new().app_name("Nasij").scopes(vec!["associations:write".to_owned()])),
    );
}
