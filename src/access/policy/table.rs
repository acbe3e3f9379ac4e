//! The table itself. A line names the operation, who may use it with which scope, what of it is the caller's own, and the
//! states in which the record has to be.

use super::{Grant, Permission, Reach, Rule, Who};
use crate::access::scopes::{Role, Scope};

macro_rules! scope {
    () => {
        None
    };
    ($scope:ident) => {
        Some(Scope::$scope)
    };
}

macro_rules! grants {
    ($($reach:ident $([$scope:ident])?: $($role:ident)+);+) => {
        &[$(Grant { scope: scope!($($scope)?), reach: Reach::$reach, roles: &[$(Role::$role),+] }),+]
    };
}

/// `Type "operation" { Reach [Scope]: Roles; … } own "…" in "state", … by "read", …;`
macro_rules! rules {
    ($list:ident: $($name:ident $operation:literal
        { $($reach:ident $([$scope:ident])?: $($role:ident)+);+ }
        $(own $own:literal)? $(in $($state:literal),+)? $(by $($read:literal),+)?;)*) => {
        $(
            #[doc = concat!("`", $operation, "`")]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl $name {
                /// The line of the table.
                pub const RULE: Rule = Rule {
                    operation: $operation,
                    who: Who::Callers(grants!($($reach $([$scope])?: $($role)+);+)),
                    own: concat!("", $($own)?),
                    states: &[$($($state),+)?],
                    shown_by: &[$($($read),+)?],
                };
            }

            impl Permission for $name {
                const RULES: &'static [Rule] = &[Self::RULE];
            }
        )*

        pub(super) const $list: &[Rule] = &[$($name::RULE),*];
    };
}

rules! { FOR_CALLERS:
    CreateCity "create_city" { All [CitiesWrite]: Admin MinistryOfficer Integration };
    ReplaceCity "replace_city" { All [CitiesWrite]: Admin MinistryOfficer Integration };
    UpdateCity "update_city" { All [CitiesWrite]: Admin MinistryOfficer Integration };
    DeleteCity "delete_city" { All [CitiesWrite]: Admin MinistryOfficer Integration };

    CreateAssociation "create_association" { All [AssociationsWrite]: Admin MinistryOfficer Integration };
    ReplaceAssociation "replace_association" {
        All [AssociationsWrite]: Admin MinistryOfficer Integration;
        Own [AssociationsWrite]: AssociationRepresentative
    } own "the association that the account speaks for; not its register facts";
    UpdateAssociation "update_association" {
        All [AssociationsWrite]: Admin MinistryOfficer Integration;
        Own [AssociationsWrite]: AssociationRepresentative
    } own "the association that the account speaks for; not its register facts";
    DeleteAssociation "delete_association" { All [AssociationsWrite]: Admin MinistryOfficer Integration };
    GetAssociationPersonalData "get_association_personal_data" {
        All [AssociationsReadInternal]: Admin MinistryOfficer Auditor;
        Own [AssociationsWrite]: AssociationRepresentative
    } own "the association that the account speaks for";
    DeleteAssociationPersonalData "delete_association_personal_data" {
        All [AssociationsWrite]: Admin MinistryOfficer
    };

    CreateEdition "create_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ReplaceEdition "replace_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    UpdateEdition "update_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeleteEdition "delete_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    CreateEvent "create_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ReplaceEvent "replace_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    UpdateEvent "update_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeleteEvent "delete_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    CreatePartner "create_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ReplacePartner "replace_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    UpdatePartner "update_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeletePartner "delete_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };

    CreateNomination "create_nomination" {
        All [NominationsSubmit]: Admin MinistryOfficer IcsoOfficer Integration;
        Own [NominationsSubmit]: CityRepresentative AssociationRepresentative
    } own "a nomination of the city or association that the account speaks for";
    ReplaceNomination "replace_nomination" {
        All [NominationsSubmit]: Admin MinistryOfficer;
        Own [NominationsSubmit]: IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft";
    UpdateNomination "update_nomination" {
        All [NominationsSubmit]: Admin MinistryOfficer;
        Own [NominationsSubmit]: IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft";
    DeleteNomination "delete_nomination" {
        All [NominationsSubmit]: Admin MinistryOfficer;
        Own [NominationsSubmit]: IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft";
    SubmitNomination "create_nomination_transition: submitted" {
        All [NominationsSubmit]: Admin MinistryOfficer;
        Own [NominationsSubmit]: IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft";
    WithdrawNomination "create_nomination_transition: withdrawn" {
        All [NominationsSubmit]: Admin;
        Own [NominationsSubmit]:
            MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "submitted";

    ListAccounts "list_accounts" { All [AccountsManage]: Admin; All [AuditRead]: Auditor };
    CreateAccount "create_account" { All [AccountsManage]: Admin };
    GetAccount "get_account" {
        All [AccountsManage]: Admin;
        All [AuditRead]: Auditor;
        Own:
            Admin MinistryOfficer IcsoOfficer Juror JuryChair Auditor CityRepresentative
            AssociationRepresentative Integration
    } own "the account itself";
    ReplaceAccount "replace_account" { All [AccountsManage]: Admin };
    UpdateAccount "update_account" { All [AccountsManage]: Admin };
    GetAccountPersonalData "get_account_personal_data" { All [AccountsManage]: Admin };
    DeleteAccountPersonalData "delete_account_personal_data" { All [AccountsManage]: Admin };
    ListAccountSecrets "list_account_secrets" { All [AccountsManage]: Admin };
    CreateAccountSecret "create_account_secret" { All [AccountsManage]: Admin };
    GetAccountSecret "get_account_secret" { All [AccountsManage]: Admin };
    DeleteAccountSecret "delete_account_secret" { All [AccountsManage]: Admin };

    ListAuditEvents "list_audit_events" { All [AuditRead]: Admin Auditor };
    GetAuditHead "get_audit_head" { All [AuditRead]: Admin Auditor };
}

// What reads show to some of those who may use them.
rules! { FOR_VIEWS:
    InternalRecords "internal record of an association" {
        All [AssociationsReadInternal]: Admin MinistryOfficer Auditor Integration;
        Own [AssociationsWrite]: AssociationRepresentative
    } own "the association that the account speaks for" by "get_association";
    DraftNominations "nomination that was never submitted" {
        All: Admin MinistryOfficer IcsoOfficer Auditor;
        Own: Juror JuryChair CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made, or of the city or association that it speaks for"
        by "list_nominations", "get_nomination", "list_nomination_history";
    AuditPersonalData "personal data in the audit trail" {
        All [AssociationsReadInternal]: Admin Auditor
    } by "list_audit_events";
    ForeignTokens "token of another client" {
        All [TokensIntrospect]: Admin Integration
    } by "introspect_token";
}

/// Operations that need no token.
pub(super) const FOR_EVERYONE: &[&str] = &[
    "get_activity_field",
    "get_api_catalog",
    "get_association",
    "get_authorization_server_metadata",
    "get_city",
    "get_edition",
    "get_entrance",
    "get_event",
    "get_initiative",
    "get_jwks",
    "get_liveness",
    "get_metrics",
    "get_nomination",
    "get_openapi_json",
    "get_openapi_yaml",
    "get_partner",
    "get_problem_type",
    "get_protected_resource_metadata",
    "get_province",
    "get_readiness",
    "get_region",
    "get_security_contact",
    "list_activity_fields",
    "list_associations",
    "list_cities",
    "list_criteria",
    "list_editions",
    "list_events",
    "list_honours",
    "list_nomination_history",
    "list_nominations",
    "list_partners",
    "list_problem_types",
    "list_provinces",
    "list_regions",
    "list_years_without_edition",
];

/// Operations that need the credentials of a client.
pub(super) const FOR_CLIENTS: &[&str] = &["create_token", "introspect_token", "revoke_token"];

/// The fields of an association that the ministry keeps: facts of the register (dahir 1-58-376, articles 5 and 9).
/// Whoever only has the own association may repeat but not change them (OWASP API3:2023).
pub const REGISTER_FACTS: &[&str] = &[
    "/name",
    "/city_code",
    "/province_code",
    "/scope",
    "/status",
    "/founded_on",
    "/founded_year",
    "/receipt_status",
    "/receipt_on",
    "/public_utility",
    "/public_utility_decree",
    "/attestations",
    "/sources",
    "/internal/receipt_number",
    "/internal/ice",
    "/internal/tax_id",
];

/// Any change of the state of a nomination; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeNominationState;

impl Permission for ChangeNominationState {
    const RULES: &'static [Rule] = &[SubmitNomination::RULE, WithdrawNomination::RULE];
}
