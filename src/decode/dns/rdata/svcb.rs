//! Service bindings: SVCB and HTTPS records (RFC 9460), with ECH (RFC 9848).

use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::text::{base64, quoted};
use super::super::wire::word;

/// A service binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Svcb {
    /// 0 makes it an alias, else lower is preferred.
    pub priority: u16,
    /// The host; `.` for the owner itself.
    pub target: String,
    /// Its parameters in order.
    pub params: Vec<SvcParam>,
}

/// One parameter (RFC 9460 §7, §8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SvcParam {
    /// Keys that a client must understand.
    Mandatory(Vec<u16>),
    /// Protocols on offer.
    Alpn(Vec<String>),
    /// The default protocol is not on offer.
    NoDefaultAlpn,
    /// Port.
    Port(u16),
    /// Addresses to start with.
    Ipv4Hint(Vec<Ipv4Addr>),
    /// The keys of Encrypted ClientHello.
    Ech(Vec<u8>),
    /// Addresses to start with.
    Ipv6Hint(Vec<Ipv6Addr>),
    /// The path of DNS over HTTPS (RFC 9461).
    DohPath(String),
    /// Another key, or a value that does not fit its key.
    Other(u16, Vec<u8>),
}

impl SvcParam {
    /// Reads all parameters; stops at the first that is cut.
    #[must_use]
    pub fn read_all(mut bytes: &[u8]) -> Vec<SvcParam> {
        let mut out = Vec::new();
        while let (Some(key), Some(length)) = (word(bytes, 0), word(bytes, 2)) {
            let Some(value) = bytes.get(4..4 + usize::from(length)) else { break };
            out.push(SvcParam::read(key, value).unwrap_or_else(|| SvcParam::Other(key, value.to_vec())));
            bytes = bytes.get(4 + value.len()..).unwrap_or_default();
        }
        out
    }

    fn read(key: u16, value: &[u8]) -> Option<SvcParam> {
        Some(match key {
            0 => SvcParam::Mandatory(all(value, u16::from_be_bytes)?),
            1 => SvcParam::Alpn(protocols(value)?),
            2 if value.is_empty() => SvcParam::NoDefaultAlpn,
            3 => SvcParam::Port(u16::from_be_bytes(value.try_into().ok()?)),
            4 => SvcParam::Ipv4Hint(all(value, |b: [u8; 4]| b.into())?),
            5 => SvcParam::Ech(value.to_vec()),
            6 => SvcParam::Ipv6Hint(all(value, |b: [u8; 16]| b.into())?),
            7 => SvcParam::DohPath(String::from_utf8(value.to_vec()).ok()?),
            _ => return None,
        })
    }
}

/// Equal pieces of a value; `None` unless it is made of them.
fn all<const N: usize, T>(value: &[u8], read: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
    let (pieces, rest) = value.as_chunks::<N>();
    (rest.is_empty() && !pieces.is_empty()).then(|| pieces.iter().map(|piece| read(*piece)).collect())
}

fn protocols(mut value: &[u8]) -> Option<Vec<String>> {
    let mut out = Vec::new();
    while let Some((&length, rest)) = value.split_first() {
        let (protocol, rest) = rest.split_at_checked(usize::from(length))?;
        out.push(String::from_utf8_lossy(protocol).into_owned());
        value = rest;
    }
    Some(out)
}

impl fmt::Display for Svcb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.priority, self.target)?;
        self.params.iter().try_for_each(|param| write!(f, " {param}"))
    }
}

impl fmt::Display for SvcParam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SvcParam::Mandatory(keys) => {
                f.write_str("mandatory=")?;
                list(f, keys.iter().map(|key| key_name(*key)))
            }
            SvcParam::Alpn(protocols) => {
                // RFC 9460 A.1: a comma or backslash inside a protocol is escaped in the list, then in the string.
                let listed: Vec<String> =
                    protocols.iter().map(|p| p.replace('\\', "\\\\").replace(',', "\\,")).collect();
                write!(f, "alpn={}", quoted(listed.join(",").as_bytes()))
            }
            SvcParam::NoDefaultAlpn => f.write_str("no-default-alpn"),
            SvcParam::Port(port) => write!(f, "port={port}"),
            SvcParam::Ipv4Hint(addresses) => {
                f.write_str("ipv4hint=")?;
                list(f, addresses)
            }
            SvcParam::Ech(keys) => write!(f, "ech={}", base64(keys)),
            SvcParam::Ipv6Hint(addresses) => {
                f.write_str("ipv6hint=")?;
                list(f, addresses)
            }
            SvcParam::DohPath(path) => write!(f, "dohpath={}", quoted(path.as_bytes())),
            SvcParam::Other(key, value) if value.is_empty() => f.write_str(&key_name(*key)),
            SvcParam::Other(key, value) => write!(f, "{}={}", key_name(*key), quoted(value)),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: impl IntoIterator<Item = impl fmt::Display>) -> fmt::Result {
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            f.write_char(',')?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

fn key_name(key: u16) -> String {
    const NAMES: [&str; 10] = [
        "mandatory",
        "alpn",
        "no-default-alpn",
        "port",
        "ipv4hint",
        "ech",
        "ipv6hint",
        "dohpath",
        "ohttp",
        "tls-supported-groups",
    ];
    NAMES.get(usize::from(key)).map_or_else(|| format!("key{key}"), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::hex;
    use super::*;

    fn text(params: &str) -> String {
        Svcb { priority: 1, target: ".".into(), params: SvcParam::read_all(&hex(params)) }.to_string()
    }

    #[test]
    fn parameters_read_as_in_a_zone_file() {
        let params = "0001 0006 026833 026832 0003 0002 20fb 0004 0008 c0000250 c0000251 0005 0003 fe0d00 0006 0010 20010db8000000000000000000000001";
        assert_eq!(
            text(params),
            "1 . alpn=\"h3,h2\" port=8443 ipv4hint=192.0.2.80,192.0.2.81 ech=/g0A ipv6hint=2001:db8::1"
        );
        assert_eq!(text("0000 0004 0001 0004 0002 0000"), "1 . mandatory=alpn,ipv4hint no-default-alpn");
    }

    #[test]
    fn commas_in_a_protocol_are_escaped_twice() {
        assert_eq!(text("0001 0004 03 612c62"), "1 . alpn=\"a\\\\,b\"");
    }

    #[test]
    fn odd_values_and_unknown_keys_keep_their_bytes() {
        assert_eq!(
            text("0003 0003 010203 fde8 0001 61 fde9 0000"),
            "1 . port=\"\\001\\002\\003\" key65000=\"a\" key65001"
        );
    }

    #[test]
    fn a_cut_parameter_ends_the_list() {
        assert_eq!(text("0003 0002 0050 0004 0008 c000"), "1 . port=80");
    }
}
