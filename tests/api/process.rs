//! The program as an operator meets it: the first start, what stops a start, how it ends, what a crash leaves, and
//! several instances.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::binary::{Home, Instance, complaint, printed};

/// A city that there is not yet.
fn city(number: usize) -> Value {
    json!({
        "code": format!("02.411.01.{number}"), "slug": format!("nouvelle-ville-{number}"),
        "name": {"ar": format!("مدينة {number}"), "fr": format!("Nouvelle ville {number}")},
        "kind": "urban", "province_code": "02.411",
    })
}

fn path(city: &Value) -> String {
    format!("/v1/cities/{}", city["code"].as_str().expect("a code"))
}

#[tokio::test]
async fn the_first_start_prints_a_credential_once() {
    let home = Home::empty();
    let first = home.start();
    let admin = first.printed_credentials().expect("the first start prints credentials");
    let token = first.token_of(&admin).await;
    first.request(Method::GET, "/v1/audit").token(&token).send().await.expect(200);
    assert!(!first.log().contains(&admin.client_secret), "the secret is logged");
    let key = home.folder.path().join("encryption-key");
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    first.signal("TERM");
    assert_eq!(first.ended(), Some(0));

    let second = home.start();
    let told = second.printed.join("\n");
    assert!(second.printed_credentials().is_none() && !told.contains("client_"), "{told}");
    // Neither the key nor the account has changed.
    second.request(Method::GET, "/v1/audit").token(&second.token_of(&admin).await).send().await.expect(200);
}

#[tokio::test]
async fn a_token_outlives_a_restart_under_the_same_address() {
    let home = Home::new();
    let public = ["--public-url", "https://nasij.example"];
    let first = Instance::start(home.nasij(public));
    let token = first.token_of(home.admin()).await;
    first.kill();
    let second = Instance::start(home.nasij(public));
    second.request(Method::GET, "/v1/audit").token(&token).send().await.expect(200);
}

/// One sentence for the operator, without the password.
#[track_caller]
fn clear(told: &str, word: &str) {
    assert!(told.contains(word), "no word of {word}: {told}");
    assert!(told.starts_with("nasij: ") && told.trim().lines().count() <= 3, "no sentence: {told}");
    for secret in ["sesame", "os error 0", "Some(", "Err(", "Error {"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[test]
fn what_stops_a_start_is_told_in_a_sentence() {
    let home = Home::new();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let file = home.folder.path().join("file");
    std::fs::write(&file, vec![b'x'; 8192]).unwrap();
    let (inside, file) = (file.join("data"), file.display().to_string());
    for (variable, value, word) in [
        ("DATABASE_URL", "mysql://nasij:sesame@localhost/nasij".to_owned(), "sqlite://"),
        ("DATABASE_URL", "sesame".to_owned(), "DATABASE_URL"),
        ("DATABASE_URL", format!("postgres://nasij:sesame@127.0.0.1:{closed}/nasij"), "PostgreSQL"),
        ("DATABASE_URL", "sqlite:///nowhere/at/all/nasij.sqlite".to_owned(), "/nowhere/at/all"),
        ("DATABASE_URL", format!("sqlite://{file}"), &file),
        ("NASIJ_DATA_DIR", inside.display().to_string(), "data directory"),
        ("NASIJ_BIND", taken.local_addr().unwrap().to_string(), "cannot listen on"),
        ("NASIJ_BIND", "no address".to_owned(), "cannot listen on"),
        ("NASIJ_METRICS_BIND", taken.local_addr().unwrap().to_string(), "NASIJ_METRICS_BIND"),
        ("NASIJ_METRICS_BIND", "no address".to_owned(), "NASIJ_METRICS_BIND"),
        ("NASIJ_ENCRYPTION_KEY", "sesame".to_owned(), "NASIJ_ENCRYPTION_KEY"),
        ("NASIJ_ENCRYPTION_KEY_FILE", "/nowhere/key".to_owned(), "/nowhere/key"),
    ] {
        let mut command = home.nasij([]);
        command.env(variable, value);
        clear(&complaint(command), word);
    }
}

#[test]
fn options_that_make_no_sense_are_refused_with_their_name() {
    let home = Home::new();
    for (variable, value, option) in [
        ("NASIJ_WORKERS", "0", "--workers"),
        ("NASIJ_TOKEN_SECONDS", "86400", "--token-seconds"),
        ("NASIJ_DATABASE_CONNECTIONS", "many", "--database-connections"),
        ("NASIJ_LIMIT_TOKEN", "-1", "--limit-token"),
        ("NASIJ_TRUSTED_PROXIES", "proxy.example", "--trusted-proxies"),
    ] {
        let mut command = home.nasij([]);
        command.env(variable, value);
        let told = complaint(command);
        assert!(told.contains(option) && told.contains(value), "{told}");
    }
}

#[test]
fn a_wrong_password_of_the_database_is_told_without_it() {
    let home = Home::new();
    if !home.is_shared() {
        return;
    }
    let mut url = url::Url::parse(home.database_url()).unwrap();
    url.set_password(Some("sesame")).unwrap();
    let mut command = home.nasij([]);
    command.env("DATABASE_URL", url.as_str());
    clear(&complaint(command), "PostgreSQL");
}

#[tokio::test]
async fn a_stopped_service_finishes_the_running_request() {
    let home = Home::new();
    let instance = home.start();
    let token = instance.token_of(home.admin()).await;
    let body = city(91).to_string();
    let head = format!(
        "POST /v1/cities HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(instance.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(format!("{head}{}", &body[..20]).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    instance.signal("TERM");
    std::thread::sleep(Duration::from_millis(500));
    assert!(TcpStream::connect(instance.address).is_err(), "it still takes connections");
    stream.write_all(&body.as_bytes()[20..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(instance.ended(), Some(0));
    let again = home.start();
    again.request(Method::GET, &path(&city(91))).send().await.expect(200);
}

#[test]
fn an_idle_service_ends_at_once_and_well() {
    let home = Home::new();
    for signal in ["TERM", "INT"] {
        let instance = home.start();
        let mut stream = TcpStream::connect(instance.address).unwrap();
        stream.write_all(b"GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
        let started = Instant::now();
        instance.signal(signal);
        assert_eq!(instance.ended(), Some(0), "{signal}");
        assert!(started.elapsed() < Duration::from_secs(5), "{signal}: {:?}", started.elapsed());
    }
}

#[test]
fn idle_connections_do_not_hold_up_the_end() {
    let home = Home::new();
    let instance = home.start();
    // As a proxy keeps them: one after an answer, one that was never used.
    let mut used = TcpStream::connect(instance.address).unwrap();
    used.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = [0; 1000];
    assert!(used.read(&mut answer).unwrap() > 0 && answer.starts_with(b"HTTP/1.1 200"));
    let unused = TcpStream::connect(instance.address).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    instance.signal("TERM");
    assert_eq!(instance.ended(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(5), "it took {:?}", started.elapsed());
    drop((used, unused));
}

#[tokio::test]
async fn what_was_answered_with_201_is_there_after_a_crash() {
    let home = Home::new();
    let mut instance = home.start();
    for number in 91..94 {
        let token = instance.token_of(home.admin()).await;
        instance.add_city(&token, &city(number)).await;
        instance.kill();
        instance = home.start();
        let read = instance.request(Method::GET, &path(&city(number))).send().await.expect(200);
        assert_eq!(read.json()["slug"], city(number)["slug"]);
        let found =
            instance.request(Method::GET, &format!("/v1/cities?q=nouvelle ville {number}")).send().await;
        assert_eq!(found.items()[0]["code"], city(number)["code"], "the search finds it too");
    }
}

#[tokio::test]
async fn the_log_holds_no_secret_no_token_and_no_query() {
    let home = Home::new();
    let mut command = home.nasij([]);
    command.env("NASIJ_LOG", "debug");
    let instance = Instance::start(command);
    let admin = home.admin();
    let token = instance.token_of(admin).await;
    instance.request(Method::GET, "/v1/cities?q=sesame1").send().await.expect(200);
    instance.request(Method::GET, "/v1/cities?sesame2=sesame3").send().await.problem(400);
    instance.request(Method::GET, "/v1/nothing?sesame4").send().await.problem(404);
    instance.request(Method::GET, "/v1/audit").token(&token).send().await.expect(200);
    instance.request(Method::GET, "/v1/audit").token("sesame5.sesame6.sesame7").send().await.problem(401);
    let form = "application/x-www-form-urlencoded";
    let wrong = "grant_type=client_credentials&client_id=x&client_secret=sesame8";
    instance.request(Method::POST, "/oauth/token").body(form, wrong).send().await.expect(401);
    let internal = json!({
        "name": {"fr": "Association"}, "internal": {"seat_address": "sesame9", "receipt_number": "sesame10"},
    });
    let create = instance.request(Method::POST, "/v1/associations").token(&token).json(&internal);
    create.send().await.expect(201);
    let create = instance.request(Method::POST, "/v1/associations").token(&token).json(&internal);
    create.send().await.problem(409);
    instance.signal("TERM");
    std::thread::sleep(Duration::from_millis(800));
    let log = instance.log();
    assert!(log.matches("request_id=").count() >= 8, "requests are logged: {log}");
    assert!(log.contains("route=/v1/cities "), "by their route: {log}");
    for secret in ["sesame", &token, token.rsplit('.').next().unwrap(), &admin.client_secret] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is logged: {line:?}");
    }
}

#[tokio::test]
async fn two_instances_on_one_database_are_one_service() {
    let home = Home::empty();
    if !home.is_shared() {
        return;
    }
    let public = ["--public-url", "https://nasij.example"];
    let (one, other) = std::thread::scope(|scope| {
        let start = || Instance::start(home.nasij(public));
        let (one, other) = (scope.spawn(start), scope.spawn(start));
        (one.join().unwrap(), other.join().unwrap())
    });
    let admins: Vec<_> = [&one, &other].into_iter().filter_map(Instance::printed_credentials).collect();
    assert_eq!(admins.len(), 1, "one of two simultaneous first starts makes the administrator");
    let keys = one.request(Method::GET, "/.well-known/jwks.json").send().await.expect(200).json();
    assert_eq!(other.request(Method::GET, "/.well-known/jwks.json").send().await.json(), keys);

    let token = one.token_of(&admins[0]).await;
    other.add_city(&token, &city(91)).await;
    one.request(Method::GET, &path(&city(91))).send().await.expect(200);
    let first = one.request(Method::GET, "/v1/cities?limit=1").send().await.expect(200).json();
    let next = format!("/v1/cities?limit=1&cursor={}", first["page"]["next"].as_str().unwrap());
    assert_eq!(other.request(Method::GET, &next).send().await.items().len(), 1);

    let key = "\"one-key\"";
    for (instance, replayed) in [(&one, None), (&other, Some("true"))] {
        let create = instance.request(Method::POST, "/v1/cities").token(&token).json(&city(92));
        let answer = create.header("idempotency-key", key).send().await.expect(201);
        assert_eq!(answer.optional_header("idempotent-replayed"), replayed);
    }
    // What one writes, the other's search learns within some seconds.
    let found = || one.request(Method::GET, "/v1/cities?q=nouvele vile").send();
    for _ in 0..100 {
        if !found().await.items().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the other instance's city is not found");
}

#[test]
fn the_program_tells_its_version_and_its_commands() {
    let home = Home::new();
    assert_eq!(printed(home.nasij(["--version"])).trim(), format!("nasij {}", env!("CARGO_PKG_VERSION")));
    let help = printed(home.nasij(["--help"]));
    for word in ["serve", "migrate", "account", "keys", "openapi", "health", "DATABASE_URL"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    for secret in [home.database_url(), "sesame"] {
        assert!(!help.contains(secret), "{help}");
    }
}

#[test]
fn a_database_without_its_encryption_key_is_not_given_a_new_one() {
    let home = Home::new();
    drop(home.start());
    let key = home.folder.path().join("encryption-key");
    std::fs::remove_file(&key).expect("the first start made it");
    let told = complaint(home.nasij([]));
    assert!(told.contains("put its file back") && told.contains("nasij keys renew"), "{told}");
    assert!(!key.exists());
}
