//! The seats that rows name: cities by code, by slug, or as people write them, and the provinces that follow from them.

use std::collections::{HashMap, HashSet};

use crate::associations::input::AssociationInput;
use crate::associations::model::Seat;
use crate::error::{Error, FieldRule, Reason, Result};
use crate::language::Text;
use crate::search::fold;

/// A city that may be a seat.
#[derive(Debug)]
pub(super) struct SeatCity {
    pub(super) code: String,
    pub(super) slug: String,
    pub(super) province_code: String,
    pub(super) name: Text,
}

/// The seats that there are.
#[derive(Debug, Default)]
pub struct Seats {
    /// Codes and slugs of the cities by their folded names.
    by_name: HashMap<String, Vec<(String, String)>>,
    /// The provinces of the cities, by their codes.
    provinces_of: HashMap<String, String>,
    provinces: HashSet<String>,
}

impl Seats {
    /// The seats in these cities and provinces.
    pub(super) fn new(cities: Vec<SeatCity>, provinces: impl IntoIterator<Item = String>) -> Self {
        let mut seats = Self { provinces: provinces.into_iter().collect(), ..Self::default() };
        for city in cities {
            for (_, name) in city.name.all() {
                let named = seats.by_name.entry(fold(name)).or_default();
                if named.iter().all(|(known, _)| *known != city.code) {
                    named.push((city.code.clone(), city.slug.clone()));
                }
            }
            seats.provinces_of.insert(city.code, city.province_code);
        }
        seats
    }

    /// The seat of what is written with a code; none where only the register itself can tell.
    pub(super) fn of(&self, input: &AssociationInput) -> Option<Seat> {
        let province = match (&input.city_code, &input.province_code) {
            (None, None) => return Some(Seat::default()),
            (None, Some(province)) => self.provinces.get(province)?,
            (Some(city), given) => self
                .provinces_of
                .get(city)
                .filter(|of_city| given.as_ref().is_none_or(|given| given == *of_city))?,
        };
        Some(Seat { city_code: input.city_code.clone(), province_code: Some(province.clone()) })
    }

    /// The code of the city that `text` names. What is no name is left as it is: it may be a code or a slug.
    ///
    /// # Errors
    /// 422 with the slugs, where several cities have the name.
    pub(super) fn code(&self, text: &str) -> Result<String> {
        match self.by_name.get(&fold(text)).map(Vec::as_slice) {
            None | Some([]) => Ok(text.to_owned()),
            Some([(code, _)]) => Ok(code.clone()),
            Some(several) if several.iter().any(|(code, slug)| code == text || slug == text) => {
                Ok(text.to_owned())
            }
            Some(several) => {
                let slugs: Vec<&str> = several.iter().map(|(_, slug)| slug.as_str()).collect();
                let reason = Reason::new(FieldRule::OneOf).with("allowed", slugs.join(", "));
                Err(Error::invalid_field("/city_code", reason))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(ar: &str, fr: &str) -> Text {
        Text { ar: Some(ar.to_owned()), fr: Some(fr.to_owned()), ..Text::default() }
    }

    #[test]
    fn a_city_is_known_by_its_names_unless_two_have_one() {
        let city = |code: &str, slug: &str, name| SeatCity {
            code: code.to_owned(),
            slug: slug.to_owned(),
            province_code: "02.411".to_owned(),
            name,
        };
        let cities = vec![
            city("02.411.01.23", "oujda", text("وجدة", "Oujda")),
            city("1", "oulad-said", text("أولاد سعيد", "Oulad Saïd")),
            city("2", "oulad-said-2", text("أولاد سعيد", "Oulad Said")),
        ];
        let seats = Seats::new(cities, []);
        for known in ["Oujda", "OUJDA ", "وجدة", "oujda"] {
            assert_eq!(seats.code(known).unwrap(), "02.411.01.23");
        }
        let refused = seats.code("Oulad Saïd").unwrap_err();
        assert!(refused.violations[0].reason.text(crate::language::Language::En).contains("oulad-said-2"));
        for other in ["oulad-said-2", "02.411.01.23", "nowhere"] {
            assert_eq!(seats.code(other).unwrap(), other);
        }
    }
}
