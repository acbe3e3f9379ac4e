//! Rows, public representation and body of an association.

use chrono::{Datelike as _, NaiveDate};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::internal::InternalRecord;
use crate::database::schema::associations;
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::http::representation::Resource;
use crate::language::{LocalizedText, Text};
use crate::search::{NameKeys, fold};
use crate::territory::model::{PublicCity, PublicProvince};
use crate::validation;

/// How far an association's activity reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = AssociationScope)]
pub enum Scope {
    /// A commune or a province.
    Local,
    /// A region.
    Regional,
    /// The whole country.
    National,
    /// The seat is outside Morocco.
    Abroad,
}

/// Whether an association lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = AssociationStatus)]
pub enum Status {
    /// It is known to be active.
    Active,
    /// It exists, but nothing is heard of it.
    Dormant,
    /// It has ended.
    Dissolved,
}

/// The receipt of the declaration of an association (dahir 1-58-376 of 1958, article 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ReceiptStatus {
    /// None was given.
    None,
    /// The provisional receipt, given at once.
    Provisional,
    /// The final receipt.
    Final,
}

/// A value that ICSO stands for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema, VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = AssociationValue)]
pub enum Value {
    /// Citizenship.
    Citizenship,
    /// Development.
    Development,
    /// Dialogue.
    Dialogue,
    /// Coexistence.
    Coexistence,
}

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

/// Why the sources name an association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssociationLinkKind)]
pub enum LinkKind {
    /// It organised an edition.
    EditionOrganiser,
    /// It was partner of an edition.
    EditionPartner,
    /// It won the ministry's civil society prize.
    PrizeLaureate,
    /// It was recognised as being of public utility.
    PublicUtility,
}

/// A fact by which the sources name an association.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AssociationLink)]
pub struct Link {
    /// What kind of fact.
    pub kind: LinkKind,
    /// The year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples(2023))]
    pub year: Option<i64>,
    /// The fact in a few words, in the language of the data set (English).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("co-organiser, Salé 2023"))]
    pub detail: Option<String>,
}

/// An association as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = associations, treat_none_as_null = true)]
pub struct AssociationRow {
    pub(crate) id: Id,
    pub(crate) name: Json<Text>,
    pub(crate) name_ar_key: String,
    pub(crate) name_fr_key: String,
    pub(crate) search_text: String,
    pub(crate) identity_key: String,
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
    pub(crate) sources: Json<Vec<String>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
    pub(crate) deleted_at: Option<UtcTime>,
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
    pub values: Vec<Value>,
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
    pub sources: Vec<String>,
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
}

/// What an association is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = AssociationInput, example = json!({
    "name": {"ar": "جمعية أصدقاء مدينة تطوان", "fr": "Association des amis de la ville de Tétouan"},
    "object": {"fr": "Faire vivre le patrimoine de la ville."},
    "city_code": "01.571.01.11",
    "scope": "local",
    "status": "active",
    "founded_on": "2015-03-21",
    "receipt_status": "final",
    "activity_fields": ["1"],
    "values": ["citizenship", "dialogue"],
    "volunteers": 40,
    "attestations": {"national": true, "voluntary": true, "non_profit": true, "non_political": true}
}))]
pub struct AssociationInput {
    /// Name, in one language at least.
    #[validate(custom(function = "validation::name"))]
    pub name: Text,
    /// Acronym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 40), custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 40)]
    pub acronym: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::text"))]
    pub object: Option<Text>,
    /// Code (or slug) of the city of its seat; the province follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// Code of the province of its seat, when the city is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20)]
    pub province_code: Option<String>,
    /// How far its activity reaches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Whether it lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The day of its foundation; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_in_the_future"))]
    pub founded_on: Option<NaiveDate>,
    /// The year of its foundation, when the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1800, max = 2200))]
    #[schema(minimum = 1800, maximum = 2200)]
    pub founded_year: Option<i64>,
    /// The receipt of its declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_status: Option<ReceiptStatus>,
    /// The day of that receipt; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_in_the_future"))]
    pub receipt_on: Option<NaiveDate>,
    /// Whether it is recognised as being of public utility.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_utility: Option<bool>,
    /// The decree of that recognition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 300), custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 300)]
    pub public_utility_decree: Option<String>,
    /// Codes of its fields of activity (see `/v1/activity-fields`).
    #[serde(default)]
    #[validate(length(max = 12))]
    #[schema(max_items = 12)]
    pub activity_fields: Vec<String>,
    /// The values that its activities serve.
    #[serde(default)]
    #[validate(length(max = 4))]
    #[schema(max_items = 4)]
    pub values: Vec<Value>,
    /// The number of its volunteers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 0, max = 10_000_000))]
    #[schema(minimum = 0, maximum = 10_000_000)]
    pub volunteers: Option<i64>,
    /// The day of its latest known activity; not in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::not_in_the_future"))]
    pub last_activity_on: Option<NaiveDate>,
    /// Web site: a complete http or https URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = "validation::http_url"))]
    #[schema(format = "iri", max_length = 2000)]
    pub website: Option<String>,
    /// E-mail address. It is shown to everybody: give it only when the association wants that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(email, length(max = 254))]
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// What is attested of it.
    #[serde(default)]
    pub attestations: Attestations,
    /// Web addresses that say what stands here.
    #[serde(default)]
    #[validate(length(max = 20), custom(function = "validation::http_urls"))]
    #[schema(max_items = 20)]
    pub sources: Vec<String>,
    /// What is never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub internal: Option<InternalRecord>,
}

/// The rules that span fields.
fn check_together(input: &AssociationInput) -> Result<(), ValidationError> {
    let year_of = input.founded_on.map(|day| i64::from(day.year()));
    if let (Some(year), Some(given)) = (year_of, input.founded_year)
        && year != given
    {
        return Err(validation::inapplicable("/founded_year", "founded_on"));
    }
    let founded = input.founded_on;
    for (pointer, day) in [("/receipt_on", input.receipt_on), ("/last_activity_on", input.last_activity_on)] {
        if day.is_some() && day < founded {
            return Err(validation::too_early(pointer, "founded_on"));
        }
    }
    if input.public_utility_decree.is_some() && input.public_utility != Some(true) {
        return Err(validation::inapplicable("/public_utility_decree", "public_utility"));
    }
    Ok(())
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
        let now = UtcTime::now();
        Self {
            id,
            identity_key: identity_key(&input.name, seat.city_code.as_deref()),
            name: Json(input.name.clone()),
            name_ar_key: keys.ar,
            name_fr_key: keys.fr,
            search_text: keys.search_text,
            acronym: input.acronym.clone(),
            object: input.object.clone().map(Json),
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
            website: input.website.clone(),
            email: input.email.clone(),
            attestations: Json(input.attestations),
            links: Json(Vec::new()),
            sources: Json(input.sources.clone()),
            version: 1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// The next version of this association, as `input` describes it.
    pub fn next(&self, input: &AssociationInput, seat: Seat) -> Self {
        Self {
            links: self.links.clone(),
            version: self.version + 1,
            created_at: self.created_at,
            ..Self::new(self.id, input, seat)
        }
    }
}

/// What makes two entries the same association: names and seat, however they are spelt.
fn identity_key(name: &Text, city_code: Option<&str>) -> String {
    let names: Vec<String> =
        name.all().map(|(language, text)| format!("{}:{}", language.tag(), fold(text))).collect();
    format!("{}@{}", names.join("|"), city_code.unwrap_or_default())
}

/// An association with what stands in tables beside it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The row itself.
    pub row: AssociationRow,
    /// Codes of its fields of activity, sorted.
    pub activity_fields: Vec<String>,
    /// Its values, sorted.
    pub values: Vec<Value>,
}

impl Entry {
    /// What would have to be written to get this association.
    pub fn input(&self, internal: Option<InternalRecord>) -> AssociationInput {
        let row = self.row.clone();
        AssociationInput {
            name: row.name.0,
            acronym: row.acronym,
            object: row.object.map(|object| object.0),
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
            website: row.website,
            email: row.email,
            attestations: row.attestations.0,
            sources: row.sources.0,
            internal,
        }
    }
}

impl From<Entry> for PublicAssociation {
    fn from(Entry { row, activity_fields, values }: Entry) -> Self {
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
            city: None,
            province: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
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
}
