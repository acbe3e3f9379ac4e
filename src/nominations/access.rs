//! Who sees a nomination and who may write it.

use super::model::{NominationRow, Subject};
use super::rules::Status;
use crate::access::Caller;
use crate::access::policy::{
    AskForCompletion, CreateNomination, DisqualifyNomination, DraftNominations, FindEligible, FindIneligible,
    HandToJury, RevokeNomination, Rule, SubmitNomination, WithdrawNomination,
};
use crate::database::fragment::{Fragment, Value};
use crate::database::types::Id;
use crate::error::Result;

/// Who reads: it decides which nominations there are for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody: the nominations that were ever submitted.
    Public,
    /// An account: beside those, the ones that it nominated itself or whose subject it speaks for.
    Account {
        /// The account.
        id: Id,
        /// The city that it speaks for.
        city_code: Option<String>,
        /// The association that it speaks for.
        association_id: Option<Id>,
    },
    /// Those who run the process or watch over it: all nominations.
    Office,
}

impl Audience {
    /// The audience that a caller belongs to.
    pub fn of(caller: Option<&Caller>) -> Self {
        let Some(caller) = caller else { return Self::Public };
        if DraftNominations::RULE.permits(caller, false) {
            return Self::Office;
        }
        Self::Account {
            id: caller.account_id,
            city_code: caller.city_code.clone().filter(|code| caller.represents_city(code)),
            association_id: caller.association_id.filter(|id| caller.represents_association(*id)),
        }
    }

    /// The condition that the audience sees a row of `nominations`.
    pub fn scope(&self) -> Fragment {
        const SUBMITTED: &str = "(nominations.submitted_at IS NOT NULL";
        match self {
            Self::Public => Fragment::new(SUBMITTED).sql(")"),
            Self::Account { id, city_code, association_id } => {
                let mut scope =
                    Fragment::new(SUBMITTED).sql(" OR nominations.nominator_id = ").value(Value::Id(*id));
                if let Some(code) = city_code {
                    scope = scope.sql(" OR nominations.city_code = ").value(Value::Text(code.clone()));
                }
                if let Some(id) = association_id {
                    scope = scope.sql(" OR nominations.association_id = ").value(Value::Id(*id));
                }
                scope.sql(")")
            }
            Self::Office => Fragment::new("(1 = 1)"),
        }
    }
}

/// Refuses with 403 unless `caller` may nominate `subject`: a representative only what it speaks for.
pub fn may_nominate(caller: &Caller, subject: &Subject) -> Result<()> {
    let represented = match subject {
        Subject::City(code) => caller.represents_city(code),
        Subject::Association(id) => caller.represents_association(*id),
    };
    caller.require(CreateNomination::RULE, represented)
}

/// Refuses with 403 unless `caller` may use `rule` on the nomination, as far as its state allows. A nomination is the
/// own of its nominator.
pub fn may_use(rule: Rule, caller: &Caller, nomination: &NominationRow) -> Result<()> {
    caller.require(rule, nomination.nominator_id == caller.account_id)
}

/// The rule for taking a nomination to a state.
/// None leads to a state that comes with the jury's closing, the designation or the publication.
pub fn rule_to(status: Status) -> Option<Rule> {
    match status {
        Status::Submitted => Some(SubmitNomination::RULE),
        Status::NeedsCompletion => Some(AskForCompletion::RULE),
        Status::Eligible => Some(FindEligible::RULE),
        Status::Ineligible => Some(FindIneligible::RULE),
        Status::UnderEvaluation => Some(HandToJury::RULE),
        Status::Withdrawn => Some(WithdrawNomination::RULE),
        Status::Disqualified => Some(DisqualifyNomination::RULE),
        Status::Revoked => Some(RevokeNomination::RULE),
        Status::Draft | Status::Shortlisted | Status::Selected | Status::Reserve | Status::NotSelected => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Credential, Role, Scope};

    fn caller(role: Role) -> Caller {
        Caller {
            account_id: Id::new(),
            name: "Somebody".to_owned(),
            roles: vec![role],
            scopes: vec![Scope::NominationsSubmit],
            city_code: Some("03.231.01.0".to_owned()),
            association_id: Some(Id::new()),
            credential: Credential::Key,
        }
    }

    #[test]
    fn only_those_who_run_or_watch_the_process_see_everything() {
        assert_eq!(Audience::of(None), Audience::Public);
        for role in [Role::Admin, Role::MinistryOfficer, Role::IcsoOfficer, Role::Auditor] {
            assert_eq!(Audience::of(Some(&caller(role))), Audience::Office, "{role}");
        }
        for role in [Role::Juror, Role::JuryChair, Role::Integration] {
            let caller = caller(role);
            let alone = Audience::Account { id: caller.account_id, city_code: None, association_id: None };
            assert_eq!(Audience::of(Some(&caller)), alone, "{role}");
        }
    }

    #[test]
    fn a_representative_nominates_only_what_it_speaks_for() {
        let city = Subject::City("03.231.01.0".to_owned());
        let association = Subject::Association(Id::new());
        assert!(may_nominate(&caller(Role::CityRepresentative), &city).is_ok());
        assert!(
            may_nominate(&caller(Role::CityRepresentative), &Subject::City("02.411.01.23".to_owned()))
                .is_err()
        );
        assert!(may_nominate(&caller(Role::CityRepresentative), &association).is_err());
        assert!(may_nominate(&caller(Role::AssociationRepresentative), &association).is_err());
        assert!(may_nominate(&caller(Role::AssociationRepresentative), &city).is_err());
        assert!(may_nominate(&caller(Role::Integration), &association).is_ok());
    }

    #[test]
    fn the_table_of_authorisation_names_the_states_that_the_machine_allows() {
        use strum::VariantNames as _;
        let states =
            || Status::VARIANTS.iter().map(|word| serde_json::from_value(serde_json::json!(word)).unwrap());
        for to in states().filter(|to: &Status| to.can_be_asked_for()) {
            let left_for: Vec<Status> =
                states().filter(|from: &Status| from.allowed().contains(&to)).collect();
            let words: Vec<String> = left_for.iter().map(crate::database::types::keyword).collect();
            assert_eq!(rule_to(to).unwrap().states, words, "{to:?}");
        }
    }
}
