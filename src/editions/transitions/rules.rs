//! What an edition needs before it goes on, as far as its own record tells.

use chrono::NaiveDate;

use crate::database::types::UtcTime;
use crate::editions::input::CallWindow;
use crate::editions::model::EditionRow;
use crate::editions::rules::Status;
use crate::error::{Code, Error, FieldRule, Reason, Violation};
use crate::language::sentences::Told;

/// What is missing for an edition to go from its state to another, each at the field of the edition.
pub fn missing(edition: &EditionRow, to: Status, now: UtcTime) -> Vec<Violation> {
    let today = now.date_in_morocco();
    let found = match (edition.status.0, to) {
        (_, Status::CityCallOpen) => vec![
            call_to_come("/city_call", edition.city_call(), now),
            edition.city_code.is_some().then(|| fault("/city_code", FieldRule::LeftToDesignation)),
            edition.parameters.is_none().then(|| fault("/parameters", FieldRule::NeededFirst)),
        ],
        (Status::Designated, Status::HonoursCallOpen) => {
            vec![call_to_come("/honours_call", edition.honours_call(), now)]
        }
        (_, Status::InProgress) => vec![
            edition.city_code.is_none().then(|| fault("/city_code", FieldRule::TitleVacant)),
            day_reached("/starts_on", edition.starts_on, today),
            edition.ends_on.is_none().then(|| fault("/ends_on", FieldRule::NeededFirst)),
        ],
        (_, Status::Completed) => vec![day_reached("/ends_on", edition.ends_on, today)],
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// Refuses to close a call before its time: whoever still wants to submit was promised that time.
pub fn check_call_over(edition: &EditionRow, to: Status, now: UtcTime) -> Result<(), Error> {
    let call = match (edition.status.0, to) {
        (Status::CityCallOpen, Status::CityReview) => edition.city_call(),
        (Status::HonoursCallOpen, Status::HonoursReview) => edition.honours_call(),
        _ => None,
    };
    match call.filter(|call| now < call.closes_at) {
        Some(call) => {
            Err(Error::new(Code::CallStillOpen).telling("closes_at", Told::Instant(call.closes_at)))
        }
        None => Ok(()),
    }
}

fn fault(pointer: &str, rule: FieldRule) -> Violation {
    Violation::body(pointer, Reason::new(rule))
}

fn call_to_come(pointer: &str, call: Option<CallWindow>, now: UtcTime) -> Option<Violation> {
    match call {
        None => Some(fault(pointer, FieldRule::NeededFirst)),
        Some(call) if call.closes_at <= now => {
            let reason = Reason::new(FieldRule::CallOver).telling("closes_at", Told::Instant(call.closes_at));
            Some(Violation::body(pointer, reason))
        }
        Some(_) => None,
    }
}

fn day_reached(pointer: &str, day: Option<NaiveDate>, today: NaiveDate) -> Option<Violation> {
    match day {
        None => Some(fault(pointer, FieldRule::NeededFirst)),
        Some(day) if day > today => {
            Some(Violation::body(pointer, Reason::new(FieldRule::NotYet).telling("day", Told::Day(day))))
        }
        Some(_) => None,
    }
}
