//! Opaque cursors: a position in a list, bound to the list's filter and sort and sealed against changes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::database::listing::Position;

/// The key that seals cursors; all instances over one database share it.
#[derive(Clone)]
pub struct CursorKey([u8; 32]);

const SEAL_LENGTH: usize = 12;

impl CursorKey {
    /// A key derived from a secret of the service.
    pub fn derive(secret: &[u8]) -> Self {
        let mut mac = seal_of(secret);
        mac.update(b"nasij cursor key");
        Self(mac.finalize().into_bytes().into())
    }

    /// Writes a position as the cursor of the list that `binding` describes.
    pub fn seal(&self, binding: &str, position: &Position) -> String {
        let content = json!([position.backward, position.keys]).to_string();
        let mut sealed = self.seal_for(binding, content.as_bytes());
        sealed.extend_from_slice(content.as_bytes());
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Reads a cursor back. `None` when it was changed, or belongs to another list, filter or sort.
    pub fn open(&self, binding: &str, cursor: &str) -> Option<Position> {
        let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (seal, content) = sealed.split_at_checked(SEAL_LENGTH)?;
        if !bool::from(subtle::ConstantTimeEq::ct_eq(seal, &self.seal_for(binding, content)[..])) {
            return None;
        }
        let (backward, keys) = serde_json::from_slice(content).ok()?;
        Some(Position { backward, keys })
    }

    fn seal_for(&self, binding: &str, content: &[u8]) -> Vec<u8> {
        let mut mac = seal_of(&self.0);
        mac.update(&(binding.len() as u64).to_be_bytes());
        mac.update(binding.as_bytes());
        mac.update(content);
        mac.finalize().into_bytes()[..SEAL_LENGTH].to_vec()
    }
}

#[allow(clippy::expect_used)]
fn seal_of(key: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length (RFC 2104).
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_opens_only_for_its_own_list(backward: bool, keys: Vec<String>, binding: String, other: String) {
            let key = CursorKey::derive(b"secret");
            let position = Position { backward, keys: keys.into_iter().map(Into::into).collect() };
            let cursor = key.seal(&binding, &position);
            prop_assert_eq!(key.open(&binding, &cursor), Some(position));
            prop_assert_eq!(key.open(&other, &cursor).is_some(), other == binding);
        }

        #[test]
        fn a_changed_cursor_does_not_open(place in 0usize..30, letter in "[A-Za-z0-9_-]") {
            let key = CursorKey::derive(b"secret");
            let mut cursor = key.seal("cities", &Position { backward: false, keys: vec!["oujda".into(), 7.into()] });
            let place = place % cursor.len();
            prop_assume!(cursor[place..=place] != letter);
            cursor.replace_range(place..=place, &letter);
            prop_assert_eq!(key.open("cities", &cursor), None);
        }

        #[test]
        fn any_text_is_refused_as_a_cursor_without_a_panic(text: String) {
            prop_assert_eq!(CursorKey::derive(b"secret").open("cities", &text), None);
        }
    }
}
