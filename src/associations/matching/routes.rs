//! Likely twins over HTTP.

use crate::http::routes::Routes;
use actix_web::{HttpResponse, post, web};

use super::model::{MatchInput, PublicMatches};
use super::queries;
use crate::database::Database;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::document::QuestionQuery;
use crate::search::Vocabularies;

/// Registers the operation.
pub fn routes(config: &mut Routes<'_>) {
    config.service(create_association_match);
}

/// Find likely twins of an association
///
/// Asks, before an association is added and without a token, whether it is in the register already: by its names in any
/// language, its acronym, its seat, its foundation and its web site. The likeliest come first, each with a score, what that
/// means, and what speaks for and against it. One name is enough, in Arabic or in Latin letters; other spellings, another
/// order of the words and one wrong letter are forgiven, and words like *association* or *développement* tell little.
/// Another city lowers the score much. Only what is public is compared. It keeps nothing, so `dry_run` makes no difference.
#[utoipa::path(
    operation_id = "create_association_match",
    tag = "associations",
    request_body(content = MatchInput, description = "What is known of the association."),
    responses((status = 200, description = "The likely twins.", body = PublicMatches)),
)]
#[post("/v1/associations/matches")]
async fn create_association_match(
    query: QuestionQuery,
    described: Valid<MatchInput>,
    vocabularies: web::Data<Vocabularies>,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let found = database
        .read(move |connection| queries::matches(connection, &vocabularies, &described.content))
        .await?;
    Ok(query.answer(&found))
}
