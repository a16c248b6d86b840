//! What no single conversation tells at the instant: who listens, and which connections were open though silent.

use std::collections::BTreeSet;

use crate::track::tcp::State;
use crate::track::{Conversation, Dir, Endpoint, Event, Sink, Timestamp, What};

/// Follows a capture from its beginning; what it knows is asked at the instant, and once more at the end.
#[derive(Debug, Default)]
pub struct Lookout {
    listening: BTreeSet<Endpoint>,
    silent: Vec<Silent>,
}

/// A connection that was open before its first packet in this capture.
#[derive(Debug, Clone, Copy)]
pub struct Silent {
    /// Its number.
    pub id: u32,
    /// Both ends.
    pub ends: [Endpoint; 2],
    /// Its first packet.
    pub first: Timestamp,
}

/// Listening ports, and silent connections, remembered; further ones are left out.
const MAX_EACH: usize = 65_536;

impl Lookout {
    /// The ports that have answered a SYN with a SYN-ACK and not refused one since: something listens there.
    pub fn listening(&self) -> impl Iterator<Item = Endpoint> + '_ {
        self.listening.iter().copied()
    }

    /// The connections without a handshake in the capture whose first packet came after `now`: they were open already.
    /// Complete only at the capture's end.
    pub fn silent_at(&self, now: Timestamp) -> impl Iterator<Item = &Silent> + '_ {
        self.silent.iter().filter(move |s| s.first > now)
    }

    fn over(&mut self, conversation: &Conversation) {
        let Some(tcp) = conversation.tcp().filter(|tcp| tcp.midstream && tcp.reuse.is_none()) else { return };
        // A stray ACK or RST makes no connection: one that was open carries data.
        let carries = tcp.ends.iter().any(|end| end.data_segments > 0);
        let opened = tcp.ends.iter().all(|end| end.states.first().is_some_and(|s| s.state == State::Established));
        if carries && opened && self.silent.len() < MAX_EACH {
            let ends = [conversation.client(), conversation.server()];
            self.silent.push(Silent { id: conversation.id().0, ends, first: conversation.first().ts });
        }
    }
}

impl Sink for Lookout {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        match event.what {
            What::State { end: Dir::Server, state: State::SynReceived, .. } => {
                let simultaneous = conversation.tcp().is_some_and(|tcp| tcp.handshake.simultaneous);
                if !simultaneous && self.listening.len() < MAX_EACH {
                    self.listening.insert(conversation.server());
                }
            }
            What::Reset if conversation.tcp().is_some_and(|tcp| tcp.handshake.refused.is_some()) => {
                self.listening.remove(&conversation.server());
            }
            What::Closed => self.over(conversation),
            _ => {}
        }
    }
}
