//! The proof of a result over HTTP.

use crate::http::routes::Routes;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, get, web};
use strum::VariantNames as _;

use super::model::SignedProof;
use super::queries;
use crate::audit::canonical;
use crate::database::Database;
use crate::database::fragment::Value;
use crate::database::listing::ValueType;
use crate::database::types::Id;
use crate::editions::criteria::NominationKind;
use crate::editions::path::EditionKey;
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::negotiation;
use crate::http::parameters::Parameters;
use crate::http::representation::{self, View};

/// Registers the operation.
pub fn routes(config: &mut Routes<'_>) {
    config.service(get_result_proof);
}

/// Where it is told what a proof shows and where the keys come from to verify it.
const DESCRIBED_BY: &str = "</docs/#/results/get_result_proof>; rel=\"describedby\"";

/// Get the proof of a result
///
/// All that a published result rests on, signed by the service: the record that the jury sealed when it closed, with the
/// salt that opens its commitment, what counts no more since, the ranking that follows, the decision and both
/// institutions' signatures. Download it, and verify it without the service: `nasij verify-result`, or twenty lines of
/// Python (the page "Verifying a result" of the source repository). It is made with the publication and never changes;
/// texts are in all languages.
///
/// A proof shows that it fits together, not whose it is: whoever forges one signs it with a key of their own and puts
/// that key beside it. Have the keys from elsewhere: those of the ministry and of ICSO from the institutions themselves
/// (their sites, press releases, a telephone call), those of the service from a copy of that time or from others who
/// kept one. An institution's `signature` is made with a key that the service does not have; where there is none, the
/// service vouches for the institution. `Link` with `rel="describedby"` leads here.
///
/// Until a result is published, this is 404 `not_published`, whatever has been decided.
#[utoipa::path(
    operation_id = "get_result_proof",
    tag = "results",
    params(
        ("year" = inline(EditionKey), Path, description = "Year of the edition, or its identifier."),
        ("kind" = NominationKind, Query, description = "The result: the title or the honours."),
        (
            "designation" = Option<Id>,
            Query,
            description = "The designation whose proof it is, when several were published; without it, the latest one.",
        ),
    ),
    responses((
        status = 200,
        description = "The signed proof.",
        body = SignedProof,
        headers(("Link" = String, description = "`describedby`: what a proof shows, and where the keys come from.")),
    )),
)]
#[get("/v1/editions/{year}/results/proof")]
async fn get_result_proof(
    key: EditionKey,
    query: ProofQuery,
    database: web::Data<Database>,
) -> Result<HttpResponse> {
    let ProofQuery { kind, designation, http } = query;
    let published =
        database.read(move |connection| queries::published(connection, key, kind, designation)).await?;
    let link = Some(DESCRIBED_BY.to_owned());
    // Canonical, whichever database kept it: the same bytes everywhere and for ever.
    let body = canonical(&published.proof);
    let mut response = representation::document(&http, &View::default(), "application/json", body, link);
    if let Ok(at) = HeaderValue::try_from(published.at.http_date()) {
        response.headers_mut().insert(header::LAST_MODIFIED, at);
    }
    Ok(response)
}

/// Which proof is asked for.
struct ProofQuery {
    kind: NominationKind,
    designation: Option<Id>,
    http: HttpRequest,
}

impl FromRequest for ProofQuery {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(http: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        std::future::ready(read(http))
    }
}

fn read(http: &HttpRequest) -> Result<ProofQuery> {
    const KIND: &str = "kind";
    const DESIGNATION: &str = "designation";
    negotiation::media_type(http, &["application/json"])?;
    let mut parameters = Parameters::of(http);
    if !parameters.has(KIND) {
        parameters.refuse(KIND, Reason::new(FieldRule::Required));
    }
    let kind = parameters.take_word(KIND, NominationKind::VARIANTS);
    let designation = match parameters.take_typed(DESIGNATION, ValueType::Id) {
        Some(Value::Id(id)) => Some(id),
        _ => None,
    };
    parameters.finish(&[KIND.to_owned(), DESIGNATION.to_owned()])?;
    let kind = kind.and_then(|word| serde_json::from_value(word.into()).ok());
    let kind = kind.ok_or_else(|| Error::internal("a known word is a kind"))?;
    Ok(ProofQuery { kind, designation, http: http.clone() })
}
