//! Days of cells. A day stands before its month, as everywhere in Morocco.

use std::borrow::Cow;

use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::super::folding::folded;
use super::number::YEARS;
use super::{Calendar, Cell, Misfit, MisfitReason};

/// The months, folded: in French, Arabic as in Morocco, in Egypt, in the Levant and in Algeria, and English.
/// What is shortened is at the end of each line.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["janvier", "يناير", "جانفي", "كانون الثاني", "january", "janv", "jan"],
    &["fevrier", "فبراير", "فيفري", "شباط", "february", "fevr", "fev", "feb"],
    &["mars", "مارس", "اذار", "march", "mar"],
    &["avril", "ابريل", "افريل", "نيسان", "april", "avr", "apr"],
    &["mai", "ماي", "مايو", "ايار", "may"],
    &["juin", "يونيو", "يونيه", "جوان", "حزيران", "june", "jun"],
    &["juillet", "يوليوز", "يوليو", "يوليه", "جويليه", "تموز", "july", "juil", "jul"],
    &["aout", "غشت", "اغسطس", "اوت", "اب", "august", "aou", "aug"],
    &["septembre", "شتنبر", "سبتمبر", "ايلول", "september", "sept", "sep"],
    &["octobre", "اكتوبر", "تشرين الاول", "october", "oct"],
    &["novembre", "نونبر", "نوفمبر", "تشرين الثاني", "november", "nov"],
    &["decembre", "دجنبر", "ديسمبر", "كانون الاول", "december", "dec"],
];

/// What may stand beside a day and says nothing, folded.
#[rustfmt::skip]
const FILLERS: [&str; 27] = [
    "le", "du", "en", "date", "of", "the", "في", "يوم", "بتاريخ", "من", "شهر", "سنه", "م", "lundi", "mardi",
    "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس",
    "الجمعه", "السبت", "الاحد",
];

impl Cell {
    /// A day: one of a spreadsheet, its number in the workbook's calendar, `2011-03-12`, `12/03/2011`,
    /// `12-03-2011`, `12.03.2011`, `12 mars 2011`, `12 مارس 2011`, with digits of any kind; a time beside it
    /// is left out.
    pub fn day(&self, calendar: Calendar) -> Result<Option<NaiveDate>, Misfit> {
        let day = match self {
            Self::Empty => return Ok(None),
            Self::Day(day) => Ok(*day),
            Self::Moment(moment) => Ok(moment.date()),
            Self::Number(number) => of_number(*number, calendar),
            Self::Boolean(_) => Err(MisfitReason::NotADay),
            Self::Text(_) => match self.text() {
                None => return Ok(None),
                Some(text) => of_text(&text, calendar),
            },
        };
        day.and_then(in_range).map(Some).map_err(|reason| self.misfit(reason))
    }
}

fn in_range(day: NaiveDate) -> Result<NaiveDate, MisfitReason> {
    use chrono::Datelike as _;
    if YEARS.contains(&i64::from(day.year())) { Ok(day) } else { Err(MisfitReason::YearOutOfRange) }
}

/// The number of a day may as well be a year, and then no day is told.
fn of_number(number: f64, calendar: Calendar) -> Result<NaiveDate, MisfitReason> {
    let is_year = number.fract() == 0.0 && YEARS.contains(&(number as i64));
    if is_year {
        return Err(MisfitReason::OnlyAYear);
    }
    day_of_serial(number, calendar).map(|moment| moment.date()).ok_or(MisfitReason::NotADay)
}

/// The moment that a number is in a spreadsheet's calendar. In that from 1900 the numbers before March count
/// a 29 February 1900 (60), which there never was.
pub(in super::super) fn day_of_serial(number: f64, calendar: Calendar) -> Option<NaiveDateTime> {
    const MILLISECONDS_A_DAY: f64 = 86_400_000.0;
    const DAYS_TO_YEAR_10000: f64 = 2_958_466.0;
    if !(0.0..DAYS_TO_YEAR_10000).contains(&number) {
        return None;
    }
    let (year, month, day) = match calendar {
        Calendar::From1904 => (1904, 1, 1),
        Calendar::From1900 if number < 60.0 => (1899, 12, 31),
        Calendar::From1900 if number < 61.0 => return None,
        Calendar::From1900 => (1899, 12, 30),
    };
    let beginning = NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(0, 0, 0)?;
    beginning.checked_add_signed(Duration::milliseconds((number * MILLISECONDS_A_DAY).round() as i64))
}

fn of_text(text: &str, calendar: Calendar) -> Result<NaiveDate, MisfitReason> {
    let text = with_short_months(&folded(&without_time(text))).into_owned();
    let mut parts = text.split(' ').filter(|part| !FILLERS.contains(part));
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    match (first, second, third, parts.next()) {
        (Some(number), None, None, None) => of_single(number, calendar),
        (Some(first), Some(second), Some(third), None) => of_parts(first, second, third),
        _ => Err(MisfitReason::NotADay),
    }
}

/// A text without the time of day: what has a colon, what stands behind `T`.
fn without_time(text: &str) -> String {
    let is_time = |part: &&str| {
        part.contains(':') || part.eq_ignore_ascii_case("am") || part.eq_ignore_ascii_case("pm")
    };
    let parts: Vec<&str> = text.split(' ').map(before_time).filter(|part| !is_time(part)).collect();
    parts.join(" ")
}

/// `2011-03-12` of `2011-03-12T08:30:00Z`.
fn before_time(part: &str) -> &str {
    match part.split_once('T') {
        Some((day, time)) if day.ends_with(|sign: char| sign.is_numeric()) && time.contains(':') => day,
        _ => part,
    }
}

/// The months of two words as the one that both make.
fn with_short_months(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for name in MONTHS.iter().copied().flatten().filter(|name| name.contains(' ')) {
        if text.contains(name) {
            text = text.replace(name, &name.replace(' ', "")).into();
        }
    }
    text
}

/// A number that is kept as a text: a year, or the number of a day.
fn of_single(number: &str, calendar: Calendar) -> Result<NaiveDate, MisfitReason> {
    let is_number = number.len() <= 7 && number.bytes().all(|digit| digit.is_ascii_digit());
    match number.parse() {
        Ok(number) if is_number => of_number(number, calendar),
        _ => Err(MisfitReason::NotADay),
    }
}

fn of_parts(first: &str, second: &str, third: &str) -> Result<NaiveDate, MisfitReason> {
    let (year, month, day) = match () {
        () if is_full_year(first) => (first, second, third),
        // March 12, 2011
        () if month_by_name(first).is_some() => (third, first, second),
        () => (third, second, first),
    };
    let month = month_by_name(month).or_else(|| short_number(month)).ok_or(MisfitReason::NotADay)?;
    let day = short_number(day).ok_or(MisfitReason::NotADay)?;
    if short_number(year).is_some() {
        return Err(MisfitReason::TwoDigitYear);
    }
    if !is_full_year(year) {
        return Err(MisfitReason::NotADay);
    }
    let year: i32 = year.parse().map_err(|_| MisfitReason::NotADay)?;
    if !YEARS.contains(&i64::from(year)) {
        return Err(MisfitReason::YearOutOfRange);
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(MisfitReason::NoSuchDay)
}

fn is_full_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// A number of one or two digits; `1er` is one.
fn short_number(text: &str) -> Option<u32> {
    let digits =
        ["er", "ere", "st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    let is_short = (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_short.then(|| digits.parse().ok()).flatten()
}

fn month_by_name(text: &str) -> Option<u32> {
    let is_named = |name: &&str| name.chars().filter(|letter| *letter != ' ').eq(text.chars());
    let place = MONTHS.iter().position(|names| names.iter().any(is_named))?;
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn day(text: &str) -> Result<Option<NaiveDate>, &'static str> {
        Cell::Text(text.to_owned()).day(Calendar::From1900).map_err(|misfit| misfit.code())
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2011-03-12",
            "2011/03/12",
            "2011-03-12T08:30:00Z",
            "12/03/2011",
            "12/3/2011",
            "12-03-2011",
            "12.03.2011",
            "12/03/2011 00:00",
            "12/03/2011 8:30 PM",
            "١٢/٠٣/٢٠١١",
            "۱۲/۰۳/۲۰۱۱",
            "\u{200f}12/03/2011\u{200f}",
            "12 mars 2011",
            "12-mars-2011",
            "Le 12 MARS 2011",
            "samedi 12 mars 2011",
            "12 مارس 2011",
            "يوم السبت ١٢ مارس ٢٠١١",
            "12 آذار 2011",
            "March 12, 2011",
            "12th March 2011",
            "40614",
            "12 / 03 / 2011",
        ] {
            assert_eq!(day(text), Ok(Some(date(2011, 3, 12))), "{text}");
        }
        assert_eq!(day("1er août 1999"), Ok(Some(date(1999, 8, 1))));
        assert_eq!(day("1er févr. 1999"), Ok(Some(date(1999, 2, 1))));
        assert_eq!(day("03/12/2011"), Ok(Some(date(2011, 12, 3))));
        assert_eq!(day("29/02/2012"), Ok(Some(date(2012, 2, 29))));
        assert_eq!(day(" "), Ok(None));
    }

    #[test]
    fn each_month_has_its_names() {
        let moroccan = [
            "يناير",
            "فبراير",
            "مارس",
            "أبريل",
            "ماي",
            "يونيو",
            "يوليوز",
            "غشت",
            "شتنبر",
            "أكتوبر",
            "نونبر",
            "دجنبر",
        ];
        let mashriqi = [
            "كانون الثاني",
            "شباط",
            "آذار",
            "نيسان",
            "أيار",
            "حزيران",
            "تموز",
            "آب",
            "أيلول",
            "تشرين الأول",
            "تشرين الثاني",
            "كانون الأول",
        ];
        let french = [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ];
        for names in [moroccan, mashriqi, french] {
            for (month, name) in (1..).zip(names) {
                assert_eq!(day(&format!("05 {name} 2020")), Ok(Some(date(2020, month, 5))), "{name}");
            }
        }
        let mut names: Vec<&str> = MONTHS.concat();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| folded(name) == *name));
        assert!(FILLERS.iter().all(|filler| folded(filler) == *filler));
    }

    #[test]
    fn other_days_are_refused_with_a_reason() {
        for (text, code) in [
            ("12/03/11", "two_digit_year"),
            ("12 mars 11", "two_digit_year"),
            ("31/02/2011", "no_such_day"),
            ("29/02/2011", "no_such_day"),
            ("03/25/2011", "no_such_day"),
            ("00/01/2011", "no_such_day"),
            ("2011-13-01", "no_such_day"),
            ("2011", "only_a_year"),
            ("٢٠١١", "only_a_year"),
            ("12/03/1432", "year_out_of_range"),
            ("12 محرم 1432", "not_a_day"),
            ("mars 2011", "not_a_day"),
            ("03/2011", "not_a_day"),
            ("12/03", "not_a_day"),
            ("inconnue", "not_a_day"),
            ("12032011", "not_a_day"),
            ("1/2/3/2011", "not_a_day"),
            ("99999999999", "not_a_day"),
            ("NaN", "not_a_day"),
        ] {
            assert_eq!(day(text), Err(code), "{text}");
        }
    }

    #[test]
    fn numbers_count_from_the_beginning_of_the_calendar() {
        let of = |number: f64, calendar| Cell::Number(number).day(calendar).map_err(|misfit| misfit.code());
        for (number, calendar, day) in [
            (40_614.0, Calendar::From1900, date(2011, 3, 12)),
            (40_614.75, Calendar::From1900, date(2011, 3, 12)),
            (1.0, Calendar::From1900, date(1900, 1, 1)),
            (59.0, Calendar::From1900, date(1900, 2, 28)),
            (61.0, Calendar::From1900, date(1900, 3, 1)),
            (39_152.0, Calendar::From1904, date(2011, 3, 12)),
            (0.0, Calendar::From1904, date(1904, 1, 1)),
        ] {
            assert_eq!(of(number, calendar), Ok(Some(day)), "{number}");
        }
        assert_eq!(of(2011.0, Calendar::From1900), Err("only_a_year"));
        for number in [-1.0, 60.0, 3e6, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(of(number, Calendar::From1900), Err("not_a_day"), "{number}");
        }
        assert_eq!(of(2_958_465.0, Calendar::From1900), Err("year_out_of_range"));
    }
}
