//! What lookups say of the conversations that follow: the name of the server, and the race between address families.

use std::rc::Rc;

use super::app::dns::{Answer, Race};
use super::table::FlowTable;
use super::tracker::Tracker;
use super::{ConvId, Conversation, Endpoint, Proto};
use crate::source::At;

/// The port of DNS over TLS (RFC 7858 §3.1).
const DOT_PORT: u16 = 853;

impl Tracker {
    /// A conversation begins: the lookup that gave its server's address, and the connection that it races with.
    pub(super) fn link(&mut self, index: u32, client: Endpoint, server: Endpoint, proto: Proto, at: At) {
        let Some(resolved) = self.dns.resolved(client.addr, server.addr).map(Rc::clone) else { return };
        if proto == Proto::Tcp {
            self.link_race(index, &resolved, server, at);
        }
        if let Some(record) = self.table.get_mut(index) {
            record.detail().resolved = Some(resolved);
        }
    }

    /// A race is between two: a third connection to the name has none.
    fn link_race(&mut self, index: u32, resolved: &Answer, server: Endpoint, at: At) {
        let Some(race) = self.dns.race(resolved, ConvId(index), server, at) else { return };
        let Some(rival) = self.table.get_mut(race.rival.0).filter(|rival| !rival.closed) else { return };
        let theirs = &mut rival.detail().race;
        if theirs.is_none() {
            *theirs = Some(Box::new(Race { rival: ConvId(index), server, began: at, answered: None, refused: false }));
            if let Some(record) = self.table.get_mut(index) {
                record.detail().race = Some(Box::new(race));
            }
        }
    }

    /// A conversation is about to be over: what only the others know of it.
    pub(super) fn settle(&mut self, index: u32) {
        let Some(record) = self.table.get(index) else { return };
        let Some(detail) = &record.detail else { return };
        let (client, server, rival) = (record.client(), record.server(), detail.race.as_ref());
        let encrypted = detail.app.tls.is_some();
        if let Some(rival) = rival.map(|race| race.rival) {
            self.settle_race(index, rival);
        }
        if encrypted && server.port == DOT_PORT {
            self.dns.serves_too(server.addr);
        }
        if encrypted && let Some(detail) = self.table.get_mut(index).and_then(|record| record.detail.as_mut()) {
            detail.app.dns_server = self.dns.is_server(server.addr);
            detail.app.plain_dns = self.dns.plain(client.addr);
        }
    }

    /// Each of two racing connections learns how the other fared; the one that is over already was told before.
    fn settle_race(&mut self, index: u32, rival: ConvId) {
        let race = |table: &mut FlowTable, index, (at, refused): (Option<At>, bool)| {
            let detail = table.get_mut(index).and_then(|record| record.detail.as_mut());
            if let Some(race) = detail.and_then(|detail| detail.race.as_mut()) {
                race.answered = race.answered.or(at);
                race.refused |= refused;
            }
        };
        let [mine, theirs] = [index, rival.0].map(|i| self.table.get(i).and_then(answer).unwrap_or_default());
        race(&mut self.table, rival.0, mine);
        race(&mut self.table, index, theirs);
    }
}

/// The SYN-ACK of a connection that is not over, and whether a reset refused it.
fn answer(record: &Conversation) -> Option<(Option<At>, bool)> {
    let shake = &record.tcp()?.handshake;
    Some((shake.syn_ack, shake.refused.is_some()))
}
