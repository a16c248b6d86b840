//! What was sent again, and why.

use crate::track::{Spread, Tally};

/// Why a segment was sent again, the kernel's own distinction (names as in the JSON report).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Cause {
    /// A SYN again.
    Syn,
    /// A SYN-ACK again.
    SynAck,
    /// The first of a recovery that duplicate ACKs or SACK started (RFC 5681 §3.2, RFC 6675, RFC 8985).
    Fast,
    /// A later one of that recovery.
    Recovery,
    /// A tail loss probe that resent data (RFC 8985 §7).
    Tlp,
    /// The retransmission timer (RFC 6298).
    Rto,
    /// A later one after the timer.
    RtoRecovery,
    /// Resent in smaller pieces after the path MTU proved smaller (RFC 1191, RFC 4821).
    Mtu,
    /// A zero-window probe or keep-alive that resends data (RFC 9293 §3.8.6.1).
    Probe,
    /// The capture cannot tell.
    Unknown,
}

/// All causes, in the order of the JSON report.
pub const CAUSES: [Cause; 10] = [
    Cause::Syn,
    Cause::SynAck,
    Cause::Fast,
    Cause::Recovery,
    Cause::Tlp,
    Cause::Rto,
    Cause::RtoRecovery,
    Cause::Mtu,
    Cause::Probe,
    Cause::Unknown,
];

impl Cause {
    /// The name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Cause::Syn => "syn",
            Cause::SynAck => "synack",
            Cause::Fast => "fast",
            Cause::Recovery => "recovery",
            Cause::Tlp => "tlp",
            Cause::Rto => "rto",
            Cause::RtoRecovery => "rto_recovery",
            Cause::Mtu => "mtu",
            Cause::Probe => "probe",
            Cause::Unknown => "unknown",
        }
    }
}

/// Segments sent again by one end, by cause.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Retransmits {
    /// Count per [`Cause`], indexed by its discriminant.
    pub by_cause: [u32; CAUSES.len()],
    /// Payload bytes in them.
    pub bytes: u64,
    /// First and last of any cause.
    pub all: Tally,
    /// Of these, proven needless.
    pub spurious: Tally,
    /// Of these, retransmissions of a retransmission that was lost too.
    pub lost_again: Tally,
    /// Highest number of times one segment was sent in all.
    pub max_sends: u32,
    /// The longest silence before a timer's retransmission.
    pub longest_rto: Spread,
}

impl Retransmits {
    /// All causes together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.by_cause.iter().sum()
    }

    /// How many of one cause.
    #[must_use]
    pub fn of(&self, cause: Cause) -> u32 {
        self.by_cause[cause as usize]
    }
}
