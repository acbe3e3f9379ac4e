//! The collections whose records filters name by code or slug, and what is known of those records: whether they are
//! there, what they are called, and which one was probably meant.

use std::collections::HashMap;

use diesel::RunQueryDsl as _;
use diesel::sql_types::Text;

use crate::database::Connection;
use crate::database::fragment::{Fragment, Statement, Value};
use crate::database::types::{Document, Json};
use crate::error::Result;
use crate::language;

/// A collection whose records have a code, a slug and a name.
#[derive(Debug, PartialEq)]
pub struct Collection {
    /// Its table, with the columns `code`, `slug` and `name`.
    pub table: &'static str,
    /// What a record fulfils whose slug is good: a code stays its record's for good.
    slug_condition: &'static str,
    /// A slug, for the reader of the explorer.
    pub example: &'static str,
}

/// The regions.
pub const REGIONS: Collection = Collection { table: "regions", slug_condition: "1 = 1", example: "oriental" };
/// The provinces.
pub const PROVINCES: Collection =
    Collection { table: "provinces", slug_condition: "1 = 1", example: "oujda-angad" };
/// The cities.
pub const CITIES: Collection =
    Collection { table: "cities", slug_condition: "deleted_at IS NULL", example: "oujda" };
/// The fields of activity.
pub const ACTIVITY_FIELDS: Collection =
    Collection { table: "activity_fields", slug_condition: "1 = 1", example: "culture" };

/// A record as a filter can name it.
#[derive(Debug, Clone)]
pub struct Named {
    /// Its code.
    pub code: String,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: language::Text,
}

type NamedColumns = (Text, Text, Document);

impl Collection {
    /// The codes of those of `words` (codes or slugs) that name a record.
    pub fn codes(&self, connection: &mut Connection, words: &[String]) -> Result<HashMap<String, String>> {
        let values = || words.iter().cloned().map(Value::Text);
        let condition = Fragment::new("code IN ")
            .values(values())
            .sql(format!(" OR ({} AND slug IN ", self.slug_condition))
            .values(values())
            .sql(")");
        let found = self.records(connection, condition)?;
        Ok(words
            .iter()
            .filter_map(|word| {
                let by_code = found.iter().find(|record| record.code == *word);
                let record = by_code.or_else(|| found.iter().find(|record| record.slug == *word))?;
                Some((word.clone(), record.code.clone()))
            })
            .collect())
    }

    /// The names of the records with these codes.
    pub fn names(
        &self,
        connection: &mut Connection,
        codes: impl Iterator<Item = String>,
    ) -> Result<HashMap<String, language::Text>> {
        let condition = Fragment::new("code IN ").values(codes.map(Value::Text));
        let found = self.records(connection, condition)?;
        Ok(found.into_iter().map(|record| (record.code, record.name)).collect())
    }

    /// All records that can be named, by their codes.
    pub fn all(&self, connection: &mut Connection) -> Result<Vec<Named>> {
        self.records(connection, Fragment::new(self.slug_condition))
    }

    fn records(&self, connection: &mut Connection, condition: Fragment) -> Result<Vec<Named>> {
        let query =
            Fragment::<NamedColumns>::new(format!("SELECT code, slug, name FROM {} WHERE ", self.table))
                .then(condition)
                .sql(" ORDER BY code");
        let rows: Vec<(String, String, Json<language::Text>)> = Statement(query).load(connection)?;
        Ok(rows.into_iter().map(|(code, slug, name)| Named { code, slug, name: name.0 }).collect())
    }
}
