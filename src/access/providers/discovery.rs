//! Where a provider's keys are, by its own metadata (OpenID Connect Discovery 1.0; RFC 8414), and what they are.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value as JsonValue;
use url::Url;

use super::address;
use super::client::ProviderClient;
use super::fault::FetchFault;
use super::settings::ProviderSettings;
use crate::error::{Error, Result};

/// For metadata and keys together: a request that needs them waits no longer.
const TIME_TO_FETCH: Duration = Duration::from_secs(5);

/// Where the keys of one provider come from.
pub(super) struct KeySource {
    issuer: String,
    metadata: [Url; 2],
    client: ProviderClient,
}

/// What is read of the metadata (OpenID Connect Discovery 1.0, 3).
#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

impl KeySource {
    /// The source of the keys of a configured provider.
    pub(super) fn new(settings: &ProviderSettings) -> Result<Self> {
        let issuer = address::parse(&settings.issuer).ok_or_else(|| Error::internal("an unfit issuer"))?;
        Ok(Self {
            issuer: settings.issuer.clone(),
            metadata: metadata_addresses(&issuer),
            client: ProviderClient::new(settings.ca_file.as_deref())?,
        })
    }

    /// The provider's JWK set as it publishes it now.
    pub(super) async fn fetch(&self) -> Result<JsonValue, FetchFault> {
        tokio::time::timeout(TIME_TO_FETCH, self.fetch_in_steps()).await.map_err(|_| FetchFault::TooSlow)?
    }

    async fn fetch_in_steps(&self) -> Result<JsonValue, FetchFault> {
        let metadata = self.metadata().await?;
        // Exactly (OpenID Connect Discovery 1.0, 4.3): else one provider could speak for another.
        if metadata.issuer != self.issuer {
            return Err(FetchFault::OtherIssuer);
        }
        let address = self.key_address(&metadata.jwks_uri).ok_or(FetchFault::UnfitAddress)?;
        let keys = self.client.get("jwks_uri", &address).await?;
        serde_json::from_slice(&keys).map_err(|_| FetchFault::NotJson)
    }

    async fn metadata(&self) -> Result<Metadata, FetchFault> {
        let [first, second] = &self.metadata;
        let metadata = match self.client.get("discovery", first).await {
            Err(FetchFault::Status(_, 404)) => self.client.get("discovery", second).await?,
            answer => answer?,
        };
        serde_json::from_slice(&metadata).map_err(|_| FetchFault::NotJson)
    }

    /// Where the keys are. Only a provider on this machine may send us to an address on this machine that has no TLS.
    fn key_address(&self, jwks_uri: &str) -> Option<Url> {
        let [metadata, _] = &self.metadata;
        address::parse(jwks_uri).filter(|address| address.scheme() == "https" || metadata.scheme() == "http")
    }
}

/// Where the metadata of `issuer` is: behind its path (OpenID Connect Discovery 1.0, 4), or before it (RFC 8414, 3).
fn metadata_addresses(issuer: &Url) -> [Url; 2] {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut address = issuer.clone();
        address.set_path(&path);
        address
    };
    [
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metadata_is_behind_or_before_the_path_of_the_issuer() {
        for issuer in ["https://sso.example.ma/realms/agents", "https://sso.example.ma/realms/agents/"] {
            let addresses = metadata_addresses(&Url::parse(issuer).unwrap());
            assert_eq!(
                addresses.map(String::from),
                [
                    "https://sso.example.ma/realms/agents/.well-known/openid-configuration",
                    "https://sso.example.ma/.well-known/oauth-authorization-server/realms/agents",
                ]
            );
        }
        let [first, second] = metadata_addresses(&Url::parse("https://sso.example.ma").unwrap());
        assert_eq!(first.path(), "/.well-known/openid-configuration");
        assert_eq!(second.path(), "/.well-known/oauth-authorization-server");
    }
}
