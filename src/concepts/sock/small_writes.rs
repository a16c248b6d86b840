//! `sock.small-writes`: Small writes.

use crate::concepts::text::{bytes, percent};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// Every segment carries 40 bytes of IPv4 and TCP headers and more, and costs both hosts a trip through the stack.
/// Many segments far below the MSS mean many small write() calls.
    SMALL_WRITES {
        id: "sock.small-writes",
        title: "Small writes",
        section: 12,
        severity: Note,
        rfcs: ["RFC 896"],
        filter: "tcp.len > 0 && tcp.len < 365",
        question: "What does writing one line at a time cost?",
        rule: Rule::Connection(rule),
        needs: [Many],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    // A message that waits for its answer has no other to be sent with.
    let turns = tcp.exchanges.count;
    let dir = [Dir::Client, Dir::Server].into_iter().find(|d| {
        let small = tcp.end(*d).small_segments.count;
        small >= 10.max(turns.saturating_mul(2)) && small * 2 > tcp.end(*d).data_segments
    })?;
    let end = tcp.end(dir);
    let small = end.small_segments;
    // Without link header and IP options: 20 or 40 bytes of IP, 20 of TCP, 12 of timestamps where agreed.
    let ip = if c.client().addr.is_v4() { 20 } else { 40 };
    let headers = ip + 20 + if tcp.agreed(|s| s.timestamps.is_some()) == Some(true) { 12 } else { 0 };
    let sent = u64::from(end.data_segments) * headers;
    Some(
        Evidence::at(small.first)
            .frame(small.last.frame)
            .with("writer", dir.name())
            .with("small", small.count)
            .with("segments", end.data_segments)
            .with("mean_bytes", end.unique_bytes / u64::from(end.data_segments.max(1)))
            .with("header_bytes", headers)
            .with("header_share", sent as f64 / (sent + end.unique_bytes).max(1) as f64)
            .times(small.count)
            .weight(f64::from(small.count)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} of the {}'s {} data segments are at most a quarter of the MSS, {} on average: {} of what it sent as IP packets are \
         headers, {} in each. Every one also wakes the receiver. Collect small writes in a buffer before they reach the socket.",
        e.int("small"),
        e.text("writer"),
        e.int("segments"),
        bytes(e.int("mean_bytes") as u64),
        percent(e.num("header_share")),
        bytes(e.int("header_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "A system call, a segment with {} of headers and a wake-up of the reader for each: {} small segments here, {} headers.",
        bytes(f.first.int("header_bytes") as u64),
        f.first.int("small"),
        percent(f.first.num("header_share"))
    )
}
