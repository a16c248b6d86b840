//! Counters that every segment moves, whatever it carries.

use super::connection::TcpConn;
use super::facts::End;
use crate::decode::IpView;
use crate::decode::tcp::{Flags, TcpView};
use crate::source::At;
use crate::track::Dir;

impl TcpConn {
    /// Counts a segment of `dir`.
    pub(super) fn count(&mut self, dir: Dir, ip: &IpView, tcp: &TcpView<'_>, at: At) {
        let before = self.live.latest;
        if before.frame != 0 && at.ts.since(before.ts) >= LONG_SILENCE_NS {
            self.live.silence = Some((before, at));
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
        }
        let rare = Flags::ECE | Flags::CWR | Flags::URG;
        if end.ttl != ip.ttl || tcp.flags.0 & rare != 0 {
            end.count_rare(ip, tcp, at);
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
    }
}

impl End {
    /// Counts what few segments have.
    #[cold]
    fn count_rare(&mut self, ip: &IpView, tcp: &TcpView<'_>, at: At) {
        if self.ttl != ip.ttl {
            self.ttl = ip.ttl;
            self.ttl_changes.add(at);
        }
        let syn = tcp.flags.has(Flags::SYN);
        if tcp.flags.has(Flags::ECE) && !syn {
            self.ece.add(at);
        }
        if tcp.flags.has(Flags::CWR) && !syn {
            self.cwr.add(at);
        }
        if tcp.flags.has(Flags::URG) && tcp.len > 0 {
            self.urgent.add(at);
        }
    }
}

/// A silence of this length is remembered, for connections that a middlebox forgets: 3 s.
pub(super) const LONG_SILENCE_NS: i64 = 3 * crate::source::NS_PER_S;
