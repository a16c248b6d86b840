//! `explain`: a ladder of the steps, then what the conversation shows, with the interviewer's questions and the answers
//! that this capture gives.

use std::io::{self, Write};

use super::model::{ConversationReport, FindingReport};
use super::steps::{PacketStep, Step, Told};
use super::style::{Style, clean, columns, counted, frames, glued, thousands};
use crate::concepts::text::{bytes, duration};
use crate::track::{At, Dir, Timestamp};

/// What `explain` shows of a conversation.
#[derive(Debug)]
pub struct Story<'a> {
    /// The conversation.
    pub conversation: &'a ConversationReport,
    /// Its steps.
    pub told: Told,
    /// What it shows, worst first.
    pub findings: Vec<FindingReport>,
}

/// Columns of the ladder: time, frame, arrow and segment; the states stand behind them.
const LADDER: usize = 62;
/// The column of notes.
const MARGIN: usize = 22;
/// Columns of the widest pair of states.
const STATES: usize = 28;
/// Frames named with a finding.
const FRAMES: usize = 4;

/// Writes the story.
///
/// # Errors
/// Those of `out`.
pub fn write(story: &Story<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    title(story.conversation, style, out)?;
    let start = match story.told.first.first() {
        Some(Step::Packet(packet)) => packet.at.ts,
        Some(Step::Aside { at, .. } | Step::Stretch { last: at, .. }) => at.ts,
        None => Timestamp::default(),
    };
    let ladder = Ladder { start, style };
    ladder.header(story.conversation, out)?;
    for step in &story.told.first {
        ladder.step(step, out)?;
    }
    if story.told.left_out > 0 {
        let line = format!("… {} more here: --steps N", counted(story.told.left_out, "step"));
        writeln!(out, "{:MARGIN$}{}", "", style.dim(&line))?;
    }
    if let Some(step) = &story.told.among {
        ladder.step(step, out)?;
        writeln!(out, "{:MARGIN$}{}", "", style.dim("… among those left out"))?;
    }
    for step in &story.told.last {
        ladder.step(step, out)?;
    }
    writeln!(out, "\n{}", style.heading("What it shows"))?;
    for f in &story.findings {
        finding(f, style, out)?;
    }
    Ok(())
}

fn title(c: &ConversationReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let ends = format!("{} → {}", clean(&c.client.to_string()), clean(&c.server.to_string()));
    writeln!(out, "{}", style.heading(style.wrap("", 0, 2, &ends).trim_end()))?;
    let packets = u64::from(c.packets.client) + u64::from(c.packets.server);
    let mut parts = vec![
        format!("conversation {}", c.id),
        c.app.unwrap_or(c.protocol.as_str()).to_owned(),
        counted(packets, "packet"),
        match c.first_frame == c.last_frame {
            true => format!("frame {}", c.first_frame),
            false => format!("frames {} to {}", c.first_frame, c.last_frame),
        },
        format!("{} sent, {} received", bytes(c.payload_bytes.client), bytes(c.payload_bytes.server)),
        duration(crate::track::ms(c.last_ns.saturating_sub(c.first_ns))),
    ];
    if let Some(resolved) = &c.resolved {
        parts.insert(2, format!("{} by the lookup in frame {}", clean(&resolved.name), resolved.frame));
    }
    if let Some(name) = c.tls.as_ref().and_then(|tls| tls.server_name()) {
        parts.insert(2, clean(name));
    }
    let parts: Vec<String> = parts.iter().map(|p| glued(p)).collect();
    writeln!(out, "{}", style.wrap("", 0, 2, &parts.join(" ·\u{a0}")))
}

/// How a step is written.
struct Ladder<'a> {
    start: Timestamp,
    style: &'a Style,
}

impl Ladder<'_> {
    fn header(&self, c: &ConversationReport, out: &mut dyn Write) -> io::Result<()> {
        let left = format!("{:>11} {:>6}   → client, ← server", "seconds", "frame");
        let right = if c.tcp.is_some() { "client | server" } else { "" };
        let line = if self.is_wide() { format!("{left:<LADDER$} {right}") } else { left };
        writeln!(out, "{}", self.style.dim(line.trim_end()))
    }

    /// Whether the states have room beside the segments.
    fn is_wide(&self) -> bool {
        self.style.width > LADDER + STATES
    }

    fn time(&self, at: At) -> String {
        format!("{:>11}", format!("{:.6}", at.ts.ms_since(self.start) / 1000.0))
    }

    fn step(&self, step: &Step, out: &mut dyn Write) -> io::Result<()> {
        match step {
            Step::Packet(packet) => self.packet(packet, out),
            Step::Aside { at, notes } => {
                writeln!(out, "{} {:>6}", self.time(*at), at.frame)?;
                self.notes(notes, out)
            }
            Step::Stretch { first, packets, .. } if packets[0] + packets[1] == 1 => self.packet(first, out),
            Step::Stretch { last, packets, bytes: sent, .. } => {
                let side = |dir: Dir, arrow: &str| match (packets[dir.index()], sent[dir.index()]) {
                    (0, _) => None,
                    (n, 0) => Some(format!("{arrow} {}", counted(n, "packet"))),
                    (n, b) => Some(format!("{arrow} {}, {}", counted(n, "packet"), bytes(b))),
                };
                let both: Vec<String> =
                    [side(Dir::Client, "→"), side(Dir::Server, "←")].into_iter().flatten().collect();
                let line = format!("{} {:>6} … {}", self.time(*last), last.frame, both.join("; "));
                writeln!(out, "{}", self.style.dim(&line))
            }
        }
    }

    fn packet(&self, packet: &PacketStep, out: &mut dyn Write) -> io::Result<()> {
        let arrow = if packet.from == Dir::Client { "→" } else { "←" };
        let left = format!("{} {:>6} {arrow} {}", self.time(packet.at), packet.at.frame, packet.what);
        let states = packet.states.map(|states| states.map(|s| s.map_or("–", |s| s.name())).join(" | "));
        match states {
            Some(states) if self.is_wide() => {
                let pad = LADDER.saturating_sub(columns(&left)) + 1;
                writeln!(out, "{left}{:pad$}{}", "", self.style.heading(&states))?;
            }
            Some(states) => {
                writeln!(out, "{left}")?;
                writeln!(out, "{:MARGIN$}{}", "", self.style.heading(&states))?;
            }
            None => writeln!(out, "{left}")?,
        }
        self.notes(&packet.notes, out)?;
        if !packet.concepts.is_empty() {
            let first = format!("{:MARGIN$}» ", "");
            let text = self.style.wrap(&first, MARGIN + 2, MARGIN + 2, &packet.concepts.join(", "));
            out.write_all(self.style.dim(text.trim_end()).as_bytes())?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn notes(&self, notes: &[String], out: &mut dyn Write) -> io::Result<()> {
        for note in notes {
            let mark = self.style.dim("· ");
            let text = self.style.wrap(&format!("{:MARGIN$}{mark}", ""), MARGIN + 2, MARGIN + 2, &clean(note));
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }
}

fn finding(f: &FindingReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let tag = style.severity(f.level, &format!("{:<5}", f.severity));
    let count = if f.count > 1 { format!(" {}×", thousands(f.count)) } else { String::new() };
    let section = style.link(&format!("§{}", f.section), f.guide);
    writeln!(out, "{tag} {}{count} · {} · {section}", style.heading(f.title), style.dim(f.concept))?;
    let sure = f.confidence.map_or_else(String::new, |c| format!(" [inferred, {:.0} %]", c * 100.0));
    let at = match frames(&f.worst.frames, FRAMES) {
        at if at.is_empty() => at,
        at => format!(" ({at})"),
    };
    out.write_all(style.wrap("      ", 6, 6, &format!("{}{sure}{at}", clean(&f.summary))).as_bytes())?;
    out.write_all(style.wrap(&format!("      {}", style.dim("Q ")), 8, 8, f.question).as_bytes())?;
    out.write_all(style.wrap(&format!("      {}", style.dim("A ")), 8, 8, &clean(&f.answer)).as_bytes())
}
