//! A tunnel through an HTTP proxy: CONNECT and its answer (RFC 9110 §9.3.6).

use super::Step;
use crate::track::Dir;

/// Bytes of the first message's head; all that waits where the answer is known, as a body is of no interest.
pub(super) fn len(waiting: &[u8], is_body: bool) -> Option<usize> {
    if is_body {
        return Some(waiting.len());
    }
    waiting.windows(END.len()).position(|w| w == END).map(|at| at + END.len())
}

/// What a head does. A successful answer opens the tunnel right behind it; an interim one says nothing yet.
pub(super) fn step(dir: Dir, head: &[u8]) -> Step {
    match dir {
        Dir::Client if head.starts_with(b"CONNECT ") => Step::Request,
        Dir::Client => Step::Other,
        Dir::Server => match head.get(b"HTTP/1.1 ".len()) {
            Some(b'2') => Step::Accept,
            Some(b'3'..=b'5') => Step::Decline,
            _ => Step::Other,
        },
    }
}

/// The end of a head (RFC 9112 §2.1).
const END: &[u8] = b"\r\n\r\n";
