//! `nasij doctor`: what is well is said, and what is not with the way out.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use nasij::database::Location;
use serde_json::Value;

use crate::binary::{Home, run};

/// What the doctor says, by subject, and how it ends.
fn examine(mut command: Command) -> (Vec<(String, String, String)>, Option<i32>) {
    command.args(["doctor", "--json"]);
    let output = run(command);
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["well"], output.status.success());
    let findings = told["findings"].as_array().expect("findings").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings =
        findings.map(|finding| (text(&finding["subject"]), text(&finding["state"]), text(&finding["to_do"])));
    (findings.collect(), output.status.code())
}

fn state_of<'a>(findings: &'a [(String, String, String)], subject: &str) -> (&'a str, &'a str) {
    let found = findings.iter().find(|(known, ..)| known == subject);
    let (_, state, to_do) = found.unwrap_or_else(|| panic!("nothing of {subject}: {findings:?}"));
    (state, to_do)
}

#[test]
fn a_service_that_is_well_is_told_so() {
    let home = Home::new();
    drop(home.start());
    let (findings, code) = examine(home.nasij([]));
    assert_eq!(code, Some(0), "{findings:?}");
    for subject in [
        "data directory",
        "database",
        "migrations",
        "writing",
        "clock",
        "signing keys",
        "audit chain",
        "documents",
        "disk",
    ] {
        assert_ne!(state_of(&findings, subject).0, "bad", "{findings:?}");
    }
    // What a person reads names the same subjects.
    let mut command = home.nasij(["doctor", "--quick"]);
    command.env("NASIJ_PUBLIC_URL", "https://api.example.ma");
    let told = String::from_utf8(run(command).stdout).expect("readable");
    assert!(told.contains("ok   database: ") && told.contains("NASIJ_TRUSTED_PROXIES"), "{told}");
    assert!(!told.contains("audit chain"), "{told}");
    assert!(told.contains("look backups: ") && told.contains("NASIJ_BACKUP_DIRECTORY"), "{told}");
}

#[test]
fn what_is_wrong_is_told_with_the_way_out() {
    let home = Home::new();
    drop(home.start());
    let broken_with = |settings: &[(&str, &str)]| {
        let mut command = home.nasij([]);
        command.envs(settings.iter().copied());
        let (findings, code) = examine(command);
        assert_eq!(code, Some(1), "{findings:?}");
        findings
    };
    let other_key = "3f9c1b7de24a5608913c7ef0b2d4a6589e0f1c2d3b4a59687f6e5d4c3b2a1908";
    let findings = broken_with(&[("NASIJ_ENCRYPTION_KEY", other_key)]);
    let (state, to_do) = state_of(&findings, "signing keys");
    assert_eq!((state, to_do.contains("encryption key")), ("bad", true));

    let without_one = home.folder.path().join("documents");
    let without_one = without_one.to_str().expect("a readable name");
    let findings = broken_with(&[("NASIJ_BACKUP_DIRECTORY", without_one)]);
    assert_eq!(state_of(&findings, "backups"), ("bad", "run `nasij backup`"));

    let findings = broken_with(&[
        ("NASIJ_OBJECT_STORE_URL", "s3://nothing"),
        ("NASIJ_OBJECT_STORE_ENDPOINT", "http://127.0.0.1:1"),
        ("NASIJ_OBJECT_STORE_ACCESS_KEY_ID", "a"),
        ("NASIJ_OBJECT_STORE_SECRET_ACCESS_KEY", "b"),
    ]);
    assert_eq!(state_of(&findings, "documents").0, "bad");

    let findings = broken_with(&[("NASIJ_TLS_CERTIFICATE_FILE", "/nowhere.pem")]);
    assert_eq!(state_of(&findings, "certificate").0, "bad");

    fs::set_permissions(home.folder.path(), Permissions::from_mode(0o755)).expect("it is opened");
    let (findings, _) = examine(home.nasij([]));
    let (state, to_do) = state_of(&findings, "data directory");
    assert_eq!((state, to_do.starts_with("chmod 700")), ("doubtful", true));

    let mut elsewhere = home.nasij([]);
    elsewhere.env_remove("DATABASE_URL").env("NASIJ_DATA_DIR", home.folder.path().join("typo"));
    let (findings, code) = examine(elsewhere);
    assert_eq!(code, Some(1));
    let (state, to_do) = state_of(&findings, "database");
    assert_eq!((state, to_do.contains("NASIJ_DATA_DIR")), ("bad", true));
    assert!(!home.folder.path().join("typo").exists(), "it makes nothing");
}

#[test]
fn an_empty_database_is_left_empty() {
    let home = Home::empty();
    let (findings, code) = examine(home.nasij([]));
    assert_eq!(code, Some(1));
    assert_eq!(state_of(&findings, "database").0, "bad");
    // As a restore wants it.
    Location::parse(home.database_url()).expect("a URL").check_empty().expect("nothing was made");
}
