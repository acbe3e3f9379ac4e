//! All SQL of eligibility: it gathers the facts that the rules judge, and keeps decisions on checks. It reads nothing of
//! an association that is not public.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use serde_json::{Value as JsonValue, json};

use super::checks::CheckCode;
use super::model::{
    Check, Decision, DecisionInput, DecisionRow, PublicAnswer, PublicDecision, PublicEligibility,
    QuestionInput, Report,
};
use super::rules::{self, AssociationFacts, CityFacts, Finding, Terms};
use crate::access::Caller;
use crate::access::policy::{ConfirmDescribedActivity, CreateEligibilityDecision};
use crate::associations;
use crate::associations::model::AssociationRow;
use crate::associations::terms::Value;
use crate::audit::{self, Action, Actor};
use crate::database::Connection;
use crate::database::fragment::{self, Fragment, Statement};
use crate::database::schema::{
    achievements, association_values, associations as associations_table, cities, editions,
    eligibility_decisions, honours,
};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword, UtcTime, keyword};
use crate::editions::model::EditionRow;
use crate::editions::queries::edition_by_year;
use crate::editions::rules::Status as EditionStatus;
use crate::editions::transitions::rules::day;
use crate::error::{Code, Error, Reason, Result, Violation};
use crate::nominations::access::Audience;
use crate::nominations::model::{NominationRow, Subject};
use crate::nominations::queries::find;
use crate::nominations::rules::{Kind, Status};
use crate::territory;
use crate::territory::cities::model::CityKind;

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
    let allowed: Vec<String> =
        EditionStatus::ALL.iter().filter(|status| takes(status)).map(keyword).collect();
    Err(Error::new(Code::EditionState)
        .with("year", edition.year)
        .with("status", keyword(&edition.status.0))
        .with("allowed", allowed.join(", ")))
}

/// The subject of a question, a rural commune included: the answer says why it cannot be capital.
fn subject(connection: &mut Connection, question: &QuestionInput) -> Result<Subject> {
    if let Some(given) = &question.city_code {
        let city = territory::cities::queries::referenced(connection, given, "/city_code")?;
        return Ok(Subject::City(city.code));
    }
    let missing = || Error::invalid_field("/association_id", Reason::new("required"));
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
    check_is_of_kind(input.check, nomination.kind.0)?;
    check_is_screened(&nomination)?;
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
    diesel::insert_into(eligibility_decisions::table).values(&row).execute(connection)?;
    let (id, after) = (row.id.to_string(), json!({"nomination_id": nomination.id, "decision": input}));
    audit::record(connection, actor, Action::Create, "eligibility_decision", &id, None, Some(after))?;
    Ok(row.into())
}

fn check_is_of_kind(check: CheckCode, kind: Kind) -> Result<()> {
    let checks = CheckCode::of(kind);
    if checks.contains(&check) { Ok(()) } else { Err(Error::invalid_field("/check", one_of(checks))) }
}

fn one_of<'a>(checks: impl IntoIterator<Item = &'a CheckCode>) -> Reason {
    let words: Vec<String> = checks.into_iter().map(keyword).collect();
    Reason::new("one_of").with("allowed", if words.is_empty() { "—".to_owned() } else { words.join(", ") })
}

fn check_is_screened(nomination: &NominationRow) -> Result<()> {
    let (status, rule) = (keyword(&nomination.status.0), CreateEligibilityDecision::RULE);
    if rule.is_for_state(&status) {
        return Ok(());
    }
    Err(Error::new(Code::NotEditable).with("status", status).with("allowed", rule.states.join(", ")))
}

/// What the register answers by itself is not for an officer to decide.
fn check_needs_review(checks: &[Check], input: &DecisionInput) -> Result<()> {
    let for_review = checks.iter().filter(|check| check.is_for_review()).map(|check| &check.code);
    if for_review.clone().any(|code| *code == input.check) {
        return Ok(());
    }
    let error = Error::new(Code::EligibilityMismatch).with("to", keyword(&input.outcome));
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
    let findings = findings(connection, &subject, edition, Some(nomination.id))?;
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
    nomination: Option<Id>,
) -> Result<Vec<Finding>> {
    // The editions before there were parameters are held to the usual ones.
    let parameters = edition.parameters.as_ref().map(|parameters| parameters.0.clone()).unwrap_or_default();
    let terms = Terms { year: edition.year, parameters: &parameters, today: day(UtcTime::now()) };
    match subject {
        Subject::City(code) => {
            let facts = city_facts(connection, code, edition.id, terms.active_since())?;
            Ok(rules::judge_city(&facts, &terms))
        }
        Subject::Association(id) => {
            let facts = association_facts(connection, *id, edition.year, nomination)?;
            Ok(rules::judge_association(&facts, &terms))
        }
    }
}

fn city_facts(connection: &mut Connection, code: &str, edition: Id, since: NaiveDate) -> Result<CityFacts> {
    let (kind, deleted_at): (Keyword<CityKind>, Option<UtcTime>) =
        cities::table.find(code).select((cities::kind, cities::deleted_at)).first(connection)?;
    let (edition_years, capital_years) = titles(connection, code, edition)?;
    let (active_associations, uncertain_associations, latest_activity_on) =
        activity(connection, code, since)?;
    let (activity_fields, possible_activity_fields) = fields(connection, code, since)?;
    Ok(CityFacts {
        is_listed: deleted_at.is_none(),
        kind: kind.0,
        capital_years,
        edition_years,
        active_associations,
        uncertain_associations,
        activity_fields,
        possible_activity_fields,
        latest_activity_on,
    })
}

/// The years of all other live editions, and of those among them in which the city was capital.
fn titles(connection: &mut Connection, code: &str, edition: Id) -> Result<(Vec<i64>, Vec<i64>)> {
    let rows: Vec<(i64, Keyword<EditionStatus>, Option<String>)> = editions::table
        .filter(editions::deleted_at.is_null())
        .filter(editions::id.ne(edition))
        .order(editions::year)
        .select((editions::year, editions::status, editions::city_code))
        .load(connection)?;
    let live = || rows.iter().filter(|(_, status, _)| status.is_live());
    let titles = live().filter(|(_, status, city)| status.has_title() && city.as_deref() == Some(code));
    Ok((live().map(|(year, ..)| *year).collect(), titles.map(|(year, ..)| *year).collect()))
}

/// Known to be active.
fn is_active(since: NaiveDate) -> Fragment {
    Fragment::new("associations.status = 'active' AND associations.last_activity_on >= ")
        .value(fragment::Value::Date(since))
}

/// Active or of unknown status, and seated in the city: the index on the seat finds them.
fn is_seated(code: &str) -> Fragment {
    Fragment::new("associations.city_code = ")
        .value(fragment::Value::Text(code.to_owned()))
        .sql(" AND associations.deleted_at IS NULL")
        .sql(" AND (associations.status = 'active' OR associations.status IS NULL)")
}

/// Perhaps active since, for all that is known.
fn may_be_recent(since: NaiveDate) -> Fragment {
    Fragment::new("(associations.last_activity_on IS NULL OR associations.last_activity_on >= ")
        .value(fragment::Value::Date(since))
        .sql(")")
}

/// How many associations of the city are active, how many more may be, and the latest day of activity.
fn activity(
    connection: &mut Connection,
    code: &str,
    since: NaiveDate,
) -> Result<(i64, i64, Option<NaiveDate>)> {
    // The latest day within a CASE: otherwise PostgreSQL looks for it along the days of the whole register.
    let figures = Fragment::<(BigInt, BigInt, Nullable<Date>)>::new("SELECT count(CASE WHEN ")
        .then(is_active(since))
        .sql(" THEN 1 END), count(CASE WHEN ")
        .then(may_be_recent(since))
        .sql(" THEN 1 END), max(CASE WHEN associations.status = 'active' THEN associations.last_activity_on END)")
        .sql(" FROM associations WHERE ")
        .then(is_seated(code));
    let (active, possible, latest): (i64, i64, Option<NaiveDate>) =
        Statement(figures).get_result(connection)?;
    Ok((active, possible - active, latest))
}

/// In how many fields the city's associations are active, and in how many they could be: one that is filed under no
/// field could be active in one more.
fn fields(connection: &mut Connection, code: &str, since: NaiveDate) -> Result<(i64, i64)> {
    const ALL_FIELDS: i64 = 12;
    let counts =
        Fragment::<(Nullable<Text>, BigInt, BigInt)>::new("SELECT filed.field_code, count(CASE WHEN ")
            .then(is_active(since))
            .sql(" THEN 1 END), count(*) FROM associations LEFT JOIN association_activity_fields AS filed")
            .sql(" ON filed.association_id = associations.id WHERE ")
            .then(Fragment::all([is_seated(code), may_be_recent(since)]))
            .sql(" GROUP BY filed.field_code");
    let rows: Vec<(Option<String>, i64, i64)> = Statement(counts).load(connection)?;
    let (mut known, mut possible) = (0, 0);
    for (field, active, all) in rows {
        match field {
            Some(_) => {
                known += i64::from(active > 0);
                possible += 1;
            }
            None => possible += all,
        }
    }
    Ok((known, possible.min(ALL_FIELDS).max(known)))
}

fn association_facts(
    connection: &mut Connection,
    id: Id,
    year: i64,
    nomination: Option<Id>,
) -> Result<AssociationFacts> {
    let row: AssociationRow =
        associations_table::table.find(id).select(AssociationRow::as_select()).first(connection)?;
    let mut described_values = if row.object.is_some() { values_of(connection, id)? } else { Vec::new() };
    let achieved = nomination.map(|id| achieved_values(connection, id)).transpose()?.unwrap_or_default();
    let achievements = i64::try_from(achieved.len()).unwrap_or(i64::MAX);
    described_values.extend(achieved);
    described_values.sort_unstable();
    described_values.dedup();
    Ok(AssociationFacts {
        is_listed: row.deleted_at.is_none(),
        status: row.status.map(|status| status.0),
        attestations: row.attestations.0,
        volunteers: row.volunteers,
        described_values,
        achievements,
        receipt_status: row.receipt_status.map(|status| status.0),
        receipt_on: row.receipt_on,
        honoured_in: honoured_in(connection, id, year)?,
    })
}

fn values_of(connection: &mut Connection, id: Id) -> Result<Vec<Value>> {
    let values: Vec<Keyword<Value>> = association_values::table
        .filter(association_values::association_id.eq(id))
        .select(association_values::value)
        .load(connection)?;
    Ok(values.into_iter().map(|value| value.0).collect())
}

/// The value of each achievement of a nomination.
fn achieved_values(connection: &mut Connection, nomination: Id) -> Result<Vec<Value>> {
    let values: Vec<Keyword<Value>> = achievements::table
        .filter(achievements::nomination_id.eq(nomination))
        .select(achievements::value)
        .load(connection)?;
    Ok(values.into_iter().map(|value| value.0).collect())
}

/// The years of the editions until `year` that honoured the association, without honours that were taken back.
fn honoured_in(connection: &mut Connection, association: Id, year: i64) -> Result<Vec<i64>> {
    Ok(honours::table
        .inner_join(editions::table.on(editions::id.eq(honours::edition_id)))
        .filter(honours::association_id.eq(association))
        .filter(honours::revoked_at.is_null())
        .filter(editions::deleted_at.is_null())
        .filter(editions::year.le(year))
        .order(editions::year)
        .select(editions::year)
        .distinct()
        .load(connection)?)
}
