//! `cc.rtt`: Round-trip times.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::TcpFacts;
use crate::track::{Conversation, Dir, Event, ms};

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
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let rtt = &tcp.end(sender(tcp)).rtt;
    if rtt.samples.offered < 3 || rtt.samples.points().is_empty() || rtt.min().is_none() {
        return None;
    }
    Some(Evidence::at(rtt.min_at).frame(rtt.max_at.frame).weight(ms(rtt.max_ns)))
}

/// Who had more of its segments measured.
fn sender(tcp: &TcpFacts) -> Dir {
    let of = |dir: Dir| tcp.end(dir).rtt.samples.offered;
    if of(Dir::Client) >= of(Dir::Server) { Dir::Client } else { Dir::Server }
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(tcp) = c.tcp() else { return evidence };
    let dir = sender(tcp);
    let rtt = &tcp.end(dir).rtt;
    evidence
        .with("sender", dir.name())
        .with("samples", rtt.samples.offered)
        .with("method", rtt.method.name())
        .maybe("min_ms", rtt.min().map(ms))
        .maybe("median_ms", rtt.quantile_ns(0.5).map(ms))
        .maybe("p95_ms", rtt.quantile_ns(0.95).map(ms))
        .with("srtt_ms", ms(rtt.srtt_ns))
        .with("rttvar_ms", ms(rtt.rttvar_ns))
        .with("rto_ms", ms(rtt.rto_ns()))
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
