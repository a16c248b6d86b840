//! Findings by section of the guide.

use std::io::{self, Write};

use super::Page;
use crate::guide::Section;
use crate::report::Report;
use crate::report::model::FindingReport;
use crate::report::style::{Style, clean, thousands};

/// Findings shown of one concept on one page.
const PER_CONCEPT: usize = 1;
/// The column where texts begin.
const INDENT: usize = 6;

pub(super) fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let per_concept = if page.rows.is_some() { usize::MAX } else { PER_CONCEPT };
    for section in Section::all() {
        let of: Vec<_> = report.findings.iter().filter(|f| f.section == section.0).collect();
        if of.is_empty() {
            continue;
        }
        let number = if section.0 == 0 { String::new() } else { format!("§{} ", section.0) };
        let heading = style.heading(&format!("{number}{}", section.title()));
        writeln!(out, "{}", style.link(&heading, section.anchor()))?;
        for group in of.chunk_by(|a, b| a.concept == b.concept) {
            concept(group, per_concept, style, out)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn concept(group: &[&FindingReport], show: usize, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for f in group.iter().take(show) {
        out.write_all(finding(f, style).as_bytes())?;
    }
    let left = group.iter().skip(show).map(|f| f.subjects()).sum::<u64>();
    if left > 0 && show < group.len() {
        let id = group.first().map_or("", |f| f.concept);
        let line = format!("{} more like this: --concept {id} --all", thousands(left));
        writeln!(out, "{:INDENT$}{}", "", style.dim(&line))?;
    }
    Ok(())
}

fn finding(f: &FindingReport, style: &Style) -> String {
    let tag = style.severity(f.level, &format!("{:<5}", f.severity));
    let count = if f.count > 1 { format!(" {}×", thousands(f.count)) } else { String::new() };
    let sure = match f.confidence {
        Some(c) => format!(" [inferred, {:.0} %]", c * 100.0),
        None => String::new(),
    };
    let frames: Vec<String> = f.worst.frames.iter().take(4).map(u32::to_string).collect();
    let at = if frames.is_empty() { String::new() } else { format!(" (frame {})", frames.join(", ")) };
    let about = if f.who == "the capture" { String::new() } else { format!("{}: ", clean(&f.who)) };
    let text = format!("{about}{}{sure}{at}", clean(&f.summary));
    let head = format!("{tag} {}{count}", style.heading(f.title));
    let id = style.dim(f.concept);
    format!("{head} · {id}\n{}", style.wrap(&" ".repeat(INDENT), INDENT, INDENT, &text))
}
