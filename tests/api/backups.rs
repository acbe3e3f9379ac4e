//! Backups: what was there comes back, in an empty place and only there, and nothing that was shown to somebody is good
//! afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use diesel::RunQueryDsl as _;
use nasij::database::{Connection, Location, copying};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::App;
use crate::binary::{Home, Instance, complaint, printed, run};
use crate::object_store::ObjectStoreDouble;

/// Tables that a restore writes to: keys, generations, the trail of it, and the note of the restore itself.
const WRITTEN: [&str; 9] = [
    "accounts",
    "audit_actors",
    "audit_events",
    "audit_pending",
    "audit_personal_data",
    "audit_seals",
    "backups_restored",
    "client_assertions",
    "signing_keys",
];

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

/// Every row of every table, as text.
fn everything(url: &str) -> BTreeMap<String, Vec<String>> {
    let mut connection = Location::parse(url).expect("a URL").open().expect("it opens");
    let tables = copying::tables(&mut connection).expect("tables");
    let rows_of = |table: &String| {
        let all = match &connection {
            Connection::Postgresql(_) => format!("SELECT t::text AS value FROM \"{table}\" t ORDER BY 1"),
            Connection::Sqlite(_) => {
                let columns: Vec<Row> =
                    diesel::sql_query(format!("SELECT name AS value FROM pragma_table_info('{table}')"))
                        .load(&mut Location::parse(url).expect("a URL").open().expect("it opens"))
                        .expect("columns");
                let quoted = columns.iter().map(|column| format!("quote(\"{}\")", column.value));
                format!(
                    "SELECT {} AS value FROM \"{table}\" ORDER BY 1",
                    quoted.collect::<Vec<_>>().join("||','||")
                )
            }
        };
        let rows: Vec<Row> = diesel::sql_query(all)
            .load(&mut Location::parse(url).expect("a URL").open().expect("it opens"))
            .expect("rows");
        rows.into_iter().map(|row| row.value).collect()
    };
    tables.iter().map(|table| (table.clone(), rows_of(table))).collect()
}

/// The only folder in a directory.
fn only_folder(directory: &Path) -> PathBuf {
    let mut found: Vec<_> =
        fs::read_dir(directory).expect("it is there").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn back_up(home: &Home, directory: &Path) -> PathBuf {
    let told = printed(home.nasij(["backup", directory.to_str().expect("a readable name")]));
    assert!(told.contains("all verified") && told.contains("encryption key is not in it"), "{told}");
    only_folder(directory)
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("a manifest")).expect("JSON")
}

#[tokio::test]
async fn a_backup_is_restored_record_by_record_and_all_tokens_have_ended() {
    let home = Home::new();
    let service = home.start();
    let token = service.token_of(home.admin()).await;
    for name in ["Une", "Deux"] {
        let body = json!({"name": {"fr": name, "ar": "جمعية"}, "internal": {"ice": null}});
        service.request(Method::POST, "/v1/associations").token(&token).json(&body).send().await.expect(201);
    }
    let directory = tempfile::tempdir().expect("a temporary folder");
    let backup = back_up(&home, directory.path());
    let written = manifest(&backup);
    assert_eq!(written["rows"]["associations"], everything(home.database_url())["associations"].len());
    assert!(!backup.join("encryption-key").exists());

    // Into its own place it is not restored.
    let folder = backup.to_str().expect("a readable name");
    drop(service);
    assert!(complaint(home.nasij(["restore", folder])).contains("is not empty"));
    let before = everything(home.database_url());

    let empty = Home::empty();
    fs::copy(home.folder.path().join("encryption-key"), empty.folder.path().join("encryption-key"))
        .expect("the key comes from where it was kept");
    let told = printed(empty.nasij(["restore", folder]));
    let made_at = written["made_at"].as_str().expect("an instant");
    assert!(told.contains("erasure of personal data") && told.contains(made_at), "{told}");
    let after = everything(empty.database_url());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (table, rows) in before {
        if !WRITTEN.contains(&table.as_str()) {
            assert_eq!(after[&table], rows, "{table}");
        }
    }
    assert_eq!(after["backups_restored"].len(), 1);
    let verified = printed(empty.nasij(["audit", "verify"]));
    assert!(verified.starts_with("intact"), "{verified}");

    let service = empty.start();
    assert!(service.printed_credentials().is_none(), "the administrator is there");
    let refused = service.request(Method::GET, "/v1/accounts").token(&token).send().await;
    assert_eq!(refused.status, 401, "tokens of before have ended");
    let token = service.token_of(empty.admin()).await;
    service.request(Method::GET, "/v1/accounts").token(&token).send().await.expect(200);
}

#[test]
fn a_damaged_or_unfinished_backup_is_refused_and_leaves_nothing() {
    let home = Home::new();
    let directory = tempfile::tempdir().expect("a temporary folder");
    let backup = back_up(&home, directory.path());
    let folder = backup.to_str().expect("a readable name");
    let name = manifest(&backup)["database"].as_str().expect("a name").to_owned();
    let file = backup.join(&name);
    let good = fs::read(&file).expect("the copy");
    let empty = Home::empty();
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for (bytes, told) in
        [(&flipped[..], "is not as it was written"), (&good[..1000], "is not as it was written")]
    {
        fs::write(&file, bytes).expect("it is damaged");
        assert!(complaint(empty.nasij(["restore", folder])).contains(told));
    }
    fs::remove_file(backup.join("manifest.json")).expect("it is unfinished");
    assert!(complaint(empty.nasij(["restore", folder])).contains("is no complete backup"));
    assert!(
        complaint(empty.nasij(["account", "list"])).contains("nasij migrate"),
        "there still is no database"
    );
}

#[tokio::test]
async fn a_backup_is_made_every_day_and_the_oldest_ones_go() {
    let home = Home::new();
    let directory = tempfile::tempdir().expect("a temporary folder");
    // What a backup leaves that was killed.
    let killed = directory.path().join(".nasij-20260101T000000Z.unfinished");
    // Three that are old; the last one is not complete.
    let old = back_up(&home, directory.path());
    let mut first = manifest(&old);
    first["made_at"] = json!("2026-01-01T00:00:00Z");
    fs::write(old.join("manifest.json"), first.to_string()).expect("it is written");
    let copies = [("nasij-20260102T000000Z", "2026-01-02T00:00:00Z"), ("nasij-20260103T000000Z", "")];
    for (name, made_at) in copies {
        let folder = directory.path().join(name);
        fs::create_dir(&folder).expect("it is made");
        if !made_at.is_empty() {
            first["made_at"] = json!(made_at);
            fs::write(folder.join("manifest.json"), first.to_string()).expect("it is written");
        }
    }
    let start = || {
        let mut command = home.nasij([]);
        command.env("NASIJ_BACKUP_DIRECTORY", directory.path()).env("NASIJ_BACKUPS_KEPT", "2");
        Instance::start(command)
    };
    let names = || {
        let entries = fs::read_dir(directory.path()).expect("it is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with("nasij-")).collect::<std::collections::BTreeSet<_>>()
    };
    fs::create_dir(&killed).expect("it is made");
    let service = start();
    let started = std::time::Instant::now();
    while !service.log().contains("a backup was made") {
        assert!(started.elapsed() < std::time::Duration::from_secs(40), "{}", service.log());
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let kept = names();
    assert!(!killed.exists());
    assert_eq!(kept.len(), 3, "the two newest, and what is none: {kept:?}");
    assert!(!kept.contains(&*old.file_name().expect("a name").to_string_lossy()));
    drop(service);
    // The next start finds one that is not a day old.
    let service = start();
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    assert!(!service.log().contains("a backup was made"), "{}", service.log());
    assert_eq!(names(), kept);
}

/// The files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("it is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, bytes)| (path.join(below), bytes)));
        } else {
            found.insert(path.clone(), fs::read(&path).expect("its bytes"));
        }
    }
    found
        .into_iter()
        .map(|(path, bytes)| (path.strip_prefix(folder).unwrap_or(&path).to_owned(), bytes))
        .collect()
}

#[tokio::test]
async fn documents_go_with_a_backup_into_a_bucket_and_come_back_byte_for_byte() {
    let app = App::start().await;
    let (token, draft) = app.draft_of_fes().await;
    for words in ["1", "2"] {
        app.add_pdf(&token, &draft, words).await;
    }
    let documents = files(&app.config.data_dir.join("documents"));
    assert_eq!(documents.len(), 2);

    let (store, home) = (ObjectStoreDouble::start(), Home::empty());
    let mut command = home.nasij(["backup", "s3://backups/nasij"]);
    command.env("DATABASE_URL", app.config.database_url()).env("NASIJ_DATA_DIR", &app.config.data_dir);
    command.envs(store.environment());
    let told = printed(command);
    let place = told.lines().next().expect("where it is").to_owned();
    assert!(place.starts_with("s3://backups/nasij/nasij-") && told.contains("all verified"), "{told}");
    let manifest = store.keys().into_iter().find(|key| key.ends_with("/manifest.json")).expect("a manifest");
    assert_eq!(manifest, format!("{}/manifest.json", place.trim_start_matches("s3://")));
    assert_eq!(store.keys().len(), 4, "{:?}", store.keys());

    let restore = |place: &str| {
        let mut command = home.nasij(["restore", place]);
        command.envs(store.environment());
        command
    };
    let other = complaint(restore("s3://backups/nasij/nasij-20200101T000000Z"));
    assert!(other.contains("is no complete backup"), "{other}");
    printed(restore(&place));
    assert_eq!(files(&home.folder.path().join("documents")), documents);
    let rows = |url: &str| everything(url).remove("documents").expect("a table");
    assert_eq!(rows(home.database_url()), rows(&app.config.database_url()));
    let left = |folder: &Path| fs::read_dir(folder).expect("it is there").count();
    assert!(left(home.folder.path()) <= 6, "nothing temporary is left");
}

#[test]
fn a_restore_that_broke_off_is_not_served() {
    let home = Home::new();
    if !home.is_shared() {
        // A SQLite database has its name when all is done.
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary folder");
    let backup = back_up(&home, directory.path());
    let empty = Home::empty();
    let mut restore = empty.nasij(["restore", backup.to_str().expect("a readable name")]);
    let mut restore = restore.spawn().expect("it begins");
    let begun = std::time::Instant::now();
    let mut connection = Location::parse(empty.database_url()).expect("a URL").open().expect("it opens");
    while copying::tables(&mut connection).expect("tables").is_empty() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "it does not begin");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    restore.kill().expect("it is killed");
    restore.wait().expect("it ends");
    for arguments in [["serve"], ["migrate"], ["doctor"]] {
        let output = run(empty.nasij(arguments));
        let told =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!output.status.success() && told.contains("a restore into this database"), "{told}");
    }
    assert!(complaint(empty.nasij(["restore", backup.to_str().expect("a name")])).contains("is not empty"));
}
