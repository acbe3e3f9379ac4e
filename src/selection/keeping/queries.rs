//! All SQL of what the selection process refers to.

use diesel::prelude::*;

use crate::database::Connection;
use crate::database::schema::{assignments, cities, deliberations, designations, editions};
use crate::database::types::{Id, Keyword};
use crate::editions::criteria::NominationKind;
use crate::editions::rules::Status as EditionStatus;
use crate::error::Result;
use crate::keeping::{Hold, Reference, Referrer, Target};
use crate::selection::designations::rules::Status;
use crate::territory::cities::model::CityKind;

/// The work of juries and the decisions for an edition; and for a city, that a decision on a title waits.
pub fn references(connection: &mut Connection, target: &Target) -> Result<Vec<Reference>> {
    match target {
        Target::City(code) => pending_title(connection, code),
        Target::Association(_) => Ok(Vec::new()),
        Target::Edition(id) => {
            let mut found = of_jury(connection, *id)?;
            found.extend(decision(connection, *id)?);
            Ok(found)
        }
    }
}

/// While an edition decides on its title in public, every commune that could have it is kept, whatever is decided: a
/// refusal must tell neither which one it is nor that there is a decision. One that is decided directly keeps them as well.
fn pending_title(connection: &mut Connection, code: &str) -> Result<Vec<Reference>> {
    let could_have_it = cities::table.find(code).filter(cities::kind.eq(Keyword(CityKind::Urban)));
    if could_have_it.count().get_result::<i64>(connection)? == 0 {
        return Ok(Vec::new());
    }
    let in_review = editions::table
        .filter(editions::status.eq(Keyword(EditionStatus::CityReview)))
        .filter(editions::deleted_at.is_null());
    let reviewed: i64 = in_review.count().get_result(connection)?;
    let pending: Vec<Keyword<EditionStatus>> = designations::table
        .inner_join(editions::table.on(editions::id.eq(designations::edition_id)))
        .filter(designations::kind.eq(Keyword(NominationKind::City)))
        .filter(designations::status.eq_any([Status::Proposed, Status::Signed].map(Keyword)))
        .select(editions::status)
        .load(connection)?;
    // What was decided for a cancelled edition is never published.
    let waits = reviewed > 0 || pending.iter().any(|edition| !edition.is_closed());
    Ok(waits.then(|| Reference::unnamed(Referrer::PendingTitle, Hold::Process)).into_iter().collect())
}

fn of_jury(connection: &mut Connection, edition_id: Id) -> Result<Vec<Reference>> {
    let year: i64 = editions::table.find(edition_id).select(editions::year).first(connection)?;
    let closings: Vec<Id> = deliberations::table
        .filter(deliberations::edition_id.eq(edition_id))
        .order(deliberations::id)
        .select(deliberations::id)
        .load(connection)?;
    let assigned: i64 =
        assignments::table.filter(assignments::edition_id.eq(edition_id)).count().get_result(connection)?;
    let at = |path: String| Reference::new(Referrer::Jury, format!("/editions/{year}/{path}"), Hold::Fact);
    let assigned = (assigned > 0).then(|| at("assignments".to_owned()));
    Ok(closings.into_iter().map(|id| at(format!("deliberations/{id}"))).chain(assigned).collect())
}

/// Whatever became of a decision, somebody has proposed it. Its state is not told: it may be under embargo.
fn decision(connection: &mut Connection, edition_id: Id) -> Result<Option<Reference>> {
    let states: Vec<Keyword<Status>> = designations::table
        .filter(designations::edition_id.eq(edition_id))
        .filter(designations::kind.eq(Keyword(NominationKind::City)))
        .select(designations::status)
        .load(connection)?;
    let honours: i64 = designations::table
        .filter(designations::edition_id.eq(edition_id))
        .filter(designations::kind.eq(Keyword(NominationKind::Association)))
        .count()
        .get_result(connection)?;
    let pending = states.iter().any(|status| matches!(status.0, Status::Proposed | Status::Signed));
    let hold = if pending { Hold::Process } else { Hold::Fact };
    let any = honours > 0 || !states.is_empty();
    Ok(any.then(|| Reference::unnamed(Referrer::Decision, hold)))
}
