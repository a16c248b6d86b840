//! What is written in the margin of a step: a segment as a line of the ladder, an event in words.

use super::style::{counted, thousands};
use crate::concepts::text::duration;
use crate::track::tcp::{Cause, Flags};
use crate::track::{Dir, Proof, Segment, What, ms};

/// A segment with sequence numbers relative to the first one seen of each side.
pub(super) fn segment(segment: &Segment, isn: [Option<u32>; 2], from: Dir) -> String {
    let names = [
        (Flags::SYN, "SYN"),
        (Flags::FIN, "FIN"),
        (Flags::RST, "RST"),
        (Flags::PSH, "PSH"),
        (Flags::URG, "URG"),
        (Flags::ACK, "ACK"),
        (Flags::ECE, "ECE"),
        (Flags::CWR, "CWR"),
    ];
    let flags: Vec<&str> = names.iter().filter(|(bit, _)| segment.flags.has(*bit)).map(|(_, name)| *name).collect();
    let relative = |n: u32, of: Dir| n.wrapping_sub(isn[of.index()].unwrap_or(0));
    let mut text = flags.join(" ");
    text.push_str(&format!(" seq {}", relative(segment.seq.0, from)));
    if segment.flags.has(Flags::ACK) {
        text.push_str(&format!(" ack {}", relative(segment.ack.0, from.flip())));
    }
    if segment.len > 0 {
        text.push_str(&format!(" len {}", segment.len));
    }
    text.push_str(&format!(" win {}", segment.window));
    if let Some(mss) = segment.mss {
        text.push_str(&format!(" mss {mss}"));
    }
    if segment.sack_blocks > 0 {
        text.push_str(&format!(" sack ×{}", segment.sack_blocks));
    }
    text
}

/// What an event says. States are shown beside the step and need no note; phases are told from the report, where their
/// names are final.
pub(super) fn note(what: &What<'_>) -> Option<String> {
    Some(match what {
        What::Retransmit { cause, of, after_ns, .. } => match of {
            Some(of) => {
                format!("frame {} sent again after {}: {}", of.frame, duration(ms(*after_ns)), why(*cause))
            }
            None => format!("sent again, the first copy is not in the capture: {}", why(*cause)),
        },
        What::Spurious { of, proof } => format!("the copy in frame {} was needless: {}", of.frame, proven(*proof)),
        What::OutOfOrder { late_ns, overtaken_by, .. } => {
            let others = counted(u64::from(*overtaken_by), "segment");
            format!("out of order: {} late, overtaken by {others}", duration(ms(*late_ns)))
        }
        What::Duplicate { of } => match of {
            Some(of) => format!("a copy of frame {}, made by the network or the capture", of.frame),
            None => "a copy made by the network or the capture".to_owned(),
        },
        What::DuplicateAck { count: count @ (1 | 3), .. } => format!("duplicate ACK {count}"),
        What::Dsack { .. } => "DSACK: the receiver got these bytes twice".to_owned(),
        What::Reneged => "the receiver took back a SACK".to_owned(),
        What::Gap { len, .. } => format!("{} are missing from the capture", bytes(*len)),
        What::AckedUnseen { len } => format!("acknowledges {} that the capture never saw", bytes(*len)),
        What::ZeroWindow => "window closed: the receiver's buffer is full".to_owned(),
        What::WindowOpened { ns } => format!("window open again after {}", duration(ms(*ns))),
        What::WindowProbe => "zero-window probe".to_owned(),
        What::WindowFull => "the peer's window is full now".to_owned(),
        What::KeepAlive => "keep-alive probe".to_owned(),
        What::KeepAliveAck => "answer to the keep-alive".to_owned(),
        What::ChallengeAck { of } => format!("challenge ACK to frame {}", of.frame),
        What::NagleStall { ns, .. } => format!("waited {} for a delayed ACK (Nagle)", duration(ms(*ns))),
        What::HolStall { bytes: n, since } => {
            format!("{} had waited behind a hole since frame {}", bytes(*n), since.frame)
        }
        What::Urgent { .. } => "urgent data".to_owned(),
        What::Icmp(error) => format!("ICMP error from {} (type {}, code {})", error.from, error.kind, error.code),
        What::Dns(exchange) => exchange.brief(),
        _ => return None,
    })
}

/// A phase of TLS: `TLS server hello`, `TLS finished (encrypted)`.
pub(super) fn phase(name: &str, encrypted: bool) -> String {
    let sealed = if encrypted && !name.starts_with("encrypted") { " (encrypted)" } else { "" };
    format!("TLS {}{sealed}", name.replace('_', " "))
}

fn bytes(n: u32) -> String {
    if n == 1 { "1 byte".to_owned() } else { format!("{} bytes", thousands(u64::from(n))) }
}

/// Why a segment went out again, as far as the packets tell.
fn why(cause: Cause) -> &'static str {
    match cause {
        Cause::Syn => "no SYN-ACK so far",
        Cause::SynAck => "no ACK had reached its sender",
        Cause::Fast => "fast retransmit",
        Cause::Recovery => "the same recovery goes on",
        Cause::Tlp => "tail loss probe",
        Cause::Rto => "retransmission timeout",
        Cause::RtoRecovery => "recovery after the timeout goes on",
        Cause::Mtu => "in smaller pieces",
        Cause::Probe => "as a probe",
        Cause::Unknown => "the packets do not tell why",
    }
}

fn proven(proof: Proof) -> &'static str {
    match proof {
        Proof::Dsack => "the receiver reports it as a duplicate (DSACK)",
        Proof::Eifel => "this ACK echoes the first copy's timestamp",
        Proof::EarlyAck => "this ACK came too soon to be an answer to it",
        Proof::AckedBefore => "the first copy was acknowledged before it was sent",
    }
}
