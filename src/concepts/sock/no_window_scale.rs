//! `sock.no-window-scale`: No window scaling.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// Without window scaling on both sides at most 65,535 bytes can be in flight: throughput cannot exceed 64 KiB per
/// round trip, whatever the link can do.
    NO_WINDOW_SCALE {
        id: "sock.no-window-scale",
        title: "No window scaling",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 7323 §2"],
        filter: "tcp.flags.syn==1 && !tcp.options.wscale",
        question: "Why is a fast long-distance link stuck at a few megabits per second?",
        rule: Rule::Connection(rule),
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let scaled = tcp.agreed(|s| s.window_scale.is_some())?;
    let syn = tcp.handshake.syn?;
    if scaled {
        return None;
    }
    let lacks = if tcp.end(Dir::Client).syn.is_some_and(|s| s.window_scale.is_none()) { "client" } else { "server" };
    let rtt = tcp.handshake.rtt_ms().filter(|rtt| *rtt > 0.0)?;
    Some(
        Evidence::at(syn)
            .maybe("rtt_ms", Some(rtt))
            .with("lacks", lacks)
            .with("bound_mbit", 65_535.0 * 8.0 / rtt / 1000.0)
            .weight(rtt),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "The {} does not offer window scaling: at {} round trip no more than {:.1} Mbit/s.",
        e.text("lacks"),
        duration(e.num("rtt_ms")),
        e.num("bound_mbit")
    )
}

fn answer(f: &Finding) -> String {
    format!("64 KiB per round trip: {:.1} Mbit/s here.", f.first.num("bound_mbit"))
}
