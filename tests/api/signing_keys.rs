//! Signing keys as operators and clients meet them: they rotate without an outage, end at once when they are revoked,
//! and all instances agree. And the encryption key, without which no service starts.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use jsonwebtoken::EncodingKey;
use nasij::access::EncryptionKey;
use nasij::database::schema::signing_keys;
use nasij::database::types::UtcTime;
use nasij::database::{Connection, Database};
use reqwest::Method;
use serde_json::Value;

use crate::app::App;
use crate::binary::{Home, Instance, complaint, printed};

/// Needs a token.
const PROTECTED: &str = "/v1/audit";
const PUBLIC_URL: [&str; 2] = ["--public-url", "https://nasij.example"];
/// 32 bytes as random ones are.
const GOOD_KEY: &str = "9f1c2d8e47a05b63d0e1f27489abc35612de6f70854b9ac3e8d1726f05b4a93c";

/// The key with which the service signs at present.
pub(crate) fn private_key(app: &App) -> EncodingKey {
    let encryption_key = EncryptionKey::load(&app.config).expect("the encryption key");
    let active = |connection: &mut Connection| {
        let row = signing_keys::table.filter(signing_keys::status.eq("active"));
        Ok(row.select((signing_keys::kid, signing_keys::sealed_private_key)).first(connection)?)
    };
    let (kid, sealed): (String, String) = app.database().read_blocking(active).expect("an active key");
    EncodingKey::from_ec_der(&encryption_key.open(&sealed, &kid).expect("the key opens"))
}

/// The keys after a command, as name and status.
fn keys<const N: usize>(home: &Home, arguments: [&str; N]) -> Vec<(String, String)> {
    let mut command = home.nasij(["keys"]);
    command.args(arguments).arg("--json");
    let told: Value = serde_json::from_str(&printed(command)).expect("JSON");
    let items = told["items"].as_array().expect("items");
    let text = |item: &Value, name: &str| item[name].as_str().expect(name).to_owned();
    items.iter().map(|item| (text(item, "kid"), text(item, "status"))).collect()
}

fn kid_of(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64url");
    let header: Value = serde_json::from_slice(&header).expect("JSON");
    header["kid"].as_str().expect("a name").to_owned()
}

async fn published(instance: &Instance) -> Vec<String> {
    let set = instance.request(Method::GET, "/.well-known/jwks.json").send().await.expect(200).json();
    let keys = set["keys"].as_array().expect("keys").iter();
    keys.map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
}

/// Shows a token. Under a public URL that is not where it listens, the harness does not know the answers' links.
pub(crate) async fn shown(instance: &Instance, token: &str) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let request = client.get(format!("{}{PROTECTED}", instance.base)).bearer_auth(token);
    request.send().await.expect("an answer")
}

async fn status(instance: &Instance, token: &str) -> u16 {
    shown(instance, token).await.status().as_u16()
}

/// Waits until an instance publishes these keys: it looks every few seconds.
async fn expect_published(instance: &Instance, expected: &[&str]) {
    for _ in 0..150 {
        if published(instance).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(published(instance).await, expected);
}

/// Lets all keys be older than they are.
fn age(home: &Home, seconds: i64) {
    let then = UtcTime::now().plus_seconds(-seconds);
    let database = Database::open(home.database_url(), 1).expect("the database opens");
    let age = |connection: &mut Connection| {
        diesel::update(signing_keys::table).set(signing_keys::created_at.eq(then)).execute(connection)?;
        let retired = signing_keys::table.filter(signing_keys::status.eq("retired"));
        diesel::update(retired).set(signing_keys::retired_at.eq(Some(then))).execute(connection)?;
        Ok(())
    };
    database.write_blocking(age).expect("they are aged");
}

#[tokio::test]
async fn a_rotation_leaves_the_tokens_that_are_out_good() {
    let home = Home::new();
    let service = home.start();
    let [(first, _), (second, _)] = &keys(&home, ["list"])[..] else { panic!("there are two keys") };
    let old = service.token_of(home.admin()).await;
    assert_eq!(&kid_of(&old), first);
    assert_eq!(published(&service).await, [first.as_str(), second]);

    let after = keys(&home, ["rotate", "--now"]);
    let statuses: Vec<_> = after.iter().map(|(_, status)| status.as_str()).collect();
    assert_eq!(statuses, ["active", "next", "retired"]);
    assert_eq!((&after[0].0, &after[2].0), (second, first), "the key that was next signs");
    let new = service.token_of(home.admin()).await;
    assert_eq!(&kid_of(&new), second);
    assert_eq!((status(&service, &old).await, status(&service, &new).await), (200, 200));
    expect_published(&service, &[second, &after[1].0, first]).await;
    assert_eq!(status(&service, &old).await, 200);
}

#[tokio::test]
async fn a_key_that_caches_may_not_know_yet_does_not_sign() {
    let home = Home::new();
    drop(home.start());
    let before = keys(&home, ["list"]);
    let told = complaint(home.nasij(["keys", "rotate"]));
    assert!(told.contains("15 minutes") && told.contains("--now"), "{told}");
    assert_eq!(keys(&home, ["list"]), before);
    age(&home, 14 * 60);
    complaint(home.nasij(["keys", "rotate"]));
    age(&home, 16 * 60);
    assert_eq!(keys(&home, ["rotate"])[0].0, before[1].0);
    complaint(home.nasij(["keys", "rotate"]));
}

#[tokio::test]
async fn a_retired_key_goes_when_its_last_token_is_dead() {
    let home = Home::new();
    drop(home.start());
    let first = keys(&home, ["rotate", "--now"])[2].clone();
    age(&home, 900);
    assert!(keys(&home, ["rotate", "--now"]).contains(&first), "a token of 15 minutes may be out");
    age(&home, 20 * 60);
    let left = keys(&home, ["rotate", "--now"]);
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(!left.contains(&first));
}

#[tokio::test]
async fn instances_on_one_database_agree() {
    let home = Home::new();
    if !home.is_shared() {
        return;
    }
    let start = || Instance::start(home.nasij(PUBLIC_URL));
    let (one, other) = (start(), start());
    let before = published(&one).await;
    assert_eq!(published(&other).await, before);
    // Twice in a row: the other instance has never heard of the key that signs then.
    keys(&home, ["rotate", "--now"]);
    let after = keys(&home, ["rotate", "--now"]);
    let token = one.token_of(home.admin()).await;
    assert_eq!(kid_of(&token), after[0].0);
    assert!(!before.contains(&after[0].0));
    assert_eq!((status(&one, &token).await, status(&other, &token).await), (200, 200));
    let all: Vec<&str> = after.iter().map(|(kid, _)| kid.as_str()).collect();
    expect_published(&one, &all).await;
    expect_published(&other, &all).await;
}

#[tokio::test]
async fn a_revoked_key_ends_with_its_tokens_everywhere_at_once() {
    let home = Home::new();
    if !home.is_shared() {
        return;
    }
    let start = || Instance::start(home.nasij(PUBLIC_URL));
    let (one, other) = (start(), start());
    let token = one.token_of(home.admin()).await;
    assert_eq!((status(&one, &token).await, status(&other, &token).await), (200, 200));
    let [(active, _), (next, _)] = &keys(&home, ["list"])[..] else { panic!("there are two keys") };

    let after = keys(&home, ["revoke", active]);
    for instance in [&one, &other] {
        let refused = shown(instance, &token).await;
        assert_eq!(refused.status(), 401);
        let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
        let again = instance.token_of(home.admin()).await;
        assert_eq!(&kid_of(&again), next, "the next key signs at once");
        assert_eq!((status(&one, &again).await, status(&other, &again).await), (200, 200));
    }
    assert_eq!(after.len(), 2, "{after:?}");
    assert!(after[0] == (next.clone(), "active".to_owned()) && after[1].1 == "next");

    let replaced = keys(&home, ["revoke", &after[1].0]);
    assert!(replaced[0] == after[0] && replaced[1] != after[1], "a revoked next key is replaced");
    let told = complaint(home.nasij(["keys", "revoke", active]));
    assert!(told.contains("there is no signing key") && told.contains(active.as_str()), "{told}");
    let told = complaint(home.nasij(["keys", "revoke", "-dash"]));
    assert!(told.contains("there is no signing key -dash"), "{told}");
}

#[tokio::test]
async fn what_happens_to_keys_is_audited_without_their_private_part() {
    let home = Home::new();
    let service = home.start();
    keys(&home, ["rotate", "--now"]);
    let retired = keys(&home, ["list"])[2].0.clone();
    keys(&home, ["revoke", &retired]);
    let token = service.token_of(home.admin()).await;
    let of_key = format!("{PROTECTED}?resource_type=signing_key&resource_id={retired}&sort=at");
    let answer = service.request(Method::GET, &of_key).token(&token).send().await.expect(200);
    let text = answer.text().to_owned();
    let entries = answer.items();
    let column = |name: &str| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("action"), ["create", "transition", "delete"]);
    assert_eq!(
        (&entries[1]["before"]["status"], &entries[1]["after"]["status"]),
        (&"active".into(), &"retired".into())
    );
    assert!(!text.contains("sealed") && !text.contains("\"d\""), "{text}");
    let shown = printed(home.nasij(["keys", "list"]));
    assert_eq!(shown.lines().count(), 2, "{shown}");
    assert!(shown.lines().next().is_some_and(|line| line.contains("  active  since ")), "{shown}");
}

/// The encryption key that the first start has made.
fn key_file(home: &Home) -> PathBuf {
    home.folder.path().join("encryption-key")
}

#[test]
fn an_encryption_key_that_is_no_secret_stops_the_start() {
    let home = Home::new();
    home.start().kill();
    let file = key_file(&home);
    for mode in [0o644, 0o640, 0o604] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let told = complaint(home.nasij([]));
        assert!(told.contains("encryption-key") && told.contains("chmod 600"), "{told}");
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    for (content, word) in [
        ("", "64 hexadecimal digits"),
        ("sesame, no key at all", "64 hexadecimal digits"),
        (&GOOD_KEY[..62], "64 hexadecimal digits"),
        (&GOOD_KEY.replace('9', "x"), "64 hexadecimal digits"),
        (&"0".repeat(64), "too regular"),
        (&"deadbeef".repeat(8), "too regular"),
    ] {
        std::fs::write(&file, content).unwrap();
        let told = complaint(home.nasij([]));
        assert!(told.contains(word) && told.contains("openssl rand -hex 32"), "{told}");
        assert!(content.is_empty() || !told.contains(content), "it is told: {told}");
    }
}

#[test]
fn a_configured_encryption_key_that_is_missing_is_not_made() {
    let home = Home::new();
    let missing = home.folder.path().join("missing-key");
    let mut command = home.nasij([]);
    command.env("NASIJ_ENCRYPTION_KEY_FILE", &missing);
    let told = complaint(command);
    assert!(told.contains("missing-key") && told.contains("NASIJ_ENCRYPTION_KEY_FILE"), "{told}");
    assert!(!missing.exists() && !key_file(&home).exists());
}

#[tokio::test]
async fn another_encryption_key_stops_the_start_until_the_keys_are_renewed() {
    let home = Home::new();
    let service = home.start();
    let token = service.token_of(home.admin()).await;
    let before = keys(&home, ["list"]);
    // A SQLite file is for one service.
    let beside = home.is_shared().then_some(service);
    let with_another = |arguments: &[&str]| {
        let mut command = home.nasij([]);
        command.env("NASIJ_ENCRYPTION_KEY", GOOD_KEY).args(PUBLIC_URL).args(arguments);
        command
    };
    for arguments in [&[][..], &["keys", "rotate", "--now"], &["keys", "revoke", &before[0].0]] {
        let told = complaint(with_another(arguments));
        assert!(told.contains("sealed with another encryption key"), "{told}");
        assert!(told.contains("NASIJ_ENCRYPTION_KEY") && !told.contains(GOOD_KEY), "{told}");
    }
    assert_eq!(keys(&home, ["list"]), before);
    if let Some(service) = &beside {
        assert_eq!(status(service, &token).await, 200);
    }

    printed(with_another(&["keys", "renew"]));
    if let Some(service) = &beside {
        assert_eq!(status(service, &token).await, 401, "all tokens end");
    }
    let after = keys(&home, ["list"]);
    assert!(after.len() == 2 && after.iter().all(|key| !before.contains(key)), "{after:?}");
    let renewed = Instance::start(with_another(&[]));
    assert_eq!(kid_of(&renewed.token_of(home.admin()).await), after[0].0);
    drop(renewed);
    assert!(complaint(home.nasij([])).contains("sealed with another encryption key"));
}

#[tokio::test]
async fn a_cursor_outlives_a_rotation() {
    let home = Home::new();
    let service = home.start();
    let first = service.request(Method::GET, "/v1/cities?limit=1").send().await.expect(200).json();
    keys(&home, ["rotate", "--now"]);
    service.kill();
    let next = format!("/v1/cities?limit=1&cursor={}", first["page"]["next"].as_str().expect("a cursor"));
    home.start().request(Method::GET, &next).send().await.expect(200);
}
