//! What a file is, when it is not what it is said to be.

use super::fault::{Fault, Reason};

const SAVE_AS_XLSX: &str = "open it in a spreadsheet and save it as .xlsx";

/// What the first bytes of a file tell that is no text: what it is, and what to do.
const SIGNATURES: [(&[u8], &str, &str); 9] = [
    (b"PK\x03\x04", "an XLSX workbook or another ZIP archive", "send a workbook as XLSX"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook (.xls)", SAVE_AS_XLSX),
    (b"%PDF", "a PDF document", "ask for the table it was made from"),
    (b"\x1F\x8B", "a gzip archive", "unpack it"),
    (b"7z\xBC\xAF", "a 7-Zip archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"\x89PNG", "an image", "ask for the table it shows"),
    (b"\xFF\xD8\xFF", "an image", "ask for the table it shows"),
    (b"{\\rtf", "an RTF document", "copy its table into a spreadsheet"),
];

/// What a text is that begins like this, if it is no table.
const MARKUP: [(&str, &str, &str); 4] = [
    ("<!doctype html", "a web page (HTML)", SAVE_AS_XLSX),
    ("<html", "a web page (HTML)", SAVE_AS_XLSX),
    ("<table", "a web page (HTML)", SAVE_AS_XLSX),
    ("<?xml", "an XML document", SAVE_AS_XLSX),
];

/// Refuses a text file that begins with what is no table.
pub(super) fn check_text(head: &[u8]) -> Result<(), Fault> {
    match known(head) {
        Some((found, advice)) => Err(Fault::of_file(Reason::OtherFormat { found, advice })),
        None => Ok(()),
    }
}

/// Why what begins like this is no workbook.
pub(super) fn no_workbook(head: &[u8]) -> Fault {
    let text = ("a text file or something unknown", "send a text file as CSV");
    let (found, advice) = known(head).unwrap_or(text);
    Fault::of_file(Reason::OtherFormat { found, advice })
}

fn known(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let signature = SIGNATURES.iter().find(|(signature, ..)| head.starts_with(signature));
    if let Some((_, found, advice)) = signature {
        return Some((found, advice));
    }
    let text = String::from_utf8_lossy(head.get(..64).unwrap_or(head));
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).to_ascii_lowercase();
    MARKUP.iter().find(|(start, ..)| text.starts_with(start)).map(|(_, found, advice)| (*found, *advice))
}

/// Whether the bytes name, as a compound file does, the part in which an encrypted workbook is kept
/// (MS-OFFCRYPTO 2.3.4.4).
pub(super) fn names_encrypted_package(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(name.len()).any(|window| window == name)
}
