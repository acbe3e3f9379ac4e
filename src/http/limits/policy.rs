//! One limit: so many requests a minute for each client, which come back one by one, and how it is told
//! (draft-ietf-httpapi-ratelimit-headers).

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

/// The window of all limits in seconds.
const WINDOW: u32 = 60;

type Counter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// A limit with its counters, one for each client. A minute's worth may be used at once.
pub(super) struct Policy<K: Hash + Eq + Clone> {
    name: &'static str,
    quota: Quota,
    counter: Counter<K>,
}

impl<K: Hash + Eq + Clone> Policy<K> {
    /// So many `requests` a minute; 0 is no limit.
    pub(super) fn a_minute(name: &'static str, requests: u32) -> Option<Self> {
        let quota = Quota::per_minute(NonZeroU32::new(requests)?);
        Some(Self { name, quota, counter: RateLimiter::keyed(quota).with_middleware() })
    }

    /// Counts a request, unless there is none left.
    pub(super) fn take(&self, client: &K) -> Standing {
        match self.counter.check_key(client) {
            Ok(state) => self.standing(state.remaining_burst_capacity(), None),
            Err(refused) => self.refusal(refused.wait_time_from(self.counter.clock().now())),
        }
    }

    /// How a client stands that has nothing left until `pause` is over.
    pub(super) fn refusal(&self, pause: Duration) -> Standing {
        self.standing(0, Some(pause))
    }

    /// How many clients have a counter.
    pub(super) fn clients(&self) -> usize {
        self.counter.len()
    }

    pub(super) fn forget_idle(&self) {
        self.counter.retain_recent();
        self.counter.shrink_to_fit();
    }

    fn standing(&self, remaining: u32, refused_for: Option<Duration>) -> Standing {
        Standing { policy: self.name, quota: self.quota, remaining, refused_for }
    }
}

/// How a client stands with a limit after its request was counted.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    policy: &'static str,
    quota: Quota,
    remaining: u32,
    refused_for: Option<Duration>,
}

impl Standing {
    /// The seconds to wait, at least one, when the request is refused.
    pub(super) fn retry_after(&self) -> Option<u64> {
        self.refused_for.map(|pause| whole_seconds(pause).max(1))
    }

    /// How long there is nothing left, when this was the last.
    pub(super) fn pause(&self) -> Option<Duration> {
        self.refused_for.or((self.remaining == 0).then(|| self.quota.replenish_interval()))
    }

    pub(super) fn policy(&self) -> &'static str {
        self.policy
    }

    /// Requests in a minute.
    pub(super) fn quota(&self) -> u32 {
        self.quota.burst_size().get()
    }

    /// An item of `RateLimit-Policy`.
    pub(super) fn policy_item(&self) -> String {
        format!("\"{}\";q={};w={WINDOW}", self.policy, self.quota())
    }

    /// An item of `RateLimit`: what remains, and the seconds until the quota is whole again.
    pub(super) fn item(&self) -> String {
        let used = self.quota() - self.remaining;
        let whole_in = whole_seconds(self.quota.replenish_interval() * used);
        format!("\"{}\";r={};t={whole_in}", self.policy, self.remaining)
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_counts_down_and_is_refused_when_nothing_is_left() {
        let policy = Policy::a_minute("anonymous", 3).unwrap();
        let told: Vec<_> = (0..4).map(|_| policy.take(&"one")).collect();
        let items: Vec<_> = told.iter().map(Standing::item).collect();
        let [a, b, c] = ["r=2;t=20", "r=1;t=40", "r=0;t=60"].map(|rest| format!("\"anonymous\";{rest}"));
        assert_eq!(items, [a, b, c.clone(), c]);
        assert_eq!(told[2].retry_after(), None);
        assert!((19..=20).contains(&told[3].retry_after().unwrap()), "{told:?}");
        assert_eq!(told[0].policy_item(), "\"anonymous\";q=3;w=60");
        assert_eq!(policy.take(&"other").item(), items[0], "another client has its own");
    }

    #[test]
    fn zero_is_no_limit() {
        assert!(Policy::<u8>::a_minute("anonymous", 0).is_none());
        assert_eq!(Policy::a_minute("anonymous", u32::MAX).unwrap().take(&1).retry_after(), None);
    }

    #[test]
    fn a_wait_is_never_told_as_nothing() {
        let policy = Policy::<u8>::a_minute("anonymous", 3).unwrap();
        assert_eq!(policy.refusal(Duration::from_millis(2)).retry_after(), Some(1));
        assert_eq!(policy.refusal(Duration::from_nanos(2)).retry_after(), Some(1));
        assert_eq!(policy.refusal(Duration::from_millis(2001)).retry_after(), Some(3));
    }

    #[test]
    fn idle_clients_are_forgotten() {
        let policy = Policy::a_minute("anonymous", u32::MAX).unwrap();
        for client in 0..100 {
            policy.take(&client);
        }
        std::thread::sleep(Duration::from_millis(20));
        policy.forget_idle();
        assert_eq!(policy.counter.len(), 0);
    }
}
