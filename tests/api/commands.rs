//! The commands beside `serve`: accounts, `health`, `migrate`, `openapi`.

use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::Credentials;
use crate::binary::{Home, complaint, printed};

const GRANT: &str = "grant_type=client_credentials";
const FORM: &str = "application/x-www-form-urlencoded";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn credentials(text: &str) -> Credentials {
    let printed = parsed(text);
    let names: Vec<&String> = printed.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["client_id", "client_secret"]);
    let field = |name: &str| printed[name].as_str().expect("a text").to_owned();
    Credentials { client_id: field("client_id"), client_secret: field("client_secret") }
}

#[tokio::test]
async fn an_operator_makes_changes_and_disables_an_account_of_a_running_service() {
    let home = Home::new();
    let service = home.start();
    let made = home.nasij([
        "account",
        "create",
        "--name",
        "Portal",
        "--role",
        "integration",
        "--scope",
        "cities:write",
        "--scope",
        "nominations:submit",
        "--organisation",
        "Rabat",
        "--json",
    ]);
    let first = credentials(&printed(made));
    let token = service.token_of(&first).await;
    let refused = async |credentials: &Credentials| {
        let request = service.request(Method::POST, "/oauth/token").basic(credentials).body(FORM, GRANT);
        assert_eq!(request.send().await.expect(401).json()["error"], "invalid_client");
    };
    let shown = async |token: &str| {
        service.request(Method::GET, "/v1/associations?limit=1").token(token).send().await.status
    };
    assert_eq!(shown(&token).await, 200);

    let listed = printed(home.nasij(["account", "list", "--json"]));
    assert!(!listed.contains(&first.client_secret) && !listed.contains("secret"), "{listed}");
    let accounts = parsed(&listed);
    let portal =
        accounts["items"].as_array().unwrap().iter().find(|account| account["id"] == first.client_id);
    let portal = portal.expect("the account is listed");
    assert_eq!((&portal["roles"], &portal["name"]), (&json!(["integration"]), &"Portal".into()));
    assert_eq!((&portal["kind"], &portal["organisation"]), (&"system".into(), &"Rabat".into()));
    assert_eq!(portal["scopes"], json!(["cities:write", "nominations:submit"]));

    let second = credentials(&printed(home.nasij(["account", "rotate-secret", &first.client_id, "--json"])));
    assert_eq!(second.client_id, first.client_id);
    refused(&first).await;
    assert_eq!(shown(&token).await, 401, "tokens of before end with the old secret");
    let token = service.token_of(&second).await;

    let overlap = ["account", "rotate-secret", &first.client_id, "--keep-old-hours", "1", "--json"];
    let third = credentials(&printed(home.nasij(overlap)));
    service.token_of(&second).await;
    service.token_of(&third).await;

    let disabled = parsed(&printed(home.nasij(["account", "disable", &first.client_id, "--json"])));
    assert!(disabled["disabled_at"].is_string(), "{disabled}");
    assert_eq!(shown(&token).await, 401, "a disabled account's token ends at once");
    refused(&third).await;
    let told = complaint(home.nasij(["account", "rotate-secret", &first.client_id]));
    assert!(told.contains("disabled"), "{told}");

    let enabled = parsed(&printed(home.nasij(["account", "enable", &first.client_id, "--json"])));
    assert!(enabled.get("disabled_at").is_none(), "{enabled}");
    assert_eq!(shown(&token).await, 401, "what had ended stays so");
    assert_eq!(shown(&service.token_of(&third).await).await, 200);

    let told = complaint(home.nasij(["account", "disable", &home.admin().client_id]));
    assert!(told.contains("No administrator would be left"), "{told}");
}

#[test]
fn accounts_are_shown_to_people_as_well() {
    let home = Home::new();
    let made = printed(home.nasij([
        "account",
        "create",
        "--name",
        "La ville de Fès",
        "--role",
        "city_representative",
        "--city",
        "fes",
    ]));
    let secret = made.lines().find_map(|line| line.strip_prefix("client_secret: ")).expect("a secret");
    assert!(secret.starts_with("nasij_") && made.starts_with("client_id: "), "{made}");
    let listed = printed(home.nasij(["account", "list"]));
    let line = listed.lines().find(|line| line.contains("La ville de Fès")).expect("a line");
    assert!(line.contains("city_representative") && line.contains("active"), "{line}");
    assert!(!listed.contains(secret));
    assert_eq!(listed.lines().count(), 2, "{listed}");
}

#[test]
fn what_cannot_be_an_account_is_told_in_a_sentence() {
    let home = Home::new();
    let unknown = "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11";
    for (arguments, word) in [
        (vec!["create", "--name", "X", "--role", "integration"], "at least one scope"),
        (vec!["create", "--name", "X", "--role", "juror", "--scope", "cities:write"], "cities:write"),
        (vec!["create", "--name", "X", "--role", "integration", "--scope", "cities"], "cities:write"),
        (vec!["create", "--name", "X", "--role", "emperor"], "emperor"),
        (vec!["create", "--name", " ", "--role", "juror"], "name"),
        (vec!["create", "--name", "X", "--role", "city_representative"], "city"),
        (vec!["create", "--name", "X", "--role", "city_representative", "--city", "atlantis"], "atlantis"),
        (
            vec!["create", "--name", "X", "--role", "association_representative", "--association", unknown],
            unknown,
        ),
        (
            vec!["create", "--name", "X", "--role", "juror", "--role", "city_representative"],
            "do not go together",
        ),
        (vec!["create", "--name", "X", "--role", "auditor", "--role", "admin"], "no other role"),
        (vec!["create", "--name", "X", "--role", "juror", "--kind", "system"], "kind"),
        (vec!["create", "--name", "X"], "--role"),
        (vec!["disable", unknown], unknown),
        (vec!["enable", unknown], unknown),
        (vec!["rotate-secret", unknown], unknown),
        (vec!["disable", "x"], "x"),
    ] {
        let mut command = home.nasij(["account"]);
        command.args(&arguments);
        let told = complaint(command);
        assert!(told.contains(word), "{arguments:?}: {told}");
    }
    assert_eq!(printed(home.nasij(["account", "list"])).lines().count(), 1, "nothing was made");
}

#[test]
fn health_tells_whether_the_service_is_ready() {
    let home = Home::new();
    let service = home.start();
    let address = service.address.to_string();
    printed(home.nasij(["health", "--bind", &address]));
    service.kill();
    let told = complaint(home.nasij(["health", "--bind", &address]));
    assert!(told.contains("does not answer"), "{told}");
}

#[tokio::test]
async fn migrate_prepares_a_database_and_may_be_repeated() {
    let home = Home::empty();
    for _ in 0..2 {
        printed(home.nasij(["migrate"]));
    }
    let service = home.start();
    assert!(service.printed_credentials().is_some(), "the administrator is made by the first start");
    let cities = service.request(Method::GET, "/v1/cities?count=exact&limit=1").send().await.expect(200);
    assert_eq!(cities.json()["page"]["total"], 1503);
}

#[test]
fn an_account_can_be_made_before_the_first_start() {
    let home = Home::empty();
    let told = complaint(home.nasij(["account", "list"]));
    assert!(told.contains("nasij migrate"), "a command beside the service makes no database: {told}");
    printed(home.nasij(["migrate"]));
    let made = home.nasij(["account", "create", "--name", "Amina", "--role", "admin", "--json"]);
    credentials(&printed(made));
    assert!(home.start().printed_credentials().is_none(), "there is an administrator already");
}

#[test]
fn the_help_of_a_command_shows_its_own_options_apart_from_those_of_the_service() {
    let help = printed(Home::new().nasij(["account", "create", "--help"]));
    let (own, of_the_service) = help.split_once("\nService:\n").expect("two headings");
    assert!(own.contains("--role") && !own.contains("--bind"), "{own}");
    assert!(of_the_service.contains("--bind") && !of_the_service.contains("--role"), "{of_the_service}");
}

#[test]
fn the_document_is_printed_as_it_is_served() {
    let home = Home::new();
    assert_eq!(printed(home.nasij(["openapi"])), nasij::app::openapi_document().unwrap().json);
}

#[tokio::test]
async fn an_account_that_was_made_before_does_not_keep_the_first_start_from_making_an_administrator() {
    let home = Home::empty();
    let create = [
        "account",
        "create",
        "--name",
        "Oujda",
        "--role",
        "city_representative",
        "--city",
        "oujda",
        "--json",
    ];
    printed(home.nasij(["migrate"]));
    let made = credentials(&printed(home.nasij(create)));
    let service = home.start();
    let administrator = service.printed_credentials().expect("an administrator");
    assert_ne!(administrator.client_id, made.client_id);
}

#[test]
fn whoever_stops_reading_ends_a_command_without_a_panic() {
    let home = Home::new();
    let mut command = home.nasij(["openapi"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(141), "as a shell tells SIGPIPE");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
