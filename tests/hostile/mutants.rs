//! One damaged capture through the whole analysis, and what must hold of the answer.

use std::io::{self, Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use wiregloss::report::ss::{self, Counts, Dump, Lookout, Select};
use wiregloss::report::{EventWriter, Page, Report, Style, write_json, write_terminal};
use wiregloss::source::Capture;
use wiregloss::track::{Options, Tracker};
use wiregloss::{Settings, analyze, events, snapshots};

use crate::fixtures;

/// No capture of a fixture's size takes as long, on the slowest machine, in a debug build; a hang does.
const TOO_LONG: Duration = Duration::from_secs(20);

/// A small generator of numbers, the same on every run (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() % n as u64) as usize
    }
}

/// Analyses `bytes` and checks what must hold; a capture that breaks something is kept for a second look.
pub fn check(what: &str, bytes: &[u8], thorough: bool) {
    let begun = Instant::now();
    let fine = catch_unwind(AssertUnwindSafe(|| analysed(bytes, thorough)));
    if let Err(panic) = fine {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("broken.pcap");
        let _best_effort = std::fs::write(&kept, bytes);
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default();
        panic!("{what}: {text}; kept as {}", kept.display());
    }
    assert!(begun.elapsed() < TOO_LONG, "{what}: took {:?}", begun.elapsed());
}

fn open(bytes: &[u8]) -> Option<Capture> {
    match Capture::from_reader(Path::new("mutant"), Cursor::new(bytes.to_vec())) {
        Ok(capture) => Some(capture),
        Err(refused) => {
            assert_eq!(refused.to_string().lines().count(), 1, "{refused}");
            None
        }
    }
}

fn analysed(bytes: &[u8], thorough: bool) {
    let Some(mut capture) = open(bytes) else { return };
    let settings = Settings { series: thorough, ..Settings::default() };
    let report = analyze(&mut capture, &settings, &mut |_| {}).expect("bytes in memory can be read to their end");
    assert_eq!(report.capture.packets, capture.info().packets, "every packet read is counted");
    if let Some(walk) = fixtures::walk(bytes) {
        let told = |part: &str| report.capture.file_problems.keys().any(|problem| problem.contains(part));
        assert_eq!(report.capture.packets, walk.records.len() as u64, "packets of {walk:?}");
        assert_eq!(told("ends inside a record"), walk.cut, "what is missing is told");
        assert_eq!(told("impossible record length"), walk.impossible, "what cannot be read is told");
    }
    counts_add_up(&report);
    if thorough {
        can_be_shown(&report);
        told_as_events(bytes);
        listed_as_sockets(bytes);
    }
}

/// Sockets at instants within, between and beyond the packets.
fn listed_as_sockets(bytes: &[u8]) {
    let Some(mut capture) = open(bytes) else { return };
    let instants = [0, 1_000_000, 500_000_000, 60_000_000_000, i64::MAX].map(wiregloss::Instant::Since);
    let (mut lookout, mut dumps, mut counts) = (Lookout::default(), Vec::new(), Counts::default());
    let mut look = |tracker: &Tracker, lookout: &Lookout, moment| {
        dumps.push(Dump::take(tracker, lookout, moment, &Select::default()));
        counts.take(tracker, lookout, moment, &Select::default());
    };
    let reached = snapshots(&mut capture, &Options::default(), &instants, &mut lookout, &mut |_| {}, &mut look);
    assert_eq!(reached.expect("bytes in memory can be read to their end"), instants.len());
    counts.complete(&lookout, &Select::default());
    for (dump, row) in dumps.iter_mut().zip(&counts.rows) {
        dump.complete(&lookout, &Select::default());
        assert_eq!(dump.sockets.len() as u64, row.states.values().sum::<u64>(), "the list and the counts agree");
        let style = Style { color: false, width: 80, guide_url: None, links: false };
        ss::write(dump, true, &style, &mut io::sink()).expect("nothing fails in a sink");
    }
}

/// What can be recounted from the report itself.
fn counts_add_up(report: &Report) {
    let packets = report.capture.packets;
    let listed: u64 =
        report.conversations.iter().map(|c| u64::from(c.packets.client) + u64::from(c.packets.server)).sum();
    assert!(listed <= packets, "{listed} packets in conversations of {packets}");
    assert_eq!(report.conversations.len() as u64, report.capture.conversations, "all are listed below the bound");
    assert!(report.capture.undecoded.count <= packets);
    assert_eq!(report.capture.undecoded.count, report.capture.undecoded.reasons.values().sum::<u64>());
    for finding in &report.findings {
        assert!(finding.count > 0, "{} was found not once", finding.concept);
        assert!(!finding.summary.is_empty(), "{} says nothing", finding.concept);
        for evidence in [&finding.first, &finding.worst] {
            // Frame numbers also count blocks that are no packets.
            let beyond = evidence.frames.iter().find(|frame| **frame == 0);
            assert_eq!(beyond, None, "{} points at a frame that is not there", finding.concept);
        }
    }
}

/// Both renderers, and that what they give is valid and safe.
fn can_be_shown(report: &Report) {
    let mut json = Vec::new();
    write_json(report, &mut json).expect("memory can be written");
    serde_json::from_slice::<serde_json::Value>(&json).expect("valid JSON");
    for (color, rows) in [(false, Some(1000)), (true, None)] {
        let style = Style { color, width: 80, guide_url: None, links: color };
        let mut text = Vec::new();
        write_terminal(report, &style, Page { rows, in_full: rows.is_some() }, &mut text)
            .expect("memory can be written");
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(color || !text.contains(|c: char| c.is_control() && c != '\n'), "a control character gets through");
    }
}

/// The event stream: valid lines in frame order.
fn told_as_events(bytes: &[u8]) {
    let Some(mut capture) = open(bytes) else { return };
    let (mut lines, mut latest) = (Lines::default(), 0);
    let mut writer = EventWriter::new(&mut lines, None, true);
    events(&mut capture, &Settings::default(), &mut writer, &mut |_| {}).expect("bytes in memory can be read");
    writer.finish().expect("memory can be written");
    for line in lines.0.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
        let event: serde_json::Value = serde_json::from_slice(line).expect("a JSON object a line");
        let frame = event["frame"].as_u64().expect("a frame");
        assert!(frame >= latest, "frame {frame} after {latest}");
        latest = frame;
    }
}

#[derive(Default)]
struct Lines(Vec<u8>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
