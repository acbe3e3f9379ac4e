//! What of each room goes over when an association is merged into another.

use crate::access::accounts;
use crate::keeping::Estate;
use crate::{editions, nominations};

/// What goes over when an association is merged into another: what somebody has left before what they leave with it.
pub const ESTATE: Estate = Estate(&[
    accounts::succession::queries::PAST_AFFILIATIONS,
    accounts::succession::queries::HOLDINGS,
    editions::honours::HOLDINGS,
    nominations::succession::queries::HOLDINGS,
]);
