//! Registers of other systems that come in as files, on the command line.

use std::path::PathBuf;

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::binary::{Home, complaint, printed, run};

/// A prefecture's sheet as it comes: a letterhead above the heading, French headings, names with doubled blanks, Arabic digits,
/// days as Moroccans write them, an empty line, a note below.
const PREFECTURE: &str = "Préfecture d'Oujda-Angad;;;;;;\r\n\
    Liste des associations, arrêtée au 12/11/2026;;;;;;\r\n\
    ;;;;;;\r\n\
    N°;Dénomination;اسم الجمعية;Ville;Date de création;N° de récépissé;Statut\r\n\
    A-1;Association  Amal  d'Oujda;جمعية الأمل;Oujda;12/03/2011;٢٥/٢٠١١;en activité\r\n\
    A-2;\"Association \"\"Noor\"\"; Jerada\";جمعية النور;Jerada;١/٤/٢٠١٥;7/2015;en activité\r\n\
    ;;;;;;\r\n\
    A-3;Association sans ville;;Nulle-Part;31/02/2015;8/2015;en activité\r\n\
    ;;;;;;\r\n\
    NB : liste provisoire;;;;;;\r\n";

fn file(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.folder.path().join(name);
    std::fs::write(&path, bytes).expect("the file is written");
    path
}

fn text_of(path: &std::path::Path) -> &str {
    path.to_str().expect("a readable name")
}

/// The records of a report: line, outcome, id, field, code, message.
fn report(path: &std::path::Path) -> Vec<csv::StringRecord> {
    csv::Reader::from_path(path).expect("a report").records().collect::<Result<_, _>>().expect("RFC 4180")
}

async fn named(home: &Home, name: &str) -> Vec<Value> {
    let service = home.start();
    let admin = service.token_of(home.admin()).await;
    let path = crate::steps::with("/v1/associations?limit=200", "q", name);
    let listed = service.request(reqwest::Method::GET, &path).send().await.expect(200).items();
    let mut records = Vec::new();
    for item in listed {
        let path = format!("/v1/associations/{}", item["id"].as_str().expect("an id"));
        let request = service.request(reqwest::Method::GET, &path).token(&admin);
        records.push(request.send().await.expect(200).json());
    }
    records
}

#[tokio::test]
async fn the_sheet_of_a_prefecture_is_read_as_it_comes_and_a_second_time_changes_nothing() {
    let home = Home::new();
    // Windows-1256 has no Arabic digits.
    let in_latin_digits = PREFECTURE.replace("٢٥/٢٠١١", "25/2011").replace("١/٤/٢٠١٥", "1/4/2015");
    let (cp1256, _, is_lossy) = encoding_rs::WINDOWS_1256.encode(&in_latin_digits);
    assert!(!is_lossy);
    let utf16: Vec<u8> =
        std::iter::once(0xfeff).chain(PREFECTURE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xef\xbb\xbf", PREFECTURE.as_bytes()].concat();
    let told = home.folder.path().join("report.csv");
    let import = |bytes: &[u8], more: &[&str]| {
        let path = file(&home, "register.csv", bytes);
        let mut command = home.nasij(["import", "associations", text_of(&path)]);
        command.args(["--key", "external-id", "--source", "prefecture-oujda", "--map", "N°=external_id"]);
        command.args(["--report", text_of(&told)]).args(more);
        run(command)
    };
    let summary = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();

    let rehearsed = import(PREFECTURE.as_bytes(), &["--dry-run"]);
    assert_eq!(
        summary(&rehearsed),
        "rows: 3; 2 created, 0 updated, 0 unchanged, 1 refused (nothing was kept)"
    );
    let first = import(PREFECTURE.as_bytes(), &[]);
    assert_eq!(summary(&first), "rows: 3; 2 created, 0 updated, 0 unchanged, 1 refused");
    assert_eq!(first.status.code(), Some(1), "a row was refused");
    let rows = report(&told);
    assert_eq!(
        rows.iter().map(|row| (&row[0], &row[1])).collect::<Vec<_>>(),
        [("5", "created"), ("6", "created"), ("8", "refused")]
    );
    assert_eq!((&rows[2][3], &rows[2][4]), ("founded_on", "date"));
    assert!(rows[2][5].contains("Une date"), "in French, as nothing else was said: {}", &rows[2][5]);

    // The same in other clothes: nothing has changed.
    for bytes in [&marked[..], &utf16, &cp1256] {
        assert_eq!(summary(&import(bytes, &[])), "rows: 3; 0 created, 0 updated, 2 unchanged, 1 refused");
    }
    let moved = PREFECTURE.replace("12/03/2011", "13/03/2011");
    assert_eq!(
        summary(&import(moved.as_bytes(), &[])),
        "rows: 3; 0 created, 1 updated, 1 unchanged, 1 refused"
    );
    assert_eq!(
        summary(&import(moved.as_bytes(), &["--mode", "create"])),
        "rows: 3; 0 created, 0 updated, 0 unchanged, 3 refused"
    );

    let amal = named(&home, "Amal d'Oujda").await;
    let amal =
        amal.iter().find(|item| item["name"]["fr"] == "Association Amal d'Oujda").expect("it is there");
    assert_eq!(amal["name"]["ar"], "جمعية الأمل");
    assert_eq!(amal["founded_on"], "2011-03-13");
    assert_eq!(amal["status"], "active");
    assert_eq!(amal["city_code"], "02.411.01.23");
    assert_eq!(amal["internal"]["receipt_number"], "25/2011");
    assert_eq!(amal["internal"]["external_ids"], json!({"prefecture-oujda": "A-1"}));
}

#[tokio::test]
async fn what_left_as_a_file_comes_back_as_it_was() {
    let home = Home::new();
    let (table, lines) = {
        let service = home.start();
        let get = async |format: &str| {
            let path = format!("/v1/associations?format={format}&limit=all");
            service.request(reqwest::Method::GET, &path).send().await.expect(200).body
        };
        (get("csv").await, get("ndjson").await)
    };
    for (name, bytes) in [("register.csv", &table), ("register.ndjson", &lines)] {
        let path = file(&home, name, bytes);
        let mut command = home.nasij(["import", "associations", text_of(&path)]);
        command.args(["--key", "id", "--mode", "update"]);
        let told = printed(command);
        assert!(told.contains(" 0 created, 0 updated, ") && told.contains(" 0 refused"), "{name}: {told}");
        assert!(!told.starts_with("rows: 0;"), "{told}");
    }
}

#[tokio::test]
async fn a_workbook_has_days_and_numbers_of_its_own() {
    let home = Home::new();
    let mut workbook = Workbook::new();
    let hidden = workbook.add_worksheet();
    hidden.set_hidden(true).write_string(0, 0, "Dénomination").expect("a cell");
    let sheet = workbook.add_worksheet();
    sheet.set_active(true);
    for (place, heading) in
        ["Dénomination", "Date de création", "Nombre de bénévoles", "Code"].iter().enumerate()
    {
        sheet.write_string(2, u16::try_from(place).expect("few"), *heading).expect("a cell");
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_string(3, 0, "Association du classeur").expect("a cell");
    sheet.write_number_with_format(3, 1, 40_614.0, &day).expect("a cell");
    sheet.write_string(3, 2, "1 250").expect("a cell");
    sheet.write_number(3, 3, 17.0).expect("a cell");
    let path = file(&home, "register.xlsx", &workbook.save_to_buffer().expect("a workbook"));
    let mut command = home.nasij(["import", "associations", text_of(&path)]);
    command.args(["--key", "external-id", "--source", "ices", "--map", "Code=external_id"]);
    assert_eq!(printed(command).trim(), "rows: 1; 1 created, 0 updated, 0 unchanged, 0 refused");
    let made = &named(&home, "classeur").await[0];
    assert_eq!(made["founded_on"], "2011-03-12");
    assert_eq!(made["volunteers"], 1250);
    assert_eq!(made["internal"]["external_ids"], json!({"ices": "17"}));
}

#[tokio::test]
async fn a_receipt_tells_which_association_is_meant() {
    let home = Home::new();
    let rows = "name.fr,internal.receipt_authority,internal.receipt_number,volunteers\n\
                Association du récépissé,Préfecture de Fès,12/2019,5\n";
    let import = |rows: &str| {
        let path = file(&home, "register.csv", rows.as_bytes());
        let mut command = home.nasij(["import", "associations", text_of(&path)]);
        command.args(["--key", "receipt"]);
        run(command)
    };
    let summary = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
    assert_eq!(summary(&import(rows)), "rows: 1; 1 created, 0 updated, 0 unchanged, 0 refused");
    let more = rows.replace("12/2019,5", "١٢ / ٢٠١٩,6");
    assert_eq!(summary(&import(&more)), "rows: 1; 0 created, 1 updated, 0 unchanged, 0 refused");
    assert_eq!(summary(&import(&more)), "rows: 1; 0 created, 0 updated, 1 unchanged, 0 refused");
    let without = import("name.fr,internal.receipt_number\nSans autorité,1\n");
    assert!(String::from_utf8_lossy(&without.stderr).contains("receipt_authority"), "it is told");
    assert_eq!(named(&home, "récépissé").await[0]["volunteers"], 6);
}

#[tokio::test]
async fn what_cannot_be_imported_is_told_before_a_row_is_written() {
    let home = Home::new();
    let refused = |name: &str, bytes: &[u8], arguments: &[&str]| {
        let path = file(&home, name, bytes);
        let mut command = home.nasij(["import", "associations", text_of(&path)]);
        command.args(arguments);
        complaint(command)
    };
    let rows = "Dénomination\nUne association\n".as_bytes();
    assert!(refused("a.csv", rows, &[]).contains("--key is needed"));
    assert!(refused("a.csv", rows, &["--key", "external-id"]).contains("--source"));
    assert!(refused("a.bin", rows, &["--mode", "create"]).contains("--format"));
    assert!(refused("a.csv", rows, &["--mode", "create", "--map", "X=nom.fr"]).contains("nom.fr"));
    assert!(refused("a.csv", rows, &["--mode", "create", "--map", "Nord=name.ar"]).contains("Nord"));
    let identified = "Identifiant;Nom\nP-9;Une association\n".as_bytes();
    assert!(refused("a.csv", identified, &["--mode", "create"]).contains("--source"));
    assert!(refused("a.csv", rows, &["--key", "id"]).contains("no column `id`"));
    assert!(
        refused("a.csv", identified, &["--mode", "create", "--source", "Préfecture"]).contains("--source")
    );
    let own = home.folder.path().join("a.csv");
    assert!(refused("a.csv", rows, &["--mode", "create", "--report", text_of(&own)]).contains("overwritten"));
    assert_eq!(std::fs::read(&own).expect("it is there"), rows);
    assert!(
        refused("a.csv", b"foo;bar\n1;2\n", &["--mode", "create"]).contains("foo"),
        "what was found is told"
    );
    assert!(!refused("a.xlsx", b"PK\x03\x04 no workbook", &["--mode", "create"]).is_empty());
    let twice = "name.fr,Dénomination\na,b\n".as_bytes();
    assert!(refused("a.csv", twice, &["--mode", "create"]).contains("name.fr"));
    assert!(named(&home, "Une association").await.iter().all(|item| item["name"]["fr"] != "Une association"));
}

#[tokio::test]
async fn a_cell_that_cannot_be_read_is_named_in_the_language_of_the_officer() {
    let home = Home::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, texts) in
        [["Dénomination", "Ville"], ["Une", "Fès"], ["Deux", ""], ["Trois", "Fès"]].iter().enumerate()
    {
        for (place, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            let (row, place) = (u32::try_from(row).expect("few"), u16::try_from(place).expect("few"));
            sheet.write_string(row, place, *text).expect("a cell");
        }
    }
    sheet.merge_range(1, 1, 2, 1, "Fès", &rust_xlsxwriter::Format::new()).expect("a range");
    sheet.write_string(3, 4, "hors du tableau").expect("a cell");
    let path = file(&home, "register.xlsx", &workbook.save_to_buffer().expect("a workbook"));
    let told = home.folder.path().join("report.csv");
    for (language, sentence) in [("ar", "الخلايا B2:B3 مدمجة"), ("fr", "Les cellules B2:B3 sont fusionnées")]
    {
        let mut command = home.nasij(["import", "associations", text_of(&path)]);
        command.args(["--mode", "create", "--language", language, "--report", text_of(&told)]);
        complaint(command);
        let rows = report(&told);
        let found: Vec<_> = rows.iter().map(|row| (&row[0], &row[1], &row[3], &row[4])).collect();
        let merged = |line| (line, "refused", if line == "2" { "B2" } else { "B3" }, "merged_cells");
        assert_eq!(found, [merged("2"), merged("3"), ("4", "refused", "E4", "cell_without_heading")]);
        assert!(rows[0][5].contains(sentence), "{}", &rows[0][5]);
    }
}

#[tokio::test]
async fn of_two_rows_that_mean_the_same_the_second_is_refused() {
    let home = Home::new();
    let rows = "Identifiant;Nom;E-mail;Date de création\nA-2;Association Deux;deux@example.org;1999\nA-2;Association Trois;;\n";
    let path = file(&home, "register.csv", rows.as_bytes());
    let told = home.folder.path().join("report.csv");
    let import = || {
        let mut command = home.nasij(["import", "associations", text_of(&path), "--key", "external-id"]);
        command.args(["--source", "s", "--report", text_of(&told)]);
        run(command)
    };
    import();
    let found: Vec<_> =
        report(&told).iter().map(|row| [&row[1], &row[3], &row[4]].map(str::to_owned)).collect();
    assert_eq!(found, [["created", "", ""], ["refused", "external_id", "repeated"]]);
    import();
    assert_eq!(&report(&told)[0][1], "unchanged");
    let made = &named(&home, "Association Deux").await[0];
    assert!(made.get("email").is_none(), "a register's address is not shown unless somebody says so");
    assert_eq!((&made["founded_year"], made.get("founded_on")), (&json!(1999), None));
}

#[tokio::test]
async fn a_line_that_is_no_record_is_refused_and_the_others_kept() {
    let home = Home::new();
    let lines = "{\"external_id\": \"1\", \"name\": {\"fr\": \"Une ligne\"}, \"internal\": \"secret\"}\n\
                 {\"external_id\": \"2\", \"name\": {\"fr\": \"Une autre ligne\"}, \"internal\": {\"tax_id\": \"7\"}}\n\
                 [1, 2]\n{\"external_id\": {}, \"name\": 3}\n";
    let path = file(&home, "register.ndjson", lines.as_bytes());
    let told = home.folder.path().join("report.csv");
    let mut command = home.nasij(["import", "associations", text_of(&path), "--key", "external-id"]);
    command.args(["--source", "s", "--report", text_of(&told)]);
    complaint(command);
    let found: Vec<_> =
        report(&told).iter().map(|row| [&row[0], &row[1], &row[3]].map(str::to_owned)).collect();
    let expected = [
        ["1", "refused", "internal"],
        ["2", "created", ""],
        ["3", "refused", ""],
        ["4", "refused", "external_id"],
    ];
    assert_eq!(found, expected.map(|row| row.map(str::to_owned)));
    let made = &named(&home, "Une autre ligne").await[0];
    assert_eq!(made["internal"], json!({"tax_id": "7", "external_ids": {"s": "2"}}));
}
