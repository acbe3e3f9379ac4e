//! The authorisation server: clients get access tokens (RFC 6749, 4.4), end them (RFC 7009) and ask about them
//! (RFC 7662). At all three they show who they are in the same ways.

mod client_assertion;
mod client_authentication;
mod form;
mod introspection;
mod queries;
mod refusal;
pub(super) mod routes;
mod token_request;

pub(super) use client_assertion::SIGNATURE_ALGORITHMS;
pub use queries::forget_expired_assertions;
