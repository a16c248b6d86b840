//! Counters that every segment moves, whatever it carries.

use super::connection::TcpConn;
use crate::decode::IpView;
use crate::decode::tcp::{Flags, TcpView};
use crate::source::At;
use crate::track::Dir;

impl TcpConn {
    /// Counts a segment of `dir`.
    pub(super) fn count(&mut self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, at: At) {
        if self.live.latest.frame != 0 {
            let before = self.live.latest;
            self.facts.idle.add(before, at);
            if at.ts.since(before.ts) >= LONG_SILENCE_NS {
                self.live.silence = Some((before, at));
            }
        }
        if !self.facts.icmp.is_empty() {
            self.heed(dir, ip.total_len, tcp.len, at);
        }
        if tcp.len > 0 {
            self.live.headers[dir.index()] = ip.total_len.saturating_sub(tcp.len);
        }
        let end = &mut self.facts.ends[dir.index()];
        end.segments = end.segments.saturating_add(1);
        end.ecn[usize::from(ip.ecn())] += 1;
        if end.segments == 1 {
            end.ttl = ip.ttl;
        } else if end.ttl != ip.ttl {
            end.ttl = ip.ttl;
            end.ttl_changes.add(at);
        }
        if tcp.flags.0 & (Flags::ECE | Flags::CWR) != 0 && !tcp.flags.has(Flags::SYN) {
            if tcp.flags.has(Flags::ECE) {
                end.ece.add(at);
            }
            if tcp.flags.has(Flags::CWR) {
                end.cwr.add(at);
            }
        }
        if tcp.len == 0 {
            return;
        }
        end.data_segments = end.data_segments.saturating_add(1);
        end.data.add(at);
        end.largest = end.largest.max(tcp.len);
        if tcp.flags.has(Flags::PSH) {
            end.pushes.add(at);
        }
        if tcp.flags.has(Flags::URG) {
            end.urgent.add(at);
        }
    }
}

/// A silence of this length is remembered, for connections that a middlebox forgets: 3 s.
pub(super) const LONG_SILENCE_NS: i64 = 3 * crate::source::NS_PER_S;
