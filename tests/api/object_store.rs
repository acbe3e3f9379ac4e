//! A small service that speaks as much of S3 as the documents need: objects are put, read, listed and deleted, by requests
//! that are signed.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use nasij::config::Config;
use nasij::database::types::UtcTime;

/// The bucket of the service under test.
const BUCKET: &str = "nasij-documents";
const ACCESS_KEY: &str = "some-access-key";
const SECRET: &str = "some-secret-access-key";

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Such as `PUT /bucket/key`.
    pub(crate) what: String,
    /// The headers, one a line.
    pub(crate) headers: String,
}

#[derive(Default)]
struct State {
    /// Parts of objects that are not complete, by upload and number.
    parts: BTreeMap<(String, usize), Vec<u8>>,
    objects: BTreeMap<String, Vec<u8>>,
    asked: Vec<Asked>,
    down: bool,
}

/// A running store. It is stopped on drop.
pub(crate) struct ObjectStoreDouble {
    endpoint: String,
    state: Arc<Mutex<State>>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ObjectStoreDouble {
    /// Starts a store without objects.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let data = web::Data::from(state.clone());
        let (started, start) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let app = move || {
                    actix_web::App::new()
                        .app_data(data.clone())
                        .app_data(web::PayloadConfig::new(16 * 1024 * 1024))
                        .default_service(web::to(answer))
                };
                let server = actix_web::HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(0);
                let server = server.listen(listener).expect("it listens").run();
                started.send(server.handle()).expect("somebody waits");
                server.await.expect("it runs until it is stopped");
            });
        });
        let server = start.recv().expect("the store starts");
        Self { endpoint, state, server, thread: Some(thread) }
    }

    /// Configures a service to keep its documents here, below a prefix.
    pub(crate) fn configure(&self, config: &mut Config) {
        config.object_store_url = Some(format!("s3://{BUCKET}/some/prefix"));
        config.object_store_endpoint = Some(self.endpoint.clone());
        config.object_store_region = "eu-west-3".to_owned();
        config.object_store_access_key_id = Some(ACCESS_KEY.to_owned());
        config.object_store_secret_access_key = Some(SECRET.to_owned());
    }

    /// The environment of a program that reaches it, without the documents' bucket.
    pub(crate) fn environment(&self) -> [(&'static str, &str); 4] {
        [
            ("NASIJ_OBJECT_STORE_ENDPOINT", &self.endpoint),
            ("NASIJ_OBJECT_STORE_REGION", "eu-west-3"),
            ("NASIJ_OBJECT_STORE_ACCESS_KEY_ID", ACCESS_KEY),
            ("NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY", SECRET),
        ]
    }

    /// Whether it is out of service from now on.
    pub(crate) fn be_down(&self, down: bool) {
        locked(&self.state).down = down;
    }

    /// The keys of its objects, with bucket and prefix.
    pub(crate) fn keys(&self) -> Vec<String> {
        locked(&self.state).objects.keys().cloned().collect()
    }

    /// What it was asked so far; every request was signed.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let asked = locked(&self.state).asked.clone();
        for Asked { what, headers } in &asked {
            let credential = format!("authorization: AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/");
            assert!(headers.contains(&credential), "{what}: {headers}");
            assert!(headers.contains("/eu-west-3/s3/aws4_request"), "{what}: {headers}");
            assert!(headers.contains("x-amz-content-sha256: "), "{what}: {headers}");
            assert!(!headers.contains(SECRET) && !what.contains(SECRET), "{what}: {headers}");
        }
        asked
    }
}

impl Drop for ObjectStoreDouble {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !std::thread::panicking() {
                ended.expect("the store stops without a panic");
            }
        }
    }
}

async fn answer(request: HttpRequest, body: web::Bytes, state: web::Data<Mutex<State>>) -> HttpResponse {
    let mut state = locked(&state);
    let headers = request.headers().iter();
    let headers: Vec<String> = headers
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    let what = format!("{} {}", request.method(), request.uri());
    state.asked.push(Asked { what, headers: headers.join("\n") });
    if state.down {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let key = request.path().trim_start_matches('/').to_owned();
    match *request.method() {
        Method::POST if request.query_string() == "uploads=" || request.query_string() == "uploads" => {
            let upload = format!("upload-{}", state.asked.len());
            HttpResponse::Ok().content_type("application/xml").body(format!(
                "<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            ))
        }
        Method::PUT if parameter(&request, "uploadId").is_some() => {
            let number = parameter(&request, "partNumber").and_then(|number| number.parse().ok());
            let part = (parameter(&request, "uploadId").unwrap_or_default(), number.expect("a number"));
            state.parts.insert(part, body.to_vec());
            HttpResponse::Ok().insert_header(("ETag", "\"part\"")).finish()
        }
        Method::POST => {
            let upload = parameter(&request, "uploadId").expect("an upload");
            let (whole, parts) =
                std::mem::take(&mut state.parts).into_iter().partition(|((of, _), _)| *of == upload);
            state.parts = parts;
            let whole: BTreeMap<(String, usize), Vec<u8>> = whole;
            state.objects.insert(key, whole.into_values().flatten().collect());
            HttpResponse::Ok()
                .content_type("application/xml")
                .body("<CompleteMultipartUploadResult><ETag>\"put\"</ETag></CompleteMultipartUploadResult>")
        }
        Method::PUT => {
            state.objects.insert(key, body.to_vec());
            HttpResponse::Ok().insert_header(("ETag", "\"put\"")).finish()
        }
        Method::GET if key == BUCKET => listing(&state, request.query_string()),
        Method::GET => match state.objects.get(&key) {
            Some(bytes) => object(bytes, range(&request)),
            None => HttpResponse::NotFound().finish(),
        },
        Method::DELETE => {
            state.objects.remove(&key);
            HttpResponse::NoContent().finish()
        }
        _ => HttpResponse::MethodNotAllowed().finish(),
    }
}

/// The first and the last byte that are asked for.
fn range(request: &HttpRequest) -> Option<(usize, usize)> {
    let range = request.headers().get("range")?.to_str().expect("a range").strip_prefix("bytes=")?;
    let (first, last) = range.split_once('-').expect("a range");
    Some((first.parse().expect("a number"), last.parse().expect("a number")))
}

/// An object, or a part of it.
fn object(bytes: &[u8], range: Option<(usize, usize)>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header(("ETag", "\"put\"")).insert_header(("Last-Modified", UtcTime::now().http_date()));
    let Some((first, last)) = range else { return response.body(bytes.to_vec()) };
    response
        .status(StatusCode::PARTIAL_CONTENT)
        .insert_header(("Content-Range", format!("bytes {first}-{last}/{}", bytes.len())))
        .body(bytes[first..=last].to_vec())
}

fn named(query: &str, wanted: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn parameter(request: &HttpRequest, wanted: &str) -> Option<String> {
    named(request.query_string(), wanted)
}

/// ListObjectsV2, two keys a page.
fn listing(state: &State, query: &str) -> HttpResponse {
    let (prefix, after) = (named(query, "prefix").unwrap_or_default(), named(query, "continuation-token"));
    let keys = state.objects.keys().filter_map(|key| key.strip_prefix(&format!("{BUCKET}/")));
    let mut keys = keys
        .filter(|key| key.starts_with(&prefix))
        .filter(|key| after.as_deref().is_none_or(|after| *key > after));
    let page: Vec<&str> = keys.by_ref().take(2).collect();
    let more = keys.next().and(page.last());
    let contents: String = page
        .iter()
        .map(|key| {
            format!(
                "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>\"put\"</ETag><Size>1</Size></Contents>",
                UtcTime::now()
            )
        })
        .collect();
    let more =
        more.map_or_else(String::new, |key| format!("<NextContinuationToken>{key}</NextContinuationToken>"));
    HttpResponse::Ok().content_type("application/xml").body(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><IsTruncated>{}</IsTruncated>{contents}{more}</ListBucketResult>",
        !more.is_empty()
    ))
}
