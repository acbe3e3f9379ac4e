//! What the initiative says of itself: compiled in, not kept in the database, for nobody writes it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Error, Result};
use crate::language::{LocalizedText, Text};

/// The initiative as `data/editions.json` has it.
pub struct Initiative {
    /// Its title.
    pub title: Text,
    source: Source,
}

#[derive(Deserialize)]
struct Source {
    title_ar: String,
    title_fr: String,
    launched_year: i64,
    agreement: SourceAgreement,
    criteria_ar: Vec<String>,
    criteria_sources: Vec<String>,
}

#[derive(Deserialize)]
struct SourceAgreement {
    year: i64,
    parties_ar: Vec<String>,
    sources: Vec<String>,
}

/// What the initiative says of itself, with the sources.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Initiative)]
pub struct PublicInitiative {
    /// Its title.
    title: LocalizedText,
    /// The year in which it was launched.
    #[schema(examples(2018))]
    launched_year: i64,
    /// The agreement that it rests on.
    agreement: Agreement,
    /// Its criteria, in the ministry's own words.
    criteria: Criteria,
}

/// An agreement between institutions.
#[derive(Debug, Serialize, ToSchema)]
struct Agreement {
    /// The year of the agreement.
    #[schema(examples(2018))]
    year: i64,
    /// Who agreed.
    parties: Vec<LocalizedText>,
    /// Web addresses that say so.
    sources: Vec<String>,
}

/// Criteria of the initiative.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InitiativeCriteria)]
struct Criteria {
    /// The criteria.
    items: Vec<LocalizedText>,
    /// Web addresses that say so.
    sources: Vec<String>,
}

/// Reads the initiative.
pub fn initiative() -> Result<Initiative> {
    let source: Source =
        serde_json::from_str(include_str!("../../data/editions.json")).map_err(Error::internal)?;
    let title =
        Text { ar: Some(source.title_ar.clone()), fr: Some(source.title_fr.clone()), ..Text::default() };
    Ok(Initiative { title, source })
}

impl Initiative {
    /// The initiative as everybody may see it.
    pub fn public(&self) -> PublicInitiative {
        let Source { launched_year, agreement, criteria_ar, criteria_sources, .. } = &self.source;
        PublicInitiative {
            title: self.title.clone().into(),
            launched_year: *launched_year,
            agreement: Agreement {
                year: agreement.year,
                parties: arabic(&agreement.parties_ar),
                sources: agreement.sources.clone(),
            },
            criteria: Criteria { items: arabic(criteria_ar), sources: criteria_sources.clone() },
        }
    }
}

fn arabic(texts: &[String]) -> Vec<LocalizedText> {
    texts.iter().map(|text| Text { ar: Some(text.clone()), ..Text::default() }.into()).collect()
}
