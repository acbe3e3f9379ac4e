//! What is configured of each provider: a JSON file, read at the start. What is wrong in it stops the start.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_path_to_error::Segment;

use super::address;
use crate::access::Role;
use crate::error::{Error, Result};

/// Signatures that a provider may be pinned to: of a private key only the provider has.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Seconds that the longest token may live: what is taken away at the provider ends here within a quarter of an hour.
const LIFETIMES: RangeInclusive<i64> = 60..=900;

/// What is configured of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderSettings {
    /// The provider, exactly as `iss` of its tokens and its metadata spell it.
    pub(super) issuer: String,
    /// What `aud` of its tokens must contain.
    pub(super) audience: String,
    /// The algorithms that its tokens may be signed with.
    pub(super) algorithms: Vec<Algorithm>,
    /// The `typ` that the header of its access tokens has.
    #[serde(default = "rfc_9068_type")]
    pub(super) token_type: String,
    /// The claim with the name of a person.
    #[serde(default = "name")]
    pub(super) name_claim: String,
    /// The claim with groups or roles; dots lead into objects.
    #[serde(default)]
    pub(super) roles_claim: Option<String>,
    /// The role that each of those groups stands for.
    #[serde(default)]
    pub(super) roles: BTreeMap<String, Role>,
    /// The claim with scopes that limit those of the account.
    #[serde(default)]
    pub(super) scopes_claim: Option<String>,
    /// Whether whoever shows a token with a known group gets an account.
    #[serde(default)]
    pub(super) create_accounts: bool,
    /// Seconds from `iat` to `exp` of the longest token that is taken.
    #[serde(default = "fifteen_minutes")]
    pub(super) longest_token_seconds: i64,
    /// Certificates (PEM) of the authorities that are trusted instead of those of the operating system.
    #[serde(default)]
    pub(super) ca_file: Option<PathBuf>,
}

fn rfc_9068_type() -> String {
    "at+jwt".to_owned()
}

fn name() -> String {
    "name".to_owned()
}

fn fifteen_minutes() -> i64 {
    900
}

/// The providers that the file at `path` configures; `own_issuer` is the service itself.
///
/// The error is a sentence for the operator that names provider and field.
pub(super) fn read(path: &Path, own_issuer: &str) -> Result<Vec<ProviderSettings>> {
    let faulty = |fault: String| {
        Error::configuration(format!("NASIJ_IDENTITY_PROVIDERS_FILE ({}): {fault}", path.display()))
    };
    let text = std::fs::read_to_string(path).map_err(|cause| faulty(cause.to_string()))?;
    let providers = parse(&text).map_err(faulty)?;
    let mut issuers = BTreeSet::from([own_issuer]);
    for provider in &providers {
        let issuer = &provider.issuer;
        let fault =
            if issuers.insert(issuer) { provider.fault() } else { Some("issuer: there is another one") };
        if let Some(fault) = fault {
            return Err(faulty(format!("provider {issuer:?}, {fault}")));
        }
    }
    Ok(providers)
}

fn parse(text: &str) -> std::result::Result<Vec<ProviderSettings>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let providers = serde_path_to_error::deserialize(&mut deserializer);
    let providers = providers.map_err(|error: serde_path_to_error::Error<serde_json::Error>| {
        format!("{}{}", place(error.path()), error.inner())
    })?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(providers)
}

/// Where in the file: `provider 2, algorithms[0]: `.
fn place(path: &serde_path_to_error::Path) -> String {
    let mut segments = path.iter();
    let Some(Segment::Seq { index }) = segments.next() else { return String::new() };
    let field: String = segments.map(Segment::to_string).collect::<Vec<_>>().join(".");
    let field = if field.is_empty() { field } else { format!(", {field}") };
    format!("provider {}{field}: ", index + 1)
}

impl ProviderSettings {
    /// The first field that makes no sense, with the reason.
    fn fault(&self) -> Option<&'static str> {
        let role_alone = |role: &Role| {
            matches!(role, Role::CityRepresentative | Role::AssociationRepresentative | Role::Integration)
        };
        let empty = |text: &Option<String>| text.as_ref().is_some_and(String::is_empty);
        let checks = [
            (
                address::parse(&self.issuer).is_none_or(|url| url.query().is_some()),
                "issuer: an https URL without a query or fragment is needed (http only on loopback)",
            ),
            (self.audience.is_empty(), "audience: may not be empty"),
            (self.algorithms.is_empty(), "algorithms: at least one is needed"),
            (
                self.algorithms.iter().any(|algorithm| !ALGORITHMS.contains(algorithm)),
                "algorithms: only RS256, PS256, ES256 and EdDSA are taken",
            ),
            (self.token_type.is_empty(), "token_type: may not be empty"),
            (self.name_claim.is_empty(), "name_claim: may not be empty"),
            (empty(&self.roles_claim), "roles_claim: may not be empty"),
            (empty(&self.scopes_claim), "scopes_claim: may not be empty"),
            (
                self.roles_claim.is_some() == self.roles.is_empty(),
                "roles: roles_claim and roles are given together or not at all",
            ),
            (self.create_accounts && self.roles.is_empty(), "create_accounts: needs roles_claim and roles"),
            (
                self.create_accounts && self.roles.values().any(role_alone),
                "roles: with create_accounts no group may stand for a representative or an integration, whom an \
                 administrator has to say more about",
            ),
            (!LIFETIMES.contains(&self.longest_token_seconds), "longest_token_seconds: 60 to 900 are taken"),
        ];
        checks.into_iter().find(|(wrong, _)| *wrong).map(|(_, fault)| fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = r#"[{"issuer": "https://sso.example.ma", "audience": "a", "algorithms": ["RS256"]}]"#;

    fn least() -> ProviderSettings {
        parse(LEAST).unwrap().remove(0)
    }

    #[test]
    fn the_least_is_enough_and_has_safe_defaults() {
        let settings = least();
        assert_eq!(settings.fault(), None);
        assert_eq!((settings.token_type.as_str(), settings.longest_token_seconds), ("at+jwt", 900));
        assert!(!settings.create_accounts && settings.roles_claim.is_none());
    }

    #[test]
    fn the_sample_of_the_documents_is_good() {
        let document = include_str!("../../../docs/operations.md");
        let section = document.split("## The ministry's identity provider").nth(1).unwrap();
        let sample = section.split("```json").nth(1).unwrap().split("```").next().unwrap();
        let providers = parse(sample).unwrap();
        assert!(!providers.is_empty() && providers.iter().all(|provider| provider.fault().is_none()));
        let members: serde_json::Value = serde_json::from_str(sample).unwrap();
        for name in members[0].as_object().unwrap().keys() {
            assert!(section.contains(&format!("`{name}`")), "{name} is not explained");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        for (text, words) in [
            ("", ["EOF", ""]),
            ("{}", ["sequence", ""]),
            (r#"[{"issuer": "https://sso.example.ma"}]"#, ["provider 1", "audience"]),
            (&LEAST.replace("RS256", "none"), ["provider 1, algorithms", "none"]),
            (&LEAST.replace(r#""audience""#, r#""audiences""#), ["provider 1, audiences", "unknown field"]),
            (&LEAST.replace("}]", r#", "roles": {"a": "emperor"}}]"#), ["roles.a", "emperor"]),
            (&LEAST.replace("}]", r#", "issuer": "https://b"}]"#), ["duplicate", "issuer"]),
            (&LEAST.replace("]}]", "]}] x"), ["trailing", ""]),
        ] {
            let told = parse(text).unwrap_err();
            assert!(words.iter().all(|word| told.contains(word)), "{text}: {told}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told_with_its_field() {
        let roles = |group: &str, role| BTreeMap::from([(group.to_owned(), role)]);
        let with_roles = |role| ProviderSettings {
            roles_claim: Some("groups".to_owned()),
            roles: roles("group", role),
            create_accounts: true,
            ..least()
        };
        assert_eq!(with_roles(Role::MinistryOfficer).fault(), None);
        for (settings, field) in [
            (ProviderSettings { issuer: "http://sso.example.ma".to_owned(), ..least() }, "issuer"),
            (ProviderSettings { issuer: "https://sso.example.ma?a".to_owned(), ..least() }, "issuer"),
            (ProviderSettings { audience: String::new(), ..least() }, "audience"),
            (ProviderSettings { algorithms: Vec::new(), ..least() }, "algorithms"),
            (ProviderSettings { algorithms: vec![Algorithm::HS256], ..least() }, "algorithms"),
            (ProviderSettings { algorithms: vec![Algorithm::RS512], ..least() }, "algorithms"),
            (ProviderSettings { token_type: String::new(), ..least() }, "token_type"),
            (ProviderSettings { roles_claim: Some("groups".to_owned()), ..least() }, "roles"),
            (ProviderSettings { roles: roles("a", Role::Admin), ..least() }, "roles"),
            (ProviderSettings { create_accounts: true, ..least() }, "create_accounts"),
            (with_roles(Role::CityRepresentative), "roles"),
            (with_roles(Role::AssociationRepresentative), "roles"),
            (with_roles(Role::Integration), "roles"),
            (ProviderSettings { longest_token_seconds: 59, ..least() }, "longest_token_seconds"),
            (ProviderSettings { longest_token_seconds: 901, ..least() }, "longest_token_seconds"),
        ] {
            let told = settings.fault().unwrap_or_else(|| panic!("{settings:?} should be refused"));
            assert!(told.starts_with(field), "{field}: {told}");
        }
    }
}
