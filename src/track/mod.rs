//! All state: conversations, endpoints, sequence spaces, streams and the applications inside.

pub mod app;

/// A direction or an end of a conversation, relative to its initiator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dir {
    /// From, or of, the initiator.
    Client,
    /// From, or of, the other side.
    Server,
}

impl Dir {
    /// The other side.
    #[must_use]
    pub fn flip(self) -> Dir {
        match self {
            Dir::Client => Dir::Server,
            Dir::Server => Dir::Client,
        }
    }

    /// 0 for the client, 1 for the server: the index of per-end arrays.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}
