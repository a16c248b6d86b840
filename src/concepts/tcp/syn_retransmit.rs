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
    let shake = &tcp.handshake;
    let waited = shake.syn_ack.map(|at| at.ts.ms_since(first.ts));
    let passed = shake.syn_ack.is_some_and(|at| at.ts < client.syns.last.ts);
    let all_after = passed && shake.syn_answered.is_some_and(|at| at.frame == first.frame);
    Some(
        Evidence::at(first)
            .frame(client.syns.last.frame)
            .with("again", again)
            .with("answered", shake.syn_ack.is_some())
            .with("passed", passed)
            .with("all_after", all_after)
            .with("longest_gap_ms", ms(client.syns.longest_gap_ns))
            .maybe("waited_ms", waited)
            .maybe("refused_frame", shake.refused.map(|at| at.frame))
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
    if e.is("passed") {
        let more = match e.is("all_after") {
            true => format!("The SYN went out {times} more although a SYN-ACK had passed here"),
            false => format!("The SYN went out {times} more, the last although a SYN-ACK had passed here"),
        };
        format!(
            "{more} {} after the first: the SYN-ACK was lost beyond this point, or came after the client's timer.{refused}",
            duration(e.num("waited_ms"))
        )
    } else if e.is("answered") {
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
    if f.first.is("passed") {
        return format!(
            "Repeated SYNs: here {} more, up to {} apart, though a SYN-ACK had passed. The server answered: look for loss \
             between this point and the client.",
            f.first.int("again"),
            duration(f.first.num("longest_gap_ms")),
        );
    }
    format!(
        "Repeated SYNs: here {} more, up to {} apart, doubling each time. The time went into retransmission timers, so look for loss, a filter or a full accept queue, not for a slow application.",
        f.first.int("again"),
        duration(f.first.num("longest_gap_ms")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::{at, connection};

    /// What is said when the SYN went out at 1 ms and again at 1001 ms.
    fn told(syn_ack: u32, answered: u32) -> String {
        let c = connection(0, move |tcp| {
            let syns = &mut tcp.ends[0].syns;
            (syns.count, syns.first, syns.last, syns.longest_gap_ns) = (2, Some(at(1)), at(1_001), 1_000_000_000);
            tcp.ends[0].retransmits.by_cause[Cause::Syn as usize] = 1;
            let shake = &mut tcp.handshake;
            (shake.syn, shake.syn_answered, shake.syn_ack) = (Some(at(1)), Some(at(answered)), Some(at(syn_ack)));
        });
        explain(&finding(&SYN_RETRANSMIT, rule(&c).expect("a repeated SYN")))
    }

    #[test]
    fn a_syn_sent_again_after_a_syn_ack_passed_did_not_wait_for_it() {
        let [lost, waited] = [told(2, 1), told(1_002, 1_001)];
        assert!(
            lost.starts_with("The SYN went out 1 time more although a SYN-ACK had passed here 1.0 ms after"),
            "{lost}"
        );
        assert!(waited.contains("before a SYN-ACK came, 1.00 s after the first"), "{waited}");
    }
}
