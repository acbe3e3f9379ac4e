//! Who calls: found out once for each request by [`recognise_caller`], before any handler. A handler names what it
//! needs of the caller: `Authorized<WriteCities>` for a permission, `MaybeCaller` for public reads that show more to
//! some.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev, web};

use super::accounts::signing_credential;
use super::caller::{Caller, check_roles};
use super::keys::SigningKeys;
use super::policy::Permission;
use super::providers::IdentityProviders;
use super::scopes::Role;
use super::tokens::{self, CHALLENGE, TokenFault};
use crate::config::Config;
use crate::database::Database;
use crate::database::types::UtcTime;
use crate::error::{Code, Error, FieldRule, Reason, Result, Violation};
use crate::http::API;
use crate::http::limits::{count_account, count_token};
use crate::http::origin::Origin;

/// Middleware: verifies the token of every request to the API. A bad token is refused even on a public read: it never
/// counts as none.
pub async fn recognise_caller(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if request.match_info().as_str().starts_with(API) {
        let recognised = recognise(request.request()).await;
        match recognised {
            Ok(Some(caller)) => {
                if let Err(error) = check_credential_of_evaluator(request.request(), &caller).await {
                    request.extensions_mut().insert(NotItsOwn(error));
                }
                request.extensions_mut().insert(caller);
            }
            Ok(None) => {}
            // As an answer, not as an error: then the layers around it still add their headers.
            Err(error) => return Ok(request.error_response(error).map_into_right_body()),
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// A caller in whom the line `P` of the [table](super::policy) permits at least the own records. Put it first among a
/// handler's arguments: then a request without the permission is refused before its body is read. Jurors and chairs
/// show a credential of their own.
#[derive(Debug, Clone)]
pub struct Authorized<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Authorized<P> {
    /// The caller, who was let in.
    pub fn into_caller(self) -> Caller {
        self.caller
    }
}

impl<P> Deref for Authorized<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<P: Permission> FromRequest for Authorized<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let caller = request.extensions().get::<Caller>().cloned().ok_or_else(no_token);
        ready(caller.and_then(|caller| {
            caller.admit(P::RULES)?;
            if P::RULES.iter().any(|rule| rule.takes_own_credential(&caller))
                && let Some(NotItsOwn(error)) = request.extensions_mut().remove()
            {
                return Err(error);
            }
            Ok(Self { caller, permission: PhantomData })
        }))
    }
}

/// The caller of a public read, if it shows a token.
#[derive(Debug, Clone)]
pub struct MaybeCaller(pub Option<Caller>);

impl FromRequest for MaybeCaller {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self(request.extensions().get::<Caller>().cloned())))
    }
}

/// Why the credential of a juror or a chair is not taken for its own word.
struct NotItsOwn(Error);

/// Refuses the credential of a juror or a chair that would not sign either: whoever knows it could score in its name, and
/// read what nobody may link to a person.
async fn check_credential_of_evaluator(request: &HttpRequest, caller: &Caller) -> Result<()> {
    if !caller.is_any_of(&[Role::Juror, Role::JuryChair]) {
        return Ok(());
    }
    let caller = caller.clone();
    let check = move |connection: &mut _| signing_credential(connection, &caller, UtcTime::now()).map(drop);
    service::<Database>(request)?.read(check).await
}

async fn recognise(request: &HttpRequest) -> Result<Option<Caller>> {
    let Some(token) = bearer_token(request)? else { return Ok(None) };
    let caller = match service::<IdentityProviders>(request)?.of(token) {
        Some((provider, token)) => {
            let origin = Origin::of(&request.extensions());
            let caller = provider.caller_of(service::<Database>(request)?, token, origin).await?;
            count_account(request, caller.account_id)?;
            caller
        }
        None => caller_of(request, token).await?,
    };
    caller.check_roles()?;
    Ok(Some(caller))
}

/// Who shows a token of our own, as the account is now.
async fn caller_of(request: &HttpRequest, token: &str) -> Result<Caller> {
    let database = service::<Database>(request)?;
    let (keys, config) = (service::<SigningKeys>(request)?, service::<Config>(request)?);
    let claims = tokens::read(keys, config, database, token).await??;
    // Before the database is asked: that is what the limit protects. A token that has ended uses up its own share alone,
    // or whoever finds one could lock its account out.
    count_token(request, claims.jti)?;
    let (roles, scopes, credential) = (claims.roles.clone(), claims.scopes(), claims.credential);
    let holder = database.read(move |connection| tokens::holder(connection, &claims)).await?;
    let account = holder.ok_or(TokenFault::Revoked)?;
    count_account(request, account.id)?;
    check_roles(&account.roles)?;
    Ok(Caller::new(account, &roles, &scopes, credential))
}

/// The token of `Authorization: Bearer` (RFC 6750, 2.1); the forms in bodies and query strings are not taken.
fn bearer_token(request: &HttpRequest) -> Result<Option<&str>> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(authorization) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(two_headers());
    }
    let authorization = authorization.to_str().map_err(|_| TokenFault::Malformed)?;
    let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(no_token());
    }
    Ok(Some(token.trim_matches(' ')))
}

/// 401 without an error code: the client may not know that a token is needed (RFC 6750, 3.1).
fn no_token() -> Error {
    Error::new(Code::InvalidToken).with_header("WWW-Authenticate", CHALLENGE)
}

/// 400: it is not known which of several is meant (RFC 6750, 3.1).
fn two_headers() -> Error {
    let challenge = format!(
        "{CHALLENGE}, error=\"invalid_request\", error_description=\"one Authorization header only\""
    );
    Error::new(Code::BadHeader)
        .with_violation(Violation::header("Authorization", Reason::new(FieldRule::Invalid)))
        .with_header("WWW-Authenticate", challenge)
}

fn service<T: 'static>(request: &HttpRequest) -> Result<&T> {
    let data = request.app_data::<web::Data<T>>();
    data.map(|data| data.get_ref())
        .ok_or_else(|| Error::internal(format!("{} is not configured", std::any::type_name::<T>())))
}
