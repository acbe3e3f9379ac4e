//! How old fetched keys may be. Pure.

use crate::database::types::UtcTime;

/// Seconds after which the keys are fetched again in the background.
const FRESH: i64 = 10 * 60;

/// Seconds for which keys are used while their provider does not answer. Longer than an outage, shorter than a key that
/// was taken back may be believed.
const USABLE: i64 = 24 * 60 * 60;

/// Whether keys that were fetched at `fetched_at` need not be fetched again yet.
pub(super) fn is_fresh(fetched_at: UtcTime, now: UtcTime) -> bool {
    now < fetched_at.plus_seconds(FRESH)
}

/// Whether keys that were fetched at `fetched_at` may still verify tokens.
pub(super) fn is_usable(fetched_at: UtcTime, now: UtcTime) -> bool {
    now < fetched_at.plus_seconds(USABLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_used_for_longer_than_they_are_fresh() {
        let now = UtcTime::now();
        let ages = [0, 599, 601, 86_399, 86_401].map(|seconds| now.plus_seconds(-seconds));
        assert_eq!(ages.map(|fetched_at| is_fresh(fetched_at, now)), [true, true, false, false, false]);
        assert_eq!(ages.map(|fetched_at| is_usable(fetched_at, now)), [true, true, true, true, false]);
    }
}
