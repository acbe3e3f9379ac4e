//! The pure draw of an assignment: the same seed, nominations and jurors give the same pairs, on any machine.
//!
//! Every nomination gets the number of evaluations that it needs, never from a juror whom it is barred from, and the
//! jurors' loads differ by as little as the barred pairs permit: each evaluation goes to the least loaded juror that can
//! be reached, also by passing evaluations of this draw on from juror to juror (a flow of least convex cost).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sha2::{Digest as _, Sha256};

use crate::database::types::Id;

/// A nomination in a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The nomination.
    pub nomination_id: Id,
    /// How many more evaluations it needs.
    pub needed: usize,
    /// The jurors who cannot get it: for a conflict of interest, or because they have or had it already.
    pub barred: BTreeSet<Id>,
}

/// A juror in a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Juror {
    /// The account.
    pub juror_id: Id,
    /// How many evaluations the juror has already.
    pub load: usize,
}

/// A nomination for which there are not enough jurors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// The nomination.
    pub nomination_id: Id,
    /// How many more evaluations it needs.
    pub needed: usize,
    /// How many jurors can give one.
    pub found: usize,
}

/// Draws who evaluates what: pairs of nomination and juror in the order of the nominations, or all shortages.
pub fn draw(seed: &str, candidates: &[Candidate], jurors: &[Juror]) -> Result<Vec<(Id, Id)>, Vec<Shortage>> {
    let shortages: Vec<Shortage> =
        candidates.iter().filter_map(|candidate| shortage(candidate, jurors)).collect();
    if !shortages.is_empty() {
        return Err(shortages);
    }
    let mut draw = Draw::new(seed, candidates, jurors);
    for place in draw.order.clone() {
        for _ in 0..candidates[place].needed {
            draw.give(place);
        }
    }
    Ok(draw.pairs())
}

fn shortage(candidate: &Candidate, jurors: &[Juror]) -> Option<Shortage> {
    let found = jurors.iter().filter(|juror| !candidate.barred.contains(&juror.juror_id)).count();
    let Candidate { nomination_id, needed, .. } = *candidate;
    (found < needed).then_some(Shortage { nomination_id, needed, found })
}

/// A place in an order that only the seed decides.
fn lot(seed: &str, parts: &[Id]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(seed);
    for part in parts {
        hash.update([0]);
        hash.update(part.to_string());
    }
    hash.finalize().into()
}

/// A draw under way. Nominations and jurors are known by their places.
struct Draw<'a> {
    candidates: &'a [Candidate],
    jurors: &'a [Juror],
    /// The nominations in the order of their lots.
    order: Vec<usize>,
    /// For each nomination the jurors who may get it, in the order of their lots.
    open: Vec<Vec<usize>>,
    loads: Vec<usize>,
    /// For each juror the nominations given in this draw.
    given: Vec<BTreeSet<usize>>,
}

impl<'a> Draw<'a> {
    fn new(seed: &str, candidates: &'a [Candidate], jurors: &'a [Juror]) -> Self {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by_cached_key(|place| lot(seed, &[candidates[*place].nomination_id]));
        let open = |candidate: &Candidate| {
            let may = |place: &usize| !candidate.barred.contains(&jurors[*place].juror_id);
            let mut open: Vec<usize> = (0..jurors.len()).filter(may).collect();
            open.sort_by_cached_key(|place| lot(seed, &[candidate.nomination_id, jurors[*place].juror_id]));
            open
        };
        Self {
            candidates,
            jurors,
            order,
            open: candidates.iter().map(open).collect(),
            loads: jurors.iter().map(|juror| juror.load).collect(),
            given: vec![BTreeSet::new(); jurors.len()],
        }
    }

    /// Gives one more evaluation of the nomination. The first juror on the way gets it and passes another nomination on
    /// to the next, until the last, the least loaded one, has one more than before.
    fn give(&mut self, nomination: usize) {
        // How each juror was reached: by taking which nomination from whom (from nobody at first).
        let mut reached: BTreeMap<usize, (usize, Option<usize>)> = BTreeMap::new();
        let mut waiting = VecDeque::new();
        let mut best: Option<usize> = None;
        let lowest = self.loads.iter().min().copied().unwrap_or_default();
        let mut from = Some((nomination, None));
        while let Some((passed_on, giver)) = from {
            for juror in self.open[passed_on].iter().copied() {
                if self.given[juror].contains(&passed_on) || reached.contains_key(&juror) {
                    continue;
                }
                reached.insert(juror, (passed_on, giver));
                waiting.extend(self.given[juror].iter().map(|nomination| (*nomination, Some(juror))));
                if best.is_none_or(|best| self.loads[juror] < self.loads[best]) {
                    best = Some(juror);
                }
            }
            if best.is_some_and(|best| self.loads[best] == lowest) {
                break;
            }
            from = waiting.pop_front();
        }
        let Some(last) = best else { return };
        self.loads[last] += 1;
        let mut taker = Some(last);
        while let Some(juror) = taker {
            let (passed_on, giver) = reached[&juror];
            self.given[juror].insert(passed_on);
            if let Some(giver) = giver {
                self.given[giver].remove(&passed_on);
            }
            taker = giver;
        }
    }

    fn pairs(&self) -> Vec<(Id, Id)> {
        let of = |nomination: usize| {
            let takers =
                self.open[nomination].iter().filter(move |juror| self.given[**juror].contains(&nomination));
            takers.map(move |juror| (self.candidates[nomination].nomination_id, self.jurors[*juror].juror_id))
        };
        (0..self.candidates.len()).flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(kind: u128, number: usize) -> Id {
        Id(Uuid::from_u128((kind << 64) + number as u128))
    }

    fn loads_of(jurors: &[Juror], pairs: &[(Id, Id)]) -> Vec<usize> {
        let drawn = |juror: &Juror| pairs.iter().filter(|(_, id)| *id == juror.juror_id).count();
        jurors.iter().map(|juror| juror.load + drawn(juror)).collect()
    }

    fn spread(loads: &[usize]) -> usize {
        loads.iter().max().unwrap() - loads.iter().min().unwrap()
    }

    prop_compose! {
        /// Nominations and jurors, some pairs barred, some jurors with a load already.
        fn any_draw()(nominations in 1_usize..12, jurors in 1_usize..9)(
            barred in prop::collection::vec(prop::collection::btree_set(0..jurors, 0..jurors), nominations),
            needed in prop::collection::vec(0_usize..4, nominations),
            loads in prop::collection::vec(0_usize..4, jurors),
        ) -> (Vec<Candidate>, Vec<Juror>) {
            let candidates = barred.iter().zip(needed).enumerate().map(|(number, (barred, needed))| Candidate {
                nomination_id: id(1, number),
                needed,
                barred: barred.iter().map(|juror| id(2, *juror)).collect(),
            });
            let jurors = loads.into_iter().enumerate();
            (candidates.collect(), jurors.map(|(number, load)| Juror { juror_id: id(2, number), load }).collect())
        }
    }

    /// The least sum of squares of the loads, by trying everything.
    fn least_cost(candidates: &[Candidate], loads: &mut Vec<usize>, jurors: &[Juror]) -> usize {
        let Some((candidate, rest)) = candidates.split_first() else {
            return loads.iter().map(|load| load * load).sum();
        };
        let mut least = usize::MAX;
        for chosen in 0_u32..(1 << jurors.len()) {
            let places: Vec<usize> = (0..jurors.len()).filter(|place| chosen & (1 << place) != 0).collect();
            let barred = places.iter().any(|place| candidate.barred.contains(&jurors[*place].juror_id));
            if barred || places.len() != candidate.needed {
                continue;
            }
            places.iter().for_each(|place| loads[*place] += 1);
            least = least.min(least_cost(rest, loads, jurors));
            places.iter().for_each(|place| loads[*place] -= 1);
        }
        least
    }

    proptest! {
        #[test]
        fn every_nomination_gets_what_it_needs_from_those_who_may((candidates, jurors) in any_draw(), seed in ".{0,8}") {
            match draw(&seed, &candidates, &jurors) {
                Ok(pairs) => {
                    let distinct: BTreeSet<_> = pairs.iter().collect();
                    prop_assert_eq!(distinct.len(), pairs.len(), "a pair twice");
                    for candidate in &candidates {
                        let takers = pairs.iter().filter(|(nomination, _)| *nomination == candidate.nomination_id);
                        let takers: Vec<Id> = takers.map(|(_, juror)| *juror).collect();
                        prop_assert_eq!(takers.len(), candidate.needed);
                        prop_assert!(!takers.iter().any(|juror| candidate.barred.contains(juror)), "barred");
                    }
                    prop_assert_eq!(Ok(pairs), draw(&seed, &candidates, &jurors), "the same seed, another draw");
                }
                Err(shortages) => {
                    for candidate in &candidates {
                        let found = jurors.len() - candidate.barred.len();
                        let told = shortages.iter().find(|short| short.nomination_id == candidate.nomination_id);
                        prop_assert_eq!(told.is_some(), found < candidate.needed);
                        prop_assert!(told.is_none_or(|told| told.found == found && told.needed == candidate.needed));
                    }
                    prop_assert!(!shortages.is_empty());
                }
            }
        }

        #[test]
        fn loads_differ_by_one_at_most_when_nobody_is_barred(
            nominations in 1_usize..30, jurors in 1_usize..12, needed in 0_usize..6, seed in ".{0,8}"
        ) {
            let needed = needed.min(jurors);
            let candidate = |number| Candidate { nomination_id: id(1, number), needed, barred: BTreeSet::new() };
            let candidates: Vec<_> = (0..nominations).map(candidate).collect();
            let jurors: Vec<_> = (0..jurors).map(|number| Juror { juror_id: id(2, number), load: 0 }).collect();
            let pairs = draw(&seed, &candidates, &jurors).unwrap();
            prop_assert!(spread(&loads_of(&jurors, &pairs)) <= 1);
        }

        #[test]
        fn no_other_draw_is_better_balanced((candidates, jurors) in any_draw(), seed in ".{0,8}") {
            let (candidates, jurors) =
                (&candidates[..candidates.len().min(4)], &jurors[..jurors.len().min(4)]);
            if let Ok(pairs) = draw(&seed, candidates, jurors) {
                let cost: usize = loads_of(jurors, &pairs).iter().map(|load| load * load).sum();
                let mut loads = jurors.iter().map(|juror| juror.load).collect();
                prop_assert_eq!(cost, least_cost(candidates, &mut loads, jurors));
            }
        }
    }

    #[test]
    fn evaluations_are_passed_on_when_only_one_juror_may() {
        // The first two nominations may go to both jurors, the third to the first one alone.
        let candidate = |number, barred: &[usize]| Candidate {
            nomination_id: id(1, number),
            needed: 1,
            barred: barred.iter().map(|juror| id(2, *juror)).collect(),
        };
        let candidates = [candidate(0, &[]), candidate(1, &[]), candidate(2, &[1]), candidate(3, &[1])];
        let jurors = [Juror { juror_id: id(2, 0), load: 0 }, Juror { juror_id: id(2, 1), load: 0 }];
        for seed in ["a", "b", "c", "d", "e"] {
            let pairs = draw(seed, &candidates, &jurors).unwrap();
            assert_eq!(loads_of(&jurors, &pairs), [2, 2], "{seed}");
        }
    }

    #[test]
    fn another_seed_draws_otherwise() {
        let candidates: Vec<_> = (0..20)
            .map(|number| Candidate { nomination_id: id(1, number), needed: 2, barred: BTreeSet::new() })
            .collect();
        let jurors: Vec<_> = (0..6).map(|number| Juror { juror_id: id(2, number), load: 0 }).collect();
        assert_ne!(draw("one", &candidates, &jurors), draw("other", &candidates, &jurors));
    }
}
