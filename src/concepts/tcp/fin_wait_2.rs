//! `tcp.fin-wait-2`: Left in FIN_WAIT_2.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, NS_PER_S, ms};

concept! {
/// After its FIN is acknowledged an end waits for the peer's FIN. A peer that never closes would keep it there for
/// ever, so systems time it out once no process owns the socket any more.
    FIN_WAIT_2 {
        id: "tcp.fin-wait-2",
        title: "Left in FIN_WAIT_2",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.3.2"],
        filter: "tcp.flags.fin==1",
        question: "Why does Linux end FIN_WAIT_2 after 60 seconds although the standard does not?",
        rule: Rule::Connection(rule),
        needs: [Fin],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let (first, at) = tcp.first_fin?;
    let own = tcp.end(first);
    let acked = own.fins.acked?;
    if tcp.end(first.flip()).fins.count > 0 || tcp.reset.is_some_and(|r| r.from == first.flip()) || tcp.one_way {
        return None;
    }
    // A half-closed connection that is used waits for nothing (RFC 9293 §3.6), until its last data.
    let since = acked.ts.max(tcp.end(first.flip()).data.last.ts);
    let ended = tcp.reset.map_or(c.last().ts.plus(tcp.unheard_ns), |reset| reset.at.ts);
    let waited = ended.since(since);
    let evidence = Evidence::at(at).frame(acked.frame).with("end", first.name()).with("ms", ms(waited));
    let severity = if waited < LONG_NS { Severity::Note } else { Severity::Warn };
    Some(evidence.severity(severity).weight(ms(waited)))
}

/// An application that reads the end of the stream closes sooner, or is at something else.
const LONG_NS: i64 = 2 * NS_PER_S;

fn explain(f: &Finding) -> String {
    format!(
        "The {}'s FIN was acknowledged, and the other side did not send its own in the {} that followed.",
        f.first.text("end"),
        duration(f.first.num("ms"))
    )
}

fn answer(_: &Finding) -> String {
    "Because a peer that never closes would pin the socket for ever; an orphaned socket is given up after tcp_fin_timeout.".to_owned()
}
