//! The address that a request comes from: the peer's, or what a trusted proxy says of it in `X-Forwarded-For`.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use actix_web::HttpMessage as _;
use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::http::header::{HeaderMap, HeaderValue};
use ipnet::IpNet;

/// The address of the client. It is noted before anything else is done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The address that the middleware noted; `None` only when the peer has none, as on a Unix socket.
    pub fn of(extensions: &Extensions) -> Option<IpAddr> {
        extensions.get::<Self>().map(|address| address.0)
    }

    /// Notes the address for all that comes after.
    pub(super) fn note(request: &ServiceRequest, trusted: &TrustedProxies) {
        if let Some(peer) = request.peer_addr() {
            let address = trusted.client(peer.ip(), request.headers());
            request.extensions_mut().insert(Self(address));
        }
    }
}

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether nobody is believed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The client behind `peer`. Each proxy appends whom it was asked by, so the header is read from the right, and
    /// only as long as whoever wrote the entry is trusted; an unreadable entry says nothing of who is further away.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let mut hops = hops(headers);
        while self.includes(client) {
            let Some(Some(hop)) = hops.pop() else { break };
            client = hop;
        }
        client
    }

    /// Whether `peer` is a proxy that is trusted.
    pub(super) fn include(&self, peer: SocketAddr) -> bool {
        self.includes(peer.ip().to_canonical())
    }

    fn includes(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Addresses and networks with commas between, such as `127.0.0.1, 10.0.0.0/8, fd00::/8`.
impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(network).collect::<Result<_, _>>().map(Self)
    }
}

fn network(word: &str) -> Result<IpNet, String> {
    let network = match word.parse::<IpAddr>() {
        Ok(address) => Ok(IpNet::from(address.to_canonical())),
        Err(_) => word.parse::<IpNet>(),
    };
    match network {
        // Addresses are compared as IPv4, so such a network would never match.
        Ok(IpNet::V6(network)) if network.addr().to_ipv4_mapped().is_some() => {
            Err(format!("`{word}` is an IPv4 network in the form of IPv6; write it as IPv4"))
        }
        Ok(network) => Ok(network),
        Err(_) => Err(format!(
            "`{word}` is neither an address nor a network such as 10.0.0.0/8, with commas between"
        )),
    }
}

/// The entries of all `X-Forwarded-For` lines in their order, `None` for what is no address, such as `unknown`. The
/// nearest hop is the last.
fn hops(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all("x-forwarded-for").map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b',')).map(hop).collect()
}

/// An address, as some proxies write it with brackets or a port.
fn hop(entry: &[u8]) -> Option<IpAddr> {
    let entry = std::str::from_utf8(entry).ok()?.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().or_else(|_| entry.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderName;
    use proptest::prelude::*;

    use super::*;

    fn client(trusted: &str, peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append(HeaderName::from_static("x-forwarded-for"), value);
        }
        let trusted: TrustedProxies = trusted.parse().unwrap();
        trusted.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        for (trusted, peer, lines, expected) in [
            ("", "203.0.113.7", &[][..], "203.0.113.7"),
            ("", "203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("10.0.0.0/8", "203.0.113.7", &["198.51.100.1"], "203.0.113.7"),
            ("10.0.0.1", "10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", "10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", "10.0.0.2", &["198.51.100.1"], "10.0.0.2"),
            // What the client itself had sent stands further left.
            ("10.0.0.0/8", "10.0.0.1", &["127.0.0.1, 10.9.9.9, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.0.0.1", &["198.51.100.1, 10.0.0.3", "10.0.0.2"], "198.51.100.1"),
            ("10.0.0.0/8", "10.0.0.1", &["198.51.100.2", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.0.0.1", &["10.0.0.3,10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(client(trusted, peer, lines), expected, "{trusted} {peer} {lines:?}");
        }
    }

    #[test]
    fn an_unreadable_entry_ends_the_walk_at_the_last_good_hop() {
        for entry in ["unknown", "", "_hidden", "300.1.1.1", "é", "198.51.100.1;", "[198.51.100.1", "a b"] {
            let line = format!("198.51.100.1, {entry}, 10.0.0.2");
            assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[&line]), "10.0.0.2", "{entry}");
            assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[entry]), "10.0.0.1", "{entry}");
        }
    }

    #[test]
    fn every_form_of_an_address_is_read() {
        for (entry, expected) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client("fd00::/8", "fd00::1", &[entry]), expected, "{entry}");
        }
        assert_eq!(client("10.0.0.0/8", "::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("::ffff:10.0.0.1", "10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn proxies_are_addresses_and_networks() {
        let trusted: TrustedProxies = " 127.0.0.1, 10.0.0.0/8 ,fd00::/8,".parse().unwrap();
        assert_eq!(trusted.0.len(), 3);
        assert_eq!("".parse(), Ok(TrustedProxies::default()));
        for text in
            ["proxy.example", "10.0.0.0/33", "10.0.0.1:80", "10.0.0.1 10.0.0.2", "*", "::ffff:10.0.0.0/104"]
        {
            let told = text.parse::<TrustedProxies>().unwrap_err();
            assert!(told.contains(text), "{told}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_client_sends_its_proxy_tells_who_it_is(forged in "[0-9a-f.:, ]{0,60}", client_address: [u8; 4]) {
            let real = IpAddr::from(client_address);
            prop_assume!(!real.to_string().starts_with("10."));
            let line = format!("{forged}, {real}, 10.0.0.2");
            prop_assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[&line]), real.to_string());
        }

        #[test]
        fn without_trust_the_header_changes_nothing(forged in "[ -~]{0,60}", peer: u128) {
            let peer = std::net::Ipv6Addr::from(peer);
            let found = client("", &peer.to_string(), &[&forged]);
            prop_assert_eq!(found, peer.to_canonical().to_string());
        }
    }
}
