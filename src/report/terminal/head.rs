//! The first lines: what this capture is, and what is wrong with it, worst first.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::Page;
use crate::concepts::Severity;
use crate::concepts::text::{bytes, duration};
use crate::report::Report;
use crate::report::model::FindingReport;
use crate::report::style::{GLUE, Style, clean, columns, counted, glued, thousands};

/// Findings named at the top.
const TOP: usize = 6;
/// File names shown.
const FILES: usize = 3;
/// Applications named.
const APPS: usize = 5;

/// True of most captures of their kind: told after what is particular to this one.
pub(super) const ORDINARY: [&str; 2] = ["tls.sni-cleartext", "sock.no-window-scale"];

/// Concepts that another one's summary tells too: the first is left out of the top where the second is in it and covers
/// all that the first says, and is no less severe.
const TOLD_BY: [(&str, &str); 11] = [
    ("cc.rto", "cc.retransmit"),
    ("cc.spurious", "cc.retransmit"),
    ("cc.lost-retransmit", "cc.retransmit"),
    ("tcp.reset", "sock.abortive-close"),
    ("tcp.syn-retransmit", "tcp.syn-unanswered"),
    ("tcp.syn-retransmit", "sock.backlog-overflow"),
    ("tcp.syn-unanswered", "sock.backlog-overflow"),
    ("tcp.syn-unanswered", "tcp.syn-flood"),
    ("tcp.half-open", "tcp.syn-flood"),
    ("tcp.refused", "tcp.port-scan"),
    ("tcp.syn-unanswered", "tcp.port-scan"),
];

pub(super) fn write(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let c = &report.capture;
    let mut names: Vec<String> = c.files.iter().take(FILES).map(|f| clean(f)).collect();
    if c.files.len() > FILES {
        names.push(format!("and {} more", c.files.len() - FILES));
    }
    let names = names.join(", ").replace(GLUE, " ");
    let mut parts = when(c.first_ns, c.last_ns);
    parts.push(format!("{}, {}", counted(c.packets, "packet"), bytes(c.bytes)));
    parts.push(c.link_types.join(", "));
    let parts: Vec<String> = parts.iter().map(|p| format!("·\u{a0}{}", glued(&clean(p)))).collect();
    let plain = style.wrap("", 0, 2, &format!("{} {}", glued(&names), parts.join(" ")));
    match plain.strip_prefix(&names) {
        Some(rest) => write!(out, "{}{rest}", style.heading(&names))?,
        None => out.write_all(plain.as_bytes())?,
    }
    out.write_all(style.wrap("", 0, 2, &mix(report)).as_bytes())?;
    problems(report, style, out)?;
    writeln!(out)?;
    verdict(report, style, page, out)?;
    writeln!(out)
}

/// When it was taken, and how long it lasts where the clock did not step back over it.
fn when(first_ns: Option<i64>, last_ns: Option<i64>) -> Vec<String> {
    let (Some(first), Some(last)) = (first_ns, last_ns) else { return Vec::new() };
    let mut parts: Vec<String> = date(first).into_iter().collect();
    if last > first {
        parts.push(duration(crate::track::ms(last.saturating_sub(first))));
    }
    parts
}

fn date(ns: i64) -> Option<String> {
    let time = jiff::Timestamp::from_nanosecond(i128::from(ns)).ok()?;
    Some(time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// Whose conversations these are: the two ends of a single one, else the applications.
fn mix(report: &Report) -> String {
    if let ([c], 1) = (report.conversations.as_slice(), report.wanted_conversations) {
        let what = c.app.unwrap_or(c.protocol.as_str());
        return format!("1 conversation: {} ({what})", clean(&format!("{} → {}", c.client, c.server)));
    }
    let total: u64 = report.mix.iter().map(|s| s.payload).sum();
    let share = |i: usize, payload: u64| match payload as f64 * 100.0 / total.max(1) as f64 {
        p if p < 0.5 => String::new(),
        p if i == 0 => format!(" ({p:.0} % of the payload)"),
        p => format!(" ({p:.0} %)"),
    };
    let named = report.mix.iter().take(APPS).enumerate();
    let mut shown: Vec<String> =
        named.map(|(i, s)| format!("{} {}{}", thousands(s.conversations), s.name, share(i, s.payload))).collect();
    let left: u64 = report.mix.iter().skip(APPS).map(|s| s.conversations).sum();
    if left > 0 {
        shown.push(counted(left, "other"));
    }
    let all = counted(report.wanted_conversations, "conversation");
    if shown.is_empty() {
        all
    } else {
        format!("{all}: {}", shown.iter().map(|s| glued(s)).collect::<Vec<_>>().join(", "))
    }
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
fn verdict(report: &Report, style: &Style, page: Page, out: &mut dyn Write) -> io::Result<()> {
    let troubles = Trouble::all(report);
    if troubles.is_empty() {
        let line = match (report.findings.is_empty(), report.wanted_conversations, page.in_full) {
            (true, 0, _) => "Nothing in this capture is what was asked for.",
            (_, _, true) => "No trouble found in what was asked for.",
            _ => "No trouble found among the things that are looked for (`wiregloss concepts`).",
        };
        return out.write_all(style.wrap("", 0, 0, line).as_bytes());
    }
    let told = |t: &&Trouble<'_>| {
        let by = |id: &str| {
            let mut of = troubles.iter().filter(|b| b.worst.concept == id && b.worst.level >= t.worst.level);
            of.any(|b| b.covers(t, report))
        };
        TOLD_BY.iter().any(|(a, b)| *a == t.worst.concept && by(b))
    };
    let (left, shown): (Vec<_>, Vec<_>) = troubles.iter().partition(told);
    for trouble in shown.iter().take(TOP) {
        out.write_all(trouble.line(report, style).as_bytes())?;
    }
    let left = (left.len() + shown.len().saturating_sub(TOP)) as u64;
    if left > 0 {
        writeln!(out, "      {}", style.dim(&format!("and {} of trouble below", counted(left, "more kind"))))?;
    }
    Ok(())
}

/// Everything that one concept found of warnings and worse.
struct Trouble<'a> {
    worst: &'a FindingReport,
    count: u64,
    subjects: u64,
}

impl<'a> Trouble<'a> {
    /// Worst first; of the same severity what is particular first, then what sums up others, then what is most frequent.
    fn all(report: &'a Report) -> Vec<Trouble<'a>> {
        let mut all: Vec<Trouble<'a>> = Vec::new();
        for f in report.findings.iter().filter(|f| f.level >= Severity::Warn) {
            match all.iter_mut().find(|t| t.worst.concept == f.concept) {
                Some(t) => {
                    t.count += f.count;
                    t.subjects += f.subjects();
                    if f.level > t.worst.level {
                        t.worst = f;
                    }
                }
                None => all.push(Trouble { worst: f, count: f.count, subjects: f.subjects() }),
            }
        }
        let key = |t: &Trouble<'_>| {
            let sums_up = TOLD_BY.iter().any(|(_, by)| *by == t.worst.concept);
            (Reverse(t.worst.level), ORDINARY.contains(&t.worst.concept), !sums_up, Reverse(t.count))
        };
        all.sort_by_key(key);
        all
    }

    /// Whether it says what another says too: of as many conversations, or of the host that all of those are with.
    fn covers(&self, other: &Trouble<'_>, report: &Report) -> bool {
        let [host @ Some(_), None] = self.worst.hosts else {
            return self.subjects >= other.subjects;
        };
        let mut of = report.findings.iter().filter(|f| f.concept == other.worst.concept && f.folded_subjects == 0);
        of.all(|f| f.hosts.contains(&host))
    }

    fn line(&self, report: &Report, style: &Style) -> String {
        let f = self.worst;
        let who = match f.who.as_str() {
            "the capture" => String::new(),
            _ if report.wanted_conversations == 1 => String::new(),
            who if f.summary.starts_with(who) => String::new(),
            who => format!("{}: ", clean(who)),
        };
        let more =
            if self.subjects > 1 { format!(" ({} more like it)", thousands(self.subjects - 1)) } else { String::new() };
        let tag = format!("{:<5}", f.severity);
        let first = format!("{} {} ", style.severity(f.level, &tag), style.heading(&format!("{}.", f.title)));
        let text = format!("{who}{}{more}", clean(&f.summary));
        style.wrap(&first, 6 + columns(f.title) + 2, 6, &text)
    }
}
