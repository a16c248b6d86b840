//! `cc.goodput`: Throughput and goodput.

use crate::concepts::text::{bytes, percent};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// Goodput counts each byte of the stream once. What was sent again, and all headers, are throughput only.
    GOODPUT {
        id: "cc.goodput",
        title: "Throughput and goodput",
        section: 4,
        severity: Info,
        rfcs: ["RFC 2647 §3.17"],
        filter: "tcp.len > 0",
        question: "What is the difference between throughput and goodput?",
        rule: Rule::Connection(rule),
        needs: [Many],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let of = |dir: Dir| tcp.end(dir).unique_bytes;
    let dir = if of(Dir::Client) >= of(Dir::Server) { Dir::Client } else { Dir::Server };
    let end = tcp.end(dir);
    let span = end.data.last.ts.ms_since(end.data.first.ts);
    let whole = tcp.handshake.rtt_ms().map_or(LEAST_SPAN_MS, |rtt| rtt.max(LEAST_SPAN_MS));
    if end.unique_bytes < LEAST_BYTES || end.data_segments < 10 || span < whole {
        return None;
    }
    let sent = c.payload(dir);
    Some(
        Evidence::at(end.data.first)
            .frame(end.data.last.frame)
            .with("sender", dir.name())
            .with("goodput_mbit", end.unique_bytes as f64 * 8.0 / span / 1000.0)
            .with("throughput_mbit", sent as f64 * 8.0 / span / 1000.0)
            .with("again_share", end.retransmits.bytes as f64 / sent.max(1) as f64)
            .with("bytes", end.unique_bytes)
            .weight(end.unique_bytes as f64),
    )
}

/// Less is sent in the first windows, by whatever congestion control (RFC 6928): a rate of it says nothing.
const LEAST_BYTES: u64 = 100_000;
/// What takes less than this and a round trip left the sender at one go.
const LEAST_SPAN_MS: f64 = 10.0;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} delivered {} at {:.2} Mbit/s; {:.2} Mbit/s of payload were sent, {} of it again.",
        e.text("sender"),
        bytes(e.int("bytes") as u64),
        e.num("goodput_mbit"),
        e.num("throughput_mbit"),
        percent(e.num("again_share"))
    )
}

fn answer(f: &Finding) -> String {
    format!("Repeats: {:.2} against {:.2} Mbit/s here.", f.first.num("throughput_mbit"), f.first.num("goodput_mbit"))
}
