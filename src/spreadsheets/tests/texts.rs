//! CSV and NDJSON.

use encoding_rs::{WINDOWS_1252, WINDOWS_1256};

use super::*;

const REGISTER: &str = "ROYAUME DU MAROC;;;;\r\n\
    Préfecture de Tétouan — état au 12/03/2024;;;;\r\n\
    ;;;;\r\n\
    N°;Nom de l'association;اسم الجمعية;Date de création;N° de récépissé\r\n\
    1;  Les  amis de Tétouan ;جمعية أصدقاء تطوان;12/03/2011;00123\r\n\
    \r\n\
    2;\"Association \"\"Nour\"\";\r\nsection locale\";جمعية النور;٠١/٠٢/٢٠١٥;'=12\r\n\
    ;;;;\r\n\
    3;Forum des jeunes;;mars 2011;\r\n\
    ;Total;;;2\r\n\
    \r\n\
    ملاحظة: اللائحة مؤقتة;;;;\r\n";

const ROWS: [&str; 3] = [
    "5: 1/Les amis de Tétouan/جمعية أصدقاء تطوان/12/03/2011/00123",
    "7: 2/Association \"Nour\"; section locale/جمعية النور/٠١/٠٢/٢٠١٥/=12",
    "10: 3/Forum des jeunes//mars 2011/",
];

#[test]
fn a_register_is_read_in_each_encoding() {
    let utf_16: Vec<u8> = REGISTER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> =
        [0xFE, 0xFF].into_iter().chain(REGISTER.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let arabic_digits_are_not_in_1256 = REGISTER.replace("٠١/٠٢/٢٠١٥", "01/02/2015");
    for (bytes, text) in [
        (REGISTER.as_bytes().to_vec(), REGISTER),
        (format!("\u{feff}{REGISTER}").into_bytes(), REGISTER),
        (utf_16, REGISTER),
        (marked, REGISTER),
        (WINDOWS_1256.encode(&arabic_digits_are_not_in_1256).0.into(), "01/02/2015"),
    ] {
        let mut table = open(&file(bytes), FileFormat::Csv).unwrap();
        assert_eq!(
            names(&table),
            ["A N°", "B Nom de l'association", "C اسم الجمعية", "D Date de création", "E N° de récépissé"]
        );
        let expected =
            ROWS.map(|row| if text == REGISTER { row.to_owned() } else { row.replace("٠١/٠٢/٢٠١٥", text) });
        assert_eq!(rows(&mut table), expected);
        assert_eq!(table.notes(), [11, 13]);
    }
}

#[test]
fn french_of_old_programs_is_read() {
    let text = "Dénomination;Siège;Créée le\r\nL’été à Fès;12, rue « Où »;\r\n";
    let mut table = open(&file(WINDOWS_1252.encode(text).0), FileFormat::Csv).unwrap();
    assert_eq!(rows(&mut table), ["2: L’été à Fès/12, rue « Où »/"]);
}

#[test]
fn reading_goes_on_at_any_line() {
    let file = file(REGISTER);
    for (line, count) in [(0, 3), (5, 3), (6, 2), (7, 2), (8, 1), (10, 1), (11, 0), (1_000, 0)] {
        let mut table = open(&file, FileFormat::Csv).unwrap();
        table.skip_to(line);
        assert_eq!(rows(&mut table), ROWS[ROWS.len() - count..], "{line}");
    }
    // What is wrong before that line is not told again.
    let mut table = open(&super::file("id,name.fr\n1,a,b\n2,c,d\n"), FileFormat::Csv).unwrap();
    table.skip_to(3);
    assert_eq!(rows(&mut table), ["cell C3 cell_without_heading"]);
    let mut long = String::from("id,name.fr\n");
    (2..=1_000).for_each(|line| long += &format!("{line},x\n"));
    let long = super::file(long);
    let mut table = open(&long, FileFormat::Csv).unwrap();
    table.skip_to(900);
    assert_eq!(rows(&mut table).first().unwrap(), "900: 900/x");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let text = b"id,name.fr\n1,\xC3\xA9\n2,b,c\n3,d\n4,\xFF\n5,e\n\"6,f\n7,g\n";
    let mut table = open(&file(text), FileFormat::Csv).unwrap();
    assert_eq!(
        rows(&mut table),
        [
            "2: 1/é",
            "cell C3 cell_without_heading",
            "4: 3/d",
            "line 5 invalid_text",
            "6: 5/e",
            "line 7 unclosed_quote"
        ]
    );
    assert!(table.next().is_none());
}

#[test]
fn what_begins_as_utf_8_is_no_other_encoding() {
    let mut bytes = "id,name.fr\n1,été à Fès\n".repeat(4_000).into_bytes();
    bytes.extend(b"2,\xE9t\xE9\n");
    let mut table = open(&file(bytes), FileFormat::Csv).unwrap();
    assert_eq!(rows(&mut table).last().unwrap(), "line 8001 invalid_text");
    assert_eq!(table.notes().len(), 3_999);
}

#[test]
fn a_heading_that_is_not_known_is_told() {
    let fault =
        open(&file("Budget 2024\nCode budget,Montant,Année\n1,2,3\n"), FileFormat::Csv).err().unwrap();
    assert_eq!(fault.code(), "no_heading");
    assert_eq!(fault.parameters(), [("found", "Code budget | Montant | Année".to_owned())]);
    assert_eq!(open(&file("\n\n  \n"), FileFormat::Csv).err().unwrap().code(), "empty_file");
}

#[test]
fn nothing_binary_passes_for_text() {
    let mut late = "id,name.fr\n".to_owned() + &"1,x\n".repeat(5_000);
    late.push_str("2,\0\n");
    let mut table = open(&file(late), FileFormat::Csv).unwrap();
    assert_eq!(rows(&mut table).last().unwrap(), "line 5002 binary");
    let fault = open(&file(b"id,name\0\0\0\x01"), FileFormat::Csv).err().unwrap();
    assert_eq!(fault.code(), "binary");
    let fault = open(&file(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), FileFormat::Csv).err().unwrap();
    assert!(fault.to_string().contains("save it as .xlsx"), "{fault}");
}

#[test]
fn names_that_look_like_notes_are_rows() {
    let text = "Nom;Ville;Tél\nTotal Jeunesse;Fès;1\nTOTAL;3;\nNB Développement;Salé;\nNote;Rabat;2\n\
        NB: provisoire;;\n";
    let mut table = open(&file(text), FileFormat::Csv).unwrap();
    assert_eq!(rows(&mut table), ["2: Total Jeunesse/Fès/1", "4: NB Développement/Salé/", "5: Note/Rabat/2"]);
    assert_eq!(table.notes(), [3, 6]);
}

#[test]
fn a_declared_delimiter_counts() {
    let mut table = open(&file("sep=|\nNom|Ville\na,b|Fès\n"), FileFormat::Csv).unwrap();
    assert_eq!(rows(&mut table), ["3: a,b/Fès"]);
}

#[test]
fn objects_are_read_line_by_line() {
    let text = "\u{feff}{\"name\":{\"fr\":\"été\"},\"a\":1}\r\n\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":}\n{}\n";
    let mut table = open(&file(text), FileFormat::Ndjson).unwrap();
    assert!(table.columns().is_empty());
    assert_eq!(
        rows(&mut table),
        [
            "1: {\"name\":{\"fr\":\"été\"},\"a\":1}",
            "line 3 not_an_object",
            "line 4 member_twice",
            "line 5 not_json",
            "6: {}"
        ]
    );
    let mut table = open(&file(text), FileFormat::Ndjson).unwrap();
    table.skip_to(5);
    assert_eq!(rows(&mut table), ["line 5 not_json", "6: {}"]);
}

#[test]
fn a_line_without_end_is_not_kept() {
    let endless = "{\"a\":\"".to_owned() + &"x".repeat(3 << 20);
    for (text, format) in
        [(endless.clone(), FileFormat::Ndjson), (format!("id,name.fr\n1,{endless}"), FileFormat::Csv)]
    {
        let faults: Vec<_> = match open(&file(text), format) {
            Ok(table) => table.filter_map(Result::err).collect(),
            Err(fault) => vec![fault],
        };
        assert_eq!(faults.last().unwrap().code(), "too_long");
    }
}
