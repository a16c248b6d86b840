//! `udp.reliability-on-top`: What TCP does, done again over UDP.

use crate::concepts::text::{plural, protocol};
use crate::concepts::{Evidence, Finding, Rule, concept};
use crate::track::app::App;
use crate::track::{Conversation, Dir, Proto};

concept! {
/// UDP gives ports and a checksum, so a protocol that needs more builds it: numbers to know what is missing,
/// acknowledgments and timers to send it again, and only as much order as it can use.
    RELIABILITY_ON_TOP {
        id: "udp.reliability-on-top",
        title: "Reliability built over UDP",
        section: 2,
        severity: Info,
        rfcs: ["RFC 8085 §3.3", "RFC 9002", "RFC 6347 §4.2.4", "RFC 1350 §6"],
        filter: "quic || dtls || tftp || rtp",
        question: "If UDP is unreliable, how can a file transfer or a web page use it?",
        rule: Rule::Connection(rule),
        needs: [Application],
    }
}

fn rule(c: &Conversation) -> Option<Evidence> {
    let built = built_by(c.app()).filter(|_| c.proto() == Proto::Udp)?;
    Some(
        Evidence::at(c.first())
            .frame(c.last().frame)
            .maybe("protocol", c.app().name())
            .with("built", built)
            .with("client_packets", c.packets(Dir::Client))
            .with("server_packets", c.packets(Dir::Server)),
    )
}

/// What a protocol adds to UDP.
fn built_by(app: App) -> Option<&'static str> {
    Some(match app {
        App::Quic | App::Http3 | App::Gquic => {
            "packet numbers, acknowledgments, loss recovery and congestion control, with order in each stream only"
        }
        App::Dtls => "message numbers and a retransmission timer for the handshake; the data after it may be lost",
        App::Tftp => "numbered blocks, each acknowledged before the next",
        App::Utp => "sequence numbers, selective acknowledgments and a congestion control that gives way to others",
        App::Rtp => "sequence numbers and timestamps without acknowledgments: the receiver reorders and conceals loss",
        _ => return None,
    })
}

fn explain(f: &Finding) -> String {
    let e = &f.first;
    format!(
        "{} in {} of the client and {} of the server: {}.",
        protocol(e.text("protocol")),
        plural(e.int("client_packets") as u64, "packet"),
        plural(e.int("server_packets") as u64, "packet"),
        e.text("built")
    )
}

fn answer(f: &Finding) -> String {
    format!(
        "By building what it needs on top. Here {} does: {}.",
        protocol(f.first.text("protocol")),
        f.first.text("built")
    )
}
