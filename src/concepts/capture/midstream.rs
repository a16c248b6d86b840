//! `capture.midstream`: Begun before the capture.

use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::Conversation;

concept! {
/// Without the SYNs the window scale, the MSS and whether SACK and timestamps were agreed are unknown, and so is
/// who opened the connection.
    MIDSTREAM {
        id: "capture.midstream",
        title: "Begun before the capture",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "!tcp.flags.syn",
        question: "The handshake is not in the trace. What can you no longer know?",
        rule: Rule::Connection(rule),
        needs: [Oddity],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp().filter(|t| t.midstream)?;
    let data = tcp.ends.iter().map(|e| e.unique_bytes).sum::<u64>();
    Some(Evidence::at(c.first()).with("guessed", c.is_guessed()).with("bytes", data).weight(data as f64))
}

fn explain(f: &Finding) -> String {
    format!(
        "The handshake is not in the capture: who opened it is {}, window scaling unknown.",
        if f.first.is("guessed") { "a guess" } else { "known from elsewhere" }
    )
}

fn answer(_: &Finding) -> String {
    "Window scale, MSS, SACK, the base round-trip time and the initiator; later numbers are still exact.".to_owned()
}
