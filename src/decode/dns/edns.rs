//! EDNS: what an OPT record says (RFC 6891) and its options.

use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::name::Name;
use super::text::{hex, quoted};
use super::wire::word;

/// An OPT record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edns {
    /// The largest UDP message that the sender can take, in bytes.
    pub udp_size: u16,
    /// The upper eight bits of the response code.
    pub extended_rcode: u8,
    /// EDNS version; 0 is the only one defined.
    pub version: u8,
    /// DNSSEC records are welcome (RFC 3225).
    pub dnssec_ok: bool,
    /// The options in order.
    pub options: Vec<EdnsOption>,
    /// The options run past the record.
    pub malformed: bool,
}

impl Edns {
    /// Reads an OPT record from its class field, TTL field and data.
    #[must_use]
    pub fn read(class_field: u16, ttl_field: u32, data: &[u8]) -> Edns {
        let [extended_rcode, version, flags, _] = ttl_field.to_be_bytes();
        let mut raw = RawOptions::new(data);
        let options = raw.by_ref().map(|(code, data)| EdnsOption::read(code, data)).collect();
        let dnssec_ok = flags & 0x80 != 0;
        Edns { udp_size: class_field, extended_rcode, version, dnssec_ok, options, malformed: raw.malformed() }
    }

    /// Extended errors with their text (RFC 8914).
    pub fn extended_errors(&self) -> impl Iterator<Item = (u16, &str)> {
        self.options.iter().filter_map(|option| match option {
            EdnsOption::ExtendedError { code, text } => Some((*code, text.as_str())),
            _ => None,
        })
    }
}

/// Codes and data of options, not copied.
#[derive(Debug, Clone)]
pub struct RawOptions<'a> {
    left: &'a [u8],
}

impl<'a> RawOptions<'a> {
    /// The options in an OPT record's data.
    #[must_use]
    pub fn new(data: &'a [u8]) -> RawOptions<'a> {
        RawOptions { left: data }
    }

    /// Bytes that are no option are left; meaningful after the end.
    #[must_use]
    pub fn malformed(&self) -> bool {
        !self.left.is_empty()
    }
}

impl<'a> Iterator for RawOptions<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let (code, length) = (word(self.left, 0)?, usize::from(word(self.left, 2)?));
        let data = self.left.get(4..4 + length)?;
        self.left = self.left.get(4 + length..)?;
        Some((code, data))
    }
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EdnsOption {
    /// Name server identifier (RFC 5001); empty in a query.
    Nsid(Vec<u8>),
    /// Client subnet (RFC 7871).
    ClientSubnet(ClientSubnet),
    /// Cookies of client and server (RFC 7873).
    Cookie {
        /// Eight bytes.
        client: Vec<u8>,
        /// Eight to 32 bytes; empty in a first query.
        server: Vec<u8>,
    },
    /// How long an idle TCP connection stays open, in units of 100 ms (RFC 7828); `None` in a query.
    Keepalive(Option<u16>),
    /// Bytes of padding (RFC 7830).
    Padding(usize),
    /// The closest trust point for a chain query (RFC 7901).
    Chain(String),
    /// An extended error (RFC 8914).
    ExtendedError {
        /// Info code.
        code: u16,
        /// Extra text.
        text: String,
    },
    /// Seconds until a secondary's zone expires (RFC 7314); `None` in a query.
    Expire(Option<u32>),
    /// Another option, or one whose data do not fit its code.
    Other {
        /// Option code.
        code: u16,
        /// Its data.
        data: Vec<u8>,
    },
}

impl EdnsOption {
    /// Reads the data of one option.
    #[must_use]
    pub fn read(code: u16, data: &[u8]) -> EdnsOption {
        let other = || EdnsOption::Other { code, data: data.to_vec() };
        match (code, data.len()) {
            (3, _) => EdnsOption::Nsid(data.to_vec()),
            (8, _) => ClientSubnet::read(data).map_or_else(other, EdnsOption::ClientSubnet),
            (9, 0) => EdnsOption::Expire(None),
            (9, 4) => data.first_chunk().map_or_else(other, |b| EdnsOption::Expire(Some(u32::from_be_bytes(*b)))),
            (10, 8 | 16..=40) => {
                let (client, server) = data.split_at(8);
                EdnsOption::Cookie { client: client.to_vec(), server: server.to_vec() }
            }
            (11, 0) => EdnsOption::Keepalive(None),
            (11, 2) => EdnsOption::Keepalive(word(data, 0)),
            (12, n) => EdnsOption::Padding(n),
            (13, _) => Name::read(data, 0).map_or_else(other, |(name, _)| EdnsOption::Chain(name.to_string())),
            (15, 2..) => {
                let text = data.get(2..).unwrap_or_default();
                // RFC 8914 §2: the text may be terminated by a null, which is not part of it.
                let text = String::from_utf8_lossy(text.strip_suffix(&[0]).unwrap_or(text)).into_owned();
                EdnsOption::ExtendedError { code: word(data, 0).unwrap_or_default(), text }
            }
            _ => other(),
        }
    }
}

/// Where a client is, as far as a resolver tells the authoritative server (RFC 7871 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientSubnet {
    /// The address with the bits beyond the prefix zero.
    pub address: IpAddr,
    /// Bits of it that are told.
    pub source: u8,
    /// Bits that the answer is good for; 0 in a query.
    pub scope: u8,
}

impl ClientSubnet {
    /// Reads the option's data; `None` for an unknown family or an address that is longer than its family's.
    #[must_use]
    pub fn read(data: &[u8]) -> Option<ClientSubnet> {
        let [_, _, source, scope, address @ ..] = data else { return None };
        let address = match word(data, 0)? {
            1 => IpAddr::V4(Ipv4Addr::from(padded::<4>(address)?)),
            2 => IpAddr::V6(Ipv6Addr::from(padded::<16>(address)?)),
            _ => return None,
        };
        Some(ClientSubnet { address, source: *source, scope: *scope })
    }
}

fn padded<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    out.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(out)
}

impl fmt::Display for ClientSubnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.address, self.source, self.scope)
    }
}

impl fmt::Display for EdnsOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EdnsOption::Nsid(id) if id.is_empty() => f.write_str("NSID"),
            EdnsOption::Nsid(id) => write!(f, "NSID {}", quoted(id)),
            EdnsOption::ClientSubnet(subnet) => write!(f, "CLIENT-SUBNET {subnet}"),
            EdnsOption::Cookie { client, server } => write!(f, "COOKIE {}{}", hex(client), hex(server)),
            EdnsOption::Keepalive(None) => f.write_str("KEEPALIVE"),
            EdnsOption::Keepalive(Some(n)) => write!(f, "KEEPALIVE {}.{} s", n / 10, n % 10),
            EdnsOption::Padding(n) => write!(f, "PADDING {n} bytes"),
            EdnsOption::Chain(name) => write!(f, "CHAIN {name}"),
            EdnsOption::ExtendedError { code, text } => {
                write!(f, "EDE {code}")?;
                extended_error(*code).map_or(Ok(()), |name| write!(f, " ({name})"))?;
                if text.is_empty() { Ok(()) } else { write!(f, ": {text}") }
            }
            EdnsOption::Expire(None) => f.write_str("EXPIRE"),
            EdnsOption::Expire(Some(s)) => write!(f, "EXPIRE {s} s"),
            EdnsOption::Other { code, data } => {
                match option_name(*code) {
                    Some(name) => f.write_str(name)?,
                    None => write!(f, "OPT{code}")?,
                }
                if data.is_empty() { Ok(()) } else { write!(f, " {}", hex(data)) }
            }
        }
    }
}

impl fmt::Display for Edns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version {}, udp {}", self.version, self.udp_size)?;
        if self.dnssec_ok {
            f.write_str(", do")?;
        }
        for option in &self.options {
            f.write_str(", ")?;
            option.fmt(f)?;
        }
        if self.malformed { f.write_char('!') } else { Ok(()) }
    }
}

fn option_name(code: u16) -> Option<&'static str> {
    Some(match code {
        1 => "LLQ",
        2 => "UPDATE-LEASE",
        4 => "OWNER",
        5 => "DAU",
        6 => "DHU",
        7 => "N3U",
        14 => "KEY-TAG",
        16 => "CLIENT-TAG",
        17 => "SERVER-TAG",
        18 => "REPORT-CHANNEL",
        19 => "ZONEVERSION",
        _ => return None,
    })
}

/// The meaning of an extended error's code (RFC 8914 §4 and the registry).
#[must_use]
pub fn extended_error(code: u16) -> Option<&'static str> {
    const NAMES: [&str; 31] = [
        "Other",
        "Unsupported DNSKEY Algorithm",
        "Unsupported DS Digest Type",
        "Stale Answer",
        "Forged Answer",
        "DNSSEC Indeterminate",
        "DNSSEC Bogus",
        "Signature Expired",
        "Signature Not Yet Valid",
        "DNSKEY Missing",
        "RRSIGs Missing",
        "No Zone Key Bit Set",
        "NSEC Missing",
        "Cached Error",
        "Not Ready",
        "Blocked",
        "Censored",
        "Filtered",
        "Prohibited",
        "Stale NXDOMAIN Answer",
        "Not Authoritative",
        "Not Supported",
        "No Reachable Authority",
        "Network Error",
        "Invalid Data",
        "Signature Expired before Valid",
        "Too Early",
        "Unsupported NSEC3 Iterations Value",
        "Unable to conform to policy",
        "Synthesized",
        "Invalid Query Type",
    ];
    NAMES.get(usize::from(code)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(code: u16, data: &[u8]) -> String {
        EdnsOption::read(code, data).to_string()
    }

    #[test]
    fn options_read_as_dig_shows_them() {
        assert_eq!(text(3, b"auth1.fra"), "NSID \"auth1.fra\"");
        assert_eq!(text(8, &[0, 1, 24, 0, 203, 0, 113]), "CLIENT-SUBNET 203.0.113.0/24/0");
        assert_eq!(text(8, &[0, 2, 56, 48, 0x20, 1, 0xd, 0xb8]), "CLIENT-SUBNET 2001:db8::/56/48");
        assert_eq!(text(10, &[0xab; 8]), "COOKIE abababababababab");
        assert_eq!(text(11, &[0, 105]), "KEEPALIVE 10.5 s");
        assert_eq!(text(12, &[0; 20]), "PADDING 20 bytes");
        assert_eq!(text(13, b"\x04test\x00"), "CHAIN test");
        assert_eq!(text(15, b"\x00\x06no RRSIG\x00"), "EDE 6 (DNSSEC Bogus): no RRSIG");
        assert_eq!(text(9, &[0, 0, 0, 60]), "EXPIRE 60 s");
    }

    #[test]
    fn what_does_not_fit_its_code_stays_as_bytes() {
        assert_eq!(text(8, &[0, 1, 24]), "OPT8 000118");
        assert_eq!(text(8, &[0, 1, 32, 0, 1, 2, 3, 4, 5]), "OPT8 000120000102030405");
        assert_eq!(text(10, &[1; 9]), "OPT10 010101010101010101");
        assert_eq!(text(65001, &[]), "OPT65001");
    }

    #[test]
    fn reads_size_flags_and_a_cut_option() {
        let edns = Edns::read(1232, 0x0100_8000, &[0, 3, 0, 0, 0, 12, 0, 9, 1]);
        assert_eq!((edns.udp_size, edns.extended_rcode, edns.version, edns.dnssec_ok), (1232, 1, 0, true));
        assert_eq!((edns.options.len(), edns.malformed), (1, true));
    }
}
