//! Protocols that begin in clear and upgrade the same connection to TLS (opportunistic encryption).
//!
//! The session names the protocol, waits for the request and its acceptance, and hands everything behind to
//! [`TlsSession`]. Whatever the protocol says besides is not kept: the names of mailboxes and databases stay unread.

mod binary;
mod guess;
#[cfg(test)]
mod tests;
mod text;

use super::tls::{TlsFacts, TlsSession};
use super::{App, Probe, StreamParser, Want};
use crate::source::At;
use crate::track::Dir;
use guess::{Guess, guess};

/// Bytes of one direction read in wait for an upgrade; a session that upgrades later is only known by its protocol.
const MAX_CLEAR: usize = 32_768;
/// Bytes kept of an unfinished line or message; a longer one ends the watch.
const MAX_WAITING: usize = 8_192;

/// An upgrade to TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartTls {
    /// The protocol that began in clear.
    pub protocol: App,
    /// The client's request.
    pub request: At,
    /// The server's consent; the request itself where the protocol needs none.
    pub accepted: At,
}

/// A connection that may upgrade.
#[derive(Debug, Default)]
pub struct StartTlsSession {
    protocol: App,
    request: Option<At>,
    /// A request that waits for its answer.
    pending: Option<At>,
    upgrade: Option<StartTls>,
    tls: TlsSession,
    sides: [Side; 2],
    over: bool,
}

/// One direction in clear.
#[derive(Debug, Default)]
struct Side {
    waiting: Vec<u8>,
    seen: usize,
}

/// What one message of the protocol does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nothing that matters here.
    Other,
    /// The client asks for TLS.
    Request,
    /// TLS begins behind this message, if it was asked for.
    Accept,
    /// The client announces TLS and begins.
    Announce,
    /// The server declines.
    Decline,
}

impl StartTlsSession {
    /// Whether a direction that begins so belongs to a protocol that can upgrade.
    #[must_use]
    pub fn probe(dir: Dir, first: &[u8]) -> Probe {
        match guess(dir, first) {
            Guess::Is(_) => Probe::Certain,
            Guess::Maybe => Probe::Unsure,
            Guess::No => Probe::NotForUs,
        }
    }

    /// The protocol in clear, as soon as it is known.
    #[must_use]
    pub fn protocol(&self) -> App {
        self.protocol
    }

    /// The upgrade, once it happened.
    #[must_use]
    pub fn upgrade(&self) -> Option<StartTls> {
        self.upgrade
    }

    /// The request for an upgrade, whatever the answer.
    #[must_use]
    pub fn requested(&self) -> Option<At> {
        self.request
    }

    /// TLS behind the upgrade.
    #[must_use]
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.upgrade.map(|_| self.tls.facts())
    }

    /// TLS behind the upgrade, at the end.
    #[must_use]
    pub fn into_tls(self) -> Option<TlsFacts> {
        self.upgrade.map(|_| self.tls.into_facts())
    }

    /// Reads messages off what waits; what lies behind an upgrade is returned.
    fn messages(&mut self, dir: Dir, at: At) -> Option<Vec<u8>> {
        while self.protocol != App::Unknown && self.upgrade.is_none() {
            let mut waiting = std::mem::take(&mut self.sides.get_mut(dir.index())?.waiting);
            let Some(len) = self.message_len(dir, &waiting) else {
                self.over |= waiting.len() > MAX_WAITING;
                self.sides.get_mut(dir.index())?.waiting = waiting;
                return None;
            };
            let rest = waiting.split_off(len.min(waiting.len()));
            let step = self.step(dir, &waiting);
            if self.take(step, at) {
                return Some(rest);
            }
            self.sides.get_mut(dir.index())?.waiting = rest;
        }
        None
    }

    fn message_len(&self, dir: Dir, waiting: &[u8]) -> Option<usize> {
        if waiting.is_empty() {
            return None;
        }
        text::line_len(self.protocol, waiting).unwrap_or_else(|| binary::len(self.protocol, dir, waiting))
    }

    fn step(&self, dir: Dir, message: &[u8]) -> Step {
        text::step(self.protocol, dir, message).unwrap_or_else(|| binary::step(self.protocol, dir, message))
    }

    /// Whether TLS begins.
    fn take(&mut self, step: Step, at: At) -> bool {
        match (step, self.pending) {
            (Step::Request, _) => (self.request, self.pending) = (Some(at), Some(at)),
            (Step::Announce, _) => {
                self.request = Some(at);
                self.upgrade = Some(StartTls { protocol: self.protocol, request: at, accepted: at });
            }
            (Step::Accept, Some(request)) => {
                self.upgrade = Some(StartTls { protocol: self.protocol, request, accepted: at });
            }
            (Step::Decline, _) => self.pending = None,
            (Step::Accept | Step::Other, _) => {}
        }
        self.upgrade.is_some()
    }

    fn learn(&mut self, dir: Dir) {
        let waiting = self.sides.get(dir.index()).map_or(&[][..], |side| &side.waiting);
        match guess(dir, waiting) {
            Guess::Is(app) => self.protocol = app,
            Guess::Maybe => {}
            Guess::No => self.over = true,
        }
    }

    fn want(&self, dir: Dir) -> Want {
        let much = self.sides.get(dir.index()).is_none_or(|side| side.seen > MAX_CLEAR);
        if self.over || much { Want::Enough } else { Want::More }
    }
}

impl StreamParser for StartTlsSession {
    fn data(&mut self, dir: Dir, bytes: &[u8], at: At) -> Want {
        if self.upgrade.is_some() {
            return self.tls.data(dir, bytes, at);
        }
        let Some(side) = self.sides.get_mut(dir.index()) else { return Want::Enough };
        side.seen = side.seen.saturating_add(bytes.len());
        side.waiting.extend_from_slice(bytes);
        if self.protocol == App::Unknown {
            self.learn(dir);
        }
        // What the other side said may have waited for the protocol's name.
        for dir in [dir.flip(), dir] {
            if let Some(rest) = self.messages(dir, at) {
                self.tls.data(dir, &rest, at);
            }
        }
        self.want(dir)
    }

    fn gap(&mut self, dir: Dir, len: u32, at: At) -> Want {
        if self.upgrade.is_some() {
            return self.tls.gap(dir, len, at);
        }
        if let Some(side) = self.sides.get_mut(dir.index()) {
            side.waiting.clear();
        }
        self.over |= !text::is_text(self.protocol);
        self.want(dir)
    }
}
