//! An association as it is kept and as everybody may see it.

use chrono::{Datelike as _, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::distinctions::Distinction;
use super::input::AssociationInput;
use super::internal::InternalRecord;
pub use super::link::Link;
use super::matching::WordsKeys;
use super::terms::{AssociationValue, ReceiptStatus, Scope, Status};
use crate::audit::Kept;
use crate::database::schema::associations;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::search::{NameKeys, fold};
use crate::territory::cities::model::PublicCity;
use crate::territory::provinces::model::PublicProvince;
use crate::validation::WebAddress;

/// What is attested of an association; what nobody has attested is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attestations {
    /// It is national, not foreign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub national: Option<bool>,
    /// It has volunteers, and its board is unpaid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub voluntary: Option<bool>,
    /// It makes no profit for its members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub non_profit: Option<bool>,
    /// It is no political body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub non_political: Option<bool>,
}

/// An association as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = associations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct AssociationRow {
    pub(crate) id: Id,
    pub(crate) name: Json<Text>,
    /// The sort keys are places in it, which the database finds.
    pub(crate) search_text: String,
    pub(crate) ar_key_apart: bool,
    pub(crate) identity_key: Id,
    pub(crate) acronym: Option<String>,
    pub(crate) object: Option<Json<Text>>,
    pub(crate) city_code: Option<String>,
    pub(crate) province_code: Option<String>,
    pub(crate) scope: Option<Keyword<Scope>>,
    pub(crate) status: Option<Keyword<Status>>,
    pub(crate) founded_on: Option<NaiveDate>,
    pub(crate) founded_year: Option<i64>,
    pub(crate) receipt_status: Option<Keyword<ReceiptStatus>>,
    pub(crate) receipt_on: Option<NaiveDate>,
    pub(crate) public_utility: Option<bool>,
    pub(crate) public_utility_decree: Option<String>,
    pub(crate) volunteers: Option<i64>,
    pub(crate) last_activity_on: Option<NaiveDate>,
    pub(crate) website: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) attestations: Json<Attestations>,
    pub(crate) links: Json<Vec<Link>>,
    pub(crate) sources: Json<Vec<WebAddress>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
    pub(crate) deleted_at: Option<UtcTime>,
    pub(crate) ar_words_key: Option<i64>,
    pub(crate) latin_words_key: Option<i64>,
}

/// An association of the register, as everybody may see it. What is not known is absent.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Association)]
pub struct PublicAssociation {
    /// Identifier.
    pub id: Id,
    /// Name.
    pub name: LocalizedText,
    /// Acronym.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("ALCS"))]
    pub acronym: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub object: Option<LocalizedText>,
    /// The city of its seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("01.571.01.11"))]
    pub city_code: Option<String>,
    /// The province of its seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("01.571"))]
    pub province_code: Option<String>,
    /// How far its activity reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scope: Option<Scope>,
    /// Whether it lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<Status>,
    /// The day of its foundation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("1986-06-14"))]
    pub founded_on: Option<NaiveDate>,
    /// The year of its foundation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(1986))]
    pub founded_year: Option<i64>,
    /// The receipt of its declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receipt_status: Option<ReceiptStatus>,
    /// The day of that receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receipt_on: Option<NaiveDate>,
    /// Whether it is recognised as being of public utility (dahir 1-58-376, article 9).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub public_utility: Option<bool>,
    /// The decree of that recognition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("decree 2.25.710 of 19 August 2025, official bulletin 7435"))]
    pub public_utility_decree: Option<String>,
    /// Codes of its fields of activity (ICNPO).
    #[schema(examples(json!(["6"])))]
    pub activity_fields: Vec<String>,
    /// The values that its activities serve.
    pub values: Vec<AssociationValue>,
    /// The number of its volunteers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub volunteers: Option<i64>,
    /// The day of its latest known activity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_activity_on: Option<NaiveDate>,
    /// Web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "iri")]
    pub website: Option<String>,
    /// E-mail address, for associations that want it shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Email)]
    pub email: Option<String>,
    /// What is attested of it.
    pub attestations: Attestations,
    /// Facts by which the sources name it.
    pub links: Vec<Link>,
    /// Web addresses that say what stands here.
    pub sources: Vec<WebAddress>,
    /// The honours that editions gave it, the earliest first; without those that were taken back.
    pub distinctions: Vec<Distinction>,
    /// The city of its seat, with `expand=city`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city: Option<PublicCity>,
    /// The province of its seat, with `expand=province`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub province: Option<PublicProvince>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
    /// When anything changed last that is shown of it.
    #[serde(skip)]
    pub(super) last_modified: UtcTime,
}

/// The seat of an association, as it was found in the territory.
#[derive(Debug, Clone, Default)]
pub struct Seat {
    /// Code of the city.
    pub city_code: Option<String>,
    /// Code of the province.
    pub province_code: Option<String>,
}

impl AssociationRow {
    /// The association that `input` describes, seated at `seat`.
    pub fn new(id: Id, input: &AssociationInput, seat: Seat) -> Self {
        let keys = NameKeys::of(&input.name, input.acronym.as_deref());
        let words_keys = WordsKeys::of(&input.name);
        let now = UtcTime::now();
        Self {
            id,
            identity_key: identity_key(&input.name, seat.city_code.as_deref()),
            name: Json(input.name.0.clone()),
            ar_key_apart: keys.ar != keys.fr,
            search_text: keys.search_text,
            acronym: input.acronym.clone(),
            object: input.object.clone().map(|object| Json(object.0)),
            city_code: seat.city_code,
            province_code: seat.province_code,
            scope: input.scope.map(Keyword),
            status: input.status.map(Keyword),
            founded_on: input.founded_on,
            founded_year: input.founded_on.map(|day| i64::from(day.year())).or(input.founded_year),
            receipt_status: input.receipt_status.map(Keyword),
            receipt_on: input.receipt_on,
            public_utility: input.public_utility,
            public_utility_decree: input.public_utility_decree.clone(),
            volunteers: input.volunteers,
            last_activity_on: input.last_activity_on,
            website: input.website.clone().map(|website| website.0),
            email: input.email.clone(),
            attestations: Json(input.attestations),
            links: Json(Vec::new()),
            sources: Json(input.sources.clone()),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            ar_words_key: Some(words_keys.ar),
            latin_words_key: Some(words_keys.latin),
        }
    }

    /// The next version of this association, as `input` describes it.
    pub fn next(&self, input: &AssociationInput, seat: Seat) -> Self {
        Self {
            links: self.links.clone(),
            version: self.version + 1,
            created_at: self.created_at,
            updated_at: UtcTime::now().max(self.updated_at),
            ..Self::new(self.id, input, seat)
        }
    }
}

/// What makes two entries the same association: names and seat, however they are spelt.
///
/// The first half of a SHA-256: whoever wants two names that have it in common tries 2⁶⁴ of them.
pub(super) fn identity_key(name: &Text, city_code: Option<&str>) -> Id {
    let names: Vec<String> =
        name.all().map(|(language, text)| format!("{}:{}", language.tag(), fold(text))).collect();
    let identity = format!("{}@{}", names.join("|"), city_code.unwrap_or_default());
    let mut key = [0; 16];
    key.copy_from_slice(&Sha256::digest(identity)[..16]);
    Id(Uuid::from_bytes(key))
}

/// An association with what stands in tables beside it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The row itself.
    pub row: AssociationRow,
    /// Codes of its fields of activity, sorted.
    pub activity_fields: Vec<String>,
    /// Its values, sorted.
    pub values: Vec<AssociationValue>,
    /// Its honours, the earliest first.
    pub distinctions: Vec<Distinction>,
}

impl Entry {
    /// This entry as `input` writes it, with `row` as its row.
    pub fn with(&self, row: AssociationRow, input: &AssociationInput) -> Self {
        Self {
            row,
            activity_fields: input.activity_fields.clone(),
            values: input.values.clone(),
            distinctions: self.distinctions.clone(),
        }
    }

    /// What would have to be written to get this association.
    pub fn input(&self, internal: Option<InternalRecord>) -> AssociationInput {
        let row = self.row.clone();
        AssociationInput {
            name: row.name.0.into(),
            acronym: row.acronym,
            object: row.object.map(|object| object.0.into()),
            province_code: row.province_code.filter(|_| row.city_code.is_none()),
            city_code: row.city_code,
            scope: row.scope.map(|scope| scope.0),
            status: row.status.map(|status| status.0),
            founded_year: row.founded_year.filter(|_| row.founded_on.is_none()),
            founded_on: row.founded_on,
            receipt_status: row.receipt_status.map(|status| status.0),
            receipt_on: row.receipt_on,
            public_utility: row.public_utility,
            public_utility_decree: row.public_utility_decree,
            activity_fields: self.activity_fields.clone(),
            values: self.values.clone(),
            volunteers: row.volunteers,
            last_activity_on: row.last_activity_on,
            website: row.website.map(WebAddress),
            email: row.email,
            attestations: row.attestations.0,
            sources: row.sources.0,
            internal,
        }
    }
}

/// An association with all that is kept of it.
pub struct KeptAssociation {
    /// The association.
    pub entry: Entry,
    /// What is never public.
    pub internal: Option<InternalRecord>,
    /// The duplicates that are merged into it.
    pub duplicates: Vec<Id>,
}

impl Kept for KeptAssociation {
    const KIND: &'static str = "association";

    fn name_in_trail(&self) -> String {
        self.entry.row.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        let mut kept = json!(self.entry.input(self.internal.clone()));
        if !self.duplicates.is_empty() {
            kept["merged_duplicates"] = json!(self.duplicates);
        }
        kept
    }
}

impl From<Entry> for PublicAssociation {
    fn from(Entry { row, activity_fields, values, distinctions }: Entry) -> Self {
        Self {
            id: row.id,
            name: row.name.0.into(),
            acronym: row.acronym,
            object: row.object.map(|object| object.0.into()),
            city_code: row.city_code,
            province_code: row.province_code,
            scope: row.scope.map(|scope| scope.0),
            status: row.status.map(|status| status.0),
            founded_on: row.founded_on,
            founded_year: row.founded_year,
            receipt_status: row.receipt_status.map(|status| status.0),
            receipt_on: row.receipt_on,
            public_utility: row.public_utility,
            public_utility_decree: row.public_utility_decree,
            activity_fields,
            values,
            volunteers: row.volunteers,
            last_activity_on: row.last_activity_on,
            website: row.website,
            email: row.email,
            attestations: row.attestations.0,
            links: row.links.0,
            sources: row.sources.0,
            distinctions,
            city: None,
            province: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            last_modified: row.updated_at,
        }
    }
}

impl Resource for PublicAssociation {
    fn path(&self) -> String {
        format!("/v1/associations/{}", self.id)
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
