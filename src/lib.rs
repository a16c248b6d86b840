//! wiregloss reads a packet capture and writes the margin notes: what each conversation did, phase by phase, which
//! idea of the networking guide each moment shows, and how sure it is.
//!
//! Data flows one way: [`source`] lends records, [`decode`] views them, [`track`] keeps all state and emits events.

#![forbid(unsafe_code)]

mod analysis;
pub mod cli;
pub mod concepts;
pub mod decode;
pub mod detect;
pub mod guide;
mod live;
pub mod report;
mod snapshots;
pub mod source;
pub mod track;

pub use analysis::{Settings, analyze, events, track as track_capture};
pub use live::Live;
pub use snapshots::{Instant, snapshots};
