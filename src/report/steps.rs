//! The steps of one conversation, collected from its events: its packets, what happened at them, and the concepts that
//! they show. A long stretch without anything to say is kept as its length.

use std::collections::{HashMap, VecDeque};

use super::margin;
use super::model::{ConversationReport, FindingReport};
use super::style::thousands;
use crate::concepts::Severity;
use crate::concepts::text::duration;
use crate::track::tcp::State;
use crate::track::{At, ConvId, Conversation, Dir, Event, Segment, Sink, What, ms};

/// Notes kept of one step; further ones are counted.
const NOTES: usize = 8;
/// A silence worth a note: 300 ms.
const PAUSE_NS: i64 = 300_000_000;
/// Packets without a note that are shown at the beginning of a stretch of them; those after them are summed up.
const PLAIN: usize = 4;

/// One step.
#[derive(Debug, Clone)]
pub enum Step {
    /// A packet of the conversation.
    Packet(Box<PacketStep>),
    /// Something that happened at another packet, as an ICMP error.
    Aside {
        /// When.
        at: At,
        /// What, in words.
        notes: Vec<String>,
    },
    /// Packets without a note.
    Stretch {
        /// The first of them.
        first: Box<PacketStep>,
        /// The last of them.
        last: At,
        /// How many, by sender.
        packets: [u64; 2],
        /// Payload bytes, by sender.
        bytes: [u64; 2],
    },
}

/// One packet.
#[derive(Debug, Clone)]
pub struct PacketStep {
    /// Which.
    pub at: At,
    /// Who sent it.
    pub from: Dir,
    /// What was sent.
    pub what: String,
    /// States of client and server after it, where it has changed one; the state of an end that has sent nothing is not
    /// known.
    pub states: Option<[Option<State>; 2]>,
    /// What happened, in words.
    pub notes: Vec<String>,
    /// Concepts that it shows.
    pub concepts: Vec<&'static str>,
    /// Payload bytes.
    len: u32,
}

impl PacketStep {
    fn is_plain(&self) -> bool {
        self.states.is_none() && self.notes.is_empty() && self.concepts.is_empty()
    }
}

/// Collects the steps of one conversation.
#[derive(Debug)]
pub struct Steps {
    conversation: ConvId,
    /// Every packet is a step of its own.
    every: bool,
    /// The frame that is asked for: it is shown in any case.
    asked: Option<u32>,
    /// Concepts by frame.
    marks: HashMap<u32, Vec<&'static str>>,
    /// Phases of TLS and QUIC by frame.
    phases: HashMap<u32, Vec<String>>,
    kept: Kept,
    /// The latest packet: what its frame still brings is part of it.
    current: Option<PacketStep>,
    /// What was told ahead of its packet.
    pending: Option<(At, Vec<String>)>,
    isn: [Option<u32>; 2],
    states: Option<[Option<State>; 2]>,
    plain: usize,
}

impl Steps {
    /// At most `limit` steps of a conversation that is reported already, the first and the last; `findings` are what is
    /// known to be shown in it.
    #[must_use]
    pub fn new(c: &ConversationReport, limit: usize, findings: &[FindingReport]) -> Steps {
        Steps {
            conversation: ConvId(c.id),
            every: false,
            asked: None,
            marks: marks(findings),
            phases: phases(c),
            kept: Kept::new(limit),
            current: None,
            pending: None,
            isn: [None; 2],
            states: None,
            plain: 0,
        }
    }

    /// Keeps packets apart that have nothing to say.
    #[must_use]
    pub fn every(self, every: bool) -> Steps {
        Steps { every, ..self }
    }

    /// Shows this frame in any case.
    #[must_use]
    pub fn asked(mut self, frame: Option<u32>) -> Steps {
        self.asked = frame;
        self.kept.asked = frame;
        self
    }

    /// The steps in order, and where how many of them are left out.
    #[must_use]
    pub fn finish(mut self) -> Told {
        self.flush();
        self.aside();
        let Kept { first, last, left_out, among, .. } = self.kept;
        Told { first, left_out, among, last: last.into() }
    }

    fn packet(&mut self, event: &Event<'_>, what: String, len: u32, states: Option<[Option<State>; 2]>) {
        let before = self.current.as_ref().map(|p| p.at.ts);
        self.flush();
        let ahead = self.pending.as_ref().is_some_and(|(at, _)| at.frame == event.at.frame);
        if !ahead {
            self.aside();
        }
        let mut notes = self.pending.take().map(|(_, notes)| notes).unwrap_or_default();
        for phase in self.phases.remove(&event.at.frame).unwrap_or_default() {
            add(&mut notes, phase);
        }
        if self.asked == Some(event.at.frame) {
            notes.insert(0, "the frame asked for".to_owned());
        }
        let silence = before.map_or(0, |before| event.at.ts.since(before));
        if silence >= PAUSE_NS && notes.is_empty() {
            notes.push(format!("after {} of silence", duration(ms(silence))));
        }
        let concepts = self.marks.remove(&event.at.frame).unwrap_or_default();
        let changed = states.filter(|_| states != self.states);
        self.states = states;
        self.current = Some(PacketStep { at: event.at, from: event.from, what, states: changed, notes, concepts, len });
    }

    /// The latest packet is complete.
    fn flush(&mut self) {
        let Some(packet) = self.current.take() else { return };
        if !packet.is_plain() {
            self.plain = 0;
            self.kept.push(Step::Packet(Box::new(packet)));
            return;
        }
        self.plain += 1;
        if self.every || self.plain <= PLAIN {
            self.kept.push(Step::Packet(Box::new(packet)));
        } else {
            self.kept.stretch(packet);
        }
    }

    /// What was told at a packet that is not one of the conversation's.
    fn aside(&mut self) {
        if let Some((at, notes)) = self.pending.take() {
            self.plain = 0;
            self.kept.push(Step::Aside { at, notes });
        }
    }

    fn note(&mut self, at: At, note: String) {
        if let Some(packet) = self.current.as_mut().filter(|p| p.at.frame == at.frame) {
            add(&mut packet.notes, note);
            return;
        }
        if self.pending.as_ref().is_some_and(|(of, _)| of.frame != at.frame) {
            self.flush();
            self.aside();
        }
        add(&mut self.pending.get_or_insert_with(|| (at, Vec::new())).1, note);
    }

    fn segment(&mut self, event: &Event<'_>, segment: &Segment) {
        let from = event.from;
        self.isn[from.index()].get_or_insert(segment.seq.0);
        let known = |end: Dir| {
            let state = segment.states[end.index()];
            (self.isn[end.index()].is_some() || state != State::Closed).then_some(state)
        };
        let states = [known(Dir::Client), known(Dir::Server)];
        let what = margin::segment(segment, self.isn, from);
        self.packet(event, what, segment.len, Some(states));
    }
}

impl Sink for Steps {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        if conversation.id() != self.conversation {
            return;
        }
        match event.what {
            What::Segment(segment) => self.segment(event, segment),
            What::Datagram { len } => self.packet(event, format!("{} bytes", thousands(u64::from(len))), len, None),
            _ => {
                if let Some(note) = margin::note(&event.what) {
                    self.note(event.at, note);
                }
            }
        }
    }
}

/// The steps that are shown.
#[derive(Debug, Default)]
pub struct Told {
    /// From the beginning.
    pub first: Vec<Step>,
    /// Steps between them that are left out.
    pub left_out: u64,
    /// One of those, which was asked for.
    pub among: Option<Step>,
    /// Up to the end.
    pub last: Vec<Step>,
}

/// A bounded list of steps: three quarters of the room is for the beginning, the rest for the end.
#[derive(Debug)]
struct Kept {
    first: Vec<Step>,
    last: VecDeque<Step>,
    room: [usize; 2],
    left_out: u64,
    asked: Option<u32>,
    among: Option<Step>,
}

impl Kept {
    fn new(limit: usize) -> Kept {
        let end = limit / 4;
        let (first, last) = (Vec::new(), VecDeque::new());
        Kept { first, last, room: [limit - end, end], left_out: 0, asked: None, among: None }
    }

    fn push(&mut self, step: Step) {
        if self.first.len() < self.room[0] {
            self.first.push(step);
            return;
        }
        self.last.push_back(step);
        if self.last.len() > self.room[1] {
            let out = self.last.pop_front();
            self.left_out += 1;
            let asked = |step: &Step| matches!(step, Step::Packet(p) if Some(p.at.frame) == self.asked);
            self.among = out.filter(asked).or(self.among.take());
        }
    }

    /// Adds a packet to the stretch at the end, or begins one.
    fn stretch(&mut self, packet: PacketStep) {
        let latest = if self.last.is_empty() { self.first.last_mut() } else { self.last.back_mut() };
        let side = packet.from.index();
        if let Some(Step::Stretch { last, packets, bytes, .. }) = latest {
            *last = packet.at;
            packets[side] += 1;
            bytes[side] += u64::from(packet.len);
            return;
        }
        let (mut packets, mut bytes) = ([0; 2], [0; 2]);
        packets[side] = 1;
        bytes[side] = u64::from(packet.len);
        self.push(Step::Stretch { last: packet.at, packets, bytes, first: Box::new(packet) });
    }
}

/// Which frames show which concepts: where each was first seen, and where it was worst, if it is no matter of course.
fn marks(findings: &[FindingReport]) -> HashMap<u32, Vec<&'static str>> {
    let mut marks: HashMap<u32, Vec<&'static str>> = HashMap::new();
    for f in findings {
        let worst = f.worst.frames.first().filter(|_| f.level > Severity::Info);
        for frame in f.first.frames.first().into_iter().chain(worst) {
            let of = marks.entry(*frame).or_default();
            if !of.contains(&f.concept) {
                of.push(f.concept);
            }
        }
    }
    marks
}

/// Which frames complete which phases of TLS, and show which QUIC packets first.
fn phases(c: &ConversationReport) -> HashMap<u32, Vec<String>> {
    let mut phases: HashMap<u32, Vec<String>> = HashMap::new();
    for (kind, _, at) in c.quic.iter().flat_map(|quic| quic.phases()) {
        phases.entry(at.frame).or_default().push(format!("first QUIC {} packet", kind.name().replace('_', " ")));
    }
    for phase in c.tls.iter().flat_map(|tls| &tls.phases) {
        phases.entry(phase.frame).or_default().push(margin::phase(&phase.phase, phase.encrypted));
    }
    phases
}

fn add(notes: &mut Vec<String>, note: String) {
    match notes.len() {
        n if n < NOTES => notes.push(note),
        NOTES => notes.push("and more".to_owned()),
        _ => {}
    }
}
