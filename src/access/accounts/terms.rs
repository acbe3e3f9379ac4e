//! The words of accounts: what an account is of, whether it may be used, and who it is at another issuer.

// The words that strum makes have no documentation of their own.
#![allow(missing_docs)]

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};
use utoipa::ToSchema;
use validator::Validate;

use crate::validation;

/// Whether a person or a system has the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum AccountKind {
    /// A person
    Person,
    /// A system
    System,
}

/// Whether the account may be used.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, VariantNames, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum AccountStatus {
    /// It may be used.
    #[default]
    Active,
    /// Neither its credentials nor its tokens are good.
    Disabled,
}

/// Who an account is at an identity provider: both claims of its tokens (OpenID Connect Core 1.0, 2).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountIdentity)]
pub struct Identity {
    /// The issuer, exactly as the provider writes it (`iss`).
    #[validate(custom(function = "validation::http_url"))]
    #[schema(
        format = "uri",
        min_length = 1,
        max_length = 500,
        examples("https://sso.example.ma/realms/agents")
    )]
    pub issuer: String,
    /// The subject, which that issuer gives to nobody else (`sub`).
    #[validate(custom(function = "validation::single_line"))]
    #[schema(min_length = 1, max_length = 255, examples("248289761001"))]
    pub subject: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Who somebody is elsewhere belongs in no log.
        f.write_str("Identity(…)")
    }
}
