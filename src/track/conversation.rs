//! One conversation: the small record that every one has, and the details that only some need.

use super::Dir;
use super::app::tls::Certificates;
use super::app::{App, AppFacts, Datagrams};
use super::pool::Pool;
use super::tcp::{Context, TcpConn, TcpFacts};
use crate::decode::Addr;
use crate::source::At;

/// Number of a conversation, from 0 in order of first packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConvId(pub u32);

/// What carries a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the protocols'")]
pub enum Proto {
    Tcp,
    Udp,
    Icmp,
    Icmpv6,
    Sctp,
    /// Another IP protocol by its IANA number.
    Ip(u8),
}

impl Proto {
    /// The protocol of an IANA number.
    #[must_use]
    pub fn of(number: u8) -> Proto {
        match number {
            6 => Proto::Tcp,
            17 => Proto::Udp,
            1 => Proto::Icmp,
            58 => Proto::Icmpv6,
            132 => Proto::Sctp,
            n => Proto::Ip(n),
        }
    }

    /// Whether this is the protocol of an IANA number; those are compared first that most packets have.
    #[must_use]
    #[inline]
    pub fn is(self, number: u8) -> bool {
        match self {
            Proto::Tcp => number == 6,
            Proto::Udp => number == 17,
            other => number == other.number(),
        }
    }

    /// The IANA protocol number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Proto::Tcp => 6,
            Proto::Udp => 17,
            Proto::Icmp => 1,
            Proto::Icmpv6 => 58,
            Proto::Sctp => 132,
            Proto::Ip(n) => n,
        }
    }
}

/// Address and port of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Endpoint {
    /// Address.
    pub addr: Addr,
    /// Port; 0 where the protocol has none.
    pub port: u16,
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.port, self.addr.is_v4()) {
            (0, _) => write!(f, "{}", self.addr),
            (port, true) => write!(f, "{}:{port}", self.addr),
            (port, false) => write!(f, "[{}]:{port}", self.addr),
        }
    }
}

/// A conversation: packets between two endpoints in both directions. In memory as it stands here, as large as two cache
/// lines, since with many conversations each look at one is a cache miss: what finds it is in the first.
#[derive(Debug, Clone)]
#[repr(C, align(64))]
pub struct Conversation {
    pub(crate) ends: [Endpoint; 2],
    pub(crate) tag: u16,
    pub(crate) proto: Proto,
    pub(crate) guessed: bool,
    pub(crate) closed: bool,
    pub(crate) app: App,
    pub(crate) id: ConvId,
    pub(crate) packets: [u32; 2],
    pub(crate) detail: Option<Box<Detail>>,
    pub(crate) last: At,
    pub(crate) first: At,
    pub(crate) payload: [u64; 2],
    pub(crate) syn: Option<super::syn::BareSyn>,
}

const _: () = assert!(size_of::<Conversation>() == 128 && std::mem::offset_of!(Conversation, last) == 64);

/// What only some conversations need.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    /// TCP's live connection.
    pub tcp: Option<Box<TcpConn>>,
    /// The application in a UDP conversation, being read.
    pub datagrams: Option<Datagrams>,
    /// The application's facts.
    pub app: AppFacts,
    /// The lookup that gave the server's address to the client before the conversation began.
    pub resolved: Option<std::rc::Rc<super::app::dns::Answer>>,
    /// The connection to the other address family that it races with (RFC 8305).
    pub race: Option<Box<super::app::dns::Race>>,
    /// ICMP errors about a conversation that is not TCP.
    pub icmp: Vec<super::tcp::IcmpError>,
    /// Bytes that it counts for in the budget of all.
    pub(crate) weight: usize,
}

impl Conversation {
    /// One that begins: of `ends` the client comes first.
    pub(crate) fn begun(id: ConvId, proto: Proto, ends: [Endpoint; 2], tag: u16, at: At) -> Conversation {
        Conversation {
            ends,
            first: at,
            last: at,
            payload: [0; 2],
            packets: [0; 2],
            id,
            proto,
            tag,
            guessed: false,
            closed: false,
            app: App::Unknown,
            syn: None,
            detail: None,
        }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> ConvId {
        self.id
    }

    /// What carries it.
    #[must_use]
    pub fn proto(&self) -> Proto {
        self.proto
    }

    /// One side.
    #[must_use]
    pub fn end(&self, dir: Dir) -> Endpoint {
        self.ends[dir.index()]
    }

    /// The initiator.
    #[must_use]
    pub fn client(&self) -> Endpoint {
        self.ends[0]
    }

    /// The other side.
    #[must_use]
    pub fn server(&self) -> Endpoint {
        self.ends[1]
    }

    /// Who the initiator is was guessed, since the capture does not show the beginning.
    #[must_use]
    pub fn is_guessed(&self) -> bool {
        self.guessed
    }

    /// First packet.
    #[must_use]
    pub fn first(&self) -> At {
        self.first
    }

    /// Latest packet.
    #[must_use]
    pub fn last(&self) -> At {
        self.last
    }

    /// Packets sent by one side.
    #[must_use]
    pub fn packets(&self, dir: Dir) -> u32 {
        self.packets[dir.index()]
    }

    /// Transport payload bytes sent by one side, on the wire, repeats included.
    #[must_use]
    pub fn payload(&self, dir: Dir) -> u64 {
        self.payload[dir.index()]
    }

    /// The application protocol, as far as known.
    #[must_use]
    pub fn app(&self) -> App {
        self.app
    }

    /// The tunnel or VLAN it lives in: 0 for none, else an index into the census' list.
    #[must_use]
    pub fn tag(&self) -> u16 {
        self.tag
    }

    /// TCP's facts, where kept.
    #[must_use]
    pub fn tcp(&self) -> Option<&TcpFacts> {
        self.detail.as_ref()?.tcp.as_ref().map(|tcp| &tcp.facts)
    }

    /// The application's facts.
    #[must_use]
    pub fn facts(&self) -> Option<&AppFacts> {
        self.detail.as_ref().map(|d| &d.app)
    }

    /// The lookup that gave the server's address to the client, as it stood when a TCP or UDP conversation began.
    #[must_use]
    pub fn resolved(&self) -> Option<&super::app::dns::Answer> {
        self.detail.as_ref()?.resolved.as_deref()
    }

    /// The connection to the other address family of the same name that it races with (RFC 8305).
    #[must_use]
    pub fn race(&self) -> Option<&super::app::dns::Race> {
        self.detail.as_ref()?.race.as_deref()
    }

    /// ICMP errors that quote it.
    #[must_use]
    pub fn icmp(&self) -> &[super::tcp::IcmpError] {
        match (&self.detail, self.tcp()) {
            (_, Some(tcp)) => &tcp.icmp,
            (Some(detail), None) => &detail.icmp,
            (None, None) => &[],
        }
    }

    /// A TCP connection attempt that got no further than its SYN: no SYN-ACK, no data in sight.
    #[must_use]
    pub fn is_attempt(&self) -> bool {
        self.tcp().is_none_or(|tcp| {
            let shake = &tcp.handshake;
            let only_syns = tcp.ends[0].segments == tcp.ends[0].syns.count;
            let only_resets = tcp.ends[1].segments == tcp.ends[1].resets.count;
            shake.syn.is_some() && shake.syn_ack.is_none() && only_syns && only_resets
        })
    }
}

impl Conversation {
    /// Which side an address and port are.
    pub(crate) fn dir_of(&self, src: (Addr, u16)) -> Dir {
        let client = self.ends[0];
        if (client.addr, client.port) == src { Dir::Client } else { Dir::Server }
    }

    pub(super) fn count(&mut self, dir: Dir, len: u32, at: At) {
        self.packets[dir.index()] = self.packets[dir.index()].saturating_add(1);
        self.payload[dir.index()] += u64::from(len);
        self.last = at;
    }

    /// The live connection, made on first need.
    #[inline]
    pub(super) fn connection(&mut self, ctx: &Context, pool: &mut Pool) -> &mut TcpConn {
        let detail = self.detail.get_or_insert_with(|| pool.take(ctx.limits));
        let conn = detail.tcp.get_or_insert_with(|| pool.connection(ctx.limits));
        if let Some(syn) = self.syn.take() {
            conn.resume(ctx, syn, [self.first, self.last], &mut pool.told);
        }
        conn
    }

    /// The details, made on first need.
    pub(crate) fn detail(&mut self) -> &mut Detail {
        self.detail.get_or_insert_with(|| Box::new(Detail::default()))
    }

    /// What the application parser learnt, now that the connection is over.
    pub(super) fn keep_application(&mut self, certificates: &mut Certificates) {
        let Some(detail) = &mut self.detail else { return };
        if let Some(tcp) = &mut detail.tcp {
            detail.app = tcp.app.take_facts();
        } else if let Some(datagrams) = detail.datagrams.take() {
            (detail.app.tls, detail.app.quic) = datagrams.into_facts();
        }
        if let Some(tls) = &mut detail.app.tls {
            tls.read_certificates(certificates);
        }
    }

    /// The peer acknowledged a SYN of `dir` with this number, which has not been captured yet.
    pub(super) fn expects_syn(&self, dir: Dir, isn: crate::decode::tcp::Seq) -> bool {
        let conn = self.detail.as_ref().and_then(|d| d.tcp.as_ref());
        conn.is_some_and(|conn| conn.acknowledged(dir) == Some(isn.plus(1)))
    }
}
