//! `sock.abortive-close`: Abortive close.

use crate::concepts::text::{bytes, duration};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::tcp::{Reset, State};
use crate::track::{Conversation, Event, ms};

concept! {
/// SO_LINGER with a time of 0, or closing a socket whose receive buffer still holds unread data, aborts the
/// connection: the peer may lose what it had not read yet.
    ABORTIVE_CLOSE {
        id: "sock.abortive-close",
        title: "Abortive close",
        section: 12,
        severity: Warn,
        rfcs: ["RFC 9293 §3.10.5", "RFC 2525 §2.17"],
        filter: "tcp.flags.reset==1",
        question: "What makes close() send a RST instead of a FIN?",
        rule: Rule::Connection(rule),
        needs: [Reset],
        detail: detail,
    }
}

/// Whether the connection ended like that.
pub fn is_abort(c: &Conversation) -> bool {
    abort(c).is_some()
}

fn abort(c: &Conversation) -> Option<Reset> {
    let tcp = c.tcp()?;
    let reset = tcp.reset?;
    let from = tcp.end(reset.from);
    // Where the peer was not captured it may have closed before, or have had anything under way; who sent nothing but
    // resets may never have had the connection (RFC 9293 §3.10.7.1).
    let open = matches!(reset.state, State::Established | State::CloseWait)
        && !tcp.one_way
        && from.segments > from.resets.count;
    let known = !open || tcp.half_open.is_some() || tcp.idle_then_reset.is_some() || from.fins.count > 0;
    (!known).then_some(reset)
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let reset = abort(c)?;
    let answered = reset.answers_data.map_or(0, |at| at.frame);
    let evidence = Evidence::at(reset.at).frame(answered).weight(f64::from(reset.unacked_bytes));
    Some(evidence.inferred(0.8, "a RST from an open state without a FIN before it"))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((reset, tcp)) = c.tcp().and_then(|tcp| Some((tcp.reset?, tcp))) else { return evidence };
    let from = tcp.end(reset.from);
    let in_vain = from.retransmits.total() > 0 && from.retransmits.all.last == from.data.last;
    let why = match (reset.answers_data, reset.unacked_bytes) {
        // RFC 9293 §3.8.3, R2: a connection on which data were sent again for long enough is closed.
        _ if in_vain => "the last that it sent was sent again: it gave up on a peer that did not answer",
        (Some(_), 1..) => "it came in answer to data, as when the process was gone or had shut the socket for reading",
        (_, 1..) => "data had arrived that it never acknowledged or read",
        (_, 0) if reset.idle_ns > ABRUPT_NS => "nothing was under way: a timeout of the application, or a kill",
        (_, 0) => "nothing was outstanding: SO_LINGER 0, or data that it acknowledged and never read",
    };
    evidence
        .with("by", reset.from.name())
        .with("unread_bytes", reset.unacked_bytes)
        .with("idle_ms", ms(reset.idle_ns))
        .with("peer_closed", reset.state == State::CloseWait)
        .with("why", why)
}

/// A reset after this much silence has to do with time rather than with data: 1 s.
const ABRUPT_NS: i64 = 1_000_000_000;

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let how = match e.is("peer_closed") {
        // RFC 9293 §3.6, case 2: the end that the FIN reached may still send, and has yet to close.
        true => "sent a RST instead of its own FIN on a connection that the other side had closed",
        false => "ended an open connection by RST without a FIN",
    };
    format!(
        "The {} {how}, {} after the packet before; {}. What either side had not read yet may be lost.",
        e.text("by"),
        duration(e.num("idle_ms")),
        e.text("why")
    )
}

fn answer(f: &Finding) -> String {
    let unread = match f.first.int("unread_bytes") {
        0 => "with nothing outstanding".to_owned(),
        n => format!("with {} unacknowledged", bytes(n as u64)),
    };
    format!(
        "A linger time of 0, or unread data in the receive buffer (RFC 2525 §2.17); here the {} did it, {unread}. Read to the \
         end, or shutdown(SHUT_WR) and wait for the peer's FIN, before close().",
        f.first.text("by")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concepts::testing::finding;
    use crate::track::testing::connection;
    use crate::track::{At, Dir, Timestamp, What};

    const ABORT: Reset = Reset {
        from: Dir::Client,
        at: At { frame: 9, ts: Timestamp(0) },
        state: State::Established,
        peer_state: State::Established,
        unacked_bytes: 0,
        idle_ns: 0,
        answers_data: None,
        in_window: true,
    };

    #[test]
    fn an_end_that_was_not_captured_may_have_closed_before() {
        let reset = |one_way| {
            connection(0, move |tcp| {
                tcp.reset = Some(ABORT);
                tcp.one_way = one_way;
                tcp.ends[0].segments = 2;
            })
        };
        assert!(rule(&reset(false)).is_some());
        assert!(rule(&reset(true)).is_none());
    }

    #[test]
    fn a_connection_that_the_other_side_had_closed_is_not_called_open() {
        let told = |state| {
            let c = connection(0, move |tcp| {
                tcp.reset = Some(Reset { state, ..ABORT });
                tcp.ends[0].segments = 2;
            });
            let closed = Event { at: ABORT.at, conversation: c.id(), from: Dir::Client, what: What::Closed };
            explain(&finding(&ABORTIVE_CLOSE, detail(&closed, &c, rule(&c).expect("an abort"))))
        };
        assert!(told(State::Established).contains("an open connection"));
        assert!(told(State::CloseWait).contains("that the other side had closed"));
    }

    /// RFC 9293 §3.10.7.1: a host without the connection answers anything with a reset.
    #[test]
    fn an_end_that_sent_nothing_but_resets_may_never_have_had_the_connection() {
        let c = connection(0, |tcp| {
            tcp.reset = Some(ABORT);
            tcp.ends[0].segments = 1;
            tcp.ends[0].resets.add(ABORT.at);
        });
        assert!(rule(&c).is_none());
    }
}
