//! `tcp.syn-cookie`: SYN cookie suspected.

use crate::concepts::{Evidence, Finding, Rule, Subject, concept};
use crate::track::census::Arrivals;
use crate::track::{Addr, Overview, census};

concept! {
/// Under a SYN flood a server can put what it must remember into the sequence number of the SYN-ACK and forget the
/// rest. The price is the options: without timestamps it can only keep a coarse MSS, so window scaling and SACK
/// vanish from the SYN-ACK. With timestamps Linux hides the options in the low six bits of TSval, which makes the
/// SYN-ACK's timestamp lag behind the server's clock by up to 63 ms.
    SYN_COOKIE {
        id: "tcp.syn-cookie",
        title: "SYN cookie suspected",
        section: 3,
        severity: Note,
        rfcs: ["RFC 4987 §3.6", "RFC 7323 §3"],
        filter: "tcp.flags.syn==1 && tcp.flags.ack==1",
        question: "How can a server answer SYNs without remembering them, and what does it lose?",
        rule: Rule::Capture(rule),
    }
}

fn rule(o: &Overview<'_>) -> Vec<Evidence> {
    let mut out = Vec::new();
    for (service, attempts) in census::in_order(&o.census.by_service, |attempts| attempts.odd.is_some()) {
        let odd = attempts.odd();
        if odd.cookie_lags >= 3 && odd.cookie_lag_max_ms >= CLEAR_LAG_MS && odd.cookie_lags * 4 >= attempts.completed {
            out.push(lagging(*service, attempts));
            continue;
        }
        if odd.bare_answers < 3 || attempts.unfinished() < 8 {
            continue;
        }
        out.push(
            Evidence::at(odd.bare_first)
                .about(Subject::Host(service.0))
                .with("port", service.1)
                .with("bare_answers", odd.bare_answers)
                .with("pending", attempts.unfinished())
                .times(odd.bare_answers)
                .inferred(
                    0.7,
                    "SYN-ACKs without options that the clients offered, while many handshakes are unfinished",
                ),
        );
    }
    out
}

/// No clock's grain and no delay in a quiet network accounts for this.
const CLEAR_LAG_MS: u8 = 8;

fn lagging(service: (Addr, u16), attempts: &Arrivals) -> Evidence {
    let odd = attempts.odd();
    Evidence::at(odd.cookie_first)
        .about(Subject::Host(service.0))
        .with("port", service.1)
        .with("lagging", odd.cookie_lags)
        .with("lag_max_ms", odd.cookie_lag_max_ms)
        .with("completed", attempts.completed)
        .with("pending", attempts.unfinished())
        .times(odd.cookie_lags)
        .inferred(0.8, "SYN-ACKs that took no longer than any round trip carry timestamps up to 63 ms old")
}

fn explain(f: &Finding) -> String {
    if f.first.has("lagging") {
        let pending = match f.first.int("pending") {
            0 => String::new(),
            n => format!(" ({n} handshakes are unfinished in this capture)"),
        };
        return format!(
            "Port {}: the timestamps of {} SYN-ACKs are up to {} ms older than the server's clock shows right after, though \
             none of them was held up on the way: their low six bits hold the options, so the server kept no state for these \
             connections. Its SYN queue or the listener's backlog was full{pending}: raise it (listen(), somaxconn, \
             tcp_max_syn_backlog), accept faster, or find who leaves handshakes open.",
            f.first.int("port"),
            f.first.int("lagging"),
            f.first.int("lag_max_ms"),
        );
    }
    format!(
        "Port {}: {} SYN-ACKs left out options that the client had offered, while {} handshakes were unfinished.",
        f.first.int("port"),
        f.first.int("bare_answers"),
        f.first.int("pending")
    )
}

fn answer(f: &Finding) -> String {
    if f.first.has("lagging") {
        return format!(
            "It encodes the state in the sequence number, and with timestamps the options in the low bits of TSval: nothing \
             is lost but up to 63 ms of the clock. Here {} SYN-ACKs lag by up to {} ms.",
            f.first.int("lagging"),
            f.first.int("lag_max_ms")
        );
    }
    format!(
        "It encodes the state in its sequence number. Here {} SYN-ACKs came back without the options offered: no SACK, no scaling on those connections.",
        f.first.int("bare_answers")
    )
}
