//! The application inside one TCP connection: probed from the first bytes, then parsed by one parser.

use super::App;
use crate::source::At;
use crate::track::Dir;

/// What is known of the application so far.
#[derive(Debug, Default)]
pub struct Application {
    kind: App,
    done: [bool; 2],
}

impl Application {
    /// Its name.
    #[must_use]
    pub fn kind(&self) -> App {
        self.kind
    }

    /// Nothing more is wanted of `dir`.
    #[must_use]
    pub fn is_done(&self, dir: Dir) -> bool {
        self.done[dir.index()]
    }

    /// The next bytes.
    pub fn data(&mut self, dir: Dir, _bytes: &[u8], _at: At) {
        self.done[dir.index()] = true;
    }

    /// Bytes missing for good.
    pub fn gap(&mut self, _dir: Dir, _len: u32, _at: At) {}

    /// The end of a direction.
    pub fn end(&mut self, _dir: Dir, _at: At) {}
}
