//! What one sender has in the network, as it must count it itself: RFC 6675's pipe, RFC 5681's flight without SACK.

use super::space::Space;
use crate::decode::tcp::Seq;
use crate::track::tcp::send::Ca;

/// What the sender's own counters do not say.
#[derive(Debug, Clone, Default)]
pub struct Pipe {
    /// Bytes sent again in this recovery, not known to have arrived.
    resent: u32,
    /// Bytes that duplicate ACKs stand for, where there is no SACK (RFC 5681 §3.2 step 4).
    duplicates: u32,
    /// Not SACKed below the highest SACK, as of the latest acknowledgment.
    holes: u32,
    /// Acknowledged in all.
    acked: u64,
    una: Option<Seq>,
    dup_acks: u32,
}

impl Pipe {
    /// `bytes` of old data left again.
    pub fn resent(&mut self, bytes: u32) {
        self.resent = self.resent.saturating_add(bytes);
    }

    /// An acknowledgment was applied to `space`.
    pub fn acked(&mut self, space: &Space, mss: u32, sack: bool) {
        let progress = self.una.map_or(0, |una| space.una.since(una).max(0) as u32);
        self.una = Some(space.una);
        self.acked += u64::from(progress);
        let holes = if space.ca == Ca::Loss { unsacked(space, space.high) } else { unsacked(space, space.sacked_to) };
        if space.ca == Ca::Open {
            self.resent = 0;
        } else {
            // A hole that was filled is a retransmission that arrived.
            let filled = if sack { self.holes.saturating_sub(holes) } else { progress.min(mss) };
            self.resent = self.resent.saturating_sub(filled);
        }
        self.holes = holes;
        if !sack {
            self.count_duplicates(space, mss, progress);
        }
    }

    /// Without SACK each duplicate ACK says that one segment left the network; a partial ACK takes them back.
    fn count_duplicates(&mut self, space: &Space, mss: u32, progress: u32) {
        if progress > 0 {
            self.duplicates = self.duplicates.saturating_sub(progress.saturating_sub(mss));
            if space.ca == Ca::Open {
                self.duplicates = 0;
            }
        } else if space.dup_acks > self.dup_acks {
            self.duplicates = self.duplicates.saturating_add(mss).min(space.in_flight());
        }
        self.dup_acks = space.dup_acks;
    }

    /// Bytes in the network now.
    pub fn bytes(&self, space: &Space, mss: u32, sack: bool) -> u32 {
        let out = space.in_flight();
        match space.ca {
            Ca::Open => self.open_bytes(space),
            // RFC 6675 §4: what is not SACKed below the highest SACK is lost, unless it was sent again.
            Ca::Recovery if sack => beyond(space, space.sacked_to) + self.resent.min(self.holes),
            Ca::Recovery => {
                out.saturating_sub(self.duplicates).saturating_sub(mss).saturating_add(self.resent.min(mss))
            }
            // After a timeout everything that was out is lost (RFC 5681 §3.1).
            Ca::Loss => beyond(space, space.high) + self.resent.min(self.holes.max(mss)),
        }
    }

    /// Bytes out that the receiver has not reported, lost ones included: what the window must have allowed.
    pub fn open_bytes(&self, space: &Space) -> u32 {
        space.in_flight().saturating_sub(space.sacked_bytes).saturating_sub(self.duplicates)
    }

    /// Bytes delivered since the beginning: acknowledged or SACKed.
    pub fn delivered(&self, space: &Space) -> u64 {
        self.acked + u64::from(space.sacked_bytes) + u64::from(self.duplicates)
    }
}

/// Bytes between `una` and `to` that are not SACKed.
fn unsacked(space: &Space, to: Seq) -> u32 {
    let to = if to.after(space.nxt) { space.nxt } else { to };
    let span = to.since(space.una).max(0) as u32;
    span.saturating_sub(space.sacked_bytes)
}

/// Bytes sent beyond `from`.
fn beyond(space: &Space, from: Seq) -> u32 {
    let from = if space.una.after(from) { space.una } else { from };
    space.nxt.since(from).max(0) as u32
}
