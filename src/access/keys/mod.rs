//! The keys that sign access tokens. They live in the database, sealed under the encryption key, so that all instances
//! have the same: one signs, the next one is published ahead, retired ones verify until their last token is dead.

pub mod commands;
pub mod detached_jws;
mod encryption_key;
mod jwk;
mod key_file;
mod model;
mod queries;
pub(crate) use queries::renew;
mod rules;
pub mod signed_documents;
mod signing_key;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

pub use encryption_key::EncryptionKey;
pub use jwk::{Jwk, JwkSet};
pub use queries::{delete_dead, is_known};
pub(super) use rules::cache_control;

use crate::audit::Actor;
use crate::database::{Connection, Database};
use crate::error::{Error, Result};
use model::{KeyStatus, SigningKeyRow};
use signing_key::SigningKey;

/// A token with an unknown key makes an instance read the keys again, but not more often than this: anybody can send
/// such tokens.
const SEARCH_AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// The keys of the service as this instance read them last.
pub struct SigningKeys {
    encryption_key: EncryptionKey,
    issuer: String,
    known: RwLock<KnownKeys>,
    /// When an unknown key was looked for last. Held while the keys are read, so that an older reading never replaces a
    /// newer one.
    last_search: Mutex<Option<Instant>>,
}

/// The keys of one reading.
struct KnownKeys {
    current: Arc<SigningKey>,
    /// The next one, then the retired ones.
    others: Vec<Arc<SigningKey>>,
}

/// Whether the database keeps signing keys.
pub fn are_there(connection: &mut Connection) -> Result<bool> {
    Ok(!queries::list(connection)?.is_empty())
}

/// # Errors
/// A sentence for the operator when the keys in the database cannot be opened with this encryption key.
pub fn check(connection: &mut Connection, encryption_key: &EncryptionKey) -> Result<()> {
    KnownKeys::read(connection, encryption_key).map(drop)
}

impl SigningKeys {
    /// The keys that the database keeps; the first start makes them. `issuer` is the public URL of the service.
    ///
    /// The error is a sentence for the operator: they were sealed with another encryption key.
    pub fn load(database: &Database, encryption_key: EncryptionKey, issuer: &str) -> Result<Self> {
        let known = database.write_blocking(|connection| {
            queries::make_missing(connection, &Actor::service(), &encryption_key)?;
            KnownKeys::read(connection, &encryption_key)
        })?;
        Ok(Self::new(encryption_key, issuer, known))
    }

    fn new(encryption_key: EncryptionKey, issuer: &str, known: KnownKeys) -> Self {
        let (known, last_search) = (RwLock::new(known), Mutex::new(None));
        Self { encryption_key, issuer: issuer.to_owned(), known, last_search }
    }

    /// New keys that are kept nowhere.
    #[cfg(test)]
    pub(crate) fn generate() -> Result<Self> {
        let encryption_key = EncryptionKey::generate();
        let new = |status| {
            let now = crate::database::types::UtcTime::now();
            SigningKey::generate(&encryption_key, status, now).map(|(key, _)| Arc::new(key))
        };
        let known = KnownKeys { current: new(KeyStatus::Active)?, others: vec![new(KeyStatus::Next)?] };
        Ok(Self::new(encryption_key, "https://nasij.example", known))
    }

    /// Whose keys they are: the public URL of the service.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The public keys, for whoever verifies tokens.
    pub fn jwks(&self) -> JwkSet {
        JwkSet { keys: self.known(|known| known.all().map(|key| key.jwk.clone()).collect()) }
    }

    /// The key that signs.
    pub(super) fn current(&self) -> Arc<SigningKey> {
        self.known(|known| known.current.clone())
    }

    /// The key that a token names. The database says whether it [is known](is_known) still.
    pub(super) fn find(&self, kid: &str) -> Option<Arc<SigningKey>> {
        self.known(|known| known.all().find(|key| key.kid() == kid).cloned())
    }

    /// Reads the keys again: the operator may have changed them.
    pub async fn reload(&self, database: &Database) -> Result<()> {
        let _reading = self.last_search.lock().await;
        self.read_again(database).await
    }

    /// As [`SigningKeys::reload`], for a token with an unknown key, unless one was looked for a moment ago.
    pub async fn reload_if_stale(&self, database: &Database) -> Result<()> {
        let mut last_search = self.last_search.lock().await;
        if last_search.is_some_and(|last| last.elapsed() < SEARCH_AT_MOST_EVERY) {
            return Ok(());
        }
        *last_search = Some(Instant::now());
        self.read_again(database).await
    }

    /// Makes sure that [`SigningKeys::current`] still signs: a token of a key that was revoked a moment ago would be
    /// good for nothing.
    pub(super) async fn confirm_current(&self, database: &Database) -> Result<()> {
        let kid = self.current().kid().to_owned();
        if database.read(move |connection| queries::is_active(connection, &kid)).await? {
            return Ok(());
        }
        self.reload(database).await
    }

    async fn read_again(&self, database: &Database) -> Result<()> {
        let encryption_key = self.encryption_key.clone();
        let known = database.read(move |connection| KnownKeys::read(connection, &encryption_key)).await?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    fn known<T>(&self, look: impl FnOnce(&KnownKeys) -> T) -> T {
        look(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl KnownKeys {
    fn read(connection: &mut Connection, encryption_key: &EncryptionKey) -> Result<Self> {
        Self::open(encryption_key, &queries::list(connection)?)
    }

    /// The keys of all rows, of which the first signs.
    fn open(encryption_key: &EncryptionKey, rows: &[SigningKeyRow]) -> Result<Self> {
        if rows.first().is_none_or(|row| row.status.0 != KeyStatus::Active) {
            return Err(Error::internal("no signing key is active"));
        }
        let keys = rows.iter().map(|row| SigningKey::open(encryption_key, row).map(Arc::new));
        let mut keys = keys.collect::<Option<Vec<_>>>().ok_or_else(sealed_with_another)?;
        let current = keys.remove(0);
        Ok(Self { current, others: keys })
    }

    fn all(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        std::iter::once(&self.current).chain(&self.others)
    }
}

fn sealed_with_another() -> Error {
    Error::configuration(
        "the keys in the database were sealed with another encryption key; give every instance the same \
         NASIJ_ENCRYPTION_KEY (when it is lost for good, `nasij keys renew` makes new keys and ends all tokens)",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::types::UtcTime;

    fn row(encryption_key: &EncryptionKey, status: KeyStatus) -> SigningKeyRow {
        SigningKey::generate(encryption_key, status, UtcTime::now()).unwrap().1
    }

    #[test]
    fn the_active_key_signs_and_all_are_published() {
        let encryption_key = EncryptionKey::generate();
        let rows = [KeyStatus::Active, KeyStatus::Next, KeyStatus::Retired].map(|s| row(&encryption_key, s));
        let known = KnownKeys::open(&encryption_key, &rows).unwrap();
        let keys = SigningKeys::new(encryption_key, "https://nasij.example", known);
        assert_eq!(keys.current().kid(), rows[0].kid);
        let published: Vec<_> = keys.jwks().keys.into_iter().map(|jwk| jwk.kid).collect();
        assert_eq!(published, rows.map(|row| row.kid));
        assert!(published.iter().all(|kid| keys.find(kid).is_some()) && keys.find("another").is_none());
    }

    #[test]
    fn keys_that_cannot_be_opened_are_a_sentence_for_the_operator() {
        let (encryption_key, other) = (EncryptionKey::generate(), EncryptionKey::generate());
        let rows = [row(&encryption_key, KeyStatus::Active), row(&other, KeyStatus::Next)];
        let told = KnownKeys::open(&encryption_key, &rows).err().unwrap().to_string();
        assert!(told.contains("sealed with another encryption key"), "{told}");
    }

    #[test]
    fn without_an_active_key_there_is_none_that_signs() {
        let encryption_key = EncryptionKey::generate();
        assert!(KnownKeys::open(&encryption_key, &[]).is_err());
        assert!(KnownKeys::open(&encryption_key, &[row(&encryption_key, KeyStatus::Next)]).is_err());
    }
}
