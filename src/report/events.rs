//! The event stream: one JSON object a line, in frame order, in constant memory.

use std::io::{self, Write};

use serde::Serialize;

use super::event_details::Details;
use crate::concepts::{Concept, Evidence, Subject};
use crate::track::{At, Conversation, Event, Kind, Sink, What};

/// Writes events as they come; the first error stops the writing and is kept.
#[derive(Debug)]
pub struct EventWriter<W: Write> {
    out: W,
    /// Kinds wanted; `None` for all.
    wanted: Option<Vec<Kind>>,
    findings: bool,
    /// The latest packet that had an event, wanted or not.
    latest: At,
    error: Option<io::Error>,
}

/// What every line begins with.
#[derive(Serialize)]
struct Line<'a> {
    frame: u32,
    at_ns: i64,
    conversation: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    event: &'static str,
    #[serde(flatten)]
    details: Details<'a>,
}

impl<W: Write> EventWriter<W> {
    /// A writer of the kinds in `wanted` (all when `None`), and of findings if asked.
    #[must_use]
    pub fn new(out: W, wanted: Option<Vec<Kind>>, findings: bool) -> EventWriter<W> {
        EventWriter { out, wanted, findings, latest: At::default(), error: None }
    }

    /// Whether findings are wanted.
    #[must_use]
    pub fn wants_findings(&self) -> bool {
        self.findings
    }

    /// A concept fired, at an event or, without one, at the capture's end.
    pub fn finding(&mut self, concept: &Concept, evidence: &Evidence, event: Option<&Event<'_>>) {
        let subject = evidence.subject;
        let conversation = match (subject, event) {
            (Some(Subject::Conversation(id)), _) => Some(id.0),
            (None, Some(event)) => Some(event.conversation.0),
            _ => None,
        };
        let at = event.filter(|e| !matches!(e.what, What::Closed)).map_or(self.latest, |e| e.at);
        self.line(&Line {
            frame: at.frame,
            at_ns: at.ts.0,
            conversation,
            from: event.map(|e| e.from.name()),
            event: FINDING,
            details: Details::finding(concept, evidence),
        });
    }

    /// Flushes.
    ///
    /// # Errors
    /// The first error of the output, whenever it happened.
    pub fn finish(mut self) -> io::Result<()> {
        match self.error.take() {
            Some(error) => Err(error),
            None => self.out.flush(),
        }
    }

    /// Whether writing has failed, so that reading on is useless.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.error.is_some()
    }

    fn line(&mut self, line: &Line<'_>) {
        if self.error.is_some() {
            return;
        }
        let written = serde_json::to_writer(&mut self.out, line).map_err(io::Error::from);
        if let Err(error) = written.and_then(|()| self.out.write_all(b"\n")) {
            self.error = Some(error);
        }
    }
}

/// The name of the event that says that a concept fired.
pub const FINDING: &str = "finding";

impl<W: Write> Sink for EventWriter<W> {
    fn event(&mut self, event: &Event<'_>, _conversation: &Conversation) {
        // That a conversation is over is known later than at its last packet: the line comes where it is known.
        let closed = matches!(event.what, What::Closed);
        if event.at.frame > self.latest.frame {
            self.latest = event.at;
        }
        let at = if closed { self.latest } else { event.at };
        let kind = event.what.kind();
        if self.wanted.as_ref().is_some_and(|kinds| !kinds.contains(&kind)) {
            return;
        }
        self.line(&Line {
            frame: at.frame,
            at_ns: at.ts.0,
            conversation: Some(event.conversation.0),
            from: Some(event.from.name()).filter(|_| !closed),
            event: kind.name(),
            details: Details::of(event),
        });
    }
}
