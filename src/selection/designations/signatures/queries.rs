//! Giving a signature. The second one decides, in the same transaction.

use super::model::{GivenSignature, Signed};
use crate::access::policy::CreateSignature;
use crate::access::{Caller, accounts};
use crate::audit::{Actor, kept};
use crate::database::schema::signatures;
use crate::database::turns::{self, Turn};
use crate::database::types::{Json, Keyword, UtcTime, keyword};
use crate::database::{Connection, stored};
use crate::editions::queries::edition_by_year;
use crate::error::{Code, Error, FieldRule, Reason, Result};
use crate::language::sentences::Told;
use crate::nominations::embargo::queries::set_outcome;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::designations::conditions::{self, Ground, fate};
use crate::selection::designations::decision::Decision;
use crate::selection::designations::input::SignatureInput;
use crate::selection::designations::model::{DesignationRow, SignatureRow};
use crate::selection::designations::queries::{find, signatures_of, write_next};
use crate::selection::designations::rules::{self, Institution, Status};
use crate::selection::institution_keys::signature::Statement;
use crate::selection::institution_keys::{self, KeysRequired};

/// Signs a designation for the caller's institution, with a credential that the caller has made itself.
pub fn create(
    connection: &mut Connection,
    (caller, keys_required): (&Caller, KeysRequired),
    actor: &Actor,
    (year, id): (i64, &str),
    input: &SignatureInput,
) -> Result<GivenSignature> {
    turns::take(connection, Turn::Selection)?;
    let edition = edition_by_year(connection, year)?;
    let current = find(connection, &edition, id)?;
    let institution = rules::institution(&caller.roles).ok_or_else(|| caller.forbidden())?;
    let now = UtcTime::now();
    let credential = accounts::signing_credential(connection, caller, now)?;
    check_state(&current)?;
    conditions::check_disinterested(connection, caller, &edition, &current.decision.0)?;
    if input.digest != current.digest {
        return Err(Error::invalid_field("/digest", Reason::new(FieldRule::OtherDecision)));
    }
    let given = signatures_of(connection, &[current.id])?.remove(&current.id).unwrap_or_default();
    check_free(&given, caller, institution)?;
    let statement = statement(&current, institution);
    let with_key = institution_keys::queries::signature(
        connection,
        caller,
        keys_required,
        &statement,
        input.jws.as_deref(),
    )?;
    let ground = conditions::unchanged(connection, &edition, &current)?;

    let signature = SignatureRow {
        designation_id: current.id,
        institution: Keyword(institution),
        account_id: caller.account_id,
        digest: current.digest.clone(),
        at: now,
        credential: Some(Json(credential)),
        jws: with_key.as_ref().map(|signature| signature.jws.clone()),
        jwk: with_key.map(|signature| Json(signature.jwk)),
    };
    let signed = kept::change(connection, actor, &current, |connection| {
        let signature = stored(connection, diesel::insert_into(signatures::table).values(&signature))?;
        let next = if given.is_empty() {
            current.next(now)
        } else {
            settle(connection, &ground, &current.decision.0, now)?;
            current.moved(rules::transition(current.status.0, Status::Signed)?, None, now)
        };
        Ok(Signed { designation: write_next(connection, &next)?, signature })
    })?;
    Ok(GivenSignature::new(signed.signature, edition.year, &signed.designation))
}

/// What an institution signs with a key.
fn statement(designation: &DesignationRow, institution: Institution) -> Statement {
    Statement {
        designation_id: designation.id,
        digest: designation.digest.clone(),
        edition_year: designation.decision.0.edition_year,
        institution,
        kind: designation.kind.0,
    }
}

fn check_state(designation: &DesignationRow) -> Result<()> {
    let status = keyword(&designation.status.0);
    if CreateSignature::RULE.is_for_state(&status) {
        return Ok(());
    }
    Err(Error::not_editable("designations.status", status, CreateSignature::RULE.states))
}

/// One signature an institution, and none of whoever has signed for the other.
fn check_free(given: &[SignatureRow], caller: &Caller, institution: Institution) -> Result<()> {
    let taken = |row: &SignatureRow| row.institution.0 == institution || row.account_id == caller.account_id;
    if given.iter().any(taken) {
        return Err(Error::new(Code::SignedAlready)
            .telling("institution", Told::part("institution_keys.institution", institution)));
    }
    Ok(())
}

/// Notes, under embargo, what becomes of every nomination that was decided on. Of a reserve, only those that are taken
/// from it change.
fn settle(connection: &mut Connection, ground: &Ground, decision: &Decision, now: UtcTime) -> Result<()> {
    for nomination in &ground.nominations {
        let status = fate(decision, nomination.id);
        if !ground.follows || status == NominationStatus::Selected {
            set_outcome(connection, nomination.id, status, Some(now), now)?;
        }
    }
    Ok(())
}
