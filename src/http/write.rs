//! How every write runs: rehearsed or kept, once for each `Idempotency-Key`, only on the version that the client has
//! seen, and answered with the representation.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde_json::{Value as JsonValue, json};
use sha2::{Digest as _, Sha256};

use super::conditional::{self, Version};
use super::idempotency::{self, Answer, Retry};
use super::list::Listed;
use super::origin::Origin;
use super::parameters::Parameters;
use super::representation::{Resource, View};
use crate::audit::Actor;
use crate::database::{Connection, Database, Outcome};
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::search::Vocabularies;

const REPLAYED: &str = "idempotent-replayed";

/// What a write request asks for beside its body.
#[derive(Clone)]
pub struct WriteRequest {
    pub(super) outcome: Outcome,
    view: View,
    idempotency_key: Option<String>,
    pub(super) minimal: bool,
    route: String,
    query: String,
    origin: Origin,
    vocabularies: web::Data<Vocabularies>,
}

impl WriteRequest {
    /// Where the request comes from, for the audit trail.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether everything is checked and nothing kept (`dry_run=true`).
    pub fn is_rehearsal(&self) -> bool {
        self.outcome == Outcome::Discard
    }

    /// The same request, for a record that is kept although what it asks for is a rehearsal.
    #[must_use]
    pub fn kept(self) -> Self {
        Self { outcome: Outcome::Keep, ..self }
    }

    /// Whether `actor` has sent a request with the same `Idempotency-Key` before: then it is answered as that one was, or
    /// refused as another one with its key, whatever has changed since.
    pub fn is_repeated(&self, connection: &mut Connection, actor: &Actor) -> Result<bool> {
        let Some(key) = &self.idempotency_key else { return Ok(false) };
        idempotency::is_known(connection, &actor.id(), &self.route, key)
    }

    /// Runs a `POST` that creates a record: 201 with `Location`, `ETag` and the representation.
    pub async fn create<T, F>(
        self,
        database: &Database,
        actor: Actor,
        digest: String,
        create: F,
    ) -> Result<HttpResponse>
    where
        T: Resource + Listed,
        F: Fn(&mut Connection, &Actor) -> Result<T> + Send + 'static,
    {
        let retry = self.retry(actor.id(), &digest);
        let request = Arc::new(self);
        let shared = request.clone();
        let (answer, whole) = database
            .write(shared.outcome, move |connection| {
                let mut whole = JsonValue::Null;
                let answer = idempotency::once(connection, retry.as_ref(), |connection| {
                    let record = create(connection, &actor)?;
                    whole = json!(record);
                    Ok(shared.created(&record))
                })?;
                Ok((answer, whole))
            })
            .await?;
        request.learn::<T>(&whole);
        Ok(request.respond(request.showing_once::<T>(answer, whole)))
    }

    /// As [`WriteRequest::create`], for a record that needs something outside the database first: `prepare` runs when a
    /// rehearsal has shown that the record can be created, and neither for a repeated request nor for a `dry_run`.
    pub async fn create_after<T, F, P>(
        self,
        prepare: P,
        database: &Database,
        actor: Actor,
        digest: String,
        create: F,
    ) -> Result<HttpResponse>
    where
        T: Resource + Listed,
        F: Fn(&mut Connection, &Actor) -> Result<T> + Clone + Send + 'static,
        P: Future<Output = Result<()>>,
    {
        let rehearsal = Self { outcome: Outcome::Discard, ..self.clone() };
        let rehearsed = rehearsal.create(database, actor.clone(), digest.clone(), create.clone()).await?;
        if self.outcome == Outcome::Discard || rehearsed.headers().contains_key(REPLAYED) {
            return Ok(rehearsed);
        }
        prepare.await?;
        self.create(database, actor, digest, create).await
    }

    /// Runs a `PATCH` or `PUT`: 200 with the new `ETag` and the representation.
    pub async fn update<T, F>(self, database: &Database, update: F) -> Result<HttpResponse>
    where
        T: Resource + Listed,
        F: Fn(&mut Connection) -> Result<T> + Send + 'static,
    {
        let request = Arc::new(self);
        let shared = request.clone();
        let (answer, names) = database
            .write(shared.outcome, move |connection| {
                let record = update(connection)?;
                Ok((shared.answer(StatusCode::OK, &record), json!(record)))
            })
            .await?;
        request.learn::<T>(&names);
        Ok(request.respond(answer))
    }

    /// Runs a `DELETE`: 204.
    pub async fn delete<F>(self, database: &Database, delete: F) -> Result<HttpResponse>
    where
        F: Fn(&mut Connection) -> Result<()> + Send + 'static,
    {
        database.write(self.outcome, delete).await?;
        Ok(HttpResponse::NoContent().finish())
    }

    /// What makes a request of `caller` with this body the same as another one; none when it has no key.
    pub(super) fn retry(&self, caller: String, digest: &str) -> Option<Retry> {
        let key = self.idempotency_key.clone()?;
        Some(Retry { caller, route: self.route.clone(), key, fingerprint: fingerprint(&self.query, digest) })
    }

    fn created<T: Resource>(&self, record: &T) -> Answer {
        let status = if T::is_accepted() { StatusCode::ACCEPTED } else { StatusCode::CREATED };
        let mut answer = self.answer(status, record);
        answer.headers.insert(header::LOCATION.to_string(), record.path());
        answer
    }

    /// The answer as it may be kept for a retry.
    fn answer<T: Resource>(&self, status: StatusCode, record: &T) -> Answer {
        let (body, etag) = self.shown(record);
        let headers = [
            (header::ETAG.to_string(), etag),
            (header::LAST_MODIFIED.to_string(), record.updated_at().http_date()),
        ];
        self.answer_of(status, headers, &body)
    }

    /// A record as it may be shown again, and its `ETag`.
    pub(super) fn shown<T: Resource>(&self, record: &T) -> (JsonValue, String) {
        let mut body = self.view.show(record);
        if let JsonValue::Object(fields) = &mut body {
            fields.retain(|name, _| !T::shown_once().contains(&name.as_str()));
        }
        let etag = conditional::etag(Some(Version::of(record)), body.to_string().as_bytes());
        (body, etag)
    }

    /// An answer in the language that was asked for.
    pub(super) fn answer_of(
        &self,
        status: StatusCode,
        headers: impl IntoIterator<Item = (String, String)>,
        body: &JsonValue,
    ) -> Answer {
        let language = self.view.language.map(|language| language.tag().to_owned());
        let language = language.map(|tag| (header::CONTENT_LANGUAGE.to_string(), tag));
        let headers: BTreeMap<String, String> = headers.into_iter().chain(language).collect();
        Answer { status: status.as_u16(), headers, body: body.to_string(), replayed: false }
    }

    /// Adds to the first answer what it alone may show. A rehearsal has made nothing that could be shown.
    fn showing_once<T: Resource>(&self, answer: Answer, whole: JsonValue) -> Answer {
        if T::shown_once().is_empty() || answer.replayed || self.outcome == Outcome::Discard {
            return answer;
        }
        Answer { body: self.view.apply(whole).to_string(), ..answer }
    }

    /// Makes the names of what was just written searchable at once. A rehearsal leaves nothing to find.
    pub(super) fn learn<T: Listed>(&self, record: &JsonValue) {
        if self.outcome == Outcome::Keep {
            self.vocabularies.learn(&T::LIST, record);
        }
    }

    fn respond(&self, answer: Answer) -> HttpResponse {
        let mut response = self.begin(&answer);
        match self.minimal {
            true if answer.status == StatusCode::OK.as_u16() => {
                response.status(StatusCode::NO_CONTENT).finish()
            }
            true => response.finish(),
            false => response.content_type("application/json").body(answer.body),
        }
    }

    /// The head of an answer.
    pub(super) fn begin(&self, answer: &Answer) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
        View::default().headers(&mut response);
        for (name, value) in &answer.headers {
            response.insert_header((name.as_str(), value.as_str()));
        }
        if answer.replayed {
            response.insert_header((REPLAYED, "true"));
        }
        if self.minimal {
            response.insert_header(("Preference-Applied", "return=minimal"));
        }
        response
    }
}

fn fingerprint(query: &str, digest: &str) -> String {
    format!("{:x}", Sha256::digest(format!("{query}\n{digest}")))
}

/// Parameters that a write has beside those of any write.
pub trait WriteParameters: Sized + 'static {
    /// Their names.
    const NAMES: &'static [&'static str];

    /// Takes them out. What is at fault is noted there; none only then.
    fn take(parameters: &mut Parameters) -> Option<Self>;
}

/// A write with parameters of its own.
#[derive(Clone)]
pub struct WriteWith<P> {
    /// Its own parameters.
    pub parameters: P,
    /// The write.
    pub write: WriteRequest,
}

impl<P: WriteParameters> FromRequest for WriteWith<P> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let mut parameters = Parameters::of(request);
        let own = P::take(&mut parameters);
        let refused = || Error::internal("parameters that were refused are not reported");
        std::future::ready(
            read(request, parameters, P::NAMES)
                .and_then(|write| Ok(Self { parameters: own.ok_or_else(refused)?, write })),
        )
    }
}

impl FromRequest for WriteRequest {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(read(request, Parameters::of(request), &[]))
    }
}

/// Reads what a write asks for; the parameters that an operation has beside are `others`, and were taken out.
pub(super) fn read(
    request: &HttpRequest,
    mut parameters: Parameters,
    others: &[&str],
) -> Result<WriteRequest> {
    let outcome = if parameters.take_flag("dry_run") { Outcome::Discard } else { Outcome::Keep };
    let view = View { language: parameters.take_language(request), ..View::default() };
    let known: Vec<String> =
        ["dry_run", "lang"].iter().chain(others).map(|name| (*name).to_owned()).collect();
    parameters.finish(&known)?;
    let vocabularies = request
        .app_data::<web::Data<Vocabularies>>()
        .cloned()
        .ok_or_else(|| Error::internal("the vocabularies are not configured"))?;
    Ok(WriteRequest {
        outcome,
        view,
        idempotency_key: idempotency_key(request)?,
        minimal: prefers_minimal(request),
        route: format!("{} {}", request.method(), request.path()),
        query: request.query_string().to_owned(),
        origin: Origin::of(&request.extensions()),
        vocabularies,
    })
}

/// The `Idempotency-Key`, with or without the quotes of a structured field. It only means something on a `POST`.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>> {
    const LONGEST_KEY: usize = 255;
    let mut lines = request.headers().get_all("idempotency-key");
    let Some(header) = lines.next() else { return Ok(None) };
    if lines.next().is_some() {
        let twice = Violation::header("Idempotency-Key", Reason::new(FieldRule::RepeatedHeader));
        return Err(Error::new(Code::BadHeader).with_violation(twice));
    }
    let key = header.to_str().map(|key| key.trim().trim_matches('"')).unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY {
        let reason = Reason::new(FieldRule::Length).with("min", 1).with("max", LONGEST_KEY);
        return Err(Error::new(Code::BadHeader).with_violation(Violation::header("Idempotency-Key", reason)));
    }
    Ok(Some(key.to_owned()))
}

/// `Prefer: return=minimal` (RFC 7240).
fn prefers_minimal(request: &HttpRequest) -> bool {
    request.headers().get_all("prefer").filter_map(|value| value.to_str().ok()).any(|value| {
        value.split([',', ';']).any(|preference| preference.trim().eq_ignore_ascii_case("return=minimal"))
    })
}
