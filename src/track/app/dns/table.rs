//! Every DNS message of a capture, in order: which query it is, or which query it answers.

use std::hash::BuildHasher;
use std::rc::Rc;

use arrayvec::ArrayVec;

use super::answer::Answer;
use super::attempts::{Lookup, Lookups, Sent, is_same_packet};
use super::bounded::{Bounded, host};
use super::companions::{Companions, Recent};
use super::exchange::{Asked, DnsExchange, Exchanges, Matching, Protocol, Query, Response};
use super::facts::{MessageFacts, comparable, edns, gather, name_hash};
use super::history::History;
use super::join::{join, second};
use super::live::{Keys, Live, LiveTable, Scope, State};
use super::probe::is_dns_outline;
use super::race::{Race, Races};
use super::resolved::Addresses;
use super::search::Failures;
use super::spare::Spare;
use crate::decode::Addr;
use crate::decode::dns::{Header, HeaderFlags, Outline, OwnedName, Rcode};
use crate::source::{At, Timestamp};
use crate::track::{ConvId, Dir, Endpoint, Limits};

/// A message as the tracker met it.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// Its conversation.
    pub conversation: u32,
    /// Which protocol.
    pub protocol: Protocol,
    /// Which side of the conversation sent it.
    pub from: Dir,
    /// Who sent it.
    pub src: Endpoint,
    /// To whom.
    pub dst: Endpoint,
    /// The message as captured.
    pub bytes: &'a [u8],
    /// Bytes at its end were not captured.
    pub cut: bool,
    /// The packet that completed it.
    pub at: At,
}

/// Matches responses to queries by conversation (in a group: by who asks), id, name and type.
///
/// A query with the same ports, id and question as one that waits is that one sent again. One with another id, port or
/// server is an exchange of its own in the same [lookup](super::Lookup).
#[derive(Debug, Clone)]
pub struct DnsTable {
    live: LiveTable,
    lookups: Lookups,
    recent: Recent,
    history: History,
    addresses: Addresses,
    failures: Failures,
    races: Races,
    /// Addresses that answered.
    servers: Bounded<u128, ()>,
    /// Questions that each host asked in the clear, and the first of them.
    plain: Bounded<u128, (At, u32)>,
    spare: Spare,
    hasher: foldhash::fast::RandomState,
    now: At,
    given_up: u64,
    /// Bytes of the first messages of responses of which more is to come.
    held_bytes: usize,
    max_held_bytes: usize,
    /// Messages of those that were let go of.
    let_go: u64,
    malformed: u64,
    first_malformed: Option<(u32, At)>,
}

impl Default for DnsTable {
    fn default() -> Self {
        DnsTable::new(&Limits::default())
    }
}

impl DnsTable {
    /// An empty table with these bounds.
    #[must_use]
    pub fn new(limits: &Limits) -> DnsTable {
        let bound = limits.dns_cache;
        DnsTable {
            live: LiveTable::new(limits.dns_pending, limits.dns_answered),
            lookups: Lookups::new(bound),
            recent: Recent::new(bound),
            history: History::new(bound),
            addresses: Addresses::new(bound),
            failures: Failures::new(bound / 16),
            races: Races::new(bound / 4),
            servers: Bounded::new(bound / 4),
            plain: Bounded::new(bound / 4),
            spare: Spare::default(),
            hasher: foldhash::fast::RandomState::default(),
            now: At::default(),
            given_up: 0,
            held_bytes: 0,
            max_held_bytes: limits.dns_held_bytes,
            let_go: 0,
            malformed: 0,
            first_malformed: None,
        }
    }

    /// Takes a message; exchanges that it completes, and those whose time is over, go to `out`. False when it is no
    /// DNS message, which is counted.
    pub fn message(&mut self, incoming: &Incoming<'_>, out: &mut Exchanges) -> bool {
        self.now = incoming.at;
        self.expire(incoming.at.ts, out);
        let outline = Outline::read(incoming.bytes);
        let Some(outline) = outline.as_ref().filter(|outline| is_dns_outline(outline)) else {
            self.malformed += 1;
            self.first_malformed.get_or_insert((incoming.conversation, incoming.at));
            return false;
        };
        if outline.header.is_response() {
            self.response(incoming, outline, out);
        } else {
            self.query(incoming, outline, out);
        }
        true
    }

    /// An exchange that was told and is not needed any more.
    pub fn take_back(&mut self, exchange: Box<DnsExchange>) {
        self.spare.take_back(exchange);
    }

    /// Tells the queries that nobody answered in time.
    pub fn expire(&mut self, now: Timestamp, out: &mut Exchanges) {
        while let Some(live) = self.live.expired(now) {
            self.over(live, out);
        }
    }

    /// Other traffic went on until now: for so long the capture would have shown an answer.
    pub fn heard_until(&mut self, now: At) {
        self.now = if now.ts > self.now.ts { now } else { self.now };
    }

    /// The capture is over: everything that waits is unanswered.
    pub fn finish(&mut self, out: &mut Exchanges) {
        while let Some(live) = self.live.pop() {
            self.over(live, out);
        }
    }

    /// The latest answer that gave `address` to `client`.
    #[must_use]
    pub fn resolved(&self, client: Addr, address: Addr) -> Option<&Rc<Answer>> {
        self.addresses.get(client, address)
    }

    /// A connection begins to an address that an answer gave: the one that it races with.
    pub fn race(&mut self, resolved: &Answer, id: ConvId, server: Endpoint, at: At) -> Option<Race> {
        self.races.began(resolved, id, server, at)
    }

    /// Whether somebody at this address answers DNS questions.
    #[must_use]
    pub fn is_server(&self, address: Addr) -> bool {
        self.servers.get(&host(address)).is_some()
    }

    /// Somebody at this address answers DNS questions, which cannot be read.
    pub fn serves_too(&mut self, address: Addr) {
        self.servers.insert(host(address), (), drop);
    }

    /// The first question that a host asked in the clear, and how many it asked.
    #[must_use]
    pub fn plain(&self, client: Addr) -> Option<(At, u32)> {
        self.plain.get(&host(client)).copied()
    }

    /// Messages on DNS ports that are none, and the first of them.
    #[must_use]
    pub fn malformed(&self) -> (u64, Option<(u32, At)>) {
        (self.malformed, self.first_malformed)
    }

    /// How often each bound was hit, by its name in [`Limits`].
    #[must_use]
    pub fn overflows(&self) -> [(&'static str, u64); 4] {
        let forgotten = self.lookups.forgotten() + self.recent.forgotten() + self.history.forgotten();
        let linked = self.addresses.forgotten() + self.failures.forgotten() + self.races.forgotten();
        let cache = forgotten + linked + self.servers.forgotten() + self.plain.forgotten();
        let (answered, held) = (self.live.forgotten(), self.let_go);
        [("dns_pending", self.given_up), ("dns_answered", answered), ("dns_cache", cache), ("dns_held_bytes", held)]
    }

    fn query(&mut self, m: &Incoming<'_>, outline: &Outline<'_>, out: &mut Exchanges) {
        let (id, multicast) = (outline.header.id, m.protocol.is_multicast());
        let (_, question) = self.keys(m.src.addr, outline);
        let (mut lookup, mut companions) = (None, Companions::default());
        if let Some(asked) = &outline.question
            && !multicast
        {
            companions = self.recent.asked(question.name, asked.rtype, m.at);
            let (_, count) = self.plain.of(host(m.src.addr), || (m.at, 0), drop);
            *count = count.saturating_add(1);
            lookup = Some(self.lookups.asked(question.whole, m.dst, sent(m, outline), m.at));
        }
        // Whoever asks from port 5353 listens to the group: responses there answer nobody in particular (RFC 6762 §6).
        let listens = m.protocol == Protocol::Mdns && m.src.port == MDNS_PORT;
        let scope = if multicast { Scope::Asker(m.src) } else { Scope::Conversation(m.conversation, m.from) };
        let key = scope.key(id, &self.hasher);
        if !listens && let Some((_, _, waiting)) = self.live.waiting(key, |asked| *asked == question) {
            if !waiting.query.is_some_and(|q| is_same_packet(q.last, m.at)) {
                waiting.retries = waiting.retries.saturating_add(1);
                waiting.query = waiting.query.map(|q| Query { last: m.at, ..q });
            }
            waiting.companions = companions.near(waiting.first());
            waiting.lookup = lookup;
            return;
        }
        let mut exchange = self.exchange(m, outline, Matching::Asked);
        (exchange.lookup, exchange.companions) = (lookup, companions);
        exchange.query = Some(Query { at: m.at, last: m.at, edns: edns(outline) });
        if listens {
            out.push(exchange);
            return;
        }
        let [crowded, oldest] = self.live.insert(key, Live { question, state: State::Waiting(exchange) }, m.at.ts);
        if let Some(live) = crowded {
            self.over(live, out);
        }
        if let Some(live) = oldest {
            self.given_up += u64::from(matches!(live.state, State::Waiting(_)));
            self.over(live, out);
        }
    }

    fn response(&mut self, m: &Incoming<'_>, outline: &Outline<'_>, out: &mut Exchanges) {
        let scope = match m.protocol.is_multicast() {
            true => Scope::Asker(m.dst),
            false => Scope::Conversation(m.conversation, m.from.flip()),
        };
        let key = scope.key(outline.header.id, &self.hasher);
        let (name, question) = self.keys(m.dst.addr, outline);
        let mut addresses = ArrayVec::<Addr, MAX_ADDRESSES>::new();
        let facts = gather(outline, name, &self.hasher, |address| {
            let _full = addresses.try_push(address);
        });
        let mut response = self.spare.response();
        fill(&mut response, m, outline.header, facts);
        // A server that could not read the question leaves it out; then the id alone must do.
        let same = |asked: &Keys| outline.question.is_none() || *asked == question;
        if let Some((ticket, question, waiting)) = self.live.waiting(key, same) {
            let held = |waiting: &DnsExchange| waiting.response.as_ref().map_or(0, |r| r.message.len());
            self.held_bytes = self.held_bytes.saturating_sub(held(waiting));
            if !join(waiting, response) {
                self.held_bytes += held(waiting);
                if let Some(first) = waiting.response.as_mut().filter(|_| self.held_bytes > self.max_held_bytes) {
                    self.held_bytes -= first.message.len();
                    self.let_go += u64::from(!first.message.is_empty());
                    first.message = Vec::new();
                }
                return;
            }
            let Some(answer) = self.spare.answer(waiting, question) else { return };
            let Some(mut exchange) = self.live.tell(ticket, Rc::clone(&answer)) else { return };
            self.answered(&mut exchange, &answer, question, &addresses);
            out.push(exchange);
        } else if let Some(told) = self.live.told(key, same) {
            let (matching, question) = (second(told, &response), told.question());
            let mut again = self.exchange(m, outline, matching);
            again.question = question;
            again.response = Some(response);
            out.push(again);
        } else {
            let matching = self.unasked(m, outline, key, question);
            let mut alone = self.exchange(m, outline, matching);
            alone.response = Some(response);
            if alone.matching == Matching::Unasked
                && let Some(answer) = self.spare.answer(&alone, question)
            {
                self.answered(&mut alone, &answer, question, &addresses);
            }
            out.push(alone);
        }
    }

    /// What a response is that answers no query which waits under its id.
    fn unasked(&mut self, m: &Incoming<'_>, outline: &Outline<'_>, key: u64, question: Keys) -> Matching {
        if outline.question.is_none() || m.protocol != Protocol::Udp {
            return Matching::Unasked;
        }
        if let Some((_, _, waiting)) = self.live.waiting(key, |_| true)
            && let (Some(query), Some(wanted)) = (waiting.query, waiting.question.clone())
        {
            return Matching::Other { asked: query.at, wanted: Box::new(wanted) };
        }
        let sent = sent(m, outline);
        if let Some((asked, server)) = self.lookups.elsewhere(question.whole, sent, m.src, m.at.ts) {
            return Matching::Elsewhere { asked, server };
        }
        let other = self.lookups.other_id(question.whole, sent, m.at.ts);
        other.map_or(Matching::Unasked, |(asked, id)| Matching::Stray { asked, id })
    }

    /// What earlier messages say about an answered exchange, and what its answer says about later ones.
    fn answered(&mut self, exchange: &mut DnsExchange, answer: &Rc<Answer>, question: Keys, addresses: &[Addr]) {
        let (Some(response), Some(asked)) = (&exchange.response, &exchange.question) else { return };
        if exchange.protocol.is_multicast() || !comparable(&response.header) {
            return;
        }
        let (client, server) = (exchange.client.addr, exchange.server);
        self.servers.insert(host(server.addr), (), drop);
        if let Some(Lookup { first, .. }) = exchange.lookup {
            let now = match response.header.flags.has(HeaderFlags::TC) {
                true => self.lookups.truncated(question.whole, first, exchange.conversation, response.at),
                false => self.lookups.answered(question.whole, first, server, response.at),
            };
            if now.is_some() {
                exchange.lookup = now;
            }
        }
        // What is told to one network need not be what is told to another (RFC 7871 §7.2.2).
        let subnet = exchange.query.and_then(|q| q.edns?.subnet);
        let told = self.hasher.hash_one((question.whole, host(server.addr)));
        let told = subnet.map_or(told, |subnet| self.hasher.hash_one((told, subnet)));
        exchange.recall = self.history.answered(told, response, answer, |gone| self.spare.take_back_answer(gone));
        match response.rcode {
            Rcode::NXDOMAIN => {
                let first = exchange.query.map_or(response.at, |q| q.at);
                self.failures.failed(client, &asked.name, first, response.at);
            }
            Rcode::NOERROR if response.answers.records > 0 => {
                exchange.suffixes = self.failures.found(client, &asked.name, response.at);
            }
            _ => {}
        }
        self.addresses.learn(answer, addresses, |gone| self.spare.take_back_answer(gone));
    }

    /// An exchange that waited long enough, or had to make room.
    fn over(&mut self, live: Live, out: &mut Exchanges) {
        let (State::Waiting(mut exchange), question) = (live.state, live.question) else { return };
        exchange.until = self.now;
        if let Some(answer) = self.spare.answer(&exchange, question) {
            self.held_bytes = self.held_bytes.saturating_sub(exchange.response.as_ref().map_or(0, |r| r.message.len()));
            self.answered(&mut exchange, &answer, question, &[]);
        } else {
            let first = exchange.lookup.map(|lookup| lookup.first);
            exchange.lookup = first.and_then(|first| self.lookups.now(question.whole, first)).or(exchange.lookup);
        }
        out.push(exchange);
    }

    /// The hash of the name asked for, and the keys of the question; 0 without one.
    fn keys(&self, client: Addr, outline: &Outline<'_>) -> (u64, Keys) {
        let Some(asked) = &outline.question else { return (0, Keys::default()) };
        let hash = name_hash(asked.name, &self.hasher);
        let name = self.hasher.hash_one((host(client), hash));
        (hash, Keys { name, whole: self.hasher.hash_one((name, asked.rtype, asked.class)) })
    }

    /// An exchange of which one message is known.
    fn exchange(&mut self, m: &Incoming<'_>, outline: &Outline<'_>, matching: Matching) -> Box<DnsExchange> {
        let (client, server) = if outline.header.is_response() { (m.dst, m.src) } else { (m.src, m.dst) };
        let mut place = self.spare.exchange();
        let question = outline.question.map(|q| {
            let room = place.question.take().map(|before| before.name.into_room()).unwrap_or_default();
            Asked { name: OwnedName::copy_in(room, &q.name), rtype: q.rtype, class: q.class }
        });
        *place = DnsExchange {
            conversation: m.conversation,
            protocol: m.protocol,
            client,
            server,
            id: outline.header.id,
            opcode: outline.header.opcode(),
            question,
            query: None,
            retries: 0,
            response: None,
            matching,
            lookup: None,
            companions: Companions::default(),
            recall: None,
            suffixes: Vec::new(),
            until: m.at,
        };
        place
    }
}

/// The port of multicast DNS.
const MDNS_PORT: u16 = 5353;
/// Addresses of one answer that are linked to later connections; more than any client tries.
const MAX_ADDRESSES: usize = 64;

fn sent(m: &Incoming<'_>, outline: &Outline<'_>) -> Sent {
    let client = if outline.header.is_response() { m.dst } else { m.src };
    Sent { conversation: m.conversation, id: outline.header.id, port: client.port }
}

/// Fills in a response, in the room of the message before.
fn fill(place: &mut Response, m: &Incoming<'_>, header: Header, facts: MessageFacts) {
    let MessageFacts { edns, rcode, answers, fault } = facts;
    let mut message = std::mem::take(&mut place.message);
    message.clear();
    message.extend_from_slice(m.bytes);
    *place = Response {
        at: m.at,
        header,
        rcode,
        edns,
        answers,
        fault: fault.filter(|_| !m.cut),
        cut: m.cut,
        messages: 1,
        records: u64::from(answers.records),
        message,
    };
}
