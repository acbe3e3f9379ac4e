//! The rules of the house, read from its sources: who may know whom, and how long a file may be.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The files of Rust below a folder, by their path below `root`.
fn collect(folder: &Path, root: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, root, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root).expect("below").to_str().expect("a name").replace('\\', "/");
            let text = std::fs::read_to_string(&path).expect("a readable file");
            found.insert(name, text);
        }
    }
}

/// The sources by their path below `src/`: the code alone, without comments and unit tests.
pub(crate) fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 80, "only {} sources", found.len());
    found
}

/// Without comments and without the unit tests at the end.
fn code(text: &str) -> String {
    let text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

pub(crate) fn all_code() -> BTreeMap<String, String> {
    sources()
        .into_iter()
        .filter(|(name, _)| !name.ends_with("/tests.rs"))
        .map(|(name, text)| (name, code(&text)))
        .collect()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Holds the files that `break_it` against those that may: an exception that is no longer needed has to go as well.
#[track_caller]
pub(crate) fn only(break_it: BTreeSet<String>, exceptions: &[(&str, &str)], rule: &str) {
    let allowed: BTreeSet<String> = exceptions.iter().map(|(path, _)| (*path).to_owned()).collect();
    let new: Vec<_> = break_it.difference(&allowed).collect();
    assert!(new.is_empty(), "{rule}: {new:#?}");
    let needless: Vec<_> = allowed.difference(&break_it).collect();
    assert!(needless.is_empty(), "these exceptions are no longer needed: {needless:#?}");
}

/// Outside `http/`, `operations/`, `app.rs`, `main.rs` and the `routes.rs` of the rooms.
const MAY_NAME_ACTIX: [(&str, &str); 5] = [
    ("access/extractors.rs", "the permission in a handler's signature"),
    ("associations/activity_fields.rs", "a read-only list, in one file"),
    ("audit/refusals.rs", "records what is refused, as a middleware"),
    ("editions/path.rs", "the year in a handler's signature"),
    ("editions/years_without_edition.rs", "a read-only list, in one file"),
];

#[test]
fn only_what_speaks_http_names_actix() {
    let found = all_code()
        .into_iter()
        .filter(|(_, code)| code.contains("actix"))
        .map(|(path, _)| path)
        .filter(|path| {
            let at_home = ["http/", "operations/"].iter().any(|folder| path.starts_with(folder));
            !(at_home || ["app.rs", "main.rs"].contains(&path.as_str()) || name_of(path) == "routes.rs")
        })
        .collect();
    only(found, &MAY_NAME_ACTIX, "actix outside routes.rs, http/, operations/ and app.rs");
}

/// Outside `database/`, `search/` and the `queries.rs` of the rooms.
const MAY_QUERY: [(&str, &str); 7] = [
    ("associations/activity_fields.rs", "a read-only list, in one file"),
    ("editions/years_without_edition.rs", "a read-only list, in one file"),
    ("http/idempotency.rs", "its record is written in the transaction of the write that it guards"),
    ("reference_data/associations.rs", "writes the rows of the release"),
    ("reference_data/editions/mod.rs", "writes the rows of the release"),
    ("reference_data/loading.rs", "remembers the rows of the release"),
    ("reference_data/territory.rs", "writes the rows of the release"),
];

/// What only speaks to a database. The prelude and the derives of model files are no queries.
const QUERY_WORDS: [&str; 13] = [
    "RunQueryDsl",
    "diesel::insert_into",
    "diesel::update",
    "diesel::delete",
    "diesel::sql_query",
    "diesel::dsl",
    ".execute(connection)",
    ".execute(inner)",
    ".load(connection)",
    ".load::<",
    ".first(connection)",
    ".get_result",
    ".get_results",
];

#[test]
fn only_queries_speak_to_the_database() {
    let found = all_code()
        .into_iter()
        .filter(|(_, code)| QUERY_WORDS.iter().any(|word| code.contains(word)))
        .map(|(path, _)| path)
        .filter(|path| {
            let at_home = ["database/", "search/"].iter().any(|folder| path.starts_with(folder));
            !(at_home || name_of(path) == "queries.rs")
        })
        .collect();
    only(found, &MAY_QUERY, "queries outside queries.rs, database/ and search/");
}

#[test]
fn rules_know_neither_the_web_nor_the_database() {
    let code = all_code();
    let rules: Vec<_> = code.iter().filter(|(path, _)| name_of(path) == "rules.rs").collect();
    assert!(rules.len() >= 2, "{rules:?}");
    for (path, code) in rules {
        for word in ["diesel", "actix", "Connection", "HttpRe", "async "] {
            assert!(!code.contains(word), "{path} names {word}");
        }
    }
}

#[test]
fn only_the_floor_tells_the_databases_apart() {
    for (path, code) in all_code() {
        if path.starts_with("database/") || path.starts_with("search/") {
            continue;
        }
        for word in
            ["Backend::", "MultiBackend", "Connection::Sqlite", "Connection::Postgresql", ".backend()"]
        {
            assert!(!code.contains(word), "{path} names {word}");
        }
    }
}

/// The modules of this crate that a file names: `crate::x` and the names in `crate::{x, y::z}`.
fn named_modules(code: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let mut named = BTreeSet::new();
    for (place, _) in code.match_indices("crate::") {
        let rest = &code[place + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => drop(named.insert(word(rest))),
            Some(list) => {
                let (mut depth, mut start) = (0, 0);
                for (at, letter) in list.char_indices() {
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => {
                            named.insert(word(&list[start..]));
                            break;
                        }
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            named.insert(word(&list[start..]));
                            start = at + 1;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    named
}

#[test]
fn the_reader_of_imports_reads_them_all() {
    let code = "use crate::{associations, territory::{model, x}};\nuse crate::editions::model;\npub(in crate::access) fn f() { crate::app::x() }";
    let expected = ["access", "app", "associations", "editions", "territory"];
    assert_eq!(named_modules(code), expected.map(str::to_owned).into());
}

/// The rooms along their foreign keys: each may know those before it.
const ROOMS: [&str; 5] = ["territory", "associations", "editions", "nominations", "selection"];

#[test]
fn rooms_follow_their_foreign_keys() {
    for (path, code) in all_code() {
        let Some(place) = ROOMS.iter().position(|room| path.starts_with(&format!("{room}/"))) else {
            continue;
        };
        let named = named_modules(&code);
        for other in &ROOMS[place + 1..] {
            assert!(!named.contains(*other), "{path} knows {other}, which stands on it");
        }
        for outer in ["app", "reference_data", "operations", "config"] {
            assert!(!named.contains(outer), "{path} knows {outer}");
        }
    }
}

/// What the floor may know above it.
const FLOOR_KNOWS: [(&str, &str, &str); 3] = [
    ("http/middleware.rs", "operations", "counts the requests"),
    ("http/write.rs", "audit", "says who writes"),
    ("http/writes.rs", "audit", "says who writes"),
];

#[test]
fn the_floor_knows_no_room() {
    let floor = [
        "database",
        "object_storage",
        "examination",
        "http",
        "search",
        "language",
        "validation",
        "error",
        "config",
    ];
    let above = [
        "territory",
        "associations",
        "editions",
        "nominations",
        "selection",
        "access",
        "audit",
        "reference_data",
        "operations",
        "app",
    ];
    let mut found = BTreeSet::new();
    for (path, code) in all_code() {
        let first = path.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if floor.contains(&first) {
            let named = named_modules(&code);
            let known = above.iter().filter(|module| named.contains(**module));
            found.extend(known.map(|module| (path.clone(), (*module).to_owned())));
        }
    }
    let allowed: BTreeSet<(String, String)> =
        FLOOR_KNOWS.iter().map(|(path, module, _)| ((*path).to_owned(), (*module).to_owned())).collect();
    assert_eq!(found, allowed, "(found, allowed)");
}

/// The words of all states.
fn states() -> BTreeSet<&'static str> {
    use strum::VariantNames as _;
    [
        nasij::states::AssociationStatus::VARIANTS,
        nasij::states::EditionStatus::VARIANTS,
        nasij::states::NominationStatus::VARIANTS,
        nasij::states::EvaluationStatus::VARIANTS,
        nasij::states::ConflictStatus::VARIANTS,
        nasij::states::DeliberationStatus::VARIANTS,
        nasij::states::DesignationStatus::VARIANTS,
        nasij::states::InstitutionKeyStatus::VARIANTS,
    ]
    .concat()
    .into_iter()
    .collect()
}

/// Whether code asks a database for a state by its word, with Diesel or in SQL.
fn asks_by_word(code: &str, state: &str) -> bool {
    let diesel = ["eq", "ne"].iter().any(|method| code.contains(&format!(".{method}(\"{state}\")")));
    let listed = code.contains(&format!("[\"{state}\"")) || code.contains(&format!(", \"{state}\""));
    diesel || (listed && code.contains("eq_any(")) || code.contains(&format!("'{state}'"))
}

#[test]
fn a_query_asks_for_a_state_by_its_name_and_not_by_a_string() {
    assert!(asks_by_word("x.filter(editions::status.eq(\"draft\"))", "draft"));
    assert!(asks_by_word("x.filter(editions::status.eq_any([\"draft\", \"archived\"]))", "archived"));
    assert!(asks_by_word("\"editions.status IN ('draft', 'archived')\"", "archived"));
    assert!(!asks_by_word("x.filter(editions::status.eq(Keyword(EditionStatus::Draft)))", "draft"));
    for (path, code) in all_code() {
        let asked: Vec<&str> = states()
            .into_iter()
            .filter(|state| asks_by_word(&code, state) && !path.ends_with("tests.rs"))
            .collect();
        assert!(asked.is_empty(), "{path} asks for {asked:?} by their words; src/states.rs has them");
    }
}

#[test]
fn there_is_one_reader_of_the_environment_and_one_clock() {
    for (path, code) in all_code() {
        for word in ["std::env", "env::var", "dotenv"] {
            assert!(path == "config.rs" || !code.contains(word), "{path} reads the environment: {word}");
        }
        for word in ["Utc::now", "Local::now", "SystemTime", "CURRENT_TIMESTAMP", "now()\""] {
            assert!(path == "database/instant.rs" || !code.contains(word), "{path} reads a clock: {word}");
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{path} begins without a word about itself");
    }
}

const LONGEST_FILE: usize = 400;

/// Files that may be longer, how long, and why.
const LONG_FILES: [(&str, usize, &str); 4] = [
    ("access/policy/table.rs", 600, "the table of authorisation, a line an operation"),
    ("database/schema.rs", 720, "the tables, a line a column"),
    ("error/catalogue.rs", 960, "texts in three languages, a row a problem"),
    ("error/reasons.rs", 1120, "texts in three languages, a row a reason"),
];

#[test]
fn no_file_is_too_long_to_be_read() {
    let mut long = BTreeSet::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        let exception = LONG_FILES.iter().find(|(exception, ..)| *exception == path);
        let longest = exception.map_or(LONGEST_FILE, |(_, longest, _)| *longest);
        assert!(lines <= longest, "src/{path} has {lines} lines, {longest} are enough");
        if lines > LONGEST_FILE {
            long.insert(path);
        }
    }
    let exceptions: BTreeSet<String> = LONG_FILES.iter().map(|(path, ..)| (*path).to_owned()).collect();
    let needless: Vec<_> = exceptions.difference(&long).collect();
    assert!(needless.is_empty(), "these exceptions are no longer needed: {needless:#?}");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    let mut found = BTreeMap::new();
    collect(&tests, &tests, &mut found);
    for (path, text) in found {
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "tests/api/{path} has {lines} lines");
    }
}
