//! The file of a SQLite database, which somebody may delete, replace, open to others, damage, or give to two services. On
//! PostgreSQL there is none.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::json;

use crate::binary::{Home, complaint, printed};

/// A home with a file, and where that is.
fn home() -> Option<(Home, PathBuf)> {
    let home = Home::new();
    let file = home.database_url().strip_prefix("sqlite://").map(PathBuf::from)?;
    Some((home, file))
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("it is there").permissions().mode() & 0o777
}

#[tokio::test]
async fn nothing_is_acknowledged_when_the_file_is_gone() {
    let Some((home, file)) = home() else { return };
    let service = home.start();
    let token = service.token_of(home.admin()).await;
    let write = |name: &str| {
        let body = json!({"name": {"fr": name}});
        service.request(Method::POST, "/v1/associations").token(&token).json(&body).send()
    };
    write("Avant").await.expect(201);
    service.request(Method::GET, "/readyz").send().await.expect(200);
    let aside = file.with_extension("aside");
    fs::rename(&file, &aside).expect("it is moved");
    let pause = std::time::Duration::from_millis(1100);
    for replaced in [false, true] {
        if replaced {
            fs::copy(&aside, &file).expect("it is copied");
        }
        let refused = write("Pendant").await.problem(503);
        assert_eq!(refused["code"], "unavailable");
        // What was found out about readiness is good for a second.
        tokio::time::sleep(pause).await;
        service.request(Method::GET, "/readyz").send().await.expect(503);
        assert!(service.log().contains("was deleted or replaced"), "{}", service.log());
    }
    fs::rename(&aside, &file).expect("it is put back");
    write("Après").await.expect(201);
    tokio::time::sleep(pause).await;
    service.request(Method::GET, "/readyz").send().await.expect(200);
}

#[test]
fn a_file_is_for_one_service() {
    let Some((home, _)) = home() else { return };
    let first = home.start();
    let told = complaint(home.nasij(["serve"]));
    assert!(told.contains("another service has it"), "{told}");
    // Commands are used beside it.
    printed(home.nasij(["account", "list"]));
    first.kill();
    home.start();
}

#[test]
fn the_directory_and_the_file_are_closed_to_others() {
    let Some((home, file)) = home() else { return };
    let folder = home.folder.path();
    fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("it is opened");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("it is opened");
    let _service = home.start();
    assert_eq!((mode(folder), mode(&file)), (0o700, 0o600));
    let key = folder.join("encryption-key");
    let log = PathBuf::from(format!("{}-wal", file.display()));
    assert_eq!((mode(&key), mode(&log)), (0o600, 0o600));
}

#[test]
fn a_damaged_file_is_named() {
    let Some((home, file)) = home() else { return };
    fs::write(&file, vec![7; 8192]).expect("it is damaged");
    let told = complaint(home.nasij(["serve"]));
    assert!(told.contains(&*file.to_string_lossy()) && told.contains("restore a backup"), "{told}");
}

#[test]
fn a_command_does_not_make_a_second_database_by_a_slip() {
    let Some((home, _)) = home() else { return };
    let elsewhere = home.folder.path().join("typo");
    for arguments in [["account", "list"], ["audit", "verify"], ["keys", "list"]] {
        let mut command = home.nasij(arguments);
        command.env("NASIJ_DATA_DIR", &elsewhere).env_remove("DATABASE_URL");
        let told = complaint(command);
        assert!(told.contains("there is no database at") && told.contains("typo"), "{told}");
    }
    assert!(!elsewhere.exists(), "nothing was made");
}
