//! XLSX workbooks (ECMA-376), read from their parts one event at a time.
//!
//! Calamine is not asked here: a workbook that says to have 10^12 texts makes it reserve the memory for them,
//! which ends the process; it keeps all texts and each event of XML in memory, whatever their size; and what
//! it reads borrows the workbook.

mod merged;
mod package;
mod sheet;
mod strings;
mod styles;
mod xml;

use std::fs::File;
use std::sync::{Arc, Mutex};

use super::cells::Calendar;
use super::fault::{Fault, Reason};
use super::place::Range;
use super::table::Limits;
use package::Package;
use sheet::SheetRows;
use strings::Strings;
use styles::Styles;
use xml::{Element, Event};

/// A workbook.
pub(super) struct Workbook {
    package: Package,
    sheets: Vec<Sheet>,
    calendar: Calendar,
    strings: Arc<Mutex<Strings>>,
    styles: Arc<Styles>,
}

/// A sheet that is shown, and the part that it is in.
struct Sheet {
    name: String,
    part: String,
}

/// What one part of a package says about another.
struct Relationship {
    id: String,
    kind: String,
    target: String,
}

impl Workbook {
    pub(super) fn read(file: File, limits: Limits) -> Result<Self, Fault> {
        let package = Package::read(file, limits)?;
        let start = relationships(&package, "")?
            .into_iter()
            .find(|relationship| relationship.kind == "officeDocument")
            .ok_or_else(|| Fault::broken("it names no workbook"))?;
        let others = relationships(&package, &start.target)?;
        let part_of =
            |kind: &str| others.iter().find(|other| other.kind == kind).map(|other| other.target.clone());
        let (sheets, calendar) = sheets(&package, &start.target, &others)?;
        let strings = match part_of("sharedStrings") {
            Some(part) => Strings::read(package.part(&part)?)?,
            None => Strings::default(),
        };
        let styles = match part_of("styles") {
            Some(part) => Styles::read(package.part(&part)?)?,
            None => Styles::default(),
        };
        Ok(Self {
            package,
            sheets,
            calendar,
            strings: Arc::new(Mutex::new(strings)),
            styles: Arc::new(styles),
        })
    }

    pub(super) fn visible_sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    }

    pub(super) fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The rows of a sheet, and what is merged in it.
    pub(super) fn rows(&self, name: &str) -> Result<(SheetRows, Vec<Range>), Fault> {
        let sheet = self.sheets.iter().find(|sheet| sheet.name == name);
        let part = &sheet.ok_or_else(|| Fault::of_file(Reason::NoVisibleSheet))?.part;
        let merged = merged::ranges(self.package.bytes(part)?)?;
        let xml = self.package.part(part)?;
        let rows = SheetRows::new(xml, Arc::clone(&self.strings), Arc::clone(&self.styles), self.calendar)?;
        Ok((rows, merged))
    }
}

/// The visible sheets of the workbook, and its calendar.
fn sheets(package: &Package, part: &str, others: &[Relationship]) -> Result<(Vec<Sheet>, Calendar), Fault> {
    let mut xml = package.part(part)?;
    let (mut sheets, mut calendar) = (Vec::new(), Calendar::From1900);
    while let Some(event) = xml.next()? {
        let Event::Start(element) = event else { continue };
        match element.name() {
            "workbookPr" if matches!(element.attribute("date1904")?.as_deref(), Some("1" | "true")) => {
                calendar = Calendar::From1904;
            }
            "sheet" => sheets.extend(visible_sheet(&element, others)?),
            _ => {}
        }
    }
    Ok((sheets, calendar))
}

/// A sheet that is visible and has cells: charts have none.
fn visible_sheet(element: &Element, others: &[Relationship]) -> Result<Option<Sheet>, Fault> {
    let is_visible = matches!(element.attribute("state")?.as_deref(), None | Some("visible"));
    let (Some(name), Some(id)) = (element.attribute("name")?, element.attribute("id")?) else {
        return Ok(None);
    };
    let part = others.iter().find(|other| other.id == id && other.kind == "worksheet");
    Ok(part.filter(|_| is_visible).map(|part| Sheet { name: name.into_owned(), part: part.target.clone() }))
}

/// What a part says about others; the package itself, when the part has no name.
fn relationships(package: &Package, part: &str) -> Result<Vec<Relationship>, Fault> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let mut xml = package.part(&joined(folder, &format!("_rels/{file}.rels")))?;
    let mut all = Vec::new();
    while let Some(event) = xml.next()? {
        let Event::Start(element) = event else { continue };
        let attributes = (element.attribute("Id")?, element.attribute("Type")?, element.attribute("Target")?);
        if let (Some(id), Some(kind), Some(target)) = attributes {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            all.push(Relationship { id: id.into_owned(), kind, target: joined(folder, &target) });
        }
    }
    Ok(all)
}

/// A path within the package, relative to a folder unless it begins at the root.
fn joined(folder: &str, target: &str) -> String {
    let path = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn paths_are_joined_within_the_package() {
        assert_eq!(joined("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(joined("xl", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(joined("xl/x", "../../../a.xml"), "a.xml");
        assert_eq!(joined("", "_rels/.rels"), "_rels/.rels");
    }
}
