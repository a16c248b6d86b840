//! `sock.zero-window`: Receiver stopped reading.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// A zero window says that the receiver's buffer is full because its application does not read. The sender waits
/// and probes; neither congestion control nor the network has anything to do with it.
    ZERO_WINDOW {
        id: "sock.zero-window",
        title: "Receiver stopped reading",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 9293 §3.8.6"],
        filter: "tcp.analysis.zero_window",
        question: "The sender is idle, the network is fine, and nothing moves. Where do you look?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).zero_window.tally.count > 0)?;
    let zero = &tcp.end(dir).zero_window;
    Some(
        Evidence::at(zero.tally.first)
            .frame(zero.time.max_at.frame)
            .with("receiver", dir.name())
            .with("times", zero.tally.count)
            .with("longest_ms", ms(zero.time.max_ns))
            .with("total_ms", ms(zero.time.total_ns))
            .with("probes", zero.probes)
            .severity(if ms(zero.time.total_ns) < SHORT_MS { Severity::Note } else { Severity::Warn })
            .times(zero.tally.count)
            .weight(ms(zero.time.total_ns)),
    )
}

/// A window that opens again sooner than this cost nothing that anyone would notice.
const SHORT_MS: f64 = 5.0;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} closed its window {}, for {} in all ({} at most); {}.",
        e.text("receiver"),
        plural(e.int("times") as u64, "time"),
        duration(e.num("total_ms")),
        duration(e.num("longest_ms")),
        plural(e.int("probes") as u64, "probe")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "At the receiving application: the {} did not read for {}.",
        f.first.text("receiver"),
        duration(f.first.num("total_ms"))
    )
}
