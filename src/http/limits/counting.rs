//! Which request counts against which limit, and how that is told in every answer.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, web};

use super::policy::Standing;
use super::{Client, Limits, Refused};
use crate::database::types::Id;
use crate::error::{Code, Error, Result};
use crate::http::API;
use crate::http::client_address::ClientAddress;
use crate::http::refusal::RefusedClient;

/// What watches over the service asks as often as it wants.
const UNLIMITED: [&str; 2] = ["/livez", "/readyz"];

/// Middleware, around the one that recognises the caller: counts each request against its limits.
pub async fn limit_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let kind = Kind::of(&request);
    // As answers, not as errors: then the layers around it still add their headers.
    if let Err(error) = count_before(request.request(), kind) {
        return Ok(request.error_response(error).map_into_right_body());
    }
    let response = next.call(request).await?;
    match count_after(&response, kind) {
        Ok(()) => Ok(response.map_into_left_body()),
        Err(error) => {
            let (request, _) = response.into_parts();
            Ok(ServiceResponse::from_err(error, request).map_into_right_body())
        }
    }
}

/// Counts a request with the token `jti`, in which the signature is good. Whether the token has ended only the database
/// knows, which is not asked beyond the limit: refused there, it counts against nobody else. The standing is told only
/// where it refuses: the account's says more.
///
/// # Errors
/// 429 when the token has used up what an account may ask for.
pub fn count_token(request: &HttpRequest, jti: Id) -> Result<()> {
    let policy = limits(request).and_then(|limits| limits.same_token.as_ref());
    let standing = policy.map(|policy| policy.take(&jti)).filter(|standing| standing.retry_after().is_some());
    with_counted(request, |counted| counted.is_known = standing.is_some());
    note(request, standing)
}

/// Counts a request of the account `id`, whose token is good.
///
/// # Errors
/// 429 when the account has used up its limit.
pub fn count_account(request: &HttpRequest, id: Id) -> Result<()> {
    with_counted(request, |counted| counted.account = Some(id));
    let policy = limits(request).and_then(|limits| limits.authenticated.as_ref());
    note(request, policy.map(|policy| policy.take(&id)))
}

/// Counts a request that is refused before anybody looks whose it is.
///
/// # Errors
/// 429 when its address has used up the limit of those who are not known, or that of refused requests.
pub(in crate::http) fn count_refusal(request: &HttpRequest) -> Result<()> {
    count_stranger(request)?;
    let Some((limits, client)) = limits(request).zip(client(request)) else { return Ok(()) };
    note(request, limits.refuse(Refused::Client(client)))
}

/// The share of a caller in what may be refused, for what is refused within an answer.
#[derive(Clone)]
pub(in crate::http) struct Allowance(Option<(web::Data<Limits>, Id)>);

impl Allowance {
    /// That of the account that asks.
    pub(in crate::http) fn of(request: &HttpRequest) -> Self {
        let account = with_counted(request, |counted| counted.account);
        Self(request.app_data::<web::Data<Limits>>().cloned().zip(account))
    }

    /// Counts something that is refused.
    ///
    /// # Errors
    /// 429 beyond the limit: then it is not told, and not to be recorded.
    pub(in crate::http) fn count_refusal(&self) -> Result<()> {
        let Some((limits, account)) = &self.0 else { return Ok(()) };
        let Some(standing) = limits.refuse(Refused::Account(*account)) else { return Ok(()) };
        let Some(seconds) = standing.retry_after() else { return Ok(()) };
        limits.refusals.with_label_values(&[standing.policy()]).inc();
        Err(too_many_requests(&standing, seconds))
    }
}

fn count_stranger(request: &HttpRequest) -> Result<()> {
    let Some((limits, client)) = limits(request).zip(client(request)) else { return Ok(()) };
    note(request, limits.anonymous.as_ref().map(|policy| policy.take(&client)))
}

/// Tells in the headers of the answer how the client stands.
pub(in crate::http) fn tell<B>(response: &mut ServiceResponse<B>) {
    let standings = with_counted(response.request(), |counted| std::mem::take(&mut counted.standings));
    let mut tell = |name: &'static str, item: fn(&Standing) -> String| {
        let items: Vec<String> = standings.iter().map(item).collect();
        if let (false, Ok(value)) = (items.is_empty(), HeaderValue::try_from(items.join(", "))) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    };
    tell("ratelimit-policy", Standing::policy_item);
    tell("ratelimit", Standing::item);
}

/// What a request asks for, as far as limits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unlimited,
    /// A token, or something about one.
    Token,
    Anonymous,
    /// Something of the API, with a token: whose it is, and whether it is good, will only be known later.
    WithToken,
}

impl Kind {
    fn of(request: &ServiceRequest) -> Self {
        let path = request.match_info().as_str();
        if UNLIMITED.contains(&path) {
            Self::Unlimited
        } else if path.starts_with("/oauth/") {
            Self::Token
        } else if path.starts_with(API) && request.headers().contains_key(header::AUTHORIZATION) {
            Self::WithToken
        } else {
            Self::Anonymous
        }
    }
}

/// A client that has failed too often is refused here, before its secret is looked at.
fn count_before(request: &HttpRequest, kind: Kind) -> Result<()> {
    let Some((limits, client)) = limits(request).zip(client(request)) else { return Ok(()) };
    match kind {
        Kind::Unlimited | Kind::WithToken => Ok(()),
        Kind::Anonymous => count_stranger(request),
        Kind::Token => {
            note(request, limits.token.as_ref().map(|policy| policy.take(&client)))?;
            note(request, limits.blocked(client))
        }
    }
}

/// Whoever was not recognised by the token, as one whose token has ended, counts as anonymous after all. What is refused
/// counts once more, so that beyond that limit it is told, and recorded, no longer.
fn count_after<B>(response: &ServiceResponse<B>, kind: Kind) -> Result<()> {
    let request = response.request();
    let Some((limits, client)) = limits(request).zip(client(request)) else { return Ok(()) };
    let unauthorized = response.status() == StatusCode::UNAUTHORIZED;
    let forbidden = response.status() == StatusCode::FORBIDDEN || RefusedClient::of(response).is_some();
    let account = with_counted(request, |counted| counted.account).filter(|_| !unauthorized);
    let is_known = account.is_some() || with_counted(request, |counted| counted.is_known);
    if kind == Kind::WithToken && !is_known {
        count_stranger(request)?;
    }
    let standing = match kind {
        Kind::Token | Kind::WithToken if unauthorized => limits.fail(client),
        _ if unauthorized || forbidden => {
            limits.refuse(account.map_or(Refused::Client(client), Refused::Account))
        }
        _ => None,
    };
    note(request, standing)
}

/// How a request was counted so far.
#[derive(Default)]
struct Counted {
    /// The account that has been counted: its token is one of ours or of a provider's.
    account: Option<Id>,
    /// Whether a token whose signature is good has been refused for its own limit.
    is_known: bool,
    standings: Vec<Standing>,
}

fn with_counted<T>(request: &HttpRequest, see: impl FnOnce(&mut Counted) -> T) -> T {
    see(request.extensions_mut().get_or_insert_with(Counted::default))
}

/// Notes how the client stands now: 429 when there was nothing left.
fn note(request: &HttpRequest, standing: Option<Standing>) -> Result<()> {
    let Some(standing) = standing else { return Ok(()) };
    let refused = standing.retry_after().map(|seconds| too_many_requests(&standing, seconds));
    if let (true, Some(limits)) = (refused.is_some(), limits(request)) {
        limits.refusals.with_label_values(&[standing.policy()]).inc();
    }
    with_counted(request, |counted| counted.standings.push(standing));
    refused.map_or(Ok(()), Err)
}

fn too_many_requests(standing: &Standing, seconds: u64) -> Error {
    Error::new(Code::TooManyRequests)
        .with("quota", standing.quota())
        .with("policy", standing.policy())
        .with("seconds", seconds)
        .with_header("Retry-After", seconds)
}

fn limits(request: &HttpRequest) -> Option<&Limits> {
    request.app_data::<web::Data<Limits>>().map(|limits| limits.get_ref())
}

fn client(request: &HttpRequest) -> Option<Client> {
    ClientAddress::of(&request.extensions()).map(Client::from)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_token_counts_only_where_tokens_are_read() {
        let kind = |path: &str| {
            let request =
                TestRequest::with_uri(path).insert_header((header::AUTHORIZATION, "Bearer made.up"));
            Kind::of(&request.to_srv_request())
        };
        assert_eq!(kind("/v1/cities"), Kind::WithToken);
        for path in ["/", "/openapi.yaml", "/docs/", "/v1", "/V1/cities", "/nothing"] {
            assert_eq!(kind(path), Kind::Anonymous, "{path}");
        }
        assert_eq!(kind("/oauth/token"), Kind::Token);
        assert_eq!(kind("/livez"), Kind::Unlimited);
    }
}
