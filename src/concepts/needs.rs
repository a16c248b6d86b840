//! What rules about conversations ask for first, so that those that cannot fire are not run at all.

use crate::track::app::App;
use crate::track::tcp::{End, SynOptions, TcpFacts};
use crate::track::{Conversation, Proto};

/// Something that only some conversations show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Need {
    /// It is a TCP connection attempt without an answer.
    Attempt,
    /// It is anything else.
    Talk,
    /// TCP's facts are kept, or in small those of an attempt.
    Tcp,
    /// The congestion control of an end could be followed, as it sent enough.
    Bulk,
    /// An end sent at least [`MANY`] segments with data.
    Many,
    /// An end met with [`Trouble`](crate::track::tcp::Trouble), or a SYN-ACK was lost.
    Trouble,
    /// A FIN was sent.
    Fin,
    /// A reset ended it.
    Reset,
    /// It began or ended as few do, or was not captured as a whole.
    Oddity,
    /// TLS, or QUIC's.
    Tls,
    /// ICMP errors quote it.
    Icmp,
    /// A lookup before it gave the server's address.
    Resolved,
    /// Its application is known, and it is not DNS in the clear, which most conversations are.
    Application,
    /// For rules about the event of a DNS exchange: that is [not an ordinary one](crate::track::app::dns::DnsExchange::is_ordinary).
    OddDns,
}

/// Segments with data below which rates and sizes mean little.
pub const MANY: u32 = 10;

/// A set of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Needs(u16);

impl Needs {
    /// These.
    #[must_use]
    pub const fn of(needs: &[Need]) -> Needs {
        let (mut set, mut i) = (0, 0);
        while i < needs.len() {
            set |= 1 << needs[i] as u16;
            i += 1;
        }
        Needs(set)
    }

    /// These and one more.
    #[must_use]
    pub const fn and(self, need: Need) -> Needs {
        Needs(self.0 | 1 << need as u16)
    }

    /// Whether this is among them.
    #[must_use]
    pub const fn has(self, need: Need) -> bool {
        self.0 & 1 << need as u16 != 0
    }

    /// Whether all of them are among `met`.
    #[must_use]
    pub const fn are_met_by(self, met: Needs) -> bool {
        self.0 & !met.0 == 0
    }

    /// What a conversation that is over meets.
    #[must_use]
    pub fn met(c: &Conversation) -> Needs {
        let attempt = c.proto() == Proto::Tcp && c.is_attempt();
        let mut met = Needs::of(&[if attempt { Need::Attempt } else { Need::Talk }]);
        met.add(Need::Application, !matches!(c.app(), App::Unknown | App::Dns | App::Mdns | App::Llmnr));
        let Some(facts) = c.facts() else {
            met.add(Need::Tcp, attempt);
            return met;
        };
        met.add(Need::Tls, facts.tls.is_some());
        met.add(Need::Icmp, !c.icmp().is_empty());
        met.add(Need::Resolved, c.resolved().is_some());
        match c.tcp() {
            Some(tcp) => met.add_tcp(tcp),
            None => met.add(Need::Tcp, attempt),
        }
        met
    }

    fn add_tcp(&mut self, tcp: &TcpFacts) {
        let either = |is: fn(&End) -> bool| tcp.ends.iter().any(is);
        self.add(Need::Tcp, true);
        self.add(Need::Bulk, either(|e| e.congestion.is_some()));
        self.add(Need::Many, either(|e| e.data_segments >= MANY));
        self.add(Need::Trouble, tcp.handshake.lost_syn_ack || either(|e| e.trouble().is_some()));
        self.add(Need::Fin, tcp.first_fin.is_some());
        self.add(Need::Reset, tcp.reset.is_some());
        self.add(Need::Oddity, is_odd(tcp));
    }

    fn add(&mut self, need: Need, met: bool) {
        self.0 |= u16::from(met) << need as u16;
    }
}

fn is_odd(tcp: &TcpFacts) -> bool {
    let shake = &tcp.handshake;
    let rare = |syn: &SynOptions| syn.fast_open.is_some() || syn.mptcp.is_some();
    tcp.midstream
        || tcp.one_way
        || shake.simultaneous
        || shake.syn_data > 0
        || tcp.half_open.is_some()
        || tcp.idle_then_reset.is_some()
        || tcp.assassinated.is_some()
        || tcp.reuse.is_some()
        || tcp.black_hole.is_some()
        || tcp.ends.iter().any(|end| end.syn.as_ref().is_some_and(rare))
}
