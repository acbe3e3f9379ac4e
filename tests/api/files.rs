//! Small files of every kind that a document may be.

use sha2::{Digest as _, Sha256};

pub(crate) const PDF: &str = "application/pdf";

/// A PDF of one empty page that no other words make.
pub(crate) fn pdf(words: &str) -> Vec<u8> {
    let mut file = format!("%PDF-1.7\n%{words}\n");
    let mut table = "xref\n0 4\n0000000000 65535 f \n".to_owned();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ];
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let place = file.len();
    format!("{file}{table}trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{place}\n%%EOF\n").into_bytes()
}

/// A picture of 4 × 4 pixels.
pub(crate) fn png() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 4, 4);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().expect("a header").write_image_data(&[7; 16]).expect("a picture");
    file
}

/// A picture of 8 × 8 pixels.
pub(crate) fn jpeg() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    file.extend([1; 64]);
    file.extend([0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
    for table in [0x00, 0x10] {
        file.extend([0xff, 0xc4, 0, 20, table, 1]);
        file.extend([0; 16]);
    }
    file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0b0011_1111, 0xff, 0xd9]);
    file
}

/// The SHA-256 in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
