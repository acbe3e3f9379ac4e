//! The keys of one provider as they are at hand: in memory, then in the database, then at the provider. Requests wait
//! only for a key that is nowhere yet, and never long.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jsonwebtoken::Algorithm;
use tokio::sync::Mutex;

use super::discovery::KeySource;
use super::fault::FetchFault;
use super::keys::KeySet;
use super::queries;
use super::settings::ProviderSettings;
use crate::database::types::UtcTime;
use crate::database::{Database, Outcome};
use crate::error::{Code, Error, Result};

/// Fetches a minute that tokens with unknown keys can cause: anybody can send such tokens.
const ASKED_FETCHES: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);

/// The keys of one provider.
pub(super) struct KeyCache {
    issuer: String,
    algorithms: Vec<Algorithm>,
    source: KeySource,
    current: RwLock<Option<Arc<KeySet>>>,
    /// Whoever holds it fetches; all others wait for that.
    fetching: Arc<Mutex<()>>,
    fetches: AtomicU64,
    budget: DefaultDirectRateLimiter,
}

impl KeyCache {
    /// A cache without any keys yet.
    pub(super) fn new(settings: &ProviderSettings) -> Result<Self> {
        Ok(Self {
            issuer: settings.issuer.clone(),
            algorithms: settings.algorithms.clone(),
            source: KeySource::new(settings)?,
            current: RwLock::default(),
            fetching: Arc::default(),
            fetches: AtomicU64::new(0),
            budget: RateLimiter::direct(Quota::per_minute(ASKED_FETCHES)),
        })
    }

    /// Takes the keys that the database keeps.
    pub(super) fn recall(&self, database: &Database) -> Result<()> {
        let kept = database.read_blocking(|connection| queries::find_document(connection, &self.issuer))?;
        if let Some(keys) = kept.and_then(|kept| kept.keys(&self.algorithms)) {
            self.put(keys);
        }
        Ok(())
    }

    /// The keys at hand, unless they are too old to be believed.
    pub(super) fn keys(&self) -> Option<Arc<KeySet>> {
        self.current().filter(|keys| keys.is_usable())
    }

    /// Looks for newer keys with the key that a token names as `kid`. Of all who ask at the same time one fetches, and
    /// together they may do so only so often.
    pub(super) async fn refresh(self: &Arc<Self>, database: &Database, kid: Option<&str>) {
        let fetches = self.fetches.load(Ordering::Acquire);
        let turn = self.fetching.clone().lock_owned().await;
        if self.fetches.load(Ordering::Acquire) != fetches || self.budget.check().is_err() {
            return;
        }
        let (cache, database, kid) = (self.clone(), database.clone(), kid.map(str::to_owned));
        // As a task of its own: it comes to its end even when whoever asked hangs up.
        let fetched = tokio::spawn(async move {
            cache.look(&database, |keys| keys.is_usable() && keys.knows(kid.as_deref())).await;
            cache.fetches.fetch_add(1, Ordering::Release);
            drop(turn);
        });
        if let Err(cause) = fetched.await {
            log::error!("fetching the keys of the identity provider {} ended early: {cause}", self.issuer);
        }
    }

    /// Fetches the keys when they are no longer fresh.
    pub(super) async fn keep_fresh(&self, database: &Database) {
        if self.is_fresh() {
            return;
        }
        let _turn = self.fetching.lock().await;
        // Whoever had the turn before may have fetched them.
        if !self.is_fresh() {
            self.look(database, KeySet::is_fresh).await;
            self.fetches.fetch_add(1, Ordering::Release);
        }
    }

    /// Whether the keys at hand need not be fetched yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.current().is_some_and(|keys| keys.is_fresh())
    }

    /// Takes the keys that another instance has fetched, when they are `good` and newer than those at hand; else fetches
    /// them. A failure leaves what is at hand.
    async fn look(&self, database: &Database, good: impl Fn(&KeySet) -> bool) {
        match self.kept(database).await {
            Ok(Some(kept)) if self.is_newer(&kept) && good(&kept) => self.put(kept),
            Ok(_) => self.fetch(database).await,
            Err(error) => {
                log::warn!("the kept keys of the identity provider {} cannot be read: {error}", self.issuer);
                self.fetch(database).await;
            }
        }
    }

    async fn kept(&self, database: &Database) -> Result<Option<KeySet>> {
        let issuer = self.issuer.clone();
        let kept = database.read(move |connection| queries::find_document(connection, &issuer)).await?;
        Ok(kept.and_then(|kept| kept.keys(&self.algorithms)))
    }

    async fn fetch(&self, database: &Database) {
        match self.fetch_keys().await {
            Ok(keys) => {
                self.keep(database, &keys).await;
                self.put(keys);
            }
            Err(fault) => log::warn!("the keys of the identity provider {}: {fault}", self.issuer),
        }
    }

    /// Whether the provider gives its keys now.
    pub(super) async fn ask(&self) -> Result<(), String> {
        self.fetch_keys().await.map(drop).map_err(|fault| fault.to_string())
    }

    async fn fetch_keys(&self) -> Result<KeySet, FetchFault> {
        let document = self.source.fetch().await?;
        KeySet::read(&document, &self.algorithms, UtcTime::now())
    }

    async fn keep(&self, database: &Database, keys: &KeySet) {
        let (issuer, document, fetched_at) = (self.issuer.clone(), keys.document(), keys.fetched_at);
        let kept = database.write(Outcome::Keep, move |connection| {
            queries::keep_document(connection, &issuer, &document, fetched_at)
        });
        if let Err(error) = kept.await {
            log::warn!("the keys of the identity provider {} cannot be kept: {error}", self.issuer);
        }
    }

    fn current(&self) -> Option<Arc<KeySet>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_newer(&self, keys: &KeySet) -> bool {
        self.current().is_none_or(|current| current.fetched_at < keys.fetched_at)
    }

    /// Has these keys at hand from now on. Older ones change nothing: they may hold a key that was withdrawn since.
    fn put(&self, keys: KeySet) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_none_or(|current| current.fetched_at <= keys.fetched_at) {
            *current = Some(Arc::new(keys));
        }
    }
}

/// 503: the token cannot be judged without its provider's keys, so it is not called bad.
pub(super) fn no_keys() -> Error {
    Error::new(Code::Unavailable)
        .with_header("Retry-After", 12)
        .caused_by("the keys of an identity provider are not at hand")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn older_keys_never_take_the_place_of_newer_ones() {
        let settings = json!({"issuer": "https://a", "audience": "a", "algorithms": ["ES256"]});
        let cache = KeyCache::new(&serde_json::from_value(settings).unwrap()).unwrap();
        let now = UtcTime::now();
        let fetched = |seconds| KeySet::read(&json!({"keys": []}), &[], now.plus_seconds(seconds)).unwrap();
        for (seconds, newer, at_hand) in
            [(-60, true, -60), (-120, false, -60), (-60, false, -60), (0, true, 0)]
        {
            assert_eq!(cache.is_newer(&fetched(seconds)), newer, "{seconds}");
            cache.put(fetched(seconds));
            assert_eq!(cache.current().unwrap().fetched_at, now.plus_seconds(at_hand), "{seconds}");
        }
    }
}
