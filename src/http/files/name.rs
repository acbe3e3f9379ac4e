//! Names of files: what a client may call one, and how it is told to whoever saves it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::{FieldRule, Reason};
use crate::http::body::cleaned;
use crate::validation::single_line;

/// The longest name of a file, in characters.
const LONGEST: usize = 200;

/// The longest ending that is taken for one, in characters.
const LONGEST_EXTENSION: usize = 5;

/// The name of a file: one line without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// The name that a client gives.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(super) fn given(name: Option<&str>) -> Result<Self, Reason> {
        let name = cleaned(name.ok_or(Reason::new(FieldRule::Required))?)?;
        if name.chars().count() > LONGEST {
            return Err(Reason::new(FieldRule::Length).with("min", 1).with("max", LONGEST));
        }
        single_line(&name).map_err(|fault| match fault.code.as_ref() {
            "blank" => Reason::new(FieldRule::Blank),
            _ => Reason::new(FieldRule::Characters),
        })?;
        if name.contains(['/', '\\']) || name.chars().all(|letter| letter == '.') {
            return Err(Reason::new(FieldRule::Path));
        }
        Ok(Self(name))
    }

    /// The name as it was given.
    pub fn as_given(self) -> String {
        self.0
    }

    /// The name as it is kept for a file whose names end with one of `extensions`: another ending is replaced by the
    /// first of them, so that no system takes the file for something else.
    pub fn ending_with(self, extensions: &[&str]) -> String {
        let Self(name) = self;
        if has_extension(&name, extensions) {
            return name;
        }
        let stem = without_extension(&name);
        if has_extension(stem, extensions) {
            return stem.to_owned();
        }
        let extension = extensions.first().copied().unwrap_or_default();
        let stem: String = stem.chars().take(LONGEST - extension.len() - 1).collect();
        format!("{stem}.{extension}")
    }
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    ending.is_some_and(|(_, ending)| extensions.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The name without what a system would take for the type of the file. The last part of `M. Alaoui` or of `26.11.2026`
/// is none.
fn without_extension(name: &str) -> &str {
    let is_extension = |ending: &str| {
        (1..=LONGEST_EXTENSION).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && is_extension(ending) => stem,
        _ => name.trim_end_matches(['.', ' ']),
    }
}

/// `Content-Disposition` (RFC 6266): to be saved and never shown in place. The name in ASCII for clients of old, and as
/// it is, in the characters that RFC 8187 leaves alone.
pub(in crate::http) fn disposition(name: &str) -> String {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let plain = |letter: char| {
        let is_plain = letter.is_ascii_alphanumeric() || "-._ ()".contains(letter);
        if is_plain { letter } else { '_' }
    };
    let ascii: String = name.chars().map(plain).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_says_something() {
        for name in ["تقرير 2026 (final).pdf", &"é".repeat(200), "a..b", " ..a "] {
            assert!(FileName::given(Some(name)).is_ok(), "{name:?}");
        }
        let (long, code) = ("x".repeat(201), |name| FileName::given(name).unwrap_err().code());
        assert_eq!(code(None), "required");
        assert_eq!(code(Some("")), "blank");
        assert_eq!(code(Some("  ")), "blank");
        assert_eq!(code(Some(&long)), "length");
        for name in ["a\nb", "a\tb", "a\r\nX-Evil: 1"] {
            assert_eq!(code(Some(name)), "characters", "{name:?}");
        }
        for name in ["a\u{0}b", "fdp.\u{202e}exe", "a\u{7f}", "a\u{200b}b"] {
            assert_eq!(code(Some(name)), "hidden_character", "{name:?}");
        }
        for name in ["../etc/passwd", "a/b.pdf", "C:\\a.pdf", "/", ".", "..", "..\\a.pdf"] {
            assert_eq!(code(Some(name)), "path", "{name:?}");
        }
    }

    #[test]
    fn the_ending_is_that_of_the_file_whatever_it_is_called() {
        let kept = |name: &str| FileName::given(Some(name)).unwrap().ending_with(&["jpg", "jpeg"]);
        for (given, expected) in [
            ("photo.jpg", "photo.jpg"),
            ("photo.JPEG", "photo.JPEG"),
            ("photo.png", "photo.jpg"),
            ("cv.exe", "cv.jpg"),
            ("cv.jpg.exe", "cv.jpg"),
            ("page.html", "page.jpg"),
            ("photo", "photo.jpg"),
            ("photo.", "photo.jpg"),
            ("صورة", "صورة.jpg"),
            ("M. Alaoui", "M. Alaoui.jpg"),
            ("26.11.2026", "26.11.2026.jpg"),
            (".jpg", ".jpg.jpg"),
            (".htaccess", ".htaccess.jpg"),
        ] {
            assert_eq!(kept(given), expected, "{given}");
        }
        assert_eq!(kept(&"é".repeat(200)).chars().count(), 200);
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"; b=c\r\n.pdf"),
            "attachment; filename=\"a__ b_c__.pdf\"; filename*=UTF-8''a%22%3B%20b%3Dc%0D%0A.pdf"
        );
        assert_eq!(disposition("é'.png"), "attachment; filename=\"__.png\"; filename*=UTF-8''%C3%A9%27.png");
    }
}
