//! Record types and classes by their IANA names; unknown numbers survive as `TYPE65280`, `CLASS7` (RFC 3597 §5).

use std::fmt;

/// A record or question type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rtype(pub u16);

macro_rules! rtypes {
    ($($number:literal $name:literal,)+) => {
        impl Rtype {
            /// The IANA name, where there is one.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self.0 { $($number => Some($name),)+ _ => None }
            }
        }
    };
}

rtypes! {
    1 "A",
    2 "NS",
    3 "MD",
    4 "MF",
    5 "CNAME",
    6 "SOA",
    7 "MB",
    8 "MG",
    9 "MR",
    10 "NULL",
    11 "WKS",
    12 "PTR",
    13 "HINFO",
    14 "MINFO",
    15 "MX",
    16 "TXT",
    17 "RP",
    18 "AFSDB",
    19 "X25",
    20 "ISDN",
    21 "RT",
    22 "NSAP",
    23 "NSAP-PTR",
    24 "SIG",
    25 "KEY",
    26 "PX",
    27 "GPOS",
    28 "AAAA",
    29 "LOC",
    30 "NXT",
    31 "EID",
    32 "NIMLOC",
    33 "SRV",
    34 "ATMA",
    35 "NAPTR",
    36 "KX",
    37 "CERT",
    38 "A6",
    39 "DNAME",
    40 "SINK",
    41 "OPT",
    42 "APL",
    43 "DS",
    44 "SSHFP",
    45 "IPSECKEY",
    46 "RRSIG",
    47 "NSEC",
    48 "DNSKEY",
    49 "DHCID",
    50 "NSEC3",
    51 "NSEC3PARAM",
    52 "TLSA",
    53 "SMIMEA",
    55 "HIP",
    56 "NINFO",
    57 "RKEY",
    58 "TALINK",
    59 "CDS",
    60 "CDNSKEY",
    61 "OPENPGPKEY",
    62 "CSYNC",
    63 "ZONEMD",
    64 "SVCB",
    65 "HTTPS",
    66 "DSYNC",
    67 "HHIT",
    68 "BRID",
    99 "SPF",
    100 "UINFO",
    101 "UID",
    102 "GID",
    103 "UNSPEC",
    104 "NID",
    105 "L32",
    106 "L64",
    107 "LP",
    108 "EUI48",
    109 "EUI64",
    128 "NXNAME",
    249 "TKEY",
    250 "TSIG",
    251 "IXFR",
    252 "AXFR",
    253 "MAILB",
    254 "MAILA",
    255 "ANY",
    256 "URI",
    257 "CAA",
    258 "AVC",
    259 "DOA",
    260 "AMTRELAY",
    261 "RESINFO",
    262 "WALLET",
    263 "CLA",
    264 "IPN",
    32768 "TA",
    32769 "DLV",
}

macro_rules! constants {
    ($($number:literal $name:ident $what:literal,)+) => {
        impl Rtype {
            $(#[doc = $what] pub const $name: Rtype = Rtype($number);)+
        }
    };
}

constants! {
    1 A "An IPv4 address.",
    2 NS "A name server.",
    5 CNAME "The canonical name of an alias.",
    6 SOA "Start of a zone of authority.",
    12 PTR "A pointer to a name.",
    15 MX "A mail exchanger.",
    16 TXT "Text.",
    28 AAAA "An IPv6 address (RFC 3596).",
    29 LOC "A location (RFC 1876).",
    33 SRV "A service (RFC 2782).",
    39 DNAME "An alias for a subtree (RFC 6672).",
    41 OPT "EDNS (RFC 6891).",
    43 DS "A delegation signer (RFC 4034 §5).",
    46 RRSIG "A signature (RFC 4034 §3).",
    47 NSEC "Proof of what does not exist (RFC 4034 §4).",
    48 DNSKEY "A zone's key (RFC 4034 §2).",
    50 NSEC3 "Proof of what does not exist, hashed (RFC 5155).",
    64 SVCB "A service binding (RFC 9460).",
    65 HTTPS "A service binding for HTTP (RFC 9460).",
    251 IXFR "An incremental zone transfer (RFC 1995).",
    252 AXFR "A zone transfer (RFC 5936).",
    255 ANY "Whatever there is (RFC 8482).",
    256 URI "A URI (RFC 7553).",
}

impl fmt::Display for Rtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "TYPE{}", self.0),
        }
    }
}

/// A class; the top bit, which multicast DNS uses (RFC 6762 §10.2, §5.4), is kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Class(pub u16);

impl Class {
    /// The Internet.
    pub const IN: Class = Class(1);
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("IN"),
            3 => f.write_str("CH"),
            4 => f.write_str("HS"),
            254 => f.write_str("NONE"),
            255 => f.write_str("ANY"),
            n => write!(f, "CLASS{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_known_types_and_keeps_unknown_numbers() {
        let texts = [1, 65, 255, 65280].map(|n| Rtype(n).to_string());
        assert_eq!(texts, ["A", "HTTPS", "ANY", "TYPE65280"]);
        assert_eq!([1, 3, 7].map(|n| Class(n).to_string()), ["IN", "CH", "CLASS7"]);
    }

    #[test]
    fn constants_agree_with_the_table() {
        assert_eq!(
            [Rtype::AAAA, Rtype::SVCB, Rtype::AXFR].map(|t| t.name()),
            [Some("AAAA"), Some("SVCB"), Some("AXFR")]
        );
    }
}
