//! The pure rules of a ranking: integers in, places out. Whoever has the sheets gets the same places, on any machine.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::database::types::Id;

/// A criterion and its weight, as far as the arithmetic knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingCriterion)]
pub struct Criterion {
    /// The criterion's word.
    #[schema(examples("association_vitality"))]
    pub code: String,
    /// Its weight; those of all criteria add up to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub weight: i64,
}

/// What a ranking is made by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingRules)]
pub struct Rules {
    /// The criteria, in their order: the first one has a pass mark of its own, the first and the second break ties.
    pub criteria: Vec<Criterion>,
    /// The fewest evaluations that make a result.
    #[schema(minimum = 1)]
    pub min_evaluations: i64,
    /// The result that passes, in hundredths of a point out of 100 points.
    #[schema(minimum = 0, maximum = 10_000)]
    pub pass_mark_hundredths: i64,
    /// The mean score, out of 10, that passes on the first criterion.
    #[schema(minimum = 0, maximum = 10)]
    pub first_criterion_pass: i64,
}

/// A juror's scores for a nomination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingSheet)]
pub struct Sheet {
    /// The nomination.
    pub nomination_id: Id,
    /// The juror, by a word that says nothing of the person.
    #[schema(examples("juror-3"))]
    pub juror: String,
    /// The score, 0 to 10, by the code of the criterion.
    pub scores: BTreeMap<String, i64>,
}

/// The chair's order of nominations that are level in everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RankingTieDecision)]
pub struct TieDecision {
    /// The nominations, the best first.
    pub nominations: Vec<Id>,
    /// Why, in the chair's words.
    pub reason: String,
}

/// Whether a nomination is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RankingStanding)]
pub enum Standing {
    /// It passes.
    Passed,
    /// Its result is below the pass mark.
    BelowPassMark,
    /// Its mean score on the first criterion is below what passes.
    BelowFirstCriterion,
    /// It has too few evaluations for a result.
    NoQuorum,
}

/// What put a nomination before or after others of the same result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RankingTieBreak)]
pub enum TieBreak {
    /// The mean score on the first criterion.
    FirstCriterion,
    /// The mean score on the second criterion.
    SecondCriterion,
    /// The chair's decision.
    Chair,
    /// Nothing yet: the chair has to decide.
    Undecided,
}

/// A nomination's place in a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RankingPlace)]
pub struct Place {
    /// The nomination.
    pub nomination_id: Id,
    /// Its rank among those that pass, 1 being the best; level ones share a rank. Absent when it does not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub rank: Option<i64>,
    /// Whether it is good enough.
    pub standing: Standing,
    /// How many evaluations count.
    #[schema(minimum = 0)]
    pub evaluations: i64,
    /// The weighted mean of the scores, in hundredths of a point out of 100 points, halves rounded up. Absent without
    /// an evaluation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 10_000, examples(7825))]
    pub result_hundredths: Option<i64>,
    /// What put it before or after others of the same result. Absent when no other has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tie_break: Option<TieBreak>,
}

/// Sums of the scores of one nomination: exact, so that means can be compared without dividing.
#[derive(Debug, Clone)]
struct Tally {
    nomination_id: Id,
    evaluations: i64,
    weighted: i64,
    first: i64,
    second: i64,
}

impl Tally {
    /// What the sheets of a nomination add up to.
    fn of(rules: &Rules, nomination_id: Id, sheets: &[&Sheet]) -> Self {
        let sum = |place: usize| -> i64 {
            let code = rules.criteria.get(place).map(|criterion| &criterion.code);
            code.map_or(0, |code| sheets.iter().filter_map(|sheet| sheet.scores.get(code)).sum())
        };
        Self {
            nomination_id,
            evaluations: i64::try_from(sheets.len()).unwrap_or(i64::MAX),
            weighted: (0..rules.criteria.len()).map(|place| rules.criteria[place].weight * sum(place)).sum(),
            first: sum(0),
            second: sum(1),
        }
    }

    /// Scores reach 10 and weights add up to their sum: hundredths out of 100 points, halves rounded up.
    fn result_hundredths(&self, rules: &Rules) -> Option<i64> {
        let weights: i64 = rules.criteria.iter().map(|criterion| criterion.weight).sum();
        let parts = weights * self.evaluations;
        (parts > 0).then(|| (2 * 1000 * self.weighted + parts) / (2 * parts))
    }

    fn standing(&self, rules: &Rules) -> Standing {
        match self.result_hundredths(rules) {
            Some(result) if self.evaluations >= rules.min_evaluations.max(1) => {
                if result < rules.pass_mark_hundredths {
                    Standing::BelowPassMark
                } else if self.first < rules.first_criterion_pass * self.evaluations {
                    Standing::BelowFirstCriterion
                } else {
                    Standing::Passed
                }
            }
            _ => Standing::NoQuorum,
        }
    }

    /// Which of two is better on a criterion, by their exact means: the better one comes first.
    fn compare(&self, other: &Self, sum: impl Fn(&Self) -> i64) -> Ordering {
        (sum(other) * self.evaluations).cmp(&(sum(self) * other.evaluations))
    }

    fn into_place(self, rules: &Rules, rank: Option<i64>, tie_break: Option<TieBreak>) -> Place {
        Place {
            nomination_id: self.nomination_id,
            rank,
            standing: self.standing(rules),
            evaluations: self.evaluations,
            result_hundredths: self.result_hundredths(rules),
            tie_break,
        }
    }
}

/// The places of `nominations`, those that pass first and in their order. Only the sheets given count: without those
/// of recused jurors and voided ones. The order in which nominations and sheets are given makes no difference.
pub fn rank(rules: &Rules, nominations: &[Id], sheets: &[Sheet], decisions: &[TieDecision]) -> Vec<Place> {
    let (passed, mut others) = tallies(rules, nominations, sheets);
    others.sort_by_key(|tally| (Reverse(tally.result_hundredths(rules)), tally.nomination_id));
    let levels = levels(rules, passed);

    let mut places: Vec<Place> = Vec::with_capacity(nominations.len());
    for (index, level) in levels.iter().enumerate() {
        let neighbours = [index.checked_sub(1), Some(index + 1)];
        let neighbours = neighbours.into_iter().flatten().filter_map(|place| levels.get(place));
        let by_criterion = neighbours.filter_map(|other| separate(rules, &level[0], &other[0]).1);
        let decision = decision_on(level, decisions);
        let inside = (level.len() > 1).then_some(match decision {
            Some(_) => TieBreak::Chair,
            None => TieBreak::Undecided,
        });
        let tie_break = by_criterion.chain(inside).max();
        let mut level = level.clone();
        if let Some(decision) = decision {
            level.sort_by_key(|tally| place_in(decision, tally.nomination_id));
        }
        let best = i64::try_from(places.len() + 1).unwrap_or(i64::MAX);
        for (rank, tally) in (best..).zip(level) {
            let rank = if decision.is_some() { rank } else { best };
            places.push(tally.into_place(rules, Some(rank), tie_break));
        }
    }
    places.extend(others.into_iter().map(|tally| tally.into_place(rules, None, None)));
    places
}

/// The nominations that pass and are level in everything but the chair's decision, the best ones first; those that are
/// level with no other are not among them.
pub fn level_nominations(rules: &Rules, nominations: &[Id], sheets: &[Sheet]) -> Vec<Vec<Id>> {
    let (passed, _) = tallies(rules, nominations, sheets);
    let several = levels(rules, passed).into_iter().filter(|level| level.len() > 1);
    several.map(|level| level.iter().map(|tally| tally.nomination_id).collect()).collect()
}

/// The tallies of those that pass, and of the others.
fn tallies(rules: &Rules, nominations: &[Id], sheets: &[Sheet]) -> (Vec<Tally>, Vec<Tally>) {
    let mut of_nomination: BTreeMap<Id, Vec<&Sheet>> = BTreeMap::new();
    for sheet in sheets {
        of_nomination.entry(sheet.nomination_id).or_default().push(sheet);
    }
    let sheets_of = |id: &Id| of_nomination.get(id).map(Vec::as_slice).unwrap_or_default();
    let tallies = nominations.iter().map(|id| Tally::of(rules, *id, sheets_of(id)));
    tallies.partition(|tally| tally.standing(rules) == Standing::Passed)
}

/// Groups of nominations that are level, the best group first. Within one the identifier only makes the listing the
/// same everywhere; it gives no rank.
fn levels(rules: &Rules, mut passed: Vec<Tally>) -> Vec<Vec<Tally>> {
    passed.sort_by(|one, other| {
        separate(rules, one, other).0.then(one.nomination_id.cmp(&other.nomination_id))
    });
    let level = |one: &Tally, other: &Tally| separate(rules, one, other).0 == Ordering::Equal;
    passed.chunk_by(level).map(<[Tally]>::to_vec).collect()
}

/// Which of two comes first, and by what when their results are the same.
fn separate(rules: &Rules, one: &Tally, other: &Tally) -> (Ordering, Option<TieBreak>) {
    let by_result = other.result_hundredths(rules).cmp(&one.result_hundredths(rules));
    if by_result != Ordering::Equal {
        return (by_result, None);
    }
    let by_first = one.compare(other, |tally| tally.first);
    if by_first != Ordering::Equal {
        return (by_first, Some(TieBreak::FirstCriterion));
    }
    let by_second = one.compare(other, |tally| tally.second);
    (by_second, (by_second != Ordering::Equal).then_some(TieBreak::SecondCriterion))
}

/// The latest decision that orders the whole level. One that leaves somebody out decides nothing: several such ones
/// could contradict each other in a circle.
fn decision_on<'a>(level: &[Tally], decisions: &'a [TieDecision]) -> Option<&'a TieDecision> {
    decisions
        .iter()
        .rev()
        .find(|decision| level.iter().all(|tally| place_in(decision, tally.nomination_id).is_some()))
}

fn place_in(decision: &TieDecision, nomination_id: Id) -> Option<usize> {
    decision.nominations.iter().position(|named| *named == nomination_id)
}

#[cfg(test)]
mod tests;
