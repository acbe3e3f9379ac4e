//! What an edition needs before it goes on, as far as its own record tells.

use chrono::NaiveDate;

use crate::database::types::UtcTime;
use crate::editions::input::CallWindow;
use crate::editions::model::EditionRow;
use crate::editions::rules::Status;
use crate::error::{Code, Error, Reason, Violation};

/// What is missing for an edition to go from its state to another, each at the field of the edition.
pub fn missing(edition: &EditionRow, to: Status, now: UtcTime) -> Vec<Violation> {
    let today = now.date_in_morocco();
    let found = match (edition.status.0, to) {
        (_, Status::CityCallOpen) => vec![
            call_to_come("/city_call", edition.city_call(), now),
            edition.city_code.is_some().then(|| fault("/city_code", "left_to_designation")),
            edition.parameters.is_none().then(|| fault("/parameters", "needed_first")),
        ],
        (Status::Designated, Status::HonoursCallOpen) => {
            vec![call_to_come("/honours_call", edition.honours_call(), now)]
        }
        (_, Status::InProgress) => vec![
            edition.city_code.is_none().then(|| fault("/city_code", "title_vacant")),
            day_reached("/starts_on", edition.starts_on, today),
            edition.ends_on.is_none().then(|| fault("/ends_on", "needed_first")),
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
        Some(call) => Err(Error::new(Code::CallStillOpen).with("closes_at", call.closes_at)),
        None => Ok(()),
    }
}

fn fault(pointer: &str, code: &'static str) -> Violation {
    Violation::body(pointer, Reason::new(code))
}

fn call_to_come(pointer: &str, call: Option<CallWindow>, now: UtcTime) -> Option<Violation> {
    match call {
        None => Some(fault(pointer, "needed_first")),
        Some(call) if call.closes_at <= now => {
            let reason = Reason::new("call_over").with("closes_at", call.closes_at);
            Some(Violation::body(pointer, reason))
        }
        Some(_) => None,
    }
}

fn day_reached(pointer: &str, day: Option<NaiveDate>, today: NaiveDate) -> Option<Violation> {
    match day {
        None => Some(fault(pointer, "needed_first")),
        Some(day) if day > today => Some(Violation::body(pointer, Reason::new("not_yet").with("day", day))),
        Some(_) => None,
    }
}
