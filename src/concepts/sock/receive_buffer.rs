//! `sock.receive-buffer`: Receive window.

use crate::concepts::text::{bytes, duration, percent};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::TcpFacts;
use crate::track::{Conversation, Dir, Event, ms};

concept! {
/// The advertised window is free space in the receive buffer. Linux grows the buffer as the transfer goes on
/// (autotuning), so the window grows with it. Acknowledgments come for every second segment, and a lone one is held back
/// for some 40 ms in the hope of data to carry it.
    RECEIVE_BUFFER {
        id: "sock.receive-buffer",
        title: "Receive window",
        section: 12,
        severity: Info,
        rfcs: ["RFC 7323 §2", "RFC 9293 §3.8.6.3"],
        filter: "tcp.window_size",
        question: "How does a receiver decide how much it advertises?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|t| t.knows_windows() && !t.one_way)?;
    (tcp.end(receiver(tcp)).window_max > 0).then(|| Evidence::at(c.first()))
}

/// The end that got more.
fn receiver(tcp: &TcpFacts) -> Dir {
    let [client, server] = &tcp.ends;
    if server.unique_bytes >= client.unique_bytes { Dir::Client } else { Dir::Server }
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tcp) = c.tcp() else { return evidence };
    let dir = receiver(tcp);
    let (receiver, sender) = (tcp.end(dir), tcp.end(dir.flip()));
    let grown = receiver.window_max >= 2 * receiver.window_first.max(1)
        && tcp.agreed(|s| s.window_scale.is_some()) == Some(true);
    let used = (sender.max_in_flight > 0).then(|| f64::from(sender.max_in_flight) / f64::from(receiver.window_max));
    // The way there and back is in every measurement at this capture point; what is left is the receiver's own delay.
    let held_ns = receiver.ack_delay.max_ns.saturating_sub(sender.rtt.min().unwrap_or(0));
    let pure = receiver.segments.saturating_sub(receiver.data_segments + receiver.syns.count + receiver.resets.count);
    let busy = sender.data_segments >= BUSY && pure > 0;
    evidence
        .with("receiver", dir.name())
        .with("first_bytes", receiver.window_first)
        .with("largest_bytes", receiver.window_max)
        .with("smallest_bytes", receiver.window_min)
        .with("autotuned", grown)
        .maybe("used", used)
        .maybe("segments_per_ack", busy.then(|| f64::from(sender.data_segments) / f64::from(pure)))
        .maybe("ack_held_ms", (receiver.ack_delay.count > 0 && held_ns > 0).then(|| ms(held_ns)))
}

/// Segments from which on their number per acknowledgment means something.
const BUSY: u32 = 20;
/// RFC 1122 §4.2.3.2: Linux holds a lone acknowledgment for 40 ms or more.
const DELAYED_MS: f64 = 20.0;

/// In flight, as a share of the window, from which on the window was full.
const FULL: f64 = 0.95;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let size = |name| bytes(e.int(name) as u64);
    let mut text = format!(
        "The {} advertised {} at first, {} at most and {} at least",
        e.text("receiver"),
        size("first_bytes"),
        size("largest_bytes"),
        size("smallest_bytes")
    );
    text += if e.is("autotuned") { ": its buffer grew with the transfer (autotuning)." } else { "." };
    if e.has("used") {
        text += &match e.num("used") {
            used if used >= FULL => " The sender filled it.".to_owned(),
            used if used < 0.01 => " The sender never needed a hundredth of that.".to_owned(),
            used => format!(" The sender had at most {} of that in flight.", percent(used)),
        };
    }
    if e.has("segments_per_ack") {
        text += &match e.num("segments_per_ack") {
            each if each < 1.05 => " Every segment got an acknowledgment of its own.".to_owned(),
            many => format!(" One acknowledgment came for every {many:.1} segments."),
        };
    }
    if e.num("ack_held_ms") >= DELAYED_MS {
        text += &format!(" A lone segment's was held back for up to {} (delayed ACK).", duration(e.num("ack_held_ms")));
    }
    text
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let (first, largest) = (bytes(e.int("first_bytes") as u64), bytes(e.int("largest_bytes") as u64));
    if e.is("autotuned") {
        format!(
            "Free buffer space, and Linux grows the buffer to twice what arrives in a round trip: here from {first} to {largest}."
        )
    } else {
        format!(
            "Free buffer space, here from {first} up to {largest}; setting SO_RCVBUF fixes the buffer and turns autotuning off."
        )
    }
}
