//! The main job: a capture in, a report out.

use std::io::Write;

use arrayvec::ArrayVec;

use crate::concepts::{Evidence, Subject};
use crate::decode::{Packet, decode_onto};
use crate::detect::{Entry, Rules};
use crate::live::Live;
use crate::report::{EventWriter, Filter, Narrowed, Report, Which};
use crate::source::{BATCH, Batch, Capture, CaptureInfo, SourceError};
use crate::track::{Conversation, Event, Options, Sink, Tracker};

/// How to analyse.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds, 2×MSL, what to trace.
    pub track: Options,
    /// What is wanted of the capture.
    pub filter: Filter,
    /// List only so many conversations, the most telling ones; `None`: all, up to the bounds.
    pub page: Option<usize>,
    /// Of each concept, tell only so many findings in words where only a page is wanted; `None`: all.
    pub told: Option<usize>,
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
    let mut live = Live::new(settings);
    while let Some(batch) = capture.next_batch()? {
        live.take(&batch);
        watch(capture.info());
    }
    Ok(live.end(capture.info()))
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

/// Decodes a batch and has it tracked.
pub(crate) fn take(batch: &Batch<'_>, tracker: &mut Tracker, sink: &mut impl Sink) {
    let mut packets = ArrayVec::<Packet<'_>, BATCH>::new();
    for record in batch.iter() {
        decode_onto(&record, &mut packets);
    }
    tracker.batch(&packets, sink);
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
            let tell = |Entry { concept, .. }: Entry, evidence: &mut Evidence| {
                writer.finding(concept, &concept.complete(event, conversation, evidence.take()), Some(event));
            };
            rules.event(event, conversation, tell);
        }
    }
}

impl<W: Write> Teller<'_, W> {
    fn finish(self, overview: &crate::track::Overview<'_>, which: &Which) {
        if self.writer.wants_findings() {
            self.rules.capture(overview, |Entry { concept, .. }, evidence| {
                let subject = evidence.subject.unwrap_or(Subject::Capture);
                if which.wants_subject(subject, subject.ends(overview.conversations)) {
                    self.writer.finding(concept, &concept.complete_overall(overview, evidence.take()), None);
                }
            });
        }
    }
}
