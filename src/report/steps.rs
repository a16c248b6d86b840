//! One conversation step by step: what was sent, the states after it, and the notes where they belong.

use std::io::{self, Write};

use super::model::FindingReport;
use super::style::{Style, clean, thousands};
use crate::concepts::text::duration;
use crate::track::tcp::Flags;
use crate::track::tcp::State;
use crate::track::{At, ConvId, Conversation, Dir, Event, Segment, Sink, What, ms};

/// One packet of the conversation.
#[derive(Debug, Clone)]
pub struct Step {
    /// The packet.
    pub at: At,
    /// Who sent it.
    pub from: Dir,
    /// What was sent.
    pub what: String,
    /// States of client and server after it; `None` where there are none.
    pub states: Option<[State; 2]>,
    /// What happened, in words.
    pub notes: Vec<String>,
}

/// Collects the steps of one conversation.
#[derive(Debug)]
pub struct Steps {
    conversation: ConvId,
    limit: usize,
    /// The steps.
    pub steps: Vec<Step>,
    /// Steps beyond the limit.
    pub left_out: u64,
    pending: Vec<String>,
    isn: [Option<u32>; 2],
}

impl Steps {
    /// At most `limit` steps of that conversation.
    #[must_use]
    pub fn new(conversation: ConvId, limit: usize) -> Steps {
        Steps { conversation, limit, steps: Vec::new(), left_out: 0, pending: Vec::new(), isn: [None; 2] }
    }

    fn segment(&mut self, event: &Event<'_>, segment: &Segment) {
        let notes = std::mem::take(&mut self.pending);
        if self.steps.len() >= self.limit && notes.is_empty() {
            self.left_out += 1;
            return;
        }
        let from = event.from;
        self.isn[from.index()].get_or_insert(segment.seq.0);
        let what = describe(segment, self.isn, from);
        self.steps.push(Step { at: event.at, from, what, states: Some(segment.states), notes });
    }
}

impl Sink for Steps {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        if conversation.id() != self.conversation {
            return;
        }
        match event.what {
            What::Segment(segment) => self.segment(event, segment),
            What::Datagram { len } => {
                let notes = std::mem::take(&mut self.pending);
                if self.steps.len() < self.limit || !notes.is_empty() {
                    let what = format!("{} bytes", thousands(u64::from(len)));
                    self.steps.push(Step { at: event.at, from: event.from, what, states: None, notes });
                } else {
                    self.left_out += 1;
                }
            }
            _ => {
                if let Some(note) = note(&event.what) {
                    self.pending.push(note);
                }
            }
        }
    }
}

fn describe(segment: &Segment, isn: [Option<u32>; 2], from: Dir) -> String {
    let names = [
        (Flags::SYN, "SYN"),
        (Flags::FIN, "FIN"),
        (Flags::RST, "RST"),
        (Flags::PSH, "PSH"),
        (Flags::URG, "URG"),
        (Flags::ACK, "ACK"),
        (Flags::ECE, "ECE"),
        (Flags::CWR, "CWR"),
    ];
    let flags: Vec<&str> = names.iter().filter(|(bit, _)| segment.flags.has(*bit)).map(|(_, name)| *name).collect();
    let relative = |n: u32, of: Dir| n.wrapping_sub(isn[of.index()].unwrap_or(0));
    let mut text = flags.join(" ");
    text.push_str(&format!(" seq {}", relative(segment.seq.0, from)));
    if segment.flags.has(Flags::ACK) {
        text.push_str(&format!(" ack {}", relative(segment.ack.0, from.flip())));
    }
    if segment.len > 0 {
        text.push_str(&format!(" len {}", segment.len));
    }
    text.push_str(&format!(" win {}", segment.window));
    if let Some(mss) = segment.mss {
        text.push_str(&format!(" mss {mss}"));
    }
    if segment.sack_blocks > 0 {
        text.push_str(&format!(" sack ×{}", segment.sack_blocks));
    }
    text
}

/// What an event says in the margin; states are shown beside the step and need no note.
fn note(what: &What<'_>) -> Option<String> {
    Some(match what {
        What::Retransmit { cause, of, after_ns, .. } => {
            let of = of.map_or_else(|| "a segment this capture never saw".to_owned(), |a| format!("frame {}", a.frame));
            format!("sent again ({}): {of}, {} later", cause.name(), duration(ms(*after_ns)))
        }
        What::Spurious { of, proof } => format!("the copy in frame {} was needless ({})", of.frame, proof.name()),
        What::OutOfOrder { late_ns, overtaken_by, .. } => {
            format!("out of order: {} late, overtaken by {overtaken_by}", duration(ms(*late_ns)))
        }
        What::Duplicate { .. } => "a copy that the network or the capture made".to_owned(),
        What::DuplicateAck { count: count @ (1 | 3), .. } => format!("duplicate ACK {count}"),
        What::Dsack { .. } => "DSACK: the receiver got these bytes twice".to_owned(),
        What::Gap { len, .. } => format!("{len} bytes are missing from the capture"),
        What::AckedUnseen { len } => format!("acknowledges {len} bytes that the capture never saw"),
        What::ZeroWindow => "window closed: the receiver's buffer is full".to_owned(),
        What::WindowOpened { ns } => format!("window open again after {}", duration(ms(*ns))),
        What::WindowProbe => "zero-window probe".to_owned(),
        What::WindowFull => "the peer's window is full now".to_owned(),
        What::KeepAlive => "keep-alive probe".to_owned(),
        What::KeepAliveAck => "answer to the keep-alive".to_owned(),
        What::ChallengeAck { of } => format!("challenge ACK to frame {}", of.frame),
        What::NagleStall { ns, .. } => format!("waited {} for a delayed ACK (Nagle)", duration(ms(*ns))),
        What::HolStall { bytes, since } => {
            format!("{bytes} bytes had waited behind a hole since frame {}", since.frame)
        }
        What::Urgent { .. } => "urgent data".to_owned(),
        What::Icmp(error) => format!("ICMP error from {} (type {}, code {})", error.from, error.kind, error.code),
        What::Phase { name, encrypted, .. } => phase(name, *encrypted),
        What::Dns(exchange) => exchange.brief(),
        _ => return None,
    })
}

/// `server hello`, `certificate (encrypted)`, `QUIC handshake (encrypted)`.
fn phase(name: &str, encrypted: bool) -> String {
    let text = name.replace("quic_", "QUIC ").replace('_', " ");
    if encrypted && !text.starts_with("encrypted") { format!("{text} (encrypted)") } else { text }
}

/// Finds the conversation of one frame.
#[derive(Debug)]
pub struct FrameFinder {
    frame: u32,
    found: Option<ConvId>,
}

impl FrameFinder {
    /// Looks for that frame.
    #[must_use]
    pub fn new(frame: u32) -> FrameFinder {
        FrameFinder { frame, found: None }
    }

    /// The conversation, once found.
    #[must_use]
    pub fn found(&self) -> Option<ConvId> {
        self.found
    }
}

impl Sink for FrameFinder {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        if event.at.frame == self.frame && !matches!(event.what, What::Closed) {
            self.found.get_or_insert(conversation.id());
        }
    }
}

/// What `explain` shows of a conversation.
#[derive(Debug)]
pub struct Story {
    /// The initiator.
    pub client: String,
    /// The other side.
    pub server: String,
    /// The steps.
    pub steps: Vec<Step>,
    /// Steps left out.
    pub left_out: u64,
    /// What the conversation shows, worst first.
    pub findings: Vec<FindingReport>,
}

/// Width of the ladder's columns: time, frame, arrow and segment.
const LADDER: usize = 62;

/// Writes the ladder, then what it shows, with the interviewer's questions and this capture's answers.
///
/// # Errors
/// Those of `out`.
pub fn write(story: &Story, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} → {}", clean(&story.client), clean(&story.server));
    writeln!(out, "{}\n", style.heading(&title))?;
    let start = story.steps.first().map(|s| s.at.ts).unwrap_or_default();
    let mut states = None;
    for step in &story.steps {
        let time = format!("{:>11}", format!("{:.6}", step.at.ts.ms_since(start) / 1000.0));
        let arrow = if step.from == Dir::Client { "→" } else { "←" };
        let left = format!("{time} {:>6} {arrow} {}", step.at.frame, step.what);
        let changed = step.states != states;
        states = step.states;
        let right = match step.states.filter(|_| changed) {
            Some([a, b]) => format!("{} | {}", a.name(), b.name()),
            None => String::new(),
        };
        let padded = format!("{left:<LADDER$}");
        writeln!(out, "{}", format!("{padded} {}", style.heading(&right)).trim_end())?;
        for note in &step.notes {
            let mark = style.dim("· ");
            out.write_all(style.wrap(&format!("{:22}{mark}", ""), 24, 24, &clean(note)).as_bytes())?;
        }
    }
    if story.left_out > 0 {
        writeln!(
            out,
            "{}",
            style.dim(&format!("{} further steps without a note: --steps N", thousands(story.left_out)))
        )?;
    }
    writeln!(out, "\n{}", style.heading("What it shows"))?;
    for f in &story.findings {
        let tag = style.severity(f.level, &format!("{:<5}", f.severity));
        let sure = f.confidence.map_or_else(String::new, |c| format!(" [inferred, {:.0} %]", c * 100.0));
        writeln!(out, "{tag} {} · {}", style.heading(f.title), style.link(&format!("§{}", f.section), f.guide))?;
        out.write_all(style.wrap("      ", 6, 6, &format!("{}{sure}", clean(&f.summary))).as_bytes())?;
        out.write_all(style.wrap(&format!("      {}", style.dim("Q ")), 8, 8, f.question).as_bytes())?;
        out.write_all(style.wrap(&format!("      {}", style.dim("A ")), 8, 8, &clean(&f.answer)).as_bytes())?;
    }
    Ok(())
}
