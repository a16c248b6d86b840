//! Protocols that begin in clear and go on in TLS in the same connection: opportunistic encryption, and the tunnel that a
//! proxy opens at CONNECT.
//!
//! The session names the protocol, waits for the request, notes the answer, and hands what is TLS to [`TlsSession`]. That
//! TLS has begun is told by its bytes, in each direction for itself, and not by the answer: that may be lost, or belong to
//! another command. Whatever the protocol says besides is not kept: the names of mailboxes and databases stay unread.

mod binary;
mod connect;
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

/// A request for TLS and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartTls {
    /// The protocol that began in clear; [`App::Http1`] for a CONNECT.
    pub protocol: App,
    /// The client's request, the last one.
    pub request: At,
    /// The server's consent, where it was seen; the request itself where the protocol needs none.
    pub accepted: Option<At>,
    /// The server's refusal.
    pub declined: Option<At>,
    /// The first bytes of TLS.
    pub began: Option<At>,
}

/// A connection that may upgrade.
#[derive(Debug, Clone, Default)]
pub struct StartTlsSession {
    protocol: App,
    asked: Option<Asked>,
    began: Option<At>,
    tls: TlsSession,
    sides: [Side; 2],
    /// Commands that wait for an answer, in the protocols that answer in order.
    unanswered: u32,
    over: bool,
}

/// The latest request.
#[derive(Debug, Clone)]
struct Asked {
    at: At,
    /// Earlier commands whose answers come first.
    ahead: u32,
    /// The word that the answer repeats, in IMAP.
    tag: Vec<u8>,
    accepted: Option<At>,
    declined: Option<At>,
}

/// One direction.
#[derive(Debug, Clone, Default)]
struct Side {
    waiting: Vec<u8>,
    seen: usize,
    /// It speaks TLS now.
    encrypted: bool,
    /// Bytes are missing since the request.
    lost: bool,
}

/// What one message of the protocol does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nothing that matters here.
    Other,
    /// A command that gets an answer of its own.
    Command,
    /// The client asks for TLS.
    Request,
    /// The client announces TLS and begins.
    Announce,
    /// The server answers something, neither yes nor no.
    Answer,
    /// The server agrees, if it was asked for.
    Accept,
    /// The server declines.
    Decline,
}

impl StartTlsSession {
    /// Whether a connection whose sides begin so speaks a protocol that can upgrade; a side that has not spoken is empty.
    #[must_use]
    pub fn probe(client: &[u8], server: &[u8]) -> Probe {
        match guess(client, server) {
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

    /// The request for TLS, whatever became of it.
    #[must_use]
    pub fn upgrade(&self) -> Option<StartTls> {
        let Asked { at, accepted, declined, .. } = *self.asked.as_ref()?;
        Some(StartTls { protocol: self.protocol, request: at, accepted, declined, began: self.began })
    }

    /// TLS, once it has begun.
    #[must_use]
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.began.map(|_| self.tls.facts())
    }

    /// TLS, at the end.
    #[must_use]
    pub fn into_tls(self) -> Option<TlsFacts> {
        self.began.map(|_| self.tls.into_facts())
    }

    /// Reads what waits, message by message, up to where TLS begins.
    fn read(&mut self, dir: Dir, at: At) {
        while self.protocol != App::Unknown {
            let mut waiting = std::mem::take(&mut self.side(dir).waiting);
            match self.asked.as_ref().map_or(Probe::NotForUs, |_| TlsSession::probe(dir, &waiting)) {
                Probe::Certain => return self.begin(dir, &waiting, at),
                Probe::Unsure => return self.side(dir).waiting = waiting,
                Probe::NotForUs => {}
            }
            let Some(len) = self.message_len(dir, &waiting) else {
                self.over |= waiting.len() > MAX_WAITING;
                return self.side(dir).waiting = waiting;
            };
            self.side(dir).waiting = waiting.split_off(len.min(waiting.len()));
            self.take(dir, &waiting, at);
        }
    }

    fn begin(&mut self, dir: Dir, bytes: &[u8], at: At) {
        self.began.get_or_insert(at);
        self.side(dir).encrypted = true;
        self.tls.data(dir, bytes, at);
        let other = self.side(dir.flip());
        if other.lost && !std::mem::replace(&mut other.encrypted, true) {
            self.tls.gap(dir.flip(), 1, at);
        }
    }

    fn message_len(&mut self, dir: Dir, waiting: &[u8]) -> Option<usize> {
        if waiting.is_empty() {
            return None;
        }
        if self.protocol == App::Http1 {
            let answered = self.asked.as_ref().is_some_and(|a| a.accepted.or(a.declined).is_some());
            return connect::len(waiting, dir == Dir::Server && answered);
        }
        text::line_len(self.protocol, waiting).unwrap_or_else(|| binary::len(self.protocol, dir, waiting))
    }

    fn take(&mut self, dir: Dir, message: &[u8], at: At) {
        let step = match self.protocol {
            App::Http1 => connect::step(dir, message),
            protocol => text::step(protocol, dir, message).unwrap_or_else(|| binary::step(protocol, dir, message)),
        };
        let tag = text::tag(self.protocol, message);
        match step {
            Step::Other => {}
            Step::Command => self.unanswered = self.unanswered.saturating_add(1),
            Step::Request => self.ask(tag, at),
            Step::Announce => {
                self.ask(tag, at);
                self.answer(tag, Step::Accept, at);
            }
            Step::Answer | Step::Accept | Step::Decline => self.answer(tag, step, at),
        }
    }

    fn ask(&mut self, tag: &[u8], at: At) {
        let ahead = self.unanswered;
        if text::answers_in_order(self.protocol) {
            self.unanswered = self.unanswered.saturating_add(1);
        }
        self.asked = Some(Asked { at, ahead, tag: tag.to_vec(), accepted: None, declined: None });
        self.sides.iter_mut().for_each(|side| side.lost = false);
        if self.protocol == App::Http1 {
            // What the proxy said before, such as the page that came with a refusal, is no part of its answer.
            self.side(Dir::Server).waiting.clear();
        }
    }

    fn answer(&mut self, tag: &[u8], step: Step, at: At) {
        self.unanswered = self.unanswered.saturating_sub(1);
        let Some(asked) = self.asked.as_mut().filter(|a| a.accepted.or(a.declined).is_none()) else { return };
        match step {
            _ if asked.ahead > 0 => asked.ahead -= 1,
            Step::Accept if asked.tag == tag => asked.accepted = Some(at),
            Step::Decline if asked.tag == tag => asked.declined = Some(at),
            _ => {}
        }
    }

    fn learn(&mut self) {
        let [client, server] = &self.sides;
        match guess(&client.waiting, &server.waiting) {
            Guess::Is(app) => self.protocol = app,
            Guess::Maybe => {}
            Guess::No => self.over = true,
        }
    }

    fn side(&mut self, dir: Dir) -> &mut Side {
        let [client, server] = &mut self.sides;
        if dir == Dir::Client { client } else { server }
    }

    fn want(&mut self, dir: Dir) -> Want {
        if self.over || self.side(dir).seen > MAX_CLEAR { Want::Enough } else { Want::More }
    }
}

impl StreamParser for StartTlsSession {
    fn data(&mut self, dir: Dir, bytes: &[u8], at: At) -> Want {
        if self.side(dir).encrypted {
            return self.tls.data(dir, bytes, at);
        }
        let side = self.side(dir);
        side.seen = side.seen.saturating_add(bytes.len());
        side.waiting.extend_from_slice(bytes);
        if self.protocol == App::Unknown {
            self.learn();
        }
        // What the other side said may have waited for the protocol's name.
        for dir in [dir.flip(), dir] {
            if !self.side(dir).encrypted {
                self.read(dir, at);
            }
        }
        self.want(dir)
    }

    fn gap(&mut self, dir: Dir, len: u32, at: At) -> Want {
        if self.began.is_some() {
            self.side(dir).encrypted = true;
            return self.tls.gap(dir, len, at);
        }
        let side = self.side(dir);
        side.waiting.clear();
        side.lost = true;
        // Which command an answer belongs to can no longer be counted.
        self.unanswered = 0;
        if let Some(asked) = &mut self.asked {
            asked.ahead = 0;
        }
        self.over |= !text::is_text(self.protocol) && self.asked.is_none();
        self.want(dir)
    }
}
