//! Findings by section of the guide: on a page the worst of each concept, and in one line what is as it should be.

use std::io::{self, Write};

use super::Page;
use crate::concepts::Severity;
use crate::guide::Section;
use crate::report::Report;
use crate::report::model::{FindingReport, SubjectReport};
use crate::report::style::{Style, clean, columns, counted, cut, frames, thousands};

/// Findings shown of one concept on one page.
pub(super) const PER_CONCEPT: usize = 1;
/// The column where texts begin.
const INDENT: usize = 6;
/// Frames named with a finding.
const FRAMES: usize = 4;
/// Columns for the id of a finding that has one line.
const ID: usize = 25;

pub(super) fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let alone = report.wanted_conversations == 1;
    for section in Section::all() {
        let here = |f: &&FindingReport| f.section == section.0 && !(page.is_brief() && is_told_above(f));
        let of: Vec<_> = report.findings.iter().filter(here).collect();
        if of.is_empty() {
            continue;
        }
        let number = if section.0 == 0 { String::new() } else { format!("§{} ", section.0) };
        let heading = style.heading(&format!("{number}{}", section.title()));
        writeln!(out, "{}", style.link(&heading, section.anchor()))?;
        for group in of.chunk_by(|a, b| a.concept == b.concept) {
            let text = match group {
                [f, ..] if page.is_brief() && f.level == Severity::Info => line(f, group, alone, style),
                _ => full(group, page, alone, style),
            };
            out.write_all(text.as_bytes())?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The capture's numbers are in the first lines; interfaces and comments are not.
fn is_told_above(f: &FindingReport) -> bool {
    let empty = |name: &str| f.first.values.get(name).and_then(|v| v.as_array()).is_none_or(Vec::is_empty);
    f.concept == "capture.summary" && empty("interfaces") && empty("comments")
}

/// How many subjects one concept's findings have, and what they are.
fn subjects(group: &[&FindingReport]) -> (u64, &'static str) {
    let host = group.iter().any(|f| matches!(f.subject, SubjectReport::Host(_)));
    (group.iter().map(|f| f.subjects()).sum(), if host { "host" } else { "conversation" })
}

/// The whole text of the worst findings of a concept, or of all.
fn full(group: &[&FindingReport], page: Page, alone: bool, style: &Style) -> String {
    let Some(f) = group.first() else { return String::new() };
    let show = page.findings().unwrap_or(usize::MAX);
    let tag = style.severity(f.level, &format!("{:<5}", f.severity));
    let total: u64 = group.iter().map(|f| f.count).sum();
    let (all, what) = subjects(group);
    let times = if total > 1 && total != all { format!(" {}×", thousands(total)) } else { String::new() };
    let spread = if all > 1 { format!(" in {}", counted(all, what)) } else { String::new() };
    let title = columns(f.title) + columns(&times) + columns(&spread) + INDENT;
    let gap = if title + 3 + f.concept.len() > style.width { format!("\n{:INDENT$}", "") } else { " ".to_owned() };
    let mut out = format!("{tag} {}{times}{spread}{gap}· {}\n", style.heading(f.title), style.dim(f.concept));
    for f in group.iter().take(show) {
        let text = format!("{}{}{}{}", about(f, alone), clean(&f.summary), sure(f), at(f));
        out.push_str(&style.wrap(&" ".repeat(INDENT), INDENT, INDENT, &text));
    }
    out
}

/// What is as it should be, in one line.
fn line(f: &FindingReport, group: &[&FindingReport], alone: bool, style: &Style) -> String {
    let about = match (subjects(group).0, f.conversation()) {
        (n @ 2.., Some(id)) => format!("{}×, as in #{id}: ", thousands(n)),
        (n @ 2.., None) => format!("{}×, as {}", thousands(n), about(f, alone)),
        _ => about(f, alone),
    };
    let id = format!("{:<ID$}", f.concept);
    let room = style.width.saturating_sub(INDENT + columns(&id) + 1);
    let text = cut(&format!("{about}{}", clean(&f.summary)), room);
    format!("{} {id} {text}\n", style.severity(f.level, &format!("{:<5}", f.severity)))
}

/// Whom it is about: nobody has to be told where there is but one conversation.
fn about(f: &FindingReport, alone: bool) -> String {
    if f.who == "the capture" || (alone && f.conversation().is_some()) {
        return String::new();
    }
    // A finding about a host may begin with its address itself.
    if f.summary.starts_with(&f.who) {
        return String::new();
    }
    format!("{}: ", clean(&f.who))
}

fn sure(f: &FindingReport) -> String {
    f.confidence.map_or_else(String::new, |c| format!(" [inferred, {:.0} %]", c * 100.0))
}

fn at(f: &FindingReport) -> String {
    match frames(&f.worst.frames, FRAMES) {
        at if at.is_empty() => at,
        at => format!(" ({at})"),
    }
}
