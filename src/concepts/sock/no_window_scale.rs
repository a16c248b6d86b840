//! `sock.no-window-scale`: No window scaling.

use super::{mbit, round_trip_ms};
use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::tcp::TcpFacts;
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
    let limits = reaches(most_in_flight(tcp)) && mbit(UNSCALED, rtt) < HARMLESS_MBIT;
    Some(Evidence::at(syn).severity(if limits { Severity::Warn } else { Severity::Note }).weight(rtt))
}

/// Most bytes that either end had in flight. More than the window seems to be where acknowledgments were not captured.
fn most_in_flight(tcp: &TcpFacts) -> u32 {
    tcp.ends.iter().map(|end| end.max_in_flight.min(UNSCALED)).max().unwrap_or(0)
}

/// Whether so many bytes come up against the bound: three quarters of it, for windows are seldom filled to the last byte.
fn reaches(in_flight: u32) -> bool {
    in_flight / 3 >= UNSCALED / 4
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
        .with("most_in_flight_bytes", most_in_flight(tcp))
}

/// The largest window that sixteen bits can say.
const UNSCALED: u32 = 65_535;
/// A bound this high is no bound on most links.
const HARMLESS_MBIT: f64 = 1_000.0;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let most = e.int("most_in_flight_bytes");
    let hit = match u32::try_from(most).is_ok_and(reaches) {
        true => "and this connection came up against it",
        false => "though this connection never had so much in flight",
    };
    format!(
        "The {} does not offer window scaling, so at most 65,535 bytes are under way at once: at a round trip of {} no more \
         than {:.1} Mbit/s, {hit} ({} at most). An old or small stack, a kernel setting (tcp_window_scaling) or a middlebox that \
         strips the option are the usual reasons.",
        e.text("lacks"),
        duration(e.num("rtt_ms")),
        e.num("bound_mbit"),
        bytes(most as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "64 KiB per round trip: {:.1} Mbit/s at {} here. The scale is agreed in the SYNs or not at all.",
        f.first.num("bound_mbit"),
        duration(f.first.num("rtt_ms"))
    )
}
