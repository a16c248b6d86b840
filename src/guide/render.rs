//! Placeholder renderer.

use super::Section;

/// Renders a section.
#[must_use]
pub fn render(section: Section, _concepts: &[(&str, &str)], _width: usize, _color: bool) -> String {
    section.text().to_owned()
}
