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
    IdentifyCity "update_city: identity" { All [CitiesWrite]: Admin MinistryOfficer };
    DeleteCity "delete_city" { All [CitiesWrite]: Admin MinistryOfficer };
    CreateCityBatch "create_city_batch" { All [CitiesWrite]: Admin MinistryOfficer Integration };
    RestoreCity "create_city_restoration" { All [CitiesWrite]: Admin MinistryOfficer };

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
    CreateAssociationBatch "create_association_batch" {
        All [AssociationsWrite]: Admin MinistryOfficer Integration;
        Own [AssociationsWrite]: AssociationRepresentative
    } own "the association that the account speaks for; each item as its single operation";
    RestoreAssociation "create_association_restoration" { All [AssociationsWrite]: Admin MinistryOfficer };
    ListAssociationMerges "list_association_merges" { All: Admin MinistryOfficer Auditor };
    CreateAssociationMerge "create_association_merge" { All [AssociationsWrite]: Admin MinistryOfficer };
    GetAssociationMerge "get_association_merge" { All: Admin MinistryOfficer Auditor };
    CreateAssociationMergeReversal "create_association_merge_reversal" {
        All [AssociationsWrite]: Admin MinistryOfficer
    };
    GetAssociationPersonalData "get_association_personal_data" {
        All [AssociationsReadInternal]: Admin MinistryOfficer Auditor;
        Own [AssociationsWrite]: AssociationRepresentative
    } own "the association that the account speaks for";
    DeleteAssociationPersonalData "delete_association_personal_data" {
        All [AssociationsWrite]: Admin MinistryOfficer
    };

    ListImports "list_imports" { All [ImportsWrite]: Admin MinistryOfficer Integration };
    GetImport "get_import" {
        All [ImportsWrite]: Admin MinistryOfficer;
        Own [ImportsWrite]: Integration
    } own "the imports that the account has asked for";
    ListImportRows "list_import_rows" {
        All [ImportsWrite]: Admin MinistryOfficer;
        Own [ImportsWrite]: Integration
    } own "the imports that the account has asked for";
    CreateImport "create_import" { All [ImportsWrite]: Admin MinistryOfficer Integration };
    CancelImport "create_import_transition" {
        All [ImportsWrite]: Admin MinistryOfficer;
        Own [ImportsWrite]: Integration
    } own "the imports that the account has asked for" in "queued", "running", "paused";

    CreateEdition "create_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ReplaceEdition "replace_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    UpdateEdition "update_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ShortenCall "update_edition: shorter_call" { All [EditionsWrite]: Admin MinistryOfficer }
        in "city_call_open", "honours_call_open";
    NameCapital "update_edition: capital" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer } in "draft";
    ChangeCompletedEdition "update_edition: completed" { All [EditionsWrite]: MinistryOfficer IcsoOfficer }
        in "completed";
    DeleteEdition "delete_edition" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer } in "draft";
    RestoreEdition "create_edition_restoration" { All [EditionsWrite]: Admin MinistryOfficer };
    OpenCityCall "create_edition_transition: city_call_open" { All [EditionsWrite]: Admin MinistryOfficer }
        in "draft";
    CloseCityCall "create_edition_transition: city_review" { All [EditionsWrite]: Admin MinistryOfficer }
        in "city_call_open";
    ReturnToDesignated "create_edition_transition: designated" { All [EditionsWrite]: Admin MinistryOfficer }
        in "postponed";
    OpenHonoursCall "create_edition_transition: honours_call_open" {
        All [EditionsWrite]: Admin MinistryOfficer
    } in "designated", "postponed";
    CloseHonoursCall "create_edition_transition: honours_review" {
        All [EditionsWrite]: Admin MinistryOfficer
    } in "honours_call_open", "postponed";
    StartEdition "create_edition_transition: in_progress" { All [EditionsWrite]: Admin MinistryOfficer }
        in "honours_review";
    CompleteEdition "create_edition_transition: completed" { All [EditionsWrite]: Admin MinistryOfficer }
        in "in_progress";
    ArchiveEdition "create_edition_transition: archived" { All [EditionsWrite]: Admin MinistryOfficer }
        in "completed";
    PostponeEdition "create_edition_transition: postponed" { All [EditionsWrite]: Admin MinistryOfficer }
        in "designated", "honours_call_open", "honours_review";
    CancelEdition "create_edition_transition: cancelled" { All [EditionsWrite]: Admin MinistryOfficer }
        in "draft", "city_call_open", "city_review", "designated", "honours_call_open", "honours_review",
           "postponed";
    ReplaceCriteria "replace_criteria" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration }
        in "draft";
    CreateEvent "create_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ReplaceEvent "replace_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    UpdateEvent "update_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeleteEvent "delete_event" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeleteEventOfTitle "delete_event: of_title" { All [EditionsWrite]: MinistryOfficer }
        in "designated", "honours_call_open", "honours_review", "in_progress", "completed", "postponed";
    CreatePartner "create_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    ReplacePartner "replace_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    UpdatePartner "update_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeletePartner "delete_partner" { All [EditionsWrite]: Admin MinistryOfficer IcsoOfficer Integration };
    DeletePartnerOfTitle "delete_partner: of_title" { All [EditionsWrite]: MinistryOfficer }
        in "designated", "honours_call_open", "honours_review", "in_progress", "completed", "postponed";

    CreateNomination "create_nomination" {
        All [NominationsSubmit]: Admin MinistryOfficer IcsoOfficer Integration;
        Own [NominationsSubmit]: CityRepresentative AssociationRepresentative
    } own "a nomination of the city or association that the account speaks for";
    ReplaceNomination "replace_nomination" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    UpdateNomination "update_nomination" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    DeleteNomination "delete_nomination" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft";
    CreateNominationBatch "create_nomination_batch" {
        All [NominationsSubmit]: Admin MinistryOfficer IcsoOfficer Integration;
        Own [NominationsSubmit]: CityRepresentative AssociationRepresentative
    } own "nominations of the city or association that the account speaks for; each item as its single operation";
    RestoreNomination "create_nomination_restoration" { All [NominationsSubmit]: Admin MinistryOfficer };
    SubmitNomination "create_nomination_transition: submitted" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion", "ineligible";
    WithdrawNomination "create_nomination_transition: withdrawn" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made"
        in "draft", "submitted", "needs_completion", "eligible", "ineligible", "under_evaluation", "shortlisted",
            "reserve";
    AskForCompletion "create_nomination_transition: needs_completion" {
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer
    } in "submitted";
    FindEligible "create_nomination_transition: eligible" { All [NominationsManage]: Admin MinistryOfficer }
        in "submitted";
    FindIneligible "create_nomination_transition: ineligible" {
        All [NominationsManage]: Admin MinistryOfficer
    } in "submitted";
    HandToJury "create_nomination_transition: under_evaluation" {
        All [NominationsManage]: Admin MinistryOfficer
    } in "eligible";
    DisqualifyNomination "create_nomination_transition: disqualified" {
        All [NominationsManage]: Admin MinistryOfficer
    } in "submitted", "needs_completion", "eligible", "ineligible", "under_evaluation", "shortlisted", "reserve";
    RevokeNomination "create_nomination_transition: revoked" { All [NominationsManage]: Admin MinistryOfficer }
        in "selected";

    CreateAchievement "create_achievement" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    ReplaceAchievement "replace_achievement" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    UpdateAchievement "update_achievement" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    DeleteAchievement "delete_achievement" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    CreateDocument "create_document" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    DeleteDocument "delete_document" {
        Own [NominationsSubmit]:
            Admin MinistryOfficer IcsoOfficer CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made" in "draft", "needs_completion";
    ListDocuments "list_documents" {
        All: Admin MinistryOfficer IcsoOfficer Auditor;
        Own: Juror CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made, whose subject it speaks for, or that it evaluates without a conflict";
    GetDocument "get_document" {
        All: Admin MinistryOfficer IcsoOfficer Auditor;
        Own: Juror CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made, whose subject it speaks for, or that it evaluates without a conflict";
    GetDocumentContent "get_document_content" {
        All: Admin MinistryOfficer IcsoOfficer Auditor;
        Own: Juror CityRepresentative AssociationRepresentative Integration
    } own "a nomination that the account made, whose subject it speaks for, or that it evaluates without a conflict";
    CreateEligibilityDecision "create_eligibility_decision" {
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer
    } in "submitted";
    ConfirmDescribedActivity "create_eligibility_decision: described_activity" {
        All [NominationsManage]: Admin IcsoOfficer
    } in "submitted";

    CreateAssignment "create_assignment" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer
    };
    ListAssignments "list_assignments" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    GetEvaluationProgress "get_evaluation_progress" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    ListEditionEvaluations "list_edition_evaluations" {
        All [EvaluationsWrite]: Juror JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    ListEvaluations "list_evaluations" {
        All [EvaluationsWrite]: Juror JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    CreateEvaluation "create_evaluation" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer
    };
    GetEvaluation "get_evaluation" {
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor;
        Own [EvaluationsWrite]: Juror JuryChair
    } own "an evaluation that is assigned to the account; a chair's are those of a jury that has closed";
    ReplaceEvaluation "replace_evaluation" { Own [EvaluationsWrite]: Juror }
        own "an evaluation that is assigned to the account" in "draft";
    UpdateEvaluation "update_evaluation" { Own [EvaluationsWrite]: Juror }
        own "an evaluation that is assigned to the account" in "draft";
    SubmitEvaluation "create_evaluation_transition: submitted" { Own [EvaluationsWrite]: Juror }
        own "an evaluation that is assigned to the account" in "draft";
    RecuseJuror "create_evaluation_transition: recused" { Own [EvaluationsWrite]: Juror }
        own "an evaluation that is assigned to the account" in "assigned", "draft", "submitted";
    ListScoreSheets "list_score_sheets" {
        All [AuditRead]: Auditor;
        Own [EvaluationsWrite]: Juror
    } own "a nomination that the account has evaluated";
    ListConflicts "list_conflicts" {
        All [EvaluationsWrite]: Juror JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    GetConflict "get_conflict" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor;
        Own [EvaluationsWrite]: Juror
    } own "what concerns the account itself";
    CreateConflict "create_conflict" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer;
        Own [EvaluationsWrite]: Juror
    } own "a declaration of the account's own";
    ConfirmConflict "create_conflict_transition: confirmed" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer
    } in "reported";
    DismissConflict "create_conflict_transition: dismissed" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer
    } in "reported";

    CreateDeliberation "create_deliberation" { All [EvaluationsWrite]: JuryChair };
    ReopenDeliberation "create_deliberation_transition" {
        All [NominationsManage]: MinistryOfficer IcsoOfficer
    } in "closed";
    CreateTieDecision "create_tie_decision" { All [EvaluationsWrite]: JuryChair } in "closed";
    ListTieDecisions "list_tie_decisions" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };

    ListDesignations "list_designations" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    GetDesignation "get_designation" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer;
        All [AuditRead]: Auditor
    };
    CreateDesignation "create_designation" { All [NominationsManage]: MinistryOfficer IcsoOfficer };
    CreateSignature "create_signature" { All [NominationsManage]: MinistryOfficer IcsoOfficer } in "proposed";
    PublishDesignation "create_designation_transition: published" { All [ResultsPublish]: MinistryOfficer }
        in "signed";
    WithdrawDesignation "create_designation_transition: withdrawn" {
        All [NominationsManage]: MinistryOfficer IcsoOfficer
    } in "proposed";
    AnnulDesignation "create_designation_transition: annulled" { All [NominationsManage]: MinistryOfficer }
        in "signed";

    CreateInstitutionKey "create_institution_key" { All [NominationsManage]: MinistryOfficer IcsoOfficer };
    ConfirmInstitutionKey "create_institution_key_transition: confirmed" {
        All [AccountsManage]: Admin;
        Own [NominationsManage]: MinistryOfficer IcsoOfficer
    } own "a key of another account of the same institution" in "registered";
    RevokeInstitutionKey "create_institution_key_transition: revoked" {
        All [AccountsManage]: Admin;
        Own [NominationsManage]: MinistryOfficer IcsoOfficer
    } own "a key of an account of the same institution" in "registered", "confirmed";

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
    ListAccountSecrets "list_account_secrets" {
        All [AccountsManage]: Admin;
        Own:
            Admin MinistryOfficer IcsoOfficer Juror JuryChair Auditor CityRepresentative
            AssociationRepresentative Integration
    } own "the account itself";
    CreateAccountSecret "create_account_secret" {
        All [AccountsManage]: Admin;
        Own:
            Admin MinistryOfficer IcsoOfficer Juror JuryChair CityRepresentative AssociationRepresentative
            Integration
    } own "the account itself";
    GetAccountSecret "get_account_secret" {
        All [AccountsManage]: Admin;
        Own:
            Admin MinistryOfficer IcsoOfficer Juror JuryChair Auditor CityRepresentative
            AssociationRepresentative Integration
    } own "the account itself";
    DeleteAccountSecret "delete_account_secret" {
        All [AccountsManage]: Admin;
        Own:
            Admin MinistryOfficer IcsoOfficer Juror JuryChair CityRepresentative AssociationRepresentative
            Integration
    } own "the account itself";

    ListDeletedRecords "list_deleted_records" { All: Admin MinistryOfficer Auditor };

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
        by "list_nominations", "get_nomination", "list_nomination_history", "list_achievements", "get_achievement",
           "get_eligibility";
    EmbargoedResults "result under embargo" {
        All: Admin MinistryOfficer IcsoOfficer JuryChair Auditor
    } by "get_nomination", "list_nominations", "get_ranking";
    ScoreSheets "score sheet" {
        All [AuditRead]: Auditor;
        Own [EvaluationsWrite]: Juror
    } own "an evaluation that is assigned to the account"
        by "get_evaluation", "list_evaluations", "list_edition_evaluations";
    EvaluationStates "state of an evaluation, without its scores" {
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer
    } by "get_evaluation", "list_evaluations", "list_edition_evaluations";
    ScoreSheetsOfClosedJury "score sheet of a jury that has closed" {
        All [EvaluationsWrite]: JuryChair;
        All [NominationsManage]: Admin MinistryOfficer IcsoOfficer
    } by "get_evaluation", "list_evaluations", "list_edition_evaluations";
    AuditPersonalData "personal data in the audit trail" {
        All [AssociationsReadInternal]: Admin Auditor
    } by "list_audit_events";
    ForeignTokens "token of another client" {
        All [TokensIntrospect]: Admin Integration
    } by "introspect_token";
}

/// Operations that need no token.
pub(super) const FOR_EVERYONE: &[&str] = &[
    "create_association_match",
    "create_eligibility_check",
    "get_achievement",
    "get_activity_field",
    "get_api_catalog",
    "get_association",
    "get_authorization_server_metadata",
    "get_city",
    "get_deliberation",
    "get_edition",
    "get_eligibility",
    "get_api_root",
    "get_entrance",
    "get_event",
    "get_initiative",
    "get_institution_key",
    "get_jwks",
    "get_liveness",
    "get_nomination",
    "get_openapi_json",
    "get_openapi_yaml",
    "get_partner",
    "get_problem_type",
    "get_protected_resource_metadata",
    "get_province",
    "get_ranking",
    "get_readiness",
    "get_region",
    "get_result_proof",
    "get_security_contact",
    "list_achievements",
    "list_activity_fields",
    "list_associations",
    "list_cities",
    "list_cities_as_geojson",
    "list_criteria",
    "list_deliberations",
    "list_edition_history",
    "list_editions",
    "list_events",
    "list_honours",
    "list_institution_keys",
    "list_nomination_history",
    "list_nominations",
    "list_partners",
    "list_problem_types",
    "list_provinces",
    "list_regions",
    "list_results",
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
    "/internal/receipt_authority",
    "/internal/external_ids",
    "/internal/ice",
    "/internal/tax_id",
];

/// Any change of the state of a nomination; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeNominationState;

impl Permission for ChangeNominationState {
    const RULES: &'static [Rule] = &[
        SubmitNomination::RULE,
        WithdrawNomination::RULE,
        AskForCompletion::RULE,
        FindEligible::RULE,
        FindIneligible::RULE,
        HandToJury::RULE,
        DisqualifyNomination::RULE,
        RevokeNomination::RULE,
    ];
}

/// Any change of the state of an edition; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeEditionState;

impl Permission for ChangeEditionState {
    const RULES: &'static [Rule] = &[
        OpenCityCall::RULE,
        CloseCityCall::RULE,
        ReturnToDesignated::RULE,
        OpenHonoursCall::RULE,
        CloseHonoursCall::RULE,
        StartEdition::RULE,
        CompleteEdition::RULE,
        ArchiveEdition::RULE,
        PostponeEdition::RULE,
        CancelEdition::RULE,
    ];
}

/// Any change of the state of an evaluation; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeEvaluationState;

impl Permission for ChangeEvaluationState {
    const RULES: &'static [Rule] = &[SubmitEvaluation::RULE, RecuseJuror::RULE];
}

/// What becomes of an allegation; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeConflictState;

impl Permission for ChangeConflictState {
    const RULES: &'static [Rule] = &[ConfirmConflict::RULE, DismissConflict::RULE];
}

/// Any change of the state of a designation; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeDesignationState;

impl Permission for ChangeDesignationState {
    const RULES: &'static [Rule] =
        &[PublishDesignation::RULE, WithdrawDesignation::RULE, AnnulDesignation::RULE];
}

/// Any change of the state of a key of an institution; which one, the body says.
#[derive(Debug, Clone, Copy)]
pub struct ChangeInstitutionKeyState;

impl Permission for ChangeInstitutionKeyState {
    const RULES: &'static [Rule] = &[ConfirmInstitutionKey::RULE, RevokeInstitutionKey::RULE];
}
