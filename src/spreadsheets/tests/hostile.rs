//! Whatever the bytes, nothing panics, nothing loops, and what is wrong has a place.

use proptest::prelude::*;
use rust_xlsxwriter::{Format, Workbook};

use super::*;

const FORMATS: [FileFormat; 3] = [FileFormat::Csv, FileFormat::Ndjson, FileFormat::Xlsx];

/// Reads all of a file and asks each cell for everything.
fn exhaust(bytes: &[u8], format: FileFormat) {
    const MORE_ROWS_THAN_ANY_HAS: usize = 100_000;
    let Ok(mut table) = open(&file(bytes), format) else { return };
    let calendar = table.calendar();
    let mut count = 0;
    for row in table.by_ref() {
        count += 1;
        assert!(count < MORE_ROWS_THAN_ANY_HAS);
        match row {
            Ok(Row { content: Content::Cells(cells), .. }) => {
                cells.iter().for_each(|cell| convert(cell, calendar))
            }
            Ok(_) => {}
            Err(fault) => assert!(!fault.to_string().is_empty() && !fault.code().is_empty()),
        }
    }
    assert!(table.next().is_none());
}

fn convert(cell: &Cell, calendar: Calendar) {
    let _ = (
        cell.text(),
        cell.lines(),
        cell.words(true),
        cell.boolean(),
        cell.integer(),
        cell.year(),
        cell.day(calendar),
    );
}

fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in (0..).zip(["Nom", "Ville", "Date de création", "ICE"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for row in 1..40 {
        sheet.write_string(row, 0, format!("جمعية {row}")).unwrap();
        sheet.write_number_with_format(row, 2, 40_000.5, &Format::new().set_num_format("dd/mm/yy")).unwrap();
        sheet.write_boolean(row, 3, true).unwrap();
    }
    sheet.merge_range(50, 0, 52, 1, "x", &Format::new()).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// The same bytes, shortened or changed by a generator that always gives the same.
fn mutated(bytes: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut bytes = bytes.to_vec();
    if next(4) == 0 {
        bytes.truncate(next(bytes.len()));
    }
    for _ in 0..next(12) {
        if bytes.is_empty() {
            break;
        }
        let place = next(bytes.len());
        bytes[place] = next(256) as u8;
    }
    bytes
}

#[test]
fn damaged_workbooks_end() {
    let bytes = workbook();
    (0..1_500).for_each(|seed| exhaust(&mutated(&bytes, seed), FileFormat::Xlsx));
}

/// Damage to what is packed is mostly found by unpacking, so parts are damaged that are not packed.
#[test]
fn damaged_parts_end() {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook())).unwrap();
    let mut parts = Vec::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        parts.push((entry.name().unwrap().into_owned(), content));
    }
    for seed in 0..1_500 {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::STORE);
        for (place, (name, content)) in parts.iter().enumerate() {
            writer.start_file(&**name, stored).unwrap();
            let is_damaged = place as u64 == seed % parts.len() as u64 || name.contains("sheet1");
            let content = if is_damaged { mutated(content, seed) } else { content.clone() };
            writer.write_all(&content).unwrap();
        }
        exhaust(&writer.finish().unwrap().into_inner(), FileFormat::Xlsx);
    }
}

#[test]
fn damaged_texts_end() {
    let csv = "Liste\n\nNom;Date de création;Ville\n\"a \"\"b\";12/03/2011;Fès\nجمعية;2011;\n".repeat(3);
    let json = "{\"name\":{\"fr\":\"été\"},\"a\":[1,2.5,null]}\n".repeat(5);
    for seed in 0..1_500 {
        exhaust(&mutated(csv.as_bytes(), seed), FileFormat::Csv);
        exhaust(&mutated(json.as_bytes(), seed), FileFormat::Ndjson);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..3_000), has_heading in any::<bool>()) {
        let head: &[u8] = if has_heading { b"Nom;Ville\n" } else { b"" };
        FORMATS.into_iter().for_each(|format| exhaust(&[head, &bytes].concat(), format));
    }

    #[test]
    fn any_text_converts(text in "\\PC*", number in any::<f64>()) {
        for cell in [Cell::Text(text.clone()), Cell::Number(number)] {
            convert(&cell, Calendar::From1900);
            convert(&cell, Calendar::From1904);
        }
        headings::canonical(&text);
        closed_words::word("status", &text);
    }

    #[test]
    fn text_is_clean_once_and_for_all(text in "[ \\u{a0}a-zé\\u{640}\\u{627}-\\u{64a}\\u{200f}\\n]{0,40}") {
        if let Some(once) = Cell::Text(text).text() {
            prop_assert_eq!(Cell::Text(once.clone()).text(), Some(once));
        }
    }

    /// What a writer of CSV writes is read as it was, whatever the delimiter.
    #[test]
    fn records_come_back(
        cells in prop::collection::vec(prop::collection::vec("[a-zé \"'=;,\\t\\r\\n|]{0,12}", 3), 1..20),
        delimiter in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let mut written = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        written.write_record(["id", "name.fr", "object.fr"]).unwrap();
        cells.iter().for_each(|row| written.write_record(row).unwrap());
        let bytes = written.into_inner().unwrap();
        let table = open(&file(bytes), FileFormat::Csv).unwrap();
        let text = |cell: &Cell| cell.verbatim().unwrap_or_default().into_owned();
        let read: Vec<Vec<String>> = table.filter_map(Result::ok).filter_map(|row| match row.content {
            Content::Cells(cells) => Some(cells.iter().map(text).collect()),
            Content::Object(_) => None,
        }).collect();
        let shown = |cell: &String| if cell.trim().is_empty() { String::new() } else { cell.clone() };
        for row in &cells {
            let blanked: Vec<String> = row.iter().map(shown).collect();
            if blanked.iter().filter(|cell| !cell.is_empty()).count() < 2 {
                continue;
            }
            let guarded = row.iter().any(|cell| cell.starts_with('\''));
            prop_assert!(guarded || read.contains(&blanked), "{:?}", blanked);
        }
    }
}
