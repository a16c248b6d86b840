//! `wiregloss report`.

use anyhow::Result;

use super::args::{FilterArgs, Format, GlobalArgs, ReportArgs};
use super::input;
use super::output::{self, Outcome};
use crate::Settings;
use crate::concepts::Severity;
use crate::report::{Page, write_json, write_terminal};

/// Subjects of a concept that a page is chosen from; the totals are exact whatever it is.
const PAGE_FINDINGS: usize = 200;

/// Runs it.
pub fn run(args: &ReportArgs, global: &GlobalArgs) -> Result<Outcome> {
    let page = page(&args.filter, args.all);
    let mut settings = input::settings(global)?;
    settings.filter = input::filter(&args.filter)?;
    settings.series = args.series;
    if args.format == Format::Terminal {
        fit_to_page(&mut settings, page);
    }
    let mut capture = input::open(&args.input)?;
    let report = crate::analyze(&mut capture, &settings, &mut input::progress(global))?;
    let to = args.output.as_deref();
    output::write_to(to, |out| match args.format {
        Format::Json => write_json(&report, out),
        Format::Terminal => {
            let style = if to.is_some() { output::style_on(global, false) } else { output::style(global) };
            write_terminal(&report, &style, page, out)
        }
    })?;
    let failed = args.fail_on.map(Severity::from).is_some_and(|level| report.findings.iter().any(|f| f.level >= level));
    Ok(if failed { Outcome::CheckFailed } else { Outcome::Done })
}

/// What a page shows: what was asked for by name is told in full.
pub fn page(filter: &FilterArgs, rows: Option<usize>) -> Page {
    let in_full = filter.section.is_some()
        || filter.severity.is_some()
        || filter.concept.is_some()
        || filter.which.conversation.is_some();
    Page { rows, in_full }
}

/// Keeps no more than a page can show.
pub fn fit_to_page(settings: &mut Settings, page: Page) {
    settings.page = Some(page.conversations());
    settings.told = page.findings();
    if page.rows.is_none() {
        let kept = &mut settings.track.limits.findings_per_concept;
        *kept = PAGE_FINDINGS.min(*kept);
    }
}
