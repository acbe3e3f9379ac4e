//! A ranking as the process has it, and as it is shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::robustness::{Robustness, robustness};
use super::rules::{Place, Rules, Sheet, Standing, TieBreak, TieDecision, level_nominations};
use crate::access::Role;
use crate::audit::canonical;
use crate::database::types::{Id, UtcTime};
use crate::http::representation::Resource;
use crate::nominations::model::NominationRow;
use crate::nominations::rules::{Kind, Status as NominationStatus};
use crate::selection::conflicts::model::{ConflictKind, ConflictRow, Ground};
use crate::selection::deliberations::model::DeliberationRow;
use crate::selection::evaluations::model::{EvaluationRow, Status as EvaluationStatus};
use crate::selection::results::record::SealedRecord;

/// A nomination that counts no more, although the jury evaluated it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingExcluded)]
pub struct Excluded {
    /// The nomination.
    pub nomination_id: Id,
    /// Its state: `withdrawn` or `disqualified`.
    pub status: NominationStatus,
}

/// An evaluation that does not count: the juror stepped back, or a conflict of interest was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingVoided)]
pub struct Voided {
    /// The nomination.
    pub nomination_id: Id,
    /// The juror, by pseudonym.
    #[schema(examples("juror-3"))]
    pub juror: String,
    /// Its state: `recused` or `voided`.
    pub status: EvaluationStatus,
    /// The conflict of interest. Absent when the jury closed before the evaluation was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ground: Option<Ground>,
    /// Where that conflict comes from: `declared`, `detected` or `reported`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("reported"))]
    pub source: Option<ConflictKind>,
    /// The office that confirmed it, where it was reported: another than the one that reported it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("icso_officer"))]
    pub confirmed_by: Option<Role>,
    /// The score on each criterion, of a sheet that had been submitted before the jury closed and is sealed here alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scores: Option<BTreeMap<String, i64>>,
}

impl Voided {
    /// An evaluation that has ended, with the conflict that ended it, without its scores.
    pub fn of(evaluation: &EvaluationRow, juror: String, conflict: Option<&ConflictRow>) -> Self {
        Self {
            nomination_id: evaluation.nomination_id,
            juror,
            status: evaluation.status.0,
            ground: conflict.and_then(|conflict| conflict.ground).map(|ground| ground.0),
            source: conflict.map(|conflict| conflict.kind.0),
            confirmed_by: conflict.and_then(|conflict| conflict.decided_by).map(|office| office.0),
            scores: None,
        }
    }

    /// Whether it is the evaluation that a sheet belongs to.
    pub fn is_of(&self, sheet: &Sheet) -> bool {
        (self.nomination_id, &self.juror) == (sheet.nomination_id, &sheet.juror)
    }
}

/// The ranking of what a jury sealed, without what counts no more.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// The closing of the jury.
    pub deliberation: DeliberationRow,
    /// What it sealed.
    pub record: SealedRecord,
    /// The nominations that still count.
    pub nominations: Vec<Id>,
    /// The sheets that still count.
    pub sheets: Vec<Sheet>,
    /// The nominations of the record that do not.
    pub excluded: Vec<Excluded>,
    /// The sheets of the record that do not: what ended before the jury closed is named by the record itself.
    pub voided: Vec<Voided>,
    /// The chair's decisions on ties, the first one first.
    pub decisions: Vec<TieDecision>,
    /// The places, the best first.
    pub places: Vec<Place>,
    /// When anything of this changed last.
    pub changed_at: UtcTime,
}

impl Ranking {
    /// What a designation is signed over, so that a change in between is noticed: SHA-256 of the canonical JSON
    /// (RFC 8785) of the places and the decisions, as hexadecimal digits.
    pub fn digest(&self) -> String {
        let signed = json!({"places": self.places, "decisions": self.decisions});
        format!("{:x}", Sha256::digest(canonical(&signed)))
    }

    /// The nominations that are level in everything but the chair's decision, a list a level.
    pub fn level_nominations(&self) -> Vec<Vec<Id>> {
        level_nominations(&self.record.rules, &self.nominations, &self.sheets)
    }
}

impl SealedRecord {
    /// The sheets that were handed in for these nominations and do not count: voided before the jury closed, or since.
    pub fn voided_sheets(&self, nominations: &[Id], since: &[Voided]) -> Vec<Sheet> {
        let is_voided = |sheet: &&Sheet| since.iter().any(|voided| voided.is_of(sheet));
        let before = self.ended.iter().filter_map(|ended| {
            let scores = ended.scores.clone()?;
            Some(Sheet { nomination_id: ended.nomination_id, juror: ended.juror.clone(), scores })
        });
        let sheets = before.chain(self.sheets.iter().filter(is_voided).cloned());
        sheets.filter(|sheet| nominations.contains(&sheet.nomination_id)).collect()
    }
}

/// A nomination's place in the ranking, with what is nominated.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RankedNomination {
    /// The nomination.
    pub nomination_id: Id,
    /// Code of the nominated city.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("03.231.01.0"))]
    pub city_code: Option<String>,
    /// The nominated association.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub association_id: Option<Id>,
    /// Its rank among those that pass, 1 being the best; level ones share a rank. Absent when it does not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub rank: Option<i64>,
    /// Whether it is good enough.
    pub standing: Standing,
    /// How many evaluations count.
    #[schema(minimum = 0)]
    pub evaluations: i64,
    /// The weighted mean of the scores, in hundredths of a point out of 100 points, halves rounded up. Absent without
    /// an evaluation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 10_000, examples(7825))]
    pub result_hundredths: Option<i64>,
    /// What put it before or after others of the same result. Absent when no other has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tie_break: Option<TieBreak>,
}

impl RankedNomination {
    fn new(place: Place, subjects: &[NominationRow]) -> Self {
        let subject = subjects.iter().find(|row| row.id == place.nomination_id);
        Self {
            nomination_id: place.nomination_id,
            city_code: subject.and_then(|row| row.city_code.clone()),
            association_id: subject.and_then(|row| row.association_id),
            rank: place.rank,
            standing: place.standing,
            evaluations: place.evaluations,
            result_hundredths: place.result_hundredths,
            tie_break: place.tie_break,
        }
    }
}

/// The ranking of one kind of nominations for an edition.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Ranking)]
pub struct RankingDocument {
    /// The year of the edition.
    #[schema(minimum = 2018, maximum = 2200, examples(2027))]
    pub edition_year: i64,
    /// The kind of nominations.
    pub kind: Kind,
    /// Whether it is published. While it is not, it is under embargo.
    pub published: bool,
    /// By what it was made.
    pub rules: Rules,
    /// The places, the best first; those that do not pass come last, without a rank.
    pub places: Vec<RankedNomination>,
    /// The nominations that were withdrawn or disqualified after the jury closed.
    pub excluded: Vec<Excluded>,
    /// The evaluations that do not count, those that ended before the jury closed first.
    pub voided: Vec<Voided>,
    /// The chair's decisions on ties, the first one first; of several on the same nominations the latest counts.
    pub tie_decisions: Vec<TieDecision>,
    /// The commitment that the jury published when it closed.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub commitment: String,
    /// How firmly the ranking stands.
    pub robustness: Robustness,
    #[serde(skip)]
    version: i64,
    #[serde(skip)]
    changed_at: UtcTime,
}

impl RankingDocument {
    /// A ranking of the edition of a year. `subjects` are the nominations.
    pub fn new(ranking: Ranking, edition_year: i64, published: bool, subjects: &[NominationRow]) -> Self {
        let Ranking {
            deliberation, record, nominations, sheets, excluded, voided, decisions, places, ..
        } = ranking;
        let out = record.voided_sheets(&nominations, &voided);
        let voided = record.ended.into_iter().chain(voided).collect();
        Self {
            edition_year,
            kind: deliberation.kind.0,
            published,
            robustness: robustness(&record.rules, &nominations, &sheets, &out, &decisions),
            rules: record.rules,
            places: places.into_iter().map(|place| RankedNomination::new(place, subjects)).collect(),
            excluded,
            voided,
            tie_decisions: decisions,
            commitment: deliberation.commitment,
            version: deliberation.version,
            changed_at: ranking.changed_at,
        }
    }
}

impl Resource for RankingDocument {
    fn path(&self) -> String {
        format!("/v1/editions/{}/ranking", self.edition_year)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn updated_at(&self) -> UtcTime {
        self.changed_at
    }
}
