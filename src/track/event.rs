//! What the tracker tells while it reads: one [`Event`] for each thing that happened, borrowed, in frame order.

use super::app::dns::DnsExchange;
use super::tcp::{Cause, IcmpError, State};
use super::{Basis, ConvId, Conversation, Dir};
use crate::decode::tcp::{Flags, Seq};
use crate::source::At;

/// One thing that happened in a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// The packet that shows it.
    pub at: At,
    /// The conversation.
    pub conversation: ConvId,
    /// Who sent that packet.
    pub from: Dir,
    /// What happened.
    pub what: What<'a>,
}

/// Proof that a retransmission was not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A duplicate SACK (RFC 2883).
    Dsack,
    /// The ACK echoes the timestamp of the first copy (RFC 3522).
    Eifel,
    /// The ACK came sooner than any answer to the second copy could.
    EarlyAck,
    /// The capture point saw the receiver acknowledge the data before the second copy was sent.
    AckedBefore,
}

impl Proof {
    /// The name in the event stream.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Proof::Dsack => "dsack",
            Proof::Eifel => "eifel",
            Proof::EarlyAck => "early_ack",
            Proof::AckedBefore => "acked_before",
        }
    }
}

/// What happened. Frames named `of` are those that first carried the same thing; `None` where not captured.
#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    /// A conversation began.
    Opened,
    /// `end` entered a state.
    State {
        /// Whose state.
        end: Dir,
        /// The new one.
        state: State,
        /// Seen or derived.
        basis: Basis,
    },
    /// A segment was sent again.
    Retransmit {
        /// Why.
        cause: Cause,
        /// First copy.
        of: Option<At>,
        /// Start of the sequence space.
        seq: Seq,
        /// Payload bytes.
        len: u32,
        /// Time since the latest earlier copy, in nanoseconds; 0 if none was captured.
        after_ns: i64,
        /// Copies so far, this one included, as far as captured.
        sends: u32,
    },
    /// A retransmission proved needless. `of` is the retransmission.
    Spurious {
        /// The retransmission that was not needed.
        of: At,
        /// What proves it.
        proof: Proof,
    },
    /// A segment arrived late without having been sent twice.
    OutOfOrder {
        /// Its sequence number.
        seq: Seq,
        /// Payload bytes.
        len: u32,
        /// How long after the first segment beyond it, in nanoseconds.
        late_ns: i64,
        /// Segments that overtook it.
        overtaken_by: u32,
    },
    /// The network or the capture made a copy.
    Duplicate {
        /// The original.
        of: Option<At>,
    },
    /// A duplicate ACK, the `count`-th in a row.
    DuplicateAck {
        /// The number acknowledged again.
        ack: Seq,
        /// In a row.
        count: u32,
    },
    /// A duplicate SACK.
    Dsack {
        /// Left edge.
        left: Seq,
        /// Right edge.
        right: Seq,
    },
    /// SACKed data turned out missing.
    Reneged,
    /// Data of `from` that the capture will not show any more.
    Gap {
        /// Where it begins.
        seq: Seq,
        /// Bytes.
        len: u32,
    },
    /// An ACK by `from` for data that the capture never saw.
    AckedUnseen {
        /// Bytes not seen.
        len: u32,
    },
    /// `from` advertised a zero window.
    ZeroWindow,
    /// The window opened after `ns` nanoseconds.
    WindowOpened {
        /// Nanoseconds at zero.
        ns: i64,
    },
    /// `from` probed a zero window.
    WindowProbe,
    /// `from` filled the peer's window.
    WindowFull,
    /// A keep-alive probe.
    KeepAlive,
    /// Its answer.
    KeepAliveAck,
    /// A challenge ACK (RFC 5961) to the packet `of`.
    ChallengeAck {
        /// The packet that provoked it.
        of: At,
    },
    /// A small write waited for a delayed ACK.
    NagleStall {
        /// The write before, still unacknowledged.
        first: At,
        /// The ACK it waited for.
        ack: At,
        /// Nanoseconds lost.
        ns: i64,
    },
    /// Bytes of `from` waited at the receiver behind a hole that this packet filled or acknowledged.
    HolStall {
        /// Bytes that waited.
        bytes: u32,
        /// The first packet behind the hole.
        since: At,
    },
    /// A FIN, the `count`-th of this end.
    Fin {
        /// 1 for the first.
        count: u32,
    },
    /// A reset. Details are in the conversation's facts.
    Reset,
    /// Urgent data.
    Urgent {
        /// The urgent pointer.
        pointer: u16,
    },
    /// An ICMP error quoting this conversation.
    Icmp(&'a IcmpError),
    /// A TLS, QUIC or other application phase: name and whether an observer can read it.
    Phase {
        /// The phase's name in the JSON report.
        name: &'a str,
        /// The body is encrypted.
        encrypted: bool,
        /// The frame that completed it: an earlier one where it waited for bytes that came late.
        of: u32,
    },
    /// A DNS exchange is complete: answered, or given up.
    Dns(&'a DnsExchange),
    /// One segment of the conversation that is being traced.
    Segment(&'a Segment),
    /// One datagram of the conversation that is being traced.
    Datagram {
        /// Payload bytes.
        len: u32,
    },
    /// The conversation is over, evicted, or the capture ended: its facts are final.
    Closed,
}

/// One segment as the step-by-step view tells it.
#[derive(Debug, Clone, Copy)]
pub struct Segment {
    /// Sequence number.
    pub seq: Seq,
    /// Acknowledgment number.
    pub ack: Seq,
    /// Control bits.
    pub flags: Flags,
    /// Payload bytes.
    pub len: u32,
    /// Window in bytes, scaled where known.
    pub window: u32,
    /// Options of a SYN; `None` otherwise.
    pub mss: Option<u16>,
    /// SACK blocks in it.
    pub sack_blocks: u8,
    /// States of client and server after it.
    pub states: [State; 2],
}

macro_rules! kinds {
    ($($kind:ident $pattern:pat => $name:literal,)+) => {
        /// The kind of an [`Event`], for rules that want some kinds only and for selecting them by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each names the variant of `What`")]
        #[repr(u8)]
        pub enum Kind { $($kind,)+ }

        /// All kinds.
        pub const KINDS: &[Kind] = &[$(Kind::$kind,)+];

        impl Kind {
            /// The name in the event stream.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name,)+ }
            }
        }

        impl What<'_> {
            /// Which kind this is.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $($pattern => Kind::$kind,)+ }
            }
        }
    };
}

kinds! {
    Opened What::Opened => "opened",
    State What::State { .. } => "state",
    Retransmit What::Retransmit { .. } => "retransmit",
    Spurious What::Spurious { .. } => "spurious",
    OutOfOrder What::OutOfOrder { .. } => "out_of_order",
    Duplicate What::Duplicate { .. } => "duplicate",
    DuplicateAck What::DuplicateAck { .. } => "duplicate_ack",
    Dsack What::Dsack { .. } => "dsack",
    Reneged What::Reneged => "reneged",
    Gap What::Gap { .. } => "gap",
    AckedUnseen What::AckedUnseen { .. } => "acked_unseen",
    ZeroWindow What::ZeroWindow => "zero_window",
    WindowOpened What::WindowOpened { .. } => "window_opened",
    WindowProbe What::WindowProbe => "window_probe",
    WindowFull What::WindowFull => "window_full",
    KeepAlive What::KeepAlive => "keep_alive",
    KeepAliveAck What::KeepAliveAck => "keep_alive_ack",
    ChallengeAck What::ChallengeAck { .. } => "challenge_ack",
    NagleStall What::NagleStall { .. } => "nagle_stall",
    HolStall What::HolStall { .. } => "hol_stall",
    Fin What::Fin { .. } => "fin",
    Reset What::Reset => "reset",
    Urgent What::Urgent { .. } => "urgent",
    Icmp What::Icmp(_) => "icmp",
    Phase What::Phase { .. } => "phase",
    Dns What::Dns(_) => "dns",
    Segment What::Segment(_) => "segment",
    Datagram What::Datagram { .. } => "datagram",
    Closed What::Closed => "closed",
}

/// Who listens to the tracker.
pub trait Sink {
    /// Something happened.
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation);

    /// Whether it listens to events of this kind; of others none need be told.
    fn wants(&self, _kind: Kind) -> bool {
        true
    }

    /// Whether a connection attempt that is kept in small has to be told with all facts when it is over. Otherwise it is
    /// [`What::Closed`] without any but what [`Conversation::attempt`] says: scans make millions of them.
    fn needs_all(&self, _attempt: &Conversation) -> bool {
        true
    }
}

impl<A: Sink, B: Sink> Sink for (A, B) {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        self.0.event(event, conversation);
        self.1.event(event, conversation);
    }

    fn wants(&self, kind: Kind) -> bool {
        self.0.wants(kind) || self.1.wants(kind)
    }

    fn needs_all(&self, attempt: &Conversation) -> bool {
        self.0.needs_all(attempt) || self.1.needs_all(attempt)
    }
}

impl<S: Sink> Sink for &mut S {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        (**self).event(event, conversation);
    }

    fn wants(&self, kind: Kind) -> bool {
        (**self).wants(kind)
    }

    fn needs_all(&self, attempt: &Conversation) -> bool {
        (**self).needs_all(attempt)
    }
}
