//! TCP endpoints: states, sequence spaces, loss, windows and round-trip times.

mod ack;
mod answer;
mod attempt;
mod blackhole;
mod congestion;
mod connection;
mod counters;
mod echo;
mod facts;
mod handshake;
mod machine;
mod needless;
mod new;
mod opening;
mod outside;
mod overtaken;
mod patience;
mod payload;
mod probe;
mod recovery;
mod reset;
mod retransmit;
mod rtt;
mod send;
mod socket;
mod state;
mod stream;
#[cfg(test)]
mod tests;
mod trail;
mod transmit;
mod window;

pub use connection::{Context, Out, TcpConn};
pub use facts::*;
pub(in crate::track) use opening::COPY_NS;
pub use socket::{Socket, SocketRtt, Timer, TimerKind};
pub use state::{SOCKET_STATES, State};

pub use crate::decode::tcp::{Flags, Seq};
