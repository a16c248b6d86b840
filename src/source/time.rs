//! The only clock: the packet's timestamp.

use std::fmt;

/// Nanoseconds since the Unix epoch, as the capture recorded them (pcapng `if_tsresol`/`if_tsoffset` applied).
///
/// Aligned to four bytes, so that with a frame number it takes twelve and not sixteen: every connection keeps more than
/// a hundred of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(Rust, packed(4))]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Nanoseconds from `earlier` to `self`; negative when the clock went backwards, saturating at both ends of `i64`.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Milliseconds from `earlier` to `self`.
    #[must_use]
    pub fn ms_since(self, earlier: Timestamp) -> f64 {
        ms(self.since(earlier))
    }

    /// This instant moved by `ns` nanoseconds, saturating.
    #[must_use]
    pub fn plus(self, ns: i64) -> Timestamp {
        Timestamp(self.0.saturating_add(ns))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}", self.0.div_euclid(NS_PER_S), self.0.rem_euclid(NS_PER_S))
    }
}

/// Nanoseconds in a second.
pub const NS_PER_S: i64 = 1_000_000_000;
/// Nanoseconds in a millisecond.
pub const NS_PER_MS: i64 = 1_000_000;

/// Nanoseconds as milliseconds.
#[must_use]
pub fn ms(ns: i64) -> f64 {
    ns as f64 / NS_PER_MS as f64
}

/// Where in the capture something happened: the frame number that Wireshark shows (from 1) and its time.
///
/// Packed, as facts are made of these: a connection has a hundred. In memory as it stands here: it is copied as eight bytes
/// and four, and a processor waits that reads a time lately written in other pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C, packed(4))]
pub struct At {
    /// Capture time of that frame.
    pub ts: Timestamp,
    /// Frame number, from 1; 0 means nowhere.
    pub frame: u32,
}
