//! When a plain file is read ahead of the analysis.
//!
//! The other core takes over what reading costs, the copy out of the page cache above all. That copy is a third of the
//! time where packets are large, but a tenth where they are middling and next to nothing where they are small, while
//! handing a block over to another core costs the same for all. Decoding in the other thread as well gains nothing: a
//! decoded packet costs as much to fetch from another core as to decode.

use std::num::NonZero;
use std::thread;

/// Whether another thread reads a plain file ahead of the analysis. What is compressed and what arrives as a stream is
/// read ahead in any case, and several files that are merged never are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Threads {
    /// The analysis reads for itself.
    #[default]
    One,
    /// Another thread reads ahead.
    Two,
    /// Another thread reads ahead where the packets are large.
    Best,
}

/// Bytes of a file that are looked at before its packets are taken to be large; a smaller file is read before another
/// thread could help.
const LOOKED_AT: u64 = 1024 * 1024;
/// Bytes of file a record from which on reading ahead was measured to pay: with 900 it took about a quarter off the time,
/// with 480 a tenth at best and nothing on a busy machine, with 70 nothing; all for 4 to 12 % more processor time.
const LARGE: u64 = 700;

impl Threads {
    /// So many as were asked for, more than two being of no further use; what is best on this machine where nothing was.
    #[must_use]
    pub fn of(asked: Option<NonZero<usize>>) -> Threads {
        match asked.map(NonZero::get) {
            Some(1) => Threads::One,
            Some(_) => Threads::Two,
            None if thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) => Threads::Best,
            None => Threads::One,
        }
    }

    /// Whether to read ahead from here on: `bytes` were read, with `records` in them.
    pub(super) fn read_ahead(self, bytes: u64, records: u32) -> bool {
        match self {
            Threads::One => false,
            Threads::Two => true,
            Threads::Best => bytes >= LOOKED_AT.max(u64::from(records) * LARGE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_large_file_of_large_packets_is_read_ahead_unasked() {
        let large = (LOOKED_AT, (LOOKED_AT / LARGE) as u32);
        for (bytes, records, ahead) in
            [(large.0, large.1, true), (large.0 - 1, 1, false), (large.0, large.1 + 1, false)]
        {
            assert_eq!(Threads::Best.read_ahead(bytes, records), ahead, "{records} records in {bytes} bytes");
        }
        assert!(Threads::Two.read_ahead(0, 0) && !Threads::One.read_ahead(large.0, 1));
    }

    #[test]
    fn as_many_threads_as_were_asked_for() {
        let asked = |n| Threads::of(NonZero::new(n));
        assert_eq!([1, 2, 3].map(asked), [Threads::One, Threads::Two, Threads::Two]);
        assert_ne!(asked(0), Threads::Two, "unasked, the packets decide");
    }
}
