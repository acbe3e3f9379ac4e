//! The pure rules of editions: their states, what each state allows, and when a city may have the title again.

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

/// The state of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = EditionStatus)]
pub enum Status {
    /// It is being prepared.
    Draft,
    /// Cities can be nominated.
    CityCallOpen,
    /// The nominations of cities are examined.
    CityReview,
    /// A city has the title.
    Designated,
    /// Associations can be nominated for an honour.
    HonoursCallOpen,
    /// The nominations of associations are examined.
    HonoursReview,
    /// The celebrations are under way.
    InProgress,
    /// The celebrations are over.
    Completed,
    /// Nothing changes any more.
    Archived,
    /// It has been put off to another year; its city keeps the title.
    Postponed,
    /// It does not take place.
    Cancelled,
}

impl Status {
    /// All states, in the order of an edition's life.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::CityCallOpen,
        Self::CityReview,
        Self::Designated,
        Self::HonoursCallOpen,
        Self::HonoursReview,
        Self::InProgress,
        Self::Completed,
        Self::Archived,
        Self::Postponed,
        Self::Cancelled,
    ];

    /// The states that may follow. Of those that may follow [`Status::Postponed`], only the one that the edition left
    /// (or its cancellation) may do so in a given case.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::CityCallOpen, Self::Designated, Self::Cancelled],
            Self::CityCallOpen => &[Self::CityReview, Self::Cancelled],
            // Back to the draft when the title is withheld.
            Self::CityReview => &[Self::Designated, Self::Draft, Self::Cancelled],
            Self::Designated => &[Self::HonoursCallOpen, Self::Postponed, Self::Cancelled],
            Self::HonoursCallOpen => &[Self::HonoursReview, Self::Postponed, Self::Cancelled],
            Self::HonoursReview => &[Self::InProgress, Self::Postponed, Self::Cancelled],
            Self::InProgress => &[Self::Completed],
            Self::Completed => &[Self::Archived],
            Self::Postponed => {
                &[Self::Designated, Self::HonoursCallOpen, Self::HonoursReview, Self::Cancelled]
            }
            Self::Archived | Self::Cancelled => &[],
        }
    }

    /// Whether the edition's city is, or was, capital.
    pub fn has_title(self) -> bool {
        !matches!(self, Self::Draft | Self::CityCallOpen | Self::CityReview | Self::Cancelled)
    }

    /// Whether criteria, weights and parameters stand firm, and the city is left to the designation: from the opening
    /// of the first call on.
    pub fn is_frozen(self) -> bool {
        self != Self::Draft
    }

    /// Whether the edition counts among those of its year.
    pub fn is_live(self) -> bool {
        self != Self::Cancelled
    }
}

/// The year whose title keeps a city from the title of `year`, the latest of several. `titles` are the years in which
/// the city was capital, `editions` the years of all live editions, and `pause` how many of these must lie between two
/// titles; without a pause a city never has the title twice.
pub fn title_in_the_way(year: i64, pause: Option<i64>, titles: &[i64], editions: &[i64]) -> Option<i64> {
    let between = |title: i64| {
        let (first, last) = (title.min(year), title.max(year));
        let count = editions.iter().filter(|edition| first < **edition && **edition < last).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    titles.iter().copied().filter(|title| pause.is_none_or(|pause| between(*title) < pause)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_postponed_between_designation_and_start_and_returns_to_where_it_was() {
        let left: Vec<Status> =
            Status::ALL.into_iter().filter(|status| status.allowed().contains(&Status::Postponed)).collect();
        assert_eq!(left, [Status::Designated, Status::HonoursCallOpen, Status::HonoursReview]);
        assert!(left.iter().all(|status| Status::Postponed.allowed().contains(status)));
    }

    #[test]
    fn an_edition_is_cancelled_only_before_it_starts() {
        for status in Status::ALL {
            let started = matches!(status, Status::InProgress | Status::Completed | Status::Archived);
            let can_be_cancelled = status.allowed().contains(&Status::Cancelled);
            assert_eq!(can_be_cancelled, !started && status != Status::Cancelled, "{status:?}");
        }
    }

    #[test]
    fn every_state_can_be_reached_and_none_follows_itself() {
        for status in Status::ALL {
            let reached = Status::ALL.iter().any(|before| before.allowed().contains(&status));
            assert!(reached || status == Status::Draft, "{status:?}");
            assert!(!status.allowed().contains(&status), "{status:?}");
        }
        assert_eq!(Status::ALL.len(), Status::VARIANTS.len());
    }

    #[test]
    fn the_title_comes_with_the_designation_and_goes_with_the_cancellation() {
        let untitled: Vec<Status> = Status::ALL.into_iter().filter(|status| !status.has_title()).collect();
        assert_eq!(untitled, [Status::Draft, Status::CityCallOpen, Status::CityReview, Status::Cancelled]);
    }

    #[test]
    fn a_city_waits_for_the_title_as_long_as_the_edition_says() {
        let editions = [2018, 2019, 2022, 2023, 2025];
        assert_eq!(title_in_the_way(2026, None, &[2018], &editions), Some(2018));
        assert_eq!(title_in_the_way(2026, Some(4), &[2018], &editions), None);
        assert_eq!(title_in_the_way(2026, Some(5), &[2018], &editions), Some(2018));
        assert_eq!(title_in_the_way(2026, Some(1), &[2025], &editions), Some(2025));
        assert_eq!(title_in_the_way(2026, Some(0), &[2025], &editions), None);
        assert_eq!(title_in_the_way(2026, None, &[], &editions), None);
    }
}
