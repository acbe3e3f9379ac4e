//! The pure rules of conflicts of interest: what of a juror and what of a nomination do not go together, and what becomes
//! of an allegation.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use crate::database::types::Id;
use crate::error::{Code, Error, Result};
use crate::language::sentences::Told;
use crate::search::{fold, words};
pub use crate::states::ConflictStatus as Status;

/// Why a juror cannot evaluate a nomination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ConflictGround)]
pub enum Ground {
    /// The juror belongs to what is nominated.
    Nominee,
    /// The juror belongs to the city where the nominated association has its seat, or to an association that has its
    /// seat in the nominated city.
    NomineeCity,
    /// The juror is the nominator, or belongs to the same city or association.
    Nominator,
    /// The juror's organisation is that of the nominator, or is what is nominated.
    Organisation,
    /// The juror bears the name of the legal representative of the nominated association.
    Representative,
    /// Something that only people can tell.
    Other,
}

impl Status {
    /// The states that this one can be left for.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Reported => &[Self::Confirmed, Self::Dismissed, Self::Settled],
            Self::Confirmed | Self::Dismissed | Self::Settled => &[],
        }
    }

    /// Whether an office can ask for this one.
    pub fn can_be_asked_for(self) -> bool {
        matches!(self, Self::Confirmed | Self::Dismissed)
    }
}

/// Refuses to take a conflict `from` a state (none of a declaration that there is none) `to` another that cannot be asked
/// for there.
pub fn check_transition(from: Option<Status>, to: Status) -> Result<()> {
    let allowed = from.map(Status::allowed).unwrap_or_default();
    let ways = allowed.iter().filter(|status| status.can_be_asked_for());
    if ways.clone().any(|status| *status == to) {
        return Ok(());
    }
    let ways: Vec<&Status> = ways.collect();
    let from = match from {
        Some(from) => Told::terms("conflicts.status", [from]),
        None => Told::terms("conflicts.kind", ["none_declared"]),
    };
    let error = Error::new(Code::WrongState)
        .telling("from", from)
        .telling("to", Told::terms("conflicts.status", [&to]));
    Err(error.with_ways("conflicts.status", &ways))
}

/// Where somebody belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Affiliation {
    /// The account; none of somebody whose account is gone.
    pub account_id: Option<Id>,
    /// The city that the account belongs to.
    pub city_code: Option<String>,
    /// The association that the account belongs to.
    pub association_id: Option<Id>,
    /// The name of the organisation that the account belongs to.
    pub organisation: Option<String>,
}

/// What counts of a juror.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JurorFacts {
    /// Where the juror belongs.
    pub affiliation: Affiliation,
    /// The juror's name.
    pub name: String,
    /// The city where the juror's association has its seat.
    pub seat_city: Option<String>,
}

/// What counts of a nomination.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NominationFacts {
    /// The nominated city.
    pub city_code: Option<String>,
    /// The nominated association.
    pub association_id: Option<Id>,
    /// The city where the nominated association has its seat.
    pub seat_city: Option<String>,
    /// The names of the nominated association, and its acronym.
    pub names: Vec<String>,
    /// The name of its legal representative: internal, it only ever becomes a ground.
    pub representative: Option<String>,
    /// Where its nominator belongs.
    pub nominator: Affiliation,
}

/// Why this juror cannot evaluate this nomination, as far as the register and the accounts tell.
pub fn conflict(juror: &JurorFacts, nomination: &NominationFacts) -> Option<Ground> {
    let (of_juror, nominator) = (&juror.affiliation, &nomination.nominator);
    if same(&of_juror.association_id, &nomination.association_id)
        || same(&of_juror.city_code, &nomination.city_code)
    {
        Some(Ground::Nominee)
    } else if same(&of_juror.city_code, &nomination.seat_city)
        || same(&juror.seat_city, &nomination.city_code)
    {
        Some(Ground::NomineeCity)
    } else if same(&of_juror.account_id, &nominator.account_id)
        || same(&of_juror.city_code, &nominator.city_code)
        || same(&of_juror.association_id, &nominator.association_id)
    {
        Some(Ground::Nominator)
    } else if same_name(&of_juror.organisation, &nominator.organisation)
        || nomination.names.iter().any(|name| same_name(&of_juror.organisation, &Some(name.clone())))
    {
        Some(Ground::Organisation)
    } else if same_person(&juror.name, nomination.representative.as_deref().unwrap_or_default()) {
        Some(Ground::Representative)
    } else {
        None
    }
}

/// Whether both are known and the same.
fn same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && one == other
}

/// Whether both are known and written alike, but for accents, case and signs.
fn same_name(one: &Option<String>, other: &Option<String>) -> bool {
    let folded = |name: &Option<String>| fold(name.as_deref().unwrap_or_default());
    !folded(one).is_empty() && folded(one) == folded(other)
}

/// Whether both names are of the same words, in whatever order: family names come first or last.
fn same_person(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let sorted = |name: &'_ str| words(name).map(str::to_owned).collect::<BTreeSet<_>>();
    !one.is_empty() && sorted(&one) == sorted(&other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn of(affiliation: Affiliation) -> JurorFacts {
        JurorFacts { affiliation, name: "Amina Alaoui".to_owned(), seat_city: None }
    }

    #[test]
    fn whoever_belongs_to_the_nominee_or_its_city_is_in_conflict() {
        let association = Id::new();
        let of_city = NominationFacts { city_code: text("03.231.01.0"), ..NominationFacts::default() };
        let of_association = NominationFacts {
            association_id: Some(association),
            seat_city: text("02.411.01.23"),
            ..NominationFacts::default()
        };
        let from = |city: &str| of(Affiliation { city_code: text(city), ..Affiliation::default() });
        let member = of(Affiliation { association_id: Some(association), ..Affiliation::default() });
        let seated_in = |city: &str| JurorFacts { seat_city: text(city), ..member.clone() };
        for (juror, nomination, expected) in [
            (from("03.231.01.0"), &of_city, Some(Ground::Nominee)),
            (from("02.411.01.23"), &of_city, None),
            (seated_in("03.231.01.0"), &of_city, Some(Ground::NomineeCity)),
            (seated_in("02.411.01.23"), &of_city, None),
            (member.clone(), &of_association, Some(Ground::Nominee)),
            (from("02.411.01.23"), &of_association, Some(Ground::NomineeCity)),
            (from("03.231.01.0"), &of_association, None),
            (of(Affiliation::default()), &of_city, None),
            (of(Affiliation::default()), &of_association, None),
        ] {
            assert_eq!(conflict(&juror, nomination), expected, "{juror:?} {nomination:?}");
        }
    }

    #[test]
    fn whoever_stands_by_the_nominator_is_in_conflict() {
        let (account, association) = (Id::new(), Id::new());
        let nomination = NominationFacts {
            nominator: Affiliation {
                account_id: Some(account),
                city_code: text("03.231.01.0"),
                association_id: Some(association),
                organisation: text("Fédération des quartiers"),
            },
            names: vec!["Association Amal".to_owned(), "AA".to_owned()],
            ..NominationFacts::default()
        };
        let none = Affiliation::default();
        for (affiliation, expected) in [
            (Affiliation { account_id: Some(account), ..none.clone() }, Some(Ground::Nominator)),
            (Affiliation { city_code: text("03.231.01.0"), ..none.clone() }, Some(Ground::Nominator)),
            (Affiliation { association_id: Some(association), ..none.clone() }, Some(Ground::Nominator)),
            (
                Affiliation { organisation: text("FEDERATION  des Quartiers"), ..none.clone() },
                Some(Ground::Organisation),
            ),
            (
                Affiliation { organisation: text("association amal"), ..none.clone() },
                Some(Ground::Organisation),
            ),
            (Affiliation { organisation: text("A.A."), ..none.clone() }, None),
            (Affiliation { organisation: text("aa"), ..none.clone() }, Some(Ground::Organisation)),
            (Affiliation { organisation: text("Université"), ..none }, None),
        ] {
            assert_eq!(conflict(&of(affiliation.clone()), &nomination), expected, "{affiliation:?}");
        }
    }

    #[test]
    fn the_legal_representative_is_known_by_the_words_of_the_name() {
        let nomination =
            |name: &str| NominationFacts { representative: text(name), ..NominationFacts::default() };
        let juror = of(Affiliation::default());
        for name in ["Amina Alaoui", "ALAOUI Amina", "Âmina  alaoui"] {
            assert_eq!(conflict(&juror, &nomination(name)), Some(Ground::Representative), "{name}");
        }
        for name in ["Amina", "Amina Alaoui Idrissi", "", "-"] {
            assert_eq!(conflict(&juror, &nomination(name)), None, "{name}");
        }
        let nameless = JurorFacts { name: "…".to_owned(), ..juror };
        assert_eq!(conflict(&nameless, &nomination("")), None);
    }

    #[test]
    fn an_allegation_is_decided_once() {
        for from in <Status as strum::VariantArray>::VARIANTS.iter().copied() {
            for to in <Status as strum::VariantArray>::VARIANTS.iter().copied() {
                let way = from == Status::Reported && to != Status::Reported;
                assert_eq!(from.allowed().contains(&to), way, "{from:?} → {to:?}");
                let asked = way && to != Status::Settled;
                assert_eq!(check_transition(Some(from), to).is_ok(), asked, "{from:?} → {to:?}");
            }
            assert!(check_transition(None, from).is_err(), "where nothing was alleged nothing is decided");
        }
    }
}
