//! What a document is: a whole file of its type, under a name that says so, given back whole or in part.

use nasij::access::Role;
use reqwest::Method;
use serde_json::json;

use crate::app::App;
use crate::documents::{document_path, documents};
use crate::files::{PDF, hex, jpeg, pdf, png};
use crate::object_store::ObjectStoreDouble;
use crate::steps::{fault, faults};

#[tokio::test]
async fn a_file_that_is_not_whole_is_refused_with_what_is_wrong() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    let followed = |file: Vec<u8>| [&file[..], b"<html><script>alert(1)</script>"].concat();
    let cut = |file: Vec<u8>| file[..file.len() - 8].to_vec();
    let without =
        |from: &str, to: &str| String::from_utf8(pdf("a")).expect("text").replacen(from, to, 1).into_bytes();
    let mut enormous = jpeg();
    let frame = enormous.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame");
    enormous[frame + 5..frame + 9].fill(0xff);
    // It begins like one and ends like one.
    let hollow_png = [&png()[..8], b"not a chunk", &png()[png().len() - 12..]].concat();
    for (media_type, bytes, code) in [
        (PDF, cut(pdf("a")), "file_cut_off"),
        (PDF, followed(pdf("a")), "file_followed"),
        (PDF, without("xref\n0 4", "eref\n0 4"), "file_damaged"),
        (PDF, without("startxref", "startover"), "file_damaged"),
        (PDF, without("/Kids[3 0 R]", "/Kids[]     "), "file_damaged"),
        (PDF, without("1 0 obj", "1 0 obj gone gone gone"), "file_damaged"),
        (PDF, without("/Root 1 0 R", "/Root 1 0 R/Encrypt<</Filter/Standard/V 9>>"), "file_locked"),
        ("image/png", cut(png()), "file_cut_off"),
        ("image/png", followed(png()), "file_followed"),
        ("image/png", hollow_png, "file_cut_off"),
        ("image/jpeg", cut(jpeg()), "file_cut_off"),
        ("image/jpeg", followed(jpeg()), "file_followed"),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x04<>\xff\xd9".to_vec(), "file_damaged"),
        ("image/jpeg", enormous, "too_many_pixels"),
    ] {
        let refused = app.upload(&token, &draft, "a", (media_type, bytes)).await.problem(422);
        assert_eq!(faults(&refused), fault("", code), "{media_type}");
    }
    // It is told in the reader's language.
    let to = format!("{}?name=a&lang=ar", documents(&draft));
    let told =
        app.request(Method::POST, &to).token(&token).body(PDF, cut(pdf("a"))).send().await.problem(422);
    assert!(told["errors"][0]["detail"].as_str().is_some_and(|text| text.contains("مبتور")), "{told}");
    assert!(app.get_as(&token, &documents(&draft)).await.items().is_empty());
}

#[tokio::test]
async fn the_name_of_a_file_has_no_path_and_ends_like_its_type() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    for name in ["../../etc/passwd.pdf", "a/b.pdf", "C:\\Users\\a.pdf", ".."] {
        let refused = app.upload(&token, &draft, name, (PDF, pdf("a"))).await.problem(400);
        assert_eq!(faults(&refused), fault("name", "path"), "{name}");
    }
    for (name, code) in [
        ("a\u{202e}fdp.exe", "hidden_character"),
        ("a\r\nb.pdf", "characters"),
        ("a\0.pdf", "hidden_character"),
        ("a\u{7f}.pdf", "hidden_character"),
    ] {
        let refused = app.upload(&token, &draft, name, (PDF, pdf("a"))).await.problem(400);
        assert_eq!(faults(&refused), fault("name", code), "{name:?}");
    }
    for (name, kept, file) in [
        ("cv.exe", "cv.pdf", (PDF, pdf("1"))),
        ("cv.pdf.html", "cv.pdf", (PDF, pdf("2"))),
        ("سيرة", "سيرة.pdf", (PDF, pdf("3"))),
        ("photo.png", "photo.jpg", ("image/jpeg", jpeg())),
        ("photo.svg", "photo.png", ("image/png", png())),
    ] {
        let document = app.upload(&token, &draft, name, file).await.expect(201).json();
        assert_eq!(document["name"], kept, "{name}");
        let file = app.get_as(&token, &format!("{}/content", document_path(&document))).await.expect(200);
        let told = file.header("content-disposition").to_owned();
        let ending = kept.rsplit('.').next().expect("an ending");
        assert!(told.starts_with("attachment; filename=\"") && told.ends_with(ending), "{told}");
        assert!(!told.contains("exe") && !told.contains("html") && !told.contains("svg"), "{told}");
    }
}

/// Every kind of range of a document of ten kilobytes.
async fn ranges(app: &App) {
    let (token, draft) = app.draft_of_fes().await;
    let mut bytes = pdf("a");
    bytes.resize(10_000, b' ');
    let document = app.upload(&token, &draft, "a.pdf", (PDF, bytes.clone())).await.expect(201).json();
    let content = format!("{}/content", document_path(&document));
    let ask = |headers: &[(&str, &str)], method: Method| {
        let request = app.request(method, &content).token(&token);
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    };
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=9990-", 9990, 9999),
        ("bytes=-5", 9995, 9999),
        ("bytes=9000-99999", 9000, 9999),
    ] {
        let part = ask(&[("range", range)], Method::GET).await.expect(206);
        assert_eq!(part.body, &bytes[first..=last], "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {first}-{last}/10000"));
        assert_eq!(part.header("content-length"), (last - first + 1).to_string());
        assert_eq!(part.header("etag"), format!("\"{}\"", hex(&bytes)));
        assert_eq!(
            (part.header("accept-ranges"), part.header("cache-control")),
            ("bytes", "private, no-store")
        );
    }
    for beyond in ["bytes=10000-", "bytes=20000-30000", "bytes=-0"] {
        let refused = ask(&[("range", beyond)], Method::GET).await;
        assert_eq!(refused.header("content-range"), "bytes */10000", "{beyond}");
        assert_eq!(refused.problem(416)["code"], "range_not_satisfiable", "{beyond}");
    }
    for ignored in ["bytes=0-1,4-5", "bytes=5-2", "lines=0-1", "bytes=x-"] {
        let whole = ask(&[("range", ignored)], Method::GET).await.expect(200);
        assert!(whole.body == bytes && whole.header("accept-ranges") == "bytes", "{ignored}");
    }
    let (etag, since) = {
        let head = ask(&[], Method::HEAD).await.expect(200);
        assert_eq!((head.header("content-length"), head.header("accept-ranges")), ("10000", "bytes"));
        (head.header("etag").to_owned(), head.header("last-modified").to_owned())
    };
    let weak = format!("W/{etag}");
    for (known, status) in [(&*etag, 206), (&since, 206), ("\"other\"", 200), (&weak, 200)] {
        ask(&[("range", "bytes=0-9"), ("if-range", known)], Method::GET).await.expect(status);
    }
    ask(&[("range", "bytes=0-9"), ("if-none-match", &etag)], Method::GET).await.expect(304);
    let head = ask(&[("range", "bytes=0-9")], Method::HEAD).await.expect(200);
    assert_eq!((head.header("content-length"), head.body.len()), ("10000", 0));
    let stranger = app.token(Role::Juror).await;
    let refused =
        app.request(Method::GET, &content).token(&stranger).header("range", "bytes=0-9").send().await;
    assert_eq!(refused.status, 404, "a range of what is hidden is hidden");
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    ranges(&App::start().await).await;
    let bucket = ObjectStoreDouble::start();
    let app = App::start_with(|config| bucket.configure(config)).await;
    ranges(&app).await;
    let parts = bucket.asked().into_iter().filter(|asked| asked.headers.contains("range: bytes=")).count();
    assert!(parts >= 5, "the bucket sends no more than is asked for: {parts}");
    assert_eq!(json!(bucket.keys().len()), 1);
}
