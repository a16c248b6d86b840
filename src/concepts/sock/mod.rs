//! Sockets: buffers, windows and writes (section 12).

mod abortive_close;
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
