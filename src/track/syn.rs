//! Half-open connections, which scans make by the million: a SYN alone is kept in the small record.

use super::tcp::{State, SynOptions, TcpConn};
use super::{Basis, Conversation, Dir};
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::At;

/// What is kept of a SYN that has had no answer.
#[derive(Debug, Clone, Copy)]
pub struct BareSyn {
    /// Its sequence number.
    pub isn: u32,
    tsval: u32,
    mss: u16,
    window: u16,
    scale: u8,
    has: u8,
}

const MSS: u8 = 1;
const SCALE: u8 = 2;
const SACK: u8 = 4;
const TIMESTAMPS: u8 = 8;
const ECN: u8 = 16;
const CUT: u8 = 32;

impl BareSyn {
    /// The SYN in small, or `None` when it carries what the small form cannot hold (data, Fast Open, MPTCP …).
    fn of(tcp: &TcpView<'_>) -> Option<BareSyn> {
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
        })
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

impl Conversation {
    /// The first packet is a plain SYN: it is kept in the record, and nothing else need be done.
    pub(crate) fn is_bare_syn(&mut self, dir: Dir, tcp: &TcpView<'_>) -> bool {
        let first = self.detail.is_none() && self.packets == [1, 0] && dir == Dir::Client && tcp.flags.is_syn();
        if first {
            self.syn = BareSyn::of(tcp);
        }
        first && self.syn.is_some()
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
        end.enter(State::SynSent, at, Basis::Observed);
        let shake = &mut self.facts.handshake;
        (shake.syn, shake.syn_answered) = (Some(at), Some(at));
        self.resume_sequence(Dir::Client, Seq(syn.isn), at);
    }
}
