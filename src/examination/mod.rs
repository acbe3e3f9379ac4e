//! Whether a file that somebody sent is what it says it is, and whole.
//!
//! A parser opens it (`pdf`, `png`, `jpeg`). Parsers of what strangers send may need more memory and time than there is,
//! so they run in a process of their own with limits (`command`); the service starts it and hears the word that it says
//! (`examiner`).

pub mod command;
mod examiner;
mod jpeg;
mod media_type;
mod pdf;
mod png;

use strum::{Display, EnumString};

pub use examiner::Examiner;
pub use media_type::MediaType;

use crate::error::{FieldRule, Reason};

/// The most pixels of a picture. A page of A3 at 600 dots an inch has 70 million.
const MOST_PIXELS: u64 = 80_000_000;

/// What is wrong with a file. Its word is the code of the reason that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Flaw {
    /// Its end is missing.
    FileCutOff,
    /// Something follows its end.
    FileFollowed,
    /// No reader could open it.
    FileDamaged,
    /// It cannot be read without a password.
    FileLocked,
    /// It is a picture with more pixels than are taken.
    TooManyPixels,
}

impl Flaw {
    /// The reason that is told.
    pub fn reason(self) -> Reason {
        match self {
            Self::FileCutOff => Reason::new(FieldRule::FileCutOff),
            Self::FileFollowed => Reason::new(FieldRule::FileFollowed),
            Self::FileDamaged => Reason::new(FieldRule::FileDamaged),
            Self::FileLocked => Reason::new(FieldRule::FileLocked),
            Self::TooManyPixels => Reason::new(FieldRule::TooManyPixels).with("max", MOST_PIXELS),
        }
    }
}

/// Opens a file. It may take any memory and time, or never return: only for a process that can be lost.
fn examine(media_type: MediaType, bytes: &[u8]) -> Result<(), Flaw> {
    match media_type {
        MediaType::Pdf => pdf::examine(bytes),
        MediaType::Png => png::examine(bytes),
        MediaType::Jpeg => jpeg::examine(bytes),
    }
}

/// Whether a picture of this size may be opened.
fn check_pixels(width: u64, height: u64) -> Result<(), Flaw> {
    let few = width.checked_mul(height).is_some_and(|pixels| pixels <= MOST_PIXELS);
    if few { Ok(()) } else { Err(Flaw::TooManyPixels) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_flaw_is_its_reason() {
        for flaw in
            [Flaw::FileCutOff, Flaw::FileFollowed, Flaw::FileDamaged, Flaw::FileLocked, Flaw::TooManyPixels]
        {
            assert_eq!(flaw.reason().code(), flaw.to_string());
            assert_eq!(flaw.to_string().parse(), Ok(flaw));
        }
    }

    #[test]
    fn what_only_begins_like_a_file_is_none() {
        for media_type in MediaType::ALL {
            assert!(examine(media_type, media_type.signature()).is_err(), "{media_type:?}");
            assert!(examine(media_type, b"").is_err(), "{media_type:?}");
        }
    }
}
