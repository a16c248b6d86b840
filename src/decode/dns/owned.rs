//! Names that outlive their message.

use std::fmt;

use super::name::Name;

/// A name of its own: without compression, in the case sent. Its text is made when it is asked for, which most never are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedName(Vec<u8>);

impl OwnedName {
    /// A copy, in the room of bytes that are not needed any more.
    #[must_use]
    pub fn copy_in(mut room: Vec<u8>, name: &Name<'_>) -> OwnedName {
        room.clear();
        if let Some(whole) = name.in_one_piece() {
            room.extend_from_slice(whole);
        } else {
            name.runs().for_each(|run| room.extend_from_slice(run));
            room.push(0);
        }
        OwnedName(room)
    }

    /// From what [`wire`](OwnedName::wire) gave.
    #[must_use]
    pub fn of_wire(wire: &[u8]) -> OwnedName {
        OwnedName(wire.to_vec())
    }

    /// Its labels with their lengths, and the root's.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.0
    }

    /// Its room.
    #[must_use]
    pub fn into_room(self) -> Vec<u8> {
        self.0
    }
}

/// In presentation form.
impl fmt::Display for OwnedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Name::read(&self.0, 0).map_or(Ok(()), |(name, _)| name.fmt(f))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stands_without_its_message() {
        let message = b"\x03com\x00\x07Example\xc0\x00\x03www\xc0\x05rest";
        let name = Name::read(message, 15).unwrap().0;
        let copy = OwnedName::copy_in(b"what was there before".to_vec(), &name);
        assert_eq!(
            (copy.to_string().as_str(), copy.wire()),
            ("www.Example.com", &b"\x03www\x07Example\x03com\x00"[..])
        );
        assert_eq!(OwnedName::of_wire(copy.wire()), copy);
        let root = OwnedName::copy_in(copy.into_room(), &Name::read(&[0], 0).unwrap().0);
        assert_eq!((root.to_string().as_str(), root.wire()), (".", &[0][..]));
    }
}
