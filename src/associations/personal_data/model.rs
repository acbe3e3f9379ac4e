//! What is held about the legal representative of an association.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Role;
use crate::access::accounts::{AccountStatus, InternalAccount};
use crate::audit::personal_data::AuditedPersonalData;
use crate::database::types::{Id, UtcTime};
use crate::http::representation::Resource;

/// All that is held about the legal representative of an association, and about those who speak for it here.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AssociationPersonalData)]
pub(super) struct PersonalData {
    /// The association.
    pub association_id: Id,
    /// Name of the legal representative.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub legal_representative: Option<String>,
    /// How to reach the legal representative.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub representative_contact: Option<String>,
    /// The accounts that speak for the association. What is held about each is told at
    /// `/v1/accounts/{id}/personal-data`.
    pub accounts: Vec<Representative>,
    /// What the audit trail keeps of the association's internal record.
    pub audit: Vec<AuditedPersonalData>,
    #[serde(skip)]
    pub(super) version: i64,
    #[serde(skip)]
    pub(super) internal_version: i64,
    #[serde(skip)]
    pub(super) updated_at: UtcTime,
}

/// An account that speaks for an association, as far as those may know who keep the register.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Representative {
    /// Identifier of the account.
    pub id: Id,
    /// Name of the person.
    pub name: String,
    /// What the account is.
    pub roles: Vec<Role>,
    /// Whether it may be used.
    pub status: AccountStatus,
}

impl From<InternalAccount> for Representative {
    fn from(account: InternalAccount) -> Self {
        Self { id: account.id, name: account.name, roles: account.roles, status: account.status }
    }
}

impl Resource for PersonalData {
    fn path(&self) -> String {
        format!("/v1/associations/{}/personal-data", self.association_id)
    }

    fn versioned_path(&self) -> String {
        format!("/v1/associations/{}", self.association_id)
    }

    /// The version of the association: what was read here is what `If-Match` of the erasure names. 0 when only the
    /// audit trail is left of it.
    fn version(&self) -> i64 {
        self.version
    }

    fn internal_version(&self) -> i64 {
        self.internal_version
    }

    fn updated_at(&self) -> UtcTime {
        self.updated_at
    }
}
