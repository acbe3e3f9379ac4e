//! Why the keys of a provider could not be fetched, as its log line tells it.

/// What went wrong.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchFault {
    #[error("it does not answer: {0}")]
    NoAnswer(String),
    #[error("it did not answer completely within 5 seconds")]
    TooSlow,
    #[error("it answered {0} with status {1}")]
    Status(&'static str, u16),
    #[error("its answer is longer than 256 KB")]
    TooLong,
    #[error("its answer is not the JSON that was expected")]
    NotJson,
    #[error("its metadata names another issuer")]
    OtherIssuer,
    #[error("its jwks_uri is not an https URL")]
    UnfitAddress,
    #[error("its key set has no list of keys")]
    NoKeys,
    #[error("its key set has more than 50 keys")]
    TooManyKeys,
}
