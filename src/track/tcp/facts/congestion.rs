//! What one sender's congestion control showed: its window over time, how it grew, what made it shrink, what held it.

use arrayvec::ArrayVec;

use crate::source::{At, Timestamp};

/// How much of a sender's congestion control a capture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Taken near it: packets pass the capture point when it sends and gets them.
    Near,
    /// Taken far from it, but it echoes timestamps that say which acknowledgments it had got (RFC 7323 §4.3).
    Echoed,
    /// The handshake was not captured, so that nothing says how far it is.
    Unsure,
    /// Taken far from it, and nothing says what it knew.
    Hidden,
}

impl Sight {
    /// What it is in the end: segments that follow acknowledgments more closely than by chance left near.
    #[must_use]
    pub fn settled(self, pacing: &Pacing) -> Sight {
        let bursts = f64::from(pacing.bursts);
        match self {
            Sight::Unsure if pacing.bursts >= 10 && f64::from(pacing.clocked) > 0.9 * bursts && pacing.chance < 0.6 => {
                Sight::Near
            }
            Sight::Unsure => Sight::Hidden,
            sight => sight,
        }
    }
}

/// One instant of a sender that moves bulk data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// When.
    pub ts: Timestamp,
    /// Bytes in the network: sent, and neither acknowledged, nor SACKed, nor taken for lost (RFC 6675's pipe).
    pub in_flight: u32,
    /// Congestion window in bytes as the flight implies it; 0 where something else held the sender.
    pub cwnd: u32,
    /// Window of the peer, in bytes; `None` where its scale is not known.
    pub peer_window: Option<u32>,
    /// Latest round-trip sample in microseconds; 0 before the first.
    pub rtt_us: u32,
}

/// Why slow start ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlowStartExit {
    /// A loss.
    Loss,
    /// Growth stopped without a loss, as the round-trip time rose (HyStart's delay rule, RFC 9406 §4.2).
    DelayRise,
    /// Growth stopped without a loss and without a rise (a train of ACKs, a threshold from an earlier connection, a
    /// bandwidth estimate).
    NoLoss,
}

/// The first slow start of a sender.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlowStart {
    /// Bytes sent before the first acknowledgment of data; 0 where that does not show.
    pub initial_bytes: u32,
    /// Where it ended, how, and the window then; `None`: it lasted as long as there were data.
    pub exit: Option<(At, SlowStartExit, u32)>,
    /// Largest window reached in it, in bytes.
    pub reached: u32,
    /// Round trips it took.
    pub rounds: u32,
}

/// What began a loss episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpisodeKind {
    /// Fast retransmit and recovery (RFC 5681 §3.2, RFC 6675).
    Recovery,
    /// The retransmission timer (RFC 6298 §5).
    Timeout,
    /// A congestion mark: the sender says CWR (RFC 3168 §6.1.2).
    Mark,
}

impl EpisodeKind {
    /// As explanations name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EpisodeKind::Recovery => "fast recovery",
            EpisodeKind::Timeout => "retransmission timeout",
            EpisodeKind::Mark => "ECN mark",
        }
    }
}

/// A reaction to loss or a mark, from its beginning to the end of recovery.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Episode {
    /// What began it.
    pub kind: EpisodeKind,
    /// The first retransmission (or the CWR).
    pub from: At,
    /// The acknowledgment that ended it; `None`: the connection ended in it.
    pub until: Option<At>,
    /// Segments sent again in it.
    pub resent: u32,
    /// Window before, in bytes.
    pub before: u32,
    /// That was the window: the flight filled it, nothing else held the sender, and it was not in slow start. Else the
    /// window was at least that.
    pub before_known: bool,
    /// Window after, in bytes; 0 where not enough was sent afterwards to tell.
    pub after: u32,
    /// Bytes sent for each byte delivered in it, where few were lost: RFC 6937's proportional rate reduction makes that
    /// the share of the window that is left. 0 where unknown.
    pub sent_share: f32,
    /// Bytes delivered in it up to the latest segment that this share counts.
    pub share_of: u32,
    /// A proof came that nothing had been lost.
    pub spurious: bool,
}

/// Episodes kept; of later ones only the count and the time are.
pub const MAX_EPISODES: usize = 32;

/// What held a sender back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Limit {
    /// The handshake was not over.
    Handshake,
    /// Nothing more to send (or the socket's send buffer was full).
    Application,
    /// The peer's window.
    Receiver,
    /// The congestion window or its pacing.
    Congestion,
    /// Loss recovery.
    Recovery,
}

/// All, in the order of the JSON report.
pub const LIMITS: [Limit; 5] =
    [Limit::Handshake, Limit::Application, Limit::Receiver, Limit::Congestion, Limit::Recovery];

impl Limit {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Limit::Handshake => "handshake",
            Limit::Application => "application",
            Limit::Receiver => "receiver",
            Limit::Congestion => "congestion",
            Limit::Recovery => "recovery",
        }
    }
}

/// A congestion control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RFC 5681 with RFC 6582 or 6675.
    Reno,
    /// RFC 9438.
    Cubic,
    /// BBR version 1.
    Bbr,
    /// The capture cannot tell.
    Unknown,
}

impl Algorithm {
    /// The name in the JSON report, the kernel's.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Reno => "reno",
            Algorithm::Cubic => "cubic",
            Algorithm::Bbr => "bbr",
            Algorithm::Unknown => "unknown",
        }
    }
}

/// Reasons listed for a verdict.
pub const MAX_REASONS: usize = 6;

/// Which congestion control it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The most likely.
    pub algorithm: Algorithm,
    /// How likely, from 0 to 1.
    pub confidence: f32,
    /// The features that decided it, in words with their numbers.
    pub because: ArrayVec<String, MAX_REASONS>,
}

impl Verdict {
    /// Nothing to go by.
    #[must_use]
    pub fn unknown() -> Verdict {
        Verdict { algorithm: Algorithm::Unknown, confidence: 0.0, because: ArrayVec::new() }
    }
}

/// How segments were spread.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pacing {
    /// Bursts of new data (segments with less than 100 µs between them).
    pub bursts: u32,
    /// Segments of MSS size in the largest burst.
    pub largest: u32,
    /// New data in segments of MSS size, over all bursts.
    pub segments: u32,
    /// Bursts that left right after an acknowledgment.
    pub clocked: u32,
    /// Share of bursts that would have followed an acknowledgment so closely by chance.
    pub chance: f32,
}

/// The delivery rate and the queue at the bottleneck.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Queue {
    /// Smallest round-trip time in nanoseconds: the path without a queue.
    pub base_ns: i64,
    /// Round trips in which the queue stood: even the fastest sample was well above the base.
    pub rounds: u32,
    /// For how long it stood in all, in nanoseconds.
    pub stood_ns: i64,
    /// The longest standing delay in nanoseconds: the fastest sample of the worst round, less the base.
    pub worst_ns: i64,
    /// Where that was.
    pub worst_at: At,
    /// Bytes per second delivered while it stood, the median over these rounds: the bottleneck; 0 when it never did.
    pub rate: u64,
    /// The largest delivery rate over a round trip, in bytes per second.
    pub best_rate: u64,
}

impl Queue {
    /// Bytes that stood in the queue at its worst: what the bottleneck passes in that time.
    #[must_use]
    pub fn worst_bytes(&self) -> u64 {
        let rate = if self.rate > 0 { self.rate } else { self.best_rate };
        (rate as f64 * self.worst_ns as f64 / 1e9) as u64
    }
}

/// A window that was reset after idle (RFC 5681 §4.1, RFC 7661).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IdleRestart {
    /// The first segment after it.
    pub at: At,
    /// How long nothing was in flight, in nanoseconds.
    pub idle_ns: i64,
    /// Window before, in bytes.
    pub before: u32,
    /// First flight after, in bytes.
    pub after: u32,
}

/// What one sender's congestion control showed.
#[derive(Debug, Clone)]
pub struct Congestion {
    /// Segment size in bytes.
    pub mss: u32,
    /// How much of this sender the capture shows.
    pub sight: Sight,
    /// The course of the transfer, decimated.
    pub series: Vec<Point>,
    /// The first slow start.
    pub slow_start: Option<SlowStart>,
    /// Loss episodes, the first [`MAX_EPISODES`].
    pub episodes: Vec<Episode>,
    /// Episodes in all.
    pub episode_count: u32,
    /// Largest window, in bytes, with where.
    pub largest: (u32, At),
    /// Time by what held the sender, in nanoseconds, indexed by [`Limit`].
    pub limited_ns: [i64; LIMITS.len()],
    /// Spread of the segments.
    pub pacing: Pacing,
    /// Delivery rate and queue.
    pub queue: Queue,
    /// Restarts after idle: how many, and the one that cost most.
    pub idle_restarts: (u32, Option<IdleRestart>),
    /// The congestion control.
    pub verdict: Verdict,
}

impl Congestion {
    /// Whether anything is told of window and limits.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        matches!(self.sight, Sight::Near | Sight::Echoed)
    }

    /// Share of the transfer that `limit` took, from 0 to 1; all together are 1 (or 0 when no time passed).
    #[must_use]
    pub fn share(&self, limit: Limit) -> f64 {
        let total: f64 = self.limited_ns.iter().map(|ns| *ns as f64).sum();
        if total <= 0.0 { 0.0 } else { self.limited_ns[limit as usize] as f64 / total }
    }

    /// Time spent in episodes that are known, in nanoseconds.
    #[must_use]
    pub fn recovery_ns(&self) -> i64 {
        self.limited_ns[Limit::Recovery as usize]
    }
}
