//! The types of files that are opened: how they begin, and how their names end.

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Png, Self::Jpeg];

    /// How many bytes tell the type of a file.
    pub const LONGEST_SIGNATURE: usize = 8;

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
    pub fn of_file(beginning: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|media_type| beginning.starts_with(media_type.signature()))
    }

    /// How names of its files end; a name that ends otherwise gets the first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jpe"],
        }
    }

    pub(super) fn signature(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Png => b"\x89PNG\r\n\x1a\n",
            Self::Jpeg => b"\xff\xd8\xff",
        }
    }
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
        for media_type in MediaType::ALL {
            assert!(media_type.signature().len() <= MediaType::LONGEST_SIGNATURE);
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
}
