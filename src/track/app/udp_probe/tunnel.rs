//! Tunnels: IKE and ESP, WireGuard, OpenVPN.

use super::Datagram;

/// Port of IPsec behind NAT (RFC 3948).
const NAT_TRAVERSAL: u16 = 4500;

/// IKE (RFC 7296 §3.1, RFC 2408 §3.1): an initiator's SPI, version 1.0 or 2.0 with its exchange types, and the length of
/// the datagram; behind NAT after four zero bytes (RFC 3948 §2.2).
pub(super) fn ike(d: &Datagram<'_>) -> Option<bool> {
    let marked = d.on(NAT_TRAVERSAL) && d.u32(0)? == 0;
    let message = Datagram { payload: d.payload.get(if marked { 4 } else { 0 }..)?, ports: d.ports };
    let &[version, exchange] = message.payload.get(17..)?.first_chunk()?;
    let known = match version {
        0x10 => matches!(exchange, 1..=5 | 32 | 33),
        0x20 => (34..=44).contains(&exchange),
        _ => false,
    };
    let spi = message.payload.get(..8)?.iter().any(|&b| b != 0);
    Some(known && spi && usize::try_from(message.u32(24)?).ok()? == message.payload.len())
}

/// ESP in UDP (RFC 3948 §2.1): on its port, not IKE, an SPI that is not reserved (RFC 4303 §2.1) and room for a packet.
pub(super) fn esp(d: &Datagram<'_>) -> Option<bool> {
    Some(d.on(NAT_TRAVERSAL) && d.u32(0)? > 255 && d.payload.len() >= 32)
}

/// WireGuard ("WireGuard: Next Generation Kernel Network Tunnel" §5.4): a type, three zero bytes, and the one length of
/// handshake messages. Data has only its multiple of sixteen, so there the usual port must agree.
pub(super) fn wireguard(d: &Datagram<'_>) -> Option<bool> {
    let &[kind, 0, 0, 0, ..] = d.payload else { return Some(false) };
    Some(match (kind, d.payload.len()) {
        (1, 148) | (2, 92) => true,
        (3, 64) => d.on(51820),
        (4, len) => len >= 32 && len.is_multiple_of(16) && d.on(51820),
        _ => false,
    })
}

/// OpenVPN's hard reset (opcodes 7 and 8 of five bits, key 0): a session id, no acknowledgment yet, packet 0. With a MAC in
/// between nothing else can be checked, so there the port must agree.
pub(super) fn openvpn(d: &Datagram<'_>) -> Option<bool> {
    let opcode = d.payload.first()? >> 3;
    let bare = match (opcode, d.payload.len()) {
        (7, 14) => d.payload.get(9..)? == [0; 5],
        (8, 26) => d.payload.get(9) == Some(&1) && d.payload.get(22..)? == [0; 4],
        _ => false,
    };
    Some(bare || d.on(1194) && (1..=11).contains(&opcode) && d.payload.len() >= 14)
}
