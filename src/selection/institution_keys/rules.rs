//! The way of an institution's key through its states. Pure.

use crate::error::{Code, Error};
use crate::language::sentences::Told;
pub use crate::states::InstitutionKeyStatus as Status;

/// The most keys of an account that are registered or confirmed.
pub const MOST_KEYS: i64 = 5;

impl Status {
    /// The states that this one can be left for: the whole table of transitions, a row a state.
    pub fn allowed(self) -> &'static [Self] {
        match self {
            Self::Registered => &[Self::Confirmed, Self::Revoked],
            Self::Confirmed => &[Self::Revoked],
            Self::Revoked => &[],
        }
    }
}

/// Goes from one state to another, if the table has that way.
pub fn transition(from: Status, to: Status) -> Result<Status, Error> {
    if from.allowed().contains(&to) {
        return Ok(to);
    }
    let error = Error::new(Code::WrongState)
        .telling("from", Told::terms("institution_keys.status", [&from]))
        .telling("to", Told::terms("institution_keys.status", [&to]));
    Err(error.with_ways("institution_keys.status", from.allowed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_forward_alone() {
        use Status::{Confirmed, Registered, Revoked};
        let ways = [(Registered, Confirmed), (Registered, Revoked), (Confirmed, Revoked)];
        for from in <Status as strum::VariantArray>::VARIANTS {
            for to in <Status as strum::VariantArray>::VARIANTS {
                assert_eq!(
                    transition(*from, *to).is_ok(),
                    ways.contains(&(*from, *to)),
                    "{from:?} to {to:?}"
                );
            }
        }
        let error = transition(Confirmed, Registered).unwrap_err();
        assert!(error.values.contains(&("allowed", Told::terms("institution_keys.status", ["revoked"]))));
        assert!(transition(Revoked, Confirmed).unwrap_err().violations.is_empty());
    }
}
