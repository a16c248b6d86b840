//! `tcp.syn-unanswered`: SYN without any answer.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, NS_PER_S};

concept! {
/// A closed port on a living host answers with RST at once. Silence means that something drops the SYN (a firewall,
/// a wrong route, a dead host) or drops the answer; the client notices only when its retransmissions run out, after
/// about two minutes on Linux.
    SYN_UNANSWERED {
        id: "tcp.syn-unanswered",
        title: "SYN without any answer",
        section: 3,
        severity: Bad,
        rfcs: ["RFC 9293 §3.10.7.3"],
        filter: "tcp.flags.syn==1 && !tcp.flags.ack",
        question: "How does a filtered port look different from a closed one?",
        rule: Rule::Attempt(rule),
    }
}

/// RFC 6298 (2.1): a SYN waits this long for its answer. When the first was lost, and the capture ends sooner after the
/// second, the client is being served late rather than not at all, for all that shows.
const PATIENCE_NS: i64 = NS_PER_S;

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let shake = &tcp.handshake;
    let syn = shake.syn.filter(|_| shake.refused.is_none() && tcp.end(Dir::Server).segments == 0)?;
    let syns = &tcp.end(Dir::Client).syns;
    let under_way = syns.count == 2 && shake.waited_ns < PATIENCE_NS;
    if !tcp.icmp.is_empty() || under_way {
        return None;
    }
    let waited = syns.last.ts.ms_since(syn.ts);
    Some(
        Evidence::at(syn)
            .frame(syns.last.frame)
            .with("syns", syns.count)
            .with("waited_ms", waited)
            .weight(f64::from(syns.count)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let syns = match e.int("syns") as u64 {
        n @ 2.. => format!("{} over {}", plural(n, "SYN"), duration(e.num("waited_ms"))),
        n => plural(n, "SYN"),
    };
    format!("{syns}, and nothing came back: filtered, dead, or the answer was lost.")
}

fn answer(f: &Finding) -> String {
    format!(
        "Closed answers RST in one round trip; filtered answers nothing. Here {} went unanswered.",
        plural(f.first.int("syns") as u64, "SYN")
    )
}
