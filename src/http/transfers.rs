//! How many files and batches are on their way at a time, up or down: so many in all, and a quarter of that for each account.
//! A transfer is let in before a byte of it is read, and counted until its last one has gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::database::types::Id;
use crate::error::{Code, Error, Result};
use crate::measurements::{Measurement, reading};

/// When somebody who was refused may come back, in seconds.
const RETRY_AFTER: u64 = 5;

/// The transfers that run on this instance.
#[derive(Clone)]
pub struct Transfers {
    most: usize,
    running: Arc<Mutex<HashMap<Id, usize>>>,
}

impl Transfers {
    /// At most so many in all.
    pub fn new(most: u16) -> Self {
        Self { most: usize::from(most), running: Arc::default() }
    }

    /// What is measured of them.
    pub fn measurements(&self) -> Result<Vec<Measurement>> {
        let (most, running) = (self.most as f64, self.running.clone());
        Ok(vec![
            reading("nasij_transfers", "Files and batches that are on their way, up or down.", move || {
                locked(&running).values().sum::<usize>() as f64
            })?,
            reading(
                "nasij_transfers_max",
                "Files and batches that may be on their way at a time.",
                move || most,
            )?,
        ])
    }

    /// Lets the account begin one.
    ///
    /// # Errors
    /// 429 when it has as many as an account may have, 503 when there are as many as there may be.
    pub fn begin(&self, account_id: Id) -> Result<Transfer> {
        let mut running = locked(&self.running);
        let most_of_account = (self.most / 4).max(1);
        if running.get(&account_id).is_some_and(|count| *count >= most_of_account) {
            let error = Error::new(Code::TooManyTransfers).with("max", most_of_account);
            return Err(error.with_header("Retry-After", RETRY_AFTER));
        }
        if running.values().sum::<usize>() >= self.most {
            return Err(Error::new(Code::TransfersFull).with_header("Retry-After", RETRY_AFTER));
        }
        *running.entry(account_id).or_default() += 1;
        Ok(Transfer { account_id, running: self.running.clone() })
    }
}

/// A transfer that runs until this is dropped.
pub struct Transfer {
    account_id: Id,
    running: Arc<Mutex<HashMap<Id, usize>>>,
}

impl Drop for Transfer {
    fn drop(&mut self) {
        let mut running = locked(&self.running);
        if let Some(count) = running.get_mut(&self.account_id) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.account_id);
            }
        }
    }
}

fn locked(running: &Mutex<HashMap<Id, usize>>) -> MutexGuard<'_, HashMap<Id, usize>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_a_quarter_and_all_together_no_more_than_there_are() {
        let transfers = Transfers::new(8);
        let code = |account: Id| transfers.begin(account).map(drop).map_err(|error| error.code);
        let accounts: Vec<Id> = (0..5).map(|_| Id::new()).collect();
        let mut running: Vec<Transfer> =
            accounts[..4].iter().flat_map(|id| [id, id]).map(|id| transfers.begin(*id).unwrap()).collect();
        assert_eq!(code(accounts[0]), Err(Code::TooManyTransfers));
        assert_eq!(code(accounts[4]), Err(Code::TransfersFull));
        running.remove(0);
        assert_eq!(code(accounts[4]), Ok(()));
        assert_eq!(code(accounts[0]), Ok(()));
        running.clear();
        assert!(locked(&transfers.running).is_empty());
    }

    #[test]
    fn however_few_there_may_be_an_account_has_one() {
        let transfers = Transfers::new(1);
        let _one = transfers.begin(Id::new()).unwrap();
        assert_eq!(transfers.begin(Id::new()).map(drop).unwrap_err().code, Code::TransfersFull);
    }
}
