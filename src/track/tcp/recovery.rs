//! The sender's congestion state as its acknowledgments move it: fast recovery, the loss state after a timeout, and the
//! proofs that undo either. What retransmissions do to it is in `retransmit`.
//!
//! Followed is Linux, whose rules are RFC 6675 and RFC 8985 (recovery), RFC 6582 (without SACK), RFC 5682 (F-RTO), RFC
//! 3522 and RFC 4015 (undo); an older stack differs in details that do not show in the cause of a retransmission.

use super::facts::Rtt;
use super::send::{Ca, SendSide, Sent};
use crate::decode::tcp::Seq;
use crate::source::{At, Timestamp};

/// What one acknowledgment said that matters for recovery.
#[derive(Debug, Clone, Copy, Default)]
pub struct News {
    /// The cumulative number moved.
    pub advanced: bool,
    /// Something was newly SACKed.
    pub sacked: bool,
    /// Data that was sent only once, before the present episode began, arrived.
    pub original: bool,
    /// It counts as a duplicate ACK.
    pub duplicate: bool,
    /// Segments that the receiver says it got twice (RFC 2883), up to this number.
    pub disproved: Option<(u32, Seq)>,
    /// Segments that the cumulative number passed.
    pub acked: u32,
    /// Echoed timestamp, if any.
    pub tsecr: Option<u32>,
    /// SACK was agreed.
    pub sack: bool,
}

/// What can undo the present episode: its retransmissions, as long as none of them was needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Undo {
    /// Lowest number not acknowledged when the episode began: a D-SACK below tells of an earlier one.
    pub from: Seq,
    /// Retransmissions not disproved by a D-SACK.
    pub copies: u32,
    /// Any retransmission at all.
    pub any: bool,
    /// TSval of the first.
    pub first_tsval: Option<u32>,
}

/// The delivered segment that was sent last (RFC 8985 §5.2, `RACK.segment`).
#[derive(Debug, Clone, Copy)]
pub struct Rack {
    /// When its latest copy was sent.
    pub sent: Timestamp,
    /// Round trip of what was delivered last, in nanoseconds (`RACK.rtt`).
    pub round_trip_ns: i64,
    /// The number after its last.
    pub end: Seq,
}

impl SendSide {
    /// RFC 8985 §6.2 step 3: `sent`, which went out once, arrived after something sent later had.
    pub fn notice_order(&mut self, sent: &Sent) {
        self.reordered |= sent.sends == 1 && self.sacked_to.after(sent.end());
    }

    /// RFC 8985 §6.2 step 2: `sent` was delivered by an ACK at `at`. A copy that came back sooner than any round trip was
    /// an earlier one's answer and says nothing of the order of sending.
    pub fn delivered(&mut self, sent: &Sent, at: At, min_rtt: Option<i64>) {
        let ambiguous = sent.sends > 1 && min_rtt.is_some_and(|min| at.ts.since(sent.last.ts) < min);
        if sent.sends == 0 || ambiguous {
            return;
        }
        let round_trip_ns = at.ts.since(sent.last.ts);
        match &mut self.rack {
            // The round trip is that of the segment delivered last, whichever was sent last.
            Some(rack) if !later((sent.last.ts, sent.end()), (rack.sent, rack.end)) => {
                rack.round_trip_ns = round_trip_ns
            }
            rack => *rack = Some(Rack { sent: sent.last.ts, round_trip_ns, end: sent.end() }),
        }
    }

    /// Something sent later than the copy at `sent` that ends at `end` was delivered.
    #[must_use]
    pub fn overtaken(&self, sent: Timestamp, end: Seq) -> bool {
        self.rack.is_some_and(|rack| later((rack.sent, rack.end), (sent, end)))
    }

    /// Fast recovery begins at `at`.
    pub fn begin_recovery(&mut self, at: Timestamp) {
        let high = self.suspect.take().filter(|_| self.ca == Ca::Open).unwrap_or(self.nxt);
        (self.ca, self.high, self.since) = (Ca::Recovery, high, at);
        (self.frto, self.tlp, self.undo) = (false, None, Undo { from: self.una, ..Undo::default() });
    }

    /// The retransmission timer fired at `at`, or everything in flight has to go out again for another reason.
    pub fn begin_loss(&mut self, at: Timestamp) {
        // RFC 5682 §3.1 step 1: only a timeout that interrupts no recovery can turn out to be needless this way.
        self.frto = self.ca == Ca::Open || (self.ca == Ca::Loss && self.backoff > 0);
        if self.ca == Ca::Open || !self.high.after(self.una) || (self.ca == Ca::Loss && self.backoff == 0) {
            self.undo = Undo { from: self.una, ..Undo::default() };
        }
        (self.ca, self.high, self.since, self.tlp, self.suspect) = (Ca::Loss, self.nxt, at, None, None);
    }

    /// A copy was sent, other than as a tail loss probe.
    pub fn resent(&mut self, tsval: Option<u32>) {
        self.undo.copies += 1;
        if !self.undo.any {
            (self.undo.any, self.undo.first_tsval) = (true, tsval);
        }
    }

    /// An acknowledgment without SACK says nothing new: it repeats the number known and is no duplicate ACK, for it is not
    /// `pure` or nothing is in flight. Most data of the peer carry such a one.
    pub fn has_heard(&self, ack: Seq, pure: bool) -> bool {
        let outstanding = self.nxt.since(self.una);
        let repeated = ack == self.una && outstanding >= 0 && !(pure && outstanding > 0);
        repeated && self.started && self.is_calm()
    }

    /// No loss is suspected, reported or being repaired, and no probe is out.
    fn is_calm(&self) -> bool {
        let intact = self.sacked_bytes == 0 && self.reno < DUPLICATES && self.hol_since.is_none();
        intact && self.ca == Ca::Open && self.suspect.is_none() && self.tlp.is_none()
    }

    /// An episode is over.
    fn reopen(&mut self) {
        (self.ca, self.frto, self.undo) = (Ca::Open, false, Undo::default());
        self.patience.recovered();
    }

    /// An acknowledgment came in; `una` has its new value.
    pub fn informed(&mut self, news: &News, rtt: &Rtt, at: Timestamp) {
        self.patience.passed(self.una);
        if let Some((segments, end)) = news.disproved {
            self.patience.wider(self.nxt);
            if end.after(self.undo.from) {
                self.undo.copies = self.undo.copies.saturating_sub(segments);
            }
        }
        self.count_duplicates(news);
        let unfinished = self.ca != Ca::Open && self.recovered(news.sack) && !self.nothing_resent();
        match self.ca {
            Ca::Open => {}
            Ca::Recovery => self.recovering(news),
            Ca::Loss => self.lossy(news),
        }
        if self.ca == Ca::Open && unfinished && news.sack {
            // RFC 6675 §5: what was resent beyond the recovery point counts as lost, so the next recovery begins at once.
            self.suspect = Some(self.nxt);
        } else if self.ca == Ca::Open {
            self.suspect_loss(news, rtt, at);
        }
        self.probe_answered(news);
    }

    /// Without SACK each duplicate ACK stands for a segment that arrived (RFC 6582 §3.2 step 3), and an ACK takes back
    /// those that it covers; outside a recovery it takes back all.
    fn count_duplicates(&mut self, news: &News) {
        if news.duplicate {
            self.reno += 1;
        } else if news.advanced {
            self.reno = if self.ca == Ca::Open { 0 } else { self.reno.saturating_sub(news.acked.saturating_sub(1)) };
        }
    }

    /// Recovery begins with the ACK that proves a loss; what is sent again may come later, behind new data.
    fn suspect_loss(&mut self, news: &News, rtt: &Rtt, at: Timestamp) {
        if self.suspect.is_some_and(|high| !high.after(self.una)) {
            self.suspect = None;
        }
        if !news.sack && self.reno >= DUPLICATES {
            // How many duplicates it takes grows with the reordering that was seen: the latest counts.
            self.suspect = Some(self.nxt);
        } else if news.sack && self.sacked_bytes > 0 && self.suspect.is_none() && self.some_lost(rtt, at) {
            self.suspect = Some(self.nxt);
        }
    }

    /// RFC 8985 §6.2 step 5: something sent before what was delivered, by more than the reordering window, is missing.
    #[inline(never)]
    fn some_lost(&self, rtt: &Rtt, at: Timestamp) -> bool {
        let Some(rack) = self.rack else { return false };
        // Step 4: no patience when nothing was ever reordered and three segments came after.
        let sure = !self.reordered && self.sacked_segments() >= DUPLICATES;
        let window = if sure { 0 } else { self.patience.window(rtt) };
        let limit = rack.round_trip_ns.saturating_add(window);
        let mut above = self.queue.range(self.acked..).take(LOOK_AHEAD).filter(|s| !s.sacked && s.sends > 0);
        above.any(|s| self.overtaken(s.last.ts, s.end()) && at.since(s.last.ts) >= limit)
    }

    /// Segments SACKed, as far as it takes to know whether they are enough; a captured packet may be several merged ones.
    fn sacked_segments(&self) -> u32 {
        let mss = if self.largest_acked == 0 { u32::MAX } else { self.largest_acked };
        let near = self.queue.range(self.acked..).take(LOOK_AHEAD).filter(|s| s.sacked);
        near.map(|s| s.len.div_ceil(mss)).sum::<u32>().max(self.sacked_bytes / mss)
    }

    #[inline(never)]
    fn recovering(&mut self, news: &News) {
        let disproved = self.undo.any && self.undo.copies == 0;
        if self.recovered(news.sack) || disproved || (news.advanced && self.delayed(news) && self.nothing_resent()) {
            self.reopen();
        }
    }

    #[inline(never)]
    fn lossy(&mut self, news: &News) {
        let whole = !self.high.after(self.una);
        let disproved = self.undo.any && self.undo.copies == 0;
        // RFC 4015: the retransmissions were not needed. Without SACK Linux restores the window only, not the state.
        if news.advanced && news.sack && (disproved || self.delayed(news)) {
            return self.reopen();
        }
        if self.frto {
            // RFC 5682 §3.1 step 3 b, with SACK: data sent before the timeout and never again arrived.
            if news.original {
                return self.reopen();
            }
            if self.nxt.after(self.high) {
                self.frto &= !(news.sacked || news.duplicate);
            } else if news.advanced && !whole {
                // Step 2 b: new data is tried before anything is sent again.
                self.high = self.nxt;
            }
        }
        if whole && self.recovered(news.sack) {
            self.reopen();
        }
    }

    /// Everything in flight at the episode's start is acknowledged (RFC 6675 §5). Without SACK something beyond it must
    /// be, or late duplicate ACKs would start another recovery (RFC 6582 §3.2 step 1).
    fn recovered(&self, sack: bool) -> bool {
        if sack { !self.high.after(self.una) } else { self.una.after(self.high) }
    }

    /// RFC 3522 §3.2: the echo is older than the first retransmission, so an original was only late.
    fn delayed(&self, news: &News) -> bool {
        let (Some(first), Some(echo)) = (self.undo.first_tsval, news.tsecr) else { return false };
        (echo.wrapping_sub(first) as i32) < 0
    }

    /// No retransmission of this episode is in flight.
    fn nothing_resent(&self) -> bool {
        !self.queue.range(self.acked..).any(|s| s.sends > 1 && !s.sacked && s.last.ts >= self.since)
    }

    /// RFC 8985 §7.4: a probe is answered when more than its data is acknowledged, or by the duplicate that it made.
    fn probe_answered(&mut self, news: &News) {
        let Some(high) = self.tlp else { return };
        let answered = match self.tlp_again {
            true => {
                self.una.after(high) || news.disproved.is_some() || (news.duplicate && !news.sacked && self.una == high)
            }
            false => !high.after(self.una),
        };
        if answered {
            self.tlp = None;
        }
    }
}

/// Duplicate ACKs, or segments SACKed, that start a recovery without further waiting (RFC 5681 §3.2, RFC 8985 §6.2 step 4).
const DUPLICATES: u32 = 3;
/// Segments looked at for a proof of loss; beyond them recovery is taken to begin with the first retransmission.
const LOOK_AHEAD: usize = 32;

/// RFC 8985 §6.2 step 2, `RACK_sent_after`: by time, and in one instant by number.
fn later(a: (Timestamp, Seq), b: (Timestamp, Seq)) -> bool {
    a.0 > b.0 || (a.0 == b.0 && a.1.after(b.1))
}
