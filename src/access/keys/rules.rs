//! How long a key is published before it signs, and for how long it stays when it signs no more. Pure.

use crate::database::types::UtcTime;

/// Seconds for which a cache may show the published keys without asking.
const FRESH: i64 = 60;

/// Seconds for which it may show them after that, while it asks (RFC 5861, 3).
const STALE: i64 = 600;

/// Seconds for which a key is published before it signs: every cache has read it by then, with four minutes to spare.
const PUBLISHED_AHEAD: i64 = FRESH + STALE + 240;

/// Seconds after which the last token of a retired key is dead: the longest life of a token, what clocks may be apart
/// at both ends, and a minute for what was under way.
const KEPT_RETIRED: i64 = 900 + 2 * 30 + 60;

/// How long the published keys may be kept. Not for longer when the service fails (`stale-if-error`): they would miss
/// the key that signs.
pub(in crate::access) fn cache_control() -> String {
    format!("public, max-age={FRESH}, stale-while-revalidate={STALE}")
}

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
        assert!(may_sign_from(made) > made.plus_seconds(FRESH + STALE));
    }

    #[test]
    fn a_key_outlives_its_longest_token() {
        let (now, leeway) = (UtcTime::now(), 30);
        let retired = |seconds: i64| now.plus_seconds(-seconds);
        assert!(retired(900 + 2 * leeway) > dead_if_retired_before(now));
        assert!(retired(1021) < dead_if_retired_before(now));
    }
}
