//! Lists as files: a page of one or the whole, as CSV, NDJSON, XLSX and GeoJSON.

use std::io::{Cursor, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use calamine::{Data, Reader as _, Xlsx};
use nasij::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::collections;
use crate::steps::{association, column, fault, faults, full_association, with};

const PATH: &str = "/v1/associations";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The records of a CSV file by the names of its columns.
fn records(text: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().expect("a heading").clone();
    let record = |record: Result<csv::StringRecord, _>| {
        let record = record.expect("RFC 4180");
        columns.iter().zip(&record).map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect()
    };
    reader.records().map(record).collect()
}

fn cell<'a>(record: &'a [(String, String)], name: &str) -> &'a str {
    let known = record.iter().find(|(column, _)| column == name);
    &known.unwrap_or_else(|| panic!("no column {name} in {record:?}")).1
}

/// The cells of a workbook's first sheet.
fn sheet(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook");
    let sheet = workbook.worksheet_range_at(0).expect("a sheet").expect("it can be read");
    sheet.rows().map(<[Data]>::to_vec).collect()
}

/// A part of a workbook, which is a ZIP archive.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("XML");
    text
}

/// So many associations more, which differ in their names: too much for what stands between a service and a client.
async fn fill(app: &App, token: &str, count: u32) {
    let mut body = association("Number 0");
    body["object"] = json!({"fr": "x".repeat(2000)});
    let path = app.add_association(token, &body).await.header("location").to_owned();
    let id = path.rsplit('/').next().expect("an identifier");
    let (new_id, numbers) = if app.config.database_url().starts_with("sqlite") {
        let numbers = format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        );
        ("unhex(printf('01938d6e6f3c7c2a9a51%012x', n))", numbers)
    } else {
        let numbers = format!("WITH numbers (n) AS (SELECT generate_series(1, {count}))");
        ("('01938d6e-6f3c-7c2a-9a51-' || lpad(to_hex(n), 12, '0'))::uuid", numbers)
    };
    app.sql(&format!(
        "{numbers} INSERT INTO associations (id, name, object, search_text, ar_key_apart, identity_key, attestations, links, \
         sources, created_at, updated_at) SELECT {new_id}, name, object, '| number 0 ' || n || ' |', ar_key_apart, {new_id}, \
         attestations, links, sources, created_at, updated_at FROM associations, numbers WHERE id = '{id}'"
    ))
    .expect("the register is filled");
}

/// The bytes of an answer as they stand on the line.
fn raw(app: &App, target: &str, headers: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
    let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).expect("the request is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the answer");
    bytes
}

#[tokio::test]
async fn every_list_is_the_same_in_every_format() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    app.add_association(&admin, &full_association("جمعية «الأمل»، وجدة")).await.expect(201);
    for collection in collections::all(&app).await {
        let mut items = Vec::new();
        let mut next = Some(with(&collection.path, "limit", "200"));
        while let Some(path) = next {
            let page = app.get_as(&admin, &path).await.expect(200).json();
            items.extend(page["items"].as_array().expect("items").clone());
            let cursor = page["page"]["next"].as_str();
            next = cursor.map(|cursor| with(&with(&collection.path, "limit", "200"), "cursor", cursor));
        }
        let whole = async |format: &str| {
            let path = with(&with(&collection.path, "limit", "all"), "format", format);
            let answer = app.get_as(&admin, &path).await.expect(200);
            let disposition = answer.header("content-disposition");
            assert!(
                disposition.contains("filename=\"nasij-") && disposition.contains(&format!(".{format}\""))
            );
            answer
        };
        // Asking for accounts and the trail is told in both.
        let steady = |items: &[Value]| collection.keys(items);
        assert_eq!(steady(&lines(whole("ndjson").await.text())), steady(&items), "{}", collection.path);
        let csv = whole("csv").await;
        let table = records(csv.text());
        let keys: Vec<String> =
            items.iter().map(|item| item[collection.key].to_string().replace('"', "")).collect();
        assert_eq!(
            table.iter().map(|record| cell(record, collection.key).to_owned()).collect::<Vec<_>>(),
            keys
        );
        let rows = sheet(&whole("xlsx").await.body);
        assert_eq!(rows.len(), items.len() + 1, "{}", collection.path);
        let heading: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
        assert_eq!(csv.text().lines().next(), Some(heading.join(",").as_str()), "{}", collection.path);
        let told = collection.description("format");
        for column in &heading {
            let known = told.contains(&format!("`{column}`"));
            assert!(
                known || column.starts_with("embargoed"),
                "{}: {column} is not documented",
                collection.path
            );
        }
        for item in &items {
            for field in item.as_object().expect("an item").keys() {
                let is_there = heading.iter().any(|column| column.split('.').next() == Some(field));
                assert!(is_there, "{}: {field} has no column", collection.path);
            }
        }
    }
}

#[tokio::test]
async fn texts_are_a_column_a_language_and_what_is_embedded_has_columns_of_its_own() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let mut body = association("Amis de Tétouan");
    body["name"] = json!({"ar": "أصدقاء تطوان", "fr": "Amis de Tétouan"});
    body["city_code"] = json!("tetouan");
    body["activity_fields"] = json!(["1", "6"]);
    app.add_association(&admin, &body).await.expect(201);
    let list =
        format!("{PATH}?format=csv&q=tetouan&fields=name,activity_fields,attestations&expand=city.region");
    let file = app.get(&list).await.expect(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    let table = records(file.text());
    let record = table.first().expect("a record");
    for (name, expected) in [
        ("name.ar", "أصدقاء تطوان"),
        ("name.fr", "Amis de Tétouan"),
        ("name.zgh", ""),
        ("activity_fields", "1|6"),
        ("city.name.fr", "Tétouan"),
        ("city.region.name.fr", "Tanger-Tétouan-Al Hoceima"),
    ] {
        assert_eq!(cell(record, name), expected, "{name}");
    }
    assert!(!record.iter().any(|(name, _)| name.starts_with("city.province.") || name == "status"));
    assert!(record.iter().any(|(name, _)| name == "attestations.national"));
    let french = app.get(&format!("{list}&lang=fr")).await.expect(200);
    let table = records(french.text());
    assert_eq!(cell(&table[0], "name"), "Amis de Tétouan");
    assert_eq!(cell(&table[0], "city.name"), "Tétouan");
    assert_eq!(french.header("content-language"), "fr");
}

#[tokio::test]
async fn a_spreadsheet_has_typed_cells_and_reads_from_right_to_left_in_arabic() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let mut body = association("=HYPERLINK(\"https://evil.example\")");
    body["volunteers"] = json!(40);
    body["founded_on"] = json!("2015-03-21");
    body["website"] = json!("https://example.ma/");
    app.add_association(&admin, &body).await.expect(201);
    let list = format!(
        "{PATH}?q=hyperlink&format=xlsx&fields=name,volunteers,founded_on,website,public_utility,created_at"
    );
    let file = app.get(&format!("{list}&lang=ar")).await.expect(200);
    assert_eq!(file.media_type(), Some(XLSX));
    let rows = sheet(&file.body);
    let of = |name: &str| {
        let place = rows[0].iter().position(|cell| *cell == Data::String(name.to_owned()));
        &rows[1][place.unwrap_or_else(|| panic!("no column {name}"))]
    };
    assert_eq!(*of("volunteers"), Data::Float(40.0));
    assert!(
        matches!(of("founded_on"), Data::DateTime(day) if day.to_ymd_hms_milli() == (2015, 3, 21, 0, 0, 0, 0))
    );
    assert!(matches!(of("created_at"), Data::DateTime(_)));
    assert_eq!(
        *of("name"),
        Data::String("=HYPERLINK(\"https://evil.example\")".to_owned()),
        "a text and no formula"
    );
    let xml = part(&file.body, "xl/worksheets/sheet1.xml");
    assert!(xml.contains("rightToLeft=\"1\"") && xml.contains("state=\"frozen\""), "{xml}");
    assert!(!xml.contains("<f>") && !xml.contains("hyperlink "), "{xml}");
    let french = app.get(&format!("{list}&lang=fr")).await.expect(200);
    assert!(!part(&french.body, "xl/worksheets/sheet1.xml").contains("rightToLeft"));
    let again = app.get(&format!("{list}&lang=fr")).await.expect(200);
    assert_eq!(french.header("etag"), again.header("etag"), "the same rows make the same file");
    let accepted = app.request(Method::GET, &format!("{PATH}?limit=1")).header("accept", XLSX).send().await;
    assert_eq!(accepted.expect(200).media_type(), Some(XLSX));
}

#[tokio::test]
async fn associations_lie_where_their_city_does() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let mut body = association("Placed");
    body["city_code"] = json!("tetouan");
    app.add_association(&admin, &body).await.expect(201);
    app.add_association(&admin, &association("Nowhere")).await.expect(201);
    let map = app.get(&format!("{PATH}?format=geojson&limit=all&fields=name")).await.expect(200).json();
    let features = map["features"].as_array().expect("features");
    let named = |name: &str| {
        features.iter().find(|feature| feature["properties"]["name"]["fr"] == name).expect("a feature")
    };
    let city = app.get("/v1/cities/tetouan").await.expect(200).json();
    let place = json!([city["location"]["lon"], city["location"]["lat"]]);
    assert_eq!(named("Placed")["geometry"], json!({"type": "Point", "coordinates": place}));
    assert_eq!(named("Placed")["id"], named("Placed")["properties"]["id"]);
    assert_eq!(named("Nowhere")["geometry"], Value::Null);
    let around =
        app.get("/v1/cities?format=geojson&limit=all&near=35.57,-5.36&radius_km=30").await.expect(200).json();
    assert!(around["features"].as_array().is_some_and(|features| features.len() > 3));
    assert!(around["without_place"].is_i64(), "{around}");
    let all = app.get("/v1/cities.geojson?limit=all").await.expect(200).json();
    assert!(all["features"].as_array().is_some_and(|features| features.len() > 1500));
}

#[tokio::test]
async fn excel_is_told_that_a_file_is_utf_8_when_it_is_asked_for() {
    let app = App::start().await;
    let marked = app.get("/v1/regions?format=csv&bom=true&limit=all").await.expect(200);
    assert!(marked.text().starts_with("\u{feff}code,"));
    let plain = app.get("/v1/regions?format=csv&limit=all").await.expect(200);
    assert_eq!(marked.text().trim_start_matches('\u{feff}'), plain.text());
    let refused = async |query: &str| faults(&app.get(&format!("/v1/regions?{query}")).await.problem(400));
    assert_eq!(refused("bom=true").await, fault("bom", "inapplicable"));
    assert_eq!(refused("format=xlsx&bom=true").await, fault("bom", "inapplicable"));
    assert_eq!(refused("cursors=true").await, fault("cursors", "inapplicable"));
    assert_eq!(refused("format=csv&limit=all&facet=code&count=exact").await.len(), 2);
    assert_eq!(refused("limit=all").await, fault("limit", "needs_parameter"));
}

#[tokio::test]
async fn a_whole_file_says_how_many_items_it_has_behind_its_last_byte() {
    let app = App::start().await;
    for (headers, format) in [("", "csv"), ("", "ndjson"), ("Accept-Encoding: gzip\r\n", "csv"), ("", "xlsx")]
    {
        let answer = raw(&app, &format!("/v1/cities?format={format}&limit=all"), headers);
        let text = String::from_utf8_lossy(&answer);
        let (head, _) = text.split_once("\r\n\r\n").expect("a head");
        assert!(head.to_lowercase().contains("\r\ntrailer: nasij-export"), "{head}");
        let cities =
            app.get("/v1/cities?count=exact&limit=1").await.expect(200).json()["page"]["total"].clone();
        let (_, trailer) = text.rsplit_once("\r\n0\r\n").expect("a last chunk");
        assert!(trailer.starts_with(&format!("Nasij-Export: rows={cities}, state=\"2")), "{trailer}");
        assert!(trailer.ends_with("Z\"\r\n\r\n"), "{trailer}");
    }
    // One that can take no trailers has none, and the connection goes on behind one that has.
    let twice = "GET /v1/regions?format=csv&limit=all HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2);
    let stream = TcpStream::connect(app.address).expect("a connection");
    (&stream).write_all(twice.as_bytes()).expect("both requests are sent");
    let (mut seen, mut piece) = (Vec::new(), [0; 4096]);
    while String::from_utf8_lossy(&seen).matches("Nasij-Export: rows=12").count() < 2 {
        let length = (&stream).read(&mut piece).expect("more");
        assert!(length > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&piece[..length]);
    }
    let mut old = TcpStream::connect(app.address).expect("a connection");
    old.write_all(b"GET /v1/regions?format=csv&limit=all HTTP/1.0\r\n\r\n").expect("it is sent");
    let mut bytes = String::new();
    old.read_to_string(&mut bytes).expect("the answer");
    assert!(!bytes.contains("Nasij-Export") && !bytes.to_lowercase().contains("chunked"), "{bytes}");
    let (_, file) = bytes.split_once("\r\n\r\n").expect("a head");
    assert_eq!(file, app.get("/v1/regions?format=csv&limit=all").await.expect(200).text());
}

#[tokio::test]
async fn a_file_shows_one_state_whatever_is_written_meanwhile() {
    let app = App::start().await;
    let admin = app.token(Role::Admin).await;
    let reference_data = lines(app.get(&format!("{PATH}?format=ndjson&limit=all")).await.text()).len();
    fill(&app, &admin, 12_000).await;
    let url = format!("{}{PATH}?format=ndjson&limit=all&sort=-name.fr", app.base);
    let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let mut answer = client.get(&url).send().await.expect("it begins");
    let mut bytes = answer.chunk().await.expect("a beginning").expect("some lines").to_vec();
    app.sql("UPDATE associations SET volunteers = 7").expect("all are changed");
    app.sql("DELETE FROM associations WHERE name_fr_key LIKE 'number 0 1%'").expect("some are deleted");
    while let Some(chunk) = answer.chunk().await.expect("it goes on") {
        bytes.extend_from_slice(&chunk);
    }
    let items = lines(std::str::from_utf8(&bytes).expect("a text"));
    assert_eq!(items.len(), 12_001 + reference_data);
    assert!(column(&items, "volunteers").iter().all(|volunteers| **volunteers != json!(7)));
}

#[tokio::test]
async fn a_file_that_broke_off_is_continued_behind_a_cursor() {
    let app = App::start().await;
    let path = "/v1/cities?format=ndjson&limit=all&sort=-name.fr&fields=name";
    let plain = lines(app.get(path).await.expect(200).text());
    assert!(plain.iter().all(|item| item.get("cursor").is_none()));
    let items = lines(app.get(&format!("{path}&cursors=true")).await.expect(200).text());
    let places: Vec<usize> = (0..items.len()).filter(|place| items[*place].get("cursor").is_some()).collect();
    assert_eq!(places, [999], "every thousandth has one, but for the last");
    let cursor = items[999]["cursor"].as_str().expect("a cursor");
    let rest = lines(app.get(&format!("{path}&cursor={cursor}")).await.expect(200).text());
    assert_eq!(rest, plain[1000..]);
    let second =
        app.get(&format!("/v1/cities?limit=3&sort=-name.fr&cursor={cursor}")).await.expect(200).json();
    let before = second["page"]["prev"].as_str().expect("a cursor");
    let refused = app.get(&format!("{path}&cursor={before}")).await.problem(400);
    assert_eq!(faults(&refused), fault("cursor", "inapplicable"), "the whole goes forward");
    let table = records(app.get("/v1/cities?format=csv&limit=3&cursors=true").await.expect(200).text());
    assert!(cell(&table[1], "cursor").is_empty() && !cell(&table[2], "cursor").is_empty());
    let after = with("/v1/cities?limit=1", "cursor", cell(&table[2], "cursor"));
    assert_eq!(app.get(&after).await.items().len(), 1);
}

#[tokio::test]
async fn a_reader_has_a_place_as_long_as_it_reads() {
    let app = App::start_with(|config| config.exports = 4).await;
    let admin = app.token(Role::Admin).await;
    fill(&app, &admin, 12_000).await;
    let target = format!("{PATH}?format=ndjson&limit=all");
    let begin = || {
        let stream = TcpStream::connect(app.address).expect("a connection");
        (&stream)
            .write_all(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
            .expect("it is sent");
        (&stream).read_exact(&mut [0; 1000]).expect("it begins");
        stream
    };
    let reader = begin();
    let refused = app.get(&target).await;
    assert_eq!(refused.problem(429)["code"], "too_many_transfers");
    // A head needs no place, and is refused as the file would be.
    let head = app.request(Method::HEAD, &target).send().await.expect(200);
    assert!(head.optional_header("content-length").is_none());
    let nothing = "/v1/editions/1999/events?format=csv&limit=all";
    assert_eq!(app.request(Method::HEAD, nothing).send().await.status, 404);
    drop(reader);
    let mut tries = 0..50;
    while app.get(&target).await.status != 200 {
        tries.next().expect("the place of a reader that has gone is free");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_file_that_takes_too_long_breaks_off_and_does_not_look_whole() {
    let app = App::start_with(|config| config.export_seconds = 1).await;
    let admin = app.token(Role::Admin).await;
    fill(&app, &admin, 12_000).await;
    let mut stream = TcpStream::connect(app.address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a time-out");
    let request = format!("GET {PATH}?format=ndjson&limit=all HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it is sent");
    stream.read_exact(&mut [0; 1000]).expect("it begins");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!String::from_utf8_lossy(&rest).contains("Nasij-Export: rows"), "{} bytes", rest.len());
    assert_eq!(app.get(&format!("{PATH}?limit=1")).await.items().len(), 1, "the service goes on");
}
