//! What the claims of a provider's token mean here: roles, scopes and a name.

use serde_json::{Map, Value as JsonValue};
use strum::VariantArray as _;

use super::settings::ProviderSettings;
use super::token::ProviderToken;
use crate::access::{Role, Scope};
use crate::http::body::is_forbidden;

/// Characters of the longest name of an account.
const LONGEST_NAME: usize = 200;

impl ProviderSettings {
    /// The roles that the groups of the token stand for; all, when the provider is not asked about roles.
    pub(super) fn roles_of(&self, token: &ProviderToken) -> Vec<Role> {
        let Some(claim) = &self.roles_claim else {
            return Role::VARIANTS.to_vec();
        };
        let mut roles = Vec::new();
        for role in words(find(&token.claims, claim)).filter_map(|group| self.roles.get(group)) {
            if !roles.contains(role) {
                roles.push(*role);
            }
        }
        roles
    }

    /// What the token may be used for as far as the provider is asked: all, when it is not.
    pub(super) fn scopes_of(&self, token: &ProviderToken) -> Vec<Scope> {
        match &self.scopes_claim {
            None => Scope::ALL.to_vec(),
            Some(claim) => words(find(&token.claims, claim))
                .flat_map(|words| words.split(' '))
                .filter_map(|word| word.parse().ok())
                .collect(),
        }
    }

    /// The name for a new account. A token without a usable one gets a neutral one, which an administrator may change.
    pub(super) fn name_of(&self, token: &ProviderToken) -> String {
        let name = find(&token.claims, &self.name_claim).and_then(JsonValue::as_str).unwrap_or_default();
        let readable: String = name
            .chars()
            .filter(|letter| !letter.is_control() && !is_forbidden(*letter))
            .take(LONGEST_NAME)
            .collect();
        match readable.trim() {
            "" => "Account of an identity provider".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// The claim at `path`: a member of just this name (`https://example.ma/groups`), or of an object on the way
/// (`realm_access.roles`).
fn find<'a>(claims: &'a Map<String, JsonValue>, path: &str) -> Option<&'a JsonValue> {
    claims.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        find(claims.get(first)?.as_object()?, rest)
    })
}

/// The words of a claim: a list of texts, or a text alone.
fn words(claim: Option<&JsonValue>) -> impl Iterator<Item = &str> {
    let listed = claim.and_then(JsonValue::as_array).into_iter().flatten();
    claim.into_iter().filter(|claim| claim.is_string()).chain(listed).filter_map(JsonValue::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(claims: JsonValue) -> ProviderToken {
        let claims = claims.as_object().unwrap().clone();
        ProviderToken { subject: "somebody".to_owned(), issued_at: 0, claims }
    }

    fn settings(more: JsonValue) -> ProviderSettings {
        let mut settings = json!({"issuer": "https://a", "audience": "a", "algorithms": ["RS256"]});
        json_patch::merge(&mut settings, &more);
        serde_json::from_value(settings).unwrap()
    }

    #[test]
    fn groups_stand_for_roles_and_unknown_ones_for_nothing() {
        let roles = json!({"officers": "ministry_officer", "also": "ministry_officer", "jury": "juror"});
        let settings = settings(json!({"roles_claim": "realm_access.roles", "roles": roles}));
        for (claims, expected) in [
            (json!({"realm_access": {"roles": ["officers", "also", "admin"]}}), vec![Role::MinistryOfficer]),
            (json!({"realm_access": {"roles": ["jury", 5, null, ["officers"]]}}), vec![Role::Juror]),
            (json!({"realm_access.roles": "jury"}), vec![Role::Juror]),
            (json!({"realm_access": {"roles": "officers jury"}}), vec![]),
            (json!({"realm_access": ["officers"]}), vec![]),
            (json!({"roles": ["officers"]}), vec![]),
            (json!({}), vec![]),
        ] {
            assert_eq!(settings.roles_of(&token(claims.clone())), expected, "{claims}");
        }
    }

    #[test]
    fn a_provider_that_is_not_asked_limits_nothing() {
        let claims = token(json!({"roles": ["nobody"], "scope": "openid"}));
        assert_eq!(settings(json!({})).roles_of(&claims), Role::VARIANTS);
        assert_eq!(settings(json!({})).scopes_of(&claims), Scope::ALL);
    }

    #[test]
    fn scopes_are_read_from_a_text_and_from_a_list() {
        let settings = settings(json!({"scopes_claim": "scope"}));
        for (claims, expected) in [
            (json!({"scope": "openid cities:write audit:read"}), vec![Scope::CitiesWrite, Scope::AuditRead]),
            (json!({"scope": ["cities:write"]}), vec![Scope::CitiesWrite]),
            (json!({}), vec![]),
        ] {
            assert_eq!(settings.scopes_of(&token(claims.clone())), expected, "{claims}");
        }
    }

    #[test]
    fn a_name_is_readable_or_neutral() {
        let settings = settings(json!({}));
        let name = |value: JsonValue| settings.name_of(&token(json!({ "name": value })));
        assert_eq!(name(json!(" أمينة العلوي\n")), "أمينة العلوي");
        assert_eq!(name(json!("A\u{202e}mi\u{feff}na\0")), "Amina");
        assert_eq!(name(json!("x".repeat(300))).len(), 200);
        for unusable in [json!(""), json!("\u{7}"), json!("\u{2066} \u{2069}"), json!(5), json!(null)] {
            assert_eq!(name(unusable), "Account of an identity provider");
        }
    }
}
