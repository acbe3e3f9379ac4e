//! A proof that holds, made by hand: five cities, of which one has withdrawn, two are level, and one does not pass.

use std::collections::BTreeMap;

use serde_json::{Value as JsonValue, json};
use uuid::Uuid;

use super::jury::{digest_of, recomputed};
use crate::access::{Role, SigningKeys};
use crate::database::types::{Id, UtcTime};
use crate::editions::criteria::NominationKind;
use crate::language::Text;
use crate::nominations::rules::Status as NominationStatus;
use crate::selection::conflicts::model::{ConflictKind, Ground};
use crate::selection::designations::decision::{Choice, Decision};
use crate::selection::designations::rules::{Basis, Institution};
use crate::selection::evaluations::rules::Status as EvaluationStatus;
use crate::selection::ranking::model::{Excluded, Voided};
use crate::selection::ranking::rules::{Criterion, Rules, Sheet, TieDecision};
use crate::selection::results::proof::model::{
    ChainHead, EarlierClosing, ProofFormat, ProvenEdition, ProvenJury, ProvenSignature, ProvenSubject,
    ResultProof, SignedProof, TYPE,
};
use crate::selection::results::record::SealedRecord;

/// The nomination of a number.
pub(crate) fn nomination(number: u128) -> Id {
    Id(Uuid::from_u128(0x0193_8d6e_6f3c_7c2a_9a51_0000_0000_0000 + number))
}

fn time(minute: i64) -> UtcTime {
    UtcTime::from_unix_seconds(1_800_000_000 + 60 * minute).unwrap()
}

fn text(text: &str) -> Text {
    Text { fr: Some(text.to_owned()), ..Text::default() }
}

fn code(nomination: Id) -> String {
    format!("01.{}", nomination.0.as_u128() % 16)
}

const CRITERIA: [(&str, i64); 3] = [("vitality", 50), ("programme", 30), ("values", 20)];

fn sheets(number: u128, scores: [[i64; 3]; 3]) -> impl Iterator<Item = Sheet> {
    (1..).zip(scores).map(move |(juror, scores)| Sheet {
        nomination_id: nomination(number),
        juror: format!("juror-{juror}"),
        scores: CRITERIA.iter().map(|(code, _)| (*code).to_owned()).zip(scores).collect::<BTreeMap<_, _>>(),
    })
}

/// The sheet of the fourth juror, voided by what was reported and another office confirmed.
fn reported(number: u128, confirmed_by: Role) -> Voided {
    Voided {
        nomination_id: nomination(number),
        juror: "juror-4".to_owned(),
        status: EvaluationStatus::Voided,
        ground: Some(Ground::Other),
        source: Some(ConflictKind::Reported),
        confirmed_by: Some(confirmed_by),
        scores: None,
    }
}

fn sealed_record() -> SealedRecord {
    let criteria = CRITERIA.map(|(code, weight)| Criterion { code: code.to_owned(), weight });
    let rules = Rules {
        criteria: criteria.to_vec(),
        min_evaluations: 3,
        pass_mark_hundredths: 6000,
        first_criterion_pass: 5,
    };
    let level = [[8, 7, 6], [7, 7, 7], [6, 8, 9]];
    let best = sheets(2, [[10, 10, 10]; 3]).next().unwrap();
    let of_fourth = Sheet { juror: "juror-4".to_owned(), ..sheets(1, level).next().unwrap() };
    let sheets = sheets(1, [[9, 8, 8], [9, 9, 7], [8, 9, 10]])
        .chain([of_fourth])
        .chain(sheets(2, level))
        .chain(sheets(3, level))
        .chain(sheets(4, [[10, 10, 10]; 3]))
        .chain(sheets(5, [[4, 6, 6], [5, 5, 5], [4, 9, 9]]))
        .collect();
    let nominations = (1..=5).map(nomination).collect();
    let recused = Voided {
        nomination_id: nomination(2),
        juror: "juror-4".to_owned(),
        status: EvaluationStatus::Recused,
        ground: Some(Ground::NomineeCity),
        source: Some(ConflictKind::Declared),
        confirmed_by: None,
        scores: None,
    };
    let voided =
        Voided { juror: "juror-5".to_owned(), scores: Some(best.scores), ..reported(2, Role::IcsoOfficer) };
    let unwritten = Voided {
        nomination_id: nomination(3),
        juror: "juror-5".to_owned(),
        status: EvaluationStatus::Voided,
        ground: None,
        source: None,
        confirmed_by: None,
        scores: None,
    };
    let ended = vec![recused, voided, unwritten];
    SealedRecord::seal(2027, NominationKind::City, rules, nominations, sheets, ended).unwrap()
}

fn jury() -> ProvenJury {
    let record = sealed_record();
    let names = ["Oujda", "Fès", "Agadir", "Rabat", "Salé"];
    let subjects = record.nominations.iter().zip(names).map(|(nomination_id, name)| ProvenSubject {
        nomination_id: *nomination_id,
        city_code: Some(code(*nomination_id)),
        association_id: None,
        name: text(name),
    });
    let mut jury = ProvenJury {
        commitment: record.commitment(),
        closed_at: time(0),
        audit_head: Some(ChainHead { seq: 40, hash: "1".repeat(64) }),
        earlier_closings: vec![EarlierClosing {
            commitment: "3".repeat(64),
            closed_at: time(-20),
            reopened_at: time(-10),
            reason: "A conflict of interest was found.".to_owned(),
        }],
        subjects: subjects.collect(),
        excluded: vec![Excluded { nomination_id: nomination(4), status: NominationStatus::Withdrawn }],
        voided: vec![reported(1, Role::JuryChair)],
        tie_decisions: vec![TieDecision {
            nominations: vec![nomination(3), nomination(2)],
            reason: "The programme reaches more districts.".to_owned(),
        }],
        places: Vec::new(),
        record,
    };
    jury.places = recomputed(&jury);
    jury
}

fn choice(number: u128) -> Choice {
    let nomination_id = nomination(number);
    Choice {
        nomination_id,
        city_code: Some(code(nomination_id)),
        association_id: None,
        title: None,
        citation: None,
    }
}

/// The proof.
pub(crate) fn proof() -> ResultProof {
    let jury = jury();
    let decision = Decision {
        edition_year: 2027,
        kind: NominationKind::City,
        basis: Basis::Ranking,
        city_code: Some(code(nomination(1))),
        selected: vec![choice(1)],
        reserve: vec![choice(3), choice(2)],
        reason: None,
        ranking_digest: Some(digest_of(&jury)),
        commitment: Some(jury.commitment.clone()),
    };
    ResultProof {
        format: ProofFormat::Two,
        issuer: "https://nasij.example".to_owned(),
        published_at: time(30),
        edition: ProvenEdition { year: 2027, designated_for_year: None, ordinal: Some(8) },
        designation_id: Id::new(),
        follows: None,
        designation_digest: decision.digest(),
        decision,
        signatures: vec![
            ProvenSignature { institution: Institution::Ministry, at: time(10), signature: None },
            ProvenSignature { institution: Institution::Icso, at: time(20), signature: None },
        ],
        jury: Some(jury),
        audit_head: ChainHead { seq: 50, hash: "2".repeat(64) },
    }
}

/// Makes the digests and the commitment fit what the proof says now, as its signers would.
pub(crate) fn settle(proof: &mut ResultProof) {
    if let Some(jury) = &mut proof.jury {
        jury.commitment = jury.record.commitment();
        proof.decision.commitment = Some(jury.commitment.clone());
        proof.decision.ranking_digest = Some(digest_of(jury));
    }
    proof.designation_digest = proof.decision.digest();
}

/// The proof signed, and the keys of the service that signed it.
pub(crate) fn signed(proof: ResultProof) -> (String, JsonValue) {
    let keys = SigningKeys::generate().unwrap();
    let signature = keys.sign_document_unkept(TYPE, &proof.payload()).unwrap();
    (json!(SignedProof { proof, signature }).to_string(), json!(keys.jwks()))
}
