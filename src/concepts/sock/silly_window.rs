//! `sock.silly-window`: Silly window.

use super::worse;
use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// A receiver that opens its window by a few bytes at a time makes the sender send tiny segments. Receivers should
/// wait until a full segment or half the buffer is free.
    SILLY_WINDOW {
        id: "sock.silly-window",
        title: "Silly window",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 9293 §3.8.6.2", "RFC 813"],
        filter: "tcp.window_size < 1000",
        question: "What is the silly window syndrome?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|tcp| tcp.knows_windows())?;
    let dir = worse(tcp, |e| i64::from(e.silly_windows.count)).filter(|d| tcp.end(*d).silly_windows.count >= 3)?;
    let (silly, sender) = (tcp.end(dir).silly_windows, tcp.end(dir.flip()));
    let mean = sender.unique_bytes / u64::from(sender.data_segments.max(1));
    Some(
        Evidence::at(silly.first)
            .frame(silly.last.frame)
            .with("receiver", dir.name())
            .with("times", silly.count)
            .maybe("mss", tcp.end(dir).syn.and_then(|s| s.mss))
            .with("largest_window_bytes", tcp.end(dir).window_max)
            .with("segments", sender.data_segments)
            .with("mean_bytes", mean)
            .times(silly.count)
            .weight(f64::from(silly.count)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} opened its window {} by less than both a segment and half its buffer (of {}), and the sender followed with {} \
         segments of {} on average. RFC 9293 §3.8.6.2.2 has a receiver keep the window shut until a full segment or half the \
         buffer is free: this one has a tiny buffer, or a stack that does not.",
        e.text("receiver"),
        plural(e.int("times") as u64, "time"),
        bytes(e.int("largest_window_bytes") as u64),
        e.int("segments"),
        bytes(e.int("mean_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "A reader that takes little at a time opens the window by little, and tiny segments follow for ever: {} here, segments \
         of {} on average. Both sides avoid it: the receiver by Clark's rule, the sender by Nagle's.",
        plural(f.first.int("times") as u64, "time"),
        bytes(f.first.int("mean_bytes") as u64)
    )
}
