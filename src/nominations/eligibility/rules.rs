//! The checks of eligibility as pure functions: from the facts of the register, the figures of the edition and the day to
//! what was found. What is not known never passes and never fails by itself: it needs a review. So does what passes only by
//! what the nominee wrote itself after the call opened.

use chrono::{Days, Months, NaiveDate};

use super::checks::{CheckCode, Evidence, Outcome};
use super::facts::{AssociationFacts, CityFacts};
use super::model::Report;
use super::sentences::{self as say, Sentence};
use super::writers::Writing;
use crate::associations::model::Attestations;
use crate::associations::terms::{ReceiptStatus, Status as AssociationStatus};
use crate::database::types::UtcTime;
use crate::editions::parameters::Parameters;
use crate::editions::rules::title_in_the_way;
use crate::error::{Code, Error, FieldRule, Reason, Violation};
use crate::language::Text;
use crate::language::sentences::Told;
use crate::nominations::rules::Status;
use crate::territory::cities::model::CityKind;

/// What the facts are held against.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The year of the edition.
    pub year: i64,
    /// The figures of the edition.
    pub parameters: &'a Parameters,
    /// The day.
    pub today: NaiveDate,
    /// When the call for nominations of this kind opened; none when it has not.
    pub call_opened_at: Option<UtcTime>,
}

impl Terms<'_> {
    /// The first day whose activities count.
    pub fn active_since(&self) -> NaiveDate {
        let months = u32::try_from(self.parameters.max_months_since_activity).unwrap_or(u32::MAX);
        self.today.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
    }
}

/// What was found for one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub code: CheckCode,
    /// How it ends by itself.
    pub outcome: Outcome,
    /// What is to be said of it.
    pub detail: Text,
    /// The figures that it used.
    pub evidence: Evidence,
    /// When the nominee last wrote a fact of it after the call opened: a decision of before speaks of something else.
    pub rewritten_at: Option<UtcTime>,
}

impl Finding {
    /// What was found, held against what would be found if what the nominee wrote itself after the call opened were not
    /// known: what passes by that alone is for an officer to decide. `sentence` says so.
    fn held_against(self, independent: &Self, sentence: &Sentence, opened_at: UtcTime) -> Self {
        if self.outcome != Outcome::Pass || independent.outcome == Outcome::Pass {
            return self;
        }
        let why = sentence.filled(&[("day", Told::Day(opened_at.date_in_morocco()))]);
        Self { outcome: Outcome::NeedsReview, detail: say::followed_by(self.detail, why), ..self }
    }
}

type Judgement = (Outcome, Text);

fn judged(outcome: Outcome, sentence: &Sentence, values: &[(&'static str, Told)]) -> Judgement {
    (outcome, sentence.filled(values))
}

fn finding(code: CheckCode, (outcome, detail): Judgement, evidence: Evidence) -> Finding {
    Finding { code, outcome, detail, evidence, rewritten_at: None }
}

/// The checks of a city.
pub fn judge_city(facts: &CityFacts, terms: &Terms<'_>) -> Vec<Finding> {
    let found = city_checks(facts, terms);
    let Some(opened_at) = terms.call_opened_at else { return found };
    let independent = city_checks(&facts.independent(), terms);
    let pairs = found.into_iter().zip(&independent);
    pairs.map(|(found, alone)| found.held_against(alone, &say::CITY_SELF_WRITTEN, opened_at)).collect()
}

fn city_checks(facts: &CityFacts, terms: &Terms<'_>) -> Vec<Finding> {
    vec![
        urban_commune(facts),
        title_not_held(facts, terms),
        active_associations(facts, terms),
        activity_fields(facts, terms),
        latest_activity(facts, terms),
    ]
}

fn urban_commune(facts: &CityFacts) -> Finding {
    let judgement = match facts.kind {
        _ if !facts.is_listed => judged(Outcome::Fail, &say::CITY_GONE, &[]),
        CityKind::Urban => judged(Outcome::Pass, &say::URBAN, &[]),
        CityKind::Rural => judged(Outcome::Fail, &say::NOT_URBAN, &[]),
    };
    let evidence = Evidence { city_kind: Some(facts.kind), ..Evidence::default() };
    finding(CheckCode::UrbanCommune, judgement, evidence)
}

fn title_not_held(facts: &CityFacts, terms: &Terms<'_>) -> Finding {
    let pause = terms.parameters.city_title_again_after_editions;
    let judgement =
        match (title_in_the_way(terms.year, pause, &facts.capital_years, &facts.edition_years), pause) {
            (None, _) => judged(Outcome::Pass, &say::TITLE_FREE, &[]),
            (Some(year), None) => judged(Outcome::Fail, &say::TITLE_ONCE, &[("year", Told::number(year))]),
            (Some(year), Some(pause)) => {
                let values = [("year", Told::number(year)), ("editions", Told::number(pause))];
                judged(Outcome::Fail, &say::TITLE_TOO_SOON, &values)
            }
        };
    let evidence = Evidence {
        capital_years: Some(facts.capital_years.clone()),
        title_again_after_editions: pause,
        ..Evidence::default()
    };
    finding(CheckCode::TitleNotHeld, judgement, evidence)
}

/// Whether a number that is known is enough, or could be if all were known.
fn enough(known: i64, possible: i64, min: i64) -> Outcome {
    if known >= min {
        Outcome::Pass
    } else if possible >= min {
        Outcome::NeedsReview
    } else {
        Outcome::Fail
    }
}

fn active_associations(facts: &CityFacts, terms: &Terms<'_>) -> Finding {
    let (count, uncertain) = (facts.active_associations, facts.uncertain_associations);
    let (min, since) = (terms.parameters.min_active_associations, terms.active_since());
    let outcome = enough(count, count + uncertain, min);
    let sentence = match outcome {
        Outcome::Pass => &say::ASSOCIATIONS_ENOUGH,
        Outcome::NeedsReview => &say::ASSOCIATIONS_UNSURE,
        Outcome::Fail => &say::ASSOCIATIONS_MISSING,
    };
    let values = [
        ("count", Told::number(count)),
        ("min", Told::number(min)),
        ("missing", Told::number(min - count)),
        ("uncertain", Told::number(uncertain)),
        ("since", Told::Day(since)),
    ];
    let evidence = Evidence {
        active_associations: Some(count),
        min_active_associations: Some(min),
        uncertain_associations: Some(uncertain),
        independent_active_associations: facts.independent.map(|alone| alone.active_associations),
        ..of_associations(facts, terms)
    };
    finding(CheckCode::ActiveAssociations, judged(outcome, sentence, &values), evidence)
}

fn activity_fields(facts: &CityFacts, terms: &Terms<'_>) -> Finding {
    let (count, possible) = (facts.activity_fields, facts.possible_activity_fields);
    let min = terms.parameters.min_activity_fields;
    let outcome = enough(count, possible, min);
    let sentence = match outcome {
        Outcome::Pass => &say::FIELDS_ENOUGH,
        Outcome::NeedsReview => &say::FIELDS_UNSURE,
        Outcome::Fail => &say::FIELDS_MISSING,
    };
    let values = [
        ("count", Told::number(count)),
        ("min", Told::number(min)),
        ("missing", Told::number(min - count)),
        ("possible", Told::number(possible)),
    ];
    let evidence = Evidence {
        activity_fields: Some(count),
        possible_activity_fields: Some(possible),
        min_activity_fields: Some(min),
        independent_activity_fields: facts.independent.map(|alone| alone.activity_fields),
        ..of_associations(facts, terms)
    };
    finding(CheckCode::ActivityFields, judged(outcome, sentence, &values), evidence)
}

fn latest_activity(facts: &CityFacts, terms: &Terms<'_>) -> Finding {
    let (since, uncertain) = (terms.active_since(), facts.uncertain_associations);
    let day = facts.latest_activity_on;
    let values =
        [("day", Told::day(day)), ("since", Told::Day(since)), ("uncertain", Told::number(uncertain))];
    let (outcome, sentence) = match day {
        Some(day) if day >= since => (Outcome::Pass, &say::ACTIVITY_RECENT),
        _ if uncertain > 0 => (Outcome::NeedsReview, &say::ACTIVITY_UNKNOWN),
        Some(_) => (Outcome::Fail, &say::ACTIVITY_OLD),
        None => (Outcome::Fail, &say::ACTIVITY_NONE),
    };
    let evidence = Evidence {
        latest_activity_on: day,
        uncertain_associations: Some(uncertain),
        independent_active_associations: facts.independent.map(|alone| alone.active_associations),
        ..of_associations(facts, terms)
    };
    finding(CheckCode::LatestActivity, judged(outcome, sentence, &values), evidence)
}

/// What the three checks of a city's associations tell alike.
fn of_associations(facts: &CityFacts, terms: &Terms<'_>) -> Evidence {
    Evidence {
        active_since: Some(terms.active_since()),
        max_months_since_activity: Some(terms.parameters.max_months_since_activity),
        call_opened_at: terms.call_opened_at,
        written_since_call: terms.call_opened_at.map(|_| facts.written_since_call.clone()),
        ..Evidence::default()
    }
}

/// The checks of an association, with who wrote what they rest on.
pub fn judge_association(facts: &AssociationFacts, terms: &Terms<'_>) -> Vec<Finding> {
    let opened_at = terms.call_opened_at;
    let found =
        association_checks(facts, terms).into_iter().map(|found| with_writers(found, facts, opened_at));
    let Some(opened_at) = opened_at else { return found.collect() };
    let independent = association_checks(&facts.independent(Some(opened_at)), terms);
    let pairs = found.zip(&independent);
    pairs.map(|(found, alone)| found.held_against(alone, &say::SELF_WRITTEN, opened_at)).collect()
}

fn with_writers(finding: Finding, facts: &AssociationFacts, call_opened_at: Option<UtcTime>) -> Finding {
    let written: Vec<Writing> = facts.writings_of(finding.code).cloned().collect();
    let own = written.iter().filter(|writing| writing.is_self_written(call_opened_at));
    let rewritten_at = own.map(|writing| writing.written_at).max();
    let call_opened_at = call_opened_at.filter(|_| !written.is_empty());
    let evidence = Evidence { written, call_opened_at, ..finding.evidence };
    Finding { evidence, rewritten_at, ..finding }
}

fn association_checks(facts: &AssociationFacts, terms: &Terms<'_>) -> Vec<Finding> {
    let Attestations { national, non_profit, non_political, .. } = facts.attestations;
    vec![
        registered(facts),
        attested(CheckCode::National, national),
        voluntary(facts),
        attested(CheckCode::NonProfit, non_profit),
        attested(CheckCode::NonPolitical, non_political),
        described_activity(facts),
        legal_standing(facts, terms),
        not_honoured_recently(facts, terms),
    ]
}

fn registered(facts: &AssociationFacts) -> Finding {
    let judgement = match facts.status {
        _ if !facts.is_listed => judged(Outcome::Fail, &say::ASSOCIATION_GONE, &[]),
        Some(AssociationStatus::Active) => judged(Outcome::Pass, &say::REGISTERED, &[]),
        Some(status) => judged(
            Outcome::Fail,
            &say::NOT_ACTIVE,
            &[("status", Told::terms("associations.status", [status]))],
        ),
        None => judged(Outcome::NeedsReview, &say::STATUS_UNKNOWN, &[]),
    };
    let evidence = Evidence { association_status: facts.status, ..Evidence::default() };
    finding(CheckCode::Registered, judgement, evidence)
}

fn attested(code: CheckCode, attested: Option<bool>) -> Finding {
    let judgement = match attested {
        Some(true) => judged(Outcome::Pass, &say::ATTESTED, &[]),
        Some(false) => judged(Outcome::Fail, &say::NOT_ATTESTED, &[]),
        None => judged(Outcome::NeedsReview, &say::ATTESTATION_MISSING, &[]),
    };
    finding(code, judgement, Evidence { attested, ..Evidence::default() })
}

fn voluntary(facts: &AssociationFacts) -> Finding {
    let (attested, volunteers) = (facts.attestations.voluntary, facts.volunteers);
    let judgement = match (attested, volunteers) {
        (Some(false), _) => judged(Outcome::Fail, &say::NOT_ATTESTED, &[]),
        (_, Some(0)) => judged(Outcome::Fail, &say::NO_VOLUNTEERS, &[]),
        (None, _) => judged(Outcome::NeedsReview, &say::ATTESTATION_MISSING, &[]),
        (Some(true), None) => judged(Outcome::NeedsReview, &say::VOLUNTEERS_UNKNOWN, &[]),
        (Some(true), Some(volunteers)) => {
            judged(Outcome::Pass, &say::VOLUNTEERS, &[("volunteers", Told::number(volunteers))])
        }
    };
    finding(CheckCode::Voluntary, judgement, Evidence { attested, volunteers, ..Evidence::default() })
}

/// Whether an activity fits a value is for a person to judge: this check passes by a decision alone.
fn described_activity(facts: &AssociationFacts) -> Finding {
    let values = &facts.described_values;
    let judgement = if values.is_empty() {
        judged(Outcome::Fail, &say::ACTIVITY_NOT_DESCRIBED, &[])
    } else {
        judged(Outcome::NeedsReview, &say::ACTIVITY_DESCRIBED, &[("count", Told::number(values.len()))])
    };
    let evidence = Evidence {
        values: Some(values.clone()),
        achievements: Some(facts.achievements),
        ..Evidence::default()
    };
    finding(CheckCode::DescribedActivity, judgement, evidence)
}

fn legal_standing(facts: &AssociationFacts, terms: &Terms<'_>) -> Finding {
    let days = terms.parameters.provisional_receipt_days;
    let provisional = facts.receipt_on.filter(|_| facts.receipt_status == Some(ReceiptStatus::Provisional));
    let from = provisional.map(|day| counts_from(day, days));
    let judgement = match (facts.receipt_status, provisional.zip(from)) {
        (Some(ReceiptStatus::Final), _) => judged(Outcome::Pass, &say::RECEIPT_FINAL, &[]),
        (Some(ReceiptStatus::Provisional), Some((day, from))) => {
            let values = [("day", Told::Day(day)), ("from", Told::Day(from))];
            if from <= terms.today {
                judged(Outcome::Pass, &say::RECEIPT_COUNTS, &values)
            } else {
                judged(Outcome::Fail, &say::RECEIPT_YOUNG, &values)
            }
        }
        (Some(ReceiptStatus::Provisional), None) => {
            judged(Outcome::NeedsReview, &say::RECEIPT_DAY_UNKNOWN, &[])
        }
        (Some(ReceiptStatus::None), _) => judged(Outcome::Fail, &say::RECEIPT_NONE, &[]),
        (None, _) => judged(Outcome::NeedsReview, &say::RECEIPT_UNKNOWN, &[]),
    };
    let evidence = Evidence {
        receipt_status: facts.receipt_status,
        receipt_on: facts.receipt_on,
        provisional_receipt_days: Some(days),
        receipt_counts_from: from,
        ..Evidence::default()
    };
    finding(CheckCode::LegalStanding, judgement, evidence)
}

/// The first day on which a provisional receipt is older than so many days.
fn counts_from(receipt_on: NaiveDate, days: i64) -> NaiveDate {
    let days = u64::try_from(days).unwrap_or_default().saturating_add(1);
    receipt_on.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn not_honoured_recently(facts: &AssociationFacts, terms: &Terms<'_>) -> Finding {
    let pause = terms.parameters.association_honour_pause_years;
    // An honour of the edition itself counts, too; without a pause none does.
    let counting = (terms.year - pause)..=(terms.year - i64::from(pause == 0));
    let judgement = match facts.honoured_in.iter().rfind(|year| counting.contains(year)) {
        Some(year) => {
            let values = [("year", Told::number(year)), ("from", Told::number(year + pause + 1))];
            judged(Outcome::Fail, &say::HONOURED, &values)
        }
        None => {
            let years = if pause == 0 {
                "—".to_owned()
            } else {
                format!("{}–{}", counting.start(), counting.end())
            };
            judged(Outcome::Pass, &say::NOT_HONOURED, &[("years", Told::AsIs(years))])
        }
    };
    let evidence = Evidence {
        honoured_in: Some(facts.honoured_in.clone()),
        association_honour_pause_years: Some(pause),
        ..Evidence::default()
    };
    finding(CheckCode::NotHonouredRecently, judgement, evidence)
}

/// Refuses the end of a screening that the report contradicts: eligible is only who passes everything, ineligible only
/// who fails something.
pub fn check_screening(report: &Report, to: Status) -> Result<(), Error> {
    let named = |outcome: Outcome, rule: FieldRule| {
        let checks = report.checks.iter().filter(move |check| check.outcome == outcome);
        checks.map(move |check| {
            Violation::body("/to", Reason::new(rule).telling("check", Told::Text(check.code.name())))
        })
    };
    let undecided = named(Outcome::NeedsReview, FieldRule::CheckUndecided);
    let violations: Vec<Violation> = match to {
        Status::Eligible => named(Outcome::Fail, FieldRule::CheckFailed).chain(undecided).collect(),
        Status::Ineligible if report.outcome == Outcome::Fail => Vec::new(),
        _ => std::iter::once(Violation::body("/to", Reason::new(FieldRule::NoCheckFailed)))
            .chain(undecided)
            .collect(),
    };
    if violations.is_empty() {
        return Ok(());
    }
    let error = Error::new(Code::EligibilityMismatch).telling("to", Told::terms("nominations.status", [&to]));
    Err(violations.into_iter().fold(error, Error::with_violation))
}

#[cfg(test)]
mod tests;
