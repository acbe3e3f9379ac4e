//! Rows, public representation and body of a nomination.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::rules::{Kind, Status};
use crate::associations::model::PublicAssociation;
use crate::audit::Kept;
use crate::database::schema::{editions, nominations};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::model::PublicEdition;
use crate::http::representation::Resource;
use crate::language::{LocalizedText, LongText, Text};
use crate::territory::cities::model::PublicCity;
use crate::validation;

/// A nomination as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = nominations, treat_none_as_null = true)]
pub struct NominationRow {
    pub(crate) id: Id,
    pub(crate) edition_id: Id,
    pub(crate) kind: Keyword<Kind>,
    pub(crate) city_code: Option<String>,
    pub(crate) association_id: Option<Id>,
    pub(crate) subject_key: String,
    pub(crate) statement: Json<Text>,
    pub(crate) programme: Option<Json<Text>>,
    pub(crate) status: Keyword<Status>,
    pub(crate) nominator_id: Id,
    pub(crate) submitted_at: Option<UtcTime>,
    pub(crate) completion_due_at: Option<UtcTime>,
    pub(crate) screened_at: Option<UtcTime>,
    pub(crate) appealed_at: Option<UtcTime>,
    pub(crate) eligibility: Option<Json<serde_json::Value>>,
    pub(crate) version: i64,
    pub(crate) created_at: UtcTime,
    pub(crate) updated_at: UtcTime,
    pub(crate) deleted_at: Option<UtcTime>,
}

/// A nomination of a city or an association for an edition. Who nominated is not public.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Nomination)]
pub struct PublicNomination {
    /// Identifier.
    pub id: Id,
    /// What is nominated.
    pub kind: Kind,
    /// The edition that it is nominated for.
    pub edition_id: Id,
    /// Year of the edition that it is nominated for.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// Code of the nominated city.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The nominated association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// Why it deserves the title or the honour.
    pub statement: LocalizedText,
    /// What the city plans for its year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub programme: Option<LocalizedText>,
    /// State.
    pub status: Status,
    /// When it was first submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<UtcTime>,
    /// Until when it can be completed, while it is sent back to its nominator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub completion_due_at: Option<UtcTime>,
    /// When it was found eligible or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub screened_at: Option<UtcTime>,
    /// When its nominator appealed against ineligibility.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub appealed_at: Option<UtcTime>,
    /// The edition, with `expand=edition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub edition: Option<PublicEdition>,
    /// The nominated city, with `expand=city`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub city: Option<PublicCity>,
    /// The nominated association, with `expand=association`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association: Option<PublicAssociation>,
    /// When the record was made.
    pub created_at: UtcTime,
    /// When the record changed last.
    pub updated_at: UtcTime,
    #[serde(skip)]
    version: i64,
}

/// What a nomination is written with.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "check_together", skip_on_field_errors = true))]
#[schema(as = NominationInput, example = json!({
    "kind": "city",
    "edition_year": 2027,
    "city_code": "fes",
    "statement": {
        "ar": "تحتضن فاس نسيجا جمعويا عريقا ومتنوعا.",
        "fr": "Fès est riche d'un tissu associatif ancien et divers."
    },
    "programme": {"fr": "Douze mois de rencontres dans les quartiers, avec les associations de la ville."}
}))]
pub struct NominationInput {
    /// What is nominated. It cannot change.
    pub kind: Kind,
    /// Year of the edition that it is nominated for. It cannot change.
    #[schema(minimum = 2018, maximum = 2200)]
    pub edition_year: i64,
    /// Code (or slug) of the nominated city, an urban commune; needed for the kind `city` alone. It cannot change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub city_code: Option<String>,
    /// The nominated association; needed for the kind `association` alone. It cannot change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association_id: Option<Id>,
    /// Why it deserves the title or the honour, in one language at least.
    #[validate(nested)]
    pub statement: LongText,
    /// What the city plans for its year; for the kind `city` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub programme: Option<LongText>,
}

/// The kind decides which subject is needed and what does not apply.
fn check_together(input: &NominationInput) -> Result<(), ValidationError> {
    let (city, association) = (input.city_code.is_some(), input.association_id.is_some());
    match input.kind {
        Kind::City if !city => Err(validation::required("/city_code")),
        Kind::City if association => Err(validation::inapplicable("/association_id", "kind")),
        Kind::Association if !association => Err(validation::required("/association_id")),
        Kind::Association if city => Err(validation::inapplicable("/city_code", "kind")),
        Kind::Association if input.programme.is_some() => Err(validation::inapplicable("/programme", "kind")),
        Kind::City | Kind::Association => Ok(()),
    }
}

/// What is nominated, as it was found in its register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The city of this code.
    City(String),
    /// The association of this identifier.
    Association(Id),
}

impl Subject {
    /// What makes two nominations of one kind speak of the same subject.
    pub(super) fn key(&self) -> String {
        match self {
            Self::City(code) => code.clone(),
            Self::Association(id) => id.to_string(),
        }
    }

    /// The kind of its nominations.
    pub fn kind(&self) -> Kind {
        match self {
            Self::City(_) => Kind::City,
            Self::Association(_) => Kind::Association,
        }
    }

    /// The field of the body that names the subject.
    pub fn pointer(&self) -> &'static str {
        match self {
            Self::City(_) => "/city_code",
            Self::Association(_) => "/association_id",
        }
    }

    fn into_columns(self) -> (Option<String>, Option<Id>) {
        match self {
            Self::City(code) => (Some(code), None),
            Self::Association(id) => (None, Some(id)),
        }
    }
}

impl NominationRow {
    /// The draft of a nomination of `subject` for an edition, with what `input` says of it.
    pub fn new(edition_id: Id, subject: Subject, nominator_id: Id, input: &NominationInput) -> Self {
        let now = UtcTime::now();
        let (kind, subject_key) = (Keyword(subject.kind()), subject.key());
        let (city_code, association_id) = subject.into_columns();
        Self {
            id: Id::new(),
            edition_id,
            kind,
            city_code,
            association_id,
            subject_key,
            statement: Json(input.statement.0.clone()),
            programme: input.programme.clone().map(|programme| Json(programme.0)),
            status: Keyword(Status::Draft),
            nominator_id,
            submitted_at: None,
            completion_due_at: None,
            screened_at: None,
            appealed_at: None,
            eligibility: None,
            version: 1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        }
    }

    /// The next version of this nomination, with what `input` says of it. What is nominated for what stays.
    pub fn next(&self, input: &NominationInput) -> Self {
        Self {
            statement: Json(input.statement.0.clone()),
            programme: input.programme.clone().map(|programme| Json(programme.0)),
            version: self.version + 1,
            updated_at: UtcTime::now().max(self.updated_at),
            ..self.clone()
        }
    }

    /// The next version of this nomination, in the state `to`, as it was taken there `now`.
    pub fn moved(&self, to: Status, now: UtcTime) -> Self {
        let submitted_at =
            if to == Status::Submitted { self.submitted_at.or(Some(now)) } else { self.submitted_at };
        Self {
            status: Keyword(to),
            submitted_at,
            completion_due_at: None,
            version: self.version + 1,
            updated_at: now.max(self.updated_at),
            ..self.clone()
        }
    }
}

/// A nomination with the year of its edition.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = nominations)]
pub struct Entry {
    /// The row itself.
    #[diesel(embed)]
    pub row: NominationRow,
    /// The year of the edition.
    #[diesel(select_expression = editions::year, select_expression_type = editions::year)]
    pub edition_year: i64,
}

impl Entry {
    /// What would have to be written to get this nomination.
    pub fn input(&self) -> NominationInput {
        let row = self.row.clone();
        NominationInput {
            kind: row.kind.0,
            edition_year: self.edition_year,
            city_code: row.city_code,
            association_id: row.association_id,
            statement: row.statement.0.into(),
            programme: row.programme.map(|programme| programme.0.into()),
        }
    }
}

/// What a change of state tells of a nomination.
impl Kept for NominationRow {
    const KIND: &'static str = "nomination";

    fn name_in_trail(&self) -> String {
        self.id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({"status": self.status.0})
    }
}

/// What was written of a nomination.
impl Kept for Entry {
    const KIND: &'static str = NominationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.row.name_in_trail()
    }

    fn kept(&self) -> JsonValue {
        json!(self.input())
    }
}

impl From<Entry> for PublicNomination {
    fn from(Entry { row, edition_year }: Entry) -> Self {
        Self {
            id: row.id,
            kind: row.kind.0,
            edition_id: row.edition_id,
            edition_year,
            city_code: row.city_code,
            association_id: row.association_id,
            statement: row.statement.0.into(),
            programme: row.programme.map(|programme| programme.0.into()),
            status: row.status.0,
            submitted_at: row.submitted_at,
            completion_due_at: row.completion_due_at,
            screened_at: row.screened_at,
            appealed_at: row.appealed_at,
            edition: None,
            city: None,
            association: None,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

impl Resource for PublicNomination {
    fn path(&self) -> String {
        format!("/v1/nominations/{}", self.id)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}
