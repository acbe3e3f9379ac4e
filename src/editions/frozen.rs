//! What of an edition stands firm once it is on its way: the facts of its designation, and a call that is open.

use super::input::{CallWindow, EditionInput};
use super::model::EditionRow;
use super::rules::Status;
use crate::access::Caller;
use crate::access::policy::ShortenCall;
use crate::database::types::UtcTime;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation, fields_where, refuse_changed};

/// Refuses a change of what stands firm in the state of the edition. An open call can be prolonged; only those whom
/// [`ShortenCall`] permits shorten it, and nobody leaves it out.
pub(super) fn check_change(caller: &Caller, edition: &EditionRow, after: &EditionInput) -> Result<()> {
    check_designation(edition, after)?;
    match edition.status.0 {
        Status::CityCallOpen => check_call(caller, "/city_call", edition.city_call(), after.city_call),
        Status::HonoursCallOpen => {
            check_call(caller, "/honours_call", edition.honours_call(), after.honours_call)
        }
        _ => Ok(()),
    }
}

/// When and for which year the city was designated, the designation says.
fn check_designation(edition: &EditionRow, after: &EditionInput) -> Result<()> {
    if !edition.status.is_frozen() {
        return Ok(());
    }
    refuse_changed(&fields_where([
        ("/designated_for_year", edition.designated_for_year != after.designated_for_year),
        ("/designated_on", edition.designated_on != after.designated_on),
    ]))
}

fn check_call(
    caller: &Caller,
    pointer: &str,
    before: Option<CallWindow>,
    after: Option<CallWindow>,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let reason = || Reason::new(FieldRule::CallOpen);
    let Some(after) = after else { return Err(Error::invalid_field(pointer, reason())) };
    let end = if after.closes_at < before.closes_at {
        "closes_at"
    } else if after.opens_at > before.opens_at {
        "opens_at"
    } else {
        return Ok(());
    };
    if ShortenCall::RULE.permits(caller, false) {
        return Ok(());
    }
    Err(Error::new(Code::ForbiddenField)
        .with_violation(Violation::body(format!("{pointer}/{end}"), reason())))
}

/// Refuses a call that would end before a nomination which came in time: `latest` is when the last one of that call came.
pub(super) fn check_end(
    pointer: &str,
    before: Option<CallWindow>,
    after: Option<CallWindow>,
    latest: Option<UtcTime>,
) -> Result<()> {
    let end = after.map(|call| call.closes_at).filter(|end| before.map(|call| call.closes_at) != Some(*end));
    if end.zip(latest).is_some_and(|(end, latest)| end <= latest) {
        let reason = Reason::new(FieldRule::CallEndsInThePast);
        return Err(Error::invalid_field(format!("{pointer}/closes_at"), reason));
    }
    Ok(())
}
