//! `tcp.handshake`: Three-way handshake.

use crate::concepts::text::duration;
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir, Event};

concept! {
/// A connection begins with SYN, SYN-ACK and ACK. Each side states its initial sequence number and the options it
/// can use; only what both offer is in force. The gap before the SYN-ACK is the way to the server and back, the gap
/// after it the way to the client and back, so together they place the capture point.
    HANDSHAKE {
        id: "tcp.handshake",
        title: "Three-way handshake",
        section: 3,
        severity: Info,
        rfcs: ["RFC 9293 §3.5", "RFC 7323"],
        filter: "tcp.flags.syn==1",
        question: "What happens on the wire before the first byte of data, and what do both sides agree on?",
        rule: Rule::Connection(rule),
        needs: [Tcp],
        detail: detail,
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let shake = &tcp.handshake;
    let (syn, syn_ack, ack) = (shake.syn?, shake.syn_ack?, shake.ack?);
    tcp.end(Dir::Client).syn.and(tcp.end(Dir::Server).syn)?;
    let (whole, ..) = (shake.rtt_ms()?, shake.server_side_ms()?, shake.client_side_ms()?);
    Some(Evidence::at(syn).frame(syn_ack.frame).frame(ack.frame).weight(whole))
}

fn detail(_: &Event<'_>, c: &Conversation, evidence: Evidence) -> Evidence {
    let Some((shake, [client, server])) = c.tcp().map(|tcp| (&tcp.handshake, &tcp.ends)) else { return evidence };
    let (Some(a), Some(b)) = (client.syn, server.syn) else { return evidence };
    let yes = |x: bool, y: bool, name: &str| (x && y).then(|| name.to_owned());
    let agreed = [
        yes(a.window_scale.is_some(), b.window_scale.is_some(), "window scaling"),
        yes(a.sack_permitted, b.sack_permitted, "SACK"),
        yes(a.timestamps.is_some(), b.timestamps.is_some(), "timestamps"),
        yes(a.cut, true, "what the snapshot length cut off"),
    ];
    evidence
        .maybe("rtt_ms", shake.rtt_ms())
        .maybe("server_side_ms", shake.server_side_ms())
        .maybe("client_side_ms", shake.client_side_ms())
        .maybe("client_isn", client.isn.map(|s| s.0))
        .maybe("server_isn", server.isn.map(|s| s.0))
        .maybe("client_mss", a.mss)
        .maybe("server_mss", b.mss)
        .with("agreed", agreed.into_iter().flatten().collect::<Vec<_>>())
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let agreed = e.list("agreed");
    format!(
        "Opened in {}: {} to the server and back, {} to the client and back as seen from the capture point; MSS {} and {}; agreed: {}.",
        duration(e.num("rtt_ms")),
        duration(e.num("server_side_ms")),
        duration(e.num("client_side_ms")),
        mss(e, "client_mss"),
        mss(e, "server_mss"),
        if agreed.is_empty() { "no option" } else { &agreed },
    )
}

fn answer(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "SYN with sequence number {}, SYN-ACK with {}, ACK: {} in all, and only then data. The MSS of the two: {} and {}.",
        e.int("client_isn"),
        e.int("server_isn"),
        duration(e.num("rtt_ms")),
        mss(e, "client_mss"),
        mss(e, "server_mss"),
    )
}

/// What an end offered; who offers none takes 536 bytes, or 1220 over IPv6 (RFC 9293 §3.7.1).
fn mss(e: &Evidence, of: &str) -> String {
    match e.int(of) {
        0 => "not told".to_owned(),
        mss => mss.to_string(),
    }
}
