//! The protocols of length-prefixed messages: PostgreSQL, MySQL, LDAP, RDP.

use super::Step;
use crate::decode::tls::Reader;
use crate::track::Dir;
use crate::track::app::App;

/// Bytes of the first message; `None` while that is not known or the message is not whole.
pub(super) fn len(protocol: App, dir: Dir, waiting: &[u8]) -> Option<usize> {
    let mut rest = Reader(waiting);
    let len = match (protocol, dir) {
        // The server answers an SSLRequest with a single letter.
        (App::Postgres, Dir::Server) => 1,
        (App::Postgres, Dir::Client) => rest.number(4)? as usize,
        (App::Mysql, _) => {
            let &[a, b, c] = waiting.first_chunk::<3>()?;
            4 + u32::from_le_bytes([a, b, c, 0]) as usize
        }
        (App::Ldap, _) => ber_len(waiting)?,
        (App::Rdp, _) => rest.take(2).and_then(|_| rest.u16()).map(usize::from)?,
        _ => return None,
    };
    (len > 0 && waiting.len() >= len).then_some(len)
}

/// What a message does.
pub(super) fn step(protocol: App, dir: Dir, message: &[u8]) -> Step {
    match (protocol, dir) {
        (App::Postgres, Dir::Client) if message == SSL_REQUEST => Step::Request,
        (App::Postgres, Dir::Server) if message == b"S" => Step::Accept,
        (App::Postgres, Dir::Server) if message == b"N" => Step::Decline,
        (App::Mysql, Dir::Client) if is_mysql_ssl_request(message) => Step::Announce,
        (App::Ldap, Dir::Client) if contains(message, LDAP_START_TLS) => Step::Request,
        (App::Ldap, Dir::Server) => ldap_answer(message),
        (App::Rdp, Dir::Client) if negotiation(message, 1) => Step::Request,
        (App::Rdp, Dir::Server) if negotiation(message, 2) => Step::Accept,
        (App::Rdp, Dir::Server) => Step::Decline,
        _ => Step::Other,
    }
}

/// PostgreSQL's SSLRequest: length 8, code 80877103.
const SSL_REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// The object identifier of LDAP's StartTLS (RFC 4511 §4.14.1).
const LDAP_START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// MySQL's capability to speak TLS.
const CLIENT_SSL: u16 = 0x0800;

/// A handshake response of capabilities alone: 32 bytes with CLIENT_SSL set, or 4 in the protocol before 4.1.
fn is_mysql_ssl_request(packet: &[u8]) -> bool {
    let Some((header, body)) = packet.split_at_checked(4) else { return false };
    let flags = body.first_chunk::<2>().map(|b| u16::from_le_bytes(*b)).unwrap_or_default();
    header.get(3) == Some(&1) && matches!(body.len(), 32 | 4 | 5) && flags & CLIENT_SSL != 0
}

/// The extended response (tag 0x78) whose result code, the first enumerated, is success.
fn ldap_answer(message: &[u8]) -> Step {
    if !message.get(..16).unwrap_or(message).contains(&0x78) {
        return Step::Other;
    }
    if contains(message, &[0x0a, 0x01, 0x00]) { Step::Accept } else { Step::Decline }
}

/// The negotiation structure at the end of an X.224 connection request or confirm, with a protocol above plain RDP
/// ([MS-RDPBCGR] §2.2.1.1.1 and §2.2.1.2.1).
fn negotiation(message: &[u8], kind: u8) -> bool {
    let start = message.len().saturating_sub(8).max(6);
    match message.get(start..) {
        Some([k, _, 8, 0, protocols @ ..]) => *k == kind && protocols.iter().any(|b| *b != 0),
        _ => false,
    }
}

/// A BER element's whole length (X.690 §8.1.3).
fn ber_len(bytes: &[u8]) -> Option<usize> {
    let mut rest = Reader(bytes);
    rest.u8()?;
    match rest.u8()? {
        short @ 0..=0x7f => Some(2 + usize::from(short)),
        long @ 0x81..=0x84 => {
            let size = usize::from(long & 0x0f);
            Some(2 + size + rest.number(size)? as usize)
        }
        _ => None,
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
