//! `dns.stale-use`: Connecting to an address after its TTL.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{Conversation, NS_PER_S, Proto, ms};

concept! {
/// Some runtimes resolve a name once and keep the address for ever. They go on connecting to it after the TTL has run
/// out, long after the record has moved: the failover that works for everybody else does not work for them.
    STALE_USE {
        id: "dns.stale-use",
        title: "Address used after its TTL",
        section: 7,
        severity: Warn,
        rfcs: ["RFC 1035 §3.2.1", "RFC 8767"],
        filter: "tcp.flags.syn==1 && tcp.flags.ack==0",
        question: "DNS was switched an hour ago, and one service still connects to the old address. Why?",
        rule: Rule::Any(rule),
        needs: [Resolved],
    }
}

/// TTLs are whole seconds, and an answer is used a moment after it came.
const TOLERANCE_NS: i64 = NS_PER_S;

fn rule(c: &Conversation) -> Option<Evidence> {
    let resolved = c.resolved()?;
    // Long-lived by design, such as time servers, are other protocols.
    let connects = c.proto() == Proto::Tcp || matches!(c.app(), App::Quic | App::Http3);
    let late = c.first().ts.since(resolved.expires());
    if !connects || c.is_guessed() || resolved.client != c.client().addr || late <= TOLERANCE_NS {
        return None;
    }
    Some(
        Evidence::at(c.first())
            .frame(resolved.answered.frame)
            .with("name", resolved.name())
            .with("address", c.server().addr.to_string())
            .with("client_port", c.client().port)
            .with("lookup_frame", resolved.answered.frame)
            .with("ttl_s", resolved.ttl)
            .with("age_ms", ms(c.first().ts.since(resolved.answered.ts)))
            .with("late_ms", ms(late))
            .weight(ms(late))
            .inferred(0.7, "the client may have the address from elsewhere: configuration, encrypted DNS"),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "Port {} connects to {}. The lookup that gave this address for {} (frame {}, TTL {} s) is {} old: it ran out {} \
         before.",
        e.int("client_port"),
        e.text("address"),
        e.text("name"),
        e.int("lookup_frame"),
        e.int("ttl_s"),
        duration(e.num("age_ms")),
        duration(e.num("late_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.worst;
    format!(
        "It resolved {} once and keeps {}: the TTL of {} s had run out {} before this connection.",
        e.text("name"),
        e.text("address"),
        e.int("ttl_s"),
        duration(e.num("late_ms"))
    )
}
