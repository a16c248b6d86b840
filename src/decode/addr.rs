//! One address type for both IP versions, small enough for keys and records.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use arrayvec::ArrayString;

/// An IP address in 16 bytes, cheap to hash and compare; IPv4 and IPv4-mapped IPv6 stay different. The default is `::`. Packed, so that
/// an address and a port fit together without a gap.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(2))]
pub struct Addr([u64; 2]);

/// Marks an IPv4 address: `ffff:ffff:…` is multicast with an undefined scope, so no IPv6 host has it.
const V4_MARK: [u64; 2] = [!0, 0xffff_ffff << 32];

impl Addr {
    /// The address in its usual type.
    #[must_use]
    pub fn ip(self) -> IpAddr {
        match self.bits() {
            [_, low] if self.is_v4() => IpAddr::V4(Ipv4Addr::from_bits(low as u32)),
            [high, low] => IpAddr::V6(Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(low))),
        }
    }

    /// Whether this is an IPv4 address.
    #[must_use]
    #[inline]
    pub fn is_v4(self) -> bool {
        self.0[0] == V4_MARK[0] && self.0[1] & V4_MARK[1] == V4_MARK[1]
    }

    /// The 128 bits that identify the address, for hashing.
    #[must_use]
    #[inline]
    pub fn bits(self) -> [u64; 2] {
        self.0
    }
}

impl From<[u8; 4]> for Addr {
    fn from(b: [u8; 4]) -> Self {
        Addr([V4_MARK[0], V4_MARK[1] | u64::from(u32::from_be_bytes(b))])
    }
}

impl From<[u8; 16]> for Addr {
    fn from(b: [u8; 16]) -> Self {
        let all = u128::from_be_bytes(b);
        Addr([(all >> 64) as u64, all as u64])
    }
}

impl From<IpAddr> for Addr {
    fn from(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(v4) => v4.octets().into(),
            IpAddr::V6(v6) => v6.octets().into(),
        }
    }
}

impl fmt::Display for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip() {
            IpAddr::V4(v4) => f.pad(&dotted(v4.octets())),
            IpAddr::V6(v6) => v6.fmt(f),
        }
    }
}

impl fmt::Debug for Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ip().fmt(f)
    }
}

/// A version 4 address as text, without the formatting of four numbers: thousands are written for a page.
fn dotted(octets: [u8; 4]) -> ArrayString<15> {
    let mut text = ArrayString::new();
    for (i, octet) in octets.into_iter().enumerate() {
        if i > 0 {
            text.push('.');
        }
        for power in [100, 10, 1] {
            if octet >= power || power == 1 {
                text.push(char::from(b'0' + octet / power % 10));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_4_is_written_as_by_the_standard_library() {
        for octets in [[0, 0, 0, 0], [9, 10, 99, 100], [199, 200, 249, 255], [192, 0, 2, 1]] {
            let ip = Ipv4Addr::from(octets);
            let addr = Addr::from(IpAddr::V4(ip));
            assert_eq!((addr.to_string(), format!("{addr:>18}|")), (ip.to_string(), format!("{ip:>18}|")));
        }
    }
}
