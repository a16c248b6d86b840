//! Which conversation a frame belongs to.

use crate::track::{ConvId, Conversation, Event, Sink, What};

/// Finds the conversation of one frame.
#[derive(Debug)]
pub struct FrameFinder {
    frame: u32,
    found: Option<ConvId>,
}

impl FrameFinder {
    /// Looks for that frame.
    #[must_use]
    pub fn new(frame: u32) -> FrameFinder {
        FrameFinder { frame, found: None }
    }

    /// The conversation, once found.
    #[must_use]
    pub fn found(&self) -> Option<ConvId> {
        self.found
    }
}

impl Sink for FrameFinder {
    fn event(&mut self, event: &Event<'_>, conversation: &Conversation) {
        if event.at.frame == self.frame && !matches!(event.what, What::Closed) {
            self.found.get_or_insert(conversation.id());
        }
    }
}
