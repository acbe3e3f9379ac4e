//! The way of an import through its states. Pure.

use serde::{Deserialize, Serialize};
use strum::{VariantArray, VariantNames};
use utoipa::ToSchema;

use crate::error::{Code, Error, Result};
use crate::language::sentences::Told;

/// The state of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ImportStatus)]
pub enum Status {
    /// It waits for its turn: of each collection one is imported at a time.
    Queued,
    /// Its rows are being written.
    Running,
    /// The instance that wrote its rows has stopped: the next one that is free goes on where they end.
    Paused,
    /// All its rows were read.
    Completed,
    /// It ended before its last row. What was written before is kept.
    Failed,
    /// Somebody has stopped it. What was written before is kept.
    Cancelled,
}

impl Status {
    /// The states that this one can be left for: the whole table of transitions, a row a state.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Queued | Self::Paused => &[Self::Running, Self::Failed, Self::Cancelled],
            Self::Running => &[Self::Paused, Self::Completed, Self::Failed, Self::Cancelled],
            Self::Completed | Self::Failed | Self::Cancelled => &[],
        }
    }
}

/// Refuses to cancel what is over.
pub(super) fn cancel(from: Status) -> Result<()> {
    if from.allowed().contains(&Status::Cancelled) {
        return Ok(());
    }
    let error = Error::new(Code::WrongState)
        .telling("from", Told::terms("imports.status", [&from]))
        .telling("to", Told::terms("imports.status", [&Status::Cancelled]));
    Err(error.with_ways::<Status>("imports.status", &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_so() {
        for from in <Status as VariantArray>::VARIANTS {
            let is_over = matches!(from, Status::Completed | Status::Failed | Status::Cancelled);
            assert_eq!(cancel(*from).is_err(), is_over, "{from:?}");
        }
    }
}
