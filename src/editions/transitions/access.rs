//! Who may take an edition to which state.

use crate::access::policy::{
    ArchiveEdition, CancelEdition, CloseCityCall, CloseHonoursCall, CompleteEdition, OpenCityCall,
    OpenHonoursCall, PostponeEdition, ReturnToDesignated, Rule, StartEdition,
};
use crate::editions::rules::Status;

/// The rule for taking an edition to a state. None leads to the draft, for that only comes with a designation.
pub fn rule_to(status: Status) -> Option<Rule> {
    match status {
        Status::Draft => None,
        Status::CityCallOpen => Some(OpenCityCall::RULE),
        Status::CityReview => Some(CloseCityCall::RULE),
        Status::Designated => Some(ReturnToDesignated::RULE),
        Status::HonoursCallOpen => Some(OpenHonoursCall::RULE),
        Status::HonoursReview => Some(CloseHonoursCall::RULE),
        Status::InProgress => Some(StartEdition::RULE),
        Status::Completed => Some(CompleteEdition::RULE),
        Status::Archived => Some(ArchiveEdition::RULE),
        Status::Postponed => Some(PostponeEdition::RULE),
        Status::Cancelled => Some(CancelEdition::RULE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::types::keyword;

    #[test]
    fn the_table_of_authorisation_names_the_states_that_the_machine_allows() {
        for to in Status::ALL {
            let left_for: Vec<String> = Status::ALL
                .into_iter()
                .filter(|from| from.allowed().contains(&to) && !from.comes_with_designation(to))
                .map(|from| keyword(&from))
                .collect();
            match rule_to(to) {
                Some(rule) => assert_eq!(rule.states, left_for, "{to:?}"),
                None => assert!(left_for.is_empty(), "{to:?}"),
            }
        }
    }
}
