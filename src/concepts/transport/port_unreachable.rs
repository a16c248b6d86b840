//! `udp.port-unreachable`: UDP port unreachable.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir, Event, Kind, Proto, What};

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
    if c.proto() != Proto::Udp || !error.is_port_unreachable() {
        return None;
    }
    let port = c.end(error.quotes.flip()).port;
    let evidence = Evidence::at(e.at).frame(c.first().frame).with("by", error.from.to_string()).with("port", port);
    // Whoever asked had a socket on that port, and closed it before the answer came.
    let gone = error.quotes == Dir::Server && error.from == c.client().addr;
    let severity = if gone { Severity::Note } else { Severity::Bad };
    Some(evidence.with("gone", gone).severity(severity))
}

fn explain(f: &Finding) -> String {
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
