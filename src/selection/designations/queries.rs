//! All SQL of designations themselves: reading and proposing them.

use std::collections::HashMap;

use diesel::prelude::*;

use super::conditions::{Ground, check_disinterested};
use super::decision::{Choice, Decision};
use super::input::{DesignationInput, SelectedInput};
use super::model::{Designation, DesignationRow, ShownSignature, SignatureRow};
use super::rules::{Basis, Status, check_choice};
use crate::access::Caller;
use crate::audit::{Actor, kept};
use crate::database::fragment::{Fragment, Value};
use crate::database::listing::{ListRequest, Page, Plan};
use crate::database::schema::{accounts, designations, signatures};
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Keyword};
use crate::database::{Connection, stored};
use crate::editions::criteria::NominationKind;
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::{city_for_title, edition_by_year, named, published_under};
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::http::list::Listed as _;

/// A page of the designations of an edition.
pub fn list(
    connection: &mut Connection,
    key: EditionKey,
    request: &ListRequest,
) -> Result<Page<Designation>> {
    let edition = named(connection, key)?;
    let plan = Plan::new(connection, &Designation::LIST, request)
        .within(Fragment::new("designations.edition_id = ").value(Value::Id(edition.id)));
    let rows = designations::table
        .select((DesignationRow::as_select(), plan.keys()))
        .filter(plan.filter())
        .order(plan.order())
        .limit(plan.limit())
        .load(connection)?;
    let page: Page<DesignationRow> = plan.finish(connection, rows)?;
    let ids: Vec<Id> = page.rows.iter().map(|row| row.id).collect();
    let mut signatures = shown_signatures(connection, &ids)?;
    Ok(page.map(|row| {
        let of_row = signatures.remove(&row.id).unwrap_or_default();
        Designation::new(row, edition.year, of_row)
    }))
}

/// One designation of an edition, or of one that had its year before.
pub fn get(connection: &mut Connection, key: EditionKey, id: &str) -> Result<Designation> {
    for edition in published_under(connection, key)? {
        match find(connection, &edition, id) {
            Err(error) if error.code == Code::NotFound => {}
            row => return shown(connection, &edition, row?),
        }
    }
    Err(Error::not_found("designation", id))
}

/// The row of a designation of an edition.
pub(super) fn find(connection: &mut Connection, edition: &EditionRow, id: &str) -> Result<DesignationRow> {
    let unknown = || Error::not_found("designation", id);
    let id: Id = id.parse().map_err(|_| unknown())?;
    designations::table
        .find(id)
        .filter(designations::edition_id.eq(edition.id))
        .select(DesignationRow::as_select())
        .first(connection)
        .optional()?
        .ok_or_else(unknown)
}

/// A designation with its signatures.
pub(super) fn shown(
    connection: &mut Connection,
    edition: &EditionRow,
    row: DesignationRow,
) -> Result<Designation> {
    let signatures = shown_signatures(connection, &[row.id])?.remove(&row.id).unwrap_or_default();
    Ok(Designation::new(row, edition.year, signatures))
}

/// The signatures of some designations, in the order in which they were given.
pub fn signatures_of(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, Vec<SignatureRow>>> {
    let rows: Vec<SignatureRow> = signatures::table
        .filter(signatures::designation_id.eq_any(ids))
        .order((signatures::at, signatures::institution))
        .select(SignatureRow::as_select())
        .load(connection)?;
    let mut of: HashMap<Id, Vec<SignatureRow>> = HashMap::new();
    for row in rows {
        of.entry(row.designation_id).or_default().push(row);
    }
    Ok(of)
}

fn shown_signatures(connection: &mut Connection, ids: &[Id]) -> Result<HashMap<Id, Vec<ShownSignature>>> {
    let rows = signatures_of(connection, ids)?;
    let signers: Vec<Id> = rows.values().flatten().map(|row| row.account_id).collect();
    let names: HashMap<Id, String> = accounts::table
        .filter(accounts::id.eq_any(signers))
        .select((accounts::id, accounts::name))
        .load::<(Id, String)>(connection)?
        .into_iter()
        .collect();
    let show = |row: SignatureRow| ShownSignature {
        institution: row.institution.0,
        signature: row.with_key(),
        account_name: names.get(&row.account_id).cloned(),
        account_id: row.account_id,
        at: row.at,
        credential: row.credential.map(|credential| credential.0),
    };
    Ok(rows.into_iter().map(|(id, rows)| (id, rows.into_iter().map(show).collect())).collect())
}

/// Proposes a decision on an edition.
pub fn create(
    connection: &mut Connection,
    caller: &Caller,
    actor: &Actor,
    year: i64,
    input: &DesignationInput,
) -> Result<Designation> {
    turns::take(connection, Turn::Selection)?;
    let edition = edition_by_year(connection, year)?;
    check_none_stands(connection, &edition, input)?;
    let ground = Ground::read(connection, &edition, input.kind, input.basis)?;
    let decision = decide(connection, &edition, &ground, input)?;
    check_disinterested(connection, caller, &edition, &decision)?;
    let deliberation_id = ground.ranking.map(|ranking| ranking.deliberation.id);
    let row = DesignationRow::new(edition.id, decision, deliberation_id, caller.account_id);
    let insert = diesel::insert_into(designations::table).values(&row);
    let row = kept::insert(connection, actor, |connection| stored(connection, insert))?;
    shown(connection, &edition, row)
}

/// The state of a designation of the kind that is in one of these.
pub fn standing(
    connection: &mut Connection,
    edition_id: Id,
    kind: NominationKind,
    states: &[Status],
) -> Result<Option<Status>> {
    let found: Option<Keyword<Status>> = designations::table
        .filter(designations::edition_id.eq(edition_id))
        .filter(designations::kind.eq(Keyword(kind)))
        .filter(designations::status.eq_any(states.iter().copied().map(Keyword)))
        .select(designations::status)
        .first(connection)
        .optional()?;
    Ok(found.map(|status| status.0))
}

/// One decision at a time: nobody proposes beside another proposal, or a decision that is signed and not yet published.
/// The honours of an edition are decided once.
fn check_none_stands(
    connection: &mut Connection,
    edition: &EditionRow,
    input: &DesignationInput,
) -> Result<()> {
    let mut states = vec![Status::Proposed, Status::Signed];
    if input.kind == NominationKind::Association {
        states.push(Status::Published);
    }
    match standing(connection, edition.id, input.kind, &states)? {
        Some(_) => Err(Error::already_exists("/kind")),
        None => Ok(()),
    }
}

/// The decision that `input` proposes, if it can be taken.
fn decide(
    connection: &mut Connection,
    edition: &EditionRow,
    ground: &Ground,
    input: &DesignationInput,
) -> Result<Decision> {
    if ground.follows && input.reason.is_none() {
        // Everybody is to read why a title changes hands.
        return Err(Error::invalid_field("/reason", Reason::new(FieldRule::Required)));
    }
    if input.basis == Basis::Ranking {
        let selected: Vec<Id> = input.selected.iter().map(|selected| selected.nomination_id).collect();
        check_choice(&ground.candidates(), &selected, &input.reserve, input.reason.is_some())
            .map_err(|error| error.with("year", edition.year))?;
    }
    let selected: Vec<Choice> = input.selected.iter().map(|selected| chosen(ground, selected)).collect();
    let city_code = match (&input.city_code, selected.first().and_then(|choice| choice.city_code.as_deref()))
    {
        (Some(given), _) => Some(city_for_title(connection, edition, given, "/city_code")?),
        (None, Some(code)) => Some(city_for_title(connection, edition, code, "/selected/0/nomination_id")?),
        (None, None) => None,
    };
    let reserve = input
        .reserve
        .iter()
        .map(|id| chosen(ground, &SelectedInput { nomination_id: *id, title: None, citation: None }));
    Ok(Decision {
        edition_year: edition.year,
        kind: input.kind,
        basis: input.basis,
        city_code,
        reserve: reserve.collect(),
        selected,
        reason: input.reason.as_deref().cloned(),
        ranking_digest: ground.ranking_digest(),
        commitment: ground.ranking.as_ref().map(|ranking| ranking.deliberation.commitment.clone()),
    })
}

fn chosen(ground: &Ground, input: &SelectedInput) -> Choice {
    let nomination = ground.nomination(input.nomination_id);
    Choice {
        nomination_id: input.nomination_id,
        city_code: nomination.and_then(|nomination| nomination.city_code.clone()),
        association_id: nomination.and_then(|nomination| nomination.association_id),
        title: input.title.as_deref().cloned(),
        citation: input.citation.as_deref().cloned(),
    }
}

/// Writes the next version of a designation over the one before it.
pub(super) fn write_next(connection: &mut Connection, next: &DesignationRow) -> Result<DesignationRow> {
    let version_before = designations::table.find(next.id).filter(designations::version.eq(next.version - 1));
    stored(connection, diesel::update(version_before).set(next))
}
