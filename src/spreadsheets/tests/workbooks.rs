//! XLSX.

use std::io::{Cursor, Read};

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::*;

fn saved(mut workbook: Workbook) -> NamedTempFile {
    file(workbook.save_to_buffer().unwrap())
}

fn fill(sheet: &mut Worksheet, line: u32, texts: &[&str]) {
    for (column, text) in (0..).zip(texts).filter(|(_, text)| !text.is_empty()) {
        sheet.write_string(line - 1, column, *text).unwrap();
    }
}

/// A workbook as a prefecture makes it: a letterhead, a heading of two lines, days of each kind, a gap, a
/// sum, a note.
fn register() -> Workbook {
    let mut workbook = Workbook::new();
    let centred = Format::new();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let hidden = workbook.add_worksheet();
    hidden.set_name("Listes").unwrap().set_hidden(true);
    fill(hidden, 1, &["Nom", "Ville"]);
    let notes = workbook.add_worksheet();
    notes.set_name("Lisez-moi").unwrap();
    fill(notes, 1, &["Registre des associations"]);
    let sheet = workbook.add_worksheet();
    sheet.set_name("سجل").unwrap().set_active(true);
    sheet.merge_range(0, 0, 0, 5, "المملكة المغربية", &centred).unwrap();
    for (column, text) in [(0, "ر.ت"), (3, "تاريخ التأسيس"), (4, "عدد المتطوعين"), (5, "ICE")]
    {
        sheet.merge_range(2, column, 3, column, text, &centred).unwrap();
    }
    sheet.merge_range(2, 1, 2, 2, "اسم الجمعية", &centred).unwrap();
    fill(sheet, 4, &["", "بالعربية", "بالفرنسية"]);
    fill(sheet, 5, &["1", "جمعية  النور", "Association Nour"]);
    sheet.write_number_with_format(4, 3, 40_614.0, &day).unwrap();
    sheet.write_number(4, 4, 40.0).unwrap();
    sheet.write_string(4, 5, "001234567000089").unwrap();
    fill(sheet, 6, &["2", "جمعية الأمل", "Espoir", "2015", "", "1523456000089"]);
    sheet.write_formula(5, 4, Formula::new("=20*2").set_result("40")).unwrap();
    sheet.merge_range(7, 1, 7, 2, "جمعية الغد", &centred).unwrap();
    sheet.write_number_with_format(7, 3, 40_614.5, &day).unwrap();
    fill(sheet, 10, &["المجموع", "3"]);
    fill(sheet, 12, &["توقيع القائد"]);
    workbook
}

#[test]
fn a_register_is_read_as_it_is_shown() {
    let mut table = open(&saved(register()), FileFormat::Xlsx).unwrap();
    assert_eq!(table.sheet(), Some("سجل"));
    assert_eq!(table.unread_sheets(), ["Lisez-moi"]);
    let expected = [
        "A ر.ت",
        "B اسم الجمعية بالعربية",
        "C اسم الجمعية بالفرنسية",
        "D تاريخ التأسيس",
        "E عدد المتطوعين",
        "F ICE",
    ];
    assert_eq!(names(&table), expected);
    assert_eq!(
        rows(&mut table),
        [
            "5: 1/جمعية النور/Association Nour/2011-03-12/40/001234567000089",
            "6: 2/جمعية الأمل/Espoir/2015/40/1523456000089",
            "8: /جمعية الغد//2011-03-12T12:00:00//",
        ]
    );
    assert_eq!(table.notes(), [10, 12]);
}

#[test]
fn reading_goes_on_at_any_row() {
    let file = saved(register());
    for (line, first) in [(6, Some("6: 2/")), (7, Some("8: /")), (9, None)] {
        let mut table = open(&file, FileFormat::Xlsx).unwrap();
        table.skip_to(line);
        let rows = rows(&mut table);
        assert_eq!(rows.first().map(|row| &row[..first.unwrap().len()]), first);
    }
}

#[test]
fn a_sheet_can_be_asked_for() {
    let file = saved(register());
    let options = |sheet: &str| Options { sheet: Some(sheet.to_owned()), ..Options::default() };
    let asked = |sheet| Table::open(file.path(), FileFormat::Xlsx, &options(sheet), knows);
    assert_eq!(asked("سجل").unwrap().sheet(), Some("سجل"));
    assert_eq!(asked("Lisez-moi").err().unwrap().code(), "no_heading");
    let fault = asked("Listes").err().unwrap();
    assert_eq!(fault.code(), "no_such_sheet");
    assert!(fault.to_string().contains("Lisez-moi | سجل"), "{fault}");
}

#[test]
fn merged_rows_failed_formulas_and_cells_aside_are_refused_by_name() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, 1, &["Nom", "Ville"]);
    fill(sheet, 2, &["a", "Fès"]);
    sheet.merge_range(2, 1, 4, 1, "Salé", &Format::new()).unwrap();
    fill(sheet, 3, &["b"]);
    fill(sheet, 4, &["c"]);
    fill(sheet, 6, &["d"]);
    sheet.write_formula(5, 1, Formula::new("=#REF!").set_result("#REF!")).unwrap();
    fill(sheet, 7, &["e", "Rabat", "", "?"]);
    fill(sheet, 8, &["f", "Oujda"]);
    let mut table = open(&saved(workbook), FileFormat::Xlsx).unwrap();
    let faults: Vec<String> = table.by_ref().filter_map(Result::err).map(|fault| fault.to_string()).collect();
    assert_eq!(
        faults,
        [
            "cell B3: B3:B5 are merged, and nobody knows to which rows the value belongs",
            "cell B4: B3:B5 are merged, and nobody knows to which rows the value belongs",
            "cell B6: its formula failed: #REF!",
            "cell D7: its column has no heading",
        ]
    );
}

/// A workbook of which one part is written anew.
fn altered(workbook: Workbook, part: &str, alter: impl Fn(String) -> String) -> NamedTempFile {
    let mut workbook = workbook;
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let name = entry.name().unwrap().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        let text = if name == part { alter(text) } else { text };
        writer.start_file(&*name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    file(writer.finish().unwrap().into_inner())
}

fn small() -> Workbook {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(sheet, 1, &["Nom", "Date de création"]);
    fill(sheet, 2, &["a"]);
    let day = Format::new().set_num_format("d mmmm yyyy");
    sheet.write_number_with_format(1, 1, 39_152.0, &day).unwrap();
    workbook
}

#[test]
fn both_calendars_are_known() {
    let file =
        altered(small(), "xl/workbook.xml", |text| text.replace("<workbookPr", "<workbookPr date1904=\"1\""));
    let mut table = open(&file, FileFormat::Xlsx).unwrap();
    assert_eq!(table.calendar(), Calendar::From1904);
    assert_eq!(rows(&mut table), ["2: a/2011-03-12"]);
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn other_ways_to_write_a_sheet_are_understood() {
    let rows_of = |content: &str| {
        let file = altered(small(), SHEET, |text| {
            let (before, rest) = text.split_once("<sheetData>").unwrap();
            let (_, behind) = rest.split_once("</sheetData>").unwrap();
            let heading = "<row><c t=\"inlineStr\"><is><r><t>No</t></r><r><t>m</t></r></is></c>\
                <c t=\"str\"><v>Objet</v></c></row>";
            format!("{before}<sheetData>{heading}{content}</sheetData>{behind}")
        });
        rows(&mut open(&file, FileFormat::Xlsx).unwrap())
    };
    assert_eq!(rows_of("<row><c t=\"inlineStr\"><is><t>a &amp; b&#233;</t></is></c></row>"), ["2: a & bé/"]);
    assert_eq!(
        rows_of("<row r=\"2\"><c r=\"B2\" t=\"d\"><v>2011-03-12T00:00:00Z</v></c></row>"),
        ["2: /2011-03-12"]
    );
    assert_eq!(rows_of("<row/><row><c/><c t=\"b\"><f>1</f><v>1</v></c></row>"), Vec::<String>::new());
    assert_eq!(rows_of("<row><c><v>1</v></c><c><v>2.50</v></c></row>"), ["2: 1/2.5"]);
    assert_eq!(rows_of("<row><c t=\"s\"><v>999</v></c></row>"), ["the file broken_workbook"]);
    assert_eq!(rows_of("<row><c><v>x</v></c></row>"), ["cell A2 broken_workbook"]);
    assert_eq!(rows_of("<row r=\"9\"/><row r=\"3\"/>"), ["the file broken_workbook"]);
    assert_eq!(rows_of("<row r=\"99999999999999999999\"/>"), ["the file broken_workbook"]);
    assert_eq!(rows_of("<row><c r=\"ZZZZZZZZ2\"><v>1</v></c></row>"), ["the file broken_workbook"]);
    assert_eq!(rows_of("<row><c><v>&undeclared;</v></c></row>"), ["the file broken_workbook"]);
}

#[test]
fn bombs_do_not_unpack() {
    let bomb = |text: String| text.replace("</sheetData>", &(" ".repeat(300 << 20) + "</sheetData>"));
    let fault = open(&altered(small(), SHEET, bomb), FileFormat::Xlsx).err().unwrap();
    assert_eq!(fault.code(), "absurd_ratio");
    let limits = Limits { unpacked: 10_000, ..Limits::default() };
    let large = altered(small(), SHEET, |text| {
        text.replace("</sheetData>", &("<row/>".repeat(5_000) + "</sheetData>"))
    });
    let fault = Table::open(large.path(), FileFormat::Xlsx, &Options { limits, ..Options::default() }, knows)
        .err()
        .unwrap();
    assert_eq!(fault.code(), "too_large");
    let long = altered(small(), "xl/sharedStrings.xml", |text| text.replacen("Nom", &"x".repeat(3 << 20), 1));
    assert_eq!(open(&long, FileFormat::Xlsx).err().unwrap().code(), "too_long");
    let many = altered(small(), "xl/sharedStrings.xml", |text| {
        text.replace("uniqueCount=\"", "uniqueCount=\"99999999999")
    });
    assert!(open(&many, FileFormat::Xlsx).is_ok());
}

#[test]
fn what_is_no_workbook_is_told_by_its_name() {
    let refused = |bytes: &[u8]| open(&file(bytes), FileFormat::Xlsx).err().unwrap();
    let mut encrypted = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    assert!(refused(&encrypted).to_string().contains(".xls"));
    encrypted.resize(70_000, 0);
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(refused(&encrypted).code(), "encrypted");
    assert!(refused(b"<html><table>").to_string().contains("HTML"));
    assert!(refused(b"id,name.fr\n").to_string().contains("CSV"));
    assert_eq!(refused(b"").code(), "empty_file");
    assert_eq!(refused(b"PK\x03\x04").code(), "broken_workbook");
    let zipped = |part: &str| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        refused(&writer.finish().unwrap().into_inner()).to_string()
    };
    assert!(zipped("content.xml").contains(".ods"));
    assert!(zipped("xl/workbook.bin").contains(".xlsb"));
    assert!(zipped("readme.txt").contains("no workbook"));
}

#[test]
fn a_workbook_of_hidden_sheets_has_no_table() {
    let file =
        altered(small(), "xl/workbook.xml", |text| text.replace("<sheet ", "<sheet state=\"veryHidden\" "));
    assert_eq!(open(&file, FileFormat::Xlsx).err().unwrap().code(), "no_visible_sheet");
}
