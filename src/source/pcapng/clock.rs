//! An interface's clock: what a unit of its timestamps is worth, and where zero is.

use crate::source::time::{NS_PER_S, Timestamp};

/// Turns the timestamps of one interface into nanoseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    unit: Unit,
    /// Added to every timestamp.
    offset_ns: i128,
}

/// How units become nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A unit is this many nanoseconds.
    Times(u64),
    /// This many units are a nanosecond.
    Parts(u64),
    /// Finer than 2^64 units can hold a nanosecond of.
    Vanishing,
    /// A unit is 2^-n seconds.
    Binary(u32),
}

impl Clock {
    /// The clock of `if_tsresol` and `if_tsoffset` (draft-ietf-opsawg-pcapng, section 4.2).
    pub fn new(tsresol: u8, tsoffset_s: i64) -> Clock {
        let exponent = u32::from(tsresol & 0x7f);
        let unit = if tsresol & 0x80 != 0 {
            Unit::Binary(exponent)
        } else if exponent <= 9 {
            Unit::Times(10_u64.pow(9 - exponent))
        } else {
            10_u64.checked_pow(exponent - 9).map_or(Unit::Vanishing, Unit::Parts)
        };
        Clock { unit, offset_ns: i128::from(tsoffset_s) * i128::from(NS_PER_S) }
    }

    /// The instant `units` after zero.
    ///
    /// Timestamps are unsigned, but programs wrote negative ones: one too far in the future is read as such, so that
    /// the intervals are right. `Err` with that, or with the nearest that can be held.
    pub fn instant(self, units: u64) -> Result<Timestamp, Timestamp> {
        if let (Unit::Times(ns), 0) = (self.unit, self.offset_ns)
            && let Some(ns) = units.checked_mul(ns)
            && let Ok(ns) = i64::try_from(ns)
        {
            return Ok(Timestamp(ns));
        }
        let ns = self.nanoseconds(i128::from(units));
        if let Ok(ns) = i64::try_from(ns) {
            return Ok(Timestamp(ns));
        }
        let nearest = i64::try_from(self.nanoseconds(i128::from(units as i64)));
        Err(Timestamp(nearest.unwrap_or(if ns < 0 { i64::MIN } else { i64::MAX })))
    }

    /// Since the epoch; within 2^123 for any 64-bit `units`.
    fn nanoseconds(self, units: i128) -> i128 {
        let since_zero = match self.unit {
            Unit::Times(ns) => units * i128::from(ns),
            Unit::Parts(units_per_ns) => units.div_euclid(i128::from(units_per_ns)),
            Unit::Vanishing => 0,
            Unit::Binary(n) => (units * i128::from(NS_PER_S)) >> n.min(127),
        };
        self.offset_ns + since_zero
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ns(tsresol: u8, tsoffset: i64, units: u64) -> Result<i64, i64> {
        Clock::new(tsresol, tsoffset).instant(units).map(|t| t.0).map_err(|t| t.0)
    }

    #[test]
    fn decimal_resolutions_from_seconds_to_10_to_the_minus_19() {
        assert_eq!(ns(0, 0, 5), Ok(5 * NS_PER_S));
        assert_eq!(ns(6, 0, 1_700_000_000_123_456), Ok(1_700_000_000_123_456_000));
        assert_eq!(ns(9, 0, 1_700_000_000_123_456_789), Ok(1_700_000_000_123_456_789));
        assert_eq!(ns(12, 0, 1_234_567_890_123), Ok(1_234_567_890));
        assert_eq!(ns(19, 0, 15_000_000_000_000_000_000), Ok(1_500_000_000));
        assert_eq!(ns(127, 0, u64::MAX), Ok(0));
    }

    #[test]
    fn binary_resolutions() {
        assert_eq!(ns(0x80 | 32, 0, 3 << 31), Ok(1_500_000_000));
        assert_eq!(ns(0x80, 0, 7), Ok(7 * NS_PER_S));
        assert_eq!(ns(0xff, 0, u64::MAX), Ok(0));
    }

    #[test]
    fn the_offset_is_in_seconds_and_may_be_negative() {
        assert_eq!(ns(6, 1_700_000_000, 1), Ok(1_700_000_000_000_001_000));
        assert_eq!(ns(9, -2, 1), Ok(1 - 2 * NS_PER_S));
        assert_eq!(ns(6, i64::MIN, u64::MAX), Err(i64::MIN));
    }

    #[test]
    fn what_cannot_be_held_is_clamped_and_said_so() {
        assert_eq!(ns(0, 0, u64::MAX / 2), Err(i64::MAX));
        assert_eq!(ns(6, 0, u64::MAX / 2), Err(i64::MAX));
    }

    #[test]
    fn negative_timestamps_keep_their_intervals_and_are_said_to_be_odd() {
        assert_eq!(ns(6, 0, (-505_425_287_i64) as u64), Err(-505_425_287_000));
        assert_eq!(ns(9, 10, (-1_i64) as u64), Err(10 * NS_PER_S - 1));
    }
}
