//! How a client shows who it is, at all OAuth endpoints alike and in exactly one way at a time: with its secret in
//! `Authorization: Basic` (`client_secret_basic`) or in the form (`client_secret_post`), or with an assertion that it
//! signed itself (`private_key_jwt`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::super::accounts::{self, Account, Authenticated, Credential};
use super::super::jwt::Unverified;
use super::client_assertion::{self, Audiences, ClientAssertion};
use super::form::Form;
use super::queries;
use super::refusal::{OAuthError, Refusal};
use crate::database::types::{Id, UtcTime};
use crate::database::{Database, Outcome};

/// Who asks, unless `Authorization: Basic` says it: `client_id` and `client_secret`, or `client_assertion_type` and
/// `client_assertion`.
#[derive(Default, ToSchema)]
pub(super) struct ClientParameters {
    /// The account's identifier.
    #[schema(max_length = 100, nullable = false, examples("01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11"))]
    pub client_id: Option<String>,
    /// The account's secret.
    #[schema(max_length = 200, nullable = false, format = "password")]
    pub client_secret: Option<String>,
    /// Always `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[schema(
        max_length = 100,
        nullable = false,
        examples("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    )]
    pub client_assertion_type: Option<String>,
    /// A JWT that the account signed with one of its keys (RFC 7523, 2.2).
    #[schema(max_length = 8192, nullable = false)]
    pub client_assertion: Option<String>,
}

impl ClientParameters {
    /// Takes them out of the form.
    pub(super) fn of(form: &mut Form) -> Self {
        Self {
            client_id: form.take("client_id"),
            client_secret: form.take("client_secret"),
            client_assertion_type: form.take("client_assertion_type"),
            client_assertion: form.take("client_assertion"),
        }
    }
}

/// What a client shows. No `Debug`: it holds the secret.
pub(super) enum Credentials {
    /// Its secret.
    Secret { client_id: String, client_secret: String },
    /// An assertion, which names the client itself; the form may repeat its identifier.
    Assertion { client_id: Option<String>, assertion: String },
}

impl Credentials {
    /// Reads the `Authorization` header and the form, one of which has the credentials.
    pub(super) fn read(authorization: Option<&str>, client: ClientParameters) -> Result<Self, OAuthError> {
        let by_assertion = client.client_assertion.is_some() || client.client_assertion_type.is_some();
        let ways = [authorization.is_some(), client.client_secret.is_some(), by_assertion];
        if ways.iter().filter(|way| **way).count() > 1 {
            return Err(OAuthError::invalid_request("the client authenticates in two ways at once"));
        }
        match authorization {
            Some(header) => in_header(header, client.client_id),
            None if by_assertion => asserted(client),
            None => {
                let both = client.client_id.zip(client.client_secret);
                let (client_id, client_secret) = both.ok_or_else(OAuthError::invalid_client)?;
                Ok(Self::Secret { client_id, client_secret })
            }
        }
    }

    /// The account that they name, whether they are right or not; `None` when that cannot be one.
    pub(super) fn account_id(&self) -> Option<Id> {
        match self {
            Self::Secret { client_id, .. } => client_id.parse().ok(),
            Self::Assertion { assertion, .. } => {
                Unverified::parse(assertion)?.claims.text("sub")?.parse().ok()
            }
        }
    }
}

/// The credentials of `Authorization: Basic`; the form may repeat the client's identifier.
fn in_header(header: &str, repeated_id: Option<String>) -> Result<Credentials, OAuthError> {
    let (client_id, client_secret) = basic_credentials(header).ok_or_else(OAuthError::invalid_client)?;
    if repeated_id.is_some_and(|id| id != client_id) {
        return Err(OAuthError::invalid_request(
            "client_id differs from the one of the Authorization header",
        ));
    }
    Ok(Credentials::Secret { client_id, client_secret })
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

fn asserted(client: ClientParameters) -> Result<Credentials, OAuthError> {
    if client.client_assertion_type.as_deref() != Some(client_assertion::TYPE) {
        return Err(OAuthError::invalid_request(
            "client_assertion_type is missing or not the one of RFC 7523",
        ));
    }
    let missing = OAuthError::invalid_request("client_assertion is missing");
    let assertion = client.client_assertion.ok_or(missing)?;
    Ok(Credentials::Assertion { client_id: client.client_id, assertion })
}

/// The account that the credentials belong to, if it may be used, and which of its credentials they are. An assertion must be meant for one of `audiences`,
/// and is used up by this.
pub(super) async fn authenticate(
    database: &Database,
    credentials: Credentials,
    audiences: Audiences,
) -> Result<(Account, Credential), Refusal> {
    match credentials {
        Credentials::Secret { client_id, client_secret } => {
            by_secret(database, client_id, client_secret).await
        }
        Credentials::Assertion { client_id, assertion } => {
            by_assertion(database, client_id, assertion, audiences).await
        }
    }
}

async fn by_secret(
    database: &Database,
    client_id: String,
    client_secret: String,
) -> Result<(Account, Credential), Refusal> {
    let authenticated = database
        .read(move |connection| accounts::authenticate(connection, &client_id, &client_secret))
        .await?
        .ok_or_else(OAuthError::invalid_client)?;
    note_use(database, &authenticated).await;
    Ok((authenticated.account, Credential::Secret(authenticated.secret_id)))
}

/// Notes when the secret was used last, as well as it goes: nobody is refused because of it.
async fn note_use(database: &Database, authenticated: &Authenticated) {
    let Some(secret) = authenticated.unnoted_secret() else {
        return;
    };
    let noted = database.write(Outcome::Keep, move |connection| accounts::note_use(connection, secret)).await;
    if let Err(error) = noted {
        log::warn!("the use of a client secret could not be noted: {error}");
    }
}

/// Only what is signed is written down as used: nobody fills the database with made-up assertions.
async fn by_assertion(
    database: &Database,
    client_id: Option<String>,
    assertion: String,
    audiences: Audiences,
) -> Result<(Account, Credential), Refusal> {
    let verified = database
        .read(move |connection| {
            let Some(assertion) = ClientAssertion::read(&assertion, &audiences, UtcTime::now()) else {
                return Ok(None);
            };
            if client_id.as_ref().is_some_and(|id| *id != assertion.client_id()) {
                return Ok(None);
            }
            let account = accounts::find(connection, assertion.single_use().account_id)?;
            let signer = account.filter(|account| {
                account.disabled_at.is_none() && assertion.is_signed_by_one_of(&account.public_keys)
            });
            Ok(signer.map(|account| (account, assertion.single_use().clone())))
        })
        .await?;
    let (account, single_use) = verified.ok_or_else(OAuthError::invalid_client)?;
    let used_first =
        database.write(Outcome::Keep, move |connection| queries::use_up(connection, &single_use)).await?;
    if used_first { Ok((account, Credential::Key)) } else { Err(OAuthError::invalid_client().into()) }
}

#[cfg(test)]
mod tests {
    use super::super::refusal::OAuthErrorCode;
    use super::*;

    fn basic(credentials: &str) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    fn read(form: &str, authorization: Option<&str>) -> Result<(Option<String>, String), OAuthErrorCode> {
        let mut form = Form::parse(form.as_bytes()).ok().unwrap();
        match Credentials::read(authorization, ClientParameters::of(&mut form)) {
            Ok(Credentials::Secret { client_id, client_secret }) => Ok((Some(client_id), client_secret)),
            Ok(Credentials::Assertion { client_id, assertion }) => Ok((client_id, assertion)),
            Err(error) => Err(error.error),
        }
    }

    #[test]
    fn all_ways_of_authentication_are_read() {
        let expected = Ok((Some("a b".to_owned()), "c:d".to_owned()));
        assert_eq!(read("client_id=a+b&client_secret=c%3Ad&more=1", None), expected);
        assert_eq!(read("", Some(&basic("a%20b:c%3Ad"))), expected);
        assert_eq!(read("client_id=a+b", Some(&basic("a+b:c:d"))), expected);
        let form = format!("client_assertion_type={}&client_assertion=x.y.z", client_assertion::TYPE);
        assert_eq!(read(&form, None), Ok((None, "x.y.z".to_owned())));
        assert_eq!(
            read(&format!("{form}&client_id=a"), None),
            Ok((Some("a".to_owned()), "x.y.z".to_owned()))
        );
    }

    #[test]
    fn anything_else_is_refused() {
        use OAuthErrorCode::{InvalidClient, InvalidRequest};
        let header = basic("id:secret");
        let assertion = format!("client_assertion_type={}&client_assertion=x", client_assertion::TYPE);
        for (form, authorization, code) in [
            ("", None, InvalidClient),
            ("client_id=id", None, InvalidClient),
            ("client_secret=secret", None, InvalidClient),
            ("client_secret=secret", Some(header.as_str()), InvalidRequest),
            ("client_id=other", Some(header.as_str()), InvalidRequest),
            (&assertion, Some(header.as_str()), InvalidRequest),
            (&format!("{assertion}&client_secret=x"), None, InvalidRequest),
            ("client_assertion=x", None, InvalidRequest),
            ("client_assertion=x&client_assertion_type=saml", None, InvalidRequest),
            (&assertion.replace("=x", "="), None, InvalidRequest),
            ("", Some("Bearer abc"), InvalidClient),
            ("", Some("Basic"), InvalidClient),
            ("", Some("Basic %%%"), InvalidClient),
            ("", Some(&basic("id")), InvalidClient),
            ("", Some(&basic("id:secret&more")), InvalidClient),
            ("", Some(&basic("id:secret=more")), InvalidClient),
        ] {
            assert_eq!(read(form, authorization), Err(code), "{form} {authorization:?}");
        }
    }
}
