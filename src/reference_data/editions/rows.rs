//! What the file says, as the rows that are kept.

use std::collections::BTreeMap;

use super::file::{Conflict, Criterion, Edition, Event, Honours, NextCity, Part, Partner, Postponed};
use crate::database::types::{Id, Json, Keyword};
use crate::editions::criteria::{CriterionRow, NominationKind};
use crate::editions::events::model::{EventInput, EventRow};
use crate::editions::input::EditionInput;
use crate::editions::model::EditionRow;
use crate::editions::partners::model::{PartnerInput, PartnerRow};
use crate::editions::rules::Status;
use crate::editions::sources::{
    HonoursStatement, NextCityAnnounced, Postponement, Provenance, Source, SourceConflict,
};
use crate::language::{Name, Text};
use crate::reference_data::loading::text;
use crate::validation::{ShortLine, WebAddress};

/// The data set says some things in English.
fn english(text: &str) -> Text {
    Text { en: Some(text.to_owned()), ..Text::default() }
}

/// The public names of the fields that the data set calls otherwise.
fn field(name: &str) -> String {
    match name {
        "start_date" => "starts_on",
        "end_date" => "ends_on",
        "theme_ar" | "theme_fr" => "theme",
        "name_ar" | "name_fr" => "name",
        "city" => "city_code",
        "postponed" => "postponement",
        "honours" => "honours_statement",
        other => other,
    }
    .to_owned()
}

impl Edition {
    fn input(&self) -> EditionInput {
        let theme = text(self.theme_ar.as_deref(), self.theme_fr.as_deref());
        EditionInput {
            year: self.year,
            designated_for_year: Some(self.designated_for_year),
            ordinal: Some(self.ordinal),
            name: text(Some(&self.name_ar), Some(&self.name_fr)).into(),
            theme: Some(theme).filter(|theme| theme.all().next().is_some()).map(Name),
            slogan: None,
            strategy_programme: None,
            city_code: Some(self.commune_code.clone()),
            high_patronage: self.high_patronage,
            designated_on: self.designated_on,
            starts_on: self.start_date,
            ends_on: self.end_date,
            city_call: None,
            honours_call: None,
            parameters: None,
            sources: self.sources.iter().map(public_source).collect(),
        }
    }

    pub(super) fn row(&self, id: Id) -> EditionRow {
        let notes = [("starts_on", &self.start_note), ("ends_on", &self.end_note)];
        let notes: BTreeMap<String, Text> = notes
            .into_iter()
            .filter_map(|(field, note)| Some((field.to_owned(), english(note.as_ref()?))))
            .collect();
        let base = EditionRow::new(id, &self.input(), Some(self.commune_code.clone()));
        EditionRow {
            status: Keyword(Status::Completed),
            postponement: self.postponed.as_ref().map(|postponed| Json(postponed.public())),
            next_city_announced: self.next_city_announced.as_ref().map(|next| Json(next.public())),
            honours_statement: self.honours.public().map(Json),
            provenance: Json(Provenance {
                uncertain: self.uncertain.iter().map(|name| field(name)).collect(),
                notes,
                conflicts: self.conflicts.iter().map(Conflict::public).collect(),
                sources: base.provenance.0.sources.clone(),
            }),
            ..base
        }
    }
}

fn public_source(source: &Source) -> Source {
    let supports = source.supports.iter().map(|name| ShortLine(field(&name.0)));
    Source { url: source.url.clone(), supports: supports.collect() }
}

impl Postponed {
    fn public(&self) -> Postponement {
        Postponement {
            from_year: self.from_year,
            to_year: self.to_year,
            reason: text(Some(&self.reason_ar), Some(&self.reason_fr)),
            sources: self.sources.clone(),
        }
    }
}

impl NextCity {
    fn public(&self) -> NextCityAnnounced {
        NextCityAnnounced {
            city_code: self.commune_code.clone(),
            for_year: self.for_year,
            note: self.note.as_deref().map(english),
        }
    }
}

impl Honours {
    /// Nothing when no source says anything.
    fn public(&self) -> Option<HonoursStatement> {
        let stated = self.stated.as_deref().map(english);
        (stated.is_some() || self.names_found || self.source.is_some()).then(|| HonoursStatement {
            stated,
            names_found: self.names_found,
            source: self.source.clone(),
        })
    }
}

impl Conflict {
    fn public(&self) -> SourceConflict {
        SourceConflict {
            field: field(&self.field),
            says: self.says.clone(),
            url: self.url.clone(),
            why_not_kept: english(&self.why_not_kept),
        }
    }
}

impl Part<Event> {
    pub(super) fn row(&self, edition_id: Id) -> EventRow {
        let event = &self.content;
        let place = text(event.place_ar.as_deref(), event.place_fr.as_deref());
        let input = EventInput {
            kind: event.kind,
            title: text(event.title_ar.as_deref(), event.title_fr.as_deref()).into(),
            starts_on: event.start,
            ends_on: event.end,
            place: Some(place).filter(|place| place.all().next().is_some()).map(Name),
            sources: event.sources.iter().cloned().map(WebAddress).collect(),
        };
        EventRow::new(edition_id, self.place(), input)
    }
}

impl Part<Partner> {
    pub(super) fn row(&self, edition_id: Id) -> PartnerRow {
        let Partner { name, kind } = &self.content;
        let input = PartnerInput { kind: *kind, name: text(name.ar.as_deref(), name.fr.as_deref()).into() };
        PartnerRow::new(edition_id, self.place(), input)
    }
}

impl Part<Criterion> {
    /// Of the three criteria the first is about the city, the others about the associations.
    pub(super) fn row(&self, edition_id: Id) -> CriterionRow {
        let (kind, code) = match self.position {
            0 => (NominationKind::City, "many_active_associations"),
            1 => (NominationKind::Association, "national_voluntary_non_profit_non_political"),
            _ => (NominationKind::Association, "activities_fit_values"),
        };
        let name = Text { ar: Some(self.content.name_ar.clone()), ..Text::default() };
        let row = CriterionRow::new(edition_id, self.place(), kind, code, name);
        CriterionRow { sources: Json(self.content.sources.clone()), ..row }
    }
}
