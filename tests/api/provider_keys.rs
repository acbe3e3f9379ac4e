//! The keys of an identity provider: how they are found, how long they are believed, and what happens when the provider
//! is down, slow or lies.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use futures_util::future::join_all;
use nasij::database::Connection;
use nasij::database::schema::provider_documents;
use nasij::database::types::{Json, UtcTime};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::app::App;
use crate::provider::{Mood, Provider, ProviderKey};
use crate::providers::{PROTECTED, PUBLIC, another, link, start};

const SUBJECT: &str = "auditor-7";

/// A service that knows a provider and its key.
async fn service(provider: &Provider) -> App {
    let app = start(&[provider.settings()]).await;
    link(&app, &provider.issuer, SUBJECT, &["auditor"]);
    app
}

async fn status(app: &App, provider: &Provider, key: &ProviderKey) -> u16 {
    app.get_as(&provider.token(key, SUBJECT), PROTECTED).await.status
}

/// 503 with the time to wait: a token that cannot be judged is not called bad.
async fn is_unavailable(app: &App, provider: &Provider, key: &ProviderKey, what: &str) {
    let answer = app.get_as(&provider.token(key, SUBJECT), PROTECTED).await;
    assert_eq!(answer.status, 503, "{what}");
    let pause: u64 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&pause), "{pause}");
    assert_eq!(answer.problem(503)["code"], "unavailable", "{what}");
}

/// Makes the kept keys this old.
fn age(app: &App, seconds: i64) {
    let age = |connection: &mut Connection| {
        let fetched_at = UtcTime::now().plus_seconds(-seconds);
        let aged =
            diesel::update(provider_documents::table).set(provider_documents::fetched_at.eq(fetched_at));
        Ok(aged.execute(connection)?)
    };
    assert_eq!(app.database().write_blocking(age).expect("the keys grow older"), 1);
}

/// The keys that are kept.
fn kept_keys(app: &App) -> Value {
    let kept = |connection: &mut Connection| {
        let jwks = provider_documents::table.select(provider_documents::jwks);
        let Json(jwks): Json<Value> = jwks.first(connection)?;
        Ok(jwks)
    };
    app.database().read_blocking(kept).expect("keys are kept")
}

/// Keeps these keys as if they had been fetched so many seconds ago.
fn keep(app: &App, keys: &Value, seconds: i64) {
    let keep = |connection: &mut Connection| {
        let changed = diesel::update(provider_documents::table)
            .set(provider_documents::jwks.eq(Json(keys.clone())))
            .execute(connection)?;
        Ok(changed)
    };
    assert_eq!(app.database().write_blocking(keep).expect("the keys are kept"), 1);
    age(app, seconds);
}

#[tokio::test]
async fn a_new_key_is_fetched_once_for_all_who_need_it_and_the_old_one_ends() {
    let (old, new) = (ProviderKey::p256("old"), ProviderKey::p256("new"));
    let provider = Provider::start(&[&old]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &old).await, 200);
    let fetches = provider.fetches();
    for _ in 0..5 {
        assert_eq!(status(&app, &provider, &old).await, 200);
    }
    assert_eq!(provider.fetches(), fetches, "a known key is not fetched again");
    provider.publish(&[&new]);
    let statuses = join_all((0..10).map(|_| status(&app, &provider, &new))).await;
    assert_eq!(statuses, [200; 10]);
    assert_eq!(provider.fetches(), fetches + 1);
    assert_eq!(status(&app, &provider, &old).await, 401);
}

#[tokio::test]
async fn tokens_with_unknown_keys_cause_few_fetches() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = service(&provider).await;
    provider.asked_after(0).await;
    let fetches = provider.fetches();
    for round in 0..10 {
        let keys: Vec<_> = (0..6).map(|number| ProviderKey::p256(&format!("{round}-{number}"))).collect();
        let statuses = join_all(keys.iter().map(|key| status(&app, &provider, key))).await;
        assert_eq!(statuses, [401; 6]);
    }
    let caused = provider.fetches() - fetches;
    // A slow test gets a sixth after twelve seconds, and so on.
    assert!((1..=8).contains(&caused), "{caused} fetches");
    assert_eq!(status(&app, &provider, &key).await, 200);
}

#[tokio::test]
async fn while_the_provider_is_down_the_keys_at_hand_go_on_working() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &key).await, 200);
    provider.become_(Mood::Down);
    assert_eq!(status(&app, &provider, &ProviderKey::p256("2")).await, 401);
    assert_eq!(status(&app, &provider, &key).await, 200);
    let token = provider.token(&key, SUBJECT);
    drop(provider);
    app.get_as(&token, PROTECTED).await.expect(200);
}

#[tokio::test]
async fn without_any_keys_a_token_is_not_called_bad() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    provider.become_(Mood::Down);
    let app = service(&provider).await;
    is_unavailable(&app, &provider, &key, "down").await;
    // Everybody else is served.
    app.get(PUBLIC).await.expect(200);
    app.get_as(&app.token_of(app.admin()).await, PROTECTED).await.expect(200);
    provider.become_(Mood::Well);
    assert_eq!(status(&app, &provider, &key).await, 200);
}

#[tokio::test]
async fn a_restart_while_the_provider_is_down_keeps_its_keys() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &key).await, 200);
    provider.become_(Mood::Down);
    let restarted = another(&app, &[provider.settings()]).await;
    assert_eq!(status(&restarted, &provider, &key).await, 200);
    // The algorithms are those of the configuration now, whatever was kept.
    let mut settings = provider.settings();
    settings["algorithms"] = json!(["EdDSA"]);
    let pinned = another(&app, &[settings]).await;
    assert_eq!(status(&pinned, &provider, &key).await, 401);
}

#[tokio::test]
async fn instances_share_what_one_has_fetched() {
    let (old, new) = (ProviderKey::p256("old"), ProviderKey::p256("new"));
    let provider = Provider::start(&[&old]);
    let one = service(&provider).await;
    assert_eq!(status(&one, &provider, &old).await, 200);
    let fetches = provider.fetches();
    let other = another(&one, &[provider.settings()]).await;
    assert_eq!(status(&other, &provider, &old).await, 200);
    provider.publish(&[&old, &new]);
    assert_eq!(status(&one, &provider, &new).await, 200);
    assert_eq!(provider.fetches(), fetches + 1);
    assert_eq!(status(&other, &provider, &new).await, 200);
    assert_eq!(provider.fetches(), fetches + 1, "the other instance has read it from the database");
}

#[tokio::test]
async fn keys_that_are_no_longer_fresh_are_used_and_fetched_again_in_the_background() {
    let (old, new) = (ProviderKey::p256("old"), ProviderKey::p256("new"));
    let provider = Provider::start(&[&old]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &old).await, 200);
    provider.publish(&[&new]);
    age(&app, 9 * 60);
    let fetches = provider.fetches();
    let fresh = another(&app, &[provider.settings()]).await;
    assert_eq!(status(&fresh, &provider, &old).await, 200);
    assert_eq!(provider.fetches(), fetches);
    age(&app, 11 * 60);
    provider.become_(Mood::Slow);
    let stale = another(&app, &[provider.settings()]).await;
    provider.asked_after(fetches).await;
    let asked = Instant::now();
    assert_eq!(status(&stale, &provider, &old).await, 200);
    assert!(asked.elapsed() < Duration::from_secs(3), "a request waited for the provider");
    provider.become_(Mood::Well);
    let stale = another(&app, &[provider.settings()]).await;
    provider.asked_after(fetches + 1).await;
    for _ in 0..500 {
        if status(&stale, &provider, &old).await == 401 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the old key is still taken");
}

#[tokio::test]
async fn keys_of_yesterday_are_not_believed() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &key).await, 200);
    provider.become_(Mood::Down);
    age(&app, 23 * 60 * 60);
    let yesterday = another(&app, &[provider.settings()]).await;
    assert_eq!(status(&yesterday, &provider, &key).await, 200);
    age(&app, 25 * 60 * 60);
    let before = another(&app, &[provider.settings()]).await;
    is_unavailable(&before, &provider, &key, "too old").await;
    provider.become_(Mood::Well);
    assert_eq!(status(&before, &provider, &key).await, 200, "the provider is back");
}

#[tokio::test]
async fn a_slow_provider_holds_nobody_for_long_and_others_not_at_all() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &key).await, 200);
    let fetches = provider.fetches();
    provider.become_(Mood::Slow);
    let unknown = ProviderKey::p256("2");
    let waiting = join_all((0..8).map(|_| status(&app, &provider, &unknown)));
    let others = async {
        provider.asked_after(fetches).await;
        let started = Instant::now();
        for _ in 0..20 {
            assert_eq!(status(&app, &provider, &key).await, 200);
            app.get(PUBLIC).await.expect(200);
        }
        started.elapsed()
    };
    let started = Instant::now();
    let (statuses, others) = tokio::join!(waiting, others);
    assert_eq!(statuses, [401; 8]);
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
    assert!(others < Duration::from_secs(4), "{others:?}");
}

#[tokio::test]
async fn whoever_hangs_up_does_not_end_the_fetch() {
    let (old, new) = (ProviderKey::p256("old"), ProviderKey::p256("new"));
    let provider = Provider::start(&[&old]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &old).await, 200);
    provider.publish(&[&new]);
    provider.become_(Mood::Pondering);
    let fetches = provider.fetches();
    let mut caller = TcpStream::connect(app.address).await.expect("a connection");
    // The service sees a reset at once; without it, it would learn only with its answer that nobody waits any more.
    caller.set_zero_linger().expect("the connection can be reset");
    let token = provider.token(&new, SUBJECT);
    let request = format!("GET {PROTECTED} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n");
    caller.write_all(request.as_bytes()).await.expect("the request is sent");
    provider.asked_after(fetches).await;
    drop(caller);
    tokio::time::sleep(Duration::from_millis(300)).await;
    provider.become_(Mood::Well);
    for _ in 0..500 {
        if kept_keys(&app)["keys"][0]["kid"] == "new" {
            assert_eq!(provider.fetches(), fetches + 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the new key was not kept");
}

#[tokio::test]
async fn older_keys_of_the_database_do_not_bring_a_withdrawn_key_back() {
    let (old, new) = (ProviderKey::p256("old"), ProviderKey::p256("new"));
    let provider = Provider::start(&[&new]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &new).await, 200);
    keep(&app, &json!({"keys": [old.jwk]}), 60);
    assert_eq!(status(&app, &provider, &old).await, 401);
    assert_eq!(status(&app, &provider, &new).await, 200);
}

#[tokio::test]
async fn a_key_that_takes_the_place_of_another_without_a_new_name_is_found() {
    for name in [json!("same"), json!(null)] {
        let [old, new] = [(); 2].map(|()| {
            let mut key = ProviderKey::p256("same");
            key.jwk["kid"] = name.clone();
            key
        });
        let mut published = [old.clone(), new.clone()];
        for key in &mut published {
            key.jwk.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        }
        let provider = Provider::start(&[&published[0]]);
        let app = service(&provider).await;
        assert_eq!(status(&app, &provider, &old).await, 200);
        provider.publish(&[&published[1]]);
        let fetches = provider.fetches();
        assert_eq!(status(&app, &provider, &new).await, 200, "{name}");
        // None when the service has asked by itself in between.
        assert!(provider.fetches() <= fetches + 1, "{name}");
        for _ in 0..10 {
            assert_eq!(status(&app, &provider, &old).await, 401, "{name}");
        }
        assert!(provider.fetches() <= fetches + 6, "bad signatures cause few fetches");
    }
}

#[tokio::test]
async fn answers_that_a_provider_should_not_give_are_not_believed() {
    for mood in
        [Mood::Oversize, Mood::Redirecting, Mood::OtherIssuer, Mood::PlainKeys, Mood::ManyKeys, Mood::Html]
    {
        let key = ProviderKey::p256("1");
        let provider = Provider::start(&[&key]);
        provider.become_(mood);
        let app = service(&provider).await;
        is_unavailable(&app, &provider, &key, &format!("{mood:?}")).await;
    }
}

#[tokio::test]
async fn metadata_is_found_where_rfc_8414_has_it() {
    let key = ProviderKey::p256("1");
    let provider = Provider::start(&[&key]);
    provider.become_(Mood::Rfc8414);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &key).await, 200);
}

#[tokio::test]
async fn keys_for_something_else_verify_nothing() {
    let good = ProviderKey::p256("good");
    let [mut encryption, mut private, mut other] = ["encryption", "private", "other"].map(ProviderKey::p256);
    encryption.jwk["use"] = json!("enc");
    private.jwk["d"] = json!("AAAA");
    other.jwk["alg"] = json!("ES384");
    let provider = Provider::start(&[&good, &encryption, &private, &other]);
    let app = service(&provider).await;
    assert_eq!(status(&app, &provider, &good).await, 200);
    for key in [&encryption, &private, &other] {
        assert_eq!(status(&app, &provider, key).await, 401, "{}", key.jwk);
    }
}

/// Another Nasij is the provider: an OAuth 2.0 server with RFC 8414 metadata, over TLS.
#[tokio::test]
async fn over_tls_only_the_authorities_of_the_configuration_are_believed() {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| folder.path().join(name));
    std::fs::write(&certificate, made.cert.pem()).expect("it is written");
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("it is written");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("it is closed");
    let provider = App::start_with(|config| {
        config.tls_certificate_file = Some(certificate.clone());
        config.tls_key_file = Some(key);
    })
    .await;
    let issuer = format!("https://{}", provider.address);
    // Its other instance speaks HTTP, as this client does.
    let without_tls = App::start_with(|config| {
        config.database_url = provider.config.database_url.clone();
        config.encryption_key_file = Some(provider.config.data_dir.join("encryption-key"));
        config.public_url = issuer.clone();
    })
    .await;
    let credentials = without_tls.admin();
    let token = without_tls.token_of(credentials).await;

    let settings = json!({"issuer": issuer, "audience": issuer, "algorithms": ["ES256"]});
    let mut trusting = settings.clone();
    trusting["ca_file"] = json!(certificate);
    let app = start(&[trusting]).await;
    app.get_as(&token, PROTECTED).await.problem(403);
    link(&app, &issuer, &credentials.client_id, &["auditor"]);
    app.get_as(&token, PROTECTED).await.expect(200);
    start(&[settings]).await.get_as(&token, PROTECTED).await.problem(503);
}
