//! Client secrets: made here, shown once, kept only as a digest.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::{Error, Result};

/// Begins every secret, so that scanners of repositories and logs recognise a leaked one.
const PREFIX: &str = "nasij_";

/// A client secret in clear. It cannot be printed by accident: it has neither `Debug` nor `Display`.
pub struct ClientSecret(String);

impl ClientSecret {
    /// A new secret of 256 random bits.
    pub(in crate::access::accounts) fn generate() -> Result<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random numbers"))?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The secret itself, to show it the one time that it can be shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digest that is kept.
    pub(in crate::access::accounts) fn digest(&self) -> String {
        digest(&self.0)
    }
}

/// The digest of a secret, as it is kept. A fast hash is right here: slow ones (Argon2, bcrypt) make up for what
/// people choose as passwords, whereas 256 random bits cannot be guessed however fast each guess is.
pub(in crate::access::accounts) fn digest(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}

/// Compares two digests in a time that does not tell where they differ.
pub(in crate::access::accounts) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_random_and_recognised() {
        let (one, other) = (ClientSecret::generate().unwrap(), ClientSecret::generate().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), PREFIX.len() + 43);
        assert!(same(&one.digest(), &digest(one.reveal())));
        assert!(!same(&one.digest(), &other.digest()));
        assert!(!one.digest().contains(one.reveal()));
    }
}
