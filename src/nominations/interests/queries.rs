//! All SQL of interests, and the refusal of whoever has one.

use std::collections::HashMap;

use diesel::prelude::*;

use super::rules::{self, AccountFacts, Ground, NominationFacts, same_name};
use crate::access::accounts::{Affiliation, affiliations};
use crate::access::{Caller, Role};
use crate::database::Connection;
use crate::database::schema::{
    account_roles, association_internal_records, associations, edition_transitions, editions,
};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::rules::Status as EditionStatus;
use crate::error::{Code, Error, Result};
use crate::language::Text;
use crate::language::sentences::Told;
use crate::nominations::model::NominationRow;
use crate::nominations::queries::of_edition;
use crate::nominations::rules::{Kind, Status, call_state};

/// Whose nominations tie an account to the nominee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nominators {
    /// Everybody's.
    All,
    /// Those of others than offices: a ministry that nominates must still be able to run the process, so its officers
    /// are only tied to whatever they belong to.
    NotOffices,
}

/// The roles of those who run the process; an office that nominates keeps the register all the same.
const OFFICES: [Role; 3] = [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer];

/// The nominations that a decision can be about, or that gain by it.
const RIVALS: [Status; 8] = [
    Status::Submitted,
    Status::NeedsCompletion,
    Status::Eligible,
    Status::Ineligible,
    Status::UnderEvaluation,
    Status::Shortlisted,
    Status::Selected,
    Status::Reserve,
];

/// An interested office takes no part: refuses with 403 whoever is tied to a live nomination of a kind for an edition. What
/// becomes of one changes the chances of all.
pub fn check_disinterested(
    connection: &mut Connection,
    caller: &Caller,
    (edition_id, kind): (Id, Kind),
    nominators: Nominators,
) -> Result<()> {
    let rivals = of_edition(connection, edition_id, kind, &RIVALS)?;
    let found = interests(connection, &[caller.account_id], &rivals, nominators)?;
    match found.into_iter().min_by_key(|((nomination_id, _), _)| *nomination_id) {
        None => Ok(()),
        Some(((nomination_id, _), ground)) => {
            Err(interested(ground, &format!("/v1/nominations/{nomination_id}")))
        }
    }
}

/// As [`check_disinterested`], of a city that is named without a nomination.
pub fn check_disinterested_in_city(
    connection: &mut Connection,
    caller: &Caller,
    edition_id: Id,
    code: &str,
) -> Result<()> {
    let since = counts_since(connection, edition_id, Kind::City)?;
    let facts = account_facts(connection, &[caller.account_id], since)?;
    let city = NominationFacts { city_code: Some(code.to_owned()), ..NominationFacts::default() };
    match facts.iter().find_map(|(_, account)| rules::conflict(account, &city)) {
        None => Ok(()),
        Some(ground) => Err(interested(ground, &format!("/v1/cities/{code}"))),
    }
}

/// Refuses the account that made a nomination: whoever nominates does not decide whether that is good enough.
pub fn check_not_nominator(caller: &Caller, nomination: &NominationRow) -> Result<()> {
    if nomination.nominator_id != caller.account_id {
        return Ok(());
    }
    Err(interested(Ground::Nominator, &format!("/v1/nominations/{}", nomination.id)))
}

fn interested(ground: Ground, path: &str) -> Error {
    Error::new(Code::InterestedOffice)
        .telling("ground", Told::part("conflicts.ground", ground))
        .with("path", path)
}

/// Which of these accounts have an interest in which of these nominations of one kind for one edition, by nomination and
/// account. Whatever an account, or the nominator, has belonged to since the call opened counts.
pub fn interests(
    connection: &mut Connection,
    of: &[Id],
    nominations: &[NominationRow],
    nominators: Nominators,
) -> Result<HashMap<(Id, Id), Ground>> {
    let Some(first) = nominations.first() else { return Ok(HashMap::new()) };
    let since = counts_since(connection, first.edition_id, first.kind.0)?;
    let accounts = account_facts(connection, of, since)?;
    let nominations = nomination_facts(connection, nominations, nominators, since)?;
    let pairs = nominations.iter().flat_map(|nomination| accounts.iter().map(move |one| (nomination, one)));
    Ok(pairs
        .filter_map(|((nomination_id, nomination), (account_id, account))| {
            Some(((*nomination_id, *account_id), rules::conflict(account, nomination)?))
        })
        .collect())
}

/// When the call of an edition for nominations of `kind` opened: the step that opened it, which its history keeps, and not
/// the window, which can be changed later. The step back after a postponement opens nothing anew.
pub fn call_opened_at(connection: &mut Connection, edition_id: Id, kind: Kind) -> Result<Option<UtcTime>> {
    Ok(edition_transitions::table
        .filter(edition_transitions::edition_id.eq(edition_id))
        .filter(edition_transitions::to_status.eq(Keyword(call_state(kind))))
        .filter(edition_transitions::from_status.ne(Keyword(EditionStatus::Postponed)))
        .order((edition_transitions::at.desc(), edition_transitions::id.desc()))
        .select(edition_transitions::at)
        .first(connection)
        .optional()?)
}

/// Since when an affiliation counts: since the call opened, or, where none did, since the edition was made.
fn counts_since(connection: &mut Connection, edition_id: Id, kind: Kind) -> Result<UtcTime> {
    match call_opened_at(connection, edition_id, kind)? {
        Some(opened_at) => Ok(opened_at),
        None => Ok(editions::table.find(edition_id).select(editions::created_at).first(connection)?),
    }
}

/// What counts of these accounts, once for each affiliation that they have or had; the present one comes last.
fn account_facts(connection: &mut Connection, ids: &[Id], since: UtcTime) -> Result<Vec<(Id, AccountFacts)>> {
    let affiliations = affiliations::queries::since(connection, ids, since)?;
    let own: Vec<Id> = affiliations.values().flatten().filter_map(|one| one.association_id).collect();
    let seats: HashMap<Id, Option<String>> = associations::table
        .filter(associations::id.eq_any(own))
        .select((associations::id, associations::city_code))
        .load::<(Id, Option<String>)>(connection)?
        .into_iter()
        .collect();
    let facts = |affiliation: Affiliation| AccountFacts {
        seat_city: affiliation.association_id.and_then(|id| seats.get(&id).cloned().flatten()),
        affiliation,
    };
    let of_account =
        |(id, all): (Id, Vec<Affiliation>)| all.into_iter().map(move |one| (id, one)).collect::<Vec<_>>();
    Ok(affiliations.into_iter().flat_map(of_account).map(|(id, one)| (id, facts(one))).collect())
}

/// What counts of these nominations, once for each affiliation that the nominator has or had.
fn nomination_facts(
    connection: &mut Connection,
    of: &[NominationRow],
    nominators: Nominators,
    since: UtcTime,
) -> Result<Vec<(Id, NominationFacts)>> {
    let nominating: Vec<Id> = of.iter().map(|nomination| nomination.nominator_id).collect();
    let mut ties = affiliations::queries::since(connection, &nominating, since)?;
    if nominators == Nominators::NotOffices {
        for office in offices_among(connection, &nominating)? {
            ties.remove(&office);
        }
    }
    let nominated: Vec<Id> = of.iter().filter_map(|nomination| nomination.association_id).collect();
    let registered = registered(connection, &nominated)?;
    let mut facts = Vec::new();
    for nomination in of {
        let association = nomination.association_id.and_then(|id| registered.get(&id)).cloned();
        let alone = NominationFacts {
            city_code: nomination.city_code.clone(),
            association_id: nomination.association_id,
            ..association.unwrap_or_default()
        };
        let nominators =
            ties.get(&nomination.nominator_id).cloned().unwrap_or_else(|| vec![Affiliation::default()]);
        let with = |nominator| (nomination.id, NominationFacts { nominator, ..alone.clone() });
        facts.extend(nominators.into_iter().map(with));
    }
    Ok(facts)
}

/// Those of these accounts that are offices.
fn offices_among(connection: &mut Connection, ids: &[Id]) -> Result<Vec<Id>> {
    Ok(account_roles::table
        .filter(account_roles::account_id.eq_any(ids))
        .filter(account_roles::role.eq_any(OFFICES.map(Keyword)))
        .select(account_roles::account_id)
        .load(connection)?)
}

/// The accounts whose word is a nominator's own: itself and, unless it is an office, all of the same organisation.
pub fn of_same_organisation(connection: &mut Connection, nominator: Id, since: UtcTime) -> Result<Vec<Id>> {
    let mut all = vec![nominator];
    if !offices_among(connection, &[nominator])?.is_empty() {
        return Ok(all);
    }
    let known = affiliations::queries::organisations_since(connection, since)?;
    let own: Vec<&String> =
        known.iter().filter(|(id, _)| *id == nominator).map(|(_, organisation)| organisation).collect();
    let is_own = |organisation: &String| {
        own.iter().any(|one| same_name(&Some((*one).clone()), &Some(organisation.clone())))
    };
    all.extend(known.iter().filter(|(_, organisation)| is_own(organisation)).map(|(id, _)| *id));
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// What the register says of these associations.
fn registered(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, NominationFacts>> {
    type Row = (Id, Json<Text>, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = associations::table
        .left_join(
            association_internal_records::table
                .on(association_internal_records::association_id.eq(associations::id)),
        )
        .filter(associations::id.eq_any(ids))
        .select((
            associations::id,
            associations::name,
            associations::acronym,
            associations::city_code,
            association_internal_records::legal_representative.nullable(),
        ))
        .load(connection)?;
    let facts = |(id, name, acronym, seat_city, representative): Row| {
        let names = name.all().map(|(_, name)| name.to_owned()).chain(acronym).collect();
        (id, NominationFacts { seat_city, names, representative, ..NominationFacts::default() })
    };
    Ok(rows.into_iter().map(facts).collect())
}
