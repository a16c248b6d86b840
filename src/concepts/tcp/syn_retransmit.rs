//! `tcp.syn-retransmit`: SYN sent again.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::Cause;
use crate::track::{Conversation, Dir, ms};

concept! {
/// A SYN that is not answered is sent again after one second, then after two more, four, and so on. A connection
/// time of just over one, three or seven seconds is the signature of one, two or three lost SYNs (or SYN-ACKs, or a
/// full accept queue), not of a slow server.
    SYN_RETRANSMIT {
        id: "tcp.syn-retransmit",
        title: "SYN sent again",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 6298 §5", "RFC 9293 §3.8.1"],
        filter: "tcp.flags.syn==1 && tcp.flags.ack==0 && tcp.analysis.retransmission",
        question: "A connect() takes one second, or three, or seven. What do you look for?",
        rule: Rule::Any(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let client = tcp.end(Dir::Client);
    let again = client.retransmits.of(Cause::Syn);
    let first = client.syns.first.filter(|_| again > 0)?;
    let waited = tcp.handshake.syn_ack.map(|at| at.ts.ms_since(first.ts));
    Some(
        Evidence::at(first)
            .frame(client.syns.last.frame)
            .with("again", again)
            .with("answered", tcp.handshake.syn_ack.is_some())
            .with("longest_gap_ms", ms(client.syns.longest_gap_ns))
            .maybe("waited_ms", waited)
            .maybe("refused_frame", tcp.handshake.refused.map(|at| at.frame))
            .times(again)
            .weight(f64::from(again)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let times = plural(e.int("again") as u64, "time");
    let refused = match e.has("refused_frame") {
        true => format!(" A RST refused it at first (frame {}).", e.int("refused_frame")),
        false => String::new(),
    };
    if e.is("answered") {
        format!(
            "The SYN went out {times} more before a SYN-ACK came, {} after the first.{refused}",
            duration(e.num("waited_ms"))
        )
    } else {
        format!(
            "The SYN went out {times} more and no SYN-ACK came; longest wait between two: {}.{refused}",
            duration(e.num("longest_gap_ms"))
        )
    }
}

fn answer(f: &Finding) -> String {
    format!(
        "Repeated SYNs: here {} more, up to {} apart, doubling each time. The time went into retransmission timers, so look for loss, a filter or a full accept queue, not for a slow application.",
        f.first.int("again"),
        duration(f.first.num("longest_gap_ms")),
    )
}
