//! Every bound in one place: what may grow, how far, and what is lost beyond.

macro_rules! limits {
    ($($(#[doc = $doc:expr])+ $name:ident: $default:expr,)+) => {
        /// Named bounds; each overflow is counted under the bound's name in the report.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: usize,)+
        }

        impl Default for Limits {
            fn default() -> Self {
                Limits { $($name: $default,)+ }
            }
        }

        impl Limits {
            /// Name, value and meaning of every bound.
            #[must_use]
            pub fn list(&self) -> Vec<(&'static str, usize, &'static str)> {
                vec![$((stringify!($name), self.$name, concat!($($doc, "\n"),+).trim()),)+]
            }

            /// Sets a bound by name; false when there is no such bound.
            pub fn set(&mut self, name: &str, value: usize) -> bool {
                match name {
                    $(stringify!($name) => self.$name = value,)+
                    _ => return false,
                }
                true
            }
        }
    };
}

limits! {
    /// Conversations remembered at once (about 160 bytes each); beyond it the oldest that are over or silent are reported
    /// as they stand and forgotten, and what is late for them begins another.
    conversations: 1_048_576,
    /// Bytes of details of live conversations; beyond that those idle longest are reported as they stand and dropped.
    live_bytes: 536_870_912,
    /// Closed TCP connections whose details are kept in case of late packets; the oldest are reported and dropped first.
    lingering: 256,
    /// Segments in flight remembered per sender; of older ones a repeat is not recognised.
    outstanding_segments: 16_384,
    /// Segments remembered per sender while no acknowledgment was ever seen (one-way captures).
    outstanding_one_way: 512,
    /// Bytes of one stream held behind a hole for the application parser; beyond that the hole is given up.
    stream_bytes: 1_048_576,
    /// Pieces of one stream held behind a hole.
    stream_pieces: 1_024,
    /// Points of a time series per bulk sender, where series are asked for; of a longer one neighbours are put together.
    series_points: 400,
    /// Round-trip samples kept per sender for the median and the percentiles.
    rtt_samples: 512,
    /// Entries in each table of the census (hosts, services, stacks, faults); later ones are counted together.
    census_entries: 16_384,
    /// Services whose TIME_WAITs are remembered, in case they stop and come back within them; of others that is not told.
    listeners: 16_384,
    /// Tunnels and VLANs told apart; later ones share the last tag.
    tunnels: 4_096,
    /// TCP conversations in VLANs remembered, in case they go on in another VLAN; beyond it remembering begins anew.
    vlan_conversations: 131_072,
    /// Subjects kept per concept; the others are counted together.
    findings_per_concept: 500,
    /// Conversations listed in the report.
    report_conversations: 100_000,
    /// DNS exchanges listed in the report.
    report_dns: 100_000,
    /// Bytes of the conversations, and bytes of the DNS exchanges, listed in the report.
    report_bytes: 268_435_456,
    /// DNS questions waiting for an answer; the oldest are given up first.
    dns_pending: 65_536,
    /// Answered DNS questions kept in case of a second response; the oldest are forgotten first.
    dns_answered: 512,
    /// Names and addresses remembered from DNS answers.
    dns_cache: 4_096,
    /// Bytes of the first messages of zone transfers that go on; of those begun beyond it the records are counted, not
    /// shown.
    dns_held_bytes: 16_777_216,
    /// Fragmented packets being put together at once; the oldest are given up first.
    fragment_sets: 1_024,
    /// Payload bytes held of fragmented packets; the oldest packets are given up first.
    fragment_bytes: 16_777_216,
}

/// The bounds that one TCP connection needs, by value.
#[derive(Debug, Clone, Copy)]
pub struct TcpLimits {
    /// See [`Limits::outstanding_segments`].
    pub outstanding_segments: usize,
    /// See [`Limits::outstanding_one_way`].
    pub outstanding_one_way: usize,
    /// See [`Limits::stream_bytes`].
    pub stream_bytes: usize,
    /// See [`Limits::stream_pieces`].
    pub stream_pieces: usize,
    /// See [`Limits::rtt_samples`].
    pub rtt_samples: usize,
    /// See [`Limits::series_points`].
    pub series_points: usize,
}

impl Limits {
    /// Those of one TCP connection.
    #[must_use]
    pub fn tcp(&self) -> TcpLimits {
        TcpLimits {
            outstanding_segments: self.outstanding_segments,
            outstanding_one_way: self.outstanding_one_way,
            stream_bytes: self.stream_bytes,
            stream_pieces: self.stream_pieces,
            rtt_samples: self.rtt_samples,
            series_points: self.series_points,
        }
    }
}
