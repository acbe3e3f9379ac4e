//! The ZIP archive that a workbook is, and the bounds of what is unpacked from it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::super::disguise;
use super::super::fault::{Fault, Reason};
use super::super::table::Limits;
use super::xml::Xml;

/// Workbooks have a dozen parts, or some hundred with pictures.
const MOST_PARTS: usize = 20_000;
const MAGIC: &[u8] = b"PK\x03\x04";
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0";

/// The parts of a workbook.
pub(super) struct Package {
    /// Several parts are read at a time, each from its own place.
    file: Arc<File>,
    /// By their name in small letters: names are alike whatever their case (ECMA-376, part 2).
    parts: HashMap<String, Part>,
    limits: Limits,
}

#[derive(Clone, Copy)]
struct Part {
    begins_at: u64,
    packed: u64,
    is_deflated: bool,
}

/// The bytes of a part as they unpack, within the bounds.
pub(super) type PartBytes = BufReader<Unpacked>;

impl Package {
    pub(super) fn read(mut file: File, limits: Limits) -> Result<Self, Fault> {
        check_is_archive(&mut file)?;
        let archive = ZipArchive::new(BufReader::new(file.try_clone()?))
            .map_err(|error| Fault::broken(error.to_string()))?;
        let package = Self { file: Arc::new(file), parts: parts(archive)?, limits };
        package.check_is_workbook()?;
        Ok(package)
    }

    /// Other programs pack their documents alike.
    fn check_is_workbook(&self) -> Result<(), Fault> {
        let has = |part: &str| self.parts.contains_key(part);
        let is = |found, advice| Err(Fault::of_file(Reason::OtherFormat { found, advice }));
        match () {
            () if has("xl/workbook.bin") => is("a binary Excel workbook (.xlsb)", "save it as .xlsx"),
            () if has("content.xml") => is("an OpenDocument file (.ods)", "save it as .xlsx"),
            () if has("word/document.xml") => is("a Word document", "copy its table into a spreadsheet"),
            () if !has("_rels/.rels") => is("a ZIP archive, but no workbook", "unpack it"),
            () => Ok(()),
        }
    }

    /// A part as XML.
    pub(super) fn part(&self, name: &str) -> Result<Xml, Fault> {
        Ok(Xml::new(self.bytes(name)?, self.limits.record))
    }

    /// The bytes of a part.
    pub(super) fn bytes(&self, name: &str) -> Result<PartBytes, Fault> {
        let missing = || Fault::broken(format!("it has no part {name}"));
        let part = *self.parts.get(&name.to_lowercase()).ok_or_else(missing)?;
        let packed = Packed { file: self.file.clone(), at: part.begins_at, left: part.packed };
        let packed = BufReader::new(packed);
        let content = match part.is_deflated {
            true => Content::Deflated(DeflateDecoder::new(packed)),
            false => Content::Stored(packed),
        };
        let most = self.limits.unpacked;
        Ok(BufReader::with_capacity(64 * 1024, Unpacked { content, packed: part.packed, taken: 0, most }))
    }
}

fn check_is_archive(file: &mut File) -> Result<(), Fault> {
    let mut head = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    match () {
        () if head.starts_with(MAGIC) => Ok(()),
        () if head.is_empty() => Err(Fault::of_file(Reason::Empty)),
        () if head.starts_with(COMPOUND_FILE) && is_encrypted(file)? => {
            Err(Fault::of_file(Reason::Encrypted))
        }
        () => Err(disguise::no_workbook(&head)),
    }
}

/// Whether a compound file has an encrypted workbook within. The name of its part is somewhere in it.
fn is_encrypted(file: &mut File) -> Result<bool, Fault> {
    const CHUNK: usize = 64 * 1024;
    const LONGER_THAN_THE_NAME: usize = 64;
    let mut window = Vec::new();
    loop {
        let kept = window.len().min(LONGER_THAN_THE_NAME);
        window.drain(..window.len() - kept);
        if file.by_ref().take(CHUNK as u64).read_to_end(&mut window)? == 0 {
            return Ok(false);
        }
        if disguise::names_encrypted_package(&window) {
            return Ok(true);
        }
    }
}

fn parts(mut archive: ZipArchive<BufReader<File>>) -> Result<HashMap<String, Part>, Fault> {
    if archive.len() > MOST_PARTS {
        return Err(Fault::broken("it has too many parts"));
    }
    let mut parts = HashMap::new();
    for place in 0..archive.len() {
        let entry = archive.by_index_raw(place).map_err(|error| Fault::broken(error.to_string()))?;
        if entry.encrypted() {
            return Err(Fault::of_file(Reason::Encrypted));
        }
        let is_deflated = match entry.compression() {
            CompressionMethod::STORE => false,
            CompressionMethod::DEFLATE => true,
            _ => continue,
        };
        let Some(begins_at) = entry.data_start() else { continue };
        let Ok(name) = entry.name() else { continue };
        let name = name.replace('\\', "/").trim_start_matches('/').to_lowercase();
        parts.insert(name, Part { begins_at, packed: entry.compressed_size(), is_deflated });
    }
    Ok(parts)
}

/// The bytes of a part as they stand in the archive.
pub(super) struct Packed {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl Read for Packed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(out.len());
        let read = self.file.read_at(out.get_mut(..most).unwrap_or_default(), self.at)?;
        self.at += read as u64;
        self.left -= read as u64;
        Ok(read)
    }
}

/// What a part unpacks to. It is counted as it comes, for what the archive says about it need not be true.
pub(super) struct Unpacked {
    content: Content,
    packed: u64,
    taken: u64,
    most: u64,
}

enum Content {
    Stored(BufReader<Packed>),
    Deflated(DeflateDecoder<BufReader<Packed>>),
}

impl Read for Unpacked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.content {
            Content::Stored(content) => content.read(out)?,
            Content::Deflated(content) => content.read(out).map_err(|error| {
                // The disk does not fail so.
                let is_of_content = matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                );
                if is_of_content { Fault::broken("it does not unpack").into() } else { error }
            })?,
        };
        self.taken += read as u64;
        self.check()?;
        Ok(read)
    }
}

impl Unpacked {
    /// A sheet of equal rows packs to a fiftieth; nothing but a bomb to a four hundredth.
    fn check(&self) -> Result<(), Fault> {
        const ABSURD_RATIO: u64 = 400;
        const HARMLESS: u64 = 64 << 20;
        if self.taken > self.most {
            return Err(Fault::of_file(Reason::TooLarge { limit: self.most }));
        }
        if self.taken > HARMLESS && self.taken / ABSURD_RATIO > self.packed {
            return Err(Fault::of_file(Reason::AbsurdRatio));
        }
        Ok(())
    }
}
