//! A connection attempt that got no answer, or none but a reset: what it touches of a connection, so that scans, which
//! make them by the million, need not clear all the rest.

use super::connection::TcpConn;
use super::facts::{Control, End, Handshake};
use super::opening::Agreed;
use super::state::State;
use crate::decode::tcp::Seq;
use crate::source::At;
use crate::track::{Dir, Tally};

impl TcpConn {
    /// Only a SYN of the client was taken, and perhaps a reset of the server: no payload, nothing unusual.
    pub(super) fn is_attempt(&self) -> bool {
        let [client, server] = &self.facts.ends;
        let alone = client.segments == 1 && client.syns.count == 1 && server.segments <= 1;
        let refused = server.segments == server.resets.count && !self.send[Dir::Server.index()].started;
        let plain = |end: &End| end.data_segments == 0 && end.fins.count == 0 && end.trouble.is_none();
        alone && refused && plain(client) && plain(server) && self.facts.icmp.is_empty()
    }

    /// Forgets such an attempt, and leaves alone what it cannot have touched.
    pub(super) fn forget_attempt(&mut self) {
        for end in &mut self.facts.ends {
            (end.isn, end.syn, end.state) = (None, None, State::Closed);
            end.states.clear();
            (end.syns, end.resets) = (Control::default(), Tally::default());
            (end.segments, end.ttl, end.ecn) = (0, 0, [0; 4]);
        }
        let facts = &mut self.facts;
        (facts.handshake, facts.reset, facts.reuse) = (Handshake::default(), None, None);
        facts.unheard_ns = 0;
        (facts.one_way, facts.midstream) = (false, false);
        let send = &mut self.send[Dir::Client.index()];
        send.start(Seq::default());
        send.started = false;
        self.streams[Dir::Client.index()].reset();
        let live = &mut self.live;
        (live.last, live.latest, live.silence) = ([At::default(); 2], At::default(), None);
        (live.last_ack, live.tsval, live.agreed) = ([None; 2], [None; 2], Agreed::default());
    }
}
