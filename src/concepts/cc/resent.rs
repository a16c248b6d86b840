//! The evidence that the concepts of single causes share: who sent again, how often, and what the peer had said.

use crate::concepts::Evidence;
use crate::track::tcp::Retransmits;
use crate::track::{Conversation, Dir, ms};

/// The end for which `count` is higher, if it is above zero.
pub(super) fn evidence(c: &Conversation, count: fn(&Retransmits) -> u32) -> Option<Evidence> {
    let tcp = c.tcp()?;
    let of = |dir: Dir| count(&tcp.end(dir).retransmits);
    let dir = if of(Dir::Client) >= of(Dir::Server) { Dir::Client } else { Dir::Server };
    let r = &tcp.end(dir).retransmits;
    if count(r) == 0 {
        return None;
    }
    let peer = tcp.end(dir.flip());
    Some(
        Evidence::at(r.all.first)
            .frame(r.all.last.frame)
            .with("sender", dir.name())
            .with("segments", count(r))
            .with("longest_silence_ms", ms(r.longest_rto.max_ns))
            .with("peer_dup_acks", peer.duplicate_acks.count)
            .with("peer_sacks", peer.sack_segments.count)
            .times(count(r))
            .weight(f64::from(count(r))),
    )
}
