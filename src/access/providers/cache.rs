//! The keys of one provider as they are at hand: in memory, then in the database, then at the provider. Requests wait
//! only for a key that is nowhere yet, and never long.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

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

/// How often it is looked whether the keys are still fresh.
const PAUSE: Duration = Duration::from_secs(60);

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

    /// Looks for the key `kid` that is not at hand; without one, for any keys. Of all who ask at the same time one
    /// fetches, and together they may do so only so often.
    pub(super) async fn refresh(self: &Arc<Self>, database: &Database, kid: Option<&str>) {
        let fetches = self.fetches.load(Ordering::Acquire);
        let turn = self.fetching.clone().lock_owned().await;
        if self.fetches.load(Ordering::Acquire) != fetches || self.budget.check().is_err() {
            return;
        }
        let (cache, database, kid) = (self.clone(), database.clone(), kid.map(str::to_owned));
        // As a task of its own: it comes to its end even when whoever asked hangs up.
        let fetched = tokio::spawn(async move {
            cache.look(&database, |keys| kid.is_some() && keys.knows(kid.as_deref())).await;
            cache.fetches.fetch_add(1, Ordering::Release);
            drop(turn);
        });
        if let Err(cause) = fetched.await {
            log::error!("fetching the keys of the identity provider {} ended early: {cause}", self.issuer);
        }
    }

    /// Fetches the keys at once and whenever they are no longer fresh, for ever.
    pub(super) async fn keep_fresh(self: Arc<Self>, database: Database) {
        loop {
            if self.current().is_none_or(|keys| !keys.is_fresh()) {
                let _turn = self.fetching.clone().lock_owned().await;
                self.look(&database, KeySet::is_fresh).await;
                self.fetches.fetch_add(1, Ordering::Release);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes the keys that another instance has fetched, when they are `good`; else fetches them. A failure leaves what
    /// is at hand.
    async fn look(&self, database: &Database, good: impl Fn(&KeySet) -> bool) {
        match self.kept(database).await {
            Ok(Some(kept)) if good(&kept) => self.put(kept),
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

    fn put(&self, keys: KeySet) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
    }
}

/// 503: the token cannot be judged without its provider's keys, so it is not called bad.
pub(super) fn no_keys() -> Error {
    Error::new(Code::Unavailable)
        .with_header("Retry-After", 12)
        .caused_by("the keys of an identity provider are not at hand")
}
