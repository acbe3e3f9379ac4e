//! What the process writes to its standard streams: nobody who reads them, and nobody who does not, stops it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::Method;

use crate::app::Request;
use crate::binary::{Home, complaint, printed};

#[tokio::test]
async fn a_log_that_nobody_reads_stops_nothing() {
    let home = Home::new();
    let mut command = home.nasij([]);
    command.env("NASIJ_LIMIT_ANONYMOUS", "1000000").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut service = command.spawn().expect("the program runs");
    let mut output = BufReader::new(service.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let line = output.find(|line| line.starts_with("Nasij serves on ")).expect("it serves");
    let base = line.split(' ').nth(3).expect("a URL").to_owned();
    // Its standard error, a pipe of 64 KiB, is full long before the last of these.
    for _ in 0..1000 {
        let asked = Request::to(&base, Method::GET, "/v1").send();
        tokio::time::timeout(Duration::from_secs(20), asked).await.expect("it answers").expect(200);
    }
    let stop = Command::new("kill").args(["-TERM", &service.id().to_string()]).status();
    assert!(stop.expect("it is told to stop").success());
    let ended = tokio::task::spawn_blocking(move || service.wait());
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await.expect("it ends");
    assert!(ended.expect("it is waited for").expect("it ends").success());
}

/// Commands whose standard output is full, leads nowhere, or is closed.
fn unseen<'a>(home: &'a Home, arguments: &'a [&str]) -> impl Iterator<Item = Command> + 'a {
    [">/dev/full", ">/dev/null", ">&-"].into_iter().map(move |place| {
        let settings = home.nasij([]);
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec \"$0\" \"$@\" {place}"), env!("CARGO_BIN_EXE_nasij")])
            .args(arguments)
            .envs(settings.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command
    })
}

#[test]
fn a_credential_that_could_not_be_shown_was_not_made() {
    let home = Home::empty();
    for command in unseen(&home, &["serve"]) {
        let told = complaint(command);
        assert!(told.contains("the first credential could not be shown"), "{told}");
    }
    assert!(home.start().printed_credentials().is_some(), "the next start makes and shows it");
}

#[tokio::test]
async fn a_secret_that_nobody_sees_is_not_made() {
    let home = Home::new();
    let service = home.start();
    let id = home.admin().client_id.as_str();
    for arguments in
        [&["account", "rotate-secret", id][..], &["account", "create", "--name", "X", "--role", "auditor"]]
    {
        for command in unseen(&home, arguments) {
            let told = complaint(command);
            assert!(told.contains("nothing was changed"), "{arguments:?}: {told}");
        }
    }
    service.token_of(home.admin()).await;
    assert!(!printed(home.nasij(["account", "list"])).contains(" X "));
}

#[tokio::test]
async fn a_hangup_does_not_end_the_service() {
    let service = Home::new().start();
    service.signal("HUP");
    tokio::time::sleep(Duration::from_millis(300)).await;
    service.request(Method::GET, "/livez").send().await.expect(200);
    assert!(service.log().contains("SIGHUP"), "{}", service.log());
}
