//! The catalogue and the guide for reading.

use std::fmt::Write;

use super::style::{Style, counted};
use crate::concepts::{self, Concept};
use crate::guide::{Look, Section, Styles, render_section};

/// All concepts by section.
#[must_use]
pub fn list(style: &Style) -> String {
    let mut out = String::new();
    for section in Section::all() {
        let of: Vec<_> = concepts::all().filter(|c| c.section == section).collect();
        if of.is_empty() {
            continue;
        }
        let _infallible = writeln!(out, "{}", style.link(&style.heading(&heading(section)), section.anchor()));
        for c in of {
            let id = format!("  {:<28}", c.id);
            let tag = style.severity(c.severity, &format!("{:<5}", c.severity.name()));
            out.push_str(&style.wrap(&format!("{id}{tag} "), 36, 36, c.title));
        }
        out.push('\n');
    }
    out
}

/// The catalogue as a Markdown table.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from("| concept | what it points out | severity | guide |\n| --- | --- | --- | --- |\n");
    for c in concepts::all() {
        let _infallible =
            writeln!(out, "| `{}` | {} | {} | {} |", c.id, c.title, c.severity.name(), heading(c.section));
    }
    out
}

/// One concept, whole.
#[must_use]
pub fn concept(c: &Concept, style: &Style) -> String {
    let mut out = format!("{} · {}\n", style.heading(c.title), c.id);
    let tag = style.severity(c.severity, c.severity.name());
    let _infallible = writeln!(out, "{tag} · {}\n", style.link(&heading(c.section), c.section.anchor()));
    for paragraph in c.lesson.split("\n\n") {
        out.push_str(&style.wrap("", 0, 0, paragraph));
        out.push('\n');
    }
    if !c.rfcs.is_empty() {
        out.push_str(&style.wrap("Specified in: ", 14, 14, &c.rfcs.join(", ")));
    }
    if !c.filter.is_empty() {
        let _infallible = writeln!(out, "In Wireshark: {}", c.filter);
    }
    out.push_str(&style.wrap("An interviewer asks: ", 21, 2, c.question));
    out
}

/// The sections of the guide.
#[must_use]
pub fn contents(style: &Style) -> String {
    let mut out = String::new();
    for section in Section::all() {
        let shown = match concepts::all().filter(|c| c.section == section).count() {
            0 => String::new(),
            n => style.dim(&format!(" ({})", counted(n as u64, "concept"))),
        };
        let _infallible = writeln!(out, "{:>3}  {}{shown}", section.0, style.link(section.title(), section.anchor()));
    }
    out.push_str("\nwiregloss guide N prints one.\n");
    out
}

/// One section with the concepts that show it.
#[must_use]
pub fn section(section: Section, style: &Style) -> String {
    let shown_by: Vec<(&str, &str)> =
        concepts::all().filter(|c| c.section == section).map(|c| (c.id, c.title)).collect();
    let styles = match (style.color, style.links) {
        (true, true) => Styles::AnsiAndLinks,
        (true, false) => Styles::Ansi,
        (false, _) => Styles::Plain,
    };
    render_section(section, &shown_by, Look { width: style.width.min(100), styles })
}

fn heading(section: Section) -> String {
    if section.0 == 0 { section.title().to_owned() } else { format!("§{} {}", section.0, section.title()) }
}
