//! Issuing the proof of a result, and finding the one that was issued.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value as JsonValue, json};

use super::model::{
    ChainHead, EarlierClosing, FollowedDesignation, ProofFormat, ProvenEdition, ProvenJury, ProvenSignature,
    ProvenSubject, ResultProof, SignedProof, TYPE,
};
use crate::access::SigningKeys;
use crate::audit::chain;
use crate::database::Connection;
use crate::database::schema::{associations, cities, designations, nominations};
use crate::database::types::{Id, Json, Keyword, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::editions::model::EditionRow;
use crate::editions::path::EditionKey;
use crate::editions::queries::published_under;
use crate::error::{Code, Error, Result};
use crate::language::Text;
use crate::language::sentences::Told;
use crate::nominations::embargo::Clearance;
use crate::nominations::queries::of_edition;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::deliberations;
use crate::selection::deliberations::model::DeliberationRow;
use crate::selection::designations::model::{DesignationRow, SignatureRow};
use crate::selection::designations::queries::signatures_of;
use crate::selection::designations::rules::Status;
use crate::selection::ranking::queries::of_deliberation;

/// The proof of a designation that is being published, signed: to be kept with it, and never to change again.
pub fn issue(
    connection: &mut Connection,
    keys: &SigningKeys,
    designation: &DesignationRow,
    edition: &EditionRow,
) -> Result<JsonValue> {
    let jury = match designation.deliberation_id {
        Some(id) => Some(jury(connection, id)?),
        None => None,
    };
    let follows = followed(connection, designation)?;
    let signatures =
        signatures_of(connection, &[designation.id])?.remove(&designation.id).unwrap_or_default();
    let signature = |row: SignatureRow| ProvenSignature {
        institution: row.institution.0,
        at: row.at,
        signature: row.with_key(),
    };
    let head = chain::head(connection)?;
    let proof = ResultProof {
        format: ProofFormat::Two,
        issuer: keys.issuer().to_owned(),
        published_at: designation.published_at.unwrap_or_else(UtcTime::now),
        edition: ProvenEdition {
            year: edition.year,
            designated_for_year: edition.designated_for_year,
            ordinal: edition.ordinal,
        },
        designation_id: designation.id,
        follows,
        decision: designation.decision.0.clone(),
        signatures: signatures.into_iter().map(signature).collect(),
        designation_digest: designation.digest.clone(),
        jury,
        audit_head: ChainHead { seq: head.seq, hash: head.hash },
    };
    let signature = keys.sign_document(connection, TYPE, &proof.payload())?;
    Ok(json!(SignedProof { proof, signature }))
}

/// The jury's work that the result rests on, as of the closing that the designation names.
fn jury(connection: &mut Connection, deliberation: Id) -> Result<ProvenJury> {
    let deliberation = deliberations::queries::row(connection, deliberation)?;
    let deliberation =
        deliberation.ok_or_else(|| Error::internal("a designation without its deliberation"))?;
    let earlier_closings = earlier_closings(connection, &deliberation)?;
    let ranking = of_deliberation(connection, &Clearance::of_process(), deliberation)?;
    let subjects = subjects(connection, &ranking.record.nominations)?;
    let (seq, hash) = (ranking.deliberation.chain_seq, ranking.deliberation.chain_hash);
    Ok(ProvenJury {
        commitment: ranking.deliberation.commitment,
        closed_at: ranking.deliberation.closed_at,
        audit_head: seq.zip(hash).map(|(seq, hash)| ChainHead { seq, hash }),
        earlier_closings,
        subjects,
        excluded: ranking.excluded,
        voided: ranking.voided,
        tie_decisions: ranking.decisions,
        places: ranking.places,
        record: ranking.record,
    })
}

/// The closings before this one, after which the jury was opened again.
fn earlier_closings(
    connection: &mut Connection,
    deliberation: &DeliberationRow,
) -> Result<Vec<EarlierClosing>> {
    let earlier = deliberations::queries::reopened_before(connection, deliberation)?;
    let closing = |row: DeliberationRow| {
        let (Some(reopened_at), Some(reason)) = (row.reopened_at, row.reopening_reason) else {
            return Err(Error::internal("a jury was opened again without a time or a reason"));
        };
        Ok(EarlierClosing { commitment: row.commitment, closed_at: row.closed_at, reopened_at, reason })
    };
    earlier.into_iter().map(closing).collect()
}

/// The designation that this one takes the place of, and those who could follow: who is in the reserve, and who was
/// until now.
fn followed(
    connection: &mut Connection,
    designation: &DesignationRow,
) -> Result<Option<FollowedDesignation>> {
    let revoked: Option<Id> = designations::table
        .filter(designations::edition_id.eq(designation.edition_id))
        .filter(designations::kind.eq(designation.kind))
        .filter(designations::status.eq(Keyword(Status::Revoked)))
        .order((designations::published_at.desc(), designations::id.desc()))
        .select(designations::id)
        .first(connection)
        .optional()?;
    let Some(designation_id) = revoked else { return Ok(None) };
    let states = [NominationStatus::Reserve];
    let rows = of_edition(connection, designation.edition_id, designation.kind.0, &states)?;
    let selected = designation.decision.selected.iter().map(|choice| choice.nomination_id);
    let mut reserve: Vec<Id> = selected.chain(rows.into_iter().map(|row| row.id)).collect();
    reserve.sort_unstable();
    reserve.dedup();
    Ok(Some(FollowedDesignation { designation_id, reserve }))
}

/// What these nominations are for, in their order.
fn subjects(connection: &mut Connection, ids: &[Id]) -> Result<Vec<ProvenSubject>> {
    let rows: Vec<(Id, Option<String>, Option<Id>)> = nominations::table
        .filter(nominations::id.eq_any(ids))
        .select((nominations::id, nominations::city_code, nominations::association_id))
        .load(connection)?;
    let codes: Vec<&String> = rows.iter().filter_map(|(_, code, _)| code.as_ref()).collect();
    let nominees: Vec<Id> = rows.iter().filter_map(|(_, _, association)| *association).collect();
    let of_cities: Vec<(String, Json<Text>)> = cities::table
        .filter(cities::code.eq_any(codes))
        .select((cities::code, cities::name))
        .load(connection)?;
    let of_associations: Vec<(Id, Json<Text>)> = associations::table
        .filter(associations::id.eq_any(&nominees))
        .select((associations::id, associations::name))
        .load(connection)?;
    let of_cities: HashMap<String, Json<Text>> = of_cities.into_iter().collect();
    let of_associations: HashMap<Id, Json<Text>> = of_associations.into_iter().collect();

    let name = |code: &Option<String>, association: &Option<Id>| {
        let city = code.as_ref().and_then(|code| of_cities.get(code));
        let name = city.or_else(|| of_associations.get(association.as_ref()?))?;
        Some(name.0.clone())
    };
    let mut subjects: HashMap<Id, ProvenSubject> = rows
        .into_iter()
        .filter_map(|(nomination_id, city_code, association_id)| {
            let name = name(&city_code, &association_id)?;
            Some((nomination_id, ProvenSubject { nomination_id, city_code, association_id, name }))
        })
        .collect();
    let of = |id: &Id| {
        subjects.remove(id).ok_or_else(|| Error::internal(format!("a sealed nomination is gone: {id}")))
    };
    ids.iter().map(of).collect()
}

/// A proof as it is kept.
pub struct Published {
    /// The proof.
    pub proof: JsonValue,
    /// When it was published.
    pub at: UtcTime,
}

/// The proof that was issued with the latest published designation of this kind, or with the one that is named. One and
/// the same 404 tells that there is none, whatever has been decided.
pub fn published(
    connection: &mut Connection,
    key: EditionKey,
    kind: NominationKind,
    designation: Option<Id>,
) -> Result<Published> {
    let editions = published_under(connection, key)?;
    let ids: Vec<Id> = editions.iter().map(|edition| edition.id).collect();
    let mut found = designations::table
        .filter(designations::edition_id.eq_any(ids))
        .filter(designations::kind.eq(Keyword(kind)))
        .filter(designations::status.eq_any(Status::MADE_KNOWN.map(Keyword)))
        .order((designations::published_at.desc(), designations::id.desc()))
        .select((designations::proof, designations::published_at))
        .into_boxed();
    if let Some(id) = designation {
        found = found.filter(designations::id.eq(id));
    }
    let found: Option<(Option<Json<JsonValue>>, Option<UtcTime>)> = found.first(connection).optional()?;
    let published = found.and_then(|(proof, at)| Some(Published { proof: proof?.0, at: at? }));
    let not_published = || {
        Error::new(Code::NotPublished)
            .telling("kind", Told::part("nominations.of_kind", kind))
            .with("year", key)
    };
    published.ok_or_else(not_published)
}
