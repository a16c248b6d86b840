//! `mtu.frag-needed`: Packet too big.

use crate::concepts::text::plural;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::Conversation;
use crate::track::tcp::{Cause, IcmpError};

concept! {
/// A router that cannot forward a packet with DF set says so and names the MTU of the next hop. The sender must
/// lower its segment size for that destination and send again.
    FRAG_NEEDED {
        id: "mtu.frag-needed",
        title: "Packet too big",
        section: 13,
        severity: Warn,
        rfcs: ["RFC 1191", "RFC 8201"],
        filter: "icmp.type==3 && icmp.code==4 || icmpv6.type==2",
        question: "Who sends \"fragmentation needed\", and what must the sender do?",
        rule: Rule::Connection(rule),
        needs: [Icmp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let error = c.icmp().iter().find(|e| e.is_too_big())?;
    let mut all = c.icmp().iter().filter(|e| e.is_too_big());
    let smallest = all.clone().map(IcmpError::limit).min().unwrap_or(error.limit());
    // The latest message is the one to be obeyed.
    let latest = all.next_back().unwrap_or(error);
    let resent = c.tcp().map_or(0, |tcp| tcp.end(error.quotes).retransmits.of(Cause::Mtu));
    let evidence = Evidence::at(error.at)
        .frame(latest.at.frame)
        .frame(latest.above.first.frame)
        .with("by", error.from.to_string())
        .with("sender", error.alone.map_or_else(|| error.quotes.name().to_owned(), |quoted| quoted.src.to_string()))
        .maybe("to", error.alone.map(|quoted| quoted.dst.to_string()))
        .with("mtu", if error.mtu > 0 { smallest } else { 0 })
        .with("packet_bytes", error.quoted_len);
    if c.tcp().is_none() {
        return Some(evidence);
    }
    let heard = latest.within.count > 0 || latest.above.count > 0;
    Some(
        evidence
            .maybe("obeyed", heard.then_some(latest.above.count == 0))
            .with("resent_smaller", resent)
            .with("within", latest.within.count)
            .with("above", latest.above.count)
            .severity(if latest.above.count > 0 { Severity::Bad } else { Severity::Warn }),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let reaction = match (e.has("obeyed"), e.is("obeyed")) {
        (true, true) => format!(
            "the {} obeyed: {} went out after it, all small enough, {} of them sent again in smaller pieces",
            e.text("sender"),
            plural(e.int("within") as u64, "data packet"),
            e.int("resent_smaller")
        ),
        (true, false) => format!(
            "the {} did not obey: {} as large went out (the message does not reach it, or it ignores it)",
            e.text("sender"),
            plural(e.int("above") as u64, "more packet")
        ),
        _ => "the capture does not show whether the sender obeyed".to_owned(),
    };
    let takes = match e.int("mtu") {
        0 => "it names no MTU (RFC 1191 §5)".to_owned(),
        mtu => format!("its next hop takes {mtu}"),
    };
    let whose = match e.has("to") {
        true => format!(" of {} to {}", e.text("sender"), e.text("to")),
        false => String::new(),
    };
    format!("{} refused a packet of {} bytes{whose}: {takes}; {reaction}.", e.text("by"), e.int("packet_bytes"))
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    let then = match (e.has("obeyed"), e.is("obeyed")) {
        (true, true) => " It did here.",
        (true, false) => " It did not here.",
        _ => "",
    };
    let takes = match e.int("mtu") {
        0 => "which names no MTU".to_owned(),
        mtu => format!("MTU {mtu}"),
    };
    format!(
        "The router before the narrow link, here {} ({takes}); the sender must remember that for the destination, cut its \
         segments and send again at once, without taking it for congestion.{then}",
        e.text("by")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::{at, connection, too_big};
    use crate::track::{Dir, Tally};

    /// What is said when `within` small and `above` large packets follow a message that names `mtu`.
    fn said(mtu: u32, within: u32, above: u32) -> String {
        let tally = |count| if count > 0 { Tally { count, first: at(7), last: at(8) } } else { Tally::default() };
        let c = connection(0, |facts| {
            let (above, within) = (tally(above), tally(within));
            facts.icmp.push(IcmpError { mtu, above, within, ..too_big(Dir::Server) });
        });
        let evidence = rule(&c).expect("a router refused a packet");
        let frames = evidence.frames.clone();
        assert_eq!(frames.contains(&7), above > 0, "the packet that disobeys is named");
        explain(&finding(&FRAG_NEEDED, evidence))
    }

    #[test]
    fn what_the_sender_did_about_it_is_told_apart() {
        assert!(said(1400, 3, 0).contains("the server obeyed: 3 data packets"));
        assert!(said(1400, 3, 2).contains("the server did not obey: 2 more packets as large"));
        assert!(said(1400, 0, 0).contains("does not show whether the sender obeyed"));
        assert!(said(0, 1, 0).contains("names no MTU"));
        let mut nameless = crate::track::testing::conversation(0);
        nameless.detail().icmp.push(IcmpError { mtu: 0, ..too_big(Dir::Server) });
        let found = finding(&FRAG_NEEDED, rule(&nameless).expect("a router refused a packet"));
        assert!(answer(&found).contains("here 192.0.2.254 (which names no MTU)"), "{}", answer(&found));
    }

    #[test]
    fn of_a_packet_that_was_not_captured_the_message_says_whose_it_was() {
        let mut c = crate::track::testing::conversation(0);
        let [src, dst] = [[10, 0, 0, 1], [10, 9, 9, 9]].map(crate::track::Addr::from);
        let (ports, total_len) = ((40_000, 443), 1500);
        let quoted = crate::decode::Quoted {
            src,
            dst,
            protocol: 6,
            src_port: ports.0,
            dst_port: ports.1,
            total_len,
            seq: None,
            echo: None,
        };
        c.detail().icmp.push(IcmpError { alone: Some(quoted), ..too_big(Dir::Server) });
        assert_eq!(
            explain(&finding(&FRAG_NEEDED, rule(&c).expect("a router refused a packet"))),
            "192.0.2.254 refused a packet of 1500 bytes of 10.0.0.1 to 10.9.9.9: its next hop takes 1400; the capture does \
             not show whether the sender obeyed."
        );
    }
}
