//! A bulk sender's congestion control as the report shows it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::track::tcp::{Algorithm, Congestion, Episode, EpisodeKind, Limit, Sight, SlowStartExit, Verdict};
use crate::track::{Timestamp, ms};

/// Which congestion control it was and what it did; sizes in bytes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CongestionReport {
    /// `reno`, `cubic`, `bbr` or `unknown`; inferred.
    pub algorithm: &'static str,
    /// From 0 to 1.
    pub confidence: f32,
    /// The features that decided it.
    pub because: Vec<String>,
    /// The first slow start; absent where the capture was not taken near the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slow_start: Option<SlowStartReport>,
    /// Loss episodes, the first of them.
    pub episodes: Vec<EpisodeReport>,
    /// Loss episodes in all.
    pub episode_count: u32,
    /// `near`, `echoed` (seen through the timestamps that a far sender echoes) or `hidden`.
    pub sight: &'static str,
    /// Largest window that the flight implied; null where the sender is out of sight.
    pub max_window: Option<u32>,
    /// Delivery rate over the best round trip, payload bits per second.
    pub best_rate_bit_s: u64,
    /// The standing queue; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueReport>,
    /// How segments were spread.
    pub pacing: PacingReport,
    /// Restarts after idle.
    pub idle_restarts: u32,
}

/// The first slow start.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SlowStartReport {
    /// Sent before the first acknowledgment of data; null where that does not show.
    pub initial: Option<u32>,
    /// Largest window in it.
    pub reached: u32,
    /// `loss`, `delay` (HyStart), `other`; null: it lasted as long as there were data.
    pub exit: Option<&'static str>,
    /// The frame where it ended.
    pub exit_frame: Option<u32>,
    /// Round trips it took.
    pub rounds: u32,
}

/// A reaction to loss or to a congestion mark.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EpisodeReport {
    /// `recovery`, `timeout` or `mark`.
    pub kind: &'static str,
    /// Frame of the first retransmission, or of the segment with CWR.
    pub frame: u32,
    /// When it began.
    pub from_ns: i64,
    /// When recovery was over; null: the connection ended in it.
    pub until_ns: Option<i64>,
    /// Segments sent again in it.
    pub resent: u32,
    /// Window before; null where the sender is out of sight.
    pub before: Option<u32>,
    /// It was at least that: the flight did not fill it.
    pub before_at_least: bool,
    /// Window after; null where not enough was sent to tell.
    pub after: Option<u32>,
    /// Bytes sent for each byte delivered in it; null where unknown.
    pub sent_share: Option<f32>,
    /// A proof came that nothing had been lost.
    pub spurious: bool,
}

/// A standing queue at the bottleneck.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QueueReport {
    /// Round-trip time without it.
    pub base_ms: f64,
    /// The longest standing delay.
    pub worst_ms: f64,
    /// Bytes that stood then.
    pub worst_bytes: u64,
    /// For how long it stood in all.
    pub stood_ms: f64,
    /// Payload bits per second that passed while it stood: the bottleneck.
    pub rate_bit_s: u64,
}

/// How segments were spread while the sender had more to send.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PacingReport {
    /// Bursts of new data.
    pub bursts: u32,
    /// Of these, right after an acknowledgment.
    pub after_ack: u32,
    /// Share of bursts that would have been by chance, from 0 to 1.
    pub after_ack_by_chance: f64,
    /// Segments in the largest burst.
    pub largest_segments: u32,
}

/// Shares of the transfer time, from 0 to 1, that add up to 1.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct LimitedByReport {
    /// Until the handshake was over.
    pub handshake: f64,
    /// Nothing more to send.
    pub application: f64,
    /// The peer's window.
    pub receiver: f64,
    /// The congestion window, or its pacing.
    pub congestion: f64,
    /// Loss recovery.
    pub recovery: f64,
}

/// The course of a transfer, at most as many points as the bound `series_points` says.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct SeriesReport {
    /// Milliseconds since the conversation's first packet.
    pub t_ms: Vec<f64>,
    /// Bytes in the network.
    pub in_flight: Vec<u32>,
    /// Congestion window in bytes, inferred; null where something else held the sender.
    pub cwnd: Vec<Option<u32>>,
    /// Window of the peer; null where its scale is not known.
    pub peer_window: Vec<Option<u32>>,
    /// Latest round-trip time.
    pub rtt_ms: Vec<Option<f64>>,
}

impl CongestionReport {
    /// Of a sender that is done.
    #[must_use]
    pub fn of(c: &Congestion) -> CongestionReport {
        let Verdict { algorithm, confidence, because } = &c.verdict;
        let queue = (c.queue.rounds > 0).then(|| QueueReport {
            base_ms: ms(c.queue.base_ns),
            worst_ms: ms(c.queue.worst_ns),
            worst_bytes: c.queue.worst_bytes(),
            stood_ms: ms(c.queue.stood_ns),
            rate_bit_s: c.queue.rate.saturating_mul(8),
        });
        CongestionReport {
            algorithm: Algorithm::name(*algorithm),
            confidence: (confidence * 1000.0).round() / 1000.0,
            because: because.to_vec(),
            slow_start: c.slow_start.map(|s| SlowStartReport {
                initial: (s.initial_bytes > 0).then_some(s.initial_bytes),
                reached: s.reached,
                exit: s.exit.map(|e| exit_name(e.1)),
                exit_frame: s.exit.map(|e| e.0.frame),
                rounds: s.rounds,
            }),
            episodes: c.episodes.iter().map(EpisodeReport::of).collect(),
            episode_count: c.episode_count,
            sight: match c.sight {
                Sight::Near => "near",
                Sight::Echoed => "echoed",
                Sight::Unsure | Sight::Hidden => "hidden",
            },
            max_window: (c.largest.0 > 0).then_some(c.largest.0),
            best_rate_bit_s: c.queue.best_rate.saturating_mul(8),
            queue,
            pacing: PacingReport {
                bursts: c.pacing.bursts,
                after_ack: c.pacing.clocked,
                after_ack_by_chance: (f64::from(c.pacing.chance) * 1000.0).round() / 1000.0,
                largest_segments: c.pacing.largest,
            },
            idle_restarts: c.idle_restarts.0,
        }
    }
}

impl EpisodeReport {
    fn of(e: &Episode) -> EpisodeReport {
        let kind = match e.kind {
            EpisodeKind::Recovery => "recovery",
            EpisodeKind::Timeout => "timeout",
            EpisodeKind::Mark => "mark",
        };
        EpisodeReport {
            kind,
            frame: e.from.frame,
            from_ns: e.from.ts.0,
            until_ns: e.until.map(|u| u.ts.0),
            resent: e.resent,
            before: (e.before > 0).then_some(e.before),
            before_at_least: !e.before_known,
            after: (e.after > 0).then_some(e.after),
            sent_share: (e.sent_share > 0.0).then_some(e.sent_share),
            spurious: e.spurious,
        }
    }
}

impl LimitedByReport {
    /// Of a sender that is done, if it is in sight.
    #[must_use]
    pub fn of(c: &Congestion) -> Option<LimitedByReport> {
        c.is_seen().then(|| LimitedByReport {
            handshake: c.share(Limit::Handshake),
            application: c.share(Limit::Application),
            receiver: c.share(Limit::Receiver),
            congestion: c.share(Limit::Congestion),
            recovery: c.share(Limit::Recovery),
        })
    }
}

impl SeriesReport {
    /// The points, with times since `origin`.
    #[must_use]
    pub fn of(c: &Congestion, origin: Timestamp) -> SeriesReport {
        let mut series = SeriesReport::default();
        for p in &c.series {
            series.t_ms.push(p.ts.ms_since(origin));
            series.in_flight.push(p.in_flight);
            series.cwnd.push((p.cwnd > 0).then_some(p.cwnd));
            series.peer_window.push(p.peer_window);
            series.rtt_ms.push((p.rtt_us > 0).then_some(f64::from(p.rtt_us) / 1_000.0));
        }
        series
    }
}

fn exit_name(exit: SlowStartExit) -> &'static str {
    match exit {
        SlowStartExit::Loss => "loss",
        SlowStartExit::DelayRise => "delay",
        SlowStartExit::NoLoss => "other",
    }
}
