//! What an answer that is no problem document tells the layers around its handler of what was refused.

use actix_web::dev::ServiceResponse;

/// In the extensions of such an answer: its `error`, when a client was refused for want of credentials or of a scope.
/// It is counted and recorded like a 401 or a 403.
#[derive(Debug, Clone)]
pub struct RefusedClient(pub String);

impl RefusedClient {
    /// Why the client was refused; `None` when it was not.
    pub fn of<B>(response: &ServiceResponse<B>) -> Option<Self> {
        response.response().extensions().get().cloned()
    }
}

/// An item of a batch that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedItem {
    /// What was tried.
    pub operation: &'static str,
    /// On which record; none when it was to be made.
    pub id: Option<String>,
    /// The HTTP status of the item.
    pub status: u16,
    /// The code of its problem.
    pub problem: String,
}

/// In the extensions of the answer to a batch: its items that were refused, as far as they are to be recorded. They have
/// been counted.
#[derive(Debug, Clone, Default)]
pub struct RefusedItems(pub Vec<RefusedItem>);

impl RefusedItems {
    /// The items of a batch that were refused; none of any other answer.
    pub fn of<B>(response: &ServiceResponse<B>) -> Vec<RefusedItem> {
        response.response().extensions().get::<Self>().map(|items| items.0.clone()).unwrap_or_default()
    }
}
