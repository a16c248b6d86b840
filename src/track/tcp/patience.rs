//! How long a sender waits for a segment that others overtook before it takes it for lost: RACK's reordering window, which
//! recoveries that were not needed widen (RFC 8985 §6.2 step 4).

use super::facts::Rtt;
use crate::decode::tcp::Seq;

/// The reordering window's width.
#[derive(Debug, Clone, Copy, Default)]
pub struct Patience {
    /// Quarters of the minimum round trip beyond the first.
    extra: u8,
    /// Recoveries until they are taken back.
    persist: u8,
    /// D-SACKs count once until this is acknowledged.
    round: Option<Seq>,
}

/// Recoveries without a D-SACK after which the window is as at first.
const PERSIST: u8 = 16;

impl Patience {
    /// A D-SACK came, when everything below `nxt` had been sent.
    pub fn wider(&mut self, nxt: Seq) {
        if self.round.is_none() {
            (self.extra, self.persist, self.round) = (self.extra.saturating_add(1), PERSIST, Some(nxt));
        }
    }

    /// `una` has its new value.
    pub fn passed(&mut self, una: Seq) {
        self.round = self.round.filter(|round| round.after(una));
    }

    /// A recovery is over.
    pub fn recovered(&mut self) {
        self.persist = self.persist.saturating_sub(1);
        if self.persist == 0 {
            self.extra = 0;
        }
    }

    /// The reordering window in nanoseconds.
    #[must_use]
    pub fn window(self, rtt: &Rtt) -> i64 {
        (rtt.min().unwrap_or(0) / 4).saturating_mul(1 + i64::from(self.extra)).min(rtt.srtt_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{At, NS_PER_MS};

    #[test]
    fn the_window_widens_once_a_round_and_never_beyond_a_round_trip() {
        let mut rtt = Rtt::new(4);
        rtt.begin(40 * NS_PER_MS, At::default());
        let mut patience = Patience::default();
        assert_eq!(patience.window(&rtt), 10 * NS_PER_MS);
        patience.wider(Seq(1_000));
        patience.wider(Seq(2_000));
        assert_eq!(patience.window(&rtt), 20 * NS_PER_MS);
        for n in 1..10 {
            patience.passed(Seq(n * 1_000));
            patience.wider(Seq((n + 1) * 1_000));
        }
        assert_eq!(patience.window(&rtt), 40 * NS_PER_MS);
        (0..PERSIST).for_each(|_| patience.recovered());
        assert_eq!(patience.window(&rtt), 10 * NS_PER_MS);
    }
}
