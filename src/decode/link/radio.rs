//! Radio information in front of IEEE 802.11 frames: radiotap, Prism and AVS.

use super::wlan;
use crate::decode::layer::Layer;
use crate::decode::packet::Packet;
use crate::decode::span::Span;

/// The frame ends with its check sequence.
const FLAG_FCS: u8 = 0x10;
/// The header is padded to four bytes.
const FLAG_PADDED: u8 = 0x20;
/// Bytes of the frame check sequence.
const FCS: u32 = 4;
/// Bytes of a Prism header.
const PRISM: usize = 144;

/// Radiotap: version, padding, length, then a bitmap of the fields that follow.
pub(super) fn radiotap<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Radio) {
        return;
    }
    let Some((h, _)) = span.header::<8>() else { return p.short("radiotap", span) };
    let len = usize::from(u16::from_le_bytes([h[2], h[3]]));
    let Some(mut frame) = span.skip(len) else { return p.short("radiotap", span) };
    let flags = radiotap_flags(span.limit(len as u32)).unwrap_or(0);
    if flags & FLAG_FCS != 0 {
        frame = frame.limit(frame.wire.saturating_sub(FCS));
    }
    wlan::decode_padded(p, frame, flags & FLAG_PADDED != 0);
}

/// The flags field: bit 1 of the first bitmap, behind the timestamp of bit 0, which is aligned to eight bytes.
fn radiotap_flags(header: Span<'_>) -> Option<u8> {
    let words = header.data.get(4..)?;
    let more = words.chunks_exact(4).take_while(|word| word[3] & 0x80 != 0).count();
    let present = *words.first()?;
    let fields = 4 + (more + 1) * 4;
    match present & 3 {
        2 => header.byte(fields),
        3 => header.byte(fields.next_multiple_of(8) + 8),
        _ => None,
    }
}

/// Prism: of one size. Some drivers write AVS under the same link type.
pub(super) fn prism<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if span.be16(0) == Some(AVS_MAGIC) {
        return avs(p, span);
    }
    if !p.enter(Layer::Radio) {
        return;
    }
    match span.skip(PRISM) {
        Some(frame) => wlan::decode(p, frame),
        None => p.short("radiotap", span),
    }
}

/// The upper half of AVS's magic number, 0x80211001 and the like.
const AVS_MAGIC: u16 = 0x8021;

/// AVS: magic number and length, both big-endian.
pub(super) fn avs<'a>(p: &mut Packet<'a>, span: Span<'a>) {
    if !p.enter(Layer::Radio) {
        return;
    }
    let frame = span.header::<8>().and_then(|(h, _)| span.skip(u32::from_be_bytes([h[4], h[5], h[6], h[7]]) as usize));
    match frame {
        Some(frame) => wlan::decode(p, frame),
        None => p.short("radiotap", span),
    }
}
