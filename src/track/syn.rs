//! Connections that never opened, which scans make by the million: a SYN alone, a SYN sent twice, or a SYN and the reset
//! that refused it, is kept in the small record.

use super::pool::Pool;
use super::tcp::{COPY_NS, Context, Out, State, SynOptions, TcpConn};
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
    then: Then,
}

/// What came after a SYN; its time is that of the conversation's last packet.
#[derive(Debug, Clone, Copy)]
enum Then {
    /// Nothing, for so many milliseconds until the conversation was over, once it is.
    Nothing { unheard_ms: u32 },
    /// The reset that refused it. Everything else in it is as RFC 9293 §3.10.7.1 says: sequence number 0, the
    /// acknowledgment of the SYN, no window.
    Refused { ttl: u8, ecn: u8, unheard_ms: u32 },
    /// The same SYN once more, but for its identification and timestamp.
    Again { id: u16, tsval: u32 },
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
        let bit = |there: bool, bit: u8| if there { bit } else { 0 };
        let has = bit(o.mss.is_some(), MSS)
            | bit(o.window_scale.is_some(), SCALE)
            | bit(o.sack_permitted, SACK)
            | bit(o.timestamps.is_some(), TIMESTAMPS)
            | bit(ecn != 0, ECN)
            | bit(tcp.options_cut(), CUT);
        Some(BareSyn {
            isn: tcp.seq.0,
            tsval: o.timestamps.map_or(0, |t| t.0),
            mss: o.mss.unwrap_or(0),
            window: tcp.window,
            scale: o.window_scale.unwrap_or(0),
            has,
            ttl: ip.ttl,
            ecn: ip.ecn(),
            then: Then::Nothing { unheard_ms: 0 },
        })
    }

    /// With the reset that refuses this SYN; `None` when it is not an ordinary one.
    fn refused(self, ip: &IpView, tcp: &TcpView<'_>) -> Option<BareSyn> {
        let plain = tcp.flags.0 == Flags::RST | Flags::ACK && tcp.len == 0 && tcp.options.is_empty();
        let ordinary = plain && tcp.seq.0 == 0 && tcp.window == 0 && tcp.ack == Seq(self.isn).plus(1);
        let then = Then::Refused { ttl: ip.ttl, ecn: ip.ecn(), unheard_ms: 0 };
        ordinary.then_some(BareSyn { then, ..self })
    }

    /// With its repetition; `None` when that is another SYN, or differs in more than a sender changes.
    fn repeated(self, ip: &IpView, tcp: &TcpView<'_>) -> Option<BareSyn> {
        let again = BareSyn::of(ip, tcp)?;
        let same = again.isn == self.isn
            && again.mss == self.mss
            && again.window == self.window
            && again.scale == self.scale
            && again.has == self.has
            && again.ttl == self.ttl
            && again.ecn == self.ecn;
        let then = Then::Again { id: u16::try_from(ip.id).ok()?, tsval: again.tsval };
        same.then_some(BareSyn { then, ..self })
    }

    /// Whether something came after it.
    fn is_followed(self) -> bool {
        !matches!(self.then, Then::Nothing { .. })
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
            // A SYN that came after the reset was not refused by it.
            refused: shake
                .refused
                .and_then(|at| Some((shake.syn_answered.filter(|syn| syn.ts <= at.ts).or(shake.syn)?, at))),
            silent: shake.refused.is_none() && tcp.end(Dir::Server).segments == 0 && tcp.icmp.is_empty(),
            unheard_ns: tcp.unheard_ns,
        })
    }

    fn attempt_in_small(&self, syn: BareSyn) -> Attempt {
        let (first, last) = (self.first, self.last);
        let (syns, latest, refused, unheard_ms) = match syn.then {
            Then::Nothing { unheard_ms } => (1, first, None, unheard_ms),
            Then::Refused { unheard_ms, .. } => (1, first, Some((first, last)), unheard_ms),
            Then::Again { .. } => (2, last, None, 0),
        };
        let unheard_ns = i64::from(unheard_ms) * NS_PER_MS;
        Attempt { syn: first, syns, latest, refused, silent: refused.is_none(), unheard_ns }
    }

    /// Whether it is an attempt that is kept in small, and all that rules ask of it can be told from there.
    pub(super) fn is_told_in_small(&self) -> bool {
        let syn = self.syn.filter(|_| self.detail.is_none());
        syn.is_some_and(|syn| !matches!(syn.then, Then::Again { .. }))
    }

    /// An attempt that is kept in small is over.
    pub(super) fn end_small(&mut self, now: At) {
        let ms = u32::try_from(now.ts.since(self.last.ts).max(0) / NS_PER_MS).unwrap_or(u32::MAX);
        match self.syn.as_mut().map(|syn| &mut syn.then) {
            Some(Then::Nothing { unheard_ms } | Then::Refused { unheard_ms, .. }) => *unheard_ms = ms,
            Some(Then::Again { .. }) | None => {}
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

    /// The SYN as it is kept with the packet just taken, when that is an ordinary reset that refuses it, or the same SYN
    /// once more.
    pub(super) fn stays_small(&self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, at: At) -> Option<BareSyn> {
        let syn = self.syn.filter(|syn| self.detail.is_none() && !syn.is_followed())?;
        match (self.packets, dir) {
            ([1, 1], Dir::Server) => syn.refused(ip, tcp),
            ([2, 0], Dir::Client) if tcp.flags.is_syn() && at.ts.since(self.first.ts) >= COPY_NS => {
                syn.repeated(ip, tcp)
            }
            _ => None,
        }
    }

    /// Keeps in small what is known in full and has been told.
    pub(super) fn fold(&mut self, syn: BareSyn, pool: &mut Pool) {
        if let Some(detail) = self.detail.take() {
            pool.give(detail);
        }
        self.syn = Some(syn);
    }

    /// Knows in full again what was kept in small, when that is more than a SYN; its events have been told.
    pub(super) fn unfold(&mut self, ctx: &Context, pool: &mut Pool) {
        if self.syn.is_some_and(BareSyn::is_followed) {
            self.connection(ctx, pool);
        }
    }
}

impl TcpConn {
    /// Goes on from what was kept in small of a first and a last packet.
    #[inline(never)]
    pub(crate) fn resume(&mut self, ctx: &Context, syn: BareSyn, [first, last]: [At; 2], told: &mut Out) {
        let end = &mut self.facts.ends[Dir::Client.index()];
        end.isn = Some(Seq(syn.isn));
        end.syn = Some(syn.options());
        end.syns.sent(first);
        end.segments = 1;
        end.ttl = syn.ttl;
        end.ecn[usize::from(syn.ecn)] = 1;
        end.enter(State::SynSent, first, Basis::Observed);
        let shake = &mut self.facts.handshake;
        (shake.syn, shake.syn_answered) = (Some(first), Some(first));
        self.resume_sequence(Dir::Client, Seq(syn.isn), first);
        match syn.then {
            Then::Nothing { .. } => {}
            Then::Refused { ttl, ecn, .. } => self.refuse_again(ctx, syn, (ttl, ecn), last, told),
            Then::Again { id, tsval } => self.repeat_again(ctx, syn, (id, tsval), last, told),
        }
    }

    /// Takes the reset that was kept in small.
    fn refuse_again(&mut self, ctx: &Context, syn: BareSyn, (ttl, tos): (u8, u8), at: At, told: &mut Out) {
        let ip = IpView { ttl, tos, ..IpView::default() };
        let (ack, flags) = (Seq(syn.isn).plus(1), Flags(Flags::RST | Flags::ACK));
        self.segment(ctx, Dir::Server, &ip, &TcpView { ack, flags, ..TcpView::default() }, at, told);
        told.clear();
    }

    /// Takes the repetition that was kept in small. Of its options only the timestamp is read, as the others are the first
    /// SYN's.
    fn repeat_again(&mut self, ctx: &Context, syn: BareSyn, (id, tsval): (u16, u32), at: At, told: &mut Out) {
        let ip = IpView { ttl: syn.ttl, tos: syn.ecn, id: id.into(), ..IpView::default() };
        let mut options = [1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0];
        options[4..8].copy_from_slice(&tsval.to_be_bytes());
        let tcp = TcpView {
            seq: Seq(syn.isn),
            flags: Flags(Flags::SYN | syn.options().ecn_bits),
            window: syn.window,
            options: if syn.has & TIMESTAMPS != 0 { &options } else { &[] },
            ..TcpView::default()
        };
        self.segment(ctx, Dir::Client, &ip, &tcp, at, told);
        told.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Transport;
    use crate::track::testing::{ACK, Deaf, RST, SYN, Segment, each_packet, tracked};
    use crate::track::{Event, Kind, Sink};

    /// A sink that wants everything, so that nothing is kept in small before it is told.
    struct Curious;

    impl Sink for Curious {
        fn event(&mut self, _event: &Event<'_>, _conversation: &Conversation) {}

        fn wants(&self, _kind: Kind) -> bool {
            true
        }
    }

    /// What a connection knows that was never anything but whole.
    fn whole(segments: &[Segment]) -> String {
        let ctx = &tracked(&[], &mut Deaf).context;
        let mut conn = TcpConn::new(ctx.limits);
        each_packet(segments, |packet| {
            let (Some(ip), Transport::Tcp(tcp)) = (&packet.ip, &packet.transport) else { panic!("a segment") };
            let dir = if tcp.dst_port == 80 { Dir::Client } else { Dir::Server };
            conn.segment(ctx, dir, ip, tcp, packet.at, &mut Vec::new());
        });
        format!("{:?}", conn.facts)
    }

    /// What is known after these segments, and whether it was kept in small.
    fn kept(segments: &[Segment], sink: &mut impl Sink) -> (String, bool) {
        let mut tracker = tracked(segments, sink);
        let ctx = &tracker.context;
        let small = tracker.table.get(0).is_some_and(|record| record.detail.is_none());
        let record = tracker.table.get_mut(0).expect("a conversation");
        (format!("{:?}", record.connection(ctx, &mut tracker.pool).facts), small)
    }

    #[test]
    fn what_is_kept_in_small_is_all_that_is_known_in_full() {
        let (syn, refused, answer) = ((0, 100, 0, SYN, 0), (1, 0, 101, RST | ACK, 0), (1, 900, 101, SYN | ACK, 0));
        let small: [&[Segment]; 3] = [&[syn], &[syn, refused], &[syn, syn]];
        let grown: [&[Segment]; 6] = [
            &[syn, answer],
            &[syn, syn, syn],
            &[syn, syn, refused],
            &[syn, syn, answer, (0, 101, 901, ACK, 9)],
            &[syn, refused, syn],
            &[syn, refused, syn, answer],
        ];
        for (segments, in_small) in small.map(|s| (s, true)).into_iter().chain(grown.map(|s| (s, false))) {
            assert_eq!(kept(segments, &mut Deaf), (whole(segments), in_small), "{segments:?}");
            assert_eq!(kept(segments, &mut Curious), (whole(segments), in_small), "{segments:?}");
        }
    }
}
