//! The words of access: scopes (what a token may be used for) and roles (what an account is).

use std::fmt::{self, Display};
use std::str::FromStr;

use clap::ValueEnum;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as WordError;
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use utoipa::ToSchema;

use crate::database::types::keyword;

/// What an access token may be used for (RFC 6749, 3.3). A scope is never enough: the role is checked as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, VariantArray)]
pub enum Scope {
    /// Change cities.
    #[serde(rename = "cities:write")]
    CitiesWrite,
    /// Change editions, their events, partners, criteria and honours.
    #[serde(rename = "editions:write")]
    EditionsWrite,
    /// Change the register of associations.
    #[serde(rename = "associations:write")]
    AssociationsWrite,
    /// Read the internal records of associations.
    #[serde(rename = "associations:read_internal")]
    AssociationsReadInternal,
    /// Write and submit nominations.
    #[serde(rename = "nominations:submit")]
    NominationsSubmit,
    /// Screen nominations and decide on them.
    #[serde(rename = "nominations:manage")]
    NominationsManage,
    /// Evaluate nominations as a juror.
    #[serde(rename = "evaluations:write")]
    EvaluationsWrite,
    /// Publish results.
    #[serde(rename = "results:publish")]
    ResultsPublish,
    /// Manage webhooks.
    #[serde(rename = "webhooks:manage")]
    WebhooksManage,
    /// Import records in bulk.
    #[serde(rename = "imports:write")]
    ImportsWrite,
    /// Manage accounts and their secrets.
    #[serde(rename = "accounts:manage")]
    AccountsManage,
    /// Ask about the tokens of others.
    #[serde(rename = "tokens:introspect")]
    TokensIntrospect,
    /// Read the audit trail.
    #[serde(rename = "audit:read")]
    AuditRead,
}

impl Scope {
    /// All scopes.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// What the scope allows, for people.
    pub fn description(self) -> &'static str {
        match self {
            Self::CitiesWrite => "Change cities",
            Self::EditionsWrite => "Change editions, their events, partners, criteria and honours",
            Self::AssociationsWrite => "Change the register of associations",
            Self::AssociationsReadInternal => "Read the internal records of associations",
            Self::NominationsSubmit => "Write and submit nominations",
            Self::NominationsManage => "Screen nominations and decide on them",
            Self::EvaluationsWrite => "Evaluate nominations as a juror, with a credential of one's own",
            Self::ResultsPublish => "Publish results",
            Self::WebhooksManage => "Manage webhooks",
            Self::ImportsWrite => "Import records in bulk",
            Self::AccountsManage => "Manage accounts and their secrets",
            Self::TokensIntrospect => "Ask about the tokens of others",
            Self::AuditRead => "Read the audit trail",
        }
    }

    /// Scopes as OAuth writes them: with spaces between (RFC 6749, 3.3).
    pub fn join(scopes: &[Self]) -> String {
        scopes.iter().map(Self::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&keyword(self))
    }
}

/// A word that names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such scope; the scopes are: {}", Scope::join(Scope::ALL))]
pub struct UnknownScope;

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, UnknownScope> {
        let word: serde::de::value::StrDeserializer<'_, WordError> = word.into_deserializer();
        Self::deserialize(word).map_err(|_| UnknownScope)
    }
}

/// What an account is, which decides together with the scope what it may do.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    ToSchema,
    VariantArray,
    strum::VariantNames,
    ValueEnum,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Role {
    /// Administers the service
    Admin,
    /// The ministry: keeps the register, screens nominations, publishes
    MinistryOfficer,
    /// ICSO: confirms the values, co-signs designations
    IcsoOfficer,
    /// Scores nominations
    Juror,
    /// Draws and closes the jury and breaks ties; scores nothing
    JuryChair,
    /// Reads everything, writes nothing
    Auditor,
    /// Speaks for one city
    CityRepresentative,
    /// Speaks for one association
    AssociationRepresentative,
    /// Another system, with the scopes it was given
    Integration,
}

impl Role {
    /// The scopes that an account of this role has unless it is given fewer. Another system has none of itself: it is
    /// given each of them.
    pub fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Admin => Scope::VARIANTS,
            Self::MinistryOfficer => &[
                Scope::CitiesWrite,
                Scope::EditionsWrite,
                Scope::AssociationsWrite,
                Scope::AssociationsReadInternal,
                Scope::NominationsSubmit,
                Scope::NominationsManage,
                Scope::ResultsPublish,
                Scope::ImportsWrite,
            ],
            Self::IcsoOfficer => &[Scope::EditionsWrite, Scope::NominationsSubmit, Scope::NominationsManage],
            Self::Juror | Self::JuryChair => &[Scope::EvaluationsWrite],
            Self::Auditor => &[Scope::AuditRead, Scope::AssociationsReadInternal],
            Self::CityRepresentative => &[Scope::NominationsSubmit],
            Self::AssociationRepresentative => &[Scope::NominationsSubmit, Scope::AssociationsWrite],
            Self::Integration => &[],
        }
    }

    /// Whether an account of this role can have `scope` at all. Another system never administers accounts, and audit
    /// is for people.
    pub fn may_have(self, scope: Scope) -> bool {
        match self {
            Self::Integration => !matches!(scope, Scope::AccountsManage | Scope::AuditRead),
            _ => self.scopes().contains(&scope),
        }
    }
}

impl Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&keyword(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_read_as_it_is_written() {
        assert_eq!(Scope::ALL.len(), 13);
        for scope in Scope::ALL {
            assert_eq!(scope.to_string().parse(), Ok(*scope));
        }
        assert_eq!("associations:read_internal".parse(), Ok(Scope::AssociationsReadInternal));
    }

    #[test]
    fn anything_else_is_no_scope() {
        for word in ["", "cities", "Cities:write", "cities:write ", "CitiesWrite", "admin"] {
            assert_eq!(word.parse::<Scope>(), Err(UnknownScope), "{word:?}");
        }
    }

    #[test]
    fn roles_are_snake_case_words_everywhere() {
        for role in Role::VARIANTS {
            let on_the_command_line = role.to_possible_value().map(|value| value.get_name().to_owned());
            assert_eq!(on_the_command_line, Some(role.to_string()));
        }
        assert_eq!(Role::CityRepresentative.to_string(), "city_representative");
    }

    #[test]
    fn every_role_may_have_its_own_scopes() {
        for role in Role::VARIANTS {
            assert!(role.scopes().iter().all(|scope| role.may_have(*scope)));
        }
    }
}
