//! Which credentials are an account's own, and when they may sign. Pure.

use crate::access::accounts::secrets::model::SecretRow;
use crate::access::accounts::secrets::provenance::model::Maker;
use crate::database::types::UtcTime;

/// Seconds for which a credential signs nothing that has taken the place of one which the account had made itself: a day,
/// in which its holder notices that the own credential is good no more, and objects.
const REST: i64 = 24 * 60 * 60;

/// Until when an account signs and decides nothing whose roles, or what it belongs to, were changed at this time: as long
/// as a credential that took the place of another, and for the same reason.
pub(super) fn settles_at(roles_changed_at: UtcTime) -> UtcTime {
    roles_changed_at.plus_seconds(REST)
}

/// Whether a secret can be used at `now`.
pub(super) fn is_live(secret: &SecretRow, now: UtcTime) -> bool {
    secret.ended_at.is_none() && secret.expires_at.is_none_or(|end| end > now)
}

/// Whether the account has made a secret itself, so that nobody else knows it.
pub(super) fn is_own(secret: &SecretRow) -> bool {
    secret.made_by.0 == Maker::Account
}

/// Whether the account has a secret of its own at `now`.
pub(super) fn has_own(all: &[SecretRow], now: UtcTime) -> bool {
    all.iter().any(|secret| is_own(secret) && is_live(secret, now))
}

/// Another own secret that is good at `now`: who made it before handing the account over would keep it.
pub(super) fn other_own<'a>(all: &'a [SecretRow], secret: &SecretRow, now: UtcTime) -> Option<&'a SecretRow> {
    all.iter().find(|row| row.id != secret.id && is_own(row) && is_live(row, now))
}

/// The secrets of an account by which `secret` came into being, the nearest first.
pub(super) fn lineage<'a>(all: &'a [SecretRow], secret: &'a SecretRow) -> Vec<&'a SecretRow> {
    let parent = |child: &&'a SecretRow| all.iter().find(|row| Some(row.id) == child.made_with_id);
    std::iter::successors(parent(&secret), parent).take(all.len()).collect()
}

/// Until when one of the account's own secrets signs nothing: while it comes from one that was made with a foreign
/// credential after others of its own had ended. The first replacement of an account takes nothing from anybody, and what is
/// made with an own secret is as good as that.
pub(super) fn rests_until(all: &[SecretRow], secret: &SecretRow) -> Option<UtcTime> {
    let own_before = lineage(all, secret).into_iter().take_while(|row| is_own(row)).last();
    let first = own_before.unwrap_or(secret);
    let has_replaced = all.iter().any(|row| is_own(row) && row.id < first.id);
    has_replaced.then(|| first.created_at.plus_seconds(REST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::types::{Id, Keyword};

    /// Secrets in the order in which they are made: by whom, and with which one before.
    fn secrets(made: &[(Maker, Option<usize>)]) -> Vec<SecretRow> {
        let mut all: Vec<SecretRow> = Vec::new();
        for (by, with) in made {
            let made_with_id = with.map(|place| all[place].id);
            all.push(SecretRow { made_by: Keyword(*by), made_with_id, ..SecretRow::sample(Id::new()) });
        }
        all
    }

    fn rests(all: &[SecretRow], place: usize) -> bool {
        rests_until(all, &all[place]).is_some()
    }

    #[test]
    fn the_first_own_secret_and_what_is_made_with_it_sign_at_once() {
        use Maker::{Account, Administrator};
        let all =
            secrets(&[(Administrator, None), (Account, Some(0)), (Account, Some(1)), (Account, Some(2))]);
        assert!((1..=3).all(|place| !rests(&all, place)));
        let ids: Vec<Id> = lineage(&all, &all[3]).into_iter().map(|row| row.id).collect();
        assert_eq!(ids, [all[2].id, all[1].id, all[0].id]);
    }

    #[test]
    fn what_follows_on_own_secrets_by_a_foreign_one_rests_with_all_that_comes_from_it() {
        use Maker::{Account, Administrator, Operator};
        let made = [
            (Operator, None),
            (Account, Some(0)),
            (Administrator, None),
            (Account, Some(2)),
            (Account, Some(3)),
        ];
        let all = secrets(&made);
        assert_eq!([1, 3, 4].map(|place| rests(&all, place)), [false, true, true]);
        assert_eq!(rests_until(&all, &all[4]), Some(all[3].created_at.plus_seconds(24 * 60 * 60)));
        // By a key or an identity as well.
        let all = secrets(&[(Account, None), (Account, None)]);
        assert_eq!([0, 1].map(|place| rests(&all, place)), [false, true]);
    }

    #[test]
    fn an_own_secret_is_the_only_one_once_the_others_have_ended() {
        use Maker::{Account, Administrator};
        let mut all = secrets(&[(Administrator, None), (Account, Some(0)), (Account, Some(1))]);
        let now = UtcTime::now();
        let other = |all: &[SecretRow]| other_own(all, &all[2], now).map(|row| row.id);
        assert_eq!(other(&all), Some(all[1].id));
        all[1].ended_at = Some(now);
        assert_eq!(other(&all), None);
    }

    #[test]
    fn what_has_ended_or_expired_is_not_live() {
        let (secret, now) = (SecretRow::sample(Id::new()), UtcTime::now());
        assert!(is_live(&secret, now));
        for dead in [
            SecretRow { ended_at: Some(now), ..secret.clone() },
            SecretRow { expires_at: Some(now), ..secret.clone() },
        ] {
            assert!(!is_live(&dead, now) && !has_own(&[dead], now));
        }
    }
}
