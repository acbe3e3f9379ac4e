//! Text files as UTF-8, whatever they are written in.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256};

use super::disguise;
use super::fault::{Fault, Reason};

/// What is looked at to tell what a file is, in bytes.
const HEAD: u64 = 8 * 1024;
/// What is looked at from the first letter beyond ASCII on.
const SAMPLE: u64 = 64 * 1024;
const CHUNK: usize = 32 * 1024;

/// A text file, read as UTF-8. UTF-8 itself passes as it is: who cuts it into lines finds what is invalid,
/// and where.
pub(super) struct TextFile {
    file: File,
    encoding: &'static Encoding,
    /// None of UTF-8.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    taken: usize,
    at_end: bool,
}

impl TextFile {
    /// Reads a file that is said to be a text.
    pub(super) fn read(mut file: File) -> Result<Self, Fault> {
        let (encoding, mark) = guess(&mut file)?;
        file.seek(SeekFrom::Start(mark))?;
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Self { file, encoding, decoder, raw: Vec::new(), decoded: Vec::new(), taken: 0, at_end: false })
    }

    /// What it is written in.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }
}

impl Read for TextFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.file.read(out) };
        while self.taken == self.decoded.len() && !self.at_end {
            self.raw.resize(CHUNK, 0);
            let read = self.file.read(&mut self.raw)?;
            self.at_end = read == 0;
            let chunk = self.raw.get(..read).unwrap_or_default();
            let room = decoder.max_utf8_buffer_length(read).unwrap_or(CHUNK * 4);
            self.decoded.resize(room, 0);
            let (_, _, written, _) = decoder.decode_to_utf8(chunk, &mut self.decoded, self.at_end);
            self.decoded.truncate(written);
            self.taken = 0;
        }
        let read = self.decoded.get(self.taken..).unwrap_or_default().read(out)?;
        self.taken += read;
        Ok(read)
    }
}

/// What a file is written in, and how many bytes its mark takes.
fn guess(file: &mut File) -> Result<(&'static Encoding, u64), Fault> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Fault::of_file(Reason::Empty));
    }
    if let Some((encoding, length)) = Encoding::for_bom(&head) {
        disguise::check_text(head.get(length..).unwrap_or_default())?;
        return Ok((encoding, length as u64));
    }
    disguise::check_text(&head)?;
    if head.contains(&0) {
        let encoding = utf_16_without_mark(&head).ok_or_else(|| Fault::of_file(Reason::Binary))?;
        return Ok((encoding, 0));
    }
    file.seek(SeekFrom::Start(0))?;
    Ok((of_sample(&sample(file)?), 0))
}

/// UTF-16 shows in nearly all its pairs: one half of a pair is 0 (ASCII, Latin), 6 (Arabic), 0x20 or 0x2D.
fn utf_16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len() / 2;
    let usual = |half: usize| {
        let has_usual = |pair: &&[u8]| matches!(pair.get(half), Some(0 | 0x06 | 0x20 | 0x2D));
        head.chunks_exact(2).filter(has_usual).count()
    };
    let is_zero_pair = |pair: &[u8]| pair == [0, 0];
    if pairs == 0 || head.chunks_exact(2).any(is_zero_pair) {
        return None;
    }
    let (low_first, high_first) = (usual(1), usual(0));
    match low_first.max(high_first) {
        most if most * 10 < pairs * 9 => None,
        most if most == low_first => Some(UTF_16LE),
        _ => Some(UTF_16BE),
    }
}

/// What stands from the first letter beyond ASCII on.
fn sample(file: &mut File) -> Result<Vec<u8>, Fault> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk)?;
        let bytes = chunk.get(..read).unwrap_or_default();
        if read == 0 {
            return Ok(Vec::new());
        }
        if let Some(first) = bytes.iter().position(|byte| !byte.is_ascii()) {
            let mut sample = bytes.get(first..).unwrap_or_default().to_vec();
            file.by_ref().take(SAMPLE).read_to_end(&mut sample)?;
            return Ok(sample);
        }
    }
}

/// What a text is written in that begins with a letter beyond ASCII. It is UTF-8 when more of its letters are
/// so than not: one letter that is cut must not make Latin of the whole.
fn of_sample(sample: &[u8]) -> &'static Encoding {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in sample.utf8_chunks() {
        valid += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    match () {
        () if valid >= invalid => UTF_8,
        () if has_arabic_word(sample) => WINDOWS_1256,
        () => WINDOWS_1252,
    }
}

/// Whether three letters follow one another that are Arabic in Windows-1256. In Windows-1252 they are
/// capitals with accents, and no French word has three of them in a row; the small accented letters of French
/// are the same in both.
fn has_arabic_word(bytes: &[u8]) -> bool {
    const LETTERS_OF_A_WORD: usize = 3;
    let mut run = 0;
    bytes.iter().any(|byte| {
        let is_arabic = matches!(byte, 0xC1..=0xD6 | 0xD8..=0xDF | 0xE1 | 0xE3..=0xE6 | 0xEC | 0xED);
        run = if is_arabic { run + 1 } else { 0 };
        run == LETTERS_OF_A_WORD
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn read(bytes: &[u8]) -> (String, &'static str) {
        let file = written(bytes);
        let mut text = TextFile::read(File::open(file.path()).unwrap()).unwrap();
        let mut all = String::new();
        text.read_to_string(&mut all).unwrap();
        (all, text.encoding().name())
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    const MIXED: &str = "id;اسم الجمعية;Ville\r\n1;جمعية أصدقاء تطوان;Tétouan\r\n";

    #[test]
    fn each_encoding_is_told_by_what_it_makes() {
        let french = "Dénomination;Créée le\nÉÉtoile «du» désert;l’année 2011\n";
        let cases: [(Vec<u8>, &str, &str); 9] = [
            (MIXED.into(), MIXED, "UTF-8"),
            (format!("\u{feff}{MIXED}").into(), MIXED, "UTF-8"),
            (utf_16(&format!("\u{feff}{MIXED}"), u16::to_le_bytes), MIXED, "UTF-16LE"),
            (utf_16(&format!("\u{feff}{MIXED}"), u16::to_be_bytes), MIXED, "UTF-16BE"),
            (utf_16(MIXED, u16::to_le_bytes), MIXED, "UTF-16LE"),
            (utf_16(MIXED, u16::to_be_bytes), MIXED, "UTF-16BE"),
            (WINDOWS_1256.encode(MIXED).0.into(), MIXED, "windows-1256"),
            (WINDOWS_1252.encode(french).0.into(), french, "windows-1252"),
            (b"id;name\n".into(), "id;name\n", "UTF-8"),
        ];
        for (bytes, text, encoding) in cases {
            assert_eq!(read(&bytes), (text.to_owned(), encoding));
        }
    }

    #[test]
    fn letters_far_from_the_beginning_tell_too() {
        let far = "x;y\n".repeat(100_000) + "جمعية النور;é\n";
        let (text, encoding) = read(&WINDOWS_1256.encode(&far).0);
        assert_eq!(encoding, "windows-1256");
        assert_eq!(text, far);
    }

    #[test]
    fn one_broken_letter_makes_no_latin_of_utf_8() {
        let mut bytes = "é à ç جمعية".as_bytes().to_vec();
        bytes.push(0xFF);
        let file = written(&bytes);
        assert_eq!(TextFile::read(File::open(file.path()).unwrap()).unwrap().encoding(), UTF_8);
    }

    #[test]
    fn what_is_no_text_is_refused_by_its_name() {
        let refused =
            |bytes: &[u8]| TextFile::read(File::open(written(bytes).path()).unwrap()).err().unwrap();
        assert_eq!(refused(b"").code(), "empty_file");
        assert_eq!(refused(b"a\0\0\0b\xff\0\0").code(), "binary");
        assert!(refused(b"PK\x03\x04....").to_string().contains("XLSX"));
        assert!(refused(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").to_string().contains(".xls"));
        assert!(refused(b"\xEF\xBB\xBF\n <HTML><body>").to_string().contains("HTML"));
    }
}
