//! Which addresses of a provider are asked: HTTPS, and plain HTTP on this very machine.

use url::{Host, Url};

/// The address that `text` is, if it may be asked. `http` is for loopback alone: whoever can answer in a provider's
/// place makes its tokens.
pub(super) fn parse(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    let protected = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    (anonymous && protected && url.fragment().is_none()).then_some(url)
}

/// Whether an address is on this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_asked_everywhere_and_http_on_this_machine() {
        for good in [
            "https://sso.example.ma/realms/agents",
            "http://127.0.0.1:9",
            "http://[::1]/",
            "http://localhost/a",
        ] {
            assert!(parse(good).is_some(), "{good}");
        }
    }

    #[test]
    fn nothing_else_is_asked() {
        for bad in [
            "",
            "sso.example.ma",
            "/jwks",
            "http://sso.example.ma",
            "http://localhost.example.ma",
            "http://127.0.0.1.example.ma",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "ftp://localhost/",
            "https://user:sesame@sso.example.ma",
            "https://sso.example.ma/#here",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
