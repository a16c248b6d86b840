//! Round-trip times as the sender would have them: RFC 6298's estimator over samples that obey Karn's rule.

use super::facts::{Rtt, RttMethod};
use crate::source::{At, NS_PER_MS};
use crate::track::Decimated;

/// The kernel's lower bound of the variance term; RFC 6298 (2.4) asks for a whole second, nobody waits that long.
pub(super) const RTO_MIN_NS: i64 = 200 * NS_PER_MS;
/// RFC 6298 (2.1): before the first sample.
const RTO_INITIAL_NS: i64 = 1_000 * NS_PER_MS;
/// What seems to take longer than a day is no round trip but a clock that jumped.
pub const LONGEST_NS: i64 = 86_400_000 * NS_PER_MS;

impl Rtt {
    /// No sample yet; at most `limit` are kept.
    #[must_use]
    pub fn new(limit: usize) -> Rtt {
        let at = At::default();
        let samples = Decimated::new(limit);
        Rtt {
            srtt_ns: 0,
            rttvar_ns: 0,
            min_ns: i64::MAX,
            min_at: at,
            latest_ns: 0,
            max_ns: 0,
            max_at: at,
            samples,
            method: RttMethod::default(),
        }
    }

    /// Forgets everything but the room for samples, as [`Rtt::new`] has it.
    pub fn forget(&mut self) {
        let at = At::default();
        (self.srtt_ns, self.rttvar_ns, self.latest_ns) = (0, 0, 0);
        (self.min_ns, self.min_at, self.max_ns, self.max_at) = (i64::MAX, at, 0, at);
        self.samples.clear();
        self.method = RttMethod::default();
    }

    /// Takes a sample.
    pub fn sample(&mut self, ns: i64, at: At) {
        if (0..=LONGEST_NS).contains(&ns) {
            self.estimate(ns);
            self.record(ns, at);
        }
    }

    fn estimate(&mut self, ns: i64) {
        if self.known() {
            // RFC 6298 (2.3)
            self.rttvar_ns += ((self.srtt_ns - ns).abs() - self.rttvar_ns) / 4;
            self.srtt_ns += (ns - self.srtt_ns) / 8;
        } else {
            // RFC 6298 (2.2)
            (self.srtt_ns, self.rttvar_ns) = (ns, ns / 2);
        }
    }

    /// Takes a sample that the estimator never sees.
    pub fn record(&mut self, ns: i64, at: At) {
        if !(0..=LONGEST_NS).contains(&ns) {
            return;
        }
        self.latest_ns = ns;
        if ns > self.max_ns {
            (self.max_ns, self.max_at) = (ns, at);
        }
        self.minimum(ns, at);
        self.samples.push(u32::try_from(ns / 1_000).unwrap_or(u32::MAX));
    }

    /// The handshake is the first measurement (RFC 6298 (2.2)); it is none of the data's samples.
    pub fn begin(&mut self, ns: i64, at: At) {
        if (1..=LONGEST_NS).contains(&ns) && !self.known() {
            (self.srtt_ns, self.rttvar_ns, self.max_ns, self.max_at) = (ns, ns / 2, ns, at);
            self.minimum(ns, at);
        }
    }

    /// Takes a sample for the minimum only.
    pub fn minimum(&mut self, ns: i64, at: At) {
        if (0..=LONGEST_NS).contains(&ns) && ns < self.min_ns {
            (self.min_ns, self.min_at) = (ns, at);
        }
    }

    /// Whether anything was measured, the handshake included.
    #[must_use]
    pub fn known(&self) -> bool {
        self.min_ns != i64::MAX
    }

    /// Whether acknowledgments tell the round trip here.
    #[must_use]
    pub fn by_acks(&self) -> bool {
        self.method == RttMethod::Acknowledgment
    }

    /// The smallest, if any.
    #[must_use]
    pub fn min(&self) -> Option<i64> {
        (self.min_ns != i64::MAX).then_some(self.min_ns)
    }

    /// The retransmission timeout that follows (RFC 6298 (2.3) with the kernel's lower bound).
    #[must_use]
    pub fn rto_ns(&self) -> i64 {
        if self.known() {
            self.srtt_ns.saturating_add(self.rttvar_ns.saturating_mul(4).max(RTO_MIN_NS))
        } else {
            RTO_INITIAL_NS
        }
    }

    /// The `q`-quantile (0 to 1) of the samples kept, in nanoseconds.
    #[must_use]
    pub fn quantile_ns(&self, q: f64) -> Option<i64> {
        let mut sorted = self.samples.points().to_vec();
        sorted.sort_unstable();
        let index = ((sorted.len().saturating_sub(1)) as f64 * q).round() as usize;
        sorted.get(index).map(|us| i64::from(*us) * 1_000)
    }
}
