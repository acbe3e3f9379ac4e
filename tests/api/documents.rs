//! Supporting documents: what is taken, how it is given back, when it may be written.

use std::collections::BTreeSet;

use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::app::App;
use crate::files::{PDF, hex, jpeg, pdf, png};
use crate::nominations::{of_city, path};
use crate::steps::{encoded, fault, faults};

const LARGEST: usize = 10 * 1024 * 1024;

/// The path of the documents of a nomination.
pub(crate) fn documents(nomination: &Value) -> String {
    format!("{}/documents", path(nomination))
}

/// The path of a document.
pub(crate) fn document_path(document: &Value) -> String {
    let id = |field: &str| document[field].as_str().expect("an identifier").to_owned();
    format!("/v1/nominations/{}/documents/{}", id("nomination_id"), id("id"))
}

impl App {
    /// Uploads a file as a document of a nomination.
    pub(crate) async fn upload(
        &self,
        token: &str,
        nomination: &Value,
        name: &str,
        (media_type, bytes): (&str, Vec<u8>),
    ) -> Answer {
        let to = format!("{}?name={}", documents(nomination), encoded(name));
        self.request(Method::POST, &to).token(token).body(media_type, bytes).send().await
    }

    /// Uploads a small PDF, which must succeed.
    pub(crate) async fn add_pdf(&self, token: &str, nomination: &Value, words: &str) -> Value {
        self.upload(token, nomination, "statuts.pdf", (PDF, pdf(words))).await.expect(201).json()
    }

    /// The representative of Fès and the draft of its nomination.
    pub(crate) async fn draft_of_fes(&self) -> (String, Value) {
        self.with_edition(2027, &json!({})).await;
        let token = self.representative_of_city("fes").await;
        let draft = self.nominate(&token, &of_city(2027, "fes")).await;
        (token, draft)
    }
}

#[tokio::test]
async fn a_file_is_given_back_as_it_was_uploaded() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let (name, bytes) = ("تقرير \"2026\"; (1).pdf", pdf(&"Rapport d'activité. ".repeat(100)));
    let created = app.upload(&token, &draft, name, (PDF, bytes.clone())).await.expect(201);
    let document = created.json();
    assert_eq!(created.header("location"), document_path(&document));
    let fields: BTreeSet<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["id", "nomination_id", "name", "media_type", "size", "sha256", "created_at", "updated_at"];
    assert_eq!(fields, BTreeSet::from(expected));
    assert_eq!((&document["name"], &document["media_type"]), (&json!(name), &json!(PDF)));
    assert_eq!((&document["size"], &document["sha256"]), (&json!(bytes.len()), &json!(hex(&bytes))));

    let read = app.get_as(&token, &document_path(&document)).await.expect(200);
    assert_eq!((read.json(), read.header("etag")), (document.clone(), created.header("etag")));
    assert_eq!(app.get_as(&token, &documents(&draft)).await.items(), std::slice::from_ref(&document));

    let content = format!("{}/content", document_path(&document));
    let file = app.get_as(&token, &content).await.expect(200);
    assert_eq!(file.body, bytes);
    assert_eq!(file.header("content-type"), PDF);
    let disposition = "attachment; filename=\"_____ _2026__ (1).pdf\"; filename*=UTF-8''\
                       %D8%AA%D9%82%D8%B1%D9%8A%D8%B1%20%222026%22%3B%20%281%29.pdf";
    assert_eq!(file.header("content-disposition"), disposition);
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("cache-control"), "private, no-store");
    assert_eq!(file.header("etag"), format!("\"{}\"", hex(&bytes)));
    assert!(file.header("repr-digest").starts_with("sha-256=:"));
    let known = app.request(Method::GET, &content).token(&token);
    let known = known.header("if-none-match", file.header("etag")).send().await.expect(304);
    assert!(known.body.is_empty());
    let head = app.request(Method::HEAD, &content).token(&token).send().await.expect(200);
    assert_eq!(head.header("content-length"), bytes.len().to_string());
    let packed = app.compressed("gzip", Method::GET, &content).token(&token).send().await.expect(200);
    assert_eq!((&packed.body, packed.optional_header("content-encoding")), (&bytes, None));
    assert_eq!(packed.header("etag"), file.header("etag"));
    app.request(Method::GET, &content).token(&token).header("accept", "text/html").send().await.problem(406);
    app.get_as(&token, &format!("{content}?download=1")).await.problem(400);
}

#[tokio::test]
async fn images_are_documents_as_well() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    for (name, media_type, bytes) in [("a.png", "image/png", png()), ("b.jpg", "image/jpeg; q=1", jpeg())] {
        let document = app.upload(&token, &draft, name, (media_type, bytes.clone())).await.expect(201).json();
        assert_eq!(document["media_type"], media_type.split(';').next().unwrap());
        let file = app.get_as(&token, &format!("{}/content", document_path(&document))).await.expect(200);
        assert_eq!((&file.body, file.media_type()), (&bytes, document["media_type"].as_str()));
    }
    let images = format!("{}?media_type=image/png,image/jpeg&sort=-created_at", documents(&draft));
    assert_eq!(app.get_as(&token, &images).await.items().len(), 2);
    app.get_as(&token, &format!("{}?media_type=text/html", documents(&draft))).await.problem(400);
}

#[tokio::test]
async fn what_is_no_document_is_refused() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    for media_type in ["text/html", "application/json", "image/svg+xml", "application/pdfx", ""] {
        let refused = app.upload(&token, &draft, "a.pdf", (media_type, pdf("a"))).await;
        assert!(refused.header("accept").contains("image/png"), "{media_type}");
        assert_eq!(refused.problem(415)["code"], "unsupported_media_type", "{media_type}");
    }
    let empty = app.upload(&token, &draft, "a.pdf", (PDF, Vec::new())).await.problem(422);
    assert_eq!(faults(&empty), fault("", "empty_file"));
    for (media_type, bytes) in [
        (PDF, b"<script>alert(1)</script>".to_vec()),
        (PDF, b" %PDF-1.7".to_vec()),
        (PDF, b"\x89PNG\r\n\x1a\n".to_vec()),
        ("image/png", pdf("a")),
        ("image/jpeg", b"\x89PNG\r\n\x1a\n".to_vec()),
    ] {
        let refused = app.upload(&token, &draft, "a.pdf", (media_type, bytes)).await.problem(422);
        assert_eq!(faults(&refused), fault("", "other_file"), "{media_type}");
    }
    for (name, code) in
        [("", "blank"), ("  ", "blank"), (&*"x".repeat(201), "length"), ("a\nb.pdf", "characters")]
    {
        let refused = app.upload(&token, &draft, name, (PDF, pdf("a"))).await.problem(400);
        assert_eq!(faults(&refused), fault("name", code), "{name:?}");
    }
    let upload = |query: &str| {
        let to = format!("{}{query}", documents(&draft));
        app.request(Method::POST, &to).token(&token).body(PDF, pdf("a")).send()
    };
    assert_eq!(faults(&upload("").await.problem(400)), fault("name", "required"));
    let unknown = upload("?name=a.pdf&nmae=b.pdf").await.problem(400);
    assert_eq!(unknown["errors"][0]["did_you_mean"], "name");
    assert_eq!(app.get_as(&token, &documents(&draft)).await.items(), [] as [Value; 0]);
}

#[tokio::test]
async fn a_document_has_at_most_ten_mebibytes() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let mut bytes = pdf("a");
    bytes.resize(LARGEST, b' ');
    let document = app.upload(&token, &draft, "a.pdf", (PDF, bytes.clone())).await.expect(201).json();
    let file = app.get_as(&token, &format!("{}/content", document_path(&document))).await.expect(200);
    assert!(file.body == bytes);
    bytes.push(b' ');
    let refused = app.upload(&token, &draft, "a.pdf", (PDF, bytes.clone())).await;
    assert_eq!(refused.problem(413)["code"], "payload_too_large");
    // Without a length that announces it.
    let chunks = bytes.chunks(100_000).map(|chunk| Frame::data(Bytes::copy_from_slice(chunk)));
    let chunks: Vec<_> = chunks.map(Ok::<_, std::io::Error>).collect();
    let body = reqwest::Body::wrap(StreamBody::new(futures_util::stream::iter(chunks)));
    let to = format!("{}?name=a.pdf", documents(&draft));
    app.request(Method::POST, &to).token(&token).body(PDF, body).send().await.problem(413);
}

#[tokio::test]
async fn a_nomination_has_no_file_twice_and_at_most_twenty() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let first = app.add_pdf(&token, &draft, "1").await;
    let again = app.upload(&token, &draft, "other.pdf", (PDF, pdf("1"))).await.problem(409);
    assert_eq!((&again["code"], faults(&again)), (&json!("already_exists"), fault("", "already_exists")));
    let admin = app.token_of(app.admin()).await;
    let other = app.nominate(&admin, &of_city(2027, "rabat")).await;
    app.add_pdf(&admin, &other, "1").await;
    for number in 2..=20 {
        app.add_pdf(&token, &draft, &number.to_string()).await;
    }
    let refused = app.upload(&token, &draft, "a.pdf", (PDF, pdf("21"))).await.problem(409);
    assert_eq!(refused["code"], "too_many_documents");
    app.delete(&token, &document_path(&first), "*").await.expect(204);
    app.add_pdf(&token, &draft, "1").await;
}

#[tokio::test]
async fn of_uploads_at_the_same_time_only_as_many_succeed_as_may() {
    let app = App::start_with(|config| config.transfers = 32).await;
    let (token, draft) = app.draft_of_fes().await;
    let upload = |words: String| {
        let (app, token, draft) = (&app, &token, &draft);
        async move { app.upload(token, draft, "a.pdf", (PDF, pdf(&words))).await.status }
    };
    let same = futures_util::future::join_all((0..4).map(|_| upload("same".to_owned()))).await;
    assert_eq!(same.iter().filter(|status| **status == 201).count(), 1, "{same:?}");
    assert_eq!(same.iter().filter(|status| **status == 409).count(), 3, "{same:?}");
    for number in 2..=18 {
        app.add_pdf(&token, &draft, &number.to_string()).await;
    }
    let last = futures_util::future::join_all((0..5).map(|number| upload(format!("last {number}")))).await;
    assert_eq!(last.iter().filter(|status| **status == 201).count(), 2, "{last:?}");
    assert_eq!(last.iter().filter(|status| **status == 409).count(), 3, "{last:?}");
    assert_eq!(app.get_as(&token, &documents(&draft)).await.items().len(), 20);
}

#[tokio::test]
async fn documents_are_written_only_while_the_nomination_is() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &draft, "1").await;
    for status in [
        "submitted",
        "eligible",
        "ineligible",
        "under_evaluation",
        "shortlisted",
        "selected",
        "reserve",
        "not_selected",
        "withdrawn",
        "disqualified",
        "revoked",
    ] {
        app.put_nomination_in(&draft, status);
        let refused = app.upload(&token, &draft, "a.pdf", (PDF, pdf("2"))).await.problem(409);
        assert_eq!(refused["code"], "not_editable", "{status}");
        let refused = app.delete(&token, &document_path(&document), "*").await.problem(409);
        assert_eq!(refused["code"], "not_editable", "{status}");
        assert_eq!(app.get_as(&token, &documents(&draft)).await.items().len(), 1, "{status}");
    }
    app.put_nomination_in(&draft, "needs_completion");
    app.add_pdf(&token, &draft, "2").await;
    app.delete(&token, &document_path(&document), "*").await.expect(204);
}

#[tokio::test]
async fn a_document_is_deleted_at_the_version_that_was_read() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &draft, "1").await;
    let path = document_path(&document);
    let read = app.get_as(&token, &path).await.expect(200);
    app.request(Method::DELETE, &path).token(&token).send().await.problem(428);
    app.delete(&token, &path, "\"7-x\"").await.problem(412);
    let rehearsed = app.request(Method::DELETE, &format!("{path}?dry_run=true")).token(&token);
    rehearsed.if_match(read.header("etag")).send().await.expect(204);
    app.delete(&token, &path, read.header("etag")).await.expect(204);
    for gone in [path.clone(), format!("{path}/content")] {
        assert_eq!(app.get_as(&token, &gone).await.problem(404)["code"], "not_found");
    }
    app.delete(&token, &path, "*").await.problem(404);
    app.get_as(&token, &format!("{}/nothing", documents(&draft))).await.problem(404);
}

#[tokio::test]
async fn a_retried_upload_gets_the_first_answer() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let upload = |key: &str, words: &str, name: &str| {
        let to = format!("{}?name={name}", documents(&draft));
        let request = app.request(Method::POST, &to).token(&token).header("idempotency-key", key);
        request.body(PDF, pdf(words)).send()
    };
    let first = upload("one", "1", "a.pdf").await.expect(201);
    app.put_nomination_in(&draft, "submitted");
    let again = upload("one", "1", "a.pdf").await.expect(201);
    assert_eq!((again.json(), again.header("idempotent-replayed")), (first.json(), "true"));
    upload("one", "2", "a.pdf").await.problem(422);
    upload("one", "1", "b.pdf").await.problem(422);
    app.put_nomination_in(&draft, "draft");
    upload("two", "1", "a.pdf").await.problem(409);
    let at_once = futures_util::future::join_all((0..3).map(|_| upload("three", "3", "c.pdf"))).await;
    let ids: BTreeSet<String> =
        at_once.into_iter().map(|answer| answer.expect(201).json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.get_as(&token, &documents(&draft)).await.items().len(), 2);
}

#[tokio::test]
async fn the_audit_trail_keeps_the_names_of_files_apart() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.upload(&token, &draft, "CV Zoubida.pdf", (PDF, pdf("1"))).await.expect(201).json();
    app.delete(&token, &document_path(&document), "*").await.expect(204);
    let trail = format!("/v1/audit?resource_type=document&resource_id={}", document["id"].as_str().unwrap());
    let personal = app.get_as(&app.token(Role::Auditor).await, &trail).await.items();
    assert!(personal.iter().all(|event| event.to_string().contains("Zoubida")), "{personal:?}");
    let form = ("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=audit:read");
    let request = app.request(Method::POST, "/oauth/token").basic(app.admin()).body(form.0, form.1);
    let token = request.send().await.expect(200).json()["access_token"].as_str().unwrap().to_owned();
    let events = app.get_as(&token, &trail).await.items();
    assert_eq!((personal.len(), events.len()), (2, 2));
    for (event, state) in events.iter().zip(["before", "after"]) {
        assert_eq!(event[state]["sha256"], document["sha256"], "{event}");
        assert!(!event.to_string().contains("Zoubida"), "{event}");
    }
}
