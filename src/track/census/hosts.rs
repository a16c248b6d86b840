//! What conversations leave behind, by host and by service.

use std::hash::Hash;

use foldhash::HashMap;

use super::{Arrivals, Attempts, Census, FRAMES, LeftOpen, Oddities, TimeWaits};
use crate::decode::{Addr, ArpView, Layer, NeighbourKind, Packet, neighbour};
use crate::source::{At, Timestamp};
use crate::track::tcp::IcmpError;
use crate::track::{Attempt, Conversation, Dir, Limits, Period, Proto};

impl Census {
    /// Counts how often a bound cut something.
    pub(in crate::track) fn hit(&mut self, bound: &'static str) {
        self.hit_times(bound, 1);
    }

    /// A bound cut something so often.
    pub(in crate::track) fn hit_times(&mut self, bound: &'static str, times: u64) {
        if times > 0 {
            *self.limits_hit.entry(bound).or_default() += times;
        }
    }

    /// A conversation is over.
    pub(in crate::track) fn closed(&mut self, conversation: &Conversation, limits: &Limits) {
        let ended = self.apps.of((conversation.proto(), conversation.app()));
        ended.conversations += 1;
        if ended.first.is_none_or(|(first, ..)| conversation.id() < first) {
            let ends = [conversation.client(), conversation.server()];
            ended.first = Some((conversation.id(), conversation.first(), ends));
        }
        match conversation.proto() {
            Proto::Tcp => self.attempt(conversation, limits),
            Proto::Udp => self.datagrams(conversation, limits),
            _ => {}
        }
    }

    /// A TCP connection attempt, counted for its source and for the service it wanted.
    fn attempt(&mut self, conversation: &Conversation, limits: &Limits) {
        let Some(attempt) = conversation.attempt() else { return };
        let (client, server) = (conversation.client(), conversation.server());
        let outcome = Outcome::of(conversation, &attempt);
        match entry(&mut self.by_source, client.addr, limits.census_entries) {
            Some(attempts) => attempts.add(conversation, outcome),
            None => self.hit("census_entries"),
        }
        if let Some(arrivals) = entry(&mut self.by_service, (server.addr, server.port), limits.census_entries) {
            arrivals.add(conversation, outcome);
        }
        self.rebind(conversation, attempt.refused.map(|(_, reset)| reset), limits);
    }

    /// A UDP conversation that only one side took part in.
    fn datagrams(&mut self, conversation: &Conversation, limits: &Limits) {
        let server = conversation.server();
        let key = (server.addr, server.port);
        if is_multicast(server.addr) {
            if self.multicast.len() < limits.census_entries {
                let volume = self.multicast.entry(key).or_default();
                volume.packets += u64::from(conversation.packets(Dir::Client));
                volume.bytes += conversation.payload(Dir::Client);
            }
        } else if conversation.packets(Dir::Server) == 0 && expects_answer(conversation) {
            if self.unanswered.len() >= limits.census_entries && !self.unanswered.contains_key(&key) {
                self.hit("census_entries");
                return;
            }
            let entry = self.unanswered.entry(key).or_default();
            if entry.conversations == 0 || conversation.first().ts < entry.first.ts {
                entry.first = conversation.first();
                entry.client = Some(conversation.client().addr);
            }
            entry.conversations += 1;
            entry.datagrams += u64::from(conversation.packets(Dir::Client));
        }
    }

    /// A UDP conversation is about to be forgotten: it may be the answer, from another port, to datagrams that got none.
    pub(in crate::track) fn talked(&mut self, conversation: &Conversation) {
        let (host, asker) = (conversation.client().addr, conversation.server().addr);
        for (_, unanswered) in self.unanswered.range_mut((host, 0)..=(host, u16::MAX)) {
            unanswered.talked |= unanswered.client == Some(asker);
        }
    }

    /// An ARP message: who claims which address (RFC 826), announced unasked (RFC 5227 §1.2).
    pub(in crate::track) fn arp(&mut self, arp: &ArpView, at: At, limits: &Limits) {
        if arp.sender_ip.is_unspecified() {
            return;
        }
        let ip = Addr::from(arp.sender_ip.octets());
        self.binding(ip, arp.sender_mac, arp.sender_ip == arp.target_ip, at, limits);
    }

    /// A neighbour discovery message: who claims which address (RFC 4861). Hosts ignore those with a fragment header
    /// (RFC 6980 §5). None counts as unasked: the answer to duplicate address detection looks the same (§7.2.4).
    pub(in crate::track) fn neighbour(&mut self, packet: &Packet<'_>, limits: &Limits) {
        let (Some(message), Some(ip)) = (neighbour(packet), &packet.ip) else { return };
        if packet.layers.contains(&Layer::Fragment) {
            return;
        }
        let claim = match message.kind {
            NeighbourKind::NeighbourSolicitation => message.source_mac.map(|mac| (ip.src, mac)),
            NeighbourKind::NeighbourAdvertisement => message.target.zip(message.target_mac),
            _ => None,
        };
        if let Some((ip, mac)) = claim.filter(|(ip, _)| !ip.ip().is_unspecified()) {
            self.binding(ip, mac, false, packet.at, limits);
        }
    }

    /// A claim of `ip` by `mac`.
    pub(in crate::track) fn binding(&mut self, ip: Addr, mac: [u8; 6], gratuitous: bool, at: At, limits: &Limits) {
        if self.bindings.len() >= limits.census_entries && !self.bindings.contains_key(&ip) {
            self.hit("census_entries");
            return;
        }
        let binding = self.bindings.entry(ip).or_default();
        if !binding.macs.iter().any(|(known, _)| *known == mac) {
            let _full = binding.macs.try_push((mac, at));
        }
        if gratuitous {
            binding.gratuitous.add(at);
        }
    }

    /// `holder` enters TIME_WAIT towards `service`.
    pub(in crate::track) fn time_wait(
        &mut self,
        holder: Addr,
        service: (Addr, u16),
        at: At,
        two_msl_ns: i64,
        limits: &Limits,
    ) {
        while let Some(&(until, host)) = self.running.front() {
            if until > at.ts && self.running.len() < limits.conversations {
                break;
            }
            self.running.pop_front();
            if let Some(waits) = self.time_waits.get_mut(&host) {
                waits.now = waits.now.saturating_sub(1);
            }
        }
        match entry(&mut self.time_waits, holder, limits.census_entries) {
            Some(waits) => {
                waits.add(service, at);
                self.running.push_back((at.ts.plus(two_msl_ns), holder));
            }
            None => self.hit("census_entries"),
        }
    }

    /// A listener that refused a SYN and later accepts again while TIME_WAIT of an earlier connection still runs on it.
    fn rebind(&mut self, conversation: &Conversation, refused: Option<At>, limits: &Limits) {
        let server = conversation.server();
        let service = (server.addr, server.port);
        if let Some(at) = refused {
            if let Some(listener) = self.listeners.get_mut(&service) {
                listener.away.get_or_insert(at);
            }
            return;
        }
        let Some(tcp) = conversation.tcp() else { return };
        let Some(back) = tcp.handshake.syn_ack else { return };
        let wait = tcp.end(Dir::Server).time_wait;
        let listener = match wait {
            Some(_) => entry(&mut self.listeners, service, limits.listeners),
            None => self.listeners.get_mut(&service),
        };
        let Some(listener) = listener else { return self.hit_times("listeners", wait.is_some().into()) };
        if let (Some(away), Some((from, until))) = (listener.away, listener.waiting)
            && back.ts > away.ts
            && back.ts < until
            && self.rebinds.len() < limits.listeners
        {
            self.rebinds.push(super::Rebind { server: service, away, back, time_wait_from: from });
            listener.away = None;
        }
        if let Some(wait) = wait {
            listener.waiting = Some((wait.from, wait.until));
        }
    }
}

/// The entry of a key, made on first need while there are fewer than `room`.
fn entry<K: Copy + Eq + Hash, V: Default>(table: &mut HashMap<K, V>, key: K, room: usize) -> Option<&mut V> {
    if table.len() < room {
        return Some(table.entry(key).or_default());
    }
    table.get_mut(&key)
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Completed,
    Answered,
    Refused,
    Silent,
}

impl Outcome {
    fn of(conversation: &Conversation, attempt: &Attempt) -> Outcome {
        let Some(tcp) = conversation.tcp() else {
            return if attempt.refused.is_some() { Outcome::Refused } else { Outcome::Silent };
        };
        let unreachable = tcp.icmp.iter().any(IcmpError::is_unreachable);
        match (tcp.handshake.syn_ack, tcp.handshake.refused) {
            (Some(_), _) if tcp.handshake.ack.is_some() => Outcome::Completed,
            (Some(_), _) => Outcome::Answered,
            (None, Some(_)) => Outcome::Refused,
            (None, None) if unreachable => Outcome::Refused,
            (None, None) => Outcome::Silent,
        }
    }
}

impl Attempts {
    fn add(&mut self, conversation: &Conversation, outcome: Outcome) {
        let (first, target) = (conversation.first(), conversation.server());
        self.begun.add(first);
        if self.begun.count <= FRAMES as u32 {
            let _full = self.frames.try_push(first.frame);
        }
        *match outcome {
            Outcome::Completed | Outcome::Answered => &mut self.answered,
            Outcome::Refused => &mut self.refused,
            Outcome::Silent => &mut self.silent,
        } += 1;
        self.peers.insert(target.addr);
        self.ports.insert(target.port);
    }
}

impl Arrivals {
    fn add(&mut self, conversation: &Conversation, outcome: Outcome) {
        let first = conversation.first();
        self.begun.add(first);
        if self.begun.count <= FRAMES as u32 {
            let _full = self.frames.try_push(first.frame);
        }
        if let Some((to_server, to_client)) = sides(conversation) {
            let (server, client) = self.sides_ns;
            self.sides_ns = (server.saturating_add(to_server), client.saturating_add(to_client));
        }
        self.oddities(conversation);
        match outcome {
            Outcome::Completed => self.completed += 1,
            Outcome::Refused => self.refused += 1,
            Outcome::Answered | Outcome::Silent => {}
        }
        self.peers.insert(conversation.client().addr);
    }

    /// What only few connections show.
    fn oddities(&mut self, conversation: &Conversation) {
        let Some(tcp) = conversation.tcp() else { return };
        if let Some(at) = bare_answer(conversation) {
            let odd = self.odd.get_or_insert_default();
            odd.bare_answers += 1;
            if odd.bare_answers == 1 {
                odd.bare_first = at;
            }
        }
        if let Some((from, until)) = ignored(conversation) {
            self.odd.get_or_insert_default().ignore(from, until);
        }
        if let Some(lag) = tcp.handshake.cookie_lag_ms {
            let odd = self.odd.get_or_insert_default();
            odd.cookie_lags += 1;
            odd.cookie_lag_max_ms = odd.cookie_lag_max_ms.max(lag);
            if let (1, Some(syn_ack)) = (odd.cookie_lags, tcp.handshake.syn_ack) {
                odd.cookie_first = syn_ack;
            }
        }
        match tcp.end(Dir::Server).close_wait {
            Some(wait) if wait.until.is_some() => self.closed_in_turn += 1,
            Some(wait) => {
                let end = conversation.last().ts.plus(tcp.unheard_ns);
                self.odd.get_or_insert_default().left_open.add(wait, end);
            }
            None => {}
        }
    }

    /// What few of them show; nothing where none did.
    #[must_use]
    pub fn odd(&self) -> Oddities {
        self.odd.as_deref().copied().unwrap_or_default()
    }

    /// Attempts that were neither completed nor refused.
    #[must_use]
    pub fn unfinished(&self) -> u32 {
        self.begun.count - self.completed - self.refused
    }
}

impl Oddities {
    /// An attempt was ignored between these two.
    fn ignore(&mut self, from: At, until: At) {
        let (latest, earliest) = self.ignored_together;
        let first = self.ignored.count == 0;
        self.ignored_together = if first { (from.ts, until.ts) } else { (latest.max(from.ts), earliest.min(until.ts)) };
        self.ignored.add(from);
    }
}

impl LeftOpen {
    fn add(&mut self, wait: Period, end: Timestamp) {
        if self.count == 0 {
            self.first = wait.from;
        }
        (self.count, self.last) = (self.count + 1, wait.from);
        self.longest_ns = self.longest_ns.max(wait.ns(end));
    }
}

/// How long the SYN waited for its answer, and that for its own, at the capture point.
fn sides(conversation: &Conversation) -> Option<(i64, i64)> {
    let shake = &conversation.tcp()?.handshake;
    let (syn, syn_ack, ack) = (shake.syn_answered?, shake.syn_ack?, shake.ack?);
    Some((syn_ack.ts.since(syn.ts).max(0), ack.ts.since(syn_ack.ts).max(0)))
}

/// From when until when a server that did not refuse said nothing to a SYN, or repeated its SYN-ACK after the final ACK
/// had passed the capture point.
fn ignored(conversation: &Conversation) -> Option<(At, At)> {
    let tcp = conversation.tcp()?;
    let (shake, syns) = (&tcp.handshake, tcp.end(Dir::Client).syns);
    let syn = syns.first.filter(|_| syns.count > 1 && shake.refused.is_none() && tcp.icmp.is_empty());
    let last = if shake.syn_ack.is_some() { shake.syn_answered } else { Some(syns.last) };
    if let Some((syn, last)) = syn.zip(last).filter(|(syn, last)| last.frame != syn.frame) {
        return Some((syn, last));
    }
    let again = tcp.end(Dir::Server).syns;
    let ack = shake.ack.filter(|ack| again.count > 1 && again.last.ts.since(ack.ts) > CROSSING_NS)?;
    Some((ack, again.last))
}

/// A SYN-ACK that left before the ACK could arrive is seen after it no later than this: 200 ms.
const CROSSING_NS: i64 = 200 * crate::source::NS_PER_MS;

/// A SYN-ACK without SACK or window scaling though the SYN offered both.
fn bare_answer(conversation: &Conversation) -> Option<At> {
    let tcp = conversation.tcp()?;
    let (offer, answer) = (tcp.end(Dir::Client).syn?, tcp.end(Dir::Server).syn?);
    let offered = offer.sack_permitted && offer.window_scale.is_some();
    let answered = answer.sack_permitted || answer.window_scale.is_some();
    tcp.handshake.syn_ack.filter(|_| offered && !answered && !answer.cut)
}

impl TimeWaits {
    fn add(&mut self, service: (Addr, u16), at: At) {
        self.entered.add(at);
        self.now += 1;
        if self.now > self.peak {
            (self.peak, self.peak_at) = (self.now, at);
        }
        let n = self.top_peer.filter(|(a, p, _)| (*a, *p) == service).map_or(0, |t| t.2);
        if self.top_peer.is_none() || n > 0 {
            self.top_peer = Some((service.0, service.1, n + 1));
        }
    }
}

/// One-way streams (media, logs) send more datagrams than a question is repeated.
const MAX_REPEATS: u32 = 20;

/// Whether silence means anything: DHCP answers to another address (RFC 2131 §4.1), TFTP from another port (RFC 1350 §4).
fn expects_answer(conversation: &Conversation) -> bool {
    let port = conversation.server().port;
    conversation.packets(Dir::Client) <= MAX_REPEATS && !matches!(port, 67..=69 | 546 | 547)
}

/// Multicast or broadcast (RFC 5771, RFC 4291 §2.7, RFC 919).
#[must_use]
pub fn is_multicast(addr: Addr) -> bool {
    match addr.ip() {
        std::net::IpAddr::V4(v4) => v4.is_multicast() || v4.is_broadcast() || v4.octets()[3] == 255,
        std::net::IpAddr::V6(v6) => v6.is_multicast(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::decode;
    use crate::source::{LinkType, Record, Timestamp};

    #[test]
    fn a_neighbour_advertisement_binds_its_target() {
        let mut frame = vec![0x60, 0, 0, 0, 0, 32, 58, 255];
        let address = |last| [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last];
        frame.extend([address(1), address(2)].concat());
        frame.extend([136, 0, 0, 0, 0x20, 0, 0, 0]);
        frame.extend(address(3));
        frame.extend([2, 1, 2, 0, 0, 0, 0, 9]);
        let at = At { frame: 1, ts: Timestamp(0) };
        let record = Record { at, wire_len: frame.len() as u32, link: LinkType(101), interface: 0, data: &frame };
        let mut census = Census::default();
        census.neighbour(&decode(&record), &Limits::default());
        let [(ip, binding)] = census.bindings.iter().collect::<Vec<_>>()[..] else { panic!("{:?}", census.bindings) };
        assert_eq!((*ip, binding.macs.as_slice()), (Addr::from(address(3)), &[([2, 0, 0, 0, 0, 9], at)][..]));
    }
}
