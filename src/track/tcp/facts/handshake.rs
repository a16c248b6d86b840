//! How a connection was opened: the SYNs, what they offered, and the three steps.

use crate::source::At;

/// What an end offered in its SYN or SYN-ACK.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SynOptions {
    /// Maximum segment size it is willing to receive; `None`: 536 or 1220 by default (RFC 9293 §3.7.1).
    pub mss: Option<u16>,
    /// Window scale shift (RFC 7323).
    pub window_scale: Option<u8>,
    /// SACK permitted (RFC 2018).
    pub sack_permitted: bool,
    /// Timestamps: the TSval.
    pub timestamps: Option<u32>,
    /// Fast Open: `Some(0)` asks for a cookie, else the cookie's length (RFC 7413).
    pub fast_open: Option<u8>,
    /// MPTCP subtype (RFC 8684).
    pub mptcp: Option<u8>,
    /// MD5 signatures (RFC 2385).
    pub md5: bool,
    /// TCP-AO (RFC 5925).
    pub ao: bool,
    /// ECE, CWR and AE bits of the SYN or SYN-ACK: how ECN was negotiated (RFC 3168 §6.1.1, RFC 9768 §3.1).
    pub ecn_bits: u16,
    /// The window field, unscaled.
    pub window: u16,
    /// The snapshot length took some of the options: those not seen may have been there.
    pub cut: bool,
}

impl SynOptions {
    /// Whether an option that was seen or not is there; `None` when it may be among those cut off.
    #[must_use]
    pub fn tells(&self, seen: bool) -> Option<bool> {
        (seen || !self.cut).then_some(seen)
    }
}

/// One SYN's or FIN's journey. In memory as it stands here.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(C)]
pub struct Control {
    /// Copies seen.
    pub count: u32,
    /// First copy.
    pub first: Option<At>,
    /// Last copy.
    pub last: At,
    /// Longest time between two copies, in nanoseconds.
    pub longest_gap_ns: i64,
    /// The packet of the peer that acknowledged it.
    pub acked: Option<At>,
}

/// The three-way handshake.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Handshake {
    /// The first SYN.
    pub syn: Option<At>,
    /// The last SYN before the SYN-ACK: the one it answers.
    pub syn_answered: Option<At>,
    /// The first SYN-ACK.
    pub syn_ack: Option<At>,
    /// The ACK that completes it.
    pub ack: Option<At>,
    /// Both ends sent a SYN before either got one.
    pub simultaneous: bool,
    /// Payload bytes in the SYN (RFC 7413).
    pub syn_data: u32,
    /// Of these, acknowledged by the SYN-ACK.
    pub syn_data_acked: u32,
    /// The server refused: RST to the SYN.
    pub refused: Option<At>,
    /// TSecr of the first SYN-ACK captured; 0 for none.
    pub echo: u32,
    /// The first SYN-ACK captured answers an earlier SYN than the latest, though it came a round trip after the latest:
    /// the server sent one before, which was lost on its way here.
    pub lost_syn_ack: bool,
    /// The SYN-ACK's timestamp is so many milliseconds older than the server's clock, though the SYN-ACK was not held
    /// up on the way: a SYN cookie keeps the options there.
    pub cookie_lag_ms: Option<u8>,
}

impl Handshake {
    /// From the SYN that was answered to the ACK, in nanoseconds.
    #[must_use]
    pub fn rtt_ns(&self) -> Option<i64> {
        Some(self.ack?.ts.since(self.syn_answered?.ts))
    }

    /// From the SYN that was answered to the ACK, in milliseconds: a whole round trip, wherever the capture was taken.
    #[must_use]
    pub fn rtt_ms(&self) -> Option<f64> {
        between(self.syn_answered?, self.ack?)
    }

    /// From the SYN-ACK to the ACK: to the client and back.
    #[must_use]
    pub fn client_side_ms(&self) -> Option<f64> {
        between(self.syn_ack?, self.ack?)
    }

    /// From the SYN to the SYN-ACK: to the server and back.
    #[must_use]
    pub fn server_side_ms(&self) -> Option<f64> {
        between(self.syn_answered?, self.syn_ack?)
    }
}

/// Milliseconds from one packet to a later one; `None` where the capture's clock went backwards between them.
fn between(from: At, to: At) -> Option<f64> {
    (to.ts >= from.ts).then(|| to.ts.ms_since(from.ts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::track::testing::at;

    #[test]
    fn a_clock_that_goes_backwards_tells_no_round_trip() {
        let [syn, syn_ack, ack] = [at(5), at(2), at(9)].map(Some);
        let shake = Handshake { syn, syn_answered: syn, syn_ack, ack, ..Handshake::default() };
        assert_eq!((shake.server_side_ms(), shake.client_side_ms(), shake.rtt_ms()), (None, Some(7.0), Some(4.0)));
    }
}
