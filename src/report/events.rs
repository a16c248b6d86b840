//! The event stream: one JSON object a line, in frame order, in constant memory.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::concepts::Concept;
use crate::track::{Basis, ConvId, Conversation, Event, Kind, Sink, What};

/// Writes events as they come; the first error stops the writing and is kept.
pub struct EventWriter<W: Write> {
    out: W,
    /// Kinds wanted; `None` for all but per-segment ones.
    wanted: Option<Vec<Kind>>,
    findings: bool,
    error: Option<io::Error>,
}

impl<W: Write> EventWriter<W> {
    /// A writer of the kinds in `wanted` (all when `None`), and of findings if asked.
    #[must_use]
    pub fn new(out: W, wanted: Option<Vec<Kind>>, findings: bool) -> EventWriter<W> {
        EventWriter { out, wanted, findings, error: None }
    }

    /// Whether findings are wanted.
    #[must_use]
    pub fn wants_findings(&self) -> bool {
        self.findings
    }

    /// A concept that fired.
    pub fn finding(&mut self, concept: &Concept, conversation: Option<ConvId>, frame: u32, at_ns: i64) {
        let conversation = conversation.map(|c| c.0);
        self.line(&json!({
            "frame": frame, "at_ns": at_ns, "conversation": conversation, "event": "finding", "concept": concept.id
        }));
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

    fn line(&mut self, value: &Value) {
        if self.error.is_some() {
            return;
        }
        let written = serde_json::to_writer(&mut self.out, value).map_err(io::Error::from);
        if let Err(error) = written.and_then(|()| self.out.write_all(b"\n")) {
            self.error = Some(error);
        }
    }
}

impl<W: Write> Sink for EventWriter<W> {
    fn event(&mut self, event: &Event<'_>, _conversation: &Conversation) {
        let kind = event.what.kind();
        if self.wanted.as_ref().is_some_and(|kinds| !kinds.contains(&kind)) {
            return;
        }
        let mut line = Map::new();
        line.insert("frame".into(), event.at.frame.into());
        line.insert("at_ns".into(), event.at.ts.0.into());
        line.insert("conversation".into(), event.conversation.0.into());
        line.insert("from".into(), event.from.name().into());
        line.insert("event".into(), kind.name().into());
        if let Value::Object(more) = details(&event.what) {
            line.extend(more);
        }
        self.line(&Value::Object(line));
    }
}

fn details(what: &What<'_>) -> Value {
    match what {
        What::State { end, state, basis } => {
            let basis = if *basis == Basis::Observed { "observed" } else { "inferred" };
            json!({ "end": end.name(), "state": state.name(), "basis": basis })
        }
        What::Retransmit { cause, of, seq, len, after_ns, sends } => json!({
            "cause": cause.name(), "of_frame": of.map(|a| a.frame), "seq": seq.0, "len": len,
            "after_ms": crate::track::ms(*after_ns), "sends": sends
        }),
        What::Spurious { of, proof } => json!({ "of_frame": of.frame, "proof": proof.name() }),
        What::OutOfOrder { seq, len, late_ns, overtaken_by } => json!({
            "seq": seq.0, "len": len, "late_ms": crate::track::ms(*late_ns), "overtaken_by": overtaken_by
        }),
        What::Duplicate { of } => json!({ "of_frame": of.map(|a| a.frame) }),
        What::DuplicateAck { ack, count } => json!({ "ack": ack.0, "count": count }),
        What::Dsack { left, right } => json!({ "left": left.0, "right": right.0 }),
        What::Gap { seq, len } => json!({ "seq": seq.0, "len": len }),
        What::AckedUnseen { len } => json!({ "len": len }),
        What::WindowOpened { ns } => json!({ "closed_ms": crate::track::ms(*ns) }),
        What::ChallengeAck { of } => json!({ "of_frame": of.frame }),
        What::NagleStall { first, ack, ns } => {
            json!({ "first_frame": first.frame, "ack_frame": ack.frame, "ms": crate::track::ms(*ns) })
        }
        What::HolStall { bytes, since } => json!({ "bytes": bytes, "since_frame": since.frame }),
        What::Fin { count } => json!({ "count": count }),
        What::Urgent { pointer } => json!({ "pointer": pointer }),
        What::Icmp(error) => json!({
            "by": error.from.to_string(), "type": error.kind, "code": error.code, "mtu": error.mtu, "quotes": error.quotes.name()
        }),
        What::Phase { name, encrypted } => json!({ "phase": name, "encrypted": encrypted }),
        What::Dns(exchange) => serde_json::to_value(exchange).map(|dns| json!({ "dns": dns })).unwrap_or_default(),
        What::Segment(segment) => json!({
            "seq": segment.seq.0, "ack": segment.ack.0, "len": segment.len, "window": segment.window
        }),
        What::Datagram { len } => json!({ "len": len }),
        What::Opened
        | What::Reneged
        | What::ZeroWindow
        | What::WindowProbe
        | What::WindowFull
        | What::KeepAlive
        | What::KeepAliveAck
        | What::Reset
        | What::Closed => Value::Null,
    }
}
