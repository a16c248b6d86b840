//! The main job: a capture in, a report out.

use std::io::Write;

use arrayvec::ArrayVec;

use crate::concepts::{Concept, Evidence, Subject};
use crate::decode::{Packet, decode_into};
use crate::detect::{Engine, Rules};
use crate::report::{Collector, EventWriter, Filter, Interest, Listing, Narrowed, Report, Which};
use crate::source::{Batch, Capture, CaptureInfo, SourceError};
use crate::track::{BATCH, Conversation, Event, Options, Sink, Tracker, What};

/// How to analyse.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds, 2×MSL, what to trace.
    pub track: Options,
    /// What is wanted of the capture.
    pub filter: Filter,
    /// List only so many conversations, the most telling ones; `None`: all, up to the bounds.
    pub page: Option<usize>,
    /// Keep time series.
    pub series: bool,
}

/// Reads a capture to its end and reports on it; `watch` is called after every batch, for progress.
///
/// # Errors
/// When the input cannot be read on. What was wrong with readable files is in the report.
pub fn analyze(
    capture: &mut Capture,
    settings: &Settings,
    watch: &mut dyn FnMut(&CaptureInfo),
) -> Result<Report, SourceError> {
    let limits = &settings.track.limits;
    let all =
        Listing::All { conversations: limits.report_conversations, dns: limits.report_dns, bytes: limits.report_bytes };
    let collector = Collector::new(settings.page.map_or(all, Listing::Page), settings.series);
    let reporter = Reporter { engine: Engine::new(Rules::all(), limits.findings_per_concept), collector };
    let mut narrowed = Narrowed::new(&settings.filter.which, reporter);
    let mut options = settings.track.clone();
    if !settings.series {
        options.limits.series_points = 0;
    }
    let tracker = track(capture, &options, &mut narrowed, watch, |_| true)?;
    let Reporter { engine, collector } = narrowed.sink;
    let overview = tracker.overview(capture.info());
    let mut findings = engine.finish(&overview);
    findings.retain(|finding| settings.filter.wants(finding, &overview));
    Ok(collector.finish(&overview, &findings))
}

/// Reads a capture to its end and writes its events as they come.
///
/// # Errors
/// When the input cannot be read on; errors of the output are kept in `writer`.
pub fn events<W: Write>(
    capture: &mut Capture,
    settings: &Settings,
    writer: &mut EventWriter<W>,
    watch: &mut dyn FnMut(&CaptureInfo),
) -> Result<(), SourceError> {
    let which = &settings.filter.which;
    let mut narrowed = Narrowed::new(which, Teller { rules: Rules::all(), writer });
    let tracker = track(capture, &settings.track, &mut narrowed, watch, |narrowed| !narrowed.sink.writer.failed())?;
    narrowed.sink.finish(&tracker.overview(capture.info()), which);
    Ok(())
}

/// Reads a capture to its end into any sink; stops early when `go_on` says so.
///
/// # Errors
/// When the input cannot be read on.
pub fn track<S: Sink>(
    capture: &mut Capture,
    options: &Options,
    sink: &mut S,
    watch: &mut dyn FnMut(&CaptureInfo),
    go_on: impl Fn(&S) -> bool,
) -> Result<Tracker, SourceError> {
    let mut tracker = Tracker::new(options.clone());
    while let Some(batch) = capture.next_batch()? {
        take(&batch, &mut tracker, sink);
        watch(capture.info());
        if !go_on(sink) {
            break;
        }
    }
    tracker.finish(sink);
    Ok(tracker)
}

fn take(batch: &Batch<'_>, tracker: &mut Tracker, sink: &mut impl Sink) {
    let mut packets = ArrayVec::<Packet<'_>, BATCH>::new();
    for record in batch.iter().take(BATCH) {
        packets.push(Packet::empty(record.at, record.wire_len, 0, record.link));
        if let Some(packet) = packets.last_mut() {
            decode_into(&record, packet);
        }
    }
    tracker.batch(&packets, sink);
}

/// Events to the rules, and what is over to the report.
struct Reporter {
    engine: Engine,
    collector: Collector,
}

impl Sink for Reporter {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        self.engine.event(event, conversation);
        match event.what {
            What::Closed => {
                let told = self.engine.take_told(conversation.id()).map(|told| (told.worst, told.times));
                self.collector.conversation(conversation, Interest::of(conversation, told));
            }
            What::Dns(exchange) => self.collector.dns(exchange),
            _ => {}
        }
    }
}

/// Events to the writer, and after each the concepts that it made fire.
struct Teller<'a, W: Write> {
    rules: Rules,
    writer: &'a mut EventWriter<W>,
}

impl<W: Write> Sink for Teller<'_, W> {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        let Teller { rules, writer } = self;
        writer.event(event, conversation);
        if writer.wants_findings() {
            let tell = |concept: &Concept, evidence: Evidence| {
                writer.finding(concept, &concept.complete(event, conversation, evidence), Some(event));
            };
            rules.event(event, conversation, tell);
        }
    }
}

impl<W: Write> Teller<'_, W> {
    fn finish(self, overview: &crate::track::Overview<'_>, which: &Which) {
        if self.writer.wants_findings() {
            self.rules.capture(overview, |concept, evidence| {
                if which.wants_subject(evidence.subject.unwrap_or(Subject::Capture), overview) {
                    self.writer.finding(concept, &evidence, None);
                }
            });
        }
    }
}
