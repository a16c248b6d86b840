//! `tcp.time-wait-reuse`: 4-tuple used again.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// A SYN to a 4-tuple in TIME-WAIT may be accepted when its timestamp (or its sequence number) is clearly newer
/// than anything of the old connection. Linux clients reuse such ports when tcp_tw_reuse allows it and timestamps
/// are on.
    TIME_WAIT_REUSE {
        id: "tcp.time-wait-reuse",
        title: "4-tuple used again",
        section: 3,
        severity: Note,
        rfcs: ["RFC 6191", "RFC 9293 §3.6.1"],
        filter: "tcp.analysis.reuse_ports",
        question: "May a SYN reopen a connection that is still in TIME_WAIT?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let reuse = tcp.reuse?;
    // Where the clock goes backwards nothing says how long it was.
    let syn = tcp.handshake.syn.filter(|syn| syn.ts >= reuse.ended.ts)?;
    Some(
        Evidence::at(syn)
            .frame(reuse.ended.frame)
            .with("previous", reuse.previous.0)
            .with("after_ms", syn.ts.ms_since(reuse.ended.ts))
            .with("in_time_wait", reuse.time_wait.is_some())
            .maybe("held_by", reuse.time_wait.map(Dir::name))
            .with("accepted", tcp.handshake.syn_ack.is_some())
            .maybe("timestamp_later", reuse.timestamp_later)
            .with("isn_later", reuse.isn_later),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let held = if e.is("in_time_wait") {
        format!("within TIME_WAIT of the {}", e.text("held_by"))
    } else {
        "no TIME_WAIT was running".to_owned()
    };
    let accepted = if e.is("accepted") { "accepted" } else { "not accepted" };
    format!(
        "The same addresses and ports were used by conversation {} until {} before; {held}; the new SYN was {accepted}.",
        e.int("previous"),
        duration(e.num("after_ms"))
    )
}

fn answer(f: &Finding) -> String {
    let why = if f.first.is("timestamp_later") {
        "its timestamp is later than the old connection's"
    } else if f.first.is("isn_later") {
        "its sequence number lies beyond the old connection's"
    } else {
        "neither timestamp nor sequence number shows that it is newer"
    };
    format!("Yes, when it is provably newer: here {why}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::ConvId;
    use crate::track::tcp::{Reuse, State};
    use crate::track::testing::{at, connection};

    #[test]
    fn a_clock_that_goes_backwards_does_not_tell_how_long_it_was() {
        let told = |ended: u32, syn: u32| {
            let reuse = Reuse {
                previous: ConvId(0),
                ended: at(ended),
                states: [State::Closed; 2],
                time_wait: None,
                timestamp_later: None,
                isn_later: true,
            };
            let c = connection(1, |tcp| (tcp.reuse, tcp.handshake.syn) = (Some(reuse), Some(at(syn))));
            rule(&c).map(|evidence| evidence.num("after_ms"))
        };
        assert_eq!((told(3, 8), told(8, 3)), (Some(5.0), None));
    }
}
