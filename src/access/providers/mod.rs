//! The identity providers of others, such as the ministry's (OpenID Connect): their access tokens are taken beside our
//! own when the configuration names the provider and an account here is linked to issuer and subject. A provider says
//! who somebody is and can take roles away; what an account may do is decided here.
//!
//! `settings` is what is configured, `discovery` and `client` fetch the keys, `cache` has them at hand, `token` and
//! `claims` read what a provider has signed.

mod address;
mod cache;
mod claims;
mod client;
mod discovery;
mod fault;
mod keys;
mod model;
mod queries;
mod rules;
mod settings;
mod token;

use std::sync::Arc;

use futures_util::future::join_all;

use super::accounts::{self, Account, Credential, Identity};
use super::caller::Caller;
use super::jwt::{self, LEEWAY, Unverified};
use super::scopes::Role;
use super::tokens::{CHALLENGE, TokenFault};
use crate::audit::Actor;
use crate::config::Config;
use crate::database::types::UtcTime;
use crate::database::{Connection, Database, Outcome};
use crate::error::{Code, Error, Result};
use crate::http::origin::Origin;
use cache::KeyCache;
use keys::KeySet;
use model::NewIdentity;
use settings::ProviderSettings;
use token::ProviderToken;

/// The providers whose tokens are taken.
pub struct IdentityProviders(Vec<Provider>);

/// One provider.
pub(super) struct Provider {
    settings: ProviderSettings,
    cache: Arc<KeyCache>,
}

impl IdentityProviders {
    /// The providers that are configured. Nobody is asked yet: the service starts while a provider is down.
    ///
    /// The error is a sentence for the operator.
    pub fn configured(config: &Config) -> Result<Self> {
        let Some(path) = &config.identity_providers_file else {
            return Ok(Self(Vec::new()));
        };
        let providers = settings::read(path, &config.public_url)?.into_iter().map(|settings| {
            let cache = Arc::new(KeyCache::new(&settings)?);
            Ok(Provider { settings, cache })
        });
        providers.collect::<Result<_>>().map(Self)
    }

    /// The issuers whose tokens are taken.
    pub(super) fn issuers(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|provider| provider.settings.issuer.clone())
    }

    /// Takes the keys that the database keeps: fetched before a restart, or by another instance.
    pub fn recall_keys(&self, database: &Database) -> Result<()> {
        self.0.iter().try_for_each(|provider| provider.cache.recall(database))
    }

    /// Asks every provider for its keys, and keeps none of them: its issuer, and what went wrong.
    pub async fn ask(&self) -> Vec<(String, Result<(), String>)> {
        let ask = |provider: &'_ Provider| {
            let (issuer, cache) = (provider.settings.issuer.clone(), provider.cache.clone());
            async move { (issuer, cache.ask().await) }
        };
        join_all(self.0.iter().map(ask)).await
    }

    /// Fetches the keys that are no longer fresh, of all providers at the same time.
    ///
    /// # Errors
    /// When one of them gives none: its earlier keys stay in use.
    pub async fn keep_fresh(&self, database: &Database) -> Result<()> {
        join_all(self.0.iter().map(|provider| provider.cache.keep_fresh(database))).await;
        match self.0.iter().find(|provider| !provider.cache.is_fresh()) {
            Some(provider) => Err(Error::unavailable(provider.settings.issuer.clone())),
            None => Ok(()),
        }
    }

    /// The provider that `token` says it comes from, with the token taken apart; `None` when it is not one of these.
    pub(super) fn of<'a>(&self, token: &'a str) -> Option<(&Provider, Unverified<'a>)> {
        if self.0.is_empty() || token.len() > jwt::LONGEST {
            return None;
        }
        let token = Unverified::parse(token)?;
        let issuer = token.claims.text("iss")?;
        let provider = self.0.iter().find(|provider| provider.settings.issuer == issuer)?;
        Some((provider, token))
    }
}

impl Provider {
    /// The caller that a token of this provider speaks of: never more than the linked account, as it is now.
    ///
    /// # Errors
    /// 401 when the token is not good, 403 when it speaks of nobody here, 503 when there are no keys to verify it with.
    pub(super) async fn caller_of(
        &self,
        database: &Database,
        token: Unverified<'_>,
        origin: Origin,
    ) -> Result<Caller> {
        let token = self.verified(database, token).await?;
        let roles = self.settings.roles_of(&token);
        let account = self.account_of(database, &token, &roles, origin).await?;
        if account.disabled_at.is_some() || is_of_earlier_generation(&token, &account) {
            return Err(TokenFault::Revoked.into());
        }
        Ok(Caller::new(account, &roles, &self.settings.scopes_of(&token), Credential::Identity))
    }

    /// Verifies the token; when its key is not at hand, or no longer the one of that name, with newer keys again.
    async fn verified(&self, database: &Database, token: Unverified<'_>) -> Result<ProviderToken> {
        let wanted = token::read_header(&self.settings, &token)?;
        let now = UtcTime::now().unix_seconds();
        let verify = |keys: &KeySet| token::verify(&self.settings, keys, &token, &wanted, now);
        match self.cache.keys().map(|keys| verify(&keys)) {
            None | Some(Err(TokenFault::UnknownKey | TokenFault::BadSignature)) => {
                self.cache.refresh(database, wanted.kid.as_deref()).await;
                let keys = self.cache.keys().ok_or_else(cache::no_keys)?;
                Ok(verify(&keys)?)
            }
            Some(verified) => Ok(verified?),
        }
    }

    /// The account that is linked to the token's issuer and subject; a new one where that is configured and the provider
    /// gives it at least one role.
    async fn account_of(
        &self,
        database: &Database,
        token: &ProviderToken,
        roles: &[Role],
        origin: Origin,
    ) -> Result<Account> {
        let (issuer, subject) = (self.settings.issuer.clone(), token.subject.clone());
        let find =
            move |connection: &mut Connection| accounts::find_by_identity(connection, &issuer, &subject);
        let linked = database.read(find).await?;
        match linked {
            Some(account) => Ok(account),
            None if self.settings.create_accounts && !roles.is_empty() => {
                self.create_account(database, token, roles, origin).await
            }
            None => Err(no_account()),
        }
    }

    async fn create_account(
        &self,
        database: &Database,
        token: &ProviderToken,
        roles: &[Role],
        origin: Origin,
    ) -> Result<Account> {
        let new = NewIdentity {
            identity: Identity { issuer: self.settings.issuer.clone(), subject: token.subject.clone() },
            name: self.settings.name_of(token),
            roles: roles.to_vec(),
        };
        let actor = Actor {
            account_id: None,
            name: self.settings.issuer.clone(),
            request_id: origin.request_id,
            address: origin.address,
        };
        let account = database
            .write(Outcome::Keep, move |connection| queries::find_or_create(connection, &actor, &new))
            .await?;
        account.ok_or_else(no_account)
    }
}

/// Whether the token may have been issued before all tokens of the account were ended: the clock of the provider may be
/// ahead. The first generation began with the account, which may be younger than the token that it was made for.
fn is_of_earlier_generation(token: &ProviderToken, account: &Account) -> bool {
    account.generation > 1 && token.issued_at - LEEWAY <= account.generation_at.unix_seconds()
}

/// 403: the token is good, but nobody here is linked to it.
fn no_account() -> Error {
    Error::new(Code::NoAccount).with_header("WWW-Authenticate", CHALLENGE)
}
