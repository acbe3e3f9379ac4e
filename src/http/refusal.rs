//! What an answer in the form of OAuth 2.0 tells the layers around its handler.

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
