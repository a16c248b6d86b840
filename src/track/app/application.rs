//! The application inside one TCP connection: probed from the first bytes, then parsed by one parser.

use super::dns::{DnsStream, StreamMessage};
use super::proxy::{self, Header};
use super::starttls::StartTlsSession;
use super::tls::TlsSession;
use super::{App, AppFacts, Guess, Phase, Probe, StreamParser, TlsFacts, Want, http_version, phase, tcp_app};
use crate::source::At;
use crate::track::Dir;

/// Bytes of a direction held while a probe cannot tell yet; beyond that the application stays unknown.
const MAX_PROBE: usize = 512;

/// What is known of the application so far.
#[derive(Debug, Clone, Default)]
pub struct Application {
    parser: Parser,
    done: [bool; 2],
    /// First bytes of each direction, while a probe is unsure.
    held: [Vec<u8>; 2],
    /// A header of the PROXY protocol came first.
    proxied: bool,
    http_version: Option<&'static str>,
    /// TLS phases told so far.
    told: usize,
    /// No phase can come any more.
    all_told: bool,
    /// There were bytes, or a gap, since it was last asked.
    fed: bool,
}

/// The parser that was chosen.
#[derive(Debug, Clone, Default)]
enum Parser {
    /// None yet.
    #[default]
    Probing,
    /// TLS.
    Tls(Box<TlsSession>),
    /// A protocol that begins in clear and may turn to TLS.
    StartTls(Box<StartTlsSession>),
    /// DNS.
    Dns(Box<DnsStream>),
    /// A protocol that is named and not read.
    Named(App),
}

impl Application {
    /// Its name.
    #[must_use]
    pub fn kind(&self) -> App {
        match &self.parser {
            Parser::Probing if self.proxied => App::ProxyProtocol,
            Parser::Probing => App::Unknown,
            Parser::Tls(_) => App::Tls,
            Parser::Dns(_) => App::Dns,
            Parser::Named(app) => *app,
            Parser::StartTls(session) if session.tls().is_some() => App::Tls,
            Parser::StartTls(session) => session.protocol(),
        }
    }

    /// Whether there were bytes, or a gap, since the last call: without them nothing new is known of it.
    #[must_use]
    pub fn was_fed(&mut self) -> bool {
        std::mem::take(&mut self.fed)
    }

    /// Nothing more is wanted of `dir`.
    #[must_use]
    pub fn is_done(&self, dir: Dir) -> bool {
        self.done[dir.index()]
    }

    /// What was learnt, once the connection is over.
    #[must_use]
    pub fn take_facts(&mut self) -> AppFacts {
        let mut facts = AppFacts { http_version: self.http_version, ..AppFacts::default() };
        match std::mem::take(&mut self.parser) {
            Parser::Tls(session) => facts.tls = Some(Box::new(session.into_facts())),
            Parser::StartTls(session) => {
                facts.starttls = session.upgrade();
                facts.tls = session.into_tls().map(Box::new);
            }
            Parser::Probing | Parser::Dns(_) | Parser::Named(_) => {}
        }
        facts
    }

    /// TLS facts so far.
    fn tls(&self) -> Option<&TlsFacts> {
        match &self.parser {
            Parser::Tls(session) => Some(session.facts()),
            Parser::StartTls(session) => session.tls(),
            Parser::Probing | Parser::Dns(_) | Parser::Named(_) => None,
        }
    }

    /// TLS phases seen since the last call.
    pub fn take_phases(&mut self) -> Vec<Phase> {
        if self.all_told {
            return Vec::new();
        }
        let mut told = self.told;
        let new = self.tls().map(|tls| phase::of_tls(tls, &mut told)).unwrap_or_default();
        self.told = told;
        self.all_told = self.done == [true; 2];
        new
    }

    /// DNS messages completed since the last call.
    pub fn take_dns(&mut self) -> Vec<StreamMessage> {
        match &mut self.parser {
            Parser::Dns(dns) => dns.take(),
            _ => Vec::new(),
        }
    }

    /// The next bytes.
    pub fn data(&mut self, dir: Dir, bytes: &[u8], at: At) {
        self.fed = true;
        if let Some(parser) = self.parser.stream() {
            let want = parser.data(dir, bytes, at);
            self.settle(dir, want);
        } else if !self.done[dir.index()] {
            let mut held = std::mem::take(&mut self.held[dir.index()]);
            if held.is_empty() {
                self.probe(dir, bytes, at);
            } else {
                held.extend_from_slice(bytes);
                self.probe(dir, &held, at);
            }
        }
    }

    fn probe(&mut self, dir: Dir, bytes: &[u8], at: At) {
        if dir == Dir::Client && !self.proxied {
            match proxy::header(bytes) {
                Header::Whole(len) => return self.unwrap(bytes.get(len..).unwrap_or_default(), at),
                Header::Partial if bytes.len() < MAX_PROBE => return self.held[dir.index()] = bytes.to_vec(),
                Header::Partial | Header::No => {}
            }
        }
        let (client, server) = match dir {
            Dir::Client => (bytes, self.held[1].as_slice()),
            Dir::Server => (self.held[0].as_slice(), bytes),
        };
        let tls = TlsSession::probe(dir, bytes);
        if tls == Probe::Certain {
            return self.choose(Parser::Tls(Box::default()), dir, bytes, at);
        }
        let upgradable = StartTlsSession::probe(client, server);
        if upgradable == Probe::Certain {
            return self.choose(Parser::StartTls(Box::default()), dir, bytes, at);
        }
        let dns = DnsStream::probe(bytes);
        if dns == Probe::Certain {
            return self.choose(Parser::Dns(Box::default()), dir, bytes, at);
        }
        let named = tcp_app(client, server);
        let may_become_known = named == Guess::Maybe || [tls, upgradable, dns].contains(&Probe::Unsure);
        if let Guess::Is(app) = named {
            self.name(app, bytes);
        } else if may_become_known && bytes.len() < MAX_PROBE {
            self.held[dir.index()] = bytes.to_vec();
        } else {
            self.done[dir.index()] = true;
        }
    }

    /// A protocol that is named and not read, by its first bytes.
    fn name(&mut self, app: App, first: &[u8]) {
        self.parser = Parser::Named(app);
        self.http_version = http_version(app, first);
        self.done = [true; 2];
        self.held = Default::default();
    }

    /// Goes on behind a header of the PROXY protocol.
    fn unwrap(&mut self, rest: &[u8], at: At) {
        self.proxied = true;
        if !rest.is_empty() {
            self.probe(Dir::Client, rest, at);
        }
    }

    /// Starts a parser with what is held of the other direction, then with `bytes`.
    fn choose(&mut self, parser: Parser, dir: Dir, bytes: &[u8], at: At) {
        self.parser = parser;
        // Whatever the other direction was taken for before, it belongs to this parser now.
        self.done[dir.flip().index()] = false;
        let other = std::mem::take(&mut self.held[dir.flip().index()]);
        let Some(parser) = self.parser.stream() else { return };
        let waiting = (!other.is_empty()).then(|| parser.data(dir.flip(), &other, at));
        let want = parser.data(dir, bytes, at);
        if let Some(want) = waiting {
            self.settle(dir.flip(), want);
        }
        self.settle(dir, want);
    }

    fn settle(&mut self, dir: Dir, want: Want) {
        if want == Want::Enough {
            self.done[dir.index()] = true;
        }
    }

    /// Bytes missing for good.
    pub fn gap(&mut self, dir: Dir, len: u32, at: At) {
        self.fed = true;
        match self.parser.stream() {
            Some(parser) => {
                let want = parser.gap(dir, len, at);
                self.settle(dir, want);
            }
            None => self.held[dir.index()].clear(),
        }
    }

    /// The end of a direction.
    pub fn end(&mut self, dir: Dir, at: At) {
        if let Some(parser) = self.parser.stream() {
            parser.end(dir, at);
        }
    }
}

impl Parser {
    fn stream(&mut self) -> Option<&mut dyn StreamParser> {
        match self {
            Parser::Probing | Parser::Named(_) => None,
            Parser::Tls(session) => Some(&mut **session),
            Parser::StartTls(session) => Some(&mut **session),
            Parser::Dns(dns) => Some(&mut **dns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS_ALERT: &[u8] = &[21, 3, 3, 0, 2, 2, 40];

    /// The name of a connection whose sides say so, in this order.
    fn kind(script: &[(Dir, &[u8])]) -> App {
        let mut app = Application::default();
        script.iter().for_each(|(dir, bytes)| app.data(*dir, bytes, At::default()));
        app.kind()
    }

    #[test]
    fn what_stands_behind_a_balancer_s_header_is_recognised() {
        let line = b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n";
        let (head, tail) = line.split_at(9);
        assert_eq!(kind(&[(Dir::Client, line)]), App::ProxyProtocol);
        assert_eq!(kind(&[(Dir::Client, &[line, TLS_ALERT].concat())]), App::Tls);
        assert_eq!(kind(&[(Dir::Client, head), (Dir::Client, tail), (Dir::Client, TLS_ALERT)]), App::Tls);
        assert_eq!(kind(&[(Dir::Server, b"220 x ESMTP\r\n"), (Dir::Client, line)]), App::Smtp);
        let greeting = (Dir::Server, &b"220 ready\r\n"[..]);
        assert_eq!(kind(&[greeting, (Dir::Client, line), (Dir::Client, b"EHLO me\r\n")]), App::Smtp);
        assert_eq!(kind(&[(Dir::Client, &[&line[..], line].concat())]), App::ProxyProtocol);
    }
}
