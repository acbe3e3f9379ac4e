//! The arithmetic against a second one that was written another way, and what must hold for all rankings.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn id(number: usize) -> Id {
    Id(Uuid::from_u128(((number as u128) * 7919) % 101))
}

fn rules_of(weights: &[i64]) -> Rules {
    let criterion = |(place, weight): (usize, &i64)| Criterion { code: format!("c{place}"), weight: *weight };
    Rules {
        criteria: weights.iter().enumerate().map(criterion).collect(),
        min_evaluations: 1,
        pass_mark_hundredths: 0,
        first_criterion_pass: 0,
    }
}

fn sheet(nomination: usize, juror: usize, scores: &[i64]) -> Sheet {
    let scores = scores.iter().enumerate().map(|(place, score)| (format!("c{place}"), *score));
    Sheet { nomination_id: id(nomination), juror: format!("juror-{juror}"), scores: scores.collect() }
}

fn place_of(places: &[Place], nomination: usize) -> &Place {
    places.iter().find(|place| place.nomination_id == id(nomination)).unwrap()
}

fn decision(nominations: &[usize]) -> TieDecision {
    TieDecision {
        nominations: nominations.iter().map(|number| id(*number)).collect(),
        reason: "x".to_owned(),
    }
}

/// Everything that a ranking is made of.
#[derive(Debug, Clone)]
struct Case {
    rules: Rules,
    nominations: Vec<Id>,
    sheets: Vec<Sheet>,
    decisions: Vec<TieDecision>,
}

impl Case {
    fn rank(&self) -> Vec<Place> {
        rank(&self.rules, &self.nominations, &self.sheets, &self.decisions)
    }
}

/// Few different scores, so that many nominations are level.
fn cases() -> impl Strategy<Value = Case> {
    let sizes = (1..7_usize, 1..5_usize, 1..4_usize);
    sizes.prop_flat_map(|(nominations, jurors, criteria)| {
        let scores = prop::collection::vec(5..8_i64, criteria);
        let sheets = prop::collection::vec(prop::option::weighted(0.8, scores), nominations * jurors);
        let weights = prop::collection::vec(1..5_i64, criteria);
        let numbers: Vec<usize> = (0..nominations).collect();
        let chosen = prop::sample::subsequence(numbers, 0..=nominations).prop_shuffle();
        let decisions = prop::collection::vec(chosen, 0..4);
        (weights, sheets, decisions, 1..3_i64, 5000..7000_i64, 4..7_i64).prop_map(
            move |(
                weights,
                given,
                decisions,
                min_evaluations,
                pass_mark_hundredths,
                first_criterion_pass,
            )| {
                let given = given.into_iter().enumerate();
                let sheets =
                    given.filter_map(|(place, scores)| Some(sheet(place / jurors, place % jurors, &scores?)));
                let rules = rules_of(&weights);
                Case {
                    rules: Rules { min_evaluations, pass_mark_hundredths, first_criterion_pass, ..rules },
                    nominations: (0..nominations).map(id).collect(),
                    sheets: sheets.collect(),
                    decisions: decisions.iter().map(|chosen| decision(chosen)).collect(),
                }
            },
        )
    })
}

/// A fraction of whole numbers, exact.
#[derive(Debug, Clone, Copy)]
struct Fraction(i128, i128);

impl Fraction {
    fn is_over(self, other: Self) -> bool {
        self.0 * other.1 > other.0 * self.1
    }

    fn is(self, other: Self) -> bool {
        self.0 * other.1 == other.0 * self.1
    }

    /// The nearest whole number, a half upwards.
    fn rounded(self) -> i128 {
        let (whole, rest) = (self.0.div_euclid(self.1), self.0.rem_euclid(self.1));
        if 2 * rest >= self.1 { whole + 1 } else { whole }
    }
}

/// The second arithmetic: a mean for each criterion, then their weighted sum, then one question for each pair.
struct Second {
    result: i128,
    first: Fraction,
    second: Fraction,
}

impl Second {
    fn of(case: &Case, nomination: Id) -> Option<Self> {
        let sheets: Vec<&Sheet> =
            case.sheets.iter().filter(|sheet| sheet.nomination_id == nomination).collect();
        let number = sheets.len() as i128;
        if sheets.is_empty() || (sheets.len() as i64) < case.rules.min_evaluations {
            return None;
        }
        let mean = |place: usize| match case.rules.criteria.get(place) {
            Some(criterion) => {
                Fraction(sheets.iter().map(|sheet| i128::from(sheet.scores[&criterion.code])).sum(), number)
            }
            None => Fraction(0, 1),
        };
        let weights: i128 = case.rules.criteria.iter().map(|criterion| i128::from(criterion.weight)).sum();
        let weighted =
            case.rules.criteria.iter().enumerate().fold(Fraction(0, 1), |sum, (place, criterion)| {
                let mean = mean(place);
                Fraction(sum.0 * mean.1 + mean.0 * i128::from(criterion.weight) * sum.1, sum.1 * mean.1)
            });
        let result = Fraction(weighted.0 * 1000, weighted.1 * weights).rounded();
        Some(Self { result, first: mean(0), second: mean(1) })
    }

    fn passes(&self, rules: &Rules) -> bool {
        let needed = Fraction(i128::from(rules.first_criterion_pass), 1);
        self.result >= i128::from(rules.pass_mark_hundredths) && !needed.is_over(self.first)
    }

    fn is_level_with(&self, other: &Self) -> bool {
        self.result == other.result && self.first.is(other.first) && self.second.is(other.second)
    }

    fn is_better_than(&self, other: &Self) -> bool {
        if self.result != other.result {
            return self.result > other.result;
        }
        if !self.first.is(other.first) {
            return self.first.is_over(other.first);
        }
        self.second.is_over(other.second)
    }
}

/// The ranks by counting who is better.
fn second_ranks(case: &Case) -> BTreeMap<Id, i64> {
    let all = case.nominations.iter().filter_map(|id| Some((*id, Second::of(case, *id)?)));
    let passing: BTreeMap<Id, Second> = all.filter(|(_, second)| second.passes(&case.rules)).collect();
    let rank = |(one, its): (&Id, &Second)| {
        let better = passing.values().filter(|other| other.is_better_than(its)).count();
        let level: BTreeSet<Id> =
            passing.iter().filter(|(_, other)| other.is_level_with(its)).map(|(id, _)| *id).collect();
        let deciding = case
            .decisions
            .iter()
            .rev()
            .find(|decision| level.is_subset(&decision.nominations.iter().copied().collect()));
        let before = deciding.map_or(0, |decision| {
            decision
                .nominations
                .iter()
                .take_while(|named| *named != one)
                .filter(|id| level.contains(id))
                .count()
        });
        (*one, (better + before + 1) as i64)
    };
    passing.iter().map(rank).collect()
}

proptest! {
    #[test]
    fn a_second_arithmetic_finds_the_same_ranks_and_results(case in cases()) {
        let places = case.rank();
        prop_assert_eq!(places.len(), case.nominations.len());
        let ranks: BTreeMap<Id, i64> =
            places.iter().filter_map(|place| Some((place.nomination_id, place.rank?))).collect();
        prop_assert_eq!(&ranks, &second_ranks(&case));
        for place in &places {
            prop_assert_eq!(place.rank.is_some(), place.standing == Standing::Passed);
            if let Some(second) = Second::of(&case, place.nomination_id) {
                prop_assert_eq!(place.result_hundredths.map(i128::from), Some(second.result));
            } else {
                prop_assert_eq!(place.standing, Standing::NoQuorum);
            }
        }
    }

    #[test]
    fn the_order_in_which_things_are_given_makes_no_difference(
        (case, shuffled) in cases().prop_flat_map(|case| {
            let (nominations, sheets) = (case.nominations.clone(), case.sheets.clone());
            (Just(case), (Just(nominations).prop_shuffle(), Just(sheets).prop_shuffle()))
        })
    ) {
        let (nominations, sheets) = shuffled;
        let other = Case { nominations, sheets, ..case.clone() };
        prop_assert_eq!(case.rank(), other.rank());
    }

    #[test]
    fn a_higher_score_never_worsens_a_place(case in cases(), which: prop::sample::Index, criterion: prop::sample::Index) {
        prop_assume!(!case.sheets.is_empty());
        let mut better = case.clone();
        let sheet = which.get(&case.sheets);
        let code = &criterion.get(&case.rules.criteria).code;
        let raised = better.sheets.iter_mut().find(|other| *other == sheet).unwrap();
        *raised.scores.get_mut(code).unwrap() += 1;
        let rank = |case: &Case| {
            let places = case.rank();
            places.into_iter().find(|place| place.nomination_id == sheet.nomination_id).unwrap().rank
        };
        let unranked = |rank: Option<i64>| rank.unwrap_or(i64::MAX);
        prop_assert!(unranked(rank(&better)) <= unranked(rank(&case)));
    }

    #[test]
    fn proportions_of_weights_alone_count(case in cases(), factor in 2..50_i64) {
        let mut scaled = case.clone();
        for criterion in &mut scaled.rules.criteria {
            criterion.weight *= factor;
        }
        prop_assert_eq!(case.rank(), scaled.rank());
    }

    #[test]
    fn the_chair_only_orders_what_is_level(case in cases()) {
        let undecided = Case { decisions: Vec::new(), ..case.clone() };
        let (before, after) = (undecided.rank(), case.rank());
        let levels = level_nominations(&case.rules, &case.nominations, &case.sheets);
        for one in &after {
            let was = before.iter().find(|place| place.nomination_id == one.nomination_id).unwrap();
            prop_assert_eq!((was.standing, was.result_hundredths), (one.standing, one.result_hundredths));
            match levels.iter().find(|level| level.contains(&one.nomination_id)) {
                // Within its level alone.
                Some(level) => {
                    let best = was.rank.unwrap();
                    prop_assert!((best..best + level.len() as i64).contains(&one.rank.unwrap()));
                    prop_assert_eq!(was.tie_break, Some(TieBreak::Undecided));
                }
                None => prop_assert_eq!((was.rank, was.tie_break), (one.rank, one.tie_break)),
            }
        }
    }

    #[test]
    fn ranks_are_shared_only_while_the_chair_has_not_decided(case in cases()) {
        let places = case.rank();
        for (index, place) in places.iter().enumerate() {
            let sharing = places.iter().filter(|other| other.rank.is_some() && other.rank == place.rank).count();
            prop_assert_eq!(sharing > 1, place.tie_break == Some(TieBreak::Undecided));
            let before = places[..index].iter().filter(|other| other.rank < place.rank).count() as i64;
            prop_assert!(place.rank.is_none_or(|rank| rank == before + 1));
        }
    }
}

#[test]
fn halves_are_rounded_up() {
    for (weights, scores, expected) in [
        (vec![1, 7], vec![10, 0], 1250),
        (vec![1, 15], vec![10, 0], 625),
        // 10 of 320: 3.125 points, which is 312.5 hundredths.
        (vec![1, 31], vec![10, 0], 313),
        (vec![1, 2], vec![10, 0], 3333),
        (vec![2, 1], vec![10, 0], 6667),
        (vec![1, 1], vec![10, 10], 10_000),
    ] {
        let sheets = [sheet(1, 1, &scores)];
        let places = rank(&rules_of(&weights), &[id(1)], &sheets, &[]);
        assert_eq!(places[0].result_hundredths, Some(expected), "{weights:?} {scores:?}");
    }
}

#[test]
fn what_does_not_pass_has_no_rank_and_says_why() {
    let rules = Rules {
        min_evaluations: 2,
        pass_mark_hundredths: 6000,
        first_criterion_pass: 5,
        ..rules_of(&[50, 50])
    };
    let sheets: Vec<Sheet> = [1, 2]
        .into_iter()
        .flat_map(|juror| {
            [
                sheet(1, juror, &[6, 6]),
                sheet(2, juror, &[5, 6]),
                sheet(3, juror, &[4, 10]),
                sheet(5, juror, &[5, 7]),
            ]
        })
        .chain([sheet(4, 1, &[10, 10])])
        .collect();
    let places = rank(&rules, &[1, 2, 3, 4, 5, 6].map(id), &sheets, &[]);
    let told = |nomination| {
        let place = place_of(&places, nomination);
        (place.standing, place.rank, place.result_hundredths)
    };
    // The same result as the fifth one, and before it by the first criterion.
    assert_eq!(told(1), (Standing::Passed, Some(1), Some(6000)));
    assert_eq!(told(5), (Standing::Passed, Some(2), Some(6000)));
    assert_eq!(place_of(&places, 5).tie_break, Some(TieBreak::FirstCriterion));
    assert_eq!(told(2), (Standing::BelowPassMark, None, Some(5500)));
    assert_eq!(told(3), (Standing::BelowFirstCriterion, None, Some(7000)));
    assert_eq!(told(4), (Standing::NoQuorum, None, Some(10_000)));
    assert_eq!(told(6), (Standing::NoQuorum, None, None));
}

#[test]
fn means_are_compared_exactly_whatever_the_number_of_evaluations() {
    // Two thirds of 10 against 6.5: a mean in whole hundredths would do, one in whole points would not.
    let rules = rules_of(&[0, 0, 100]);
    let sheets = [
        sheet(1, 1, &[6, 5, 7]),
        sheet(1, 2, &[7, 5, 7]),
        sheet(2, 1, &[6, 5, 7]),
        sheet(2, 2, &[7, 5, 7]),
        sheet(2, 3, &[7, 5, 7]),
    ];
    let places = rank(&rules, &[id(1), id(2)], &sheets, &[]);
    assert_eq!((places[0].nomination_id, places[0].rank), (id(2), Some(1)));
    assert_eq!(places[1].tie_break, Some(TieBreak::FirstCriterion));
}

#[test]
fn the_second_criterion_breaks_a_tie_and_then_the_chair() {
    let rules = rules_of(&[40, 30, 30]);
    let sheets = [sheet(1, 1, &[6, 7, 5]), sheet(2, 1, &[6, 6, 6]), sheet(3, 1, &[6, 6, 6])];
    let nominations = [1, 2, 3].map(id);
    let ranks = |decisions: &[TieDecision]| {
        let places = rank(&rules, &nominations, &sheets, decisions);
        [1, 2, 3].map(|number| {
            (place_of(&places, number).rank.unwrap(), place_of(&places, number).tie_break.unwrap())
        })
    };
    let (second, undecided, chair) = (TieBreak::SecondCriterion, TieBreak::Undecided, TieBreak::Chair);
    assert_eq!(ranks(&[]), [(1, second), (2, undecided), (2, undecided)]);
    assert_eq!(ranks(&[decision(&[3, 2])]), [(1, second), (3, chair), (2, chair)]);
    // The latest decision counts; it may name others, which it does not move.
    assert_eq!(ranks(&[decision(&[3, 2]), decision(&[2, 3, 1])]), [(1, second), (2, chair), (3, chair)]);
    // One that leaves somebody out decides nothing.
    assert_eq!(ranks(&[decision(&[3, 1])]), [(1, second), (2, undecided), (2, undecided)]);
}

#[test]
fn decisions_that_contradict_each_other_in_a_circle_decide_nothing() {
    let nominations: Vec<usize> = (1..=40).collect();
    let sheets: Vec<Sheet> = nominations.iter().map(|number| sheet(*number, 1, &[6])).collect();
    let circle: Vec<TieDecision> = nominations.windows(2).map(decision).chain([decision(&[40, 1])]).collect();
    let ids: Vec<Id> = nominations.iter().map(|number| id(*number)).collect();
    let places = rank(&rules_of(&[1]), &ids, &sheets, &circle);
    assert!(places.iter().all(|place| place.rank == Some(1)));
    assert_eq!(
        level_nominations(&rules_of(&[1]), &ids, &sheets),
        [{
            let mut ids = ids.clone();
            ids.sort();
            ids
        }]
    );
}

#[test]
fn a_ranking_of_nothing_is_empty() {
    assert!(rank(&rules_of(&[1]), &[], &[], &[]).is_empty());
    let unweighted = rank(&rules_of(&[0]), &[id(1)], &[sheet(1, 1, &[9])], &[]);
    assert_eq!((unweighted[0].standing, unweighted[0].result_hundredths), (Standing::NoQuorum, None));
}
