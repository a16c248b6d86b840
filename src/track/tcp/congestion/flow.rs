//! The record of one bulk sender: every packet is handed to the parts that watch one thing each.

use super::View;
use super::dip::DipWatch;
use super::echo::Echo;
use super::episode::{Beginning, EpisodeWatch, SETTLED};
use super::growth::{Growth, next_w_max};
use super::identify::Scores;
use super::idle::IdleWatch;
use super::limit::{LimitClock, Sending, Standing};
use super::pacing::Spacing;
use super::pipe::Pipe;
use super::queue::QueueWatch;
use super::round::{Done, Round};
use super::series::Series;
use super::slow_start::{Moment, SlowStartWatch};
use crate::decode::tcp::Seq;
use crate::source::{At, Timestamp};
use crate::track::tcp::send::Ca;
use crate::track::tcp::{
    Algorithm, Congestion, Episode, EpisodeKind, Limit, Pacing, Point, Queue, Sight, SlowStartExit, Verdict,
};

/// What is known when the record begins.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// The packet at hand.
    pub at: At,
    /// The first data.
    pub first: At,
    /// Time that the handshake took.
    pub handshake_ns: i64,
    /// Time from its end to the first data.
    pub idle_ns: i64,
    /// Bytes sent before the first acknowledgment of data.
    pub initial: u32,
    /// Time from an acknowledgment that passes the capture point to the data it releases.
    pub turnaround_ns: i64,
    /// Bound on the points of the series.
    pub points: usize,
    /// How much of the sender the capture shows.
    pub sight: Sight,
}

/// What is known of a sender in the middle of its transfer.
#[derive(Debug)]
pub struct Present {
    /// The congestion window in bytes as the flight implies it; `None` where something else holds the sender.
    pub window: Option<u32>,
    /// The algorithm, as far as it has shown itself.
    pub verdict: Verdict,
}

/// One bulk sender.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Of a far sender: what it knows.
    pub echo: Option<Box<Echo>>,
    sight: Sight,
    mss: u32,
    ca: Ca,
    pipe: Pipe,
    round: Round,
    limits: LimitClock,
    slow_start: SlowStartWatch,
    episodes: EpisodeWatch,
    growth: Option<Growth>,
    w_max: f64,
    spacing: Spacing,
    queue: QueueWatch,
    series: Series,
    scores: Scores,
    largest: (u32, At),
    ran_dry: bool,
    beyond_window: bool,
    /// A congestion mark is being answered, until this is acknowledged.
    mark: Option<Seq>,
    delivered: u64,
    samples: u64,
    last_event: Timestamp,
    idle: IdleWatch,
    dips: DipWatch,
}

impl Flow {
    /// Begins at a packet with data.
    pub fn new(v: &View<'_>, start: &Start, echo: Option<Box<Echo>>) -> Flow {
        let flight = v.space.in_flight();
        let mut series = Series::new(start.first.ts, start.points);
        let initial = start.initial;
        let rtt_us = 0;
        if initial > 0 {
            let (ts, peer_window) = (start.first.ts, v.peer_window);
            series.add(Point { ts, in_flight: initial, cwnd: initial, peer_window, rtt_us });
        }
        let first_ns = start.at.ts.since(start.first.ts);
        Flow {
            echo,
            sight: start.sight,
            mss: v.mss,
            ca: Ca::Open,
            pipe: Pipe::default(),
            round: Round::new(v.space, start.at, 0),
            limits: LimitClock::new(start.at, start.handshake_ns, start.idle_ns, first_ns),
            slow_start: SlowStartWatch::new(start.at, initial, flight.max(initial)),
            episodes: EpisodeWatch::default(),
            growth: None,
            w_max: 0.0,
            spacing: Spacing::new(start.at, start.turnaround_ns),
            queue: QueueWatch::new(),
            series,
            scores: Scores::default(),
            largest: (0, start.at),
            ran_dry: false,
            beyond_window: false,
            mark: None,
            delivered: 0,
            samples: v.samples,
            last_event: start.at.ts,
            idle: IdleWatch::default(),
            dips: DipWatch::default(),
        }
    }

    /// Data left: `len` bytes, `fresh` numbers of them new; `again`: a retransmission.
    pub fn sent(&mut self, v: &View<'_>, len: u32, fresh: u32, again: bool, cwr: bool) {
        let silent = v.at.ts.since(self.last_event);
        let sending = match (len, again) {
            (0, _) => Sending::Nothing,
            (_, true) => Sending::Again,
            _ => Sending::New,
        };
        self.pass(v, sending);
        self.mss = v.mss;
        self.follow(v);
        if cwr && self.mark.is_none() && self.ca == Ca::Open {
            self.begin_episode(v, EpisodeKind::Mark);
            self.mark = Some(v.space.nxt);
        }
        if len > 0 && v.space.in_flight() == fresh && silent > v.rto_ns {
            self.resume(v, silent);
        }
        if again {
            self.pipe.resent(len);
        }
        self.episodes.sent(len, again, self.delivered);
        let flight = self.pipe.bytes(v.space, v.mss, v.sack);
        if fresh > 0 {
            self.spacing.sent(len, v.at, self.limits.now() == Limit::Congestion);
            self.ran_dry = !len.is_multiple_of(v.mss);
        }
        self.round.flight(flight);
        self.episodes.flight(flight);
        if self.ca == Ca::Open && self.round.window() > self.largest.0 {
            self.largest = (self.round.window(), v.at);
        }
        self.judge(v, flight);
        let cwnd = match self.limits.now() {
            Limit::Congestion => self.round.window(),
            Limit::Recovery => flight,
            _ => 0,
        };
        self.draw(v, flight, cwnd);
    }

    /// An acknowledgment was applied.
    pub fn acked(&mut self, v: &View<'_>) {
        self.pass(v, Sending::Nothing);
        let delivered_before = self.delivered;
        let window_before = self.round.window();
        self.pipe.acked(v.space, v.mss, v.sack);
        self.follow(v);
        if v.samples != self.samples {
            self.samples = v.samples;
            self.round.sample(v.latest_ns);
        }
        self.spacing.acked(v.at);
        self.idle.acked(window_before, self.limits.now() == Limit::Congestion);
        let flight = self.pipe.bytes(v.space, v.mss, v.sack);
        let delivered = self.pipe.delivered(v.space);
        self.delivered = delivered;
        let calm = self.ca == Ca::Open && self.mark.is_none();
        if calm {
            self.grow(v, delivered.saturating_sub(delivered_before));
            self.settle(delivered, v.at);
            let moment = Moment {
                at: v.at,
                delivered: delivered_before,
                window: window_before,
                rtt_ns: v.latest_ns,
                base_ns: v.base_ns,
                held: self.round.held(v.base_ns),
                mss: v.mss,
            };
            if self.slow_start.step(&moment) {
                self.growth = Some(Growth::new(v.at.ts, self.segments(window_before), 0.0));
            }
            let earlier = self.round.previous;
            if let Some(done) = self.round.turn(v.space, v.at, delivered, flight, v.base_ns) {
                self.round_over(v, &done, earlier);
            }
        }
        self.judge(v, flight);
        self.draw(v, flight, 0);
    }

    /// What can be said at present, before the connection is over.
    pub fn present(&self) -> Present {
        let pacing = self.spacing.facts(self.mss);
        if self.sight.settled(&pacing) == Sight::Hidden {
            return Present { window: None, verdict: Verdict::unknown() };
        }
        let verdict = self.scores.clone().verdict(&self.slow_start, &pacing, self.dips.count);
        // A paced sender of BBR keeps its flight below its window.
        let held = self.limits.now() == Limit::Congestion && verdict.algorithm != Algorithm::Bbr;
        Present { window: held.then(|| self.round.window()), verdict }
    }

    /// The connection is over.
    pub fn finish(mut self, here: &View<'_>) -> Congestion {
        self.end_growth();
        let unfinished = self.episodes.held().or(self.episodes.abandoned());
        self.response(unfinished);
        let base_ns = self.echo.as_ref().map_or(here.base_ns, |echo| echo.base_ns);
        let pacing = self.spacing.facts(self.mss);
        let sight = self.sight.settled(&pacing);
        let seen = sight != Sight::Hidden;
        let pacing = if sight == Sight::Near { pacing } else { Pacing::default() };
        let (mut series, mut episodes) = (self.series.into_points(), self.episodes.list);
        let mut queue = self.queue.facts(base_ns);
        if !seen {
            series.iter_mut().for_each(|point| point.cwnd = 0);
            episodes.iter_mut().for_each(|e| (e.before, e.after, e.sent_share) = (0, 0, 0.0));
            queue = Queue { best_rate: queue.best_rate, ..Queue::default() };
        }
        let dips = self.dips.count;
        let verdict = if seen { self.scores.verdict(&self.slow_start, &pacing, dips) } else { Verdict::unknown() };
        Congestion {
            mss: self.mss,
            sight,
            series,
            slow_start: seen.then(|| self.slow_start.facts()),
            episode_count: self.episodes.count,
            episodes,
            largest: if seen { self.largest } else { Default::default() },
            limited_ns: if seen { self.limits.shares() } else { Default::default() },
            pacing,
            queue,
            idle_restarts: if seen { self.idle.facts() } else { (0, None) },
            verdict,
        }
    }

    /// Time passed; a limit other than the window that lasted shows in the round.
    fn pass(&mut self, v: &View<'_>, sending: Sending) {
        let took = v.at.ts.since(self.last_event);
        self.last_event = v.at.ts;
        if matches!(self.limits.now(), Limit::Application | Limit::Receiver) {
            self.round.held_ns = self.round.held_ns.saturating_add(took.max(0));
            if self.round.held(v.base_ns) {
                let unsettled = self.episodes.held();
                self.response(unsettled);
            }
        }
        self.limits.pass(v.at, sending);
    }

    /// Follows the sender's congestion state.
    fn follow(&mut self, v: &View<'_>) {
        if self.mark.is_some_and(|until| !until.after(v.space.una)) {
            self.mark = None;
            if self.ca == Ca::Open {
                self.end_episode(v);
            }
        }
        let (was, is) = (std::mem::replace(&mut self.ca, v.space.ca), v.space.ca);
        match (was, is) {
            (Ca::Open, Ca::Recovery) => self.begin_episode(v, EpisodeKind::Recovery),
            (Ca::Open, Ca::Loss) => self.begin_episode(v, EpisodeKind::Timeout),
            (Ca::Recovery, Ca::Loss) => self.episodes.timed_out(),
            (Ca::Recovery | Ca::Loss, Ca::Open) => self.end_episode(v),
            _ => {}
        }
    }

    /// Data again after a silence longer than the retransmission timeout.
    fn resume(&mut self, v: &View<'_>, silent: i64) {
        self.idle.resumed(v.at, silent, self.round.window());
        self.end_growth();
        self.round.restart(v.space, v.at, self.delivered, 0);
    }

    fn begin_episode(&mut self, v: &View<'_>, kind: EpisodeKind) {
        self.mark = None;
        let window = self.round.window();
        let growing = self.slow_start.active;
        self.slow_start.leave(v.at, SlowStartExit::Loss, window);
        self.end_growth();
        let last = self.episodes.begin(&Beginning {
            kind,
            at: v.at,
            window,
            flight: self.pipe.open_bytes(v.space),
            held: self.round.held(v.base_ns) || self.round.held_before,
            growing,
            delivered: self.delivered,
            spurious: v.spurious,
            mss: v.mss,
        });
        self.response(last);
        self.w_max = next_w_max(self.segments(window), self.w_max);
    }

    fn end_episode(&mut self, v: &View<'_>) {
        let (delivered, flight) = (self.pipe.delivered(v.space), self.pipe.bytes(v.space, v.mss, v.sack));
        self.round.restart(v.space, v.at, delivered, flight);
        self.episodes.end(v.at, delivered, v.spurious);
    }

    /// What an episode that is over says of the algorithm.
    fn response(&mut self, episode: Option<Episode>) {
        if let Some(episode) = episode {
            self.scores.response(&episode, self.mss);
        }
    }

    /// Once the window after an episode is known, avoidance is compared from there.
    fn settle(&mut self, delivered: u64, at: At) {
        let Some(episode) = self.episodes.settled(delivered, SETTLED) else { return };
        self.scores.response(&episode, self.mss);
        if episode.kind != EpisodeKind::Timeout && !episode.spurious {
            let began = episode.until.unwrap_or(at);
            self.growth = Some(Growth::new(began.ts, self.segments(episode.after), self.w_max));
        }
    }

    fn grow(&mut self, v: &View<'_>, delivered: u64) {
        let acked = delivered as f64 / f64::from(self.mss);
        if let Some(growth) = &mut self.growth {
            growth.acked(acked, v.at.ts, v.base_ns);
        }
    }

    fn round_over(&mut self, v: &View<'_>, done: &Done, earlier: u32) {
        self.queue.round(done, v.base_ns, v.mss);
        let grown = done.peak > earlier + earlier / 3;
        self.slow_start.round(done.peak, grown, done.rtt_min_ns, done.samples, v.base_ns, v.mss);
        self.dips.round(done.peak, v.mss, self.ran_dry);
        let seen = self.segments(done.peak);
        if done.held {
            self.end_growth();
        } else if done.peak == 0 {
            // Nothing flew that would show a window.
        } else if let Some(growth) = &mut self.growth {
            growth.round(seen);
            if growth.outgrown() && self.slow_start.resume() {
                self.growth = None;
            }
        } else if !self.slow_start.active {
            self.growth = Some(Growth::resumed(v.at.ts, seen, self.w_max));
        }
    }

    fn end_growth(&mut self) {
        if let Some(latest) = self.growth.take().and_then(|g| g.latest()) {
            self.scores.growth(&latest);
        }
    }

    fn judge(&mut self, v: &View<'_>, flight: u32) {
        let peer_window = self.peer_window(v);
        self.limits.judge(&Standing {
            recovering: self.ca != Ca::Open || self.mark.is_some(),
            out: v.space.in_flight(),
            flight,
            window: self.round.window(),
            peer_window,
            mss: v.mss,
            ran_dry: self.ran_dry,
        });
    }

    /// A flight beyond the window says that its scale was not captured, or was cut off.
    fn peer_window(&mut self, v: &View<'_>) -> Option<u32> {
        let window = v.peer_window?;
        self.beyond_window |= v.space.in_flight() > window.saturating_add(v.mss);
        (!self.beyond_window).then_some(window)
    }

    fn draw(&mut self, v: &View<'_>, in_flight: u32, cwnd: u32) {
        if !self.series.is_kept() {
            return;
        }
        let rtt_us = u32::try_from(v.latest_ns / 1_000).unwrap_or(u32::MAX);
        let peer_window = self.peer_window(v);
        self.series.add(Point { ts: v.at.ts, in_flight, cwnd, peer_window, rtt_us });
    }

    fn segments(&self, bytes: u32) -> f64 {
        f64::from(bytes) / f64::from(self.mss)
    }
}
