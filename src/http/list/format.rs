//! The forms in which a list leaves.

use crate::database::listing::ListSpec;

/// The form in which a list leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Geojson,
    Ndjson,
    Csv,
    Xlsx,
}

impl Format {
    /// The forms that a list has, the natural one first.
    pub(super) fn of(spec: &ListSpec) -> Vec<Self> {
        let geojson = spec.place.is_some().then_some(Self::Geojson);
        std::iter::once(Self::Json).chain(geojson).chain([Self::Ndjson, Self::Csv, Self::Xlsx]).collect()
    }

    /// The word in `format`, which is also the ending of a file.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Geojson => "geojson",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Geojson => "application/geo+json",
            Self::Ndjson => "application/x-ndjson",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        if self == Self::Csv { "text/csv; charset=utf-8; header=present" } else { self.media_type() }
    }

    /// Whether it has items alone, and no place for what is said about the list.
    pub(super) fn is_file(self) -> bool {
        matches!(self, Self::Ndjson | Self::Csv | Self::Xlsx)
    }

    /// Whether it has columns.
    pub(super) fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Xlsx)
    }

    /// Whether the whole list can leave in it.
    pub(super) fn can_be_whole(self) -> bool {
        self != Self::Json
    }
}
