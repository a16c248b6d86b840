//! `tcp.synack-retransmit`: SYN-ACK sent again.

use crate::concepts::text::{duration, plural};
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::tcp::Cause;
use crate::track::{Conversation, Dir, ms};

concept! {
/// A server repeats its SYN-ACK until it gets the final ACK. Either that ACK is lost on the way, or it arrives and
/// is ignored, because the accept queue is full: then the client believes that it is connected while the server
/// does not.
    SYNACK_RETRANSMIT {
        id: "tcp.synack-retransmit",
        title: "SYN-ACK sent again",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.8.1"],
        filter: "tcp.flags.syn==1 && tcp.flags.ack==1 && tcp.analysis.retransmission",
        question: "The server keeps sending SYN-ACK although the client answered. Why?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let server = tcp.end(Dir::Server);
    let again = server.retransmits.of(Cause::SynAck);
    if again == 0 && tcp.handshake.lost_syn_ack {
        return lost_on_the_way(c);
    }
    let first = server.syns.first.filter(|_| again > 0)?;
    // What comes sooner than an answer to the client's ACK was sent before that ACK arrived, or is a copy of the network's.
    let since_ack = tcp.handshake.ack.map(|ack| server.syns.last.ts.ms_since(ack.ts));
    let crossed = since_ack
        .zip(tcp.handshake.server_side_ms())
        .is_some_and(|(waited, rtt)| (0.0..rtt * NEARLY).contains(&waited));
    // RFC 9293 §3.10.7.4: a SYN that comes again is answered again, though no answer was lost.
    let syns = &tcp.end(Dir::Client).syns;
    let prompted = server.syns.count <= syns.count && syns.last.ts <= first.ts;
    Some(
        Evidence::at(first)
            .frame(server.syns.last.frame)
            .with("again", again)
            .maybe("syns", prompted.then_some(syns.count))
            .with("acked", tcp.handshake.ack.is_some())
            .with("crossed", crossed)
            .with("acked_after", since_ack.is_some_and(|waited| waited < 0.0))
            .severity(if crossed || prompted { Severity::Note } else { Severity::Warn })
            .with("longest_gap_ms", ms(server.syns.longest_gap_ns))
            .times(again)
            .weight(f64::from(again)),
    )
}

/// Round trips vary: the share of one that nothing comes back in.
const NEARLY: f64 = 0.8;

/// Only the second SYN-ACK reached the capture point; its timestamp gives the first away.
fn lost_on_the_way(c: &Conversation) -> Option<Evidence> {
    let shake = &c.tcp()?.handshake;
    let (syn, answered, syn_ack) = (shake.syn?, shake.syn_answered?, shake.syn_ack?);
    Some(
        Evidence::at(syn_ack)
            .frame(syn.frame)
            .frame(answered.frame)
            .with("again", 1u32)
            .with("echoed_tsval", shake.echo)
            .with("cost_ms", syn_ack.ts.ms_since(syn.ts) - syn_ack.ts.ms_since(answered.ts))
            .inferred(0.85, "the SYN-ACK echoes the first SYN's timestamp a round trip after the second SYN")
            .weight(1.0),
    )
}

fn explain(f: &Finding) -> String {
    if f.first.has("echoed_tsval") {
        return format!(
            "The only SYN-ACK captured echoes the timestamp of the first SYN ({}), but came a round trip after the second: \
             the first SYN had arrived and the answer to it was lost on its way back, which cost {}.",
            f.first.int("echoed_tsval"),
            duration(f.first.num("cost_ms"))
        );
    }
    let each = format!("each may answer one of the client's {} SYNs", f.first.int("syns"));
    let prompted = f.first.has("syns");
    let seen = match (f.first.is("acked"), f.first.is("crossed")) {
        _ if f.first.is("acked_after") => {
            let lost = if prompted { &each } else { "the others, or the answers to them, were lost" };
            format!("the client's ACK came after the last of them: {lost}")
        }
        (_, true) => {
            let copied = if prompted { &each } else { "it was sent twice for safety, or copied by the network" };
            format!("the client's ACK cannot have arrived by then: {copied}")
        }
        (true, false) => "the client's ACK is in this capture, so it was lost further on or ignored".to_owned(),
        (false, false) => "no ACK of the client is in this capture".to_owned(),
    };
    format!(
        "The SYN-ACK went out {} more, up to {} apart; {seen}.",
        plural(f.first.int("again") as u64, "time"),
        duration(f.first.num("longest_gap_ms"))
    )
}

fn answer(f: &Finding) -> String {
    if f.first.has("echoed_tsval") {
        return "It has not had the final ACK; here because its first SYN-ACK never reached the client, which sent its SYN \
                again."
            .to_owned();
    }
    if f.first.is("crossed") {
        return "It has not had the final ACK; here it did not even wait for it.".to_owned();
    }
    format!(
        "It has not accepted the final ACK: lost, or dropped by a full accept queue. Here it repeated the SYN-ACK {}.",
        plural(f.first.int("again") as u64, "time")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::{at, connection};

    #[test]
    fn a_syn_that_came_twice_before_any_answer_is_answered_twice() {
        let told = |second_syn: u32| {
            let c = connection(0, |tcp| {
                let [client, server] = &mut tcp.ends;
                [1, second_syn].into_iter().for_each(|ms| client.syns.sent(at(ms)));
                [9, 10].into_iter().for_each(|ms| server.syns.sent(at(ms)));
                server.retransmits.by_cause[Cause::SynAck as usize] = 1;
                tcp.handshake.ack = Some(at(20));
            });
            let evidence = rule(&c).expect("a SYN-ACK again");
            let text = explain(&finding(&SYNACK_RETRANSMIT, evidence));
            text.rsplit(": ").next().map(str::to_owned).expect("a reason")
        };
        assert_eq!(told(5), "each may answer one of the client's 2 SYNs.");
        assert_eq!(told(15), "the others, or the answers to them, were lost.");
    }
}
