//! Where the bytes of documents stand: in a directory or in a bucket, never without being found again, and deleted when
//! nothing speaks of them.

use std::path::{Path, PathBuf};

use nasij::config::Config;
use nasij::database::types::{Id, UtcTime};
use nasij::nominations::documents::rules::object_key;
use nasij::nominations::documents::sweeping::{sweep, sweep_before};
use nasij::object_storage::ObjectStorage;
use reqwest::Method;
use serde_json::Value;

use crate::app::{App, configuration};
use crate::documents::{document_path, documents};
use crate::files::{PDF, hex, pdf};
use crate::object_store::ObjectStoreDouble;

/// All files below a directory.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The files of an application that keeps its documents in its data directory.
fn stored(app: &App) -> Vec<PathBuf> {
    files(&app.config.data_dir.join("documents"))
}

fn storage(app: &App) -> ObjectStorage {
    ObjectStorage::configured(&app.config).expect("it is configured")
}

/// Sweeps as if everything had waited long enough.
async fn sweep_all(app: &App) {
    let soon = UtcTime::now().plus_seconds(60);
    sweep_before(&app.database(), &storage(app), soon).await.expect("the sweep ends");
}

async fn content_of(app: &App, token: &str, document: &Value) -> u16 {
    app.get_as(token, &format!("{}/content", document_path(document))).await.status
}

#[tokio::test]
async fn the_bytes_stand_where_their_digest_says() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &draft, "1").await;
    let (sha256, id) = (hex(&pdf("1")), document["id"].as_str().unwrap().to_owned());
    let place = app.config.data_dir.join("documents/sha256").join(&sha256[..2]).join(&sha256).join(id);
    assert_eq!(stored(&app), std::slice::from_ref(&place));
    assert_eq!(std::fs::read(place).unwrap(), pdf("1"));
}

#[tokio::test]
async fn what_is_refused_or_rehearsed_stores_nothing() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let upload = |query: &str| {
        let to = format!("{}?name=a.pdf{query}", documents(&draft));
        app.request(Method::POST, &to).token(&token).body(PDF, pdf("1"))
    };
    let rehearsed = upload("&dry_run=true").header("idempotency-key", "one").send().await.expect(201).json();
    assert_eq!(rehearsed["sha256"], hex(&pdf("1")));
    app.get_as(&token, &document_path(&rehearsed)).await.problem(404);
    app.put_nomination_in(&draft, "submitted");
    upload("").send().await.problem(409);
    let stranger = app.representative_of_city("rabat").await;
    app.upload(&stranger, &draft, "a.pdf", (PDF, pdf("1"))).await.problem(403);
    assert!(stored(&app).is_empty(), "{:?}", stored(&app));
    app.put_nomination_in(&draft, "draft");
    for _ in 0..3 {
        upload("").header("idempotency-key", "one").send().await.expect(201);
    }
    assert_eq!(stored(&app).len(), 1);
}

#[tokio::test]
async fn the_sweep_deletes_what_no_document_speaks_of_and_nothing_else() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let kept = app.add_pdf(&token, &draft, "kept").await;
    let deleted = app.add_pdf(&token, &draft, "deleted").await;
    app.delete(&token, &document_path(&deleted), "*").await.expect(204);
    // As if the service had been killed after it had stored the bytes.
    let orphan = pdf("orphan");
    let orphan_key = object_key(&hex(&orphan), Id::new());
    storage(&app).put(&orphan_key, orphan.into()).await.unwrap();
    // The bytes of a document that is there, under the key of another upload that was not finished.
    let twin = object_key(&hex(&pdf("kept")), Id::new());
    storage(&app).put(&twin, pdf("kept").into()).await.unwrap();
    let foreign = ["documents/read-me.txt", "documents/sha256/read-me.txt"].map(|name| {
        let path = app.config.data_dir.join(name);
        std::fs::write(&path, "not ours").unwrap();
        path
    });
    assert_eq!(stored(&app).len(), 6);

    sweep(&app.database(), &storage(&app)).await.unwrap();
    assert_eq!(stored(&app).len(), 6, "what is younger than an hour may be waiting for its record");
    let (database, storage) = (app.database(), storage(&app));
    let soon = UtcTime::now().plus_seconds(60);
    let at_once =
        futures_util::future::join_all((0..3).map(|_| sweep_before(&database, &storage, soon))).await;
    assert!(at_once.iter().all(Result::is_ok), "{at_once:?}");
    assert_eq!(stored(&app).len(), 3, "{:?}", stored(&app));
    assert!(foreign.iter().all(|path| path.exists()));
    assert_eq!(content_of(&app, &token, &kept).await, 200);

    let nomination = app.get_as(&token, &crate::nominations::path(&draft)).await.expect(200);
    app.delete(&token, &crate::nominations::path(&draft), nomination.header("etag")).await.expect(204);
    sweep_all(&app).await;
    assert_eq!(stored(&app).len(), 3, "a deleted draft comes back with its documents: {:?}", stored(&app));
}

#[tokio::test]
async fn bytes_that_were_altered_or_lost_are_not_given_back() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let document = app.add_pdf(&token, &draft, "1").await;
    let place = stored(&app).remove(0);
    let kept = std::fs::read(&place).unwrap();
    std::fs::write(&place, pdf("2")).unwrap();
    // Of the same size: it breaks off, so that no client takes it for the file.
    let path = format!("{}/content", document_path(&document));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let broken = client.get(format!("{}{path}", app.base)).bearer_auth(&token).send().await;
    assert!(broken.is_err() || broken.unwrap().bytes().await.is_err(), "it is not given back whole");
    std::fs::write(&place, &kept).unwrap();
    assert_eq!(content_of(&app, &token, &document).await, 200);
    std::fs::write(&place, vec![b' '; 11 * 1024 * 1024]).unwrap();
    assert_eq!(content_of(&app, &token, &document).await, 500);
    std::fs::remove_file(&place).unwrap();
    assert_eq!(content_of(&app, &token, &document).await, 500);
    app.get_as(&token, &document_path(&document)).await.expect(200);
}

#[tokio::test]
async fn a_bucket_keeps_them_as_well() {
    let bucket = ObjectStoreDouble::start();
    let app = App::start_with(|config| bucket.configure(config)).await;
    let (token, draft) = app.draft_of_fes().await;
    let mut uploaded = Vec::new();
    for words in ["1", "2", "3", "4", "5"] {
        uploaded.push(app.add_pdf(&token, &draft, words).await);
    }
    let first = &uploaded[0];
    let key = object_key(&hex(&pdf("1")), first["id"].as_str().unwrap().parse().unwrap());
    let key = format!("nasij-documents/some/prefix/{key}");
    assert!(bucket.keys().contains(&key), "{:?}", bucket.keys());
    let file = app.get_as(&token, &format!("{}/content", document_path(first))).await.expect(200);
    assert_eq!(file.body, pdf("1"));
    let asked = bucket.asked();
    let put = asked.iter().find(|asked| asked.what == format!("PUT /{key}")).expect("it was put");
    assert!(put.headers.contains(&format!("x-amz-content-sha256: {}", hex(&pdf("1")))), "{}", put.headers);
    assert!(asked.iter().any(|asked| asked.what == format!("GET /{key}")));

    for document in &uploaded[1..4] {
        app.delete(&token, &document_path(document), "*").await.expect(204);
    }
    assert_eq!(bucket.keys().len(), 5);
    sweep_all(&app).await;
    assert_eq!(bucket.keys().len(), 2);
    assert!(
        bucket.asked().iter().any(|asked| asked.what.starts_with("DELETE /nasij-documents/some/prefix/"))
    );
    assert_eq!(content_of(&app, &token, first).await, 200);
    assert_eq!(content_of(&app, &token, &uploaded[4]).await, 200);
    assert!(stored(&app).is_empty());
}

#[tokio::test]
async fn an_outage_of_the_store_is_a_503_and_leaves_nothing_half_written() {
    let bucket = ObjectStoreDouble::start();
    bucket.be_down(true);
    let app = App::start_with(|config| bucket.configure(config)).await;
    let (token, draft) = app.draft_of_fes().await;
    let upload = || app.upload(&token, &draft, "a.pdf", (PDF, pdf("1")));
    let failed = upload().await;
    assert_eq!(failed.header("retry-after"), "2");
    assert_eq!(failed.problem(503)["code"], "unavailable");
    assert_eq!(app.get_as(&token, &documents(&draft)).await.items(), [] as [Value; 0]);
    let soon = UtcTime::now().plus_seconds(60);
    assert!(sweep_before(&app.database(), &storage(&app), soon).await.is_err());
    app.get("/readyz").await.expect(200);

    bucket.be_down(false);
    let document = upload().await.expect(201).json();
    bucket.be_down(true);
    assert_eq!(content_of(&app, &token, &document).await, 503);
    app.get_as(&token, &document_path(&document)).await.expect(200);
    bucket.be_down(false);
    assert_eq!(content_of(&app, &token, &document).await, 200);
}

#[test]
fn what_cannot_be_as_it_is_configured_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let complete = |config: &mut Config| {
        config.object_store_url = Some("s3://nasij".to_owned());
        config.object_store_access_key_id = Some("key".to_owned());
        config.object_store_secret_access_key = Some("secret".to_owned());
    };
    let told = |adjust: &dyn Fn(&mut Config)| {
        let mut config = configuration("", directory.path());
        complete(&mut config);
        adjust(&mut config);
        ObjectStorage::configured(&config).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(told(&|_| {}), Ok(()));
    let fault = |adjust: &dyn Fn(&mut Config)| told(adjust).unwrap_err();
    let url = fault(&|config| config.object_store_url = Some("https://nasij".to_owned()));
    assert!(url.contains("NASIJ_OBJECT_STORE_URL"), "{url}");
    let key = fault(&|config| config.object_store_access_key_id = Some(" ".to_owned()));
    assert!(key.contains("NASIJ_OBJECT_STORE_ACCESS_KEY_ID"), "{key}");
    let secret = fault(&|config| config.object_store_secret_access_key = None);
    assert!(secret.contains("NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY"), "{secret}");
    let endpoint = fault(&|config| config.object_store_endpoint = Some("localhost:9000".to_owned()));
    assert!(endpoint.contains("NASIJ_OBJECT_STORE_ENDPOINT"), "{endpoint}");
    let endpoint =
        fault(&|config| config.object_store_endpoint = Some("http://user:sesame@localhost:9000".to_owned()));
    assert!(endpoint.contains("NASIJ_OBJECT_STORE_ENDPOINT") && !endpoint.contains("sesame"), "{endpoint}");
    let file = directory.path().join("secret");
    std::fs::write(&file, "secret\n").unwrap();
    let of_file = |config: &mut Config| {
        config.object_store_secret_access_key = None;
        config.object_store_secret_access_key_file = Some(file.clone());
    };
    assert!(fault(&of_file).contains("chmod 600"));
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, private).unwrap();
    assert_eq!(told(&of_file), Ok(()));
}
