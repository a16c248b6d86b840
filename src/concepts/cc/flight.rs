//! `cc.flight`: Bytes in flight.

use super::bulk::{segments, sender};
use crate::concepts::text::{bytes, percent, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::Limit;
use crate::track::{Conversation, Dir};

concept! {
/// The congestion window is never on the wire. What a sender has in flight cannot exceed it, so the largest flight
/// is a lower bound, and while the sender is limited by nothing else the flight is the window.
    FLIGHT {
        id: "cc.flight",
        title: "Bytes in flight",
        section: 4,
        severity: Info,
        rfcs: ["RFC 5681 §2"],
        filter: "tcp.analysis.bytes_in_flight",
        question: "How do you read the congestion window out of a trace?",
        rule: Rule::Connection(rule),
        needs: [Many],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let of = |dir: Dir| tcp.end(dir).max_in_flight;
    let dir = if of(Dir::Client) >= of(Dir::Server) { Dir::Client } else { Dir::Server };
    let end = tcp.end(dir);
    if end.data_segments < 10 {
        return None;
    }
    let mss = end.largest.max(1);
    // A window holds a segment at least (RFC 5681 §3.1): what never flew as much was not held by it.
    let bulk = sender(c).filter(|(of, _, cc)| *of == dir && cc.is_seen() && cc.largest.0 >= cc.mss.max(1));
    Some(
        Evidence::at(end.max_in_flight_at)
            .with("sender", dir.name())
            .with("max_bytes", end.max_in_flight)
            .with("segments", end.max_in_flight / mss)
            .maybe("peer_window", tcp.knows_windows().then_some(tcp.end(dir.flip()).window_max))
            .maybe("window_segments", bulk.map(|(_, _, cc)| segments(cc.largest.0, cc)))
            .maybe("window_share", bulk.map(|(_, _, cc)| cc.share(Limit::Congestion) + cc.share(Limit::Recovery)))
            .weight(f64::from(end.max_in_flight)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let window = if e.has("window_segments") {
        format!(
            " The flight implies a congestion window of up to {} segments, and it was that window, or recovery, that held \
             the sender for {} of the time.",
            e.int("window_segments"),
            percent(e.num("window_share"))
        )
    } else {
        String::new()
    };
    let allowed = match e.has("peer_window") {
        true => format!("the peer's window allowed {}", bytes(e.int("peer_window") as u64)),
        false => "what the peer's window allowed is not known, for its scale is in the handshake".to_owned(),
    };
    format!(
        "The {} had up to {} in flight (about {}); {allowed}.{window}",
        e.text("sender"),
        bytes(e.int("max_bytes") as u64),
        plural(e.int("segments") as u64, "segment")
    )
}

fn answer(f: &Finding) -> String {
    format!("By the bytes in flight: at least {} here.", bytes(f.first.int("max_bytes") as u64))
}
