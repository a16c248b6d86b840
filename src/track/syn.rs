//! Connections that never opened, which scans make by the million: a SYN alone, or a SYN and the reset that refused it, is
//! kept in the small record.

use super::pool::Pool;
use super::tcp::{Context, Out, State, SynOptions, TcpConn};
use super::{Basis, Conversation, Dir};
use crate::decode::IpView;
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::{At, NS_PER_MS};

/// What is kept of a SYN that has had no answer, or none but a reset.
#[derive(Debug, Clone, Copy)]
pub struct BareSyn {
    /// Its sequence number.
    pub isn: u32,
    tsval: u32,
    mss: u16,
    window: u16,
    scale: u8,
    has: u8,
    ttl: u8,
    ecn: u8,
    refused: Option<Refusal>,
    /// Milliseconds from the latest packet to the end of the conversation, once that has come.
    unheard_ms: u32,
}

/// What is kept of the reset that refused a SYN; its time is that of the conversation's last packet. Everything else in
/// it is as RFC 9293 §3.10.7.1 says: sequence number 0, the acknowledgment of the SYN, no window.
#[derive(Debug, Clone, Copy)]
struct Refusal {
    ttl: u8,
    ecn: u8,
}

const MSS: u8 = 1;
const SCALE: u8 = 2;
const SACK: u8 = 4;
const TIMESTAMPS: u8 = 8;
const ECN: u8 = 16;
const CUT: u8 = 32;

impl BareSyn {
    /// The SYN in small, or `None` when it carries what the small form cannot hold (data, Fast Open, MPTCP …).
    fn of(ip: &IpView, tcp: &TcpView<'_>) -> Option<BareSyn> {
        let o = tcp.all_options();
        if tcp.len > 0 || o.fast_open.is_some() || o.mptcp.is_some() || o.md5 || o.ao || o.acc_ecn || o.malformed {
            return None;
        }
        let ecn = tcp.flags.0 & (Flags::ECE | Flags::CWR | Flags::AE);
        if ecn & Flags::AE != 0 || !(ecn == 0 || ecn == Flags::ECE | Flags::CWR) {
            return None;
        }
        let has = [
            (o.mss.is_some(), MSS),
            (o.window_scale.is_some(), SCALE),
            (o.sack_permitted, SACK),
            (o.timestamps.is_some(), TIMESTAMPS),
            (ecn != 0, ECN),
            (tcp.options_cut(), CUT),
        ];
        let has = has.into_iter().filter(|(there, _)| *there).fold(0, |bits, (_, bit)| bits | bit);
        Some(BareSyn {
            isn: tcp.seq.0,
            tsval: o.timestamps.map_or(0, |t| t.0),
            mss: o.mss.unwrap_or(0),
            window: tcp.window,
            scale: o.window_scale.unwrap_or(0),
            has,
            ttl: ip.ttl,
            ecn: ip.ecn(),
            refused: None,
            unheard_ms: 0,
        })
    }

    /// Takes note of a reset that refuses this SYN; false when it is not an ordinary one.
    fn refuse(&mut self, ip: &IpView, tcp: &TcpView<'_>) -> bool {
        let plain = tcp.flags.0 == Flags::RST | Flags::ACK && tcp.len == 0 && tcp.options.is_empty();
        let ordinary = plain && tcp.seq.0 == 0 && tcp.window == 0 && tcp.ack == Seq(self.isn).plus(1);
        if ordinary {
            self.refused = Some(Refusal { ttl: ip.ttl, ecn: ip.ecn() });
        }
        ordinary
    }

    fn options(self) -> SynOptions {
        SynOptions {
            mss: (self.has & MSS != 0).then_some(self.mss),
            window_scale: (self.has & SCALE != 0).then_some(self.scale),
            sack_permitted: self.has & SACK != 0,
            timestamps: (self.has & TIMESTAMPS != 0).then_some(self.tsval),
            ecn_bits: if self.has & ECN != 0 { Flags::ECE | Flags::CWR } else { 0 },
            window: self.window,
            cut: self.has & CUT != 0,
            ..SynOptions::default()
        }
    }
}

/// A connection attempt, as those see it who ask for nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// The first SYN.
    pub syn: At,
    /// SYNs.
    pub syns: u32,
    /// The latest SYN.
    pub latest: At,
    /// The SYN that was refused, and the reset that did.
    pub refused: Option<(At, At)>,
    /// Nothing came back, not even an ICMP error.
    pub silent: bool,
    /// Time from the latest packet to the end of the conversation, in nanoseconds.
    pub unheard_ns: i64,
}

impl Conversation {
    /// What a TCP connection that began with a SYN shows as an attempt, however it is kept.
    #[must_use]
    pub fn attempt(&self) -> Option<Attempt> {
        let Some(tcp) = self.tcp() else { return self.syn.map(|syn| self.attempt_in_small(syn)) };
        let (shake, syns) = (&tcp.handshake, &tcp.end(Dir::Client).syns);
        Some(Attempt {
            syn: shake.syn?,
            syns: syns.count,
            latest: syns.last,
            refused: shake.syn_answered.zip(shake.refused),
            silent: shake.refused.is_none() && tcp.end(Dir::Server).segments == 0 && tcp.icmp.is_empty(),
            unheard_ns: tcp.unheard_ns,
        })
    }

    fn attempt_in_small(&self, syn: BareSyn) -> Attempt {
        let (first, refused) = (self.first, syn.refused.map(|_| (self.first, self.last)));
        let unheard_ns = i64::from(syn.unheard_ms) * NS_PER_MS;
        Attempt { syn: first, syns: 1, latest: first, refused, silent: refused.is_none(), unheard_ns }
    }

    /// Whether it is an attempt that is kept in small.
    pub(super) fn is_small(&self) -> bool {
        self.syn.is_some() && self.detail.is_none()
    }

    /// An attempt that is kept in small is over.
    pub(super) fn end_small(&mut self, now: At) {
        let unheard_ns = now.ts.since(self.last.ts).max(0);
        if let Some(syn) = &mut self.syn {
            syn.unheard_ms = u32::try_from(unheard_ns / NS_PER_MS).unwrap_or(u32::MAX);
        }
    }

    /// The first packet is a plain SYN: it is kept in the record, and nothing else need be done.
    pub(super) fn is_bare_syn(&mut self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>) -> bool {
        let first = self.detail.is_none() && self.packets == [1, 0] && dir == Dir::Client && tcp.flags.is_syn();
        if first {
            self.syn = BareSyn::of(ip, tcp);
        }
        first && self.syn.is_some()
    }

    /// The SYN as it is kept, when the packet just taken is an ordinary reset that refuses it.
    pub(super) fn refused_syn(&self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>) -> Option<BareSyn> {
        let mut syn = self.syn.filter(|_| self.detail.is_none() && self.packets == [1, 1] && dir == Dir::Server)?;
        syn.refuse(ip, tcp).then_some(syn)
    }

    /// Keeps in small what is known in full and has been told.
    pub(super) fn fold(&mut self, syn: BareSyn, pool: &mut Pool) {
        if let Some(detail) = self.detail.take() {
            pool.give(detail);
        }
        self.syn = Some(syn);
    }

    /// Knows in full again what was kept in small, when that is a refusal; its events have been told.
    pub(super) fn unfold(&mut self, ctx: Context, pool: &mut Pool) {
        let (Some(refusal), last) = (self.syn.and_then(|syn| syn.refused), self.last) else { return };
        let conn = self.connection(ctx.limits, pool);
        conn.replay(ctx, refusal, last, &mut pool.told);
    }
}

impl TcpConn {
    /// Goes on from a SYN that was kept in small.
    pub(crate) fn resume(&mut self, syn: BareSyn, at: At) {
        let end = &mut self.facts.ends[Dir::Client.index()];
        end.isn = Some(Seq(syn.isn));
        end.syn = Some(syn.options());
        end.syns.sent(at);
        end.segments = 1;
        end.ttl = syn.ttl;
        end.ecn[usize::from(syn.ecn)] = 1;
        end.enter(State::SynSent, at, Basis::Observed);
        let shake = &mut self.facts.handshake;
        (shake.syn, shake.syn_answered) = (Some(at), Some(at));
        self.resume_sequence(Dir::Client, Seq(syn.isn), at);
    }

    /// Takes a reset again that was kept in small.
    fn replay(&mut self, ctx: Context, refusal: Refusal, at: At, told: &mut Out) {
        let [client, server] = &self.facts.ends;
        debug_assert!(client.segments == 1 && server.segments == 0, "only what was folded is unfolded");
        let acked = client.isn.unwrap_or_default().plus(1);
        let tcp = TcpView { ack: acked, flags: Flags(Flags::RST | Flags::ACK), ..TcpView::default() };
        self.segment(ctx, Dir::Server, &refusal.header(), &tcp, at, told);
        told.clear();
    }
}

impl Refusal {
    fn header(self) -> IpView {
        IpView { ttl: self.ttl, tos: self.ecn, ..IpView::default() }
    }
}
