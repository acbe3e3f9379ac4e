//! What is held about the person behind an account.

use serde::Serialize;
use utoipa::ToSchema;

use crate::access::accounts::affiliations::PastAffiliation;
use crate::access::accounts::model::InternalAccount;
use crate::access::accounts::secrets::PublicSecret;
use crate::audit::personal_data::AuditedPersonalData;
use crate::database::types::{Id, UtcTime};
use crate::http::representation::Resource;

/// All that is held about the person behind an account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountPersonalData {
    /// The account: name, affiliation, identities at other issuers.
    pub account: InternalAccount,
    /// Where it belonged before.
    pub past_affiliations: Vec<PastAffiliation>,
    /// Its secrets, without the secrets themselves.
    pub secrets: Vec<PublicSecret>,
    /// The nominations that it made.
    pub nominations: Vec<Id>,
    /// The supporting documents that it uploaded.
    pub documents: Vec<Id>,
    /// What the audit trail keeps about it, as the one who acted and as the one who was changed.
    pub audit: Vec<AuditedPersonalData>,
}

impl Resource for AccountPersonalData {
    fn path(&self) -> String {
        format!("{}/personal-data", self.account.path())
    }

    fn versioned_path(&self) -> String {
        self.account.path()
    }

    /// The version of the account: what was read here is what `If-Match` of the erasure names.
    fn version(&self) -> i64 {
        self.account.version()
    }

    fn updated_at(&self) -> UtcTime {
        self.account.updated_at()
    }
}
