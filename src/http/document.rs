//! Reads of what is no record of a list, and questions that are posted: the query and the answer.

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev};
use serde::Serialize;

use super::negotiation;
use super::parameters::Parameters;
use super::representation::{self, Resource, View};
use crate::error::{Error, FieldRule, Reason, Result};

/// The query of such a read: `lang` alone.
pub struct DocumentQuery {
    view: View,
    http: HttpRequest,
}

impl DocumentQuery {
    /// Reads the query of a read that needs a word more, one of `words` (`kind=city`).
    pub fn with_word(http: &HttpRequest, name: &str, words: &[&'static str]) -> Result<(Self, &'static str)> {
        let mut word = None;
        let query = read_with(http, &[name, "lang"], |parameters| {
            if !parameters.has(name) {
                parameters.refuse(name, Reason::new(FieldRule::Required));
            }
            word = parameters.take_word(name, words);
        })?;
        let word = word.ok_or_else(|| Error::internal("a word that is needed was not refused"))?;
        Ok((query, word))
    }

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

/// The query of a `POST` that asks something and keeps nothing: `lang`, and `dry_run`, which makes no difference.
pub struct QuestionQuery {
    view: View,
}

impl QuestionQuery {
    /// Answers the question. Nothing is kept that an ETag could name.
    pub fn answer(&self, document: &impl Serialize) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        self.view.headers(&mut response);
        response.content_type("application/json").body(self.view.show(document).to_string())
    }
}

impl FromRequest for QuestionQuery {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(http: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        std::future::ready(read_question(http))
    }
}

fn read_question(http: &HttpRequest) -> Result<QuestionQuery> {
    negotiation::media_type(http, &["application/json"])?;
    let mut parameters = Parameters::of(http);
    parameters.take_flag("dry_run");
    let view = View { language: parameters.take_language(http), ..View::default() };
    parameters.finish(&["dry_run".to_owned(), "lang".to_owned()])?;
    Ok(QuestionQuery { view })
}

fn read(http: &HttpRequest) -> Result<DocumentQuery> {
    read_with(http, &["lang"], |_| ())
}

fn read_with(
    http: &HttpRequest,
    known: &[&str],
    take: impl FnOnce(&mut Parameters),
) -> Result<DocumentQuery> {
    negotiation::media_type(http, &["application/json"])?;
    let mut parameters = Parameters::of(http);
    let view = View { language: parameters.take_language(http), ..View::default() };
    take(&mut parameters);
    let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
    parameters.finish(&known)?;
    Ok(DocumentQuery { view, http: http.clone() })
}
