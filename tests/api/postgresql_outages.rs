//! PostgreSQL goes away and comes back, or hangs, while the service runs. These tests have a server of their own, which they
//! may ill-treat; on SQLite there is none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use nasij::database::Location;
use reqwest::Method;
use serde_json::json;

use crate::binary::{Home, complaint};
use crate::postgresql_server::Server;

/// Seconds on an idle machine; this is for a busy one. Without the cure it is a minute, or for ever.
const PATIENCE: Duration = Duration::from_secs(20);

const UNLIMITED: [(&str, &str); 3] = [
    ("NASIJ_LIMIT_ANONYMOUS", "1000000"),
    ("NASIJ_LIMIT_AUTHENTICATED", "1000000"),
    ("NASIJ_DATABASE_CONNECTIONS", "12"),
];

/// What clients saw.
#[derive(Default)]
struct Seen {
    statuses: Vec<u16>,
    acknowledged: Vec<String>,
    without_retry_after: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_restart_nobody_sees_a_500_and_nothing_acknowledged_is_lost() {
    let Some(server) = Server::start() else { return };
    let home = Home::new();
    let service = Arc::new(server.serve(&home, UNLIMITED));
    let token = service.token_of(&service.printed_credentials().expect("the first start")).await;
    let (seen, stop) = (Arc::new(Mutex::new(Seen::default())), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (service, token) = (service.clone(), token.clone());
            let (seen, stop) = (seen.clone(), stop.clone());
            tokio::spawn(async move {
                // Reads of many shapes: each is prepared for the first time at some moment.
                let reads = [
                    "cities?region=04",
                    "associations?q=paix",
                    "editions",
                    "provinces/04.421",
                    "cities?kind=urban",
                    "nominations",
                    "regions?count=exact",
                    "activity-fields",
                    "cities?sort=-population",
                    "cities/tetouan",
                ];
                for turn in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let answer = if turn % 3 == 0 {
                        let body = json!({"name": {"fr": format!("Association {client} {turn}")}});
                        service
                            .request(Method::POST, "/v1/associations")
                            .token(&token)
                            .json(&body)
                            .send()
                            .await
                    } else {
                        let query = reads[(client * 7 + turn) % reads.len()];
                        let separator = if query.contains('?') { '&' } else { '?' };
                        let path = format!("/v1/{query}{separator}fields=id&lang=fr");
                        service.request(Method::GET, &path).send().await
                    };
                    let mut seen = seen.lock().expect("nobody panics");
                    seen.statuses.push(answer.status);
                    if answer.status == 201 {
                        seen.acknowledged.push(answer.header("location").to_owned());
                    }
                    if answer.status == 503 && answer.header("retry-after").is_empty() {
                        seen.without_retry_after += 1;
                    }
                }
            })
        })
        .collect();
    for mode in ["fast", "immediate", "killed"] {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.restart(mode);
        let back = Instant::now();
        loop {
            let answer = service.request(Method::GET, "/v1/cities?kind=urban&region=04&lang=ar").send().await;
            if answer.status == 200 {
                break;
            }
            assert_eq!(answer.status, 503, "{mode}");
            assert!(back.elapsed() < PATIENCE, "{mode}: it is not back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("a client");
    }
    let seen = std::mem::take(&mut *seen.lock().expect("nobody panics"));
    let count = |status: u16| seen.statuses.iter().filter(|seen| **seen == status).count();
    assert_eq!((count(500), seen.without_retry_after), (0, 0), "{}", service.log());
    assert!(count(200) > 50 && seen.acknowledged.len() > 20, "{} {}", count(200), seen.acknowledged.len());
    for location in &seen.acknowledged {
        service.request(Method::GET, location).send().await.expect(200);
    }
}

#[tokio::test]
async fn a_database_that_hangs_keeps_nobody_waiting_and_does_not_keep_the_service_from_ending() {
    let Some(server) = Server::start() else { return };
    let home = Home::new();
    let settings =
        [("NASIJ_REQUEST_SECONDS", "2"), ("NASIJ_STOP_SECONDS", "1"), ("NASIJ_DATABASE_CONNECTIONS", "2")];
    let service = server.serve(&home, settings);
    service.request(Method::GET, "/v1/cities").send().await.expect(200);
    server.signal("STOP");
    for path in ["/v1/cities", "/v1/editions", "/readyz", "/v1/regions"] {
        let asked = Instant::now();
        let answer = service.request(Method::GET, path).send().await.expect(503);
        assert!(!answer.header("retry-after").is_empty());
        assert!(asked.elapsed() < PATIENCE, "{path}: {:?}", asked.elapsed());
    }
    service.request(Method::GET, "/livez").send().await.expect(200);
    server.signal("CONT");
    let back = Instant::now();
    while service.request(Method::GET, "/v1/cities").send().await.status != 200 {
        assert!(back.elapsed() < PATIENCE, "it is not back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.signal("STOP");
    service.request(Method::GET, "/v1/cities").send().await.expect(503);
    let stopped = Instant::now();
    service.signal("TERM");
    assert_eq!(service.ended(), Some(0));
    assert!(stopped.elapsed() < PATIENCE, "{:?}", stopped.elapsed());
    server.signal("CONT");
}

#[tokio::test]
async fn a_server_without_a_free_connection_and_a_locked_table_cost_503s_and_nothing_else() {
    let Some(server) = Server::start() else { return };
    let home = Home::new();
    let service = server.serve(&home, UNLIMITED);
    let ask = |path: &'static str| service.request(Method::GET, path).send();
    ask("/v1/cities").await.expect(200);
    // Somebody else takes all connections.
    let location = Location::parse(&server.url).expect("a URL");
    let mut taken = Vec::new();
    while let Ok(connection) = location.open() {
        taken.push(connection);
    }
    assert!(taken.len() > 100, "{}", taken.len());
    let answers = futures_util::future::join_all((0..24).map(|_| ask("/v1/associations?q=paix"))).await;
    for answer in &answers {
        assert!([200, 503].contains(&answer.status), "{}: {}", answer.status, service.log());
        assert!(answer.status == 200 || !answer.header("retry-after").is_empty());
    }
    drop(taken);
    let free = Instant::now();
    while futures_util::future::join_all((0..24).map(|_| ask("/v1/editions")))
        .await
        .iter()
        .any(|answer| answer.status != 200)
    {
        assert!(free.elapsed() < PATIENCE, "it is not back");
    }
    // Somebody else locks a table.
    let mut other = location.open().expect("it opens");
    other.batch_execute("BEGIN; LOCK TABLE associations IN ACCESS EXCLUSIVE MODE").expect("it is locked");
    let answer = ask("/v1/associations").await.expect(503);
    assert!(!answer.header("retry-after").is_empty());
    // Nothing of an association is in these.
    let beside = ask("/v1/regions").await;
    assert_eq!(beside.status, 200, "{}", service.log());
    other.batch_execute("ROLLBACK").expect("it is free");
    ask("/v1/associations").await.expect(200);
    assert!(!service.log().contains("status=500"), "{}", service.log());
}

#[tokio::test]
async fn a_role_that_lost_its_rights_is_not_ready() {
    let Some(mut server) = Server::start() else { return };
    let mut owner = Location::parse(&server.url).expect("a URL").open().expect("it opens");
    owner
        .batch_execute("CREATE ROLE app LOGIN PASSWORD 'secret'; ALTER DATABASE postgres OWNER TO app; GRANT ALL ON SCHEMA public TO app")
        .expect("a role");
    let (_, place) = server.url.split_once('@').expect("a URL");
    server.url = format!("postgres://app:secret@{place}");
    let home = Home::new();
    let service = server.serve(&home, UNLIMITED);
    service.request(Method::GET, "/readyz").send().await.expect(200);
    owner.batch_execute("REVOKE ALL ON associations FROM app").expect("it is taken away");
    // What was found out is good for a second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    service.request(Method::GET, "/readyz").send().await.expect(503);
    service.request(Method::GET, "/v1/associations").send().await.expect(503);
    let mut doctor = home.nasij(["doctor", "--quick"]);
    doctor.env("DATABASE_URL", &server.url);
    let told = String::from_utf8(crate::binary::run(doctor).stdout).expect("readable");
    assert!(told.contains("BAD") && told.contains("may not read and write associations"), "{told}");
}

/// The address of a failover: both stand in the URL, and libpq asks one after the other.
#[tokio::test]
async fn a_failover_to_another_address_is_followed() {
    let Some(mut server) = Server::start() else { return };
    let home = Home::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let other = free.local_addr().expect("an address").port();
    drop(free);
    let (before, database) = server.url.rsplit_once('/').expect("a URL");
    server.url = format!("{before},127.0.0.1:{other}/{database}");
    let service = server.serve(&home, UNLIMITED);
    let token = service.token_of(&service.printed_credentials().expect("the first start")).await;
    let write = |name: &str| {
        let body = json!({"name": {"fr": name}});
        service.request(Method::POST, "/v1/associations").token(&token).json(&body).send()
    };
    write("Avant").await.expect(201);
    server.restart_at(other);
    let moved = Instant::now();
    while write("Après").await.status != 201 {
        assert!(moved.elapsed() < PATIENCE, "{}", service.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    service.request(Method::GET, "/v1/associations?q=apres").send().await.expect(200);
    assert!(!service.log().contains("status=500"), "{}", service.log());
}

#[test]
fn a_database_that_does_not_hold_every_letter_is_refused_in_words() {
    let Some(server) = Server::start() else { return };
    let mut connection = Location::parse(&server.url).expect("a URL").open().expect("it opens");
    let create = "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
    diesel::sql_query(create).execute(&mut connection).expect("it is made");
    let home = Home::new();
    let mut command = home.nasij(["migrate"]);
    command.env("DATABASE_URL", server.url.replace("/postgres", "/latin"));
    let told = complaint(command);
    assert!(told.contains("LATIN1") && told.contains("ENCODING 'UTF8'"), "{told}");
}
