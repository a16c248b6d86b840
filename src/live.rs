//! An analysis that goes on: packets in as they come, a report whenever one is wanted.

use crate::analysis::{Settings, take};
use crate::concepts::Severity;
use crate::detect::{Engine, Rules, Words};
use crate::report::{Collector, Interest, Listing, Narrowed, Report};
use crate::source::{Batch, CaptureInfo};
use crate::track::{Conversation, Event, Kind, Sink, Tracker, What};

/// A capture's analysis, as far as it has come.
#[derive(Debug, Clone)]
pub struct Live<'a> {
    settings: &'a Settings,
    tracker: Tracker,
    narrowed: Narrowed<'a, Reporter>,
}

impl<'a> Live<'a> {
    /// Nothing yet.
    #[must_use]
    pub fn new(settings: &'a Settings) -> Live<'a> {
        let limits = &settings.track.limits;
        let all = Listing::All {
            conversations: limits.report_conversations,
            dns: limits.report_dns,
            bytes: limits.report_bytes,
        };
        let page = |conversations| Listing::Page { conversations, told: settings.told.unwrap_or(usize::MAX) };
        let collector = Collector::new(settings.page.map_or(all, page), settings.series);
        let words = if settings.page.and(settings.told) == Some(1) { Words::Worst } else { Words::All };
        let engine = Engine::new(Rules::all(), limits.findings_per_concept).with(words);
        let reporter = Reporter { engine, collector };
        let narrowed = Narrowed::new(&settings.filter.which, reporter);
        let mut options = settings.track.clone();
        if !settings.series {
            options.limits.series_points = 0;
        }
        Live { settings, tracker: Tracker::new(options), narrowed }
    }

    /// Takes the next packets.
    pub fn take(&mut self, batch: &Batch<'_>) {
        take(batch, &mut self.tracker, &mut self.narrowed);
    }

    /// The report that there would be if the capture ended now; it goes on unchanged. A copy of all state is brought to
    /// its end for it: that takes as much memory again, and time in proportion.
    #[must_use]
    pub fn now(&self, info: &CaptureInfo) -> Report {
        self.clone().end(info)
    }

    /// The capture is over: the whole report.
    #[must_use]
    pub fn end(mut self, info: &CaptureInfo) -> Report {
        self.tracker.finish(&mut self.narrowed);
        let Reporter { engine, collector } = self.narrowed.sink;
        let overview = self.tracker.overview(info);
        let mut findings = engine.finish(&overview);
        findings.retain(|finding| self.settings.filter.wants(finding, &overview));
        collector.finish(&overview, findings)
    }
}

/// Events to the rules, and what is over to the report.
#[derive(Debug, Clone)]
struct Reporter {
    engine: Engine,
    collector: Collector,
}

impl Sink for Reporter {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        let told = self.engine.event(event, conversation);
        match event.what {
            What::Closed => {
                let told = told.map(|told| (told.worst, told.times));
                self.collector.conversation(conversation, Interest::of(conversation, told));
            }
            What::Dns(exchange) => self.collector.dns(exchange),
            _ => {}
        }
    }

    fn needs_all(&self, attempt: &Conversation) -> bool {
        // It is refused or gets no answer: that is all that can be told of it.
        self.collector.would_list(Interest::of(attempt, Some((Severity::Bad, 1))))
    }

    #[inline]
    fn wants(&self, kind: Kind) -> bool {
        self.engine.wants(kind) || matches!(kind, Kind::Closed | Kind::Dns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Capture;

    /// The reports of a fixture's batches: after each one, as `report` gives them.
    fn reports(fixture: &str, mut report: impl FnMut(Option<&Batch<'_>>, &CaptureInfo)) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
        let mut capture = Capture::open(&[path]).expect("a fixture");
        loop {
            let info = capture.info().clone();
            let batch = capture.next_batch().expect("a readable fixture");
            report(batch.as_ref(), &info);
            if batch.is_none() {
                return;
            }
        }
    }

    fn json(report: &Report) -> serde_json::Value {
        serde_json::to_value(report).expect("a report is JSON")
    }

    #[test]
    fn a_look_shows_what_would_be_told_if_the_capture_ended_there_and_changes_nothing() {
        let settings = Settings::default();
        for fixture in ["tcp/syn-flood.pcap", "cc/blackhole.pcap", "tls/mixed.pcap", "dns/tunnel.pcap"] {
            let (mut watched, mut batches) = (Live::new(&settings), 0);
            reports(fixture, |batch, info| {
                let mut until_here = Live::new(&settings);
                let mut left = batches;
                reports(fixture, |batch, _| {
                    if let Some(batch) = batch.filter(|_| left > 0) {
                        until_here.take(batch);
                        left -= 1;
                    }
                });
                assert_eq!(json(&watched.now(info)), json(&until_here.end(info)), "{fixture} after {batches} batches");
                if let Some(batch) = batch {
                    watched.take(batch);
                    batches += 1;
                }
            });
            assert!(batches > 2, "{fixture}: {batches} batches");
        }
    }

    #[test]
    fn what_a_page_tells_is_what_is_told_where_everything_is() {
        let mut all = Settings { page: Some(8), ..Settings::default() };
        all.track.limits.findings_per_concept = 2;
        let one = Settings { told: Some(1), ..all.clone() };
        for fixture in ["tcp/syn-flood.pcap", "cc/blackhole.pcap", "tls/mixed.pcap", "dns/negative.pcap"] {
            let findings = |settings| {
                let mut live = Live::new(settings);
                let mut found = Vec::new();
                reports(fixture, |batch, info| match batch {
                    Some(batch) => live.take(batch),
                    None => found = live.now(info).findings,
                });
                found.dedup_by_key(|f| f.concept);
                found.iter().map(|f| serde_json::to_value(f).expect("JSON")).collect::<Vec<_>>()
            };
            assert_eq!(findings(&one), findings(&all), "{fixture}");
        }
    }

    #[test]
    fn attempts_told_in_small_say_what_they_say_with_all_facts() {
        let in_small = Settings { page: Some(0), ..Settings::default() };
        for fixture in ["tcp/syn-flood.pcap", "tcp/port-scan.pcap", "tcp/refused.pcap"] {
            let findings = |settings| {
                let mut live = Live::new(settings);
                let mut found = serde_json::Value::Null;
                reports(fixture, |batch, info| match batch {
                    Some(batch) => live.take(batch),
                    None => found = json(&live.now(info))["findings"].take(),
                });
                found
            };
            assert_eq!(findings(&in_small), findings(&Settings::default()), "{fixture}");
        }
    }
}
