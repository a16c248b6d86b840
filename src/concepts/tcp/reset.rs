//! `tcp.reset`: Connection reset.

use crate::concepts::sock::abortive_close;
use crate::concepts::text::bytes;
use crate::concepts::{Evidence, Finding, Rule, Severity, concept};
use crate::track::tcp::{Reset, State, TcpFacts};
use crate::track::{Conversation, Dir, Event, ms};

concept! {
/// A RST ends a connection at once: what was in flight is lost, and the peer's read fails with ECONNRESET. It comes
/// from an abortive close, a close with unread data, a host without that connection, or a box in the middle.
    RESET {
        id: "tcp.reset",
        title: "Connection reset",
        section: 3,
        severity: Warn,
        rfcs: ["RFC 9293 §3.5.2", "RFC 9293 §3.10.7.4"],
        filter: "tcp.flags.reset==1",
        question: "Who reset the connection, and was data lost?",
        rule: Rule::Connection(rule),
        needs: [Reset],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let reset = tcp.reset?;
    let answered = reset.answers_data.map_or(0, |at| at.frame);
    let evidence = Evidence::at(reset.at).frame(answered).weight(f64::from(unacked(&reset)));
    let harmless = is_over(tcp, &reset) || is_told_elsewhere(c, tcp) || is_probe(&reset);
    Some(if harmless { evidence.severity(Severity::Note) } else { evidence })
}

/// The client had its SYN answered and never opened the connection.
fn is_probe(reset: &Reset) -> bool {
    reset.from == Dir::Client && reset.state == State::SynSent && reset.peer_state == State::SynReceived
}

/// It came after the sender's own FIN, for no more than a goodbye: RFC 9293 §3.10.4 has an end that closed reset what
/// comes for nobody.
fn is_over(tcp: &TcpFacts, reset: &Reset) -> bool {
    closed(tcp, reset) && unacked(reset) <= GOODBYE
}

/// The sender of the reset had closed before.
fn closed(tcp: &TcpFacts, reset: &Reset) -> bool {
    tcp.end(reset.from).fins.first.is_some_and(|fin| fin.ts <= reset.at.ts)
}

/// Longest goodbye, in bytes: a close_notify of TLS (RFC 8446 §6.1) with padding, or a line such as QUIT's.
const GOODBYE: u32 = 80;

/// Findings that say of the same packet what it means.
fn is_told_elsewhere(c: &Conversation, tcp: &TcpFacts) -> bool {
    tcp.half_open.is_some() || tcp.idle_then_reset.is_some() || abortive_close::is_abort(c)
}

/// Bytes of the peer that it left without acknowledgment. The peer's SYN takes a sequence number and is no byte of data
/// (RFC 9293 §3.4).
fn unacked(reset: &Reset) -> u32 {
    let syn = u32::from(matches!(reset.state, State::SynSent | State::SynReceived));
    reset.unacked_bytes.saturating_sub(syn)
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((reset, tcp)) = c.tcp().and_then(|tcp| Some((tcp.reset?, tcp))) else { return evidence };
    let after_fin = tcp.first_fin.is_some_and(|(_, at)| at.ts <= reset.at.ts);
    let closed = if closed(tcp, &reset) { reset.from } else { reset.from.flip() };
    evidence
        .with("by", reset.from.name())
        .with("state", reset.state.name())
        .with("peer_state", reset.peer_state.name())
        .with("unacked_bytes", unacked(&reset))
        .with("after_fin", after_fin)
        .maybe("fin_of", after_fin.then(|| closed.name()))
        .with("probe", is_probe(&reset))
        .with("idle_ms", ms(reset.idle_ns))
        .with("one_way", tcp.end(reset.from.flip()).segments == 0)
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    if e.is("probe") {
        return "The client answered the SYN-ACK with a RST: it asked only whether somebody listens (a health check, a scan), or \
                had given up."
            .to_owned();
    }
    let lost = match e.int("unacked_bytes") {
        0 if e.is("one_way") => "what the peer sent is not in this capture".to_owned(),
        0 => "nothing of the peer was outstanding".to_owned(),
        n => format!("{} of the peer were not acknowledged", bytes(n as u64)),
    };
    let fin = match e.text("fin_of") {
        _ if !e.is("after_fin") => String::new(),
        end if end == e.text("by") => ", after its own FIN".to_owned(),
        end => format!(", after the {end}'s FIN"),
    };
    match e.text("state") {
        "CLOSED" if !fin.is_empty() => format!("The {} sent a RST when it was over for it{fin}; {lost}.", e.text("by")),
        "CLOSED" => format!("The {} sent a RST, and nothing else of it is in this capture; {lost}.", e.text("by")),
        state => format!("The {} reset it in {state}{fin}; {lost}.", e.text("by")),
    }
}

fn answer(f: &Finding) -> String {
    format!(
        "The {} did, in state {}, while the peer was in {}; {} unacknowledged.",
        f.first.text("by"),
        f.first.text("state"),
        f.first.text("peer_state"),
        bytes(f.first.int("unacked_bytes") as u64)
    )
}
