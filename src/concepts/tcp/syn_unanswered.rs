//! `tcp.syn-unanswered`: SYN without any answer.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Event, NS_PER_S};

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
        needs: [Tcp],
        detail: detail,
    }
}

/// How long a capture must go on after the latest SYN: of the first, longer than most round trips; of the second, as the
/// first may have been lost by chance, as long as a SYN waits for its answer (RFC 6298 (2.1)); of more, no time at all.
const PATIENCE_NS: [i64; 3] = [NS_PER_S / 5, NS_PER_S, 0];

fn rule(c: &Conversation) -> Option<Evidence> {
    let attempt = c.attempt().filter(|attempt| attempt.silent)?;
    let nth = (attempt.syns.saturating_sub(1) as usize).min(PATIENCE_NS.len() - 1);
    let under_way = attempt.unheard_ns < PATIENCE_NS[nth];
    (!under_way).then(|| Evidence::at(attempt.syn).frame(attempt.latest.frame).weight(f64::from(attempt.syns)))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some(attempt) = c.attempt() else { return evidence };
    let waited_ms = attempt.latest.ts.ms_since(evidence.at.ts);
    evidence.with("syns", attempt.syns).with("waited_ms", waited_ms)
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
