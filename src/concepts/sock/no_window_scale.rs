//! `sock.no-window-scale`: No window scaling.

use super::{mbit, round_trip_ms};
use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir, Event};

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
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let scaled = tcp.agreed(|s| s.window_scale.is_some())?;
    let syn = tcp.handshake.syn?;
    if scaled {
        return None;
    }
    let rtt = round_trip_ms(tcp)?;
    let harmless = mbit(UNSCALED, rtt) >= HARMLESS_MBIT;
    Some(Evidence::at(syn).severity(if harmless { Severity::Note } else { Severity::Warn }).weight(rtt))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((tcp, rtt)) = c.tcp().and_then(|tcp| Some((tcp, round_trip_ms(tcp)?))) else { return evidence };
    let offers = |dir| tcp.end(dir).syn.is_some_and(|s| s.window_scale.is_some());
    let lacks = if offers(Dir::Client) { "server" } else { "client" };
    evidence
        .maybe("syn_ack_frame", tcp.handshake.syn_ack.map(|at| at.frame))
        .with("rtt_ms", rtt)
        .with("lacks", lacks)
        .with("bound_mbit", mbit(UNSCALED, rtt))
        .with("most_in_flight_bytes", tcp.ends.iter().map(|e| e.max_in_flight).max().unwrap_or(0))
}

/// The largest window that sixteen bits can say.
const UNSCALED: u32 = 65_535;
/// A bound this high is no bound on most links.
const HARMLESS_MBIT: f64 = 1_000.0;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let hit = if e.int("most_in_flight_bytes") * 4 >= i64::from(UNSCALED) * 3 {
        "and this connection came up against it"
    } else {
        "though this connection never had so much in flight"
    };
    format!(
        "The {} does not offer window scaling, so at most 65,535 bytes are under way at once: at a round trip of {} no more \
         than {:.1} Mbit/s, {hit} ({} at most). A fixed small SO_RCVBUF, a kernel setting (tcp_window_scaling) or a middlebox \
         that strips the option are the usual reasons.",
        e.text("lacks"),
        duration(e.num("rtt_ms")),
        e.num("bound_mbit"),
        bytes(e.int("most_in_flight_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "64 KiB per round trip: {:.1} Mbit/s at {} here. The scale is agreed in the SYNs or not at all.",
        f.first.num("bound_mbit"),
        duration(f.first.num("rtt_ms"))
    )
}
