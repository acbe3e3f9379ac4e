//! Reading an item by the rules of its operation, before anything is written: as a single request is read before its
//! transaction begins, and in the same order.

use serde_json::Value as JsonValue;

use super::envelope::BatchItemInput;
use crate::database::Connection;
use crate::error::Result;
use crate::http::body::{self, Change, MergePatch};
use crate::http::conditional::IfMatch;
use crate::http::writes::{Operation, Writes};

/// An item that is ready to be done, or what stands in its way already.
pub(super) struct Item<W: Writes> {
    pub(super) operation: Operation,
    /// Of the record; none of one that is to be made.
    pub(super) id: Option<String>,
    pub(super) step: Result<Step<W>>,
}

/// What is to be done.
pub(super) enum Step<W: Writes> {
    Create(W::Input),
    Change(String, IfMatch, Change<W::Input>),
    Delete(String, IfMatch),
}

/// Reads all items.
///
/// # Errors
/// What is the service's own fault; what is that of an item stands in it.
pub(super) fn read<W: Writes>(writes: &W, items: Vec<BatchItemInput>) -> Result<Vec<Item<W>>> {
    let read = |item: BatchItemInput| {
        let (operation, id) = (item.operation, item.id.clone());
        match Step::read(writes, item) {
            Err(error) if error.is_of_the_service() => Err(error),
            step => Ok(Item { operation, id, step }),
        }
    };
    items.into_iter().map(read).collect()
}

impl<W: Writes> Step<W> {
    fn read(writes: &W, item: BatchItemInput) -> Result<Self> {
        writes.admit(item.operation)?;
        let id = item.id.unwrap_or_default();
        let if_match = || IfMatch::read(item.if_match.as_deref());
        let body = JsonValue::Object(item.body.unwrap_or_default());
        Ok(match item.operation {
            Operation::Create => Self::Create(body::valid(body)?),
            Operation::Update => Self::Change(id, if_match()?, Change::Merge(MergePatch::new(body)?)),
            Operation::Replace => {
                Self::Change(id, if_match()?, Change::Replace(Box::new(body::valid(body)?)))
            }
            Operation::Delete => Self::Delete(id, if_match()?),
        })
    }

    /// Does it. Returns the record as it is then; none when it was deleted.
    pub(super) fn take(&self, connection: &mut Connection, writes: &W) -> Result<Option<W::Record>> {
        match self {
            Self::Create(input) => writes.create(connection, input).map(Some),
            Self::Change(id, if_match, change) => writes.change(connection, id, if_match, change).map(Some),
            Self::Delete(id, if_match) => writes.delete(connection, id, if_match).map(|()| None),
        }
    }
}
