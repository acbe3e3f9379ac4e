//! PDF (ISO 32000): from its first line to its last, with a table of contents where the end says that it is, and pages.

use hayro_syntax::{LoadPdfError, Pdf};

use super::Flaw;

const END: &[u8] = b"%%EOF";
const POINTER: &[u8] = b"startxref";

/// Opens the file as a reader does who has no password.
pub(super) fn examine(bytes: &[u8]) -> Result<(), Flaw> {
    let (body, pointer) = ending(bytes)?;
    // The parser would look for the objects itself when the table is not there. A file whose table does not fit has lost
    // some of its bytes.
    if !is_table(body.get(pointer..).unwrap_or_default()) {
        return Err(Flaw::FileDamaged);
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|cause| match cause {
        LoadPdfError::Decryption(_) => Flaw::FileLocked,
        LoadPdfError::Invalid => Flaw::FileDamaged,
    })?;
    if pdf.pages().is_empty() { Err(Flaw::FileDamaged) } else { Ok(()) }
}

/// What stands before the last `startxref`, and where that says the table is (7.5.5).
fn ending(bytes: &[u8]) -> Result<(&[u8], usize), Flaw> {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let length = bytes.iter().rposition(|byte| !blank(byte)).map_or(0, |last| last + 1);
    let Some(content) = bytes[..length].strip_suffix(END) else {
        return Err(if find_last(bytes, END).is_some() { Flaw::FileFollowed } else { Flaw::FileCutOff });
    };
    let place = find_last(content, POINTER).ok_or(Flaw::FileDamaged)?;
    let number = std::str::from_utf8(&content[place + POINTER.len()..]).unwrap_or_default().trim();
    Ok((&content[..place], number.parse().map_err(|_| Flaw::FileDamaged)?))
}

/// Whether a table of objects begins here: the word, or the number of the stream that has it (7.5.4, 7.5.8).
fn is_table(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let header = bytes[digits..].trim_ascii_start();
    let generation = header.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_object = digits > 0 && generation > 0;
    bytes.starts_with(b"xref") || (is_object && header[generation..].trim_ascii_start().starts_with(b"obj"))
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page, and a trailer with these entries beside.
    fn pdf(trailer: &str) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut places = Vec::new();
        for object in [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        ] {
            places.push(file.len());
            file.extend(format!("{} 0 obj\n{object}\nendobj\n", places.len()).bytes());
        }
        let table = file.len();
        file.extend(b"xref\n0 4\n0000000000 65535 f \n");
        for place in places {
            file.extend(format!("{place:010} 00000 n \n").bytes());
        }
        file.extend(format!("trailer\n<</Size 4/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n").bytes());
        file
    }

    #[test]
    fn a_whole_file_is_opened() {
        assert_eq!(examine(&pdf("")), Ok(()));
        assert_eq!(examine(&[&pdf("")[..], &[b' '; 100], &[0; 100]].concat()), Ok(()));
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_none() {
        let whole = pdf("");
        for length in 0..whole.len() - 1 {
            assert!(examine(&whole[..length]).is_err(), "{length} of {}", whole.len());
        }
        assert_eq!(examine(&whole[..whole.len() - 3]), Err(Flaw::FileCutOff));
    }

    #[test]
    fn bytes_that_were_taken_from_the_middle_are_missed() {
        let whole = pdf("");
        for place in 9..60 {
            let shorter = [&whole[..place], &whole[place + 7..]].concat();
            assert_eq!(examine(&shorter), Err(Flaw::FileDamaged), "{place}");
        }
    }

    #[test]
    fn what_follows_its_end_is_seen() {
        let other = [&pdf("")[..], b"<html><script>alert(1)</script>"].concat();
        assert_eq!(examine(&other), Err(Flaw::FileFollowed));
    }

    #[test]
    fn a_file_without_pages_or_table_is_damaged() {
        let text = String::from_utf8(pdf("")).unwrap();
        for (from, to) in
            [("/Kids[3 0 R]", "/Kids[     ]"), ("startxref\n", "startxref\n9"), ("xref\n0", "eref\n0")]
        {
            assert_eq!(examine(text.replace(from, to).as_bytes()), Err(Flaw::FileDamaged), "{from}");
        }
        assert_eq!(examine(b"%PDF-1.7\n%%EOF\n"), Err(Flaw::FileDamaged));
    }

    #[test]
    fn a_file_with_a_password_is_locked() {
        let (owner, user) = ("11".repeat(32), "22".repeat(32));
        let encrypt =
            format!("/ID[<00><00>]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<{owner}>/U<{user}>>>");
        assert_eq!(examine(&pdf(&encrypt)), Err(Flaw::FileLocked));
    }

    #[test]
    fn nesting_without_end_is_survived() {
        for bracket in ["[", "<<", "<</A", "("] {
            let _ = examine(&pdf(&format!("/Deep {}", bracket.repeat(100_000))));
        }
    }
}
