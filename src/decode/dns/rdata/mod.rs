//! A record's data: the types that matter as values, all others as text.

mod by_hand;
mod from_domain;
mod svcb;

pub use svcb::{SvcParam, Svcb};

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::rtype::Rtype;
use super::text::{opaque, quoted};

pub(super) use from_domain::of as from_domain;

/// A record's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// One name: CNAME, NS, PTR, DNAME.
    Name(String),
    /// A mail exchanger.
    Mx {
        /// Lower is preferred.
        preference: u16,
        /// The host.
        exchange: String,
    },
    /// Start of a zone of authority.
    Soa(Box<Soa>),
    /// A service.
    Srv {
        /// Lower is tried first.
        priority: u16,
        /// Share among equal priorities.
        weight: u16,
        /// Port.
        port: u16,
        /// The host.
        target: String,
    },
    /// Character strings.
    Txt(Vec<Vec<u8>>),
    /// A service binding.
    Svcb(Box<Svcb>),
    /// A public key of a zone.
    Dnskey {
        /// 256 zone key, 257 secure entry point.
        flags: u16,
        /// Always 3.
        protocol: u8,
        /// Algorithm number.
        algorithm: u8,
        /// Tag that signatures refer to.
        tag: u16,
        /// The key in base 64.
        key: String,
    },
    /// A signature, without its bytes.
    Rrsig {
        /// What is signed.
        covers: Rtype,
        /// Algorithm number.
        algorithm: u8,
        /// Tag of the key.
        tag: u16,
        /// Who signed.
        signer: String,
        /// Type covered to signer, as in a zone file.
        text: String,
    },
    /// Another type, in its usual text form.
    Text(String),
    /// A type whose form is not known, or data that do not fit their type.
    Opaque(Vec<u8>),
}

/// Start of a zone of authority (RFC 1035 §3.3.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soa {
    /// The primary server.
    pub primary: String,
    /// The responsible mailbox as a name.
    pub mailbox: String,
    /// Version of the zone.
    pub serial: u32,
    /// Seconds between checks by secondaries.
    pub refresh: u32,
    /// Seconds until they try again.
    pub retry: u32,
    /// Seconds until they stop answering.
    pub expire: u32,
    /// Seconds that a negative answer may be cached, at most (RFC 2308 §4).
    pub minimum: u32,
}

impl Data {
    /// Reads the data at `range` of a message. `domain` reads the types that it knows, a few more are read here, and
    /// everything else is kept as bytes.
    #[must_use]
    pub fn read(rtype: Rtype, message: &[u8], range: Range<usize>) -> Data {
        from_domain::read(rtype, message, range.clone()).unwrap_or_else(|| {
            let bytes = message.get(range).unwrap_or_default();
            by_hand::read(rtype, bytes).map_or_else(|| Data::Opaque(bytes.to_vec()), Data::Text)
        })
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::A(address) => address.fmt(f),
            Data::Aaaa(address) => address.fmt(f),
            Data::Name(text) | Data::Text(text) | Data::Rrsig { text, .. } => f.write_str(text),
            Data::Mx { preference, exchange } => write!(f, "{preference} {exchange}"),
            Data::Soa(soa) => write!(
                f,
                "{} {} {} {} {} {} {}",
                soa.primary, soa.mailbox, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
            ),
            Data::Srv { priority, weight, port, target } => write!(f, "{priority} {weight} {port} {target}"),
            Data::Txt(strings) => {
                let strings: Vec<String> = strings.iter().map(|s| quoted(s)).collect();
                f.write_str(&strings.join(" "))
            }
            Data::Svcb(svcb) => svcb.fmt(f),
            Data::Dnskey { flags, protocol, algorithm, key, .. } => write!(f, "{flags} {protocol} {algorithm} {key}"),
            Data::Opaque(bytes) => f.write_str(&opaque(bytes)),
        }
    }
}

/// The mnemonic of a DNSSEC algorithm (RFC 8624 and the registry).
#[must_use]
pub fn algorithm_name(number: u8) -> Option<&'static str> {
    Some(match number {
        1 => "RSAMD5",
        3 => "DSA",
        5 => "RSASHA1",
        6 => "DSA-NSEC3-SHA1",
        7 => "RSASHA1-NSEC3-SHA1",
        8 => "RSASHA256",
        10 => "RSASHA512",
        12 => "ECC-GOST",
        13 => "ECDSAP256SHA256",
        14 => "ECDSAP384SHA384",
        15 => "ED25519",
        16 => "ED448",
        _ => return None,
    })
}
