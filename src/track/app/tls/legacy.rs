//! Connections that open with an SSL 2.0 hello, in place of a record.

use super::facts::TlsFacts;
use crate::decode::tls::{Version, sslv2_client_hello};
use crate::source::At;
use crate::track::Dir;
use crate::track::app::Probe;

/// Bytes by which an SSL 2.0 hello is known.
const HEAD: usize = 11;
/// The opening of both directions, until it is clear what it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Legacy {
    opening: [Opening; 2],
    ssl2: bool,
}

#[derive(Debug, Clone)]
enum Opening {
    /// Kept until enough is there; an SSL 2.0 record holds no more than 32 KiB.
    Undecided(Vec<u8>),
    /// Records from here on.
    Decided,
}

impl Default for Opening {
    fn default() -> Self {
        Opening::Undecided(Vec::new())
    }
}

impl Legacy {
    /// Takes an SSL 2.0 hello off the front; what is left for the record layer are the bytes kept and the rest.
    pub fn take<'a>(&mut self, dir: Dir, bytes: &'a [u8], at: At, facts: &mut TlsFacts) -> (Vec<u8>, &'a [u8]) {
        let Some(Opening::Undecided(kept)) = self.opening.get_mut(dir.index()) else { return (Vec::new(), bytes) };
        if kept.is_empty() && bytes.first().is_some_and(|first| first & 0x80 == 0) {
            return (self.decide(dir), bytes);
        }
        kept.extend_from_slice(bytes);
        if kept.len() < HEAD {
            return (Vec::new(), &[]);
        }
        if let Some(hello) = sslv2_client_hello(kept) {
            if kept.len() < hello.len {
                return (Vec::new(), &[]);
            }
            facts.sslv2_hello(hello, dir, at);
            let after = hello.len;
            return (self.decide(dir).get(after..).unwrap_or_default().to_vec(), &[]);
        }
        self.ssl2 = is_server_hello(kept) && facts.offer.as_ref().is_some_and(|o| o.sslv2);
        let kept = self.decide(dir);
        if self.ssl2 {
            facts.version = Some(Version(2).name());
            return (Vec::new(), &[]);
        }
        (kept, &[])
    }

    /// Bytes are missing: what was kept is of no use.
    pub fn gap(&mut self, dir: Dir) {
        self.decide(dir);
    }

    /// The server went on in SSL 2.0, whose records are not read.
    pub fn is_ssl2(&self) -> bool {
        self.ssl2
    }

    fn decide(&mut self, dir: Dir) -> Vec<u8> {
        match self.opening.get_mut(dir.index()).map(|o| std::mem::replace(o, Opening::Decided)) {
            Some(Opening::Undecided(kept)) => kept,
            _ => Vec::new(),
        }
    }
}

/// What a direction that does not begin with a TLS record says.
pub(super) fn is_sslv2(first: &[u8]) -> Probe {
    let begins = first.first().is_none_or(|b| b & 0x80 != 0) && first.get(2).is_none_or(|kind| *kind == 1);
    match first.len() {
        0..HEAD if begins => Probe::Unsure,
        _ if sslv2_client_hello(first).is_some() => Probe::Certain,
        _ => Probe::NotForUs,
    }
}

/// An SSL 2.0 ServerHello: message type 4.
fn is_server_hello(bytes: &[u8]) -> bool {
    bytes.get(2) == Some(&4) && bytes.get(5..7) == Some(&[0, 2])
}
