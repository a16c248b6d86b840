//! `tcp.keepalive`: Keep-alive probes.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir};

concept! {
/// A keep-alive probe is an empty segment numbered one below the next byte; a living peer answers with an ACK.
/// Linux waits two hours before the first unless told otherwise; NAT boxes forget much sooner.
    KEEPALIVE {
        id: "tcp.keepalive",
        title: "Keep-alive probes",
        section: 3,
        severity: Info,
        rfcs: ["RFC 9293 §3.8.4", "RFC 1122 §4.2.3.6"],
        filter: "tcp.analysis.keep_alive",
        question: "How does an idle connection notice that the other end is gone?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let end = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).keepalives.count > 0)?;
    let probes = tcp.end(end).keepalives;
    let answers = tcp.end(end.flip()).keepalive_acks;
    let unanswered = probes.count.saturating_sub(answers.count);
    let dead = unanswered >= 2 && answers.last.ts < probes.last.ts;
    Some(
        Evidence::at(probes.first)
            .frame(probes.last.frame)
            .with("by", end.name())
            .with("probes", probes.count)
            .with("answered", answers.count)
            .with("interval_ms", probes.last.ts.ms_since(probes.first.ts) / f64::from(probes.count.max(2) - 1))
            .severity(if dead { Severity::Bad } else { Severity::Info })
            .times(probes.count),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let apart = match e.int("probes") {
        0..=1 => String::new(),
        _ => format!(", about {} apart", duration(e.num("interval_ms"))),
    };
    format!(
        "The {} sent {}, {} answered{apart}.",
        e.text("by"),
        plural(e.int("probes") as u64, "keep-alive probe"),
        e.int("answered"),
    )
}

fn answer(f: &Finding) -> String {
    format!("By probing: {} probes here, {} answered.", f.first.int("probes"), f.first.int("answered"))
}
