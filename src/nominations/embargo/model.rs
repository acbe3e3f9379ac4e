//! What has been decided under embargo, and a nomination as those see it who have a clearance for it.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::{Value as JsonValue, json};
use utoipa::ToSchema;

use crate::audit::Kept;
use crate::database::schema::nomination_outcomes;
use crate::database::types::{Id, Keyword, UtcTime};
use crate::http::representation::Resource;
use crate::nominations::model::{NominationRow, PublicNomination};
use crate::nominations::rules::Status;

/// What has been decided of a nomination, as it is kept.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = nomination_outcomes)]
pub struct OutcomeRow {
    pub(super) nomination_id: Id,
    pub(crate) status: Keyword<Status>,
    pub(super) decided_at: Option<UtcTime>,
    pub(super) updated_at: UtcTime,
}

impl Kept for OutcomeRow {
    const KIND: &'static str = NominationRow::KIND;

    fn name_in_trail(&self) -> String {
        self.nomination_id.to_string()
    }

    fn kept(&self) -> JsonValue {
        json!({"outcome": self.status.0})
    }
}

/// What has been decided of a nomination under embargo.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EmbargoedOutcome)]
pub struct EmbargoedOutcome {
    /// The state that it will have once the result is published: `shortlisted`, `selected`, `reserve` or
    /// `not_selected`.
    pub status: Status,
    /// When the designation was signed; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<UtcTime>,
}

impl From<OutcomeRow> for EmbargoedOutcome {
    fn from(row: OutcomeRow) -> Self {
        Self { status: row.status.0, decided_at: row.decided_at }
    }
}

/// A nomination with what has been decided of it and is not published.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InternalNomination {
    /// What everybody sees.
    #[serde(flatten)]
    pub public: PublicNomination,
    /// What has been decided; absent before the jury has closed and after the publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embargoed: Option<EmbargoedOutcome>,
}

impl Resource for InternalNomination {
    fn path(&self) -> String {
        self.public.path()
    }

    fn version(&self) -> i64 {
        self.public.version()
    }

    fn updated_at(&self) -> UtcTime {
        self.public.updated_at()
    }
}
