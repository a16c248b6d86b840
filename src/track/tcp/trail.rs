//! Packets that were lost before the capture point and left no hole in the numbers: the last ones of a flight.
//!
//! Linux counts the IP identification of a connection up by one for each packet (RFC 6864 asks for less). Away from the
//! sender, a jump in it without a hole in the sequence space says that data beyond the highest number were sent and
//! lost; what then arrives in order is their retransmission, though no copy was captured before. Said only where nothing
//! else could have used the identifications up: a host that counts all its packets with one number jumps as well, and is
//! told apart by how the connection opens.

use super::connection::TcpConn;
use super::facts::SynOptions;
use super::retransmit;
use crate::decode::IpView;
use crate::decode::tcp::{Flags, TcpView};
use crate::source::At;
use crate::track::Dir;

/// Where the numbers of a packet lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// No sequence space.
    Empty,
    /// Below the highest number seen; `back` when below the retransmission before it, whose hole is filled already.
    Old {
        /// Out of the order in which holes are filled: an earlier copy of it was lost.
        back: bool,
    },
    /// Right after it; `whole` when nothing below is missing.
    Next {
        /// No hole is open.
        whole: bool,
    },
    /// Beyond it.
    Beyond {
        /// Bytes passed over.
        hole: u32,
    },
}

/// One packet, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// IP identification; 0 stands for none unless it is due.
    pub id: u16,
    /// Sequence space.
    pub len: u32,
    /// Largest payload of one packet.
    pub mss: u32,
    /// Its place.
    pub place: Place,
    /// It ends a write (PSH) or the stream.
    pub ends: bool,
    /// It acknowledges something new of the peer's, or has more room for it: pure ACKs may have said so before.
    pub news: bool,
    /// The packet came after a silence of a round trip or more.
    pub rested: bool,
    /// The silence was too long for the sender to be still at it.
    pub idle: bool,
    /// Copies that the sender's timers made in that silence before this one.
    pub timed: u32,
}

/// The sender's packets by their identification.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trail {
    /// The identification due next.
    next: Option<u16>,
    /// Bytes, at most, that were sent beyond the highest number seen and lost.
    missing: u32,
    /// Some of that has come again.
    taken: bool,
    /// The peer sent something since the last packet: pure ACKs for it may be what is missing.
    asked: bool,
    /// The identifications are not this connection's alone.
    shared: bool,
}

/// A longer jump is another counter, not so many packets lost in a row.
const MAX_JUMP: i16 = 512;

impl Trail {
    /// The peer sent what asks for an acknowledgment.
    pub fn asked(&mut self) {
        self.asked = true;
    }

    /// A SYN-ACK. Linux gives it no identification (RFC 6864 §4.1), for there is no connection yet that could count; a host
    /// that does has one count for all its packets.
    pub fn answered(&mut self, id: u32) {
        self.shared = id != 0;
    }

    /// A packet of one segment with the identification due, while nothing is missing: it says nothing but which is due next.
    fn goes_on(&mut self, id: u16) -> bool {
        let ordinary = self.next == Some(id) && self.missing == 0 && !self.taken;
        if ordinary {
            (self.next, self.asked) = (Some(id.wrapping_add(1)), false);
        }
        ordinary || self.shared
    }

    /// Takes the sender's next packet; true when it is data that must have been sent before.
    pub fn follow(&mut self, step: &Step) -> bool {
        if self.shared || (step.id == 0 && self.next != Some(0)) {
            return false;
        }
        let mss = step.mss.max(1);
        let asked = std::mem::take(&mut self.asked);
        // A packet that the capture shows in one piece may have been several on the wire (GRO, LRO).
        let packets = step.len.div_ceil(mss).max(1);
        let jump = self.next.map_or(0, |next| step.id.wrapping_sub(next) as i16);
        if jump < 0 && jump > -MAX_JUMP {
            // It was only late.
            self.missing = self.missing.saturating_sub(packets * mss);
            return false;
        }
        self.next = Some(step.id.wrapping_add(packets as u16));
        let counted = !asked && !step.news && (0..MAX_JUMP).contains(&jump);
        let lost = if counted { jump as u32 } else { 0 };
        if step.idle && lost == 0 && self.taken {
            // What was counted too much: the sender has gone on to something else.
            self.missing = 0;
        }
        match step.place {
            // An acknowledgment, so that others may have been lost before it.
            Place::Empty => false,
            Place::Old { back } => {
                let copies = if step.rested { step.timed } else { 0 } + u32::from(back);
                self.missing = (self.missing + lost * mss).saturating_sub(copies * mss);
                false
            }
            Place::Next { whole: true } => {
                // At least the packet itself is one of those that were lost.
                self.missing += lost.saturating_sub(step.timed).max(lost.min(1)) * mss;
                self.take(step, mss)
            }
            // Retransmissions for the open holes may be what is missing.
            Place::Next { whole: false } => {
                self.missing = 0;
                false
            }
            Place::Beyond { hole } => {
                self.missing = 0;
                // RFC 8985 §7: a tail loss probe repeats the last segment: one packet more than the hole can hold.
                step.rested && hole % mss == 0 && lost == hole / mss + 1
            }
        }
    }

    /// Data in order: are they among those that were lost?
    fn take(&mut self, step: &Step, mss: u32) -> bool {
        let again = self.missing > 0;
        self.taken = again;
        self.missing = self.missing.saturating_sub(step.len);
        if step.ends && self.missing < mss {
            self.missing = 0;
        }
        again
    }
}

impl TcpConn {
    /// Whether the segment must have been sent before, as its IP identification tells.
    /// Windows starts with a TTL of 128 and offers no timestamps; its identification counts the packets of the host.
    pub(super) fn was_lost_before(&mut self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, sacks: bool, at: At) -> bool {
        let space = tcp.len + u32::from(tcp.flags.has(Flags::FIN));
        let away = |end: Dir| self.live.turnaround_ns[end.index()] > AWAY_NS;
        if space > 0 && away(dir.flip()) {
            self.send[dir.flip().index()].trail.asked();
        }
        let away = away(dir);
        if tcp.flags.has(Flags::SYN) {
            if tcp.flags.has(Flags::ACK) {
                self.send[dir.index()].trail.answered(ip.id);
            }
            return false;
        }
        if !away {
            return false;
        }
        let end = &self.facts.ends[dir.index()];
        let offers = |s: &SynOptions| s.timestamps.is_some() && s.window_scale.is_some();
        let counts = end.ttl <= 64 && end.syn.as_ref().is_some_and(offers);
        let Some(id) = u16::try_from(ip.id).ok().filter(|_| counts) else { return false };
        let mss = self.mss(dir);
        let send = &mut self.send[dir.index()];
        if space <= mss.max(1) && send.trail.goes_on(id) {
            return false;
        }
        let place = match tcp.seq.since(send.nxt) {
            _ if space == 0 => Place::Empty,
            ..0 => Place::Old { back: send.resent_to.after(tcp.seq) },
            0 => Place::Next { whole: send.sacked_bytes == 0 && send.holes == 0 },
            hole => Place::Beyond { hole: hole as u32 },
        };
        let quiet = at.ts.since(send.last_send.ts);
        let before = self.live.last_ack[dir.index()];
        let step = Step {
            id,
            len: space,
            mss,
            place,
            ends: tcp.flags.has(Flags::PSH) || tcp.flags.has(Flags::FIN),
            news: sacks || before.is_some_and(|(ack, window)| tcp.ack.after(ack) || tcp.window > window),
            rested: end.rtt.known() && quiet >= end.rtt.srtt_ns,
            idle: quiet >= 2 * end.rtt.srtt_ns + 10 * AWAY_NS,
            timed: retransmit::timed_copies(&end.rtt, at.ts.since(send.last_ack.ts).saturating_sub(end.rtt.srtt_ns)),
        };
        self.send[dir.index()].trail.follow(&step)
    }
}

/// A sender that reacts sooner is at the capture point, which then sees every packet before any of them is lost.
const AWAY_NS: i64 = crate::source::NS_PER_MS;

#[cfg(test)]
mod tests {
    use super::*;

    const MSS: u32 = 1_448;

    fn step(id: u16, place: Place) -> Step {
        let len = if place == Place::Empty { 0 } else { MSS };
        Step { id, len, mss: MSS, place, ends: false, news: false, rested: false, idle: false, timed: 0 }
    }

    const OLD: Place = Place::Old { back: false };
    const NEXT: Place = Place::Next { whole: true };

    fn trail(steps: &[Step]) -> Vec<bool> {
        let mut trail = Trail::default();
        steps.iter().map(|s| trail.follow(s)).collect()
    }

    #[test]
    fn data_in_order_after_two_packets_that_never_came_are_those_two_again() {
        let told = trail(&[step(7, NEXT), step(8, NEXT), step(11, NEXT), step(12, NEXT), step(13, NEXT)]);
        assert_eq!(told, [false, false, true, true, false]);
    }

    #[test]
    fn a_host_that_numbers_its_syn_ack_counts_all_its_packets() {
        for (id, again) in [(0, true), (5, false)] {
            let mut trail = Trail::default();
            trail.answered(id);
            trail.follow(&step(7, NEXT));
            assert_eq!(trail.follow(&step(9, NEXT)), again, "{id}");
            assert_eq!(trail.goes_on(40), !again, "{id}");
        }
    }

    #[test]
    fn a_hole_explains_what_is_missing() {
        let beyond = Place::Beyond { hole: 2 * MSS };
        assert_eq!(trail(&[step(7, NEXT), step(10, beyond), step(11, NEXT)]), [false; 3]);
    }

    #[test]
    fn a_probe_after_a_silence_is_one_packet_more_than_the_hole_holds() {
        let beyond = |id| Step { rested: true, ..step(id, Place::Beyond { hole: 2 * MSS }) };
        assert_eq!(trail(&[step(7, NEXT), beyond(11)]), [false, true]);
        assert_eq!(trail(&[step(7, NEXT), beyond(10)]), [false, false]);
    }

    #[test]
    fn copies_that_a_timer_made_in_vain_are_no_data_of_their_own() {
        let told = trail(&[step(7, NEXT), Step { rested: true, timed: 2, ..step(11, NEXT) }, step(12, NEXT)]);
        assert_eq!(told, [false, true, false]);
    }

    #[test]
    fn a_copy_out_of_the_order_of_holes_accounts_for_one_that_was_lost() {
        let told = trail(&[step(7, OLD), step(9, OLD), step(10, Place::Old { back: true }), step(11, NEXT)]);
        assert_eq!(told, [false; 4]);
    }

    #[test]
    fn what_was_counted_too_much_is_forgotten_after_a_rest() {
        let rest = |id| Step { idle: true, ..step(id, NEXT) };
        assert_eq!(trail(&[step(7, NEXT), step(10, OLD), step(11, NEXT), rest(12)]), [false, false, true, false]);
        assert_eq!(trail(&[step(7, NEXT), step(10, OLD), rest(11)]), [false, false, true]);
    }

    #[test]
    fn a_flight_whose_end_was_lost_comes_again_once_the_holes_are_filled() {
        let told = trail(&[step(7, NEXT), step(10, OLD), step(11, OLD), step(12, NEXT), step(13, NEXT)]);
        assert_eq!(told, [false, false, false, true, true]);
    }

    #[test]
    fn what_acknowledges_the_peer_may_have_been_lost_instead() {
        let mut trail = Trail::default();
        trail.follow(&step(7, NEXT));
        trail.asked();
        assert!(!trail.follow(&step(9, NEXT)));
        assert!(!trail.follow(&Step { news: true, ..step(11, NEXT) }));
    }

    #[test]
    fn a_jump_before_an_acknowledgment_is_lost_acknowledgments() {
        assert_eq!(trail(&[step(7, NEXT), step(8, Place::Empty), step(10, Place::Empty), step(11, NEXT)]), [false; 4]);
    }

    #[test]
    fn a_packet_that_was_only_late_is_not_missing() {
        let told = trail(&[step(7, NEXT), step(9, OLD), step(8, OLD), step(10, NEXT)]);
        assert_eq!(told, [false; 4]);
    }

    #[test]
    fn packets_merged_on_receipt_used_an_identification_each() {
        let merged = Step { len: 3 * MSS, ..step(7, NEXT) };
        assert_eq!(trail(&[merged, step(10, NEXT)]), [false, false]);
    }
}
