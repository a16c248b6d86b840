//! Short dips of the flight without a loss: BBR empties the path to measure it (`PROBE_RTT`: four segments for 200 ms,
//! every ten seconds).

/// BBR's `BBRMinPipeCwnd` and what delayed acknowledgments add to it.
const DIP_SEGMENTS: u32 = 6;
/// A dip is one from this window on.
const FROM_SEGMENTS: u32 = 20;

/// Counts dips from a full window and back to it.
#[derive(Debug, Clone, Default)]
pub struct DipWatch {
    /// Dips that ended where they had begun.
    pub count: u32,
    /// Window before the present dip.
    before: u32,
    down: bool,
}

impl DipWatch {
    /// A round without recovery is over: at most `peak` bytes were in flight; `ran_dry`: the sender had no more.
    pub fn round(&mut self, peak: u32, mss: u32, ran_dry: bool) {
        if ran_dry || peak == 0 {
            (self.before, self.down) = (0, false);
        } else if peak <= DIP_SEGMENTS * mss {
            self.down = self.before >= FROM_SEGMENTS * mss;
        } else if self.down && peak >= self.before / 2 {
            self.count += 1;
            (self.before, self.down) = (peak, false);
        } else if !self.down {
            self.before = peak;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dips(peaks: &[u32], ran_dry: bool) -> u32 {
        let mut watch = DipWatch::default();
        for peak in peaks {
            watch.round(*peak, 1, ran_dry);
        }
        watch.count
    }

    #[test]
    fn a_dip_needs_a_full_window_before_and_after() {
        assert_eq!(dips(&[40, 41, 5, 4, 30, 40], false), 1);
        assert_eq!(dips(&[10, 5, 10], false), 0);
        assert_eq!(dips(&[40, 5, 5], false), 0);
        assert_eq!(dips(&[40, 5, 10, 39], false), 1);
    }

    #[test]
    fn a_sender_without_data_makes_no_dip() {
        assert_eq!(dips(&[40, 5, 40], true), 0);
    }
}
