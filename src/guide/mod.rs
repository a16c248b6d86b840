//! The guide that the program carries, in its own words.

/// A section of the guide, 1 to 13; 0 is the capture itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Section(pub u8);

impl Section {
    /// The anchor of its heading.
    #[must_use]
    pub fn anchor(self) -> &'static str {
        ""
    }
}
