//! An affiliation, and one that has ended as it is kept.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::database::schema::past_affiliations;
use crate::database::types::{Id, UtcTime};

/// Who somebody is, and where they belong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affiliation {
    /// The account; none of somebody whose account is gone.
    pub account_id: Option<Id>,
    /// The name of the account; none after its personal data was erased.
    pub name: Option<String>,
    /// The city that the account belongs to.
    pub city_code: Option<String>,
    /// The association that the account belongs to.
    pub association_id: Option<Id>,
    /// The name of the organisation that the account belongs to.
    pub organisation: Option<String>,
}

/// An affiliation that has ended.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = past_affiliations)]
pub struct PastAffiliation {
    #[serde(skip)]
    pub(super) id: Id,
    #[serde(skip)]
    pub(super) account_id: Id,
    /// The name that the account had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) name: Option<String>,
    /// Code of the city that it belonged to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) city_code: Option<String>,
    /// The association that it belonged to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) association_id: Option<Id>,
    /// The organisation that it belonged to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) organisation: Option<String>,
    /// Until when.
    pub(super) ended_at: UtcTime,
}

impl From<PastAffiliation> for Affiliation {
    fn from(row: PastAffiliation) -> Self {
        Self {
            account_id: Some(row.account_id),
            name: row.name,
            city_code: row.city_code,
            association_id: row.association_id,
            organisation: row.organisation,
        }
    }
}
