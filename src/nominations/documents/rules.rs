//! What a supporting document may be, and where its bytes stand.

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use crate::database::types::Id;

/// The most documents of a nomination.
pub const MOST: i64 = 20;

/// The largest document, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// The media type of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames)]
#[schema(as = DocumentMediaType)]
pub enum MediaType {
    /// PDF.
    #[serde(rename = "application/pdf")]
    #[strum(serialize = "application/pdf")]
    Pdf,
    /// PNG.
    #[serde(rename = "image/png")]
    #[strum(serialize = "image/png")]
    Png,
    /// JPEG.
    #[serde(rename = "image/jpeg")]
    #[strum(serialize = "image/jpeg")]
    Jpeg,
}

impl MediaType {
    const ALL: [Self; 3] = [Self::Pdf, Self::Png, Self::Jpeg];

    /// The media type as headers have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The media type of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media_type| media_type.name() == name)
    }

    /// The media type of a file, by the bytes that every file of the type begins with.
    pub fn of_file(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|media_type| bytes.starts_with(media_type.signature()))
    }

    fn signature(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Jpeg => b"\xff\xd8\xff",
        }
    }
}

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
    fn a_file_is_known_by_its_first_bytes() {
        assert_eq!(MediaType::of_file(b"%PDF-1.7\n"), Some(MediaType::Pdf));
        assert_eq!(MediaType::of_file(b"\x89PNG\r\n\x1a\nIHDR"), Some(MediaType::Png));
        assert_eq!(MediaType::of_file(b"\xff\xd8\xff\xe0"), Some(MediaType::Jpeg));
        for other in [&b""[..], b"%PD", b" %PDF-1.7", b"<html>%PDF-", b"\x89PNG", b"\xff\xd8", b"GIF89a"] {
            assert_eq!(MediaType::of_file(other), None, "{other:?}");
        }
    }

    #[test]
    fn the_words_of_media_types_are_the_same_everywhere() {
        for (media_type, word) in MediaType::ALL.into_iter().zip(MediaType::VARIANTS) {
            assert_eq!(media_type.name(), *word);
            assert_eq!(crate::database::types::keyword(&media_type), *word);
            assert_eq!(MediaType::named(word), Some(media_type));
        }
        assert_eq!(MediaType::named("text/html"), None);
    }

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
