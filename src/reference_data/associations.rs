//! Associations that public sources name in connection with the editions, the ministry's prize or public utility.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::loading::{self, Record, csv_rows, text};
use crate::associations::facts::{self, Author, Fact};
use crate::associations::filing::queries::write_activity_fields;
use crate::associations::input::AssociationInput;
use crate::associations::model::{AssociationRow, Attestations, Link, Seat};
use crate::associations::terms::{LinkKind, Scope};
use crate::database::Connection;
use crate::database::schema::associations;
use crate::database::types::{Id, Json, UtcTime};
use crate::error::{Error, Result};
use crate::language::Text;
use crate::validation::WebAddress;

/// Where the facts come from, for whoever asks.
const FILE: &str = "data/associations.csv";

/// Loads the associations.
pub(super) fn load(connection: &mut Connection) -> Result<()> {
    loading::load(
        connection,
        "associations",
        include_str!("../../data/associations.csv"),
        csv_rows::<Association>,
    )
}

#[derive(Debug, Serialize, Deserialize)]
struct Association {
    id: String,
    name_ar: String,
    name_fr: String,
    acronym: Option<String>,
    scope: Option<Scope>,
    commune_code: Option<String>,
    province_code: Option<String>,
    field_code: String,
    public_utility: String,
    public_utility_reference: Option<String>,
    founded: String,
    link_type: LinkKind,
    link_year: Option<i64>,
    link_detail_ar: Option<String>,
    link_detail_fr: Option<String>,
    link_detail_en: Option<String>,
    source_urls: String,
}

impl Association {
    fn input(&self) -> AssociationInput {
        let founded_on: Option<NaiveDate> = self.founded.parse().ok();
        let public_utility = (self.public_utility == "yes").then_some(true);
        AssociationInput {
            name: text(Some(&self.name_ar), Some(&self.name_fr)).into(),
            acronym: self.acronym.clone(),
            object: None,
            city_code: self.commune_code.clone(),
            province_code: self.province_code.clone(),
            scope: self.scope,
            status: None,
            founded_on,
            founded_year: if founded_on.is_none() { self.founded.parse().ok() } else { None },
            receipt_status: None,
            receipt_on: None,
            public_utility,
            public_utility_decree: self.public_utility_reference.clone(),
            activity_fields: vec![self.field_code.clone()],
            values: Vec::new(),
            volunteers: None,
            last_activity_on: None,
            website: None,
            email: None,
            attestations: Attestations::default(),
            sources: self.source_urls.split_whitespace().map(|url| WebAddress(url.to_owned())).collect(),
            internal: None,
        }
    }

    fn row(&self, id: Id) -> AssociationRow {
        let seat = Seat { city_code: self.commune_code.clone(), province_code: self.province_code.clone() };
        let detail = self.link_detail_en.clone().map(|en| Text {
            en: Some(en),
            ..text(self.link_detail_ar.as_deref(), self.link_detail_fr.as_deref())
        });
        let link = Link { kind: self.link_type, year: self.link_year, detail };
        AssociationRow { links: Json(vec![link]), ..AssociationRow::new(id, &self.input(), seat) }
    }
}

fn parse_id(id: &str) -> Result<Id> {
    id.parse().map_err(Error::internal)
}

impl Record for Association {
    fn key(&self) -> String {
        self.id.clone()
    }

    fn source(&self) -> String {
        json!(self).to_string()
    }

    fn current_version(connection: &mut Connection, id: &str) -> Result<Option<i64>> {
        let id = parse_id(id)?;
        Ok(associations::table.find(id).select(associations::version).first(connection).optional()?)
    }

    fn id(&self, known: Option<&str>) -> Result<String> {
        Ok(known.map_or_else(|| Id::new().to_string(), str::to_owned))
    }

    fn insert(self, connection: &mut Connection, id: &str) -> Result<()> {
        let id = parse_id(id)?;
        diesel::insert_into(associations::table).values(&self.row(id)).execute(connection)?;
        facts::queries::note(connection, id, &[Fact::Entry], &Author::source(FILE))?;
        write_activity_fields(connection, id, &[self.field_code])
    }

    fn update(self, connection: &mut Connection, id: &str, version: i64) -> Result<bool> {
        let id = parse_id(id)?;
        let created_at: UtcTime =
            associations::table.find(id).select(associations::created_at).first(connection)?;
        let row = AssociationRow { version, created_at, ..self.row(id) };
        let before = associations::table.find(id).filter(associations::version.eq(version - 1));
        if diesel::update(before).set(&row).execute(connection)? == 0 {
            return Ok(false);
        }
        facts::queries::note(connection, id, &[Fact::Entry], &Author::source(FILE))?;
        write_activity_fields(connection, id, &[self.field_code])?;
        Ok(true)
    }
}
