//! Names of public resolvers that speak DNS over HTTPS, as their operators publish them.

/// Whether a server name is that of a resolver, or below one (operators give customers names of their own).
pub(super) fn is_public_resolver(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    PUBLIC.iter().any(|known| name.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Host names whose only purpose is to resolve names.
const PUBLIC: &[&str] = &[
    "cloudflare-dns.com",
    "cloudflare-gateway.com",
    "dns.adguard-dns.com",
    "dns.adguard.com",
    "dns.alidns.com",
    "dns.cloudflare.com",
    "dns.controld.com",
    "dns.digitale-gesellschaft.ch",
    "dns.google",
    "dns.mullvad.net",
    "dns.nextdns.io",
    "dns.quad9.net",
    "dns.sb",
    "dns.switch.ch",
    "dns.twnic.tw",
    "dns0.eu",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns9.quad9.net",
    "doh.360.cn",
    "doh.applied-privacy.net",
    "doh.cleanbrowsing.org",
    "doh.familyshield.opendns.com",
    "doh.libredns.gr",
    "doh.mullvad.net",
    "doh.opendns.com",
    "doh.pub",
    "doh.xfinity.com",
    "freedns.controld.com",
    "odvr.nic.cz",
    "one.one.one.one",
    "ordns.he.net",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolver_is_known_by_its_whole_name_or_as_a_parent() {
        assert!(["dns.google", "DNS.Google.", "mozilla.cloudflare-dns.com"].iter().all(|n| is_public_resolver(n)));
        assert!(!["google", "notdns.google", "dns.google.example"].iter().any(|n| is_public_resolver(n)));
    }
}
