//! `wiregloss report`.

use std::io::Write;

use anyhow::Result;

use super::args::{Format, ReportArgs};
use super::input;
use super::output::{self, Outcome};
use crate::concepts::Severity;
use crate::report::{Filter, Page, write_json, write_terminal};

/// Conversations that a page is chosen from; the totals are exact whatever it is.
const PAGE_CONVERSATIONS: usize = 5_000;
/// Subjects of a concept that a page is chosen from.
const PAGE_FINDINGS: usize = 200;

/// Runs it.
pub fn run(args: &ReportArgs) -> Result<Outcome> {
    let mut settings = input::settings(&args.input)?;
    settings.series = args.series;
    if args.format == Format::Terminal {
        let limits = &mut settings.track.limits;
        limits.report_conversations = limits.report_conversations.min(PAGE_CONVERSATIONS);
        limits.report_dns = limits.report_dns.min(PAGE_CONVERSATIONS);
        limits.findings_per_concept = limits.findings_per_concept.min(PAGE_FINDINGS);
    }
    let mut capture = input::open(&args.input)?;
    let analysis = crate::analyze(&mut capture, &settings, &mut input::progress(&args.input))?;
    let mut report = analysis.report;
    let fail_on = args.fail_on.map(Severity::from);
    Filter {
        conversation: args.filter.conversation,
        host: args.filter.host.clone(),
        port: args.filter.port,
        section: args.filter.section,
        severity: args.filter.severity.map(Severity::from),
        concept: args.filter.concept.clone(),
    }
    .apply(&mut report);
    let failed = fail_on.is_some_and(|level| report.findings.iter().any(|f| f.level >= level));
    let mut out = output::stdout();
    match args.format {
        Format::Json => write_json(&report, &mut out)?,
        Format::Terminal => {
            write_terminal(&report, &output::style(&args.output), Page { rows: args.all }, &mut out)?;
        }
    }
    out.flush()?;
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}
