//! The texts that the cells of a workbook share. There may be millions of them, so they lie on the disk, and
//! what was read last in memory.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use super::super::fault::Fault;
use super::xml::{Event, Xml};

/// About so many bytes are read at once.
const BLOCK: usize = 2 * 1024;
/// So many bytes of blocks are kept in memory.
const MOST_KEPT: usize = 12 << 20;
/// The length before each text, in bytes.
const PREFIX: usize = 4;

/// The shared texts.
#[derive(Default)]
pub(super) struct Strings {
    file: Option<File>,
    blocks: Vec<Block>,
    /// The blocks that are in memory, by their place.
    kept: Vec<Option<Box<[u8]>>>,
    kept_bytes: usize,
}

/// Texts that lie one behind the other.
struct Block {
    /// The number of its first text.
    first: u32,
    begins_at: u64,
    length: usize,
}

impl Strings {
    /// Reads the part that has them.
    pub(super) fn read(mut xml: Xml) -> Result<Self, Fault> {
        let mut spool = Spool::new()?;
        let mut text = String::new();
        while let Some(event) = xml.next()? {
            match event {
                Event::Start(element) if element.name() == "si" => text.clear(),
                Event::Start(element) if element.name() == "t" => read_text(&mut xml, &mut text)?,
                // How a Japanese text is spoken.
                Event::Start(element) if element.name() == "rPh" => pass(&mut xml, "rPh")?,
                Event::End(element) if element.name() == "si" => spool.push(&text)?,
                _ => {}
            }
        }
        spool.finished()
    }

    /// The text of a number.
    pub(super) fn get(&mut self, number: u32) -> Result<String, Fault> {
        let missing = || Fault::broken("a cell has a text that is not there");
        let behind = self.blocks.partition_point(|block| block.first <= number);
        let place = behind.checked_sub(1).ok_or_else(missing)?;
        let first = self.blocks.get(place).map_or(0, |block| block.first);
        let mut rest = self.block(place)?;
        for _ in first..number {
            rest = split(rest).ok_or_else(missing)?.1;
        }
        let (text, _) = split(rest).ok_or_else(missing)?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn block(&mut self, place: usize) -> Result<&[u8], Fault> {
        if self.kept.get(place).is_none_or(Option::is_none) {
            let bytes = self.load(place)?;
            if self.kept_bytes + bytes.len() > MOST_KEPT {
                self.kept.clear();
                self.kept_bytes = 0;
            }
            self.kept_bytes += bytes.len();
            self.kept.resize(self.blocks.len(), None);
            if let Some(kept) = self.kept.get_mut(place) {
                *kept = Some(bytes);
            }
        }
        Ok(self.kept.get(place).and_then(Option::as_deref).unwrap_or_default())
    }

    fn load(&mut self, place: usize) -> Result<Box<[u8]>, Fault> {
        let (Some(file), Some(block)) = (&mut self.file, self.blocks.get(place)) else {
            return Ok(Box::default());
        };
        let mut bytes = vec![0; block.length];
        file.seek(SeekFrom::Start(block.begins_at))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// The first text of a block, and what is behind it.
fn split(block: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = block.split_first_chunk::<PREFIX>()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}

/// Appends a text up to the end of its element.
pub(super) fn read_text(xml: &mut Xml, text: &mut String) -> Result<(), Fault> {
    let begins_at = text.len();
    while let Some(event) = xml.next()? {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::End(_) | Event::Start(_) => break,
            Event::Other => {}
        }
    }
    if let Some(unescaped) = unescaped(text.get(begins_at..).unwrap_or_default()) {
        text.replace_range(begins_at.., &unescaped);
    }
    Ok(())
}

/// Passes over an element.
pub(super) fn pass(xml: &mut Xml, name: &str) -> Result<(), Fault> {
    while let Some(event) = xml.next()? {
        if matches!(event, Event::End(element) if element.name() == name) {
            break;
        }
    }
    Ok(())
}

/// A text in which signs like `_x000D_` are what they stand for (ECMA-376, part 1, 22.4.2.4); none when it
/// has no such sign.
fn unescaped(text: &str) -> Option<String> {
    const SIGN: usize = "_x000D_".len();
    let mut unescaped = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, behind) = rest.split_at_checked(start)?;
        let sign = behind.get(..SIGN).filter(|sign| sign.ends_with('_'));
        let code = sign.and_then(|sign| u32::from_str_radix(sign.get(2..6)?, 16).ok());
        unescaped.push_str(before);
        let taken = match code.and_then(char::from_u32) {
            Some(letter) => {
                unescaped.push(letter);
                SIGN
            }
            None => {
                unescaped.push('_');
                1
            }
        };
        rest = behind.get(taken..)?;
    }
    if rest.len() == text.len() {
        return None;
    }
    unescaped.push_str(rest);
    Some(unescaped)
}

/// Writes texts to a file that nobody else sees and that goes with the process.
struct Spool {
    file: BufWriter<File>,
    blocks: Vec<Block>,
    count: u32,
}

impl Spool {
    fn new() -> Result<Self, Fault> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile()?), blocks: Vec::new(), count: 0 })
    }

    fn push(&mut self, text: &str) -> Result<(), Fault> {
        let too_many = |_| Fault::broken("it has too many texts");
        let begins_at = self.blocks.last().map_or(0, |block| block.begins_at + block.length as u64);
        if self.blocks.last().is_none_or(|block| block.length >= BLOCK) {
            self.blocks.push(Block { first: self.count, begins_at, length: 0 });
        }
        let length = u32::try_from(text.len()).map_err(too_many)?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(text.as_bytes())?;
        if let Some(block) = self.blocks.last_mut() {
            block.length += PREFIX + text.len();
        }
        self.count = self.count.checked_add(1).ok_or_else(|| Fault::broken("it has too many texts"))?;
        Ok(())
    }

    fn finished(self) -> Result<Strings, Fault> {
        let file = self.file.into_inner().map_err(|error| Fault::from(error.into_error()))?;
        Ok(Strings { file: Some(file), blocks: self.blocks, ..Strings::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_the_disk_in_any_order() {
        let text = |number: u32| format!("جمعية {number} {}", "x".repeat((number as usize * 37) % 9000));
        let mut spool = Spool::new().unwrap();
        (0..8_000).for_each(|number| spool.push(&text(number)).unwrap());
        let mut strings = spool.finished().unwrap();
        for number in (0..8_000).rev().step_by(7).chain(0..50).chain([7_999]) {
            assert_eq!(strings.get(number).unwrap(), text(number));
            assert!(strings.kept_bytes <= MOST_KEPT);
        }
        assert_eq!(strings.get(8_000).unwrap_err().code(), "broken_workbook");
        assert!(Strings::default().get(0).is_err());
    }

    #[test]
    fn signs_of_a_workbook_are_what_they_stand_for() {
        assert_eq!(unescaped("a_x000D_b_x005F_x").as_deref(), Some("a\rb_x"));
        assert_eq!(unescaped("a_xy_x00_é_xD800_").as_deref(), Some("a_xy_x00_é_xD800_"));
        assert_eq!(unescaped("a_b"), None);
    }
}
