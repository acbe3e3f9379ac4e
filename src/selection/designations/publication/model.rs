//! A change of a designation's state, as the answer that makes it shows it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::database::listing::{ListSpec, Sort, ValueType};
use crate::database::types::{Id, UtcTime};
use crate::http::list::Listed;
use crate::http::representation::Resource;
use crate::selection::designations::model::{DesignationRow, path};
use crate::selection::designations::rules::Status;

/// A change of a designation's state.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DesignationTransition)]
pub struct Transition {
    /// The designation.
    pub designation_id: Id,
    /// The state before.
    #[schema(examples("signed"))]
    pub from: Status,
    /// The state after.
    #[schema(examples("published"))]
    pub to: Status,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// When.
    pub at: UtcTime,
    #[serde(skip)]
    year: i64,
    #[serde(skip)]
    designation_version: i64,
}

impl Transition {
    /// The change from a state to that of `next`, a designation of the edition that stands in `year` now.
    pub(super) fn new(from: Status, next: &DesignationRow, year: i64) -> Self {
        Self {
            designation_id: next.id,
            from,
            to: next.status.0,
            reason: next.status_reason.clone(),
            at: next.updated_at,
            year,
            designation_version: next.version,
        }
    }
}

impl Resource for Transition {
    /// The last change of state is read as part of its designation.
    fn path(&self) -> String {
        path(self.year, self.designation_id)
    }

    /// The version of the designation: the `ETag` of a transition is the one that the next change has to match.
    fn version(&self) -> i64 {
        self.designation_version
    }

    fn updated_at(&self) -> UtcTime {
        self.at
    }
}

impl Listed for Transition {
    const LIST: ListSpec = ListSpec::new(
        "designations",
        Sort { name: "id", sql: "designations.id", value_type: ValueType::Id, nullable: false },
    );
}
