//! The protocol layers that decoding tells apart, and their names.

macro_rules! layers {
    ($($(#[doc = $doc:expr])+ $layer:ident $name:literal,)+) => {
        /// A protocol layer that was recognised, for the tree of stacks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Layer {
            $($(#[doc = $doc])+ $layer,)+
        }

        impl Layer {
            /// The name that Wireshark's `frame.protocols` uses, where it has one.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Layer::$layer => $name,)+ }
            }
        }
    };
}

layers! {
    /// Ethernet II or IEEE 802.3.
    Ethernet "eth",
    /// Linux cooked capture.
    LinuxSll "sll",
    /// Linux cooked capture, version 2.
    LinuxSll2 "sll2",
    /// BSD loopback: an address family in front of the packet.
    Null "null",
    /// No link header at all.
    RawIp "raw",
    /// PPP (RFC 1661).
    Ppp "ppp",
    /// Cisco HDLC.
    Chdlc "chdlc",
    /// Frame Relay (RFC 2427).
    FrameRelay "fr",
    /// FDDI.
    Fddi "fddi",
    /// Token Ring (IEEE 802.5).
    TokenRing "tr",
    /// ARCNET.
    Arcnet "arcnet",
    /// IP over InfiniBand (RFC 4391).
    Ipoib "ipoib",
    /// Radio information in front of a wireless frame: radiotap, Prism or AVS.
    Radio "radiotap",
    /// IEEE 802.11.
    Wlan "wlan",
    /// Per-packet information header.
    Ppi "ppi",
    /// Apple's process information header.
    Pktap "pktap",
    /// Linux netfilter log.
    Nflog "nflog",
    /// OpenBSD packet filter log.
    Pflog "pflog",
    /// Juniper's capture header.
    Juniper "juniper",
    /// Tag between a Marvell switch chip and its processor.
    Dsa "dsa",
    /// Tag between a Broadcom switch chip and its processor.
    BroadcomTag "brcm-tag",
    /// Another small link header that only says which protocol follows.
    SmallLink "link",
    /// A link type that is not decoded.
    OtherLink "undecoded-link",
    /// IEEE 802.1Q tag.
    Vlan "vlan",
    /// IEEE 802.1ad service tag, or an older outer tag (0x9100).
    QinQ "ieee8021ad",
    /// IEEE 802.1ah: an Ethernet frame inside one (MAC-in-MAC).
    MacInMac "ieee8021ah",
    /// Cisco VN-Tag (802.1BR).
    VnTag "vntag",
    /// IEEE 802.1AE.
    MacSec "macsec",
    /// MPLS label stack (RFC 3032).
    Mpls "mpls",
    /// Ethernet over MPLS (RFC 4448).
    Pseudowire "pweth",
    /// PPPoE discovery stage (RFC 2516).
    PppoeDiscovery "pppoed",
    /// PPPoE session stage.
    Pppoe "pppoes",
    /// IEEE 802.2 logical link control.
    Llc "llc",
    /// Address resolution (RFC 826).
    Arp "arp",
    /// Link layer discovery.
    Lldp "lldp",
    /// IEEE 802.1X.
    Eapol "eapol",
    /// Link aggregation and other slow protocols.
    Slow "slow",
    /// Spanning tree.
    Stp "stp",
    /// IPv4 (RFC 791).
    Ipv4 "ip",
    /// IPv6 (RFC 8200).
    Ipv6 "ipv6",
    /// IPv6 hop-by-hop options.
    HopByHop "ipv6.hopopts",
    /// IPv6 routing header.
    Routing "ipv6.routing",
    /// IPv6 destination options.
    DestOptions "ipv6.dstopts",
    /// IPv6 mobility header (RFC 6275).
    Mobility "mipv6",
    /// Host identity protocol (RFC 7401).
    Hip "hip",
    /// Shim6 (RFC 5533).
    Shim6 "shim6",
    /// An IP fragment.
    Fragment "fragment",
    /// IPsec authentication header (RFC 4302).
    IpsecAh "ah",
    /// IPsec encapsulating security payload (RFC 4303).
    IpsecEsp "esp",
    /// TCP.
    Tcp "tcp",
    /// UDP.
    Udp "udp",
    /// ICMP.
    Icmp "icmp",
    /// ICMPv6.
    Icmpv6 "icmpv6",
    /// IGMP.
    Igmp "igmp",
    /// SCTP.
    Sctp "sctp",
    /// OSPF.
    Ospf "ospf",
    /// EIGRP.
    Eigrp "eigrp",
    /// PIM.
    Pim "pim",
    /// VRRP.
    Vrrp "vrrp",
    /// Another IP protocol; its number is in the packet's [`super::IpView`].
    OtherIp "data",
    /// Generic routing encapsulation (RFC 2784, RFC 2890, RFC 2637).
    Gre "gre",
    /// Cisco's mirrored frames in GRE.
    Erspan "erspan",
    /// VXLAN (RFC 7348).
    Vxlan "vxlan",
    /// Geneve (RFC 8926).
    Geneve "geneve",
    /// GTP user plane (3GPP TS 29.281).
    Gtp "gtp",
    /// Teredo (RFC 4380).
    Teredo "teredo",
    /// L2TP version 2 (RFC 2661).
    L2tp "l2tp",
    /// Ethernet in IP (RFC 3378).
    EtherIp "etherip",
    /// An EtherType, LLC or PPP protocol that is not decoded.
    OtherEther "other",
}
