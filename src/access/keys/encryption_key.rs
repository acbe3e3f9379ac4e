//! The encryption key: the one secret that is not in the database, under which those in the database are sealed.

use std::collections::HashSet;
use std::path::PathBuf;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key_file;
use crate::config::Config;
use crate::error::{Error, Result};

const LENGTH: usize = 32;

/// Seals what must be kept but not read: private keys, secrets shared with others. All instances on one database have
/// the same. No `Debug`: it cannot be printed by accident.
#[derive(Clone)]
pub struct EncryptionKey([u8; LENGTH]);

impl EncryptionKey {
    /// The configured key: from the configuration itself, from the configured file, or from the file in the data
    /// directory, which the first start makes.
    ///
    /// Errors are sentences for the operator: the file is missing or open to others, or the key is not 64 hexadecimal
    /// digits, or so regular that somebody typed it.
    pub fn load(config: &Config) -> Result<Self> {
        if let Some(digits) = given_digits(config) {
            return Self::read(digits, "NASIJ_ENCRYPTION_KEY");
        }
        let path = match given_file(config) {
            Some(path) => path.clone(),
            None => {
                let path = own_file(config);
                key_file::create_if_missing(&path, new_digits)?;
                path
            }
        };
        Self::read(&key_file::read(&path)?, &path.display().to_string())
    }

    /// Whether [`EncryptionKey::load`] would make a new one.
    pub fn would_be_made(config: &Config) -> bool {
        given_digits(config).is_none() && given_file(config).is_none() && !own_file(config).exists()
    }

    /// The key that `place` writes as `digits`.
    fn read(digits: &str, place: &str) -> Result<Self> {
        let way_out = "`openssl rand -hex 32` makes a good one";
        let bytes = bytes_of(digits.trim()).ok_or_else(|| {
            Error::configuration(format!("{place} does not hold 64 hexadecimal digits; {way_out}"))
        })?;
        if is_weak(&bytes) {
            return Err(Error::configuration(format!("{place} is too regular to be a secret; {way_out}")));
        }
        Ok(Self(bytes))
    }

    /// Seals `secret` (AES-256-GCM) as base64. `name` says whose secret it is: under another name it does not open.
    pub fn seal(&self, secret: &[u8], name: &str) -> Result<String> {
        let failed = |_| Error::internal("a secret could not be sealed");
        let mut sealed = secret.to_vec();
        let nonce =
            self.cipher().and_then(|cipher| cipher.seal_in_place_append_tag(Aad::from(name), &mut sealed));
        sealed.splice(..0, *nonce.map_err(failed)?.as_ref());
        Ok(STANDARD.encode(sealed))
    }

    /// The secret that was sealed under this key and this `name`.
    pub fn open(&self, sealed: &str, name: &str) -> Option<Vec<u8>> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let (nonce, content) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut content = content.to_vec();
        let secret = self.cipher().ok()?.open_in_place(nonce, Aad::from(name), &mut content).ok()?;
        Some(secret.to_vec())
    }

    /// A secret for sealing cursors that all instances share.
    pub fn cursor_secret(&self) -> [u8; LENGTH] {
        self.derive(b"nasij cursor secret")
    }

    fn cipher(&self) -> Result<RandomizedNonceKey, aws_lc_rs::error::Unspecified> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.derive(b"nasij sealing key"))
    }

    /// A key for one purpose, so that none is used for two.
    fn derive(&self, purpose: &[u8]) -> [u8; LENGTH] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut derived = [0; LENGTH];
        derived.copy_from_slice(hmac::sign(&key, purpose).as_ref());
        derived
    }

    /// A new key that is kept nowhere.
    #[cfg(test)]
    pub(crate) fn generate() -> Self {
        Self::read(&new_digits().unwrap(), "a new key").unwrap()
    }
}

fn new_digits() -> Result<String> {
    let mut bytes = [0; LENGTH];
    rand::fill(&mut bytes).map_err(|_| Error::internal("the system gives no random numbers"))?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{digits}\n"))
}

fn bytes_of(digits: &str) -> Option<[u8; LENGTH]> {
    if digits.len() != 2 * LENGTH || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; LENGTH];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Whether bytes repeat or step as no random ones do: of 32 random bytes about 30 are different, and so are the steps
/// between them. Fewer than 17 happen once in a thousand million keys.
fn is_weak(bytes: &[u8; LENGTH]) -> bool {
    const FEWEST: usize = LENGTH / 2 + 1;
    let different = |values: Vec<u8>| values.into_iter().collect::<HashSet<_>>().len();
    let steps = bytes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    different(bytes.to_vec()) < FEWEST || different(steps) < FEWEST
}

fn given_digits(config: &Config) -> Option<&str> {
    config.encryption_key.as_deref().filter(|digits| !digits.trim().is_empty())
}

fn given_file(config: &Config) -> Option<&PathBuf> {
    config.encryption_key_file.as_ref().filter(|path| !path.as_os_str().is_empty())
}

/// Where the key is that the first start makes.
fn own_file(config: &Config) -> PathBuf {
    config.data_dir.join("encryption-key")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(digits: &str) -> String {
        EncryptionKey::read(digits, "the place").err().expect(digits).to_string()
    }

    #[test]
    fn a_sealed_secret_opens_under_its_key_and_its_name_alone() {
        let (key, other) = (EncryptionKey::generate(), EncryptionKey::generate());
        let sealed = key.seal(b"sesame", "one").unwrap();
        assert_eq!(key.open(&sealed, "one").unwrap(), b"sesame");
        assert_ne!(sealed, key.seal(b"sesame", "one").unwrap(), "no two seals are the same");
        assert!(key.open(&sealed, "two").is_none() && other.open(&sealed, "one").is_none());
        for changed in ["", "sesame", &sealed[4..], &format!("AAAA{}", &sealed[4..])] {
            assert!(key.open(changed, "one").is_none(), "{changed}");
        }
    }

    #[test]
    fn the_same_digits_are_the_same_key() {
        let digits = new_digits().unwrap();
        let one = EncryptionKey::read(&digits, "").unwrap();
        let other = EncryptionKey::read(&digits.trim().to_uppercase(), "").unwrap();
        assert_eq!(one.cursor_secret(), other.cursor_secret());
        assert_ne!(one.cursor_secret(), EncryptionKey::generate().cursor_secret());
        assert_ne!(one.cursor_secret(), one.derive(b"nasij sealing key"));
    }

    #[test]
    fn what_is_not_64_hexadecimal_digits_is_no_key() {
        let good = new_digits().unwrap();
        let (longer, foreign) = (format!("{}ab", good.trim()), format!("g{}", &good[1..64]));
        for digits in ["", "sesame", &good[..63], &longer, &foreign, &"é".repeat(32)] {
            let told = refused(digits);
            assert!(told.contains("the place") && told.contains("openssl rand -hex 32"), "{told}");
            assert!(digits.is_empty() || !told.contains(digits.trim()), "{told}");
        }
    }

    #[test]
    fn a_key_that_somebody_typed_is_too_weak() {
        let ascending: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
        let half: String = new_digits().unwrap()[..32].to_owned();
        for digits in ["00".repeat(32), "0123456789abcdef".repeat(4), half.repeat(2), ascending] {
            assert!(refused(&digits).contains("too regular"), "{digits}");
        }
    }
}
