//! Loading records so that a repetition changes nothing and what people changed stays.

use std::collections::HashMap;

use diesel::Connection as _;
use diesel::prelude::*;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::database::Connection;
use crate::database::schema::dataset_records;
use crate::error::{Code, Error, Result};
use crate::language::Text;

/// A record of a data set, ready to be written.
pub(super) trait Record {
    /// Its name within the data set.
    fn key(&self) -> String;

    /// The text whose changes make a new release of the record.
    fn source(&self) -> String;

    /// The version at which the record `id` stands, if it is there.
    fn current_version(connection: &mut Connection, id: &str) -> Result<Option<i64>>;

    /// The identifier that the record has in its table; for one of its own making, `known` is what it was given.
    fn id(&self, known: Option<&str>) -> Result<String>;

    /// Writes the record for the first time.
    fn insert(self, connection: &mut Connection, id: &str) -> Result<()>;

    /// Writes the record again as `version`, over the version before it; false when people were faster.
    fn update(self, connection: &mut Connection, id: &str, version: i64) -> Result<bool>;
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = dataset_records, primary_key(dataset, key))]
struct Loaded {
    dataset: String,
    key: String,
    record_id: String,
    checksum: String,
    loaded_version: i64,
}

/// Marks that a record was there before it was loaded: it is somebody's own.
const NOT_OURS: i64 = 0;

/// Loads the data set `name`, whose whole source is `file`. `parse` is only called when the file is another than last
/// time.
pub(super) fn load<R: Record>(
    connection: &mut Connection,
    name: &str,
    file: &str,
    parse: impl FnOnce(&str) -> Result<Vec<R>>,
) -> Result<()> {
    const WHOLE_FILE: &str = "";
    let mut known = loaded(connection, name)?;
    let whole = Loaded {
        dataset: name.to_owned(),
        key: WHOLE_FILE.to_owned(),
        record_id: String::new(),
        checksum: checksum(file),
        loaded_version: NOT_OURS,
    };
    if known.get(WHOLE_FILE).is_some_and(|before| before.checksum == whole.checksum) {
        return Ok(());
    }
    for record in parse(file)? {
        let before = known.remove(&record.key());
        load_record(connection, name, record, before)?;
    }
    remember(connection, &whole, known.get(WHOLE_FILE))
}

/// The identifier under which a record of a data set was loaded.
pub(super) fn record_id(connection: &mut Connection, dataset: &str, key: &str) -> Result<Option<String>> {
    let record = dataset_records::table.find((dataset, key)).select(dataset_records::record_id);
    Ok(record.first(connection).optional()?)
}

fn loaded(connection: &mut Connection, name: &str) -> Result<HashMap<String, Loaded>> {
    let rows: Vec<Loaded> = dataset_records::table
        .filter(dataset_records::dataset.eq(name))
        .select(Loaded::as_select())
        .load(connection)?;
    Ok(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
}

fn load_record<R: Record>(
    connection: &mut Connection,
    name: &str,
    record: R,
    before: Option<Loaded>,
) -> Result<()> {
    let checksum = checksum(&record.source());
    if before.as_ref().is_some_and(|before| before.checksum == checksum) {
        return Ok(());
    }
    let key = record.key();
    let id = record.id(before.as_ref().map(|before| before.record_id.as_str()))?;
    let current = R::current_version(connection, &id)?;
    let loaded_version = match (&before, current) {
        (None, None) => insert_unless_taken(connection, record, &id)?,
        (Some(before), Some(version)) if version == before.loaded_version => {
            if record.update(connection, &id, version + 1)? { version + 1 } else { version }
        }
        // Changed, deleted or made by people: it is theirs now.
        (before, _) => before.as_ref().map_or(NOT_OURS, |before| before.loaded_version),
    };
    let now = Loaded { dataset: name.to_owned(), key, record_id: id, checksum, loaded_version };
    remember(connection, &now, before.as_ref())
}

/// Inserts the record, unless people have made one of the same name, seat, year or slug: that one is theirs. Returns the
/// loaded version.
fn insert_unless_taken<R: Record>(connection: &mut Connection, record: R, id: &str) -> Result<i64> {
    // In a savepoint: on PostgreSQL a refusal would end the whole transaction.
    match connection.transaction(|connection| record.insert(connection, id)) {
        Ok(()) => Ok(1),
        Err(error) if error.code == Code::AlreadyExists => Ok(NOT_OURS),
        Err(error) => Err(error),
    }
}

fn remember(connection: &mut Connection, now: &Loaded, before: Option<&Loaded>) -> Result<()> {
    if before.is_none() {
        diesel::insert_into(dataset_records::table).values(now).execute(connection)?;
    } else {
        diesel::update(dataset_records::table.find((&now.dataset, &now.key))).set(now).execute(connection)?;
    }
    Ok(())
}

fn checksum(source: &str) -> String {
    format!("{:x}", Sha256::digest(source))
}

/// The rows of a CSV file with a header.
pub(super) fn csv_rows<T: DeserializeOwned>(file: &str) -> Result<Vec<T>> {
    csv::Reader::from_reader(file.as_bytes())
        .deserialize()
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::internal)
}

/// A text in Arabic and French.
pub(super) fn text(ar: Option<&str>, fr: Option<&str>) -> Text {
    let known = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Text { ar: known(ar), fr: known(fr), ..Text::default() }
}
