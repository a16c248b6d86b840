//! What only some connections see: loss, stalls, oddities. Most ends are short and see none of it, so it is kept apart and
//! made when the first of it happens; to readers it is part of the [`End`].

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use super::{End, Hol, Retransmits, Stalls};
use crate::track::{Spread, Tally};

/// What went wrong or was out of the ordinary at one end.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    /// First segment above the MSS that the peer offered: segmentation offload at the capture point.
    pub above_mss: Tally,
    /// Segments with URG and payload.
    pub urgent: Tally,
    /// Segments sent again.
    pub retransmits: Retransmits,
    /// Segments that arrived late without having been sent twice.
    pub out_of_order: Tally,
    /// How late those were.
    pub reorder_delay: Spread,
    /// Largest distance of a late segment, in segments sent after it and seen before it.
    pub reorder_extent: u32,
    /// Copies that the network or the capture made: same IP ID, no retransmission.
    pub duplicates: Tally,
    /// Segments that others overtook beyond the capture point: a hole that filled though nothing was sent again.
    pub overtaken: Tally,
    /// How long those holes stood.
    pub overtaken_delay: Spread,
    /// Most segments seen to arrive before one of those.
    pub overtaken_extent: u32,
    /// Copies that the network made beyond the capture point: the receiver got twice what was sent once.
    pub copied: Tally,
    /// Duplicate ACKs sent (RFC 5681 §2).
    pub duplicate_acks: Tally,
    /// Segments sent with at least one SACK block.
    pub sack_segments: Tally,
    /// Most blocks in one segment.
    pub sack_blocks_max: u8,
    /// Duplicate SACKs sent (RFC 2883).
    pub dsacks: Tally,
    /// SACKed data later reported missing (RFC 2018 §8).
    pub reneged: Tally,
    /// Keep-alive probes sent.
    pub keepalives: Tally,
    /// Answers to keep-alive probes.
    pub keepalive_acks: Tally,
    /// Challenge ACKs sent (RFC 5961).
    pub challenge_acks: Tally,
    /// Stretches of this end's data missing from the capture though acknowledged or passed over for good.
    pub gaps: Tally,
    /// Bytes in those.
    pub gap_bytes: u64,
    /// ACKs of the peer for data of this end that the capture never saw.
    pub acked_unseen: Tally,
    /// Sequence numbers that those ACKs were ahead of what the capture had shown.
    pub acked_ahead: u64,
    /// Segments sent with ECE after the handshake.
    pub ece: Tally,
    /// Segments sent with CWR after the handshake.
    pub cwr: Tally,
    /// Times it advertised a zero window, until it opened.
    pub zero_window: Stalls,
    /// Times it filled the window that the peer advertised.
    pub window_full: Stalls,
    /// Windows above zero but below min(MSS, half the buffer) advertised (RFC 9293 §3.8.6.2).
    pub silly_windows: Tally,
    /// Small writes held until a delayed ACK came (RFC 896 with RFC 1122 §4.2.3.2): the milliseconds lost.
    pub nagle_stalls: Spread,
    /// Bytes of this end's stream that waited at the receiver behind a hole: how many, how long (RFC 9293 §3.10.7.4).
    pub hol: Hol,
    /// Packets whose TTL differs from the one before.
    pub ttl_changes: Tally,
    /// Payload sent after the peer's FIN was acknowledged.
    pub after_peer_fin: u64,
}

/// Made once for an end at most: kept out of the way of all that may have to.
#[cold]
fn blank() -> Box<Trouble> {
    Box::default()
}

/// That of an end without any.
static NONE: LazyLock<Trouble> = LazyLock::new(Trouble::default);

impl End {
    /// What went wrong or was out of the ordinary, if anything.
    #[must_use]
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_deref()
    }
}

impl Deref for End {
    type Target = Trouble;

    fn deref(&self) -> &Trouble {
        self.trouble.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for End {
    fn deref_mut(&mut self) -> &mut Trouble {
        self.trouble.get_or_insert_with(blank)
    }
}
