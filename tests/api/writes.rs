//! The rules of writing, read from the sources: whoever writes tells the trail, and a row has its fields in the order of its
//! table, for that is how the database gives it back.

use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::{all_code, only, sources};

/// Files that write what the trail does not tell by itself.
const TELL_NOTHING: [(&str, &str); 21] = [
    ("access/accounts/affiliations/queries.rs", "a part of an account, which is told as a whole"),
    ("access/accounts/identities/queries.rs", "a part of an account, which is told as a whole"),
    ("access/accounts/secrets/queries.rs", "a part of an account, which is told as a whole"),
    ("access/oauth/queries.rs", "which assertions were used"),
    ("access/providers/queries.rs", "a cache of the keys of others"),
    ("associations/facts/queries.rs", "who wrote each fact last: the entries themselves say so"),
    ("associations/filing/queries.rs", "a part of an association, which is told as a whole"),
    ("associations/internal/queries.rs", "a part of an association, which is told as a whole"),
    ("audit/chain/queries.rs", "the trail itself"),
    ("audit/personal_data/actors/queries.rs", "the trail itself"),
    ("audit/personal_data/queries.rs", "the trail itself"),
    ("audit/queries.rs", "the trail itself"),
    ("backup/queries.rs", "a restore, told by the keys that it renews"),
    ("database/written.rs", "any rows, for those who tell the trail of them"),
    ("http/idempotency.rs", "answers kept for a retry"),
    ("nominations/embargo/queries.rs", "told by the deliberation or the designation that decides"),
    ("reference_data/associations.rs", "comes with the release"),
    ("reference_data/editions/mod.rs", "comes with the release"),
    ("reference_data/loading.rs", "comes with the release"),
    ("reference_data/territory.rs", "comes with the release"),
    ("selection/evaluations/sharing/queries.rs", "copies of sheets for the jury"),
];

#[test]
fn who_writes_tells_the_trail() {
    let writes = |code: &str| {
        ["insert_into", "update", "delete"].iter().any(|verb| code.contains(&format!("diesel::{verb}(")))
    };
    let tells = |code: &str| {
        ["insert", "change", "transition", "delete", "restore"]
            .iter()
            .any(|verb| code.contains(&format!("kept::{verb}(")))
    };
    let silent =
        all_code().into_iter().filter(|(_, code)| writes(code) && !tells(code)).map(|(path, _)| path);
    only(silent.collect(), &TELL_NOTHING, "writes without a word to the trail");
}

/// The names before a sign in lines that are indented so far.
fn names<'a>(block: &'a str, indent: &str, sign: &str) -> Vec<&'a str> {
    let named = |line: &'a str| Some(line.strip_prefix(indent)?.split_once(sign)?.0);
    let name =
        |text: &'a str| text.rsplit(' ').next().filter(|name| !name.is_empty() && !text.starts_with("//"));
    block.lines().filter_map(named).filter_map(name).collect()
}

/// The columns of each table.
fn tables(schema: &str) -> BTreeMap<&str, Vec<&str>> {
    let tables = schema.rsplit("\ntables! {\n").next().expect("tables");
    let table = |block| {
        let (head, columns): (&str, &str) = str::split_once(block, " {\n")?;
        Some((head.trim().split(' ').next()?, names(columns, "        ", " -> ")))
    };
    tables.split("\n    }\n").filter_map(table).collect()
}

#[test]
fn rows_have_their_fields_in_the_order_of_their_tables() {
    let sources = sources();
    let tables = tables(&sources["database/schema.rs"]);
    let mut rows = BTreeSet::new();
    for (path, text) in &sources {
        for block in text.split("#[derive(").skip(1).filter(|block| block.contains("#[diesel(table_name = "))
        {
            let (derives, rest) = block.split_once(")]").expect("derives");
            if !(derives.contains("Queryable") && derives.contains("Insertable")) {
                continue;
            }
            let table = rest
                .split("table_name = ")
                .nth(1)
                .and_then(|rest| rest.split([',', ')']).next())
                .expect("a table");
            let (_, fields) = rest.split_once(" {\n").expect("a struct");
            let fields = names(fields.split("\n}").next().expect("fields"), "    ", ": ");
            assert_eq!(fields, tables[table], "the row of {table} in {path}");
            rows.insert(table);
        }
    }
    assert!(rows.len() > 30, "{rows:?}");
}
