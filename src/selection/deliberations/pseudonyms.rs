//! The words under which jurors stand in a record.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};

use crate::database::types::Id;
use crate::error::{Error, Result};

/// Gives each juror a pseudonym, in a random order that is kept nowhere else: neither the salt of the record nor
/// anything that is published leads back to it.
pub(super) fn draw(jurors: BTreeSet<Id>) -> Result<BTreeMap<Id, String>> {
    let random = SystemRandom::new();
    let mut drawn = Vec::with_capacity(jurors.len());
    for juror in jurors {
        let mut lot = [0_u8; 16];
        random.fill(&mut lot).map_err(|_| Error::internal("no randomness"))?;
        drawn.push((lot, juror));
    }
    drawn.sort_unstable();
    Ok((1..).zip(drawn).map(|(place, (_, juror))| (juror, format!("juror-{place}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_pseudonyms_says_nothing_of_the_jurors() {
        let jurors: BTreeSet<Id> = (0..12).map(|_| Id::new()).collect();
        let draws: BTreeSet<_> =
            (0..3).map(|_| draw(jurors.clone()).unwrap().into_iter().collect::<Vec<_>>()).collect();
        assert_eq!(draws.len(), 3, "twelve jurors are not drawn in the same order again");
        let words: BTreeSet<String> = draw(jurors).unwrap().into_values().collect();
        assert_eq!(words, (1..=12).map(|place| format!("juror-{place}")).collect());
    }
}
