//! The main job: a capture in, a report out.

use arrayvec::ArrayVec;

use crate::concepts::Finding;
use crate::decode::{Packet, decode};
use crate::detect::Engine;
use crate::report::{Collector, EventWriter, Report};
use crate::source::{Batch, Capture, CaptureInfo, SourceError};
use crate::track::{BATCH, Options, Sink, Tracker};

/// How to analyse.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Bounds, 2×MSL, what to trace.
    pub track: Options,
    /// Keep time series.
    pub series: bool,
}

/// What an analysis gives: the model for the renderers, and the findings it was made from.
#[derive(Debug)]
pub struct Analysis {
    /// The owned model.
    pub report: Report,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// Reads a capture to its end and reports on it; `watch` is called after every batch, for progress.
///
/// # Errors
/// When the input cannot be read on. What was wrong with readable files is in the report.
pub fn analyze(
    capture: &mut Capture,
    settings: &Settings,
    watch: &mut dyn FnMut(&CaptureInfo),
) -> Result<Analysis, SourceError> {
    let limits = &settings.track.limits;
    let mut engine = Engine::new(limits.findings_per_concept);
    let mut collector = Collector::new(limits.report_conversations, limits.report_dns, settings.series);
    let tracker = track(capture, settings, &mut (&mut engine, &mut collector), watch, |_| true)?;
    let overview = tracker.overview(capture.info());
    let findings = engine.finish(&overview);
    let report = collector.finish(&overview, &findings);
    Ok(Analysis { report, findings })
}

/// Reads a capture to its end and writes its events as they come.
///
/// # Errors
/// When the input cannot be read on; errors of the output are kept in `writer`.
pub fn events<W: std::io::Write>(
    capture: &mut Capture,
    settings: &Settings,
    writer: &mut EventWriter<W>,
    watch: &mut dyn FnMut(&CaptureInfo),
) -> Result<(), SourceError> {
    let engine = Engine::new(1);
    let mut sink = Both { engine, writer };
    let tracker = track(capture, settings, &mut sink, watch, |sink| !sink.writer.failed())?;
    sink.finish(&tracker.overview(capture.info()));
    Ok(())
}

/// Reads a capture to its end into any sink; stops early when `go_on` says so.
///
/// # Errors
/// When the input cannot be read on.
pub fn track<S: Sink>(
    capture: &mut Capture,
    settings: &Settings,
    sink: &mut S,
    watch: &mut dyn FnMut(&CaptureInfo),
    go_on: impl Fn(&S) -> bool,
) -> Result<Tracker, SourceError> {
    let mut tracker = Tracker::new(settings.track.clone());
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
    let packets: ArrayVec<Packet<'_>, BATCH> = batch.iter().take(BATCH).map(|record| decode(&record)).collect();
    tracker.batch(&packets, sink);
}

/// Events to the writer, and after each the concepts that it made fire.
struct Both<'a, W: std::io::Write> {
    engine: Engine,
    writer: &'a mut EventWriter<W>,
}

impl<W: std::io::Write> Sink for Both<'_, W> {
    fn event(&mut self, event: &crate::track::Event<'_>, conversation: &crate::track::Conversation) {
        self.writer.event(event, conversation);
        if self.writer.wants_findings() {
            self.engine.event(event, conversation);
            for (concept, id, frame) in self.engine.take_fired() {
                self.writer.finding(concept, Some(id), frame, event.at.ts.0);
            }
        }
    }
}

impl<W: std::io::Write> Both<'_, W> {
    fn finish(self, overview: &crate::track::Overview<'_>) {
        if !self.writer.wants_findings() {
            return;
        }
        let findings = self.engine.finish(overview);
        for f in findings.iter().filter(|f| f.subject == crate::concepts::Subject::Capture && f.folded_subjects == 0) {
            self.writer.finding(f.concept, None, f.first.at.frame, f.first.at.ts.0);
        }
    }
}
