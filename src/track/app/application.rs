//! The application inside one TCP connection: probed from the first bytes, then parsed by one parser.

use super::tls::TlsSession;
use super::{App, Probe, StreamParser, TlsFacts, Want};
use crate::source::At;
use crate::track::Dir;

/// Bytes of a direction held while a probe cannot tell yet; beyond that the application stays unknown.
const MAX_PROBE: usize = 512;

/// What is known of the application so far.
#[derive(Debug, Default)]
pub struct Application {
    parser: Parser,
    done: [bool; 2],
    /// First bytes of each direction, while a probe is unsure.
    held: [Vec<u8>; 2],
}

/// The parser that was chosen.
#[derive(Debug, Default)]
enum Parser {
    /// None yet.
    #[default]
    Probing,
    /// TLS.
    Tls(Box<TlsSession>),
}

impl Application {
    /// Its name.
    #[must_use]
    pub fn kind(&self) -> App {
        match self.parser {
            Parser::Probing => App::Unknown,
            Parser::Tls(_) => App::Tls,
        }
    }

    /// Nothing more is wanted of `dir`.
    #[must_use]
    pub fn is_done(&self, dir: Dir) -> bool {
        self.done[dir.index()]
    }

    /// TLS facts, once the connection is over.
    #[must_use]
    pub fn take_tls(&mut self) -> Option<Box<TlsFacts>> {
        match std::mem::take(&mut self.parser) {
            Parser::Tls(session) => Some(Box::new(session.into_facts())),
            Parser::Probing => None,
        }
    }

    /// The next bytes.
    pub fn data(&mut self, dir: Dir, bytes: &[u8], at: At) {
        if let Parser::Tls(session) = &mut self.parser {
            let want = session.data(dir, bytes, at);
            self.settle(dir, want);
            return;
        }
        if self.done[dir.index()] {
            return;
        }
        if self.held[dir.index()].is_empty() {
            self.probe(dir, bytes, at);
        } else {
            let mut held = std::mem::take(&mut self.held[dir.index()]);
            held.extend_from_slice(bytes);
            self.probe(dir, &held, at);
        }
    }

    fn probe(&mut self, dir: Dir, bytes: &[u8], at: At) {
        match TlsSession::probe(dir, bytes) {
            Probe::Certain => {
                let mut session = Box::new(TlsSession::default());
                let other = std::mem::take(&mut self.held[dir.flip().index()]);
                if !other.is_empty() {
                    let want = session.data(dir.flip(), &other, at);
                    self.settle(dir.flip(), want);
                }
                let want = session.data(dir, bytes, at);
                self.parser = Parser::Tls(session);
                // Whatever the other direction was taken for before, it is TLS now.
                self.done[dir.flip().index()] = false;
                self.settle(dir, want);
            }
            Probe::Unsure if bytes.len() < MAX_PROBE => self.held[dir.index()] = bytes.to_vec(),
            Probe::Unsure | Probe::NotForUs => self.done[dir.index()] = true,
        }
    }

    fn settle(&mut self, dir: Dir, want: Want) {
        if want == Want::Enough {
            self.done[dir.index()] = true;
        }
    }

    /// Bytes missing for good.
    pub fn gap(&mut self, dir: Dir, len: u32, at: At) {
        match &mut self.parser {
            Parser::Tls(session) => {
                let want = session.gap(dir, len, at);
                self.settle(dir, want);
            }
            Parser::Probing => self.held[dir.index()].clear(),
        }
    }

    /// The end of a direction.
    pub fn end(&mut self, dir: Dir, at: At) {
        if let Parser::Tls(session) = &mut self.parser {
            session.end(dir, at);
        }
    }
}
