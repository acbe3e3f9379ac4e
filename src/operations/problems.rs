//! The pages that the `type` of a problem document points to.

use crate::http::routes::Routes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::catalogue::{CATALOGUE, Entry};
use crate::error::{Code, Error, Result};
use crate::http::parameters::Parameters;
use crate::http::representation::{self, View};
use crate::language::sentences::outline;
use crate::language::{Language, LocalizedText, Text};

/// Registers the pages.
pub fn routes(config: &mut Routes<'_>) {
    config.service(list_problem_types).service(get_problem_type);
}

/// A kind of problem that the service can answer with.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemType {
    /// The word in `code`, and the end of `type`.
    #[schema(examples("stale"))]
    code: String,
    /// The HTTP status that it comes with.
    #[schema(minimum = 400, maximum = 599, examples(412))]
    status: u16,
    /// What it is, in a few words.
    title: LocalizedText,
    /// What it says of a case; words in braces stand for values of the case.
    detail: LocalizedText,
}

/// All kinds of problems.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemTypes {
    /// The kinds of problems.
    items: Vec<ProblemType>,
}

impl From<&Entry> for ProblemType {
    fn from(entry: &Entry) -> Self {
        let text = |[ar, fr, en]: [&str; 3]| {
            let some = |text: &str| Some(text.to_owned());
            LocalizedText(Text { ar: some(ar), fr: some(fr), zgh: None, en: some(en) })
        };
        let [ar, fr, en] = entry.detail;
        let detail = [outline(ar, Language::Ar), outline(fr, Language::Fr), outline(en, Language::En)];
        Self {
            code: entry.code.name(),
            status: entry.status,
            title: text(entry.title),
            detail: text(detail.each_ref().map(String::as_str)),
        }
    }
}

/// List problem types
///
/// Every kind of problem document (RFC 9457) that the service can answer with.
#[utoipa::path(
    operation_id = "list_problem_types",
    tag = "operations",
    responses((status = 200, description = "All kinds of problems.", body = ProblemTypes)),
)]
#[get("/problems")]
async fn list_problem_types(request: HttpRequest) -> Result<HttpResponse> {
    answer(&request, &ProblemTypes { items: CATALOGUE.iter().map(ProblemType::from).collect() })
}

/// Get a problem type
///
/// What a `code` means: the page that the `type` of a problem document points to.
#[utoipa::path(
    operation_id = "get_problem_type",
    tag = "operations",
    params(("code" = String, Path, description = "The `code` of a problem document.", example = "stale")),
    responses((status = 200, description = "The kind of problem.", body = ProblemType)),
)]
#[get("/problems/{code}")]
async fn get_problem_type(request: HttpRequest, code: web::Path<String>) -> Result<HttpResponse> {
    let known = Code::named(&code).ok_or_else(|| Error::not_found("problem_type", &*code))?;
    answer(&request, &ProblemType::from(known.entry()))
}

fn answer(request: &HttpRequest, value: &impl Serialize) -> Result<HttpResponse> {
    let mut parameters = Parameters::of(request);
    let view = View { language: parameters.take_language(request), ..View::default() };
    parameters.finish(&["lang".to_owned()])?;
    let body = view.show(value).to_string();
    Ok(representation::document(request, &view, "application/json", body, None))
}
