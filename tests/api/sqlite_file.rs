//! The file of a SQLite database, which somebody may delete, replace, open to others, damage, or give to two services. On
//! PostgreSQL there is none.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::connection::SimpleConnection as _;
use nasij::database::Location;
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::binary::{Home, Instance, complaint, printed};

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
        let log = service.log_with("was deleted or replaced").await;
        assert!(log.contains("was deleted or replaced"), "{log}");
    }
    fs::rename(&aside, &file).expect("it is put back");
    write("Après").await.expect(201);
    tokio::time::sleep(pause).await;
    service.request(Method::GET, "/readyz").send().await.expect(200);
}

#[tokio::test]
async fn a_file_that_is_moved_away_and_back_under_many_readers_has_all_that_was_acknowledged() {
    let Some((home, file)) = home() else { return };
    let mut command = home.nasij([]);
    command.env("NASIJ_LIMIT_ANONYMOUS", "1000000");
    let service = Instance::start(command);
    let token = service.token_of(home.admin()).await;
    let mut acknowledged = Vec::new();
    for number in 0..20 {
        let body = json!({"name": {"fr": format!("Association {number}")}});
        let answer = service.request(Method::POST, "/v1/associations").token(&token).json(&body).send().await;
        acknowledged.push(answer.expect(201).header("location").to_owned());
    }
    let aside = file.with_extension("aside");
    fs::rename(&file, &aside).expect("it is moved");
    // More at a time than there are connections: further ones would be opened.
    let reads = (0..60).map(|number| {
        service.request(Method::GET, &format!("/v1/associations?limit=50&q=association+{number}")).send()
    });
    for answer in futures_util::future::join_all(reads).await {
        assert!([200, 503].contains(&answer.status), "{}: {}", answer.status, service.log());
    }
    assert!(!file.exists(), "no other file is made in its place");
    fs::rename(&aside, &file).expect("it is put back");
    service.kill();
    let service = home.start();
    for location in &acknowledged {
        service.request(Method::GET, location).send().await.expect(200);
    }
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

/// A file system of its own, of so many bytes; it is gone when this is dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// None for whoever may not mount one.
    fn mount(bytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "nasij-test"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }

    /// Leaves no room. Returns what takes it.
    fn fill(&self) -> PathBuf {
        let filler = self.0.path().join("filler");
        let mut file = fs::File::create(&filler).expect("a file");
        for piece in [64 * 1024, 512] {
            while file.write_all(&vec![1; piece]).is_ok() {}
        }
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_a_503_and_nothing_acknowledged_is_lost() {
    let Some((home, file)) = home() else { return };
    let Some(disk) = SmallDisk::mount(24 * 1024 * 1024) else { return };
    let data_dir = disk.0.path().join("data");
    fs::create_dir(&data_dir).expect("a folder");
    let database = data_dir.join("nasij.sqlite");
    fs::copy(&file, &database).expect("it is copied");
    let start = || {
        let mut command = home.nasij([]);
        command
            .env("NASIJ_DATA_DIR", &data_dir)
            .env("DATABASE_URL", format!("sqlite://{}", database.display()));
        Instance::start(command)
    };
    let service = start();
    let token = service.token_of(home.admin()).await;
    let write = async |service: &Instance, name: String| {
        let body = json!({"name": {"fr": name}});
        service.request(Method::POST, "/v1/associations").token(&token).json(&body).send().await
    };
    let mut acknowledged = Vec::new();
    for turn in ["first", "second"] {
        let filler = disk.fill();
        let mut refused = 0;
        for number in 0..200 {
            let answer = write(&service, format!("{turn} {number}")).await;
            match answer.status {
                201 => acknowledged.push(answer.header("location").to_owned()),
                503 => {
                    assert!(!answer.header("retry-after").is_empty());
                    refused += 1;
                }
                other => panic!("{other}: {}", service.log()),
            }
            if refused == 5 {
                break;
            }
        }
        assert_eq!(refused, 5, "there is room still");
        service.request(Method::GET, "/v1/cities/fes").send().await.expect(200);
        // What was found out about readiness is good for a second.
        let pause = std::time::Duration::from_millis(1100);
        tokio::time::sleep(pause).await;
        service.request(Method::GET, "/readyz").send().await.expect(503);
        fs::remove_file(filler).expect("there is room again");
        let answer = write(&service, format!("{turn} afterwards")).await.expect(201);
        acknowledged.push(answer.header("location").to_owned());
        tokio::time::sleep(pause).await;
        service.request(Method::GET, "/readyz").send().await.expect(200);
    }
    service.kill();
    let service = start();
    for location in &acknowledged {
        service.request(Method::GET, location).send().await.expect(200);
    }
    let verified = home.nasij(["audit", "verify"]);
    assert!(printed(verified).starts_with("intact"));
}

#[tokio::test]
async fn the_log_shrinks_again_when_whoever_kept_it_has_gone() {
    let Some((home, file)) = home() else { return };
    let service = home.start();
    let token = service.token_of(home.admin()).await;
    // A shell with an open transaction.
    let mut reader = Location::parse(home.database_url()).expect("a URL").open().expect("it opens");
    reader.batch_execute("BEGIN; SELECT COUNT(*) FROM cities").expect("it reads");
    let log = PathBuf::from(format!("{}-wal", file.display()));
    let size = || log.metadata().map_or(0, |found| found.len());
    // Long texts in few requests.
    let long = "association ".repeat(400);
    let write = async |number: usize| {
        let body = json!({"name": {"fr": format!("Association {number}")}, "object": {"fr": long}});
        service.request(Method::POST, "/v1/associations").token(&token).json(&body).send().await.expect(201);
    };
    const LARGE: u64 = 64 * 1024 * 1024;
    let mut number = 0;
    while size() < LARGE {
        number += 1;
        assert!(number < 2000, "the log has {} bytes", size());
        write(number).await;
    }
    reader.batch_execute("COMMIT").expect("it goes");
    // The next try comes a while after the last one.
    let begun = std::time::Instant::now();
    while size() > LARGE / 8 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "the log has {} bytes", size());
        number += 1;
        write(number).await;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
