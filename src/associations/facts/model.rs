//! The facts, and who writes them.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::{Caller, Role};
use crate::associations::input::AssociationInput;
use crate::database::schema::association_facts;
use crate::database::types::{Id, Keyword, UtcTime};

/// A fact of an association that a check of eligibility rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AssociationFact)]
pub enum Fact {
    /// That the association stands in the register. What was not changed since was written with it.
    Entry,
    /// The city of its seat.
    CityCode,
    /// Its status.
    Status,
    /// Its fields of activity.
    ActivityFields,
    /// Its values.
    Values,
    /// What it is for.
    Object,
    /// The day of its latest activity.
    LastActivityOn,
    /// The number of its volunteers.
    Volunteers,
    /// That it is national.
    National,
    /// That its board is unpaid.
    Voluntary,
    /// That it makes no profit.
    NonProfit,
    /// That it is no political body.
    NonPolitical,
    /// Its receipt.
    ReceiptStatus,
    /// The day of its receipt.
    ReceiptOn,
}

impl Fact {
    const CHANGING: [Self; 13] = [
        Self::CityCode,
        Self::Status,
        Self::ActivityFields,
        Self::Values,
        Self::Object,
        Self::LastActivityOn,
        Self::Volunteers,
        Self::National,
        Self::Voluntary,
        Self::NonProfit,
        Self::NonPolitical,
        Self::ReceiptStatus,
        Self::ReceiptOn,
    ];

    /// The facts whose values differ between two states of an association.
    pub fn changed(before: &AssociationInput, after: &AssociationInput) -> Vec<Self> {
        Self::CHANGING.into_iter().filter(|fact| fact.differs(before, after)).collect()
    }

    fn differs(self, before: &AssociationInput, after: &AssociationInput) -> bool {
        let (was, is) = (&before.attestations, &after.attestations);
        match self {
            Self::Entry => false,
            Self::CityCode => before.city_code != after.city_code,
            Self::Status => before.status != after.status,
            Self::ActivityFields => {
                let set = |input: &AssociationInput| -> BTreeSet<String> {
                    input.activity_fields.iter().cloned().collect()
                };
                set(before) != set(after)
            }
            Self::Values => {
                let set =
                    |input: &AssociationInput| -> BTreeSet<_> { input.values.iter().copied().collect() };
                set(before) != set(after)
            }
            Self::Object => before.object != after.object,
            Self::LastActivityOn => before.last_activity_on != after.last_activity_on,
            Self::Volunteers => before.volunteers != after.volunteers,
            Self::National => was.national != is.national,
            Self::Voluntary => was.voluntary != is.voluntary,
            Self::NonProfit => was.non_profit != is.non_profit,
            Self::NonPolitical => was.non_political != is.non_political,
            Self::ReceiptStatus => before.receipt_status != after.receipt_status,
            Self::ReceiptOn => before.receipt_on != after.receipt_on,
        }
    }
}

/// What the author of a fact was when writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// An account that belonged to the association itself, whatever its roles.
    AssociationRepresentative,
    /// An administrator of the service.
    Administrator,
    /// An officer of the ministry, which keeps the register.
    Ministry,
    /// Another system.
    Integration,
    /// The reference data of a release.
    Source,
}

/// Who writes a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    kind: AuthorKind,
    account_id: Option<Id>,
    city_code: Option<String>,
    source: Option<String>,
}

impl Author {
    /// The author that `caller` is when writing about an association; about none, when that is new.
    pub fn of(caller: &Caller, association: Option<Id>) -> Self {
        let is_own = association.is_some() && caller.association_id == association;
        let kind = if is_own {
            AuthorKind::AssociationRepresentative
        } else if caller.is_any_of(&[Role::MinistryOfficer]) {
            AuthorKind::Ministry
        } else if caller.is_any_of(&[Role::Admin]) {
            AuthorKind::Administrator
        } else {
            AuthorKind::Integration
        };
        Self { kind, account_id: Some(caller.account_id), city_code: caller.city_code.clone(), source: None }
    }

    /// The data set of this name.
    pub fn source(name: &str) -> Self {
        Self { kind: AuthorKind::Source, account_id: None, city_code: None, source: Some(name.to_owned()) }
    }
}

/// Who last changed a fact, and when, as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = association_facts, treat_none_as_default_value = false)]
pub struct FactRow {
    /// The association.
    pub association_id: Id,
    /// The fact.
    pub fact: Keyword<Fact>,
    /// When.
    pub written_at: UtcTime,
    /// What the author was.
    pub written_by: Keyword<AuthorKind>,
    /// The author's account; none of a data set. Never public.
    pub account_id: Option<Id>,
    /// The city that the account belonged to. Never public.
    pub city_code: Option<String>,
    /// The data set.
    pub source: Option<String>,
}

impl FactRow {
    /// A fact that `author` wrote `at` a time.
    pub(super) fn new(association_id: Id, fact: Fact, author: &Author, at: UtcTime) -> Self {
        Self {
            association_id,
            fact: Keyword(fact),
            written_at: at,
            written_by: Keyword(author.kind),
            account_id: author.account_id,
            city_code: author.city_code.clone(),
            source: author.source.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(more: serde_json::Value) -> AssociationInput {
        let mut whole = json!({"name": {"fr": "Association"}});
        for (field, value) in more.as_object().into_iter().flatten() {
            whole[field] = value.clone();
        }
        serde_json::from_value(whole).unwrap()
    }

    #[test]
    fn only_another_value_is_a_change() {
        let before = input(json!({
            "status": "active", "activity_fields": ["1", "6"], "values": ["dialogue", "citizenship"],
            "attestations": {"national": true}, "website": "https://example.org",
        }));
        let same = input(json!({
            "status": "active", "activity_fields": ["6", "1", "6"], "values": ["citizenship", "dialogue"],
            "attestations": {"national": true}, "website": "https://example.com",
        }));
        assert_eq!(Fact::changed(&before, &same), []);
        let other = input(json!({
            "status": "dormant", "activity_fields": ["1"], "values": ["citizenship", "dialogue"],
            "attestations": {"national": true, "non_profit": true},
        }));
        assert_eq!(Fact::changed(&before, &other), [Fact::Status, Fact::ActivityFields, Fact::NonProfit]);
    }

    #[test]
    fn every_fact_but_the_entry_can_change() {
        let all = input(json!({
            "city_code": "c", "status": "active", "activity_fields": ["1"], "values": ["dialogue"],
            "object": {"fr": "Objet"}, "last_activity_on": "2026-01-01", "volunteers": 1, "receipt_status": "final",
            "receipt_on": "2026-01-01",
            "attestations": {"national": true, "voluntary": true, "non_profit": true, "non_political": true},
        }));
        assert_eq!(Fact::changed(&input(json!({})), &all), Fact::CHANGING);
    }
}
