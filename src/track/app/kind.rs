//! Names of the application protocols that are recognised.

macro_rules! apps {
    ($($app:ident $name:literal,)+) => {
        /// An application protocol.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[expect(missing_docs, reason = "the names are the protocols'")]
        #[repr(u8)]
        pub enum App {
            /// Not known (yet).
            #[default]
            Unknown,
            $($app,)+
        }

        impl App {
            /// The name in the JSON report; `None` when not known.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self { App::Unknown => None, $(App::$app => Some($name),)+ }
            }
        }
    };
}

apps! {
    Tls "tls",
    Http1 "http1",
    Http2 "http2",
    Http3 "http3",
    Quic "quic",
    Gquic "gquic",
    Dtls "dtls",
    Dns "dns",
    Dot "dot",
    Mdns "mdns",
    Llmnr "llmnr",
    Bgp "bgp",
    Ssh "ssh",
    Smtp "smtp",
    Imap "imap",
    Pop3 "pop3",
    Ftp "ftp",
    Ldap "ldap",
    Xmpp "xmpp",
    Postgres "postgresql",
    Mysql "mysql",
    Rdp "rdp",
    ProxyProtocol "proxy-protocol",
    Redis "redis",
    Mqtt "mqtt",
    Smb "smb",
    Telnet "telnet",
    Sip "sip",
    Rtsp "rtsp",
    Amqp "amqp",
    Irc "irc",
    Socks "socks",
    Rtr "rpki-rtr",
    Stun "stun",
    Turn "turn",
    Rtp "rtp",
    Rtcp "rtcp",
    Ntp "ntp",
    Dhcp "dhcp",
    Dhcpv6 "dhcpv6",
    Snmp "snmp",
    Ssdp "ssdp",
    Tftp "tftp",
    Wireguard "wireguard",
    OpenVpn "openvpn",
    Ike "ike",
    Esp "esp",
    Nbns "nbns",
    Utp "utp",
    BitTorrent "bittorrent",
    Coap "coap",
    Radius "radius",
    Syslog "syslog",
    NatPmp "nat-pmp",
    Pcp "pcp",
    Dnscrypt "dnscrypt",
}
