//! `sock.window-full`: Window filled.

use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// When bytes in flight reach the window that the peer advertised, the receiver's buffer limits the transfer, not
/// the network: throughput is window divided by round-trip time.
    WINDOW_FULL {
        id: "sock.window-full",
        title: "Window filled",
        section: 12,
        severity: Note,
        rfcs: ["RFC 9293 §3.8.6"],
        filter: "tcp.analysis.window_full",
        question: "What limits a sender that has filled the advertised window?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).window_full.tally.count > 0)?;
    let full = &tcp.end(dir).window_full;
    Some(
        Evidence::at(full.tally.first)
            .frame(full.tally.last.frame)
            .with("sender", dir.name())
            .with("times", full.tally.count)
            .with("window_bytes", tcp.end(dir.flip()).window_max)
            .times(full.tally.count)
            .weight(f64::from(full.tally.count)),
    )
}

fn explain(f: &Finding) -> String {
    format!(
        "The {} filled the peer's window {} (largest window {}).",
        f.first.text("sender"),
        plural(f.first.int("times") as u64, "time"),
        bytes(f.first.int("window_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!("The receiver's buffer: {} per round trip at most.", bytes(f.first.int("window_bytes") as u64))
}
