//! `cc.rtt`: Round-trip times.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, ms};

concept! {
/// Each acknowledgment of data sent once gives a sample; the sender smooths them (SRTT) and tracks how much they
/// vary (RTTVAR). The timeout is their sum with a factor of four, and at least 200 ms on Linux.
    RTT {
        id: "cc.rtt",
        title: "Round-trip times",
        section: 4,
        severity: Info,
        rfcs: ["RFC 6298", "RFC 7323 §4"],
        filter: "tcp.analysis.ack_rtt",
        question: "How does a sender know how long to wait before it retransmits?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let of = |dir: Dir| tcp.end(dir).rtt.samples.offered;
    let dir = if of(Dir::Client) >= of(Dir::Server) { Dir::Client } else { Dir::Server };
    let rtt = &tcp.end(dir).rtt;
    if rtt.samples.offered < 3 {
        return None;
    }
    Some(
        Evidence::at(rtt.min_at)
            .frame(rtt.max_at.frame)
            .with("sender", dir.name())
            .with("samples", rtt.samples.offered)
            .with("method", rtt.method.name())
            .with("min_ms", ms(rtt.min()?))
            .with("median_ms", ms(rtt.quantile_ns(0.5)?))
            .with("p95_ms", ms(rtt.quantile_ns(0.95)?))
            .with("srtt_ms", ms(rtt.srtt_ns))
            .with("rttvar_ms", ms(rtt.rttvar_ns))
            .with("rto_ms", ms(rtt.rto_ns()))
            .weight(ms(rtt.max_ns)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let how = match e.text("method") {
        "timestamp-echo" => " by timestamp echo, as the capture is far from it",
        _ => "",
    };
    format!(
        "The {}'s data: {} samples{how}, {} at least, {} median, {} at the 95th percentile; SRTT {}, so a timeout of about {}.",
        e.text("sender"),
        e.int("samples"),
        duration(e.num("min_ms")),
        duration(e.num("median_ms")),
        duration(e.num("p95_ms")),
        duration(e.num("srtt_ms")),
        duration(e.num("rto_ms"))
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "SRTT {} plus four times RTTVAR {}, at least 200 ms on Linux: {}.",
        duration(f.first.num("srtt_ms")),
        duration(f.first.num("rttvar_ms")),
        duration(f.first.num("rto_ms"))
    )
}
