//! What is alike and what is not, and how often an alarm is false.

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

fn text(ar: &str, fr: &str) -> Text {
    let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Text { ar: known(ar), fr: known(fr), ..Text::default() }
}

fn of(ar: &str, fr: &str, city: &str) -> Description {
    let city = Some(city.to_owned()).filter(|city| !city.is_empty());
    let province = city.as_ref().map(|city| city[..1].to_owned());
    Description::new(Some(&text(ar, fr)), None).seated(city, province)
}

fn certainty(one: &Description, other: &Description) -> Option<Certainty> {
    Certainty::of(one.resemblance(other).score)
}

#[test]
fn other_spellings_of_a_name_in_the_same_city_are_nearly_certain() {
    for (one, other) in [
        (("", "Association Al Amal"), ("", "ASSOC. EL-AMAL")),
        (("", "Association Ennour pour la culture"), ("", "Ass. An-Nour de culture")),
        (("جمعية الأمل للتنمية", ""), ("جمعيه الامل للتنميه", "Association Al Amal de développement")),
        (("جمعية قراء وجدة", "Association des lecteurs d'Oujda"), ("", "Lecteurs d’Oujda (association)")),
    ] {
        let (one, other) = (of(one.0, one.1, "a1"), of(other.0, other.1, "a1"));
        assert_eq!(certainty(&one, &other), Some(Certainty::Certain), "{:?}", one.resemblance(&other));
    }
}

#[test]
fn what_is_only_alike_is_never_nearly_certain() {
    for (one, other) in [
        ("Association Al Amal", "Association Al Aman"),
        ("Association Al Amal pour la culture", "Association Al Amal pour le sport"),
        ("Association du village 12", "Association du village 13"),
        ("Union des jeunes créateurs de Hay Salam", "Union des jeunes créateurs de Hay Salah"),
        ("Association des parents d'élèves Ibn Sina", "Association des parents d'élèves Ibn Rochd"),
        ("Association pour le développement", "Association pour l'environnement"),
        ("Association Amal Nour", "Association Amal Nour des femmes"),
        ("Association A", "Association B"),
    ] {
        let (one, other) = (of("", one, "a1"), of("", other, "a1"));
        assert!(certainty(&one, &other) < Some(Certainty::Certain), "{:?}", one.resemblance(&other));
    }
}

#[test]
fn one_wrong_letter_is_still_likely() {
    let (one, other) = (
        of("", "Association Tadamoun des lecteurs", "a1"),
        of("", "Association Tadamoum des lecteurs", "a1"),
    );
    assert_eq!(certainty(&one, &other), Some(Certainty::Likely));
}

#[test]
fn another_place_year_or_acronym_speaks_against_it_and_the_same_for_it() {
    let here = of("", "Association Al Amal", "a1");
    let score = |other: &Description| here.resemblance(other).score;
    let (neighbour, far, somewhere) = (
        of("", "Association Al Amal", "a2"),
        of("", "Association Al Amal", "b1"),
        of("", "Association Al Amal", ""),
    );
    assert_eq!((score(&here), score(&neighbour), score(&far), score(&somewhere)), (1.0, 0.6, 0.45, 0.8));
    let founded = |year| here.clone().founded(None, Some(year));
    let of_2015 = founded(2015);
    assert_eq!(of_2015.resemblance(&founded(2016)).score, 0.95);
    assert_eq!(of_2015.resemblance(&founded(2005)).score, 0.75);
    let known = |acronym| Description { acronym: Some(String::from(acronym)), ..neighbour.clone() };
    assert!(
        known("aa").resemblance(&Description { acronym: Some("aa".to_owned()), ..here.clone() }).score > 0.7
    );
    assert!(known("aa").resemblance(&Description { acronym: Some("bb".to_owned()), ..here }).score < 0.6);
}

#[test]
fn branches_of_one_association_in_two_cities_are_never_nearly_certain() {
    let day = NaiveDate::from_ymd_opt(2015, 3, 21);
    let of = |city| {
        of("جمعية الأمل", "Association Al Amal", city)
            .founded(day, None)
            .on_the_web(Some("https://www.amal.ma/"))
    };
    assert_eq!(certainty(&of("a1"), &of("b1")), Some(Certainty::Likely));
    let reasons = of("a1").resemblance(&of("b1")).reasons;
    assert_eq!(reasons, [Reason::SameName, Reason::OtherCity, Reason::SameFoundingDay, Reason::SameWebsite]);
}

#[test]
fn sections_with_one_acronym_and_web_site_are_never_nearly_certain() {
    let day = NaiveDate::from_ymd_opt(2015, 3, 21);
    let section = |number: u8| {
        let name = text("", &format!("Section des lecteurs {number}"));
        let described =
            Description::new(Some(&name), Some("SL")).seated(Some("a1".to_owned()), Some("a".to_owned()));
        described.founded(day, None).on_the_web(Some("https://lecteurs.ma"))
    };
    assert_eq!(certainty(&section(1), &section(1)), Some(Certainty::Certain));
    assert_eq!(certainty(&section(1), &section(2)), Some(Certainty::Likely));
}

#[test]
fn an_acronym_alone_is_a_possibility() {
    let alone = Description::new(None, Some("A.L.C.S"));
    let named = Description::new(Some(&text("", "Association de lutte contre le sida")), Some("ALCS"));
    assert_eq!(certainty(&alone, &named), Some(Certainty::Possible));
}

#[derive(Debug, Deserialize)]
struct Listed {
    name_ar: String,
    name_fr: String,
    acronym: Option<String>,
    commune_code: Option<String>,
    province_code: Option<String>,
    founded: String,
}

impl Listed {
    fn description(&self) -> Description {
        Description::new(
            Some(&text(&self.name_ar, &self.name_fr)),
            self.acronym.as_deref().filter(|acronym| !acronym.is_empty()),
        )
        .seated(self.commune_code.clone().filter(|code| !code.is_empty()), self.province_code.clone())
        .founded(self.founded.parse().ok(), self.founded.get(..4).and_then(|year| year.parse().ok()))
    }
}

#[test]
fn among_the_real_associations_no_alarm_is_false() {
    let file = include_str!("../../../../data/associations.csv");
    let known: Vec<Description> = csv::Reader::from_reader(file.as_bytes())
        .deserialize()
        .map(|row: Result<Listed, _>| row.expect("a row").description())
        .collect();
    let mut likely = 0;
    for (place, one) in known.iter().enumerate() {
        assert!(one.resemblance(one).score >= 0.9, "{one:?}");
        for other in &known[..place] {
            let found = certainty(one, other);
            assert!(found < Some(Certainty::Certain), "{one:?} {other:?}");
            likely += usize::from(found == Some(Certainty::Likely));
        }
    }
    assert!(likely <= 1, "{likely}");
}

/// A register as prefectures have it: few words, many names made of them.
fn some_name(seed: usize) -> (String, Vec<usize>) {
    const WORDS: [&str; 24] = [
        "amal", "nour", "wifaq", "salam", "chourouk", "tadamoun", "ofok", "nahda", "karama", "wahda", "majd",
        "riyad", "ihsane", "fath", "yasmine", "atlas", "rif", "bahr", "zaytoun", "argan", "tafoukt",
        "tiwizi", "azrou", "imlil",
    ];
    const PURPOSES: [&str; 6] =
        ["", "pour le développement", "de culture", "pour l'environnement", "sportive", "des femmes rurales"];
    let (first, second, purpose) = (seed % 24, seed / 24 % 25, seed / 600 % 6);
    let more = WORDS.get(second).filter(|_| second != first).map_or(String::new(), |word| format!(" {word}"));
    (format!("Association {}{more} {}", WORDS[first], PURPOSES[purpose]), words_of(first, second, purpose))
}

/// What makes two of these names the same: their words in any order, and the purpose.
fn words_of(first: usize, second: usize, purpose: usize) -> Vec<usize> {
    let second = if second == 24 { first } else { second };
    vec![first.min(second), first.max(second), purpose]
}

/// The same name as somebody else types it.
fn messy(name: &str, seed: usize) -> String {
    let name = match seed % 4 {
        0 => name.to_uppercase(),
        1 => name.replace("Association", "Assoc."),
        2 => name.replace("Association ", "Association Al "),
        _ => name.trim_start_matches("Association ").to_owned(),
    };
    if seed.is_multiple_of(3) {
        name.replace("développement", "developpement").replace('w', "ou")
    } else {
        name
    }
}

#[test]
fn in_a_messy_register_twins_are_found_and_others_are_not() {
    let names: Vec<(String, Vec<usize>)> = (0..3600).step_by(5).map(some_name).collect();
    let known: Vec<Description> = names.iter().map(|(name, _)| of("", name, "a1")).collect();
    let (mut missed, mut compared, mut false_alarms) = (0, 0, 0);
    for (place, (name, words)) in names.iter().enumerate() {
        let this = of("", &messy(name, place), "a1");
        missed += usize::from(certainty(&this, &known[place]) != Some(Certainty::Certain));
        for (other, (_, other_words)) in known.iter().zip(&names).skip(place % 7).step_by(7) {
            let alarm = certainty(&this, other) == Some(Certainty::Certain);
            false_alarms += usize::from(alarm && other_words != words);
            compared += 1;
        }
    }
    assert_eq!((missed, false_alarms), (0, 0), "of {} and of {compared}", names.len());
}

/// Names made of the words that associations have, in both scripts.
fn any_description() -> impl Strategy<Value = Description> {
    let words = || {
        prop::sample::select(vec![
            "association",
            "al",
            "amal",
            "aman",
            "nour",
            "ennour",
            "développement",
            "culture",
            "l'enfance",
            "12",
            "13",
            "Tétouan",
            "tetouan",
            "des",
            "amis",
            "A",
        ])
    };
    let arabic = || {
        prop::sample::select(vec![
            "جمعية",
            "الأمل",
            "الامل",
            "النور",
            "للتنمية",
            "والثقافة",
            "تطوان",
            "من",
            "أجل",
        ])
    };
    let name = |words: Vec<&str>| words.join(" ");
    let latin = prop::collection::vec(words(), 0..6).prop_map(name);
    let arabic = prop::collection::vec(arabic(), 0..6).prop_map(name);
    let city = prop::option::of(prop::sample::select(vec!["a1", "a2", "b1"]));
    let year = prop::option::of(2014i64..2017);
    let acronym = prop::option::of(prop::sample::select(vec!["AAA", "A.A.A", "BB"]));
    (latin, arabic, city, year, acronym).prop_map(|(fr, ar, city, year, acronym)| {
        let described = Description::new(Some(&text(&ar, &fr)), acronym);
        let province = city.map(|city| city[..1].to_owned());
        described.seated(city.map(str::to_owned), province).founded(None, year)
    })
}

proptest! {
    #[test]
    fn any_two_are_as_alike_one_way_as_the_other_and_none_is_more_like_one_than_itself(
        one in any_description(), other in any_description(),
    ) {
        let (there, back) = (one.resemblance(&other), other.resemblance(&one));
        prop_assert_eq!(there.score, back.score);
        prop_assert!((0.0..=1.0).contains(&there.score), "{:?}", there);
        let itself = one.resemblance(&one).score;
        prop_assert!(itself >= there.score, "{} < {:?}", itself, there);
    }

    #[test]
    fn any_text_is_compared(one in any::<String>(), other in any::<String>()) {
        let (one, other) = (of(&one, &other, "a1"), of(&other, &one, "a1"));
        prop_assert!((0.0..=1.0).contains(&one.resemblance(&other).score));
    }
}
