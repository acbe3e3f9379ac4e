//! Numbers and truths of cells.

use super::super::folding::folded;
use super::text::LARGEST_EXACT;
use super::{Cell, Misfit, MisfitReason};
use crate::search::plain_digit;

/// The years that a register may have.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = 1800..=2200;

/// Folded.
const YES: [&str; 13] =
    ["true", "vrai", "oui", "yes", "y", "o", "x", "1", "نعم", "صحيح", "اجل", "on", "checked"];
const NO: [&str; 9] = ["false", "faux", "non", "no", "n", "0", "لا", "خطا", "off"];

impl Cell {
    /// A whole number: with Arabic-Indic or Persian digits, with separators of thousands where nothing else
    /// can be meant.
    pub fn integer(&self) -> Result<Option<i64>, Misfit> {
        match self {
            Self::Number(number) => whole(*number).map(Some).map_err(|reason| self.misfit(reason)),
            Self::Text(_) => match self.text() {
                None => Ok(None),
                Some(text) => parse(&text).map(Some).map_err(|reason| self.misfit(reason)),
            },
            Self::Empty => Ok(None),
            _ => Err(self.misfit(MisfitReason::NotANumber)),
        }
    }

    /// Yes or no, in Arabic, French or English, as 1 or 0, or as a mark.
    pub fn boolean(&self) -> Result<Option<bool>, Misfit> {
        let Some(text) = self.text() else { return Ok(None) };
        let word = folded(&text);
        let is_mark = |marks: &[&str]| marks.contains(&text.as_str());
        if YES.contains(&word.as_str()) || is_mark(&["✓", "✔", "✅", "☑", "×", "✗", "+"]) {
            return Ok(Some(true));
        }
        if NO.contains(&word.as_str()) || is_mark(&["-", "☐"]) {
            return Ok(Some(false));
        }
        Err(self.misfit(MisfitReason::NotABoolean))
    }

    /// A year from 1800 to 2200; that of a day, too.
    pub fn year(&self) -> Result<Option<i64>, Misfit> {
        use chrono::Datelike as _;
        let year = match self {
            Self::Day(day) => i64::from(day.year()),
            Self::Moment(moment) => i64::from(moment.year()),
            Self::Text(_) => match self.integer() {
                Ok(None) => return Ok(None),
                Ok(Some(year)) => year,
                Err(_) => return self.year_of_day(),
            },
            _ => match self.integer().map_err(|_| self.misfit(MisfitReason::NotAYear))? {
                None => return Ok(None),
                Some(year) => year,
            },
        };
        if YEARS.contains(&year) { Ok(Some(year)) } else { Err(self.misfit(MisfitReason::YearOutOfRange)) }
    }

    fn year_of_day(&self) -> Result<Option<i64>, Misfit> {
        use chrono::Datelike as _;
        match self.day(super::Calendar::default()) {
            Ok(day) => Ok(day.map(|day| i64::from(day.year()))),
            Err(misfit) if misfit.reason == MisfitReason::NotADay => Err(self.misfit(MisfitReason::NotAYear)),
            Err(misfit) => Err(misfit),
        }
    }

    pub(super) fn misfit(&self, reason: MisfitReason) -> Misfit {
        Misfit::new(reason, &self.text().unwrap_or_default())
    }
}

fn whole(number: f64) -> Result<i64, MisfitReason> {
    match number {
        number if number.abs() >= LARGEST_EXACT || number.is_nan() => Err(MisfitReason::NumberTooLarge),
        number if number.fract() != 0.0 => Err(MisfitReason::NotWhole),
        number => Ok(number as i64),
    }
}

/// A whole number as people write it.
fn parse(text: &str) -> Result<i64, MisfitReason> {
    let text: String = text.chars().map(plain_digit).collect();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let digits = without_separators(digits.trim())?;
    let number: i64 = digits.parse().map_err(|_| MisfitReason::NumberTooLarge)?;
    Ok(sign * number)
}

/// The digits of a number without what separates its thousands, and without a fraction of zeros.
fn without_separators(text: &str) -> Result<String, MisfitReason> {
    let is_number = text.starts_with(|sign: char| sign.is_ascii_digit())
        && text.ends_with(|sign: char| sign.is_ascii_digit())
        && text.chars().all(|sign| sign.is_ascii_digit() || is_separator(sign));
    if !is_number {
        return Err(MisfitReason::NotANumber);
    }
    let groups: Vec<&str> = text.split(is_separator).collect();
    let signs: Vec<char> = text.chars().filter(|sign| is_separator(*sign)).collect();
    let (groups, signs) = without_fraction(&groups, &signs)?;
    let [first, others @ ..] = groups else { return Err(MisfitReason::NotANumber) };
    let are_thousands = (1..=3).contains(&first.len()) && others.iter().all(|group| group.len() == 3);
    let are_alike = signs.windows(2).all(|pair| pair.first() == pair.last());
    let is_well_made = others.is_empty() || (are_thousands && are_alike);
    if is_well_made { Ok(groups.concat()) } else { Err(MisfitReason::NotANumber) }
}

/// The groups before a fraction, which must be of zeros. The last group is one behind a point or a comma that
/// no other separator is like, unless it may be thousands.
fn without_fraction<'a, 'b>(
    groups: &'a [&'b str],
    signs: &'a [char],
) -> Result<(&'a [&'b str], &'a [char]), MisfitReason> {
    let (Some((fraction, groups_before)), Some((sign, signs_before))) =
        (groups.split_last(), signs.split_last())
    else {
        return Ok((groups, signs));
    };
    let may_be_point = matches!(sign, '.' | ',' | '٫') && !signs_before.contains(sign);
    if !may_be_point {
        return Ok((groups, signs));
    }
    if *sign != '٫' && signs_before.is_empty() && fraction.len() == 3 {
        return Err(MisfitReason::AmbiguousNumber);
    }
    match fraction.bytes().all(|digit| digit == b'0') {
        true => Ok((groups_before, signs_before)),
        false => Err(MisfitReason::NotWhole),
    }
}

fn is_separator(sign: char) -> bool {
    matches!(sign, ' ' | '.' | ',' | '\'' | '’' | '٬' | '٫')
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn whole_numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("40", 40),
            ("٤٠", 40),
            ("۴۰", 40),
            (" 1 234 ", 1234),
            ("1\u{a0}234\u{202f}567", 1_234_567),
            ("1.234.567", 1_234_567),
            ("1,234,567", 1_234_567),
            ("1'234", 1234),
            ("١٬٢٣٤", 1234),
            ("12,0", 12),
            ("12.00", 12),
            ("1.234,00", 1234),
            ("1 234,0", 1234),
            ("-5", -5),
            ("+5", 5),
            ("007", 7),
        ] {
            assert_eq!(cell(text).integer(), Ok(Some(number)), "{text}");
        }
        assert_eq!(Cell::Number(40.0).integer(), Ok(Some(40)));
        assert_eq!(Cell::Empty.integer(), Ok(None));
        assert_eq!(cell("  ").integer(), Ok(None));
    }

    #[test]
    fn other_numbers_are_refused_with_a_reason() {
        use MisfitReason::*;
        for (text, reason) in [
            ("1.234", AmbiguousNumber),
            ("1,234", AmbiguousNumber),
            ("12,5", NotWhole),
            ("1.234,56", NotWhole),
            ("1 23", NotANumber),
            ("12 34 567", NotANumber),
            ("1,234 567,890", NotANumber),
            ("une dizaine", NotANumber),
            ("40 bénévoles", NotANumber),
            ("--4", NotANumber),
            ("1..2", NotANumber),
            ("99999999999999999999", NumberTooLarge),
        ] {
            assert_eq!(cell(text).integer().map_err(|misfit| misfit.reason), Err(reason), "{text}");
        }
        for (number, reason) in [(1.5, NotWhole), (1e300, NumberTooLarge), (f64::NAN, NumberTooLarge)] {
            assert_eq!(Cell::Number(number).integer().map_err(|misfit| misfit.reason), Err(reason));
        }
        assert_eq!(Cell::Boolean(true).integer().map_err(|misfit| misfit.reason), Err(NotANumber));
    }

    #[test]
    fn truths_are_read_in_three_languages() {
        for yes in ["true", "VRAI", "Oui", "نعم", "yes", "1", "x", "X", "✓", "✔", "١"] {
            assert_eq!(cell(yes).boolean(), Ok(Some(true)), "{yes}");
        }
        for no in ["false", "Faux", "NON", "لا", "no", "0", "٠", "-"] {
            assert_eq!(cell(no).boolean(), Ok(Some(false)), "{no}");
        }
        assert_eq!(Cell::Number(1.0).boolean(), Ok(Some(true)));
        assert_eq!(Cell::Boolean(false).boolean(), Ok(Some(false)));
        assert_eq!(cell("").boolean(), Ok(None));
        for neither in ["peut-être", "2", "oui et non"] {
            assert_eq!(cell(neither).boolean().map_err(|misfit| misfit.code()), Err("not_a_boolean"));
        }
    }

    #[test]
    fn years_are_read_from_numbers_and_days() {
        for year in
            [cell("2011"), cell("٢٠١١"), cell("12/03/2011"), cell("12 mars 2011"), Cell::Number(2011.0)]
        {
            assert_eq!(year.year(), Ok(Some(2011)), "{year:?}");
        }
        let day = NaiveDate::from_ymd_opt(2011, 3, 12).unwrap();
        assert_eq!(Cell::Day(day).year(), Ok(Some(2011)));
        for (cell, code) in [
            (cell("1432"), "year_out_of_range"),
            (cell("11"), "year_out_of_range"),
            (cell("inconnue"), "not_a_year"),
            (cell("12/03/11"), "two_digit_year"),
            (Cell::Number(40_614.0), "year_out_of_range"),
            (Cell::Number(2011.5), "not_a_year"),
            (Cell::Boolean(true), "not_a_year"),
        ] {
            assert_eq!(cell.year().map_err(|misfit| misfit.code()), Err(code));
        }
    }
}
