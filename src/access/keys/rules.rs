//! How long a key is published before it signs, and for how long it stays when it signs no more. Pure.

use crate::database::types::UtcTime;

/// Seconds for which a key is published before it signs: whoever keeps the published keys in a cache (for 660 seconds
/// at most, as `Cache-Control` says) has read it by then.
const PUBLISHED_AHEAD: i64 = 15 * 60;

/// Seconds after which the last token of a retired key is dead: the longest life of a token, what clocks may be apart
/// at both ends, and a minute for what was under way.
const KEPT_RETIRED: i64 = 900 + 2 * 30 + 60;

/// From when on a key that was made at `created_at` may sign.
pub(super) fn may_sign_from(created_at: UtcTime) -> UtcTime {
    created_at.plus_seconds(PUBLISHED_AHEAD)
}

/// When a key must have been retired whose last token is dead at `now`.
pub(super) fn dead_if_retired_before(now: UtcTime) -> UtcTime {
    now.plus_seconds(-KEPT_RETIRED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_only_when_every_cache_has_read_it() {
        let made = UtcTime::now();
        assert!(may_sign_from(made) > made.plus_seconds(60 + 600));
    }

    #[test]
    fn a_key_outlives_its_longest_token() {
        let (now, leeway) = (UtcTime::now(), 30);
        let retired = |seconds: i64| now.plus_seconds(-seconds);
        assert!(retired(900 + 2 * leeway) > dead_if_retired_before(now));
        assert!(retired(1021) < dead_if_retired_before(now));
    }
}
