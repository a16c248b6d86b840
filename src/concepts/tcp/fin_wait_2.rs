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
    // A half-closed connection that is used waits for nothing (RFC 9293 §3.6), until its last data; what its owner does
    // not want any more and resets was not used.
    let unwanted = tcp.reset.is_some_and(|reset| reset.from == first);
    let used = tcp.end(first.flip()).data.last.ts;
    let since = if unwanted { acked.ts } else { acked.ts.max(used) };
    let ended = tcp.reset.map_or(c.last().ts.plus(tcp.unheard_ns), |reset| reset.at.ts);
    let waited = ended.since(since);
    // The peer's FIN may be on its way.
    let way = own.rtt.min().unwrap_or(0).saturating_mul(4);
    if waited < way.saturating_add(REACTION_NS) {
        return None;
    }
    let evidence = Evidence::at(at).frame(acked.frame).with("end", first.name()).with("ms", ms(waited));
    let severity = if waited < LONG_NS { Severity::Note } else { Severity::Warn };
    Some(evidence.severity(severity).weight(ms(waited)))
}

/// An application that is woken by the end of the stream may take so long to close.
const REACTION_NS: i64 = NS_PER_S / 100;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::Dir;
    use crate::track::testing::connection;
    use crate::track::{At, NS_PER_MS, Timestamp};

    #[test]
    fn a_fin_that_may_be_on_its_way_is_not_missed() {
        let at = |ms: i64| At { frame: 1, ts: Timestamp(ms * NS_PER_MS) };
        let told = |waited_ms: i64, rtt_ms: i64| {
            let mut c = connection(0, |tcp| {
                tcp.first_fin = Some((Dir::Client, at(1)));
                tcp.ends[0].fins.acked = Some(at(2));
                tcp.ends[0].rtt.begin(rtt_ms * NS_PER_MS, at(1));
            });
            c.last = at(2 + waited_ms);
            rule(&c).map(|evidence| concept_severity(&evidence))
        };
        assert_eq!([told(5, 0), told(200, 100)], [None, None]);
        assert_eq!([told(20, 0), told(500, 100), told(3_000, 100)], [Some("note"), Some("note"), Some("warn")]);
    }

    fn concept_severity(evidence: &Evidence) -> &'static str {
        FIN_WAIT_2.severity_of(evidence).name()
    }
}
