//! The guide that the program carries, in its own words.

mod render;

pub use render::render;

/// A section of the guide, 1 to 13; 0 is the capture itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section(pub u8);

macro_rules! sections {
    ($($number:literal $title:literal $anchor:literal,)+) => {
        impl Section {
            /// All sections in order.
            pub fn all() -> impl Iterator<Item = Section> {
                [$(Section($number)),+].into_iter()
            }

            /// Its title.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self.0 { $($number => $title,)+ _ => "" }
            }

            /// The anchor of its heading in a published copy.
            #[must_use]
            pub fn anchor(self) -> &'static str {
                match self.0 { $($number => $anchor,)+ _ => "" }
            }

            /// Its text, in Markdown.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self.0 { $($number => include_str!(concat!("text/", stringify!($number), ".md")),)+ _ => "" }
            }
        }
    };
}

sections! {
    0 "The capture itself" "0-the-capture-itself",
    1 "OSI and TCP/IP layering" "1-osi-and-tcpip-layering",
    2 "TCP vs UDP and when to choose which" "2-tcp-vs-udp-and-when-to-choose-which",
    3 "The TCP three-way handshake and teardown" "3-the-tcp-three-way-handshake-and-teardown",
    4 "Congestion control: Reno, CUBIC, BBR" "4-congestion-control-reno-cubic-bbr",
    5 "TLS 1.3 handshake and PKI" "5-tls-13-handshake-and-pki",
    6 "HTTP/1.1 vs HTTP/2 vs HTTP/3 (QUIC)" "6-http11-vs-http2-vs-http3-quic",
    7 "DNS resolution and caching" "7-dns-resolution-and-caching",
    8 "CDN design and anycast" "8-cdn-design-and-anycast",
    9 "BGP and internet routing" "9-bgp-and-internet-routing",
    10 "Load balancing: L4 vs L7, consistent hashing" "10-load-balancing-l4-vs-l7-consistent-hashing",
    11 "NAT, port exhaustion, and connection reuse" "11-nat-port-exhaustion-and-connection-reuse",
    12 "Sockets and the bytes you actually send" "12-sockets-and-the-bytes-you-actually-send",
    13 "Common mistakes candidates make" "13-common-mistakes-candidates-make",
}

impl Section {
    /// The section of that number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Section> {
        Section::all().find(|s| s.0 == number)
    }
}
