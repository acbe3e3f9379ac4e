//! The merged cells of a sheet. They are told behind its rows, which have to be passed over first.

use std::io::{BufRead, Read};

use super::super::fault::Fault;
use super::super::place::Range;
use super::package::PartBytes;

/// Merged ranges are made by hand; so many are made by a program that means harm.
const MOST_RANGES: usize = 500_000;
/// The longest tag that is looked at, in bytes.
const LONGEST_TAG: u64 = 4 * 1024;

/// What is merged in a sheet, by the first line. The bytes are only cut at `>`: to look for what XML it is
/// would take as long as to read the sheet.
pub(super) fn ranges(mut sheet: PartBytes) -> Result<Vec<Range>, Fault> {
    let mut ranges = Vec::new();
    let mut tag = Vec::new();
    let mut is_behind_rows = false;
    loop {
        tag.clear();
        if sheet.by_ref().take(LONGEST_TAG).read_until(b'>', &mut tag)? == 0 {
            break;
        }
        let Some(start) = tag.iter().rposition(|byte| *byte == b'<') else { continue };
        let tag = tag.get(start..).unwrap_or_default();
        if !is_behind_rows {
            is_behind_rows = tag.ends_with(b"sheetData>") || tag.ends_with(b"sheetData/>");
            // The tag that opens the rows has the same end.
            is_behind_rows &= tag.starts_with(b"</") || tag.ends_with(b"/>");
            continue;
        }
        ranges.extend(range(tag)?);
        if ranges.len() > MOST_RANGES {
            return Err(Fault::broken("it has too many merged cells"));
        }
    }
    ranges.sort_unstable_by_key(|range: &Range| range.lines);
    Ok(ranges)
}

/// The range of a tag like `<mergeCell ref="B3:B7"/>`; none of another tag.
fn range(tag: &[u8]) -> Result<Option<Range>, Fault> {
    let tag = std::str::from_utf8(tag).unwrap_or_default();
    let name =
        tag.trim_start_matches('<').split([' ', '\n', '\r', '\t', '/', '>']).next().unwrap_or_default();
    if name.rsplit(':').next() != Some("mergeCell") {
        return Ok(None);
    }
    let reference = tag.split_once("ref=").and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    let range =
        reference.and_then(Range::parse).ok_or_else(|| Fault::broken("merged cells that are none"))?;
    Ok(Some(range))
}
