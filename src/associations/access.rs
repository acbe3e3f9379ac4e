//! Whose an association is, and who sees its internal record.

use crate::access::Caller;
use crate::access::policy::InternalRecords;
use crate::database::types::Id;

/// Whether the caller sees the internal record of the association.
pub(super) fn sees_internal(caller: &Caller, id: &str) -> bool {
    InternalRecords::RULE.permits(caller, represents(caller, id))
}

/// Whether the caller speaks for the association.
pub(super) fn represents(caller: &Caller, id: &str) -> bool {
    id.parse().is_ok_and(|id: Id| caller.represents_association(id))
}
