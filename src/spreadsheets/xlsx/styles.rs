//! Which numbers of a workbook are days, by the format in which they are shown.

use std::collections::HashSet;

use super::super::fault::Fault;
use super::xml::{Event, Xml};

/// The most formats of a workbook (Excel's limit is 65,490).
const MOST_FORMATS: usize = 1_000_000;

/// The styles of a workbook.
#[derive(Default)]
pub(super) struct Styles {
    are_days: Vec<bool>,
}

impl Styles {
    pub(super) fn read(mut xml: Xml) -> Result<Self, Fault> {
        let mut formats_of_days: HashSet<String> = HashSet::new();
        let mut styles = Self::default();
        let mut is_in_cells = false;
        while let Some(event) = xml.next()? {
            match event {
                Event::Start(element) => match element.name() {
                    "numFmt" => {
                        let code = element.attribute("formatCode")?.unwrap_or_default();
                        if is_format_of_days(&code) {
                            formats_of_days.extend(element.attribute("numFmtId")?.map(|id| id.into_owned()));
                        }
                    }
                    "cellXfs" => is_in_cells = true,
                    "xf" if is_in_cells => {
                        let id = element.attribute("numFmtId")?.unwrap_or_default();
                        let is_day = is_built_in_format_of_days(&id) || formats_of_days.contains(&*id);
                        styles.are_days.push(is_day);
                    }
                    _ => {}
                },
                Event::End(element) if element.name() == "cellXfs" => is_in_cells = false,
                _ => {}
            }
            if styles.are_days.len() + formats_of_days.len() > MOST_FORMATS {
                return Err(Fault::broken("it has too many formats"));
            }
        }
        Ok(styles)
    }

    /// Whether numbers of a style are days.
    pub(super) fn is_day(&self, style: usize) -> bool {
        self.are_days.get(style).copied().unwrap_or(false)
    }
}

/// The formats that no workbook declares (ECMA-376, part 1, 18.8.30), those of East Asia among them.
fn is_built_in_format_of_days(id: &str) -> bool {
    matches!(id.parse(), Ok(14..=17_u32 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58))
}

/// Whether a format shows a day: it has a `d` or a `y`, or months alone, outside of quotes and brackets. One
/// of hours and minutes shows a time, which is no day.
fn is_format_of_days(code: &str) -> bool {
    let (mut days_or_years, mut months, mut hours_or_seconds) = (false, false, false);
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign.to_ascii_lowercase() {
            '"' => drop(signs.by_ref().find(|sign| *sign == '"')),
            '[' => {
                // `[h]` is a duration, `[Red]` a colour, `[$-40C]` a language.
                let inner: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                hours_or_seconds |= inner.eq_ignore_ascii_case("h") || inner.eq_ignore_ascii_case("hh");
            }
            '\\' | '_' | '*' => drop(signs.next()),
            ';' => break,
            'd' | 'y' => days_or_years = true,
            'm' => months = true,
            'h' | 's' => hours_or_seconds = true,
            _ => {}
        }
    }
    days_or_years || (months && !hours_or_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_others() {
        for code in [
            "dd/mm/yyyy",
            "[$-40C]d mmmm yyyy;@",
            "yyyy\\-mm\\-dd",
            "mmm",
            "DD.MM.YY hh:mm",
            "[$-1010000]yyyy/mm/dd",
        ] {
            assert!(is_format_of_days(code), "{code}");
        }
        for code in [
            "General",
            "0.00",
            "#,##0\" dh\"",
            "[Red]0;-0",
            "hh:mm",
            "mm:ss",
            "[h]:mm",
            "@",
            "0_d",
            "0;dd",
            "",
            "\"",
        ] {
            assert!(!is_format_of_days(code), "{code}");
        }
    }
}
