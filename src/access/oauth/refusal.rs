//! How the OAuth endpoints refuse a client (RFC 6749, 5.2).

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;
use crate::language::Language;

/// What a client is refused for (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OAuthErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The credentials are missing or wrong, or the account is disabled.
    InvalidClient,
    /// A scope is malformed or unknown, or the account does not have it.
    InvalidScope,
    /// Two roles of the account do not go together.
    UnauthorizedClient,
    /// Another grant than `client_credentials`.
    UnsupportedGrantType,
}

/// The refusal of a request to an OAuth endpoint (RFC 6749, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct OAuthError {
    /// Stable word for programs.
    #[schema(examples("invalid_client"))]
    pub error: OAuthErrorCode,
    /// A sentence for developers, in English: RFC 6749 allows nothing but ASCII.
    #[schema(examples("the client credentials are missing or wrong"))]
    pub error_description: &'static str,
    /// The same in the language of `Accept-Language`: Arabic, French or English.
    #[schema(examples("The client credentials are missing or wrong."))]
    pub detail: &'static str,
}

/// What the protocol's sentences say in Arabic, French and English.
const DETAILS: &[(&str, [&str; 3])] = &[
    (
        "the client credentials are missing or wrong",
        [
            "بيانات اعتماد العميل غير موجودة أو خاطئة.",
            "Les identifiants du client manquent ou sont faux.",
            "The client credentials are missing or wrong.",
        ],
    ),
    (
        "two roles of the account do not go together: an administrator has to take one away",
        [
            "للحساب دوران لا يجتمعان: على مسؤول الحسابات أن يزيل أحدهما.",
            "Deux rôles du compte ne vont pas ensemble : un administrateur doit en retirer un.",
            "Two roles of the account do not go together: an administrator has to take one away.",
        ],
    ),
    (
        "a scope is unknown or not granted to the client",
        [
            "أحد النطاقات غير معروف أو غير ممنوح لهذا العميل. يفصل بين النطاقات فراغ واحد.",
            "Une portée est inconnue, ou n'est pas accordée à ce client. Les portées sont séparées par une espace.",
            "A scope is unknown, or not granted to this client. Scopes are separated by one space.",
        ],
    ),
    (
        "grant_type must be client_credentials",
        [
            "يجب أن تكون قيمة grant_type هي client_credentials.",
            "grant_type doit être client_credentials.",
            "grant_type must be client_credentials.",
        ],
    ),
    (
        "the client authenticates in two ways at once",
        [
            "يثبت العميل هويته بطريقتين معا؛ أبق واحدة.",
            "Le client s'authentifie de deux façons à la fois ; gardez-en une.",
            "The client authenticates in two ways at once; keep one.",
        ],
    ),
    (
        "client_id differs from the one of the Authorization header",
        [
            "يختلف client_id عن الذي في الترويسة Authorization.",
            "client_id diffère de celui de l'en-tête Authorization.",
            "client_id differs from the one of the Authorization header.",
        ],
    ),
    (
        "client_assertion_type is missing or not the one of RFC 7523",
        [
            "client_assertion_type غير موجود، أو ليس الذي في RFC 7523.",
            "client_assertion_type manque, ou n'est pas celui de la RFC 7523.",
            "client_assertion_type is missing, or not the one of RFC 7523.",
        ],
    ),
    (
        "client_assertion is missing",
        ["client_assertion غير موجود.", "client_assertion manque.", "client_assertion is missing."],
    ),
    ("grant_type is missing", ["grant_type غير موجود.", "grant_type manque.", "grant_type is missing."]),
    ("token is missing", ["token غير موجود.", "token manque.", "token is missing."]),
    (
        "one Authorization header only",
        [
            "ترويسة Authorization واحدة فقط.",
            "Un seul en-tête Authorization est admis.",
            "Only one Authorization header is accepted.",
        ],
    ),
    (
        "parameters belong in the body",
        [
            "مكان المعاملات متن الطلب، لا العنوان.",
            "Les paramètres vont dans le corps, non dans l'adresse.",
            "Parameters belong in the body, not in the URL.",
        ],
    ),
    (
        "the body must be application/x-www-form-urlencoded",
        [
            "يجب أن يكون المتن من نوع application/x-www-form-urlencoded.",
            "Le corps doit être de type application/x-www-form-urlencoded.",
            "The body must be application/x-www-form-urlencoded.",
        ],
    ),
    (
        "the body breaks off",
        [
            "انقطع متن الطلب قبل نهايته.",
            "Le corps s'interrompt avant sa fin.",
            "The body breaks off before its end.",
        ],
    ),
    (
        "the body is larger than 8 KB",
        ["متن الطلب أكبر من 8 كيلوبايت.", "Le corps dépasse 8 Ko.", "The body is larger than 8 KB."],
    ),
    (
        "a parameter is repeated",
        ["أحد المعاملات مكرر.", "Un paramètre est répété.", "A parameter is given more than once."],
    ),
];

impl OAuthError {
    fn new(error: OAuthErrorCode, error_description: &'static str) -> Self {
        Self { error, error_description, detail: error_description }
    }

    /// The refusal as it is told in a language.
    pub(super) fn told_in(self, language: Language) -> Self {
        let told = DETAILS.iter().find(|(description, _)| *description == self.error_description);
        debug_assert!(told.is_some(), "{} is told in no language", self.error_description);
        Self { detail: told.map_or(self.detail, |(_, texts)| texts[language.of_errors()]), ..self }
    }

    pub(super) fn invalid_request(error_description: &'static str) -> Self {
        Self::new(OAuthErrorCode::InvalidRequest, error_description)
    }

    /// One text for whatever is wrong with the credentials: nobody learns which part was right.
    pub(super) fn invalid_client() -> Self {
        let error_description = "the client credentials are missing or wrong";
        Self::new(OAuthErrorCode::InvalidClient, error_description)
    }

    pub(super) fn unauthorized_client() -> Self {
        let error_description =
            "two roles of the account do not go together: an administrator has to take one away";
        Self::new(OAuthErrorCode::UnauthorizedClient, error_description)
    }

    pub(super) fn invalid_scope() -> Self {
        let error_description = "a scope is unknown or not granted to the client";
        Self::new(OAuthErrorCode::InvalidScope, error_description)
    }

    pub(super) fn unsupported_grant_type() -> Self {
        let error_description = "grant_type must be client_credentials";
        Self::new(OAuthErrorCode::UnsupportedGrantType, error_description)
    }
}

/// Why a client does not get what it asks for: by its own fault, told in the form of OAuth, or by ours, told in a
/// problem document.
#[derive(Debug)]
pub(super) enum Refusal {
    Client(OAuthError),
    Service(Error),
}

impl From<OAuthError> for Refusal {
    fn from(error: OAuthError) -> Self {
        Self::Client(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::sentences::check_sentence;

    #[test]
    fn every_refusal_is_told_in_the_words_of_its_readers() {
        for (description, texts) in DETAILS {
            assert!(description.is_ascii(), "{description}");
            check_sentence(*texts);
        }
    }
}
