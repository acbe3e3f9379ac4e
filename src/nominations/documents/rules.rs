//! What a supporting document may be, and where its bytes stand.

use crate::database::types::Id;

/// The most documents of a nomination.
pub const MOST: i64 = 20;

/// The largest document, in bytes.
pub const LARGEST: u64 = 10 * 1024 * 1024;

/// The folder of the object store that is the documents' own.
pub const FOLDER: &str = "sha256";

/// Where the bytes of a document stand. The document is part of the key: no key is used twice, not even for the same
/// bytes after they were deleted.
pub fn object_key(sha256: &str, document: Id) -> String {
    let beginning = sha256.get(..2).unwrap_or_default();
    format!("{FOLDER}/{beginning}/{sha256}/{document}")
}

/// Whether this is the key of a document's bytes. What else is in the store is left alone.
pub fn is_object_key(key: &str) -> bool {
    let mut parts = key.split('/').skip(2);
    let (sha256, document) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_digest = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest && document.parse().is_ok_and(|document: Id| object_key(sha256, document) == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_documents_are_known_as_such() {
        let (sha256, document) = ("ab".repeat(32), Id::new());
        let key = object_key(&sha256, document);
        assert!(is_object_key(&key), "{key}");
        for other in [
            "",
            "sha256",
            "report.pdf",
            &format!("other/ab/{sha256}/{document}"),
            &format!("sha256/ac/{sha256}/{document}"),
            &format!("sha256/ab/{sha256}"),
            &format!("sha256/ab/{sha256}/report"),
            &format!("{key}/more"),
            &format!("sha256/ab/{}/{document}", "ab".repeat(31)),
        ] {
            assert!(!is_object_key(other), "{other}");
        }
    }
}
