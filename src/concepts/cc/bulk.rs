//! The bulk sender of a connection, whose congestion control the concepts of this area tell.

use crate::track::tcp::{Congestion, End};
use crate::track::{Conversation, Dir};

/// The end that sent most, if it sent more than an initial window.
pub(super) fn sender(c: &Conversation) -> Option<(Dir, &End, &Congestion)> {
    let tcp = c.tcp()?;
    let of = |dir: Dir| tcp.end(dir).unique_bytes;
    let dir = if of(Dir::Client) >= of(Dir::Server) { Dir::Client } else { Dir::Server };
    let end = tcp.end(dir);
    Some((dir, end, end.congestion.as_deref()?))
}

/// Bytes as segments of the connection's size, rounded.
pub(super) fn segments(bytes: u32, c: &Congestion) -> u32 {
    (bytes + c.mss / 2) / c.mss.max(1)
}

/// Bytes per second as bits: `9.56 Mbit/s`.
pub(super) fn rate(bytes_per_s: f64) -> String {
    match bytes_per_s * 8.0 {
        bits if bits < 1e6 => format!("{:.0} kbit/s", bits / 1e3),
        bits if bits < 1e9 => format!("{:.2} Mbit/s", bits / 1e6),
        bits => format!("{:.2} Gbit/s", bits / 1e9),
    }
}
