//! The frames an Initial packet may hold (RFC 9000 §12.4, table 3).

use super::reader::Reader;

/// A frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'a> {
    /// One or more PADDING frames (§19.1).
    Padding,
    /// PING (§19.2).
    Ping,
    /// ACK (§19.3).
    Ack {
        /// Largest packet number acknowledged.
        largest: u64,
    },
    /// CRYPTO (§19.6).
    Crypto {
        /// Where in the handshake stream `data` belongs.
        offset: u64,
        /// Bytes of the handshake.
        data: &'a [u8],
    },
    /// CONNECTION_CLOSE (§19.19).
    Close(Close<'a>),
}

/// CONNECTION_CLOSE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Close<'a> {
    /// Error code: of the transport (§20.1), or of the application when `frame` is `None`.
    pub code: u64,
    /// Type of the frame that caused it, 0 when unknown; `None` when the application closes (type 0x1d).
    pub frame: Option<u64>,
    /// What the sender wanted to say, UTF-8 by the RFC.
    pub reason: &'a [u8],
}

/// The frames of an opened Initial; ends at the first that cannot be there.
#[derive(Debug, Clone)]
pub struct Frames<'a>(Reader<'a>);

impl<'a> Frames<'a> {
    /// Walks `payload`.
    #[must_use]
    pub fn new(payload: &'a [u8]) -> Frames<'a> {
        Frames(Reader::new(payload))
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Frame<'a>;

    fn next(&mut self) -> Option<Frame<'a>> {
        let reader = &mut self.0;
        match reader.varint()? {
            0x00 => {
                let zeros = reader.rest().iter().take_while(|&&b| b == 0).count();
                reader.take(zeros)?;
                Some(Frame::Padding)
            }
            0x01 => Some(Frame::Ping),
            kind @ (0x02 | 0x03) => ack(reader, kind == 0x03),
            0x06 => Some(Frame::Crypto { offset: reader.varint()?, data: reader.varint_bytes()? }),
            kind @ (0x1c | 0x1d) => {
                let code = reader.varint()?;
                let frame = if kind == 0x1c { Some(reader.varint()?) } else { None };
                Some(Frame::Close(Close { code, frame, reason: reader.varint_bytes()? }))
            }
            _ => {
                *reader = Reader::new(&[]);
                None
            }
        }
    }
}

/// Largest, delay, range count, first range, then pairs of gap and range, then three ECN counts in type 0x03 (§19.3).
fn ack<'a>(reader: &mut Reader<'a>, ecn: bool) -> Option<Frame<'a>> {
    let largest = reader.varint()?;
    let _delay = reader.varint()?;
    let ranges = reader.varint()?;
    let _first = reader.varint()?;
    // Each missing varint ends the walk, so a lying count costs no more than the packet's bytes.
    let numbers = ranges.checked_mul(2)?.checked_add(if ecn { 3 } else { 0 })?;
    for _ in 0..numbers {
        reader.varint()?;
    }
    Some(Frame::Ack { largest })
}

#[cfg(test)]
mod tests {
    use super::super::vectors::hex;
    use super::*;

    #[test]
    fn frames_of_a_handshake_come_in_order() {
        let payload = hex("02 00 4000 00 00 01 0603024142 000000 0600024344");
        let frames: Vec<_> = Frames::new(&payload).collect();
        assert_eq!(
            frames,
            [
                Frame::Ack { largest: 0 },
                Frame::Ping,
                Frame::Crypto { offset: 3, data: b"AB" },
                Frame::Padding,
                Frame::Crypto { offset: 0, data: b"CD" },
            ]
        );
    }

    #[test]
    fn acks_with_ranges_and_ecn_counts_are_stepped_over() {
        let payload = hex("03 0a 00 02 01 0101 0202 050607 01");
        let frames: Vec<_> = Frames::new(&payload).collect();
        assert_eq!(frames, [Frame::Ack { largest: 10 }, Frame::Ping]);
    }

    #[test]
    fn closes_of_transport_and_application_differ() {
        let mut transport = hex("1c 4178 06 03");
        transport.extend(b"bad");
        let close = Close { code: 0x178, frame: Some(6), reason: b"bad" };
        assert_eq!(Frames::new(&transport).next(), Some(Frame::Close(close)));
        let close = Close { code: 0x102, frame: None, reason: b"" };
        assert_eq!(Frames::new(&hex("1d 4102 00")).next(), Some(Frame::Close(close)));
    }

    #[test]
    fn a_frame_that_is_cut_or_not_allowed_ends_the_walk() {
        assert_eq!(Frames::new(&hex("06000541")).next(), None);
        assert_eq!(Frames::new(&hex("02 00 00 ffffffffffffffff 00")).next(), None);
        let mut stream = Frames::new(&[0x08, 0x01, 0x01]);
        assert_eq!((stream.next(), stream.next()), (None, None));
    }
}
