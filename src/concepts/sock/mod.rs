//! Sockets: buffers, windows and writes (section 12).

pub(super) mod abortive_close;
mod backlog_overflow;
mod nagle_delayed_ack;
mod no_window_scale;
mod push;
mod receive_buffer;
mod request_response;
mod server_rebind;
mod silly_window;
mod small_writes;
mod urgent;
mod window_full;
mod zero_window;

use crate::concepts::Concept;
use crate::track::tcp::{End, TcpFacts};
use crate::track::{Conversation, Dir};

/// The concepts of this area, in the order of the catalogue.
pub const ALL: &[&Concept] = &[
    &zero_window::ZERO_WINDOW,
    &window_full::WINDOW_FULL,
    &receive_buffer::RECEIVE_BUFFER,
    &no_window_scale::NO_WINDOW_SCALE,
    &nagle_delayed_ack::NAGLE_DELAYED_ACK,
    &small_writes::SMALL_WRITES,
    &push::PUSH,
    &backlog_overflow::BACKLOG_OVERFLOW,
    &abortive_close::ABORTIVE_CLOSE,
    &silly_window::SILLY_WINDOW,
    &server_rebind::SERVER_REBIND,
    &request_response::REQUEST_RESPONSE,
    &urgent::URGENT,
];

/// The end at which `cost` is highest, if it is above zero at any.
fn worse(tcp: &TcpFacts, cost: impl Fn(&End) -> i64) -> Option<Dir> {
    let [a, b] = [Dir::Client, Dir::Server].map(|dir| cost(tcp.end(dir)));
    match (a.max(b) > 0, a >= b) {
        (false, _) => None,
        (true, true) => Some(Dir::Client),
        (true, false) => Some(Dir::Server),
    }
}

/// What share of a conversation's time `ns` nanoseconds are.
fn share_of_time(c: &Conversation, ns: i64) -> f64 {
    let all = c.last().ts.since(c.first().ts);
    if all > 0 { (ns as f64 / all as f64).clamp(0.0, 1.0) } else { 0.0 }
}

/// The round trip that limits what a window lets through, in milliseconds: the handshake's.
fn round_trip_ms(tcp: &TcpFacts) -> Option<f64> {
    tcp.handshake.rtt_ms().filter(|rtt| *rtt > 0.0)
}

/// Bytes per round trip as Mbit/s.
fn mbit(bytes: u32, rtt_ms: f64) -> f64 {
    f64::from(bytes) * 8.0 / rtt_ms / 1000.0
}
