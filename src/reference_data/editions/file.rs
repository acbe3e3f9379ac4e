//! The form of `data/editions.json`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::editions::events::model::EventKind;
use crate::editions::partners::model::PartnerKind;
use crate::editions::sources::Source;

#[derive(Deserialize)]
pub(super) struct File {
    pub(super) criteria_ar: Vec<String>,
    pub(super) criteria_sources: Vec<String>,
    pub(super) years_without_edition: Vec<YearWithoutEdition>,
    pub(super) editions: Vec<Edition>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Edition {
    pub(super) year: i64,
    pub(super) ordinal: i64,
    pub(super) commune_code: String,
    pub(super) name_ar: String,
    pub(super) name_fr: String,
    pub(super) designated_on: Option<NaiveDate>,
    pub(super) designated_for_year: i64,
    pub(super) start_date: Option<NaiveDate>,
    pub(super) end_date: Option<NaiveDate>,
    pub(super) uncertain: Vec<String>,
    pub(super) start_note: Option<String>,
    pub(super) end_note: Option<String>,
    pub(super) theme_ar: Option<String>,
    pub(super) theme_fr: Option<String>,
    pub(super) high_patronage: Option<bool>,
    pub(super) postponed: Option<Postponed>,
    pub(super) honours: Honours,
    pub(super) next_city_announced: Option<NextCity>,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) sources: Vec<Source>,
    pub(super) organisers: Vec<Name>,
    pub(super) partners: Vec<Partner>,
    pub(super) events: Vec<Event>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Postponed {
    pub(super) from_year: i64,
    pub(super) to_year: i64,
    pub(super) reason_ar: String,
    pub(super) reason_fr: String,
    pub(super) sources: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Honours {
    pub(super) stated: Option<String>,
    pub(super) names_found: bool,
    pub(super) source: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct NextCity {
    pub(super) commune_code: String,
    pub(super) for_year: i64,
    pub(super) note: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Conflict {
    pub(super) field: String,
    pub(super) says: String,
    pub(super) url: String,
    pub(super) why_not_kept: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Name {
    pub(super) ar: Option<String>,
    pub(super) fr: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Partner {
    #[serde(flatten)]
    pub(super) name: Name,
    pub(super) kind: PartnerKind,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    pub(super) title_ar: Option<String>,
    pub(super) title_fr: Option<String>,
    pub(super) start: Option<NaiveDate>,
    pub(super) end: Option<NaiveDate>,
    pub(super) place_ar: Option<String>,
    pub(super) place_fr: Option<String>,
    pub(super) sources: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct YearWithoutEdition {
    pub(super) year: i64,
    pub(super) why: String,
    pub(super) why_ar: String,
    pub(super) why_fr: String,
    pub(super) sources: Vec<String>,
}

/// Something that belongs to an edition, at its place in the file.
pub(super) struct Part<T> {
    pub(super) edition_year: i64,
    pub(super) position: usize,
    pub(super) content: T,
}

pub(super) struct Criterion {
    pub(super) name_ar: String,
    pub(super) sources: Vec<String>,
}

impl File {
    fn parts<T>(&self, contents: impl Fn(&Edition) -> Vec<T>) -> Vec<Part<T>> {
        let numbered = |edition: &Edition| {
            let year = edition.year;
            let contents = contents(edition).into_iter().enumerate();
            contents.map(move |(position, content)| Part { edition_year: year, position, content })
        };
        self.editions.iter().flat_map(numbered).collect()
    }

    pub(super) fn events(&self) -> Vec<Part<Event>> {
        self.parts(|edition| edition.events.clone())
    }

    /// The organisers are partners of the first kind.
    pub(super) fn partners(&self) -> Vec<Part<Partner>> {
        self.parts(|edition| {
            let organisers = edition.organisers.iter().cloned();
            let organisers = organisers.map(|name| Partner { name, kind: PartnerKind::Organiser });
            organisers.chain(edition.partners.iter().cloned()).collect()
        })
    }

    /// The ministry's three criteria are those of every edition so far; no weights were published.
    pub(super) fn criteria(&self) -> Vec<Part<Criterion>> {
        self.parts(|_| {
            let criteria = self.criteria_ar.iter();
            let sources = &self.criteria_sources;
            criteria.map(|name| Criterion { name_ar: name.clone(), sources: sources.clone() }).collect()
        })
    }
}

impl<T> Part<T> {
    /// Its place in the edition's list, from 1.
    pub(super) fn place(&self) -> i64 {
        i64::try_from(self.position).unwrap_or(i64::MAX).saturating_add(1)
    }
}
