//! The report for reading: what is wrong first, then findings by section, then the conversations.

mod conversations;
mod findings;
mod head;

use std::io::{self, Write};

use super::Report;
use super::style::Style;

/// How much to show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// Everything found, and up to so many conversations; `None`: one page.
    pub rows: Option<usize>,
}

impl Page {
    /// Conversations that it shows.
    #[must_use]
    pub fn conversations(self) -> usize {
        self.rows.unwrap_or(conversations::ROWS)
    }
}

/// Writes the report for a terminal of the style's width.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    head::write(report, style, out)?;
    findings::write(report, style, page, out)?;
    conversations::write(report, style, page, out)
}
