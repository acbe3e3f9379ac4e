//! The request for a token (RFC 6749, 4.4.2) and the form of its refusals (5.2), apart from HTTP.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::scopes::Scope;

/// The form of a token request. The credentials stand here or in `Authorization: Basic`, not in both.
#[derive(ToSchema)]
pub(super) struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(max_length = 100, examples("client_credentials"))]
    pub grant_type: String,
    /// The scopes wanted, with spaces between; without it, all that the account has.
    #[schema(max_length = 1000, nullable = false, examples("cities:write editions:write"))]
    pub scope: Option<String>,
    /// The account's identifier, unless it stands in `Authorization: Basic`.
    #[schema(max_length = 100, nullable = false, examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
    pub client_id: Option<String>,
    /// The account's secret, unless it stands in `Authorization: Basic`.
    #[schema(max_length = 200, nullable = false, format = "password")]
    pub client_secret: Option<String>,
}

/// What a token request is refused for (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TokenErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The credentials are missing or wrong, or the account is disabled.
    InvalidClient,
    /// A scope is unknown or the account does not have it.
    InvalidScope,
    /// Another grant than `client_credentials`.
    UnsupportedGrantType,
}

/// The refusal of a token request (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct TokenError {
    /// Stable word for programs.
    #[schema(examples("invalid_client"))]
    pub error: TokenErrorCode,
    /// A sentence for developers.
    #[schema(examples("the client credentials are missing or wrong"))]
    pub error_description: &'static str,
}

impl TokenError {
    pub(super) fn invalid_request(error_description: &'static str) -> Self {
        Self { error: TokenErrorCode::InvalidRequest, error_description }
    }

    pub(super) fn invalid_client() -> Self {
        let error_description = "the client credentials are missing or wrong";
        Self { error: TokenErrorCode::InvalidClient, error_description }
    }
}

/// A well-formed token request. No `Debug`: it holds the secret.
pub(super) struct ClientCredentials {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) scope: Option<String>,
}

impl ClientCredentials {
    /// Reads the form and the `Authorization` header.
    pub(super) fn read(form: &[u8], authorization: Option<&str>) -> Result<Self, TokenError> {
        let request = TokenRequest::parse(form)?;
        if request.grant_type != "client_credentials" {
            return Err(TokenError {
                error: TokenErrorCode::UnsupportedGrantType,
                error_description: "grant_type must be client_credentials",
            });
        }
        let (client_id, client_secret) = match authorization {
            Some(header) => in_header(header, &request)?,
            None => request.client_id.zip(request.client_secret).ok_or_else(TokenError::invalid_client)?,
        };
        Ok(Self { client_id, client_secret, scope: request.scope })
    }
}

impl TokenRequest {
    /// Parameters without a value count as left out, unknown ones are ignored, repeated ones refused (RFC 6749, 3.2).
    fn parse(form: &[u8]) -> Result<Self, TokenError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(form).into_owned() {
            if parameters.insert(name, value).is_some() {
                return Err(TokenError::invalid_request("a parameter is repeated"));
            }
        }
        let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_empty());
        Ok(Self {
            grant_type: take("grant_type").ok_or(TokenError::invalid_request("grant_type is missing"))?,
            scope: take("scope"),
            client_id: take("client_id"),
            client_secret: take("client_secret"),
        })
    }
}

/// The credentials of `Authorization: Basic`; the form may repeat the client's identifier, but no secret.
fn in_header(header: &str, request: &TokenRequest) -> Result<(String, String), TokenError> {
    let (client_id, client_secret) = basic_credentials(header).ok_or_else(TokenError::invalid_client)?;
    if request.client_secret.is_some() {
        return Err(TokenError::invalid_request("the client authenticates in two ways at once"));
    }
    if request.client_id.as_ref().is_some_and(|id| *id != client_id) {
        return Err(TokenError::invalid_request(
            "client_id differs from the one of the Authorization header",
        ));
    }
    Ok((client_id, client_secret))
}

/// RFC 7617, 2, with both parts form-encoded first (RFC 6749, 2.3.1).
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let credentials = String::from_utf8(STANDARD.decode(credentials.trim_matches(' ')).ok()?).ok()?;
    let (client_id, client_secret) = credentials.split_once(':')?;
    Some((form_decoded(client_id)?, form_decoded(client_secret)?))
}

/// One form-encoded value; `None` when it holds what such a value cannot.
fn form_decoded(value: &str) -> Option<String> {
    if value.contains(['&', '=']) {
        return None;
    }
    form_urlencoded::parse(value.as_bytes()).next().map(|(value, _)| value.into_owned())
}

/// The scopes of a token: all `held`, or those of them that are asked for (RFC 6749, 3.3).
pub(super) fn granted_scopes(asked: Option<&str>, held: &[Scope]) -> Result<Vec<Scope>, TokenError> {
    let Some(asked) = asked else {
        return Ok(held.to_vec());
    };
    let mut granted = Vec::new();
    for word in asked.split(' ') {
        match word.parse().ok().filter(|scope| held.contains(scope)) {
            Some(scope) if !granted.contains(&scope) => granted.push(scope),
            Some(_) => {}
            None => {
                return Err(TokenError {
                    error: TokenErrorCode::InvalidScope,
                    error_description: "a scope is unknown or not granted to the client",
                });
            }
        }
    }
    Ok(granted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(credentials: &str) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    fn read(form: &str, authorization: Option<&str>) -> Result<(String, String), TokenErrorCode> {
        ClientCredentials::read(form.as_bytes(), authorization)
            .map(|credentials| (credentials.client_id, credentials.client_secret))
            .map_err(|error| error.error)
    }

    #[test]
    fn both_ways_of_authentication_are_read() {
        let expected = Ok(("a b".to_owned(), "c:d".to_owned()));
        assert_eq!(
            read("grant_type=client_credentials&client_id=a+b&client_secret=c%3Ad&more=1", None),
            expected
        );
        assert_eq!(read("grant_type=client_credentials", Some(&basic("a%20b:c%3Ad"))), expected);
        assert_eq!(read("grant_type=client_credentials&client_id=a+b", Some(&basic("a+b:c:d"))), expected);
    }

    #[test]
    fn malformed_requests_are_refused() {
        use TokenErrorCode::{InvalidClient, InvalidRequest, UnsupportedGrantType};
        let header = basic("id:secret");
        for (form, authorization, code) in [
            ("", None, InvalidRequest),
            ("grant_type=", None, InvalidRequest),
            ("grant_type=password", None, UnsupportedGrantType),
            ("grant_type=client_credentials&grant_type=client_credentials", None, InvalidRequest),
            ("grant_type=client_credentials&scope=a&scope=b", Some(header.as_str()), InvalidRequest),
            ("grant_type=client_credentials", None, InvalidClient),
            ("grant_type=client_credentials&client_id=id", None, InvalidClient),
            ("grant_type=client_credentials&client_secret=secret", Some(header.as_str()), InvalidRequest),
            ("grant_type=client_credentials&client_id=other", Some(header.as_str()), InvalidRequest),
            ("grant_type=client_credentials", Some("Bearer abc"), InvalidClient),
            ("grant_type=client_credentials", Some("Basic"), InvalidClient),
            ("grant_type=client_credentials", Some("Basic %%%"), InvalidClient),
        ] {
            assert_eq!(read(form, authorization), Err(code), "{form} {authorization:?}");
        }
        for credentials in ["id", "id:secret&more", "id:secret=more"] {
            assert_eq!(read("grant_type=client_credentials", Some(&basic(credentials))), Err(InvalidClient));
        }
    }

    #[test]
    fn scopes_only_ever_become_fewer() {
        let held = [Scope::CitiesWrite, Scope::EditionsWrite];
        assert_eq!(granted_scopes(None, &held), Ok(held.to_vec()));
        assert_eq!(
            granted_scopes(Some("editions:write editions:write"), &held),
            Ok(vec![Scope::EditionsWrite])
        );
        for asked in
            ["audit:read", "cities:write audit:read", "nonsense", " ", "cities:write  editions:write"]
        {
            let refusal = granted_scopes(Some(asked), &held).expect_err(asked);
            assert_eq!(refusal.error, TokenErrorCode::InvalidScope);
        }
    }
}
