//! Whether bytes are DNS: by port and structure where the port speaks for it, by structure alone elsewhere.

use super::exchange::Protocol;
use crate::decode::Addr;
use crate::decode::dns::{Class, HEADER_LEN, Header, HeaderFlags, MAX_NAME, Name, Outline};

/// The protocol that a UDP datagram's ports mean, or on other ports its structure alone, which then must be that of a
/// whole message about an Internet host name with nothing left over.
#[must_use]
pub fn protocol_of_udp(src_port: u16, dst_port: u16, dst: Addr, bytes: &[u8]) -> Option<Protocol> {
    let either = |port| src_port == port || dst_port == port;
    if either(53) {
        Some(Protocol::Udp)
    } else if either(5353) {
        // RFC 6762 §18.6: RD is zero in multicast DNS; a resolver that listens on its port sets it.
        let recursive = Header::read(bytes).is_some_and(|h| h.flags.has(HeaderFlags::RD));
        Some(if recursive && !dst.ip().is_multicast() { Protocol::Udp } else { Protocol::Mdns })
    } else if either(5355) {
        Some(Protocol::Llmnr)
    } else if either(137) || either(138) {
        // NetBIOS names have the same structure and other meanings (RFC 1002 §4.2).
        None
    } else {
        is_surely_dns(bytes).then_some(Protocol::Udp)
    }
}

/// Whether bytes on a DNS port can be a message: an assigned opcode, counts that go with it, and a first name that can
/// be read, as far as it was captured.
#[must_use]
pub fn is_dns(bytes: &[u8]) -> bool {
    let Some(header) = Header::read(bytes) else { return false };
    is_sensible(&header) && (header.counts[0] == 0 || begins_with_name(bytes))
}

/// The same of a message whose outline is known.
pub(super) fn is_dns_outline(outline: &Outline<'_>) -> bool {
    let named = || outline.question.is_some() || outline.header.counts[0] == 0 || begins_with_name(outline.bytes);
    is_sensible(&outline.header) && named()
}

/// An assigned opcode, and counts that go with it.
fn is_sensible(header: &Header) -> bool {
    let [questions, records @ ..] = header.counts;
    let all_records: u32 = records.iter().map(|n| u32::from(*n)).sum();
    // Every record takes eleven bytes of at most 65,535. Opcodes 3 and above 6 are not assigned.
    let counts = questions <= 256 && all_records <= 6_000 && (questions > 0 || all_records > 0 || header.is_response());
    matches!(header.opcode().0, 0..=2 | 4..=6) && counts
}

fn begins_with_name(bytes: &[u8]) -> bool {
    Name::skip(bytes, HEADER_LEN).is_some() || is_cut_name(bytes.get(HEADER_LEN..).unwrap_or_default())
}

/// Labels up to where the capture cut them.
fn is_cut_name(mut rest: &[u8]) -> bool {
    let mut length = 0;
    while let Some((&label, tail)) = rest.split_first() {
        length += usize::from(label) + 1;
        if !(1..=63).contains(&label) || length > MAX_NAME {
            return false;
        }
        match tail.get(usize::from(label)..) {
            Some(next) => rest = next,
            None => return true,
        }
    }
    length > 0
}

/// Whether the structure alone tells: random bytes pass with a probability far below one in a million.
pub(super) fn is_surely_dns(bytes: &[u8]) -> bool {
    let Some(outline) = Outline::read(bytes) else { return false };
    let header = &outline.header;
    let [questions, answers, authority, additional] = header.counts;
    let quiet = !header.is_response() && (answers, authority) != (0, 0);
    let Some(question) = outline.question else { return false };
    let host = |label: &[u8]| label.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let reserved = HeaderFlags::Z;
    header.opcode().0 == 0
        && questions == 1
        && !quiet
        && additional <= 32
        && header.flags.0 & reserved == 0
        && question.class == Class::IN
        && question.rtype.name().is_some()
        && question.name.labels().count() >= 2
        && question.name.labels().all(host)
        && outline.fault().is_none()
}
