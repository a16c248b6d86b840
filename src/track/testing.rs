//! Hand-made conversations for tests of what reads them.

use super::app::App;
use super::{At, ConvId, Conversation, Endpoint, Limits, Proto, Timestamp};
use crate::decode::Addr;

/// A moment: the frame, and as many milliseconds after the epoch.
pub fn at(frame: u32) -> At {
    At { frame, ts: Timestamp(i64::from(frame) * super::NS_PER_MS) }
}

/// Conversation `id` of 192.0.2.1 with 198.51.100.7 over UDP, a packet each way.
pub fn conversation(id: u32) -> Conversation {
    let end = |addr: [u8; 4], port| Endpoint { addr: Addr::from(addr), port };
    Conversation {
        ends: [end([192, 0, 2, 1], 50_000), end([198, 51, 100, 7], 443)],
        first: at(1),
        last: at(9),
        payload: [900, 52_000],
        packets: [1, 1],
        id: ConvId(id),
        proto: Proto::Udp,
        tag: 0,
        guessed: false,
        closed: true,
        app: App::Unknown,
        syn: None,
        detail: None,
    }
}

/// The same over TCP, with what is known filled in by `fill`.
pub fn connection(id: u32, fill: impl FnOnce(&mut super::tcp::TcpFacts)) -> Conversation {
    let mut c = Conversation { proto: Proto::Tcp, ..conversation(id) };
    fill(&mut c.connection(Limits::default().tcp(), &mut super::pool::Pool::default()).facts);
    c
}
