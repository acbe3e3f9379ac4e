//! All SQL of reports and decisions: what is found today, what officers decide on it, and what is frozen.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::Value as JsonValue;

use super::checks::CheckCode;
use super::facts;
use super::facts::queries::Nominee;
use super::model::{
    Check, Decision, DecisionInput, DecisionRow, PublicAnswer, PublicDecision, PublicEligibility,
    QuestionInput, Report,
};
use super::rules::{self, Finding, Terms};
use crate::access::Caller;
use crate::access::policy::{ConfirmDescribedActivity, CreateEligibilityDecision};
use crate::associations;
use crate::audit::{Actor, kept};
use crate::database::schema::{editions, eligibility_decisions};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::editions::model::EditionRow;
use crate::editions::queries::edition_by_year;
use crate::editions::rules::Status as EditionStatus;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::language::sentences::Told;
use crate::nominations::access::Audience;
use crate::nominations::interests::queries::{
    Nominators, call_opened_at, check_disinterested, check_not_nominator, of_same_organisation,
};
use crate::nominations::model::{NominationRow, Subject};
use crate::nominations::queries::{check_state, find};
use crate::nominations::rules::{Kind, Status};
use crate::territory;

/// The report that is frozen when the screening of a nomination ends in the state `to`.
///
/// # Errors
/// 409 when the report contradicts that state: nothing eligible that fails a check or has one undecided, nothing
/// ineligible that fails none.
pub fn decide(
    connection: &mut Connection,
    nomination: &NominationRow,
    edition: &EditionRow,
    to: Status,
) -> Result<JsonValue> {
    // So that no decision on a check comes between the report and the end of the screening.
    turns::take(connection, Turn::Selection)?;
    let report = live(connection, nomination, edition)?;
    rules::check_screening(&report, to)?;
    serde_json::to_value(&report).map_err(Error::internal)
}

/// The report on a nomination, if `audience` sees that: as it is now, or as it was when screening ended.
pub fn get(connection: &mut Connection, audience: &Audience, id: &str) -> Result<PublicEligibility> {
    let nomination = find(connection, audience, id)?.row;
    let frozen: Option<Report> = nomination
        .eligibility
        .as_ref()
        .map(|report| serde_json::from_value(report.0.clone()).map_err(Error::internal))
        .transpose()?;
    let (is_frozen, report) = match frozen {
        Some(report) => (true, report),
        None => (false, live_of(connection, &nomination)?),
    };
    Ok(PublicEligibility {
        nomination_id: nomination.id,
        outcome: report.outcome,
        frozen: is_frozen,
        screened_at: nomination.screened_at.filter(|_| is_frozen),
        checks: report.checks,
    })
}

/// Whether a subject would be eligible for the edition of a year today. It writes nothing.
pub fn answer(connection: &mut Connection, year: i64, question: &QuestionInput) -> Result<PublicAnswer> {
    let edition = edition_by_year(connection, year)?;
    check_takes_questions(&edition)?;
    let subject = subject(connection, question)?;
    let report = Report::new(findings(connection, &subject, &edition, None)?, HashMap::new());
    Ok(PublicAnswer {
        edition_year: edition.year,
        subject: subject.into(),
        outcome: report.outcome,
        checks: report.checks,
    })
}

/// An edition that is over for good has no conditions any more.
fn check_takes_questions(edition: &EditionRow) -> Result<()> {
    let takes = |status: &EditionStatus| *status != EditionStatus::Archived && status.is_live();
    if takes(&edition.status.0) {
        return Ok(());
    }
    let allowed = EditionStatus::ALL.iter().filter(|status| takes(status));
    Err(Error::new(Code::EditionState)
        .with("year", edition.year)
        .telling("status", Told::terms("editions.status", [&edition.status.0]))
        .telling("allowed", Told::terms("editions.status", allowed)))
}

/// The subject of a question, a rural commune included: the answer says why it cannot be capital.
fn subject(connection: &mut Connection, question: &QuestionInput) -> Result<Subject> {
    if let Some(given) = &question.city_code {
        let city = territory::cities::queries::referenced(connection, given, "/city_code")?;
        return Ok(Subject::City(city.code));
    }
    let missing = || Error::invalid_field("/association_id", Reason::new(FieldRule::Required));
    let given = question.association_id.ok_or_else(missing)?;
    let association = associations::queries::referenced(connection, given, "/association_id")?;
    Ok(Subject::Association(association.id))
}

/// Decides on a check that needs a review, while the nomination is being screened. The latest decision counts.
pub fn create_decision(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    id: &str,
    input: &DecisionInput,
) -> Result<PublicDecision> {
    turns::take(connection, Turn::Selection)?;
    let nomination = find(connection, &Audience::of(Some(caller)), id)?.row;
    if input.check == CheckCode::DescribedActivity {
        caller.require(ConfirmDescribedActivity::RULE, false)?;
    }
    check_not_nominator(caller, &nomination)?;
    let jury = (nomination.edition_id, nomination.kind.0);
    check_disinterested(connection, caller, jury, Nominators::NotOffices)?;
    check_is_of_kind(input.check, nomination.kind.0)?;
    check_state(CreateEligibilityDecision::RULE, &nomination)?;
    let report = live_of(connection, &nomination)?;
    check_needs_review(&report.checks, input)?;
    let row = DecisionRow {
        id: Id::new(),
        nomination_id: nomination.id,
        check_code: Keyword(input.check),
        outcome: Keyword(input.outcome),
        reason: input.reason.clone(),
        account_id: caller.account_id,
        at: UtcTime::now(),
    };
    let insert = diesel::insert_into(eligibility_decisions::table).values(&row);
    let row: DecisionRow = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    Ok(row.into())
}

fn check_is_of_kind(check: CheckCode, kind: Kind) -> Result<()> {
    let checks = CheckCode::of(kind);
    if checks.contains(&check) { Ok(()) } else { Err(Error::invalid_field("/check", one_of(checks))) }
}

fn one_of<'a>(checks: impl IntoIterator<Item = &'a CheckCode>) -> Reason {
    let words: Vec<String> = checks.into_iter().map(keyword).collect();
    Reason::new(FieldRule::OneOf)
        .with("allowed", if words.is_empty() { "—".to_owned() } else { words.join(", ") })
}

/// What the register answers by itself is not for an officer to decide.
fn check_needs_review(checks: &[Check], input: &DecisionInput) -> Result<()> {
    let for_review = checks.iter().filter(|check| check.is_for_review()).map(|check| &check.code);
    if for_review.clone().any(|code| *code == input.check) {
        return Ok(());
    }
    let error = Error::new(Code::EligibilityMismatch)
        .telling("to", Told::terms("nominations.status", [&input.outcome]));
    Err(error.with_violation(Violation::body("/check", one_of(for_review))))
}

/// The report on a nomination as it is now.
fn live_of(connection: &mut Connection, nomination: &NominationRow) -> Result<Report> {
    // By the identifier: after a cancelled edition, another one may have taken its year.
    let edition: EditionRow =
        editions::table.find(nomination.edition_id).select(EditionRow::as_select()).first(connection)?;
    live(connection, nomination, &edition)
}

fn live(connection: &mut Connection, nomination: &NominationRow, edition: &EditionRow) -> Result<Report> {
    let subject = match (&nomination.city_code, nomination.association_id) {
        (Some(code), _) => Subject::City(code.clone()),
        (None, Some(id)) => Subject::Association(id),
        (None, None) => return Err(Error::internal("a nomination without a subject")),
    };
    let findings = findings(connection, &subject, edition, Some(nomination))?;
    Ok(Report::new(findings, decisions_of(connection, nomination.id)?))
}

/// The latest decision on each check of a nomination.
fn decisions_of(connection: &mut Connection, nomination_id: Id) -> Result<HashMap<CheckCode, Decision>> {
    let rows: Vec<DecisionRow> = eligibility_decisions::table
        .filter(eligibility_decisions::nomination_id.eq(nomination_id))
        .order((eligibility_decisions::at, eligibility_decisions::id))
        .select(DecisionRow::as_select())
        .load(connection)?;
    let decision = |row: DecisionRow| Decision { outcome: row.outcome.0, reason: row.reason, at: row.at };
    Ok(rows.into_iter().map(|row| (row.check_code.0, decision(row))).collect())
}

/// What the checks find of a subject today, with what its nomination adds, if there is one.
fn findings(
    connection: &mut Connection,
    subject: &Subject,
    edition: &EditionRow,
    nomination: Option<&NominationRow>,
) -> Result<Vec<Finding>> {
    // The editions before there were parameters are held to the usual ones.
    let parameters = edition.parameters.as_ref().map(|parameters| parameters.0.clone()).unwrap_or_default();
    let terms = Terms {
        year: edition.year,
        parameters: &parameters,
        today: UtcTime::now().date_in_morocco(),
        call_opened_at: call_opened_at(connection, edition.id, subject.kind())?,
    };
    let nominating = match (nomination, terms.call_opened_at) {
        (Some(nomination), Some(opened_at)) => {
            of_same_organisation(connection, nomination.nominator_id, opened_at)?
        }
        (nomination, _) => nomination.map(|nomination| nomination.nominator_id).into_iter().collect(),
    };
    match subject {
        Subject::City(code) => {
            let nominee = Nominee { code, nominating: &nominating, call_opened_at: terms.call_opened_at };
            let facts = facts::queries::of_city(connection, nominee, edition.id, terms.active_since())?;
            Ok(rules::judge_city(&facts, &terms))
        }
        Subject::Association(id) => {
            let of = (nomination, nominating.as_slice());
            let facts = facts::queries::of_association(connection, *id, edition.year, of)?;
            Ok(rules::judge_association(&facts, &terms))
        }
    }
}
