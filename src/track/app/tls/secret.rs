//! What encrypted records of TLS 1.3 tell by their order and size (RFC 8446 §5.2, without padding).
//!
//! A Finished message is the handshake's hash, so its record has a known length; EndOfEarlyData is an empty message, so
//! its record has 21 bytes. Both travel alone, as keys change behind them (RFC 8446 §5.1).

use super::facts::{EarlyData, TlsFacts};
use crate::source::At;
use crate::track::Dir;

/// What encryption adds to a record: the content type and an AEAD tag.
const OVERHEAD: u16 = 17;
/// Length of a record that holds an EndOfEarlyData.
const END_OF_EARLY_DATA: u16 = 4 + OVERHEAD;
/// Client records before its Finished; a client that pads is taken to be through with its handshake after so many.
const MAX_CLIENT_FLIGHT: u32 = 4;

/// Where the encrypted part of the handshake stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Secret {
    /// Records of the server's flight so far.
    server: u32,
    server_done: bool,
    /// Records of the client's flight so far.
    client: u32,
    client_done: bool,
    /// The latest client record could be an EndOfEarlyData.
    end_of_early_data: bool,
}

impl Secret {
    /// A record of `application_data` begins; `role` is the TLS role of its sender.
    pub fn record(&mut self, facts: &mut TlsFacts, role: Dir, from: Dir, len: u16, at: At) {
        let answered = facts.choice.as_ref().is_some_and(|c| !c.retry);
        if !answered {
            self.unanswered(facts, role, from, len, at);
        } else if !facts.is_13() {
            data(facts, role, from, len, at);
        } else if role == Dir::Server {
            self.server(facts, from, len, at);
        } else {
            self.client(facts, from, len, at);
        }
    }

    /// Before the ServerHello only early data can be encrypted; otherwise the capture lacks the handshake.
    fn unanswered(&mut self, facts: &mut TlsFacts, role: Dir, from: Dir, len: u16, at: At) {
        let early = !matches!(facts.early_data, None | Some(EarlyData::None));
        if role == Dir::Client && early {
            early_data(facts, from, len, at);
        } else {
            facts.midstream |= facts.offer.is_none();
            data(facts, role, from, len, at);
        }
    }

    fn server(&mut self, facts: &mut TlsFacts, from: Dir, len: u16, at: At) {
        if self.server_done || self.client_done {
            return data(facts, Dir::Server, from, len, at);
        }
        self.server += 1;
        self.server_done = self.server > 1 && Some(len) == finished_len(facts);
        facts.server_flight_bytes = facts.server_flight_bytes.saturating_add(u32::from(len));
        hidden(facts, from, len, at, self.server == 1);
    }

    fn client(&mut self, facts: &mut TlsFacts, from: Dir, len: u16, at: At) {
        if self.client_done {
            return data(facts, Dir::Client, from, len, at);
        }
        let finished = Some(len) == finished_len(facts);
        if !matches!(facts.early_data, None | Some(EarlyData::None)) && !finished {
            self.end_of_early_data = len == END_OF_EARLY_DATA;
            if !self.end_of_early_data {
                early_data(facts, from, len, at);
            }
            return;
        }
        if finished && self.end_of_early_data && facts.early_data == Some(EarlyData::Offered) {
            // RFC 8446 §4.5: only a client whose early data was accepted sends EndOfEarlyData.
            facts.early_data = Some(EarlyData::Accepted);
            facts.add_phase("end_of_early_data".into(), from, at, true, usize::from(END_OF_EARLY_DATA));
        }
        self.client += 1;
        self.client_done = finished || self.client == MAX_CLIENT_FLIGHT;
        match finished {
            true => facts.add_phase("finished".into(), from, at, true, usize::from(len)),
            false => hidden(facts, from, len, at, self.client == 1),
        }
    }
}

/// Length of the record that holds a Finished, by the suite's hash.
fn finished_len(facts: &TlsFacts) -> Option<u16> {
    facts.choice.as_ref().map(|c| 4 + c.cipher.hash_len() + OVERHEAD)
}

/// Encrypted handshake messages: one phase, whose size grows with each record.
fn hidden(facts: &mut TlsFacts, from: Dir, len: u16, at: At, first: bool) {
    if first {
        return facts.add_phase(HIDDEN.into(), from, at, true, usize::from(len));
    }
    if let Some(phase) = facts.phases.iter_mut().rev().find(|p| p.phase == HIDDEN && p.from == from) {
        phase.bytes = phase.bytes.saturating_add(u32::from(len));
    }
}

/// The phase of handshake messages that only keys would tell apart.
pub(super) const HIDDEN: &str = "encrypted_handshake";

fn early_data(facts: &mut TlsFacts, from: Dir, len: u16, at: At) {
    if facts.early_data_bytes == 0 {
        facts.add_phase("early_data".into(), from, at, true, usize::from(len));
    }
    facts.early_data_bytes = facts.early_data_bytes.saturating_add(u32::from(len.saturating_sub(OVERHEAD)));
}

/// Application data, which in TLS 1.3 may also be a session ticket.
pub(super) fn data(facts: &mut TlsFacts, role: Dir, from: Dir, len: u16, at: At) {
    let Some(slot) = facts.application_data.get_mut(role.index()).filter(|slot| slot.is_none()) else { return };
    *slot = Some(at);
    facts.add_phase("application_data".into(), from, at, true, usize::from(len));
}
