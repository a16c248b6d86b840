//! Connection ids, small enough to keep by value.

use std::fmt;

use crate::decode::quic::MAX_CID;

/// A connection id of at most 20 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Cid {
    len: u8,
    bytes: [u8; MAX_CID],
}

impl Cid {
    /// Keeps `bytes`; of an id longer than any known version allows, the first 20.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Cid {
        let len = bytes.len().min(MAX_CID);
        let mut cid = Cid { len: len as u8, bytes: [0; MAX_CID] };
        cid.bytes.iter_mut().zip(bytes).for_each(|(to, &from)| *to = from);
        cid
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

impl fmt::Display for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Cid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cid({self})")
    }
}
