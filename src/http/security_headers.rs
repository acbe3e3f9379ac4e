//! The headers that keep browsers from doing with an answer what it is not meant for (OWASP REST security cheat sheet).

/// The headers of an answer to `path`, of a service whose public URL is `base`.
pub(super) fn security_headers(
    path: &str,
    base: &str,
) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
    let policy = [("content-security-policy", content_security_policy(path))];
    let transport = base.starts_with("https://").then_some(STRICT_TRANSPORT);
    ALWAYS.into_iter().chain(policy).chain(transport)
}

const ALWAYS: [(&str, &str); 6] = [
    ("cross-origin-opener-policy", "same-origin"),
    // Any page may read the public register.
    ("cross-origin-resource-policy", "cross-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Of this host alone: the service cannot speak for others below its name.
const STRICT_TRANSPORT: (&str, &str) = ("strict-transport-security", "max-age=31536000");

/// Data needs nothing; the explorer runs its own scripts and the landing page has its style within.
fn content_security_policy(path: &str) -> &'static str {
    if path.starts_with("/docs") {
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    } else if path == "/" {
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }
}
