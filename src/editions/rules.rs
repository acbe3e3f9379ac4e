//! The pure rules of editions: their states, what each state allows, and when a city may have the title again.

use crate::error::{Code, Error};
use crate::language::sentences::Told;
pub use crate::states::EditionStatus as Status;

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
        Self::WITH_TITLE.contains(&self)
    }

    /// Whether criteria, weights and parameters stand firm, and the city is left to the designation: from the opening
    /// of the first call on.
    pub fn is_frozen(self) -> bool {
        self != Self::Draft
    }

    /// Whether nothing of the edition changes any more.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Archived | Self::Cancelled)
    }

    /// Whether the way from this state to another is only made by publishing a designation (or that the title is
    /// withheld), and cannot be asked for.
    pub fn comes_with_designation(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::Draft | Self::CityReview, Self::Designated) | (Self::CityReview, Self::Draft)
        )
    }

    /// Whether the edition counts among those of its year.
    pub fn is_live(self) -> bool {
        self != Self::Cancelled
    }
}

/// A change of state that cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongTransition {
    /// There is no such way.
    NoWay {
        /// The state that the edition is in.
        from: Status,
        /// The state that a postponed edition has left.
        postponed_from: Option<Status>,
        /// The state that was asked for.
        to: Status,
    },
    /// There is this way, but only a designation takes it.
    DesignationNeeded {
        /// The year of the edition.
        year: i64,
        /// The state that was asked for.
        to: Status,
    },
}

/// The states that an edition can be taken to: of a postponed one, where it came from (`postponed_from`) or its
/// cancellation.
pub fn ways(from: Status, postponed_from: Option<Status>) -> Vec<Status> {
    let open =
        |to: &Status| from != Status::Postponed || *to == Status::Cancelled || Some(*to) == postponed_from;
    from.allowed().iter().copied().filter(open).collect()
}

/// Goes from one state to another, if whoever asks can ask for that.
pub fn transition(
    year: i64,
    from: Status,
    postponed_from: Option<Status>,
    to: Status,
) -> Result<Status, WrongTransition> {
    if !ways(from, postponed_from).contains(&to) {
        return Err(WrongTransition::NoWay { from, postponed_from, to });
    }
    if from.comes_with_designation(to) {
        return Err(WrongTransition::DesignationNeeded { year, to });
    }
    Ok(to)
}

impl From<WrongTransition> for Error {
    fn from(wrong: WrongTransition) -> Self {
        match wrong {
            WrongTransition::DesignationNeeded { year, to } => Self::new(Code::DesignationNeeded)
                .telling("to", Told::terms("editions.status", [&to]))
                .with("year", year),
            WrongTransition::NoWay { from, postponed_from, to } => {
                let error = Self::new(Code::WrongState)
                    .telling("from", Told::terms("editions.status", [&from]))
                    .telling("to", Told::terms("editions.status", [&to]));
                let mut allowed = ways(from, postponed_from);
                allowed.retain(|to| !from.comes_with_designation(*to));
                error.with_ways("editions.status", &allowed)
            }
        }
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
    use Status::*;
    use proptest::prelude::*;

    use super::*;

    /// The table again, as the product's page tells it; the last column is whether only a designation goes that way.
    const WAYS: [(Status, Status, bool); 23] = [
        (Draft, CityCallOpen, false),
        (CityCallOpen, CityReview, false),
        (CityReview, Designated, true),
        (Designated, HonoursCallOpen, false),
        (HonoursCallOpen, HonoursReview, false),
        (HonoursReview, InProgress, false),
        (InProgress, Completed, false),
        (Completed, Archived, false),
        // The title is withheld, or given directly.
        (CityReview, Draft, true),
        (Draft, Designated, true),
        // Postponed, and back to where it was.
        (Designated, Postponed, false),
        (HonoursCallOpen, Postponed, false),
        (HonoursReview, Postponed, false),
        (Postponed, Designated, false),
        (Postponed, HonoursCallOpen, false),
        (Postponed, HonoursReview, false),
        // Cancelled before it is in progress.
        (Draft, Cancelled, false),
        (CityCallOpen, Cancelled, false),
        (CityReview, Cancelled, false),
        (Designated, Cancelled, false),
        (HonoursCallOpen, Cancelled, false),
        (HonoursReview, Cancelled, false),
        (Postponed, Cancelled, false),
    ];

    fn in_table(from: Status, to: Status) -> Option<bool> {
        let row = WAYS.iter().find(|(one, other, _)| (*one, *other) == (from, to));
        row.map(|(_, _, designation)| *designation)
    }

    proptest! {
        #[test]
        fn any_sequence_of_transitions_keeps_to_the_table(
            asked in prop::collection::vec((0..Status::ALL.len(), any::<bool>()), 0..40)
        ) {
            let (mut status, mut left) = (Draft, None);
            for (place, by_designation) in asked {
                let (before, to) = (status, Status::ALL[place]);
                let returns = before != Postponed || to == Cancelled || Some(to) == left;
                match transition(2027, before, left, to) {
                    Ok(after) => {
                        prop_assert_eq!(in_table(before, to), Some(false));
                        prop_assert!(returns, "{:?} goes to {:?} and not back to {:?}", before, to, left);
                        prop_assert_eq!(after, to);
                        status = after;
                    }
                    Err(WrongTransition::DesignationNeeded { year, to: told }) => {
                        prop_assert_eq!(in_table(before, to), Some(true));
                        prop_assert_eq!((year, told), (2027, to));
                        if by_designation {
                            status = to;
                        }
                    }
                    Err(WrongTransition::NoWay { from, to: told, .. }) => {
                        prop_assert!(in_table(before, to).is_none() || !returns);
                        prop_assert_eq!((from, told), (before, to));
                    }
                }
                left = match status {
                    Postponed if before == Postponed => left,
                    Postponed => Some(before),
                    _ => None,
                };
            }
        }
    }

    #[test]
    fn a_wrong_transition_names_what_can_be_asked_for() {
        let allowed = |from, postponed_from, to| {
            let error = Error::from(transition(2027, from, postponed_from, to).unwrap_err());
            let values = error.values.clone();
            values.into_iter().find(|(name, _)| *name == "allowed").map(|(_, allowed)| allowed)
        };
        let told = |words: &[&str]| Told::terms("editions.status", words);
        assert_eq!(allowed(Draft, None, Completed).unwrap(), told(&["city_call_open", "cancelled"]));
        assert_eq!(allowed(CityReview, None, Completed).unwrap(), told(&["cancelled"]));
        assert_eq!(
            allowed(Postponed, Some(HonoursReview), Designated).unwrap(),
            told(&["honours_review", "cancelled"])
        );
        assert_eq!(allowed(Archived, None, Completed).unwrap(), told(&[]));
        assert_eq!(allowed(CityReview, None, Designated), None);
    }

    #[test]
    fn an_edition_is_closed_when_no_way_leads_on() {
        for status in Status::ALL {
            assert_eq!(status.is_closed(), status.allowed().is_empty(), "{status:?}");
        }
    }

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
        assert_eq!(Status::ALL.len(), <Status as strum::VariantNames>::VARIANTS.len());
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
