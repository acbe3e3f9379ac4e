//! Which association a row means, and whether it says anything else of it than what stands there.

pub(super) mod queries;

use serde_json::{Value as JsonValue, json};

use crate::associations::internal::InternalRecord;
use crate::associations::model::Entry;
use crate::database::types::Id;

/// An association that a row means, as it is now.
#[derive(Debug)]
pub(super) struct Current {
    entry: Entry,
    record: Option<InternalRecord>,
}

impl Current {
    pub(super) fn id(&self) -> Id {
        self.entry.row.id
    }

    /// Whether all that `patch` says is so already. What it spells in another way is looked at more closely elsewhere.
    pub(super) fn says(&self, patch: &JsonValue) -> bool {
        let before = json!(self.entry.input(self.record.clone()));
        let mut after = before.clone();
        json_patch::merge(&mut after, patch);
        let row = &self.entry.row;
        let follows = [
            ("province_code", "city_code", json!(row.province_code)),
            ("founded_year", "founded_on", json!(row.founded_year)),
        ];
        for (field, from, value) in follows {
            if after.get(from).is_some() && after.get(field) == Some(&value) {
                after.as_object_mut().map(|fields| fields.shift_remove(field));
            }
        }
        before == after
    }
}
