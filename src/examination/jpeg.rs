//! JPEG (ITU-T T.81): every segment up to the end of the image, and every block of the picture.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{Flaw, check_pixels};

/// The widest and the highest picture, in pixels: a panorama is long.
const LONGEST_SIDE: usize = u16::MAX as usize;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const START_OF_SCAN: u8 = 0xda;

/// Opens the file and unpacks its picture, in shades of grey to save memory.
pub(super) fn examine(bytes: &[u8]) -> Result<(), Flaw> {
    check_images(bytes)?;
    let options = DecoderOptions::default()
        .set_max_width(LONGEST_SIDE)
        .set_max_height(LONGEST_SIDE)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| Flaw::FileDamaged)?;
    let (width, height) = decoder.dimensions().ok_or(Flaw::FileDamaged)?;
    check_pixels(width as u64, height as u64)?;
    decoder.decode().map(drop).map_err(|_| Flaw::FileDamaged)
}

/// Walks along the images of the file: many cameras put smaller ones behind the first (CIPA DC-007). Nothing else
/// follows.
fn check_images(bytes: &[u8]) -> Result<(), Flaw> {
    let mut rest = end_of_image(bytes)?;
    while !rest.is_empty() {
        if !rest.starts_with(&[0xff, START]) {
            return Err(Flaw::FileFollowed);
        }
        rest = end_of_image(rest)?;
    }
    Ok(())
}

/// What follows the image at the beginning of `bytes`.
fn end_of_image(bytes: &[u8]) -> Result<&[u8], Flaw> {
    let mut rest = bytes.get(2..).ok_or(Flaw::FileCutOff)?;
    loop {
        let (marker, after) = next_marker(rest)?;
        match marker {
            END => return Ok(after),
            START => return Err(Flaw::FileDamaged),
            // Restart markers and TEM stand alone.
            0xd0..=0xd7 | 0x01 => rest = after,
            _ => {
                let length =
                    after.first_chunk().map(|length| u16::from_be_bytes(*length)).ok_or(Flaw::FileCutOff)?;
                rest = after.get(usize::from(length)..).ok_or(Flaw::FileCutOff)?;
                if marker == START_OF_SCAN {
                    rest = end_of_scan(rest)?;
                }
            }
        }
    }
}

/// The marker at the beginning of `bytes`, and what follows it. Before a marker there may be any number of `FF`.
fn next_marker(bytes: &[u8]) -> Result<(u8, &[u8]), Flaw> {
    let fill = bytes.iter().take_while(|byte| **byte == 0xff).count();
    match (fill, bytes.get(fill)) {
        (_, None) => Err(Flaw::FileCutOff),
        (0, _) => Err(Flaw::FileDamaged),
        (_, Some(marker)) => Ok((*marker, &bytes[fill + 1..])),
    }
}

/// Where the data of a scan ends: at a marker that is no restart. `FF 00` stands for a byte of the data.
fn end_of_scan(bytes: &[u8]) -> Result<&[u8], Flaw> {
    let ends = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff | 0xd0..=0xd7);
    let end = bytes.windows(2).position(ends).ok_or(Flaw::FileCutOff)?;
    Ok(&bytes[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 8 × 8 grey pixels.
    fn picture() -> Vec<u8> {
        let mut file = vec![0xff, START, 0xff, 0xdb, 0, 67, 0];
        file.extend([1; 64]);
        file.extend([0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
        // One code of one bit for each table: a difference of zero, and the end of a block.
        for table in [0x00, 0x10] {
            file.extend([0xff, 0xc4, 0, 20, table, 1]);
            file.extend([0; 15]);
            file.push(0);
        }
        file.extend([0xff, START_OF_SCAN, 0, 8, 1, 1, 0, 0, 63, 0, 0b0011_1111, 0xff, END]);
        file
    }

    #[test]
    fn a_whole_picture_is_opened_and_a_part_of_it_is_not() {
        let whole = picture();
        assert_eq!(examine(&whole), Ok(()));
        for length in 2..whole.len() {
            assert_eq!(examine(&whole[..length]), Err(Flaw::FileCutOff), "{length}");
        }
    }

    #[test]
    fn only_further_pictures_follow() {
        let whole = picture();
        assert_eq!(examine(&[&whole[..], &whole].concat()), Ok(()));
        assert_eq!(examine(&[&whole[..], &whole[..50]].concat()), Err(Flaw::FileCutOff));
        assert_eq!(examine(&[&whole[..], b"<html>"].concat()), Err(Flaw::FileFollowed));
    }

    #[test]
    fn a_picture_that_says_more_than_there_is_is_damaged() {
        let mut higher = picture();
        let frame = higher.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        higher[frame + 5] = 2;
        assert_eq!(examine(&higher), Err(Flaw::FileDamaged));
        higher[frame + 5..frame + 9].fill(0xff);
        assert_eq!(examine(&higher), Err(Flaw::TooManyPixels));
    }
}
