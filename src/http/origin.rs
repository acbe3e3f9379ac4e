//! Where a request comes from, for the audit trail.

use std::net::IpAddr;

use actix_web::dev::Extensions;

use super::client_address::ClientAddress;
use super::middleware::RequestId;

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The identifier of the request.
    pub request_id: String,
    /// The address of the client, as far as the proxies in between are trusted.
    pub address: Option<IpAddr>,
}

impl Origin {
    /// The origin that the middleware noted.
    pub fn of(extensions: &Extensions) -> Self {
        Self { request_id: RequestId::of(extensions), address: ClientAddress::of(extensions) }
    }
}
