//! The real editions since 2018, with their events, partners and criteria, and the reasons for the years without one.

mod file;
mod rows;

use diesel::prelude::*;
use serde_json::json;

use super::loading::{self, Record, text};
use crate::database::Connection;
use crate::database::schema::{criteria, editions, events, partners, years_without_edition};
use crate::database::types::{Id, UtcTime};
use crate::editions::criteria::CriterionRow;
use crate::editions::events::model::EventRow;
use crate::editions::model::EditionRow;
use crate::editions::partners::model::PartnerRow;
use crate::editions::years_without_edition::YearWithoutEditionRow;
use crate::error::{Error, Result};
use crate::language::Text;
use file::{Criterion, Edition, Event, File, Part, Partner, YearWithoutEdition};

const FILE: &str = include_str!("../../../data/editions.json");

/// Loads the editions and what belongs to them.
pub(super) fn load(connection: &mut Connection) -> Result<()> {
    loading::load(connection, "editions", FILE, |file| Ok(read(file)?.editions))?;
    loading::load(connection, "events", FILE, |file| Ok(read(file)?.events()))?;
    loading::load(connection, "partners", FILE, |file| Ok(read(file)?.partners()))?;
    loading::load(connection, "criteria", FILE, |file| Ok(read(file)?.criteria()))?;
    loading::load(connection, "years_without_edition", FILE, |file| Ok(read(file)?.years_without_edition))
}

fn read(file: &str) -> Result<File> {
    serde_json::from_str(file).map_err(Error::internal)
}

fn parse_id(id: &str) -> Result<Id> {
    id.parse().map_err(Error::internal)
}

fn new_or_known(known: Option<&str>) -> String {
    known.map_or_else(|| Id::new().to_string(), str::to_owned)
}

impl Record for Edition {
    fn key(&self) -> String {
        self.year.to_string()
    }

    fn source(&self) -> String {
        // Its parts are records of their own.
        json!(Self { organisers: Vec::new(), partners: Vec::new(), events: Vec::new(), ..self.clone() })
            .to_string()
    }

    fn current_version(connection: &mut Connection, id: &str) -> Result<Option<i64>> {
        Ok(editions::table.find(parse_id(id)?).select(editions::version).first(connection).optional()?)
    }

    fn id(&self, known: Option<&str>) -> Result<String> {
        Ok(new_or_known(known))
    }

    fn insert(self, connection: &mut Connection, id: &str) -> Result<()> {
        diesel::insert_into(editions::table).values(&self.row(parse_id(id)?)).execute(connection)?;
        Ok(())
    }

    fn update(self, connection: &mut Connection, id: &str, version: i64) -> Result<bool> {
        let id = parse_id(id)?;
        let created_at: UtcTime = editions::table.find(id).select(editions::created_at).first(connection)?;
        let row = EditionRow { version, created_at, ..self.row(id) };
        let before = editions::table.find(id).filter(editions::version.eq(version - 1));
        Ok(diesel::update(before).set(&row).execute(connection)? == 1)
    }
}

/// The edition that was loaded for a year, unless people have deleted it or made one of their own.
fn edition_of_year(connection: &mut Connection, year: i64) -> Result<Option<Id>> {
    let Some(id) = loading::record_id(connection, "editions", &year.to_string())? else { return Ok(None) };
    let loaded = editions::table.find(parse_id(&id)?).filter(editions::deleted_at.is_null());
    Ok(loaded.select(editions::id).first(connection).optional()?)
}

/// Everything but the row is the same for all parts of editions.
macro_rules! record_of_edition {
    ($content:ident, $table:ident, $row:ident) => {
        impl Record for Part<$content> {
            fn key(&self) -> String {
                format!("{}/{}", self.edition_year, self.position)
            }

            fn source(&self) -> String {
                self.content.source()
            }

            fn current_version(connection: &mut Connection, id: &str) -> Result<Option<i64>> {
                Ok($table::table.find(parse_id(id)?).select($table::version).first(connection).optional()?)
            }

            fn id(&self, known: Option<&str>) -> Result<String> {
                Ok(new_or_known(known))
            }

            fn insert(self, connection: &mut Connection, id: &str) -> Result<()> {
                if let Some(edition_id) = edition_of_year(connection, self.edition_year)? {
                    let row = $row { id: parse_id(id)?, ..self.row(edition_id) };
                    diesel::insert_into($table::table).values(&row).execute(connection)?;
                }
                Ok(())
            }

            fn update(self, connection: &mut Connection, id: &str, version: i64) -> Result<bool> {
                let id = parse_id(id)?;
                let (edition_id, created_at): (Id, UtcTime) = $table::table
                    .find(id)
                    .select(($table::edition_id, $table::created_at))
                    .first(connection)?;
                let row = $row { id, version, created_at, ..self.row(edition_id) };
                let before = $table::table.find(id).filter($table::version.eq(version - 1));
                Ok(diesel::update(before).set(&row).execute(connection)? == 1)
            }
        }
    };
}

record_of_edition!(Event, events, EventRow);

record_of_edition!(Partner, partners, PartnerRow);

record_of_edition!(Criterion, criteria, CriterionRow);

impl Event {
    fn source(&self) -> String {
        json!(self).to_string()
    }
}

impl Partner {
    fn source(&self) -> String {
        json!(self).to_string()
    }
}

impl Criterion {
    fn source(&self) -> String {
        json!([self.name_ar, self.sources]).to_string()
    }
}

impl Record for YearWithoutEdition {
    fn key(&self) -> String {
        self.year.to_string()
    }

    fn source(&self) -> String {
        json!(self).to_string()
    }

    fn current_version(connection: &mut Connection, year: &str) -> Result<Option<i64>> {
        let known = years_without_edition::table.find(year.parse::<i64>().map_err(Error::internal)?);
        let row: Option<i64> = known.select(years_without_edition::year).first(connection).optional()?;
        // Nobody else writes them: what is there is what was loaded.
        Ok(row.map(|_| 1))
    }

    fn id(&self, _: Option<&str>) -> Result<String> {
        Ok(self.year.to_string())
    }

    fn insert(self, connection: &mut Connection, _: &str) -> Result<()> {
        let reason = Text { en: Some(self.why), ..text(Some(&self.why_ar), Some(&self.why_fr)) };
        let row = YearWithoutEditionRow::new(self.year, reason, self.sources);
        diesel::insert_into(years_without_edition::table).values(&row).execute(connection)?;
        Ok(())
    }

    fn update(self, connection: &mut Connection, year: &str, _: i64) -> Result<bool> {
        diesel::delete(years_without_edition::table.find(self.year)).execute(connection)?;
        self.insert(connection, year)?;
        Ok(true)
    }
}
