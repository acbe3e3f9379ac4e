//! How the problems of a request are told: in whose language, at which address of the service.

use actix_web::{HttpRequest, web};

use super::parameters::accepted_language;
use crate::config::Config;
use crate::error::Error;
use crate::error::problem::Problem;
use crate::language::Language;

/// How problems of a request are told.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    /// The language that was asked for.
    pub(super) language: Language,
    /// The service's public URL.
    pub(super) base: String,
    /// The path that was asked for.
    pub(super) path: String,
}

impl Telling {
    /// As the request asks for.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let asked = url::form_urlencoded::parse(request.query_string().as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, tag)| Language::of_tag(&tag));
        Self {
            language: asked.or_else(|| accepted_language(request)).unwrap_or(Language::En),
            base: request
                .app_data::<web::Data<Config>>()
                .map_or_else(String::new, |config| config.public_url.clone()),
            path: request.path().to_owned(),
        }
    }

    /// The document for `error`, whose cause goes into the log.
    pub(super) fn problem(&self, error: &Error, request_id: &str) -> Problem {
        if let Some(cause) = &error.cause {
            let level = if error.is_of_the_service() { log::Level::Error } else { log::Level::Debug };
            log::log!(level, "request_id={request_id} cause={cause:?}");
        }
        Problem::new(error, self.language, &self.base, &self.path, request_id)
    }
}
