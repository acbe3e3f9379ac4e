//! PNG (ISO 15948): every chunk up to the last, and every row of the picture.

use std::io::Cursor;

use png::{Decoder, DecodingError, Limits};

use super::{Flaw, MediaType, check_pixels};

/// The most memory for rows and texts, in bytes.
const MEMORY: usize = 64 * 1024 * 1024;

/// Opens the file and unpacks its picture, row by row.
pub(super) fn examine(bytes: &[u8]) -> Result<(), Flaw> {
    check_chunks(bytes)?;
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MEMORY });
    let header = decoder.read_header_info().map_err(flaw)?;
    check_pixels(header.width.into(), header.height.into())?;
    let mut reader = decoder.read_info().map_err(flaw)?;
    while reader.next_row().map_err(flaw)?.is_some() {}
    reader.finish().map_err(flaw)
}

/// Walks along the chunks: the last one ends the file.
fn check_chunks(bytes: &[u8]) -> Result<(), Flaw> {
    // Length and type before the data of a chunk, a checksum after it.
    const FRAME: usize = 12;
    let mut rest = bytes.get(MediaType::Png.signature().len()..).unwrap_or_default();
    loop {
        let length = rest.first_chunk().map(|length| u32::from_be_bytes(*length)).ok_or(Flaw::FileCutOff)?;
        let length = usize::try_from(length).ok().and_then(|length| length.checked_add(FRAME));
        let (chunk, after) =
            length.and_then(|length| rest.split_at_checked(length)).ok_or(Flaw::FileCutOff)?;
        if &chunk[4..8] == b"IEND" {
            return if after.is_empty() { Ok(()) } else { Err(Flaw::FileFollowed) };
        }
        rest = after;
    }
}

fn flaw(cause: DecodingError) -> Flaw {
    match cause {
        DecodingError::LimitsExceeded => Flaw::TooManyPixels,
        _ => Flaw::FileDamaged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let pixels: Vec<u8> = (0..width * height).map(|place| (place * 37 % 251) as u8).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        file
    }

    #[test]
    fn a_whole_picture_is_opened_and_a_part_of_it_is_not() {
        let whole = picture(20, 20);
        assert_eq!(examine(&whole), Ok(()));
        for length in 8..whole.len() {
            assert_eq!(examine(&whole[..length]), Err(Flaw::FileCutOff), "{length}");
        }
        assert_eq!(examine(&[&whole[..], b"<html>"].concat()), Err(Flaw::FileFollowed));
    }

    #[test]
    fn rows_that_are_missing_are_missed() {
        let whole = picture(20, 20);
        // The height says more than there is.
        let mut taller = whole.clone();
        taller[23] = 40;
        assert_eq!(examine(&taller), Err(Flaw::FileDamaged));
        let mut altered = whole;
        let middle = altered.len() / 2;
        altered[middle] ^= 0xff;
        assert_eq!(examine(&altered), Err(Flaw::FileDamaged));
    }

    #[test]
    fn a_picture_that_says_that_it_is_enormous_is_not_unpacked() {
        let mut file = Vec::new();
        let encoder = png::Encoder::new(&mut file, 1_000_000, 1_000_000);
        drop(encoder.write_header().unwrap());
        assert_eq!(examine(&file), Err(Flaw::TooManyPixels));
    }
}
