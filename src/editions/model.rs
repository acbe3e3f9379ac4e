//! An edition as it is kept and as everybody may see it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;

use super::input::{CallWindow, EditionInput, PublicCall};
use super::parameters::Parameters;
use super::rules::Status;
use super::sources::{HonoursStatement, NextCityAnnounced, Postponement, Provenance, Source, SourceConflict};
use crate::audit::Kept;
use crate::database::schema::editions;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::search::matching::search_text;
use crate::territory::cities::model::PublicCity;

/// An edition as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = editions, treat_none_as_null = true)]
pub struct EditionRow {
    pub(crate) id: Id,
    pub(crate) year: i64,
    pub(crate) designated_for_year: Option<i64>,
    pub(crate) ordinal: Option<i64>,
    pub(crate) status: Keyword<Status>,
    pub(crate) status_reason: Option<Json<Text>>,
    pub(crate) name: Json<Text>,
    pub(crate) search_text: String,
    pub(crate) theme: Option<Json<Text>>,
    pub(crate) slogan: Option<Json<Text>>,
    pub(crate) strategy_programme: Option<Json<Text>>,
    pub(crate) city_code: Option<String>,
    pub(crate) high_patronage: Option<bool>,
    pub(crate) designated_on: Option<NaiveDate>,
    pub(crate) starts_on: Option<NaiveDate>,
    pub(crate) ends_on: Option<NaiveDate>,
    pub(crate) city_call_opens_at: Option<UtcTime>,
    pub(crate) city_call_closes_at: Option<UtcTime>,
    pub(crate) honours_call_opens_at: Option<UtcTime>,
    pub(crate) honours_call_closes_at: Option<UtcTime>,
    pub(crate) parameters: Option<Json<Parameters>>,
    pub(crate) postponement: Option<Json<Postponement>>,
    pub(crate) postponed_from: Option<Keyword<Status>>,
    pub(crate) next_city_announced: Option<Json<NextCityAnnounced>>,
    pub(crate) honours_statement: Option<Json<HonoursStatement>>,
    pub(crate) provenance: Json<Provenance>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
    pub(crate) deleted_at: Option<UtcTime>,
}

/// An edition of the Capital of Moroccan civil society, known by its year. What is not known is absent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Edition)]
pub struct PublicEdition {
    /// Identifier: it stays, whatever year the edition is put off to, and names it in paths as the year does.
    pub id: Id,
    /// The year in which it is, or was, celebrated.
    #[schema(minimum = 2018, maximum = 2200, examples(2022))]
    pub year: i64,
    /// The year that its city was designated for: an earlier one when it was postponed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(2020))]
    pub designated_for_year: Option<i64>,
    /// Its number among the editions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, examples(3))]
    pub ordinal: Option<i64>,
    /// Its state.
    pub status: Status,
    /// Why it is in that state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status_reason: Option<LocalizedText>,
    /// Name.
    pub name: LocalizedText,
    /// Theme.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub theme: Option<LocalizedText>,
    /// Slogan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub slogan: Option<LocalizedText>,
    /// The programme of the ministry's strategy that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub strategy_programme: Option<LocalizedText>,
    /// Code of the city that is, or is proposed as, capital.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("01.571.01.11"))]
    pub city_code: Option<String>,
    /// Whether it is held under the high patronage of the King.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub high_patronage: Option<bool>,
    /// The day on which its city was designated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2019-12-28"))]
    pub designated_on: Option<NaiveDate>,
    /// The first day of the celebrations.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2022-06-09"))]
    pub starts_on: Option<NaiveDate>,
    /// The last day of the celebrations.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("2022-06-12"))]
    pub ends_on: Option<NaiveDate>,
    /// When cities can be nominated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city_call: Option<PublicCall>,
    /// When associations can be nominated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub honours_call: Option<PublicCall>,
    /// The figures that its rules use; absent for the editions before there were such rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameters: Option<Parameters>,
    /// How it was put off from the year that it was planned for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postponement: Option<Postponement>,
    /// The city that was announced for the next edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_city_announced: Option<NextCityAnnounced>,
    /// What the sources say of its honours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub honours_statement: Option<HonoursStatement>,
    /// Fields whose value, or absence, is not certain.
    #[schema(examples(json!(["starts_on"])))]
    pub uncertain: Vec<String>,
    /// Remarks by field.
    pub notes: BTreeMap<String, LocalizedText>,
    /// What other sources say, and why the register does not follow them.
    pub conflicts: Vec<SourceConflict>,
    /// Web pages that say what stands here.
    pub sources: Vec<Source>,
    /// The cancelled editions that had this year before it, the first one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub earlier_editions: Vec<Id>,
    /// The city, with `expand=city`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city: Option<PublicCity>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
    /// When anything changed last that is shown of it.
    #[serde(skip)]
    last_modified: UtcTime,
}

impl EditionRow {
    /// The draft of the edition that `input` describes, with the city that was found for it.
    pub fn new(id: Id, input: &EditionInput, city_code: Option<String>) -> Self {
        let now = UtcTime::now();
        let texts = [Some(&input.name), input.theme.as_ref(), input.slogan.as_ref()];
        Self {
            id,
            year: input.year,
            designated_for_year: input.designated_for_year,
            ordinal: input.ordinal,
            status: Keyword(Status::Draft),
            status_reason: None,
            name: Json(input.name.0.clone()),
            search_text: search_text(
                texts.into_iter().flatten().flat_map(|name| name.all()).map(|(_, text)| text),
            ),
            theme: input.theme.clone().map(|theme| Json(theme.0)),
            slogan: input.slogan.clone().map(|slogan| Json(slogan.0)),
            strategy_programme: input.strategy_programme.clone().map(|text| Json(text.0)),
            city_code,
            high_patronage: input.high_patronage,
            designated_on: input.designated_on,
            starts_on: input.starts_on,
            ends_on: input.ends_on,
            city_call_opens_at: input.city_call.map(|call| call.opens_at),
            city_call_closes_at: input.city_call.map(|call| call.closes_at),
            honours_call_opens_at: input.honours_call.map(|call| call.opens_at),
            honours_call_closes_at: input.honours_call.map(|call| call.closes_at),
            parameters: input.parameters.clone().map(Json),
            postponement: None,
            postponed_from: None,
            next_city_announced: None,
            honours_statement: None,
            provenance: Json(Provenance { sources: input.sources.clone(), ..Provenance::default() }),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// The next version of this edition, as `input` describes it. Its state, and what only the reference data says of
    /// it, stay.
    pub fn next(&self, input: &EditionInput, city_code: Option<String>) -> Self {
        let provenance = Provenance { sources: input.sources.clone(), ..self.provenance.0.clone() };
        Self {
            status: self.status,
            status_reason: self.status_reason.clone(),
            postponement: self.postponement.clone(),
            postponed_from: self.postponed_from,
            next_city_announced: self.next_city_announced.clone(),
            honours_statement: self.honours_statement.clone(),
            provenance: Json(provenance),
            version: self.version + 1,
            created_at: self.created_at,
            updated_at: UtcTime::now().max(self.updated_at),
            ..Self::new(self.id, input, city_code)
        }
    }

    /// What would have to be written to get this edition.
    pub fn input(&self) -> EditionInput {
        let row = self.clone();
        EditionInput {
            city_call: row.city_call(),
            honours_call: row.honours_call(),
            year: row.year,
            designated_for_year: row.designated_for_year,
            ordinal: row.ordinal,
            name: row.name.0.into(),
            theme: row.theme.map(|theme| theme.0.into()),
            slogan: row.slogan.map(|slogan| slogan.0.into()),
            strategy_programme: row.strategy_programme.map(|programme| programme.0.into()),
            city_code: row.city_code,
            high_patronage: row.high_patronage,
            designated_on: row.designated_on,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            parameters: row.parameters.map(|parameters| parameters.0),
            sources: row.provenance.0.sources,
        }
    }

    /// When cities can be nominated.
    pub fn city_call(&self) -> Option<CallWindow> {
        window(self.city_call_opens_at, self.city_call_closes_at)
    }

    /// When associations can be nominated.
    pub fn honours_call(&self) -> Option<CallWindow> {
        window(self.honours_call_opens_at, self.honours_call_closes_at)
    }
}

fn window(opens_at: Option<UtcTime>, closes_at: Option<UtcTime>) -> Option<CallWindow> {
    Some(CallWindow { opens_at: opens_at?, closes_at: closes_at? })
}

impl Kept for EditionRow {
    const KIND: &'static str = "edition";

    fn name_in_trail(&self) -> String {
        self.year.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!(self.input())
    }
}

impl From<EditionRow> for PublicEdition {
    fn from(row: EditionRow) -> Self {
        let (status, now) = (row.status.0, UtcTime::now());
        let city_call = row.city_call().map(|call| call.shown(status == Status::CityCallOpen, now));
        let honours_call = row.honours_call().map(|call| call.shown(status == Status::HonoursCallOpen, now));
        let text = |text: Json<Text>| LocalizedText(text.0);
        let Provenance { uncertain, notes, conflicts, sources } = row.provenance.0;
        Self {
            id: row.id,
            year: row.year,
            designated_for_year: row.designated_for_year,
            ordinal: row.ordinal,
            status: row.status.0,
            status_reason: row.status_reason.map(text),
            name: text(row.name),
            theme: row.theme.map(text),
            slogan: row.slogan.map(text),
            strategy_programme: row.strategy_programme.map(text),
            city_code: row.city_code,
            high_patronage: row.high_patronage,
            designated_on: row.designated_on,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            city_call,
            honours_call,
            parameters: row.parameters.map(|parameters| parameters.0),
            postponement: row.postponement.map(|postponement| postponement.0),
            next_city_announced: row.next_city_announced.map(|next| next.0),
            honours_statement: row.honours_statement.map(|statement| statement.0),
            uncertain,
            notes: notes.into_iter().map(|(field, note)| (field, note.into())).collect(),
            conflicts,
            sources,
            earlier_editions: Vec::new(),
            city: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            last_modified: row.updated_at,
        }
    }
}

impl PublicEdition {
    /// Notes when that changed last which follows from others: from `earlier` editions of the year, and from the calls that
    /// have opened or closed by `now`.
    pub(super) fn note_changes(&mut self, earlier: impl Iterator<Item = UtcTime>, now: UtcTime) {
        let calls = [&self.city_call, &self.honours_call].into_iter().flatten();
        let turns = calls.flat_map(|call| [call.opens_at, call.closes_at]).filter(|turn| *turn <= now);
        self.last_modified = turns.chain(earlier).fold(self.updated_at, UtcTime::max);
    }
}

impl Resource for PublicEdition {
    fn path(&self) -> String {
        format!("/v1/editions/{}", self.year)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }

    fn last_modified(&self) -> UtcTime {
        self.last_modified
    }
}
