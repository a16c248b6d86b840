//! `udp.port-unreachable`: UDP port unreachable.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::decode::Quoted;
use crate::track::tcp::IcmpError;
use crate::track::{Conversation, Dir, Endpoint, Event, Kind, Proto, What};

concept! {
/// A host without a listener answers a datagram with ICMP port unreachable, and a connected UDP socket then reports
/// ECONNREFUSED. Firewalls often drop it, so its absence proves nothing.
    PORT_UNREACHABLE {
        id: "udp.port-unreachable",
        title: "UDP port unreachable",
        section: 2,
        severity: Bad,
        rfcs: ["RFC 792", "RFC 4443 §3.1"],
        filter: "icmp.type==3 && icmp.code==3",
        question: "What is UDP's equivalent of a RST?",
        rule: Rule::Event(&[Kind::Icmp], rule),
    }
}

fn rule(e: &Event<'_>, c: &Conversation) -> Option<Evidence> {
    let What::Icmp(error) = e.what else { return None };
    if !error.is_port_unreachable() {
        return None;
    }
    if let Some(quoted) = error.alone.filter(|quoted| Proto::of(quoted.protocol) == Proto::Udp) {
        return Some(alone(e, error, &quoted));
    }
    if c.proto() != Proto::Udp {
        return None;
    }
    let port = c.end(error.quotes.flip()).port;
    let evidence = Evidence::at(e.at).frame(c.first().frame).with("by", error.from.to_string()).with("port", port);
    // Whoever asked had a socket on that port, and closed it before the answer came.
    let gone = error.quotes == Dir::Server && error.from == c.client().addr;
    let severity = if gone { Severity::Note } else { Severity::Bad };
    Some(evidence.with("gone", gone).severity(severity))
}

/// Of a datagram that the capture does not show. What a service sends to a high port is an answer, and who had asked is
/// gone.
fn alone(e: &Event<'_>, error: &IcmpError, quoted: &Quoted) -> Evidence {
    let answer = quoted.src_port < 1_024 && quoted.dst_port >= 1_024;
    let sender = Endpoint { addr: quoted.src, port: quoted.src_port };
    Evidence::at(e.at)
        .with("by", error.from.to_string())
        .with("port", quoted.dst_port)
        .with("sender", sender.to_string())
        .severity(if answer { Severity::Note } else { Severity::Bad })
}

fn explain(f: &Finding) -> String {
    if f.first.has("sender") {
        return format!(
            "{} answered a datagram of {} to port {} with ICMP port unreachable ({} in all); the datagram itself is not \
             in sight.",
            f.first.text("by"),
            f.first.text("sender"),
            f.first.int("port"),
            plural(f.count, "message")
        );
    }
    let gone = match f.first.is("gone") {
        true => "; it had sent from that port itself, and was gone when the answer came",
        false => "",
    };
    format!(
        "{} answered a datagram to port {} with ICMP port unreachable ({}){gone}.",
        f.first.text("by"),
        f.first.int("port"),
        plural(f.count, "time")
    )
}

fn answer(f: &Finding) -> String {
    format!("ICMP port unreachable: {} has no socket on port {}.", f.first.text("by"), f.first.int("port"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::Addr;
    use crate::track::testing::{at, conversation, too_big};

    /// What is found in a message about a datagram of 192.0.2.1 that the capture does not show.
    fn found(protocol: u8, src_port: u16, dst_port: u16) -> Option<Finding> {
        let [src, dst] = [[192, 0, 2, 1], [198, 51, 100, 7]].map(Addr::from);
        let quoted = Quoted { src, dst, protocol, src_port, dst_port, total_len: 60, seq: None, echo: None };
        let error = IcmpError { from: dst, code: 3, alone: Some(quoted), ..too_big(Dir::Client) };
        let mut c = conversation(0);
        c.proto = Proto::Icmp;
        let event = Event { at: at(4), conversation: c.id(), from: Dir::Server, what: What::Icmp(&error) };
        rule(&event, &c).map(|evidence| finding(&PORT_UNREACHABLE, evidence))
    }

    #[test]
    fn a_datagram_that_was_not_captured_is_told_by_what_the_message_quotes() {
        let asked = found(17, 40_000, 161).expect("a datagram");
        assert_eq!(
            (asked.severity, asked.summary().as_str()),
            (
                Severity::Bad,
                "198.51.100.7 answered a datagram of 192.0.2.1:40000 to port 161 with ICMP port unreachable (1 message in \
                 all); the datagram itself is not in sight."
            )
        );
        assert_eq!(found(17, 53, 40_000).map(|late| late.severity), Some(Severity::Note));
        assert!(found(6, 40_000, 80).is_none());
    }
}
