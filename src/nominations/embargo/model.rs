//! What has been decided under embargo, and a nomination as those see it who have a clearance for it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::database::types::UtcTime;
use crate::http::representation::Resource;
use crate::nominations::model::PublicNomination;
use crate::nominations::rules::Status;

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

/// A nomination with what has been decided of it and is not published.
#[derive(Debug, Clone, Serialize)]
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
