//! Keep-alives and zero-window probes: one number below what is expected, no news inside (RFC 9293 §3.8.4, §3.8.6.1).

use super::connection::{Out, TcpConn};
use crate::decode::IpView;
use crate::decode::tcp::{Flags, Seq, TcpView};
use crate::source::{At, NS_PER_MS};
use crate::track::{Dir, What};

/// The rhythm of one end's keep-alives or zero-window probes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Probed {
    /// The latest.
    pub last: At,
    /// Time from the packet or probe before it, in nanoseconds; 0 before the first.
    pub gap_ns: i64,
    /// The same for the latest probe that began a series: the idle time before a keep-alive, in nanoseconds.
    pub idle_ns: i64,
    /// How many since the peer was heard.
    pub unanswered: u32,
    /// How many in the present series of zero-window probes.
    pub in_row: u32,
    /// Zero-window probes, rather than keep-alives: until data goes out again, its sender believes the window closed.
    pub in_stall: bool,
    /// It went on probing though the window had opened: the update did not reach it.
    deaf: bool,
    /// The peer has sent nothing since the latest.
    pub open: bool,
}

impl Probed {
    fn sent(&mut self, at: At, latest: At, in_stall: bool) {
        let before = if in_stall && self.in_stall { self.last } else { latest };
        self.gap_ns = at.ts.since(before.ts);
        if self.unanswered == 0 {
            self.idle_ns = self.gap_ns;
        }
        self.in_row = if in_stall && self.in_stall { self.in_row.saturating_add(1) } else { 1 };
        (self.last, self.in_stall, self.open) = (at, in_stall, true);
        self.unanswered = self.unanswered.saturating_add(1);
    }

    /// The peer was heard.
    pub fn heard(&mut self) {
        self.unanswered = 0;
    }

    /// New data went out: the stall is over.
    pub fn resumed(&mut self) {
        if self.in_stall {
            *self = Probed { open: self.open, ..Probed::default() };
        }
    }

    /// A packet of the peer comes as an answer to the latest probe would, a round trip of `rtt_ns` after it.
    pub fn answers(&self, at: At, rtt_ns: i64) -> bool {
        let after = at.ts.since(self.last.ts);
        let answer = rtt_ns - rtt_ns / 4..=rtt_ns.saturating_add(rtt_ns / 2).saturating_add(5 * NS_PER_MS);
        self.in_stall && self.unanswered > 0 && answer.contains(&after)
    }
}

/// Recognises a probe of `dir` or the answer to one; true when the segment must not be taken for data.
pub fn is_probe(
    conn: &mut TcpConn,
    dir: Dir,
    ip: &IpView,
    tcp: &TcpView<'_>,
    timestamps: Option<(u32, u32)>,
    at: At,
    out: &mut Out,
) -> bool {
    if tcp.flags.0 & (Flags::SYN | Flags::FIN | Flags::RST) != 0 {
        return false;
    }
    let send = &conn.send[dir.index()];
    let below = send.started && send.acks_seen && tcp.seq.plus(1) == send.una && tcp.len <= 1;
    let idle = !send.nxt.after(send.una);
    let closed_window = conn.facts.ends[dir.flip().index()].window == 0;
    if below && (closed_window || idle || conn.live.probed(dir).in_stall) {
        if is_late(conn, dir, ip, tcp, timestamps, at) {
            return false;
        }
        probe(conn, dir, closed_window, at, out);
        return true;
    }
    answered(conn, dir, tcp, at, out);
    false
}

/// Sent before what its sender sent or acknowledged since, and overtaken on the way: an acknowledgment from before the FIN,
/// which has the number of a probe. A probe says what its sender knows by then (RFC 9293 §3.8.4).
#[cold]
fn is_late(conn: &TcpConn, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, timestamps: Option<(u32, u32)>, at: At) -> bool {
    let (send, peer) = (&conn.send[dir.index()], &conn.send[dir.flip().index()]);
    let older_ack = peer.started && tcp.flags.has(Flags::ACK) && peer.una.after(tcp.ack);
    let older_stamp = timestamps.is_some_and(|(tsval, _)| send.tsval != 0 && Seq(send.tsval).after(Seq(tsval)));
    let older_id = send.queue.get(send.find(tcp.seq)).filter(|sent| !sent.seq.after(tcp.seq)).is_some_and(|sent| {
        let behind = (sent.id as u16).wrapping_sub(ip.id as u16);
        sent.id != 0 && ip.id != 0 && (1..LATE_IDS).contains(&behind) && at.ts.since(sent.last.ts) < LATE_NS
    });
    older_ack || older_stamp || older_id
}

/// Identifications back that a packet overtaken by the latest may have; not all hosts count them.
const LATE_IDS: u16 = 64;
/// No keep-alive comes so soon after its sender's latest data, and no packet is overtaken by more.
const LATE_NS: i64 = 200 * NS_PER_MS;

/// No timer probes again so soon: what comes is a copy by the network or the capture.
const COPY_NS: i64 = NS_PER_MS;

/// A probe of `dir`: of a window believed closed, or a keep-alive.
#[cold]
fn probe(conn: &mut TcpConn, dir: Dir, closed_window: bool, at: At, out: &mut Out) {
    let latest = conn.live.latest;
    let probed = conn.live.probed[dir.index()].get_or_insert_default();
    if probed.open && at.ts.since(probed.last.ts) < COPY_NS {
        let of = Some(probed.last);
        conn.facts.ends[dir.index()].duplicates.add(at);
        return out.push((dir, What::Duplicate { of }));
    }
    let in_stall = closed_window || probed.in_stall;
    if in_stall {
        let deaf = !closed_window && !std::mem::replace(&mut probed.deaf, !closed_window);
        probed.sent(at, latest, true);
        let stalls = &mut conn.facts.ends[dir.flip().index()].zero_window;
        stalls.probes += 1;
        stalls.told_by_probe += u32::from(deaf);
        out.push((dir, What::WindowProbe));
    } else {
        probed.sent(at, latest, false);
        conn.facts.ends[dir.index()].keepalives.add(at);
        out.push((dir, What::KeepAlive));
    }
}

/// A pure ACK right after the peer's probe answers it.
fn answered(conn: &mut TcpConn, dir: Dir, tcp: &TcpView<'_>, at: At, out: &mut Out) {
    let peer = dir.flip();
    let Some(probed) = &mut conn.live.probed[peer.index()] else { return };
    let asked = std::mem::take(&mut probed.open) && !probed.in_stall;
    if !asked || tcp.len > 0 {
        return;
    }
    if tcp.ack == conn.send[peer.index()].una && conn.facts.ends[dir.index()].window > 0 {
        conn.facts.ends[dir.index()].keepalive_acks.add(at);
        out.push((dir, What::KeepAliveAck));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::NS_PER_S;
    use crate::track::testing::{ACK, Deaf, FIN, SYN, Segment, at, tracked_every};

    #[test]
    fn probes_of_a_closed_window_keep_their_rhythm_until_data_flows() {
        let mut probed = Probed::default();
        for (n, probe) in [at(200), at(600), at(1_400)].into_iter().enumerate() {
            probed.sent(probe, at(1), true);
            assert_eq!(probed.in_row, n as u32 + 1);
            probed.heard();
        }
        assert_eq!((probed.gap_ns, probed.unanswered), (800 * NS_PER_MS, 0));
        assert!(probed.in_stall, "an update that it may not have got ends nothing");
        probed.resumed();
        assert!(!probed.in_stall && probed.gap_ns == 0);
    }

    #[test]
    fn unanswered_keep_alives_are_counted_and_the_idle_time_before_them_is_kept() {
        let mut probed = Probed::default();
        probed.sent(at(1_000), at(0), false);
        probed.sent(at(1_100), at(1_000), false);
        assert_eq!((probed.idle_ns, probed.gap_ns, probed.unanswered), (1_000 * NS_PER_MS, 100 * NS_PER_MS, 2));
        probed.heard();
        probed.resumed();
        assert_eq!((probed.unanswered, probed.idle_ns), (0, 1_000 * NS_PER_MS), "the next comes after as long");
    }

    #[test]
    fn a_probe_that_the_capture_has_twice_is_one() {
        let segments = [
            (0, 100, 0, SYN, 0),
            (1, 900, 101, SYN | ACK, 0),
            (0, 101, 901, ACK, 9),
            (1, 901, 110, ACK, 0),
            (0, 109, 901, ACK, 1),
            (0, 109, 901, ACK, 1),
        ];
        assert_eq!(probes(NS_PER_MS / 10, &segments), (1, 1));
        assert_eq!(probes(NS_PER_MS, &segments), (2, 0));
    }

    /// The client's keep-alives, and its packets that are copies, after these segments so far apart.
    fn probes(apart_ns: i64, segments: &[Segment]) -> (u32, u32) {
        let mut tracker = tracked_every(apart_ns, segments, &mut Deaf);
        let ctx = &tracker.context;
        let record = tracker.table.get_mut(0).expect("a conversation");
        let client = &record.connection(ctx, &mut tracker.pool).facts.ends[0];
        (client.keepalives.count, client.duplicates.count)
    }

    #[test]
    fn an_old_acknowledgment_that_comes_after_the_fin_is_no_probe() {
        let opening = [
            (0, 100, 0, SYN, 0),
            (1, 900, 101, SYN | ACK, 0),
            (0, 101, 901, ACK, 9),
            (1, 901, 110, ACK, 50),
            (0, 110, 951, FIN | ACK, 0),
            (1, 951, 111, ACK, 0),
        ];
        let then = |last: Segment| probes(5 * NS_PER_S, &[&opening[..], &[last]].concat()).0;
        assert_eq!(then((0, 110, 901, ACK, 0)), 0, "it acknowledges less than the FIN did");
        assert_eq!(then((0, 110, 951, ACK, 0)), 1);
    }

    #[test]
    fn an_answer_comes_a_round_trip_after_the_probe() {
        let mut probed = Probed::default();
        probed.sent(at(100), at(1), true);
        let answered = |ms| probed.answers(at(ms), 40 * NS_PER_MS);
        assert_eq!([110, 140, 155, 400].map(answered), [false, true, true, false]);
        probed.heard();
        assert!(!probed.answers(at(140), 40 * NS_PER_MS), "it had its answer");
    }
}
