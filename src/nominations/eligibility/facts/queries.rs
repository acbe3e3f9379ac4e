//! All SQL that gathers the facts of a city or an association. It reads nothing of an association that is not public, but
//! who wrote its facts.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use serde::Serialize;

use super::{AssociationFacts, CityFacts, Independent};
use crate::associations;
use crate::associations::facts::{AuthorKind, Fact};
use crate::associations::model::AssociationRow;
use crate::associations::terms::AssociationValue;
use crate::database::Connection;
use crate::database::fragment::{self, Fragment, Statement};
use crate::database::schema::{
    achievements, association_activity_fields, association_values, associations as associations_table,
    cities, editions, honours,
};
use crate::database::types::{Id, Identifier, Keyword, UtcTime, keyword};
use crate::editions::rules::Status as EditionStatus;
use crate::error::Result;
use crate::nominations::eligibility::checks::CheckCode;
use crate::nominations::eligibility::writers::{SinceCall, Writing, WrittenBy};
use crate::nominations::model::NominationRow;
use crate::nominations::rules::Kind;
use crate::states::AssociationStatus;
use crate::territory::cities::model::CityKind;

/// A city that is nominated, or asked about: whose word about its associations is not enough after the call opened.
#[derive(Debug, Clone, Copy)]
pub(in crate::nominations::eligibility) struct Nominee<'a> {
    /// Code of the city.
    pub(in crate::nominations::eligibility) code: &'a str,
    /// The account that nominated it, and those of the same organisation.
    pub(in crate::nominations::eligibility) nominating: &'a [Id],
    /// When the call opened.
    pub(in crate::nominations::eligibility) call_opened_at: Option<UtcTime>,
}

/// What the register says of a nominated city, or of one that is asked about; activities count from `since` on.
pub(in crate::nominations::eligibility) fn of_city(
    connection: &mut Connection,
    nominee: Nominee<'_>,
    edition: Id,
    since: NaiveDate,
) -> Result<CityFacts> {
    let code = nominee.code;
    let (kind, deleted_at): (Keyword<CityKind>, Option<UtcTime>) =
        cities::table.find(code).select((cities::kind, cities::deleted_at)).first(connection)?;
    let (edition_years, capital_years) = titles(connection, code, edition)?;
    let (active_associations, uncertain_associations, latest_activity_on) =
        activity(connection, code, since)?;
    let (known_fields, possible_activity_fields) = fields(connection, code, since)?;
    let since_call = since_call(connection, nominee, since)?;
    let independent = match &since_call {
        Some(written) => Some(Independent {
            active_associations: active_associations - written.own_activity(),
            activity_fields: fields_of_others(connection, &known_fields, &written.own())?,
        }),
        None => None,
    };
    Ok(CityFacts {
        is_listed: deleted_at.is_none(),
        kind: kind.0,
        capital_years,
        edition_years,
        active_associations,
        uncertain_associations,
        activity_fields: number(&known_fields),
        possible_activity_fields,
        latest_activity_on,
        independent,
        written_since_call: since_call.map(|written| written.counts()).unwrap_or_default(),
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

const IS_ACTIVE: &str =
    const_str::concat!("associations.status = '", AssociationStatus::Active.into_str(), "'");

/// Known to be active.
fn is_active(since: NaiveDate) -> Fragment {
    Fragment::new(const_str::concat!(IS_ACTIVE, " AND associations.last_activity_on >= "))
        .value(fragment::Value::Date(since))
}

/// Active or of unknown status, and seated in the city: the index on the seat finds them.
fn is_seated(code: &str) -> Fragment {
    Fragment::new("associations.city_code = ")
        .value(fragment::Value::Text(code.to_owned()))
        .sql(" AND associations.deleted_at IS NULL")
        .sql(const_str::concat!(" AND (", IS_ACTIVE, " OR associations.status IS NULL)"))
}

/// Perhaps active since, for all that is known.
fn may_be_recent(since: NaiveDate) -> Fragment {
    Fragment::new("(associations.last_activity_on IS NULL OR associations.last_activity_on >= ")
        .value(fragment::Value::Date(since))
        .sql(")")
}

/// The facts by which an association counts for its city.
const COUNTING: [Fact; 5] =
    [Fact::Entry, Fact::CityCode, Fact::Status, Fact::LastActivityOn, Fact::ActivityFields];

fn word<T: Serialize>(word: &T) -> fragment::Value {
    fragment::Value::Text(keyword(word))
}

/// That whoever belongs to the city, or another system of whoever nominated it, has written a fact.
fn written_by_nominee(nominee: Nominee<'_>) -> Fragment {
    let of_city = Fragment::new("written.city_code = ").value(fragment::Value::Text(nominee.code.to_owned()));
    if nominee.nominating.is_empty() {
        return of_city;
    }
    of_city
        .sql(" OR (written.written_by = ")
        .value(word(&AuthorKind::Integration))
        .sql(" AND written.account_id IN ")
        .values(nominee.nominating.iter().map(|id| fragment::Value::Id(*id)))
        .sql(")")
}

/// What was written since the call opened of the active associations of a city, as far as it counts; none before that.
fn since_call(
    connection: &mut Connection,
    nominee: Nominee<'_>,
    since: NaiveDate,
) -> Result<Option<SinceCall>> {
    let Some(opened_at) = nominee.call_opened_at else { return Ok(None) };
    let written = Fragment::<(Identifier, Text, Text)>::new("SELECT associations.id, CASE WHEN ")
        .then(written_by_nominee(nominee))
        .sql(" THEN ")
        .value(word(&WrittenBy::Nominee))
        .sql(" ELSE written.written_by END, written.fact FROM associations JOIN association_facts AS written")
        .sql(" ON written.association_id = associations.id AND written.written_at >= ")
        .value(fragment::Value::Instant(opened_at))
        .sql(" AND written.fact IN ")
        .values(COUNTING.iter().map(word))
        .sql(" WHERE ")
        .then(Fragment::all([is_seated(nominee.code), is_active(since)]));
    let rows: Vec<(Id, Keyword<WrittenBy>, Keyword<Fact>)> = Statement(written).load(connection)?;
    Ok(Some(rows.into_iter().map(|(id, written_by, fact)| (id, written_by.0, fact.0)).collect()))
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
        .sql(const_str::concat!(
            " THEN 1 END), max(CASE WHEN ",
            IS_ACTIVE,
            " THEN associations.last_activity_on END)"
        ))
        .sql(" FROM associations WHERE ")
        .then(is_seated(code));
    let (active, possible, latest): (i64, i64, Option<NaiveDate>) =
        Statement(figures).get_result(connection)?;
    Ok((active, possible - active, latest))
}

/// How many active associations of the city are filed under each field, and in how many fields there could be any: one
/// that is filed under no field could be active in one more.
fn fields(connection: &mut Connection, code: &str, since: NaiveDate) -> Result<(HashMap<String, i64>, i64)> {
    const ALL_FIELDS: i64 = 12;
    let counts =
        Fragment::<(Nullable<Text>, BigInt, BigInt)>::new("SELECT filed.field_code, count(CASE WHEN ")
            .then(is_active(since))
            .sql(" THEN 1 END), count(*) FROM associations LEFT JOIN association_activity_fields AS filed")
            .sql(" ON filed.association_id = associations.id WHERE ")
            .then(Fragment::all([is_seated(code), may_be_recent(since)]))
            .sql(" GROUP BY filed.field_code");
    let rows: Vec<(Option<String>, i64, i64)> = Statement(counts).load(connection)?;
    let (mut known, mut possible) = (HashMap::new(), 0);
    for (field, active, all) in rows {
        match field {
            Some(field) => {
                possible += 1;
                if active > 0 {
                    known.insert(field, active);
                }
            }
            None => possible += all,
        }
    }
    let at_least = number(&known);
    Ok((known, possible.min(ALL_FIELDS).max(at_least)))
}

fn number(fields: &HashMap<String, i64>) -> i64 {
    i64::try_from(fields.len()).unwrap_or(i64::MAX)
}

/// In how many of the `known` fields there are others than these associations.
fn fields_of_others(
    connection: &mut Connection,
    known: &HashMap<String, i64>,
    without: &[Id],
) -> Result<i64> {
    /// As many identifiers as a statement takes easily.
    const AT_A_TIME: usize = 500;
    let mut left = known.clone();
    for ids in without.chunks(AT_A_TIME) {
        let filed: Vec<(String, i64)> = association_activity_fields::table
            .filter(association_activity_fields::association_id.eq_any(ids))
            .group_by(association_activity_fields::field_code)
            .select((association_activity_fields::field_code, count_star()))
            .load(connection)?;
        for (field, count) in filed {
            left.entry(field).and_modify(|others| *others -= count);
        }
    }
    left.retain(|_, others| *others > 0);
    Ok(number(&left))
}

/// What the register says of an association, with what its nomination adds, if there is one.
pub(in crate::nominations::eligibility) fn of_association(
    connection: &mut Connection,
    id: Id,
    year: i64,
    (nomination, nominating): (Option<&NominationRow>, &[Id]),
) -> Result<AssociationFacts> {
    let row: AssociationRow =
        associations_table::table.find(id).select(AssociationRow::as_select()).first(connection)?;
    let mut described_values = if row.object.is_some() { values_of(connection, id)? } else { Vec::new() };
    let is_described_in_register = !described_values.is_empty();
    let achieved = nomination
        .map(|nomination| achieved_values(connection, nomination.id))
        .transpose()?
        .unwrap_or_default();
    let achievements = i64::try_from(achieved.len()).unwrap_or(i64::MAX);
    described_values.extend(achieved);
    described_values.sort_unstable();
    described_values.dedup();
    let facts = AssociationFacts {
        is_listed: row.deleted_at.is_none(),
        status: row.status.map(|status| status.0),
        attestations: row.attestations.0,
        volunteers: row.volunteers,
        described_values,
        is_described_in_register,
        achievements,
        receipt_status: row.receipt_status.map(|status| status.0),
        receipt_on: row.receipt_on,
        honoured_in: honoured_in(connection, id, year)?,
        writings: Vec::new(),
    };
    let writings = writings(connection, id, &facts, nominating)?;
    Ok(AssociationFacts { writings, ..facts })
}

/// Who wrote the facts of an association that are known and that a check rests on.
fn writings(
    connection: &mut Connection,
    id: Id,
    facts: &AssociationFacts,
    nominating: &[Id],
) -> Result<Vec<Writing>> {
    let rows = associations::facts::queries::of(connection, id)?;
    let decisive = CheckCode::of(Kind::Association).iter().flat_map(|code| code.facts());
    let written = decisive.filter(|fact| facts.knows(**fact)).filter_map(|fact| {
        let row = rows.get(fact).or_else(|| rows.get(&Fact::Entry))?;
        Some(Writing {
            fact: *fact,
            written_by: WrittenBy::of_nominated_association(row, nominating),
            written_at: row.written_at,
            source: row.source.clone(),
        })
    });
    Ok(written.collect())
}

fn values_of(connection: &mut Connection, id: Id) -> Result<Vec<AssociationValue>> {
    let values: Vec<Keyword<AssociationValue>> = association_values::table
        .filter(association_values::association_id.eq(id))
        .select(association_values::value)
        .load(connection)?;
    Ok(values.into_iter().map(|value| value.0).collect())
}

/// The value of each achievement of a nomination.
fn achieved_values(connection: &mut Connection, nomination: Id) -> Result<Vec<AssociationValue>> {
    let values: Vec<Keyword<AssociationValue>> = achievements::table
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
