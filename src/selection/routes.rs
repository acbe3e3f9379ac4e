//! The operations of the selection process.

use std::future::{Ready, ready};

use crate::http::routes::Routes;
use actix_web::{FromRequest, HttpRequest, dev};
use strum::VariantNames as _;

use super::{
    assignments, conflicts, deliberations, designations, evaluations, institution_keys, ranking, results,
};
use crate::error::{Error, Result};
use crate::http::document::DocumentQuery;
use crate::nominations::rules::Kind;

/// Registers them.
pub fn routes(config: &mut Routes<'_>) {
    config
        .configure(assignments::routes::routes)
        .configure(evaluations::routes::routes)
        .configure(conflicts::routes::routes)
        .configure(deliberations::routes::routes)
        .configure(ranking::routes::routes)
        .configure(designations::routes::routes)
        .configure(institution_keys::routes::routes)
        .configure(results::routes::routes)
        .configure(results::proof::routes::routes);
}

/// The query of a document that is about one kind of nominations, which it has to name (`kind=city`).
pub(super) struct KindQuery {
    /// The kind.
    pub(super) kind: Kind,
    /// The rest of the query, and the answer.
    pub(super) document: DocumentQuery,
}

impl FromRequest for KindQuery {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(http: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(read_kind(http))
    }
}

fn read_kind(http: &HttpRequest) -> Result<KindQuery> {
    let (document, word) = DocumentQuery::with_word(http, "kind", Kind::VARIANTS)?;
    let kind = serde_json::from_value(word.into()).map_err(Error::internal)?;
    Ok(KindQuery { kind, document })
}
