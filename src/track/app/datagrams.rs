//! The application inside one UDP conversation: probed datagram by datagram, then read by one parser.
//!
//! A conversation may carry several protocols: a call begins with STUN, then DTLS, then RTP on the same ports (RFC 7983).
//! So a name can be replaced by a later one that says more, and probing goes on for a bounded number of datagrams.

use super::quic::{HandshakeMessage, PacketKind, QuicFacts, QuicSession, probe};
use super::tls::{DtlsSession, Transport};
use super::{App, Phase, Probe, RtpWatch, TlsFacts, Want, phase, udp_app};
use crate::source::At;
use crate::track::Dir;

/// Datagrams probed in one conversation; what appears only after them stays unnamed.
const MAX_PROBED: u8 = 64;

/// What is known of the application so far. Where nothing needs remembering it can be thrown away and made again with
/// [`Datagrams::resume`].
#[derive(Debug, Clone)]
pub struct Datagrams {
    app: App,
    left: u8,
    state: Option<Box<State>>,
}

/// The parsers.
#[derive(Debug, Clone, Default)]
struct State {
    rtp: RtpWatch,
    quic: Option<Box<Quic>>,
    dtls: Option<Box<DtlsSession>>,
    dtls_done: bool,
    /// DTLS phases told so far.
    told: usize,
}

/// QUIC and the TLS inside.
#[derive(Debug, Clone, Default)]
struct Quic {
    session: QuicSession,
    tls: Option<Box<TlsFacts>>,
    attempt: u32,
    /// TLS phases told so far of this attempt.
    told: usize,
}

impl Default for Datagrams {
    fn default() -> Self {
        Datagrams { app: App::Unknown, left: MAX_PROBED, state: None }
    }
}

impl Datagrams {
    /// Goes on with a conversation of which only the name and the number of datagrams before are known.
    #[must_use]
    pub fn resume(app: App, seen: u32) -> Datagrams {
        let seen = u8::try_from(seen).unwrap_or(MAX_PROBED);
        Datagrams { app, left: MAX_PROBED.saturating_sub(seen), state: None }
    }

    /// There is more to remember than the name.
    #[must_use]
    pub fn has_state(&self) -> bool {
        self.state.is_some()
    }

    /// Its name.
    #[must_use]
    pub fn kind(&self) -> App {
        match self.state.as_ref().and_then(|s| s.quic.as_ref()) {
            Some(quic) => quic.kind(),
            None => self.app,
        }
    }

    /// Nothing more is wanted.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let reading = self.state.as_ref().is_some_and(|s| s.quic.is_some() || s.dtls.is_some() && !s.dtls_done);
        self.left == 0 && !reading
    }

    /// The next datagram; `ports` are its source and destination. A name that another parser found, such as DNS, is kept
    /// by not calling this.
    pub fn datagram(&mut self, dir: Dir, ports: (u16, u16), payload: &[u8], at: At) {
        if let Some(quic) = self.state.as_mut().and_then(|s| s.quic.as_mut()) {
            quic.datagram(dir, payload, at);
            return;
        }
        if self.state.as_mut().is_some_and(|s| s.read_dtls(dir, payload, at)) {
            return;
        }
        if self.left > 0 && !payload.is_empty() {
            self.left -= 1;
            self.probe(dir, ports, payload, at);
        }
    }

    /// Phases that the datagram of `dir` at `at`, the latest, has shown.
    pub fn take_phases(&mut self, dir: Dir, at: At) -> Vec<Phase> {
        let Some(state) = &mut self.state else { return Vec::new() };
        match (&mut state.quic, &state.dtls) {
            (Some(quic), _) => quic.take_phases(dir, at),
            (None, Some(dtls)) => phase::of_tls(dtls.facts(), &mut state.told),
            (None, None) => Vec::new(),
        }
    }

    /// The facts, at the end.
    #[must_use]
    pub fn into_facts(self) -> (Option<Box<TlsFacts>>, Option<Box<QuicFacts>>) {
        let Some(state) = self.state else { return (None, None) };
        match (state.quic, state.dtls) {
            (Some(quic), _) => (quic.tls, Some(Box::new(quic.session.facts().clone()))),
            (None, Some(dtls)) => (Some(Box::new(dtls.into_facts())), None),
            (None, None) => (None, None),
        }
    }

    fn probe(&mut self, dir: Dir, ports: (u16, u16), payload: &[u8], at: At) {
        if probe(payload) == Probe::Certain {
            let mut quic = Box::<Quic>::default();
            quic.datagram(dir, payload, at);
            self.state.get_or_insert_default().quic = Some(quic);
        } else if DtlsSession::probe(payload) == Probe::Certain {
            let state = self.state.get_or_insert_default();
            if state.dtls.is_none() {
                state.dtls = Some(Box::default());
                state.read_dtls(dir, payload, at);
            }
            self.rename(App::Dtls);
        } else {
            self.rename(udp_app(ports, payload));
            self.watch(dir, payload);
        }
    }

    /// Follows what may be RTP; most datagrams are not, and leave nothing to remember.
    fn watch(&mut self, dir: Dir, payload: &[u8]) {
        let mut rtp = self.state.as_ref().map_or_else(RtpWatch::default, |s| s.rtp);
        let found = rtp.datagram(dir, payload);
        if rtp.is_running() || self.state.is_some() {
            self.state.get_or_insert_default().rtp = rtp;
        }
        self.rename(found.unwrap_or_default());
    }

    /// Takes a name that says more than the present one; the first of two equals stays.
    fn rename(&mut self, app: App) {
        if rank(app) > rank(self.app) {
            self.app = app;
        }
    }
}

impl State {
    /// Reads a datagram of a DTLS association that is known and wants more; false when it is something else.
    fn read_dtls(&mut self, dir: Dir, payload: &[u8], at: At) -> bool {
        let Some(dtls) = self.dtls.as_deref_mut().filter(|_| !self.dtls_done) else { return false };
        if !DtlsSession::claims(payload) {
            return false;
        }
        self.dtls_done = dtls.datagram(dir, payload, at) == Want::Enough;
        true
    }
}

impl Quic {
    fn datagram(&mut self, dir: Dir, payload: &[u8], at: At) {
        let (tls, attempt, told) = (&mut self.tls, &mut self.attempt, &mut self.told);
        self.session.datagram(dir, payload, at, &mut |message| take(tls, attempt, told, message));
    }

    fn take_phases(&mut self, dir: Dir, at: At) -> Vec<Phase> {
        let mut phases = phase::of_quic(self.session.facts(), dir, at);
        if let Some(tls) = &self.tls {
            phases.extend(phase::of_tls(tls, &mut self.told));
        }
        phases
    }

    /// HTTP/3 when the client offers nothing else and the server has gone on to 1-RTT: it had to choose from the offer or
    /// refuse (RFC 9001 §8.1).
    fn kind(&self) -> App {
        let facts = self.session.facts();
        let only_h3 = self.tls.as_ref().is_some_and(|tls| {
            !tls.alpn_offered.is_empty() && tls.alpn_offered.iter().all(|p| p == "h3" || p.starts_with("h3-"))
        });
        let went_on = facts.seen(PacketKind::OneRtt, facts.client().flip()).count > 0;
        if only_h3 && went_on { App::Http3 } else { self.session.app() }
    }
}

/// A handshake message into facts. Another attempt begins anew if the one before was never answered, as after Version
/// Negotiation; else the facts stay those of the first connection.
fn take(tls: &mut Option<Box<TlsFacts>>, attempt: &mut u32, told: &mut usize, message: HandshakeMessage<'_>) {
    if message.attempt > *attempt {
        if tls.as_ref().is_some_and(|tls| tls.choice.is_some()) {
            return;
        }
        *tls = None;
        (*attempt, *told) = (message.attempt, 0);
    }
    let facts = tls.get_or_insert_default();
    let first_hello = message.bytes.first() == Some(&1) && facts.offer.is_none();
    facts.handshake_message(message.dir, message.bytes, message.at, false, Transport::Quic);
    if first_hello {
        facts.hello_spread(message.first, message.frames);
    }
}

/// How much a name says of a conversation with several.
fn rank(app: App) -> u8 {
    match app {
        App::Unknown => 0,
        App::Stun => 1,
        App::Turn => 2,
        App::Rtcp => 3,
        App::Dtls => 4,
        App::Rtp => 5,
        _ => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::quic::vectors::{self, hex};

    fn feed<'a>(datagrams: impl IntoIterator<Item = (Dir, &'a [u8])>) -> Datagrams {
        let mut all = Datagrams::default();
        for (dir, payload) in datagrams {
            all.datagram(dir, (40_000, 40_001), payload, At::default());
        }
        all
    }

    fn rtp(number: u8) -> Vec<u8> {
        [&[0x80, 111, 0, number, 0, 0, 0, 0, 1, 2, 3, 4][..], &[0xaa; 20]].concat()
    }

    #[test]
    fn quic_gives_the_facts_of_its_tls() {
        let (client, server) = (vectors::client_initial_v1(), vectors::server_initial_v1());
        let talk = feed([(Dir::Client, &client[..]), (Dir::Server, &server[..])]);
        assert_eq!(talk.kind(), App::Quic);
        let (tls, quic) = talk.into_facts();
        let tls = tls.expect("TLS inside");
        assert_eq!(tls.server_name(), Some("example.com"));
        assert!(tls.choice.is_some());
        assert_eq!(quic.and_then(|q| q.version()).map(|v| v.to_string()).as_deref(), Some("v1"));
    }

    #[test]
    fn each_phase_is_told_once_with_the_datagram_that_shows_it() {
        let (client, server) = (vectors::client_initial_v1(), vectors::server_initial_v1());
        let mut talk = Datagrams::default();
        let mut told = |dir, payload: &[u8], frame| {
            let at = At { frame, ..At::default() };
            talk.datagram(dir, (40_000, 40_001), payload, at);
            let phases = talk.take_phases(dir, at);
            phases.iter().map(|p| format!("{} {} {}", p.from.name(), p.name, p.frame)).collect::<Vec<_>>()
        };
        assert_eq!(told(Dir::Client, &client, 1), ["client quic_initial 1", "client client_hello 1"]);
        assert_eq!(told(Dir::Client, &client, 2), <[&str; 0]>::default());
        assert_eq!(told(Dir::Server, &server, 3), ["server quic_initial 3", "server server_hello 3"]);
    }

    #[test]
    fn a_call_is_named_by_what_says_most() {
        let stun = hex("0001 0000 2112a442 000102030405060708090a0b");
        assert_eq!(feed([(Dir::Client, &stun[..])]).kind(), App::Stun);
        let packets: Vec<_> = (1..=4).map(rtp).collect();
        let call = packets.iter().map(|p| (Dir::Client, &p[..])).chain([(Dir::Client, &stun[..])]);
        assert_eq!(feed(call).kind(), App::Rtp);
    }

    #[test]
    fn a_conversation_without_a_name_is_probed_for_a_while_only() {
        let mut talk = Datagrams::default();
        for _ in 0..MAX_PROBED {
            assert!(!talk.is_done());
            talk.datagram(Dir::Client, (1, 2), b"nothing known", At::default());
        }
        assert!(talk.is_done());
        talk.datagram(Dir::Client, (1, 2), &vectors::client_initial_v1(), At::default());
        assert_eq!(talk.kind(), App::Unknown);
        assert!(!talk.has_state());
    }
}
