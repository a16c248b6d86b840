//! `tcp.hol-stall`: Bytes that waited behind a lost segment.

use crate::concepts::text::{bytes, duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// TCP delivers bytes in order. What arrives behind a missing segment waits in the receiver's kernel until the hole is
/// filled, about a round trip or a timeout later, even if the application could have used it.
    HOL_STALL {
        id: "tcp.hol-stall",
        title: "Bytes waiting behind a missing segment",
        section: 2,
        severity: Warn,
        rfcs: ["RFC 9293 §3.10.7.4", "RFC 2018"],
        filter: "tcp.analysis.lost_segment || tcp.options.sack",
        question: "What is head-of-line blocking, and can TCP avoid it?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let stalled = [Dir::Client, Dir::Server].into_iter().filter(|dir| tcp.end(*dir).hol.time.count > 0);
    let sender = stalled.max_by_key(|dir| tcp.end(*dir).hol.time.total_ns)?;
    let hol = tcp.end(sender).hol;
    let longest_ms = ms(hol.time.max_ns);
    let evidence = Evidence::at(hol.time.max_from)
        .frame(hol.time.max_at.frame)
        .with("sender", sender.name())
        .with("stalls", hol.time.count)
        .with("waited_bytes", hol.bytes)
        .with("most_bytes", hol.max_bytes)
        .with("longest_ms", longest_ms)
        .with("total_ms", ms(hol.time.total_ns))
        .times(hol.time.count)
        .weight(ms(hol.time.total_ns));
    Some(if longest_ms < NOTICEABLE_MS { evidence.severity(Severity::Note) } else { evidence })
}

/// A wait that nobody notices, such as behind a segment that another overtook.
const NOTICEABLE_MS: f64 = 5.0;

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "{} of the {} arrived and could not be delivered, in {}: up to {} at once, up to {}, {} in all.",
        bytes(e.int("waited_bytes") as u64),
        e.text("sender"),
        plural(e.int("stalls") as u64, "stall"),
        bytes(e.int("most_bytes") as u64),
        duration(e.num("longest_ms")),
        duration(e.num("total_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "What came behind a hole waits for it: {} here. One stream in order cannot avoid it; several streams can.",
        duration(f.worst.num("total_ms"))
    )
}
