//! The rule that weights add up.

use super::model::NominationKind;

/// What the weights of the criteria for a kind of nomination add up to.
pub const SUM_OF_WEIGHTS: i64 = 100;

/// The kinds whose weights do not add up to a hundred, and what they add up to. A kind without criteria is not among
/// them.
pub fn unbalanced(weights: impl IntoIterator<Item = (NominationKind, i64)>) -> Vec<(NominationKind, i64)> {
    let weights: Vec<_> = weights.into_iter().collect();
    NominationKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let of_kind: Vec<i64> =
                weights.iter().filter(|(other, _)| *other == kind).map(|(_, weight)| *weight).collect();
            let sum: i64 = of_kind.iter().sum();
            (!of_kind.is_empty() && sum != SUM_OF_WEIGHTS).then_some((kind, sum))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use NominationKind::{Association, City};

    #[test]
    fn each_kind_that_has_criteria_adds_up_by_itself() {
        assert_eq!(unbalanced([]), []);
        assert_eq!(unbalanced([(City, 60), (Association, 100), (City, 40)]), []);
        assert_eq!(unbalanced([(City, 100), (Association, 99)]), [(Association, 99)]);
        assert_eq!(unbalanced([(City, 50), (Association, 50)]), [(City, 50), (Association, 50)]);
        assert_eq!(unbalanced([(City, 0)]), [(City, 0)]);
    }

    proptest! {
        #[test]
        fn only_a_sum_of_a_hundred_balances(weights in prop::collection::vec(0_i64..=100, 1..12)) {
            let sum: i64 = weights.iter().sum();
            let expected = if sum == 100 { vec![] } else { vec![(City, sum)] };
            prop_assert_eq!(unbalanced(weights.into_iter().map(|weight| (City, weight))), expected);
        }
    }
}
