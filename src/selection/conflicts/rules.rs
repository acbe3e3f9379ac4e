//! The pure rules of conflicts of interest: what becomes of an allegation.

use crate::error::{Code, Error, Result};
use crate::language::sentences::Told;
pub use crate::nominations::interests::Ground;
pub use crate::states::ConflictStatus as Status;

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

#[cfg(test)]
mod tests {
    use super::*;

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
