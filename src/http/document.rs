//! Reads of what is no record of a list: the query (`lang` alone) and the answer.

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use serde::Serialize;

use super::negotiation;
use super::parameters::Parameters;
use super::representation::{self, Resource, View};
use crate::error::{Error, Result};

/// The query of such a read.
pub struct DocumentQuery {
    view: View,
    http: HttpRequest,
}

impl DocumentQuery {
    /// Answers with a document that has no version of its own.
    pub fn answer(&self, document: &impl Serialize) -> HttpResponse {
        let body = self.view.show(document).to_string();
        representation::document(&self.http, &self.view, "application/json", body, None)
    }

    /// Answers with a document that has the version of a record.
    pub fn answer_record(&self, document: &impl Resource) -> HttpResponse {
        representation::record(&self.http, &self.view, document)
    }
}

impl FromRequest for DocumentQuery {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(http: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        std::future::ready(read(http))
    }
}

fn read(http: &HttpRequest) -> Result<DocumentQuery> {
    negotiation::media_type(http, &["application/json"])?;
    let mut parameters = Parameters::of(http);
    let view = View { language: parameters.take_language(http), ..View::default() };
    parameters.finish(&["lang".to_owned()])?;
    Ok(DocumentQuery { view, http: http.clone() })
}
