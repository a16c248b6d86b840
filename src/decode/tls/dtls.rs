//! DTLS: records in a datagram and handshake fragments in a record (RFC 6347 §4, RFC 9147 §4).

use super::{ContentType, HandshakeType, Reader, Version};

/// A DTLS record.
#[derive(Debug, Clone, Copy)]
pub struct DtlsRecord<'a> {
    /// Its header.
    pub header: DtlsHeader,
    /// Its body, as far as captured.
    pub body: &'a [u8],
}

/// The header of a DTLS record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DtlsHeader {
    /// The classic one of 13 bytes.
    Plain {
        /// What it holds.
        content: ContentType,
        /// The version it claims.
        version: Version,
        /// How often keys changed; above 0 the body is encrypted.
        epoch: u16,
    },
    /// The short encrypted one of DTLS 1.3 (RFC 9147 §4: first byte 001xxxxx).
    Unified {
        /// The two low bits of the epoch.
        epoch_bits: u8,
    },
}

/// The records of a datagram, up to the first bytes that are none.
pub fn dtls_records(datagram: &[u8]) -> impl Iterator<Item = DtlsRecord<'_>> {
    let mut rest = Reader(datagram);
    std::iter::from_fn(move || record(&mut rest))
}

fn record<'a>(rest: &mut Reader<'a>) -> Option<DtlsRecord<'a>> {
    let first = *rest.0.first()?;
    if first & 0xe0 == 0x20 {
        return Some(unified(rest, first));
    }
    let (content, version) = (ContentType(rest.u8()?), Version(rest.u16()?));
    if !(20..=26).contains(&content.0) || !version.is_dtls() {
        return None;
    }
    let epoch = rest.u16()?;
    rest.take(6)?;
    let len = usize::from(rest.u16()?);
    let body = rest.0.get(..len).unwrap_or(rest.0);
    rest.take(body.len())?;
    Some(DtlsRecord { header: DtlsHeader::Plain { content, version, epoch }, body })
}

/// A record with a connection id, whose length only its ends know, is taken to fill the datagram.
fn unified<'a>(rest: &mut Reader<'a>, first: u8) -> DtlsRecord<'a> {
    let has = |bit: u8| first & bit != 0;
    let number = if has(0x08) { 2 } else { 1 };
    let all = rest.0;
    let mut at = Reader(all);
    let header = DtlsHeader::Unified { epoch_bits: first & 0x03 };
    let sized = (has(0x04) && !has(0x10)).then(|| at.take(1 + number).and_then(|_| at.vector(2))).flatten();
    match sized {
        Some(body) => {
            *rest = at;
            DtlsRecord { header, body }
        }
        None => {
            rest.0 = &[];
            DtlsRecord { header, body: all }
        }
    }
}

/// A piece of a handshake message (RFC 6347 §4.2.2).
#[derive(Debug, Clone, Copy)]
pub struct DtlsFragment<'a> {
    /// The message's type.
    pub kind: HandshakeType,
    /// Bytes of the whole message.
    pub total: usize,
    /// The message's number in its direction.
    pub seq: u16,
    /// Where this piece begins.
    pub offset: usize,
    /// The piece.
    pub body: &'a [u8],
}

impl<'a> DtlsFragment<'a> {
    /// The next fragment of a handshake record; `None` where the rest is none.
    pub fn next(rest: &mut Reader<'a>) -> Option<DtlsFragment<'a>> {
        let kind = HandshakeType(rest.u8()?);
        let (total, seq) = (rest.number(3)? as usize, rest.u16()?);
        let offset = rest.number(3)? as usize;
        let body = rest.vector(3)?;
        (offset + body.len() <= total).then_some(DtlsFragment { kind, total, seq, offset, body })
    }
}
