//! What clients ask for: a token (RFC 6749, 4.4.2), or something about one (RFC 7009, 2.1; RFC 7662, 2.1).

use utoipa::ToSchema;

use super::super::scopes::Scope;
use super::client_authentication::ClientParameters;
use super::form::Form;
use super::refusal::OAuthError;

/// The form of a token request.
#[derive(ToSchema)]
pub(super) struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(max_length = 100, examples("client_credentials"))]
    pub grant_type: String,
    /// The scopes wanted, with spaces between; without it, all that the account has.
    #[schema(max_length = 1000, nullable = false, examples("cities:write editions:write"))]
    pub scope: Option<String>,
    /// Who asks.
    #[serde(flatten)]
    pub client: ClientParameters,
}

impl TokenRequest {
    pub(super) fn of(mut form: Form) -> Result<Self, OAuthError> {
        let missing = OAuthError::invalid_request("grant_type is missing");
        let request = Self {
            grant_type: form.take("grant_type").ok_or(missing)?,
            scope: form.take("scope"),
            client: ClientParameters::of(&mut form),
        };
        if request.grant_type != "client_credentials" {
            return Err(OAuthError::unsupported_grant_type());
        }
        Ok(request)
    }

    /// The scopes of the token: all `held`, or those of them that are asked for (RFC 6749, 3.3).
    pub(super) fn granted_scopes(&self, held: &[Scope]) -> Result<Vec<Scope>, OAuthError> {
        let Some(asked) = &self.scope else {
            return Ok(held.to_vec());
        };
        let mut granted = Vec::new();
        for word in asked.split(' ') {
            let scope = word.parse().ok().filter(|scope| held.contains(scope));
            let scope = scope.ok_or_else(OAuthError::invalid_scope)?;
            if !granted.contains(&scope) {
                granted.push(scope);
            }
        }
        Ok(granted)
    }
}

/// The form of a request about a token.
#[derive(ToSchema)]
pub(super) struct PresentedToken {
    /// The token.
    #[schema(max_length = 8192, examples("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"))]
    pub token: String,
    /// What kind of token it is. There is one kind only, so nothing depends on it.
    #[expect(dead_code, reason = "a hint that RFC 7009 lets clients give")]
    #[schema(max_length = 100, nullable = false, examples("access_token"))]
    pub token_type_hint: Option<String>,
    /// Who asks.
    #[serde(flatten)]
    pub client: ClientParameters,
}

impl PresentedToken {
    pub(super) fn of(mut form: Form) -> Result<Self, OAuthError> {
        let missing = OAuthError::invalid_request("token is missing");
        Ok(Self {
            token: form.take("token").ok_or(missing)?,
            token_type_hint: form.take("token_type_hint"),
            client: ClientParameters::of(&mut form),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::refusal::OAuthErrorCode;
    use super::*;

    fn request(form: &str) -> Result<TokenRequest, OAuthErrorCode> {
        Form::parse(form.as_bytes()).and_then(TokenRequest::of).map_err(|error| error.error)
    }

    #[test]
    fn only_client_credentials_are_granted() {
        use OAuthErrorCode::{InvalidRequest, UnsupportedGrantType};
        assert!(request("grant_type=client_credentials&more=1").is_ok());
        for (form, code) in [
            ("", InvalidRequest),
            ("grant_type=", InvalidRequest),
            ("grant_type=password", UnsupportedGrantType),
            ("grant_type=Client_Credentials", UnsupportedGrantType),
            ("grant_type=client_credentials&scope=a&scope=b", InvalidRequest),
        ] {
            assert_eq!(request(form).err(), Some(code), "{form}");
        }
    }

    #[test]
    fn scopes_only_ever_become_fewer() {
        let held = [Scope::CitiesWrite, Scope::EditionsWrite];
        let granted = |asked: Option<&str>| {
            let mut request = request("grant_type=client_credentials").ok().unwrap();
            request.scope = asked.map(str::to_owned);
            request.granted_scopes(&held)
        };
        assert_eq!(granted(None), Ok(held.to_vec()));
        assert_eq!(granted(Some("editions:write editions:write")), Ok(vec![Scope::EditionsWrite]));
        for asked in [
            "audit:read",
            "cities:write audit:read",
            "nonsense",
            " ",
            " cities:write",
            "cities:write  editions:write",
            "cities:write\teditions:write",
            "cities:write\n",
            "\"cities:write\"",
            "cities:wr\\u0069te",
            "cities:write\u{200b}",
        ] {
            assert_eq!(granted(Some(asked)), Err(OAuthError::invalid_scope()), "{asked:?}");
        }
    }
}
