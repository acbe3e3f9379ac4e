//! The real editions since 2018, with their events, partners and criteria, and the reasons for the years without one.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::loading::{self, Record, text};
use crate::database::Connection;
use crate::database::schema::{criteria, editions, events, partners, years_without_edition};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::criteria::{CriterionRow, NominationKind};
use crate::editions::events::model::{EventInput, EventKind, EventRow};
use crate::editions::input::EditionInput;
use crate::editions::model::EditionRow;
use crate::editions::partners::model::{PartnerInput, PartnerKind, PartnerRow};
use crate::editions::rules::Status;
use crate::editions::sources::{
    HonoursStatement, NextCityAnnounced, Postponement, Provenance, Source, SourceConflict,
};
use crate::editions::years_without_edition::YearWithoutEditionRow;
use crate::error::{Error, Result};
use crate::language::Text;

const FILE: &str = include_str!("../../data/editions.json");

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

#[derive(Deserialize)]
struct File {
    criteria_ar: Vec<String>,
    criteria_sources: Vec<String>,
    years_without_edition: Vec<YearWithoutEdition>,
    editions: Vec<Edition>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Edition {
    year: i64,
    ordinal: i64,
    commune_code: String,
    name_ar: String,
    name_fr: String,
    designated_on: Option<NaiveDate>,
    designated_for_year: i64,
    start_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    uncertain: Vec<String>,
    start_note: Option<String>,
    end_note: Option<String>,
    theme_ar: Option<String>,
    theme_fr: Option<String>,
    high_patronage: Option<bool>,
    postponed: Option<Postponed>,
    honours: Honours,
    next_city_announced: Option<NextCity>,
    conflicts: Vec<Conflict>,
    sources: Vec<Source>,
    organisers: Vec<Name>,
    partners: Vec<Partner>,
    events: Vec<Event>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Postponed {
    from_year: i64,
    to_year: i64,
    reason_ar: String,
    reason_fr: String,
    sources: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Honours {
    stated: Option<String>,
    names_found: bool,
    source: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct NextCity {
    commune_code: String,
    for_year: i64,
    note: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Conflict {
    field: String,
    says: String,
    url: String,
    why_not_kept: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct Name {
    ar: Option<String>,
    fr: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Partner {
    #[serde(flatten)]
    name: Name,
    kind: PartnerKind,
}

#[derive(Clone, Serialize, Deserialize)]
struct Event {
    kind: EventKind,
    title_ar: Option<String>,
    title_fr: Option<String>,
    start: Option<NaiveDate>,
    end: Option<NaiveDate>,
    place_ar: Option<String>,
    place_fr: Option<String>,
    sources: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct YearWithoutEdition {
    year: i64,
    why: String,
    why_ar: String,
    why_fr: String,
    sources: Vec<String>,
}

/// Something that belongs to an edition, at its place in the file.
struct Part<T> {
    edition_year: i64,
    position: usize,
    content: T,
}

struct Criterion {
    name_ar: String,
    sources: Vec<String>,
}

impl File {
    fn parts<T>(&self, contents: impl Fn(&Edition) -> Vec<T>) -> Vec<Part<T>> {
        let numbered = |edition: &Edition| {
            let year = edition.year;
            let contents = contents(edition).into_iter().enumerate();
            contents.map(move |(position, content)| Part { edition_year: year, position, content })
        };
        self.editions.iter().flat_map(numbered).collect()
    }

    fn events(&self) -> Vec<Part<Event>> {
        self.parts(|edition| edition.events.clone())
    }

    /// The organisers are partners of the first kind.
    fn partners(&self) -> Vec<Part<Partner>> {
        self.parts(|edition| {
            let organisers = edition.organisers.iter().cloned();
            let organisers = organisers.map(|name| Partner { name, kind: PartnerKind::Organiser });
            organisers.chain(edition.partners.iter().cloned()).collect()
        })
    }

    /// The ministry's three criteria are those of every edition so far; no weights were published.
    fn criteria(&self) -> Vec<Part<Criterion>> {
        self.parts(|_| {
            let criteria = self.criteria_ar.iter();
            let sources = &self.criteria_sources;
            criteria.map(|name| Criterion { name_ar: name.clone(), sources: sources.clone() }).collect()
        })
    }
}

/// The data set says some things in English.
fn english(text: &str) -> Text {
    Text { en: Some(text.to_owned()), ..Text::default() }
}

/// The public names of the fields that the data set calls otherwise.
fn field(name: &str) -> String {
    match name {
        "start_date" => "starts_on",
        "end_date" => "ends_on",
        "theme_ar" | "theme_fr" => "theme",
        "name_ar" | "name_fr" => "name",
        "city" => "city_code",
        "postponed" => "postponement",
        "honours" => "honours_statement",
        other => other,
    }
    .to_owned()
}

impl Edition {
    fn input(&self) -> EditionInput {
        let theme = text(self.theme_ar.as_deref(), self.theme_fr.as_deref());
        EditionInput {
            year: self.year,
            designated_for_year: Some(self.designated_for_year),
            ordinal: Some(self.ordinal),
            name: text(Some(&self.name_ar), Some(&self.name_fr)),
            theme: Some(theme).filter(|theme| theme.all().next().is_some()),
            slogan: None,
            strategy_programme: None,
            city_code: Some(self.commune_code.clone()),
            high_patronage: self.high_patronage,
            designated_on: self.designated_on,
            starts_on: self.start_date,
            ends_on: self.end_date,
            city_call: None,
            honours_call: None,
            parameters: None,
            sources: self.sources.iter().map(public_source).collect(),
        }
    }

    fn row(&self, id: Id) -> EditionRow {
        let notes = [("starts_on", &self.start_note), ("ends_on", &self.end_note)];
        let notes: BTreeMap<String, Text> = notes
            .into_iter()
            .filter_map(|(field, note)| Some((field.to_owned(), english(note.as_ref()?))))
            .collect();
        let base = EditionRow::new(id, &self.input(), Some(self.commune_code.clone()));
        EditionRow {
            status: Keyword(Status::Completed),
            postponement: self.postponed.as_ref().map(|postponed| Json(postponed.public())),
            next_city_announced: self.next_city_announced.as_ref().map(|next| Json(next.public())),
            honours_statement: self.honours.public().map(Json),
            provenance: Json(Provenance {
                uncertain: self.uncertain.iter().map(|name| field(name)).collect(),
                notes,
                conflicts: self.conflicts.iter().map(Conflict::public).collect(),
                sources: base.provenance.0.sources.clone(),
            }),
            ..base
        }
    }
}

fn public_source(source: &Source) -> Source {
    Source { url: source.url.clone(), supports: source.supports.iter().map(|name| field(name)).collect() }
}

impl Postponed {
    fn public(&self) -> Postponement {
        Postponement {
            from_year: self.from_year,
            to_year: self.to_year,
            reason: text(Some(&self.reason_ar), Some(&self.reason_fr)),
            sources: self.sources.clone(),
        }
    }
}

impl NextCity {
    fn public(&self) -> NextCityAnnounced {
        NextCityAnnounced {
            city_code: self.commune_code.clone(),
            for_year: self.for_year,
            note: self.note.as_deref().map(english),
        }
    }
}

impl Honours {
    /// Nothing when no source says anything.
    fn public(&self) -> Option<HonoursStatement> {
        let stated = self.stated.as_deref().map(english);
        (stated.is_some() || self.names_found || self.source.is_some()).then(|| HonoursStatement {
            stated,
            names_found: self.names_found,
            source: self.source.clone(),
        })
    }
}

impl Conflict {
    fn public(&self) -> SourceConflict {
        SourceConflict {
            field: field(&self.field),
            says: self.says.clone(),
            url: self.url.clone(),
            why_not_kept: english(&self.why_not_kept),
        }
    }
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

    fn update(self, connection: &mut Connection, id: &str, version: i64) -> Result<()> {
        let id = parse_id(id)?;
        let created_at: UtcTime = editions::table.find(id).select(editions::created_at).first(connection)?;
        let row = EditionRow { version, created_at, ..self.row(id) };
        diesel::update(editions::table.find(id)).set(&row).execute(connection)?;
        Ok(())
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

            fn update(self, connection: &mut Connection, id: &str, version: i64) -> Result<()> {
                let id = parse_id(id)?;
                let (edition_id, created_at): (Id, UtcTime) = $table::table
                    .find(id)
                    .select(($table::edition_id, $table::created_at))
                    .first(connection)?;
                let row = $row { id, version, created_at, ..self.row(edition_id) };
                diesel::update($table::table.find(id)).set(&row).execute(connection)?;
                Ok(())
            }
        }
    };
}

record_of_edition!(Event, events, EventRow);
record_of_edition!(Partner, partners, PartnerRow);
record_of_edition!(Criterion, criteria, CriterionRow);

impl<T> Part<T> {
    /// Its place in the edition's list, from 1.
    fn place(&self) -> i64 {
        i64::try_from(self.position).unwrap_or(i64::MAX).saturating_add(1)
    }
}

impl Event {
    fn source(&self) -> String {
        json!(self).to_string()
    }
}

impl Part<Event> {
    fn row(&self, edition_id: Id) -> EventRow {
        let event = &self.content;
        let place = text(event.place_ar.as_deref(), event.place_fr.as_deref());
        let input = EventInput {
            kind: event.kind,
            title: text(event.title_ar.as_deref(), event.title_fr.as_deref()),
            starts_on: event.start,
            ends_on: event.end,
            place: Some(place).filter(|place| place.all().next().is_some()),
            sources: event.sources.clone(),
        };
        EventRow::new(edition_id, self.place(), input)
    }
}

impl Partner {
    fn source(&self) -> String {
        json!(self).to_string()
    }
}

impl Part<Partner> {
    fn row(&self, edition_id: Id) -> PartnerRow {
        let Partner { name, kind } = &self.content;
        let input = PartnerInput { kind: *kind, name: text(name.ar.as_deref(), name.fr.as_deref()) };
        PartnerRow::new(edition_id, self.place(), input)
    }
}

impl Criterion {
    fn source(&self) -> String {
        json!([self.name_ar, self.sources]).to_string()
    }
}

impl Part<Criterion> {
    /// Of the three criteria the first is about the city, the others about the associations.
    fn row(&self, edition_id: Id) -> CriterionRow {
        let (kind, code) = match self.position {
            0 => (NominationKind::City, "many_active_associations"),
            1 => (NominationKind::Association, "national_voluntary_non_profit_non_political"),
            _ => (NominationKind::Association, "activities_fit_values"),
        };
        let name = Text { ar: Some(self.content.name_ar.clone()), ..Text::default() };
        let row = CriterionRow::new(edition_id, self.place(), kind, code, name);
        CriterionRow { sources: Json(self.content.sources.clone()), ..row }
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

    fn update(self, connection: &mut Connection, year: &str, _: i64) -> Result<()> {
        diesel::delete(years_without_edition::table.find(self.year)).execute(connection)?;
        self.insert(connection, year)
    }
}
