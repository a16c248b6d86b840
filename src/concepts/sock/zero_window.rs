//! `sock.zero-window`: Receiver stopped reading.

use super::{share_of_time, worse};
use crate::concepts::text::{bytes, duration, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, ms};

concept! {
/// A zero window says that the receiver's buffer is full because its application does not read. The sender waits and
/// probes, at intervals that double, since an update that opens the window is not acknowledged and may be lost;
/// neither congestion control nor the network has anything to do with it.
    ZERO_WINDOW {
        id: "sock.zero-window",
        title: "Receiver stopped reading",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 9293 §3.8.6", "RFC 1122 §4.2.2.17"],
        filter: "tcp.analysis.zero_window",
        question: "The sender is idle, the network is fine, and nothing moves. Where do you look?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let dir = worse(tcp, |e| i64::from(e.zero_window.tally.count).saturating_add(e.zero_window.time.total_ns))?;
    let (end, zero) = (tcp.end(dir), &tcp.end(dir).zero_window);
    Some(
        Evidence::at(zero.tally.first)
            .frame(zero.time.max_from.frame)
            .frame(zero.time.max_at.frame)
            .with("receiver", dir.name())
            .with("times", zero.tally.count)
            .with("longest_ms", ms(zero.time.max_ns))
            .with("total_ms", ms(zero.time.total_ns))
            .with("share", share_of_time(c, zero.time.total_ns))
            .with("probes", zero.probes)
            .with("told_by_probe", zero.told_by_probe)
            .with("still_closed", end.window == 0)
            .maybe("largest_bytes", tcp.knows_windows().then_some(end.window_max))
            .severity(if ms(zero.time.total_ns) < SHORT_MS { Severity::Note } else { Severity::Warn })
            .times(zero.tally.count)
            .weight(ms(zero.time.total_ns)),
    )
}

/// A window that opens again sooner than this cost nothing that anyone would notice.
const SHORT_MS: f64 = 5.0;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let asked = match (e.int("probes"), e.int("told_by_probe")) {
        (0, _) => "the sender did not have to ask".to_owned(),
        (n, 0) => format!("the sender asked {} (zero-window probes)", plural(n as u64, "time")),
        (n, told) => format!(
            "the sender asked {} (zero-window probes), and {} it was the answer that told of the open window: the update \
             before was lost, or never sent",
            plural(n as u64, "time"),
            plural(told as u64, "time")
        ),
    };
    let still = if e.is("still_closed") { ", and it was still closed at the end" } else { "" };
    let buffer = match e.has("largest_bytes") {
        true => format!("Its buffer of about {}", bytes(e.int("largest_bytes") as u64)),
        false => "Its buffer".to_owned(),
    };
    format!(
        "The {} closed its window {}, for {} in all ({} of the conversation, {} at most){still}; {asked}. {buffer} \
         was full because its application did not read: neither the network nor congestion control is at fault.",
        e.text("receiver"),
        plural(e.int("times") as u64, "time"),
        duration(e.num("total_ms")),
        percent(e.num("share")),
        duration(e.num("longest_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "At the receiving application: the {} did not read for {}. See what it did then (a lock, a slow disk, a full queue \
         behind it); a larger SO_RCVBUF only hides bursts.",
        f.first.text("receiver"),
        duration(f.first.num("total_ms"))
    )
}
