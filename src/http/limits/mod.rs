//! Limits on requests: for each client address, for each account, for token requests and for what is refused.
//! They are counted in memory, so each instance has its own.

mod counting;
mod policy;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub(super) use counting::{Allowance, count_refusal, tell};
pub use counting::{count_account, count_token, limit_requests};
use policy::{Policy, Standing};
use prometheus::IntCounterVec;

use crate::config::Config;
use crate::database::types::Id;
use crate::error::Result;
use crate::measurements::{Measurement, counters, reading};

/// How much a client may ask for. A policy that is not there has no limit.
pub struct Limits {
    anonymous: Option<Policy<Client>>,
    authenticated: Option<Policy<Id>>,
    /// Requests with one token, before it is known whether that has ended: as many as an account may make.
    same_token: Option<Policy<Id>>,
    token: Option<Policy<Client>>,
    failed: Option<Policy<Refused>>,
    /// The clients that have used up their failed authentications, and until when.
    blocked: Mutex<HashMap<Client, Instant>>,
    /// The requests that were refused, by the limit.
    refusals: IntCounterVec,
}

/// Whose requests are counted together: an IPv4 address, or the 64 bits that an IPv6 host commonly has to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

/// Whose refused requests are counted together: an account's, or an address's when nobody was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Refused {
    Account(Id),
    Client(Client),
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        const NETWORK: u128 = !(u64::MAX as u128);
        Self(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
        })
    }
}

impl Limits {
    /// The limits as they are configured, all of them unused.
    pub fn new(config: &Config) -> Result<Self> {
        Ok(Self {
            anonymous: Policy::a_minute("anonymous", config.limit_anonymous),
            authenticated: Policy::a_minute("authenticated", config.limit_authenticated),
            same_token: Policy::a_minute("authenticated", config.limit_authenticated),
            token: Policy::a_minute("token", config.limit_token),
            failed: Policy::a_minute("failed", config.limit_failed),
            blocked: Mutex::default(),
            refusals: refusals()?,
        })
    }

    /// What is measured of the limits.
    pub fn measurements(self: &Arc<Self>) -> Result<Vec<Measurement>> {
        let limits = self.clone();
        let clients = reading("nasij_limit_clients", "Clients whose requests are counted.", move || {
            limits.clients() as f64
        });
        Ok(vec![Box::new(self.refusals.clone()), clients?])
    }

    fn clients(&self) -> usize {
        let by_address = [&self.anonymous, &self.token].into_iter().flatten().map(Policy::clients);
        let by_id = [&self.authenticated, &self.same_token].into_iter().flatten().map(Policy::clients);
        let refused = self.failed.iter().map(Policy::clients);
        by_address.chain(by_id).chain(refused).sum()
    }

    /// Forgets whoever has not asked for so long that it makes no difference.
    pub fn forget_idle(&self) {
        [&self.anonymous, &self.token].into_iter().flatten().for_each(Policy::forget_idle);
        [&self.authenticated, &self.same_token].into_iter().flatten().for_each(Policy::forget_idle);
        self.failed.iter().for_each(Policy::forget_idle);
        let now = Instant::now();
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, until| *until > now);
    }

    /// Counts a request that is refused.
    fn refuse(&self, refused: Refused) -> Option<Standing> {
        self.failed.as_ref().map(|policy| policy.take(&refused))
    }

    /// Counts a failed authentication.
    fn fail(&self, client: Client) -> Option<Standing> {
        let standing = self.refuse(Refused::Client(client))?;
        if let Some(pause) = standing.pause() {
            let mut blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
            blocked.insert(client, Instant::now() + pause);
        }
        Some(standing)
    }

    /// How a client stands that has no failed authentication left; nothing is counted.
    fn blocked(&self, client: Client) -> Option<Standing> {
        let blocked = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = blocked.get(&client)?.checked_duration_since(Instant::now())?;
        self.failed.as_ref().map(|policy| policy.refusal(pause))
    }
}

fn refusals() -> Result<IntCounterVec> {
    let refusals = counters(
        "nasij_limit_refusals_total",
        "Requests beyond a limit, which were answered with 429, by limit.",
        &["limit"],
    )?;
    for limit in ["anonymous", "authenticated", "token", "failed"] {
        refusals.with_label_values(&[limit]);
    }
    Ok(refusals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_with_many_ipv6_addresses_is_one_client() {
        let client = |address: &str| Client::from(address.parse::<IpAddr>().unwrap());
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_ne!(client("198.51.100.1"), client("198.51.100.2"));
    }

    #[test]
    fn whoever_has_failed_too_often_is_blocked_and_nobody_else() {
        let limits = Limits {
            anonymous: None,
            authenticated: None,
            same_token: None,
            token: None,
            failed: Policy::a_minute("failed", 2),
            blocked: Mutex::default(),
            refusals: refusals().unwrap(),
        };
        let [guesser, other] = ["198.51.100.1", "198.51.100.2"].map(|text| Client(text.parse().unwrap()));
        limits.fail(guesser).unwrap();
        assert!(limits.blocked(guesser).is_none());
        for _ in 0..3 {
            limits.refuse(Refused::Client(other)).unwrap();
        }
        limits.fail(guesser).unwrap();
        assert!(limits.blocked(guesser).is_some() && limits.blocked(other).is_none());
        limits.forget_idle();
        assert!(limits.blocked(guesser).is_some(), "it is too early to forget");
    }
}
