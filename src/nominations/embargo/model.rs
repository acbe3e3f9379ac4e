//! A nomination as those see it who have a clearance for what is under embargo.

use serde::Serialize;

use super::EmbargoedOutcome;
use crate::database::types::UtcTime;
use crate::http::representation::Resource;
use crate::nominations::model::PublicNomination;

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
