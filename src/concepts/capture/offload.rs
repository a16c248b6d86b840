//! `capture.offload`: Segments larger than the network carries.

use crate::concepts::text::{bytes, plural};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::{Conversation, Dir};

concept! {
/// With segmentation offload the kernel hands large pieces to the card (or gets merged ones from it), and the
/// capture sees those, not the packets on the wire. Counts of segments are then too low, and checksums of sent
/// packets may be unset.
    OFFLOAD {
        id: "capture.offload",
        title: "Segments larger than the network carries",
        section: 0,
        severity: Note,
        rfcs: [],
        filter: "tcp.len > 1460",
        question: "Why does a capture show 60 kB TCP segments on a 1500-byte network?",
        rule: Rule::Connection(rule),
        needs: [Trouble],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let end = [Dir::Client, Dir::Server].into_iter().find(|d| tcp.end(*d).above_mss.count > 0)?;
    let above = tcp.end(end).above_mss;
    Some(
        Evidence::at(above.first)
            .frame(above.last.frame)
            .with("sender", end.name())
            .with("segments", above.count)
            .with("largest_bytes", tcp.end(end).largest)
            .maybe("mss", tcp.end(end.flip()).syn.and_then(|s| s.mss))
            .times(above.count),
    )
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    let exceed = if e.int("segments") == 1 { "exceeds" } else { "exceed" };
    format!(
        "{} of the {} {exceed} the MSS of {} (up to {}): the capture saw them before or after segmentation.",
        plural(e.int("segments") as u64, "segment"),
        e.text("sender"),
        e.int("mss"),
        bytes(e.int("largest_bytes") as u64)
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "Offload: the capture point sees up to {}, the wire sees pieces of {} bytes.",
        bytes(f.first.int("largest_bytes") as u64),
        f.first.int("mss")
    )
}
