//! What stands in the way of a change of state beside the table, what such a change does to the record, and what it
//! takes along.

use crate::audit::Actor;
use crate::database::Connection;
use crate::database::types::{Id, Json, UtcTime};
use crate::editions::model::EditionRow;
use crate::editions::parameters::Parameters;
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::http::representation::Expansions;
use crate::language::sentences::Told;
use crate::nominations::model::NominationRow;
use crate::nominations::rules::{self, Appeal, Call, Kind, Status};
use crate::nominations::transitions::queries::jury_has_closed;
use crate::nominations::{eligibility, embargo};
use crate::{associations, editions, territory};

/// A change of state that the table allows and somebody asks for.
pub(super) struct Step {
    pub(super) nomination: NominationRow,
    pub(super) edition: EditionRow,
    pub(super) to: Status,
    pub(super) reason: Option<String>,
    pub(super) now: UtcTime,
}

impl Step {
    fn from(&self) -> Status {
        self.nomination.status.0
    }

    fn kind(&self) -> Kind {
        self.nomination.kind.0
    }

    fn parameters(&self) -> Parameters {
        self.edition.parameters.clone().map(|parameters| parameters.0).unwrap_or_default()
    }

    /// A problem of the nominations of this kind for this edition.
    fn problem(&self, code: Code) -> Error {
        Error::new(code)
            .telling("kind", Told::part("nominations.of_kind", self.kind()))
            .with("year", self.edition.year)
    }

    fn reason(&self) -> Result<&str> {
        self.reason
            .as_deref()
            .ok_or_else(|| Error::invalid_field("/reason", Reason::new(FieldRule::Required)))
    }
}

/// The next version of the nomination, unless something stands in the way.
pub(super) fn prepare(connection: &mut Connection, step: &Step) -> Result<NominationRow> {
    if rules::needs_reason(step.from(), step.to) {
        step.reason()?;
    }
    if step.from() == Status::Draft && step.to == Status::Submitted {
        check_call(step)?;
    } else {
        check_edition(step)?;
    }
    let moved = step.nomination.moved(step.to, step.now);
    match (step.from(), step.to) {
        (from, Status::Submitted) => {
            check_subject_stands(connection, &step.nomination)?;
            match from {
                Status::NeedsCompletion => {
                    rules::check_completion(step.nomination.completion_due_at, step.now)?;
                    Ok(moved)
                }
                Status::Ineligible => appeal(connection, step, moved),
                _ => Ok(moved),
            }
        }
        (_, Status::NeedsCompletion) => {
            let due_at = rules::due_at(step.now, step.parameters().completion_days);
            Ok(NominationRow { completion_due_at: Some(due_at), ..moved })
        }
        (_, Status::Eligible | Status::Ineligible) => {
            let report = eligibility::queries::decide(connection, &step.nomination, &step.edition, step.to)?;
            Ok(NominationRow { eligibility: Some(Json(report)), screened_at: Some(step.now), ..moved })
        }
        (_, Status::UnderEvaluation) | (Status::UnderEvaluation, Status::Withdrawn) => {
            check_jury_open(connection, step).map(|()| moved)
        }
        (Status::UnderEvaluation, Status::Disqualified) => check_undecided(connection, step).map(|()| moved),
        _ => Ok(moved),
    }
}

/// What goes with the change of state: a decision under embargo, a title, an honour.
pub(super) fn carry_along(
    connection: &mut Connection,
    actor: &Actor,
    account_id: Id,
    step: &Step,
) -> Result<()> {
    match (step.from(), step.to, step.kind()) {
        (Status::UnderEvaluation | Status::Reserve, Status::Withdrawn | Status::Disqualified, _) => {
            embargo::queries::clear_outcomes(connection, &[step.nomination.id])
        }
        (_, Status::Revoked, Kind::City) => editions::transitions::queries::vacate(
            connection,
            actor,
            account_id,
            step.edition.id,
            step.reason()?,
            step.now,
        ),
        (_, Status::Revoked, Kind::Association) => {
            editions::honours::revoke(connection, actor, step.nomination.id, step.reason()?, step.now)
        }
        _ => Ok(()),
    }
}

/// Deadlines are checked when submitting, by the edition's call for this kind of nomination.
fn check_call(step: &Step) -> Result<()> {
    let edition = &step.edition;
    let (opens_at, closes_at) = match step.kind() {
        Kind::City => (edition.city_call_opens_at, edition.city_call_closes_at),
        Kind::Association => (edition.honours_call_opens_at, edition.honours_call_closes_at),
    };
    Call { year: edition.year, status: edition.status.0, opens_at, closes_at }.check(step.kind(), step.now)
}

fn check_edition(step: &Step) -> Result<()> {
    let states = rules::edition_states(step.kind(), step.from(), step.to);
    if states.contains(&step.edition.status.0) {
        return Ok(());
    }
    Err(Error::new(Code::EditionState)
        .with("year", step.edition.year)
        .telling("status", Told::terms("editions.status", [&step.edition.status.0]))
        .telling("allowed", Told::terms("editions.status", states)))
}

/// A city or an association that was deleted since the draft was made cannot be nominated.
fn check_subject_stands(connection: &mut Connection, nomination: &NominationRow) -> Result<()> {
    if let Some(code) = &nomination.city_code {
        territory::cities::queries::get(connection, code, &Expansions::default())?;
    }
    if let Some(id) = nomination.association_id {
        associations::queries::get(connection, &id.to_string(), &Expansions::default())?;
    }
    Ok(())
}

/// Submitted once more against the finding of ineligibility: it is screened anew.
fn appeal(connection: &mut Connection, step: &Step, moved: NominationRow) -> Result<NominationRow> {
    let NominationRow { screened_at, appealed_at, .. } = step.nomination;
    Appeal { screened_at, appealed_at, days: step.parameters().appeal_days }.check(step.now)?;
    check_jury_open(connection, step)?;
    Ok(NominationRow { appealed_at: Some(step.now), screened_at: None, eligibility: None, ..moved })
}

/// Once the jury has closed, no nomination joins those that it has dealt with, and none leaves by its nominator's will
/// before the result is published. Everybody knows of the closing: the refusal is the same whether or not a decision is
/// proposed, signed or annulled meanwhile, and whatever becomes of the nomination.
fn check_jury_open(connection: &mut Connection, step: &Step) -> Result<()> {
    if jury_has_closed(connection, step.edition.id, step.kind())? {
        return Err(step.problem(Code::JuryClosed));
    }
    Ok(())
}

/// After the decision none of the nominations that it was about is excluded. Only those ask who know the decision.
fn check_undecided(connection: &mut Connection, step: &Step) -> Result<()> {
    if embargo::queries::is_decided(connection, step.edition.id, step.kind())? {
        return Err(step.problem(Code::UnderEmbargo));
    }
    Ok(())
}
