//! Bytes to views: what a packet says, as far as it can be read.
//!
//! Decoding never fails, never allocates and never panics: what could not be read is a [`Fault`] beside the layers
//! that could. It keeps no state; fragments and streams are joined in `track`.

mod packet;
pub mod tcp;
mod tcp_options;

pub use packet::*;
