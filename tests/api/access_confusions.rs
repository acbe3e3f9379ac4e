//! The confusions of RFC 8725, one by one: each token is good but for one thing, and is a 401 for that.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use nasij::database::types::{Id, UtcTime};
use serde_json::{Value, json};

use crate::app::App;
use crate::forge::{Forge, PROTECTED, PUBLIC, message, refused_everywhere, with, without};

/// Holds tokens, each with the name of what is wrong with it, against the rule: none is good anywhere.
async fn all_refused(app: &App, tokens: impl IntoIterator<Item = (String, String)>) {
    for (what, token) in tokens {
        refused_everywhere(app, &token, &what).await;
    }
}

fn told(name: &str, value: &Value) -> String {
    format!("{name} = {value}")
}

#[tokio::test]
async fn the_tokens_that_the_confusions_start_from_are_good() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let now = UtcTime::now().unix_seconds();
    let expired = with(&with(&forge.claims, "iat", now - 620), "exp", now - 20);
    for (what, token) in [
        ("unchanged", forge.token(&forge.header, &forge.claims)),
        ("the long form of the type", forge.with_header("typ", "application/at+jwt")),
        ("expired within the leeway", forge.token(&forge.header, &expired)),
        ("begins within the leeway", forge.with_claim("nbf", now + 20)),
        ("another claim", forge.with_claim("acr", "2")),
    ] {
        for path in [PROTECTED, PUBLIC] {
            assert_eq!(app.get_as(&token, path).await.status, 200, "{what} on {path}");
        }
    }
}

#[tokio::test]
async fn no_other_algorithm() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let claims = forge.claims.to_string();
    let unsigned = ["none", "None", "NONE", "nOnE", ""].map(|alg| {
        let header = with(&forge.header, "alg", alg).to_string();
        (format!("unsigned, alg {alg:?}"), format!("{}.", message(&header, &claims)))
    });
    let named = ["none", "HS256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "es256", "ES256 "]
        .map(|alg| (format!("signed, alg {alg:?}"), forge.with_header("alg", alg)));
    let without_alg = forge.token(&without(&forge.header, "alg"), &forge.claims);
    let listed = forge.with_header("alg", json!(["ES256"]));
    all_refused(&app, unsigned).await;
    all_refused(&app, named).await;
    all_refused(&app, [("no alg".to_owned(), without_alg), ("a list of alg".to_owned(), listed)]).await;
}

#[tokio::test]
async fn no_other_type() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let types =
        ["JWT", "jwt", "id+jwt", "id_token", "client-authentication+jwt", "logout+jwt", "", "at+jwt "];
    all_refused(&app, types.map(|typ| (format!("typ {typ:?}"), forge.with_header("typ", typ)))).await;
    all_refused(
        &app,
        [
            ("no typ".to_owned(), forge.token(&without(&forge.header, "typ"), &forge.claims)),
            ("typ null".to_owned(), forge.with_header("typ", Value::Null)),
            ("typ is a list".to_owned(), forge.with_header("typ", json!(["at+jwt"]))),
        ],
    )
    .await;
    let id_token = json!({
        "iss": app.base, "aud": app.base, "sub": app.admin().client_id, "exp": forge.claims["exp"],
        "iat": forge.claims["iat"], "nonce": "n-0S6_WzA2Mj", "auth_time": forge.claims["iat"], "name": "Amina",
    });
    all_refused(
        &app,
        [
            ("an ID token".to_owned(), forge.token(&with(&forge.header, "typ", "JWT"), &id_token)),
            ("an ID token of our type".to_owned(), forge.token(&forge.header, &id_token)),
        ],
    )
    .await;
}

#[tokio::test]
async fn from_and_for_nobody_else() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let base = &app.base;
    let wrong = [
        ("iss", json!("https://other.example")),
        ("iss", json!(format!("{base}/"))),
        ("iss", json!("")),
        ("iss", json!([base])),
        ("iss", Value::Null),
        ("aud", json!("https://other.example")),
        ("aud", json!(format!("{base}/v1"))),
        ("aud", json!("")),
        ("aud", json!([base])),
        ("aud", json!([base, "https://other.example"])),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("sub", json!("somebody")),
        ("sub", json!("")),
        ("sub", json!(7)),
        ("sub", json!(Id::new())),
        ("client_id", json!(Id::new())),
    ];
    all_refused(&app, wrong.map(|(name, value)| (told(name, &value), forge.with_claim(name, value)))).await;
    let missing = ["iss", "aud", "sub", "client_id", "jti", "scope", "roles", "gen"];
    let missing =
        missing.map(|name| (format!("no {name}"), forge.token(&forge.header, &without(&forge.claims, name))));
    all_refused(&app, missing).await;
    let malformed = [
        ("jti", json!("one")),
        ("scope", json!(["audit:read"])),
        ("roles", json!("admin")),
        ("roles", json!(["emperor"])),
        ("gen", json!(0)),
        ("gen", json!(99)),
        ("gen", json!("1")),
    ];
    all_refused(&app, malformed.map(|(name, value)| (told(name, &value), forge.with_claim(name, value))))
        .await;
}

#[tokio::test]
async fn neither_too_early_nor_too_late() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let now = UtcTime::now().unix_seconds();
    let wrong = [
        ("nbf", json!(now + 60)),
        ("nbf", json!("soon")),
        ("iat", json!(now + 60)),
        ("iat", json!(now + 3600)),
        ("iat", json!("now")),
        ("exp", json!(now - 3600)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!((now + 300).to_string())),
        ("exp", json!(now as f64 + 300.5)),
        ("exp", Value::Null),
        ("exp", json!(true)),
        ("exp", json!(now + 3600)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(1e300)),
    ];
    all_refused(&app, wrong.map(|(name, value)| (told(name, &value), forge.with_claim(name, value)))).await;
    let lived = |iat: i64, exp: i64| {
        (
            format!("from {iat} to {exp}, now {now}"),
            forge.token(&forge.header, &with(&with(&forge.claims, "iat", iat), "exp", exp)),
        )
    };
    all_refused(
        &app,
        [
            lived(now - 700, now - 40),
            lived(now - 1000, now - 100),
            lived(now, now + 901),
            lived(now - 86_400, now + 300),
            lived(i64::MIN, now + 300),
            lived(now + 20, now + 10),
        ],
    )
    .await;
    for name in ["exp", "iat"] {
        let token = forge.token(&forge.header, &without(&forge.claims, name));
        refused_everywhere(&app, &token, &format!("no {name}")).await;
    }
    let expired = app.get_as(&lived(now - 700, now - 40).1, PROTECTED).await;
    assert!(expired.header("www-authenticate").contains("expired"), "clients learn when to ask again");
}

#[tokio::test]
async fn nothing_is_said_twice() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let (header, claims) = (forge.header.to_string(), forge.claims.to_string());
    let first = |text: &str, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let last = |text: &str, member: &str| format!("{},{member}}}", text.trim_end_matches('}'));
    for member in [r#""alg":"none""#, r#""alg":"ES256""#, r#""typ":"JWT""#, r#""kid":"x""#] {
        for header in [first(&header, member), last(&header, member)] {
            refused_everywhere(&app, &forge.token_of_texts(&header, &claims), &header).await;
        }
    }
    let somebody = format!("\"sub\":\"{}\"", Id::new());
    for member in [
        somebody.as_str(),
        r#""exp":9999999999"#,
        r#""exp":1"#,
        r#""iss":"https://other.example""#,
        r#""aud":"https://other.example""#,
        r#""scope":"audit:read""#,
        r#""roles":["admin"]"#,
        r#""\u0073ub":"escaped""#,
        // Twice something that nobody reads.
        r#""acr":"1","acr":"2""#,
    ] {
        for claims in [first(&claims, member), last(&claims, member)] {
            refused_everywhere(&app, &forge.token_of_texts(&header, &claims), member).await;
        }
    }
}

#[tokio::test]
async fn one_way_of_writing_it_down() {
    let app = App::start().await;
    let forge = Forge::of(&app).await;
    let good = forge.token(&forge.header, &forge.claims);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let padded = |part: &str| URL_SAFE.encode(URL_SAFE_NO_PAD.decode(part).unwrap());
    // 64 bytes leave four bits in the last letter: another letter stands for the same bytes, if one is careless.
    let (whole, end) = signature.split_at(signature.len() - 1);
    let trailing_bits = char::from(end.as_bytes()[0] + 1);
    let oversize = forge.with_claim("filler", "x".repeat(6500));
    assert!(oversize.len() > 8 * 1024 && oversize.len() < 12_000);
    let short = forge.with_claim("filler", "x".repeat(3000));
    app.get_as(&short, PROTECTED).await.expect(200);
    for (what, token) in [
        ("no parts", String::new()),
        ("one part", header.to_owned()),
        ("two parts", format!("{header}.{claims}")),
        ("four parts", format!("{good}.x")),
        ("an empty fourth part", format!("{good}.")),
        ("an empty first part", format!(".{good}")),
        ("five parts, as a JWE", format!("{header}.{claims}.{signature}.{claims}.{signature}")),
        ("no header", format!(".{claims}.{signature}")),
        ("no claims", format!("{header}..{signature}")),
        ("padding in the header", format!("{}=.{claims}.{signature}", header)),
        ("padding in the claims", format!("{header}.{}==.{signature}", claims)),
        ("padding in the signature", format!("{header}.{claims}.{}", padded(signature))),
        ("the other alphabet", format!("{header}.{claims}.+/{}", &signature[2..])),
        ("white space inside", format!("{header}. {claims}.{signature}")),
        ("a tab inside", format!("{header}.{claims}\t.{signature}")),
        ("bits after the signature", format!("{header}.{claims}.{whole}{trailing_bits}")),
        (
            "a JWS as JSON",
            json!({"protected": header, "payload": claims, "signature": signature}).to_string(),
        ),
        ("more than 8 KB", oversize),
        ("9000 letters", "x".repeat(9000)),
        ("no JSON", forge.token_of_texts("header", "claims")),
        ("two values", forge.token_of_texts(&forge.header.to_string(), &format!("{} {{}}", forge.claims))),
        (
            "a list of claims",
            forge.token_of_texts(&forge.header.to_string(), &json!([forge.claims]).to_string()),
        ),
        (
            "claims as text",
            forge.token_of_texts(&forge.header.to_string(), &json!(forge.claims.to_string()).to_string()),
        ),
        (
            "deep claims",
            forge.token_of_texts(
                &forge.header.to_string(),
                &format!("{}{}", "[".repeat(3000), "]".repeat(3000)),
            ),
        ),
    ] {
        refused_everywhere(&app, &token, what).await;
    }
}
