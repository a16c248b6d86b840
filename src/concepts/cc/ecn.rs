//! `cc.ecn`: Explicit congestion notification.

use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::{Conversation, Dir};

concept! {
/// With ECN agreed in the handshake, packets are marked as capable (ECT); a router near congestion sets CE, the
/// receiver echoes it (ECE), and the sender halves its window and says so (CWR).
    ECN {
        id: "cc.ecn",
        title: "Explicit congestion notification",
        section: 4,
        severity: Info,
        rfcs: ["RFC 3168", "RFC 9768"],
        filter: "ip.dsfield.ecn || tcp.flags.ece==1",
        question: "How can a router signal congestion without dropping?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let ect = tcp.ends.iter().map(|e| e.ecn[1] + e.ecn[2]).sum::<u32>();
    let ce = tcp.ends.iter().map(|e| e.ecn[3]).sum::<u32>();
    let [offer, answer] = [Dir::Client, Dir::Server].map(|dir| tcp.end(dir).syn.map(|syn| syn.ecn_bits != 0));
    let offered = offer == Some(true);
    if !offered && ect + ce == 0 {
        return None;
    }
    let agreed = offered && answer == Some(true);
    let shown = offer == Some(false) || (offered && answer.is_some());
    let ece = tcp.ends.iter().map(|e| e.ece.count).sum::<u32>();
    Some(
        Evidence::at(c.first())
            .with("agreed", agreed)
            .with("offered", offered)
            .with("handshake_shows", shown)
            .with("ect", ect)
            .with("ce", ce)
            .with("ece", ece)
            .with("cwr", tcp.ends.iter().map(|e| e.cwr.count).sum::<u32>())
            .severity(if ce + ece > 0 { Severity::Warn } else { Severity::Info })
            .weight(f64::from(ce)),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let handshake = match (e.is("handshake_shows"), e.is("offered"), e.is("agreed")) {
        (true, true, true) => "Agreed",
        (true, true, false) => "Offered, not agreed",
        (true, false, _) => "Not offered in the handshake",
        (false, ..) => "Whether it was agreed is not in this capture",
    };
    format!(
        "{handshake}: {} marked ECT, {} CE, {} ECE echoes, {} CWR.",
        e.int("ect"),
        e.int("ce"),
        e.int("ece"),
        e.int("cwr")
    )
}

fn answer(f: &Finding) -> String {
    format!("By marking: {} packets carry CE here.", f.first.int("ce"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::tcp::SynOptions;
    use crate::track::testing::connection;

    #[test]
    fn what_was_agreed_is_told_only_where_the_handshake_shows_it() {
        let said = |offer: Option<u16>, answer: Option<u16>| {
            let syn = |bits: Option<u16>| bits.map(|ecn_bits| SynOptions { ecn_bits, ..SynOptions::default() });
            let c = connection(0, |tcp| {
                (tcp.ends[0].syn, tcp.ends[1].syn) = (syn(offer), syn(answer));
                tcp.ends[0].ecn[2] = 1;
            });
            let text = explain(&finding(&ECN, rule(&c).expect("a packet is marked")));
            text.split(':').next().map(str::to_owned).expect("a first part")
        };
        assert_eq!(said(Some(6), Some(2)), "Agreed");
        assert_eq!(said(Some(6), Some(0)), "Offered, not agreed");
        assert_eq!(said(Some(0), Some(0)), "Not offered in the handshake");
        for (offer, answer) in [(None, None), (None, Some(2)), (Some(6), None)] {
            assert_eq!(said(offer, answer), "Whether it was agreed is not in this capture");
        }
    }
}
