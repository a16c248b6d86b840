//! Loss recovery told from the outside: a sender of segments of 1000 bytes over a round trip of 40 ms,
//! numbered from 0, with a clock of milliseconds that is its timestamp too.

mod causes;
mod evidence;
mod needless;

use super::ack::{Ack, Told, acknowledge};
use super::facts::{Cause, End};
use super::send::SendSide;
use super::transmit::{Piece, transmit};
use super::window::Room;
use crate::decode::tcp::Seq;
use crate::source::{At, NS_PER_MS, Timestamp};
use crate::track::limits::Limits;
use crate::track::{Dir, Proof, What};

const MSS: u32 = 1_000;

struct Sender {
    send: SendSide,
    end: End,
    peer: End,
    frame: u32,
    sack: bool,
    /// The next acknowledgment may answer a probe.
    probed: bool,
    told: Vec<(Dir, What<'static>)>,
}

impl Sender {
    fn new() -> Sender {
        let limits = Limits::default().tcp();
        let mut sender = Sender {
            send: SendSide::default(),
            end: End::new(limits),
            peer: End::new(limits),
            frame: 0,
            sack: true,
            probed: false,
            told: Vec::new(),
        };
        sender.send.start(Seq(0));
        sender.send.acks_seen = true;
        sender.end.rtt.begin(40 * NS_PER_MS, At::default());
        sender
    }

    fn without_sack() -> Sender {
        Sender { sack: false, ..Sender::new() }
    }

    fn at(&mut self, ms: i64) -> At {
        self.frame += 1;
        At { frame: self.frame, ts: Timestamp(ms * NS_PER_MS) }
    }

    fn piece(&mut self, ms: i64, seq: u32, len: u32) -> Piece {
        Piece {
            at: self.at(ms),
            seq: Seq(seq),
            len,
            payload: len,
            tsval: Some(ms as u32),
            id: self.frame,
            sack: self.sack,
            unseen: false,
            of_syn: false,
            room: Room::Enough,
            turnaround_ns: 0,
            limit: 1_000,
        }
    }

    fn take(&mut self, piece: &Piece) -> Option<Cause> {
        let mut out = Vec::new();
        transmit(&mut self.send, &mut self.end, piece, &mut Told { sender: Dir::Client, out: &mut out });
        self.send.last_send = piece.at;
        out.into_iter().find_map(|(_, what)| match what {
            What::Retransmit { cause, .. } => Some(cause),
            _ => None,
        })
    }

    /// Sends the segment that begins at `seq`; the cause when it is a retransmission.
    fn sends(&mut self, ms: i64, seq: u32) -> Option<Cause> {
        let piece = self.piece(ms, seq, MSS);
        self.take(&piece)
    }

    /// Sends segments from one number up to another.
    fn flight(&mut self, ms: i64, from: u32, to: u32) {
        for seq in (from..to).step_by(MSS as usize) {
            assert_eq!(self.sends(ms, seq), None);
        }
    }

    /// An acknowledgment that echoes `echo`.
    fn echoes(&mut self, ms: i64, echo: u32, ack: u32, sack: &[(u32, u32)]) {
        let blocks: Vec<_> = sack.iter().map(|(l, r)| (Seq(*l), Seq(*r))).collect();
        let ack = Ack {
            at: self.at(ms),
            ack: Seq(ack),
            sack: &blocks,
            tsecr: Some(echo),
            pure: true,
            same_window: true,
            sack_agreed: self.sack,
            probed: self.probed,
            last: false,
            turnaround_ns: 0,
        };
        let told = &mut Told { sender: Dir::Client, out: &mut self.told };
        acknowledge(&mut self.send, &mut self.end, &mut self.peer, &ack, told);
    }

    /// An acknowledgment of what was sent a round trip before.
    fn acks(&mut self, ms: i64, ack: u32, sack: &[(u32, u32)]) {
        self.echoes(ms, (ms - 40) as u32, ack, sack);
    }

    fn needless(&self) -> Vec<(u32, Proof)> {
        self.told
            .iter()
            .filter_map(|(_, what)| match what {
                What::Spurious { of, proof } => Some((of.frame, *proof)),
                _ => None,
            })
            .collect()
    }
}
