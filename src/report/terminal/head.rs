//! The first lines: what this capture is, and what is wrong with it, worst first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::concepts::Severity;
use crate::concepts::text::{bytes, duration, plural};
use crate::report::Report;
use crate::report::model::FindingReport;
use crate::report::style::{Style, clean, thousands};

/// Findings named at the top.
const TOP: usize = 6;
/// File names shown.
const FILES: usize = 3;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let c = &report.capture;
    let mut names: Vec<String> = c.files.iter().take(FILES).map(|f| clean(f)).collect();
    if c.files.len() > FILES {
        names.push(format!("and {} more", c.files.len() - FILES));
    }
    let span = match (c.first_ns, c.last_ns) {
        (Some(first), Some(last)) => format!(" in {}", duration(crate::track::ms(last.saturating_sub(first)))),
        _ => String::new(),
    };
    let what = format!(
        "{} packets, {}{span} · {} · {}",
        thousands(c.packets),
        bytes(c.bytes),
        plural(c.conversations, "conversation"),
        c.link_types.join(", ")
    );
    let names = names.join(", ");
    let first = format!("{} ", style.heading(&names));
    out.write_all(style.wrap(&first, names.chars().count() + 1, 2, &format!("· {what}")).as_bytes())?;
    problems(report, style, out)?;
    verdict(report, style, out)
}

fn problems(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for (what, n) in &report.capture.file_problems {
        let line = format!("{} ({n}×)", clean(what));
        out.write_all(style.wrap(&style.severity(Severity::Warn, "file: "), 6, 6, &line).as_bytes())?;
    }
    for (bound, n) in &report.capture.limits_hit {
        let line = format!("{bound} cut {} (raise it with --limit {bound}=N)", thousands(*n));
        out.write_all(style.wrap(&style.severity(Severity::Note, "limit: "), 7, 7, &line).as_bytes())?;
    }
    Ok(())
}

/// What is wrong: the worst findings, one line a concept.
fn verdict(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut by_concept: BTreeMap<&str, (&FindingReport, u64, u64)> = BTreeMap::new();
    for f in report.findings.iter().filter(|f| f.level >= Severity::Warn) {
        let entry = by_concept.entry(f.concept).or_insert((f, 0, 0));
        entry.1 += f.count;
        entry.2 += f.subjects();
        if f.level > entry.0.level {
            entry.0 = f;
        }
    }
    if by_concept.is_empty() {
        return writeln!(out, "No trouble found among the things that are looked for (`wiregloss concepts`).\n");
    }
    let mut worst: Vec<_> = by_concept.into_values().collect();
    worst.sort_by_key(|(f, n, _)| (std::cmp::Reverse(f.level), std::cmp::Reverse(*n)));
    writeln!(out)?;
    for (f, _, subjects) in worst.iter().take(TOP) {
        let more = if *subjects > 1 { format!(" (and {} more)", thousands(subjects - 1)) } else { String::new() };
        let tag = format!("{:<5}", f.severity);
        let text = format!("{}: {}{more}", f.title, clean(&f.summary));
        out.write_all(style.wrap(&format!("{} ", style.severity(f.level, &tag)), 6, 6, &text).as_bytes())?;
    }
    if worst.len() > TOP {
        writeln!(out, "      and {} more kinds of trouble below", worst.len() - TOP)?;
    }
    writeln!(out)
}
