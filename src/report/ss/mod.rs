//! The sockets of every host at an instant, as `ss` run on each of them would have listed them.

mod count;
mod dump;
mod info;
mod lookout;
mod terminal;

pub use count::{Counts, write as write_counts};
pub use dump::{Dump, Select, SocketReport, TimerReport};
pub use info::SocketInfo;
pub use lookout::Lookout;
pub use terminal::write;

use crate::track::tcp::State;

/// The name that `ss` gives a state.
#[must_use]
pub fn name(state: State) -> &'static str {
    match state {
        State::Closed => "UNCONN",
        State::Listen => "LISTEN",
        State::SynSent => "SYN-SENT",
        State::SynReceived => "SYN-RECV",
        State::Established => "ESTAB",
        State::FinWait1 => "FIN-WAIT-1",
        State::FinWait2 => "FIN-WAIT-2",
        State::CloseWait => "CLOSE-WAIT",
        State::Closing => "CLOSING",
        State::LastAck => "LAST-ACK",
        State::TimeWait => "TIME-WAIT",
    }
}
