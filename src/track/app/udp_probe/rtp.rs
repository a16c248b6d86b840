//! RTP and RTCP: two bits of version are no evidence, a run of packets with one source and rising numbers is.

use crate::track::Dir;
use crate::track::app::App;

/// Packets in a row that must fit together.
const ENOUGH: u8 = 4;

/// Furthest that a sequence number may jump ahead, or fall behind, between packets of one source.
const MAX_JUMP: u16 = 200;

/// What was seen of each direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct RtpWatch([Run; 2]);

#[derive(Debug, Clone, Copy, Default)]
struct Run {
    source: u32,
    number: u16,
    len: u8,
}

impl RtpWatch {
    /// The latest datagram of a direction may be RTP.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.iter().any(|run| run.len > 0)
    }

    /// The next datagram of `dir`: what the conversation is, once that is sure.
    pub fn datagram(&mut self, dir: Dir, payload: &[u8]) -> Option<App> {
        if is_rtcp(payload) {
            return Some(App::Rtcp);
        }
        let run = &mut self.0[dir.index()];
        let Some((number, source)) = rtp(payload) else {
            run.len = 0;
            return None;
        };
        let step = number.wrapping_sub(run.number);
        let fits = source == run.source && step != 0 && (step <= MAX_JUMP || step >= MAX_JUMP.wrapping_neg());
        let len = if fits { run.len.saturating_add(1) } else { 1 };
        *run = Run { source, number, len };
        (len >= ENOUGH).then_some(App::Rtp)
    }
}

/// Sequence number and source of what may be RTP (RFC 3550 §5.1): version 2, a payload type that is not RTCP's
/// (RFC 5761 §4), and room for the sources, the extension and the padding that it announces.
fn rtp(payload: &[u8]) -> Option<(u16, u32)> {
    let (&[first, second, n0, n1, _, _, _, _, s0, s1, s2, s3], rest) = payload.split_first_chunk()?;
    let kind = second & 0x7f;
    let mut rest = rest.get(4 * usize::from(first & 0x0f)..)?;
    if first & 0x10 != 0 {
        let (&[_, _, hi, lo], body) = rest.split_first_chunk()?;
        rest = body.get(4 * usize::from(u16::from_be_bytes([hi, lo]))..)?;
    }
    // The padding's length is not checked: SRTP encrypts it.
    let fits = first >> 6 == 2 && matches!(kind, 0..=34 | 96..=127) && !rest.is_empty();
    fits.then_some((u16::from_be_bytes([n0, n1]), u32::from_be_bytes([s0, s1, s2, s3])))
}

/// A compound RTCP packet (RFC 3550 §6.1): sender or receiver report first, then packets whose lengths add up.
fn is_rtcp(payload: &[u8]) -> bool {
    if !matches!(payload.get(1), Some(200 | 201)) {
        return false;
    }
    let mut rest = payload;
    while let [first, kind, hi, lo, ..] = rest {
        let len = 4 * (1 + usize::from(u16::from_be_bytes([*hi, *lo])));
        let Some(after) = rest.get(len..).filter(|_| first >> 6 == 2 && matches!(kind, 200..=207)) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty() && payload.len() >= 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(kind: u8, number: u16, source: u32) -> Vec<u8> {
        let mut bytes = vec![0x80, kind];
        bytes.extend(number.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(source.to_be_bytes());
        bytes.extend([0xaa; 20]);
        bytes
    }

    #[test]
    fn four_packets_of_one_source_are_rtp() {
        let mut watch = RtpWatch::default();
        let seen: Vec<_> =
            [65_534, 65_535, 1, 0].map(|n| watch.datagram(Dir::Client, &packet(0x80 | 111, n, 7))).into();
        assert_eq!(seen, [None, None, None, Some(App::Rtp)]);
    }

    #[test]
    fn other_sources_jumps_repeats_and_interruptions_begin_again() {
        let mut watch = RtpWatch::default();
        let packets = [(1, 7), (2, 7), (3, 8), (4, 7), (5, 7), (900, 7), (900, 7), (901, 7), (902, 7)];
        for (number, source) in packets {
            assert_eq!(watch.datagram(Dir::Client, &packet(0, number, source)), None);
        }
        assert_eq!(watch.datagram(Dir::Server, &packet(0, 903, 7)), None);
        assert_eq!(watch.datagram(Dir::Client, b"text"), None);
        assert_eq!(watch.datagram(Dir::Client, &packet(0, 904, 7)), None);
    }

    #[test]
    fn types_and_lengths_that_rtp_cannot_have_are_not_counted() {
        assert_eq!(rtp(&packet(72, 1, 7)), None);
        assert_eq!(rtp(&packet(40, 1, 7)), None);
        let mut version_1 = packet(0, 1, 7);
        version_1[0] = 0x40;
        assert_eq!(rtp(&version_1), None);
        let mut sources = packet(0, 1, 7);
        sources[0] = 0x8f;
        assert_eq!(rtp(&sources), None);
        let mut extension = packet(0, 1, 7);
        extension[0] = 0x90;
        assert_eq!(rtp(&extension), None);
    }

    #[test]
    fn a_report_whose_lengths_add_up_is_rtcp() {
        let mut report = vec![0x81, 201, 0, 7];
        report.resize(32, 0);
        report.extend([0x81, 202, 0, 1, 0, 0, 0, 0]);
        assert_eq!(RtpWatch::default().datagram(Dir::Client, &report), Some(App::Rtcp));
        report.pop();
        assert_eq!(RtpWatch::default().datagram(Dir::Client, &report), None);
    }
}
