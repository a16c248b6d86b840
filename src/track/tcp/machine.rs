//! State transitions of both ends (RFC 9293 §3.10), as the packets at the capture point show them.

use super::facts::{Close, Control, End, StateChange, TcpFacts, TimeWait};
use super::state::State;
use crate::source::{At, Timestamp};
use crate::track::{Basis, Dir, Period, What};

/// Transitions that packets imply but do not state: the receiver acts on what it got.
pub const ON_RECEIPT: Basis =
    Basis::Inferred { confidence: 0.95, because: "the peer's packet passed the capture point" };

/// A client that stopped asking.
const GAVE_UP: Basis = Basis::Inferred { confidence: 0.8, because: "no further SYN came when one was due" };

impl End {
    /// Enters a state; repeats are ignored, and beyond the bound the last entry is replaced.
    pub fn enter(&mut self, state: State, at: At, basis: Basis) -> bool {
        if self.state == state {
            return false;
        }
        self.state = state;
        let change = StateChange { state, at, observed: basis == Basis::Observed };
        if let Err(full) = self.states.try_push(change)
            && let Some(last) = self.states.last_mut()
        {
            *last = full.element();
        }
        true
    }
}

impl Control {
    /// Counts a copy.
    pub fn sent(&mut self, at: At) {
        match self.first {
            None => self.first = Some(at),
            Some(_) => self.longest_gap_ns = self.longest_gap_ns.max(at.ts.since(self.last.ts)),
        }
        self.last = at;
        self.count = self.count.saturating_add(1);
    }
}

/// Collects the transitions of one packet.
pub struct Machine<'a> {
    /// The connection.
    pub facts: &'a mut TcpFacts,
    /// The packet.
    pub at: At,
    /// 2×MSL in nanoseconds.
    pub two_msl_ns: i64,
    /// State events: whose, and which.
    pub out: &'a mut Vec<(Dir, What<'static>)>,
}

impl Machine<'_> {
    /// `end` enters `state`.
    pub fn enter(&mut self, end: Dir, state: State, basis: Basis) {
        if self.facts.ends[end.index()].enter(state, self.at, basis) {
            self.out.push((end, What::State { end, state, basis }));
        }
    }

    fn state(&self, end: Dir) -> State {
        self.facts.ends[end.index()].state
    }

    /// A SYN without ACK by `from`.
    pub fn syn(&mut self, from: Dir) {
        if matches!(self.state(from), State::Closed | State::Listen) {
            self.enter(from, State::SynSent, Basis::Observed);
        }
        // RFC 9293 §3.5, figure 8: SYNs that cross put both ends into SYN-RECEIVED.
        if self.state(from.flip()) == State::SynSent && self.state(from) == State::SynSent {
            self.facts.handshake.simultaneous = true;
        }
    }

    /// A SYN-ACK by `from`.
    pub fn syn_ack(&mut self, from: Dir) {
        if self.facts.handshake.simultaneous {
            if self.state(from) == State::SynSent {
                self.enter(from, State::SynReceived, Basis::Observed);
            }
            return;
        }
        if matches!(self.state(from), State::Closed | State::Listen | State::SynSent) {
            self.enter(from, State::SynReceived, Basis::Observed);
        }
        if matches!(self.state(from.flip()), State::Closed | State::SynSent)
            && self.facts.ends[from.flip().index()].isn.is_none()
        {
            self.enter(from.flip(), State::SynSent, ON_RECEIPT);
        }
    }

    /// `from` acknowledged the peer's SYN with something other than its own first SYN-ACK.
    pub fn syn_acked(&mut self, from: Dir) {
        let peer = from.flip();
        let unopened = self.state(from) == State::Closed && self.facts.ends[from.index()].states.is_empty();
        if unopened {
            let because = "it acknowledges a SYN; its own was not captured";
            self.enter(from, State::SynReceived, Basis::Inferred { confidence: 0.9, because });
        }
        if unopened || self.state(from) == State::SynSent {
            self.enter(from, State::Established, Basis::Observed);
        }
        if self.state(peer) == State::SynReceived {
            self.enter(peer, State::Established, ON_RECEIPT);
        }
        if self.facts.handshake.simultaneous
            && self.state(from) == State::SynReceived
            && self.facts.ends[from.index()].syns.acked.is_some()
        {
            self.enter(from, State::Established, Basis::Observed);
        }
    }

    /// Both ends of a simultaneous open have acknowledged each other's SYN.
    pub fn opened_at_once(&mut self) {
        for end in [Dir::Client, Dir::Server] {
            if matches!(self.state(end), State::SynSent | State::SynReceived) {
                self.enter(end, State::Established, ON_RECEIPT);
            }
        }
    }

    /// A connection whose beginning was not captured carries on, unless a reset ended it: what comes then was under way.
    #[cold]
    pub fn midstream(&mut self) {
        if self.facts.reset.is_some() {
            return;
        }
        for end in [Dir::Client, Dir::Server] {
            // RFC 9293 §3.3.2 has no way from CLOSED to ESTABLISHED: only an end of which nothing was said can have been
            // there before.
            let over = self.state(end) == State::Closed && !self.facts.ends[end.index()].states.is_empty();
            if !over && matches!(self.state(end), State::Closed | State::Listen | State::SynSent | State::SynReceived) {
                let basis =
                    Basis::Inferred { confidence: 0.9, because: "it carries data; the handshake was not captured" };
                self.enter(end, State::Established, basis);
            }
        }
    }

    /// A FIN by `from`, first or repeated.
    #[inline(never)]
    pub fn fin(&mut self, from: Dir) {
        let end = &mut self.facts.ends[from.index()];
        end.fins.sent(self.at);
        end.finished = true;
        self.fin_again(from);
        if self.facts.first_fin.is_none() {
            self.facts.first_fin = Some((from, self.at));
        }
        // RFC 9293 §3.3.2 has no way from SYN-SENT to FIN-WAIT-1: an end that closes had an answer to its SYN, unless both
        // are one packet, which opens nothing.
        if self.state(from) == State::SynSent && self.facts.ends[from.index()].syns.last.frame != self.at.frame {
            let because = "it closes a connection; the answer to its SYN was not captured";
            self.enter(from, State::Established, Basis::Inferred { confidence: 0.9, because });
        }
        match self.state(from) {
            State::Established | State::SynReceived => self.enter(from, State::FinWait1, Basis::Observed),
            State::CloseWait => {
                self.enter(from, State::LastAck, Basis::Observed);
                if let Some(wait) = &mut self.facts.ends[from.index()].close_wait {
                    wait.until.get_or_insert(self.at);
                }
            }
            _ => {}
        }
        // RFC 9293 §3.10.7.4, eighth: a FIN again in TIME-WAIT restarts the timer once it is acknowledged.
        if self.state(from.flip()) == State::TimeWait {
            self.restart_time_wait(from.flip());
        }
    }

    /// A FIN that had been acknowledged comes again: the acknowledgment did not reach its sender, which waits still.
    fn fin_again(&mut self, from: Dir) {
        let before = match self.state(from) {
            State::FinWait2 => State::FinWait1,
            State::TimeWait => State::Closing,
            State::Closed => State::LastAck,
            _ => return,
        };
        let fins = &mut self.facts.ends[from.index()].fins;
        if fins.acked.take().is_some() && self.facts.reset.is_none() {
            self.enter(from, before, Basis::Observed);
        }
    }

    /// The client sent SYNs, each after twice the time of the one before (RFC 6298 (5.5)); the next one is overdue.
    pub fn give_up(&mut self, now: Timestamp) {
        if self.state(Dir::Client) != State::SynSent {
            return;
        }
        let syns = &self.facts.ends[Dir::Client.index()].syns;
        let due = syns.longest_gap_ns.saturating_mul(5) / 2;
        if syns.count > 1 && now.since(syns.last.ts) > due {
            self.enter(Dir::Client, State::Closed, GAVE_UP);
        }
    }

    fn restart_time_wait(&mut self, end: Dir) {
        let until = self.at.ts.plus(self.two_msl_ns);
        if let Some(wait) = &mut self.facts.ends[end.index()].time_wait {
            wait.until = until;
        }
    }

    /// `by` acknowledged the FIN of `owner` (its peer).
    #[inline(never)]
    pub fn fin_acked(&mut self, owner: Dir) {
        let by = owner.flip();
        let fins = &mut self.facts.ends[owner.index()].fins;
        if fins.acked.is_some() {
            return;
        }
        fins.acked = Some(self.at);
        // First what the one who acknowledges shows: it has got the FIN.
        match self.state(by) {
            State::Established | State::SynReceived => {
                self.enter(by, State::CloseWait, Basis::Observed);
                self.facts.ends[by.index()].close_wait = Some(Period { from: self.at, until: None });
            }
            State::FinWait1 => self.enter(by, State::Closing, Basis::Observed),
            State::FinWait2 => self.time_wait(by, Basis::Observed),
            _ => {}
        }
        match self.state(owner) {
            State::FinWait1 => self.enter(owner, State::FinWait2, ON_RECEIPT),
            State::Closing => self.time_wait(owner, ON_RECEIPT),
            State::LastAck => self.enter(owner, State::Closed, ON_RECEIPT),
            _ => {}
        }
    }

    fn time_wait(&mut self, end: Dir, basis: Basis) {
        self.enter(end, State::TimeWait, basis);
        let until = self.at.ts.plus(self.two_msl_ns);
        self.facts.ends[end.index()].time_wait = Some(TimeWait { from: self.at, until, killed: None });
    }

    /// A reset by `from` that its peer accepts.
    pub fn reset(&mut self, from: Dir) {
        let peer = from.flip();
        if self.state(peer) == State::TimeWait {
            // RFC 1337: a reset ends TIME-WAIT early.
            if let Some(wait) = &mut self.facts.ends[peer.index()].time_wait {
                wait.killed = Some(self.at);
            }
            self.facts.assassinated = Some(self.at);
        }
        self.enter(from, State::Closed, Basis::Observed);
        self.enter(peer, State::Closed, ON_RECEIPT);
        for end in &mut self.facts.ends {
            if let Some(wait) = &mut end.close_wait {
                wait.until.get_or_insert(self.at);
            }
        }
    }

    /// Time has passed: TIME_WAIT runs out.
    pub fn expire(&mut self, now: Timestamp) {
        for end in [Dir::Client, Dir::Server] {
            if self.state(end) != State::TimeWait {
                continue;
            }
            let until = self.facts.ends[end.index()].time_wait.map(|wait| wait.until);
            if let Some(until) = until.filter(|until| now >= *until) {
                self.at.ts = until;
                self.enter(end, State::Closed, Basis::Inferred { confidence: 0.8, because: "2×MSL is over" });
            }
        }
    }
}

impl TcpFacts {
    /// Both ends are done with the connection, TIME_WAIT aside.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ends.iter().all(|e| matches!(e.state, State::Closed | State::TimeWait)) && self.close() != Close::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::NS_PER_S;
    use crate::track::limits::Limits;

    fn at(frame: u32, s: i64) -> At {
        At { frame, ts: Timestamp(s * NS_PER_S) }
    }

    /// Runs `steps`, one a second.
    fn run(steps: &[fn(&mut Machine<'_>)]) -> TcpFacts {
        let mut facts = TcpFacts::new(Limits::default().tcp());
        for (i, step) in steps.iter().enumerate() {
            let at = at(i as u32 + 1, i as i64);
            step(&mut Machine { facts: &mut facts, at, two_msl_ns: 60 * NS_PER_S, out: &mut Vec::new() });
        }
        facts
    }

    const OPEN: [fn(&mut Machine<'_>); 3] =
        [|m| m.syn(Dir::Client), |m| m.syn_ack(Dir::Server), |m| m.syn_acked(Dir::Client)];

    fn after(rest: &[fn(&mut Machine<'_>)]) -> [State; 2] {
        let facts = run(&[&OPEN, rest].concat());
        [facts.ends[0].state, facts.ends[1].state]
    }

    #[test]
    fn a_fin_again_shows_that_the_last_ack_was_lost() {
        let closing: [fn(&mut Machine<'_>); 5] = [
            |m| m.fin(Dir::Client),
            |m| m.fin_acked(Dir::Client),
            |m| m.fin(Dir::Server),
            |m| m.fin_acked(Dir::Server),
            |m| m.fin(Dir::Server),
        ];
        assert_eq!(after(&closing[..4]), [State::TimeWait, State::Closed]);
        assert_eq!(after(&closing), [State::TimeWait, State::LastAck]);
        let answered: [fn(&mut Machine<'_>); 1] = [|m| m.fin_acked(Dir::Server)];
        assert_eq!(after(&[&closing[..], &answered].concat()), [State::TimeWait, State::Closed]);
    }

    #[test]
    fn an_end_that_was_closed_is_not_opened_by_a_late_ack() {
        let closing: [fn(&mut Machine<'_>); 5] = [
            |m| m.fin(Dir::Server),
            |m| m.fin_acked(Dir::Server),
            |m| m.fin(Dir::Client),
            |m| m.fin_acked(Dir::Client),
            |m| m.syn_acked(Dir::Client),
        ];
        assert_eq!(after(&closing), [State::Closed, State::TimeWait]);
    }

    #[test]
    fn a_client_whose_next_syn_is_overdue_has_given_up() {
        let syn: fn(&mut Machine<'_>) = |m| {
            m.syn(Dir::Client);
            let at = m.at;
            m.facts.ends[0].syns.sent(at);
        };
        let state = |wait: i64| {
            let mut facts = run(&[syn, syn]);
            let mut machine = Machine { facts: &mut facts, at: at(9, 1), two_msl_ns: 0, out: &mut Vec::new() };
            machine.give_up(at(9, 1 + wait).ts);
            facts.ends[0].state
        };
        assert_eq!(state(2), State::SynSent, "the third is due two seconds after the second");
        assert_eq!(state(3), State::Closed);
    }
}
