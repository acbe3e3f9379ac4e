//! Publishing a designation, or taking it back. The publication is one transaction: all that was under embargo becomes
//! public truth at once.

use diesel::prelude::*;

use super::model::Transition;
use crate::access::{Caller, SigningKeys};
use crate::audit::{Actor, kept};
use crate::database::Connection;
use crate::database::schema::designations;
use crate::database::turns::{self, Turn};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions;
use crate::editions::criteria::NominationKind;
use crate::editions::model::EditionRow;
use crate::editions::queries::edition_by_year;
use crate::error::{Error, FieldRule, Reason, Result};
use crate::http::conditional::IfMatch;
use crate::nominations::embargo::Clearance;
use crate::nominations::embargo::queries::{clear_outcomes, set_outcome};
use crate::nominations::queries::of_edition;
use crate::nominations::rules::Status as NominationStatus;
use crate::nominations::transitions::queries::take;
use crate::selection::deliberations::queries::conclude;
use crate::selection::designations::access::rule_to;
use crate::selection::designations::conditions::{self, Ground, fate};
use crate::selection::designations::decision::Decision;
use crate::selection::designations::input::TransitionInput;
use crate::selection::designations::model::DesignationRow;
use crate::selection::designations::queries::{find, shown, write_next};
use crate::selection::designations::rules::{Basis, Status, asked_transition, transition};
use crate::selection::ranking::queries::current as current_ranking;
use crate::selection::ranking::rules::Standing;
use crate::selection::results::proof;

/// Whoever publishes, and with what.
struct Publisher<'a> {
    account_id: Id,
    actor: &'a Actor,
    keys: &'a SigningKeys,
}

/// Takes a designation from its state to another, when it is still at a version which the client has seen.
pub fn change(
    connection: &mut Connection,
    (caller, keys): (&Caller, &SigningKeys),
    actor: &Actor,
    (year, id): (i64, &str),
    if_match: &IfMatch,
    input: &TransitionInput,
) -> Result<Transition> {
    turns::take(connection, Turn::Selection)?;
    let edition = edition_by_year(connection, year)?;
    let current = find(connection, &edition, id)?;
    if let Some(rule) = rule_to(input.to) {
        caller.require(rule, false)?;
    }
    if_match.check(&shown(connection, &edition, current.clone())?)?;
    let to = asked_transition(current.status.0, input.to)?;
    if to != Status::Published {
        // Whoever publishes only does what both have signed.
        conditions::check_disinterested(connection, caller, &edition, &current.decision.0)?;
    }
    if to.needs_reason() && input.reason.is_none() {
        return Err(Error::invalid_field("/reason", Reason::new(FieldRule::Required)));
    }
    let next = current.moved(to, input.reason.clone(), UtcTime::now());
    let next = match to {
        Status::Published => {
            let publisher = Publisher { account_id: caller.account_id, actor, keys };
            publish(connection, &publisher, &edition, &current, next)?
        }
        Status::Annulled => {
            undecide(connection, &edition, &current)?;
            next
        }
        _ => next,
    };
    let next = kept::transition(connection, actor, &current, |connection| write_next(connection, &next))?;
    Ok(Transition::new(current.status.0, &next, edition.year))
}

/// Makes all that was decided public, and returns the designation with its proof.
fn publish(
    connection: &mut Connection,
    publisher: &Publisher<'_>,
    edition: &EditionRow,
    signed: &DesignationRow,
    published: DesignationRow,
) -> Result<DesignationRow> {
    let ground = conditions::unchanged(connection, edition, signed)?;
    let signed_at = signed.signed_at.ok_or_else(|| Error::internal("signed without a time"))?;
    let (decision, now) = (&signed.decision.0, published.updated_at);
    publish_nominations(connection, publisher, &ground, decision, signed_at)?;
    let edition = publish_to_edition(connection, publisher, edition, decision, now)?;
    if ground.follows {
        revoke_previous(connection, publisher.actor, signed, now)?;
    } else if let Some(ranking) = &ground.ranking {
        conclude(connection, publisher.actor, &ranking.deliberation, now)?;
    }
    let proof = proof::issue(connection, publisher.keys, &published, &edition)?;
    Ok(DesignationRow { proof: Some(Json(proof)), ..published })
}

/// The nominations go where they were decided to go, at the times at which that was decided.
fn publish_nominations(
    connection: &mut Connection,
    publisher: &Publisher<'_>,
    ground: &Ground,
    decision: &Decision,
    signed_at: UtcTime,
) -> Result<()> {
    let (actor, account_id) = (publisher.actor, publisher.account_id);
    for nomination in &ground.nominations {
        let to = fate(decision, nomination.id);
        if ground.follows {
            if to == NominationStatus::Selected {
                take(connection, actor, account_id, nomination, to, None, signed_at)?;
            }
            continue;
        }
        let shortlisted_at = ground.ranking.as_ref().map(|ranking| ranking.deliberation.closed_at);
        let row = match shortlisted_at.filter(|_| ground.passes(nomination.id)) {
            Some(at) => {
                take(connection, actor, account_id, nomination, NominationStatus::Shortlisted, None, at)?
            }
            None => nomination.clone(),
        };
        take(connection, actor, account_id, &row, to, None, signed_at)?;
    }
    let ids: Vec<Id> = ground.nominations.iter().map(|nomination| nomination.id).collect();
    clear_outcomes(connection, &ids)
}

/// The edition gets its city or its honours, or does not.
fn publish_to_edition(
    connection: &mut Connection,
    publisher: &Publisher<'_>,
    edition: &EditionRow,
    decision: &Decision,
    now: UtcTime,
) -> Result<EditionRow> {
    let (actor, account_id) = (publisher.actor, publisher.account_id);
    match decision.kind {
        NominationKind::City => {
            if decision.basis == Basis::Withheld {
                let reason = decision.reason.clone().unwrap_or_default();
                return editions::transitions::queries::withhold(
                    connection, actor, account_id, edition, reason, now,
                );
            }
            let city = decision.city_code.as_deref().ok_or_else(|| Error::internal("no city was decided"))?;
            let reason = decision.reason.clone();
            let designated = editions::transitions::queries::designate(
                connection, actor, account_id, edition, city, reason, now,
            )?;
            editions::transitions::queries::announce_next(connection, actor, &designated, now)?;
            Ok(designated)
        }
        NominationKind::Association => {
            for choice in &decision.selected {
                let association = choice.association_id.ok_or_else(|| Error::internal("no association"))?;
                let (title, citation) = (choice.title.clone().unwrap_or_default(), choice.citation.clone());
                let nomination = choice.nomination_id;
                editions::honours::award(
                    connection,
                    actor,
                    edition,
                    nomination,
                    association,
                    title,
                    citation,
                    now,
                )?;
            }
            Ok(edition.clone())
        }
    }
}

/// The decision whose title was taken back gives way to the one that follows it.
fn revoke_previous(
    connection: &mut Connection,
    actor: &Actor,
    following: &DesignationRow,
    now: UtcTime,
) -> Result<()> {
    let published: Vec<DesignationRow> = designations::table
        .filter(designations::edition_id.eq(following.edition_id))
        .filter(designations::kind.eq(following.kind))
        .filter(designations::status.eq(Keyword(Status::Published)))
        .filter(designations::basis.ne(Keyword(Basis::Withheld)))
        .select(DesignationRow::as_select())
        .load(connection)?;
    for current in published {
        let next = current.moved(transition(current.status.0, Status::Revoked)?, None, now);
        kept::transition(connection, actor, &current, |connection| write_next(connection, &next))?;
    }
    Ok(())
}

/// Undoes what the second signature has decided: what the jury found stands again.
fn undecide(connection: &mut Connection, edition: &EditionRow, signed: &DesignationRow) -> Result<()> {
    let (decision, now) = (&signed.decision.0, UtcTime::now());
    let open = of_edition(connection, edition.id, decision.kind, &[NominationStatus::UnderEvaluation])?;
    let named = decision.selected.iter().map(|choice| choice.nomination_id);
    let ids: Vec<Id> = open.iter().map(|nomination| nomination.id).chain(named).collect();
    clear_outcomes(connection, &ids)?;
    if open.is_empty() || signed.deliberation_id.is_none() {
        return Ok(());
    }
    let ranking = current_ranking(connection, &Clearance::of_process(), edition, decision.kind)?;
    for place in &ranking.places {
        if open.iter().any(|nomination| nomination.id == place.nomination_id) {
            let passes = place.standing == Standing::Passed;
            let status = if passes { NominationStatus::Shortlisted } else { NominationStatus::NotSelected };
            set_outcome(connection, place.nomination_id, status, None, now)?;
        }
    }
    Ok(())
}
