//! `sock.receive-buffer`: Receive window.

use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// The advertised window is free space in the receive buffer. Linux grows the buffer as the transfer goes on
/// (autotuning), so the window grows with it.
    RECEIVE_BUFFER {
        id: "sock.receive-buffer",
        title: "Receive window",
        section: 12,
        severity: Info,
        rfcs: ["RFC 7323 §2"],
        filter: "tcp.window_size",
        question: "How does a receiver decide how much it advertises?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|t| !t.midstream && !t.one_way)?;
    let (a, b) = (tcp.end(Dir::Client), tcp.end(Dir::Server));
    let receiver = if b.unique_bytes >= a.unique_bytes { a } else { b };
    let dir = if b.unique_bytes >= a.unique_bytes { Dir::Client } else { Dir::Server };
    if receiver.window_max == 0 {
        return None;
    }
    Some(
        Evidence::at(c.first())
            .with("receiver", dir.name())
            .with("first_bytes", receiver.window_first)
            .with("largest_bytes", receiver.window_max)
            .with("smallest_bytes", receiver.window_min),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} advertised {} at first, {} at most and {} at least.",
        e.text("receiver"),
        bytes(e.int("first_bytes") as u64),
        bytes(e.int("largest_bytes") as u64),
        bytes(e.int("smallest_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Free buffer space: here from {} up to {}.",
        bytes(f.first.int("first_bytes") as u64),
        bytes(f.first.int("largest_bytes") as u64)
    )
}
