//! `sock.window-full`: Window filled.

use super::{mbit, round_trip_ms, share_of_time, worse};
use crate::concepts::text::{bytes, duration, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, ms};

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
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|tcp| tcp.knows_windows())?;
    let dir = worse(tcp, |e| i64::from(e.window_full.tally.count).saturating_add(e.window_full.time.total_ns))?;
    let full = &tcp.end(dir).window_full;
    if ms(full.time.total_ns) < NOTICEABLE_MS {
        return None;
    }
    let (window, rtt) = (tcp.end(dir.flip()).window_max, round_trip_ms(tcp));
    Some(
        Evidence::at(full.tally.first)
            .frame(full.time.max_from.frame)
            .frame(full.tally.last.frame)
            .with("sender", dir.name())
            .with("times", full.tally.count)
            .with("waited_ms", ms(full.time.total_ns))
            .with("share", share_of_time(c, full.time.total_ns))
            .with("window_bytes", window)
            .maybe("rtt_ms", rtt)
            .maybe("bound_mbit", rtt.map(|rtt| mbit(window, rtt)))
            .times(full.tally.count)
            .weight(ms(full.time.total_ns)),
    )
}

/// Waits for room that nobody notices, all of them together.
const NOTICEABLE_MS: f64 = 1.0;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let bound = if e.has("bound_mbit") {
        format!(
            " A window of {} at a round trip of {} lets through {:.1} Mbit/s, however fast the path is.",
            bytes(e.int("window_bytes") as u64),
            duration(e.num("rtt_ms")),
            e.num("bound_mbit")
        )
    } else {
        format!(" The largest window was {}.", bytes(e.int("window_bytes") as u64))
    };
    format!(
        "The {} filled the peer's window {} and had to wait {} for room, {} of the conversation.{bound}",
        e.text("sender"),
        plural(e.int("times") as u64, "time"),
        duration(e.num("waited_ms")),
        percent(e.num("share"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let bytes = bytes(e.int("window_bytes") as u64);
    if !e.has("bound_mbit") {
        return format!("The receiver's buffer: {bytes} per round trip at most.");
    }
    format!(
        "The receiver's buffer: {bytes} per round trip, {:.1} Mbit/s at most. Give it the bandwidth-delay product (SO_RCVBUF, \
         or the third value of tcp_rmem where autotuning is on).",
        e.num("bound_mbit")
    )
}
