//! The pure rules of interests: what of an account and what of a nomination do not go together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::VariantNames;
use utoipa::ToSchema;

use crate::access::accounts::Affiliation;
use crate::database::types::Id;
use crate::search::{fold, words};

/// Why somebody takes no part in what becomes of a nomination: a juror, or an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantNames)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ConflictGround)]
pub enum Ground {
    /// The account belongs to what is nominated.
    Nominee,
    /// The account belongs to the city where the nominated association has its seat, or to an association that has its
    /// seat in the nominated city.
    NomineeCity,
    /// The account is the nominator, or belongs to the same city or association.
    Nominator,
    /// The account's organisation is that of the nominator, or is what is nominated.
    Organisation,
    /// The account bears the name of the legal representative of the nominated association.
    Representative,
    /// Something that only people can tell.
    Other,
}

/// What counts of an account at one time: a juror's, a chair's or an office's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFacts {
    /// Whose it is, and where it belongs.
    pub affiliation: Affiliation,
    /// The city where its association has its seat.
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

/// Why this account takes no part in what becomes of this nomination, as far as the register and the accounts tell.
pub fn conflict(account: &AccountFacts, nomination: &NominationFacts) -> Option<Ground> {
    let (own, nominator) = (&account.affiliation, &nomination.nominator);
    if same(&own.association_id, &nomination.association_id) || same(&own.city_code, &nomination.city_code) {
        Some(Ground::Nominee)
    } else if same(&own.city_code, &nomination.seat_city) || same(&account.seat_city, &nomination.city_code) {
        Some(Ground::NomineeCity)
    } else if same(&own.account_id, &nominator.account_id)
        || same(&own.city_code, &nominator.city_code)
        || same(&own.association_id, &nominator.association_id)
    {
        Some(Ground::Nominator)
    } else if same_name(&own.organisation, &nominator.organisation)
        || nomination.names.iter().any(|name| same_name(&own.organisation, &Some(name.clone())))
    {
        Some(Ground::Organisation)
    } else if same_person(
        own.name.as_deref().unwrap_or_default(),
        nomination.representative.as_deref().unwrap_or_default(),
    ) {
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
pub(super) fn same_name(one: &Option<String>, other: &Option<String>) -> bool {
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

    fn of(affiliation: Affiliation) -> AccountFacts {
        AccountFacts {
            affiliation: Affiliation { name: text("Amina Alaoui"), ..affiliation },
            seat_city: None,
        }
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
        let seated_in = |city: &str| AccountFacts { seat_city: text(city), ..member.clone() };
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
                name: None,
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
        let affiliation = Affiliation { name: text("…"), ..Affiliation::default() };
        let nameless = AccountFacts { affiliation, ..juror };
        assert_eq!(conflict(&nameless, &nomination("")), None);
    }
}
