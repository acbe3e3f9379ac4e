//! How many files and batches are on their way at a time, up or down: so many in all, and a quarter of that for each client.
//! A transfer is let in before a byte of it is read, and counted until its last one has gone.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Code, Error, Result};
use crate::measurements::{Measurement, reading};

/// When somebody who was refused may come back, in seconds.
const RETRY_AFTER: u64 = 5;

/// The transfers that run on this instance, counted by client: an account, or an address.
#[derive(Clone)]
pub struct Transfers<Client> {
    most: usize,
    running: Arc<Mutex<HashMap<Client, usize>>>,
}

impl<Client: Copy + Eq + Hash + Send + 'static> Transfers<Client> {
    /// At most so many in all.
    pub fn new(most: u16) -> Self {
        Self { most: usize::from(most), running: Arc::default() }
    }

    /// What is measured of them: how many there are and how many there may be, each with its name and its description.
    pub fn measurements(
        &self,
        (now, of_now): (&str, &str),
        (at_most, of_most): (&str, &str),
    ) -> Result<Vec<Measurement>> {
        let (most, running) = (self.most as f64, self.running.clone());
        let count = move || locked(&running).values().sum::<usize>() as f64;
        Ok(vec![reading(now, of_now, count)?, reading(at_most, of_most, move || most)?])
    }

    /// Lets the client begin one.
    ///
    /// # Errors
    /// 429 when it has as many as a client may have, 503 when there are as many as there may be.
    pub fn begin(&self, client: Client) -> Result<Transfer<Client>> {
        let mut running = locked(&self.running);
        let most_of_client = (self.most / 4).max(1);
        if running.get(&client).is_some_and(|count| *count >= most_of_client) {
            let error = Error::new(Code::TooManyTransfers).with("max", most_of_client);
            return Err(error.with_header("Retry-After", RETRY_AFTER));
        }
        if running.values().sum::<usize>() >= self.most {
            return Err(Error::new(Code::TransfersFull).with_header("Retry-After", RETRY_AFTER));
        }
        *running.entry(client).or_default() += 1;
        Ok(Transfer { client, running: self.running.clone() })
    }
}

/// A transfer that runs until this is dropped.
pub struct Transfer<Client: Eq + Hash> {
    client: Client,
    running: Arc<Mutex<HashMap<Client, usize>>>,
}

impl<Client: Eq + Hash> Drop for Transfer<Client> {
    fn drop(&mut self) {
        let mut running = locked(&self.running);
        if let Some(count) = running.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                running.remove(&self.client);
            }
        }
    }
}

fn locked<Client>(running: &Mutex<HashMap<Client, usize>>) -> MutexGuard<'_, HashMap<Client, usize>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::types::Id;

    #[test]
    fn a_client_has_a_quarter_and_all_together_no_more_than_there_are() {
        let transfers = Transfers::new(8);
        let code = |account: Id| transfers.begin(account).map(drop).map_err(|error| error.code);
        let accounts: Vec<Id> = (0..5).map(|_| Id::new()).collect();
        let mut running: Vec<Transfer<Id>> =
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
    fn however_few_there_may_be_a_client_has_one() {
        let transfers = Transfers::new(1);
        let _one = transfers.begin(Id::new()).unwrap();
        assert_eq!(transfers.begin(Id::new()).map(drop).unwrap_err().code, Code::TransfersFull);
    }
}
